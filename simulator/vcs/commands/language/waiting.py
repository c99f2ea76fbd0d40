"""Commands that wait: `-wait` for the value of an attribute, and commands that another system must answer.

Rule: no command waits for ever for a system that has left the membership.
"""

from __future__ import annotations

import enum
from collections.abc import Callable

import simpy

from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    PendingResult,
    WrongUsage,
    failure,
    success,
)
from mirrordrill.simulator.vcs.commands.language.refusals import WAIT_TIMED_OUT, CommandRefused


class Unanswered(enum.Enum):
    """In place of an answer."""

    GONE = "the system has left the membership"


def wait_until(
    context: OperatorContext, args: ParsedArguments, what: str, value: str, look: Callable[[OperatorContext], str]
) -> PendingResult:
    """Wait until `look` returns the value; `-time` limits the wait, otherwise it is endless.

    `look` gets the context as it is at that moment and may raise CommandRefused, which ends the command.
    """
    limit = args.one("-time")
    if limit is not None and not limit.isdecimal():
        raise WrongUsage
    refusals: list[CommandRefused] = []

    def is_over() -> bool:
        try:
            return look(context.now()) == value
        except CommandRefused as refusal:
            refusals.append(refusal)
            return True

    reached = context.wait_for(is_over)
    event: simpy.Event = reached if limit is None else reached | context.kernel.after(int(limit))

    def finish(_: object) -> CommandResult:
        if refusals:
            return failure(refusals[0].message, *refusals[0].values)
        return success() if reached.triggered else failure(WAIT_TIMED_OUT, what, value, limit)

    return PendingResult(event, finish)


def answer_when_gone(context: OperatorContext, system: str, answer: simpy.Event) -> None:
    """Succeed `answer` with `Unanswered.GONE` when `system` leaves the membership before it answers."""

    def is_gone() -> bool:
        engine = context.control.engine_on(context.system)
        return answer.triggered or engine is None or system not in engine.members

    def give_up(_: simpy.Event) -> None:
        if not answer.triggered:
            answer.succeed(Unanswered.GONE)

    gone = context.wait_for(is_gone)
    assert gone.callbacks is not None
    gone.callbacks.append(give_up)
