"""Liveness: what must have come about when nothing new breaks any more, and everything or one side is repaired.

The time that it may take is computed from the policy in force: the limits of every entry point, its retries, the
monitors that are waited for, on each system in turn. Then every group is online where it may be, or it was said
why it is not; mirrors are whole again, or the agent refused to make them so; every command was answered; and nothing is
reported for ever.

Rule 1: what is judged is read from the history. The world is asked to let time pass, and types what the runbook says.
Rule 2: "it is said why" is a line of the agent or the engine, or an alert, since the repair; silence is a failure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from mirrordrill.drills.explore.liveness.reasons import TELLS, Reasons
from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import VolumeOn
from mirrordrill.drills.run.expectations import ExpectationFailedError
from mirrordrill.drills.run.facts import Facts, Name
from mirrordrill.drills.steps.attempts import Attempts
from mirrordrill.drills.sweep.runbook import STACK_S, kept_offline, patience_s, started_by_people
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.dscli.events import CommandExecuted, LoginRefused
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.site.site import METRO_MIRROR, Attachment
from mirrordrill.simulator.vcs.cluster import VcsCluster
from mirrordrill.simulator.vcs.spec import GroupSpec, children_first
from mirrordrill.simulator.vcs.wide_area.wac.connector import Connector
from mirrordrill.simulator.world import World

BOOT_AND_JOIN_S = 300.0
"""A host that boots, and joins its cluster, beside what site.toml says of booting."""
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
        self._reasons = Reasons(world, history, attempts)
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
                spec = next(its for c in self._world.clusters.values() for its in c.spec.groups if its.name == group)
                # Without Authority anywhere no cluster may start it unless a person insists (vcs.md 4.4).
                force = "-force " if spec.is_global else ""
                self._world.run_until(partial(self._is_probed, spec), START_WITHIN_S)
                self._type(f"hagrp -online {force}{group} -sys {by_people[group]}", by_people[group])
        if not self._world.run_until(lambda: not self._not_online(), START_WITHIN_S):
            group = self._not_online()[0]
            states = self._history.state.group_on_systems(group)
            seen = ", ".join(f"{system} {state.text}" for system, state in sorted(states.items()))
            raise ExpectationFailedError(Facts("groups differ", {"seen": seen}, {"within_s": START_WITHIN_S}))
        return "; ".join(f"{group} on {', '.join(self._history.state.online_on(group))}" for group in self._groups())

    def _is_probed(self, spec: GroupSpec) -> bool:
        """Whether VCS knows how the group is on each of its systems: before that it does not start it."""
        states = self._history.state.group_on_systems(spec.name)
        return all(system in states and states[system].is_known for system in spec.systems)

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
            elif (why := self._reasons.why_not(group, since)) and is_reason_enough:
                told.append(f"{group} is not online: {why}")
            elif why:
                names: dict[str, Name] = {"group": group, "message": self._reasons.message_of(group, since)}
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
        """What an operator does when all is repaired: start VCS, unfreeze and clear, bring online what is not, mend the
        mirror.

        The actions failback and then resume are asked where the group runs; each refuses where it would be wrong.
        Copies get their time.
        """
        done = [*self._start_engines(), *self._start_connectors()]
        for group in self._groups():
            done += self._unfreeze(group)
        for group in self._children_first(self._groups()):
            self._end_wait(group)
        for group in self._children_first(self._not_online()):
            # VCS starts what waited for a group that has just come online: to flush it then leaves its entry points.
            self._world.run_until(partial(self._is_at_rest, group), self._attempt_s(self._systems_of(group)[0]))
            if group in self._not_online():
                done += [*self._bring_required(group), self._bring_online(group)]
        # What comes online writes, and only then it shows that the far side does not take the writes any more.
        self._world.advance(STACK_S)
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
                    elif why := self._reasons.said(group, since):
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
            self._world.run_until(partial(self._is_started, cluster, idle), BOOT_AND_JOIN_S + START_WITHIN_S)

    def _is_started(self, cluster: VcsCluster, systems: list[str]) -> bool:
        """Whether the engines answer that were started, and every group is online."""
        return all(cluster.membership_of(system) for system in systems) and not self._not_online()

    def _start_connectors(self) -> Iterator[str]:
        """Bring the group of the wide-area connector online where it runs nowhere: no cluster is heard then."""
        for name, connector in self._world.wide_area.connectors.items():
            spec = self._world.clusters[name].spec
            wac = spec.wide_area.connector
            group = next((its.name for its in spec.groups if wac in {each.name for each in its.resources}), "")
            if not connector.place and group:
                self._type(f"hagrp -clear {group}", spec.systems[0].name)
                yield from self._bring_connector(connector, group)

    def _bring_connector(self, connector: Connector, group: str) -> Iterator[str]:
        for system in self._world.clusters[connector.name].spec.systems:
            if self._world.is_up(system.name):
                said = self._type(f"hagrp -online {group} -sys {system.name}", system.name)
                yield f"online of {group} on {system.name}: {said}"
                if self._world.run_until(lambda: bool(connector.place), START_WITHIN_S):
                    break

    def _unfreeze(self, group: str) -> Iterator[str]:
        """What people froze in this drill, where they did."""
        words = (attempt.command.split() for attempt in self._attempts.accepted(group))
        if "-freeze" in {word for each in words for word in each}:
            hosts = dict.fromkeys(a.host for a in self._world.site.attachments if a.group == group)
            clusters = {host: self._world.cluster_of(host) for host in hosts}
            one_of_each = {its.spec.name: host for host, its in clusters.items() if its.membership_of(host)}
            for system in one_of_each.values():
                yield f"unfreeze {group} on {system}: {self._type(f'hagrp -unfreeze {group}', system)}"

    def _children_first(self, groups: Collection[str]) -> list[str]:
        """Groups in the order in which they can come online: each after what it requires, and what that requires."""
        found: dict[str, None] = {}
        for cluster in self._world.clusters.values():
            specs = cluster.spec.groups
            edges = [(spec.name, its.child) for spec in specs for its in spec.requires if its.online]
            found |= dict.fromkeys(children_first([spec.name for spec in specs], edges))
        return [group for group in found if group in groups]

    def _bring_required(self, group: str) -> Iterator[str]:
        """Bring online what a group requires and what has no mirror of its own, wherever it is not."""
        for cluster in self._world.clusters.values():
            specs = {spec.name: spec for spec in cluster.spec.groups}
            required = {its.child for its in specs[group].requires if its.online} if group in specs else set()
            for child in self._children_first(required - set(self._groups())):
                up = self._history.state.online_on(child)
                for system in specs[child].systems if specs[child].parallel or not up else ():
                    if system not in up and self._world.is_up(system):
                        yield f"{child} on {system}: {self._start_anew(child, [system], system)}"
                        self._world.advance(STACK_S)

    def _start_anew(self, group: str, systems: Iterable[str], system: str) -> str:
        """Flush and clear the group on systems, and bring it online on one of them; what VCS answered to that.

        Where a part of it is up on another one it is taken offline there first: it would be in the way.
        """
        for each in systems:
            self._type(f"hagrp -flush {group} -sys {each}", each)
        states = self._history.state.group_on_systems(group)
        in_part = [each for each in systems if each != system and each in states and states[each].is_up]
        for each in in_part:
            self._type(f"hagrp -offline {group} -sys {each}", each)
        if in_part:
            self._world.advance(STACK_S)
        self._type(f"hagrp -clear {group}", system)
        return self._type(f"hagrp -online {group} -sys {system}", system)

    def _end_wait(self, group: str) -> None:
        """End the wait for an administrator, where the group waits for one; one that is not online is taken offline.

        A group of ManageFaults NONE is called online whatever its monitors say: they are heard again then.
        """
        if self._reasons.awaited_person(group):
            for command in ("-clearadminwait", "-offline") if group in self._not_online() else ("-clearadminwait",):
                for system in self._systems_of(group):
                    self._type(f"hagrp {command} {group} -sys {system}", system)
            self._world.advance(STACK_S)

    def _is_at_rest(self, group: str) -> bool:
        """Whether it is on its way nowhere."""
        states = self._history.state.group_on_systems(group).values()
        return not any(state.is_starting or state.is_stopping for state in states)

    def _attempt_s(self, system: str) -> float:
        """How long one system of the cluster may keep a group from going on."""
        spec = self._world.cluster_of(system).spec
        return patience_s(spec) / max(1, len(spec.systems))

    def _systems_of(self, group: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(a.host for a in self._world.site.attachments if a.group == group))

    def _bring_online(self, group: str) -> str:
        """Flush, clear, and bring online on each system in turn, until it is online."""
        systems = self._systems_of(group)
        if proved := self._prove_account(group, systems):
            return proved
        for system in systems:
            self._type(f"hagrp -flush {group} -sys {system}", system)
        if stuck := [system for system in systems if self._reasons.refused_clean(group, system)]:
            self._end_cleans(group, stuck)
        for system in systems:
            # With ManageFaults NONE an online that was refused waits for an administrator, too.
            self._end_wait(group)
            said = self._start_anew(group, systems, system)
            limit_s = self._attempt_s(system) if said == "accepted" else STACK_S
            if self._world.run_until(lambda: not set(self._not_online()) & {group}, limit_s):
                return f"{group} came online on {system}"
        return f"{group} came online nowhere"

    def _end_cleans(self, group: str, systems: list[str]) -> None:
        """What message 1201 advises, where a clean does not end by itself: take offline there what is up of the group,
        and start the agent anew; the next online carries on what was interrupted."""
        for system in systems:
            self._type(f"hagrp -offline {group} -sys {system}", system)
        self._world.advance(STACK_S)
        for system in systems:
            self._type(f"haagent -stop {METRO_MIRROR} -force -sys {system}", system)
            self._type(f"haagent -start {METRO_MIRROR} -sys {system}", system)
        self._world.advance(STACK_S)

    def _prove_account(self, group: str, systems: tuple[str, ...]) -> str:
        """Where the DS CLI refused the user last time, the agent asks for the action verify before it logs in by itself
        again: run it, and let VCS go on by itself. On which system the group came online by that; empty where on none.
        """
        refused = [system for system in systems if self._is_refused(system)]
        for system in refused:
            for its in self._of(group, system):
                self._type(f"hares -action {its.resource} verify -sys {system}", system)
        spec = self._world.cluster_of(systems[0]).spec
        if refused and self._world.run_until(lambda: group not in self._not_online(), patience_s(spec)):
            return f"{group} came online on {', '.join(self._history.state.online_on(group))} after verify"
        return ""

    def _is_refused(self, system: str) -> bool:
        """Whether the last login from a system, which its agent remembers, was refused."""
        for record in reversed(self._world.kernel.log.since(0)):
            event = record.event
            if isinstance(event, CommandExecuted | LoginRefused) and event.host == system and event.sender:
                return isinstance(event, LoginRefused)
        return False

    def _act(self, action: str, its: Attachment) -> str:
        said = self._type(f"hares -action {its.resource} {action} -sys {its.host}", its.host)
        self._world.run_until(lambda: not self._world.storage.pairs.copies.progress(), COPY_S)
        self._world.advance(STACK_S)
        return said

    def _type(self, command: str, host: str) -> str:
        on = host if self._world.is_up(host) else next((h for h in self._world.hosts if self._world.is_up(h)), host)
        return self._attempts.operator_tries(command, on)
