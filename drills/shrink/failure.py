"""What went wrong in a drill, and whether another flight went wrong in the same way.

Events, times and numbers of writes differ from flight to flight, and fewer volumes may be told of. What stays is the
rule, and its oracle's reason without the figures; or the step that did not come about, and what was seen instead.

Rule 1: of several broken rules the one that broke first counts: what breaks later mostly follows from it.
Rule 2: a flight that is wrong itself, or that the harness spoilt, shows nothing, whatever was broken in it.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace

from mirrordrill.drills.run.declarations import NOT_AS_DECLARED
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.objectives import Met, ObjectiveResult
from mirrordrill.drills.run.results import DrillResult, OracleResult, StepStatus, Verdict

FIGURE = re.compile(r"(?<![\w.-])\d+(?:[.,:]\d+)*(?![\w-])")
"""A number, a time or a volume; never a part of a name, as in `hosta2`, `IBM.2107-75FA120` or `cluster-1`."""
AGAIN = re.compile(r"(?<!\S)(\S*#\S*?)(?:,? (?:and )?\1(?=[\s,;:]|$))+")
"""The same with other figures, as where several volumes are told of."""
EVENT = re.compile(r"\bevent (\d+)")
WRONG = {StepStatus.USAGE, StepStatus.FAULT, StepStatus.INTERRUPTED}


class Kind(enum.Enum):
    """What failed."""

    RULE = "rule"
    STEP = "step"
    OBJECTIVE = "objective"


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong: a rule by its id, a step by its words, an objective by its measure and group."""

    kind: Kind
    name: str
    reason: str

    @property
    def pattern(self) -> str:
        """The reason without its figures."""
        return without_figures(self.reason)

    def sentence(self) -> str:
        """What went wrong, and why."""
        word = {Kind.RULE: "is broken", Kind.STEP: "did not come about", Kind.OBJECTIVE: "is missed"}[self.kind]
        name = f"`{self.name}`" if self.kind is Kind.STEP else self.name
        return f"{name} {word}: {self.reason}"


def without_figures(reason: str) -> str:
    """A reason that is the same for the same failure at another moment, of other writes, on fewer volumes.

    Its first line: below it stands how pytest explains an assertion, with whatever addresses there are in that.
    """
    return AGAIN.sub(r"\1", FIGURE.sub("#", reason.partition("\n")[0]))


def failure_of(result: DrillResult, with_declared: bool = False, rule: str = "") -> Failure | None:
    """What went wrong in a drill, what it declares itself only where that is asked for; None where nothing did.

    With the id of a rule, only how that one is broken.
    """
    if any(step.status in WRONG for step in result.steps):
        return None
    broken = [
        oracle
        for oracle in result.oracles
        if oracle.verdict is Verdict.BROKEN and (with_declared or not oracle.declared) and rule in {"", oracle.name}
    ]
    if broken:
        first = min(broken, key=broken_at)
        return Failure(Kind.RULE, first.name, reason_of(first))
    failed = [step for step in result.steps if step.status is StepStatus.FAILED]
    if failed and not rule:
        return Failure(Kind.STEP, failed[0].words, failed[0].observed)
    missed = [objective for objective in result.objectives if objective.met is Met.MISSED]
    return Failure(Kind.OBJECTIVE, objective_name(missed[0]), missed[0].reason) if missed and not rule else None


def again(failure: Failure, result: DrillResult) -> Failure | None:
    """The same failure as another flight shows it; None where it went wrong in another way, or not at all."""
    if any(step.status in WRONG for step in result.steps):
        return None
    reason = reason_in(failure, result)
    return None if reason is None or without_figures(reason) != failure.pattern else replace(failure, reason=reason)


def reason_in(failure: Failure, result: DrillResult) -> str | None:
    """Why the same rule is broken, the same step did not come about or the same objective is missed in a flight."""
    if failure.kind is Kind.RULE:
        return next((reason_of(each) for each in result.oracles if is_broken(each, failure.name)), None)
    if result.exit_code() is not ExitCode.LIVENESS:
        return None  # a rule is broken, which is another thing and a graver one
    if failure.kind is Kind.STEP:
        last = result.steps[-1]
        return last.observed if last.status is StepStatus.FAILED and last.words == failure.name else None
    if any(step.status is StepStatus.FAILED for step in result.steps):
        return None  # the objective is missed because the drill is another one
    missed = (each for each in result.objectives if each.met is Met.MISSED)
    return next((each.reason for each in missed if objective_name(each) == failure.name), None)


def is_broken(oracle: OracleResult, rule: str) -> bool:
    """Whether it is that rule, and broken."""
    return oracle.name == rule and oracle.verdict is Verdict.BROKEN


def reason_of(oracle: OracleResult) -> str:
    """What the oracle saw, without what a declaration made of it."""
    return oracle.reason.partition(NOT_AS_DECLARED)[0]


def broken_at(oracle: OracleResult) -> int:
    """The number of the event that broke it; after all others where it names none."""
    found = EVENT.search(oracle.reason)
    return int(found[1]) if found else 1 << 62


def objective_name(objective: ObjectiveResult) -> str:
    """`RTO of oragrp`."""
    return f"{objective.measure.value} of {objective.group}"
