"""The agent framework's state machine of one resource on one system, as tables (vcs.md 1.6).

A phase says what the agent is after. What happens next depends on the phase and on one of three things: what a monitor
found, what the engine asked for, how a clean ended. Each pair has its reaction below; `agent_resource` carries it out.

Rule 1: every legal pair is listed; an unlisted request is ignored, for the engine will see the state that made it void.
Rule 2: nothing here counts or knows a limit: "tolerate" or "wait" may turn into a clean when its count is used up.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from mirrordrill.simulator.kernel.table_keys import TableKey
from mirrordrill.simulator.vcs.ports import EntryPointOutcome
from mirrordrill.simulator.vcs.states import ResourceState


class ResourcePhase(TableKey):
    """What the agent does with a resource, in the framework's own words where they are known."""

    DETACHED = "Detached"
    OPENING = "Opening"
    PROBING = "Probing"
    OFFLINE = "Offline"
    GOING_ONLINE = "Going Online"
    GOING_ONLINE_WAITING = "Going Online Waiting"
    GOING_ONLINE_CLEANING = "Going Online Waiting, cleaning"
    ONLINE = "Online"
    ONLINE_CLEANING = "Online, cleaning"
    GOING_OFFLINE = "Going Offline"
    GOING_OFFLINE_WAITING = "Going Offline Waiting"
    GOING_OFFLINE_CLEANING = "Going Offline Waiting, cleaning"
    GOING_OFFLINE_CLEANED = "Going Offline Waiting, cleaned"
    ADMIN_WAIT = "Admin Wait"
    CLOSING = "Closing"


class MonitorFinding(TableKey):
    """What a monitor said."""

    ONLINE = enum.auto()
    OFFLINE = enum.auto()
    UNKNOWN = enum.auto()
    TIMED_OUT = enum.auto()
    OFFLINE_ON_PURPOSE = enum.auto()
    """Exit code 200 of a type with IntentionalOffline = 1: stopped outside VCS on purpose, which is no fault."""


class AgentRequest(TableKey):
    """What the engine may ask of an agent."""

    ONLINE = enum.auto()
    OFFLINE = enum.auto()


class CleanReason(enum.IntEnum):
    """Why clean is called; the number is its first argument (vcs.md 0, fact 4)."""

    OFFLINE_HUNG = 0
    OFFLINE_INEFFECTIVE = 1
    ONLINE_HUNG = 2
    ONLINE_INEFFECTIVE = 3
    UNEXPECTED_OFFLINE = 4
    MONITOR_HUNG = 5

    @property
    def text(self) -> str:
        """The reason in words."""
        return self.name.lower().replace("_", " ")


class Reaction(TableKey):
    """What the framework does about it."""

    HEALTHY = "as expected: forget old troubles in time"
    STAY = "wait for the next periodic monitor"
    DOUBT = "flag it and wait for the next periodic monitor"
    REPORT_ONLINE = "tell the engine that it is online"
    REPORT_OFFLINE = "tell the engine that it is offline"
    WAIT_ONLINE = "count against OnlineWaitLimit, then clean"
    WAIT_OFFLINE = "count against OfflineWaitLimit, then clean"
    TOLERATE = "count against ToleranceLimit, then clean"
    COUNT_TIMEOUT = "count against FaultOnMonitorTimeouts, then clean"
    CLEAN_AGAIN = "call clean again for the same reason"
    STUCK = "flag it unable to offline; clean again after the next periodic monitor"
    START_ONLINE = "run online"
    START_OFFLINE = "run offline"
    LATER = "hold the request until the entry point under way has ended"
    RETRY = "online again while retries are left, else report the fault"
    CONFIRM = "believe the clean when the next monitor says offline"


_AFTER_MONITOR = {
    (ResourcePhase.PROBING, MonitorFinding.ONLINE): Reaction.REPORT_ONLINE,
    (ResourcePhase.PROBING, MonitorFinding.OFFLINE): Reaction.REPORT_OFFLINE,
    (ResourcePhase.PROBING, MonitorFinding.UNKNOWN): Reaction.STAY,
    (ResourcePhase.PROBING, MonitorFinding.TIMED_OUT): Reaction.STAY,
    # Online without having been asked: by hand, or by a stale lock.
    (ResourcePhase.OFFLINE, MonitorFinding.ONLINE): Reaction.REPORT_ONLINE,
    (ResourcePhase.OFFLINE, MonitorFinding.OFFLINE): Reaction.HEALTHY,
    (ResourcePhase.OFFLINE, MonitorFinding.UNKNOWN): Reaction.DOUBT,
    (ResourcePhase.OFFLINE, MonitorFinding.TIMED_OUT): Reaction.DOUBT,
    (ResourcePhase.GOING_ONLINE_WAITING, MonitorFinding.ONLINE): Reaction.REPORT_ONLINE,
    (ResourcePhase.GOING_ONLINE_WAITING, MonitorFinding.OFFLINE): Reaction.WAIT_ONLINE,
    (ResourcePhase.GOING_ONLINE_WAITING, MonitorFinding.UNKNOWN): Reaction.WAIT_ONLINE,
    (ResourcePhase.GOING_ONLINE_WAITING, MonitorFinding.TIMED_OUT): Reaction.WAIT_ONLINE,
    (ResourcePhase.ONLINE, MonitorFinding.ONLINE): Reaction.HEALTHY,
    (ResourcePhase.ONLINE, MonitorFinding.OFFLINE): Reaction.TOLERATE,
    (ResourcePhase.ONLINE, MonitorFinding.UNKNOWN): Reaction.DOUBT,
    (ResourcePhase.ONLINE, MonitorFinding.TIMED_OUT): Reaction.COUNT_TIMEOUT,
    (ResourcePhase.GOING_OFFLINE_WAITING, MonitorFinding.ONLINE): Reaction.WAIT_OFFLINE,
    (ResourcePhase.GOING_OFFLINE_WAITING, MonitorFinding.OFFLINE): Reaction.REPORT_OFFLINE,
    (ResourcePhase.GOING_OFFLINE_WAITING, MonitorFinding.UNKNOWN): Reaction.WAIT_OFFLINE,
    (ResourcePhase.GOING_OFFLINE_WAITING, MonitorFinding.TIMED_OUT): Reaction.WAIT_OFFLINE,
    # A failed clean is repeated whatever the monitor says (vcs.md 0, fact 3) ...
    **{(ResourcePhase.GOING_ONLINE_CLEANING, finding): Reaction.CLEAN_AGAIN for finding in MonitorFinding},
    **{(ResourcePhase.ONLINE_CLEANING, finding): Reaction.CLEAN_AGAIN for finding in MonitorFinding},
    # ... but a resource that was to go offline and is offline needs no further clean (plausible, not read).
    (ResourcePhase.GOING_OFFLINE_CLEANING, MonitorFinding.ONLINE): Reaction.CLEAN_AGAIN,
    (ResourcePhase.GOING_OFFLINE_CLEANING, MonitorFinding.OFFLINE): Reaction.REPORT_OFFLINE,
    (ResourcePhase.GOING_OFFLINE_CLEANING, MonitorFinding.UNKNOWN): Reaction.CLEAN_AGAIN,
    (ResourcePhase.GOING_OFFLINE_CLEANING, MonitorFinding.TIMED_OUT): Reaction.CLEAN_AGAIN,
    (ResourcePhase.GOING_OFFLINE_CLEANED, MonitorFinding.ONLINE): Reaction.STUCK,
    (ResourcePhase.GOING_OFFLINE_CLEANED, MonitorFinding.OFFLINE): Reaction.REPORT_OFFLINE,
    (ResourcePhase.GOING_OFFLINE_CLEANED, MonitorFinding.UNKNOWN): Reaction.STUCK,
    (ResourcePhase.GOING_OFFLINE_CLEANED, MonitorFinding.TIMED_OUT): Reaction.STUCK,
    # Watched, but only an administrator ends it (`hagrp -clearadminwait`).
    **{(ResourcePhase.ADMIN_WAIT, finding): Reaction.STAY for finding in MonitorFinding},
}
AFTER_MONITOR: Mapping[tuple[ResourcePhase, MonitorFinding], Reaction] = MappingProxyType(
    {
        # Offline on purpose is offline ...
        **{
            (phase, MonitorFinding.OFFLINE_ON_PURPOSE): reaction
            for (phase, finding), reaction in _AFTER_MONITOR.items()
            if finding is MonitorFinding.OFFLINE
        },
        **_AFTER_MONITOR,
        # ... but where it was online, too: no clean, no fault, no failover (additions.md).
        (ResourcePhase.ONLINE, MonitorFinding.OFFLINE_ON_PURPOSE): Reaction.REPORT_OFFLINE,
    }
)

ON_REQUEST: Mapping[tuple[ResourcePhase, AgentRequest], Reaction] = MappingProxyType(
    {
        # An agent that was started anew looks before it does what the one before it was asked for.
        (ResourcePhase.OPENING, AgentRequest.ONLINE): Reaction.LATER,
        (ResourcePhase.OPENING, AgentRequest.OFFLINE): Reaction.LATER,
        (ResourcePhase.OFFLINE, AgentRequest.ONLINE): Reaction.START_ONLINE,
        # What was to stop before the agent was started anew, and is found offline by now.
        (ResourcePhase.OFFLINE, AgentRequest.OFFLINE): Reaction.REPORT_OFFLINE,
        (ResourcePhase.ONLINE, AgentRequest.OFFLINE): Reaction.START_OFFLINE,
        (ResourcePhase.GOING_ONLINE, AgentRequest.OFFLINE): Reaction.LATER,
        (ResourcePhase.GOING_ONLINE_WAITING, AgentRequest.OFFLINE): Reaction.START_OFFLINE,
        # The clean goes first; what it leaves is offline, so no retry follows it.
        (ResourcePhase.GOING_ONLINE_CLEANING, AgentRequest.OFFLINE): Reaction.LATER,
        (ResourcePhase.ONLINE_CLEANING, AgentRequest.OFFLINE): Reaction.LATER,
    }
)

CLEANING: Mapping[CleanReason, ResourcePhase] = MappingProxyType(
    {
        CleanReason.OFFLINE_HUNG: ResourcePhase.GOING_OFFLINE_CLEANING,
        CleanReason.OFFLINE_INEFFECTIVE: ResourcePhase.GOING_OFFLINE_CLEANING,
        CleanReason.ONLINE_HUNG: ResourcePhase.GOING_ONLINE_CLEANING,
        CleanReason.ONLINE_INEFFECTIVE: ResourcePhase.GOING_ONLINE_CLEANING,
        CleanReason.UNEXPECTED_OFFLINE: ResourcePhase.ONLINE_CLEANING,
        CleanReason.MONITOR_HUNG: ResourcePhase.ONLINE_CLEANING,
    }
)
"""The phase a resource is in while it is being cleaned, and stays in until clean succeeds."""

RESUMING: Mapping[ResourceState | None, ResourcePhase] = MappingProxyType(
    {
        None: ResourcePhase.PROBING,
        ResourceState.ONLINE: ResourcePhase.ONLINE,
        ResourceState.OFFLINE: ResourcePhase.OFFLINE,
        ResourceState.FAULTED: ResourcePhase.OFFLINE,
    }
)
"""Where an agent begins after open: with what the engine believes, so that a resource which was online and is not found
any more has gone offline unexpectedly, whatever removed what its monitor looks for (vcs.md 9.4)."""

AFTER_CLEAN: Mapping[ResourcePhase, Reaction] = MappingProxyType(
    {
        ResourcePhase.GOING_ONLINE_CLEANING: Reaction.RETRY,
        ResourcePhase.ONLINE_CLEANING: Reaction.RETRY,
        ResourcePhase.GOING_OFFLINE_CLEANING: Reaction.CONFIRM,
    }
)

MONITOR_OFFLINE, MONITOR_ONLINE_MIN, MONITOR_ONLINE_MAX, MONITOR_ON_PURPOSE = 100, 101, 110, 200


def read_monitor(outcome: EntryPointOutcome | None, *, knows_intent: bool = False) -> MonitorFinding:
    """What a monitor's end means (vcs.md 0, fact 2): 100 offline, 101 to 110 online, anything else unknown.

    With `knows_intent` (IntentionalOffline = 1, VCS 5.0 and later) 200 means offline on purpose.
    """
    if outcome is None:
        return MonitorFinding.TIMED_OUT
    code = outcome.exit_code
    if MONITOR_ONLINE_MIN <= code <= MONITOR_ONLINE_MAX:
        return MonitorFinding.ONLINE
    if knows_intent and code == MONITOR_ON_PURPOSE:
        return MonitorFinding.OFFLINE_ON_PURPOSE
    return MonitorFinding.OFFLINE if code == MONITOR_OFFLINE else MonitorFinding.UNKNOWN


def confidence(exit_code: int) -> int:
    """ConfidenceLevel out of a monitor's exit code: 101 is 10, 110 is 100, offline and unknown are 0."""
    return (exit_code - MONITOR_OFFLINE) * 10 if MONITOR_ONLINE_MIN <= exit_code <= MONITOR_ONLINE_MAX else 0
