"""Whatever arrives at the socket, nobody sees a traceback, time stands still, and the world is as it was."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.bridge.programs.lookalike import frame, frames
from mirrordrill.simulator.bridge.served.command_inputs import ClusterCommands, CommandInputs
from mirrordrill.simulator.bridge.served.served_site import SimulationPace, SiteServer
from mirrordrill.simulator.vcs.commands.shell import COMMANDS
from mirrordrill.simulator.world import World

TURNS = 6


class Desk:
    """A service inside this process, turned by hand."""

    def __init__(self, folder: Path) -> None:
        self.world = world = World(find_site("rdc"))
        world.start()
        world.advance(600)
        self.path = folder / "socket"
        door = ClusterCommands(
            world.site.hosts(), tuple(COMMANDS), world.ha, world.is_up, world.halt, world.reboot, world.boot
        )
        self.service = SiteServer(
            CommandInputs(self.world.kernel, self.world.consoles, door), self.path, SimulationPace()
        )

    def send(self, data: bytes) -> socket.socket:
        caller = socket.socket(socket.AF_UNIX)
        caller.connect(str(self.path))
        caller.setblocking(False)
        caller.sendall(data)
        return caller

    def turn(self, turns: int = TURNS) -> None:
        for _ in range(turns):
            self.service.turn()

    def answer(self, *fields: str) -> tuple[str, int]:
        """A program's output and exit code."""
        caller = self.send(frame(b"H", "\0".join(fields).encode()))
        heard = bytearray()
        said: list[tuple[bytes, bytes]] = []
        for _ in range(1000):
            self.turn(1)
            try:
                heard += caller.recv(65536)
            except BlockingIOError:
                continue
            said += frames(heard)
            if said and said[-1][0] == b"X":
                break
        caller.close()
        return "".join(text.decode() for kind, text in said if kind == b"O"), int(said[-1][1])

    def truth(self) -> tuple[float, int, str, tuple[str, int]]:
        """Time, log, and what an operator is told."""
        log = self.world.kernel.log
        return self.world.kernel.now_s, len(log), log.digest(), self.answer("hastatus", "", "hosta", "-sum")


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        yield desk
        desk.service.close()
        desk.world.close()


WORDS = st.text(max_size=12) | st.sampled_from(
    [
        "dscli",
        "hagrp",
        "sleep",
        "",
        "hosta",
        "hostx",
        "-cfg",
        "-script",
        "-hmc1",
        "-",
        "lspprc",
        "-switch",
        "-state",
        "\0",
    ]
)
KINDS = st.sampled_from([b"H", b"I", b"E", b"F", b"X", b"O", b"W", b"\0", b"\xff"])
FRAMES = st.builds(frame, KINDS, st.binary(max_size=40))
NOISE = st.binary(max_size=60) | st.lists(FRAMES, max_size=6).map(b"".join)
HELLOS = st.lists(WORDS, max_size=8).map(lambda words: frame(b"H", "\0".join(words).encode("utf-8", "replace")))
TRUNCATED = st.tuples(HELLOS, st.integers(1, 30)).map(lambda cut: cut[0][: -cut[1]])
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(noise=st.lists(NOISE | TRUNCATED, min_size=1, max_size=4))
def test_noise_changes_nothing(desk: Desk, noise: list[bytes]) -> None:
    """Random bytes, random frames, hellos cut short; then the callers are gone."""
    before = desk.truth()
    callers = [desk.send(data) for data in noise]
    desk.turn()
    for caller in callers:
        caller.close()
    desk.turn()
    assert desk.truth() == before


DSCLI_WORDS = st.text(max_size=8) | st.sampled_from(
    [
        "lspprc", "failoverpprc", "failbackpprc", "rmpprc", "pausepprc", "mkpprc", "lssi", "setenv", "help", "quit",
        "-dev", "-remotedev", "-type", "mmir", "-fmt", "delim", "-delim", "-hdr", "off", "-l", "-s", "-script", "-cfg",
        "IBM.2107-75FA120", "IBM.2107-75FA150", "1260", "1260:1261", "12FF:12FF", "0000-FFFF", "-", "#", '"', "'",
    ]
)  # fmt: skip
LINES = st.lists(DSCLI_WORDS, max_size=7).map(" ".join)
LOGIN = ["dscli", "", "hosta", "-hmc1", "ds8000c.example.com", "-user", "admin", "-passwd", "x"]


@QUIET
@given(lines=st.lists(LINES, min_size=1, max_size=4))
def test_nonsense_typed_at_the_prompt_is_answered(desk: Desk, lines: list[str]) -> None:
    """Every line ends in an answer and a prompt, or the session ends; the arrays' pairs are never wronged."""
    desk_pairs = desk.answer(*LOGIN, "lspprc -bnr off -l 1260-1261")
    typed = b"".join(frame(b"I", line.encode("utf-8", "replace")) for line in lines)
    caller = desk.send(frame(b"H", "\0".join(LOGIN).encode()) + typed + frame(b"E", b""))
    heard = bytearray()
    ended: list[bytes] = []
    for _ in range(2000):
        desk.turn(1)
        try:
            data = caller.recv(65536)
        except BlockingIOError:
            continue
        heard += data
        ended += [payload for kind, payload in frames(heard) if kind == b"X"]
        if ended or not data:
            break
    caller.close()
    assert ended
    assert "Traceback" not in heard.decode("utf-8", "replace")
    assert desk.answer(*LOGIN, "lspprc -bnr off -l 1260-1261") == desk_pairs


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "1e3", "fast ", "0x10", "10000000", "٣"])
def test_a_pace_that_is_none_is_refused(text: str) -> None:
    """Text from the command line is parsed, never evaluated."""
    with pytest.raises(ValueError, match=r"neither fast nor real nor a number from 0\.001 to 1,000,000"):
        SimulationPace.read(text)


@pytest.mark.parametrize(("text", "factor"), [("fast", None), ("real", 1.0), ("0.5", 0.5), ("3600", 3600.0)])
def test_a_pace_is_a_word_or_a_factor(text: str, factor: float | None) -> None:
    """The three ways to say it."""
    assert SimulationPace.read(text).factor == factor
