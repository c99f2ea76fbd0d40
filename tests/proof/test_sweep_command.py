"""`mirrordrill sweep`: what it prints, what it ends with, and that the printed command shows the same run again."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

import mirrordrill.agent.entrypoints
from mirrordrill.agent.exit_codes import CleanExit
from mirrordrill.drills.cli.main import app
from mirrordrill.drills.sweep import campaign


@pytest.fixture(autouse=True)
def _fresh_courses() -> None:
    """A course run by another agent is another course."""
    campaign._COURSES.clear()


def sweep(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["sweep", *arguments])
    return done.exit_code, done.output


def test_a_table_of_endings_and_exit_code_0_where_all_rules_held() -> None:
    """How many points, how each ended, and that no rule broke."""
    code, text = sweep("local", "--every", "10")
    assert code == 0
    assert re.search(r"without a fault: online on hostb; \d+ port calls, \d+ points run", text)
    assert re.search(r"^\d+ +online on hostb +-", text, re.MULTILINE)


def test_a_bad_point_is_named_with_its_rule_and_the_command_that_replays_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 10, and the replay breaks the same rule."""
    monkeypatch.setattr(mirrordrill.agent.entrypoints, "judge_clean", lambda *_: CleanExit.CLEANED)
    code, text = sweep("clean")
    assert code == 10
    replay = re.search(r"replay: mirrordrill sweep (clean --point \S+)", text)
    assert replay
    assert "S10 BROKEN" in text
    code, text = sweep(*replay[1].split())
    assert code == 10
    assert "failoverpprc" in text
    assert re.search(r"^S10 +BROKEN", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "there are: boot, local, switch"),
        (["switch", "--point", "1:before:tea"], "one looks like"),
        (["--point", "1:before:killed"], "name it"),
    ],
)
def test_wrong_usage_names_what_there_is(arguments: list[str], says: str) -> None:
    """Exit code 2 and one clear message."""
    code, text = sweep(*arguments)
    assert code == 2
    assert says in " ".join(text.replace("│", " ").split())
