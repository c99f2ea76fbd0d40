"""`mirrordrill shrink` and what a report says of counter-examples, as their users meet them: in a shell, in a directory
of their own, in processes of their own."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from mirrordrill.drills import sites
from mirrordrill.drills.report.codec import as_json, from_json
from mirrordrill.drills.report.files import read_report
from mirrordrill.drills.report.model import CounterExample
from mirrordrill.drills.run.exit_codes import ExitCode
from tests.array.sites import Site as CapturedSite
from tests.features.own_directory import OWN_STEPS, in_directory, own_site
from tests.report.pages import everything, parse, text_of
from tests.shrinking.nights import NOISE
from tests.site.test_round_trip import captured

SITES = Path(sites.__file__).resolve().parent

LOSS = """
@night @chapter-4
Feature: <b>Tonight</b> & "tomorrow"
  Background: our own site
    Given the site "../site/main.cf"
    And dbgrp is online on node1

  Scenario: The links die long before the site
    When 10 minutes pass
    And dr2 halts
    And the operator has lunch
    Then node1 is one of ours
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And the operator has lunch
    And array IBM.2107-75FA120 is lost
    And node1, node2 lose power
    Then dbgrp comes online on dr1 within 5 minutes
    And no acknowledged write was lost

  Scenario: All is well
    When the operator has lunch
    Then no acknowledged write was lost
"""


def own_directory(folder: Path) -> Path:
    """A directory with a site, its site.toml, steps of its own in a module beside the conftest.py, and a bad night."""
    own_site(folder)
    drills = folder / "drills"
    (drills / "our_steps.py").write_text(OWN_STEPS)
    (drills / "conftest.py").write_text("from our_steps import *\n")
    (drills / "loss.feature").write_text(LOSS)
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Such a directory."""
    return own_directory(tmp_path)


@dataclass(frozen=True)
class Done:
    """A directory in which a command was typed once, for tests that look at what came of it."""

    folder: Path
    code: int
    output: str

    def copied(self, to: Path) -> Path:
        """A copy, for a test that changes it."""
        return shutil.copytree(self.folder, to / "copy")


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """A run with a report in `out`."""
    folder = own_directory(tmp_path_factory.mktemp("reported"))
    return Done(folder, *run(folder, "run", "drills", "--report", "out", "--seed", "3", "--show", "summary"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The night shrunk, with its folder below `found`."""
    folder = own_directory(tmp_path_factory.mktemp("found"))
    return Done(folder, *run(folder, "shrink", "drills", "-k", "links", "--out", "found"))


def run(folder: Path, *arguments: str | Path) -> tuple[int, str]:
    """Exit code and output of `mirrordrill`; nobody may see a traceback."""
    done = in_directory(folder, "mirrordrill", *arguments)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + " ".join(done.stderr.replace("│", " ").split())


def typed(folder: Path, command: str) -> tuple[int, str]:
    """Exit code and output of a command that is typed in a shell."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path, "COLUMNS": "200"},
    )
    return done.returncode, done.stdout + done.stderr


def counter_example(folder: Path, drill: int = 0) -> CounterExample:
    return read_report(folder / "report.json").drills[drill].counter_example


def test_a_report_has_the_counter_example_and_its_command_replays_it_anywhere(reported: Done, tmp_path: Path) -> None:
    """The directory of the report is moved, everything else is gone; one command typed there gives the same verdict."""
    own, output = reported.copied(tmp_path), reported.output
    assert reported.code == 10
    example = counter_example(own / "out")
    assert (example.kind, example.rule) == ("shrunk", "S2")
    assert example.is_minimal
    assert (example.steps_left, 12) == (len(example.steps), example.steps_run)
    assert example.steps_left <= 5
    assert example.steps[0] == 'Given the site "../site/main.cf"'
    assert f"{example.steps_left} of 12 steps are left" in output
    elsewhere = tmp_path / "mailed"
    shutil.move(own / "out", elsewhere)
    shutil.rmtree(own / "site")
    shutil.rmtree(own / "drills")
    code, replayed = typed(elsewhere, f"{example.command} --show verdicts")
    assert code == 10, replayed
    verdict = json.loads((elsewhere / example.folder / "verdict.json").read_text())
    assert (verdict["seed"], verdict["exit_code"], verdict["rule"]) == (3, 10, "S2")
    assert f"log      sha256 {verdict['log_sha256']}" in replayed
    assert verdict["reason"] == example.reason
    assert example.reason in replayed
    own_command = f"cd {example.folder} && {verdict['replay']} --show summary"
    assert typed(elsewhere, own_command)[0] == 10


def test_the_folder_has_everything_that_is_needed(found: Done) -> None:
    """Both schedules, log, verdict, timeline, seed and versions, the site, and the steps with what they import."""
    assert found.code == 0, found.output
    [folder] = (found.folder / "found" / "counter-example").iterdir()
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        "as-run.feature",
        "conftest.py",
        "events.jsonl",
        "our_steps.py",
        "shrunk.feature",
        "site/main.cf",
        "site/site.toml",
        "timeline.txt",
        "verdict.json",
    }
    verdict = json.loads((folder / "verdict.json").read_text())
    assert {"mirrordrill", "agent_sha256", "python", "seed", "profile", "replay"} <= verdict.keys()
    assert (folder / "timeline.txt").read_text().startswith("SIMULATED\n")
    assert "# SIMULATED" in (folder / "shrunk.feature").read_text()
    flown = (folder / "as-run.feature").read_text()
    assert "When 10 minutes pass\n    And dr2 halts" in flown
    assert "@chapter-4 @night\nFeature: <b>Tonight</b>" in flown
    assert "1 of 1 drill shrunk" in found.output
    log = (folder / "events.jsonl").read_bytes()
    assert hashlib.sha256(log).hexdigest() == verdict["log_sha256"]


def test_nothing_of_it_names_a_path_of_the_machine(reported: Done) -> None:
    """It is filed and mailed, as the report is."""
    own = reported.folder
    files = [path for path in (own / "out").rglob("*") if path.is_file()]
    assert len(files) >= 13
    assert [path for path in files if str(own).encode() in path.read_bytes()] == []


def test_both_features_of_the_folder_fly_by_themselves(found: Done, tmp_path: Path) -> None:
    """The schedule as run, too: with the same verdict as it had."""
    [folder] = (found.copied(tmp_path) / "found" / "counter-example").iterdir()
    assert run(folder, "run", "as-run.feature", "--site", "site/main.cf", "--show", "summary")[0] == 10
    code, output = typed(folder, "pytest -q shrunk.feature --drill-site site/main.cf")
    assert code == 1, output
    assert "S2" in output


def test_writing_it_again_gives_the_same_bytes(reported: Done, own: Path) -> None:
    """A report of the same run is the same report but for who ran it and when, and the folders are the same."""
    run(own, "run", "drills", "--report", "out", "--seed", "3", "--show", "summary")
    one, two = reported.copied(own / "one") / "out", own / "out"
    for folder in (one, two):
        (folder / "provenance.json").unlink()
        run(own, "report", folder / "report.json", "--html", folder / "report.html", "--text", folder / "report.txt")
    files = {path.relative_to(one) for path in one.rglob("*") if path.is_file()}
    assert len(files) >= 13
    assert {path.relative_to(two) for path in two.rglob("*") if path.is_file()} == files
    assert [path for path in files if (one / path).read_bytes() != (two / path).read_bytes()] == []


def test_counter_examples_are_flown_when_they_are_named_only(reported: Done, tmp_path: Path) -> None:
    """Whoever runs his directory every night does not run last night's failures with it."""
    own = reported.copied(tmp_path)
    shutil.move(own / "out", own / "drills" / "out")
    (own / "drills" / ".mirrordrill-left").mkdir()
    (own / "drills" / ".mirrordrill-left" / "round-1.feature").write_text(LOSS)
    _, output = run(own, "run", "drills", "--show", "summary", "--no-shrink")
    assert "2 drills in " in output
    assert "2 tests collected" in typed(own, "pytest --collect-only -q drills")[1]
    [feature] = (own / "drills" / "out").rglob("shrunk.feature")
    assert "1 test collected" in typed(own, f"pytest --collect-only -q {feature}")[1]
    _, output = run(own, "run", feature.parent, "--site", feature.parent / "site" / "main.cf", "--show", "summary")
    assert "2 drills in " in output


def test_a_drill_that_holds_needs_none_and_says_so(own: Path) -> None:
    """In the report, and on the command line."""
    assert run(own, "run", "drills", "-k", "well", "--report", "out", "--show", "summary")[0] == 0
    example = counter_example(own / "out")
    assert (example.kind, example.told) == ("none needed", "none needed: no rule was broken")
    assert "None needed: no rule was broken." in text_of(parse((own / "out" / "report.html").read_text()))
    assert not (own / "out" / "counter-example").exists()
    code, output = run(own, "shrink", "drills", "-k", "well")
    assert code == 1
    assert "nothing to shrink" in output
    assert "no rule was broken in it, and every step came about" in output


def test_nothing_is_shrunk_where_nobody_wants_it_and_the_report_says_how(own: Path) -> None:
    """`--no-shrink`, and plain pytest."""
    assert run(own, "run", "drills", "--report", "out", "--no-shrink", "--show", "summary")[0] == 10
    typed(own, "pytest -q drills --drill-report theirs")
    for name in ("out", "theirs"):
        example = counter_example(own / name)
        assert (example.kind, example.rule, example.steps) == ("not shrunk", "S2", ())
        assert example.command == "mirrordrill shrink drills/loss.feature -k test_the_links_die_long_before_the_site"
        assert example.command in text_of(parse((own / name / "report.html").read_text()))
        assert example.command in (own / name / "report.txt").read_text()
    assert typed(own, example.command)[0] == 0


def test_the_command_of_a_report_names_a_shipped_drill_by_its_name_and_an_own_one_by_its_path(tmp_path: Path) -> None:
    """Where a shipped one was cast for a site, too; a directory may be called as it likes."""
    site = own_site(tmp_path)
    folder = tmp_path / "mirrordrill-ours"
    folder.mkdir()
    never = "Then dbgrp comes online on dr1 within 1 minute"
    (folder / "migration.feature").write_text(
        f'Feature: M\n  Scenario: M\n    Given the site "../site/main.cf"\n    {never}\n'
    )
    run(tmp_path, "run", "stale_target", "-k", "hour", "--site", site, "--seed", "4", "--report", "cast")
    run(tmp_path, "run", "mirrordrill-ours", "--no-shrink", "--profile", "vcs7", "--report", "own")
    scenario = "test_the_links_are_lost_an_hour_before_the_site_and_the_target_does_not_know_that_it_is_old"
    assert (
        counter_example(tmp_path / "cast").command
        == f"mirrordrill shrink stale_target -k {scenario} --site main.cf --seed 4"
    )
    command = counter_example(tmp_path / "own").command
    assert command == "mirrordrill shrink mirrordrill-ours/migration.feature -k test_m --profile vcs7"


def test_what_a_drill_declares_is_its_own_example_until_somebody_shrinks_it(tmp_path: Path) -> None:
    """The command of the report is typed."""
    run(tmp_path, "run", "stale_target", "-k", "hour", "--report", "out", "--show", "summary")
    example = counter_example(tmp_path / "out")
    assert example.kind == "as declared"
    assert "the scenario itself is the example: it declares that S2 must be broken" in example.told
    code, output = typed(tmp_path, f"{example.command} --report again")
    assert code == 0, output
    example = counter_example(tmp_path / "again")
    assert (example.kind, example.rule, example.is_minimal) == ("shrunk", "S2", True)
    assert typed(tmp_path / "again", example.command)[0] == 10


def test_a_shipped_drill_cast_for_a_foreign_site_is_shrunk_with_its_files(tmp_path: Path) -> None:
    """What was cast is gone by then; the site's main.cf and site.toml are in the folder."""
    site = own_site(tmp_path)
    code, output = run(tmp_path, "shrink", "stale_target", "-k", "hour", "--site", site, "--out", "found")
    assert code == 0, output
    [folder] = (tmp_path / "found" / "counter-example").iterdir()
    assert "dbgrp comes online on dr1" in (folder / "shrunk.feature").read_text()
    site.unlink()
    (tmp_path / "site" / "site.toml").unlink()
    [command] = re.findall(r"replay, in found: (.*)", output)
    assert typed(tmp_path / "found", command)[0] == 10


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("moon",), 2, "there is no drill, file or directory 'moon'"),
        (("drills", "--runs", "0"), 2, "Invalid value for '--runs'"),
        (("drills", "--profile", "vcs3"), 2, "'vcs3' is none of"),
        (("drills", "--out", "site/main.cf"), 2, "--out"),
        (("drills", "-k", "moon"), 2, "no drill fits"),
        (("drills", "--rule", "S99"), 2, "'S99' is none of S1, S2, "),
        (("drills", "--rule", "S9"), 1, "S9 is not broken in it"),
        (("wrong",), 2, "the drill itself is wrong: see the step marked WRONG"),
    ],
)
def test_wrong_usage_is_told(own: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """With the exit codes of the other commands."""
    (own / "wrong").mkdir()
    (own / "wrong" / "w.feature").write_text(
        'Feature: W\n  Scenario: W\n    Given the site "../site/main.cf"\n    When nodeX halts\n'
    )
    found, output = run(own, "shrink", *arguments)
    assert found == code, output
    assert said in output


@pytest.mark.parametrize("after_s", [0.05, 0.3, 0.7])
@pytest.mark.parametrize(
    ("name", "option", "ends", "code"),
    [
        ("shrink", "--out", signal.SIGINT, 130),
        ("shrink", "--out", signal.SIGTERM, 143),
        ("run", "--report", signal.SIGINT, ExitCode.SAFETY),
        ("run", "--report", signal.SIGTERM, ExitCode.SAFETY),
    ],
)
def test_a_search_that_is_interrupted_leaves_nothing_behind(
    own: Path, name: str, option: str, ends: signal.Signals, code: int, after_s: float
) -> None:
    """Ctrl-C at any moment of it, or a CI system that cancels; what a run had come to by then stays its exit code."""
    noise = NOISE.replace("    Then oragrp stays online on hosta for 10 minutes\n", "").replace("hostd", "dr2")
    (own / "drills" / "loss.feature").write_text(LOSS.replace("    When 10 minutes pass\n", noise * 8))
    (own / "tmp").mkdir()
    search = subprocess.Popen(
        [sys.executable, "-m", "mirrordrill", name, "drills", "-k", "links", option, "found"],
        cwd=own,
        env={**os.environ, "TMPDIR": str(own / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert search.stdout is not None
    for line in search.stdout:
        if line.startswith("shrinking"):
            break
    time.sleep(after_s)
    search.send_signal(ends)
    said, _ = search.communicate(timeout=60)
    assert search.returncode == code, said
    assert "Traceback" not in said
    assert list((own / "tmp").iterdir()) == []
    assert [path.name for path in (own / "drills").iterdir() if path.name.startswith(".mirrordrill")] == []
    if name == "run":
        assert counter_example(own / "found").kind == "not shrunk"


HOSTILE = "<script>alert('1')</script> {{ 7*7 }}"


def test_hostile_words_stay_text(reported: Done, tmp_path: Path) -> None:
    """In the page and in the JSON; a step may say whatever it likes."""
    own = tmp_path
    text = (reported.folder / "out" / "report.json").read_text()
    report = from_json(text.replace("the Metro Mirror links", HOSTILE))
    assert as_json(report) != text
    (own / "hostile.json").write_text(as_json(report))
    assert run(own, "report", "hostile.json", "--html", "hostile.html", "--text", "hostile.txt")[0] == 0
    page = parse((own / "hostile.html").read_text())
    assert everything(page, "script") == []
    [steps] = [element for element in everything(page, "pre") if element.get("class") == "steps"]
    assert HOSTILE in text_of(steps)
    assert HOSTILE in (own / "hostile.txt").read_text()


def test_a_global_site_is_replayed_with_the_files_of_both_clusters(tmp_path: Path) -> None:
    """And with its site.toml, to the same log."""
    shutil.copytree(SITES / "gco", tmp_path / "gco")
    (tmp_path / "gco" / "site.toml").write_text("[link]\ndistance_km = 80\n")
    both = [word for cluster in ("clusa", "clusb") for word in ("--site", tmp_path / "gco" / cluster / "main.cf")]
    code, output = run(tmp_path, "shrink", "global_clusters", "-k", "links", *both, "--out", "found")
    assert code == 0, output
    shutil.rmtree(tmp_path / "gco")
    check_replay(tmp_path / "found", output)


def test_a_captured_site_is_replayed_with_its_captures(tmp_path: Path) -> None:
    """Whether a step names them or the command line does."""
    own_site(tmp_path)
    (tmp_path / "drills" / "lspprc.txt").write_text(captured(CapturedSite(), "-fullid"))
    text = LOSS.replace('"../site/main.cf"', '"../site/main.cf" as captured in "lspprc.txt"')
    text = text.replace("When the operator has lunch", "When 45 minutes pass").replace("operator has lunch", "x")
    text = text.replace("    And the x\n    Then node1 is one of ours\n", "").replace(
        "And the x", "And 45 minutes pass"
    )
    (tmp_path / "drills" / "loss.feature").write_text(text)
    code, output = run(tmp_path, "shrink", "drills", "-k", "links", "--out", "found")
    assert code == 0, output
    assert "--capture" in output
    check_replay(tmp_path / "found", output)
    plain = text.replace(' as captured in "lspprc.txt"', "")
    (tmp_path / "drills" / "loss.feature").write_text(plain)
    capture = ("--capture", "drills/lspprc.txt")
    code, output = run(tmp_path, "shrink", "drills", "-k", "links", *capture, "--out", "again")
    assert code == 0, output
    assert "--capture" in output
    check_replay(tmp_path / "again", output)


def check_replay(folder: Path, output: str) -> None:
    """The command that was told gives the log that the verdict names."""
    [command] = re.findall(rf"replay, in {folder.name}: (.*)", output)
    [verdict] = folder.rglob("verdict.json")
    code, replayed = typed(folder, f"{command} --show verdicts")
    assert code == json.loads(verdict.read_text())["exit_code"], replayed
    assert json.loads(verdict.read_text())["log_sha256"] in replayed
