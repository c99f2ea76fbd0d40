"""What befalls played resources from outside, run: what fails, hangs, has no effect, or is started by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.array.events import StreamStopped
from mirrordrill.simulator.host.troubles import EntryPointTrouble
from mirrordrill.simulator.vcs.events import ConcurrencyViolation, EntryPointKilled, EntryPointStarted
from mirrordrill.simulator.world import NotSimulatedError, UnknownNameError, World


@pytest.fixture
def world() -> Iterator[World]:
    with contextlib.closing(World(find_site("rdc"))) as world:
        world.start()
        world.advance(120)
        yield world


def events(world: World, kind: type) -> list:
    return [record.event for record in world.kernel.log if isinstance(record.event, kind)]


@pytest.mark.parametrize("resource", ["ora_db", "ora_vol", "ora_dg"])
def test_what_the_application_stands_on_takes_it_along(world: World, resource: str) -> None:
    """No write is acknowledged on a disk group that is gone, and the group is up elsewhere a monitor later."""
    world.fail_resource("hosta", resource)
    assert len(events(world, StreamStopped)) == 1
    world.advance(200)
    assert world.cluster.group_online_on("oragrp") == ("hostb",)
    assert world.cluster.resource_state(resource, "hosta") == "FAULTED"


@pytest.mark.parametrize("resource", ["ora_lsnr", "ora_ip", "ora_nic"])
def test_what_stands_beside_the_application_does_not_stop_it_by_itself(world: World, resource: str) -> None:
    """The listener, the address and the cable: the application writes until VCS takes it offline."""
    world.fail_resource("hosta", resource)
    assert events(world, StreamStopped) == []
    world.advance(200)
    assert world.cluster.group_online_on("oragrp") == ("hostb",)


def test_a_cable_that_is_in_again_clears_its_fault_by_itself(world: World) -> None:
    """A persistent resource's fault is cleared by a monitor that sees it (vcs.md 3.2)."""
    world.fail_resource("hosta", "ora_nic")
    world.advance(200)
    assert world.cluster.group_state("oragrp", "hosta") == "OFFLINE|FAULTED"
    world.mend_resource("hosta", "ora_nic")
    world.advance(400)
    assert world.cluster.group_state("oragrp", "hosta") == "OFFLINE"


def test_a_lock_removed_by_hand_is_a_fault_of_the_mirror(world: World) -> None:
    """Nothing happens before the next monitor of a 300 s interval (vcs.md 9.5)."""
    world.fail_resource("hosta", "ora_mmir")
    world.advance(60)
    assert world.cluster.group_online_on("oragrp") == ("hosta",)
    world.advance(400)
    assert world.cluster.group_online_on("oragrp") == ("hostb",)


def test_a_hanging_entry_point_is_killed_and_one_without_effect_is_believed_at_first(world: World) -> None:
    world.break_entry("hostb", "ora_ip", "online", EntryPointTrouble.HANGS)
    world.break_entry("hostb", "ora_vol", "online", EntryPointTrouble.HAS_NO_EFFECT)
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostb"])
    world.advance(600)
    killed = [(e.resource, e.entry) for e in events(world, EntryPointKilled)]
    assert ("ora_ip", "online") in killed
    cleaned = [(e.resource, e.detail) for e in events(world, EntryPointStarted) if e.entry == "clean"]
    assert ("ora_vol", "online ineffective") in cleaned
    assert world.cluster.group_online_on("oragrp") == ("hosta",)


def test_what_root_starts_on_a_second_system_is_a_concurrency_violation(world: World) -> None:
    """It gives way there, and the application at home writes on."""
    world.start_by_hand("hostb", "ora_ip")
    world.advance(400)
    assert [e.violator for e in events(world, ConcurrencyViolation)] == ["hostb"]
    assert world.cluster.group_online_on("oragrp") == ("hosta",)
    assert world.cluster.resource_state("ora_ip", "hostb") == "OFFLINE"


def test_names_and_what_is_flown_for_real_are_checked(world: World) -> None:
    with pytest.raises(UnknownNameError, match="ora_dg"):
        world.fail_resource("hosta", "ora_db2")
    with pytest.raises(UnknownNameError, match="there is no host hostx"):
        world.mend_resource("hostx", "ora_db")
    with pytest.raises(UnknownNameError, match="online, offline, monitor, clean, open, close"):
        world.break_entry("hosta", "ora_db", "failback", EntryPointTrouble.HANGS)
    with pytest.raises(NotSimulatedError, match="run for real"):
        world.break_entry("hosta", "ora_mmir", "online", EntryPointTrouble.HANGS)


def test_both_ways_write_the_same_log() -> None:
    """A lock that root removes is a file on a real host too."""

    def fly(agent_mode: AgentMode) -> list[str]:
        with contextlib.closing(World(find_site("rdc"), agent_mode=agent_mode)) as world:
            world.start()
            world.advance(120)
            world.fail_resource("hosta", "ora_mmir")
            world.break_entry("hostb", "ora_db", "monitor", EntryPointTrouble.HANGS)
            world.advance(900)
            return list(world.kernel.log.lines())

    assert fly(AgentMode.IN_PROCESS) == fly(AgentMode.PROCESS)
