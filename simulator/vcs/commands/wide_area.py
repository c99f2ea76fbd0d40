"""`hahb`, `haalert`, and what `haclus` says of other clusters: for global clusters.

A cluster without remote clusters has no heartbeats and no alerts: lists are empty, and naming one is an error.
"""

from __future__ import annotations

from simulator.vcs.commands.grammar import CommandResult, Context, Given, Misused, Refused, Verb, said
from simulator.vcs.commands.layout import table
from simulator.vcs.commands.refusals import NO_ALERT, NO_CLUSTER, NO_HEARTBEAT

HEARTBEAT_WIDTHS = (12, 20, 15)
HEADER = ("Heartbeat", "Attribute", "Cluster", "Value")
ALERT_WIDTHS = (24, 9, 15)
DECLARATIONS = ("disconnect", "outage", "disaster", "replica")


def _heartbeats(context: Context) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _ in context.board.wide_area.heartbeats))


def _known_heartbeats(context: Context, given: Given) -> tuple[str, ...]:
    """Those named, all where none is. Raises Refused."""
    known = _heartbeats(context)
    for name in given.operands:
        if name not in known:
            raise Refused(NO_HEARTBEAT, name)
    return given.operands or known


def check_cluster(context: Context, name: str | None) -> str | None:
    """The name of a remote cluster. Raises Refused."""
    if name is not None and name not in context.board.wide_area.clusters:
        raise Refused(NO_CLUSTER, name)
    return name


def _list_heartbeats(context: Context, _: Given) -> CommandResult:
    return said(*_heartbeats(context))


def _heartbeat_states(context: Context, given: Given) -> CommandResult:
    cluster = check_cluster(context, given.one("-clus"))
    names = _known_heartbeats(context, given)
    rows = [
        (name, "State", to, state)
        for (name, to), state in context.board.wide_area.heartbeats.items()
        if name in names and cluster in {None, to}
    ]
    return said(*table(HEARTBEAT_WIDTHS, HEADER, rows))


def _list_alerts(context: Context, _: Given) -> CommandResult:
    return said(*context.board.wide_area.alerts)


def _display_alerts(context: Context, _: Given) -> CommandResult:
    alerts = context.board.wide_area.alerts.values()
    rows = [(alert.id, alert.kind, alert.source, alert.text) for alert in alerts]
    return said(*table(ALERT_WIDTHS, ("AlertID", "Type", "Source", "Text"), rows)) if rows else said()


def _delete_alert(context: Context, given: Given) -> CommandResult:
    """An operator who deletes an alert says why; the engine's log keeps what he said."""
    if not given.has("-notes"):
        raise Misused
    alert = given.operands[0]
    if alert not in context.board.wide_area.alerts:
        raise Refused(NO_ALERT, alert)
    del context.board.wide_area.alerts[alert]
    return said()


HEARTBEAT_VERBS = (
    Verb("-list", "", _list_heartbeats, 0, 0),
    Verb("-state", "[heartbeat ...] [-clus cluster]", _heartbeat_states, options={"-clus": 1}),
    Verb("-display", "[heartbeat ...]", _heartbeat_states),
)
ALERT_VERBS = (
    Verb("-display", "", _display_alerts, 0, 0, sureness="M"),
    Verb("-list", "", _list_alerts, 0, 0, sureness="M"),
    Verb("-delete", 'alert -notes "text"', _delete_alert, 1, 1, {"-notes": 1}, changes=True, sureness="M"),
)
