"""What the lines of a branch say about time: when each was carried out, and which come before a moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mirrordrill.drills.rehearse.branch_world import CLOCK, RecordedLine
from mirrordrill.drills.rehearse.moments import clock_us
from mirrordrill.drills.shrink.schedule import ScheduledStep
from mirrordrill.drills.steps.wording import DURATION, duration_s

PASSES = re.compile(rf"({DURATION}) pass(?:es)?")


def timed(lines: Iterable[ScheduledStep]) -> Iterator[RecordedLine]:
    """Lines of a recording, at the moments that its clock reads. Raises UsageError."""
    now_us = 0
    for line in lines:
        began_us = now_us
        now_us = clock_us(line.words.removeprefix(CLOCK)) if line.words.startswith(CLOCK) else now_us + passing_us(line)
        yield RecordedLine(line, began_us, now_us)


def passing_us(line: ScheduledStep) -> int:
    """How long a sentence lets time pass and does nothing else; 0 for any other."""
    found = PASSES.fullmatch(line.words) if line.kind == "when" else None
    return round(duration_s(found[1]) * 1_000_000) if found else 0


def lines_before(lines: Sequence[RecordedLine]) -> int:
    """How many lines brought the site up."""
    return next((at + 1 for at, each in enumerate(lines) if each.line.words.startswith(CLOCK)), 1)


def kept_until(lines: Sequence[RecordedLine], first: int, to_us: int) -> tuple[list[RecordedLine], int, str]:
    """The lines before a moment, the moment that can be reached, and a remark where it is another one.

    The first lines brought the site up, and are kept.
    """
    kept = [*lines[:first], *(each for each in lines[first:] if each.began_us < to_us)]
    while len(kept) > first and kept[-1].ended_us > to_us:
        last = kept.pop()
        is_waiting = last.line.words.startswith(CLOCK) or passing_us(last.line) > 0
        if not is_waiting:
            return kept, last.began_us, f" (it is the beginning of `{last.line.words}`, which took until later)"
    return kept, to_us, ""
