"""`hahb`: the heartbeats that watch remote clusters, shown, added, deleted and modified.

A cluster without remote clusters has no heartbeats, and naming one is an error.

Rule 1: heartbeats change only while the configuration is writable, and count from that moment on.
Rule 2: an attribute is global and takes no `-clus`, or local and needs it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial

from mirrordrill.simulator.vcs.commands.language.conditions import CONDITIONS, chosen
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import table
from mirrordrill.simulator.vcs.commands.language.modifying import LIST_VERBS, Values, new_value, number
from mirrordrill.simulator.vcs.commands.language.refusals import (
    BAD_VALUE,
    HEARTBEAT_EXISTS,
    KEY_IS_NOT_THERE,
    NEEDS_CLUSTER,
    NO_ATTRIBUTE,
    NO_HEARTBEAT,
    NOT_LOCAL_THERE,
    NOT_MODIFIABLE,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.remote_commands import remote_named
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.spec import AttributeDimension
from mirrordrill.simulator.vcs.wide_area.spec import ARGUMENTS, NUMBERS, ConfiguredHeartbeat

WIDTHS = (12, 20, 15)
HEADER = ("Heartbeat", "Attribute", "Cluster", "Value")
CLUSTERS, STATE = "ClusterList", "State"
SCOPED = (*NUMBERS, ARGUMENTS)
"""Attributes that are global or local."""
DIMENSIONS = {CLUSTERS: AttributeDimension.KEYLIST, ARGUMENTS: AttributeDimension.VECTOR}
FIXED = frozenset({STATE, "AgentState", "InitTimeout", "StartTimeout", "StopTimeout", "CleanTimeOut", "LogDbg"})
"""Attributes that cannot be modified here: set by the engine, or of an agent that is not simulated."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def _heartbeat(context: OperatorContext, name: str) -> ConfiguredHeartbeat:
    configured = context.state.wide_area.configured
    if name not in configured:
        raise CommandRefused(NO_HEARTBEAT, name)
    return configured[name]


def _chosen(context: OperatorContext, args: ParsedArguments) -> tuple[tuple[ConfiguredHeartbeat, ...], str | None]:
    """The heartbeats that operands name, else all, and the cluster that `-clus` names. Raises CommandRefused."""
    names = args.operands or tuple(context.state.wide_area.configured)
    beats = tuple(_heartbeat(context, name) for name in names)
    only = args.one("-clus")
    if only is not None:
        remote_named(context, only)
    return beats, only


def _list(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """All, or those that meet the conditions for any cluster that they watch."""
    beats = context.state.wide_area.configured.values()
    places = [(beat, cluster) for beat in beats for cluster in beat.clusters or (None,)]
    found = chosen(places, args.operands, partial(_text, context), "heartbeats")
    return success(*dict.fromkeys(beat.name for beat, _ in found))


def _text(context: OperatorContext, place: tuple[ConfiguredHeartbeat, str | None], attribute: str) -> str:
    """An attribute of a heartbeat for a cluster that it watches. Raises CommandRefused."""
    beat, cluster = place
    if attribute not in {*SCOPED, CLUSTERS, STATE} or (cluster is None and attribute == STATE):
        raise CommandRefused(NO_ATTRIBUTE, attribute, beat.name)
    if attribute == STATE:
        return context.state.wide_area.heartbeats[beat.name, cluster or ""].value
    return "\t".join(_words(beat, attribute, cluster if attribute in beat.local else None))


def _state(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    beats, only = _chosen(context, args)
    return success(*table(WIDTHS, HEADER, (row for beat in beats for row in _states(context, beat, only))))


def _states(context: OperatorContext, beat: ConfiguredHeartbeat, only: str | None) -> Iterator[tuple[str, ...]]:
    for cluster in beat.clusters:
        if only in {None, cluster}:
            yield beat.name, STATE, cluster, context.state.wide_area.heartbeats[beat.name, cluster].value


def _display(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Global attributes once, local ones for each cluster, in alphabetical order."""
    beats, only = _chosen(context, args)
    return success(*table(WIDTHS, HEADER, (row for beat in beats for row in _rows(context, beat, only))))


def _rows(context: OperatorContext, beat: ConfiguredHeartbeat, only: str | None) -> Iterator[tuple[str, ...]]:
    for attribute in sorted((*SCOPED, CLUSTERS)):
        if attribute in beat.local:
            for cluster in beat.clusters:
                if only in {None, cluster}:
                    yield beat.name, attribute, cluster, "\t".join(beat.words(attribute, cluster))
        else:
            yield beat.name, attribute, "global", "\t".join(_words(beat, attribute, None))
    yield from _states(context, beat, only)


def _words(beat: ConfiguredHeartbeat, attribute: str, cluster: str | None) -> Values:
    return beat.clusters if attribute == CLUSTERS else beat.words(attribute, cluster)


def _value(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    beat, attribute = _heartbeat(context, args.operands[0]), args.operands[1]
    if attribute not in {*SCOPED, CLUSTERS, STATE}:
        raise CommandRefused(NO_ATTRIBUTE, attribute, beat.name)
    cluster = _watched(context, args, beat)
    if cluster is None and (attribute == STATE or attribute in beat.local):
        raise CommandRefused(NEEDS_CLUSTER, attribute, beat.name)
    if attribute == STATE:
        return success(context.state.wide_area.heartbeats[beat.name, cluster or ""].value)
    return success("\t".join(_words(beat, attribute, cluster)))


def _watched(context: OperatorContext, args: ParsedArguments, beat: ConfiguredHeartbeat) -> str | None:
    """The cluster that `-clus` names, which the heartbeat must watch. Raises CommandRefused."""
    cluster = args.one("-clus")
    if cluster is None:
        return None
    if remote_named(context, cluster).name not in beat.clusters:
        raise CommandRefused(KEY_IS_NOT_THERE, cluster, CLUSTERS)
    return cluster


def _add(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Add a heartbeat; it watches no cluster until it has a ClusterList."""
    name, area = args.operands[0], context.state.wide_area
    context.refuse_read_only(name)
    if name in area.configured:
        raise CommandRefused(HEARTBEAT_EXISTS, name)
    if not NAME.fullmatch(name):
        raise CommandRefused(
            BAD_VALUE, "Name", name, "it begins with a letter and goes on with letters, digits, - and _"
        )
    beat = ConfiguredHeartbeat(name, timeout_s=context.state.spec.wide_area.aya_timeout_s)
    context.state.configuration.note_object("heartbeat", name, exists=True)
    area.configure({**area.configured, name: beat})
    return success()


def _delete(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Delete a heartbeat."""
    beat, area = _heartbeat(context, args.operands[0]), context.state.wide_area
    context.refuse_read_only(beat.name)
    context.state.configuration.note_object("heartbeat", beat.name, exists=False)
    area.configure({name: kept for name, kept in area.configured.items() if name != beat.name})
    _notify(context, beat.name, ())
    return success()


def _modify(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Modify an attribute; the heartbeat restarts for the clusters whose value changed."""
    beat, attribute = _heartbeat(context, args.operands[0]), args.operands[1]
    if attribute not in {*SCOPED, CLUSTERS, *FIXED}:
        raise CommandRefused(NO_ATTRIBUTE, attribute, beat.name)
    context.refuse_read_only(beat.name)
    if attribute in FIXED:
        raise CommandRefused(NOT_MODIFIABLE, attribute, beat.name)
    cluster = _watched(context, args, beat)
    if cluster is None and attribute in beat.local:
        raise CommandRefused(NEEDS_CLUSTER, attribute, beat.name)
    if cluster is not None and attribute not in beat.local:
        raise CommandRefused(NOT_LOCAL_THERE, attribute, beat.name)
    dimension = DIMENSIONS.get(attribute, AttributeDimension.SCALAR)
    values = new_value(args, attribute, dimension, _words(beat, attribute, cluster))
    if attribute == CLUSTERS:
        _replace(context, _watching(context, beat, values), ())
    else:
        values = _checked(attribute, values)
        clusters = beat.clusters if cluster is None else (cluster,)
        _replace(context, replace(beat, values={**beat.values, (attribute, cluster): values}), clusters)
    return success()


def _watching(context: OperatorContext, beat: ConfiguredHeartbeat, clusters: Values) -> ConfiguredHeartbeat:
    """The heartbeat with another ClusterList, without the values of removed clusters. Raises CommandRefused."""
    names = tuple(dict.fromkeys(remote_named(context, cluster).name for cluster in clusters))
    values = {place: words for place, words in beat.values.items() if place[1] is None or place[1] in names}
    return replace(beat, clusters=names, values=values)


def _checked(attribute: str, values: Values) -> Values:
    if attribute in NUMBERS:
        try:
            if number(values) < 1:
                raise ValueError
        except ValueError:
            raise CommandRefused(BAD_VALUE, attribute, " ".join(values), "it is a number above 0") from None
    return values


def _local(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Make an attribute local: every cluster gets its own value, at first the global one."""
    beat, attribute = _scoped(context, args)
    if attribute not in beat.local:
        values = _without(beat, attribute)
        values |= {(attribute, cluster): beat.words(attribute, cluster) for cluster in beat.clusters}
        _replace(context, replace(beat, values=values, local=(*beat.local, attribute)), ())
    return success()


def _global(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Make an attribute global, with the value of the command."""
    beat, attribute = _scoped(context, args)
    words = _checked(attribute, new_value(args, attribute, DIMENSIONS.get(attribute, AttributeDimension.SCALAR), ()))
    values = {**_without(beat, attribute), (attribute, None): words}
    local = tuple(name for name in beat.local if name != attribute)
    _replace(context, replace(beat, values=values, local=local), beat.clusters)
    return success()


def _scoped(context: OperatorContext, args: ParsedArguments) -> tuple[ConfiguredHeartbeat, str]:
    """The heartbeat, and the attribute that may be global or local. Raises CommandRefused."""
    beat, attribute = _heartbeat(context, args.operands[0]), args.operands[1]
    if attribute not in {*SCOPED, CLUSTERS, *FIXED}:
        raise CommandRefused(NO_ATTRIBUTE, attribute, beat.name)
    context.refuse_read_only(beat.name)
    if attribute not in SCOPED:
        raise CommandRefused(NOT_MODIFIABLE, attribute, beat.name)
    return beat, attribute


def _without(beat: ConfiguredHeartbeat, attribute: str) -> dict[tuple[str, str | None], Values]:
    return {place: words for place, words in beat.values.items() if place[0] != attribute}


def _replace(context: OperatorContext, beat: ConfiguredHeartbeat, anew: Collection[str]) -> None:
    """Replace a heartbeat in the engine and the configuration, and restart it for the clusters in `anew`."""
    area, configuration = context.state.wide_area, context.state.configuration
    before = area.configured[beat.name]
    for attribute, cluster in before.values:
        if (attribute, cluster) not in beat.values:
            configuration.note(Edit("heartbeat", beat.name, attribute, None, system=cluster))
    if beat.clusters != before.clusters:
        configuration.note(Edit("heartbeat", beat.name, CLUSTERS, beat.clusters, DIMENSIONS[CLUSTERS]))
    for (attribute, cluster), words in beat.values.items():
        if before.values.get((attribute, cluster)) != words:
            dimension = DIMENSIONS.get(attribute, AttributeDimension.SCALAR)
            configuration.note(Edit("heartbeat", beat.name, attribute, words, dimension, cluster))
    area.configure({**area.configured, beat.name: beat})
    _notify(context, beat.name, anew)


def _notify(context: OperatorContext, name: str, anew: Collection[str]) -> None:
    connector = context.control.connector
    if connector is not None and connector.engine is context.engine:
        connector.heartbeat_changed(name, anew)


CLUS = {"-clus": 1}
VERBS = (
    Verb("-list", CONDITIONS, _list),
    Verb("-state", "[heartbeat ...] [-clus cluster]", _state, options=CLUS),
    Verb("-display", "[heartbeat ...] [-clus cluster]", _display, options=CLUS),
    Verb("-value", "heartbeat attribute [-clus cluster]", _value, 2, 2, CLUS),
    Verb("-add", "heartbeat", _add, 1, 1, changes=True),
    Verb("-delete", "heartbeat", _delete, 1, 1, changes=True),
    Verb("-local", "heartbeat attribute", _local, 2, 2, changes=True),
    Verb("-global", "heartbeat attribute value ...", _global, 3, changes=True),
    Verb(
        "-modify",
        "heartbeat attribute value ... | -add key ... | -delete key ... | -delete -keys [-clus cluster]",
        _modify,
        2,
        options={**CLUS, **LIST_VERBS},
        changes=True,
    ),
)
