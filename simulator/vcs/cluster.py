"""A cluster as the rest of the world sees it: systems that come and go, commands, and questions.

The cluster knows which system is in which membership, hence which engine hears its agents and obeys its commands. A
system without an engine has nobody to talk to.

Rule 1: this is the only door. Nobody outside this package reaches an engine, a board or an agent.
Rule 2: what is asked here is the truth of the engines, which need not be that of the hosts.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import simpy

from simulator.kernel import Kernel
from simulator.vcs.agents import SystemAgents
from simulator.vcs.board import Board
from simulator.vcs.commands import shell
from simulator.vcs.commands.grammar import CommandResult, Context, Listener
from simulator.vcs.configuration import ConfigurationFiles, NoFiles
from simulator.vcs.engine import Engine
from simulator.vcs.events import CommandGiven
from simulator.vcs.ports import AgentRunner
from simulator.vcs.reports import Report
from simulator.vcs.spec import ClusterSpec

__all__ = ["Cluster", "CommandResult"]


class Cluster:
    """One cluster over simulated time."""

    def __init__(
        self, kernel: Kernel, spec: ClusterSpec, runner: AgentRunner, files: ConfigurationFiles | None = None
    ) -> None:
        self.spec = spec
        self._files = files or NoFiles()
        self._kernel = kernel
        self._runner = runner
        self._agents: dict[str, SystemAgents] = {}
        self._engine_of: dict[str, Engine] = {}
        self._incarnation: dict[str, int] = dict.fromkeys((system.name for system in spec.systems), 0)
        self._waiting: list[tuple[Callable[[], bool], simpy.Event]] = []

    # Systems come and go.

    def start(self, systems: Sequence[str] | None = None) -> None:
        """Start VCS on these systems (all of them by default) at the same moment, in one membership."""
        names = tuple(systems) if systems is not None else tuple(system.name for system in self.spec.systems)
        self._join(names)

    def system_joined(self, system: str) -> None:
        """A system is up and its VCS starts. It is RUNNING once GAB is stable and it has built its engine."""
        if system in self._engine_of:
            return
        self._after(self.spec.gab_stable_s, self._unless_changed(system, lambda: self._join((system,))))

    def system_lost(self, system: str) -> None:
        """A system is dead from now on. The others notice when LLT has given up on it and GAB is stable."""
        agents = self._agents.pop(system, None)
        engine = self._engine_of.pop(system, None)
        if agents is not None:
            agents.lost("the system is lost")
        if engine is not None:
            delay_s = self.spec.peer_inactive_s + self.spec.gab_stable_s
            self._after(delay_s, self._unless_changed(system, lambda: self._notice(engine, system)))
        self._changed()

    def _next_incarnation(self, system: str) -> int:
        self._incarnation[system] += 1
        return self._incarnation[system]

    def _after(self, delay_s: float, then: Callable[[], None]) -> None:
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then())

    def _unless_changed(self, system: str, then: Callable[[], None]) -> Callable[[], None]:
        """Do it only if the system did not come or go meanwhile."""
        incarnation = self._next_incarnation(system)
        return lambda: then() if self._incarnation[system] == incarnation else None

    def _join(self, systems: tuple[str, ...]) -> None:
        engine = next(iter(self._engine_of.values()), None)
        if engine is None:
            engine = Engine(self._kernel, Board(self.spec), self._agents, self._changed)
        for system in systems:
            # A system that comes back before its death was noticed is a new one: the old one is gone now.
            if system in engine.members:
                engine.post(partial(engine.leave, system))
            self._next_incarnation(system)
            self._engine_of[system] = engine
            self._agents[system] = SystemAgents(
                self._kernel, engine.board.current_spec(), system, self._runner, partial(self._report, system)
            )
        engine.post(partial(engine.enter, systems))
        numbers = {system: self._incarnation[system] for system in systems}
        self._after(self.spec.build_s, partial(self._built, engine, numbers))

    def _built(self, engine: Engine, numbers: Mapping[str, int]) -> None:
        alive = tuple(system for system, number in numbers.items() if self._incarnation[system] == number)
        if alive:
            engine.post(partial(engine.run, alive))

    def _notice(self, engine: Engine, system: str) -> None:
        # An engine that has lost its last system has died with it.
        if engine in self._engine_of.values():
            engine.post(partial(engine.leave, system))

    def _report(self, system: str, report: Report) -> None:
        engine = self._engine_of.get(system)
        if engine is not None:
            engine.report(report)

    # Questions and commands.

    def ha(self, system: str, argv: Sequence[str], listener: Listener | None = None) -> simpy.Event:
        """Give a VCS command on a system; the event's value is its CommandResult (quick ones are done at once).

        A command that goes on until nobody reads it any more, `hastatus`, needs a listener; without one it tells how
        things are and ends.
        """
        answer = self._kernel.env.event()
        engine = self._engine_of.get(system)

        def done(result: CommandResult, changes: bool) -> None:
            if changes or result.exit_code:
                self._kernel.emit(CommandGiven(system, shlex.join(argv), result.exit_code))
            answer.succeed(result)

        context = Context(self._kernel, engine, system, self.wait_for, self, self._files, listener)
        if engine is None:
            shell.run(context, tuple(argv), done)
        else:
            engine.post(lambda: shell.run(context, tuple(argv), done))
        return answer

    def group_online_on(self, group: str) -> tuple[str, ...]:
        """The systems on which the group is online according to their own engines."""
        return tuple(
            system.name for system in self.spec.systems if "ONLINE" in self.group_state(group, system.name).split("|")
        )

    def group_state(self, group: str, system: str) -> str:
        """The group's state words on a system joined by bars; UNKNOWN where no engine knows."""
        engine = self._engine_of.get(system)
        if engine is None or system not in engine.board.groups[group].on:
            return "UNKNOWN"
        return "|".join(engine.board.groups[group].words(system))

    def resource_state(self, resource: str, system: str) -> str:
        """The resource's state words on a system; UNKNOWN where no engine knows."""
        engine = self._engine_of.get(system)
        if engine is None or system not in engine.board.group_of[resource].on:
            return "UNKNOWN"
        return engine.board.group_of[resource].resources[resource].on[system].words()

    def wait_for(self, condition: Callable[[], bool]) -> simpy.Event:
        """An event for when the condition holds; looked at when an engine has changed, so waiting costs nothing."""
        event = self._kernel.env.event()
        if condition():
            event.succeed()
        else:
            self._waiting.append((condition, event))
        return event

    def _changed(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for condition, event in waiting:
            if condition():
                event.succeed()
            else:
                self._waiting.append((condition, event))
