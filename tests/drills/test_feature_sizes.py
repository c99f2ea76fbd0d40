"""A feature that would be read for minutes is refused with its line, before anything is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.gherkin.feature_file import LONGEST_LINE, MOST_DRILLS, MOST_LINES
from mirrordrill.drills.output.read_back import read_feature
from mirrordrill.drills.run.expectations import UsageError
from tests.commands import mirrordrill

HEAD = 'Feature: f\n  Scenario: s\n    Given the example site "rdc"\n'
OUTLINE = """Feature: f
  Scenario Outline: s
    Given the example site "rdc"
    When <a> seconds pass
    Examples:
      | a |
"""
TOO_MUCH = {
    "a step": (f"{HEAD}    When {'x' * LONGEST_LINE}\n", 4, "the line has 100,009 characters, and 100,000 are read"),
    "lines": ("# c\n" * (MOST_LINES + 1) + HEAD, MOST_LINES, "the file has 200,004 lines, and 200,000 are read"),
    "drills": (OUTLINE + "      | 1 |\n" * (MOST_DRILLS + 1), 2, "the file has more than 20,000 drills"),
    "bytes": ("# 5 MB\n" * 600_000, 1, "4,200,000 bytes; no file of this kind has more than 4,000,000"),
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_too_much_is_told_with_its_line(what: str, tmp_path: Path) -> None:
    """A second or two, and a sentence that says what to do."""
    text, line, told = TOO_MUCH[what]
    path = tmp_path / "f.feature"
    path.write_text(text)
    with pytest.raises(UsageError) as wrong:
        read_feature(path)
    assert str(wrong.value).startswith(f"{path}:{line}: ")
    assert told in str(wrong.value)


def test_a_step_of_ten_thousand_words_is_not_compared_for_ever(tmp_path: Path) -> None:
    """It is no step, and what it is like is looked for in its beginning."""
    path = tmp_path / "f.feature"
    path.write_text(f"{HEAD}    When {'hosta loses all its ' * 4500}power\n")
    done = mirrordrill("check", path)
    assert done.returncode == 1
    assert "there is no step" in done.stdout + done.stderr
