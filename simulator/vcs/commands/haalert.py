"""`haalert`: what waits for an operator of a global cluster. A cluster without remote clusters has none."""

from __future__ import annotations

from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    Context,
    Given,
    Misused,
    Refused,
    Verb,
    said,
)
from mirrordrill.simulator.vcs.commands.language.layout import table
from mirrordrill.simulator.vcs.commands.language.refusals import NO_ALERT
from mirrordrill.simulator.vcs.wide_area.alerts import TEST
from mirrordrill.simulator.vcs.wide_area.messages import NO_CONNECTOR

ALERT_WIDTHS = (24, 9, 15)
ALERT_HEADER = ("AlertID", "Type", "Source", "Text")


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


def _test_alert(context: Context, _: Given) -> CommandResult:
    """As if a cluster had faulted, to see whether alerts arrive; it says that it is a test, and stays until deleted."""
    connector, board = context.control.connector, context.board
    if connector is None:
        raise Refused(NO_CONNECTOR)
    text = f"Simulated fault of a cluster, raised on {context.system} to test alerts"
    connector.groups.alerts.raise_about(board, TEST, board.spec.name, text)
    return said()


VERBS = (
    Verb("-display", "", _display_alerts, 0, 0, sureness="M"),
    Verb("-list", "", _list_alerts, 0, 0, sureness="M"),
    Verb("-testfd", "", _test_alert, 0, 0, changes=True, sureness="M"),
    Verb("-delete", 'alert -notes "text"', _delete_alert, 1, 1, {"-notes": 1}, changes=True, sureness="M"),
)
