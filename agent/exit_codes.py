"""What the numbers that an entry point returns mean to VCS (reference vcs.md 0 and 1.2)."""

from __future__ import annotations

import enum

from . import monitor


class MonitorExit(enum.IntEnum):
    """VCS takes 100 for offline, 101 to 110 for online with growing confidence, and any other number for unknown.

    Unknown keeps VCS from acting: nothing is failed over and nothing is cleaned because of it.
    """

    UNKNOWN = monitor.UNKNOWN
    OFFLINE = monitor.OFFLINE
    WITHOUT_MIRROR = monitor.WITHOUT_MIRROR
    ONLINE = monitor.ONLINE


class WaitExit(enum.IntEnum):
    """online and offline do not return success or failure but the seconds to wait before the next monitor.

    An online that failed shows in one way only: there is no lock, so the monitor says offline.
    """

    MONITOR_NOW = 0


class CleanExit(enum.IntEnum):
    """0 lets VCS fault the resource and start its group elsewhere; anything else keeps it where it is.

    After a refusal VCS calls clean again behind each monitor, so a refusal is a question asked again, not a verdict.
    """

    CLEANED = 0
    NOT_CLEANED = 1


class ActionExit(enum.IntEnum):
    """0 makes `hares -action` succeed, anything else makes it fail; the output reaches the caller either way.

    Of info, 0 makes ResourceInfo valid.
    """

    DONE = 0
    FAILED = 1


class IgnoredExit(enum.IntEnum):
    """open, close and attr_changed: VCS does not look at the number."""

    DONE = 0
