"""`haagent`: the agents of the resource types on each system."""

from __future__ import annotations

from mirrordrill.simulator.vcs.agents.agents import SystemAgents
from mirrordrill.simulator.vcs.commands.hatype import type_named
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    Context,
    Given,
    Misused,
    Refused,
    Verb,
    said,
)
from mirrordrill.simulator.vcs.commands.language.layout import OBJECT_WIDTHS, table
from mirrordrill.simulator.vcs.commands.language.refusals import AGENT_DOES_NOT_RUN, AGENT_IN_USE, AGENT_RUNS
from mirrordrill.simulator.vcs.messages import SYSTEM_NOT_RUNNING

HEADER = ("Agent", "Attribute", "System", "Value")


def _used(context: Context, system: str) -> tuple[str, ...]:
    """The types that have a resource which their agent looks after on a system, in the order of the configuration."""
    board = context.board
    here = [group for group in board.groups.values() if system in group.on] if board.is_running(system) else []
    types = {place.type.name for group in here for place, _ in group.each(system)}
    return tuple(spec.name for spec in board.spec.types if spec.name in types)


def _running(context: Context, system: str) -> tuple[str, ...]:
    """Of these, the types whose agent is there."""
    agents = context.engine.agents.get(system)
    used = _used(context, system)
    return () if agents is None else tuple(name for name in used if agents.is_running(name))


def _agents_on(context: Context, given: Given) -> SystemAgents:
    system = given.one("-sys")
    if system is None:
        raise Misused
    type_named(context, given.operands[0])
    context.check_system(system)
    if not context.board.is_running(system):
        raise Refused(SYSTEM_NOT_RUNNING, system)
    return context.engine.agents[system]


def _start(context: Context, given: Given) -> CommandResult:
    agents, name = _agents_on(context, given), given.operands[0]
    if name not in agents.stopped:
        raise Refused(AGENT_RUNS, name, agents.system)
    agents.start_agent(name)
    return said()


def _stop(context: Context, given: Given) -> CommandResult:
    """By force, what is online stays so, and nobody looks at it until the agent is started again."""
    agents, name = _agents_on(context, given), given.operands[0]
    if name in agents.stopped or not agents.is_running(name):
        raise Refused(AGENT_DOES_NOT_RUN, name, agents.system)
    up = [
        place.spec.name
        for group in context.board.groups.values()
        if agents.system in group.on
        for place, on in group.each(agents.system)
        if place.type.name == name and on.is_up
    ]
    if up and not given.has("-force"):
        raise Refused(AGENT_IN_USE, name, agents.system, " ".join(up))
    agents.stop_agent(name, given.has("-force"))
    return said()


def _list(context: Context, _: Given) -> CommandResult:
    used = {name for system in context.board.systems for name in _used(context, system)}
    return said(*(spec.name for spec in context.board.spec.types if spec.name in used))


def _display(context: Context, given: Given) -> CommandResult:
    for name in given.operands:
        type_named(context, name)
    names = given.operands or tuple(spec.name for spec in context.board.spec.types)
    used = {system: _used(context, system) for system in context.board.systems}
    rows = [
        (name, "Running", system, "Yes" if name in _running(context, system) else "No")
        for name in names
        for system in used
        if any(name in anywhere for anywhere in used.values()) or given.operands
    ]
    return said(*table(OBJECT_WIDTHS, HEADER, rows))


VERBS = (
    Verb("-list", "", _list, 0, 0, sureness="M"),
    Verb("-display", "[agent ...]", _display, sureness="M"),
    Verb("-start", "agent -sys system", _start, 1, 1, options={"-sys": 1}, changes=True, sureness="M"),
    Verb(
        "-stop", "agent [-force] -sys system", _stop, 1, 1, options={"-sys": 1, "-force": 0}, changes=True, sureness="M"
    ),
)
