"""Which system has which engine: engines are born, split, merged and restarted here, and nowhere else.

Every system runs an engine process (HAD); all of one membership are of one mind and are one `Engine` here. When GAB
delivers new memberships, an engine whose systems no longer hear each other becomes two with the same beliefs; two
engines whose systems hear each other again cannot be reconciled, so one side's processes die and start again.

A partition that heals: the engines of the smaller side restart, of equal sides those that do not hold the first system
of the cluster; or their nodes panic, where the cluster is set up so. (Which side loses is not known: vcs.md 3.6, M.)
What runs on a node whose engine restarts runs on, is found twice, and gives way.

Rule 1: a system has an engine, is about to get one, or has none; a dead engine takes its agents with it.
Rule 2: what was lost is judged by what LLT had delivered before: a peer lost in jeopardy may be alive.
Rule 3: in a fenced cluster nothing of this happens before the disks have decided, and then nobody lost is alive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.agents.agents import SystemAgents
from mirrordrill.simulator.vcs.agents.handshakes import Handshakes
from mirrordrill.simulator.vcs.agents.reports import AgentNews, Report
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.engine.engine_state import Board
from mirrordrill.simulator.vcs.engine.global_cluster_hooks import ALONE
from mirrordrill.simulator.vcs.engine.triggers import NO_TRIGGERS, Triggers
from mirrordrill.simulator.vcs.events import DaemonChanged, EngineLog
from mirrordrill.simulator.vcs.membership.departure import Parting
from mirrordrill.simulator.vcs.membership.fencing import Fencing
from mirrordrill.simulator.vcs.membership.gab import Gab
from mirrordrill.simulator.vcs.membership.jeopardy import Jeopardy
from mirrordrill.simulator.vcs.messages import EJECTED, NOT_SEEDED, REJOINING
from mirrordrill.simulator.vcs.ports import AgentRunner, FencedDisks
from mirrordrill.simulator.vcs.spec import ClusterSpec
from mirrordrill.simulator.vcs.wide_area.global_group_hooks import IN_GLOBAL_CLUSTER

Membership = tuple[str, ...]


class Daemons:
    """The engine processes of one cluster. `changed` is called when somebody who waits should look again."""

    def __init__(
        self,
        kernel: Kernel,
        spec: ClusterSpec,
        runner: AgentRunner,
        changed: Callable[[], None],
        panic: Callable[[str], None],
        disks: FencedDisks,
    ) -> None:
        self.gab = Gab(kernel, spec, self._deliver)
        self.engine_of: dict[str, Engine] = {}
        self.triggers: Triggers = NO_TRIGGERS
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
        self._is_seeded = False
        self.fencing = Fencing(kernel, spec.name, spec.fencing, disks) if spec.fencing else None
        self._is_racing = False

    def keep(self, spec: ClusterSpec) -> None:
        """The configuration was saved: the next engine that is built from the file starts with it."""
        self._spec = spec

    # What commands below the engine show of it.

    def hears(self, system: str, other: str, link: str) -> bool:
        """Whether LLT on a system has the other one on this link."""
        if system == other:
            return True
        dead = self.gab.wires.dead_links(system, other, self.gab.now_us)
        return other in self._up and link not in dead

    def port(self, name: str, system: str) -> Membership:
        """Who is in the membership of GAB's port a, the fencing driver's b, or the engine's h, as a system sees it."""
        membership = next((m for m in self.gab.memberships() if system in m), ())
        if name == "b":
            fenced = self.fencing.members if self.fencing else ()
            return tuple(other for other in membership if other in fenced) if system in fenced else ()
        if name == "h":
            engine = self.engine_of.get(system)
            return () if engine is None else tuple(other for other in membership if other in engine.members)
        return tuple(other for other in membership if other in self._up)

    def in_jeopardy(self, system: str) -> Membership:
        """The systems of its membership to which one link is left."""
        return tuple(other for other in self.port("a", system) if self._jeopardy.between(system, other))

    # What happens to one system.

    def join(self, systems: Membership) -> None:
        """These systems start together, now."""
        self._join(systems)

    def is_up(self, system: str) -> bool:
        """Whether the system's kernel runs, and anybody could type there."""
        return system in self._up

    def boot(self, system: str) -> None:
        """A system is up and starts its engine; who knew it before has to do with a new one now."""
        if system in self._up:
            self.start(system)
            return
        self._up[system] = None
        if self.fencing:
            self.fencing.forget([system])
        self.gab.mend(_silence_of(system))
        for engine in self._engines():
            if system in engine.unheard:
                engine.post(partial(engine.miss, system, Parting.DEAD))
        self.start(system)

    def start(self, system: str) -> None:
        """The engine process starts and waits for GAB. It changes nothing where there is one."""
        if system in self._up and system not in self.engine_of and system not in self._starting:
            self._starting[system] = None
            self.gab.changed()

    def lose(self, system: str) -> None:
        """A system is dead from now on. The others notice when LLT has given up on it and GAB is stable."""
        self._up.pop(system, None)
        self._hung.pop(system, None)
        self._take_down(system, "the system is lost")
        if self.fencing and self._up.keys().isdisjoint(self.fencing.members):
            self.fencing.forget(self.fencing.members)  # nobody is left to race
        self.gab.cut(_silence_of(system), [(system,)])
        self._changed()

    def die(self, system: str) -> None:
        """The engine process dies, its system lives; hashadow starts it again."""
        self.part(system, Parting.DAEMON_DOWN, "died")
        self.restart(system)

    def restart(self, system: str) -> None:
        """hashadow starts a dead engine after its time, unless somebody else came first."""
        number = self._incarnation[system]
        self.gab.after(
            self._spec.membership.had_restart_s,
            lambda: self.start(system) if self._incarnation[system] == number else None,
        )

    def part(self, system: str, parting: Parting, change: str) -> None:
        """The engine process of a living system is gone; GAB tells the others at once."""
        engine = self._take_down(system, f"had {change}")
        if engine is not None:
            self._kernel.emit(DaemonChanged(system, change))
            engine.post(partial(engine.leave, {system: parting}))
        self._changed()

    def hang(self, system: str) -> None:
        """Everything on the system stands still, and LLT is silent."""
        if agents := self._agents.get(system):
            agents.stand_still()
        self._hung[system] = None
        self.gab.cut(_silence_of(system), [(system,)])

    def resume(self, system: str) -> None:
        """The system goes on. Who had given up on it hears it again when GAB is stable."""
        self._hung.pop(system, None)
        if agents := self._agents.get(system):
            agents.go_on()
        self.gab.mend(_silence_of(system))

    def seed(self) -> None:
        """An operator seeds GAB by hand (`gabconfig -x`)."""
        self._is_seeded = True
        self.gab.changed()

    # What GAB delivers.

    def _deliver(self) -> None:
        if self.fencing is None:
            self._apply()
        elif not self._is_racing:
            sides = self._awake()
            if self.fencing.is_torn(sides):
                self._is_racing = True
                self.gab.after(self.fencing.rules.race_s, partial(self._race, self.fencing))
            else:
                self._expel(sides, self.fencing.members)
                self._apply()

    def _race(self, fencing: Fencing) -> None:
        """The race is over; by now nobody who lost it takes part in anything."""
        self._is_racing = False
        for loser in fencing.race(self._awake()):
            self._panic(loser)
        self._deliver()

    def _awake(self) -> tuple[Membership, ...]:
        """The systems of each membership for which time passes."""
        asleep = self._hung
        return tuple(
            tuple(system for system in membership if system in self._up and system not in asleep)
            for membership in self.gab.memberships()
        )

    def _expel(self, sides: Iterable[Membership], members: Membership) -> None:
        """Who was ejected while it stood still learns of it as soon as it is heard again."""
        for system in (system for side in sides for system in side):
            if system in self.engine_of and system not in members:
                self.engine_of[system].log(system, EJECTED, system)
                self._panic(system)

    def _apply(self) -> None:
        """Engines follow the memberships."""
        memberships = self.gab.memberships()
        for engine in self._engines():
            self._fall_apart(engine, memberships)
        for membership in memberships:
            self._grow_together(membership)
            starting = tuple(system for system in membership if system in self._starting)
            if starting and self._may_start(membership):
                starting = self._admit(starting, membership)
                if starting:
                    self._join(starting, membership)
        self._jeopardy.deliver(memberships)

    def _fall_apart(self, engine: Engine, memberships: Iterable[Membership]) -> None:
        """Each part of the engine's systems that still hears itself gets an engine, and loses the others."""
        known = (*engine.members, *engine.unheard)
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
            # For a part that hangs no time passes: it misses nobody.
            if not all(system in self._hung for system in part):
                its.post(partial(self._lose_others, its, part))

    def _lose_others(self, engine: Engine, part: Membership) -> None:
        lost = [system for system in engine.members if system not in part]
        doubted = [system for system in lost if self._is_doubted(system, part)]
        engine.leave({system: Parting.IN_JEOPARDY if system in doubted else Parting.DEAD for system in lost})
        for system in tuple(engine.unheard):
            if system not in part:
                engine.miss(system, Parting.DEAD)

    def _is_doubted(self, system: str, part: Membership) -> bool:
        """Whether somebody who is not heard any more may be alive: his last link broke, and no disks have decided."""
        return self.fencing is None and all(self._jeopardy.between(mine, system) for mine in part)

    def _grow_together(self, membership: Membership) -> None:
        here = [self.engine_of[system] for system in membership if system in self.engine_of]
        engines = list(dict.fromkeys(here))
        if len(engines) < 2:
            return
        winner = max(engines, key=here.count)
        for loser in engines:
            if loser is not winner:
                winner.post(partial(winner.outlast, loser))
        for system in membership:
            engine = self.engine_of.get(system)
            if engine is not None and engine is not winner:
                self._give_way(system, engine, winner)

    def _give_way(self, system: str, engine: Engine, winner: Engine) -> None:
        """A system of the side that loses, when a partition heals."""
        engine.log(system, REJOINING, system)
        if self._spec.membership.panics_on_rejoin:
            self._panic(system)
            return
        self._take_down(system, "had is restarted")
        self._kernel.emit(DaemonChanged(system, "died: the partition has healed"))
        winner.post(partial(winner.miss, system, Parting.DAEMON_DOWN))
        self.restart(system)

    def _may_start(self, membership: Membership) -> bool:
        """A membership without an engine gets one when GAB is seeded: when it has seen enough systems once."""
        there = [system for system in membership if system in self._up]
        if self._is_seeded or self.engine_among(membership) or len(there) >= self._spec.membership.seed_systems:
            self._is_seeded = True
            return True
        text = NOT_SEEDED.text.format(self._spec.membership.seed_systems, len(there))
        self._kernel.emit(EngineLog(self._spec.name, NOT_SEEDED.severity.value, NOT_SEEDED.id, text))
        return False

    def _admit(self, starting: Membership, membership: Membership) -> Membership:
        """Those whose fencing driver comes up; the others' engines stop, and an operator has to start them again."""
        if self.fencing is None:
            return starting
        there = [system for system in membership if system in self._up]
        is_first = self.engine_among(membership) is None
        admitted = []
        for system in starting:
            if system in self.fencing.members or self.fencing.may_start(system, there, is_first):
                admitted.append(system)
            else:
                del self._starting[system]
        return tuple(admitted)

    # Engines and their agents.

    def engine_among(self, membership: Membership) -> Engine | None:
        """The engine of a membership, None while it has none."""
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
            beyond = IN_GLOBAL_CLUSTER if self._spec.wide_area.remotes else ALONE
            engine = Engine(self._kernel, Board(self._spec), {}, self._changed, beyond, self.triggers)
            for other in membership:
                if other in self._up and other not in systems:
                    engine.miss(other, Parting.DAEMON_DOWN)
        configured = engine.board.current_spec()
        for system in systems:
            self._starting.pop(system, None)
            if self.fencing:
                self.fencing.register(system)
            # A system that comes back before its death was noticed is a new one: the old one is gone now.
            engine.post(partial(engine.leave, {system: Parting.DEAD}))
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
        """Engine process and agents of a system are gone; the engine that its peers go on with."""
        self._incarnation[system] += 1
        self._starting.pop(system, None)
        agents, engine = self._agents.pop(system, None), self.engine_of.pop(system, None)
        if agents is not None:
            agents.lost(why)
        return engine

    def _report(self, system: str, report: Report | AgentNews) -> None:
        engine = self.engine_of.get(system)
        if engine is not None:
            engine.report(report)


def _silence_of(system: str) -> str:
    return f"system {system}"
