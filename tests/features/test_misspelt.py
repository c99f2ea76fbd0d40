"""What is misspelt in a feature, or lacks something, is an error with its line, never silently nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.gherkin.feature_file import NotRunnableError, parse

GOOD = "  Scenario: another\n    Given it stands\n"
OUTLINE = "Feature: T\n  Scenario Outline: b\n    Given <host> stands\n"
TABLE = "Feature: T\n  Scenario: b\n    Given x\n"


@pytest.mark.parametrize(
    ("text", "line", "meant"),
    [
        ("Feature: T\n  Scenarioo: first\n    Given x\n", 2, "Scenario"),
        ("Feature: T\n  Scenarioo: first\n    Given x\n" + GOOD, 2, "Scenario"),
        ("Feature: T\n  Scenario: b\n    as told\n    Senario: c\n    Given y\n", 4, "Scenario"),
        ("Feature: T\n  Backgrund:\n    Given y\n" + GOOD, 2, "Background"),
        (GOOD.join(["Feature: T\n", "  Scenario Outlin: c\n    Given y\n"]), 4, "Scenario Outline"),
        (OUTLINE + "    Exampels:\n      | host |\n      | a |\n", 4, "Examples"),
        ("Featur: T\n" + GOOD, 1, "Feature"),
        ("feature: T\n" + GOOD, 1, "Feature"),
    ],
)
def test_a_misspelt_head_is_an_error_with_its_line(tmp_path: Path, text: str, line: int, meant: str) -> None:
    """Gherkin takes it, and all steps below it, for a description; what stands below it is not told as well."""
    assert faults(tmp_path, text) == [(line, f"did you mean `{meant}:`?")]


def faults(folder: Path, text: str) -> list[tuple[int, str]]:
    """Line and last words of everything that is wrong."""
    (folder / "own.feature").write_text(text)
    with pytest.raises(NotRunnableError) as refused:
        parse(folder / "own.feature")
    return [(fault.line, fault.what.rpartition("; ")[2]) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("Feature: T\n  Background:\n    Wenn hosta halts\n" + GOOD, 3, "did you mean `When`?"),
        ("Feature: T\n  Scenario: b\n    Whn hosta halts\n    Given y\n", 3, "did you mean `When`?"),
        ("Feature: T\n  Scenario: b\n    when hosta hlats\n    Given y\n", 3, "did you mean `When`?"),
        ("Feature: T\n  Scenario: b\n    If hosta halts\n    Given y\n", 3, "a step begins with Given"),
        ("Feature: T\n  Scenario: b\n    Given y\n    Wenn hosta halts\n", 4, "did you mean `When`?"),
        ("Feature: T\n  Scenario: b\n    Given y\n    When: hosta halts\n", 4, "`When:` has no colon"),
        ("Feature: T\n  Scenario b\n    When hosta halts\n" + GOOD, 3, "stands in a description"),
        (GOOD, 1, "this line"),
        ("When hosta halts\n", 1, "outside of a scenario"),
        ("Feature T\n" + GOOD, 1, "`Feature` needs a colon: `Feature: T`"),
        ("Feature: T\n" + GOOD + "  Scenario c\n    Given y\n", 4, "`Scenario` needs a colon: `Scenario: c`"),
        ("Feature: T\n  Background:\n    Given x\n", 1, "there is no scenario in this feature"),
        ("Feature: T\n", 1, "there is no scenario in this feature"),
        ("", 1, "there is no feature in this file"),
        ("Feature: T\n" + GOOD + GOOD, 4, "a second scenario is called 'another'"),
        ("Feature: T\n" + GOOD + "Feature: U\n", 4, "a second `Feature:`"),
        ("Feature: T\n" + GOOD + "  Background:\n    Given x\n", 4, "a `Background:` stands once"),
        (OUTLINE, 2, "this Scenario Outline has no `Examples:`"),
        (OUTLINE + "    Examples:\n", 4, "these Examples have no table"),
        (OUTLINE + "    Examples:\n      | host |\n", 4, "these Examples have no row below `| host |`"),
        (OUTLINE + "    Examples:\n      | hst |\n      | a |\n", 3, "have no column 'host'; they have: hst"),
        (OUTLINE + "    Examples:\n      | host | host |\n      | a | b |\n", 5, "2 columns are called 'host'"),
        (TABLE + "      | a | b\n      | c | d\n", 4, "does not end with `|`"),
        (TABLE + "      | a | b\n      | c | d |\n", 5, "does not end with `|`: `| a | b`"),
        (TABLE + "      | a | b |\n      | c |\n", 5, "not as many cells as the first row"),
        (TABLE + '      """\n      words\n', 6, 'the text that begins in line 4 does not end: its last line is """'),
        ("Feature: T\n  @a b\n" + GOOD, 2, "a tag has no blanks"),
        ("# language: xx\nFeature: T\n" + GOOD, 1, "no such language"),
    ],
)
def test_what_gherkin_would_drop_or_cannot_read_is_told(tmp_path: Path, text: str, line: int, told: str) -> None:
    """In words that say what to write, not in those of a parser."""
    (tmp_path / "own.feature").write_text(text)
    with pytest.raises(NotRunnableError) as refused:
        parse(tmp_path / "own.feature")
    assert refused.value.line == line
    assert told in str(refused.value)
    assert "token" not in str(refused.value).lower()


def test_everything_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    """Not one line for each attempt."""
    text = "Feature: T\n  Scenario: b\n    Wenn hosta halts\n    Given y\n" + OUTLINE.partition("\n")[2].replace(
        " b", " c"
    )
    assert [line for line, _ in faults(tmp_path, text)] == [3, 5]


def test_words_that_are_no_heads_and_no_steps_are_a_description(tmp_path: Path) -> None:
    """Nothing that a person would write there is an error."""
    text = (
        "Feature: T\n  Note: as in chapter 4.\n  When the operator is away, the cluster is alone.\n"
        "  Given a mouse, and then some.\n  Scenario: b\n    Source: the manual.\n    Then again, why not?\n"
        "    Given y\n"
    )
    (tmp_path / "own.feature").write_text(text)
    assert len(parse(tmp_path / "own.feature").scenarios) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_feature_that_an_editor_on_windows_wrote_is_read(tmp_path: Path, encoding: str) -> None:
    """With its byte order mark, and with the ends of lines that are usual there."""
    text = "Feature: T\n  Scenario: zurück\n    Given y\n"
    (tmp_path / "own.feature").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert list(parse(tmp_path / "own.feature").scenarios) == ["zurück"]
