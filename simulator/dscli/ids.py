"""Volume, pair and LSS ids as they are typed: plain or fully qualified, single or as ranges.

`1260`, `IBM.2107-75FA120/1260`, `1260-126F`, `1260:1260`, `1000-1003:2000-2003`, `12`, `00-FF`, `10:20`.

Rule 1: what does not look exactly like an id is refused, with the word and what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mirrordrill.simulator.dscli.messages import WRONG_VALUE
from mirrordrill.simulator.dscli.options import RefusedLine

_IMAGE = r"IBM\.\d{4}-[0-9A-Z]{7}"
_IMAGE_ID = re.compile(rf"{_IMAGE}\Z")
_VOLUMES = re.compile(rf"(?:({_IMAGE})/)?([0-9A-Fa-f]{{4}})(?:-(?:{_IMAGE}/)?([0-9A-Fa-f]{{4}}))?\Z")
_LSS = re.compile(rf"(?:({_IMAGE})/)?([0-9A-Fa-f]{{2}})(?:-(?:{_IMAGE}/)?([0-9A-Fa-f]{{2}}))?\Z")
_SSID = re.compile(r"(?:0[xX])?[0-9A-Fa-f]{4}\Z")
_PORTS = re.compile(r"([Ii][0-9A-Fa-f]{4}):([Ii][0-9A-Fa-f]{4})\Z")


class VolumeRange(NamedTuple):
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


def parse_volumes(word: str) -> VolumeRange:
    """A volume id or a range. Raises `RefusedLine`."""
    match = _VOLUMES.match(word)
    if not match:
        raise RefusedLine(WRONG_VALUE, word=word, expected="a volume id of four hexadecimal digits, or a range")
    low = int(match[2], 16)
    high = int(match[3], 16) if match[3] else low
    if high < low:
        raise RefusedLine(WRONG_VALUE, word=word, expected="a range from the lower to the higher id")
    return VolumeRange(match[1] or "", low, high)


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


def parse_ssid(word: str) -> int:
    """A subsystem id, `FF12` or `0xFF12`. Raises `RefusedLine`."""
    if not _SSID.match(word):
        raise RefusedLine(WRONG_VALUE, word=word, expected="a subsystem id of four hexadecimal digits")
    return int(word, 16)


def parse_sequence(word: str) -> int:
    """A FlashCopy sequence number: one to four hexadecimal digits. Raises `RefusedLine`."""
    if not re.fullmatch("[0-9A-Fa-f]{1,4}", word):
        raise RefusedLine(WRONG_VALUE, word=word, expected="a sequence number of up to four hexadecimal digits")
    return int(word, 16)


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


@dataclass(frozen=True, slots=True)
class IdNotation:
    """How the ids of one kind of thing look: a letter (none for host connections) and a number."""

    letter: str
    base: int
    thing: str

    def number(self, name: str) -> int:
        """The number behind the letter of an id that is known to be one."""
        return int(name[len(self.letter) :], self.base)

    def parse(self, word: str) -> tuple[str, int, int]:
        """Image (empty where none was typed), and both ends of a range. Raises `RefusedLine`."""
        digits = "[0-9]{1,5}" if self.base == 10 else "[0-9A-Fa-f]{4}"
        one = rf"(?:({_IMAGE})/)?{self.letter}({digits})"
        match = re.match(rf"{one}(?:-{one})?\Z", word, re.IGNORECASE)
        if not match:
            example = f"{self.letter}{'0' if self.base == 10 else '0000'}"
            raise RefusedLine(WRONG_VALUE, word=word, expected=f"{self.thing} such as {example}, or a range")
        low = int(match[2], self.base)
        high = int(match[4], self.base) if match[4] else low
        if high < low:
            raise RefusedLine(WRONG_VALUE, word=word, expected="a range from the lower to the higher id")
        return (match[1] or "").upper(), low, high


POOLS = IdNotation("P", 10, "an extent pool")
RANKS = IdNotation("R", 10, "a rank")
ARRAYS = IdNotation("A", 10, "an array")
ARRAY_SITES = IdNotation("S", 10, "an array site")
VOLUME_GROUPS = IdNotation("V", 10, "a volume group")
IO_PORTS = IdNotation("I", 16, "an I/O port")
HOST_CONNECTIONS = IdNotation("", 16, "a host connection")


def selector(names: IdNotation, words: Sequence[str], device: str) -> Callable[[str], bool]:
    """Whether a thing of the image is among those typed; everything is where nothing was typed."""
    ranges = [(low, high) for image, low, high in map(names.parse, words) if image in ("", device)]
    return lambda name: not words or any(low <= names.number(name) <= high for low, high in ranges)
