"""What each role is shown, as values for the templates.

Rule 1: a participant is shown what the engines and arrays of its own side say, and nothing that is only true.
Rule 2: reading changes nothing: no command is run, no time passes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mirrordrill.drills.output import timeline
from mirrordrill.drills.rehearse import truth
from mirrordrill.drills.rehearse.branch_world import BranchWorld
from mirrordrill.drills.rehearse.console.pictures import rails
from mirrordrill.drills.rehearse.debrief.plan import plan_of
from mirrordrill.drills.rehearse.debrief.score import live_score
from mirrordrill.drills.rehearse.exercise import alert_text, described, described_withheld, silent_since_us
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.roles import Role
from mirrordrill.drills.steps.programs import Information
from mirrordrill.simulator.dscli.columns import VOLUME_INACCESSIBLE
from mirrordrill.simulator.kernel.untrusted import visible
from mirrordrill.simulator.vcs.engine.state.group_state import GroupState

STORY_LINES = 200
LOG_LINES = 60
LOOKED_AT = 2000
"""So many records are looked at for the story: a page is made ten times a second."""
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A resource with its state on each system; `depth` is how many others stand on it, one upon the other."""

    name: str
    type: str
    depth: int
    states: Row


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with its state on each of the systems that it may run on."""

    name: str
    systems: Row
    states: Row
    resources: tuple[ResourceView, ...]


@dataclass(frozen=True, slots=True)
class EngineView:
    """What one engine of a side says: `hastatus`, its alerts."""

    title: str
    systems: tuple[Row, ...]
    groups: tuple[GroupView, ...]
    alerts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArrayView:
    """What one array says of its pairs and paths: `lspprc`, `lspprcpath`."""

    title: str
    answers: bool
    pairs: tuple[Row, ...]


def engines(world: BranchWorld, role: Role) -> Iterator[EngineView]:
    """One for each engine that a host of the role obeys."""
    if silent_since_us(world.drill, role.key) is not None:
        return
    seen = set()
    is_withheld = world.drill.programs.is_withheld
    for host in role.hosts:
        if not world.world.is_up(host):
            continue
        cluster = world.world.cluster_of(host)
        engine = cluster.engine_on(host)
        if engine is None or id(engine) in seen:
            continue
        seen.add(id(engine))
        state = engine.state
        yield EngineView(
            f"cluster {cluster.spec.name}, as {host} says",
            tuple((name, each.state.value, "frozen" if each.frozen else "") for name, each in state.systems.items()),
            tuple(group_view(name, group) for name, group in state.groups.items()),
            tuple(
                alert_text(alert)
                for number, alert in world.drill.history.state.numbered_alerts(cluster.spec.name).items()
                if not is_withheld(role.key, Information.ALERTS, number, alert_text(alert))
            ),
        )


def group_view(name: str, group: GroupState) -> GroupView:
    """A group as its engine has it; each resource below the last of those that stand on it."""
    systems = tuple(group.on)
    depths: dict[str, int] = {}

    def placed(names: Iterable[str]) -> Iterator[ResourceView]:
        for each in names:
            place = group.resources[each]
            if each not in depths and all(parent in depths for parent in place.parents):
                depths[each] = 1 + max((depths[parent] for parent in place.parents), default=-1)
                states = tuple(place.on[system].words() for system in systems)
                yield ResourceView(each, place.type.name, depths[each], states)
                yield from placed(place.children)

    rows = tuple(placed(reversed(group.resources)))
    return GroupView(name, systems, tuple("|".join(group.words(system)) for system in systems), rows)


def silent_hosts(world: BranchWorld, role: Role) -> tuple[str, ...]:
    """The role's hosts that run no engine, or nothing at all."""
    if silent_since_us(world.drill, role.key) is not None:
        return ()
    return tuple(
        host
        for host in role.hosts
        if not world.world.is_up(host) or world.world.cluster_of(host).engine_on(host) is None
    )


def arrays(world: BranchWorld, role: Role) -> Iterator[ArrayView]:
    """The role's arrays, each with its own opinion."""
    for image_id in role.arrays if silent_since_us(world.drill, role.key) is None else ():
        image = world.world.storage.image(image_id)
        volumes = dict.fromkeys(v for a in world.world.site.attachments if a.image_id == image_id for v in a.volumes)
        rows = []
        for number in volumes:
            volume = image.volume(number)
            peer = "-" if volume.peer is None else f"{volume.peer.image.image_id} {volume.peer.volume_id}"
            state = volume.view.value if volume.is_accessible else VOLUME_INACCESSIBLE
            rows.append((number, peer, state, volume.reason.value))
        yield ArrayView(image_id, image.is_managed, tuple(rows))


def log_lines(world: BranchWorld, role: Role, until: int | None = None) -> list[str]:
    """The last lines that the engines and agents of the role's hosts logged (until an event), the newest first."""
    is_withheld = world.drill.programs.is_withheld
    own = (
        each
        for each in world.drill.history.state.lines
        if each.system in role.hosts and (until is None or each.number <= until)
    )
    shown = (each for each in own if not is_withheld(role.key, Information.LOGS, each.number, each.text()))
    lines = list(deque(shown, LOG_LINES))
    records = world.drill.log.since(lines[0].number) if lines else []
    times_us = [records[each.number - lines[0].number].time_us for each in lines]
    told = [f"{timeline.clock(at_us)}  {each.text()}" for at_us, each in zip(times_us, lines, strict=True)]
    return [visible(line) for line in reversed(told)]


def story(world: BranchWorld) -> list[str]:
    """The last lines of the story, the newest first."""
    last = world.drill.log.since(max(0, len(world.drill.log) - LOOKED_AT))
    found = [visible(timeline.line(record)) for record in last if not timeline.is_detail(record.event)]
    return found[: -STORY_LINES - 1 : -1]


def instructor(rehearsal: Rehearsal) -> dict[str, object]:
    """The truth."""
    world = rehearsal.stage
    return {
        "groups": list(truth.groups_by_state(world)),
        "arrays": list(truth.arrays(world)),
        "rails": rails(rehearsal),
        "pairs": list(truth.pairs(world)),
        "links": list(truth.paths(world)),
        "writers": list(truth.writers(world)),
        "lost": truth.lost_so_far(world),
        "running": [(host, words, f"end {host}") for host, words in rehearsal.running()],
        "hosts": [(name, host.power.value) for name, host in world.world.hosts.items()],
        "surprises": [(each.number, described(each)) for each in world.drill.programs.surprises.values()],
        "withheld": [
            (described_withheld(each), f"handout {each.what.value} to {each.role}")
            for each in world.drill.programs.withheld
        ],
        "undo": list(enumerate(rehearsal.said, 1)),
        "story": story(world),
        "plan": plan_of(rehearsal),
        "notes": rehearsal.notes,
        "score": live_score(rehearsal),
    }


def participant(rehearsal: Rehearsal, role: Role) -> dict[str, object]:
    """What one side says."""
    world = rehearsal.stage
    since_us = silent_since_us(world.drill, role.key)
    return {
        "silent_since": "" if since_us is None else clock_text(since_us)[:-7],
        "engines": list(engines(world, role)),
        "silent": silent_hosts(world, role),
        "arrays": list(arrays(world, role)) if not role.hosts else [],
        "logs": log_lines(world, role),
        "told": [
            (clock_text(each.at_us)[:-7], each.text) for each in world.drill.programs.told if each.role == role.key
        ][::-1],
    }
