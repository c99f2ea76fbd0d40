"""Triggers: scripts of the administrator's that the engine runs when something happens (vcs.md 2.4, 3.5).

A group with PreOnline is not brought online by the engine. The engine runs the trigger on the target system, and the
trigger, if it is content, types `hagrp -online -nopre` itself. What it does is a property of the site: it is executed
where the site has a script for it; else it is played: it allows after a time, it refuses, or it hangs. Other triggers
are run where the site has a script for them. One for violations takes the place of what the engine does by itself.

Rule 1: a trigger dies with its system; the engine waits PreonlineTimeout for preonline, and then the group stays
offline, and for no other one.
Rule 2: a preonline that ended without a word has refused. Nothing else is tried (M: what VCS does then was not read).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import simpy

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.engine.trigger_rules import PreOnline, TriggerRules, TriggerVerdict
from mirrordrill.simulator.vcs.events import TriggerRun
from mirrordrill.simulator.vcs.ports import Call, EntryPointOutcome, EntryPointStarter, Running


class Triggers(Protocol):
    """Runs triggers for engines."""

    def preonline(self, system: str, group: str, timeout_s: float) -> int:
        """Run the trigger on a system; its number, never 0. The engine hears when it ends or its time is up."""

    def has(self, name: str) -> bool:
        """Whether the site has a script for a trigger."""

    def fire(self, system: str, name: str, group: str, arguments: tuple[str, ...] = (), about: str = "") -> None:
        """Run a trigger on a system, without waiting for it.

        It is told the system that it is `about`, its own unless another is named, and the arguments, else the group.
        """


class NoTriggers:
    """For an engine without a cluster around it."""

    def preonline(self, system: str, group: str, timeout_s: float) -> int:
        """Refused: without scripts, nothing runs a trigger."""
        raise NotImplementedError(f"no preonline trigger for {group} on {system} ({timeout_s} s)")

    def has(self, name: str) -> bool:
        """False: there are no scripts."""
        return name in frozenset[str]()

    def fire(self, system: str, name: str, group: str, arguments: tuple[str, ...] = (), about: str = "") -> None:
        """Do nothing: without scripts, nothing runs a trigger."""


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
        self._starter: EntryPointStarter | None = None
        self._type_name = ""
        self._installed: frozenset[str] = frozenset()
        self._runs: dict[int, tuple[str, Running]] = {}
        """Number of a trigger that is under way -> its system, and how to kill it."""

    def install(self, starter: EntryPointStarter, type_name: str, names: frozenset[str]) -> None:
        """The site has scripts for these triggers; `type_name` is what the starter knows them by."""
        self._starter, self._type_name, self._installed = starter, type_name, names

    def has(self, name: str) -> bool:
        """Whether the site has a script for a trigger."""
        return name in self._installed

    def fire(self, system: str, name: str, group: str, arguments: tuple[str, ...] = (), about: str = "") -> None:
        """Run a trigger on a system, without waiting for it."""
        self._count += 1
        self._kernel.emit(TriggerRun(system, name, group, arguments))
        self._execute(self._count, Call(system, self._type_name, group, name, _words(system, group, arguments, about)))

    def system_lost(self, system: str) -> None:
        """What ran there is gone."""
        for number, (at, _) in tuple(self._runs.items()):
            if at == system:
                self._kill(number)

    def _execute(self, number: int, call: Call, ended: Callable[[], None] = lambda: None) -> None:
        assert self._starter is not None
        running = self._starter.start(call)
        if isinstance(running, EntryPointOutcome):
            ended()
            return

        def over(_: simpy.Event) -> None:
            if self._runs.pop(number, None) is not None:
                ended()

        self._runs[number] = call.system, running
        if running.done.triggered:
            over(running.done)
        else:
            assert running.done.callbacks is not None
            running.done.callbacks.append(over)

    def _kill(self, number: int) -> None:
        if (found := self._runs.pop(number, None)) is not None:
            found[1].kill()

    def preonline(self, system: str, group: str, timeout_s: float) -> int:
        """Run the trigger on a system."""
        self._count += 1
        number, behaviour = self._count, self.behaviour.get(group, self.rules.of(group))
        self._kernel.emit(TriggerRun(system, "preonline", group))
        if self.has("preonline") and group not in self.behaviour:
            call = Call(system, self._type_name, group, "preonline", _words(system, group))
            self._execute(number, call, partial(self._ended, system, group, number, "has refused"))
            self._after(timeout_s, lambda: self._kill(number))
        elif behaviour.verdict is TriggerVerdict.ALLOWS and behaviour.after_s < timeout_s:
            command = ("hagrp", "-online", "-nopre", group, "-sys", system)
            self._after(behaviour.after_s, lambda: self._type_there(system, command))
        elif behaviour.verdict is TriggerVerdict.REFUSES and behaviour.after_s < timeout_s:
            self._after(behaviour.after_s, lambda: self._ended(system, group, number, "has refused"))
        self._after(timeout_s, lambda: self._ended(system, group, number, f"did not end within {timeout_s:g} s"))
        return number

    def _after(self, delay_s: float, then: Callable[[], object]) -> None:
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: (then(), None)[1])


def _words(system: str, group: str, arguments: tuple[str, ...] = (), about: str = "") -> tuple[str, ...]:
    """The command line of a trigger."""
    return (about or system, *(arguments or (group,)))
