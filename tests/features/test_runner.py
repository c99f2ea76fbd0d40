"""`mirrordrill run` on drills of a user's own and on shipped ones cast for a foreign site."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mirrordrill.drills import sites
from tests.features.own_directory import BEGINS, CALM, OWN_FEATURE, OWN_STEPS, in_directory, own_site

MORE_STEPS = '''
import random

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when


@when("the operator rolls dice", example="the operator rolls dice")
def dice(drill: Drill) -> None:
    """Chance that no seed decides."""
    drill.observed(drill.world.advance(random.random()))


@when("the harness breaks", example="the harness breaks")
def breaks(drill: Drill) -> None:
    """A fault that is not the agent's."""
    raise RuntimeError("out of order")


@when("the rate is worked out", example="the rate is worked out")
def rate() -> None:
    """Raises below the step, in a line of its own file."""
    per_second(0)


def per_second(seconds: int) -> float:
    return 1 / seconds


@when("nobody goes on", example="nobody goes on")
def nobody() -> None:
    """Skips the rest."""
    import pytest

    pytest.skip("enough for today")
'''
STALE = """
    When 10 minutes pass
    And the Metro Mirror links between 75FA120 and 75FA150 are lost
    And 10 minutes pass
    And array 75FA120 is lost
    And node1, node2 halt
    Then dbgrp comes online on dr1 within 10 minutes
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory with a site, a calm feature, and steps of its own."""
    own_site(tmp_path)
    (tmp_path / "drills" / "calm.feature").write_text(CALM)
    return tmp_path


def run(folder: Path, *arguments: str | Path) -> tuple[int, str]:
    """Exit code and output of `mirrordrill run`; nobody may see a traceback."""
    done = in_directory(folder, "mirrordrill", "run", *arguments)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + " ".join(done.stderr.replace("│", " ").split())


def test_a_directory_is_flown_with_its_own_steps_and_each_step_is_told(own: Path) -> None:
    """Expected, observed, simulated and real time; then a line for each drill."""
    (own / "drills" / "conftest.py").write_text(OWN_STEPS)
    (own / "drills" / "lunch.feature").write_text(OWN_FEATURE)
    code, output = run(own, "drills")
    assert code == 0, output
    assert re.search(r"00:45:\d\d  held +45.0 min +\d\.\d\d s +When the operator has lunch +45 minutes passed", output)
    assert len(re.findall(r"(?m)^\d  held +\d\d:\d\d:\d\d", output)) == 5
    assert "5 drills in " in output


@pytest.mark.parametrize(
    ("selection", "flown"),
    [(("--tag", "near"), 3), (("--tag", "chapter-4", "--tag", "not near"), 1), (("-k", "dr1 or table"), 2)],
)
def test_drills_are_chosen_by_words_and_tags(own: Path, selection: tuple[str, ...], flown: int) -> None:
    """And what is chosen is all that is run."""
    code, output = run(own, "drills", "--show", "summary", *selection)
    assert code == 0, output
    assert f"{flown} drill{'s' * (flown > 1)} in " in output


def test_nothing_chosen_is_wrong_usage(own: Path) -> None:
    """Nothing run has not held."""
    code, output = run(own, "drills", "--tag", "moon")
    assert code == 2
    assert "no drill fits --tag 'moon'" in output
    assert "nothing was run" in output


@pytest.mark.parametrize(
    ("more", "options", "code", "said"),
    [
        ("    Then dbgrp comes online on node1 within 1 minute\n", (), 0, "every step and every oracle held"),
        ("    When nodeX halts\n", (), 2, "there is no host nodeX"),
        (STALE, (), 10, "a safety rule was broken"),
        ("    Then dbgrp comes online on dr1 within 1 minute\n", (), 11, "a step did not come about"),
        ("    When nobody goes on\n", (), 12, "the run ended before everything was decided"),
        ("    When the operator rolls dice\n", ("--twice",), 13, "the same seed gave another log"),
        ("    When the harness breaks\n", (), 14, "the harness is at fault"),
    ],
)
def test_the_exit_code_says_what_came_of_it(
    own: Path, more: str, options: tuple[str, ...], code: int, said: str
) -> None:
    """The codes of `--help`; 130 has a test of its own."""
    (own / "drills" / "conftest.py").write_text(MORE_STEPS)
    (own / "drills" / "one.feature").write_text(BEGINS + more)
    assert (code, True) == ((found := run(own, "drills/one.feature", *options))[0], said in found[1]), found[1]


@pytest.mark.parametrize(
    ("step", "raised", "line"),
    [
        ("the rate is worked out", "ZeroDivisionError: division by zero", "return 1 / seconds"),
        ("the harness breaks", "RuntimeError: out of order", "raise RuntimeError"),
    ],
)
def test_what_a_step_of_ones_own_raises_is_told_with_its_type_and_line(
    own: Path, step: str, raised: str, line: str
) -> None:
    """In the steps of the run and in the report, without a traceback."""
    (own / "drills" / "conftest.py").write_text(MORE_STEPS)
    (own / "drills" / "one.feature").write_text(f"{BEGINS}    When {step}\n")
    code, output = run(own, "drills/one.feature", "--report", "r")
    number = next(n for n, text in enumerate(MORE_STEPS.splitlines(), 1) if line in text)
    said = f"{raised} (drills/conftest.py:{number})"
    assert code == 14
    assert said in " ".join(output.split())
    (drill,) = json.loads((own / "r" / "report.json").read_text())["drills"]
    assert said in [each["observed"] for each in drill["steps"]]


@pytest.mark.parametrize(
    ("keyword", "code", "said"),
    [("And", 11, "pair-changing commands were sent"), ("When", 0, "every step and every oracle held")],
)
def test_what_an_and_goes_on_with_belongs_to_its_when(own: Path, keyword: str, code: int, said: str) -> None:
    """An expectation looks back to where the last When began, not to the last thing that was done in it."""
    steps = "    When the operator switches dbgrp to dr1\n    And 10 minutes pass\n"
    more = f"    {keyword} 1 minute passes\n    Then no pair-changing command was sent\n"
    (own / "drills" / "one.feature").write_text(BEGINS + steps + more)
    assert (code, True) == ((found := run(own, "drills/one.feature"))[0], said in found[1]), found[1]


def test_the_gravest_of_several_drills_decides_and_none_is_kept_from_being_flown(own: Path) -> None:
    """Unless that was asked for."""
    (own / "drills" / "a.feature").write_text(BEGINS + "    Then dbgrp comes online on dr1 within 1 minute\n")
    (own / "drills" / "b.feature").write_text(BEGINS + STALE)
    code, output = run(own, "drills", "--show", "summary")
    assert code == 10
    assert "6 drills in " in output
    assert "drills/a.feature:6  Then dbgrp comes online on dr1 within 1 minute" in output
    code, output = run(own, "drills", "--show", "summary", "--stop-at-first")
    assert code == 11
    assert "1 drill in " in output


def test_a_broken_file_keeps_everything_on_the_ground(own: Path) -> None:
    """It is told with its line, and is not taken for an interruption."""
    (own / "drills" / "broken.feature").write_text(BEGINS + "    Whenever 5 minutes pass\n")
    code, output = run(own, "drills")
    assert code == 2
    assert "drills/broken.feature:6: " in output
    assert "nothing was run" in output


def test_a_directory_without_features_is_wrong_usage(own: Path) -> None:
    """So is a name that means nothing."""
    assert "there is no .feature file in site" in run(own, "site")[1]
    assert "there is no drill, file or directory 'moon'" in run(own, "moon")[1]


def test_reports_for_machines_are_written(own: Path) -> None:
    """JUnit XML and cucumber JSON, with steps and evidence."""
    code, output = run(
        own, "drills", "--junit", own / "junit.xml", "--cucumber", own / "cucumber.json", "--show", "summary"
    )
    assert code == 0, output
    cases = list(ElementTree.parse(own / "junit.xml").iter("testcase"))
    assert {case.get("classname") for case in cases} == {"drills.calm.feature"}
    assert len(cases) == 4
    assert all("mirrordrill.log_sha256" in {p.get("name") for p in case.iter("property")} for case in cases)
    (feature,) = json.loads((own / "cucumber.json").read_text())
    assert [len(element["steps"]) for element in feature["elements"]] == [5, 5, 5, 5]


def test_a_paced_drill_takes_its_time_and_writes_the_same_log(own: Path) -> None:
    """Simulated time at a thousand times real time: a good hour is a few seconds."""
    began_s = time.monotonic()
    _, fast = run(own, "drills", "-k", "table")
    fast_s, began_s = time.monotonic() - began_s, time.monotonic()
    _, paced = run(own, "drills", "-k", "table", "--pace", "600")
    assert time.monotonic() - began_s >= fast_s / 4 + 3600 / 600 - 1
    digest = re.compile(r"log +sha256 ([0-9a-f]{64})")
    assert digest.findall(fast) == digest.findall(paced) != []


def test_shipped_drills_are_cast_with_the_names_of_a_foreign_site(tmp_path: Path) -> None:
    """Who plays whom is told; one name chooses one feature."""
    site = own_site(tmp_path)
    code, output = run(tmp_path, "migration", "--site", site, "--show", "verdicts")
    assert code == 0, output
    assert "group dbgrp: node1, node2 on IBM.2107-75FA120; dr1, dr2 on IBM.2107-75FA150" in output
    assert "And the operator switches dbgrp to dr1" in output
    assert "oragrp" not in output


def test_what_nobody_can_play_is_left_out_and_told(tmp_path: Path) -> None:
    """One host on each array: there and back is what remains of the migration."""
    site = own_site(tmp_path)
    text = re.sub(r".*@(?:node2|dr2).*\n", "", site.read_text())
    text = re.sub(r"\tsystem (?:node2|dr2) \(\n\t\)\n", "", text)
    text = re.sub(r"system (?:node2|dr2) \(\n\t*\)\n", "", text)
    site.write_text(re.sub(r", (?:node2|dr2) = \d", "", text))
    code, output = run(tmp_path, "--site", site, "--show", "summary")
    assert code == 0, output
    assert "migration: left out is `a leg of" in output
    assert "it needs a second host on the array where the group starts" in output
    assert "group dbgrp: host_failure is left out: it needs a second host on the array where the group starts" in output


def test_hazards_are_cast_too_and_declare_what_breaks_by_the_names_of_the_site(tmp_path: Path) -> None:
    """A tag chooses among all shipped features; what is not for this site is told, and nothing is failed for it."""
    site = own_site(tmp_path)
    text = site.read_text().replace("ora_", "pg_").replace("75FA120", "75ABCD1").replace("75FA150", "75ABCD2")
    site.write_text(text.replace("1260", "2200").replace("1261", "2201"))
    code, output = run(tmp_path, "--site", site, "--tag", "hazard", "--show", "summary")
    assert code == 0, output
    assert "two_subsystems: not for a site of one cluster" in output
    assert "rolling_disaster: left out" not in output
    flown = re.search(r"\n(\d+) drills in .*nothing is broken but what the drill declares", output)
    assert flown
    assert int(flown[1]) >= 69
    assert "S1 S2 S7 BROKEN as declared" in output


def test_the_refusals_of_the_manual_belong_to_the_standard_set_of_a_site_with_two_volumes(tmp_path: Path) -> None:
    """And hazards are offered."""
    code, output = run(tmp_path, "--site", own_site(tmp_path), "-k", "step_2 or One_of_two", "--show", "summary")
    assert code == 0, output
    assert "A disaster in which the takeover must be refused: One of two volumes was suspended before  held" in output
    code, output = run(tmp_path, "--site", tmp_path / "site" / "main.cf", "--show", "summary")
    assert code == 0, output
    assert "`--tag hazard` runs what goes wrong beyond the manual" in output
    assert "What chapters 1 to 3 demand of a configuration" in output


def test_a_name_that_is_not_for_this_kind_of_site_is_told(tmp_path: Path) -> None:
    """Drills of a replicated data cluster say nothing about a global one."""
    gco = sorted((Path(sites.__file__).resolve().parent / "gco").rglob("main.cf"))
    code, output = run(tmp_path, "migration", "--site", gco[0], "--site", gco[1])
    assert code == 2
    assert "migration: not for a site of several clusters" in output


def test_outside_a_terminal_nothing_is_overwritten_or_coloured(own: Path) -> None:
    """What CI keeps is plain lines."""
    done = in_directory(own, "mirrordrill", "run", "drills", "-k", "table")
    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout
