"""`-wait`: a command that ends when an attribute has a value, or after a time."""

from __future__ import annotations

from collections.abc import Callable

import simpy

from mirrordrill.simulator.vcs.commands.language.grammar import (
    OK,
    CommandResult,
    OperatorContext,
    ParsedArguments,
    PendingResult,
    WrongUsage,
    failure,
)
from mirrordrill.simulator.vcs.commands.language.refusals import WAIT_TIMED_OUT


def wait_until(
    context: OperatorContext, args: ParsedArguments, what: str, value: str, look: Callable[[], str]
) -> PendingResult:
    """Wait until `look` returns the value; `-time` limits the wait, otherwise it is endless."""
    limit = args.one("-time")
    if limit is not None and not limit.isdecimal():
        raise WrongUsage
    reached = context.wait_for(lambda: look() == value)
    event: simpy.Event = reached if limit is None else reached | context.kernel.after(int(limit))

    def finish(_: object) -> CommandResult:
        if reached.triggered:
            return CommandResult(OK, "")
        return failure(WAIT_TIMED_OUT, what, value, limit)

    return PendingResult(event, finish)
