"""The programs of a served site, one by one: modes, exit codes, files, signals, start-up time."""

from __future__ import annotations

import hashlib
import io
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pexpect
import pytest

from mirrordrill.drills.cli.serve import ServeOptions, serve, site_of
from mirrordrill.simulator.bridge.served.served_site import SimulationPace, SiteServer
from tests.commands import command
from tests.serve.served import READY, SITE_A, SITE_B, ServedSite

ROWS = ["1260:1260", "1261:1261"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """One site for the tests that leave it as it was."""
    with ServedSite(tmp_path_factory.mktemp("served")) as site:
        yield site


def clock(banner: str) -> datetime:
    found = re.search(r"Date/Time: (.*) UTC IBM", banner)
    assert found
    return datetime.strptime(found[1], "%B %d, %Y %I:%M:%S %p")


MODES: list[tuple[str, list[str], str]] = [
    ("words", ["-bnr", "off", "-hdr", "off", "lspprc", "-s", "1260-1261"], ""),
    ("one quoted argument", ["lspprc -s -hdr off -bnr off 1260-1261"], ""),
    ("standard input", ["-bnr", "off", "-hdr", "off"], "lspprc -s 1260-1261\nquit\n"),
    ("standard input that just ends", ["-bnr", "off", "-hdr", "off"], "lspprc -s 1260-1261"),
]


@pytest.mark.parametrize(("argv", "typed"), [mode[1:] for mode in MODES], ids=[mode[0] for mode in MODES])
def test_every_way_to_give_a_command_gets_the_answer(site: ServedSite, argv: list[str], typed: str) -> None:
    """The prompt apart, which a pipe gets to see too."""
    code, printed = site.dscli(*argv, typed=typed)
    assert printed.replace("dscli> ", "").split() == ROWS
    assert code == 0


def test_a_script_file_is_read_where_its_user_is(site: ServedSite, tmp_path: Path) -> None:
    """Relative to the working directory, by the program's own user; the simulator opens no file."""
    (tmp_path / "list.cli").write_text(
        "# two lists\nlspprc -s -hdr off -bnr off 1260\nlspprc -s -hdr off -bnr off 1261\n"
    )
    profile = f"{site.folder}/profiles/{SITE_A}.profile"
    process = site.start("dscli", "-cfg", profile, "-script", "list.cli", cwd=tmp_path, stdin=subprocess.DEVNULL)
    printed, _ = process.communicate(timeout=20)
    assert printed.split() == ROWS
    assert process.returncode == 0


def test_a_password_file_is_written_where_its_user_is(site: ServedSite, tmp_path: Path) -> None:
    """By the program, for its user only; the site takes it from there at the next login."""
    words = ["-action", "add", "-mc1", "ds8000c.example.com", "-name", "admin", "-pw", "s3cret-w0rd", "-pwfile"]
    assert site.run("dscli", "managepwfile", *words, str(tmp_path / "pw"))[0] == 0
    assert (tmp_path / "pw").stat().st_mode & 0o777 == 0o600
    assert "s3cret" not in (tmp_path / "pw").read_text()
    login = ["-hmc1", "ds8000c.example.com", "-user", "admin", "-pwfile", str(tmp_path / "pw")]
    assert site.run("dscli", *login, "lssi")[0] == 0
    code, printed = site.run("dscli", "managepwfile", *words, str(tmp_path / "nowhere" / "pw"))
    assert (code, "cannot write" in printed) == (6, True)


EXITS = [
    ("done", ["lspprc", "1260"], 0),
    ("nothing found is a success", ["lspprc", "12FE"], 0),
    ("no such command", ["lsppcr"], 2),
    ("no such option", ["lspprc", "-nonsense", "1260"], 2),
    ("no such console", ["-hmc1", "nowhere", "-hmc2", "nowhere", "lssi"], 3),
    ("the array refuses", ["failoverpprc", "-remotedev", SITE_B, "-type", "mmir", "12FE:12FE"], 4),
    ("a user nobody knows", ["-user", "mallory", "lssi"], 5),
    ("a file that is not there", ["-script", "/nonexistent"], 6),
]


@pytest.mark.parametrize(("argv", "expected"), [each[1:] for each in EXITS], ids=[each[0] for each in EXITS])
def test_exit_codes_come_through(site: ServedSite, argv: list[str], expected: int) -> None:
    """dscli.md 1.5."""
    assert site.dscli(*argv)[0] == expected


def test_each_command_runs_on_the_system_of_its_directory(site: ServedSite) -> None:
    """`hagrp -value` without a system is about the one it is typed on."""
    assert site.run("hagrp", "-value", "oragrp", "State", host="hosta") == (0, "|ONLINE|\n")
    assert site.run("hagrp", "-value", "oragrp", "State", host="hostd") == (0, "|OFFLINE|\n")


def test_without_a_system_a_vcs_command_says_what_is_missing(site: ServedSite) -> None:
    """And with a wrong one, which there are."""
    code, printed = site.run("hagrp", "-state", host="")
    assert (code, "set MIRRORDRILL_SYSTEM to one of hosta, hostb, hostc, hostd" in printed) == (255, True)
    code, printed = site.run("env", "MIRRORDRILL_SYSTEM=hostx", "hagrp", "-state", host="")
    assert (code, printed) == (255, "hagrp: this site has no system hostx; there are: hosta, hostb, hostc, hostd\n")
    assert site.run("env", "MIRRORDRILL_SYSTEM=hostc", "hagrp", "-value", "oragrp", "State", host="")[0] == 0


def test_a_loop_keeps_its_input(site: ServedSite) -> None:
    """`while read` around a command that asks nothing: the command leaves the other lines alone."""
    profile = f"{site.folder}/profiles/{SITE_A}.profile"
    loop = f"while read vol; do dscli -cfg {profile} -bnr off -hdr off lspprc -s $vol; done"
    assert site.run("sh", "-c", loop, typed="1260\n1261\n1260\n")[1].split() == [*ROWS, ROWS[0]]


def test_a_question_is_answered_from_the_input(site: ServedSite) -> None:
    """A confirmation that is refused changes nothing."""
    code, printed = site.dscli("rmpprc", "-remotedev", SITE_B, "1260:1260", typed="n\n")
    assert (code, "Are you sure" in printed) == (0, True)
    assert "Full Duplex" in site.dscli("lspprc", "1260")[1]


def test_sleep_moves_the_clock_of_a_fast_site_at_once(site: ServedSite) -> None:
    """And nothing else does."""
    before = clock(site.dscli("lssi")[1])
    began_s = time.monotonic()
    assert site.run("sleep", "1h", "30") == (0, "")
    assert time.monotonic() - began_s < 30
    assert 3630 <= (clock(site.dscli("lssi")[1]) - before).total_seconds() < 3660


@pytest.mark.parametrize("words", [[], ["soon"], ["-1"], ["31d"], ["1e9"], ["nan"]], ids=str)
def test_a_sleep_that_nobody_understands_is_refused(site: ServedSite, words: list[str]) -> None:
    """Its text is data."""
    code, printed = site.run("sleep", *words)
    assert (code, printed.startswith("sleep: say how long")) == (255, True)


def test_ctrl_c_ends_the_program_and_not_the_site(site: ServedSite) -> None:
    """As in any shell: 130."""
    profile = f"{site.folder}/profiles/{SITE_A}.profile"
    session = pexpect.spawn("dscli", ["-cfg", profile], env=site.environment(), encoding="utf-8", timeout=20)
    session.expect_exact("dscli> ")
    session.sendintr()
    session.expect(pexpect.EOF)
    session.close()
    assert session.exitstatus == 130
    assert site.dscli("lssi")[0] == 0


def test_closed_standard_streams_are_no_trouble(site: ServedSite) -> None:
    """As under a daemon that closes what it does not need."""
    profile = f"{site.folder}/profiles/{SITE_A}.profile"
    assert site.run("sh", "-c", f"dscli -cfg {profile} lssi <&- >&- 2>&-; echo $?") == (0, "0\n")


def test_a_program_starts_in_well_under_a_tenth_of_a_second(site: ServedSite) -> None:
    """Processor time of the whole program, which a busy machine does not stretch; docs/serve.md has the wall time."""
    times_s = []
    for _ in range(9):
        process = site.start("hagrp", "-state", stdin=subprocess.DEVNULL)
        assert process.stdout is not None
        process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        times_s.append(usage.ru_utime + usage.ru_stime)
        process.stdout.close()
    assert sorted(times_s)[4] < 0.1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_site_and_leaves_no_socket(tmp_path: Path, number: signal.Signals) -> None:
    """The log is whole, its hash is printed, and programs that are left say that nobody answers."""
    with ServedSite(tmp_path) as site:
        text = (site.folder / "bin" / "dscli").read_text()
        where = re.search(r"^SOCKET = '(.*)'$", text, re.MULTILINE)
        assert where
        assert Path(where[1]).is_socket()
        assert site.stop(number) == 0
    assert not Path(where[1]).parent.exists()
    assert f"log      sha256 {hashlib.sha256(site.events.read_bytes()).hexdigest()}\n" in site.printed
    code, printed = site.run("hastatus", "-sum")
    assert (code, "no simulator answers" in printed) == (255, True)


def test_a_directory_belongs_to_one_site_at_a_time(tmp_path: Path) -> None:
    """The programs of a running site were written anew, and reached the other one; once it has ended, it may be had."""
    with ServedSite(tmp_path) as site:
        done = command("mirrordrill", "serve", "gco", "--dir", site.folder)
        assert done.returncode == 2
        assert "a site is served in" in done.stderr
        assert site.run("hagrp", "-state", "oragrp")[0] == 0
    with ServedSite(tmp_path) as site:
        assert site.run("hagrp", "-state", "oragrp")[0] == 0


def test_a_directory_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """Nobody's own programs are overwritten; an old site of ours is."""
    (tmp_path / "site" / "bin").mkdir(parents=True)
    (tmp_path / "site" / "bin" / "sleep").write_text("mine")
    site = ServedSite(tmp_path)
    with pytest.raises(AssertionError, match="bin is in it"):
        site.__enter__()
    assert site.stop(signal.SIGTERM) == 2
    assert (tmp_path / "site" / "bin" / "sleep").read_text() == "mine"
    (tmp_path / "site" / "bin" / "sleep").unlink()
    (tmp_path / "site" / "bin").rmdir()
    with ServedSite(tmp_path) as site:
        assert site.run("hastatus", "-sum")[0] == 0
    (site.folder / "bin" / "left-over").touch()
    with ServedSite(tmp_path) as site:
        assert site.run("hastatus", "-sum")[0] == 0
    assert not (site.folder / "bin" / "left-over").exists()


@pytest.mark.parametrize("words", [["atlantis"], ["rdc", "--pace", "1e999"]], ids=["site", "pace"])
def test_wrong_usage_is_told_as_such(tmp_path: Path, words: list[str]) -> None:
    """Exit 2, no traceback, nothing left."""
    site = ServedSite(tmp_path, *words)
    with pytest.raises(AssertionError):
        site.__enter__()
    assert site.stop(signal.SIGTERM) == 2
    assert READY not in site.printed
    assert not site.folder.exists()


def test_a_broken_simulator_says_so_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log until then is whole; the exit code says that it proves nothing."""

    def fail(_service: SiteServer) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(SiteServer, "serve", fail)
    out = io.StringIO()
    options = ServeOptions(SimulationPace(), events=tmp_path / "events.jsonl")
    assert serve(site_of(["rdc"]), options, out) == 14
    assert "the harness is at fault: RuntimeError: a bug\n" in out.getvalue()
    folder = re.search(r"^  \. (.*)/hosts/", out.getvalue(), re.MULTILINE)
    assert folder
    assert not Path(folder[1]).exists()


def test_at_a_factor_time_passes_by_itself(tmp_path: Path) -> None:
    """An hour a second, whether anybody asks or not; a switch needs no waiting program to be carried out."""
    with ServedSite(tmp_path, "--pace", "3600") as site:
        before = clock(site.dscli("lssi")[1])
        assert site.run("hagrp", "-switch", "oragrp", "-to", "hostc")[0] == 0
        time.sleep(0.5)
        assert (clock(site.dscli("lssi")[1]) - before).total_seconds() > 1000
        assert site.run("hagrp", "-value", "oragrp", "State", host="hostc") == (0, "|ONLINE|\n")


def test_the_agent_can_be_real_processes(tmp_path: Path) -> None:
    """The same switch, carried out by the scripts that VCS runs."""
    with ServedSite(tmp_path, "--agent", "process") as site:
        assert site.run("hagrp", "-switch", "oragrp", "-to", "hostc")[0] == 0
        assert site.run("hagrp", "-wait", "oragrp", "State", "ONLINE", "-sys", "hostc", "-time", "900")[0] == 0


def test_a_socket_is_for_its_owner_only(site: ServedSite) -> None:
    """Its directory lets nobody else in."""
    where = re.search(r"^SOCKET = '(.*)'$", (site.folder / "bin" / "dscli").read_text(), re.MULTILINE)
    assert where
    assert Path(where[1]).parent.stat().st_mode & 0o777 == 0o700
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(where[1])


def test_a_file_of_one_session_is_seen_by_no_other_session(site: ServedSite, tmp_path: Path) -> None:
    """A path that one user handed over stands for that very file in his session, and for nothing on other hosts."""
    profile = tmp_path / "mine.profile"
    profile.write_bytes((site.folder / "profiles" / f"{SITE_A}.profile").read_bytes())
    first = site.start("dscli", "-cfg", str(profile), stdin=subprocess.PIPE)
    assert first.stdin is not None
    assert first.stdout is not None
    first.stdin.write("ver\n")
    first.stdin.flush()
    while "DSCLI 7" not in (line := first.stdout.readline()) and line:
        pass
    add = f"managepwfile -action add -mc1 hmc1 -name vcs -pw simulated -pwfile {profile}"
    code, printed = site.dscli(host="hostb", typed=f"{add}\nquit\n")
    first.communicate("quit\n", timeout=60)
    assert "CMUC00206I" in printed
    assert code == 0
    assert "CMUC" not in profile.read_text()
