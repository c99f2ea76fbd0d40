"""Lines that are printed keep to the width of the terminal, or in a pipe to COLUMNS or 100."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from mirrordrill.drills.output.text import folded
from mirrordrill.drills.sites import FOLDER
from tests.commands import mirrordrill

EVENT = "  00:00:01.000  host hosta              something happened there that takes many words to say"
OUR_NIGHT = """Feature: Ours
  Scenario: A night whose name is so long that no console of seventy-two columns has room for it
    Given the example site "rdc"
    And oragrp is online on hosta
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
"""


@pytest.mark.parametrize("width", [1, 20, 40, 60, 79, 200])
@pytest.mark.parametrize("line", [EVENT, "", "short", "   ", "a" * 90, f"log  sha256 {'f' * 64}", "\nverdict  held"])
def test_nothing_is_lost_and_only_a_word_is_wider(line: str, width: int) -> None:
    """Folded at blanks, with what is left of a line further in."""
    shown = folded(Text(line), Console(width=width), 4).plain
    assert shown.split() == line.split()
    indented = len(line) - len(line.lstrip(" ")) + 4
    assert all(len(each) <= max(width, indented + 20) or len(each.split()) == 1 for each in shown.split("\n"))


def test_check_keeps_to_the_width_and_a_path_stays_whole(tmp_path: Path) -> None:
    """Findings, hints, excerpts and what the site is: in 80 columns no line is wider, but for a path that is copied."""
    folder = tmp_path / "a directory whose name has blanks, as on a desktop"
    folder.mkdir()
    text = (FOLDER / "gco" / "clusa" / "main.cf").read_text()
    long = "ClusterFailOverPolicy = Auto" + " " * 40 + "// " + "why that is so " * 12
    (folder / "main.cf").write_text(text.replace("ClusterFailOverPolicy = Manual", long))
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    lines = mirrordrill("check", str(folder / "main.cf"), environment=environment).stdout.splitlines()
    findings = [line for line in lines if line.startswith(f"{folder / 'main.cf'}:")]
    assert findings
    assert any(line.strip() == "^" for line in lines)
    assert [line for line in lines if len(line) > 80 and not line.startswith(str(folder))] == []
    assert [line for line in findings if len(line) > 80 and not re.fullmatch(r".*main\.cf:\d+:\d+:", line)] == []


def test_what_is_left_of_an_event_stands_below_its_text() -> None:
    """Times and places stay a column of their own."""
    first, *others = folded(Text(EVENT), Console(width=70), 38).plain.split("\n")
    assert first.startswith("  00:00:01.000  host hosta")
    assert others
    assert all(line.startswith(" " * 40 + line.strip()[0]) for line in others)


@pytest.mark.parametrize(("columns", "most"), [("72", 72), (None, 100)])
def test_a_pipe_is_as_wide_as_columns_says(columns: str | None, most: int, tmp_path: Path) -> None:
    """Or 100 columns; the hash of the log stays whole."""
    (tmp_path / "ours.feature").write_text(OUR_NIGHT)
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    environment |= {"COLUMNS": columns} if columns else {}
    done = mirrordrill("run", str(tmp_path / "ours.feature"), environment=environment)
    assert done.returncode == 0, done.stdout
    wide = [line for line in done.stdout.splitlines() if len(line) > most]
    assert [line for line in wide if " " in line.strip()] == []
