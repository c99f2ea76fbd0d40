"""What is done about a resource that does not do as it should: clean, again and again, and what follows from it.

A clean that succeeds makes the way free: for another try, or for the fault that lets the group go elsewhere. One that
fails pins the resource where it is, which is the only way for an agent to stop a failover (vcs.md 0, fact 3).

Rule 1: nothing is faulted and nothing fails over while a clean does not succeed.
Rule 2: cleans go on for ever, or CleanRetryLimit of them; then the resource waits for an administrator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mirrordrill.simulator.vcs.agents.lifecycle import AFTER_CLEAN, CLEANING, CleanReason, ResourcePhase
from mirrordrill.simulator.vcs.agents.retry_counters import RetryCounters
from mirrordrill.simulator.vcs.messages import CLEAN_FAILED, CLEAN_OK, CLEANING_FOR, LEFT_TO_ADMIN, WAITS_FOR_ADMIN
from mirrordrill.simulator.vcs.ports import EntryPointOutcome
from mirrordrill.simulator.vcs.states import Flag

if TYPE_CHECKING:
    from mirrordrill.simulator.vcs.agents.framework import AgentResource


class Cleaning:
    """The cleans of one resource on one system."""

    __slots__ = ("_reason", "_resource")

    def __init__(self, resource: AgentResource) -> None:
        self._resource = resource
        self._reason = CleanReason.UNEXPECTED_OFFLINE

    def begin(self, reason: CleanReason) -> None:
        """Say why, and clean; or wait for an administrator, where that is what the group wants (ManageFaults)."""
        self._reason = reason
        if self._resource.leaves_faults:
            self._resource.entry_points.log(LEFT_TO_ADMIN, reason.text)
            self.await_admin()
            return
        self._resource.entry_points.log(CLEANING_FOR[reason])
        self.again()

    def again(self) -> None:
        """Clean for the reason that there was."""
        self._resource.enter(CLEANING[self._reason])
        self._resource.entry_points.clean(self._reason, self._cleaned)

    def _cleaned(self, outcome: EntryPointOutcome | None) -> None:
        resource = self._resource
        if outcome is not None and outcome.exit_code == 0:
            resource.counters.failed_cleans = 0
            resource.entry_points.log(CLEAN_OK)
            resource.react(AFTER_CLEAN[resource.phase])
        else:
            resource.entry_points.log(CLEAN_FAILED)
            self._failed()
        resource.settle()

    def _failed(self) -> None:
        counters, limit = self._resource.counters, self._resource.limits.clean_retry_limit
        counters.failed_cleans += 1
        if not limit or counters.failed_cleans < limit:
            self.stuck()
            return
        self._resource.entry_points.log(WAITS_FOR_ADMIN, limit)
        self.await_admin()

    def await_admin(self) -> None:
        """Do nothing but watch until an administrator says what is to be done."""
        resource = self._resource
        resource.counters = RetryCounters()
        resource.enter(ResourcePhase.ADMIN_WAIT)
        resource.last_report.flag(Flag.ADMIN_WAIT, without=Flag.UNABLE_TO_OFFLINE | Flag.RESTARTING)

    @property
    def offline_failed(self) -> bool:
        """Whether the last trouble was an offline that hung or was ineffective (reasons 0 and 1)."""
        return self._reason in {CleanReason.OFFLINE_HUNG, CleanReason.OFFLINE_INEFFECTIVE}

    def stuck(self) -> None:
        """Stay in the transition, and clean again after the next periodic monitor."""
        resource = self._resource
        resource.enter(CLEANING[self._reason])
        resource.schedule.in_s(resource.limits.monitor_interval_s)
        resource.last_report.flag(Flag.UNABLE_TO_OFFLINE)

    def confirm(self) -> None:
        """What was to go offline is cleaned; believe it when a monitor says so."""
        self._resource.enter(ResourcePhase.GOING_OFFLINE_CLEANED)
        self._resource.monitor_soon()

    def retry(self) -> None:
        """After a clean that succeeded: once more from the start, unless it is used up or not wanted any more."""
        resource = self._resource
        counters, limits = resource.counters, resource.limits
        if resource.is_to_go_offline:
            resource.report_fault()
        elif resource.phase is ResourcePhase.ONLINE_CLEANING and counters.restarts < limits.restart_limit:
            counters.restarts += 1
            resource.last_report.flag(Flag.RESTARTING)
            resource.start_online()
        elif (
            resource.phase is ResourcePhase.GOING_ONLINE_CLEANING
            and counters.online_retries < limits.online_retry_limit
        ):
            counters.online_retries += 1
            resource.start_online()
        else:
            resource.report_fault()
