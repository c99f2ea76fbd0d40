"""Faults that wait for a DS CLI command: between the command that a host sends and the answer that it gets.

An armed fault is decided before the command is sent and meets the next command of its name from its host, once: nothing
random happens at the moment of use. Several armed for the same command wait in line: each meets a command of its own.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.array.mirror.states import Refusal
from mirrordrill.simulator.dscli.consoles import CommandRequest, Consoles, Fate, Interception, Stage
from mirrordrill.simulator.dscli.messages import REFUSALS


class CliFault(enum.Enum):
    """What can become of one command."""

    LOST = "is lost before it reaches the array"
    UNANSWERED = "is carried out, but its answer is lost"
    CUT = "is carried out, but its answer is cut off"
    CONSOLE_DIES = "is carried out, and its HMC dies before it can answer"
    IN_PART = "will be carried out in part"


@dataclass(frozen=True, slots=True)
class ArmedFault:
    """The next command of a name from a host meets this; of one in part, `only` are the ids that are carried out."""

    host: str
    command: str
    fault: CliFault
    only: tuple[str, ...] = ()

    def meets(self, request: CommandRequest) -> bool:
        """Whether this is the command that it waits for."""
        return request.host == self.host and request.command.split(" ", 1)[0] == self.command

    @property
    def stage(self) -> Stage:
        """When it strikes."""
        is_before = self.fault in (CliFault.IN_PART, CliFault.LOST)
        return Stage.BEFORE_EXECUTION if is_before else Stage.BEFORE_ANSWER


class ArmedFaults:
    """Those that wait in one drill."""

    def __init__(self, consoles: Consoles) -> None:
        self._waiting: list[tuple[ArmedFault, Callable[[CommandRequest], None]]] = []
        consoles.add_interceptor(self._intercept)

    def arm(self, armed: ArmedFault, struck: Callable[[CommandRequest], None]) -> Callable[[], None]:
        """Let it wait; `struck` is called with the command that it meets. Returns what takes it away again."""
        entry = (armed, struck)
        self._waiting.append(entry)

        def disarm() -> None:
            self._waiting = [other for other in self._waiting if other is not entry]

        return disarm

    def _intercept(self, stage: Stage, request: CommandRequest) -> Interception:
        for entry in self._waiting:
            armed, struck = entry
            if armed.stage is stage and armed.meets(request):
                self._waiting.remove(entry)
                struck(request)
                return verdict_of(armed, request)
        return Interception()


def verdict_of(armed: ArmedFault, request: CommandRequest) -> Interception:
    """What becomes of the command, or of its answer."""
    match armed.fault:
        case CliFault.IN_PART:
            return part_of(request, armed.only)
        case CliFault.CUT:
            return Interception(Fate.CUT, request.answer[: len(request.answer) // 2])
        case _:
            return Interception(Fate.LOST)


def part_of(request: CommandRequest, only: tuple[str, ...]) -> Interception:
    """The first pairs are carried out, the array refuses each of the others."""
    verb, *words = request.command.split()
    pairs = [word for word in words if ":" in word]
    done = [pair for pair in pairs if pair.partition(":")[0][-4:] in only]
    if pairs[: len(done)] != done:
        raise UsageError(f"only the first pairs of {' '.join(pairs)} can be the ones carried out")
    message = REFUSALS[Refusal.WRONG_STATE]
    refused = [message.line(verb, id=pair) + "\n" for pair in pairs[len(done) :]]
    return Interception(Fate.PART, "".join(refused), ids_done=len(done))
