"""`mirrordrill run`, as a user calls it: in a process of its own, by its exit code and by what it prints."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import mirrordrill

RDC = Path(__file__).resolve().parents[2] / "drills" / "sites" / "rdc" / "main.cf"
GCO = sorted((Path(__file__).resolve().parents[2] / "drills" / "sites" / "gco").rglob("main.cf"))

STARTED = """
Feature: A drill of the user's own
  Scenario: The group starts
    Given the example site "rdc"
    And oragrp is online on hosta
"""


def feature(folder: Path, more: str = "", name: str = "own.feature") -> Path:
    path = folder / name
    path.write_text(STARTED + more)
    return path


def printed_digest(output: str) -> str:
    found = re.search(r"^log +sha256 ([0-9a-f]{64})$", output, re.MULTILINE)
    assert found
    return found[1]


def test_an_operator_who_waits_for_ever_leaves_the_drill_undecided(tmp_path: Path) -> None:
    """`-wait` without `-time` has no end of its own; what was waited for is told."""
    wait = '    When the operator types "hagrp -wait oragrp State ONLINE -sys hostd" on hosta\n'
    result = mirrordrill("run", feature(tmp_path, wait))
    assert result.returncode == 12
    assert "waited 7 days for `hagrp -wait oragrp State ONLINE -sys hostd` on hosta, which did not end" in " ".join(
        result.stdout.split()
    )


def test_the_migration_drill_holds_and_prints_the_verdict_of_every_step() -> None:
    """What `make drill` runs."""
    result = mirrordrill("run", "migration")
    assert result.returncode == 0
    steps = result.stdout[result.stdout.index("\nSteps") : result.stdout.index("\nOracles")]
    verdicts = re.findall(r"^\d\d:\d\d:\d\d +(\S+)", steps, re.MULTILINE)
    assert len(verdicts) == 24
    assert set(verdicts) == {"held"}


LOGS = pytest.mark.xdist_group("logs of the migration drill")
"""What reads them is given to one worker, which makes them once."""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, str]]:
    """Event log and printed digest of the migration drill: two hash seeds in process, and once as processes."""
    folder = tmp_path_factory.mktemp("logs")
    flown = {}
    for name, hash_seed, agent_mode in (("one", "1", "inprocess"), ("two", "2", "inprocess"), ("real", "3", "process")):
        file = folder / f"{name}.jsonl"
        result = subprocess.run(
            [sys.executable, "-m", "mirrordrill", "run", "migration", "--agent", agent_mode, "--events", file],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
        assert result.returncode == 0, result.stdout
        assert "Traceback" not in result.stderr
        flown[name] = file.read_bytes(), printed_digest(result.stdout)
    return flown


@LOGS
def test_the_same_seed_gives_the_same_log_in_any_process(logs: dict[str, tuple[bytes, str]]) -> None:
    """Byte for byte, under any PYTHONHASHSEED."""
    assert logs["one"] == logs["two"]


@LOGS
def test_real_processes_and_greenlets_write_the_same_log(logs: dict[str, tuple[bytes, str]]) -> None:
    """The same agent in the same world: only process ids could differ, and the log has none."""
    assert logs["one"] == logs["real"]


@LOGS
def test_the_printed_hash_is_the_hash_of_the_events_file(logs: dict[str, tuple[bytes, str]]) -> None:
    """Evidence that anybody can check with sha256sum."""
    content, digest = logs["one"]
    assert hashlib.sha256(content).hexdigest() == digest


@LOGS
def test_the_events_file_is_canonical_json_in_order(logs: dict[str, tuple[bytes, str]]) -> None:
    """One object a line, numbered without gaps, time never running backwards."""
    records = [json.loads(line) for line in logs["one"][0].splitlines()]
    assert [record["n"] for record in records] == list(range(len(records)))
    assert [record["t"] for record in records] == sorted(record["t"] for record in records)
    again = b"".join(json.dumps(r, sort_keys=True, separators=(",", ":")).encode() + b"\n" for r in records)
    assert again == logs["one"][0]


@LOGS
def test_another_seed_gives_another_log(logs: dict[str, tuple[bytes, str]]) -> None:
    """Otherwise the seed would not be one."""
    result = mirrordrill("run", "migration", "--seed", "7", "--show", "verdicts")
    assert result.returncode == 0
    assert printed_digest(result.stdout) != logs["one"][1]


def test_the_users_own_site_is_flown(tmp_path: Path) -> None:
    """`--site` replaces the feature's example; here with other host names."""
    site = tmp_path / "main.cf"
    site.write_text(RDC.read_text().replace("hosta", "nodeone"))
    own = tmp_path / "own.feature"
    own.write_text(STARTED.replace("hosta", "nodeone"))
    result = mirrordrill("run", own, "--site", site)
    assert result.returncode == 0
    assert "oragrp is online on nodeone" in result.stdout


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ("    And the volumes of oragrp on hosta are SUSPENDED\n", 11, "expected every volume in Suspended"),
        ("    And oragrp is online on hostd\n", 11, "oragrp did not come online on hostd within"),
        ("    And no acknowledged write is misspelt\n", 2, "there is no step `no acknowledged write is misspelt`"),
        (
            "    And the volumes of oragrp on hostx are SUSPENDED\n",
            2,
            "there is no host hostx; there are: hosta, hostb, hostc, hostd; did you mean host",
        ),
        ("    When the operator switches oragrp to hostx\n", 2, "there is no host hostx"),
        ("    When the operator switches nogrp to hostb\n", 2, "there is no group nogrp; there are: oragrp"),
    ],
)
def test_a_step_that_fails_or_is_wrong_says_why_and_sets_the_exit_code(
    tmp_path: Path, more: str, code: int, said: str
) -> None:
    """A drill that does not come about is a finding; a name that does not exist is the drill's own mistake."""
    result = mirrordrill("run", feature(tmp_path, more))
    assert result.returncode == code
    assert said in result.stdout


def test_what_was_not_executed_is_shown_as_such(tmp_path: Path) -> None:
    """A step behind a failed one is neither held nor failed."""
    more = "    And oragrp is online on hostd\n    And no acknowledged write was lost\n"
    assert re.search(
        r"not executed +And no acknowledged write was lost", mirrordrill("run", feature(tmp_path, more)).stdout
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "no-such-drill"], "shipped drills: arrays, "),
        (["run", "migration", "-k", "nothing", "--tag", "odd"], "no drill fits -k 'nothing' and --tag 'odd'"),
        (["run", "--site", "/no/such/main.cf"], "no such file: /no/such/main.cf"),
        (["run", "--profile", "vcs3"], "none of vcs41"),
        (["run", "--events", "/no/such/folder/x"], "no such directory"),
        (["run", "--agent", "telepathy"], "telepathy"),
        (["check", "/no/such/main.cf"], "/no/such/main.cf"),
    ],
)
def test_wrong_usage_is_one_clear_message_and_exit_2(arguments: list[str], said: str) -> None:
    """No drill is run."""
    result = mirrordrill(*arguments)
    assert result.returncode == 2
    assert said in " ".join((result.stdout + result.stderr).replace("│", " ").split())


def test_a_wrong_main_cf_names_file_line_and_column(tmp_path: Path) -> None:
    """The drill does not begin."""
    site = tmp_path / "main.cf"
    site.write_text(RDC.read_text().replace("ora_dg requires ora_mmir", "ora_dg requires ora_mirr"))
    result = mirrordrill("run", feature(tmp_path), "--site", site)
    assert result.returncode == 2
    line = site.read_text().split("\n").index("\tora_dg requires ora_mirr") + 1
    assert f"{site}:{line}:" in result.stderr
    assert "ora_mirr" in result.stderr
    assert result.stdout == ""


def test_a_site_of_several_clusters_is_flown(tmp_path: Path) -> None:
    """One main.cf for each cluster; the drill's own site is replaced."""
    result = mirrordrill("run", feature(tmp_path), "--site", GCO[0], "--site", GCO[1])
    assert result.returncode == 0, result.stdout
    assert "online on hosta" in result.stdout


def children_of(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task")
    return {int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for left-over processes in Linux's /proc")
@pytest.mark.parametrize("processes", [1, 3])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_process_and_says_how_far_it_came(
    tmp_path: Path, how: signal.Signals, processes: int
) -> None:
    """Ctrl-C, or a CI system that cancels: 128 and the signal. The first process is the keeper, then there are entry
    points."""
    for number in range(20):
        feature(tmp_path, name=f"own{number}.feature")
    run = subprocess.Popen(
        [sys.executable, "-m", "mirrordrill", "run", str(tmp_path), "--agent", "process"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    seen: set[int] = set()
    gives_up_at = time.monotonic() + 60
    while len(seen) < processes and time.monotonic() < gives_up_at:
        seen = children_of(run.pid)
    run.send_signal(how)
    output, _ = run.communicate(timeout=60)
    assert len(seen) >= processes, "the run never started so many processes"
    assert run.returncode == 128 + how, output
    assert "interrupted" in output
    assert "Traceback" not in output
    assert [pid for pid in seen if Path(f"/proc/{pid}").exists()] == []
    assert list(tmp_path.glob("mirrordrill-*")) == []


@pytest.mark.parametrize("command", [[], ["run"], ["check"]])
def test_help_teaches(command: list[str]) -> None:
    """Each command explains itself, with examples and exit codes where it has some."""
    result = mirrordrill(*command, "--help")
    assert result.returncode == 0
    assert "Usage" in result.stdout
    assert not command or ("Examples" in result.stdout or "Example" in result.stdout)
    assert not command or "Exit codes" in result.stdout
