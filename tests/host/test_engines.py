"""Engines that stop and start on living hosts, with the real agent: the manual's note on `hastop -force` and `open`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.array.events import StreamStopped
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import StateFileChanged
from mirrordrill.simulator.kernel.events import Event
from mirrordrill.simulator.vcs.events import EntryPointStarted, GroupChanged
from mirrordrill.simulator.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with contextlib.closing(World(find_site("rdc"))) as world:
        world.start()
        world.advance(120)
        yield world


def since(world: World, number: int, kind: type[Event]) -> list:
    return [record.event for record in world.kernel.log.since(number) if isinstance(record.event, kind)]


def test_what_wakes_beside_those_that_went_on_without_it_takes_no_engine_away() -> None:
    """Two systems stand still together and one wakes: it still counts the others in, and they have their own engine."""
    with contextlib.closing(World(find_site("rdc"))) as world:
        world.start()
        world.hang("hostd")
        world.hang("hostc")
        world.advance(3600)
        world.resume("hostd")
        before = len(world.kernel.log)
        world.advance(600)
        assert [e for e in since(world, before, GroupChanged) if e.system == "hosta"] == []
        world.cluster.agent_dies("hosta", "MetroMirror")
        world.advance(600)
        assert world.cluster.group_online_on("oragrp") == ("hosta",)


@pytest.mark.parametrize("form", ["-local", "-all"])
def test_stopped_by_force_and_restarted_the_group_is_online_without_a_single_command(world: World, form: str):
    """`open` keeps the lock of this boot: no DS CLI command, no online, no write lost (vcs.md 9.11)."""
    before = len(world.kernel.log)
    assert world.operate(["hastop", form, "-force"]).exit_code == 0
    world.advance(600)
    for host in ["hosta"] if form == "-local" else list(world.hosts):
        world.cluster.system_joined(host)
    world.advance(120)
    assert world.cluster.group_online_on("oragrp") == ("hosta",)
    assert since(world, before, CommandExecuted) == []
    # Each open writes down what the other systems remember of the last online, and ends an online that may have
    # outlived its agent; neither lock nor journal changes.
    assert {event.name for event in since(world, before, StateFileChanged)} <= {"ora_mmir.attempt", "ora_mmir.memory"}
    assert since(world, before, StreamStopped) == []
    opened = {(e.resource, e.entry) for e in since(world, before, EntryPointStarted) if e.system == "hosta"}
    assert ("ora_mmir", "open") in opened
    assert not [entry for _, entry in opened if entry != "open"]


def test_an_engine_that_is_killed_comes_back_to_what_it_left(world: World):
    """hashadow restarts it; the same promise without anybody's hand."""
    before = len(world.kernel.log)
    world.cluster.engine_dies("hosta")
    world.advance(120)
    assert world.cluster.group_online_on("oragrp") == ("hosta",)
    assert since(world, before, CommandExecuted) == []
    assert {event.name for event in since(world, before, StateFileChanged)} <= {"ora_mmir.attempt"}


def test_a_system_stopped_in_order_has_no_lock_left(world: World):
    """hastop -local -evacuate moves the group to hostb; what it remembers and the note of its boot stay."""
    assert world.operate(["hastop", "-local", "-evacuate", "-noautodisable"]).exit_code == 0
    world.advance(120)
    assert world.cluster.group_online_on("oragrp") == ("hostb",)
    kept = [name.partition("-")[0] for name in sorted(world.hosts["hosta"].files.state())]
    assert kept == ["ora_mmir.memory", "ora_mmir.opened"]


@pytest.mark.parametrize("line", ["hastop", "hastop -force", "hastop -local -force -evacuate", "hastop -all -evacuate"])
def test_a_wrong_line_stops_nothing(world: World, line: str):
    """It is answered with the usage."""
    answered = world.operate(line.split())
    world.advance(60)
    assert answered.exit_code == 2
    assert world.cluster.group_online_on("oragrp") == ("hosta",)
