"""`hastatus -sum`: the cluster on one page. Sections that have nothing to say are left out (vcs.md 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulator.vcs.board import Board, ResourceOn
from simulator.vcs.commands.grammar import CommandResult, Context, Given, Verb, said
from simulator.vcs.commands.layout import row
from simulator.vcs.states import ResourceState

SYSTEM_WIDTHS = (2, 20, 20)
GROUP_WIDTHS = (2, 15, 20, 10, 15)
RESOURCE_WIDTHS = (2, 15, 20, 20, 20)


def _summary(context: Context, _: Given) -> CommandResult:
    board = context.board
    return said(*_systems(board), *_groups(board), *_failed(board), *_waiting(board))


def _systems(board: Board) -> Iterator[str]:
    yield from ("", "-- SYSTEM STATE", row(SYSTEM_WIDTHS, "--", "System", "State", "Frozen"), "")
    for name, system in board.systems.items():
        yield row(SYSTEM_WIDTHS, "A", name, system.state.value, str(int(system.frozen)))


def _groups(board: Board) -> Iterator[str]:
    header = row(GROUP_WIDTHS, "--", "Group", "System", "Probed", "AutoDisabled", "State")
    yield from ("", "-- GROUP STATE", header, "")
    for name, group in board.groups.items():
        for system, on in group.on.items():
            probed = "Y" if group.is_probed(system) else "N"
            disabled = "Y" if on.auto_disabled else "N"
            yield row(GROUP_WIDTHS, "B", name, system, probed, disabled, "|".join(group.words(system)))


def _failed(board: Board) -> Iterator[str]:
    yield from _resources(board, "C", "RESOURCES FAILED", lambda on: on.state is ResourceState.FAULTED, False)
    yield from _resources(board, "D", "RESOURCES NOT PROBED", lambda on: not on.probed, False)


def _waiting(board: Board) -> Iterator[str]:
    yield from _resources(board, "E", "RESOURCES ONLINING", lambda on: on.istate.is_up, True)
    yield from _resources(board, "F", "RESOURCES OFFLINING", lambda on: on.istate.is_down, True)


def _resources(
    board: Board, letter: str, title: str, belongs: Callable[[ResourceOn], bool], istate: bool
) -> Iterator[str]:
    rows = [
        row(
            RESOURCE_WIDTHS,
            letter,
            name,
            place.type.name,
            place.spec.name,
            system,
            *([on.istate.short] if istate else []),
        )
        for name, group in board.groups.items()
        for system in group.on
        for place, on in group.each(system)
        if belongs(on)
    ]
    if rows:
        columns = ("--", "Group", "Type", "Resource", "System", *(["IState"] if istate else []))
        yield from ("", f"-- {title}", row(RESOURCE_WIDTHS, *columns), "", *rows)


VERBS = (
    Verb("-sum", "", _summary, 0, 0),
    Verb("-summary", "", _summary, 0, 0),
)
