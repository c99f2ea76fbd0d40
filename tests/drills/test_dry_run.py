"""`mirrordrill check` of drills: what is wrong with all of them is told in one run, and none is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mirrordrill.drills import sites
from mirrordrill.drills.cli.main import app
from mirrordrill.drills.steps.library import STEPS
from mirrordrill.drills.steps.wording import Sentence

RDC = Path(sites.__file__).resolve().parent / "rdc" / "main.cf"
HEAD = 'Feature: ours\n  Scenario: one\n    Given the example site "rdc"\n'
OWN = '''
from mirrordrill.drills.steps.library import when

@when('the duty manager says "{words:text}"', example='the duty manager says "go"')
def says(drill, words):
    """Ends the test: a dry run calls no step."""
    raise SystemExit(99)
'''


def checked(*paths: Path) -> tuple[int, str]:
    """Exit code and what is printed, on one line each."""
    result = CliRunner().invoke(app, ["check", *map(str, paths)], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_everything_wrong_in_a_directory_is_told_in_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wrong step and name with its file and line and what to write instead; the exit code says that there are."""
    monkeypatch.chdir(tmp_path)
    folder = Path("drills")
    folder.mkdir()
    (folder / "conftest.py").write_text(OWN)
    (folder / "a.feature").write_text(
        HEAD + "    When hostx, hosta halt\n    And hosty halts\n    And hosta halts now\n"
    )
    (folder / "b.feature").write_text(HEAD + "    When the duty manager says go\n")
    (folder / "c.feature").write_text(HEAD + "  Scenarioo: two\n")
    (folder / "d.feature").write_text(HEAD.replace("rdc", "rdd"))
    (folder / "e.feature").write_text(HEAD + '    When the duty manager says "go"\n    And 800 days pass\n')
    code, said = checked(folder)
    assert code == 1
    places = [line.split(" error: ") for line in said.splitlines() if " error: " in line]
    assert [place for place, _ in places] == [
        "drills/a.feature:4:5:",
        "drills/a.feature:5:5:",
        "drills/a.feature:6:5:",
        "drills/b.feature:4:5:",
        "drills/c.feature:4:3:",
        "drills/d.feature:3:5:",
        "drills/e.feature:5:5:",
    ]
    expected = (
        "there is no host hostx; there are: hosta",
        "there is no host hosty",
        "nearest: ",
        'needs double quotes, as in `When the duty manager says "go"`',
        "did you mean `Scenario:`?",
        'there is no example site "rdd"; there are: ',
        "is too long: a step waits 366 days at most",
    )
    assert all(words in told for (_, told), words in zip(places, expected, strict=True)), said
    assert said.endswith("4 drills read, none was run: 7 errors\n")
    assert not any("duty manager" in each.for_people() for each in STEPS), "steps of one's own are left behind"


def test_a_wrong_keyword_hides_no_wrong_name(tmp_path: Path) -> None:
    """Both are told at once, and a site that is named under a wrong keyword is known to the steps behind it."""
    steps = "    Then hostx halts\n    When oragrp comes online on hosta within 800 days\n"
    (tmp_path / "a.feature").write_text(HEAD.replace("Given", "When") + steps)
    code, said = checked(tmp_path)
    assert code == 1
    expected = (
        ':3:5: error: `the example site "rdc"` is a step for Given, not for When',
        ":4:5: error: `hostx halts` is a step for When, not for Then",
        ":4:5: error: there is no host hostx; there are: hosta",
        ":5:5: error: '800 days' is too long",
        ":5:5: error: `oragrp comes online on hosta within 800 days` is a step for Then, not for When",
    )
    found = [line for line in said.splitlines() if " error: " in line]
    assert [told in line for told, line in zip(expected, found, strict=True)] == [True] * len(expected), said


def test_a_value_that_cannot_be_read_hides_nothing_else_of_its_line(tmp_path: Path) -> None:
    """Nor does one such value hide another one: keyword, values, names and table of a line are told at once."""
    steps = (
        "    When orgrp comes online on hostx within 800 days\n"
        "    Then the volumes of oragrp on hosta went from FUL to DUPLX within 800 days\n"
        "    Then 800 days pass\n      | a |\n"
    )
    (tmp_path / "a.feature").write_text(HEAD + steps)
    code, said = checked(tmp_path)
    assert code == 1
    found = [line.partition(" error: ") for line in said.splitlines() if " error: " in line]
    told = {(where.split(":")[-3], what.split(";")[0].partition(" on hostx")[0]) for where, _, what in found}
    assert told == {
        ("4", "there is no group orgrp"),
        ("4", "there is no host hostx"),
        ("4", "'800 days' is too long: a step waits 366 days at most"),
        ("4", "`orgrp comes online"),
        ("5", "there is no state FUL"),
        ("5", "there is no state DUPLX"),
        ("5", "'800 days' is too long: a step waits 366 days at most"),
        ("6", "'800 days' is too long: a step waits 366 days at most"),
        ("6", "`800 days pass` is a step for When, not for Then"),
        ("6", "`800 days pass` takes no table"),
    }, said


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("Then 800 days pass", "`800 days pass` is a step for When, not for Then; '800 days' is too long"),
        (
            "Then the volumes of oragrp on hosta went from FULL DUPLEX to FUL within 800 days",
            "Target Suspended; '800 days' is too long",
        ),
    ],
    ids=["keyword and value", "two values"],
)
def test_a_run_tells_all_that_cannot_be_read_of_a_line(tmp_path: Path, step: str, expected: str) -> None:
    """As `check` does."""
    (tmp_path / "a.feature").write_text(f"{HEAD}    {step}\n")
    result = CliRunner().invoke(app, ["run", str(tmp_path)], env={"COLUMNS": "200"})
    assert expected in " ".join(result.output.split())


def test_drills_that_are_right_are_read_and_not_run(tmp_path: Path) -> None:
    """A table where one belongs, an outline, and a step of one's own that nothing calls."""
    (tmp_path / "conftest.py").write_text(OWN)
    rows = "    When <host> halts\n\n    Examples:\n      | host |\n      | hosta |\n      | hostb |\n"
    (tmp_path / "a.feature").write_text(HEAD.replace("Scenario", "Scenario Outline") + rows)
    (tmp_path / "b.feature").write_text(HEAD + '    When the duty manager says "go"\n')
    assert checked(tmp_path) == (0, "3 drills read, none was run: no problems found\n")


def test_names_are_looked_up_in_the_site_that_is_named_beside_the_drills(tmp_path: Path) -> None:
    """As `run --site` would: the example's own names are wrong there."""
    site = tmp_path / "main.cf"
    site.write_text(RDC.read_text().replace("hosta", "payone"))
    feature = tmp_path / "a.feature"
    feature.write_text(HEAD + "    When hosta halts\n")
    assert checked(feature)[0] == 0
    code, said = checked(site, feature)
    assert code == 1
    assert "there is no host hosta; there are: payone" in said


def test_names_without_a_site_are_not_called_right(tmp_path: Path) -> None:
    """Where a step of the user's own opens the site, the names cannot be known before the drill is run."""
    (tmp_path / "conftest.py").write_text(OWN)
    own = '    When the duty manager says "go"\n'
    (tmp_path / "a.feature").write_text(f"Feature: a\n  Scenario: one\n{own}    When hostx halts\n")
    code, said = checked(tmp_path)
    assert code == 0
    assert "note: in 1 of 1 drill the site is opened by a step of your own" in said


def test_a_drill_that_names_no_site_is_wrong(tmp_path: Path) -> None:
    """It cannot be run; where the step that names it is wrong itself, that is told alone."""
    head = "Feature: a\n  Scenario: one\n"
    (tmp_path / "a.feature").write_text(head + "    When hosta halts\n")
    (tmp_path / "b.feature").write_text(head + '    Given the site "no.cf"\n    When hosta halts\n')
    code, said = checked(tmp_path)
    assert code == 1
    assert 'a.feature:2:3: error: no step of this drill names its site: begin with `Given the site "main.cf"`' in said
    assert said.endswith("2 drills read, none was run: 2 errors\n")


TABLES = """
    Then the volumes show:
      | hst   | volume | state       |
      | hosta | 1260   | Full Duplex |
    And the volumes show:
      | host  | volume | state        |
      | hosta | 1260   | Full Duplexx |
      | hostx | 1260   | Full Duplex  |
      | hosta | 9999   | Full Duplex  |
      | hosta | 1260   | Full Duplex  |
    And the groups show:
      | group  | host  | state          |
      | oragrp | hosta | ONLIN          |
      | oragrp | hosta | partial|online |
    And the groups show:
      | group  | host  | state          |
"""


def test_the_names_in_tables_are_looked_up(tmp_path: Path) -> None:
    """Each wrong row with its line, and what is wrong with the head of a table once."""
    (tmp_path / "a.feature").write_text(HEAD + TABLES.lstrip("\n").replace("partial|", "partial\\|"))
    code, said = checked(tmp_path)
    assert code == 1
    places = [line.split("a.feature:")[1].split(": error: ") for line in said.splitlines() if " error: " in line]
    assert [place for place, _ in places] == ["5:7", "9:7", "10:7", "11:7", "15:7", "18:7"], said
    expected = ("no column host", "Full Duplexx", "no host hostx", "no volume 9999", "no group state ONLIN", "no rows")
    assert all(words in told for (_, told), words in zip(places, expected, strict=True)), said


def test_what_keeps_drills_from_being_read_is_wrong_usage(tmp_path: Path) -> None:
    """A conftest.py that fails says where."""
    (tmp_path / "conftest.py").write_text("raise ValueError('broken here')\n")
    (tmp_path / "a.feature").write_text(HEAD)
    code, said = checked(tmp_path)
    assert code == 2
    assert "broken here" in said


def test_a_text_needs_quotes_in_a_sentence_of_ones_own() -> None:
    """Without them it would swallow the words behind it."""
    with pytest.raises(ValueError, match="needs double quotes around it"):
        Sentence("the duty manager says {words:text}")
