"""What a report says, as frozen values. These classes are its JSON: their fields in order, units in their names.

Times are microseconds of simulated time since the site was switched on; `event` is the number of the event that shows
it, in the list of events of the same drill and in its log.

Rule 1: a field that is added here changes the schema (docs/report.schema.json is printed from these classes).
Rule 2: a field with a closed vocabulary or a range has it in its type, so that a report from elsewhere which is read
without a problem is rendered without one.
"""

from __future__ import annotations

from mirrordrill.drills.faults.disruption import Disruption
from mirrordrill.drills.measures.values import Count, LostOnCopy, Moment, ReturnTrip, Value
from mirrordrill.drills.report.vocabulary import (
    AgentMode,
    Always,
    Code,
    Difference,
    DisruptionWord,
    ExampleWord,
    Format,
    MarkWord,
    ObjectiveWord,
    RuleWord,
    StateWord,
    StepWord,
    Unit,
)

FORMAT = "mirrordrill-report-3"
WHOLE_LANES = "mirrordrill-report-2"
"""The format in which each lane held its spans and ticks. It is still read, and so is the one before it."""
UNSHARED = "mirrordrill-report-1"
"""The format in which each drill held all that it shares with others."""


class Part(Value, frozen=True):
    """A part of a recovery time: notice, decide, act, start or verify."""

    name: str
    took_us: Count
    ended: Moment


class ReportedLoss(Value, frozen=True):
    """Acknowledged writes that are missing where an application went on."""

    group: str
    application: str
    host: str
    writes: Count
    from_us: Count
    until_us: Count
    found: Moment
    copies: tuple[LostOnCopy, ...]


class ReportedOutage(Value, frozen=True):
    """A time in which a service group did not serve. Figures that could not be measured are null."""

    group: str
    is_planned: bool
    cause: Moment
    from_host: str
    to_host: str
    began: Moment
    parts: tuple[Part, ...]
    rto_us: Count | None
    rpo_us: Difference | None
    lost_writes: Count | None
    disruption: DisruptionWord = Disruption.OTHER.value
    """What kind of disruption began it. Reports of versions that did not tell are read as `other`."""


class Objective(Value, frozen=True):
    """A recovery objective and what was measured against it; seconds, or writes, as `unit` says."""

    group: str
    measure: str
    unit: Unit
    limit: float
    set_by: str
    verdict: ObjectiveWord
    measured: float | None
    reason: str
    event: Count | None


class ReportedExposure(Value, frozen=True):
    """A time in which an application wrote to a copy that had no mirror in sync; `ended` is null where it had none
    until the end."""

    group: str
    host: str
    length_us: Count
    began: Moment
    ended: Moment | None


class Step(Value, frozen=True):
    """A step of the scenario: what it expects, what was seen, and the events that belong to it."""

    keyword: str
    expected: str
    line: Count
    status: StepWord
    observed: str
    began_us: Count
    ended_us: Count
    first_event: Count | None


class Invariant(Value, frozen=True):
    """A safety rule and its verdict; `event` broke it. `declared` is what the feature says must be broken, if it is."""

    id: str
    promise: str
    verdict: RuleWord
    reason: str
    declared: str
    event: Count | None


class CounterExample(Value, frozen=True, rename={"steps_run": "steps_flown", "runs": "flights"}):
    """The fewest and mildest steps found that fail as the drill did. `kind` says what there is of it: `shrunk`,
    `not shrunk`, `as declared` (the scenario itself is the example) or `none needed`; `told` says it in words."""

    kind: ExampleWord
    told: str
    rule: str
    """The rule that is broken, or the step that did not come about; empty where nothing failed."""
    reason: str
    """As it was seen in the last run of what is left."""
    steps: tuple[str, ...]
    """What is left, as lines of a feature; empty where nothing was shrunk."""
    steps_left: Count
    steps_run: Count
    runs: Count
    is_minimal: bool
    """Whether none of the steps can be dropped; else the budget of runs was used up before that was known."""
    folder: str
    """Where it lies, below the directory of the report; empty where nothing was shrunk."""
    command: str
    """Typed in the directory of the report it replays what is left; where nothing was shrunk, it shrinks the drill."""


class File(Value, frozen=True):
    """A file that the site was read from."""

    name: str
    sha256: str


class Policy(Value, frozen=True):
    """A value that was in force, of the cluster, a group, a type, a resource or the simulation."""

    of: str
    name: str
    value: str
    read_from: str
    """`main.cf`, `site.toml`, or `default`."""


class SiteFacts(Value, frozen=True):
    """What was drilled."""

    name: str
    files: tuple[File, ...]
    sha256: str
    describes: str
    policies: tuple[Policy, ...]
    assumptions: tuple[str, ...]
    """What was assumed rather than read."""
    warnings: tuple[str, ...]


class Span(Value, frozen=True):
    """A stretch of a lane: a state from when to when, and the event that began it."""

    from_us: Count
    until_us: Count
    state: StateWord
    label: str
    event: Count


class Tick(Value, frozen=True):
    """Something at one moment on a lane."""

    time_us: Count
    label: str
    event: Count


class Lane(Value, frozen=True):
    """One line of the timeline picture."""

    section: str
    name: str
    spans: tuple[Span, ...]
    ticks: tuple[Tick, ...]


class Mark(Value, frozen=True):
    """A moment that the picture marks from top to bottom: fault, alert, command, takeover, resync,
    loss, recovery, repair, or a step that failed."""

    kind: MarkWord
    time_us: Count
    label: str
    event: Count


class ReportedEvent(Value, frozen=True):
    """One event of the log, as people read it. A detail is what the story can be followed without."""

    n: Count
    t_us: Count
    where: str
    text: str
    detail: bool


class Evidence(Value, frozen=True):
    """How to see it again: the same site, feature, seed, profile and versions give the same log, byte for byte."""

    arm: AgentMode
    seed: int
    profile: str
    log_sha256: str
    log_events: Count
    log_file: str
    """The name of the log beside the report; empty where none was written."""


class ReportedDrill(Value, frozen=True):
    """One scenario, run once."""

    id: Count
    feature: str
    scenario: str
    file: str
    description: str
    tags: tuple[str, ...]
    exit_code: Code
    verdict: str
    simulated_us: Count
    site: SiteFacts | None
    """Null where the drill ended before its site was read."""
    objectives: tuple[Objective, ...]
    outages: tuple[ReportedOutage, ...]
    losses: tuple[ReportedLoss, ...]
    exposures: tuple[ReportedExposure, ...]
    returns: tuple[ReturnTrip, ...]
    steps: tuple[Step, ...]
    invariants: tuple[Invariant, ...]
    counter_example: CounterExample
    evidence: Evidence
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    events: tuple[ReportedEvent, ...]


class Figure(Value, frozen=True):
    """A measured value, and the drill and the event that show it."""

    value: float
    drill: Count
    event: Count


class Statistic(Value, frozen=True):
    """A measure over all outages of all drills: how many, and their percentiles (nearest rank)."""

    measure: str
    unit: Unit
    n: Count
    undecided: Count
    """Outages without a figure: they are in no percentile."""
    p50: Figure | None
    p95: Figure | None
    maximum: Figure | None
    violated_share: float | None
    """Of the tested objectives for this measure, those that were missed or are undecided; null where none was."""


class Spread(Value, frozen=True):
    """A measure over the outages of one kind of disruption that have a figure; the median is the lower one of two."""

    n: Count
    minimum: Figure
    median: Figure
    maximum: Figure


class DisruptionStatistic(Value, frozen=True):
    """Recovery time, and recovery point in seconds and writes, of one kind of disruption; null without a figure."""

    disruption: DisruptionWord
    outages: Count
    rto_s: Spread | None
    rpo_s: Spread | None
    lost_writes: Spread | None


class Guess(Value, frozen=True):
    """Something that the simulation does, and that no source says of the real one."""

    about: str
    modelled: str
    confidence: str


class Fidelity(Value, frozen=True):
    """What is modelled, what is not, and what of the model is a guess."""

    modelled: tuple[str, ...]
    not_modelled: tuple[str, ...]
    confidences: tuple[tuple[str, str], ...]
    guesses: tuple[Guess, ...]


class Tool(Value, frozen=True):
    """What made the report, and the agent that was run: a hash over its sources, names and texts in order."""

    version: str
    agent_sha256: str
    agent_files: Count
    python: str


class Report(Value, frozen=True):
    """Everything that came of one run."""

    format: Format
    id: str
    """A hash over what was run and what came of it: the same run has the same, anywhere."""
    simulated: Always
    exit_code: Code
    verdict: str
    tool: Tool
    drills: tuple[ReportedDrill, ...]
    statistics: tuple[Statistic, ...]
    fidelity: Fidelity
    approvals: tuple[str, ...]
    """Who is to sign."""
    disruptions: tuple[DisruptionStatistic, ...] = ()

    def __post_init__(self) -> None:
        """Check what its types leave open. The links of a drill are made of its number."""
        if not self.simulated:
            raise ValueError("a report says that it is simulated")
        if [drill.id for drill in self.drills] != list(range(1, len(self.drills) + 1)):
            raise ValueError("drills are numbered 1, 2, 3 ...")
