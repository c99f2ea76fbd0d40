"""Volume, pair and LSS ids as they are typed: plain or fully qualified, single or as ranges.

`1260`, `IBM.2107-75FA120/1260`, `1260-126F`, `1260:1260`, `1000-1003:2000-2003`, `12`, `00-FF`, `10:20`.

Rule 1: what does not look exactly like an id is refused, with the word and what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from simulator.dscli.messages import WRONG_VALUE
from simulator.dscli.options import RefusedLine

_IMAGE = r"IBM\.\d{4}-[0-9A-Z]{7}"
_IMAGE_ID = re.compile(rf"{_IMAGE}\Z")
_VOLUMES = re.compile(rf"(?:({_IMAGE})/)?([0-9A-Fa-f]{{4}})(?:-(?:{_IMAGE}/)?([0-9A-Fa-f]{{4}}))?\Z")
_LSS = re.compile(rf"(?:({_IMAGE})/)?([0-9A-Fa-f]{{2}})(?:-(?:{_IMAGE}/)?([0-9A-Fa-f]{{2}}))?\Z")
_PORTS = re.compile(r"([Ii][0-9A-Fa-f]{4}):([Ii][0-9A-Fa-f]{4})\Z")


class Volumes(NamedTuple):
    """A volume or a range of volumes, both ends included; the image is empty where none was typed."""

    image_id: str
    low: int
    high: int


class PairOfVolumes(NamedTuple):
    """One source:target as typed."""

    source_image: str
    source: int
    target_image: str
    target: int

    def __str__(self) -> str:
        return f"{self.source:04X}:{self.target:04X}"

    def swapped(self) -> PairOfVolumes:
        """The same two volumes, the other way round."""
        return PairOfVolumes(self.target_image, self.target, self.source_image, self.source)


def check_image(word: str) -> str:
    """A storage image id. Raises `RefusedLine`."""
    if not _IMAGE_ID.match(word):
        raise RefusedLine(WRONG_VALUE, word=word, expected="a storage image id such as IBM.2107-75FA120")
    return word


def parse_volumes(word: str) -> Volumes:
    """A volume id or a range. Raises `RefusedLine`."""
    match = _VOLUMES.match(word)
    if not match:
        raise RefusedLine(WRONG_VALUE, word=word, expected="a volume id of four hexadecimal digits, or a range")
    low = int(match[2], 16)
    high = int(match[3], 16) if match[3] else low
    if high < low:
        raise RefusedLine(WRONG_VALUE, word=word, expected="a range from the lower to the higher id")
    return Volumes(match[1] or "", low, high)


def parse_pairs(words: Sequence[str]) -> list[PairOfVolumes]:
    """Source:target pairs, ranges written out. Raises `RefusedLine`."""
    pairs: list[PairOfVolumes] = []
    for word in words:
        sides = word.split(":")
        if len(sides) != 2:
            raise RefusedLine(WRONG_VALUE, word=word, expected="source:target")
        source, target = parse_volumes(sides[0]), parse_volumes(sides[1])
        if source.high - source.low != target.high - target.low:
            raise RefusedLine(WRONG_VALUE, word=word, expected="ranges of the same length")
        for offset in range(source.high - source.low + 1):
            pairs.append(PairOfVolumes(source.image_id, source.low + offset, target.image_id, target.low + offset))
    return pairs


def parse_lss(word: str) -> tuple[int, int]:
    """An LSS id or a range, both ends included. Raises `RefusedLine`."""
    match = _LSS.match(word)
    if not match:
        raise RefusedLine(WRONG_VALUE, word=word, expected="an LSS id of two hexadecimal digits, or a range")
    low = int(match[2], 16)
    return low, int(match[3], 16) if match[3] else low


def parse_port_pair(word: str) -> tuple[str, str]:
    """Local port:attached port, such as `I0030:I0231`. Raises `RefusedLine`."""
    match = _PORTS.match(word)
    if not match:
        raise RefusedLine(WRONG_VALUE, word=word, expected="local port:attached port, such as I0030:I0231")
    return match[1].upper(), match[2].upper()


def parse_lss_pair(word: str) -> tuple[int, int]:
    """Source LSS:target LSS. Raises `RefusedLine`."""
    source, _, target = word.partition(":")
    try:
        (low, high), (far_low, far_high) = parse_lss(source), parse_lss(target)
    except RefusedLine:
        raise RefusedLine(WRONG_VALUE, word=word, expected="source LSS:target LSS") from None
    if (low, far_low) != (high, far_high):
        raise RefusedLine(WRONG_VALUE, word=word, expected="one LSS pair, not a range")
    return low, far_low
