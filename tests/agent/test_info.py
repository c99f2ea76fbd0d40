"""info: how the mirror is, for ResourceInfo; the engine's log hears of a change once, and the monitor of the note."""

from __future__ import annotations

import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.ports import Heard, Until
from tests.agent.stand_in import Pair, StandInArray, StandInNode, named, positional

RESOURCE = "ora_mmir"
ARGUMENTS = [RESOURCE, *positional("1260", "1261")]


def online_node() -> StandInNode:
    node = StandInNode(StandInArray(Pair("1260", "Full Duplex"), Pair("1261", "Full Duplex")))
    assert run("online", ARGUMENTS, node) == 0
    return node


def info(node: StandInNode, operation: str = "2") -> tuple[int, str]:
    code = run("info", [RESOURCE, operation, *positional("1260", "1261")], node)
    assert not node.logged(1900)
    return code, node.answers[-1]


def engine_log(node: StandInNode) -> list[str]:
    return [call for call in node.ha_calls if call.startswith("halog -add")]


def suspend(node: StandInNode, state: str = "Suspended", reason: str = "Internal Conditions Target") -> None:
    pair = node.array.pairs["1261"]
    pair.state, pair.reason, pair.tracks = state, reason, 458


def test_a_mirror_in_sync_is_said_and_nothing_is_warned_of() -> None:
    """State, and an RPO of nothing; the monitor's confidence is full."""
    node = online_node()
    assert info(node, "1") == (0, "mirror in sync; estimated RPO 0 s")
    assert run("info", [RESOURCE, "2", *named("1260", "1261")], node) == 0
    assert engine_log(node) == []
    assert run("monitor", ARGUMENTS, node) == 110
    assert node.array.changes == []


def test_a_mirror_that_broke_is_noticed_once() -> None:
    """State, tracks, since when, RPO; one warning in both logs per change, and one line when it is in sync again."""
    node = online_node()
    info(node)
    node.clock_s += 600
    suspend(node)
    code, said = info(node)
    assert code == 0
    assert said.startswith("mirror suspended since January 5, 2026 8:00:49 AM UTC, 458 tracks to go; last seen in sync")
    assert "estimated RPO 60" in said
    assert run("monitor", ARGUMENTS, node) == 105
    for _ in range(3):
        node.clock_s += 600
        info(node)
    assert len(node.logged(1700)) == len(engine_log(node)) == 1
    assert "1261 Suspended (Internal Conditions Target)" in engine_log(node)[0]
    assert engine_log(node)[0].endswith(" -sev W")
    suspend(node, "Copy Pending", "-")
    info(node)
    suspend(node, "Full Duplex", "-")
    info(node)
    assert [len(node.logged(number)) for number in (1700, 1701, 1702)] == [1, 1, 1]
    assert run("monitor", ARGUMENTS, node) == 110


def test_a_first_look_that_finds_it_broken_says_so_and_knows_no_rpo() -> None:
    """After a reboot nobody knows since when."""
    node = online_node()
    suspend(node)
    assert info(node)[1].endswith("not seen in sync since this node booted; estimated RPO unknown")
    assert len(node.logged(1700)) == 1


@pytest.mark.parametrize("what", ["old", "of another boot", "garbled"])
def test_a_note_that_says_nothing_of_now_leaves_the_confidence_full(what: str) -> None:
    """And no note makes a resource anything but online."""
    node = online_node()
    suspend(node)
    info(node)
    assert run("monitor", ARGUMENTS, node) == 105
    if what == "old":
        node.clock_s += 3700
    elif what == "garbled":
        node.files["ora_mmir.mirror"] = "is_in_sync = no\nseen_uptime_s = yesterday\n"
    else:
        node.files["ora_mmir.mirror"] = node.files["ora_mmir.mirror"].replace("boot-1", "boot-0")
    assert run("monitor", ARGUMENTS, node) == 110


def test_an_array_that_cannot_be_asked_makes_it_stale_and_changes_nothing() -> None:
    """Exit 1, the reason, no state; a refused account is not tried again by what runs by itself."""
    node = online_node()
    node.logins = {hmc: Heard("", Until.SILENCE, "") for hmc in ("hmc1", "hmc2")}
    code, said = info(node)
    assert code == 1
    assert said.startswith("mirror unknown: no management console")
    assert node.clock_s - 1000 < 60
    node.logins = {hmc: Heard("CMUC00191E no\n", Until.END, "") for hmc in ("hmc1", "hmc2")}
    info(node)
    logins = len(node.started)
    assert info(node)[0] == 1
    assert len(node.started) == logins
    assert run("monitor", ARGUMENTS, node) == 110
