"""Why a group is not online, as far as an operator was told: what was done by hand, an alert, a line of the log.

Rule 1: a reason is an act of a person, an alert that stands, or a line of the agent or the engine about this group.
Rule 2: a line counts from the moment at which the group was online for the last time, or from the repair.
Rule 3: a group that is on its way has time until the bound of its clusters is over. Then only what keeps it there, and
is still said, is a reason: a person is awaited, the agent's clean refuses after each monitor and says why, a resource
is FAULTED and FaultPropagation is 0, or a group that stands on it is not down for one of these reasons.
Rule 4: a group that requires another one online has the reason of that one; one that main.cf leaves to people to start
waits for them once its cluster has started anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mirrordrill.agent.exit_codes import CleanExit
from mirrordrill.drills.history import History
from mirrordrill.drills.history.site_state import LoggedLine
from mirrordrill.drills.history.values import GroupStateOn, ResourceOn, group_state
from mirrordrill.drills.steps.attempts import Attempt, Attempts
from mirrordrill.drills.sweep.runbook import started_by_people
from mirrordrill.simulator.config.semantics import ResourceModel
from mirrordrill.simulator.host.events import AgentLog, NeighbourChanged
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs import messages as vcs
from mirrordrill.simulator.vcs.events import (
    ConcurrencyViolation,
    EngineLog,
    EntryPointEnded,
    EntryPointStarted,
    GroupChanged,
    ResourceChanged,
    SystemChanged,
)
from mirrordrill.simulator.vcs.spec import GroupSpec, Parallel
from mirrordrill.simulator.vcs.states import SystemState
from mirrordrill.simulator.vcs.wide_area import messages as wide_area
from mirrordrill.simulator.vcs.wide_area.events import GlobalConcurrencyViolation
from mirrordrill.simulator.world import World

TELLS = frozenset({"ERROR", "CRITICAL", "WARNING"})
"""Severities with which an operator is told something."""
ENDS = frozenset(
    text.id
    for text in (
        vcs.GROUP_FAULTED,
        vcs.RESOURCE_FAULTED,
        vcs.NO_TARGET,
        vcs.NOT_FAILING_OVER,
        vcs.NOT_SWITCHING,
        vcs.NOT_ALLOWED,
        vcs.AUTO_DISABLED,
        wide_area.NOT_TAKEN,
        wide_area.NO_TARGET_HERE,
        wide_area.NOT_GRANTED,
    )
)
"""Messages with which an engine tells an operator that a group is not coming online by itself."""
NO_ENGINE = frozenset(text.id for text in (vcs.NOT_SEEDED, vcs.PREEXISTING_SPLIT, vcs.FENCING_UNREACHABLE))
"""Messages that say why no engine starts in a cluster, or on one of its systems: they are about each of its groups."""
MOVES = frozenset({"-offline", "-online", "-switch", "-declare"})
"""Commands that say where a group shall be."""
FLUSH = "-flush"
"""The command that ends what VCS waits for on a system, a move of the group among it."""
STARTED = "started by hand"
WORK = frozenset({"online", "offline"})
"""What VCS asks of the agent next, once it waits for a clean no more."""
STILL_SAID = 2
"""So many monitor intervals ago may a clean have failed that VCS repeats after each monitor."""


class Reasons:
    """What an operator was told of the groups of one drill."""

    def __init__(self, world: World, history: History, attempts: Attempts) -> None:
        self._world = world
        self._history = history
        self._attempts = attempts

    def why_not(self, group: str, since: int) -> str:
        """Why a group is not online, in words; empty where nothing says so. `since` is the event of the repair."""
        if waits := self.awaited_person(group):
            return waits
        if self._on_its_way(group):
            return (
                self._refused_cleans(group)
                or self._stands_without_engine(group)
                or self._kept_fault(group)
                or self._stands_on_it(group, since)
            )
        if self._was_taken_offline(group):
            return "an operator took it offline" + self._started_since(group)
        if flush := self._flush_on_its_way(group, since):
            return f"an operator ended its way: {flush.text()}"
        for name in self._world.clusters:
            for alert in self._history.state.standing_alerts(name):
                return f"alert {alert.alert}"
        return self.said(group, since) or self._lacks(group, since) or self._awaits_start(group)

    def _states(self, group: str) -> dict[str, GroupStateOn]:
        return self._history.state.group_on_systems(group)

    def _on_its_way(self, group: str) -> list[str]:
        """The systems on which it is on its way, as the engines say; what the last engine of a cluster said is over."""
        moving = (system for system, state in self._states(group).items() if state.is_starting or state.is_stopping)
        return [system for system in moving if self._world.cluster_of(system).engines()]

    def _records(self) -> Iterator[Record]:
        """The log, the last record first."""
        return iter(reversed(self._world.kernel.log.since(0)))

    def _refused_cleans(self, group: str) -> str:
        """What the agent's clean says on each system on which the group is on its way, as VCS waits for it there.

        Empty where the group is on its way somewhere and VCS waits for something else, or nothing was said lately.
        """
        lines = [self.refused_clean(group, system) for system in self._on_its_way(group)]
        return "; ".join(line.text() for line in lines if line is not None) if all(lines) else ""

    def _stands_without_engine(self, group: str) -> str:
        """The systems on which the group is on its way and VCS does not run: it was stopped there under it, which
        the other engines tell as autodisabled. Empty where VCS runs on one of them.
        """
        on_way = self._on_its_way(group)
        told = {line.event.message_id for line in self._history.state.lines if isinstance(line.event, EngineLog)}
        if vcs.AUTO_DISABLED.id not in told or any(self._world.cluster_of(each).membership_of(each) for each in on_way):
            return ""
        return f"autodisabled: VCS does not run on {', '.join(on_way)}"

    def _kept_fault(self, group: str) -> str:
        """The faulted resource on each system on which the group is on its way, if VCS may not act on faults there.

        With FaultPropagation 0 what stands on it goes on waiting, also once its fault was cleared, until it is started.
        Empty where VCS waits for something else somewhere.
        """
        kept = []
        for system in self._on_its_way(group):
            states = self._resource_states(group).items()
            faulted = [str(place) for place, state in states if place.system == system and "FAULTED" in state]
            down = faulted or [f"{each} (cleared)" for each in self._cleared(group, system)]
            if not down or self._spec(group, system).fault_propagation:
                return ""
            kept += down
        return f"FaultPropagation is 0, and FAULTED is {', '.join(kept)}" if kept else ""

    def _cleared(self, group: str, system: str) -> list[ResourceOn]:
        """The resources there whose fault was cleared, and that nothing has started or changed since."""
        its = {resource.name for resource in self._resources(group)}
        is_cleared: dict[str, bool] = {}
        for record in self._world.kernel.log.since(0):
            event = record.event
            if isinstance(event, ResourceChanged | EntryPointStarted) and event.system == system:
                if isinstance(event, ResourceChanged):
                    is_cleared[event.resource] = "FAULTED" in event.before and event.after == "OFFLINE"
                elif event.entry == "online":
                    is_cleared[event.resource] = False
        return [ResourceOn(name, system) for name, is_so in is_cleared.items() if is_so and name in its]

    def _stands_on_it(self, group: str, since: int) -> str:
        """Why the groups are not down for which this one waits, as it may go offline only after them."""
        if not any(state.is_stopping for state in self._states(group).values()):
            return ""
        standing = (
            parent.name
            for cluster in self._world.clusters.values()
            for parent in cluster.spec.groups
            if any(its.online and its.child == group for its in parent.requires)
        )
        up = [each for each in standing if any(not state.is_down for state in self._states(each).values())]
        return "; ".join(f"{each} stands on it: {why}" for each in up if (why := self.why_not(each, since)))

    def _lacks(self, group: str, since: int) -> str:
        """Why a group that this one requires is not online."""
        required = dict.fromkeys(
            its.child
            for cluster in self._world.clusters.values()
            for spec in cluster.spec.groups
            for its in spec.requires
            if spec.name == group and its.online
        )
        lacking = [each for each in required if not self._history.state.online_on(each)]
        return "; ".join(f"it requires {each}: {why}" for each in lacking if (why := self.why_not(each, since)))

    def _awaits_start(self, group: str) -> str:
        """That people have to start it, as main.cf says: its cluster (its system, if it is parallel) is new since."""
        specs = [cluster.spec for cluster in self._world.clusters.values()]
        its = [spec for cluster in specs for spec in cluster.groups if spec.name == group]
        systems = {system for spec in its for system in spec.systems}
        builds = {SystemState.LOCAL_BUILD.value}
        if any(spec.parallel is Parallel.PARALLEL for spec in its):
            builds.add(SystemState.REMOTE_BUILD.value)
        # The start with which the night began is none: the group was online after that.
        from_number = max(self._went_offline(group), self._came_online(group))
        for record in self._world.kernel.log.since(from_number):
            event = record.event
            if isinstance(event, SystemChanged) and event.system in systems and event.after in builds:
                by_people = group in started_by_people(specs)
                return f"{event.system} has started since, and main.cf leaves it to people to start it" * by_people
        return ""

    def _spec(self, group: str, system: str) -> GroupSpec:
        return next(spec for spec in self._world.cluster_of(system).spec.groups if spec.name == group)

    def refused_clean(self, group: str, system: str) -> LoggedLine | None:
        """The error of the clean that failed last for the group's mirror there, where nothing else was begun since."""
        its = {a.resource: a for a in self._world.site.attachments if (a.group, a.host) == (group, system)}
        failed: EntryPointEnded | None = None
        for record in self._records():
            event = record.event
            if isinstance(event, EntryPointEnded) and event.system == system and event.resource in its:
                if event.entry in WORK or (event.entry, event.exit_code) == ("clean", CleanExit.CLEANED):
                    return None
                if event.entry == "clean":
                    failed = event
                    break
        since_us = (self._world.kernel.now_s - STILL_SAID * self._interval_s(system)) * 1e6
        if failed is None or record.time_us < since_us:
            return None
        wanted = (system, failed.resource, failed.entry)
        for line in reversed(self._history.state.lines):
            said = line.event
            if isinstance(said, AgentLog) and (said.host, said.resource, said.entry) == wanted:
                return line if said.severity in TELLS else None
        return None

    def _interval_s(self, system: str) -> float:
        return max(limits.monitor_interval_s for limits in self._world.cluster_of(system).spec.types)

    def _flush_on_its_way(self, group: str, since: int) -> Attempt | None:
        """The `hagrp -flush` with which an operator ended a move of the group before the repair, if nothing of the
        group is up, and VCS has begun nothing since. The runbook flushes, too: that is no reason."""
        asked = (each for each in self._attempts.accepted(group) if {FLUSH, *MOVES} & set(each.command.split()))
        last = next(asked, None)
        log = self._world.kernel.log.since(0)
        repaired_us = log[since].time_us if since < len(log) else self._world.kernel.now_s * 1e6
        if last is None or FLUSH not in last.command.split() or last.at_us > repaired_us:
            return None
        if not all(state.is_down for state in self._states(group).values()):
            return None
        was_moving, before = False, dict[str, GroupStateOn]()
        for record in log:
            event = record.event
            if not isinstance(event, GroupChanged) or event.group != group:
                continue
            if record.time_us <= last.at_us:
                before[event.system] = group_state(event.after)
            elif group_state(event.after).is_starting:
                return None
        was_moving = any(state.is_starting or state.is_stopping for state in before.values())
        return last if was_moving else None

    def awaited_person(self, group: str) -> str:
        """The resource of the group that waits for an administrator, as its clean failed too often."""
        states = self._resource_states(group).items()
        waiting = [str(place) for place, state in states if "ADMIN_WAIT" in state]
        return f"{', '.join(waiting)} waits for an administrator (ADMIN_WAIT)" if waiting else ""

    def _resource_states(self, group: str) -> dict[ResourceOn, str]:
        its = {resource.name for resource in self._resources(group)}
        events = (record.event for record in self._world.kernel.log.since(0))
        changes = (event for event in events if isinstance(event, ResourceChanged) and event.resource in its)
        return {ResourceOn(event.resource, event.system): event.after for event in changes}

    def _resources(self, group: str) -> Iterator[ResourceModel]:
        for cluster in self._world.site.clusters:
            for each in cluster.groups:
                if each.name == group:
                    yield from each.resources

    def _was_taken_offline(self, group: str) -> bool:
        """Whether the last thing that operators asked of the group, and that was accepted, was to go offline."""
        wanted = (each.command.split() for each in self._attempts.accepted(group))
        last = next((words for words in wanted if MOVES & set(words)), [])
        by_hand = self._started_by_hand(group)
        states = self._states(group)
        return "-offline" in last and all(state.is_down or system in by_hand for system, state in states.items())

    def _started_by_hand(self, group: str) -> dict[str, str]:
        """System -> the resource of the group that root started there last without VCS, which leaves it PARTIAL."""
        its = {resource.name for resource in self._resources(group)}
        events = (record.event for record in self._world.kernel.log.since(0))
        by_hand = [each for each in events if isinstance(each, NeighbourChanged) and each.change == STARTED]
        return {each.host: each.resource for each in by_hand if each.resource in its}

    def _started_since(self, group: str) -> str:
        """What is up of a group that was taken offline, in words; VCS logs it as `Not initiated by VCS`."""
        states = self._states(group)
        by_hand = self._started_by_hand(group).items()
        up = [f"{resource} on {host}" for host, resource in by_hand if not states[host].is_down]
        return f"; root started {', '.join(up)}" if up else ""

    def said(self, group: str, since: int) -> str:
        """What an operator was told of the group since it was online last, or since the repair."""
        line = self._line(group, since)
        return self._violation(group) if line is None else line.text()

    def _violation(self, group: str) -> str:
        """The concurrency violation that an engine reported, in its cluster or between two, if the group is whole
        nowhere since."""
        for record in self._records():
            event = record.event
            if isinstance(event, ConcurrencyViolation | GlobalConcurrencyViolation) and event.group == group:
                return f"concurrency violation: it was up on {', '.join(event.systems)}"
            if isinstance(event, GroupChanged) and (event.group, event.after) == (group, "ONLINE"):
                break
        return ""

    def message_of(self, group: str, since: int) -> str:
        """The id of that message."""
        line = self._line(group, since)
        return "" if line is None else str(line.event.message_id)

    def _line(self, group: str, since: int) -> LoggedLine | None:
        """The agent's last error about the group, else its last warning or what the engine said last."""
        since = min(since, self._went_offline(group))
        resources = {a.resource for a in self._world.site.attachments if a.group == group}
        told: LoggedLine | None = None
        for line in reversed(self._history.state.lines):
            event = line.event
            if line.number < since:
                break
            is_own = isinstance(event, AgentLog) and event.resource in resources and event.severity in TELLS
            if is_own and event.severity != "WARNING":
                return line
            is_end = isinstance(event, EngineLog) and self._is_about(group, event)
            if told is None and (is_own or is_end):
                told = line
        return told

    def _is_about(self, group: str, event: EngineLog) -> bool:
        """Whether the engine, or what keeps it from starting, says why this group is not coming online."""
        if event.message_id in ENDS:
            return named(group, event.message)
        its = [c for c in self._world.clusters.values() if any(group == each.name for each in c.spec.groups)]
        places = {name for each in its for name in (each.spec.name, *(system.name for system in each.spec.systems))}
        has_engine = any(cluster.engines() for cluster in its)
        return event.message_id in NO_ENGINE and event.source in places and not has_engine

    def _came_online(self, group: str) -> int:
        """The number of the event that brought the group online first; of the last event if it never was."""
        number = 0
        for record in self._world.kernel.log.since(0):
            event, number = record.event, record.number
            if isinstance(event, GroupChanged) and event.group == group and "ONLINE" in group_state(event.after).words:
                break
        return number

    def _went_offline(self, group: str) -> int:
        """The number of the first event of the moment at which the group was online for the last time.

        The engine says first that the group is faulted or must go, and then takes it offline, which takes a while.
        Of a system that has left the cluster otherwise than by its death the engine keeps what it knew last, until the
        system is probed again: there the group was online for the last time when the system left.
        """
        left_us: int | None = None
        first, kept_by, is_on_its_way = 0, "", True
        outdated = self._outdated(group)
        for record in self._records():
            event = record.event
            if record.number in outdated:
                continue
            if isinstance(event, GroupChanged) and event.group == group and is_on_its_way:
                was = group_state(event.before)
                if event.system == kept_by or (not kept_by and "ONLINE" in was.words):
                    left_us, first, kept_by = record.time_us, record.number, event.system
                    is_on_its_way = was.is_stopping
            if is_on_its_way:
                continue
            if isinstance(event, SystemChanged) and event.system == kept_by:
                kept_by = "" if event.after == SystemState.RUNNING.value else kept_by
                if event.before == SystemState.RUNNING.value and kept_by:
                    left_us, first, kept_by = record.time_us, record.number, ""
            if record.time_us == left_us:
                first = record.number
            elif not kept_by:
                break
        return first

    def _outdated(self, group: str) -> set[int]:
        """The events of an engine that stood still and holds the group for up where it has gone down meanwhile."""
        found, known = set[int](), dict[str, GroupStateOn]()
        for record in self._world.kernel.log.since(0):
            event = record.event
            if isinstance(event, GroupChanged) and event.group == group:
                is_down = event.system in known and known[event.system].is_down
                if is_down and not group_state(event.before).is_down:
                    found.add(record.number)
                else:
                    known[event.system] = group_state(event.after)
        return found


def named(group: str, message: str) -> bool:
    """Whether a message is about this group: its name stands there alone, not as a part of another one."""
    return re.search(rf"(?<![\w-]){re.escape(group)}(?![\w-])", message) is not None
