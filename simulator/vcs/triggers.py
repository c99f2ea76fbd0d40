"""The preonline trigger: a script of the administrator's that says whether a group may come online (vcs.md 2.4).

A group with PreOnline is not brought online by the engine. The engine runs the trigger on the target system, and the
trigger, if it is content, types `hagrp -online -nopre` itself. What it does is a property of the site: it allows after
a time, it refuses, or it hangs. Other triggers are not played; what the violation trigger does, the engine does.

Rule 1: a trigger dies with its system; the engine waits PreonlineTimeout for it, and then the group stays offline.
Rule 2: a trigger that ended without a word has refused. Nothing else is tried (M: what VCS does then was not read).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from simulator.kernel import Kernel
from simulator.vcs.events import TriggerRun


class Verdict(enum.Enum):
    """What a preonline trigger does."""

    ALLOWS = "allows"
    REFUSES = "refuses"
    HANGS = "hangs"


@dataclass(frozen=True, slots=True)
class PreOnline:
    """How the preonline trigger of a group behaves."""

    verdict: Verdict = Verdict.ALLOWS
    after_s: float = 1.0


@dataclass(frozen=True, slots=True)
class TriggerRules:
    """How the preonline triggers of a site behave; a group that is not named has one that allows."""

    after_s: float = 1.0
    """From its start until it has done what it does."""
    groups: Mapping[str, Verdict] = field(default_factory=dict)

    def of(self, group: str) -> PreOnline:
        """The trigger of a group."""
        return PreOnline(self.groups.get(group, Verdict.ALLOWS), self.after_s)


class Triggers(Protocol):
    """Runs triggers for engines."""

    def preonline(self, system: str, group: str, timeout_s: float) -> int:
        """Run the trigger on a system; its number, never 0. The engine hears when it ends or its time is up."""


class NoTriggers:
    """For an engine without a cluster around it."""

    def preonline(self, system: str, group: str, timeout_s: float) -> int:
        """Nobody is there who could run it."""
        raise NotImplementedError(f"no preonline trigger for {group} on {system} ({timeout_s} s)")


NO_TRIGGERS = NoTriggers()


class PlayedTriggers:
    """The triggers of one cluster.

    `type_there` gives a command on a system if that still lives; `ended` tells the engine of a system that the trigger
    of a group, with its number, has ended, and why the group stays offline.
    """

    def __init__(
        self,
        kernel: Kernel,
        type_there: Callable[[str, Sequence[str]], object],
        ended: Callable[[str, str, int, str], None],
    ) -> None:
        self.rules = TriggerRules()
        self.behaviour: dict[str, PreOnline] = {}
        """Group -> how its trigger behaves from now on, whatever the rules say."""
        self._kernel = kernel
        self._type_there = type_there
        self._ended = ended
        self._count = 0

    def preonline(self, system: str, group: str, timeout_s: float) -> int:
        """Run the trigger on a system."""
        self._count += 1
        number, behaviour = self._count, self.behaviour.get(group, self.rules.of(group))
        self._kernel.emit(TriggerRun(system, "preonline", group))
        if behaviour.verdict is Verdict.ALLOWS and behaviour.after_s < timeout_s:
            command = ("hagrp", "-online", "-nopre", group, "-sys", system)
            self._after(behaviour.after_s, lambda: self._type_there(system, command))
        elif behaviour.verdict is Verdict.REFUSES and behaviour.after_s < timeout_s:
            self._after(behaviour.after_s, lambda: self._ended(system, group, number, "has refused"))
        self._after(timeout_s, lambda: self._ended(system, group, number, f"did not end within {timeout_s:g} s"))
        return number

    def _after(self, delay_s: float, then: Callable[[], object]) -> None:
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: (then(), None)[1])
