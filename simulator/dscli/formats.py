"""How answers are laid out: banner, header, rule line, rows.

Rule 1: the layout depends on the settings only, never on the command.
Rule 2: an empty list is the banner and one `CMUC00234I` line, without a header (dscli.md 1.9).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from typing import NamedTuple

from mirrordrill.simulator.dscli.messages import BANNER, NO_DEVICE, VERSION

EPOCH = datetime(2026, 1, 5, 8, 0, 0, tzinfo=UTC)
"""The date and time of day at which every simulated run begins: a Monday morning."""


class Format(enum.Enum):
    """The values of `-fmt`."""

    DEFAULT = "default"
    DELIM = "delim"
    XML = "xml"
    STANZA = "stanza"


class OutputSettings(NamedTuple):
    """How a session or a command wants its answers; profile, `setenv` and flags change them."""

    format: Format = Format.DEFAULT
    delimiter: str = ","
    has_header: bool = True
    has_banner: bool = True
    has_full_ids: bool = False
    is_verbose: bool = False
    """What the real one adds then was never seen: each answer ends with a line that says so."""
    is_paged: bool = False
    page_rows: int = 25
    device: str = ""
    """Storage image for commands without `-dev`."""
    remote_device: str = ""

    def with_flags(self, flags: dict[str, str]) -> OutputSettings:
        """The settings after a command's own flags, whose values have been checked."""
        if not flags:
            return self
        return self._replace(
            format=Format(flags["fmt"]) if "fmt" in flags else self.format,
            delimiter=flags.get("delim", self.delimiter),
            has_header=_is_on(flags, "hdr", otherwise=self.has_header),
            has_banner=_is_on(flags, "bnr", otherwise=self.has_banner),
            has_full_ids=_is_on(flags, "fullid", otherwise=self.has_full_ids),
            is_verbose=_is_on(flags, "v", otherwise=self.is_verbose),
            is_paged=_is_on(flags, "p", otherwise=self.is_paged),
            page_rows=int(flags.get("r", self.page_rows)),
            device=flags.get("dev", self.device),
            remote_device=flags.get("remotedev", self.remote_device),
        )


def _is_on(flags: dict[str, str], flag: str, *, otherwise: bool) -> bool:
    return flags[flag] == "on" if flag in flags else otherwise


def date_text(at_s: float) -> str:
    """A simulated time as the banner writes it: `January 5, 2026 8:00:00 AM UTC`."""
    moment = EPOCH + timedelta(seconds=int(at_s))
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < 12 else "PM"
    month = _MONTHS[moment.month - 1]
    return f"{month} {moment.day}, {moment.year} {hour}:{moment.minute:02}:{moment.second:02} {half} UTC"


def day_text(at_s: float) -> str:
    """A simulated time as FlashCopy lists write it: `Mon Jan 05 08:00:00 UTC 2026`."""
    moment = EPOCH + timedelta(seconds=int(at_s))
    return f"{_DAYS[moment.weekday()]} {_MONTHS[moment.month - 1][:3]} {moment:%d %H:%M:%S} UTC {moment.year}"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def banner(at_s: float, device: str) -> str:
    """The first line of every answer, with its line end."""
    return BANNER.format(date=date_text(at_s), version=VERSION, device=device or NO_DEVICE) + "\n"


def render(
    names: Sequence[str], rows: Sequence[Sequence[str]], settings: OutputSettings, numbers: Sequence[str] = ()
) -> str:
    """A list with its header, each line ended; the columns named in `numbers` are set to the right."""
    match settings.format:
        case Format.DELIM:
            return _delimited(names, rows, settings)
        case Format.XML:
            return _xml(names, rows)
        case Format.STANZA:
            return _stanzas(names, rows)
        case Format.DEFAULT:
            return _padded(names, rows, settings, numbers)


def _delimited(names: Sequence[str], rows: Sequence[Sequence[str]], settings: OutputSettings) -> str:
    join = settings.delimiter.join
    header = join(names)
    lines = [header, "=" * len(header)] if settings.has_header else []
    lines.extend(join(row) for row in rows)
    return "\n".join(lines) + "\n"


def _padded(
    names: Sequence[str], rows: Sequence[Sequence[str]], settings: OutputSettings, numbers: Sequence[str]
) -> str:
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    sides = [">" if name in numbers else "<" for name in names]
    pattern = " ".join(f"{{:{side}{width}}}" for side, width in zip(sides, widths, strict=True))
    lines = [pattern.format(*names).rstrip(), "=" * (sum(widths) + len(widths) - 1)] if settings.has_header else []
    lines.extend(pattern.format(*row).rstrip() for row in rows)
    return "\n".join(lines) + "\n"


def paged(text: str, page_rows: int) -> list[str]:
    """An answer in pieces of so many lines."""
    lines = text.splitlines(keepends=True)
    return ["".join(lines[at : at + page_rows]) for at in range(0, len(lines), page_rows)]


def _stanzas(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    width = max(map(len, names)) + 1
    stanzas = ("\n".join(f"{name:<{width}}{value}" for name, value in zip(names, row, strict=True)) for row in rows)
    return "\n\n".join(stanzas) + "\n"


def _xml(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Invented: no XML answer was ever seen; names and values are elements of their own."""
    lines = ["<LIST>"]
    for row in rows:
        cells = zip(names, row, strict=True)
        lines.append(
            "<ROW>"
            + "".join(f"<COL name='{escape(n, quote=False)}'>{escape(v, quote=False)}</COL>" for n, v in cells)
            + "</ROW>"
        )
    return "\n".join([*lines, "</LIST>"]) + "\n"
