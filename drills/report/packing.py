"""The details of many drills in one page: every line that several drills have stands in it once, compressed.

Drills of one site begin alike, so that most lines of their events, pictures and tables are the same lines but for the
number of the drill in their links. What a page holds is the table of all lines, and for each drill the runs of lines
that it consists of; `templates/expand.js` puts a drill together again when it is opened. The table is sorted by what
the lines say, numbers aside: the compressor looks back over 32 kB only, so lines that are alike have to stand near each
other (a page of 172 drills is a third smaller by it).

Rule 1: what is put together again is what was packed, byte for byte.
Rule 2: NUMBER and TABLE_END can be in no text of a page, because they are no printable characters (`visible_lines`).
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable, Iterator

from markupsafe import Markup

NUMBER = "\x01"
"""Stands for `d7-`, which begins every id of drill 7 and every link to one."""
TABLE_END = "\x02"
"""Stands behind the lines, and behind the places in that table which they have in the order of the drills."""
DIGITS = re.compile(r"\d+")


class Packer:
    """Takes the details of each drill, and gives a place for them; `packed` is what the script reads."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}
        self._drills: list[str] = []

    def add(self, drill: int, html: str) -> Markup:
        """An empty element, where the script puts what was packed. Drills come in the order of their numbers."""
        lines = html.strip().replace(f"d{drill}-", NUMBER).split("\n")
        places = [self._lines.setdefault(line, len(self._lines)) for line in lines]
        self._drills.append(",".join(f"{first}:{count}" for first, count in runs(places)))
        return Markup('<div class="packed"></div>')

    def packed(self) -> Markup:
        """All of it, as text that has no character with a meaning."""
        lines = list(self._lines)
        order = sorted(range(len(lines)), key=lambda at: (DIGITS.sub("", lines[at]), lines[at]))
        places = [0] * len(lines)
        for place, at in enumerate(order):
            places[at] = place
        table = [lines[at] for at in order]
        text = "\n".join([*table, TABLE_END, ",".join(map(str, places)), TABLE_END, *self._drills])
        return Markup(base64.b64encode(zlib.compress(text.encode(), 9)).decode())  # noqa: S704  # base64


def runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Places that follow each other, as the first of them and how many."""
    first, count = 0, 0
    for place in places:
        if count and place == first + count:
            count += 1
            continue
        if count:
            yield first, count
        first, count = place, 1
    if count:
        yield first, count


def unpacked(text: str) -> list[str]:
    """The details of each drill again, as the script puts them together."""
    table, places, drills = zlib.decompress(base64.b64decode(text)).decode().split(f"\n{TABLE_END}\n")
    in_order = table.split("\n")
    lines = [in_order[int(place)] for place in places.split(",")]
    return [
        "\n".join(
            line
            for run in drill.split(",")
            for first, _, count in [run.partition(":")]
            for line in lines[int(first) : int(first) + int(count)]
        ).replace(NUMBER, f"d{number}-")
        for number, drill in enumerate(drills.split("\n"), start=1)
    ]
