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
from mirrordrill.drills.run.exit_codes import HELD_AS_DECLARED, MEANING, ExitCode
from mirrordrill.drills.run.facts import Facts, sentences
from mirrordrill.drills.run.objectives import Met, ObjectiveResult
from mirrordrill.drills.shrink.schedule import Schedule


class StepStatus(enum.Enum):
    """How a step of a scenario ended."""

    HELD = "held"
    FAILED = "FAILED"
    FAULT = "FAULT"
    """The harness could not carry the step out: no statement about the agent."""
    USAGE = "WRONG"
    """The feature names something that does not exist."""
    INTERRUPTED = "interrupted"
    UNDECIDED = "undecided"
    """Its wait came to a bound of the simulation before what it waited for happened."""
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
    facts: Facts | None = None
    """Of a step that did not come about: what was seen instead, where that is known as values."""


class Verdict(enum.Enum):
    """An oracle's last word. Undecided never counts as held."""

    HELD = "held"
    BROKEN = "BROKEN"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class OracleResult:
    """An oracle's name (its id in the catalogue), verdict, and what it saw, as values."""

    name: str
    promise: str
    verdict: Verdict
    event: int | None
    """The number of the event that broke the rule; None where it is not broken."""
    facts: tuple[Facts, ...]
    declared: str = ""
    """What the feature declares to be broken here, where no configuration is safe, in its own words. It is broken
    all the same, and said to be, but it is what the drill shows."""
    otherwise: str = ""
    """Where the feature declares something else than what is broken: what it declares, and what is wrong with that."""
    beside: str = ""
    """What the rule says of groups that the drill is not about, where it is broken there."""

    @property
    def seen(self) -> str:
        """What the oracle saw, as a sentence."""
        return ("" if self.event is None else f"event {self.event}: ") + sentences(self.facts)

    @property
    def reason(self) -> str:
        """What the oracle saw, and what is wrong with the declaration of it, where one is."""
        declared = f"; not as declared {self.otherwise}" if self.otherwise else ""
        beside = f"; in groups that this drill is not about: {self.beside}" if self.beside else ""
        return f"{self.seen}{declared}{beside}"

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
    """One scenario run once."""

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
    report: model.ReportedDrill | None = None
    """What the report says of it, where one was asked for."""
    schedule: Schedule | None = None
    """The steps as data, where a feature was run."""
    opened_by: int | None = None
    """Which step named the site."""
    counting: tuple[int, ...] = ()
    """Which steps look at what happened since the last `When` began."""
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
            (statuses & {StepStatus.UNDECIDED, StepStatus.NOT_EXECUTED}, ExitCode.UNDECIDED),
        ):
            if seen:
                return code
        return ExitCode.HELD

    def declared_broken(self) -> tuple[OracleResult, ...]:
        """The rules that are broken as the feature says they must be."""
        return tuple(oracle for oracle in self.oracles if oracle.declared)


def meaning_of(code: ExitCode, drills: Iterable[DrillResult]) -> str:
    """What an exit code says of these drills; one that holds as declared does not say that every oracle held."""
    is_declared = code is ExitCode.HELD and any(drill.declared_broken() for drill in drills)
    return HELD_AS_DECLARED if is_declared else MEANING[code]
