"""The event log: its canonical text, and who hears of what."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from mirrordrill.simulator.kernel.events import Event, EventLog, Record, ascii_json


@dataclass(frozen=True, slots=True)
class Said(Event):
    """Somebody said something."""

    words: str
    to: tuple[str, ...] = ()
    number: int | None = None
    is_loud: bool = False


@dataclass(frozen=True, slots=True)
class Shouted(Said):
    """A kind of that."""


@pytest.mark.parametrize(
    "words", ["plain", "", 'quoted "\\" / \n\t\r\b\f\x1b\x00', "delete \x7f", "für é €", "\U0001f600", "\ud800 alone"]
)
def test_the_canonical_text_is_json_in_ascii_with_sorted_keys(words: str) -> None:
    """Byte for byte what Python's own encoder writes, whatever the text is."""
    record = Record(3, 1_000_001, Said(words, ("a", words), 7))
    body = {"n": 3, "t": 1_000_001, "kind": "Said", "words": words, "to": ("a", words), "number": 7, "is_loud": False}
    assert record.canonical() == ascii_json(body).decode()
    assert record.canonical() == json.dumps(body, sort_keys=True, separators=(",", ":"))


def test_a_number_of_any_size_is_written() -> None:
    """Beyond 64 bits, too."""
    assert f'"number":{10**30},' in Record(0, 0, Said("", (), 10**30)).canonical()


def test_an_observer_hears_of_the_kinds_that_it_named() -> None:
    """In the order of the observers; of kinds that came before it was there, too; a kind of a kind is one."""
    log = EventLog()
    heard: list[str] = []
    log.observe(lambda record: heard.append(f"all {record.number}"))
    log.append(0, Said("x"))
    log.observe(lambda record: heard.append(f"shouts {record.number}"), (Shouted,))
    log.observe(lambda record: heard.append(f"words {record.number}"), (Said,))
    log.append(0, Said("x"))
    log.append(0, Shouted("x"))
    assert heard == ["all 0", "all 1", "words 1", "all 2", "shouts 2", "words 2"]
