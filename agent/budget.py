"""How long an entry point may take, and who gets which share of it.

VCS kills an entry point that overstays its time-out, wherever it stands. The agent therefore measures its time in the
node's uptime (clocks are set, uptime is not) and sends nothing that might not end before the kill.

Rule 1: the times that VCS allows stand in TIMEOUT_S, those that the agent allows others in Limits; nowhere else.
Rule 2: a command that changes pairs is started only if it and the look that must follow it fit into what is left.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Callable, Mapping

from .errors import ConfigError, GarbledState, OutOfTime
from .ports import Node
from .statetext import parse

TIMEOUT_S: Mapping[str, float] = {
    "open": 60,
    "close": 60,
    "online": 300,
    "offline": 300,
    "monitor": 60,
    "clean": 60,
    "info": 30,
    # 40 s in VCS 4.1, 30 s later: the agent has to fit into the shorter one.
    "action": 30,
}
"""What VCS allows by default (reference vcs.md 1.5); online asks VCS for the value in force before it changes pairs."""

MARGIN_S = 3.0
"""Kept free at the end, to write down what happened and to leave."""


class Budget:
    """The time of one entry point, or a share of it."""

    def __init__(self, uptime_s: Callable[[], float], limit_s: float) -> None:
        self._uptime_s = uptime_s
        self._started_s = uptime_s()
        self._limit_s = limit_s

    def spent_s(self) -> float:
        """Seconds since the entry point started."""
        return self._uptime_s() - self._started_s

    def left_s(self) -> float:
        """Seconds until the agent has to be done; negative when it should have been."""
        return self._limit_s - self.spent_s()

    def learn_timeout(self, timeout_s: float) -> None:
        """VCS has another time-out than the default in force."""
        self._limit_s = timeout_s - MARGIN_S

    def require(self, what: str, needed_s: float) -> None:
        """Raise OutOfTime unless `needed_s` are left."""
        left_s = self.left_s()
        if left_s < needed_s:
            raise OutOfTime(what, needed_s, left_s)

    def share(self, limit_s: float, keep_s: float = 0.0) -> Budget:
        """A budget of its own for a part of the work: at most `limit_s`, and never the last `keep_s`."""
        return Budget(self._uptime_s, min(limit_s, self.left_s() - keep_s))


def budget_of(entry: str, node: Node) -> Budget:
    """The time of an entry point or action that starts now."""
    return Budget(node.uptime_s, TIMEOUT_S.get(entry, TIMEOUT_S["action"]) - MARGIN_S)


@dataclass(frozen=True)
class Limits:
    """The longest the agent waits for others. A site may change them in the state file `limits` (`login_s = 40`)."""

    login_s: float = 60
    """One HMC may take this long to let the agent in; dscli is a Java program and needs seconds even on a good day."""
    list_s: float = 60
    """The array may take this long to list pairs or paths."""
    reversal_s: float = 90
    """All that an online spends, after a failover that succeeded, on reversing the copy, besides REVERSAL_PAIR_S."""
    settle_s: float = 10
    """Between two looks at pairs that may still be changing."""
    copy_poll_s: float = 15
    """Between two looks at a copy that has to finish first."""
    ha_s: float = 5
    """VCS may take this long to answer an `ha` command."""
    licence_s: float = 45
    """A command that changes pairs is sent only if what it was decided on is not older."""
    far_s: float = 30
    """All that an online or an action spends on asking the far array."""


LIMITS_NAME = "limits"
LIMIT_MAX_S = 3600.0


def read_limits(node: Node) -> Limits:
    """The limits in force on this node. Raises ConfigError, GarbledState or OSError where the file is wrong."""
    text = node.read_state(LIMITS_NAME)
    if text is None:
        return Limits()
    known = {field.name for field in dataclasses.fields(Limits)}
    found = {}
    for key, value in parse(LIMITS_NAME, text).items():
        if key not in known:
            raise GarbledState(LIMITS_NAME, f"has the unknown key {key}")
        found[key] = _seconds(key, value)
    return Limits(**found)


def _seconds(key: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= LIMIT_MAX_S:
        raise ConfigError(f"{LIMITS_NAME}: {key}", value, f"seconds, above 0 and up to {LIMIT_MAX_S:.0f}")
    return seconds


LOGIN_NEEDS_S = 6.0
"""What a login takes at worst on a healthy console."""
REVERSAL_PAIR_S = 0.2
"""What each pair adds to the time of a reversal."""


def change_needs_s(pairs: int) -> float:
    """What a command that changes so many pairs takes at worst on a healthy array (reference dscli.md 1.8)."""
    return 5.0 + 0.1 * pairs


def look_needs_s(volumes: int) -> float:
    """What a list of so many volumes takes at worst on a healthy array."""
    return 3.0 + 0.01 * volumes
