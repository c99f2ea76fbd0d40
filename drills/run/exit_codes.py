"""What `mirrordrill run` tells the shell."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """What `mirrordrill run` tells the shell."""

    HELD = 0
    """Every step went as expected, and every oracle held but those that the feature declares to be broken, and are."""
    USAGE = 2
    """Wrong arguments, an unreadable or wrong site, a step or name that does not exist."""
    SAFETY = 10
    """An oracle saw a safety rule broken: lost writes, two writers."""
    LIVENESS = 11
    """A step did not come about: too late, or not at all. Or an objective of the site was missed."""
    UNDECIDED = 12
    """The run ended before the question was answered."""
    NOT_DETERMINISTIC = 13
    """The same seed gave another log."""
    HARNESS = 14
    """The harness itself is at fault; the run proves nothing."""
    INTERRUPTED = 130
    """Ctrl-C; what was seen until then is reported."""


MEANING = {
    ExitCode.HELD: "every step and every oracle held",
    ExitCode.USAGE: "the drill or the site is wrong: see the step marked WRONG",
    ExitCode.SAFETY: "a safety rule was broken: see the oracle marked BROKEN",
    ExitCode.LIVENESS: "a step did not come about, or an objective was missed: see FAILED or MISSED",
    ExitCode.UNDECIDED: "the run ended before everything was decided",
    ExitCode.NOT_DETERMINISTIC: "the same seed gave another log",
    ExitCode.HARNESS: "the harness is at fault; this run says nothing about the agent",
    ExitCode.INTERRUPTED: "interrupted",
}
"""An exit code in words."""
HELD_AS_DECLARED = "every step held, and nothing is broken but what the drill declares"
GRAVITY = (
    ExitCode.INTERRUPTED,
    ExitCode.HARNESS,
    ExitCode.NOT_DETERMINISTIC,
    ExitCode.SAFETY,
    ExitCode.USAGE,
    ExitCode.LIVENESS,
    ExitCode.UNDECIDED,
    ExitCode.HELD,
)
"""Most telling first: which exit code a run of several drills ends with."""


def worst(codes: list[ExitCode]) -> ExitCode:
    """The exit code of a run of several drills. No drill at all held nothing: that is wrong usage."""
    return min(codes, key=GRAVITY.index, default=ExitCode.USAGE)
