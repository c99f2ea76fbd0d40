"""The lanes of the timeline picture, from the event log and what was measured from it.

From top to bottom: the service with the parts of its outages, operators, clusters, hosts, the place of each group,
arrays, the two opinions about each pair, links and paths, and the application's writes.

Rule 1: what is drawn was logged. A path or link that never changed is not drawn, since no event tells of it.
Rule 2: a lane's states are words of `vocabulary.STATES`; how they look is the page's affair.
"""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.report.model import Lane, Span, Tick
from mirrordrill.drills.report.picture.tracks import Change, Track, lane, listed, together
from mirrordrill.drills.report.picture.wide_area import WideTracks
from mirrordrill.drills.report.picture.writes import WriteTracks
from mirrordrill.simulator.array.events import (
    ImagePowerChanged,
    ManagementChanged,
    PairViewChanged,
    PathChanged,
    short_serial,
)
from mirrordrill.simulator.array.events import MirrorLinkChanged as MirrorLinkChanged
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import HostBooted, HostHung, HostLost, HostResumed
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import (
    CommandGiven,
    DaemonChanged,
    EngineLog,
    GroupChanged,
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
PAIR_LANES_MAX = 32
"""So many groups of pairs are drawn; the event list has all of them."""
SERVICE, PEOPLE, HOSTS, PLACES = "Service", "Operators and clusters", "Hosts", "Where the group is"
ARRAYS, PAIRS, LINES = "Arrays", "Pairs, as each array sees them", "Links and paths"


class Lanes:
    """Folded from the log; ask for the lanes at the end."""

    def __init__(self) -> None:
        self._operators = Track()
        self._clusters: dict[str, Track] = {}
        self._hosts: dict[str, Track] = {}
        self._power: dict[str, str] = {}
        self._engines: dict[str, str] = {}
        self._cluster_of: dict[str, str] = {}
        self._places: dict[tuple[str, str], Track] = {}
        self._arrays: dict[str, Track] = {}
        self._views: dict[tuple[str, str], Track] = {}
        self._peers: dict[tuple[str, str], tuple[str, str]] = {}
        self._links: dict[str, Track] = {}
        self._paths: dict[str, Track] = {}
        self._wide = WideTracks()
        self._writes = WriteTracks()

    def see(self, record: Record) -> None:
        """Take one record in."""
        event = record.event
        self._writes.see(record)
        self._wide.see(record)
        match event:
            case CommandGiven() if event.exit_code == 0:
                self._tick(self._operators, record)
            case CommandExecuted() if not event.sender:
                self._tick(self._operators, record)
            case GroupChanged():
                self._place(record, event)
            case HostBooted() | HostLost() | HostHung() | HostResumed() | SystemChanged():
                self._host(record, event)
            case DaemonChanged():
                self._tick(self._hosts.setdefault(event.system, Track()), record)
            case EngineLog() if event.source in self._hosts:
                self._tick(self._hosts[event.source], record)
            case EngineLog() | LltLinkChanged():
                self._tick(self._clusters.setdefault(event.where().removeprefix("cluster "), Track()), record)
            case PairViewChanged() | ImagePowerChanged() | ManagementChanged() | MirrorLinkChanged() | PathChanged():
                self._storage(record, event)
            case _:
                pass

    def lanes(self, measured: Measured) -> tuple[Lane, ...]:
        """All lanes, from top to bottom."""
        end_us = measured.now_us
        found = list(service_lanes(measured))
        if self._operators.ticks:
            found.append(lane(PEOPLE, "commands", self._operators, end_us))
        found += [
            lane(PEOPLE, f"cluster {name}", track, end_us) for name, track in self._clusters.items() if track.ticks
        ]
        found += self._wide.lanes(end_us)
        found += [lane(HOSTS, name, track, end_us) for name, track in self._hosts.items()]
        places = [(group, system, track) for (group, system), track in self._places.items()]
        found += [
            lane(PLACES, f"{group} on {system}", track, end_us)
            for group, system, track in places
            if any(change.state for change in track.changes)
        ]
        found += [lane(ARRAYS, short_serial(name), track, end_us) for name, track in self._arrays.items()]
        found += self._pair_lanes(end_us)
        for tracks in (self._links, self._paths):
            same = together((name, (track,)) for name, track in tracks.items())
            found += [lane(LINES, listed(each.names), each.tracks[0], end_us) for each in same]
        return (*found, *self._writes.lanes(measured))

    def _tick(self, track: Track, record: Record) -> None:
        track.ticks.append(Tick(record.time_us, record.event.text(), record.number))

    def _place(self, record: Record, event: GroupChanged) -> None:
        words = set(event.after.split("|"))
        track = self._places.setdefault((event.group, event.system), Track())
        state = "good"
        for word, means in (
            ("OFFLINE", ""),
            ("UNKNOWN", "unknown"),
            ("PARTIAL", "partial"),
            ("STARTING", "moving"),
            ("STOPPING", "moving"),
            ("FAULTED", "bad"),
        ):
            if word in words:
                state = means
        # Until the first probe nobody claims to know anything: that is no news.
        is_new = state == "unknown" and not any(change.state for change in track.changes)
        track.set(record.time_us, "" if is_new else state, event.after, record.number)

    def _host(self, record: Record, event: HostBooted | HostLost | HostHung | HostResumed | SystemChanged) -> None:
        if isinstance(event, SystemChanged):
            host = event.system
            self._engines[host] = event.after
            self._cluster_of[host] = event.cluster
        else:
            host = event.host
            down = {HostBooted: "", HostResumed: "", HostHung: "stands still"}
            self._power[host] = event.how if isinstance(event, HostLost) else down[type(event)]
            if isinstance(event, HostBooted):
                self._engines.pop(host, None)
            elif isinstance(event, HostLost):
                self._fall_silent(record, self._cluster_of.get(host, ""))
        track, power, engine = self._hosts.setdefault(host, Track()), self._power.get(host, ""), self._engines.get(host)
        if power:
            track.set(record.time_us, "hung" if power == "stands still" else "bad", power, record.number)
        elif engine in {None, "RUNNING"}:
            track.set(
                record.time_us, "good" if engine else "moving", f"VCS {engine}" if engine else "up", record.number
            )
        else:
            # The host lives: that is what others say of it, who may just not hear it.
            is_gone = engine in {"FAULTED", "EXITED", "UNKNOWN", "DDNA"}
            said = f"up, {engine} for the others" if is_gone else f"up, VCS {engine}"
            track.set(record.time_us, "partial" if is_gone else "moving", said, record.number)

    def _fall_silent(self, record: Record, cluster: str) -> None:
        """A cluster whose last system is lost believes nothing any more."""
        systems = [system for system, name in self._cluster_of.items() if name == cluster]
        if not all(self._power.get(system) for system in systems):
            return
        for (_group, system), track in self._places.items():
            if system in systems and track.changes:
                track.set(record.time_us, "", "", record.number)
        self._wide.fall_silent(record, cluster)

    def _storage(
        self,
        record: Record,
        event: PairViewChanged | ImagePowerChanged | ManagementChanged | MirrorLinkChanged | PathChanged,
    ) -> None:
        now_us, number = record.time_us, record.number
        if isinstance(event, PairViewChanged):
            key = (event.array, event.volume)
            if event.array not in self._arrays:
                self._arrays[event.array] = Track([Change(0, "good", "on", number)])
            reason = "" if event.reason == "-" else f" ({event.reason})"
            self._peers.setdefault(key, (event.peer_array, event.peer_volume))
            state = VIEWS[View(event.after)]
            self._views.setdefault(key, Track()).set(now_us, state, event.after + reason, number)
        elif isinstance(event, ImagePowerChanged):
            state, label = ("good", "on") if event.is_on else ("bad", "lost")
            self._arrays.setdefault(event.array, Track()).set(now_us, state, label, number)
        elif isinstance(event, ManagementChanged):
            late = event.answer_delay_ms or not event.is_answering
            self._arrays.setdefault(event.array, Track()).set(
                now_us, "partial" if late else "good", event.text() if late else "on", number
            )
        elif isinstance(event, MirrorLinkChanged):
            name = f"{event.link} {short_serial(event.from_array)} \u2192 {short_serial(event.to_array)}"
            self._line(self._links, name, record, "up" if event.is_up else "down", "down" if event.is_up else "up")
        else:
            target = f"{short_serial(event.target_array)} {event.target_lss}"
            name = f"{short_serial(event.array)} {event.source_lss} \u2192 {target}"
            self._line(self._paths, name, record, event.after, event.before)

    def _line(self, tracks: dict[str, Track], name: str, record: Record, after: str, before: str) -> None:
        """A line that changes was in its state before since the beginning."""
        track = tracks.setdefault(name, Track())
        good = {"up", "Success"}
        if not track.changes and before:
            track.set(0, "good" if before in good else "bad", before, record.number)
        track.set(record.time_us, "good" if after in good else "bad", after, record.number)

    def _pair_lanes(self, end_us: int) -> Iterator[Lane]:
        """Three lanes for pairs of the same history: one opinion, the other, and between them where they differ."""
        ends: dict[tuple[str, str], list[tuple[str, tuple[Track, ...]]]] = {}
        done: set[tuple[str, str]] = set()
        for key, peer in self._peers.items():
            if key in done or peer not in self._views:
                continue
            done |= {key, peer}
            name = key[1] if key[1] == peer[1] else f"{key[1]}:{peer[1]}"
            ends.setdefault((key[0], peer[0]), []).append((name, (self._views[key], self._views[peer])))
        drawn = 0
        for (own, its), pairs in ends.items():
            for same in together(pairs):
                drawn += 1
                if drawn <= PAIR_LANES_MAX:
                    names = listed(same.names)
                    yield lane(PAIRS, f"{names} seen by {short_serial(own)}", same.tracks[0], end_us)
                    yield lane(PAIRS, "do they agree?", agreement(*same.tracks), end_us)
                    yield lane(PAIRS, f"{names} seen by {short_serial(its)}", same.tracks[1], end_us)
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
