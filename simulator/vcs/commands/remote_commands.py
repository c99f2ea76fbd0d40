"""Commands that concern other clusters: relayed commands, Authority, and the switch of a global group.

A command with `-clus` is carried out by the cluster that it names, and its answer comes back. A global group is brought
online where Authority is, or where it can be obtained; a switch first asks the target cluster, so that no group is
taken offline in vain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from mirrordrill.simulator.vcs.commands.hagrp.group_refusals import refuse_by_hand
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    PendingResult,
    Verb,
    WrongUsage,
    failure,
    success,
)
from mirrordrill.simulator.vcs.commands.language.refusals import (
    FAR_REFUSED,
    NO_ANSWER,
    NO_AUTHORITY,
    NO_CLUSTER,
    NO_CONNECTOR,
    NOT_CONNECTED,
    NOT_GLOBAL,
    NOT_IN_CLUSTER_LIST,
    PROMISED,
    SEEN_DOWN,
    UP_ELSEWHERE,
    CommandRefused,
)
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState
from mirrordrill.simulator.vcs.wide_area.authority import NO_HOLDER, UNANSWERED
from mirrordrill.simulator.vcs.wide_area.global_groups import FORCED
from mirrordrill.simulator.vcs.wide_area.remote_state import RemoteClusterStatus
from mirrordrill.simulator.vcs.wide_area.states import RemoteState
from mirrordrill.simulator.vcs.wide_area.wac.connector import Connector

Words = tuple[str, ...]
PHASES, MARGIN_S = 2, 1.0
"""A hand-over has two requests, each with its time limit."""
ELSEWHERE = {"-clus": 1, "-localclus": 0}
"""Options that name a cluster."""


def remote_of(context: OperatorContext, args: ParsedArguments) -> RemoteClusterStatus | None:
    """The other cluster that `-clus` names, None for this one. Raises WrongUsage, CommandRefused."""
    if args.has("-clus") and args.has("-localclus"):
        raise WrongUsage
    name = args.one("-clus")
    if name is None or name == context.state.spec.name:
        return None
    return remote_named(context, name)


def remote_named(context: OperatorContext, name: str) -> RemoteClusterStatus:
    """The remote cluster of this name. Raises CommandRefused."""
    if name not in context.state.wide_area.clusters:
        raise CommandRefused(NO_CLUSTER, name)
    return context.state.wide_area.clusters[name]


def connector_to(context: OperatorContext, remote: RemoteClusterStatus) -> Connector:
    """The connector, if the remote cluster can be asked. Raises CommandRefused."""
    connector = connector_here(context)
    if not remote.state.is_connected:
        raise CommandRefused(NOT_CONNECTED, remote.name, remote.state.value)
    return connector


def connector_here(context: OperatorContext) -> Connector:
    """The connector of this cluster, if it runs and belongs to this engine. Raises CommandRefused."""
    connector = context.control.connector
    if connector is None or connector.engine is not context.engine:
        raise CommandRefused(NO_CONNECTOR)
    return connector


def relay(context: OperatorContext, remote: RemoteClusterStatus, argv: Sequence[str]) -> PendingResult:
    """Run a command in a remote cluster. Raises CommandRefused where it cannot be asked."""
    connector = connector_to(context, remote)

    def finish(result: CommandResult | None) -> CommandResult:
        if result is None:
            return failure(NO_ANSWER, remote.name, f"{connector.spec.rules.answer_s:g}")
        return result

    return PendingResult(connector.protocol.relay(remote.name, argv), finish)


def relay_words(context: OperatorContext, verb: Verb, args: ParsedArguments, argv: Words) -> PendingResult | None:
    """Run the whole command line in the cluster that `-clus` names; None where that is this one.

    A wait lasts as long as it says, or as the clusters are connected. Raises WrongUsage, CommandRefused.
    """
    remote = remote_of(context, args) if verb.relays else None
    if remote is None:
        return None
    if args.has("-persistent"):
        raise WrongUsage
    at = argv.index("-clus")
    words = (*argv[:at], *argv[at + 2 :])
    if verb.flag != "-wait":
        return relay(context, remote, words)
    limit = args.one("-time")
    if limit is not None and not limit.isdecimal():
        raise WrongUsage
    answer_s = context.state.spec.wide_area.rules.answer_s
    limit_s = math.inf if limit is None else int(limit) + answer_s
    answer = connector_to(context, remote).protocol.relay(remote.name, words, limit_s)

    def far() -> RemoteState | None:
        """None where this system has no engine any more, which ends every command."""
        engine = context.control.engine_on(context.system)
        return None if engine is None else engine.state.wide_area.clusters[remote.name].state

    def is_lost() -> bool:
        state = far()
        return state is None or not state.is_connected

    lost = context.wait_for(is_lost)

    def finish(_: object) -> CommandResult:
        if not answer.triggered:
            return failure(NOT_CONNECTED, remote.name, (far() or remote.state).value)
        return failure(NO_ANSWER, remote.name, f"{limit_s:g}") if answer.value is None else answer.value

    return PendingResult(answer | lost, finish)


def global_group(context: OperatorContext, name: str) -> GroupState:
    """The global group of this name. Raises CommandRefused."""
    group = context.group(name)
    if not group.spec.is_global:
        raise CommandRefused(NOT_GLOBAL, name)
    return group


def relay_for(context: OperatorContext, args: ParsedArguments, group: str, argv: Sequence[str]) -> PendingResult | None:
    """Relay to the cluster of `-clus`; None where that is this one. Raises CommandRefused."""
    remote = remote_of(context, args)
    if remote is None:
        return None
    global_group(context, group)
    return relay(context, remote, argv)


def bring_online(
    context: OperatorContext, group: GroupState, target: str, *, force: bool, asks_first: bool
) -> CommandResult | PendingResult:
    """Bring a global group online here: with Authority, after obtaining it, or by force. Raises CommandRefused."""
    connector = context.control.connector
    if group.global_state.prepared_for:
        raise CommandRefused(PROMISED, group.spec.name, group.global_state.prepared_for)
    for remote in context.state.wide_area.clusters.values():
        if remote.state.is_connected and (up := remote.has_up(group.spec.name)):
            raise CommandRefused(UP_ELSEWHERE, group.spec.name, remote.name, up[0])
    if connector is None:
        context.driver(group).start(target, asks_first=asks_first)
        return success()
    groups, engine = connector.groups, context.engine
    claimants = groups.authority.claimants(engine, group)
    if not claimants and not group.spec.authority and not force:
        raise CommandRefused(NO_AUTHORITY, group.spec.name, NO_HOLDER)
    if not claimants:
        if group.spec.authority:
            groups.take(engine, group, target, lambda _: None, asks_first=asks_first)
        else:
            groups.take_by_force(engine, group, target, FORCED, asks_first=asks_first)
        return success()
    if connector.engine is not engine:
        raise CommandRefused(NO_CONNECTOR)
    return _answered(
        context,
        lambda done: groups.take(engine, group, target, done, by_force=force, asks_first=asks_first),
        group.spec.name,
        claimants[0],
    )


def switch(
    context: OperatorContext, group: GroupState, remote: RemoteClusterStatus, target: str | None
) -> PendingResult:
    """Take a global group offline where it is, and bring it online in a remote cluster. Raises CommandRefused."""
    name = group.spec.name
    if remote.name not in dict(group.spec.cluster_list):
        raise CommandRefused(NOT_IN_CLUSTER_LIST, remote.name, name)
    connector = connector_to(context, remote)
    refuse_by_hand(group)
    if not group.systems_active():
        return _switch_from_remote(context, group, remote, target)
    groups, engine = connector.groups, context.engine

    def begin(done: Callable[[str], None]) -> None:
        def answered(refusal: str | None) -> None:
            if refusal == "":
                engine.post(lambda: groups.leave(engine, group, remote.name, target))
            done("no answer" if refusal is None else refusal)

        connector.protocol.ask(remote.name, lambda far, reply: far.wac.groups.can_accept(name, target, reply), answered)

    return _answered(context, begin, name, remote.name)


def _switch_from_remote(
    context: OperatorContext, group: GroupState, remote: RemoteClusterStatus, target: str | None
) -> PendingResult:
    """Relay the switch to the cluster where the group is up."""
    name = group.spec.name
    far = context.state.wide_area.clusters.values()
    holder = next((each for each in far if each.state.is_connected and each.has_up(name)), None)
    if holder is None:
        raise CommandRefused(SEEN_DOWN, name, context.state.spec.name)
    where = ["-any"] if target is None else ["-to", target]
    return relay(context, holder, ["hagrp", "-switch", name, *where, "-clus", remote.name])


def switch_here(context: OperatorContext, args: ParsedArguments, group: GroupState) -> PendingResult | None:
    """`-clus` with the name of this cluster, for a group that is up in another one; None for a local switch."""
    if args.one("-clus") != context.state.spec.name or group.systems_active():
        return None
    far = context.state.wide_area.clusters.values()
    holder = next((each for each in far if each.state.is_connected and each.has_up(group.spec.name)), None)
    if holder is None:
        return None
    target = args.one("-to")
    where = ["-any"] if target is None else ["-to", target]
    return relay(context, holder, ["hagrp", "-switch", group.spec.name, *where, "-clus", context.state.spec.name])


def _answered(
    context: OperatorContext, ask: Callable[[Callable[[str], None]], None], group: str, remote: str
) -> PendingResult:
    """A command that ends when another cluster has agreed or refused, or after the time limit of both phases.

    The answer is lost when the connector of this cluster ends meanwhile.
    """
    answer = context.kernel.env.event()

    def done(refusal: str) -> None:
        if not answer.triggered:
            answer.succeed(refusal)

    ask(done)
    limit = context.kernel.after(PHASES * context.state.spec.wide_area.rules.answer_s + MARGIN_S)
    assert limit.callbacks is not None
    limit.callbacks.append(lambda _: done(UNANSWERED))

    def finish(refusal: str) -> CommandResult:
        return failure(FAR_REFUSED, remote, group, refusal) if refusal else success()

    return PendingResult(answer, finish)
