"""`haagent`: the agents of the resource types on each system."""

from __future__ import annotations

from mirrordrill.simulator.vcs.agents.agents import SystemAgents
from mirrordrill.simulator.vcs.commands.hatype import type_named
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import OBJECT_WIDTHS, table
from mirrordrill.simulator.vcs.commands.language.refusals import (
    AGENT_DOES_NOT_RUN,
    AGENT_IN_USE,
    AGENT_RUNS,
    NO_AGENT_OF_TYPE,
    SYSTEM_NOT_RUNNING,
    CommandRefused,
)

HEADER = ("Agent", "Attribute", "System", "Value")


def _used(context: OperatorContext, system: str) -> tuple[str, ...]:
    """The types with a resource that an agent monitors on a system, in the order of the configuration."""
    state = context.state
    here = [group for group in state.groups.values() if system in group.on] if state.is_running(system) else []
    types = {place.type.name for group in here for place, _ in group.each(system)}
    return tuple(spec.name for spec in state.spec.types if spec.name in types)


def _running(context: OperatorContext, system: str) -> tuple[str, ...]:
    """Of these, the types whose agent runs."""
    agents = context.engine.agents.get(system)
    used = _used(context, system)
    return () if agents is None else tuple(name for name in used if agents.is_running(name))


def _agents_on(context: OperatorContext, args: ParsedArguments) -> SystemAgents:
    system = args.one("-sys")
    if system is None:
        raise WrongUsage
    type_named(context, args.operands[0])
    context.check_system(system)
    agents = context.engine.agents.get(system)
    if agents is None or not context.state.is_running(system):
        raise CommandRefused(SYSTEM_NOT_RUNNING, system)
    return agents


def _start(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    agents, name = _agents_on(context, args), args.operands[0]
    if name not in agents.stopped:
        raise CommandRefused(AGENT_RUNS, name, agents.system)
    agents.start_agent(name)
    return success()


def _stop(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Stop an agent; `-force` also while a resource is online, which is then not monitored until the next start."""
    agents, name = _agents_on(context, args), args.operands[0]
    if name in agents.stopped or not agents.is_running(name):
        raise CommandRefused(AGENT_DOES_NOT_RUN, name, agents.system)
    up = [
        place.spec.name
        for group in context.state.groups.values()
        if agents.system in group.on
        for place, on in group.each(agents.system)
        if place.type.name == name and on.is_up
    ]
    if up and not args.has("-force"):
        raise CommandRefused(AGENT_IN_USE, name, agents.system, " ".join(up))
    agents.stop_agent(name, by_force=args.has("-force"))
    return success()


def _list(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    used = {name for system in context.state.systems for name in _used(context, system)}
    return success(*(spec.name for spec in context.state.spec.types if spec.name in used))


def _display(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    for name in args.operands:
        if name not in {spec.name for spec in context.state.spec.types}:
            raise CommandRefused(NO_AGENT_OF_TYPE, name)
    names = args.operands or tuple(spec.name for spec in context.state.spec.types)
    used = {system: _used(context, system) for system in context.state.systems}
    rows = [
        (name, "Running", system, "Yes" if name in _running(context, system) else "No")
        for name in names
        for system in used
        if any(name in anywhere for anywhere in used.values()) or args.operands
    ]
    return success(*table(OBJECT_WIDTHS, HEADER, rows))


VERBS = (
    Verb("-list", "", _list, 0, 0, sureness="M"),
    Verb("-display", "[agent ...]", _display, sureness="M"),
    Verb("-start", "agent -sys system", _start, 1, 1, options={"-sys": 1}, changes=True, sureness="M"),
    Verb(
        "-stop", "agent [-force] -sys system", _stop, 1, 1, options={"-sys": 1, "-force": 0}, changes=True, sureness="M"
    ),
)
