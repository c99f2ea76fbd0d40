"""Scripts as storage administrators write them, run unchanged against a served site."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serve.served import ServedSite

SCRIPTS = Path(__file__).resolve().parent / "scripts"
SHELL, PERL, EXPECT = ["sh", "switch.sh"], ["perl", "switch.pl"], [sys.executable, "switch_expect.py"]


def run_script(folder: Path, script: list[str]) -> tuple[ServedSite, str]:
    folder.mkdir()
    with ServedSite(folder, "--timeline", "details") as site:
        interpreter, name = script
        done = subprocess.run(
            [interpreter, str(SCRIPTS / name)],
            env=site.environment(),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.stderr == ""
    assert done.returncode == 0, done.stdout
    return site, done.stdout


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[ServedSite, str]]:
    """Each script against a site of its own; the shell script against two."""
    folder = tmp_path_factory.mktemp("scripts")
    scripts = {"shell": SHELL, "shell again": SHELL, "perl": PERL, "pexpect": EXPECT}
    return {name: run_script(folder / name.replace(" ", "-"), script) for name, script in scripts.items()}


@pytest.mark.parametrize("name", ["shell", "perl", "pexpect"])
def test_a_planned_switch_by_hand(flown: dict[str, tuple[ServedSite, str]], name: str) -> None:
    """Offline at A, failover and failback at B, wait for the copy, online at B: the agent finds writable volumes."""
    site, printed = flown[name]
    assert "oragrp is |ONLINE| on hostc\n" in printed
    records = [json.loads(line) for line in site.events.read_text().splitlines()]
    sent = [record["verb"] for record in records if record["kind"] == "CommandExecuted" and record["changes_pairs"]]
    assert sent[:2] == ["failoverpprc", "failbackpprc"]
    assert site.exit_code == 0


def test_what_the_shell_script_reads_by_column_is_there(flown: dict[str, tuple[ServedSite, str]]) -> None:
    """Ports of the paths by position, and the exit code of a refused command."""
    assert flown["shell"][1].splitlines() == [
        "path 12:12 I0231 > I0030",
        "path 12:12 I0301 > I0100",
        "oragrp is |ONLINE| on hostc",
        "a refusal ends with 4",
    ]


def test_a_fast_site_answers_the_same_script_with_the_same_log(flown: dict[str, tuple[ServedSite, str]]) -> None:
    """Byte for byte: real time leaves no trace in a fast world, however slow the script is."""
    one, two = (flown[name][0].events.read_bytes() for name in ("shell", "shell again"))
    assert one == two
    assert one.count(b"failoverpprc") >= 1
