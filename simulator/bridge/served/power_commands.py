"""`halt`, `reboot`, `shutdown`, `poweroff`, `init` and their like on a served host: what their words ask for.

The manual says "halt or shut down the host". What is typed for that in the shell of a served host must never reach the
real machine, so these programs are the site's own, and they do to the simulated host what their names say.

Rule 1: words that are not understood do nothing, neither to the simulated host nor to the real one.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MINUTES = re.compile(r"\+?([0-9]{1,5})", re.ASCII)
RUNLEVELS = re.compile(r"-?i([0-9sS])\Z", re.ASCII)


class PowerAction(enum.Enum):
    """What becomes of a host."""

    HALT = "halts"
    REBOOT = "is booted again"
    CANCEL = "stays up"
    """What was going to happen does not."""


@dataclass(frozen=True, slots=True)
class PowerRequest:
    """An action, and after how long."""

    action: PowerAction
    delay_s: float = 0.0


class PowerWordsError(Exception):
    """The words are not understood; the text says which."""


def read_halt(words: Sequence[str]) -> PowerRequest:
    """`halt`, `poweroff`: options say how, all to the same end; `--reboot` says otherwise. Raises PowerWordsError."""
    return PowerRequest(_of_options(words, PowerAction.HALT))


def read_reboot(words: Sequence[str]) -> PowerRequest:
    """`reboot`. Raises PowerWordsError."""
    return PowerRequest(_of_options(words, PowerAction.REBOOT))


def _of_options(words: Sequence[str], action: PowerAction) -> PowerAction:
    known = {"-f", "-p", "-d", "-n", "-h", "-q", "-l", "-v", "--force", "--no-wall", "--halt", "--poweroff", "--reboot"}
    for word in words:
        if word not in known:
            raise PowerWordsError(f"{word} is not understood")
    return PowerAction.REBOOT if "--reboot" in words else action


def read_init(words: Sequence[str]) -> PowerRequest:
    """`init 0`, `init 5` (Solaris: power off), `init 6`. Raises PowerWordsError."""
    match list(words):
        case ["0" | "5"]:
            return PowerRequest(PowerAction.HALT)
        case ["6"]:
            return PowerRequest(PowerAction.REBOOT)
    raise PowerWordsError(f"only the run levels 0, 5 and 6 are simulated, not {' '.join(words) or 'none'}")


def read_systemctl(words: Sequence[str]) -> PowerRequest:
    """`systemctl halt`, `poweroff` or `reboot`. Raises PowerWordsError."""
    verbs = [word for word in words if not word.startswith("-")]
    if verbs in (["halt"], ["poweroff"]):
        return PowerRequest(PowerAction.HALT)
    if verbs == ["reboot"]:
        return PowerRequest(PowerAction.REBOOT)
    raise PowerWordsError(f"only halt, poweroff and reboot are simulated, not {' '.join(words) or 'nothing'}")


def read_shutdown(words: Sequence[str]) -> PowerRequest:
    """`shutdown` as Linux, AIX, Solaris and HP-UX know it: `-h now`, `-r +5`, `-Fr`, `-y -g0 -i6`.

    Raises PowerWordsError.     Without a time it is now: no user of the simulated host has to be warned.
    """
    action, delay_s, message = PowerAction.HALT, 0.0, False
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if message:
            continue
        if word in ("-i", "-g") and waiting:
            word += waiting.pop(0)
        if level := RUNLEVELS.match(word):
            action = read_init([level[1]]).action
        elif word.startswith("-g"):
            delay_s = _seconds(word[2:], 1.0)
        elif word in ("-c", "--cancel"):
            action = PowerAction.CANCEL
        elif word in ("--halt", "--poweroff", "--reboot", "--no-wall"):
            action = PowerAction.REBOOT if word == "--reboot" else action
        elif re.fullmatch("-[hHPrFymfnt]+", word):
            action = PowerAction.REBOOT if "r" in word else action
        elif word == "now":
            delay_s = 0.0
        elif not word.startswith("-") and MINUTES.fullmatch(word):
            delay_s = _seconds(word.lstrip("+"), 60.0)
        elif word.startswith("-"):
            raise PowerWordsError(f"{word} is not understood")
        elif re.fullmatch("[0-9]{1,2}:[0-9]{2}", word):
            raise PowerWordsError("say now, or in how many minutes: +5")
        else:
            message = True
    return PowerRequest(action, delay_s)


def _seconds(text: str, unit_s: float) -> float:
    found = MINUTES.fullmatch(text)
    if found is None:
        raise PowerWordsError(f"{text or 'no time'} is not a time")
    return float(found[1]) * unit_s


POWER_COMMANDS: dict[str, Callable[[Sequence[str]], PowerRequest]] = {
    "halt": read_halt,
    "poweroff": read_halt,
    "reboot": read_reboot,
    "shutdown": read_shutdown,
    "init": read_init,
    "telinit": read_init,
    "systemctl": read_systemctl,
}
"""Programs that change the power of the host they are typed on."""
POWER_ON = "poweron"
"""Switches a host on that is named; it is typed anywhere."""
