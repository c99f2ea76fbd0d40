"""`haclus`: the cluster, its remote clusters, and declarations about a faulted one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from mirrordrill.simulator.vcs.commands.language.grammar import (
    LOCAL_CLUSTER,
    CommandResult,
    OperatorContext,
    ParsedArguments,
    PendingResult,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import CLUSTER_WIDTHS, flag, row
from mirrordrill.simulator.vcs.commands.language.modifying import (
    LIST_VERBS,
    Values,
    modified_stored,
    names,
    new_value,
    number,
)
from mirrordrill.simulator.vcs.commands.language.refusals import (
    BAD_VALUE,
    NO_FAILOVER,
    NOT_FAULTED,
    NOT_MODIFIABLE,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.language.unmodelled import no_attribute
from mirrordrill.simulator.vcs.commands.language.waiting import wait_until
from mirrordrill.simulator.vcs.commands.remote_commands import ELSEWHERE, connector_here, remote_named, remote_of
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState
from mirrordrill.simulator.vcs.engine.state.stored_attributes import STORED_ATTRIBUTES, stored_value
from mirrordrill.simulator.vcs.spec import AttributeDimension
from mirrordrill.simulator.vcs.wide_area.policy import ClusterDeclaration
from mirrordrill.simulator.vcs.wide_area.remote_state import RemoteClusterStatus
from mirrordrill.simulator.vcs.wide_area.states import RemoteState


def _stored(name: str, state: EngineState) -> str:
    return "\t".join(stored_value("cluster", state.spec.stored, name))


CLUSTER: Mapping[str, Callable[[EngineState], str]] = MappingProxyType(
    {
        "AutoStartTimeout": lambda state: f"{state.spec.wide_area.auto_start_timeout_s:g}",
        "ClusState": lambda _: "RUNNING",
        "ClusterAddress": lambda state: state.spec.wide_area.address,
        "ClusterName": lambda state: state.spec.name,
        "Stewards": lambda state: "\t".join(state.spec.wide_area.stewards),
        "UseFence": lambda state: "NONE" if state.spec.fencing is None else "SCSI3",
        **{name: partial(_stored, name) for name in STORED_ATTRIBUTES["cluster"]},
    }
)


EPOCH_S = 1767600000
"""The moment at which simulated time begins (2026-01-05 08:00 UTC), as the logs have it."""
CONSTANT: Mapping[str, str] = MappingProxyType(
    {
        "AutoAddSystemtoCSG": "1",
        "AutoClearQ": "",
        "ClusterUUID": "",
        "CompareRSM": "0",
        "ConnectorState": "Down",
        "DeleteOnlineResource": "1",
        "DumpingMembership": "0",
        "EnableFFDC": "0",
        "EngineClass": "TS",
        "EnginePriority": "",
        "GlobalCounter": "0",
        "GroupLimit": "200",
        "HacliUserLevel": "NONE",
        "LockMemory": "ALL",
        "LogSize": "33554432",
        "Notifier": "State\tNone",
        "PanicOnNoMem": "0",
        "PrintMsg": "0",
        "ProcessClass": "TS",
        "ProcessPriority": "",
        "ResourceLimit": "5000",
        "SecInfo": "",
        "SecureClus": "0",
        "Simulator": "0",
        "SourceFile": "./main.cf",
        "TypeLimit": "100",
        "VCSMode": "7",
        "VCSi3Info": "",
    }
)
"""Attributes that VCS shows and the simulation has no use for (M). A dump is over when its command has ended."""


def _attributes_of_cluster(context: OperatorContext) -> dict[str, str]:
    """All attributes of this cluster in the order of the alphabet."""
    state = context.state
    values = {name: show(state) for name, show in CLUSTER.items()}
    values |= CONSTANT
    values["ClusterTime"] = str(EPOCH_S + int(context.kernel.now_s))
    values["ReadOnly"] = flag(not state.configuration.writable)
    values["VCSFeatures"] = "DR" if state.spec.wide_area.remotes else "NONE"
    values["EngineVersion"] = f"{state.spec.profile.version}.00.0"
    values["VCSVersion"] = state.spec.profile.version
    return dict(sorted(values.items()))


REMOTE: Mapping[str, Callable[[EngineState, RemoteClusterStatus], str]] = MappingProxyType(
    {
        "ClusState": lambda _, remote: remote.state.value,
        "ClusterAddress": lambda state, remote: next(
            spec.address for spec in state.spec.wide_area.remotes if spec.name == remote.name
        ),
        "ClusterName": lambda _, remote: remote.name,
        "DeclaredState": lambda _, remote: remote.declared,
    }
)
"""Attributes of a remote cluster."""


def _attributes(context: OperatorContext, remote: RemoteClusterStatus | None) -> dict[str, str]:
    if remote is None:
        return _attributes_of_cluster(context)
    return {name: show(context.state, remote) for name, show in REMOTE.items()}


def _named(context: OperatorContext, args: ParsedArguments) -> RemoteClusterStatus | None:
    """The remote cluster that an operand names; None for this cluster."""
    named = args.operands and args.operands[0] != context.state.spec.name
    return remote_named(context, args.operands[0]) if named else None


def _display(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    lines = (row(CLUSTER_WIDTHS, *pair) for pair in _attributes(context, _named(context, args)).items())
    return success(row(CLUSTER_WIDTHS, "#Attribute", "Value"), *lines)


def _state(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    state = _attributes(context, _named(context, args))["ClusState"]
    return success(row(CLUSTER_WIDTHS, "#Attribute", "Value"), row(CLUSTER_WIDTHS, "ClusState", state))


def _value(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return success(_text(context, args))


def _text(context: OperatorContext, args: ParsedArguments) -> str:
    """The attribute of the first operand, of this cluster or that of `-clus`. Raises CommandRefused."""
    remote = remote_of(context, args)
    values = _attributes(context, remote)
    if args.operands[0] not in values:
        raise no_attribute("cluster", args.operands[0], remote.name if remote else context.state.spec.name)
    return values[args.operands[0]]


def _list(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    return success(context.state.spec.name, *context.state.wide_area.clusters)


def _wait(context: OperatorContext, args: ParsedArguments) -> PendingResult:
    _text(context, args)
    return wait_until(context, args, args.operands[0], args.operands[1], lambda now: _text(now, args))


def _address(values: Values) -> str:
    if len(values) != 1 or not values[0]:
        raise ValueError("it is one address")
    return values[0]


def _seconds(values: Values) -> float:
    return float(number(values))


MODIFIABLE: Mapping[str, tuple[str, Callable[[Values], object], AttributeDimension]] = MappingProxyType(
    {
        "AutoStartTimeout": ("auto_start_timeout_s", _seconds, AttributeDimension.SCALAR),
        "ClusterAddress": ("address", _address, AttributeDimension.SCALAR),
        "Stewards": ("stewards", names, AttributeDimension.KEYLIST),
    }
)
"""Attribute -> field of WideAreaSpec, what reads it, and its shape."""
FIXED = frozenset({"ClusState", "ClusterName", "UseFence"})
"""Attributes that VCS itself sets, or reads only when it starts."""


def _modify(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Modify an attribute of this cluster. AutoStartTimeout counts from the next engine start, the others at once."""
    state, attribute = context.state, args.operands[0]
    if attribute not in _attributes_of_cluster(context):
        raise no_attribute("cluster", attribute, state.spec.name)
    context.refuse_read_only(state.spec.name)
    if attribute in FIXED or attribute not in CLUSTER:
        raise CommandRefused(NOT_MODIFIABLE, attribute, state.spec.name)
    args = args._replace(operands=("", *args.operands))
    if attribute in STORED_ATTRIBUTES["cluster"]:
        stored = modified_stored(context, "cluster", state.spec.name, state.spec.stored, args)
        state.spec = replace(state.spec, stored=stored)
        return success()
    field, read, dimension = MODIFIABLE[attribute]
    old = tuple(filter(None, CLUSTER[attribute](state).split("\t")))
    values = new_value(args, attribute, dimension, old)
    try:
        changed = {field: read(values)}
    except ValueError as wrong:
        raise CommandRefused(BAD_VALUE, attribute, " ".join(values), wrong) from None
    wide_area = replace(state.spec.wide_area, **changed)  # type: ignore[arg-type]  # read for this field
    state.spec = replace(state.spec, wide_area=wide_area)
    state.configuration.note(Edit("cluster", state.spec.name, attribute, values, dimension))
    return success()


def _declare(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Declare what a faulted cluster is; with `-failover` its groups come online here."""
    word = args.operands[0]
    if word not in {each.value for each in ClusterDeclaration} or not args.has("-clus"):
        raise WrongUsage
    declaration, remote = ClusterDeclaration(word), remote_named(context, args.one("-clus") or "")
    connector = connector_here(context)
    if remote.state is not RemoteState.FAULTED:
        raise CommandRefused(NOT_FAULTED, remote.name, remote.state.value)
    if args.has("-failover") and not declaration.takes_over:
        raise CommandRefused(NO_FAILOVER)
    connector.groups.declare(context.engine, remote.name, declaration, fail_over=args.has("-failover"))
    return success()


DECLARATIONS = " | ".join(each.value for each in ClusterDeclaration)
VERBS = (
    Verb("-display", "[cluster] [-localclus]", _display, 0, 1, LOCAL_CLUSTER),
    Verb("-state", "[cluster] [-localclus]", _state, 0, 1, LOCAL_CLUSTER),
    Verb("-value", "attribute [-clus cluster | -localclus]", _value, 1, 1, ELSEWHERE),
    Verb("-list", "[-localclus]", _list, 0, 0, LOCAL_CLUSTER, sureness="M"),
    Verb(
        "-wait",
        "attribute value [-clus cluster | -localclus] [-time seconds]",
        _wait,
        2,
        2,
        {**ELSEWHERE, "-time": 1},
        sureness="M",
    ),
    Verb(
        "-modify",
        "attribute value ... | -add key ... | -delete key ... | -delete -keys",
        _modify,
        1,
        options=LIST_VERBS,
        changes=True,
    ),
    Verb(
        "-declare",
        f"{DECLARATIONS} -clus cluster [-failover]",
        _declare,
        1,
        1,
        {"-clus": 1, "-failover": 0},
        changes=True,
        sureness="M",
    ),
)
