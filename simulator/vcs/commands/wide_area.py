"""`hahb` and `haalert`: the heartbeats that watch remote clusters, and what waits for an operator.

A cluster without remote clusters has no heartbeats and no alerts: lists are empty, and naming one is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from simulator.vcs.commands.abroad import remote_named
from simulator.vcs.commands.grammar import CommandResult, Context, Given, Misused, Refused, Verb, said
from simulator.vcs.commands.layout import pairs, table
from simulator.vcs.commands.refusals import BAD_VALUE, NO_ALERT, NO_HEARTBEAT, NOT_MODIFIABLE, NOT_PLAYED
from simulator.vcs.configuration import Edit
from simulator.vcs.messages import NO_ATTRIBUTE
from simulator.vcs.spec import Dimension
from simulator.vcs.wide_area.spec import HeartbeatSpec

HEARTBEAT_WIDTHS = (12, 20, 15)
HEADER = ("Heartbeat", "Attribute", "Cluster", "Value")
ALERT_WIDTHS = (24, 9, 15)
ALERT_HEADER = ("AlertID", "Type", "Source", "Text")
ATTRIBUTES: Mapping[str, Callable[[HeartbeatSpec], str]] = MappingProxyType(
    {
        "AYAInterval": lambda beat: str(beat.interval_s),
        "AYARetryLimit": lambda beat: str(beat.retry_limit),
        "AYATimeout": lambda beat: str(beat.timeout_s),
        "Arguments": lambda beat: "\t".join(beat.arguments),
    }
)
"""What a heartbeat is told for each cluster."""
NUMBERS: Mapping[str, Callable[[HeartbeatSpec, int], HeartbeatSpec]] = MappingProxyType(
    {
        "AYAInterval": lambda beat, number: replace(beat, interval_s=number),
        "AYARetryLimit": lambda beat, number: replace(beat, retry_limit=number),
        "AYATimeout": lambda beat, number: replace(beat, timeout_s=number),
    }
)


def _heartbeats(context: Context) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _ in context.board.wide_area.heartbeats))


def _check_heartbeat(context: Context, name: str) -> str:
    if name not in _heartbeats(context):
        raise Refused(NO_HEARTBEAT, name)
    return name


def _asked(context: Context, given: Given, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each of these heartbeats, all where there are none, with each cluster it watches. Raises Refused."""
    for name in names:
        _check_heartbeat(context, name)
    only = given.one("-clus")
    if only is not None:
        remote_named(context, only)
    for name, cluster in context.board.wide_area.heartbeats:
        if (not names or name in names) and only in {None, cluster}:
            yield name, cluster


def _list(context: Context, _: Given) -> CommandResult:
    return said(*_heartbeats(context))


def _state(context: Context, given: Given) -> CommandResult:
    states = context.board.wide_area.heartbeats
    rows = [(*key, states[key].value) for key in _asked(context, given, given.operands)]
    return said(*table(HEARTBEAT_WIDTHS, HEADER, [(name, "State", to, state) for name, to, state in rows]))


def _value(context: Context, given: Given) -> CommandResult:
    name, attribute = given.operands[:2]
    for key in _asked(context, given, (name,)):
        if len(given.operands) == 2 or key[1] == given.operands[2]:
            return said(_text(context, key, attribute))
    raise Misused


def _text(context: Context, key: tuple[str, str], attribute: str) -> str:
    area = context.board.wide_area
    if attribute == "State":
        return area.heartbeats[key].value
    if attribute == "ClusterList":
        return pairs((cluster, "") for name, cluster in area.heartbeats if name == key[0]).rstrip()
    if attribute not in ATTRIBUTES:
        raise Refused(NO_ATTRIBUTE, attribute, key[0])
    return ATTRIBUTES[attribute](area.settings[key])


def _display(context: Context, given: Given) -> CommandResult:
    rows = [
        (key[0], attribute, key[1], _text(context, key, attribute))
        for key in _asked(context, given, given.operands)
        for attribute in (*ATTRIBUTES, "State")
    ]
    return said(*table(HEARTBEAT_WIDTHS, HEADER, rows))


def _modify(context: Context, given: Given) -> CommandResult:
    """For one cluster, or for all that the heartbeat watches; the heartbeat begins anew."""
    name, attribute, *values = given.operands
    keys = list(_asked(context, given, (name,)))
    context.refuse_read_only(name)
    if attribute not in ATTRIBUTES:
        raise Refused(NOT_MODIFIABLE, attribute, name)
    settings = context.board.wide_area.settings
    for key in keys:
        settings[key] = _modified(settings[key], attribute, tuple(values))
        dimension = Dimension.SCALAR if attribute in NUMBERS else Dimension.KEYLIST
        context.board.configuration.note(Edit("heartbeat", name, attribute, tuple(values), dimension, key[1]))
        if context.control.connector is not None:
            context.control.connector.heartbeat_changed(*key)
    return said()


def _modified(beat: HeartbeatSpec, attribute: str, values: tuple[str, ...]) -> HeartbeatSpec:
    if attribute not in NUMBERS:
        return replace(beat, arguments=values)
    if len(values) != 1 or not values[0].isdecimal() or int(values[0]) < 1:
        raise Refused(BAD_VALUE, attribute, " ".join(values), "it is a number above 0")
    return NUMBERS[attribute](beat, int(values[0]))


def _list_alerts(context: Context, _: Given) -> CommandResult:
    return said(*context.board.wide_area.alerts)


def _display_alerts(context: Context, _: Given) -> CommandResult:
    alerts = context.board.wide_area.alerts.values()
    rows = [(alert.id, alert.kind, alert.source, alert.text) for alert in alerts]
    return said(*table(ALERT_WIDTHS, ALERT_HEADER, rows)) if rows else said()


def _delete_alert(context: Context, given: Given) -> CommandResult:
    """An operator who deletes an alert says why; the log keeps what he said."""
    notes = given.one("-notes")
    if notes is None:
        raise Misused
    name = given.operands[0]
    alert = context.board.wide_area.alerts.get(name)
    if alert is None or context.control.connector is None:
        raise Refused(NO_ALERT, name)
    context.control.connector.groups.alerts.remove(context.board, alert.kind, alert.source, f"an operator: {notes}")
    return said()


def _test_alert(*_: object) -> CommandResult:
    raise Refused(NOT_PLAYED, "haalert -testfd")


CLUS = {"-clus": 1}
HEARTBEAT_VERBS = (
    Verb("-list", "", _list, 0, 0),
    Verb("-state", "[heartbeat ...] [-clus cluster]", _state, options=CLUS),
    Verb("-display", "[heartbeat ...] [-clus cluster]", _display, options=CLUS),
    Verb("-value", "heartbeat attribute [cluster]", _value, 2, 3),
    Verb("-modify", "heartbeat attribute value ... [-clus cluster]", _modify, 3, options=CLUS, changes=True),
)
ALERT_VERBS = (
    Verb("-display", "", _display_alerts, 0, 0, sureness="M"),
    Verb("-list", "", _list_alerts, 0, 0, sureness="M"),
    Verb("-testfd", "", _test_alert, 0, 0, sureness="M"),
    Verb("-delete", 'alert -notes "text"', _delete_alert, 1, 1, {"-notes": 1}, changes=True, sureness="M"),
)
