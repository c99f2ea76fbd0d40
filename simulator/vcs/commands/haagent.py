"""`haagent`: the agents of the resource types on each system."""

from __future__ import annotations

from simulator.vcs.commands.grammar import CommandResult, Context, Given, Verb, said
from simulator.vcs.commands.inventory import type_named
from simulator.vcs.commands.layout import OBJECT_WIDTHS, table

HEADER = ("Agent", "Attribute", "System", "Value")


def _used(context: Context, system: str) -> tuple[str, ...]:
    """The types that have a resource in the care of their agent on a system, in the order of the configuration."""
    agents = context.engine.agents.get(system) if context.board.is_running(system) else None
    cared = () if agents is None else agents.resources
    types = {context.board.group_of[name].resources[name].type.name for name in cared}
    return tuple(spec.name for spec in context.board.spec.types if spec.name in types)


def _list(context: Context, _: Given) -> CommandResult:
    used = {name for system in context.board.systems for name in _used(context, system)}
    return said(*(spec.name for spec in context.board.spec.types if spec.name in used))


def _display(context: Context, given: Given) -> CommandResult:
    for name in given.operands:
        type_named(context, name)
    names = given.operands or tuple(spec.name for spec in context.board.spec.types)
    used = {system: _used(context, system) for system in context.board.systems}
    rows = [
        (name, "Running", system, "Yes" if name in there else "No")
        for name in names
        for system, there in used.items()
        if any(name in anywhere for anywhere in used.values()) or given.operands
    ]
    return said(*table(OBJECT_WIDTHS, HEADER, rows))


VERBS = (
    Verb("-list", "", _list, 0, 0, sureness="M"),
    Verb("-display", "[agent ...]", _display, sureness="M"),
)
