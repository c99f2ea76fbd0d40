"""Programs of the field, written from what public ones do: plugins, collectors, storage and runbook scripts.

Each is run unchanged on a served site; what it prints and its exit code are what its author expects.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serve.served import SITE_A, SITE_B, ServedSite

PROGRAMS = Path(__file__).resolve().parent / "scripts" / "field"
INTERPRETERS = {".sh": "sh", ".pl": "perl", ".py": sys.executable}
A, B = f"{SITE_A}.admin.profile", f"{SITE_B}.admin.profile"
EXPECTED = {
    ("check_vcs.sh",): "VCS OK - groups: oragrp\n",
    ("check_mirror.pl", A, "12", "1260", "1261"): "OK - 2 pairs, 2 paths, left: 0\n",
    ("collector.py", A): "lsda 2\nlshba 4\n",
    ("flash_backup.sh", A, "1260", "1270"): "no relation is left\n",
    ("make_paths.sh", A, B, "12"): "12:12 I0301 I0100 5005076304FF3198\n",
    ("group_states.sh", "hostb"): "oragrp hostb |ONLINE|\n",
    ("vcs_client.py", "hostb", "oragrp"): "evacuated True frozen 1\nstopped\n",
}
"""Program and arguments -> what it must print somewhere. They follow one another on one site."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    with ServedSite(tmp_path_factory.mktemp("field"), "--timeline", "none") as site:
        yield site


def run(site: ServedSite, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Start a program in the shell of hosta; a profile is named by its file."""
    arguments = [str(site.folder / "profiles" / word) if word.endswith(".profile") else word for word in words]
    command = [INTERPRETERS[Path(program).suffix], str(PROGRAMS / program), *arguments]
    return subprocess.run(command, env=site.environment(), capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("words", EXPECTED, ids=lambda words: words[0])
def test_a_program_of_the_field(shared: ServedSite, words: tuple[str, ...]) -> None:
    done = run(shared, *words)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert EXPECTED[words] in done.stdout


def test_what_a_disaster_looks_like_to_them(tmp_path: Path) -> None:
    """The mirror is frozen and failed over by hand under a frozen group: the plugins say so."""
    with ServedSite(tmp_path, "--timeline", "none") as site:
        done = run(site, "takeover.sh", A, B, SITE_A, SITE_B, "12", "1260:1260", "1261:1261")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        states = [line for line in done.stdout.splitlines() if line.startswith("Suspended")]
        assert states == ["Suspended,Freeze"] * 2 + ["Suspended,Host Source"] * 2
        mirror = run(site, "check_mirror.pl", A, "12", "1260", "1261")
        assert (mirror.returncode, mirror.stdout.startswith("CRITICAL - ")) == (2, True)
        assert site.run("halt", host="hostd")[0] == 0
        assert site.run("hagrp", "-freeze", "oragrp")[0] == 0
        assert site.run("sleep", "60")[0] == 0
        cluster = run(site, "check_vcs.sh")
        assert (cluster.returncode, "down: hostd=FAULTED" in cluster.stdout) == (2, True)
