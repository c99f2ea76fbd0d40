"""What is true of a site, for instructors: groups, both opinions of each pair, paths, what is lost so far.

Rule 1: reading changes nothing: nothing is settled into the log, no time passes. What the writes came to is as of the
last event that told of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mirrordrill.drills.history.values import VolumeOn
from mirrordrill.drills.rehearse.branch_world import BranchWorld
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.simulator.array.events import short_serial


@dataclass(frozen=True, slots=True)
class PairTruth:
    """Both opinions of a pair, and what is missing on the far copy."""

    group: str
    near: VolumeOn
    far: VolumeOn
    near_view: str
    far_view: str
    disagree: bool


def pairs(stage: BranchWorld) -> Iterator[PairTruth]:
    """Every pair once, in the order of the site's files."""
    seen: set[frozenset[VolumeOn]] = set()
    storage = stage.world.storage
    for a in stage.world.site.attachments:
        for number in a.volumes:
            volume = storage.image(a.image_id).volume(number)
            if volume.peer is None:
                continue
            near, far = VolumeOn(a.image_id, number), VolumeOn(volume.peer.image.image_id, volume.peer.volume_id)
            if frozenset((near, far)) in seen:
                continue
            seen.add(frozenset((near, far)))
            views = [f"{each.view.value}{reason_of(each.reason.value)}" for each in (volume, volume.peer)]
            is_odd = any("Suspended" in view for view in views) and any("Full Duplex" in view for view in views)
            yield PairTruth(a.group, near, far, views[0], views[1], is_odd)


def reason_of(reason: str) -> str:
    """A reason in parentheses; nothing for none."""
    return "" if reason in {"-", ""} else f" ({reason})"


def groups(stage: BranchWorld) -> Iterator[tuple[str, str, str]]:
    """Each group with each system and its state there, as its engine last said it."""
    hosts = stage.world.site.hosts()
    for group in dict.fromkeys(g.name for c in stage.world.site.clusters for g in c.groups):
        states = stage.drill.history.state.group_on_systems(group)
        for system, state in sorted(states.items(), key=lambda each: hosts.index(each[0])):
            yield group, system, state.text


def groups_by_state(stage: BranchWorld) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Each group with each state that it is in somewhere, and the systems where it is."""
    found: dict[tuple[str, str], list[str]] = {}
    for group, system, state in groups(stage):
        found.setdefault((group, state), []).append(system)
    for (group, state), systems in found.items():
        yield group, state, tuple(systems)


def arrays(stage: BranchWorld) -> Iterator[tuple[str, str]]:
    """Each array, and what is wrong with it: no power, no answer of its consoles, volumes that no host reaches."""
    attached: dict[str, dict[str, None]] = {}
    for each in stage.world.site.attachments:
        attached.setdefault(each.image_id, {}).update(dict.fromkeys(each.volumes))
    for image_id, volumes in attached.items():
        image = stage.world.storage.image(image_id)
        lost = [number for number in volumes if image.volume(number).is_lost]
        wrong = ["lost"] if not image.is_on else [f"lost: {' '.join(lost)}"] if lost else []
        if not image.is_managed:
            wrong.append("no console answers")
        yield image_id, ", ".join(wrong) or "up"


def writers(stage: BranchWorld) -> Iterator[tuple[str, str]]:
    """Each application that writes now, with the copies that receive its writes."""
    for group, system, text in groups(stage):
        if "ONLINE" in text.split("|"):
            found = next((a for a in stage.world.site.attachments if a.group == group and a.host == system), None)
            if found is not None:
                yield f"{group} on {system}", f"{found.image_id} {' '.join(found.volumes)}"


def lost_so_far(stage: BranchWorld) -> list[tuple[str, int]]:
    """Writes that were acknowledged and were missing where an application opened its volumes again."""
    writes = stage.drill.history.writes
    return [(opening.event.stream, writes.acknowledged.count(opening.lost)) for opening in writes.losses()]


def paths(stage: BranchWorld) -> Iterator[tuple[str, str]]:
    """Each direction of each Metro Mirror link, and whether it is up."""
    storage = stage.world.storage
    links = {
        (link.name, link.source.image_id): link
        for image in storage.image_ids()
        for link in storage.fabric.links_of(storage.image(image))
    }
    for (name, source), link in sorted(links.items()):
        ends = f"{short_serial(source)} -> {short_serial(link.target.image_id)}"
        yield f"{name} {ends}", "up" if link.is_up else "DOWN"


def truth_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """All of it as text."""
    stage = rehearsal.stage
    how = f"stands still ({rehearsal.stopped_because})" if rehearsal.is_stopped else rehearsal.pace.describe()
    yield f"SIMULATED  {clock_text(stage.now_us)[:-3]}, branch {rehearsal.tree.current}; time: {how}"
    for name, host in stage.world.hosts.items():
        yield f"  host   {name:<12} {host.power.value}"
    for image_id, state in arrays(stage):
        yield f"  array  {image_id:<12} {state}"
    for group, state, systems in groups_by_state(stage):
        yield f"  group  {group:<12} {state:<12} {', '.join(systems)}"
    for pair in pairs(stage):
        mark = "  THEY DISAGREE" if pair.disagree else ""
        yield f"  pair   {pair.near.short()}: {pair.near_view}  |  {pair.far.short()}: {pair.far_view}{mark}"
    for name, state in paths(stage):
        yield f"  link   {name:<12} {state}"
    for writer, copies in writers(stage):
        yield f"  writes {writer}: {copies}"
    for stream, count in lost_so_far(stage):
        yield f"  LOST   {count:,} acknowledged writes, found missing by {stream}"
    for place, words in rehearsal.running():
        yield f"  runs   {place}: {words}"
    for gate, person in stage.drill.programs.gates.items():
        yield f"  gate   {gate}: waits for {person}"
