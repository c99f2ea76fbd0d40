"""What a fault, a dead system and a stale lock lead to (vcs.md 3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.vcs.events import ConcurrencyViolation, EngineLog, EntryPointKilled, GroupChanged
from mirrordrill.simulator.vcs.messages import NO_TARGET
from mirrordrill.simulator.vcs.spec import GroupSpec, Parallel, ResourceSpec
from tests.vcs.play import HANG, HOSTS, Drill, cluster_spec, manual_group

NOTICED_S = 16 + 5
"""LLT's peer-inactive time and GAB's stable time."""


def with_resource(name: str, **changes: object) -> GroupSpec:
    """The manual's group with one resource changed."""
    group = manual_group()
    resources = tuple(replace(one, **changes) if one.name == name else one for one in group.resources)
    return replace(group, resources=resources)


def test_a_dead_host_is_noticed_and_its_group_moves_inside_the_zone():
    """hosta dies, hostb takes over; hostb dies, hostc takes over in the other zone."""
    drill = Drill().started(30)
    drill.crash("hosta")
    drill.run(NOTICED_S - 1)
    assert drill.online_on == ()
    drill.run(2)
    assert drill.online_on == ("hostb",)
    drill.crash("hostb")
    assert drill.run(60).online_on == ("hostc",)


def test_nothing_moves_back_when_the_hosts_return():
    """VCS has no automatic failback."""
    drill = Drill().started(30)
    drill.crash("hosta")
    drill.run(60)
    drill.cluster.system_joined("hosta")
    assert drill.run(60).online_on == ("hostb",)
    assert drill.ha("hasys -state hosta") == (0, "RUNNING\n")


def test_a_system_that_returns_unnoticed_is_a_new_one():
    """Its old life ends when the new one joins: the group starts again, on the next system."""
    drill = Drill().started(30)
    drill.crash("hosta")
    drill.run(2)
    drill.cluster.system_joined("hosta")
    assert drill.run(30).online_on == ("hostb",)


def test_what_ran_on_a_dead_system_is_killed():
    drill = Drill().started(30)
    drill.runner.plan["mir", "failback"] = (HANG, None, True)
    answer = drill.cluster.ha("hostb", ["hares", "-action", "mir", "failback", "-sys", "hosta"])
    drill.crash("hosta")
    drill.run(1)
    assert [(event.system, event.entry) for event in drill.events(EntryPointKilled)] == [("hosta", "failback")]
    assert answer.value.exit_code == 1


def test_a_system_without_an_engine_obeys_nobody():
    drill = Drill().started(30)
    drill.crash("hosta")
    code, output = drill.ha("hagrp -state", "hosta")
    assert code == 1
    assert "V-16-1-10600" in output


def test_all_systems_dead_forget_everything_and_start_anew():
    """Temp attributes and faults live in the engine only."""
    drill = Drill().started(30)
    drill.ha("hares -modify mir VCSResLock token")
    for host in HOSTS:
        drill.crash(host)
    drill.run(60)
    for host in HOSTS:
        drill.cluster.system_joined(host)
    drill.run(60)
    assert drill.online_on == ("hosta",)
    assert drill.ha("hares -value mir VCSResLock") == (0, "\n")


def test_a_group_that_lost_its_only_system_starts_when_one_of_its_list_returns():
    """There was no target; a fault would have kept it down, a dead system does not."""
    drill = Drill(cluster_spec(manual_group(system_list=(("hosta", 0), ("hostb", 1)), system_zones={}))).started(30)
    drill.crash("hostb")
    drill.run(60)
    drill.crash("hosta")
    drill.run(60)
    drill.cluster.system_joined("hosta")
    assert drill.run(60).online_on == ("hosta",)


def test_a_switch_whose_target_dies_goes_elsewhere():
    drill = Drill().started(30)
    drill.runner.plan["mir", "online", "hostc"] = (HANG, None, True)
    drill.ha("hagrp -switch oragrp -to hostc")
    drill.run(10)
    drill.crash("hostc")
    assert drill.run(60).online_on == ("hostd",)


def test_a_switch_that_faults_on_its_target_may_come_back():
    """Usual fault handling, the former system included: after hostd, which shares the zone."""
    drill = Drill().started(30)
    for host in ("hostc", "hostd"):
        drill.runner.plan["mir", "online", host] = (HANG, None, True)
    drill.ha("hagrp -switch oragrp -to hostc")
    drill.run(1000)
    assert drill.online_on == ("hosta",)


def test_no_system_left_is_said_and_nothing_starts():
    drill = Drill().started(30)
    drill.runner.plan["mir", "online"] = (HANG, None, True)
    drill.runner.up["mir", "hosta"] = False
    drill.run(2000)
    assert drill.online_on == ()
    assert NO_TARGET.id in {event.message_id for event in drill.events(EngineLog)}


def test_a_fault_that_nothing_critical_stands_on_leaves_the_group_partial():
    drill = Drill(cluster_spec(with_resource("lsnr", critical=False))).started(30)
    drill.runner.up["lsnr", "hosta"] = False
    drill.run(100)
    assert drill.cluster.group_state("oragrp", "hosta") == "PARTIAL"
    assert drill.cluster.resource_state("lsnr", "hosta") == "FAULTED"


def test_what_stands_on_a_faulted_resource_goes_down_first_even_if_it_is_not_critical():
    group = with_resource("lsnr", critical=False)
    group = replace(group, resources=tuple(replace(resource, critical=False) for resource in group.resources))
    drill = Drill(cluster_spec(group)).started(30)
    drill.runner.up["vol", "hosta"] = False
    drill.run(100)
    assert [name for _, name, _ in drill.entries("offline")] == ["lsnr", "ora"]
    assert drill.cluster.group_state("oragrp", "hosta") == "PARTIAL"


def test_without_fault_propagation_nothing_else_is_touched():
    drill = Drill(cluster_spec(manual_group(fault_propagation=False))).started(30)
    drill.runner.up["vol", "hosta"] = False
    drill.run(100)
    assert drill.entries("offline") == []
    assert drill.cluster.resource_state("ora", "hosta") == "ONLINE"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"auto_fail_over": 0}, ()), ({"auto_fail_over": 2, "system_zones": {"hosta": 7}}, ()), ({}, ("hostb",))],
)
def test_auto_fail_over_decides_whether_anything_follows(changes, expected):
    """0 never; 2 only inside the zone; 1 anywhere."""
    drill = Drill(cluster_spec(manual_group(**changes))).started(30)
    drill.runner.up["mir", "hosta"] = False
    assert drill.run(400).online_on == expected


def test_a_frozen_group_is_neither_cleaned_nor_moved():
    drill = Drill().started(30)
    drill.ha("hagrp -freeze oragrp")
    drill.runner.up["vol", "hosta"] = False
    drill.run(100)
    assert drill.entries("clean") == drill.entries("offline") == []
    assert drill.cluster.resource_state("vol", "hosta") == "FAULTED"
    assert drill.online_on == ()


def test_a_persistent_resource_faults_the_group_and_clears_itself():
    """NIC lost: the group leaves; NIC back: the system is a target again without a command."""
    drill = Drill().started(30)
    drill.runner.plan["nic", "monitor", "hosta"] = (0.0, 100, True)
    drill.run(100)
    assert drill.online_on == ("hostb",)
    assert not drill.called("nic", "clean", "hosta")
    assert drill.ha("hagrp -switch oragrp -to hosta")[0] == 1
    del drill.runner.plan["nic", "monitor", "hosta"]
    drill.run(100)
    assert drill.ha("hagrp -switch oragrp -to hosta") == (0, "")
    assert drill.run(10).online_on == ("hosta",)


def test_a_stale_lock_is_a_concurrency_violation_and_gives_way():
    """hosta reboots with its lock file still there while the group runs on hostb."""
    drill = Drill().started(30)
    drill.crash("hosta")
    drill.run(60)
    drill.runner.up["mir", "hosta"] = True
    drill.cluster.system_joined("hosta")
    drill.run(60)
    (violation,) = drill.events(ConcurrencyViolation)
    assert (violation.violator, violation.systems) == ("hosta", ("hosta", "hostb"))
    assert not drill.runner.up["mir", "hosta"]
    assert drill.online_on == ("hostb",)


def test_an_offline_monitor_finds_what_was_started_by_hand():
    drill = Drill().started(30)
    drill.runner.up["mir", "hostc"] = True
    drill.run(301)
    assert [event.violator for event in drill.events(ConcurrencyViolation)] == ["hostc"]
    assert not drill.runner.up["mir", "hostc"]


def test_a_faulted_system_takes_the_group_again_once_it_is_cleared():
    drill = Drill().started(30)
    drill.runner.up["vol", "hosta"] = False
    drill.run(100)
    code, output = drill.ha("hagrp -switch oragrp -to hosta")
    assert code == 1
    assert "faulted" in output
    assert drill.ha("hagrp -clear oragrp -sys hosta") == (0, "")
    drill.ha("hagrp -switch oragrp -to hosta")
    assert drill.run(10).online_on == ("hosta",)


def test_a_parallel_group_runs_on_every_system_of_its_list_and_does_not_move():
    group = GroupSpec(
        "par",
        tuple((host, 0) for host in HOSTS),
        (ResourceSpec("m", "MetroMirror"),),
        auto_start_list=("hosta", "hostb"),
        parallel=Parallel.PARALLEL,
    )
    drill = Drill(cluster_spec(group)).started(30)
    assert drill.cluster.group_online_on("par") == ("hosta", "hostb")
    drill.crash("hosta")
    drill.run(60)
    assert drill.cluster.group_online_on("par") == ("hostb",)
    drill.cluster.system_joined("hosta")
    drill.run(60)
    assert drill.cluster.group_online_on("par") == ("hosta", "hostb")


def test_the_log_tells_each_change_of_the_groups_state():
    drill = Drill().started(30)
    changes = [(event.before, event.after) for event in drill.events(GroupChanged) if event.system == "hosta"]
    assert changes[0] == ("UNKNOWN", "OFFLINE")
    assert changes[-1] == ("STARTING|PARTIAL", "ONLINE")
    assert all(changes[at][1] == changes[at + 1][0] for at in range(len(changes) - 1))
