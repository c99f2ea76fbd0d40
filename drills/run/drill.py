"""One scenario, run once: its world, its steps, its oracles, and what came of them.

The step library talks to a `Drill` and to nothing else. A drill opens its world when the first step names a site, hands
every event to the oracles and to the picture, and freezes all of it into a `DrillResult` at the end, however it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from mirrordrill.drills.explore.liveness.crossing import Crossing
from mirrordrill.drills.faults import ActiveFaults
from mirrordrill.drills.history import History
from mirrordrill.drills.measures.observer import Measures
from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.oracles import CATALOGUE, Oracle
from mirrordrill.drills.output.whole_files import unwritten
from mirrordrill.drills.run.declarations import Declarations, Judge
from mirrordrill.drills.run.expectations import ExpectationFailedError, Expectations, UsageError
from mirrordrill.drills.run.facts import Facts, Name
from mirrordrill.drills.run.objectives import Measure, Met, ObjectiveResult, judge_outage, site_objectives
from mirrordrill.drills.run.pacing import Pacer
from mirrordrill.drills.run.results import DrillResult, OracleResult, StepResult, StepStatus, Verdict
from mirrordrill.drills.run.scope import REHEARSAL, Scope, scope_of, with_others
from mirrordrill.drills.shrink.schedule import Schedule
from mirrordrill.drills.sites import files_beside, find_site
from mirrordrill.drills.sites.variants import changed_site
from mirrordrill.drills.steps.administrator import Administrator
from mirrordrill.drills.steps.attempts import Attempts
from mirrordrill.drills.steps.names import SiteNames
from mirrordrill.drills.steps.operator import Operator
from mirrordrill.drills.steps.programs import UserPrograms, user_programs
from mirrordrill.drills.steps.wording import ChangedAttribute
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.kernel.events import EventLog
from mirrordrill.simulator.kernel.secrets import masked_text, masked_words_of_people
from mirrordrill.simulator.kernel.waiting import StandstillError, WaitEndedError
from mirrordrill.simulator.site.settings import Objectives
from mirrordrill.simulator.site.site import Site
from mirrordrill.simulator.world import World


@dataclass(frozen=True, slots=True)
class Options:
    """How a drill is to be run: what the command line says."""

    agent_mode: AgentMode = AgentMode.IN_PROCESS
    seed: int = 0
    site_files: tuple[Path, ...] = ()
    captures: tuple[Path, ...] = ()
    settings_file: Path | None = None
    profile: str = "vcs41"
    report: Path | None = None
    """The directory that gets the report, if one is wanted."""
    notes: str = ""
    """What its heading shall note."""
    pace: float | None = None
    """Simulated seconds in each real one, for people who watch; None for as fast as can be."""


OTHERS_SETTLE_S = 1800.0
"""So long, at most, other groups are given at the end: six rounds of monitors (MonitorInterval 300 s)."""
FIRST_WRITE_S = 10.0
"""Within this time an application that has opened its volumes has written to them."""
CONTINUES = ("And", "But", "*")
"""Keywords that go on with the one above: what such a When has done belongs to the one that it continues."""


class Listener(Protocol):
    """Who is told how a drill is going, while it is going."""

    def drill_began(self, drill: Drill) -> None:
        """Before its first step."""

    def time_passes(self, drill: Drill, now_s: float) -> None:
        """At each event and, in a paced drill, now and then; simulated seconds."""

    def step_ended(self, drill: Drill, step: StepResult) -> None:
        """After each step that was tried."""

    def drill_ended(self, drill: Drill, result: DrillResult) -> None:
        """After the last, before the world is closed."""


@dataclass(slots=True)
class Drill:
    """A scenario under way."""

    options: Options
    feature: str
    scenario: str
    file: str
    listener: Listener | None = None
    description: str = ""
    tags: tuple[str, ...] = ()
    path: Path = Path()
    """The feature file; files that a step names are looked for beside it."""
    finish: Callable[[Drill, DrillResult], DrillResult] = field(default=lambda _, result: result)
    """What is made of the result while the world and its files are still there."""
    schedule: Schedule | None = None
    """The scenario's steps as data."""
    own_files: tuple[tuple[Path, ...], tuple[Path, ...]] = ((), ())
    """The main.cf files and captures beside the feature that a step named as the site."""
    shown_path: str = ""
    """The feature file by its path from the directory that the drill was started in."""
    steps: list[StepResult] = field(default_factory=list)
    history: History = field(default_factory=History)
    """The state of what the drill is about over time, and the ledger of its writes."""
    whole_history: History = field(init=False)
    """The same for the whole site: another one where the drill is about a part of it."""
    scope: Scope = field(default_factory=Scope)
    """What the drill is about, as soon as it has a site."""
    _world: World | None = None
    _oracles: tuple[Oracle, ...] = ()
    _oracles_of_all: tuple[Oracle, ...] = ()
    """The same for the whole site, where the drill is about a part of it."""
    _measures: Measures = field(init=False)
    declarations: Declarations = field(init=False)
    """What the feature says must be broken."""
    _objectives: list[ObjectiveResult] = field(default_factory=list)
    _stayed_down: dict[str, list[int]] = field(default_factory=dict)
    """Group -> moments until which the drill demanded that it is online nowhere, in microseconds."""
    _faults: ActiveFaults | None = None
    _attempts: Attempts | None = None
    _recovery: Crossing | None = None
    make_programs: Callable[[World], UserPrograms] = user_programs
    is_replay: bool = False
    """Whether a recording is replayed: in process, until the world is handed over to real processes."""
    _programs: UserPrograms | None = None
    _folder: TemporaryDirectory[str] | None = None
    _current: int | None = None
    _opened_by: int | None = None
    _declaring: list[int] = field(default_factory=list)
    _since: int = 0
    _counting: set[int] = field(default_factory=set)
    _observed: str = ""
    _outcome: DrillResult | None = None
    unwritten: list[str] = field(default_factory=list)
    """Files of the drill that could not be written, a sentence for each; its result stands all the same."""

    def __post_init__(self) -> None:
        self.whole_history = self.history
        self._measures = Measures(self.history)
        self.declarations = Declarations(self.history.writes)

    @property
    def world(self) -> World:
        """The world; a step before the site is named has none."""
        if self._world is None:
            raise UsageError('no site yet: begin the scenario with `Given the example site "rdc"`')
        return self._world

    @property
    def site(self) -> Site | None:
        """The site, as soon as a step has named it."""
        return None if self._world is None else self._world.site

    @property
    def log(self) -> EventLog:
        """The event log; empty before the world is open."""
        return EventLog() if self._world is None else self._world.kernel.log

    @property
    def expect(self) -> Expectations:
        """What a step may expect of this world."""
        return Expectations(self.world, self.history)

    @property
    def expect_everywhere(self) -> Expectations:
        """What a step may expect of the whole site, of groups that the drill does not name, too."""
        return Expectations(self.world, self.whole_history)

    @property
    def names(self) -> SiteNames:
        """What this world has by name."""
        return SiteNames(self.world)

    @property
    def operator(self) -> Operator:
        """The operator who types VCS commands."""
        return Operator(self.world)

    @property
    def administrator(self) -> Administrator:
        """The administrator who types DS CLI commands outside the cluster."""
        return Administrator(self.world)

    @property
    def programs(self) -> UserPrograms:
        """The programs of users outside, and the decisions that wait for people."""
        if self._programs is None:
            self._programs = self.make_programs(self.world)
        return self._programs

    @property
    def faults(self) -> ActiveFaults:
        """The registry of faults."""
        if self._faults is None:
            self._faults = ActiveFaults(self.world)
        return self._faults

    @property
    def attempts(self) -> Attempts:
        """Commands that may be refused or stay without an answer."""
        if self._attempts is None:
            self._attempts = Attempts(self.world)
        return self._attempts

    @property
    def recovery(self) -> Crossing:
        """What must have come about when nothing breaks any more."""
        if self._recovery is None:
            self._recovery = Crossing(self.world, self.history, self.attempts)
        return self._recovery

    @property
    def since_repair(self) -> int:
        """Number of the first event since the repair."""
        return self.faults.moment("the repair")

    @property
    def oracles(self) -> tuple[Oracle, ...]:
        """The oracles that watch what the drill is about."""
        return self._oracles

    def expect_oracle(self, kind: type[Oracle], *, everywhere: bool = False) -> str:
        """What an oracle has seen until now of what the drill is about, or of the whole site.

        Raises ExpectationFailedError where its rule is broken or undecided.
        """
        self.world.settle()
        oracles = self._oracles_of_all if everywhere and self._oracles_of_all else self._oracles
        result = next(oracle for oracle in oracles if isinstance(oracle, kind)).result()
        if result.verdict is not Verdict.HELD:
            names: dict[str, Name] = {"rule": result.name, "verdict": result.verdict.value}
            raise ExpectationFailedError(Facts("rule not held", names, {"seen": result.reason}))
        return result.reason

    def expect_objective(self, group: str, measure: Measure, limit: float) -> str:
        """That the last outage of the group meets an objective; what was measured.

        Raises ExpectationFailedError where it does not, or cannot be said to, and UsageError where there was none.
        """
        self.world.settle()
        measured = self._measures.result(self._now_us())
        outages = [outage for outage in measured.outages if outage.group == group]
        if not outages:
            raise UsageError(f"there was no outage of {group} until now, so it has no {measure.value}")
        words = self.steps[self._current].words if self._current is not None else measure.value
        result = judge_outage(outages[-1], measured.now_us, measure, limit, words)
        self._objectives.append(result)
        if result.met is not Met.MET:
            names: dict[str, Name] = {"group": group, "measure": measure.value, "verdict": result.met.value}
            raise ExpectationFailedError(Facts("objective not met", names, {"seen": result.reason}))
        return result.reason

    def demanded_down(self, group: str, hosts: tuple[str, ...]) -> None:
        """A step demanded that the group stays off these hosts until now: no outage where another one could run it."""
        others = {its.host for its in self.world.site.attachments if its.group == group} - set(hosts)
        if not any(self.world.is_up(host) for host in others):
            self._stayed_down.setdefault(group, []).append(self._now_us())

    def let_pass(self, duration_s: float) -> str:
        """Time passes; a group that stays down as demanded stays down by the drill's own doing all that time."""
        said = self.world.advance(duration_s)
        if self._stayed_down:
            for outage in self.measured_until_now().outages:
                demanded = self._stayed_down.get(outage.group, [])
                if outage.verified is None and any(outage.began.time_us <= moment for moment in demanded):
                    demanded.append(self._now_us())
        return said

    def measured_until_now(self) -> Measured:
        """What was measured, as of the last events: nothing is settled, nothing changes."""
        return self._measures.result(self._now_us(), is_settled=False)

    def objectives_until_now(self) -> list[ObjectiveResult]:
        """The objectives of site.toml, judged by the same."""
        return self._site_objectives(self.measured_until_now())

    def declare_broken(self, rule: str, words: str, judge: Judge) -> str:
        """A rule must be broken in this drill, in this way and no other; see `Declarations.declare`."""
        self.world.settle()
        if self._current is not None:
            self._declaring.append(self._current)
        return self.declarations.declare(self._oracles, rule, words, judge)

    def exactly_lost(self, since: str, volume: str = "") -> Judge:
        """A judge of what is lost: the writes (to a volume) since a moment.

        Raises UsageError for a moment that never came.
        """
        return self.declarations.exactly_lost(since, self.faults.moment(since), volume)

    def open_site(self, name: str) -> None:
        """Build the world: the site of the command line if one was given, else the example site of that name.

        Raises SiteError for a name or file that does not exist, ConfigError for a wrong one.
        """
        self._open(name, self.options.site_files, self.options.captures)

    def open_own_site(self, listed: str, captures: str = "") -> None:
        """Build the world: the site of the command line if one was given, else main.cf files beside the feature.

        `listed` and `captures` are names of files, or of a directory, beside the feature, separated by commas.
        Raises SiteError for a file that does not exist, ConfigError for a wrong one.
        """
        if self.options.site_files:
            return self._open("", self.options.site_files, self.options.captures)
        found = files_beside(self.path.parent, captures) if captures else self.options.captures
        self.own_files = files_beside(self.path.parent, listed), found
        return self._open("", *self.own_files)

    def open_changed_site(self, name: str, changes: Sequence[ChangedAttribute], listed: str = "") -> None:
        """The same as `open_site`, or as `open_own_site` with `listed` files, with attributes of groups changed."""
        self._folder = TemporaryDirectory(prefix="mirrordrill-")
        if listed and not self.options.site_files:
            self.own_files = files_beside(self.path.parent, listed), self.options.captures
        files, folder = self.options.site_files or self.own_files[0], Path(self._folder.name)
        self._start(changed_site(name, files, changes, folder, self.options.captures, self.options.settings_file))

    def _open(self, name: str, files: tuple[Path, ...], captures: tuple[Path, ...]) -> None:
        self._start(find_site(name, files, captures, self.options.settings_file))

    def _start(self, site: Site) -> None:
        if self._world is not None:
            raise UsageError(f"this scenario has its site already: {self._world.site.name}")
        self._opened_by = self._current
        watch = None if self.listener is None else partial(self.listener.time_passes, self)
        self._world = World(
            site,
            seed=self.options.seed,
            agent_mode=self.options.agent_mode,
            profile=self.options.profile,
            pace=None if self.options.pace is None else Pacer(self.options.pace, watch).wait,
            watch=watch,
            is_replay=self.is_replay,
        )
        self._oracles = tuple(make(self.history) for make in CATALOGUE)
        # Which attributes of which groups the site is given with says nothing of what the drill is about.
        told = (step.words for number, step in enumerate(self.steps) if number != self._opened_by)
        about = () if REHEARSAL in self.tags else told
        self.scope = scope_of(site, about)
        if not self.scope.is_whole:
            self.whole_history = History()
            self._measures = Measures(self.whole_history)
            self._oracles_of_all = tuple(make(self.whole_history) for make in CATALOGUE)
            self._world.kernel.log.observe(self.whole_history.see)
        self._world.kernel.log.observe(self.scope.only(self.history.see))
        if watch is not None:
            self._world.kernel.log.observe(lambda record: watch(record.time_us / 1_000_000))
        self._world.start()

    def observed(self, text: str) -> None:
        """What the present step saw."""
        self._observed = text

    def begin(self, steps: Sequence[tuple[str, str, int]]) -> None:
        """The scenario's steps as keyword, words, line."""
        self.steps = [
            StepResult(keyword, masked_words_of_people(words), line, StepStatus.NOT_EXECUTED)
            for keyword, words, line in steps
        ]
        if self.listener:
            self.listener.drill_began(self)

    def add_step(self, keyword: str, words: str, line: int) -> None:
        """Add a step that was not known when the drill began."""
        self.steps.append(StepResult(keyword, words, line, status=StepStatus.NOT_EXECUTED))

    def name_step(self, words: str) -> None:
        """The present step came to something else than its words say."""
        assert self._current is not None
        self.steps[self._current] = replace(self.steps[self._current], words=words)

    def drop_step(self) -> None:
        """The present step, which is the last, is forgotten: it did not come about, and nothing waits for it."""
        self.steps.pop()
        self._current = None

    @property
    def since(self) -> int:
        """Number of the first event after the last `When` began: what "stayed" and "was sent" refer to."""
        if self._current is not None:
            self._counting.add(self._current)
        return self._since

    def begin_step(self, keyword_type: str) -> None:
        """The next step begins."""
        self._current = next(i for i, step in enumerate(self.steps) if step.status is StepStatus.NOT_EXECUTED)
        self._observed = ""
        if keyword_type == "when" and self.steps[self._current].keyword not in CONTINUES:
            self._since = len(self.log)
        self.steps[self._current] = replace(self.steps[self._current], began_us=self._now_us())

    def end_step(self, status: StepStatus, observed: str = "", facts: Facts | None = None) -> None:
        """The present step ended; `facts` are what was seen instead of what it expects, where that is known."""
        if self._current is None:
            self.begin_step("given")
        assert self._current is not None
        tried = self.steps[self._current]
        seen = masked_text(observed or self._observed)
        if status is StepStatus.USAGE:
            seen += f" ({self.shown_path}:{tried.line})"
        step = replace(tried, status=status, ended_us=self._now_us(), observed=seen, facts=facts)
        self.steps[self._current] = step
        self._current = None
        if self.listener:
            self.listener.step_ended(self, step)

    def close(self) -> DrillResult:
        """Judge what was seen, tell the listener, end the world. A second call gives the same result."""
        if self._outcome is not None:
            return self._outcome
        if self._current is not None:
            self.end_step(StepStatus.INTERRUPTED)
        try:
            result = self._outcome = self._result()
            try:
                result = self._outcome = self.finish(self, result)
            except OSError as failure:
                self.unwritten.append(unwritten(failure))
            if self.listener:
                self.listener.drill_ended(self, result)
        finally:
            if self._world is not None:
                self._world.close()
            if self._folder is not None:
                self._folder.cleanup()
        return result

    def _verdicts(self, own: Sequence[OracleResult]) -> Iterator[OracleResult]:
        """The last word of each oracle on what the drill is about, with what it says of the rest of the site."""
        for number, result in enumerate(own):
            yield with_others(result, self._oracles_of_all[number].result()) if self._oracles_of_all else result

    def _and_others(self, measured: Measured) -> Measured:
        """Where all steps held, what is still on its way in groups that the drill is not about comes to its end.

        Their outages end in the report then. What the drill is about was judged before that. A group that site.toml
        sets an objective for is waited for, too, where its application is started and has not written yet.
        """
        others, starting = self.scope.other_groups, measured.starting(self._limits())
        awaited = (*others, *starting)
        if self._world is None or not awaited or any(step.status is not StepStatus.HELD for step in self.steps):
            return measured
        try:
            if self._measures.are_settled(awaited) and not starting:
                return measured
            self._world.run_until(lambda: self._measures.are_settled(awaited), OTHERS_SETTLE_S)
            self._world.advance(FIRST_WRITE_S)
        except (WaitEndedError, StandstillError):
            return measured
        self._world.settle()
        return measured.and_later(self._measures.result(self._now_us()), others)

    def _now_us(self) -> int:
        return 0 if self._world is None else round(self._world.kernel.now_s * 1_000_000)

    def _result(self) -> DrillResult:
        if self._world is not None:
            self._world.settle()
        own = tuple(self.declarations.marked(oracle.result()) for oracle in self._oracles)
        measured = self._and_others(self._measures.result(self._now_us()))
        return DrillResult(
            feature=self.feature,
            scenario=self.scenario,
            file=self.file,
            agent=self.options.agent_mode.value,
            seed=self.options.seed,
            steps=tuple(self.steps),
            oracles=tuple(self._verdicts(own)),
            simulated_us=self._now_us(),
            events=len(self.log),
            digest=self.log.digest(),
            profile=self.options.profile,
            description=self.description,
            tags=self.tags,
            measured=measured,
            objectives=(*self._site_objectives(measured), *self._objectives),
            schedule=self.schedule,
            opened_by=self._opened_by,
            declaring=tuple(self._declaring),
            counting=tuple(sorted(self._counting)),
        )

    def _limits(self) -> dict[str, Objectives]:
        """The objectives of site.toml for each group that the drill is about, where it sets any."""
        if self.site is None:
            return {}
        limits = {group: self.site.settings.objectives.of(group) for group in self.scope.groups}
        return {group: its for group, its in limits.items() if its != Objectives(place=its.place)}

    def _site_objectives(self, measured: Measured) -> list[ObjectiveResult]:
        """The objectives of site.toml, judged."""
        if self.site is None:
            return []
        return site_objectives(measured, self.site.settings, self.scope.groups, self._stayed_down)
