"""A head of a feature that is misspelt is an error with its line, never a description that is silently nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.run.collection import NotRunnableError, parse

GOOD = "  Scenario: another\n    Given it stands\n"


@pytest.mark.parametrize(
    ("text", "line", "meant"),
    [
        ("Feature: T\n  Scenarioo: first\n    Given x\n", 2, "Scenario"),
        ("Feature: T\n  Scenarioo: first\n    Given x\n" + GOOD, 2, "Scenario"),
        ("Feature: T\n  Scenario: b\n    as told\n    Senario: c\n    Given y\n", 4, "Scenario"),
        ("Feature: T\n  Backgrund:\n    Given y\n" + GOOD, 2, "Background"),
    ],
)
def test_a_misspelt_head_is_an_error_with_its_line(tmp_path: Path, text: str, line: int, meant: str) -> None:
    """Gherkin takes it, and all steps below it, for a description."""
    (tmp_path / "own.feature").write_text(text)
    with pytest.raises(NotRunnableError, match=f"did you mean `{meant}:`") as refused:
        parse(tmp_path / "own.feature")
    assert refused.value.line == line


def test_words_with_a_colon_are_a_description(tmp_path: Path) -> None:
    """Nothing that a person would write there is an error."""
    text = "Feature: T\n  Note: as in chapter 4.\n  Scenario: b\n    Source: the manual.\n    Given y\n"
    (tmp_path / "own.feature").write_text(text)
    assert len(parse(tmp_path / "own.feature").scenarios) == 1
