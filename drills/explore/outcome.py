"""What came of a night: its verdict, what failed and whether a hazard explains it, and the figures that are kept.

Two failures are the same when the oracle, the facts that it saw and the agent's last decision before are the same.
Hosts, volumes, times and counts are figures of one night.

Rule 1: undecided is never passed; a night that the harness spoilt, or that is wrong itself, proves nothing.
Rule 2: a failure that a declared hazard explains is still a failure, counted under its hazard.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mirrordrill.drills.explore.drawing.draw import Night
from mirrordrill.drills.explore.hazards import BrokenRule, explained, read_hazards
from mirrordrill.drills.explore.marks import marks_of
from mirrordrill.drills.explore.occurrences import Occurrence
from mirrordrill.drills.history import History
from mirrordrill.drills.measures.values import Outage
from mirrordrill.drills.run.direct import run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.pacing import Stopwatch
from mirrordrill.drills.run.results import DrillResult, OracleResult, StepStatus, Verdict
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.kernel.events import Record

LIVENESS = "L"
"""The name under which a step that did not come about is kept, beside S1 to S15."""
DECISIONS = frozenset(
    {1100, 1101, 1102, 1103, 1105, 1106, 1107, 1108, 1109, 1110, 1111, 1112, 1200, 1201, 1300, 1302, 1605}
)
"""Messages with which the agent tells what it decided (docs/messages.md)."""
TWICE_EVERY = 20
"""One night of so many is run twice and compared, byte by byte."""


class NightVerdict(enum.Enum):
    """The verdict on one night."""

    HELD = "held"
    HAZARD = "hazard"
    """A rule is broken, and a declared hazard explains it."""
    BROKEN = "BROKEN"
    FAILED = "FAILED"
    """What had to come about did not."""
    UNDECIDED = "undecided"
    SPOILT = "spoilt"
    """The night is wrong, or the harness is at fault: it says nothing about the agent."""
    NOT_DETERMINISTIC = "not deterministic"


EXIT_CODES = {
    NightVerdict.HELD: ExitCode.HELD,
    NightVerdict.HAZARD: ExitCode.HELD,
    NightVerdict.BROKEN: ExitCode.SAFETY,
    NightVerdict.FAILED: ExitCode.LIVENESS,
    NightVerdict.UNDECIDED: ExitCode.UNDECIDED,
    NightVerdict.SPOILT: ExitCode.HARNESS,
    NightVerdict.NOT_DETERMINISTIC: ExitCode.NOT_DETERMINISTIC,
}


@dataclass(frozen=True, slots=True)
class NightFailure:
    """Something that failed in a night."""

    oracle: str
    """`S2`, or `L` for what did not come about."""
    what: str
    """The kind of facts."""
    decision: str
    """The agent's last decision before: `online 1101`; empty where there was none."""
    hazard: str
    """The declared hazard that explains it; empty where none does."""
    event: int
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the failure that it is."""
        return self.oracle, self.what, self.decision


@dataclass(frozen=True, slots=True)
class NightOutage:
    """A time without service, as it is kept."""

    cause: str
    group: str
    is_planned: bool
    rto_s: float | None
    rpo_s: float | None
    lost_writes: int | None


@dataclass(frozen=True, slots=True)
class NightOutcome:
    """What came of one night."""

    seed: int
    verdict: NightVerdict
    digest: str
    events: int
    simulated_s: float
    took_s: float
    failures: tuple[NightFailure, ...]
    hazards: tuple[str, ...]
    kinds: tuple[str, ...]
    marks: tuple[str, ...]
    outages: tuple[NightOutage, ...]
    takeovers: int
    """How often an agent failed over without a command of an operator in the ten minutes before."""
    was_flown_twice: bool = False
    decisions: tuple[str, ...] = ()
    """What the agent decided, by entry point and id of the message: `online 1101`."""
    levels: tuple[str, ...] = ()
    """The levels of watermarks that it reached, where they were watched: `volumes split at once: 4`."""


class LogKeeper:
    """Keeps the log of a drill that ends: a listener."""

    def __init__(self) -> None:
        self.records: Sequence[Record] = ()

    def drill_began(self, drill: Drill) -> None:
        """Before its first step."""

    def time_passes(self, drill: Drill, now_s: float) -> None:
        """At each event."""

    def step_ended(self, drill: Drill, step: object) -> None:
        """After each step."""

    def drill_ended(self, drill: Drill, result: DrillResult) -> None:  # noqa: ARG002 - the shape of a Listener
        """Its log is complete."""
        self.records = drill.log.since(0)


def run_night(night: Night, options: Options, *, is_once_enough: bool = False) -> tuple[NightOutcome, DrillResult]:
    """Run a night and judge it; one of twenty twice, unless once is enough."""
    watch, keeper = Stopwatch(), LogKeeper()
    result = run_schedule(night.schedule(), Drill(options, "", "", "", keeper))
    outcome = outcome_of(night, result, keeper.records, watch.total_s())
    if night.seed % TWICE_EVERY or is_once_enough:
        return outcome, result
    return compared(outcome, night, options), result


def compared(outcome: NightOutcome, night: Night, options: Options) -> NightOutcome:
    """Run the night from the start once more, and compare the logs."""
    again = run_schedule(night.schedule(), Drill(options, "", "", ""))
    if again.digest != outcome.digest:
        outcome = replace(outcome, verdict=NightVerdict.NOT_DETERMINISTIC)
    return replace(outcome, was_flown_twice=True)


def outcome_of(
    night: Night, result: DrillResult, records: Sequence[Record], took_s: float, levels: tuple[str, ...] = ()
) -> NightOutcome:
    """The outcome of a night from its result and its log."""
    history, occurrences = read_hazards(records)
    failures = tuple(_failures(result, records, history, occurrences))
    return NightOutcome(
        seed=night.seed,
        verdict=_verdict(result, failures),
        digest=result.digest,
        events=result.events,
        simulated_s=result.simulated_us / 1e6,
        took_s=took_s,
        failures=failures,
        hazards=tuple(sorted({each.hazard for each in occurrences})),
        kinds=night.kinds,
        marks=tuple(sorted(marks_of(records, night.kinds))),
        outages=tuple(_outage(each) for each in result.measured.outages),
        takeovers=_takeovers(records, result),
        decisions=tuple(sorted(set(_decisions(records)))),
        levels=levels,
    )


def _verdict(result: DrillResult, failures: tuple[NightFailure, ...]) -> NightVerdict:
    statuses = {step.status for step in result.steps}
    if statuses & {StepStatus.USAGE, StepStatus.FAULT, StepStatus.INTERRUPTED}:
        return NightVerdict.SPOILT
    open_failures = [failure for failure in failures if not failure.hazard]
    if any(failure.oracle != LIVENESS for failure in open_failures):
        return NightVerdict.BROKEN
    if open_failures:
        return NightVerdict.FAILED
    if any(oracle.verdict is Verdict.UNDECIDED for oracle in result.oracles):
        return NightVerdict.UNDECIDED
    return NightVerdict.HAZARD if failures else NightVerdict.HELD


def with_hazards_declared(result: DrillResult, records: Sequence[Record]) -> DrillResult:
    """The same run, in which a rule is broken as declared where a declared hazard explains it."""
    failures = _failures(result, records, *read_hazards(records))
    hazards = {each.oracle: each.hazard for each in failures if each.hazard}
    return replace(
        result, oracles=tuple(replace(each, declared=hazards.get(each.name, each.declared)) for each in result.oracles)
    )


def _failures(
    result: DrillResult, records: Sequence[Record], history: History, occurrences: Sequence[Occurrence]
) -> Iterator[NightFailure]:
    found = [(each, BrokenRule(each, records, history)) for each in result.oracles if each.verdict is Verdict.BROKEN]
    every = [broken for _, broken in found]
    for oracle, broken in sorted(found, key=lambda each: each[1].event):
        decision, hazard = decision_before(records, broken.event), next(explained(broken, occurrences, every), "")
        yield NightFailure(oracle.name, _what(oracle), decision, hazard, broken.event, oracle.reason)
    for step in result.steps:
        if step.status in {StepStatus.FAILED, StepStatus.USAGE, StepStatus.FAULT}:
            what = step.facts.what if step.facts else f"{step.status.value}: {step.words.split(' ')[0]}"
            decision = decision_before(records, len(records))
            yield NightFailure(LIVENESS, what, decision, "", len(records), f"`{step.words}`: {step.observed}")


def _decisions(records: Sequence[Record]) -> Iterator[str]:
    for record in records:
        if isinstance(record.event, AgentLog) and record.event.message_id in DECISIONS:
            yield f"{record.event.entry} {record.event.message_id}"


def _what(oracle: OracleResult) -> str:
    return oracle.facts[0].what if oracle.facts else oracle.name


def decision_before(records: Sequence[Record], event: int) -> str:
    """The agent's last decision before an event: the entry point and the id of its message."""
    for record in reversed(records[: event + 1]):
        if isinstance(record.event, AgentLog) and record.event.message_id in DECISIONS:
            return f"{record.event.entry} {record.event.message_id}"
    return ""


def _outage(outage: Outage) -> NightOutage:
    rto_s = None if outage.rto_us is None else outage.rto_us / 1e6
    rpo_s = None if outage.rpo_us is None else outage.rpo_us / 1e6
    cause = outage.cause.what.partition(":")[2].strip() or outage.cause.what
    return NightOutage(cause, outage.group, outage.is_planned, rto_s, rpo_s, outage.lost_writes)


def _takeovers(records: Sequence[Record], result: DrillResult) -> int:
    """Failovers by an agent in a time without service that no operator asked for."""
    unplanned = [outage for outage in result.measured.outages if not outage.is_planned]
    spans = [
        (outage.began.time_us, outage.verified.time_us if outage.verified else result.simulated_us)
        for outage in unplanned
    ]
    return sum(
        1
        for record in records
        if isinstance(record.event, CommandExecuted)
        and record.event.verb == "failoverpprc"
        and record.event.sender
        and any(began <= record.time_us <= ended for began, ended in spans)
    )
