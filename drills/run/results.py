"""What came of a run, as frozen values that any report can be made from.

A step has an expectation and an observation; an oracle has a verdict; a drill has both and the log they were read from.
The exit code follows from these and from nothing else.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field

from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.report import model
from mirrordrill.drills.run.objectives import Met, ObjectiveResult
from mirrordrill.drills.shrink.schedule import Schedule


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


class StepStatus(enum.Enum):
    """How a step of a scenario ended."""

    HELD = "held"
    FAILED = "FAILED"
    FAULT = "FAULT"
    """The harness could not carry the step out: no statement about the agent."""
    USAGE = "WRONG"
    """The feature names something that does not exist."""
    INTERRUPTED = "interrupted"
    NOT_EXECUTED = "not executed"


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step: its words, when it began and ended in simulated time, and what was seen."""

    keyword: str
    words: str
    line: int
    status: StepStatus
    began_us: int = 0
    ended_us: int = 0
    observed: str = ""


class Verdict(enum.Enum):
    """An oracle's last word. Undecided never counts as held."""

    HELD = "held"
    BROKEN = "BROKEN"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class OracleResult:
    """An oracle's name (its id in the catalogue), verdict, and the reason with the number of the deciding event."""

    name: str
    promise: str
    verdict: Verdict
    reason: str
    declared: str = ""
    """What the feature declares to be broken here, where nobody can be safe, in its own words. It is broken all the
    same, and said to be, but it is what the drill shows."""

    @property
    def is_in_order(self) -> bool:
        """Held, or broken exactly as the feature declares."""
        return self.verdict is Verdict.HELD or bool(self.declared)

    @property
    def word(self) -> str:
        """The verdict for people: `BROKEN as declared` is not `held`."""
        return f"{self.verdict.value} as declared" if self.declared else self.verdict.value


@dataclass(frozen=True, slots=True)
class DrillResult:
    """One scenario flown once."""

    feature: str
    scenario: str
    file: str
    agent: str
    seed: int
    steps: tuple[StepResult, ...]
    oracles: tuple[OracleResult, ...]
    simulated_us: int
    events: int
    digest: str
    profile: str = "vcs41"
    description: str = ""
    """What the feature and the scenario say of themselves."""
    tags: tuple[str, ...] = ()
    measured: Measured = field(default_factory=Measured)
    objectives: tuple[ObjectiveResult, ...] = ()
    """Those of the site, and those that a step named."""
    report: model.Drill | None = None
    """What the report says of it, where one was asked for."""
    schedule: Schedule | None = None
    """The steps as data, where a feature was flown."""
    opened_by: int | None = None
    """Which step named the site."""
    declaring: tuple[int, ...] = ()
    """Which steps declared a rule to be broken."""

    def exit_code(self) -> ExitCode:
        """The gravest thing that happened decides; a fault of the harness is no verdict on the agent.

        What the feature declares to be broken, and is, decides nothing.
        """
        statuses = {step.status for step in self.steps}
        verdicts = {oracle.verdict for oracle in self.oracles if not oracle.is_in_order}
        met = {objective.met for objective in self.objectives}
        for seen, code in (
            (StepStatus.INTERRUPTED in statuses, ExitCode.INTERRUPTED),
            (StepStatus.FAULT in statuses, ExitCode.HARNESS),
            (Verdict.BROKEN in verdicts, ExitCode.SAFETY),
            (StepStatus.USAGE in statuses, ExitCode.USAGE),
            (StepStatus.FAILED in statuses or Met.MISSED in met, ExitCode.LIVENESS),
            (Verdict.UNDECIDED in verdicts or Met.UNDECIDED in met, ExitCode.UNDECIDED),
            (StepStatus.NOT_EXECUTED in statuses, ExitCode.UNDECIDED),
        ):
            if seen:
                return code
        return ExitCode.HELD

    def declared_broken(self) -> tuple[OracleResult, ...]:
        """The rules that are broken as the feature says they must be."""
        return tuple(oracle for oracle in self.oracles if oracle.declared)


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


def meaning_of(code: ExitCode, drills: Iterable[DrillResult]) -> str:
    """What an exit code says of these drills; one that holds as declared does not say that every oracle held."""
    is_declared = code is ExitCode.HELD and any(drill.declared_broken() for drill in drills)
    return HELD_AS_DECLARED if is_declared else MEANING[code]
