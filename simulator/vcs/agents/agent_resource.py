"""The state machine of one resource on one system, in the care of its agent (the agent framework of VCS).

`lifecycle` has the tables: what follows in a phase from a monitor's finding, a request of the engine and the end of a
clean. This file carries the reactions out, counts what is tried, and cleans. What starts and ends entry points is in
`entry_points`, when a monitor is due in `schedule`, and what the engine has been told in `reports`. Requests, modified
attributes, actions and probes that come while an entry point is under way are taken up in this order when it has ended.

Rule 1: the first monitor comes right after open, every other one an interval after the one before it began.
Rule 2: the engine hears of a resource through `ResourceReport` only, and only when something changed.
Rule 3: a healthy monitor emits nothing and sets one timer.
Rule 4: nothing is faulted and nothing fails over while a clean does not succeed. Cleans go on for ever, or
CleanRetryLimit of them; then the resource waits for an administrator.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from mirrordrill.simulator.vcs.agents.entry_points import AgentServices, EntryPoints
from mirrordrill.simulator.vcs.agents.info_schedule import InfoSchedule
from mirrordrill.simulator.vcs.agents.lifecycle import (
    AFTER_CLEAN,
    AFTER_MONITOR,
    CLEANING,
    ON_REQUEST,
    RESUMING,
    AgentRequest,
    CleanReason,
    MonitorFinding,
    Reaction,
    ResourcePhase,
    read_monitor,
)
from mirrordrill.simulator.vcs.agents.reports import SETTLED, Action, AttributeChange, LastReport, ResourceReport
from mirrordrill.simulator.vcs.agents.schedule import MonitorSchedule
from mirrordrill.simulator.vcs.messages import (
    CLEAN_FAILED,
    CLEAN_OK,
    CLEANING_FOR,
    LEFT_TO_ADMIN,
    MONITOR_TIMED_OUT,
    WAITS_FOR_ADMIN,
)
from mirrordrill.simulator.vcs.ports import EntryPointOutcome
from mirrordrill.simulator.vcs.spec import ResourceSpec, TypeSpec
from mirrordrill.simulator.vcs.states import Flag, ResourceState

UNCHANGED = frozenset({Reaction.HEALTHY, Reaction.STAY, Reaction.DOUBT})
"""Reactions that alone do not make a monitor worth an event."""


MONITOR_TIMEOUTS_FORGOTTEN_S = 3600.0
"""The count of hung monitors and its clock start anew after an hour (vcs.md 1.5)."""


@dataclass(slots=True)
class RetryCounters:
    """What is remembered of a resource's troubles."""

    waits: int = 0
    tolerated: int = 0
    restarts: int = 0
    online_retries: int = 0
    monitor_timeouts: int = 0
    failed_cleans: int = 0
    first_timeout_s: float = 0.0
    last_trouble_s: float = 0.0

    def all_clear(self) -> bool:
        """Whether no trouble is remembered."""
        return not (self.tolerated or self.restarts or self.online_retries or self.monitor_timeouts)

    def note_monitor(self, now_s: float, *, timed_out: bool) -> None:
        """Hung monitors count as long as they follow each other within the hour."""
        if not timed_out:
            self.monitor_timeouts = 0
            return
        if not self.monitor_timeouts or now_s - self.first_timeout_s >= MONITOR_TIMEOUTS_FORGOTTEN_S:
            self.monitor_timeouts, self.first_timeout_s = 0, now_s
        self.monitor_timeouts += 1


class AgentResource:
    """One resource on one system."""

    def __init__(self, agents: AgentServices, resource: ResourceSpec, type_spec: TypeSpec) -> None:
        self.spec = resource
        self.phase = ResourcePhase.DETACHED
        self.manages_faults = True
        """False while the group or the system is frozen: a fault is reported as it is, without a clean."""
        self.leaves_faults = False
        """ManageFaults NONE: whatever would be cleaned waits for an administrator."""
        self._agents = agents
        self.limits = type_spec
        self._env = agents.kernel.env
        self.schedule = MonitorSchedule(agents.timers, self._monitor_due)
        self.entry_points = EntryPoints(agents, resource, type_spec, self._monitor_ended)
        self.counters = RetryCounters()
        self.last_report = LastReport(ResourceReport(resource.name, agents.system, None), agents.report)
        self._clean_reason = CleanReason.UNEXPECTED_OFFLINE
        self._request: AgentRequest | None = None
        self._changes: deque[AttributeChange] = deque()
        self._actions: deque[Action] = deque()
        self._action: Action | None = None
        self._monitor_wanted = False
        self._info = InfoSchedule(agents.timers, lambda: self.phase is ResourcePhase.ONLINE, self.settle)
        self._closed: Callable[[], None] | None = None
        """Told when the resource is closed, once it is to be."""
        self._steady_code: int | None = None
        """The exit code of a monitor that tells nothing new; None while anything is counted or flagged."""

    # What the engine asks.

    def enable(self, believed: ResourceReport | None = None) -> None:
        """Open it, then find out what state it is in. An agent that was started anew is told what is believed of it."""
        if believed is not None:
            self.last_report = LastReport(believed, self._agents.report)
            self.last_report.flag(Flag.NORMAL, without=SETTLED)
        if self.phase is ResourcePhase.DETACHED:
            self.enter(ResourcePhase.OPENING)
            self.entry_points.open(self._opened)

    def ask(self, request: AgentRequest | None) -> None:
        """Bring it online or take it offline as soon as no entry point is under way; None takes a request back."""
        self._request = request
        self.settle()

    def probe(self) -> None:
        """Monitor it now."""
        self._monitor_wanted = True
        self.settle()

    def note(self, change: AttributeChange) -> None:
        """An attribute in the type's RegList was modified."""
        self._changes.append(change)
        self.settle()

    def close(self, closed: Callable[[], None]) -> None:
        """The agent has nothing to do with it from now on; run close as soon as no entry point is under way.

        `closed` is told, too, when the agent is gone before that.
        """
        self._closed = closed
        self._dismiss_actions()
        if self.phase is ResourcePhase.DETACHED:
            self._tell_closed()
        self.settle()

    @property
    def offline_failed(self) -> bool:
        """Whether the last trouble was an offline that hung or was ineffective (reasons 0 and 1)."""
        return self._clean_reason in (CleanReason.OFFLINE_HUNG, CleanReason.OFFLINE_INEFFECTIVE)

    def end_admin_wait(self, *, fault: bool) -> None:
        """The administrator has seen it (`hagrp -clearadminwait`): a fault, or whatever the next monitor finds.

        After an offline that hung or was ineffective the resource may still be up. It is not faulted then: it stays
        ONLINE, unable to go offline, so that its group comes online nowhere else (additions.md).
        """
        if self.phase is not ResourcePhase.ADMIN_WAIT:
            return
        if fault and self.offline_failed:
            self._arrive(ResourcePhase.ONLINE, ResourceState.ONLINE, answered=False)
            self.last_report.flag(Flag.UNABLE_TO_OFFLINE)
        elif fault:
            self._report_fault()
        else:
            self.enter(ResourcePhase.PROBING)
            self.last_report.flag(Flag.NORMAL, without=SETTLED)
            self._monitor_wanted = True
        self.settle()

    def act(self, action: Action) -> None:
        """Run an action as soon as no entry point is under way."""
        self._actions.append(action)
        self.settle()

    def forget_fault(self) -> None:
        """The operator cleared the fault: it is offline, and counts start anew."""
        self.counters = RetryCounters()
        self.last_report.forget_fault()

    def configure(self, resource: ResourceSpec, type_spec: TypeSpec) -> None:
        """Attributes were modified: what starts from now on gets the new values."""
        self.spec, self.limits = resource, type_spec
        self.entry_points.configure(resource, type_spec)
        if self.phase is ResourcePhase.ONLINE:
            self._info.start(type_spec.info_interval_s)
            self.settle()

    def lost(self) -> None:
        """The agent or its system is gone; a command that waits for an action is told so."""
        self.phase, self._request = ResourcePhase.DETACHED, None
        self._info.stop()
        self.schedule.cancel()
        self._dismiss_actions()
        self._tell_closed()

    def _tell_closed(self) -> None:
        closed, self._closed = self._closed, None
        if closed is not None:
            closed()

    def _dismiss_actions(self) -> None:
        waiting = [*([self._action] if self._action else []), *self._actions]
        self._actions.clear()
        self._action = None
        for action in waiting:
            self._answer(action, None)

    def _answer(self, action: Action, outcome: EntryPointOutcome | None) -> None:
        """Answer an action, unless the command has given up: its system was taken for gone, and came back."""
        if not action.answer.triggered:
            action.answer.succeed(outcome)

    # One thing after the other.

    def settle(self) -> None:
        """Take up what waits, now that nothing is under way; an idle resource always has its alarm."""
        if self.entry_points.busy or self.phase is ResourcePhase.DETACHED:
            return
        if self._closed is not None:
            self.enter(ResourcePhase.CLOSING)
            self.entry_points.close(self._close_ended)
            return
        if self._request is not None:
            reaction = ON_REQUEST.get((self.phase, self._request))
            if reaction is not Reaction.LATER:
                self._request = None
                if reaction is not None:
                    self.react(reaction)
                    # The others leave an entry point under way.
                    if reaction is not Reaction.REPORT_OFFLINE:
                        return
        if self._changes:
            self.schedule.cancel()
            self.entry_points.attr_changed(self._changes.popleft(), lambda _: self.settle())
        elif self._actions:
            self._action = self._actions.popleft()
            self.schedule.cancel()
            self.entry_points.act(self._action, self._acted)
        elif self._monitor_wanted:
            self._start_monitor()
        elif self._info.is_wanted and self.phase is ResourcePhase.ONLINE:
            self._info.is_wanted = False
            self.schedule.cancel()
            self.entry_points.info("2" if self.last_report.report.info[1] else "1", self._informed)
        else:
            self.schedule.next()

    def _opened(self, _: EntryPointOutcome | None) -> None:
        # Monitoring starts after open whether it succeeded or not (vcs.md 1.5).
        self.enter(RESUMING[self.last_report.report.state])
        self._start_monitor()

    def _close_ended(self, _: EntryPointOutcome | None) -> None:
        self.lost()

    def _acted(self, outcome: EntryPointOutcome | None) -> None:
        action, self._action = self._action, None
        if action is not None:
            self._answer(action, outcome)
        self.settle()

    def _informed(self, outcome: EntryPointOutcome | None) -> None:
        self.last_report.with_info(outcome, f"{self._env.now:.0f}")
        self.settle()

    # Monitors: the hot path.

    def _start_monitor(self) -> None:
        self._monitor_wanted = False
        self.schedule.begin()
        self.entry_points.monitor()

    def _monitor_due(self) -> None:
        """The alarm has begun it already."""
        self._monitor_wanted = False
        self.entry_points.monitor()

    def _monitor_ended(self, outcome: EntryPointOutcome | None) -> None:
        self.entry_points.busy = False
        if self._closed is None and (outcome is None or outcome.exit_code != self._steady_code):
            knows_intent = bool(self.limits.intentional_offline) and self._agents.profile.tuples
            self._judge(read_monitor(outcome, knows_intent=knows_intent), outcome)
        elif self._closed is None:
            self.entry_points.rest(self.schedule)
        self.settle()

    def _judge(self, finding: MonitorFinding, outcome: EntryPointOutcome | None) -> None:
        reaction = AFTER_MONITOR[self.phase, finding]
        self.counters.note_monitor(self._env.now, timed_out=finding is MonitorFinding.TIMED_OUT)
        news = self.last_report.with_finding(finding, outcome)
        if outcome is None or reaction not in UNCHANGED or news.flags != self.last_report.flags:
            self.entry_points.tell_end("monitor", self.limits.monitor_timeout_s, outcome)
        if outcome is None:
            self.entry_points.log(MONITOR_TIMED_OUT)
        self._steady_code = None
        self.last_report.tell(news)
        self.react(reaction)
        if reaction is Reaction.HEALTHY and outcome and news.flags is Flag.NORMAL and self.counters.all_clear():
            self._steady_code = outcome.exit_code

    # Reactions.

    def react(self, reaction: Reaction) -> None:
        """Carry a reaction out."""
        REACTIONS[reaction](self)

    def enter(self, phase: ResourcePhase) -> None:
        """Be in this phase, with its interval; what was due is not any more."""
        if self.limits.log_dbg:
            self.entry_points.tell_phase(self.phase.value, phase.value)
        self.phase = phase
        offline = phase is ResourcePhase.OFFLINE
        limits = self.limits
        self.schedule.every(limits.offline_monitor_interval_s if offline else limits.monitor_interval_s)
        self._steady_code = None

    def _healthy(self) -> None:
        """Old troubles are forgotten after ConfInterval without a new one."""
        self.counters.tolerated = 0
        if self._env.now - self.counters.last_trouble_s >= self.limits.conf_interval_s:
            self.counters = RetryCounters()

    def _nothing(self) -> None:
        """Wait for the next monitor."""

    def _arrive(self, phase: ResourcePhase, state: ResourceState, *, answered: bool) -> None:
        """Rest in a phase and tell the engine."""
        self.enter(phase)
        self.counters.waits = self.counters.failed_cleans = 0
        self.last_report.rest(state, answered=answered)

    def _report_online(self) -> None:
        self.counters.online_retries = 0
        self._arrive(
            ResourcePhase.ONLINE, ResourceState.ONLINE, answered=self.phase is ResourcePhase.GOING_ONLINE_WAITING
        )
        self._info.start(self.limits.info_interval_s)

    def _report_offline(self) -> None:
        self._arrive(ResourcePhase.OFFLINE, ResourceState.OFFLINE, answered=self.phase is not ResourcePhase.PROBING)

    def _report_fault(self) -> None:
        """Tell the engine; counts start anew."""
        self.counters = RetryCounters()
        self._arrive(ResourcePhase.OFFLINE, ResourceState.FAULTED, answered=False)

    def _wait_online(self) -> None:
        self.counters.waits += 1
        if self.counters.waits > self.limits.online_wait_limit:
            self._clean(CleanReason.ONLINE_INEFFECTIVE)

    def _wait_offline(self) -> None:
        self.counters.waits += 1
        if self.counters.waits > self.limits.offline_wait_limit:
            self._clean(CleanReason.OFFLINE_INEFFECTIVE)

    def _tolerate(self) -> None:
        self.counters.last_trouble_s = self._env.now
        self.counters.tolerated += 1
        if self.counters.tolerated > self.limits.tolerance_limit:
            self._fault(CleanReason.UNEXPECTED_OFFLINE)

    def _count_timeout(self) -> None:
        self.counters.last_trouble_s = self._env.now
        limit = self.limits.fault_on_monitor_timeouts
        if limit and self.counters.monitor_timeouts >= limit:
            self.counters.monitor_timeouts = 0
            self._fault(CleanReason.MONITOR_HUNG)

    def _fault(self, reason: CleanReason) -> None:
        if self.limits.is_persistent or not self.manages_faults:
            self._report_fault()
        else:
            self._clean(reason)

    def _start_online(self) -> None:
        """Run online."""
        self.enter(ResourcePhase.GOING_ONLINE)
        self.counters.waits = 0
        self.entry_points.online(self._online_ended)

    def _start_offline(self) -> None:
        self.enter(ResourcePhase.GOING_OFFLINE)
        self.counters.waits = 0
        self.entry_points.offline(self._offline_ended)

    def _online_ended(self, outcome: EntryPointOutcome | None) -> None:
        if outcome is None:
            self._clean(CleanReason.ONLINE_HUNG)
        else:
            self._await_effect(ResourcePhase.GOING_ONLINE_WAITING, outcome)
        self.settle()

    def _offline_ended(self, outcome: EntryPointOutcome | None) -> None:
        if outcome is None:
            self._clean(CleanReason.OFFLINE_HUNG)
        else:
            self._await_effect(ResourcePhase.GOING_OFFLINE_WAITING, outcome)
        self.settle()

    def _await_effect(self, phase: ResourcePhase, outcome: EntryPointOutcome) -> None:
        """The exit code of online and offline is no verdict: it is how many seconds to wait before looking."""
        self.enter(phase)
        if outcome.exit_code > 0:
            self.schedule.in_s(outcome.exit_code)
        else:
            self._monitor_wanted = True

    # Cleans. One that succeeds makes the way free: for another try, or for the fault that lets the group go elsewhere.
    # One that fails pins the resource where it is: no other way for an agent to stop a failover (vcs.md 0, fact 3).

    def _clean(self, reason: CleanReason) -> None:
        """Say why, and clean; or wait for an administrator, where that is what the group wants (ManageFaults)."""
        self._clean_reason = reason
        if self.leaves_faults:
            self.entry_points.log(LEFT_TO_ADMIN, reason.text)
            self._await_admin()
            return
        self.entry_points.log(CLEANING_FOR[reason])
        self._clean_again()

    def _clean_again(self) -> None:
        """Clean for the reason that there was."""
        self.enter(CLEANING[self._clean_reason])
        self.entry_points.clean(self._clean_reason, self._cleaned)

    def _cleaned(self, outcome: EntryPointOutcome | None) -> None:
        if outcome is not None and outcome.exit_code == 0:
            self.counters.failed_cleans = 0
            self.entry_points.log(CLEAN_OK)
            self.react(AFTER_CLEAN[self.phase])
        else:
            self.entry_points.log(CLEAN_FAILED)
            self._clean_failed()
        self.settle()

    def _clean_failed(self) -> None:
        counters, limit = self.counters, self.limits.clean_retry_limit
        counters.failed_cleans += 1
        if not limit or counters.failed_cleans < limit:
            self._stuck()
            return
        self.entry_points.log(WAITS_FOR_ADMIN, limit)
        self._await_admin()

    def _await_admin(self) -> None:
        """Do nothing but watch until an administrator says what is to be done."""
        self.counters = RetryCounters()
        self.enter(ResourcePhase.ADMIN_WAIT)
        self.last_report.flag(Flag.ADMIN_WAIT, without=Flag.UNABLE_TO_OFFLINE | Flag.RESTARTING)

    def _stuck(self) -> None:
        """Stay in the transition, and clean again after the next periodic monitor."""
        self.enter(CLEANING[self._clean_reason])
        self.schedule.in_s(self.limits.monitor_interval_s)
        self.last_report.flag(Flag.UNABLE_TO_OFFLINE)

    def _confirm(self) -> None:
        """What was to go offline is cleaned; believe it when a monitor says so."""
        self.enter(ResourcePhase.GOING_OFFLINE_CLEANED)
        self._monitor_wanted = True

    def _retry(self) -> None:
        """After a clean that succeeded: once more from the start, unless it is used up or not wanted any more."""
        counters, limits = self.counters, self.limits
        if self._request is AgentRequest.OFFLINE:
            self._report_fault()
        elif self.phase is ResourcePhase.ONLINE_CLEANING and counters.restarts < limits.restart_limit:
            counters.restarts += 1
            self.last_report.flag(Flag.RESTARTING)
            self._start_online()
        elif self.phase is ResourcePhase.GOING_ONLINE_CLEANING and counters.online_retries < limits.online_retry_limit:
            counters.online_retries += 1
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
