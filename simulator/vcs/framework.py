"""One resource in the care of its agent on one system: what is asked, what is found, and what is done about it.

`lifecycle.py` has the tables; here are the clock and the counts. Requests, actions and probes that come while an entry
point is under way are taken up when it has ended, in this order.

Rule 1: the first monitor comes right after open, every other one an interval after the one before it began.
Rule 2: the engine hears of a resource through `Report` only, and only when something changed.
Rule 3: a healthy monitor emits nothing and sets one alarm.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.vcs.counts import Counts
from simulator.vcs.entry_points import EntryPoints
from simulator.vcs.lifecycle import (
    AFTER_CLEAN,
    AFTER_MONITOR,
    CLEANING,
    ON_REQUEST,
    CleanReason,
    Finding,
    Phase,
    Reaction,
    Request,
    read_monitor,
)
from simulator.vcs.messages import CLEAN_FAILED, CLEAN_OK, CLEANING_FOR, MONITOR_TIMED_OUT
from simulator.vcs.ports import Outcome
from simulator.vcs.reports import Action, Report
from simulator.vcs.schedule import Schedule
from simulator.vcs.spec import ResourceSpec, TypeSpec
from simulator.vcs.states import Flag, ResourceState
from simulator.vcs.told import Told

if TYPE_CHECKING:
    from simulator.vcs.agents import SystemAgents

UNCHANGED = frozenset({Reaction.HEALTHY, Reaction.STAY, Reaction.DOUBT})
"""Reactions that alone do not make a monitor worth an event."""


class AgentResource:
    """One resource on one system."""

    def __init__(self, agents: SystemAgents, resource: ResourceSpec, type_spec: TypeSpec) -> None:
        self.spec = resource
        self.phase = Phase.DETACHED
        self.manages_faults = True
        """False while the group or the system is frozen: a fault is reported as it is, without a clean."""
        self._agents = agents
        self._limits = type_spec
        self._env = agents.kernel.env
        self._schedule = Schedule(agents.kernel.env, agents.alarms, self._start_monitor)
        self._entry_points = EntryPoints(agents, resource, type_spec, self._monitor_ended)
        self._counts = Counts()
        self._told = Told(Report(resource.name, agents.system, None), agents.report)
        self._clean_reason = CleanReason.UNEXPECTED_OFFLINE
        self._request: Request | None = None
        self._actions: deque[Action] = deque()
        self._action: Action | None = None
        self._monitor_wanted = False
        self._steady_code: int | None = None
        """The exit code of a monitor that tells nothing new; None while anything is counted or flagged."""

    # What the engine asks.

    def enable(self) -> None:
        """Open it, then find out what state it is in."""
        if self.phase is Phase.DETACHED:
            self._enter(Phase.OPENING)
            self._entry_points.open(self._opened)

    def ask(self, request: Request | None) -> None:
        """Bring it online or take it offline as soon as no entry point is under way; None takes a request back."""
        self._request = request
        self._settle()

    def probe(self) -> None:
        """Monitor it now."""
        self._monitor_wanted = True
        self._settle()

    def act(self, action: Action) -> None:
        """Run an action as soon as no entry point is under way."""
        self._actions.append(action)
        self._settle()

    def forget_fault(self) -> None:
        """The operator cleared the fault: it is offline, and counts start anew."""
        self._counts = Counts()
        self._told.forget_fault()

    def configure(self, resource: ResourceSpec, type_spec: TypeSpec) -> None:
        """Attributes were modified: what starts from now on gets the new values."""
        self.spec, self._limits = resource, type_spec
        self._entry_points.configure(resource, type_spec)

    def lost(self) -> None:
        """The agent or its system is gone; whoever waits for an action is told so."""
        waiting = [*([self._action] if self._action else []), *self._actions]
        self._actions.clear()
        self.phase, self._action, self._request = Phase.DETACHED, None, None
        self._schedule.cancel()
        for action in waiting:
            action.answer.succeed(None)

    # One thing after the other.

    def _settle(self) -> None:
        """Take up what waits, now that nothing is under way; an idle resource always has its alarm."""
        if self._entry_points.busy or self.phase is Phase.DETACHED:
            return
        if self._request is not None:
            reaction = ON_REQUEST.get((self.phase, self._request))
            if reaction is not Reaction.LATER:
                self._request = None
                if reaction is not None:
                    self._react(reaction)
                    return
        if self._actions:
            self._action = self._actions.popleft()
            self._schedule.cancel()
            self._entry_points.act(self._action, self._acted)
        elif self._monitor_wanted:
            self._start_monitor()
        else:
            self._schedule.next()

    def _opened(self, _: Outcome | None) -> None:
        # Monitoring starts after open whether it succeeded or not (vcs.md 1.5).
        self._enter(Phase.PROBING)
        self._monitor_wanted = True
        self._settle()

    def _acted(self, outcome: Outcome | None) -> None:
        action, self._action = self._action, None
        assert action is not None
        action.answer.succeed(outcome)
        self._settle()

    # Monitors: the hot path.

    def _start_monitor(self) -> None:
        self._monitor_wanted = False
        self._schedule.begin()
        self._entry_points.monitor()

    def _monitor_ended(self, outcome: Outcome | None) -> None:
        self._entry_points.busy = False
        if outcome is None or outcome.exit_code != self._steady_code:
            self._judge(read_monitor(outcome), outcome)
        self._settle()

    def _judge(self, finding: Finding, outcome: Outcome | None) -> None:
        reaction = AFTER_MONITOR[self.phase, finding]
        self._counts.note_monitor(finding is Finding.TIMED_OUT, self._env.now)
        news = self._told.with_finding(finding, outcome)
        if outcome is None or reaction not in UNCHANGED or news.flags != self._told.flags:
            self._entry_points.tell_end("monitor", self._limits.monitor_timeout_s, outcome)
        if outcome is None:
            self._entry_points.log(MONITOR_TIMED_OUT)
        self._steady_code = None
        self._told.tell(news)
        self._react(reaction)
        if reaction is Reaction.HEALTHY and outcome and news.flags is Flag.NORMAL and self._counts.all_clear():
            self._steady_code = outcome.exit_code

    # Reactions.

    def _react(self, reaction: Reaction) -> None:
        REACTIONS[reaction](self)

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        offline = phase is Phase.OFFLINE
        limits = self._limits
        self._schedule.every(limits.offline_monitor_interval_s if offline else limits.monitor_interval_s)
        self._steady_code = None

    def _healthy(self) -> None:
        """Old troubles are forgotten after ConfInterval without a new one."""
        self._counts.tolerated = 0
        if self._env.now - self._counts.last_trouble_s >= self._limits.conf_interval_s:
            self._counts = Counts()

    def _nothing(self) -> None:
        """Wait for the next monitor."""

    def _arrive(self, phase: Phase, state: ResourceState, answered: bool) -> None:
        """Rest in a phase and tell the engine."""
        self._enter(phase)
        self._counts.waits = 0
        self._told.rest(state, answered)

    def _report_online(self) -> None:
        self._counts.online_retries = 0
        self._arrive(Phase.ONLINE, ResourceState.ONLINE, self.phase is Phase.GOING_ONLINE_WAITING)

    def _report_offline(self) -> None:
        self._arrive(Phase.OFFLINE, ResourceState.OFFLINE, self.phase is not Phase.PROBING)

    def _report_fault(self) -> None:
        self._counts = Counts()
        self._arrive(Phase.OFFLINE, ResourceState.FAULTED, False)

    def _wait_online(self) -> None:
        self._counts.waits += 1
        if self._counts.waits > self._limits.online_wait_limit:
            self._clean(CleanReason.ONLINE_INEFFECTIVE)

    def _wait_offline(self) -> None:
        self._counts.waits += 1
        if self._counts.waits > self._limits.offline_wait_limit:
            self._clean(CleanReason.OFFLINE_INEFFECTIVE)

    def _tolerate(self) -> None:
        self._counts.last_trouble_s = self._env.now
        self._counts.tolerated += 1
        if self._counts.tolerated > self._limits.tolerance_limit:
            self._fault(CleanReason.UNEXPECTED_OFFLINE)

    def _count_timeout(self) -> None:
        self._counts.last_trouble_s = self._env.now
        limit = self._limits.fault_on_monitor_timeouts
        if limit and self._counts.monitor_timeouts >= limit:
            self._counts.monitor_timeouts = 0
            self._fault(CleanReason.MONITOR_HUNG)

    def _fault(self, reason: CleanReason) -> None:
        if self._limits.is_persistent or not self.manages_faults:
            self._report_fault()
        else:
            self._clean(reason)

    def _start_online(self) -> None:
        self._enter(Phase.GOING_ONLINE)
        self._counts.waits = 0
        self._entry_points.online(self._online_ended)

    def _start_offline(self) -> None:
        self._enter(Phase.GOING_OFFLINE)
        self._counts.waits = 0
        self._entry_points.offline(self._offline_ended)

    def _online_ended(self, outcome: Outcome | None) -> None:
        if outcome is None:
            self._clean(CleanReason.ONLINE_HUNG)
        else:
            self._await_effect(Phase.GOING_ONLINE_WAITING, outcome)
        self._settle()

    def _offline_ended(self, outcome: Outcome | None) -> None:
        if outcome is None:
            self._clean(CleanReason.OFFLINE_HUNG)
        else:
            self._await_effect(Phase.GOING_OFFLINE_WAITING, outcome)
        self._settle()

    def _await_effect(self, phase: Phase, outcome: Outcome) -> None:
        """The exit code of online and offline is no verdict: it is how many seconds to wait before looking."""
        self._enter(phase)
        if outcome.exit_code > 0:
            self._schedule.in_s(outcome.exit_code)
        else:
            self._monitor_wanted = True

    def _clean(self, reason: CleanReason) -> None:
        self._clean_reason = reason
        self._entry_points.log(CLEANING_FOR[reason])
        self._clean_again()

    def _clean_again(self) -> None:
        self._enter(CLEANING[self._clean_reason])
        self._entry_points.clean(self._clean_reason, self._cleaned)

    def _cleaned(self, outcome: Outcome | None) -> None:
        if outcome is not None and outcome.exit_code == 0:
            self._entry_points.log(CLEAN_OK)
            self._react(AFTER_CLEAN[self.phase])
        else:
            self._entry_points.log(CLEAN_FAILED)
            self._stuck()
        self._settle()

    def _stuck(self) -> None:
        """Nothing is faulted and nothing fails over while a clean does not succeed."""
        self._enter(CLEANING[self._clean_reason])
        self._schedule.in_s(self._limits.monitor_interval_s)
        self._told.flag(Flag.UNABLE_TO_OFFLINE)

    def _confirm(self) -> None:
        self._enter(Phase.GOING_OFFLINE_CLEANED)
        self._monitor_wanted = True

    def _retry(self) -> None:
        """After a clean that succeeded: once more from the start, unless it is used up or not wanted any more."""
        counts, limits = self._counts, self._limits
        if self._request is Request.OFFLINE:
            self._report_fault()
        elif self.phase is Phase.ONLINE_CLEANING and counts.restarts < limits.restart_limit:
            counts.restarts += 1
            self._told.flag(Flag.RESTARTING)
            self._start_online()
        elif self.phase is Phase.GOING_ONLINE_CLEANING and counts.online_retries < limits.online_retry_limit:
            counts.online_retries += 1
            self._start_online()
        else:
            self._report_fault()


REACTIONS: dict[Reaction, Callable[[AgentResource], None]] = {
    Reaction.HEALTHY: AgentResource._healthy,
    Reaction.STAY: AgentResource._nothing,
    Reaction.DOUBT: AgentResource._nothing,
    Reaction.REPORT_ONLINE: AgentResource._report_online,
    Reaction.REPORT_OFFLINE: AgentResource._report_offline,
    Reaction.WAIT_ONLINE: AgentResource._wait_online,
    Reaction.WAIT_OFFLINE: AgentResource._wait_offline,
    Reaction.TOLERATE: AgentResource._tolerate,
    Reaction.COUNT_TIMEOUT: AgentResource._count_timeout,
    Reaction.CLEAN_AGAIN: AgentResource._clean_again,
    Reaction.STUCK: AgentResource._stuck,
    Reaction.START_ONLINE: AgentResource._start_online,
    Reaction.START_OFFLINE: AgentResource._start_offline,
    Reaction.RETRY: AgentResource._retry,
    Reaction.CONFIRM: AgentResource._confirm,
}
"""How each reaction is carried out."""
