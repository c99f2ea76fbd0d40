"""`hahb`: the heartbeats that watch remote clusters, shown, added, deleted and modified.

A cluster without remote clusters has no heartbeats, and naming one is an error.

Rule 1: heartbeats change only while the configuration is writable, and count from that moment on.
Rule 2: an attribute is global, and then nobody names a cluster for it; or local, and then a cluster must be named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial

from mirrordrill.simulator.vcs.commands.language.conditions import CONDITIONS, chosen
from mirrordrill.simulator.vcs.commands.language.grammar import CommandResult, Context, Given, Refused, Verb, said
from mirrordrill.simulator.vcs.commands.language.layout import table
from mirrordrill.simulator.vcs.commands.language.modifying import LIST_VERBS, Values, new_value, number
from mirrordrill.simulator.vcs.commands.language.refusals import (
    BAD_VALUE,
    HEARTBEAT_EXISTS,
    KEY_IS_NOT_THERE,
    NEEDS_CLUSTER,
    NO_HEARTBEAT,
    NOT_LOCAL_THERE,
    NOT_MODIFIABLE,
)
from mirrordrill.simulator.vcs.commands.remote_commands import remote_named
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.messages import NO_ATTRIBUTE
from mirrordrill.simulator.vcs.spec import Dimension
from mirrordrill.simulator.vcs.wide_area.spec import ARGUMENTS, NUMBERS, ConfiguredHeartbeat

WIDTHS = (12, 20, 15)
HEADER = ("Heartbeat", "Attribute", "Cluster", "Value")
CLUSTERS, STATE = "ClusterList", "State"
SCOPED = (*NUMBERS, ARGUMENTS)
"""Attributes that are global or local."""
DIMENSIONS = {CLUSTERS: Dimension.KEYLIST, ARGUMENTS: Dimension.VECTOR}
FIXED = frozenset({STATE, "AgentState", "InitTimeout", "StartTimeout", "StopTimeout", "CleanTimeOut", "LogDbg"})
"""Attributes that a heartbeat has and nobody modifies here: of the engine's own, or of an agent that is not played."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def _heartbeat(context: Context, name: str) -> ConfiguredHeartbeat:
    configured = context.board.wide_area.configured
    if name not in configured:
        raise Refused(NO_HEARTBEAT, name)
    return configured[name]


def _chosen(context: Context, given: Given) -> tuple[tuple[ConfiguredHeartbeat, ...], str | None]:
    """The heartbeats that operands name, else all, and the cluster that `-clus` names. Raises Refused."""
    names = given.operands or tuple(context.board.wide_area.configured)
    beats = tuple(_heartbeat(context, name) for name in names)
    only = given.one("-clus")
    if only is not None:
        remote_named(context, only)
    return beats, only


def _list(context: Context, given: Given) -> CommandResult:
    """All, or those that meet the conditions for any cluster that they watch."""
    beats = context.board.wide_area.configured.values()
    places = [(beat, cluster) for beat in beats for cluster in beat.clusters or (None,)]
    found = chosen(places, given.operands, partial(_text, context), "heartbeats")
    return said(*dict.fromkeys(beat.name for beat, _ in found))


def _text(context: Context, place: tuple[ConfiguredHeartbeat, str | None], attribute: str) -> str:
    """An attribute of a heartbeat for a cluster that it watches. Raises Refused."""
    beat, cluster = place
    if attribute not in {*SCOPED, CLUSTERS, STATE} or (cluster is None and attribute == STATE):
        raise Refused(NO_ATTRIBUTE, attribute, beat.name)
    if attribute == STATE:
        return context.board.wide_area.heartbeats[beat.name, cluster or ""].value
    return "\t".join(_words(beat, attribute, cluster if attribute in beat.local else None))


def _state(context: Context, given: Given) -> CommandResult:
    beats, only = _chosen(context, given)
    return said(*table(WIDTHS, HEADER, (row for beat in beats for row in _states(context, beat, only))))


def _states(context: Context, beat: ConfiguredHeartbeat, only: str | None) -> Iterator[tuple[str, ...]]:
    for cluster in beat.clusters:
        if only in {None, cluster}:
            yield beat.name, STATE, cluster, context.board.wide_area.heartbeats[beat.name, cluster].value


def _display(context: Context, given: Given) -> CommandResult:
    """Global attributes once, local ones for each cluster, in alphabetical order."""
    beats, only = _chosen(context, given)
    return said(*table(WIDTHS, HEADER, (row for beat in beats for row in _rows(context, beat, only))))


def _rows(context: Context, beat: ConfiguredHeartbeat, only: str | None) -> Iterator[tuple[str, ...]]:
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


def _value(context: Context, given: Given) -> CommandResult:
    beat, attribute = _heartbeat(context, given.operands[0]), given.operands[1]
    if attribute not in {*SCOPED, CLUSTERS, STATE}:
        raise Refused(NO_ATTRIBUTE, attribute, beat.name)
    cluster = _watched(context, given, beat)
    if cluster is None and (attribute == STATE or attribute in beat.local):
        raise Refused(NEEDS_CLUSTER, attribute, beat.name)
    if attribute == STATE:
        return said(context.board.wide_area.heartbeats[beat.name, cluster or ""].value)
    return said("\t".join(_words(beat, attribute, cluster)))


def _watched(context: Context, given: Given, beat: ConfiguredHeartbeat) -> str | None:
    """The cluster that `-clus` names, which the heartbeat must watch. Raises Refused."""
    cluster = given.one("-clus")
    if cluster is None:
        return None
    if remote_named(context, cluster).name not in beat.clusters:
        raise Refused(KEY_IS_NOT_THERE, cluster, CLUSTERS)
    return cluster


def _add(context: Context, given: Given) -> CommandResult:
    """It watches nobody until it has a ClusterList."""
    name, area = given.operands[0], context.board.wide_area
    context.refuse_read_only(name)
    if name in area.configured:
        raise Refused(HEARTBEAT_EXISTS, name)
    if not NAME.fullmatch(name):
        raise Refused(BAD_VALUE, "Name", name, "it begins with a letter and goes on with letters, digits, - and _")
    beat = ConfiguredHeartbeat(name, timeout_s=context.board.spec.wide_area.aya_timeout_s)
    context.board.configuration.note_object("heartbeat", name, True)
    area.configure({**area.configured, name: beat})
    return said()


def _delete(context: Context, given: Given) -> CommandResult:
    """From now on it is no sign of anything."""
    beat, area = _heartbeat(context, given.operands[0]), context.board.wide_area
    context.refuse_read_only(beat.name)
    context.board.configuration.note_object("heartbeat", beat.name, False)
    area.configure({name: kept for name, kept in area.configured.items() if name != beat.name})
    _tell(context, beat.name, ())
    return said()


def _modify(context: Context, given: Given) -> CommandResult:
    """The heartbeat begins anew for the clusters whose value has changed."""
    beat, attribute = _heartbeat(context, given.operands[0]), given.operands[1]
    if attribute not in {*SCOPED, CLUSTERS, *FIXED}:
        raise Refused(NO_ATTRIBUTE, attribute, beat.name)
    context.refuse_read_only(beat.name)
    if attribute in FIXED:
        raise Refused(NOT_MODIFIABLE, attribute, beat.name)
    cluster = _watched(context, given, beat)
    if cluster is None and attribute in beat.local:
        raise Refused(NEEDS_CLUSTER, attribute, beat.name)
    if cluster is not None and attribute not in beat.local:
        raise Refused(NOT_LOCAL_THERE, attribute, beat.name)
    dimension = DIMENSIONS.get(attribute, Dimension.SCALAR)
    values = new_value(given, attribute, dimension, _words(beat, attribute, cluster))
    if attribute == CLUSTERS:
        _become(context, _watching(context, beat, values), ())
    else:
        values = _checked(attribute, values)
        clusters = beat.clusters if cluster is None else (cluster,)
        _become(context, replace(beat, values={**beat.values, (attribute, cluster): values}), clusters)
    return said()


def _watching(context: Context, beat: ConfiguredHeartbeat, clusters: Values) -> ConfiguredHeartbeat:
    """With another ClusterList; what it was told for a cluster that is not in it any more is gone. Raises Refused."""
    names = tuple(dict.fromkeys(remote_named(context, cluster).name for cluster in clusters))
    values = {place: words for place, words in beat.values.items() if place[1] is None or place[1] in names}
    return replace(beat, clusters=names, values=values)


def _checked(attribute: str, values: Values) -> Values:
    if attribute in NUMBERS:
        try:
            if number(values) < 1:
                raise ValueError
        except ValueError:
            raise Refused(BAD_VALUE, attribute, " ".join(values), "it is a number above 0") from None
    return values


def _local(context: Context, given: Given) -> CommandResult:
    """Every cluster gets a value of its own, the one that all had."""
    beat, attribute = _scoped(context, given)
    if attribute not in beat.local:
        values = _without(beat, attribute)
        values |= {(attribute, cluster): beat.words(attribute, cluster) for cluster in beat.clusters}
        _become(context, replace(beat, values=values, local=(*beat.local, attribute)), ())
    return said()


def _global(context: Context, given: Given) -> CommandResult:
    """All clusters get the value given."""
    beat, attribute = _scoped(context, given)
    words = _checked(attribute, new_value(given, attribute, DIMENSIONS.get(attribute, Dimension.SCALAR), ()))
    values = {**_without(beat, attribute), (attribute, None): words}
    local = tuple(name for name in beat.local if name != attribute)
    _become(context, replace(beat, values=values, local=local), beat.clusters)
    return said()


def _scoped(context: Context, given: Given) -> tuple[ConfiguredHeartbeat, str]:
    """The heartbeat, and the attribute that may be global or local. Raises Refused."""
    beat, attribute = _heartbeat(context, given.operands[0]), given.operands[1]
    if attribute not in {*SCOPED, CLUSTERS, *FIXED}:
        raise Refused(NO_ATTRIBUTE, attribute, beat.name)
    context.refuse_read_only(beat.name)
    if attribute not in SCOPED:
        raise Refused(NOT_MODIFIABLE, attribute, beat.name)
    return beat, attribute


def _without(beat: ConfiguredHeartbeat, attribute: str) -> dict[tuple[str, str | None], Values]:
    return {place: words for place, words in beat.values.items() if place[0] != attribute}


def _become(context: Context, beat: ConfiguredHeartbeat, anew: Collection[str]) -> None:
    """The heartbeat is like this from now on, for the file and for its agent, which begins anew for some clusters."""
    area, configuration = context.board.wide_area, context.board.configuration
    before = area.configured[beat.name]
    for attribute, cluster in before.values:
        if (attribute, cluster) not in beat.values:
            configuration.note(Edit("heartbeat", beat.name, attribute, None, system=cluster))
    if beat.clusters != before.clusters:
        configuration.note(Edit("heartbeat", beat.name, CLUSTERS, beat.clusters, DIMENSIONS[CLUSTERS]))
    for (attribute, cluster), words in beat.values.items():
        if before.values.get((attribute, cluster)) != words:
            dimension = DIMENSIONS.get(attribute, Dimension.SCALAR)
            configuration.note(Edit("heartbeat", beat.name, attribute, words, dimension, cluster))
    area.configure({**area.configured, beat.name: beat})
    _tell(context, beat.name, anew)


def _tell(context: Context, name: str, anew: Collection[str]) -> None:
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
