"""`haclus`: the cluster, the remote clusters it knows, and what an operator declares of one that has faulted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    Context,
    Given,
    Misused,
    Pending,
    Refused,
    Verb,
    said,
)
from mirrordrill.simulator.vcs.commands.language.layout import CLUSTER_WIDTHS, row
from mirrordrill.simulator.vcs.commands.language.modifying import (
    LIST_VERBS,
    Values,
    modified_kept,
    names,
    new_value,
    number,
)
from mirrordrill.simulator.vcs.commands.language.refusals import BAD_VALUE, NOT_MODIFIABLE
from mirrordrill.simulator.vcs.commands.language.waiting import wait_until
from mirrordrill.simulator.vcs.commands.remote_commands import ELSEWHERE, connector_here, remote_named, remote_of
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.engine_state import Board
from mirrordrill.simulator.vcs.engine.stored_attributes import KEPT, kept_value
from mirrordrill.simulator.vcs.messages import NO_ATTRIBUTE
from mirrordrill.simulator.vcs.spec import Dimension
from mirrordrill.simulator.vcs.wide_area.messages import NO_FAILOVER, NOT_FAULTED
from mirrordrill.simulator.vcs.wide_area.policy import Declaration
from mirrordrill.simulator.vcs.wide_area.remote_state import RemoteCluster
from mirrordrill.simulator.vcs.wide_area.states import RemoteState


def _kept(name: str, board: Board) -> str:
    return "\t".join(kept_value("cluster", board.spec.kept, name))


CLUSTER: Mapping[str, Callable[[Board], str]] = MappingProxyType(
    {
        "AutoStartTimeout": lambda board: f"{board.spec.wide_area.auto_start_timeout_s:g}",
        "ClusState": lambda _: "RUNNING",
        "ClusterAddress": lambda board: board.spec.wide_area.address,
        "ClusterName": lambda board: board.spec.name,
        "Stewards": lambda board: "\t".join(board.spec.wide_area.stewards),
        "UseFence": lambda board: "NONE" if board.spec.fencing is None else "SCSI3",
        **{name: partial(_kept, name) for name in KEPT["cluster"]},
    }
)


REMOTE: Mapping[str, Callable[[Board, RemoteCluster], str]] = MappingProxyType(
    {
        "ClusState": lambda _, remote: remote.state.value,
        "ClusterAddress": lambda board, remote: next(
            spec.address for spec in board.spec.wide_area.remotes if spec.name == remote.name
        ),
        "ClusterName": lambda _, remote: remote.name,
        "DeclaredState": lambda _, remote: remote.declared,
    }
)
"""Attributes of a remote cluster."""


def _attributes(context: Context, remote: RemoteCluster | None) -> dict[str, str]:
    if remote is None:
        return {name: show(context.board) for name, show in CLUSTER.items()}
    return {name: show(context.board, remote) for name, show in REMOTE.items()}


def _named(context: Context, given: Given) -> RemoteCluster | None:
    """The remote cluster that an operand names; None for this cluster."""
    named = given.operands and given.operands[0] != context.board.spec.name
    return remote_named(context, given.operands[0]) if named else None


def _display(context: Context, given: Given) -> CommandResult:
    lines = (row(CLUSTER_WIDTHS, *pair) for pair in _attributes(context, _named(context, given)).items())
    return said(row(CLUSTER_WIDTHS, "#Attribute", "Value"), *lines)


def _state(context: Context, given: Given) -> CommandResult:
    state = _attributes(context, _named(context, given))["ClusState"]
    return said(row(CLUSTER_WIDTHS, "#Attribute", "Value"), row(CLUSTER_WIDTHS, "ClusState", state))


def _value(context: Context, given: Given) -> CommandResult:
    return said(_text(context, given))


def _text(context: Context, given: Given) -> str:
    """The attribute that the first operand names, of this cluster or of the one `-clus` names. Raises Refused."""
    remote = remote_of(context, given)
    values = _attributes(context, remote)
    if given.operands[0] not in values:
        raise Refused(NO_ATTRIBUTE, given.operands[0], remote.name if remote else context.board.spec.name)
    return values[given.operands[0]]


def _list(context: Context, _: Given) -> CommandResult:
    return said(context.board.spec.name, *context.board.wide_area.clusters)


def _wait(context: Context, given: Given) -> Pending:
    _text(context, given)
    return wait_until(context, given, given.operands[0], given.operands[1], lambda: _text(context, given))


def _address(values: Values) -> str:
    if len(values) != 1 or not values[0]:
        raise ValueError("it is one address")
    return values[0]


def _seconds(values: Values) -> float:
    return float(number(values))


MODIFIABLE: Mapping[str, tuple[str, Callable[[Values], object], Dimension]] = MappingProxyType(
    {
        "AutoStartTimeout": ("auto_start_timeout_s", _seconds, Dimension.SCALAR),
        "ClusterAddress": ("address", _address, Dimension.SCALAR),
        "Stewards": ("stewards", names, Dimension.KEYLIST),
    }
)
"""Attribute -> field of WideAreaSpec, what reads it, and its shape."""
FIXED = frozenset({"ClusState", "ClusterName", "UseFence"})
"""What VCS itself sets, and what is read when it starts only: a cluster does not become fenced by the way."""


def _modify(context: Context, given: Given) -> CommandResult:
    """An attribute of this cluster. AutoStartTimeout counts when an engine starts, the others at once."""
    board, attribute = context.board, given.operands[0]
    if attribute not in CLUSTER:
        raise Refused(NO_ATTRIBUTE, attribute, board.spec.name)
    context.refuse_read_only(board.spec.name)
    if attribute in FIXED:
        raise Refused(NOT_MODIFIABLE, attribute, board.spec.name)
    given = replace(given, operands=("", *given.operands))
    if attribute in KEPT["cluster"]:
        kept = modified_kept(context, "cluster", board.spec.name, board.spec.kept, given)
        board.spec = replace(board.spec, kept=kept)
        return said()
    field, read, dimension = MODIFIABLE[attribute]
    old = tuple(filter(None, CLUSTER[attribute](board).split("\t")))
    values = new_value(given, attribute, dimension, old)
    try:
        changed = {field: read(values)}
    except ValueError as wrong:
        raise Refused(BAD_VALUE, attribute, " ".join(values), wrong) from None
    wide_area = replace(board.spec.wide_area, **changed)  # type: ignore[arg-type]  # read for this field
    board.spec = replace(board.spec, wide_area=wide_area)
    board.configuration.note(Edit("cluster", board.spec.name, attribute, values, dimension))
    return said()


def _declare(context: Context, given: Given) -> CommandResult:
    """What a cluster is that has faulted; with `-failover` its groups come over."""
    word = given.operands[0]
    if word not in {each.value for each in Declaration} or not given.has("-clus"):
        raise Misused
    declaration, remote = Declaration(word), remote_named(context, given.one("-clus") or "")
    connector = connector_here(context)
    if remote.state is not RemoteState.FAULTED:
        raise Refused(NOT_FAULTED, remote.name, remote.state.value)
    if given.has("-failover") and not declaration.takes_over:
        raise Refused(NO_FAILOVER)
    connector.groups.declare(context.engine, remote.name, declaration, given.has("-failover"))
    return said()


DECLARATIONS = " | ".join(each.value for each in Declaration)
VERBS = (
    Verb("-display", "[cluster]", _display, 0, 1),
    Verb("-state", "[cluster]", _state, 0, 1),
    Verb("-value", "attribute [-clus cluster | -localclus]", _value, 1, 1, ELSEWHERE),
    Verb("-list", "", _list, 0, 0, sureness="M"),
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
