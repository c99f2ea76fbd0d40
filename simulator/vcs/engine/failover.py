"""How a move of one group ends, and how the group starts with its cluster.

Where it goes is `placement.py`'s choice; here the choice is carried out and told.

Rule 1: a move goes on when nothing of the instance is up anywhere in the membership, and then ends, well or badly;
    but it waits while a group that is required is itself on its way. A failover for which the group waited until it was
    known where it may be up is over when it is found up.
Rule 2: a global cluster is asked at three points: `hooks.py`.
Rule 3: where the preonline trigger is asked, nothing comes online until the trigger itself has said so by command.
"""

from __future__ import annotations

from dataclasses import replace

from mirrordrill.simulator.vcs.engine import group_dependencies
from mirrordrill.simulator.vcs.engine.global_cluster_hooks import GlobalClusterHooks
from mirrordrill.simulator.vcs.engine.group_events import GroupEvents
from mirrordrill.simulator.vcs.engine.placement import (
    choose_start,
    choose_target,
    is_known_everywhere,
    is_ready_to_move,
    is_up_again,
)
from mirrordrill.simulator.vcs.engine.resource_sequencer import ResourceSequencer
from mirrordrill.simulator.vcs.engine.state import intents
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, GroupState, Instance, Move, MoveCause
from mirrordrill.simulator.vcs.engine.triggers import Triggers
from mirrordrill.simulator.vcs.messages import (
    AUTO_STARTING,
    FAILING_OVER,
    NO_TARGET,
    NOT_ALLOWED,
    RETRYING,
    SWITCHING,
)


class Failover:
    """Goes on with the moves of one group on behalf of one engine."""

    def __init__(
        self,
        state: EngineState,
        group: GroupState,
        sequencer: ResourceSequencer,
        events: GroupEvents,
        hooks: GlobalClusterHooks,
        triggers: Triggers,
    ) -> None:
        self._state = state
        self._group = group
        self._sequencer = sequencer
        self._events = events
        self._hooks = hooks
        self._triggers = triggers

    def bring_online(self, system: str, *, asks_first: bool = True) -> None:
        """Bring the group online on a system, or ask the preonline trigger there first, which then does it."""
        spec, on = self._group.spec, self._group.on[system]
        self._group.instance(system).intent_online = True
        if not (spec.pre_online and asks_first):
            on.pre_onlining = 0
            intents.start(self._group, system)
            self._sequencer.advance(system)
        elif not on.pre_onlining:
            on.pre_onlining = self._triggers.preonline(system, spec.name, spec.preonline_timeout_s)

    def trigger_ended(self, system: str, number: int, why: str) -> None:
        """A preonline trigger is over and the group is not on its way up: it stays offline."""
        on = self._group.on[system]
        if on.pre_onlining == number:
            on.pre_onlining = 0
            self._events.log(system, NOT_ALLOWED, self._group.spec.name, system, why)

    def advance(self) -> None:
        """Bring each instance online where its move ends, if it has left its old place."""
        for instance in self._group.instances:
            if is_up_again(self._state, self._group, instance):
                instance.move = None
            if instance.move is not None and is_ready_to_move(self._state, self._group, instance):
                self._end_move(instance, instance.move)

    def _end_move(self, instance: Instance, move: Move) -> None:
        group, state = self._group, self._state
        if move.cause is MoveCause.RETRY and not self._retry(instance, move):
            move = replace(move, cause=MoveCause.FAULT, target=None)
        elif move.cause is MoveCause.RETRY:
            return
        target = None if self._hooks.online_refusal(group) else choose_target(state, group, instance, move)
        if target is None and group_dependencies.may_still_be_met(state, group):
            return
        instance.move = None
        if target is None:
            self._events.log(state.spec.name, NO_TARGET, group.spec.name)
            running = [system for system in state.systems if state.is_running(system)]
            if running:
                self._events.trigger("nofailover", running[0], about=move.origin or "")
            # A group that lost its system, or the ground under it, starts again when one comes; not one that faulted.
            instance.auto_start_pending = move.cause in {MoveCause.SYSTEM_LOST, MoveCause.DEPENDENCY}
            instance.left = move.origin
            self._hooks.no_target_left(group, move.cause)
        elif move.cause is MoveCause.SWITCH:
            self._events.log(target, SWITCHING, group.spec.name, target)
            self.bring_online(target)
        else:
            self._events.log(target, FAILING_OVER, group.spec.name, move.origin or "", target)
            self.bring_online(target)

    def _retry(self, instance: Instance, move: Move) -> bool:
        """Start it again where it faulted, with its faults cleared; whether that is possible."""
        group, system = self._group, move.target or ""
        for name in group.resources:
            self._sequencer.clear(name, system)
        if choose_target(self._state, group, instance, move) is None:
            return False
        on = group.on[system]
        instance.move, on.retries, on.retried_s = None, on.retries + 1, self._events.kernel.now_s
        self._events.log(system, RETRYING, group.spec.name, system, str(on.retries), str(group.spec.online_retry_limit))
        self.bring_online(system)
        return True

    def auto_start(self) -> None:
        """Start the group with its cluster, once it is known where it is up already."""
        group = self._group
        pending = [instance for instance in group.instances if instance.auto_start_pending]
        if not pending or group.frozen:
            return
        known = [instance for instance in pending if is_known_everywhere(self._state, group, instance)]
        if not known or self._hooks.holds_auto_start(group) or self._hooks.online_refusal(group):
            return
        for instance in known:
            self._auto_start(instance)

    def _auto_start(self, instance: Instance) -> None:
        group = self._group
        target = choose_start(self._state, group, instance)
        if target is not None or group.systems_active(instance):
            instance.auto_start_pending, instance.left = False, None
        if target is not None and not group.is_online(target):
            self._events.log(target, AUTO_STARTING, group.spec.name, target)
            self.bring_online(target)
