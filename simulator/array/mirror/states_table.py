"""The transition tables of `states`, printed for people.

Rule 1: what is printed is read from the tables; no sentence here repeats one of their cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mirrordrill.simulator.array.mirror.states import (
    LEGAL_CELLS,
    NEEDS_PEER,
    OWN,
    PEER,
    Cell,
    Opinion,
    PairCause,
    Reason,
    View,
)

HEAD = """# States of a pair

A pair is two opinions. Each array keeps a state and a reason for every volume it owns, and hears of the other side only
what a path tells it. What may happen stands in two tables: what the array makes of a cause that arises at it or that it
is asked for, and what the other array makes of it once a path has told it. An empty cell is a refusal in the first
table; in the second it refuses the whole operation where that needs the other array, and is not heeded otherwise. `=`
keeps the reason that stands. Printed from `simulator/array/mirror/states.py`.
"""


def as_markdown(exercised: Iterable[Cell] = ()) -> str:
    """Both tables, what needs the other array, and how many of the legal cells were exercised."""
    tried = set(exercised)
    return "\n".join(
        [
            HEAD,
            "## At the array where it arises",
            "",
            *_table(OWN),
            "",
            "## At the other array, if a path carries the message",
            "",
            *_table(PEER),
            "",
            "## What needs the other array's consent, and so a path to it",
            "",
            *(f"- {cause.value}" for cause in PairCause if cause in NEEDS_PEER),
            "",
            "## Reasons that a site may start with and no transition gives",
            "",
            *(f"- {reason.value}" for reason in Reason if reason not in _given()),
            "",
            "## Coverage",
            "",
            *_coverage(tried),
        ]
    )


def _given() -> set[Reason | None]:
    return {opinion.reason for opinion in (*OWN.values(), *PEER.values())}


def _table(cells: Mapping[tuple[View, PairCause], Opinion]) -> list[str]:
    """A row per cause that the table knows, a column per state."""
    causes = [cause for cause in PairCause if any(known is cause for _, known in cells)]
    rows = [[cause.value, *(_text(cells.get((view, cause))) for view in View)] for cause in causes]
    return _markdown(["", *(view.value for view in View)], rows)


def _text(opinion: Opinion | None) -> str:
    if opinion is None:
        return ""
    if opinion.reason is Reason.NONE:
        return opinion.view.value
    return f"{opinion.view.value} ({'=' if opinion.reason is None else opinion.reason.value})"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _coverage(tried: set[Cell]) -> list[str]:
    missing = [cell for cell in LEGAL_CELLS if cell not in tried]
    figure = f"{len(LEGAL_CELLS) - len(missing)} of {len(LEGAL_CELLS)} legal cells exercised by the situations of "
    lines = [f"{figure}`tests/array/situations.py`."]
    return lines + [
        f"- not exercised: {cell.view.value}, {cell.cause.value}{', told by the other array' if cell.is_told else ''}"
        for cell in missing
    ]
