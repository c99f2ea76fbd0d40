"""CONTRIBUTING.md leads to places that exist: its walks are the test of the map."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
PLACES = sorted(set(re.findall(r"`((?:agent|simulator|drills|features|tests|docs)/[\w./]*)(?::(\w+))?`", TEXT)))
WALKS = ("A kind of fault", "An oracle", "A `dscli` column", "A VCS message", "A field of the report")


@pytest.mark.parametrize(("path", "name"), PLACES, ids=lambda part: part)
def test_a_place_that_is_named_exists(path: str, name: str) -> None:
    """And holds what is said to be there."""
    place = ROOT / path
    assert place.exists()
    if name:
        assert re.search(rf"(?m)^(?:class |def |    )?{name}\b", place.read_text())


@pytest.mark.parametrize("walk", WALKS)
def test_each_walk_names_a_module_and_a_test_or_a_page(walk: str) -> None:
    """Where it is added, and where it is seen."""
    (text,) = re.findall(rf"(?ms)^\*\*{re.escape(walk)}\.\*\* (.*?)\n\n", TEXT)
    assert re.search(r"`(?:simulator|drills)/[\w./:]+`", text)
    assert re.search(r"`(?:tests|docs|features)/[\w./]+`", text)
