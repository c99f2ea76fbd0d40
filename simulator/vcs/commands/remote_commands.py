"""What commands do with a group or a cluster that is not only this cluster's own business.

A command with `-clus` is carried out by the cluster that it names, and its answer comes back. A global group is brought
online where Authority is, or where it can be had; a switch to another cluster is asked there first, so that nothing is
taken offline in vain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mirrordrill.simulator.vcs.commands.hagrp.group_refusals import refuse_by_hand
from mirrordrill.simulator.vcs.commands.language.grammar import (
    FAILED,
    OK,
    CommandResult,
    Context,
    Given,
    Misused,
    Pending,
    Refused,
)
from mirrordrill.simulator.vcs.commands.language.refusals import NO_CLUSTER, NOT_GLOBAL
from mirrordrill.simulator.vcs.engine.engine_state import GroupBoard
from mirrordrill.simulator.vcs.wide_area.authority import NOBODY
from mirrordrill.simulator.vcs.wide_area.connector import Connector
from mirrordrill.simulator.vcs.wide_area.global_groups import FORCED
from mirrordrill.simulator.vcs.wide_area.messages import (
    FAR_REFUSED,
    NO_ANSWER,
    NO_AUTHORITY,
    NO_CONNECTOR,
    NOT_CONNECTED,
    NOT_IN_CLUSTER_LIST,
    PROMISED,
    SEEN_DOWN,
    UP_ELSEWHERE,
)
from mirrordrill.simulator.vcs.wide_area.remote_state import RemoteCluster

ELSEWHERE = {"-clus": 1, "-localclus": 0}
"""Options that name a cluster."""


def remote_of(context: Context, given: Given) -> RemoteCluster | None:
    """The other cluster that `-clus` names, None for this one. Raises Misused, Refused."""
    if given.has("-clus") and given.has("-localclus"):
        raise Misused
    name = given.one("-clus")
    if name is None or name == context.board.spec.name:
        return None
    return remote_named(context, name)


def remote_named(context: Context, name: str) -> RemoteCluster:
    """The remote cluster of this name. Raises Refused."""
    if name not in context.board.wide_area.clusters:
        raise Refused(NO_CLUSTER, name)
    return context.board.wide_area.clusters[name]


def connector_to(context: Context, remote: RemoteCluster) -> Connector:
    """The connector, if the remote cluster can be asked. Raises Refused."""
    connector = connector_here(context)
    if not remote.state.is_connected:
        raise Refused(NOT_CONNECTED, remote.name, remote.state.value)
    return connector


def connector_here(context: Context) -> Connector:
    """The connector of this cluster, if it is up and speaks for this engine. Raises Refused."""
    connector = context.control.connector
    if connector is None or connector.engine is not context.engine:
        raise Refused(NO_CONNECTOR)
    return connector


def relay(context: Context, remote: RemoteCluster, argv: Sequence[str]) -> Pending:
    """Have a command carried out by a remote cluster. Raises Refused where it cannot be asked."""
    connector = connector_to(context, remote)

    def finish(result: CommandResult | None) -> CommandResult:
        if result is None:
            return CommandResult(FAILED, NO_ANSWER.line(remote.name, f"{connector.spec.rules.answer_s:g}") + "\n")
        return result

    return Pending(connector.speech.relay(remote.name, argv), finish)


def global_group(context: Context, name: str) -> GroupBoard:
    """The global group of this name. Raises Refused."""
    group = context.group(name)
    if not group.spec.is_global:
        raise Refused(NOT_GLOBAL, name)
    return group


def relay_for(context: Context, given: Given, group: str, argv: Sequence[str]) -> Pending | None:
    """The answer of the cluster that `-clus` names; None where that is this one. Raises Refused."""
    remote = remote_of(context, given)
    if remote is None:
        return None
    global_group(context, group)
    return relay(context, remote, argv)


def bring_online(
    context: Context, group: GroupBoard, target: str, force: bool, asks_first: bool
) -> CommandResult | Pending:
    """Bring a global group online here: with Authority, after having got it, or by force. Raises Refused."""
    connector = context.control.connector
    if group.abroad.promised_to:
        raise Refused(PROMISED, group.spec.name, group.abroad.promised_to)
    for remote in context.board.wide_area.clusters.values():
        if remote.state.is_connected and (up := remote.has_up(group.spec.name)):
            raise Refused(UP_ELSEWHERE, group.spec.name, remote.name, up[0])
    if connector is None:
        context.driver(group).start(target, asks_first)
        return CommandResult(OK, "")
    groups, engine = connector.groups, context.engine
    claimants = groups.authority.claimants(engine, group)
    if not claimants and not group.spec.authority and not force:
        raise Refused(NO_AUTHORITY, group.spec.name, NOBODY)
    if not claimants:
        if group.spec.authority:
            groups.take(engine, group, target, lambda _: None, asks_first=asks_first)
        else:
            groups.take_by_force(engine, group, target, FORCED, asks_first)
        return CommandResult(OK, "")
    if connector.engine is not engine:
        raise Refused(NO_CONNECTOR)
    return _answered(
        context,
        lambda done: groups.take(engine, group, target, done, force, asks_first),
        group.spec.name,
        claimants[0],
    )


def switch(context: Context, group: GroupBoard, remote: RemoteCluster, target: str | None) -> Pending:
    """Take a global group offline where it is, and bring it online in a remote cluster. Raises Refused."""
    name = group.spec.name
    if remote.name not in dict(group.spec.cluster_list):
        raise Refused(NOT_IN_CLUSTER_LIST, remote.name, name)
    connector = connector_to(context, remote)
    refuse_by_hand(group)
    if not group.systems_active():
        return _switch_from_afar(context, group, remote, target)
    groups, engine = connector.groups, context.engine

    def begin(done: Callable[[str], None]) -> None:
        def answered(refusal: str | None) -> None:
            if refusal == "":
                engine.post(lambda: groups.leave(engine, group, remote.name, target))
            done("no answer" if refusal is None else refusal)

        connector.speech.ask(remote.name, lambda far, reply: far.wac.groups.would_take(name, target, reply), answered)

    return _answered(context, begin, name, remote.name)


def _switch_from_afar(context: Context, group: GroupBoard, remote: RemoteCluster, target: str | None) -> Pending:
    """The group is up in another cluster: that one has to let it go."""
    name = group.spec.name
    far = context.board.wide_area.clusters.values()
    holder = next((each for each in far if each.state.is_connected and each.has_up(name)), None)
    if holder is None:
        raise Refused(SEEN_DOWN, name, context.board.spec.name)
    where = ["-any"] if target is None else ["-to", target]
    return relay(context, holder, ["hagrp", "-switch", name, *where, "-clus", remote.name])


def switch_here(context: Context, given: Given, group: GroupBoard) -> Pending | None:
    """`-clus` with the name of this cluster, for a group that is up in another one; None for a local switch."""
    if given.one("-clus") != context.board.spec.name or group.systems_active():
        return None
    far = context.board.wide_area.clusters.values()
    holder = next((each for each in far if each.state.is_connected and each.has_up(group.spec.name)), None)
    if holder is None:
        return None
    target = given.one("-to")
    where = ["-any"] if target is None else ["-to", target]
    return relay(context, holder, ["hagrp", "-switch", group.spec.name, *where, "-clus", context.board.spec.name])


def _answered(context: Context, ask: Callable[[Callable[[str], None]], None], group: str, remote: str) -> Pending:
    """A command that ends when another cluster has agreed or refused."""
    answer = context.kernel.env.event()

    def done(refusal: str) -> None:
        answer.succeed(refusal)

    ask(done)

    def finish(refusal: str) -> CommandResult:
        return (
            CommandResult(FAILED, FAR_REFUSED.line(remote, group, refusal) + "\n") if refusal else CommandResult(OK, "")
        )

    return Pending(answer, finish)
