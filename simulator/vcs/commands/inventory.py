"""`hasys`, `hatype`, `haclus`: what the cluster consists of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from simulator.vcs.board import Board, SystemOn
from simulator.vcs.commands.grammar import CommandResult, Context, Given, Refused, Verb, said
from simulator.vcs.commands.layout import CLUSTER_WIDTHS, SYSTEM_WIDTHS, flag, pairs, row, table
from simulator.vcs.messages import NO_ATTRIBUTE, NO_TYPE
from simulator.vcs.spec import TypeSpec

SYSTEM: Mapping[str, Callable[[SystemOn], str]] = MappingProxyType(
    {
        "Capacity": lambda system: str(system.spec.capacity),
        "Frozen": lambda system: flag(system.frozen),
        "Limits": lambda system: pairs(system.spec.limits.items()),
        "SysState": lambda system: system.state.value,
    }
)

CLUSTER: Mapping[str, Callable[[Board], str]] = MappingProxyType(
    {
        "ClusState": lambda _: "RUNNING",
        "ClusterName": lambda board: board.spec.name,
    }
)

TYPE: Mapping[str, Callable[[TypeSpec], str]] = MappingProxyType(
    {
        "CleanTimeout": lambda spec: f"{spec.clean_timeout_s:g}",
        "CloseTimeout": lambda spec: f"{spec.close_timeout_s:g}",
        "ConfInterval": lambda spec: f"{spec.conf_interval_s:g}",
        "FaultOnMonitorTimeouts": lambda spec: str(spec.fault_on_monitor_timeouts),
        "MonitorInterval": lambda spec: f"{spec.monitor_interval_s:g}",
        "MonitorTimeout": lambda spec: f"{spec.monitor_timeout_s:g}",
        "NumThreads": lambda spec: str(spec.num_threads),
        "OfflineMonitorInterval": lambda spec: f"{spec.offline_monitor_interval_s:g}",
        "OfflineTimeout": lambda spec: f"{spec.offline_timeout_s:g}",
        "OfflineWaitLimit": lambda spec: str(spec.offline_wait_limit),
        "OnlineRetryLimit": lambda spec: str(spec.online_retry_limit),
        "OnlineTimeout": lambda spec: f"{spec.online_timeout_s:g}",
        "OnlineWaitLimit": lambda spec: str(spec.online_wait_limit),
        "OpenTimeout": lambda spec: f"{spec.open_timeout_s:g}",
        "Operations": lambda spec: spec.operations.value,
        "RestartLimit": lambda spec: str(spec.restart_limit),
        "SupportedActions": lambda spec: "\t".join(spec.supported_actions),
        "ToleranceLimit": lambda spec: str(spec.tolerance_limit),
    }
)


def _system_state(context: Context, given: Given) -> CommandResult:
    names = [context.check_system(name) for name in given.operands]
    if len(names) == 1:
        return said(context.board.systems[names[0]].state.value)
    rows = [(name, "SysState", context.board.systems[name].state.value) for name in names or context.board.systems]
    return said(*table(SYSTEM_WIDTHS, ("System", "Attribute", "Value"), rows))


def _system_list(context: Context, _: Given) -> CommandResult:
    return said(*context.board.systems)


def _system_value(context: Context, given: Given) -> CommandResult:
    name, attribute = given.operands
    system = context.board.systems[context.check_system(name)]
    if attribute not in SYSTEM:
        raise Refused(NO_ATTRIBUTE, attribute, name)
    return said(SYSTEM[attribute](system))


def _system_display(context: Context, given: Given) -> CommandResult:
    names = [context.check_system(name) for name in given.operands] or list(context.board.systems)
    rows = [
        (name, attribute, show(context.board.systems[name])) for name in names for attribute, show in SYSTEM.items()
    ]
    return said(*table(SYSTEM_WIDTHS, ("System", "Attribute", "Value"), rows))


def _type(context: Context, name: str) -> TypeSpec:
    for spec in context.board.spec.types:
        if spec.name == name:
            return spec
    raise Refused(NO_TYPE, name)


def _type_list(context: Context, _: Given) -> CommandResult:
    return said(*(spec.name for spec in context.board.spec.types))


def _type_value(context: Context, given: Given) -> CommandResult:
    name, attribute = given.operands
    spec = _type(context, name)
    if attribute == "ActionTimeout":
        limit_s = spec.action_timeout_s
        profile = context.board.spec.profile
        return said(f"{profile.action_limit_s(spec.monitor_interval_s) if limit_s is None else limit_s:g}")
    if attribute not in TYPE:
        raise Refused(NO_ATTRIBUTE, attribute, name)
    return said(TYPE[attribute](spec))


def _type_resources(context: Context, given: Given) -> CommandResult:
    spec = _type(context, given.operands[0])
    groups = context.board.groups.values()
    return said(*(name for group in groups for name, place in group.resources.items() if place.type.name == spec.name))


def _cluster_display(context: Context, _: Given) -> CommandResult:
    lines = (row(CLUSTER_WIDTHS, name, show(context.board)) for name, show in CLUSTER.items())
    return said(row(CLUSTER_WIDTHS, "#Attribute", "Value"), *lines)


def _cluster_state(context: Context, _: Given) -> CommandResult:
    state = CLUSTER["ClusState"](context.board)
    return said(row(CLUSTER_WIDTHS, "#Attribute", "Value"), row(CLUSTER_WIDTHS, "ClusState", state))


def _cluster_value(context: Context, given: Given) -> CommandResult:
    attribute = given.operands[0]
    if attribute not in CLUSTER:
        raise Refused(NO_ATTRIBUTE, attribute, context.board.spec.name)
    return said(CLUSTER[attribute](context.board))


SYSTEM_VERBS = (
    Verb("-state", "[system ...]", _system_state),
    Verb("-list", "", _system_list, 0, 0),
    Verb("-value", "system attribute", _system_value, 2, 2),
    Verb("-display", "[system ...]", _system_display),
)
TYPE_VERBS = (
    Verb("-value", "type attribute", _type_value, 2, 2),
    Verb("-list", "", _type_list, 0, 0),
    Verb("-resources", "type", _type_resources, 1, 1),
)
CLUSTER_VERBS = (
    Verb("-display", "", _cluster_display, 0, 0),
    Verb("-state", "", _cluster_state, 0, 0),
    Verb("-value", "attribute", _cluster_value, 1, 1),
)
