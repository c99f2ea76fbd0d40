"""The lanes of the timeline picture: queries of the state history, with what was measured and what happened.

From top to bottom: the service with the parts of its outages, operators, clusters, hosts, the place of each group,
arrays, the two opinions about each pair, links and paths, and the application's writes.

Rule 1: what is drawn was logged. A path or link that never changed is not drawn, since no event tells of it.
Rule 2: a lane's states are words of `vocabulary.STATES`; how they look is the page's affair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mirrordrill.drills.history import History
from mirrordrill.drills.history.state_changes import AnyChange, ClusterSilence, StateChange, StateChanges, in_order
from mirrordrill.drills.history.values import VolumeOn
from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.report.model import Lane, Span, Tick
from mirrordrill.drills.report.picture.tracks import Track, lane, listed, tick, together
from mirrordrill.drills.report.picture.wide_area import wide_lanes
from mirrordrill.drills.report.picture.writes import write_lanes
from mirrordrill.simulator.array.events import ImagePowerChanged, ManagementChanged, PairViewChanged, short_serial
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import HostBooted, HostHung, HostLost, HostResumed
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import (
    CommandGiven,
    DaemonChanged,
    EngineLog,
    LltLinkChanged,
    SystemChanged,
)

VIEWS = {
    View.FULL_DUPLEX: "good",
    View.TARGET_FULL_DUPLEX: "target",
    View.COPY_PENDING: "copying",
    View.TARGET_COPY_PENDING: "copying-target",
    View.SUSPENDED: "suspended",
    View.TARGET_SUSPENDED: "suspended-target",
    View.SIMPLEX: "simplex",
}
PARTNERS = {
    (View.FULL_DUPLEX.value, View.TARGET_FULL_DUPLEX.value),
    (View.COPY_PENDING.value, View.TARGET_COPY_PENDING.value),
    (View.SUSPENDED.value, View.TARGET_SUSPENDED.value),
    (View.SIMPLEX.value, View.SIMPLEX.value),
}
"""Opinions that say the same of a pair, from its two ends."""
GROUP_STATES = (
    ("OFFLINE", ""),
    ("UNKNOWN", "unknown"),
    ("PARTIAL", "partial"),
    ("STARTING", "moving"),
    ("STOPPING", "moving"),
    ("FAULTED", "bad"),
)
"""How a group looks: the last row of which it has the word decides."""
LINE_IS_GOOD = frozenset({"up", "Success"})
STANDS_STILL = "stands still"
PAIR_LANES_MAX = 32
"""So many groups of pairs are drawn; the event list has all of them."""
SERVICE, PEOPLE, HOSTS, PLACES = "Service", "Operators and clusters", "Hosts", "Where the group is"
ARRAYS, PAIRS, LINES = "Arrays", "Pairs, as each array sees them", "Links and paths"


def lanes(records: Sequence[Record], history: History, measured: Measured) -> tuple[Lane, ...]:
    """All lanes, from top to bottom."""
    changes, end_us = history.state.changes, measured.now_us
    ticks = Ticks(records, changes)
    found = list(service_lanes(measured))
    if ticks.operators:
        found.append(lane(PEOPLE, "commands", Track(ticks=ticks.operators), end_us))
    found += [lane(PEOPLE, f"cluster {name}", Track(ticks=its), end_us) for name, its in ticks.clusters.items()]
    silences = changes.silences()
    found += wide_lanes(records, changes, silences, end_us)
    found += [lane(HOSTS, name, host_track(changes, name, ticks.hosts[name]), end_us) for name in ticks.hosts]
    places = (
        (f"{group} on {system}", place_track(changes, silences, group, system)) for group, system in changes.groups
    )
    found += [lane(PLACES, name, track, end_us) for name, track in places if any(c.state for c in track.changes)]
    found += [lane(ARRAYS, short_serial(array), image_track(changes, array), end_us) for array in changes.images]
    found += pair_lanes(changes, end_us)
    for tracks in (link_tracks(changes), path_tracks(changes)):
        same = together((name, (track,)) for name, track in tracks)
        found += [lane(LINES, listed(each.names), each.tracks[0], end_us) for each in same]
    return (*found, *write_lanes(history, measured))


class Ticks:
    """What happened at a moment, by where it is shown; a host that the log tells of has a lane, whatever it tells."""

    def __init__(self, records: Sequence[Record], changes: StateChanges) -> None:
        self.operators: list[Tick] = []
        self.clusters: dict[str, list[Tick]] = {}
        self.hosts: dict[str, list[Tick]] = {}
        first_told = {change.number for kept in (changes.hosts, changes.engines) for (change, *_) in kept.values()}
        for record in records:
            match event := record.event:
                case CommandGiven() if event.exit_code == 0:
                    self.operators.append(tick(record))
                case CommandExecuted() if not event.sender:
                    self.operators.append(tick(record))
                case HostBooted() | HostLost() | HostHung() | HostResumed() if record.number in first_told:
                    self.hosts.setdefault(event.host, [])
                case SystemChanged() if record.number in first_told:
                    self.hosts.setdefault(event.system, [])
                case DaemonChanged():
                    self.hosts.setdefault(event.system, []).append(tick(record))
                case EngineLog() if event.source in self.hosts:
                    self.hosts[event.source].append(tick(record))
                case EngineLog() | LltLinkChanged():
                    self.clusters.setdefault(event.where().removeprefix("cluster "), []).append(tick(record))
                case _:
                    pass


def place_track(changes: StateChanges, silences: Sequence[ClusterSilence], group: str, system: str) -> Track:
    """A group on a system as its engine has it, for as long as there is an engine."""
    track = Track()
    its = (silence for silence in silences if system in silence.systems)
    for change in in_order(changes.groups[group, system], its):
        if isinstance(change, ClusterSilence):
            track.fall_silent(change.time_us, change.number)
            continue
        after: str = change.event.after
        words = set(after.split("|"))
        state = "good"
        for word, means in GROUP_STATES:
            if word in words:
                state = means
        # Until the first probe no engine claims to know anything: that is no news.
        is_new = state == "unknown" and not any(each.state for each in track.changes)
        track.set(change.time_us, "" if is_new else state, after, change.number)
    return track


def host_track(changes: StateChanges, host: str, ticks: list[Tick]) -> Track:
    """A host: whether it has power, and what the engines say of it."""
    track, power, engine = Track(ticks=ticks), "", None
    for change in in_order(changes.hosts.get(host, ()), changes.engines.get(host, ())):
        match event := change.event:
            case SystemChanged():
                engine = event.after
            case HostBooted():
                power, engine = "", None
            case HostResumed():
                power = ""
            case HostHung():
                power = STANDS_STILL
            case HostLost():
                power = event.how
        track.set(change.time_us, *host_state(power, engine), change.number)
    return track


def host_state(power: str, engine: str | None) -> tuple[str, str]:
    """How a host looks, and what is said of it."""
    if power:
        return "hung" if power == STANDS_STILL else "bad", power
    if engine is None:
        return "moving", "up"
    if engine == "RUNNING":
        return "good", "VCS RUNNING"
    # The host lives: that is what others say of it, which may just not hear it.
    if engine in {"FAULTED", "EXITED", "UNKNOWN", "DDNA"}:
        return "partial", f"up, {engine} for the others"
    return "moving", f"up, VCS {engine}"


def image_track(changes: StateChanges, array: str) -> Track:
    """An array with its power and its management; that it has an opinion of a volume says that it was on before."""
    track = Track()
    for change in changes.images[array]:
        match event := change.event:
            case PairViewChanged():
                track.set(0, "good", "on", change.number)
            case ImagePowerChanged():
                track.set(change.time_us, *(("good", "on") if event.is_on else ("bad", "lost")), change.number)
            case ManagementChanged():
                is_late = bool(event.answer_delay_ms) or not event.is_answering
                state, label = ("partial", event.text()) if is_late else ("good", "on")
                track.set(change.time_us, state, label, change.number)
            case _:
                pass  # hosts wait through a restart: it is in the events
    return track


def link_tracks(changes: StateChanges) -> Iterator[tuple[str, Track]]:
    """Each direction of a link that changed."""
    for (link, from_array, to_array), its in changes.links.items():
        track = Track()
        for change in its:
            after, before = ("up", "down") if change.event.is_up else ("down", "up")
            line_changes(track, change, after, before)
        yield f"{link} {short_serial(from_array)} \u2192 {short_serial(to_array)}", track


def path_tracks(changes: StateChanges) -> Iterator[tuple[str, Track]]:
    """Each path that changed."""
    for (array, source_lss, target_array, target_lss), its in changes.paths.items():
        track = Track()
        for change in its:
            line_changes(track, change, change.event.after, change.event.before)
        yield f"{short_serial(array)} {source_lss} \u2192 {short_serial(target_array)} {target_lss}", track


def line_changes(track: Track, change: AnyChange, after: str, before: str) -> None:
    """A line that changes was in its state before since the beginning."""
    if not track.changes and before:
        track.set(0, "good" if before in LINE_IS_GOOD else "bad", before, change.number)
    track.set(change.time_us, "good" if after in LINE_IS_GOOD else "bad", after, change.number)


def view_track(views: Sequence[StateChange[PairViewChanged]]) -> Track:
    """What an array thinks of a volume."""
    track = Track()
    for change in views:
        event = change.event
        reason = "" if event.reason == "-" else f" ({event.reason})"
        track.set(change.time_us, VIEWS[View(event.after)], event.after + reason, change.number)
    return track


def pair_lanes(changes: StateChanges, end_us: int) -> Iterator[Lane]:
    """Three lanes for pairs of the same history: one opinion, the other, and between them where they differ."""
    ends: dict[tuple[str, str], list[tuple[str, tuple[Track, ...]]]] = {}
    done: set[VolumeOn] = set()
    for own, views in changes.views.items():
        its = VolumeOn(views[0].event.peer_array, views[0].event.peer_volume)
        if own in done or its not in changes.views:
            continue
        done |= {own, its}
        name = own.volume if own.volume == its.volume else f"{own.volume}:{its.volume}"
        tracks = view_track(views), view_track(changes.views[its])
        ends.setdefault((own.array, its.array), []).append((name, tracks))
    drawn = 0
    for (array, other), pairs in ends.items():
        for same in together(pairs):
            drawn += 1
            if drawn <= PAIR_LANES_MAX:
                names = listed(same.names)
                yield lane(PAIRS, f"{short_serial(array)} sees {names}", same.tracks[0], end_us)
                yield lane(PAIRS, "do they agree?", agreement(*same.tracks), end_us)
                yield lane(PAIRS, f"{short_serial(other)} sees {names}", same.tracks[1], end_us)
    if drawn > PAIR_LANES_MAX:
        yield Lane(PAIRS, f"{drawn - PAIR_LANES_MAX} more histories: see the events", (), ())


def agreement(own: Track, its: Track) -> Track:
    """Where two opinions do not say the same of a pair."""
    found, views = Track(), ["", ""]
    changes = sorted(
        [(change.time_us, change.event, 0, change.label) for change in own.changes]
        + [(change.time_us, change.event, 1, change.label) for change in its.changes]
    )
    for time_us, event, side, label in changes:
        views[side] = label.partition(" (")[0]
        is_one = "" in views or (views[0], views[1]) in PARTNERS or (views[1], views[0]) in PARTNERS
        found.set(time_us, "" if is_one else "disagree", "" if is_one else f"{views[0]} / {views[1]}", event)
    return found


def service_lanes(measured: Measured) -> Iterator[Lane]:
    """A lane for each group: where it served, and the parts of its outages; and one for its time without a mirror."""
    for group, first in measured.first_served:
        spans: list[Span] = []
        at_us, event, host = first.time_us, first.event, ""
        outages = [outage for outage in measured.outages if outage.group == group]
        for outage in outages:
            spans.append(Span(at_us, outage.began.time_us, "serves", f"serves on {outage.from_host}", event))
            at_us = outage.began.time_us
            for part in outage.phases():
                label = f"{part.name} {part.took_us / 1e6:.1f} s: {part.ended.what}"
                spans.append(Span(part.began_us, part.ended.time_us, part.name, label, part.ended.event))
                at_us = part.ended.time_us
            if outage.verified is None:
                spans.append(Span(at_us, measured.now_us, "out", "out of service", outage.began.event))
            else:
                event, host = outage.verified.event, outage.to_host
        if not outages or outages[-1].verified is not None:
            label = f"serves on {host}" if host else "serves"
            spans.append(Span(at_us, measured.now_us, "serves", label, event))
        yield Lane(SERVICE, group, tuple(span for span in spans if span.until_us > span.from_us), ())
        exposed = [exposure for exposure in measured.exposures if exposure.group == group]
        if exposed:
            found = tuple(
                Span(
                    each.began.time_us,
                    each.ended.time_us if each.ended else measured.now_us,
                    "exposed",
                    f"no mirror in sync for {each.length_us(measured.now_us) / 1e6:,.1f} s",
                    each.began.event,
                )
                for each in exposed
            )
            yield Lane(SERVICE, f"{group} without a mirror", found, ())
