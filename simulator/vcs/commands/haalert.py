"""`haalert`: alerts for the operators of a global cluster. A cluster without remote clusters has none."""

from __future__ import annotations

from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import table
from mirrordrill.simulator.vcs.commands.language.refusals import NO_ALERT, NO_CONNECTOR, CommandRefused
from mirrordrill.simulator.vcs.wide_area.alerts import TEST

ALERT_WIDTHS = (24, 9, 15)
ALERT_HEADER = ("AlertID", "Type", "Source", "Text")


def _list_alerts(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    return success(*context.state.wide_area.alerts)


def _display_alerts(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    alerts = context.state.wide_area.alerts.values()
    rows = [(alert.id, alert.kind, alert.source, alert.text) for alert in alerts]
    return success(*table(ALERT_WIDTHS, ALERT_HEADER, rows)) if rows else success()


def _delete_alert(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Delete an alert; the notes of the operator are kept in the event log."""
    notes = args.one("-notes")
    if notes is None:
        raise WrongUsage
    name = args.operands[0]
    alert = context.state.wide_area.alerts.get(name)
    if alert is None or context.control.connector is None:
        raise CommandRefused(NO_ALERT, name)
    context.control.connector.groups.alerts.remove(context.state, alert.kind, alert.source, f"an operator: {notes}")
    return success()


def _test_alert(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    """Raise a test alert, which stays until it is deleted."""
    connector, state = context.control.connector, context.state
    if connector is None:
        raise CommandRefused(NO_CONNECTOR)
    text = f"Simulated fault of a cluster, raised on {context.system} to test alerts"
    connector.groups.alerts.raise_alert(state, TEST, state.spec.name, text)
    return success()


VERBS = (
    Verb("-display", "", _display_alerts, 0, 0, sureness="M"),
    Verb("-list", "", _list_alerts, 0, 0, sureness="M"),
    Verb("-testfd", "", _test_alert, 0, 0, changes=True, sureness="M"),
    Verb("-delete", 'alert -notes "text"', _delete_alert, 1, 1, {"-notes": 1}, changes=True, sureness="M"),
)
