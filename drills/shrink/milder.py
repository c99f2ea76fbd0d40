"""What may be made milder in a step: shorter times, fewer hosts and volumes, smaller shares.

Which values a step has follows from the places of its sentence, so that steps of a user's own are made milder like
any other. The table says for each kind of place what is milder than a value; a kind that is not in it has no order
that a table could know: is a link with fewer tracks a second milder, or worse?

Rule 1: only what happens is made milder. An expectation with less time would fail for that alone.
Rule 2: each value is smaller than the one it stands for, so that there is an end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mirrordrill.drills.shrink.schedule import EXPECTED, ScheduledStep
from mirrordrill.drills.steps.library import STEPS
from mirrordrill.drills.steps.wording import UNITS_S, count, duration_s, names

FRACTIONS = (10, 2)
"""A value is tried at a tenth and at half: so it comes near its least in few runs, and within a factor of two."""


def milder(line: ScheduledStep) -> tuple[ScheduledStep, ...]:
    """The step with one of its values milder, the mildest of each first."""
    if line.kind == EXPECTED:
        return ()
    found = [replace(line, words=words) for words in milder_words(line)]
    if line.table is not None:
        # Of the rows of a table, below their heading, one is left out.
        rows = range(1, len(line.table)) if len(line.table) > 2 else ()
        found += [replace(line, table=line.table[:row] + line.table[row + 1 :]) for row in rows]
    return tuple(dict.fromkeys(found))


def milder_words(line: ScheduledStep) -> Iterator[str]:
    """The sentence with one of its places filled more mildly."""
    # The last one that was registered: a user's own steps stand above the shipped ones.
    entry = next((entry for entry in reversed(STEPS) if entry.knows(line.kind, line.words)), None)
    values = entry.sentence.values(line.words) if entry else None
    if entry is None or values is None:
        return
    for place, kind in entry.sentence.places.items():
        for value in MILDER[kind](values[place]) if kind in MILDER else ():
            yield entry.sentence.filled({**values, place: value})


def shorter(text: str) -> Iterator[str]:
    """`1 hour` -> `6 minutes`, `30 minutes`; `90 seconds` -> `9 seconds`, `45 seconds`, `1 minute`."""
    whole_s = duration_s(text)
    parts_s = [whole_s / part for part in FRACTIONS]
    rounded = [whole_s // unit_s * unit_s for unit_s in UNITS_S.values()]
    shorter_s = sorted({math.floor(each) for each in (*parts_s, *rounded) if 1 <= each < whole_s})
    yield from (written(seconds) for seconds in dict.fromkeys(map(in_one_unit, shorter_s)) if seconds < whole_s)


def in_one_unit(seconds: int) -> int:
    """Rounded down to the unit that people would say it in."""
    unit_s = max(int(each) for each in UNITS_S.values() if each <= seconds)
    return seconds // unit_s * unit_s


def written(seconds: int) -> str:
    """`6 minutes`, `1 hour`, `36 seconds`."""
    unit, unit_s = max(((name, int(each)) for name, each in UNITS_S.items() if each <= seconds), key=lambda u: u[1])
    return f"{seconds // unit_s} {unit}{'' if seconds == unit_s else 's'}"


def fewer(text: str) -> Iterator[str]:
    """`hosta, hostb, hostc` -> each alone, then each left out."""
    listed = names(text)
    if len(listed) < 2:
        return
    yield from listed
    if len(listed) > 2:
        for left_out in range(len(listed)):
            yield ", ".join(listed[:left_out] + listed[left_out + 1 :])


def smaller(text: str) -> Iterator[str]:
    """`174,760` -> `17476`, `87380`; never 0, which is another thing."""
    yield from (str(each) for part in FRACTIONS if (each := count(text) // part) >= 1)


def less(text: str) -> Iterator[str]:
    """`40 %` -> `4 %`, `20 %`; a share of less than one of a hundred is left as it is."""
    yield from (f"{each:.0f} %" for part in FRACTIONS if (each := float(text.rstrip(" %")) // part) >= 1)


MILDER: dict[str, Callable[[str], Iterator[str] | Sequence[str]]] = {
    "duration": shorter,
    "hosts": fewer,
    "volumes": fewer,
    "count": smaller,
    "percent": less,
}
"""Kind of place -> what is milder than a value of it, the mildest first."""
