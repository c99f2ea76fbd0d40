"""`hatype`: resource types and their static attributes."""

from __future__ import annotations

from mirrordrill.simulator.vcs.commands.language.conditions import CONDITIONS, chosen
from mirrordrill.simulator.vcs.commands.language.grammar import (
    MANY,
    CommandResult,
    Context,
    Given,
    Refused,
    Verb,
    said,
)
from mirrordrill.simulator.vcs.commands.language.layout import table
from mirrordrill.simulator.vcs.commands.language.modifying import LIST_VERBS, new_value, set_type
from mirrordrill.simulator.vcs.commands.language.refusals import NOT_MODIFIABLE
from mirrordrill.simulator.vcs.commands.language.statics import LISTS, SHOWN, can_be_set, text_of
from mirrordrill.simulator.vcs.messages import NO_ATTRIBUTE, NO_TYPE
from mirrordrill.simulator.vcs.spec import Dimension, TypeSpec

WIDTHS = (16, 24)


def type_named(context: Context, name: str) -> TypeSpec:
    """The resource type of this name. Raises Refused."""
    for spec in context.board.spec.types:
        if spec.name == name:
            return spec
    raise Refused(NO_TYPE, name)


def _list(context: Context, given: Given) -> CommandResult:
    found = chosen(
        context.board.spec.types, given.operands, lambda spec, attribute: _text(context, spec, attribute), "types"
    )
    return said(*(spec.name for spec in found))


def _value(context: Context, given: Given) -> CommandResult:
    return said(_text(context, type_named(context, given.operands[0]), given.operands[1]))


def _text(context: Context, spec: TypeSpec, attribute: str) -> str:
    """A static attribute. Raises Refused."""
    if attribute not in SHOWN:
        raise Refused(NO_ATTRIBUTE, attribute, spec.name)
    return text_of(spec, attribute, context.board.spec.profile)


def _modify(context: Context, given: Given) -> CommandResult:
    """All resources of the type have the new value, but for those that have one of their own."""
    spec, attribute = type_named(context, given.operands[0]), given.operands[1]
    old = _text(context, spec, attribute)
    context.refuse_read_only(spec.name)
    if not can_be_set(attribute):
        raise Refused(NOT_MODIFIABLE, attribute, spec.name)
    dimension = Dimension.KEYLIST if attribute in LISTS else Dimension.SCALAR
    set_type(context, spec, attribute, new_value(given, attribute, dimension, tuple(filter(None, old.split("\t")))))
    return said()


def _display(context: Context, given: Given) -> CommandResult:
    specs = [type_named(context, name) for name in given.operands] or context.board.spec.types
    wanted = given.options.get("-attribute", SHOWN)
    profile = context.board.spec.profile
    rows = [(spec.name, name, text_of(spec, name, profile)) for spec in specs for name in SHOWN if name in wanted]
    return said(*table(WIDTHS, ("Type", "Attribute", "Value"), rows))


def _resources(context: Context, given: Given) -> CommandResult:
    spec = type_named(context, given.operands[0])
    groups = context.board.groups.values()
    return said(*(name for group in groups for name, place in group.resources.items() if place.type.name == spec.name))


VERBS = (
    Verb("-value", "type attribute", _value, 2, 2, sureness="M"),
    Verb("-display", "[type ...] [-attribute attribute ...]", _display, options={"-attribute": MANY}, sureness="M"),
    Verb("-list", CONDITIONS, _list, sureness="M"),
    Verb("-resources", "type", _resources, 1, 1, sureness="M"),
    Verb(
        "-modify",
        "type attribute value ... | -add key ... | -delete key ... | -delete -keys",
        _modify,
        2,
        options=LIST_VERBS,
        changes=True,
        sureness="M",
    ),
)
