"""The words of a night: times as people write them, and the step that a sentence is."""

from __future__ import annotations

import functools

from mirrordrill.drills.run.direct import load_once
from mirrordrill.drills.steps.library import STEPS, StepEntry

MINUTE_S, HOUR_S = 60, 3600


def duration(seconds: float) -> str:
    """`40 seconds`, `12 minutes and 5 seconds`, `2 hours`; parts of a second only where there is no whole one."""
    if seconds < 1:
        return f"{seconds:.6f}".rstrip("0").rstrip(".") + " seconds"
    whole = round(seconds)
    if whole >= HOUR_S:
        hours, minutes = divmod(round(whole / MINUTE_S), 60)
        return " and ".join(_counted(n, unit) for n, unit in ((hours, "hour"), (minutes, "minute")) if n)
    minutes, rest = divmod(whole, MINUTE_S)
    return " and ".join(_counted(n, unit) for n, unit in ((minutes, "minute"), (rest, "second")) if n)


def passes(seconds: float) -> str:
    """`40 seconds pass`, `1 hour passes`."""
    said = duration(seconds)
    return f"{said} {'passes' if said.startswith('1 ') and ' and ' not in said else 'pass'}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


@functools.lru_cache(maxsize=512)
def sentence_of(words: str) -> StepEntry:
    """The shipped step of these words. Raises LookupError: an example of the registry is no step."""
    load_once()
    found = next((entry for entry in STEPS if entry.sentence.is_matching(words)), None)
    if found is None:
        raise LookupError(f"no step is written `{words}`")
    return found
