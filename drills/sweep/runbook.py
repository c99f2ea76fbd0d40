"""What happens after a fault: the cluster gets the time it may take, then an operator does what a runbook says.

1. Leave the cluster alone for as long as its own limits allow it: on every system of the group in turn an online that
   hangs, a monitor that is given all its chances, a clean.
2. Mend what is broken outside: consoles.
3. If the group is online, switch it to where it was meant to be. If it is not, flush it, clear its faults, and bring it
   online there.
4. If it does not come online there, do the same on each other system that is up; one on which it cannot run says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mirrordrill.drills.history import History
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.spec import ClusterSpec, TypeSpec
from mirrordrill.simulator.world import World

STACK_S = 300.0
"""What stands on the volumes takes less than this to start or stop, all of it together."""
SIGNAL_S = 128 + 9.0
"""VCS takes the exit code of a killed online for the seconds to wait before it monitors."""


def patience_s(spec: ClusterSpec) -> float:
    """How long a cluster left alone may take to bring a group up somewhere."""
    return sum(attempt_s(type_spec) for type_spec in spec.types if type_spec.supported_actions) * len(spec.systems)


def attempt_s(limits: TypeSpec) -> float:
    """How long one system may keep a group from going on: online, all its chances, two cleans, and the stack above."""
    chances_s = (limits.online_wait_limit + 2) * limits.monitor_interval_s
    return SIGNAL_S + limits.online_timeout_s + chances_s + 2 * limits.clean_timeout_s + STACK_S


def kept_offline(specs: Iterable[ClusterSpec]) -> frozenset[str]:
    """Groups that no command brings online: frozen in the file, or requiring one that is."""
    groups = [group for spec in specs for group in spec.groups]
    kept = {group.name for group in groups if group.frozen}
    while more := {
        group.name
        for group in groups
        if group.name not in kept and any(its.online and its.child in kept for its in group.requires)
    }:
        kept |= more
    return frozenset(kept)


def started_by_people(specs: Iterable[ClusterSpec]) -> dict[str, str]:
    """Group that starts with none of its clusters (AutoStart, AutoStartList, Authority) -> a system to start it on."""
    found: dict[str, str] = {}
    alone: set[str] = set()
    for group in (group for spec in specs for group in spec.groups):
        may_start = group.authority or not group.cluster_list
        alone |= {group.name} if may_start and group.auto_start and group.auto_start_list else set()
        found.setdefault(group.name, next(iter(group.systems)))
        if group.auto_start_list:
            found[group.name] = group.auto_start_list[0]
    return {group: system for group, system in found.items() if group not in alone}


@dataclass(frozen=True, slots=True)
class Ending:
    """Where the group is in the end, who brought it there, and whether that is in order."""

    text: str
    is_sane: bool
    is_undecided: bool = False
    """A wait came to its bound, so that nothing is known of the end."""


class Aftermath:
    """Observes the log of a run, and follows the runbook in its world."""

    def __init__(self, world: World, group: str, target: str) -> None:
        self._world = world
        self._group = group
        self._target = target
        self._history = History()
        self._complaints: list[AgentLog] = []
        world.kernel.log.observe(self._see)

    def _see(self, record: Record) -> None:
        self._history.see(record)
        if isinstance(record.event, AgentLog) and record.event.severity in {"ERROR", "CRITICAL"}:
            self._complaints.append(record.event)

    def online_on(self) -> str:
        """The one system on which the group is online; empty where there is none, or more than one."""
        systems = self._history.state.online_on(self._group)
        return systems[0] if len(systems) == 1 else ""

    def settle(self) -> str:
        """Leave the cluster alone until the group is online, and a monitor interval longer; where it is online."""
        spec = self._world.cluster_of(self._target).spec
        self._world.run_until(lambda: bool(self.online_on()), patience_s(spec))
        self._world.advance(max(limits.monitor_interval_s for limits in spec.types) + STACK_S)
        return self.online_on()

    def follow(self, mend: Callable[[], None], again: Callable[[World], str] | None = None) -> Ending:
        """The whole runbook. `again` is what the operator repeats when all is mended; says where the group may go."""
        alone = self.settle()
        mend()
        if again is not None:
            self._target = again(self._world)
        if alone == self._target:
            return Ending(f"online on {alone}", is_sane=True)
        by_itself = f"by itself on {alone}, " if alone else "stopped by itself, "
        others = [each for each in self._systems() if each != self._target and self._world.is_up(each)]
        for system in [self._target, *others]:
            self._complaints.clear()
            self._bring_to(system)
            found = self.settle()
            if found:
                return Ending(f"{by_itself}operator: online on {found}", is_sane=True)
            if not self._complaints:
                return Ending(f"{by_itself}operator: not online on {system}, and no alert says why", is_sane=False)
        return Ending(f"{by_itself}operator: online nowhere: {self._complaints[-1].message[:60]}", is_sane=True)

    def _bring_to(self, system: str) -> None:
        """Switch it there if it is online, else make it forget what it was doing and start it there."""
        at = self.online_on()
        commands = [["hagrp", "-clear", self._group]]
        if at and at != system:
            theirs = self._world.cluster_of(system)
            across = [] if theirs is self._world.cluster_of(at) else ["-clus", theirs.spec.name]
            self._world.operate(["hagrp", "-clear", self._group], at)
            self._world.operate(["hagrp", "-switch", self._group, "-to", system, *across], at)
            return
        if not at:
            flush = [["hagrp", "-flush", self._group, "-sys", each] for each in self._systems()]
            commands = [*flush, *commands, ["hagrp", "-online", self._group, "-sys", system]]
        for argv in commands:
            self._world.operate(argv, system if self._world.is_up(system) else "")

    def _systems(self) -> tuple[str, ...]:
        groups = self._world.cluster_of(self._target).spec.groups
        return next(group.systems for group in groups if group.name == self._group)
