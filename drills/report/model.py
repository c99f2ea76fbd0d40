"""What a report says, as frozen values. These classes are its JSON: their fields in order, units in their names.

Times are microseconds of simulated time since the site was switched on; `event` is the number of the event that shows
it, in the list of events of the same drill and in its log.

Rule 1: whoever adds a field here changes the schema (docs/report.schema.json is printed from these classes).
"""

from __future__ import annotations

from dataclasses import dataclass

FORMAT = "mirrordrill-report-1"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was seen, and by which event."""

    time_us: int
    event: int
    what: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a recovery time: notice, decide, act, start or verify."""

    name: str
    took_us: int
    ended: Moment


@dataclass(frozen=True, slots=True)
class LostOnCopy:
    """Acknowledged writes that one copy lacks, and when the first and the last of them were acknowledged."""

    copy: str
    writes: int
    from_us: int
    until_us: int


@dataclass(frozen=True, slots=True)
class Loss:
    """Acknowledged writes that are missing where an application went on."""

    group: str
    application: str
    host: str
    writes: int
    from_us: int
    until_us: int
    found: Moment
    copies: tuple[LostOnCopy, ...]


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which a service group did not serve. Figures that could not be measured are null."""

    group: str
    is_planned: bool
    cause: Moment
    from_host: str
    to_host: str
    began: Moment
    parts: tuple[Part, ...]
    rto_us: int | None
    rpo_us: int | None
    lost_writes: int | None


@dataclass(frozen=True, slots=True)
class Objective:
    """A recovery objective and what was measured against it; seconds, or writes, as `unit` says."""

    group: str
    measure: str
    unit: str
    limit: float
    set_by: str
    verdict: str
    measured: float | None
    reason: str
    event: int | None


@dataclass(frozen=True, slots=True)
class Exposure:
    """A time in which an application wrote to a copy that had no mirror in sync; `ended` is null where it had none
    until the end."""

    group: str
    host: str
    length_us: int
    began: Moment
    ended: Moment | None


@dataclass(frozen=True, slots=True)
class ReturnTrip:
    """A group's way to the other array and home again; null is what had not come about."""

    group: str
    home: str
    away: str
    left: Moment
    mirrored: Moment | None
    returned: Moment | None
    safe: Moment | None
    copied_tracks: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the scenario: what it expects, what was seen, and the events that belong to it."""

    keyword: str
    expected: str
    line: int
    status: str
    observed: str
    began_us: int
    ended_us: int
    first_event: int | None


@dataclass(frozen=True, slots=True)
class Invariant:
    """A safety rule and its verdict; `event` broke it. `declared` is what the feature says must be broken, if it is."""

    id: str
    promise: str
    verdict: str
    reason: str
    declared: str
    event: int | None


@dataclass(frozen=True, slots=True)
class CounterExample:
    """The fewest and mildest steps found that fail as the drill did. `kind` says what there is of it: `shrunk`,
    `not shrunk`, `as declared` (the scenario itself is the example) or `none needed`; `told` says it in words."""

    kind: str
    told: str
    rule: str
    """The rule that is broken, or the step that did not come about; empty where nothing failed."""
    reason: str
    """As it was seen in the last flight of what is left."""
    steps: tuple[str, ...]
    """What is left, as lines of a feature; empty where nothing was shrunk."""
    steps_left: int
    steps_flown: int
    flights: int
    is_minimal: bool
    """Whether none of the steps can be dropped; else the budget of flights was used up before that was known."""
    folder: str
    """Where it lies, below the directory of the report; empty where nothing was shrunk."""
    command: str
    """Typed in the directory of the report it replays what is left; where nothing was shrunk, it shrinks the drill."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that the site was read from."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A value that was in force, of the cluster, a group, a type, a resource or the simulation."""

    of: str
    name: str
    value: str
    read_from: str
    """`main.cf`, `site.toml`, or `default`."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What was drilled."""

    name: str
    files: tuple[File, ...]
    sha256: str
    describes: str
    policies: tuple[Policy, ...]
    assumptions: tuple[str, ...]
    """What was assumed rather than read."""
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a lane: a state from when to when, and the event that began it."""

    from_us: int
    until_us: int
    state: str
    label: str
    event: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Something at one moment on a lane."""

    time_us: int
    label: str
    event: int


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the timeline picture."""

    section: str
    name: str
    spans: tuple[Span, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that the picture marks from top to bottom: fault, alert, command, takeover, resync,
    loss, recovery or repair."""

    kind: str
    time_us: int
    label: str
    event: int


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the log, as people read it. A detail is what the story can be followed without."""

    n: int
    t_us: int
    where: str
    text: str
    detail: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """How to see it again: the same site, feature, seed, profile and versions give the same log, byte for byte."""

    arm: str
    seed: int
    profile: str
    log_sha256: str
    log_events: int
    log_file: str
    """The name of the log beside the report; empty where none was written."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One scenario, flown once."""

    id: int
    feature: str
    scenario: str
    file: str
    description: str
    tags: tuple[str, ...]
    exit_code: int
    verdict: str
    simulated_us: int
    site: SiteFacts | None
    """Null where the drill ended before its site was read."""
    objectives: tuple[Objective, ...]
    outages: tuple[Outage, ...]
    losses: tuple[Loss, ...]
    exposures: tuple[Exposure, ...]
    returns: tuple[ReturnTrip, ...]
    steps: tuple[Step, ...]
    invariants: tuple[Invariant, ...]
    counter_example: CounterExample
    evidence: Evidence
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, and the drill and the event that show it."""

    value: float
    drill: int
    event: int


@dataclass(frozen=True, slots=True)
class Statistic:
    """A measure over all outages of all drills: how many, and their percentiles (nearest rank)."""

    measure: str
    unit: str
    n: int
    undecided: int
    """Outages without a figure: they are in no percentile."""
    p50: Figure | None
    p95: Figure | None
    maximum: Figure | None
    violated_share: float | None
    """Of the tested objectives for this measure, those that were missed or are undecided; null where none was."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that the simulation does and nobody has seen the real one do."""

    about: str
    modelled: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Fidelity:
    """What is modelled, what is not, and what of the model is a guess."""

    modelled: tuple[str, ...]
    not_modelled: tuple[str, ...]
    confidences: tuple[tuple[str, str], ...]
    guesses: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class Tool:
    """What made the report, and the agent that was flown: a hash over its sources, names and texts in order."""

    version: str
    agent_sha256: str
    agent_files: int
    python: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that came of one run."""

    format: str
    id: str
    """A hash over what was flown and what came of it: the same run has the same, anywhere."""
    simulated: bool
    exit_code: int
    verdict: str
    tool: Tool
    drills: tuple[Drill, ...]
    statistics: tuple[Statistic, ...]
    fidelity: Fidelity
    approvals: tuple[str, ...]
    """Who is to sign."""
