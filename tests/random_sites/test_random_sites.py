"""On a site that nobody here has seen each shipped drill holds, or says in one sentence why it does not apply."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.runner import NO_DRILL
from mirrordrill.drills.sites import FOLDER
from tests.random_sites.generator import random_site
from tests.random_sites.measure import all_drills, complaint_of, told

LEAST_SHARE = 1 / 3
"""Of the scenarios for a site, so many apply at least: a reason not to apply is no easy way out."""


def test_every_drill_holds_or_does_not_apply(
    seed: int, share: tuple[int, int], tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    """Standard drills and hazards, each mirrored group; the count of those that apply is in the JUnit report."""
    files = random_site(seed, tmp_path)
    chosen, result = all_drills(files, *share)
    left_out = [remark for remark in chosen.remarks if ": it needs " in remark]
    record_property("drills that apply", len(result.drills))
    record_property("scenarios that do not apply", len(left_out))
    assert complaint_of(chosen, result, files) == ""
    assert [told(drill) for drill in result.drills if drill.exit_code() is not ExitCode.HELD] == []
    assert len(result.drills) >= LEAST_SHARE * (len(result.drills) + len(left_out))


def test_a_site_whose_groups_main_cf_keeps_from_all_drills_says_so_of_each(tmp_path: Path) -> None:
    """Site 340: what each of its groups lacks has a file and a line; less than that stays a complaint."""
    files = random_site(340, tmp_path)
    chosen, result = all_drills(files)
    assert (len(result.drills), complaint_of(chosen, result, files)) == (0, "")
    silent = replace(chosen, remarks=chosen.remarks[1:])
    assert complaint_of(silent, result, files) == NO_DRILL


RESOURCE, GROUP = "ActionTimeout = 60", "AutoStartList = { hosta }"
"""Lines of the example's main.cf behind which an attribute of the resource stands, or one of the group."""


@pytest.mark.parametrize(
    "lines",
    [
        {RESOURCE: "SplitTakeover = 0"},
        {RESOURCE: "CleanRetryLimit = 1"},
        {GROUP: "OnlineRetryLimit = 2"},
        {GROUP: "AutoFailOver = 2"},
        {GROUP: "AutoFailOver = 0", RESOURCE: "OnlineRetryLimit = 1"},
    ],
    ids=str,
)
def test_an_attribute_that_keeps_the_group_makes_no_drill_fail(tmp_path: Path, lines: dict[str, str]) -> None:
    """The example with an attribute or two more: what relies on its absence is left out, all else holds."""
    text = (FOLDER / "rdc" / "main.cf").read_text()
    for place, line in lines.items():
        assert place in text
        text = text.replace(place, f"{place}\n\t\t{line}", 1)
    file = tmp_path / "main.cf"
    file.write_text(text)
    _, result = all_drills([file])
    assert result.complaint == ""
    assert [told(drill) for drill in result.drills if drill.exit_code() is not ExitCode.HELD] == []


def test_the_same_seed_is_the_same_site(tmp_path: Path) -> None:
    """A site that failed can be written again: `python -m tests.random_sites.generator SEED DIRECTORY`."""
    texts = [[file.read_text() for file in random_site(7, tmp_path / name)] for name in ("one", "other")]
    assert texts[0] == texts[1]
