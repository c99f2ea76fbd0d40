"""Hosts that die, stand still and come back, with the real agent on them (drills.md, layer hosts)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.array.events import StreamStarted, StreamStopped
from mirrordrill.simulator.host.events import HostBooted, HostLost, NeighbourFailed
from mirrordrill.simulator.host.host import Power
from mirrordrill.simulator.kernel.events import Event
from mirrordrill.simulator.vcs.events import EntryPointKilled, ResourceChanged
from mirrordrill.simulator.world import World

HOME = "IBM.2107-75FA120"


@pytest.fixture
def world() -> Iterator[World]:
    with contextlib.closing(World(find_site("rdc"))) as world:
        world.start()
        world.advance(120)
        yield world


def events(world: World, kind: type[Event]) -> list:
    return [record.event for record in world.kernel.log if isinstance(record.event, kind)]


@pytest.mark.parametrize(("how", "said"), [("crash", "lost"), ("halt", "halted")])
def test_a_dead_host_stops_writing_and_its_group_goes_to_the_next_of_the_zone(world: World, how: str, said: str):
    """Halted or crashed: hostb has the group, on the same array, without a role swap."""
    getattr(world, how)("hosta")
    world.advance(120)
    assert [event.how for event in events(world, HostLost)] == [said]
    assert [event.system for event in events(world, StreamStopped)] == ["hosta"]
    assert world.cluster.group_online_on("oragrp") == ("hostb",)


def test_a_host_dies_once_and_boots_once(world: World):
    """Neither a second crash nor a second boot changes anything."""
    for _ in range(2):
        world.crash("hostd")
    assert len(events(world, HostLost)) == 1
    for _ in range(2):
        world.boot("hostd")
    assert len([event for event in events(world, HostBooted) if event.host == "hostd"]) == 2
    assert world.hosts["hostd"].power is Power.ON


def test_no_line_of_an_entry_point_runs_after_the_crash(world: World):
    """Killed with its host in the middle of an online: no lock appears, whatever the array answers later."""
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostc"])
    world.run_until(lambda: "failoverpprc" in str(list(world.kernel.log.lines())[-1]), 120)
    world.crash("hostc")
    killed = [event for event in events(world, EntryPointKilled) if event.system == "hostc"]
    assert [event.entry for event in killed] == ["online"]
    world.advance(15)
    assert world.hosts["hostc"].files.state().get("ora_mmir.lock") is None


def test_a_reboot_keeps_the_files_and_has_a_new_boot_id(world: World):
    """The lock of the old boot is there, and the agent takes it for what it is: the group stays where it went."""
    before = world.hosts["hosta"].boot_id
    assert "ora_mmir.lock" in world.hosts["hosta"].files.state()
    world.crash("hosta")
    world.advance(120)
    world.boot("hosta")
    world.advance(120)
    assert world.hosts["hosta"].boot_id != before
    assert "ora_mmir.lock" not in world.hosts["hosta"].files.state()
    assert world.cluster.group_online_on("oragrp") == ("hostb",)


def test_what_stands_on_a_dead_array_faults_at_its_next_monitor(world: World):
    """The array dies under a living host: disk group and volume are found gone, what stands on them is taken down."""
    world.storage.set_power(HOME, is_on=False)
    world.advance(130)
    assert [event.resource for event in events(world, NeighbourFailed)] == ["ora_dg", "ora_vol"]
    # On hostb, which hangs on the same array, the online is refused at once (OnlineWaitLimit 0).
    faulted = {(e.system, e.resource) for e in events(world, ResourceChanged) if e.after.startswith("FAULTED")}
    assert faulted == {("hosta", "ora_dg"), ("hosta", "ora_vol"), ("hostb", "ora_mmir")}
    assert {event.system for event in events(world, StreamStopped)} == {"hosta"}


def test_a_zombie_writes_again_until_its_cluster_tells_it(world: World):
    """hosta hangs, hostb takes over; hosta goes on and writes beside it until GAB has ended its engine and hastart's
    probe has found the group twice."""
    world.hang("hosta")
    world.advance(120)
    assert "hostb" in world.cluster.group_online_on("oragrp")
    world.resume("hosta")
    started = events(world, StreamStarted)
    assert [event.system for event in started] == ["hosta", "hostb", "hosta"]
    world.advance(120)
    assert world.cluster.group_online_on("oragrp") == ("hostb",)


def test_a_short_hang_is_noticed_by_nobody(world: World):
    """Shorter than LLT's patience: the group stays and no monitor was killed for it."""
    world.hang("hosta")
    world.advance(10)
    world.resume("hosta")
    world.advance(400)
    assert world.cluster.group_online_on("oragrp") == ("hosta",)
    assert events(world, EntryPointKilled) == []


def test_an_entry_point_on_a_hung_host_goes_on_where_it_stood(world: World):
    """An online hangs with its host for ten seconds and then ends as if nothing had happened."""
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostb"])
    world.run_until(lambda: "ora_mmir online" in str(list(world.kernel.log.lines())[-1]), 60)
    world.hang("hostb")
    world.advance(10)
    assert "ora_mmir.lock" not in world.hosts["hostb"].files.state()
    world.resume("hostb")
    world.advance(120)
    assert world.cluster.group_online_on("oragrp") == ("hostb",)
