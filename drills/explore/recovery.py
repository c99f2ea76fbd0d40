"""Liveness: what must have come about when nothing new breaks any more, and everything or one side is repaired.

The time that it may take is computed from the policy in force: the limits of every entry point, its retries, the
monitors that are waited for, on each system in turn. Then every group is online where it may be, or it was said
why it is not; mirrors are whole again, or the agent refused to make them so; every command was answered; and nothing is
reported for ever.

Rule 1: what is judged is read from the history. The world is asked to let time pass, and types what the runbook says.
Rule 2: "it is said why" is a line of the agent or the engine, or an alert, since the repair; silence is a failure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from mirrordrill.drills.history import History
from mirrordrill.drills.history.site_state import LoggedLine
from mirrordrill.drills.history.values import VolumeOn
from mirrordrill.drills.run.expectations import ExpectationFailedError
from mirrordrill.drills.run.facts import Facts, Name
from mirrordrill.drills.steps.attempts import Attempts
from mirrordrill.drills.sweep.runbook import STACK_S, kept_offline, patience_s, started_by_people
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.config.semantics import ResourceModel
from mirrordrill.simulator.host.events import AgentLog, NeighbourChanged
from mirrordrill.simulator.site.site import Attachment
from mirrordrill.simulator.vcs import messages as vcs
from mirrordrill.simulator.vcs.events import ConcurrencyViolation, EngineLog, GroupChanged, ResourceChanged
from mirrordrill.simulator.vcs.wide_area import messages as wide_area
from mirrordrill.simulator.vcs.wide_area.events import GlobalConcurrencyViolation
from mirrordrill.simulator.world import World

TELLS = frozenset({"ERROR", "CRITICAL", "WARNING"})
"""Severities with which an operator is told something."""
BOOT_AND_JOIN_S = 300.0
"""A host that boots, and joins its cluster, beside what site.toml says of booting."""
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
STARTED = "started by hand"
COPY_S = 4 * 3600.0
"""A resynchronisation that has not ended by then is looked at: does it still copy?"""
START_WITHIN_S = 600.0
"""As long as any drill gives a cluster to start its groups."""
QUIET_S = 3600.0
"""The last part of a night, in which nothing is done: what is reported again and again there never ends."""
ALARMS_MAX = 6
"""So often in QUIET_S may the same thing be reported: every ten minutes."""


class Recovery:
    """The liveness of one drill."""

    def __init__(self, world: World, history: History, attempts: Attempts) -> None:
        self._world = world
        self._history = history
        self._attempts = attempts
        self._kept_offline = kept_offline(cluster.spec for cluster in world.clusters.values())

    def bound_s(self) -> float:
        """How long the clusters may take by themselves: boot, then all that their limits allow."""
        clusters = [cluster.spec for cluster in self._world.clusters.values()]
        boot_s = BOOT_AND_JOIN_S + self._world.site.settings.hosts.boot_s
        interval_s = max(limits.monitor_interval_s for spec in clusters for limits in spec.types)
        return boot_s + sum(patience_s(spec) for spec in clusters) + 2 * interval_s + STACK_S

    def expect_start(self) -> str:
        """Every group comes online by itself, or by hand where the file wants that. Raises ExpectationFailedError."""
        by_people = started_by_people(cluster.spec for cluster in self._world.clusters.values())
        self._world.run_until(lambda: by_people.keys() >= set(self._not_online()), START_WITHIN_S)
        for group in self._not_online():
            if group in by_people:
                self._type(f"hagrp -online {group} -sys {by_people[group]}", by_people[group])
        if not self._world.run_until(lambda: not self._not_online(), START_WITHIN_S):
            group = self._not_online()[0]
            states = self._history.state.group_on_systems(group)
            seen = ", ".join(f"{system} {state.text}" for system, state in sorted(states.items()))
            raise ExpectationFailedError(Facts("groups differ", {"seen": seen}, {"within_s": START_WITHIN_S}))
        return "; ".join(f"{group} on {', '.join(self._history.state.online_on(group))}" for group in self._groups())

    def leave_alone(self) -> str:
        """Let as much time pass as the policies allow, or less where every group is online; then look once more."""
        began_s, bound_s = self._world.kernel.now_s, self.bound_s()
        is_up = self._world.run_until(lambda: not self._not_online(), bound_s)
        specs = [cluster.spec for cluster in self._world.clusters.values()]
        self._world.advance(2 * max(limits.monitor_interval_s for spec in specs for limits in spec.types) + STACK_S)
        took_s = self._world.kernel.now_s - began_s
        return f"{'every group is online' if is_up else 'not every group is online'} after {took_s:,.0f} s"

    def expect_groups(self, since: int, *, is_reason_enough: bool = True) -> str:
        """Every group is online on exactly one system (or on one array, where it is parallel), or it is said why not.

        Where a reason is not enough, it is told with the failure.

        Raises ExpectationFailedError.
        """
        told = []
        for group in self._groups():
            online = self._history.state.online_on(group)
            if self._is_right(group, online):
                told.append(f"{group} is online on {' and '.join(online)}")
            elif (why := self._why_not(group, since)) and is_reason_enough:
                told.append(f"{group} is not online: {why}")
            elif why:
                names: dict[str, Name] = {"group": group, "message": self._message_of(group, since)}
                raise ExpectationFailedError(Facts("group refused", names, {"seen": why}))
            else:
                states = self._history.state.group_on_systems(group)
                seen = tuple(f"{system} {state.text}" for system, state in sorted(states.items()))
                raise ExpectationFailedError(
                    Facts(
                        "group forgotten",
                        {"group": group, "states": tuple(sorted({s.text for s in states.values()}))},
                        {"seen": seen},
                    )
                )
        return "; ".join(told)

    def follow_runbook(self) -> str:
        """What an operator does when all is repaired: start VCS, clear, bring online what is not, mend the mirror.

        The actions failback and then resume are asked where the group runs; each refuses where it would be wrong.
        Copies get their time.
        """
        done = [*self._start_engines()]
        for group in self._groups():
            if not self._is_right(group, self._history.state.online_on(group)):
                done.append(self._bring_online(group))
        for group in self._groups():
            for system in self._history.state.online_on(group)[:1]:
                for action in ("failback", "resume"):
                    done += [
                        f"{action} {its.resource}: {self._act(action, its)}" for its in self._mirrors(group, system)
                    ]
        self._world.advance(QUIET_S)
        return "; ".join(done) or "nothing was to be done"

    def expect_mirrors(self, since: int) -> str:
        """Where a group is online every pair is in sync, and both arrays say so; or the agent said why not.

        Raises ExpectationFailedError.
        """
        if differing := self._world.storage.compare_pairs():
            raise ExpectationFailedError(Facts("contents differ", {}, {"pairs": differing}))
        told = []
        for group in self._groups():
            for system in self._history.state.online_on(group)[:1]:
                for its in self._of(group, system):
                    seen = Counter(self._history.state.view(VolumeOn(its.image_id, volume)) for volume in its.volumes)
                    if set(seen) == {View.FULL_DUPLEX.value}:
                        told.append(f"{its.resource}: in sync")
                    elif why := self._said(group, since):
                        told.append(f"{its.resource}: not in sync: {why}")
                    else:
                        states = tuple(sorted(seen))
                        raise ExpectationFailedError(
                            Facts("mirror forgotten", {"resource": its.resource, "states": states}, {"system": system})
                        )
        return "; ".join(told) or "no group is online"

    def _is_parallel(self, group: str) -> bool:
        models = [each for cluster in self._world.site.clusters for each in cluster.groups if each.name == group]
        return any(model.parallel for model in models)

    def expect_answers(self) -> str:
        """Every operators' command has been answered. Raises ExpectationFailedError."""
        if waiting := self._attempts.unanswered():
            verbs = tuple(sorted({" ".join(each.command.split()[:2]) for each in waiting}))
            raise ExpectationFailedError(
                Facts("command unanswered", {"commands": verbs}, {"seen": tuple(each.text() for each in waiting)})
            )
        return "every command was answered"

    def expect_quiet(self) -> str:
        """In the last hour nothing was reported again and again. Raises ExpectationFailedError."""
        from_us = round((self._world.kernel.now_s - QUIET_S) * 1e6)
        said: Counter[tuple[str, str]] = Counter()
        for record in reversed(self._world.kernel.log.since(0)):
            if record.time_us < from_us:
                break
            event = record.event
            if isinstance(event, AgentLog) and event.severity in TELLS:
                said[event.host, f"{event.entry} {event.message_id}"] += 1
        often = {key: times for key, times in said.items() if times > ALARMS_MAX}
        if often:
            names = tuple(sorted({what for _, what in often}))
            seen = tuple(f"{what} on {host} {times} times" for (host, what), times in sorted(often.items()))
            raise ExpectationFailedError(Facts("alarm for ever", {"messages": names}, {"seen": seen}))
        return f"nothing was reported more than {ALARMS_MAX} times in the last hour"

    def _groups(self) -> tuple[str, ...]:
        groups = dict.fromkeys(a.group for a in self._world.site.attachments)
        return tuple(group for group in groups if group not in self._kept_offline)

    def _of(self, group: str, system: str) -> list[Attachment]:
        return [a for a in self._world.site.attachments if (a.group, a.host) == (group, system)]

    def _mirrors(self, group: str, system: str) -> list[Attachment]:
        """The resources there whose pairs are not in sync."""
        view = self._history.state.view
        return [
            its
            for its in self._of(group, system)
            if any(view(VolumeOn(its.image_id, volume)) != View.FULL_DUPLEX.value for volume in its.volumes)
        ]

    def _not_online(self) -> list[str]:
        return [group for group in self._groups() if not self._is_right(group, self._history.state.online_on(group))]

    def _is_right(self, group: str, online: tuple[str, ...]) -> bool:
        its = [a for a in self._world.site.attachments if a.group == group]
        arrays = {a.image_id for a in its if a.host in online}
        return len(arrays) == 1 if self._is_parallel(group) else len(online) == 1

    def _why_not(self, group: str, since: int) -> str:
        """Why a group is not online: what an operator did, an alert, or what was said since."""
        states = self._history.state.group_on_systems(group).values()
        if waits := self._awaited_person(group):
            return waits
        if any(state.is_starting or state.is_stopping for state in states):
            return ""
        if self._was_taken_offline(group):
            return "an operator took it offline" + self._started_since(group)
        for name in self._world.clusters:
            for alert in self._history.state.standing_alerts(name):
                return f"alert {alert.alert}"
        return self._said(group, since)

    def _awaited_person(self, group: str) -> str:
        """The resource of the group that waits for an administrator, as its clean failed too often."""
        its = {resource.name for resource in self._resources(group)}
        events = (record.event for record in self._world.kernel.log.since(0))
        last = {(e.resource, e.system): e.after for e in events if isinstance(e, ResourceChanged) and e.resource in its}
        waiting = [f"{resource} on {system}" for (resource, system), state in last.items() if "ADMIN_WAIT" in state]
        return f"{', '.join(waiting)} waits for an administrator (ADMIN_WAIT)" if waiting else ""

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
        states = self._history.state.group_on_systems(group)
        return "-offline" in last and all(state.is_down or system in by_hand for system, state in states.items())

    def _started_by_hand(self, group: str) -> dict[str, str]:
        """System -> the resource of the group that root started there last without VCS, which leaves it PARTIAL."""
        its = {resource.name for resource in self._resources(group)}
        events = (record.event for record in self._world.kernel.log.since(0))
        by_hand = [each for each in events if isinstance(each, NeighbourChanged) and each.change == STARTED]
        return {each.host: each.resource for each in by_hand if each.resource in its}

    def _started_since(self, group: str) -> str:
        """What is up of a group that was taken offline, in words; VCS logs it as `Not initiated by VCS`."""
        states = self._history.state.group_on_systems(group)
        by_hand = self._started_by_hand(group).items()
        up = [f"{resource} on {host}" for host, resource in by_hand if not states[host].is_down]
        return f"; root started {', '.join(up)}" if up else ""

    def _said(self, group: str, since: int) -> str:
        """What an operator was told of the group since it was online last, or since the repair."""
        line = self._line(group, since)
        return self._violation(group) if line is None else line.text()

    def _violation(self, group: str) -> str:
        """The concurrency violation that an engine reported, in its cluster or between two, if the group is whole
        nowhere since."""
        for record in reversed(self._world.kernel.log.since(0)):
            event = record.event
            if isinstance(event, ConcurrencyViolation | GlobalConcurrencyViolation) and event.group == group:
                return f"concurrency violation: it was up on {', '.join(event.systems)}"
            if isinstance(event, GroupChanged) and (event.group, event.after) == (group, "ONLINE"):
                break
        return ""

    def _message_of(self, group: str, since: int) -> str:
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

    def _went_offline(self, group: str) -> int:
        """The number of the first event of the moment at which the group was online for the last time.

        The engine says first that the group is faulted, and then takes it offline.
        """
        left_us: int | None = None
        first = 0
        for record in reversed(self._world.kernel.log.since(0)):
            event = record.event
            if left_us is not None and record.time_us < left_us:
                break
            if left_us is not None:
                first = record.number
            elif isinstance(event, GroupChanged) and event.group == group and "ONLINE" in event.before.split("|"):
                left_us, first = record.time_us, record.number
        return first

    def _start_engines(self) -> Iterator[str]:
        """Start VCS where it does not run; where it runs nowhere because other hosts are off, seed it by hand."""
        for cluster in self._world.clusters.values():
            systems = [system.name for system in cluster.spec.systems]
            up = [system for system in systems if self._world.is_up(system)]
            idle = [system for system in up if not cluster.membership_of(system)]
            if not idle:
                continue
            if idle == up != systems:
                yield f"gabconfig -x on {idle[0]}: {self._type('gabconfig -x', idle[0])}"
                if cluster.spec.fencing:
                    yield f"vxfenclearpre on {idle[0]}: {self._type('vxfenclearpre', idle[0])}"
            # Seeded, the engines come by themselves, unless the fencing driver stopped them before.
            self._world.advance(BOOT_AND_JOIN_S)
            for system in idle:
                if not cluster.membership_of(system):
                    yield f"hastart on {system}: {self._type('hastart', system)}"
            self._world.run_until(lambda: not self._not_online(), BOOT_AND_JOIN_S + START_WITHIN_S)

    def _bring_online(self, group: str) -> str:
        """Flush, clear, and bring online on each system in turn, until it is online."""
        systems = tuple(dict.fromkeys(a.host for a in self._world.site.attachments if a.group == group))
        if self._awaited_person(group):
            for command in ("-clearadminwait", "-offline"):
                for system in systems:
                    self._type(f"hagrp {command} {group} -sys {system}", system)
                self._world.advance(STACK_S)
        for system in systems:
            self._type(f"hagrp -flush {group} -sys {system}", system)
        for system in systems:
            for command in (f"hagrp -clear {group}", f"hagrp -online {group} -sys {system}"):
                self._type(command, system)
            spec = self._world.cluster_of(system).spec
            limit_s = patience_s(spec) / max(1, len(spec.systems))
            if self._world.run_until(lambda: not set(self._not_online()) & {group}, limit_s):
                return f"{group} came online on {system}"
        return f"{group} came online nowhere"

    def _act(self, action: str, its: Attachment) -> str:
        said = self._type(f"hares -action {its.resource} {action} -sys {its.host}", its.host)
        self._world.run_until(lambda: not self._world.storage.pairs.copies.progress(), COPY_S)
        self._world.advance(STACK_S)
        return said

    def _type(self, command: str, host: str) -> str:
        on = host if self._world.is_up(host) else next((h for h in self._world.hosts if self._world.is_up(h)), host)
        return self._attempts.operator_tries(command, on)


def named(group: str, message: str) -> bool:
    """Whether a message is about this group: its name stands there alone, not as a part of another one."""
    return re.search(rf"(?<![\w-]){re.escape(group)}(?![\w-])", message) is not None
