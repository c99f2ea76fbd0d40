"""Which sentence takes back what a sentence did: `array A is lost` and `array A is back`."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from mirrordrill.drills.faults import FaultKind, catalogue
from mirrordrill.drills.rehearse.replay import KINDS_OF_STEP
from mirrordrill.drills.steps.library import STEPS, StepEntry

REMEMBERED = 4096
"""So many sentences are remembered with their undo: a step back looks at each line again."""


def entry_that_reads(words: str) -> StepEntry | None:
    """The step that these words are."""
    return next((e for kind in KINDS_OF_STEP for e in STEPS if e.knows(kind, words)), None)


@functools.lru_cache(maxsize=REMEMBERED)
def undo_of(words: str) -> str:
    """The sentence that undoes this one; empty where none does, or none can be told."""
    entry = entry_that_reads(words)
    undo = undo_of_step().get(entry) if entry is not None else None
    return "" if entry is None or undo is None else filled_like(undo, words, entry)


@functools.cache
def undo_of_step() -> dict[StepEntry, str]:
    """The steps that inject a fault, each with an example of the sentence that clears it."""
    found: dict[StepEntry, str] = {}
    for kind in catalogue():
        if kind.undo and (entry := entry_that_reads(kind.step)) is not None:
            found.setdefault(entry, kind.undo)
    return found


def filled_like(example: str, words: str, entry: StepEntry) -> str:
    """An example sentence with the names that stand in the words."""
    wanted, values = entry_that_reads(example), entry.sentence.values(words)
    if wanted is None or values is None:
        return ""
    found: dict[str, str] = {}
    for place, kind in wanted.sentence.places.items():
        same = [
            name for name, its in entry.sentence.places.items() if its == kind and values[name] not in found.values()
        ]
        plural = [name for name, its in entry.sentence.places.items() if {its, kind} in ({"host", "hosts"},)]
        named = place if place in values else (same or plural or [""])[0]
        if not named:
            return ""
        found[place] = values[named]
    return wanted.sentence.filled(found)


def kinds_by_layer() -> Mapping[str, list[FaultKind]]:
    """The catalogue of faults by where they strike."""
    found: dict[str, list[FaultKind]] = {}
    for kind in catalogue():
        found.setdefault(kind.layer.value, []).append(kind)
    return found


def sentences_for(kind: FaultKind, names: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """What injects a kind of fault on each of its targets where one name tells the target; else its example."""
    entry = entry_that_reads(kind.step)
    if entry is None:
        return
    values = entry.sentence.values(kind.step) or {}
    named = [(place, its) for place, its in entry.sentence.places.items() if its.removesuffix("s") in names]
    if len(named) != 1:
        yield kind.step
        return
    place, its = named[0]
    for name in names[its.removesuffix("s")]:
        yield entry.sentence.filled({**values, place: name})
