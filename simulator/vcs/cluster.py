"""A cluster as the rest of the world sees it: systems that come and go, commands, and questions.

The cluster knows which system is in which membership, hence which engine hears its agents and obeys its commands. A
system without an engine has no one to report to.

Rule 1: this is the only door. Code outside this package reaches no engine, engine state or agent.
Rule 2: what is asked here is the truth of the engines, which need not be that of the hosts.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import simpy

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.kernel.secrets import masked
from mirrordrill.simulator.vcs.agents.agents import NEVER_S
from mirrordrill.simulator.vcs.commands import shell
from mirrordrill.simulator.vcs.commands.language.grammar import CommandResult, OperatorContext, OutputListener, failure
from mirrordrill.simulator.vcs.commands.language.refusals import NO_ENGINE
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationFiles, NoFiles
from mirrordrill.simulator.vcs.engine.engine import NOTHING_CHANGED, Engine
from mirrordrill.simulator.vcs.engine.triggers import PlayedTriggers
from mirrordrill.simulator.vcs.events import CommandGiven
from mirrordrill.simulator.vcs.membership.daemons import Daemons
from mirrordrill.simulator.vcs.membership.departure import Departure
from mirrordrill.simulator.vcs.membership.fencing import EveryDisk, Fencing
from mirrordrill.simulator.vcs.ports import AgentRunner, FencedDisks
from mirrordrill.simulator.vcs.spec import ClusterSpec
from mirrordrill.simulator.vcs.wide_area.wac.connector import Connector

__all__ = ["CommandResult", "VcsCluster"]


class VcsCluster:
    """One cluster over simulated time."""

    def __init__(
        self,
        kernel: Kernel,
        spec: ClusterSpec,
        runner: AgentRunner,
        files: ConfigurationFiles | None = None,
        disks: FencedDisks | None = None,
        connector_of: Callable[[str], Connector | None] = lambda _: None,
        *,
        panic: Callable[[str], None] | None = None,
        noticed: Callable[[], None] = lambda: None,
    ) -> None:
        """A cluster that is not started.

        `panic` kills the machine under a system; without one VCS on it is lost. `noticed` is called whenever an engine
        may have changed, and when a system stands still or goes on. `connector_of` finds the wide-area connector of a
        cluster by its name; clusters are built before what joins them.
        """
        self.spec = spec
        self._files = files or NoFiles()
        self._kernel = kernel
        self.triggers = PlayedTriggers(kernel, self._type_by_trigger, self._trigger_ended)
        """The preonline triggers; how that of a group behaves can be set before it runs."""
        self._daemons = Daemons(
            kernel, spec, runner, self._changed, panic or self.system_lost, disks or EveryDisk(), self.triggers
        )
        self._engine_of = self._daemons.engine_of
        self._waiting: list[tuple[Callable[[], bool], simpy.Event]] = []
        self._connector_of = connector_of
        self._noticed = noticed
        self._hung: dict[str, list[tuple[Callable[[], None], Callable[[], None]]]] = {}
        """System that stands still -> the commands that were typed there meanwhile: run one, or end it unanswered."""

    @property
    def connector(self) -> Connector | None:
        """The wide-area connector; None where the cluster has no remote ones."""
        return self._connector_of(self.spec.name)

    # Systems come and go.

    def start(self, systems: Sequence[str] | None = None) -> None:
        """Start VCS on these systems (all of them by default) at the same moment, in one membership."""
        names = tuple(systems) if systems is not None else tuple(system.name for system in self.spec.systems)
        self._daemons.join(names)

    def system_joined(self, system: str) -> None:
        """A system is up and its VCS starts. It is RUNNING once GAB is stable and it has built its engine."""
        self._daemons.boot(system)

    def system_lost(self, system: str) -> None:
        """A system is dead from now on. The others notice when LLT has given up on it and GAB is stable."""
        waiting = self._hung.pop(system, [])
        self.triggers.system_lost(system)
        self._daemons.lose(system)
        for _, end in waiting:
            end()

    def system_hung(self, system: str) -> None:
        """Everything on the system stands still, and LLT is silent."""
        self._hung[system] = []
        self._daemons.hang(system)
        self._noticed()

    def system_resumed(self, system: str) -> None:
        """The system goes on where it stood; what the others did meanwhile it learns when GAB is stable."""
        self._daemons.resume(system)
        for command, _ in self._hung.pop(system, []):
            command()
        self._noticed()

    # LLT's cables.

    def cut_link(self, system: str, link: str) -> None:
        """Pull a link out of a system. Raises KeyError for one that the cluster does not have."""
        self._known_link(link)
        self._daemons.gab.emit_link_change(f"{link} of {system}", "cut")
        self._daemons.gab.cut(f"{link} of {system}", [(system,)], [link])

    def mend_link(self, system: str, link: str) -> None:
        """Put it in again. Raises KeyError for one that the cluster does not have."""
        self._known_link(link)
        self._daemons.gab.emit_link_change(f"{link} of {system}", "mended")
        self._daemons.gab.restore(f"{link} of {system}")

    def partition(self, groups: Sequence[Sequence[str]], links: Sequence[str] = ()) -> None:
        """Systems of different groups do not hear each other any more: on these links, or on all at once."""
        for link in links:
            self._known_link(link)
        self._daemons.gab.emit_link_change(_between(groups, links), "cut")
        self._daemons.gab.cut(_between(groups, links), groups, links)

    def heal(self, groups: Sequence[Sequence[str]], links: Sequence[str] = ()) -> None:
        """Undo the partition between these groups on these links."""
        self._daemons.gab.emit_link_change(_between(groups, links), "mended")
        self._daemons.gab.restore(_between(groups, links))

    def seed(self, system: str) -> None:
        """An operator seeds GAB of a system by hand (`gabconfig -x`)."""
        self._daemons.seed(system)

    def _known_link(self, link: str) -> None:
        if link not in self.spec.links:
            raise KeyError(link)

    # Engines die, stop and start.

    def engine_dies(self, system: str) -> None:
        """The engine process on a system dies; the system and its applications live, hashadow starts it again."""
        if system in self._engine_of:
            self._daemons.engine_died(system)

    def agent_dies(self, system: str, type_name: str) -> None:
        """The agent of a resource type dies on a system, with the entry points under way; HAD starts it again."""
        if (engine := self._engine_of.get(system)) is not None and (agents := engine.agents.get(system)) is not None:
            engine.post(partial(agents.die, type_name, "it died"))

    def agent_hangs(self, system: str, type_name: str) -> None:
        """It hangs; HAD ends it after AgentReplyTimeout, and starts it again."""
        if (engine := self._engine_of.get(system)) is not None and (agents := engine.agents.get(system)) is not None:
            engine.post(partial(agents.fall_silent, type_name))

    def slow_agent(self, system: str, type_name: str, delay_s: float = NEVER_S) -> None:
        """From its next start on the type's agent takes so long to come up on a system, or never does."""
        self._daemons.handshakes.slow_down(system, type_name, delay_s)

    def mend_agent(self, system: str, type_name: str) -> None:
        """From its next start on it comes up as fast as ever."""
        self._daemons.handshakes.mend(system, type_name)

    def stop_by_force(self, systems: Sequence[str]) -> None:
        """`hastop -force`: the engines are gone at once, and everything that they looked after runs on."""
        for system in systems:
            self._daemons.remove_engine(system, Departure.STOPPED_BY_FORCE, "stopped by force")

    def stop(self, systems: Sequence[str], *, evacuate: bool = False, auto_disable: bool = True) -> simpy.Event:
        """`hastop`: each system is LEAVING until its groups are offline, or have moved away.

        Then it is EXITING until its agents have closed their resources, CloseTimeout at most for each.

        The event happens when all of them have left; it never does where something cannot be taken offline.
        """
        departure = Departure.STOPPED if auto_disable else Departure.STOPPED_ENABLED
        gone = []
        for system in systems:
            engine = self._engine_of.get(system)
            if engine is not None:
                engine.post(partial(engine.empty, system, tuple(systems), evacuate=evacuate))
                self._close_when_empty(system, partial(self._daemons.remove_engine, system, departure, "stopped"))
                gone.append(self.wait_for(partial(self._has_no_engine, system)))
        return self._kernel.env.all_of(gone)

    def _has_no_engine(self, system: str) -> bool:
        return system not in self._engine_of

    def _close_when_empty(self, system: str, closed: Callable[[], None]) -> None:
        def close(_: object) -> None:
            if (engine := self._engine_of.get(system)) is not None:
                engine.post(partial(engine.close, system, closed))

        empty = self.wait_for(lambda: (engine := self._engine_of.get(system)) is None or engine.is_empty(system))
        assert empty.callbacks is not None
        empty.callbacks.append(close)

    # What commands below the engines may use; see commands.grammar.Control.

    def keep(self, spec: ClusterSpec) -> None:
        """The configuration was saved: engines that start when all have stopped start with it."""
        self.spec = spec
        self._daemons.keep(spec)

    def keep_authority(self, group: str, *, has_it: bool) -> None:
        """Authority moved: that is saved at once, and nothing else with it."""
        groups = tuple(replace(spec, authority=has_it) if spec.name == group else spec for spec in self.spec.groups)
        self.keep(replace(self.spec, groups=groups))

    def has_link(self, system: str, other: str, link: str) -> bool:
        """Whether LLT on a system has the other one on this link."""
        return self._daemons.has_link(system, other, link)

    def port(self, name: str, system: str) -> tuple[str, ...]:
        """Who is in the membership of GAB's port a, the fencing driver's b, or the engine's h, as a system sees it."""
        return self._daemons.port(name, system)

    @property
    def fencing(self) -> Fencing | None:
        """The fencing driver; None in a cluster that is not fenced."""
        return self._daemons.fencing

    def in_jeopardy(self, system: str) -> tuple[str, ...]:
        """The systems of its membership to which one link is left."""
        return self._daemons.in_jeopardy(system)

    # Questions and commands.

    def ha(self, system: str, argv: Sequence[str], listener: OutputListener | None = None) -> simpy.Event:
        """Give a VCS command on a system; the event's value is its CommandResult (quick ones are done at once).

        `hastatus` goes on as long as its output is read, so it needs a listener; without one it prints the present
        states and ends.
        """
        answer = self._kernel.env.event()

        def done(result: CommandResult, *, changes: bool) -> None:
            if changes or result.exit_code:
                self._kernel.emit(CommandGiven(system, shlex.join(masked(argv)), result.exit_code))
            answer.succeed(result)

        if not self._daemons.is_up(system):
            done(failure(NO_ENGINE), changes=False)
        elif system in self._hung:
            self._hung[system].append(
                (
                    lambda: self._type(system, tuple(argv), listener, done),
                    lambda: done(failure(NO_ENGINE, is_unanswered=True), changes=False),
                )
            )
        else:
            self._type(system, tuple(argv), listener, done)
        return answer

    def _type(self, system: str, argv: tuple[str, ...], listener: OutputListener | None, done: shell.Done) -> None:
        engine = self._engine_of.get(system)
        context = OperatorContext(self._kernel, engine, system, self.wait_for, self, self._files, listener)
        if engine is None:
            shell.run(context, argv, done)
        else:
            engine.post(lambda: None if shell.run(context, argv, done) else NOTHING_CHANGED)

    def _type_by_trigger(self, system: str, argv: Sequence[str]) -> None:
        """A trigger gives a command, if its system lives."""
        if self._daemons.is_up(system):
            self.ha(system, argv)

    def _trigger_ended(self, system: str, group: str, number: int, why: str) -> None:
        engine = self._engine_of.get(system)
        if engine is not None:
            engine.post(partial(engine.drivers[group].trigger_ended, system, number, why))

    def engine_on(self, system: str) -> Engine | None:
        """The engine that a system obeys, None where it has none."""
        return self._engine_of.get(system)

    def engines(self) -> tuple[Engine, ...]:
        """All engines of the cluster, in the order of its systems: one, unless its membership has fallen apart."""
        here = (self._engine_of.get(system.name) for system in self.spec.systems)
        return tuple(dict.fromkeys(engine for engine in here if engine is not None))

    def membership_of(self, system: str) -> tuple[str, ...]:
        """The systems of the engine that a system obeys; none where it has no engine."""
        engine = self._engine_of.get(system)
        return tuple(engine.members) if engine is not None else ()

    def group_online_on(self, group: str) -> tuple[str, ...]:
        """The systems on which the group is online according to their own engines."""
        return tuple(
            system.name for system in self.spec.systems if "ONLINE" in self.group_state(group, system.name).split("|")
        )

    def group_state(self, group: str, system: str) -> str:
        """The group's state words on a system joined by bars; UNKNOWN where no engine knows."""
        engine = self._engine_of.get(system)
        if engine is None or system not in engine.state.groups[group].on:
            return "UNKNOWN"
        return "|".join(engine.state.groups[group].words(system))

    def resource_state(self, resource: str, system: str) -> str:
        """The resource's state words on a system; UNKNOWN where no engine knows."""
        engine = self._engine_of.get(system)
        if engine is None or system not in engine.state.group_of[resource].on:
            return "UNKNOWN"
        return engine.state.group_of[resource].resources[resource].on[system].words()

    def wait_for(self, condition: Callable[[], bool]) -> simpy.Event:
        """An event for when the condition holds; looked at when an engine has changed, so waiting costs nothing."""
        event = self._kernel.env.event()
        if condition():
            event.succeed()
        else:
            self._waiting.append((condition, event))
        return event

    def _changed(self) -> None:
        self._noticed()
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for condition, event in waiting:
            if condition():
                event.succeed()
            else:
                self._waiting.append((condition, event))


def _between(groups: Sequence[Sequence[str]], links: Sequence[str]) -> str:
    sides = " | ".join(" ".join(group) for group in groups)
    return f"{', '.join(links) or 'all links'} between {sides}"
