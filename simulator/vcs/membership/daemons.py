"""Starts, splits, merges and restarts the engines of a cluster. No other module does.

Every system runs an engine process (HAD). All HADs of one membership have the same state, so they are one `Engine`
here. When GAB delivers new memberships, an engine whose systems lost contact becomes two engines with the same state.
When contact returns, the two states cannot be merged: the HADs of one side end and start again.

A partition that heals: the engines of the smaller side restart, of equal sides those that do not hold the first system
of the cluster; or their nodes panic, where the cluster is set up so. (Which side loses is not known: vcs.md 3.6, M.)
Applications on a node whose engine restarts keep running; the concurrency violation is then found and resolved.

Rule 1: a system has an engine, waits for one, or has none; when an engine ends, its agents end.
Rule 2: the last delivered membership decides what a lost peer means: a peer lost in jeopardy may be alive.
Rule 3: in a fenced cluster the race for the coordinator disks comes first; after it no lost system is alive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.agents.agents import Handshakes, SystemAgents
from mirrordrill.simulator.vcs.agents.reports import AgentStatus, ResourceReport
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.engine.global_cluster_hooks import NO_GLOBAL_CLUSTER
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState
from mirrordrill.simulator.vcs.engine.triggers import Triggers
from mirrordrill.simulator.vcs.events import DaemonChanged, EngineLog
from mirrordrill.simulator.vcs.membership.departure import Departure
from mirrordrill.simulator.vcs.membership.fencing import Fencing
from mirrordrill.simulator.vcs.membership.gab import Gab
from mirrordrill.simulator.vcs.membership.jeopardy import Jeopardy
from mirrordrill.simulator.vcs.messages import EJECTED, NOT_SEEDED, REJOINING
from mirrordrill.simulator.vcs.ports import AgentRunner, FencedDisks
from mirrordrill.simulator.vcs.spec import ClusterSpec
from mirrordrill.simulator.vcs.wide_area.global_groups import IN_GLOBAL_CLUSTER

Membership = tuple[str, ...]


class Daemons:
    """The engine processes of one cluster. It calls `changed` when waiting conditions must be checked again."""

    def __init__(
        self,
        kernel: Kernel,
        spec: ClusterSpec,
        runner: AgentRunner,
        changed: Callable[[], None],
        panic: Callable[[str], None],
        disks: FencedDisks,
        triggers: Triggers,
    ) -> None:
        self.gab = Gab(kernel, spec, self._deliver)
        self.engine_of: dict[str, Engine] = {}
        self._triggers = triggers
        self._kernel = kernel
        self._spec = spec
        self._runner = runner
        self._changed = changed
        self._panic = panic
        self._agents: dict[str, SystemAgents] = {}
        self.handshakes = Handshakes()
        self._incarnation = {system.name: 0 for system in spec.systems}
        self._up = dict.fromkeys(self._incarnation)
        """Systems whose kernel runs: LLT and GAB are there."""
        self._hung: dict[str, None] = {}
        self._starting: dict[str, None] = {}
        """Systems whose engine waits for GAB."""
        self._jeopardy = Jeopardy(self.gab, spec.membership.low_priority, self.engine_of)
        self.fencing = Fencing(kernel, spec.name, spec.fencing, disks) if spec.fencing else None
        self._is_racing = False

    def keep(self, spec: ClusterSpec) -> None:
        """The configuration was saved: the next engine that is built from the file starts with it."""
        self._spec = spec

    # Queries of the commands that need no engine.

    def has_link(self, system: str, other: str, link: str) -> bool:
        """Whether LLT on `system` reaches `other` on this link."""
        if system == other:
            return True
        dead = self.gab.llt.dead_links(system, other, self.gab.now_us)
        return other in self._up and link not in dead

    def port(self, name: str, system: str) -> Membership:
        """Members of GAB port a, fencing port b or engine port h, as `system` sees them."""
        membership = next((m for m in self.gab.memberships() if system in m), ())
        if name == "b":
            fenced = self.fencing.members if self.fencing else ()
            return tuple(other for other in membership if other in fenced) if system in fenced else ()
        if name == "h":
            engine = self.engine_of.get(system)
            return () if engine is None else tuple(other for other in membership if other in engine.members)
        return tuple(other for other in membership if other in self._up)

    def in_jeopardy(self, system: str) -> Membership:
        """The systems of its membership to which one LLT link is left."""
        return tuple(other for other in self.port("a", system) if self._jeopardy.between(system, other))

    # One system.

    def join(self, systems: Membership) -> None:
        """Start these systems together, at once."""
        self.gab.seed(systems)
        self._join(systems)

    def is_up(self, system: str) -> bool:
        """Whether the system's kernel runs, so that commands can be typed there."""
        return system in self._up

    def boot(self, system: str) -> None:
        """A system has booted and starts its engine. To its peers it is a new system."""
        if system in self._up:
            self.start(system)
            return
        self._up[system] = None
        if self.fencing:
            self.fencing.forget([system])
        self.gab.restore(_loss_of(system))
        for engine in self._engines():
            if system in engine.without_engine:
                engine.post(partial(engine.miss, system, Departure.DEAD))
        self.start(system)

    def start(self, system: str) -> None:
        """Start the engine process, which waits for GAB. Does nothing where one runs."""
        if system in self._up and system not in self.engine_of and system not in self._starting:
            self._starting[system] = None
            self.gab.changed()

    def lose(self, system: str) -> None:
        """A system is dead. Its peers notice after LLT's peer-inactive time and GAB's stable time."""
        self._up.pop(system, None)
        self.gab.forget(system)
        self._hung.pop(system, None)
        self._take_down(system, "the system is lost")
        if self.fencing and self._up.keys().isdisjoint(self.fencing.members):
            self.fencing.forget(self.fencing.members)  # no member is left to race
        self.gab.cut(_loss_of(system), [(system,)])
        self._changed()

    def engine_died(self, system: str) -> None:
        """The engine process ends, its system lives; hashadow restarts it."""
        self.remove_engine(system, Departure.DAEMON_DOWN, "died")
        self.restart(system)

    def restart(self, system: str) -> None:
        """hashadow starts a dead engine after its delay, unless it was started before; it may stand still by then."""
        number = self._incarnation[system]

        def start() -> None:
            if self._incarnation[system] == number:
                (self.restart if system in self._hung else self.start)(system)

        self.gab.after(self._spec.membership.had_restart_s, start)

    def remove_engine(self, system: str, departure: Departure, change: str) -> None:
        """The engine process of a living system has ended; GAB informs the peers at once."""
        engine = self._take_down(system, f"had {change}")
        if engine is not None:
            self._kernel.emit(DaemonChanged(system, change))
            engine.post(partial(engine.leave, {system: departure}))
        self._changed()

    def hang(self, system: str) -> None:
        """Everything on the system stands still; it sends no LLT heartbeats."""
        if agents := self._agents.get(system):
            agents.pause()
        self._hung[system] = None
        self.gab.cut(_loss_of(system), [(system,)])

    def resume(self, system: str) -> None:
        """The system continues. Peers that dropped it see it again when GAB is stable."""
        self._hung.pop(system, None)
        if agents := self._agents.get(system):
            agents.resume()
        engine = self.engine_of.get(system)
        if engine is not None and self._engines() == [engine]:
            # Those that went on without it have ended since: what they said of it last holds no more.
            engine.post(partial(engine.absorb, engine))
        self.gab.restore(_loss_of(system))

    def seed(self, system: str) -> None:
        """An operator seeds GAB of a system by hand (`gabconfig -x`); those that it reaches are seeded by it."""
        self.gab.seed([system])
        self.gab.changed()

    # Memberships delivered by GAB.

    def _deliver(self) -> None:
        if self.fencing is None:
            self._apply()
        elif not self._is_racing:
            sides = self._awake()
            if self.fencing.needs_race(sides):
                self._is_racing = True
                self.gab.after(self.fencing.rules.race_s, partial(self._race, self.fencing))
            else:
                self._panic_ejected(sides, self.fencing.members)
                self._apply()

    def _race(self, fencing: Fencing) -> None:
        """Decide the race, and panic the systems that lost it."""
        self._is_racing = False
        for loser in fencing.race(self._awake()):
            self._panic(loser)
        self._deliver()

    def _awake(self) -> tuple[Membership, ...]:
        """The systems of each membership that do not stand still."""
        asleep = self._hung
        return tuple(
            tuple(system for system in membership if system in self._up and system not in asleep)
            for membership in self.gab.memberships()
        )

    def _panic_ejected(self, sides: Iterable[Membership], members: Membership) -> None:
        """Panic systems that were ejected while they stood still, as soon as LLT reaches them again."""
        for system in (system for side in sides for system in side):
            if system in self.engine_of and system not in members:
                self.engine_of[system].log(system, EJECTED, system)
                self._panic(system)

    def _apply(self) -> None:
        """Make the engines match the memberships."""
        memberships = self.gab.memberships()
        for engine in self._engines():
            self._split_engine(engine, memberships)
        for membership in memberships:
            self._merge_engines(membership)
            starting = tuple(system for system in membership if system in self._starting)
            if self._may_start(membership) and starting:
                starting = self._admit(starting, membership)
                if starting:
                    self._join(starting, membership)
        self._jeopardy.deliver(memberships)

    def _split_engine(self, engine: Engine, memberships: Iterable[Membership]) -> None:
        """Give each part of the engine's systems that is still in contact its own engine, without the other parts."""
        # Others may have gone on without a part that stood still, which still counts them in: they have their engine.
        known = [
            system
            for system in (*engine.members, *engine.without_engine)
            if self.engine_of.get(system, engine) is engine
        ]
        parts = [tuple(system for system in known if system in membership) for membership in memberships]
        alive = [part for part in parts if any(self.engine_of.get(system) is engine for system in part)]
        if not alive or len([part for part in parts if part]) < 2:
            return
        engines = [engine, *(engine.split() for _ in alive[1:])]
        for part, its in zip(alive, engines, strict=True):
            for system in known:
                if system not in part:
                    its.agents.pop(system, None)
                elif system in self.engine_of:
                    self.engine_of[system] = its
        for part, its in zip(alive, engines, strict=True):
            # A part that stands still notices nothing.
            if not all(system in self._hung for system in part):
                its.post(partial(self._leave_lost, its, part))

    def _leave_lost(self, engine: Engine, part: Membership) -> None:
        lost = [system for system in engine.members if system not in part]
        doubted = [system for system in lost if self._may_be_alive(system, part)]
        engine.leave({system: Departure.IN_JEOPARDY if system in doubted else Departure.DEAD for system in lost})
        for system in tuple(engine.without_engine):
            if system not in part:
                engine.miss(system, Departure.DEAD)

    def _may_be_alive(self, system: str, part: Membership) -> bool:
        """Whether a lost system may be alive: it was in jeopardy, and no fencing race has decided."""
        return self.fencing is None and all(self._jeopardy.between(mine, system) for mine in part)

    def _merge_engines(self, membership: Membership) -> None:
        here = [self.engine_of[system] for system in membership if system in self.engine_of]
        engines = list(dict.fromkeys(here))
        if len(engines) < 2:
            return
        winner = max(engines, key=here.count)
        for loser in engines:
            if loser is not winner:
                winner.post(partial(winner.absorb, loser))
        for system in membership:
            engine = self.engine_of.get(system)
            if engine is not None and engine is not winner:
                self._restart_loser(system, engine, winner)

    def _restart_loser(self, system: str, engine: Engine, winner: Engine) -> None:
        """Restart the HAD (or panic the node) of a system on the losing side of a healed partition."""
        engine.log(system, REJOINING, system)
        if self._spec.membership.panics_on_rejoin:
            self._panic(system)
            return
        self._take_down(system, "had is restarted")
        self._kernel.emit(DaemonChanged(system, "died: the partition has healed"))
        winner.post(partial(winner.miss, system, Departure.DAEMON_DOWN))
        self.restart(system)

    def _may_start(self, membership: Membership) -> bool:
        """Whether GAB of these systems is seeded; where it is not, VCS says that engines wait."""
        there = [system for system in membership if system in self._up]
        if self.gab.is_seeded(there):
            return True
        if self._starting.keys().isdisjoint(there):
            return False
        text = NOT_SEEDED.fill(self.gab.seed_systems, len(there))
        self._kernel.emit(EngineLog(self._spec.name, NOT_SEEDED.severity, NOT_SEEDED.id, text))
        return False

    def _admit(self, starting: Membership, membership: Membership) -> Membership:
        """The systems whose fencing driver starts. On the others the engine stops until an operator starts it."""
        if self.fencing is None:
            return starting
        there = [system for system in membership if system in self._up]
        is_first = self.engine_among(membership) is None
        admitted = []
        for system in starting:
            if system in self.fencing.members or self.fencing.may_start(system, there, is_first=is_first):
                admitted.append(system)
            else:
                del self._starting[system]
        return tuple(admitted)

    # Engines and their agents.

    def engine_among(self, membership: Membership) -> Engine | None:
        """The engine of a membership, None if it has none."""
        return next((self.engine_of[system] for system in membership if system in self.engine_of), None)

    def _engines(self) -> list[Engine]:
        """The engines in the order of the cluster's systems."""
        found: dict[Engine, None] = {}
        for system in self._spec.systems:
            if (engine := self.engine_of.get(system.name)) is not None:
                found[engine] = None
        return list(found)

    def _join(self, systems: Membership, membership: Membership = ()) -> None:
        engine = self.engine_among(membership or systems)
        if engine is None:
            hooks = IN_GLOBAL_CLUSTER if self._spec.wide_area.remotes else NO_GLOBAL_CLUSTER
            engine = Engine(self._kernel, EngineState(self._spec), {}, self._changed, hooks, self._triggers)
            for other in membership:
                if other in self._up and other not in systems:
                    engine.miss(other, Departure.DAEMON_DOWN)
        configured = engine.state.current_spec()
        for system in systems:
            self._starting.pop(system, None)
            if self.fencing:
                self.fencing.register(system)
            # A system that returns before its death was noticed is a new one: the old one leaves now.
            engine.post(partial(engine.leave, {system: Departure.DEAD}))
            self._incarnation[system] += 1
            self.engine_of[system] = engine
            self._agents[system] = engine.agents[system] = SystemAgents(
                self._kernel,
                configured,
                system,
                self._runner,
                partial(self._report, system),
                self.handshakes,
            )
        engine.post(partial(engine.enter, systems))
        numbers = {system: self._incarnation[system] for system in systems}
        self.gab.after(self._spec.membership.build_s, partial(self._built, numbers))

    def _built(self, numbers: Mapping[str, int]) -> None:
        alive = [system for system, number in numbers.items() if self._incarnation[system] == number]
        for engine in self._engines():
            built = tuple(system for system in alive if self.engine_of[system] is engine)
            if built:
                engine.post(partial(engine.run, built))

    def _take_down(self, system: str, why: str) -> Engine | None:
        """End the engine process and the agents of a system; return the engine that its peers share."""
        self._incarnation[system] += 1
        self._starting.pop(system, None)
        agents, engine = self._agents.pop(system, None), self.engine_of.pop(system, None)
        if agents is not None:
            agents.lost(why)
        if engine is not None and engine not in self.engine_of.values():
            # Whatever ended it, on its last system: what it believed to the end is not what those know that went on.
            for other in self._engines():
                if any(its is other and each not in self._hung for each, its in self.engine_of.items()):
                    other.post(partial(other.absorb, engine))
        return engine

    def _report(self, system: str, report: ResourceReport | AgentStatus) -> None:
        engine = self.engine_of.get(system)
        if engine is not None:
            engine.report(report)


def _loss_of(system: str) -> str:
    return f"system {system}"
