"""The agent framework's state machine of one resource on one system, as tables (vcs.md 1.6).

A phase says what the agent is after. What happens next depends on the phase and on one of three things: what a monitor
found, what the engine asked for, how a clean ended. Each pair has its reaction below; `framework.py` carries it out.

Rule 1: every legal pair is listed; an unlisted request is ignored, for the engine will see the state that made it void.
Rule 2: nothing here counts or knows a limit: "tolerate" or "wait" may turn into a clean when its count is used up.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from mirrordrill.simulator.vcs.ports import Outcome
from mirrordrill.simulator.vcs.states import ResourceState


class Phase(enum.Enum):
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


class Finding(enum.Enum):
    """What a monitor said."""

    ONLINE = enum.auto()
    OFFLINE = enum.auto()
    UNKNOWN = enum.auto()
    TIMED_OUT = enum.auto()


class Request(enum.Enum):
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


class Reaction(enum.Enum):
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


AFTER_MONITOR: Mapping[tuple[Phase, Finding], Reaction] = MappingProxyType(
    {
        (Phase.PROBING, Finding.ONLINE): Reaction.REPORT_ONLINE,
        (Phase.PROBING, Finding.OFFLINE): Reaction.REPORT_OFFLINE,
        (Phase.PROBING, Finding.UNKNOWN): Reaction.STAY,
        (Phase.PROBING, Finding.TIMED_OUT): Reaction.STAY,
        # Online without having been asked: by hand, or by a stale lock.
        (Phase.OFFLINE, Finding.ONLINE): Reaction.REPORT_ONLINE,
        (Phase.OFFLINE, Finding.OFFLINE): Reaction.HEALTHY,
        (Phase.OFFLINE, Finding.UNKNOWN): Reaction.DOUBT,
        (Phase.OFFLINE, Finding.TIMED_OUT): Reaction.DOUBT,
        (Phase.GOING_ONLINE_WAITING, Finding.ONLINE): Reaction.REPORT_ONLINE,
        (Phase.GOING_ONLINE_WAITING, Finding.OFFLINE): Reaction.WAIT_ONLINE,
        (Phase.GOING_ONLINE_WAITING, Finding.UNKNOWN): Reaction.WAIT_ONLINE,
        (Phase.GOING_ONLINE_WAITING, Finding.TIMED_OUT): Reaction.WAIT_ONLINE,
        (Phase.ONLINE, Finding.ONLINE): Reaction.HEALTHY,
        (Phase.ONLINE, Finding.OFFLINE): Reaction.TOLERATE,
        (Phase.ONLINE, Finding.UNKNOWN): Reaction.DOUBT,
        (Phase.ONLINE, Finding.TIMED_OUT): Reaction.COUNT_TIMEOUT,
        (Phase.GOING_OFFLINE_WAITING, Finding.ONLINE): Reaction.WAIT_OFFLINE,
        (Phase.GOING_OFFLINE_WAITING, Finding.OFFLINE): Reaction.REPORT_OFFLINE,
        (Phase.GOING_OFFLINE_WAITING, Finding.UNKNOWN): Reaction.WAIT_OFFLINE,
        (Phase.GOING_OFFLINE_WAITING, Finding.TIMED_OUT): Reaction.WAIT_OFFLINE,
        # A failed clean is repeated whatever the monitor says (vcs.md 0, fact 3) ...
        **{(Phase.GOING_ONLINE_CLEANING, finding): Reaction.CLEAN_AGAIN for finding in Finding},
        **{(Phase.ONLINE_CLEANING, finding): Reaction.CLEAN_AGAIN for finding in Finding},
        # ... but a resource that was to go offline and is offline needs no further clean (plausible, not read).
        (Phase.GOING_OFFLINE_CLEANING, Finding.ONLINE): Reaction.CLEAN_AGAIN,
        (Phase.GOING_OFFLINE_CLEANING, Finding.OFFLINE): Reaction.REPORT_OFFLINE,
        (Phase.GOING_OFFLINE_CLEANING, Finding.UNKNOWN): Reaction.CLEAN_AGAIN,
        (Phase.GOING_OFFLINE_CLEANING, Finding.TIMED_OUT): Reaction.CLEAN_AGAIN,
        (Phase.GOING_OFFLINE_CLEANED, Finding.ONLINE): Reaction.STUCK,
        (Phase.GOING_OFFLINE_CLEANED, Finding.OFFLINE): Reaction.REPORT_OFFLINE,
        (Phase.GOING_OFFLINE_CLEANED, Finding.UNKNOWN): Reaction.STUCK,
        (Phase.GOING_OFFLINE_CLEANED, Finding.TIMED_OUT): Reaction.STUCK,
        # Watched, but only an administrator ends it (`hagrp -clearadminwait`).
        **{(Phase.ADMIN_WAIT, finding): Reaction.STAY for finding in Finding},
    }
)

ON_REQUEST: Mapping[tuple[Phase, Request], Reaction] = MappingProxyType(
    {
        # An agent that was started anew looks before it does what the one before it was asked for.
        (Phase.OPENING, Request.ONLINE): Reaction.LATER,
        (Phase.OPENING, Request.OFFLINE): Reaction.LATER,
        (Phase.OFFLINE, Request.ONLINE): Reaction.START_ONLINE,
        (Phase.ONLINE, Request.OFFLINE): Reaction.START_OFFLINE,
        (Phase.GOING_ONLINE, Request.OFFLINE): Reaction.LATER,
        (Phase.GOING_ONLINE_WAITING, Request.OFFLINE): Reaction.START_OFFLINE,
        # The clean goes first; what it leaves is offline, so no retry follows it.
        (Phase.GOING_ONLINE_CLEANING, Request.OFFLINE): Reaction.LATER,
        (Phase.ONLINE_CLEANING, Request.OFFLINE): Reaction.LATER,
    }
)

CLEANING: Mapping[CleanReason, Phase] = MappingProxyType(
    {
        CleanReason.OFFLINE_HUNG: Phase.GOING_OFFLINE_CLEANING,
        CleanReason.OFFLINE_INEFFECTIVE: Phase.GOING_OFFLINE_CLEANING,
        CleanReason.ONLINE_HUNG: Phase.GOING_ONLINE_CLEANING,
        CleanReason.ONLINE_INEFFECTIVE: Phase.GOING_ONLINE_CLEANING,
        CleanReason.UNEXPECTED_OFFLINE: Phase.ONLINE_CLEANING,
        CleanReason.MONITOR_HUNG: Phase.ONLINE_CLEANING,
    }
)
"""The phase a resource is in while it is being cleaned, and stays in until clean succeeds."""

RESUMING: Mapping[ResourceState | None, Phase] = MappingProxyType(
    {
        None: Phase.PROBING,
        ResourceState.ONLINE: Phase.ONLINE,
        ResourceState.OFFLINE: Phase.OFFLINE,
        ResourceState.FAULTED: Phase.OFFLINE,
    }
)
"""Where an agent begins after open: with what the engine believes, so that a resource which was online and is not found
any more has gone offline unexpectedly, whoever removed what its monitor looks for (vcs.md 9.4)."""

AFTER_CLEAN: Mapping[Phase, Reaction] = MappingProxyType(
    {
        Phase.GOING_ONLINE_CLEANING: Reaction.RETRY,
        Phase.ONLINE_CLEANING: Reaction.RETRY,
        Phase.GOING_OFFLINE_CLEANING: Reaction.CONFIRM,
    }
)

MONITOR_OFFLINE, MONITOR_ONLINE_MIN, MONITOR_ONLINE_MAX = 100, 101, 110


def read_monitor(outcome: Outcome | None) -> Finding:
    """What a monitor's end means (vcs.md 0, fact 2): 100 offline, 101 to 110 online, anything else unknown."""
    if outcome is None:
        return Finding.TIMED_OUT
    code = outcome.exit_code
    if MONITOR_ONLINE_MIN <= code <= MONITOR_ONLINE_MAX:
        return Finding.ONLINE
    return Finding.OFFLINE if code == MONITOR_OFFLINE else Finding.UNKNOWN


def confidence(exit_code: int) -> int:
    """ConfidenceLevel out of a monitor's exit code: 101 is 10, 110 is 100, offline and unknown are 0."""
    return (exit_code - MONITOR_OFFLINE) * 10 if MONITOR_ONLINE_MIN <= exit_code <= MONITOR_ONLINE_MAX else 0
