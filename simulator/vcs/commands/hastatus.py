"""`hastatus`: the cluster on one page (`-sum`), or as it changes. Empty sections are left out (vcs.md 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mirrordrill.simulator.vcs.commands.language.grammar import (
    FAILED,
    CommandResult,
    OperatorContext,
    ParsedArguments,
    PendingResult,
    Verb,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import flag, padded
from mirrordrill.simulator.vcs.commands.language.refusals import LOCAL_SYSTEM_NOT_AVAILABLE, NO_ENGINE
from mirrordrill.simulator.vcs.commands.streaming import stream
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, ResourceStatus
from mirrordrill.simulator.vcs.messages import vcs_line
from mirrordrill.simulator.vcs.states import ResourceState

SYSTEM_WIDTHS = (2, 20, 20, 20)
GROUP_WIDTHS = (2, 15, 20, 10, 15, 15)
RESOURCE_WIDTHS = (2, 15, 20, 20, 20, 20)


def yes(value: bool) -> str:  # noqa: FBT001 - it formats the value
    """Y or N."""
    return "Y" if value else "N"


def _summary(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    if context.reached is None:
        messages = (NO_ENGINE, LOCAL_SYSTEM_NOT_AVAILABLE)
        return CommandResult(FAILED, "", "".join(f"{vcs_line(message)}\n" for message in messages))
    state = context.state
    return success(
        *_systems(state), *_groups(state), *_failed(state), *_waiting(state), *_set_aside(state), *_wide_area(state)
    )


def _systems(state: EngineState) -> Iterator[str]:
    yield from ("", "-- SYSTEM STATE", padded(SYSTEM_WIDTHS, "--", "System", "State", "Frozen"), "")
    for name, system in state.systems.items():
        yield padded(SYSTEM_WIDTHS, "A", name, system.state.value, str(int(system.frozen)))


def _groups(state: EngineState) -> Iterator[str]:
    header = padded(GROUP_WIDTHS, "--", "Group", "System", "Probed", "AutoDisabled", "State")
    yield from ("", "-- GROUP STATE", header, "")
    for name, group in state.groups.items():
        for system, on in group.on.items():
            probed, disabled = yes(group.is_probed(system)), yes(on.auto_disabled)
            yield padded(GROUP_WIDTHS, "B", name, system, probed, disabled, "|".join(group.words(system)))


def _failed(state: EngineState) -> Iterator[str]:
    yield from _resources(state, "C", "RESOURCES FAILED", lambda on: on.state is ResourceState.FAULTED, istate=False)
    yield from _resources(state, "D", "RESOURCES NOT PROBED", lambda on: not on.probed, istate=False)


def _waiting(state: EngineState) -> Iterator[str]:
    yield from _resources(state, "E", "RESOURCES ONLINING", lambda on: on.istate.is_up, istate=True)
    yield from _resources(state, "F", "RESOURCES OFFLINING", lambda on: on.istate.is_down, istate=True)


def _set_aside(state: EngineState) -> Iterator[str]:
    """Groups that are frozen and resources that are not enabled (the letters are not known)."""
    frozen = [padded(GROUP_WIDTHS, "G", name) for name, group in state.groups.items() if group.frozen]
    if frozen:
        yield from ("", "-- GROUPS FROZEN", padded(GROUP_WIDTHS, "--", "Group"), "", *frozen)
    disabled = [
        padded(RESOURCE_WIDTHS, "H", name, place.type.name, place.spec.name)
        for name, group in state.groups.items()
        for place in group.resources.values()
        if not place.spec.enabled
    ]
    if disabled:
        columns = ("--", "Group", "Type", "Resource")
        yield from ("", "-- RESOURCES DISABLED", padded(RESOURCE_WIDTHS, *columns), "", *disabled)


def _resources(
    state: EngineState, letter: str, title: str, belongs: Callable[[ResourceStatus], bool], *, istate: bool
) -> Iterator[str]:
    rows = [
        padded(
            RESOURCE_WIDTHS,
            letter,
            name,
            place.type.name,
            place.spec.name,
            system,
            *([on.istate.short] if istate else []),
        )
        for name, group in state.groups.items()
        for system in group.on
        for place, on in group.each(system)
        if belongs(on)
    ]
    if rows:
        columns = ("--", "Group", "Type", "Resource", "System", *(["IState"] if istate else []))
        yield from ("", f"-- {title}", padded(RESOURCE_WIDTHS, *columns), "", *rows)


def _wide_area(state: EngineState) -> Iterator[str]:
    """Sections of a global cluster; none without remote clusters (letters as remembered)."""
    clusters = tuple(state.wide_area.clusters.values())
    yield from _section(
        "WAN HEARTBEAT STATE",
        ("Heartbeat", "To", "State"),
        [("L", name, to, state.value) for (name, to), state in state.wide_area.heartbeats.items()],
    )
    yield from _section(
        "REMOTE CLUSTER STATE", ("Cluster", "State"), [("M", far.name, far.state.value) for far in clusters]
    )
    yield from _section(
        "REMOTE SYSTEM STATE",
        ("cluster:system", "State", "Frozen"),
        [("N", f"{far.name}:{on.name}", on.state, flag(on.frozen)) for far in clusters for on in far.snapshot.systems],
    )
    yield from _section(
        "REMOTE GROUP STATE",
        ("Group", "cluster:system", "Probed", "AutoDisabled", "State"),
        [
            ("O", on.name, f"{far.name}:{on.system}", yes(on.probed), yes(on.auto_disabled), "|".join(on.words))
            for far in clusters
            for on in far.snapshot.groups
        ],
    )


def _section(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if rows:
        lines = (padded(GROUP_WIDTHS, *values) for values in rows)
        yield from ("", f"-- {title}", padded(GROUP_WIDTHS, "--", *columns), "", *lines)


def _group_summary(context: OperatorContext, args: ParsedArguments) -> CommandResult | PendingResult:
    return stream(context, context.group(args.operands[0]).spec.name)


def _stream(context: OperatorContext, _: ParsedArguments) -> CommandResult | PendingResult:
    return stream(context, None)


VERBS = (
    Verb("-sum", "", _summary, 0, 0),
    Verb("-summ", "", _summary, 0, 0, sureness="M"),
    Verb("-summary", "", _summary, 0, 0),
    Verb("-group", "group", _group_summary, 1, 1, sureness="M"),
    Verb("", "", _stream, 0, 0),
)
