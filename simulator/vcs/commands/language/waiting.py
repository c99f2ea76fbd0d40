"""`-wait`: a command that ends when an attribute has a value, or after a time."""

from __future__ import annotations

from collections.abc import Callable

import simpy

from mirrordrill.simulator.vcs.commands.language.grammar import (
    FAILED,
    OK,
    CommandResult,
    Context,
    Given,
    Misused,
    Pending,
)
from mirrordrill.simulator.vcs.messages import WAIT_TIMED_OUT


def wait_until(context: Context, given: Given, what: str, value: str, look: Callable[[], str]) -> Pending:
    """Wait until `look` gives the value; `-time` limits the wait, which is otherwise endless."""
    limit = given.one("-time")
    if limit is not None and not limit.isdecimal():
        raise Misused
    reached = context.wait_for(lambda: look() == value)
    event: simpy.Event = reached if limit is None else reached | context.kernel.after(int(limit))

    def finish(_: object) -> CommandResult:
        if reached.triggered:
            return CommandResult(OK, "")
        return CommandResult(FAILED, WAIT_TIMED_OUT.line(what, value, limit) + "\n")

    return Pending(event, finish)
