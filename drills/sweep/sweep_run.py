"""One run of a situation: with no fault to number its calls, or with one at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from mirrordrill.drills.explore.hazards import BrokenRule, explained, read_hazards
from mirrordrill.drills.oracles import watch as watch_rules
from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.drills.sites import find_site
from mirrordrill.drills.sweep.points import Points
from mirrordrill.drills.sweep.runbook import Aftermath, Ending
from mirrordrill.drills.sweep.situation import GROUP, Situation
from mirrordrill.drills.sweep.trouble import ConsoleTrouble
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.bridge.ports_tap import Injection, PortCall, Tap, no_choice
from mirrordrill.simulator.kernel.events import EventLog
from mirrordrill.simulator.kernel.waiting import WaitEndedError
from mirrordrill.simulator.world import World


@dataclass(frozen=True, slots=True)
class SweepRun:
    """What came of one run."""

    point: str
    call: str
    """Entry point, host and port call in words."""
    ending: Ending
    oracles: tuple[OracleResult, ...]
    digest: str
    declared: tuple[tuple[str, str], ...] = ()
    """Rules that are broken, each with the declared hazard that came about and that the situation allows for it."""

    @property
    def broken(self) -> tuple[OracleResult, ...]:
        """The oracles that did not hold and that nothing declares: undecided never counts as held."""
        explained = {rule for rule, _ in self.declared}
        return tuple(each for each in self.oracles if each.verdict is not Verdict.HELD and each.name not in explained)

    @property
    def is_good(self) -> bool:
        """Every rule held and the end is in order."""
        return not self.broken and self.ending.is_sane and not self.ending.is_undecided


@dataclass(frozen=True, slots=True)
class RunLog:
    """A run with its log and, in process, the calls that were made while the situation acted."""

    ending: Ending
    oracles: tuple[OracleResult, ...]
    log: EventLog
    calls: tuple[PortCall, ...]


def run_situation(
    situation: Situation,
    injections: tuple[Injection, ...] = (),
    agent_mode: AgentMode = AgentMode.IN_PROCESS,
    seed: int = 0,
    watch: Callable[[EventLog], None] = lambda _: None,
    choose: Callable[[PortCall], Injection | None] = no_choice,
) -> RunLog:
    """Run the situation, then the runbook. `watch` is handed the log before anything happens.

    `choose` is asked at each port call for which there is no fault.
    """
    tap = Tap(injections, choose)
    world = World(find_site(situation.site), seed=seed, agent_mode=agent_mode, tap=tap)
    try:
        log = world.kernel.log
        watch(log)
        oracles = watch_rules(log)
        trouble = ConsoleTrouble(world.consoles)
        tap.trouble = trouble.prepare
        aftermath = Aftermath(world, GROUP, situation.target)
        calls: tuple[PortCall, ...] = ()
        try:
            situation.prepare(world)
            first = len(tap.calls)
            situation.act(world)
            calls = tuple(each for each in tap.calls[first:] if each.entry in (situation.entries or (each.entry,)))
            ending = aftermath.follow(trouble.mend, situation.again)
        except WaitEndedError as ended:
            ending = Ending(str(ended), is_sane=True, is_undecided=True)
        world.settle()
        return RunLog(ending, tuple(oracle.result() for oracle in oracles), log, calls)
    finally:
        world.close()


class Course:
    """A situation with its points: what a run without the fault looked like."""

    def __init__(self, situation: Situation, agent_mode: AgentMode = AgentMode.IN_PROCESS, seed: int = 0) -> None:
        self.situation = situation
        self._agent_mode = agent_mode
        self._seed = seed
        self.accident: tuple[Injection, ...] = ()
        if situation.accident is not None:
            # Whether the situation's own entry points show up depends on its accident; look for that among all calls.
            everything = replace(situation, entries=frozenset(), accident=None)
            self.accident = (situation.accident(run_situation(everything, seed=seed).calls),)
        self.calm = run_situation(situation, self.accident, seed=seed)
        self.points = Points(self.calm.calls, agent_mode)

    def run(self, point: str, watch: Callable[[EventLog], None] = lambda _: None) -> SweepRun:
        """Run with a fault at the point. Raises PointError."""
        injection = self.points.parse(point)
        ended = run_situation(self.situation, (*self.accident, injection), self._agent_mode, self._seed, watch)
        return self.judged(point, injection, ended)

    def run_forking(self, choose: Callable[[PortCall], Injection | None]) -> RunLog:
        """Run without a fault but those that `choose` gives: see `forked`."""
        return run_situation(self.situation, self.accident, self._agent_mode, self._seed, choose=choose)

    def judged(self, point: str, injection: Injection, ended: RunLog) -> SweepRun:
        """What came of a run with this fault."""
        call = injection.call
        what = f"{call.entry} {call.system} {call.port.value} {call.detail}".strip()
        declared = tuple(declared_in(self.situation, ended)) if self.situation.declared else ()
        return SweepRun(point, what, ended.ending, ended.oracles, ended.log.digest(), declared)


def declared_in(situation: Situation, ended: RunLog) -> Iterator[tuple[str, str]]:
    """The broken rules that a hazard explains which came about before, as far as the situation allows for them."""
    results = [oracle for oracle in ended.oracles if oracle.verdict is Verdict.BROKEN]
    if not results:
        return
    records = ended.log.since(0)
    history, occurrences = read_hazards(records)
    broken = [BrokenRule(oracle, records, history) for oracle in results]
    for each in broken:
        for hazard in explained(each, occurrences, broken):
            if (each.rule, hazard) in situation.declared:
                yield each.rule, hazard
