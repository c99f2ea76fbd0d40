"""Moments of a rehearsal as people read and type them: `00:12:03.123456`, `12:03`, `-5m`."""

from __future__ import annotations

import re

from mirrordrill.drills.run.expectations import UsageError

CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,6})?)")
SPAN = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([smh])")
UNIT_US = {"s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}


def clock_us(text: str) -> int:
    """Microseconds of `HH:MM:SS.ffffff` or `MM:SS`. Raises UsageError."""
    found = CLOCK.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no moment; write it as 00:12:03 or 00:12:03.123456")
    return (int(found[1] or 0) * 3600 + int(found[2]) * 60) * 1_000_000 + round(float(found[3]) * 1_000_000)


def moment_us(text: str, now_us: int) -> int:
    """The same, or `-5m` for so long before now. Raises UsageError."""
    back_us = span_us(text[1:]) if text.startswith("-") else None
    return clock_us(text) if back_us is None else max(0, now_us - back_us)


def span_us(text: str) -> int | None:
    """Microseconds of `30s`, `5m`, `1h`; None for what is none."""
    found = SPAN.fullmatch(text)
    return None if found is None else round(float(found[1]) * UNIT_US[found[2]])


def clock_text(time_us: int) -> str:
    """`00:12:03.123456`, with every digit: a recording comes to the same microsecond."""
    seconds, us = divmod(time_us, 1_000_000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{us:06d}"
