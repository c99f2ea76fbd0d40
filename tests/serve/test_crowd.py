"""Many callers at once, and callers that misbehave: each gets its answer, or a closed line; the site goes on."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrordrill.simulator.bridge.programs.lookalike import frame
from tests.serve.served import SITE_A, SITE_B, ServedSite

MIB = 1 << 20


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    with ServedSite(tmp_path_factory.mktemp("crowd"), "--timeline", "none") as site:
        yield site


@pytest.fixture
def site(served: ServedSite) -> Iterator[ServedSite]:
    """The site, which after each test is what it was before."""
    yield served
    assert served.run("hagrp", "-value", "oragrp", "State") == (0, "|ONLINE|\n")
    assert "1260:1260 Full Duplex" in served.dscli("lspprc", "1260")[1]


def call(site: ServedSite, data: bytes) -> socket.socket:
    found = re.search(r"^SOCKET = '(.*)'$", (site.folder / "bin" / "dscli").read_text(), re.MULTILINE)
    assert found
    caller = socket.socket(socket.AF_UNIX)
    caller.settimeout(20)
    caller.connect(found[1])
    caller.sendall(data)
    return caller


def hello(*fields: str) -> bytes:
    return frame(b"H", "\0".join(fields).encode())


def login(*more: str) -> bytes:
    return hello("dscli", "", "", "-hmc1", "ds8000c.example.com", "-user", "admin", "-passwd", "x", *more)


def resident_bytes(site: ServedSite) -> int:
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{site.process_id}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * 1024


def test_sixty_programs_at_once_get_sixty_answers(site: ServedSite) -> None:
    """Two arrays and two clusters' commands, all in each other's way."""
    running: list[tuple[subprocess.Popen[str], str]] = []
    for number in range(20):
        for image, state in ((SITE_A, "1260:1260 Full Duplex"), (SITE_B, "1260:1260 Target Full Duplex")):
            profile = f"{site.folder}/profiles/{image}.profile"
            running.append((site.start("dscli", "-cfg", profile, "lspprc", "1260"), state))
        running.append((site.start("hastatus", "-sum", host=f"host{'abcd'[number % 4]}"), "B  oragrp          hosta"))
    for process, expected in running:
        printed, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert expected in printed


def test_many_operators_at_once_change_a_pair(tmp_path: Path) -> None:
    """Twenty failovers of one pair at the same time: every one is answered, and the pair is in one state."""
    with ServedSite(tmp_path) as site:
        profile = f"{site.folder}/profiles/{SITE_B}.profile"
        command = f"failoverpprc -remotedev {SITE_A} -type mmir 1260:1260"
        running = [site.start("dscli", "-cfg", profile, command) for _ in range(20)]
        answers = [process.communicate(timeout=60)[0] for process in running]
        assert [process.returncode for process in running] == [0] * 20
        assert all("CMUC00196I failoverpprc: " in answer for answer in answers)
        assert "1260:1260 Suspended Host Source" in site.dscli("lspprc", "1260", image=SITE_B)[1]


def test_hundreds_of_half_open_connections_do_not_keep_others_out(site: ServedSite) -> None:
    """Who has said nothing waits in its own queue; the real programs are answered between them."""
    silent = [call(site, b"") for _ in range(300)]
    silent += [call(site, login()[:9]) for _ in range(50)]
    assert site.dscli("lssi")[0] == 0
    for caller in silent:
        caller.close()


def test_a_program_killed_at_its_prompt_or_at_work_is_forgotten(site: ServedSite) -> None:
    """What it had begun goes on; nobody is kept waiting."""
    profile = f"{site.folder}/profiles/{SITE_A}.profile"
    at_prompt = [site.start("dscli", "-cfg", profile, stdin=subprocess.PIPE) for _ in range(10)]
    at_work = [site.start("hagrp", "-wait", "oragrp", "State", "FAULTED", "-sys", "hosta") for _ in range(10)]
    time.sleep(0.5)
    for process in (*at_prompt, *at_work):
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=20)
    assert site.dscli("lssi")[0] == 0


def test_one_that_never_reads_costs_little_and_hurts_nobody(site: ServedSite) -> None:
    """Its program stands still when its pipe is full, like any other."""
    caller = call(site, login() + frame(b"I", b"lspprc -l 1260-1261") * 40_000)
    before = resident_bytes(site)
    time.sleep(1.5)
    assert site.dscli("lspprc", "1260")[0] == 0
    assert resident_bytes(site) - before < 20 * MIB
    caller.close()


@pytest.mark.parametrize(
    "flood",
    [login() + b"I\x7f\xff\xff\xff" + b"x" * MIB, login() + frame(b"I", b"x" * MIB) * 16, b"\xff" * 16 * MIB],
    ids=["a frame without end", "lines without end", "noise without end"],
)
def test_one_that_never_stops_talking_is_hung_up_on(site: ServedSite, flood: bytes) -> None:
    """Memory is bounded by what one caller may be about to say."""
    before = resident_bytes(site)
    with pytest.raises(OSError), call(site, b"") as caller:  # noqa: PT011, PT012 - reset or broken pipe, as it falls
        caller.sendall(flood)
        while caller.recv(65536):
            pass
        raise BrokenPipeError
    assert resident_bytes(site) - before < 32 * MIB


def test_an_answer_is_not_lost_because_its_caller_talks_on(site: ServedSite) -> None:
    """A pipe of thousands of commands: all of them are answered, in order, by one run."""
    code, printed = site.dscli(
        "-bnr", "off", "-hdr", "off", typed="lspprc -s 1260\nlspprc -s 1261\n" * 400 + "quit\n" * 9000
    )
    assert code == 0
    assert printed.replace("dscli> ", "").split() == ["1260:1260", "1261:1261"] * 400
