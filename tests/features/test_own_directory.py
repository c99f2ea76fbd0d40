"""Drills of a user's own, outside the repository, under plain pytest."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.features.own_directory import (
    BEGINS,
    CALM,
    OWN_FEATURE,
    OWN_STEPS,
    flown_by_pytest,
    in_an_interpreter,
    own_site,
    trouble,
)

PLAIN_STEPS = '''
from pytest_bdd import parsers, when

from mirrordrill.drills.steps.library import when as when_here


@when_here("{duration_s:duration} pass(es)", example="5 minutes pass")
def nothing_passes(duration_s: float) -> None:
    """Our own idea of time."""
    print(f"time stands still for {duration_s:.0f} s")


@when(parsers.parse("{group} is praised"))
def praise(group: str) -> None:
    print(f"well done, {group}")
'''


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    """A directory with a site and a feature, and no Python file at all."""
    own_site(tmp_path)
    (tmp_path / "drills" / "calm.feature").write_text(CALM)
    return tmp_path


def test_a_directory_without_any_python_file_is_flown(calm: Path) -> None:
    """Backgrounds, rules, outlines, tables, tags with dashes; the site is found beside the feature."""
    done = in_an_interpreter(calm, "pytest", "drills", "-W", "error", "--strict-markers", "-v")
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert "4 passed" in output
    assert "drills/calm.feature::test_the_group_moves_to_host[inprocess-dr1] PASSED" in output


@pytest.mark.parametrize(
    ("selection", "passed"),
    [
        (("-k", "table"), 1),
        (("-m", "near"), 3),
        (("-m", "calm and not near"), 1),
        (("-m", "chapter_4"), 4),
        (("-k", "dr2"), 1),
    ],
)
def test_drills_are_chosen_as_any_tests(calm: Path, selection: tuple[str, str], passed: int) -> None:
    """By words and by tags; those of examples, too."""
    code, output = flown_by_pytest(calm, *selection)
    assert code == 0, output
    assert f"{passed} passed" in output


def test_workers_of_xdist_write_the_same_reports(calm: Path) -> None:
    """JUnit XML with the evidence as properties, and cucumber JSON, whether run here or by workers."""
    seen = []
    for jobs in ("0", "2"):
        junit, cucumber = calm / f"junit{jobs}.xml", calm / f"cucumber{jobs}.json"
        code, output = flown_by_pytest(calm, "-n", jobs, f"--junitxml={junit}", f"--cucumberjson={cucumber}")
        assert code == 0, output
        cases = {
            case.get("name"): {p.get("name"): p.get("value") for p in case.iter("property")}
            for case in ElementTree.parse(junit).iter("testcase")
        }
        steps = {
            e["id"]: [s["result"]["status"] for s in e["steps"]]
            for e in json.loads(cucumber.read_text())[0]["elements"]
        }
        seen.append((cases, steps))
    cases, steps = seen[0]
    assert seen[1] == seen[0]
    assert len(cases) == len(steps) == 4
    assert {evidence["mirrordrill.verdict"] for evidence in cases.values()} == {"HELD"}
    assert all(len(evidence["mirrordrill.log_sha256"] or "") == 64 for evidence in cases.values())
    assert {status for statuses in steps.values() for status in statuses} == {"passed"}


def test_only_what_failed_last_time_is_flown_again(calm: Path) -> None:
    """`--lf`."""
    (calm / "drills" / "calm.feature").write_text(
        CALM.replace("| dr1   | 1261   | TARGET FULL", "| dr1   | 1261   | FULL")
    )
    code, output = flown_by_pytest(calm)
    assert code == 1
    assert "1 failed, 3 passed" in output
    assert "dr1 1261 Target Full Duplex, not Full Duplex" in output
    code, output = flown_by_pytest(calm, "--lf")
    assert "1 failed" in output
    assert "passed" not in output, output


def test_steps_of_the_users_own_stand_in_a_conftest(tmp_path: Path) -> None:
    """With places of the shipped kinds, fixtures of pytest, and the drill's world."""
    own_site(tmp_path)
    (tmp_path / "drills" / "conftest.py").write_text(OWN_STEPS)
    (tmp_path / "drills" / "lunch.feature").write_text(OWN_FEATURE)
    code, output = flown_by_pytest(tmp_path)
    assert code == 0, output
    (tmp_path / "drills" / "lunch.feature").write_text(OWN_FEATURE.replace("node1 is one", "dr1 is one"))
    code, output = flown_by_pytest(tmp_path)
    assert code == 1
    assert "dr1 is theirs" in output
    assert "(drills/lunch.feature:7)" in output
    (tmp_path / "drills" / "lunch.feature").write_text(OWN_FEATURE.replace("has lunch", "has luncheon"))
    assert "nearest: `When the operator has lunch`" in flown_by_pytest(tmp_path)[1]


def test_an_own_step_wins_over_a_shipped_one_and_may_be_written_for_plain_pytest_bdd(tmp_path: Path) -> None:
    """The nearest conftest decides, as with any fixture."""
    own_site(tmp_path)
    (tmp_path / "drills" / "conftest.py").write_text(PLAIN_STEPS)
    more = "    When 5 minutes pass\n    And dbgrp is praised\n"
    (tmp_path / "drills" / "own.feature").write_text(BEGINS + more)
    code, output = flown_by_pytest(tmp_path, "-s")
    assert code == 0, output
    assert "time stands still for 300 s" in output
    assert "well done, dbgrp" in output
    assert "mirrordrill: SIMULATED; agent inprocess, seed 0, vcs41, site as each feature says" in output


def test_a_pytest_bdd_that_lacks_a_private_name_runs_the_drills_too_and_the_head_says_why_it_takes_longer(
    calm: Path,
) -> None:
    """Such a name may be gone with any release; the plugin is loaded in every project that has it installed."""
    (calm / "conftest.py").write_text("import pytest_bdd.compat\n\ndel pytest_bdd.compat.get_fixture_names\n")
    code, output = flown_by_pytest(calm, "-k", "table")
    assert code == 0, output
    assert "mirrordrill: steps are looked up by pytest-bdd alone, which takes longer: " in output
    assert "get_fixture_names" in output


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("    When 5 parsecs pass\n", "there is no step `5 parsecs pass`; nearest: `When {duration} pass(es)`"),
        ("    When the operater switches dbgrp to dr1\n", "nearest: `When the operator switches {group} to {host}`"),
        ("    Then 5 minutes pass\n", "`5 minutes pass` is a step for When, not for Then"),
        ("    When nodeX halts\n", "there is no host nodeX; there are: node1, node2, dr1, dr2"),
        ("    When node1, nodeX halt\n", "there is no host nodeX; there are: node1, node2, dr1, dr2"),
        (
            "    When array 75FA999 is lost\n",
            "there is no array 75FA999; there are: IBM.2107-75FA120, IBM.2107-75FA150",
        ),
        (
            "    When HMC hmc9 falls silent\n",
            "there is no console hmc9; there are: ds8000c.example.com, ds8000d.example.com",
        ),
        ("    When ora_bd fails on node1\n", "there is no resource ora_bd; there are: "),
        ("    Then no alert stands in moon\n", "there is no cluster moon; there are: rdc1"),
        ("    When volume 9999 of 75FA120 is lost\n", "there is no volume 9999; there are: 1260, 1261"),
        (
            "    Then the volumes of dbgrp on node1 show SUSPENDED, reason Fate\n",
            "there is no reason Fate; there are: -, Host Source",
        ),
        ("    When the operator takes oragrp offline\n", "there is no group oragrp; there are: dbgrp"),
        (
            "    Then the volumes of dbgrp on node1 are MIRRORED\n",
            "there is no state MIRRORED; there are: Simplex, Copy Pending, Full Duplex",
        ),
        (
            "    Then the volumes show:\n      | host  | volume | state   |\n      | node1 | 9999   | Simplex |\n",
            "there is no volume 9999; there are: 1260, 1261",
        ),
        (
            "    Then the volumes show:\n      | host  | volum | state   |\n      | node1 | 1260  | Simplex |\n",
            "the table has no column volume; it needs host, volume, state, and may have reason",
        ),
        ("    Then the volumes show:\n", "`the volumes show:` needs a table below it"),
        ("    When 5 minutes pass\n      | host  |\n      | node1 |\n", "`5 minutes pass` takes no table"),
        ('    Given the site "../site/main.cf"\n', "this scenario has its site already: "),
    ],
)
def test_what_is_wrong_with_a_feature_is_told_with_what_there_is_and_its_line(
    tmp_path: Path, more: str, said: str
) -> None:
    """A wrong step, name, state, column or table; never a traceback."""
    own_site(tmp_path)
    output = trouble(tmp_path, more)
    assert said in output
    assert "(drills/trouble.feature:6)" in output


def test_a_failed_expectation_is_told_by_the_steps(tmp_path: Path) -> None:
    """What was expected, what was seen, where it stands, and what was not executed after it."""
    own_site(tmp_path)
    output = trouble(
        tmp_path, "    When dr1 halts\n    Then dbgrp comes online on dr2 within 30 seconds\n    And 1 day passes\n"
    )
    assert "FAILED        Then dbgrp comes online on dr2 within 30 seconds" in output
    assert "dbgrp did not come online on dr2 within 30 s" in output
    assert "(drills/trouble.feature:7)" in output
    assert "not executed  And 1 day passes" in output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "drills/wrong.feature:1: there is no feature in this file"),
        (
            BEGINS + "  Scenario: Something is wrong\n    When 1 minute passes\n",
            "wrong.feature:6: a second scenario is called",
        ),
        ("Feature: Nothing\n  Scenario: Nothing\n", "wrong.feature:2: the scenario 'Nothing' has no step"),
        (BEGINS + "    Whenever 1 minute passes\n", "drills/wrong.feature:6: "),
        (BEGINS.replace("../site/main.cf", "../sites/main.cf"), "there is no file "),
        (
            BEGINS.replace('site "../site/main.cf"', 'example site "moon"'),
            'there is no example site "moon"; there are: fenced, firedrill, gco, ',
        ),
    ],
)
def test_a_file_that_cannot_be_flown_names_its_line(tmp_path: Path, text: str, said: str) -> None:
    """Nothing of it is taken for held."""
    own_site(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmirrordrill = true\n")
    (tmp_path / "drills" / "wrong.feature").write_text(text)
    code, output = flown_by_pytest(tmp_path)
    assert code != 0
    assert said in output
    assert "Traceback" not in output


def test_two_scenarios_that_differ_in_a_sign_only_are_both_flown(tmp_path: Path) -> None:
    """Their names in Python would be the same."""
    own_site(tmp_path)
    second = BEGINS.replace("Feature: Trouble\n", "").replace("wrong", "wrong!")
    (tmp_path / "drills" / "twins.feature").write_text(BEGINS + second)
    code, output = flown_by_pytest(tmp_path)
    assert code == 0, output
    assert "2 passed" in output


def test_the_site_of_the_command_line_replaces_that_of_the_feature(calm: Path) -> None:
    """The same drills on tomorrow's main.cf."""
    other = calm / "tomorrow.cf"
    other.write_text((calm / "site" / "main.cf").read_text().replace("dr2", "dr9"))
    code, output = flown_by_pytest(calm, "--drill-site", other)
    assert code == 1
    assert "there is no host dr2; there are: node1, node2, dr1, dr9" in output
    assert "1 failed, 3 passed" in output


def test_options_of_other_plugins_have_the_short_names(calm: Path) -> None:
    """Where mirrordrill is installed it takes no name that a project or another plugin gives an option of its own."""
    names = (
        "--site",
        "--agent",
        "--capture-site",
        "--site-toml",
        "--vcs-profile",
        "--profile",
        "--seed",
        "--report",
        "--pace",
    )
    lines = "".join(f"    parser.addoption({name!r})\n" for name in names)
    (calm / "conftest.py").write_text(f"def pytest_addoption(parser):\n{lines}")
    code, output = flown_by_pytest(calm, "--agent", "007", "-k", "table")
    assert code == 0, output
    assert "1 passed" in output


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--drill-profile", "vcs3"), "invalid choice: 'vcs3'"),
        (("--drill-pace", "-2"), "'-2' is not a number from 0.001 to 1,000,000"),
        (("--drill-agent", "telepathy"), "invalid choice: 'telepathy'"),
    ],
)
def test_an_option_that_cannot_be_is_refused_before_anything_is_flown(
    tmp_path: Path, option: tuple[str, str], said: str
) -> None:
    """By pytest, with its own exit code for wrong usage."""
    own_site(tmp_path)
    code, output = flown_by_pytest(tmp_path, "=".join(option))
    assert code == 4
    assert said in output
    assert "Traceback" not in output
