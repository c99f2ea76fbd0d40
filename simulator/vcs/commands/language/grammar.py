"""Parts of an operator's command line, and the context in which a command runs.

A command (`hagrp`) has verbs (`-switch`); a verb has operands and options. All of it is data: the same table parses,
answers `usage`, and says whether a command changes anything.

Rule 1: a wrong line is answered with the usage of its verb and changes nothing.
Rule 2: a refusal is a message with a number and a non-zero exit code; success of a change is silence and 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import simpy

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.commands.language.refusals import (
    NO_ENGINE,
    NO_GROUP,
    NO_RESOURCE,
    NO_SYSTEM,
    NODE_NOT_READY,
    NOT_IN_SYSTEM_LIST,
    READ_ONLY,
    USAGE,
    CommandRefused,
)
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationFiles
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.engine.group import GroupDriver
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, GroupState, ResourcePlace
from mirrordrill.simulator.vcs.membership.fencing import Fencing
from mirrordrill.simulator.vcs.messages import vcs_line
from mirrordrill.simulator.vcs.spec import ClusterSpec
from mirrordrill.simulator.vcs.states import SystemState
from mirrordrill.simulator.vcs.wide_area.wac.connector import Connector

OK, FAILED, MISUSED = 0, 1, 2
"""Exit codes. A refusal has 1 (additions.md, S for haconf); that of wrong arguments is not known."""

LOCAL_CLUSTER: Mapping[str, int] = MappingProxyType({"-localclus": 0})
"""Option of queries: this cluster and no remote one, which every query without `-clus` is about anyway."""
ALWAYS_WITHOUT_EFFECT: Mapping[str, str] = MappingProxyType(
    {"-localclus": "without -clus a command is about this cluster anyway"}
)
TRANSITIONS = frozenset({SystemState.LEAVING, SystemState.REMOTE_BUILD})
"""States of a system on which the configuration is not changed."""
MANY = -1
"""Count of an option that takes all words up to the next option."""


class CommandResult(NamedTuple):
    """What a command printed, and its exit code."""

    exit_code: int
    stdout: str
    stderr: str = ""
    is_unanswered: bool = False
    """Whether the command was accepted, and the system that carried it out left before it answered."""

    @property
    def output(self) -> str:
        """Both streams, as a terminal shows them."""
        return self.stdout + self.stderr


class WrongUsage(Exception):
    """The command line is wrong."""


@dataclass(frozen=True, slots=True)
class PendingResult:
    """A command that ends when an event has happened; `finish` makes the result from the event's value."""

    event: simpy.Event
    finish: Callable[[Any], CommandResult]


class ParsedArguments(NamedTuple):
    """A parsed command line."""

    operands: tuple[str, ...]
    options: Mapping[str, tuple[str, ...]]

    def one(self, option: str) -> str | None:
        """The value of an option that takes one; None if it is absent."""
        values = self.options.get(option)
        return values[0] if values else None

    def has(self, option: str) -> bool:
        """Whether the option is present."""
        return option in self.options


class OutputListener(Protocol):
    """The reader of a command's output while it runs."""

    @property
    def open(self) -> bool:
        """Whether the reader is still there; Ctrl-C ends it."""

    def say(self, text: str) -> None:
        """Show the next lines."""


class Control(Protocol):
    """The parts of the cluster outside the engines that commands use."""

    @property
    def spec(self) -> ClusterSpec:
        """The configuration that an engine starts with."""

    @property
    def connector(self) -> Connector | None:
        """The wide-area connector of a cluster that has remote ones."""

    def engine_on(self, system: str) -> Engine | None:
        """The engine of a system now; None where it has none."""

    def keep(self, spec: ClusterSpec) -> None:
        """Save the configuration for the next engine that starts."""

    def system_joined(self, system: str) -> None:
        """Start VCS on a system; does nothing where it runs."""

    def seed(self, system: str) -> None:
        """Seed GAB of a system by hand."""

    def has_link(self, system: str, other: str, link: str) -> bool:
        """Whether LLT on `system` reaches `other` on this link."""

    def port(self, name: str, system: str) -> tuple[str, ...]:
        """The members of GAB port a, b or h."""

    @property
    def fencing(self) -> Fencing | None:
        """The fencing driver of a fenced cluster."""

    def in_jeopardy(self, system: str) -> tuple[str, ...]:
        """The systems to which one LLT link is left."""

    def stop(self, systems: Sequence[str], *, evacuate: bool = False, auto_disable: bool = True) -> simpy.Event:
        """Stop VCS on systems in good order; the event happens when all of them have left."""

    def stop_by_force(self, systems: Sequence[str]) -> None:
        """Stop VCS on systems and leave everything as it is."""


class OperatorContext(NamedTuple):
    """The system on which a command runs, and everything that the command may use."""

    kernel: Kernel
    reached: Engine | None
    """The engine of this system; None where there is none."""
    system: str
    wait_for: Callable[[Callable[[], bool]], simpy.Event]
    control: Control
    files: ConfigurationFiles
    listener: OutputListener | None = None

    @property
    def engine(self) -> Engine:
        """The engine. Raises CommandRefused where there is none."""
        if self.reached is None:
            raise CommandRefused(NO_ENGINE)
        return self.reached

    @property
    def state(self) -> EngineState:
        """The state of the engine."""
        return self.engine.state

    def now(self) -> OperatorContext:
        """The same context with the engine that the system has now: a membership may have split or merged meanwhile."""
        return self._replace(reached=self.control.engine_on(self.system))

    def refuse_read_only(self, what: str) -> None:
        """Raises CommandRefused unless the configuration is writable (`haconf -makerw`)."""
        if not self.state.configuration.writable:
            raise CommandRefused(READ_ONLY, what)

    def refuse_in_transition(self, operation: str) -> None:
        """Raises CommandRefused while this system leaves the cluster or still builds its configuration."""
        state = self.state.systems[self.system].state
        if state in TRANSITIONS:
            raise CommandRefused(NODE_NOT_READY, operation, state.value)

    def group(self, name: str, missing: MessageText = NO_GROUP) -> GroupState:
        """The group of this name. Raises CommandRefused."""
        if name not in self.state.groups:
            raise CommandRefused(missing, name)
        return self.state.groups[name]

    def resource(self, name: str, missing: MessageText = NO_RESOURCE) -> ResourcePlace:
        """The resource of this name. Raises CommandRefused."""
        if name not in self.state.group_of:
            raise CommandRefused(missing, name)
        return self.state.group_of[name].resources[name]

    def driver(self, group: GroupState) -> GroupDriver:
        """The driver of a group that is about to be changed."""
        self.engine.touch(group.spec.name)
        return self.engine.drivers[group.spec.name]

    def check_system(self, name: str, group: GroupState | None = None) -> str:
        """The name of a system of the cluster, and of the group's SystemList. Raises CommandRefused."""
        if name not in self.state.systems:
            raise CommandRefused(NO_SYSTEM, name)
        if group is not None and name not in group.on:
            raise CommandRefused(NOT_IN_SYSTEM_LIST, name, group.spec.name)
        return name

    def systems(self, args: ParsedArguments, group: GroupState, option: str = "-sys") -> tuple[str, ...]:
        """The system that an option names, or all of the group's."""
        name = args.one(option)
        return tuple(group.on) if name is None else (self.check_system(name, group),)


@dataclass(frozen=True, slots=True)
class Verb:
    """One form of a command."""

    flag: str
    """The first word; empty for a command that is complete without one."""
    usage: str
    run: Callable[[OperatorContext, ParsedArguments], CommandResult | PendingResult]
    least: int = 0
    """Operands needed at least."""
    most: int | None = None
    """Operands allowed at most; None for any number."""
    options: Mapping[str, int] = field(default_factory=dict)
    """Option -> how many values it takes."""
    changes: bool = False
    sureness: str = "H"
    """How sure the form is: H read, M known, L recalled (vcs.md)."""
    relays: bool = False
    """Whether the command is run in the cluster that `-clus` names, and its answer brought back."""
    options_first: bool = False
    """Whether options may stand in front of the flag."""
    without_effect: Mapping[str, str] = field(default_factory=dict)
    """Options that can change nothing here, with the reason. All others have an effect, or are refused."""


def failure(message: MessageText, *values: object, stdout: str = "", is_unanswered: bool = False) -> CommandResult:
    """A refusal that is known only when the command ends."""
    return CommandResult(FAILED, stdout, f"{vcs_line(message, *values)}\n", is_unanswered)


def success(*lines: str) -> CommandResult:
    """Success, with these lines printed."""
    return CommandResult(OK, "".join(f"{line}\n" for line in lines))


def parse(verb: Verb, words: Sequence[str]) -> ParsedArguments:
    """Sort the words behind the verb into operands and options. Raises WrongUsage.

    An option that takes many values may be repeated: `-attribute A -attribute B` is `-attribute A B`. A word among its
    values that begins with a dash is an option that this form does not have, unless it is escaped (`%-`).
    """
    operands: list[str] = []
    options: dict[str, tuple[str, ...]] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word not in verb.options:
            if word.startswith("-"):
                raise WrongUsage
            operands.append(_unescaped(word))
            continue
        count = verb.options[word]
        if word in options and count != MANY:
            raise WrongUsage
        taken = (
            next((at for at, other in enumerate(rest) if other in verb.options), len(rest)) if count == MANY else count
        )
        values = rest[:taken]
        if len(values) < taken or any(other in verb.options for other in values):
            raise WrongUsage
        if count == MANY and (not values or any(value.startswith("-") for value in values)):
            raise WrongUsage
        options[word] = (*options.get(word, ()), *(_unescaped(value) for value in values))
        del rest[:taken]
    if len(operands) < verb.least or (verb.most is not None and len(operands) > verb.most):
        raise WrongUsage
    return ParsedArguments(tuple(operands), options)


def _unescaped(word: str) -> str:
    """A value that begins with a dash is written with a percent sign in front."""
    return word[1:] if word.startswith("%-") else word


def usage(command: str, verbs: Sequence[Verb]) -> CommandResult:
    """What a wrong command line is answered with."""
    lines = (vcs_line(USAGE, command), *forms(command, verbs))
    return CommandResult(MISUSED, "", "".join(f"{line}\n" for line in lines))


def forms(command: str, verbs: Sequence[Verb]) -> Sequence[str]:
    """How each form of a command is written."""
    return [f"  {' '.join(filter(None, (command, verb.flag, verb.usage)))}" for verb in verbs]
