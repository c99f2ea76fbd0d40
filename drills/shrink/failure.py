"""What went wrong in a drill, and whether another run went wrong in the same way.

Two failures are the same when their facts are: the rule and what broke it, or the step and what was seen instead of
what it expects. Events, times and numbers of writes differ from run to run, and fewer volumes may be affected;
those are figures of the facts and are not compared.

Rule 1: of several broken rules the one that broke first counts: what breaks later mostly follows from it.
Rule 2: a run that is wrong itself, or that the harness spoilt, shows nothing, whatever was broken in it.
Rule 3: of a step of the user's own that gives no facts, the first line of its text has to be the same, but for its
figures: a number that stands alone, not one in a name such as node2.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field

from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.facts import Facts
from mirrordrill.drills.run.objectives import Met, ObjectiveResult
from mirrordrill.drills.run.results import DrillResult, OracleResult, StepResult, StepStatus, Verdict

NUMBER = re.compile(r"\b\d[\d,.:]*")
WRONG = {StepStatus.USAGE, StepStatus.FAULT, StepStatus.INTERRUPTED, StepStatus.UNDECIDED}


class FailureKind(enum.Enum):
    """What failed."""

    RULE = "rule"
    STEP = "step"
    OBJECTIVE = "objective"


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong: a rule by its id, a step by its words, an objective by its measure and group."""

    kind: FailureKind
    name: str
    facts: tuple[Facts, ...]
    """Empty where only a text is known."""
    reason: str = field(compare=False)
    """The text for people."""

    def is_same(self, other: Failure) -> bool:
        """Whether the other one is the same failure, of another run."""
        if self != other:
            return False
        return bool(self.facts) or without_figures(self.reason) == without_figures(other.reason)

    def sentence(self) -> str:
        """What went wrong, and why."""
        word = {
            FailureKind.RULE: "is broken",
            FailureKind.STEP: "did not come about",
            FailureKind.OBJECTIVE: "is missed",
        }[self.kind]
        name = f"`{self.name}`" if self.kind is FailureKind.STEP else self.name
        return f"{name} {word}: {self.reason}"


def without_figures(reason: str) -> str:
    """The first line, its figures left out: below it pytest explains an assertion, with addresses of objects in it."""
    return NUMBER.sub("…", reason.partition("\n")[0])


def failure_of(result: DrillResult, rule: str = "", *, with_declared: bool = False) -> Failure | None:
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
        return of_rule(min(broken, key=lambda oracle: oracle.event or 0))
    failed = [step for step in result.steps if step.status is StepStatus.FAILED]
    if failed and not rule:
        return of_step(failed[0])
    missed = [objective for objective in result.objectives if objective.met is Met.MISSED]
    return of_objective(missed[0]) if missed and not rule else None


def again(failure: Failure, result: DrillResult) -> Failure | None:
    """The same failure as another run shows it; None where it went wrong in another way, or not at all."""
    if any(step.status in WRONG for step in result.steps):
        return None
    found = like(failure, result)
    return found if found is not None and found.is_same(failure) else None


def like(failure: Failure, result: DrillResult) -> Failure | None:
    """How the same rule is broken, the same step did not come about or the same objective is missed in a run."""
    if failure.kind is FailureKind.RULE:
        return next((of_rule(each) for each in result.oracles if is_broken(each, failure.name)), None)
    if result.exit_code() is not ExitCode.LIVENESS:
        return None  # a rule is broken, which is another thing and a graver one
    if failure.kind is FailureKind.STEP:
        last = result.steps[-1]
        return of_step(last) if last.status is StepStatus.FAILED and last.words == failure.name else None
    if any(step.status is StepStatus.FAILED for step in result.steps):
        return None  # the objective is missed because the drill is another one
    missed = (each for each in result.objectives if each.met is Met.MISSED)
    return next((of_objective(each) for each in missed if objective_name(each) == failure.name), None)


def of_rule(oracle: OracleResult) -> Failure:
    """A rule that is broken, without what a declaration made of it."""
    return Failure(FailureKind.RULE, oracle.name, oracle.facts, oracle.seen)


def of_step(step: StepResult) -> Failure:
    """A step that did not come about."""
    return Failure(FailureKind.STEP, step.words, (step.facts,) if step.facts else (), step.observed)


def of_objective(objective: ObjectiveResult) -> Failure:
    """An objective that is missed."""
    return Failure(FailureKind.OBJECTIVE, objective_name(objective), (objective.facts,), objective.reason)


def is_broken(oracle: OracleResult, rule: str) -> bool:
    """Whether it is that rule, and broken."""
    return oracle.name == rule and oracle.verdict is Verdict.BROKEN


def objective_name(objective: ObjectiveResult) -> str:
    """`RTO of oragrp`."""
    return f"{objective.measure.value} of {objective.group}"
