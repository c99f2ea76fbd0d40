"""`mirrordrill steps` and `mirrordrill list`, as a user calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.cli import step_catalogue as catalogue
from mirrordrill.drills.cli.listing import fits, marker_expression
from mirrordrill.drills.steps.library import load_shipped
from tests.features.own_directory import CALM, in_directory, own_site


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("operator", "switches"), 0, "When the operator switches {group} to {host}"),
        (("operator", "switches"), 0, "When the operator switches oragrp to hostb"),
        (("OPERATOR", "hagrp -switch"), 0, "`hagrp -switch GROUP -to HOST`, typed on a running system."),
        (("the operater switches oragrp to hostb",), 2, "nearest:\n  When the operator switches {group} to {host}"),
        (("xyzzy",), 2, "no step says 'xyzzy'"),
    ],
)
def test_steps_are_found_by_their_words(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """In wording, meaning, example or topic; nothing found is an error with a hint."""
    done = in_directory(tmp_path, "mirrordrill", "steps", *words)
    assert done.returncode == code
    assert said in done.stdout


def test_the_page_has_every_step_once(tmp_path: Path) -> None:
    """`--markdown` is what docs/steps.md was printed with."""
    page = in_directory(tmp_path, "mirrordrill", "steps", "--markdown").stdout
    assert page == catalogue.as_markdown()
    for entry in load_shipped():
        assert page.count(f" `{entry.sentence.for_people()}`\n") == 1


def test_drills_are_listed_with_site_tags_and_what_they_test(tmp_path: Path) -> None:
    """Shipped ones by name, others by file or directory."""
    own_site(tmp_path)
    (tmp_path / "drills" / "calm.feature").write_text(CALM)
    done = in_directory(tmp_path, "mirrordrill", "list", "drills", "migration")
    assert done.returncode == 0
    for said in (
        "calm  Our database on a calm day",
        "site ../site/main.cf  @calm @chapter-4",
        "The group moves to <host> (x 3)  @far-away @near",
        "site rdc  @chapter-4 @migration",
        "verify that the service group can migrate to different hosts",
        "2 features, 5 drills",
    ):
        assert said in done.stdout
    brief = in_directory(tmp_path, "mirrordrill", "list", "drills", "--tag", "not near", "--brief").stdout
    assert "1 features, 1 drills" in brief
    assert "The table of volumes" not in brief


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tag", "no_such_tag"), "no drill has all of these; there are: "),
        (("no_such_drill",), "there is no drill, file or directory 'no_such_drill'"),
        (("broken.feature",), "broken.feature:3: the scenario 'what' has no step"),
    ],
)
def test_what_cannot_be_listed_is_said(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2 and no traceback."""
    (tmp_path / "broken.feature").write_text("Feature: broken\n\n  Scenario: what\n    Whenever\n")
    done = in_directory(tmp_path, "mirrordrill", "list", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert said in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    ("tags", "wanted", "fit"),
    [
        (("chapter-4", "hazard"), ("chapter_4",), True),
        (("chapter-4", "hazard"), ("@chapter-4", "not gco"), True),
        (("chapter-4", "hazard"), ("hazard", "~chapter4"), True),
        (("chapter-4", "hazard"), ("not hazard",), False),
        (("chapter-4",), ("chapter-4", "gco"), False),
        ((), (), True),
    ],
)
def test_tags_are_wanted_or_not_wanted(tags: tuple[str, ...], wanted: tuple[str, ...], fit: bool) -> None:
    """All that is said must hold; dashes and underscores are the same."""
    assert fits(tags, wanted) is fit


def test_the_same_choice_in_the_words_of_pytest() -> None:
    """What `run --tag` hands on."""
    assert marker_expression(("@chapter-4", "not gco", "~far-away")) == "chapter_4 and not gco and not far_away"
