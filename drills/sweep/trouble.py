"""What can go wrong at a management console, made to happen at one command.

Rule: armed once, it meets the next command of that host and no other; a lost console stays lost until it is mended.
"""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.simulator.bridge.ports_tap import Injection, InjectionKind, Port, When
from mirrordrill.simulator.dscli.consoles import (
    CommandRequest,
    Consoles,
    Fate,
    Interception,
    Interceptor,
    Reach,
    Stage,
)
from mirrordrill.simulator.dscli.messages import CONNECTION_LOST

STAGES = {When.BEFORE: Stage.BEFORE_EXECUTION, When.AFTER: Stage.BEFORE_ANSWER}


class ConsoleTrouble:
    """The consoles of a world, and what is the matter with them."""

    def __init__(self, consoles: Consoles) -> None:
        self._consoles = consoles
        self._disarm: Callable[[], None] = lambda: None

    def prepare(self, injection: Injection) -> None:
        """Let the fault happen at the command, or the login, that is about to be sent."""
        if injection.call.port is Port.START_PROGRAM:
            words = injection.call.detail.split()
            reach = Reach.REFUSING if injection.kind is InjectionKind.FAILED else Reach.SILENT
            self._consoles.set_reach(words[words.index("-hmc1") + 1], reach)
        else:
            self._disarm = self._consoles.add_interceptor(self._once(injection))

    def mend(self) -> None:
        """Every console answers again."""
        self._disarm()
        for name in self._consoles.names():
            self._consoles.set_reach(name, Reach.ANSWERING)

    def _once(self, injection: Injection) -> Interceptor:
        def intercept(stage: Stage, request: CommandRequest) -> Interception:
            if stage is not STAGES[injection.when] or request.host != injection.call.system:
                return Interception()
            self._disarm()
            if injection.kind is InjectionKind.HMC_LOST:
                self._consoles.set_reach(request.console, Reach.SILENT)
            return verdict_of(injection.kind, request)

        return intercept


def verdict_of(kind: InjectionKind, request: CommandRequest) -> Interception:
    """What becomes of the command or of its answer."""
    if kind is InjectionKind.FAILED:
        return Interception(Fate.REPLACED, CONNECTION_LOST.line(request.command.partition(" ")[0]) + "\n")
    if kind is InjectionKind.CUT:
        return Interception(Fate.CUT, request.answer[: len(request.answer) // 2])
    return Interception(Fate.LOST)
