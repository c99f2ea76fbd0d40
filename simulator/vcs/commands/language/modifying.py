"""`-modify`: the new value of an attribute, and its effect on the running engine.

A modification has three parts: the new value, made from the old one and the words of the command; the engine's state
and the agents, which have it from now on; and the edit that a later `haconf -dump` writes into main.cf.

Rule 1: nothing but temp attributes is modified while the configuration is read-only.
Rule 2: a value that does not fit is refused before anything has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from mirrordrill.simulator.vcs.commands.language.grammar import (
    OperatorContext,
    ParsedArguments,
    WrongUsage,
)
from mirrordrill.simulator.vcs.commands.language.refusals import (
    BAD_VALUE,
    KEY_IS_NOT_THERE,
    KEY_IS_THERE,
    NOT_A_LIST,
    STILL_UP,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.language.statics import LISTS, with_number, with_values
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState, ResourcePlace
from mirrordrill.simulator.vcs.engine.state.stored_attributes import STORED_ATTRIBUTES, stored_value
from mirrordrill.simulator.vcs.spec import (
    AttributeDimension,
    AttributeValue,
    AutoStartPolicy,
    ClusterFailOverPolicy,
    FailOverPolicy,
    GroupSpec,
    Parallel,
    ResourceSpec,
    SpecError,
    TypeSpec,
    encode_arguments,
)

LIST_VERBS = {"-add": 0, "-update": 0, "-delete": 0, "-keys": 0}

Values = tuple[str, ...]


def new_value(args: ParsedArguments, attribute: str, dimension: AttributeDimension, old: Values) -> Values:
    """The value after `-modify`: replaced, or with elements added, updated or deleted. Raises CommandRefused."""
    words = args.operands[2:]
    verbs = [verb for verb in ("-add", "-update", "-delete") if args.has(verb)]
    if not verbs:
        if args.has("-keys") or not words:
            raise WrongUsage
        return _checked(attribute, dimension, words)
    if len(verbs) > 1 or (args.has("-keys") and (words or verbs != ["-delete"])):
        raise WrongUsage
    if dimension is AttributeDimension.SCALAR:
        raise CommandRefused(NOT_A_LIST, attribute)
    if args.has("-keys"):
        return ()
    if not words:
        raise WrongUsage
    if dimension is AttributeDimension.ASSOCIATION:
        return _changed_pairs(verbs[0], attribute, words, old)
    return _changed_keys(verbs[0], attribute, dimension, words, old)


def _checked(attribute: str, dimension: AttributeDimension, words: Values) -> Values:
    if dimension is AttributeDimension.SCALAR and len(words) > 1:
        raise CommandRefused(BAD_VALUE, attribute, " ".join(words), "it has one value")
    if dimension is AttributeDimension.ASSOCIATION and len(words) % 2:
        raise CommandRefused(BAD_VALUE, attribute, " ".join(words), "it is keys and values in turn")
    return words


def _changed_keys(verb: str, attribute: str, dimension: AttributeDimension, words: Values, old: Values) -> Values:
    if verb == "-update":
        raise CommandRefused(BAD_VALUE, attribute, " ".join(words), "-update is for associations")
    for word in words:
        if verb == "-delete" and word not in old:
            raise CommandRefused(KEY_IS_NOT_THERE, word, attribute)
        if verb == "-add" and dimension is AttributeDimension.KEYLIST and word in old:
            raise CommandRefused(KEY_IS_THERE, word, attribute)
    return (*old, *words) if verb == "-add" else tuple(word for word in old if word not in words)


def _changed_pairs(verb: str, attribute: str, words: Values, old: Values) -> Values:
    pairs = dict(zip(old[::2], old[1::2], strict=True))
    keys = words if verb == "-delete" else _checked(attribute, AttributeDimension.ASSOCIATION, words)[::2]
    for key in keys:
        if verb == "-add" and key in pairs:
            raise CommandRefused(KEY_IS_THERE, key, attribute)
        if verb != "-add" and key not in pairs:
            raise CommandRefused(KEY_IS_NOT_THERE, key, attribute)
    if verb == "-delete":
        pairs = {key: value for key, value in pairs.items() if key not in keys}
    else:
        pairs |= dict(zip(words[::2], words[1::2], strict=True))
    return tuple(word for pair in pairs.items() for word in pair)


# Reading values.


def boolean(values: Values) -> bool:
    """0 or 1."""
    if values not in {("0",), ("1",)}:
        raise ValueError("it is 0 or 1")
    return values == ("1",)


def number(values: Values) -> int:
    """A whole number."""
    if len(values) != 1 or not (values[0].isascii() and values[0].isdigit() and len(values[0]) <= 9):
        raise ValueError("it is a whole number, 0 or above")
    return int(values[0])


def numbers(values: Values) -> dict[str, int]:
    """Keys with a whole number each."""
    return {key: number((text,)) for key, text in zip(values[::2], values[1::2], strict=True)}


def pairs(values: Values) -> tuple[tuple[str, int], ...]:
    """Keys with a whole number each, in their order."""
    return tuple(numbers(values).items())


def names(values: Values) -> Values:
    """A list of names, each once."""
    return tuple(dict.fromkeys(values))


def manage_faults(values: Values) -> bool:
    """ALL or NONE."""
    if values not in {("ALL",), ("NONE",)}:
        raise ValueError("it is ALL or NONE")
    return values == ("ALL",)


def fail_over_policy(values: Values) -> FailOverPolicy:
    """One of the policies."""
    return FailOverPolicy(values[0])


def cluster_fail_over_policy(values: Values) -> ClusterFailOverPolicy:
    """One of the policies."""
    return ClusterFailOverPolicy(values[0])


def parallel(values: Values) -> Parallel:
    """0, 1 or 2."""
    return Parallel(number(values))


def auto_start_policy(values: Values) -> AutoStartPolicy:
    """One of the policies."""
    return AutoStartPolicy(values[0])


@dataclass(frozen=True, slots=True)
class GroupAttribute:
    """An attribute of a group that may be modified while the cluster runs."""

    field: str
    """Of GroupSpec."""
    read: Callable[[Values], object]
    """Raises ValueError."""
    dimension: AttributeDimension = AttributeDimension.SCALAR


GROUP: Mapping[str, GroupAttribute] = MappingProxyType(
    {
        "AutoFailOver": GroupAttribute("auto_fail_over", number),
        "AutoStart": GroupAttribute("auto_start", boolean),
        "AutoStartIfPartial": GroupAttribute("auto_start_if_partial", boolean),
        "AutoStartList": GroupAttribute("auto_start_list", names, AttributeDimension.KEYLIST),
        "AutoStartPolicy": GroupAttribute("auto_start_policy", auto_start_policy),
        "ClusterFailOverPolicy": GroupAttribute("cluster_fail_over_policy", cluster_fail_over_policy),
        "Evacuate": GroupAttribute("evacuate", boolean),
        "FailOverPolicy": GroupAttribute("fail_over_policy", fail_over_policy),
        "FaultPropagation": GroupAttribute("fault_propagation", boolean),
        "Load": GroupAttribute("load", number),
        "ManageFaults": GroupAttribute("manage_faults", manage_faults),
        "ManualOps": GroupAttribute("manual_ops", boolean),
        "OnlineRetryInterval": GroupAttribute("online_retry_interval_s", number),
        "OnlineRetryLimit": GroupAttribute("online_retry_limit", number),
        "Parallel": GroupAttribute("parallel", parallel),
        "PreOnline": GroupAttribute("pre_online", boolean),
        "PreonlineTimeout": GroupAttribute("preonline_timeout_s", number),
        "Prerequisites": GroupAttribute("prerequisites", numbers, AttributeDimension.ASSOCIATION),
        "SystemList": GroupAttribute("system_list", pairs, AttributeDimension.ASSOCIATION),
        "SystemZones": GroupAttribute("system_zones", numbers, AttributeDimension.ASSOCIATION),
    }
)


RESHAPING = frozenset({"parallel", "system_list", "system_zones"})
"""Fields of GroupSpec that say on which systems, and how often, a group may be online."""


def set_group(context: OperatorContext, group: GroupState, attribute: str, values: Values) -> None:
    """Give a group's attribute a value. Raises CommandRefused."""
    known = GROUP[attribute]
    try:
        value = known.read(values)
        most = context.state.spec.profile.auto_fail_over_max
        if known.field == "auto_fail_over" and number(values) > most:
            raise ValueError(f"this release knows 0 to {most}")
        spec = replace(group.spec, **{known.field: value})  # type: ignore[arg-type]  # read for this field
        if known.field in RESHAPING:
            _check_systems(context, group, spec)
        if known.field == "parallel" and group.resources:
            raise ValueError("it can be changed before the group has resources only")
    except (ValueError, SpecError) as wrong:
        raise CommandRefused(BAD_VALUE, attribute, " ".join(values), wrong) from None
    if known.field in RESHAPING:
        _change_systems(context, group, spec)
    group.spec = spec
    context.driver(group).tell_agents()
    context.state.configuration.note(Edit("group", spec.name, attribute, values, known.dimension))


def _check_systems(context: OperatorContext, group: GroupState, spec: GroupSpec) -> None:
    """Raises ValueError where the group is online or moving on a system that the new lists exclude."""
    for system in spec.systems:
        if system not in context.state.systems:
            raise ValueError(f"there is no system {system}")
    for system in group.on:
        if system not in spec.systems and (group.is_active(system) or group.on[system].pre_onlining):
            raise ValueError(f"it is not offline on {system}")
    if any(instance.move is not None for instance in group.instances):
        raise ValueError("it is on its way from one system to another")
    for systems in spec.instances:
        if len(up := [system for system in systems if system in group.on and group.is_active(system)]) > 1:
            raise ValueError(f"it is up on {' and '.join(up)}, which would be one zone")


def _change_systems(context: OperatorContext, group: GroupState, spec: GroupSpec) -> None:
    """Apply new lists of systems: agents start or stop monitoring the resources."""
    before = tuple(group.on)
    group.spread(spec)
    for place in group.resources.values():
        if place.type.arg_list:
            arguments = {system: arguments_of(context, place, place.spec, system) for system in group.on}
            place.spec = replace(place.spec, arguments=arguments)
        for system in (*before, *(each for each in group.on if each not in before)):
            agents = context.engine.agents.get(system)
            if agents is not None and context.state.is_running(system) and (system in before) != (system in group.on):
                agents.configure(place.spec if system in group.on else replace(place.spec, enabled=False), place.type)


def modified_stored(
    context: OperatorContext, kind: str, name: str, stored: Mapping[str, Values], args: ParsedArguments
) -> dict[str, Values]:
    """Modify a stored attribute; return all stored attributes of the object. Raises CommandRefused."""
    attribute = args.operands[1]
    known = STORED_ATTRIBUTES[kind][attribute]
    values = new_value(args, attribute, known.dimension, stored_value(kind, stored, attribute))
    try:
        known.check(values)
    except ValueError as wrong:
        raise CommandRefused(BAD_VALUE, attribute, " ".join(values), wrong) from None
    context.state.configuration.note(Edit(kind, name, attribute, values, known.dimension))
    return {**stored, attribute: values}


FLAGS: Mapping[str, str] = MappingProxyType({"AutoStart": "auto_start", "Critical": "critical", "Enabled": "enabled"})
"""Attributes that every resource has -> field of ResourceSpec."""


def set_flag(context: OperatorContext, place: ResourcePlace, attribute: str, values: Values) -> None:
    """Critical, Enabled or AutoStart of a resource. Raises CommandRefused."""
    try:
        value = boolean(values)
    except ValueError as wrong:
        raise CommandRefused(BAD_VALUE, attribute, " ".join(values), wrong) from None
    if attribute == "Enabled" and not value:
        _drop_state(place)
    place.spec = replace(place.spec, **{FLAGS[attribute]: value})  # type: ignore[arg-type]  # all three are flags
    _notify_agents(context, place)
    context.state.configuration.note(Edit("resource", place.spec.name, attribute, values))


def _drop_state(place: ResourcePlace) -> None:
    """Drop the state of a disabled resource; raises CommandRefused while it is up."""
    for system, on in place.on.items():
        if on.is_up and not place.type.is_persistent:
            raise CommandRefused(STILL_UP, place.spec.name, system)
    for system in place.on:
        place.forget(system)


def set_static(context: OperatorContext, place: ResourcePlace, attribute: str, values: Values) -> None:
    """An overridden static attribute of a resource. Raises CommandRefused."""
    text = values[0]
    try:
        place.type = with_number(place.type, attribute, text)
    except ValueError as wrong:
        raise CommandRefused(BAD_VALUE, attribute, text, wrong) from None
    place.spec = replace(place.spec, overrides=place.type)
    _notify_agents(context, place)
    context.state.configuration.note(Edit("resource", place.spec.name, attribute, values))


def set_type(context: OperatorContext, spec: TypeSpec, attribute: str, values: Values) -> None:
    """A static attribute of a type, for all its resources that do not override it. Raises CommandRefused."""
    state = context.state
    try:
        changed = with_values(spec, attribute, values)
    except ValueError as wrong:
        raise CommandRefused(BAD_VALUE, attribute, " ".join(values), wrong) from None
    types = tuple(changed if each.name == spec.name else each for each in state.spec.types)
    state.spec = replace(state.spec, types=types)
    for group in state.groups.values():
        for place in group.resources.values():
            if place.type.name == spec.name and attribute not in place.spec.overridden:
                place.type = with_values(place.type, attribute, values)
                if place.spec.overridden:
                    place.spec = replace(place.spec, overrides=place.type)
                _notify_agents(context, place)
    for agents in context.engine.agents.values():
        agents.types[spec.name] = changed
    dimension = AttributeDimension.KEYLIST if attribute in LISTS else AttributeDimension.SCALAR
    state.configuration.note(Edit("type", spec.name, attribute, values, dimension))


def set_attribute(context: OperatorContext, place: ResourcePlace, value: AttributeValue) -> None:
    """An attribute of the resource's type, on one system or (None) on all. Raises CommandRefused."""
    spec = place.spec
    stored = [old for old in spec.attributes if (old.name, old.system) != (value.name, value.system)]
    changed = replace(spec, attributes=(*stored, value))
    try:
        arguments = {system: arguments_of(context, place, changed, system) for system in place.on}
    except SpecError as wrong:
        raise CommandRefused(BAD_VALUE, value.name, " ".join(value.values), wrong) from None
    if place.type.arg_list:
        changed = replace(changed, arguments=arguments)
    place.spec = changed
    _notify_agents(context, place)
    edit = Edit("resource", spec.name, value.name, value.values, value.dimension, value.system)
    context.state.configuration.note(edit)


def arguments_of(context: OperatorContext, place: ResourcePlace, spec: ResourceSpec, system: str) -> Values:
    """The ArgListValues of a resource on a system. Raises SpecError."""
    attributes = []
    for name, declared in place.type.arg_list:
        value = value_on(spec, name, system) or AttributeValue(name, (), dimension=declared)
        attributes.append((name, value.dimension, value.values))
    return encode_arguments(context.state.spec.profile, attributes)


def value_on(spec: ResourceSpec, name: str, system: str | None) -> AttributeValue | None:
    """What an attribute is on a system: its own value, else that for all systems."""
    values = {value.system: value for value in spec.attributes if value.name == name}
    return values.get(system) or values.get(None)


def _notify_agents(context: OperatorContext, place: ResourcePlace) -> None:
    """Send the changed resource to its agents, and settle its group."""
    for system in place.on:
        agents = context.engine.agents.get(system)
        if agents is not None and context.state.is_running(system):
            agents.configure(place.spec, place.type)
    driver = context.driver(context.state.group_of[place.spec.name])
    driver.tell_agents()
