"""What the attributes of a group change in what the engine does, one after the other (vcs.md 2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mirrordrill.simulator.vcs.engine.trigger_rules import PreOnline, TriggerVerdict
from mirrordrill.simulator.vcs.events import CommandGiven, EngineLog, TriggerRun
from mirrordrill.simulator.vcs.logs import render
from mirrordrill.simulator.vcs.spec import FailOverPolicy, GroupSpec, ResourceSpec, SystemSpec
from tests.vcs.play import HANG, HOSTS, STACK, Drill, cluster_spec, manual_group, with_limits


def play(seconds: float = 60, **changes: object) -> Drill:
    return Drill(cluster_spec(manual_group(**changes))).started(seconds)


def logged(drill: Drill, number: str) -> list[str]:
    return [event.message for event in drill.events(EngineLog) if event.message_id == f"V-16-1-{number}"]


def fault(drill: Drill, host: str = "hosta", seconds: float = 200) -> Drill:
    drill.runner.up["ora", host] = False
    return drill.run(seconds)


class TestPreOnline:
    def test_the_trigger_brings_the_group_online_itself(self):
        drill = play(pre_online=True)
        assert drill.online_on == ("hosta",)
        assert [(event.system, event.trigger) for event in drill.events(TriggerRun)] == [("hosta", "preonline")]
        assert [event.command for event in drill.events(CommandGiven)] == [
            "hagrp -online -nopre oragrp -sys hosta",
        ]

    def test_it_is_asked_at_a_failover_and_at_a_switch_on_the_target(self):
        drill = fault(play(pre_online=True))
        assert drill.online_on == ("hostb",)
        drill.ha("hagrp -switch oragrp -to hostc")
        assert drill.run(60).online_on == ("hostc",)
        assert [event.system for event in drill.events(TriggerRun)] == ["hosta", "hostb", "hostc"]

    def test_a_veto_leaves_the_group_offline_and_says_so(self):
        drill = play(pre_online=True)
        drill.cluster.triggers.behaviour["oragrp"] = PreOnline(TriggerVerdict.REFUSES, 5)
        fault(drill, seconds=1000)
        assert drill.online_on == ()
        assert len(drill.events(TriggerRun)) == 2
        assert logged(drill, "60102") == [
            "Group oragrp stays offline on system hostb: the preonline trigger has refused"
        ]

    def test_an_operator_overrides_the_veto_with_nopre(self):
        drill = play(pre_online=True)
        drill.ha("hagrp -offline oragrp -any")
        drill.cluster.triggers.behaviour["oragrp"] = PreOnline(TriggerVerdict.REFUSES)
        assert drill.run(60).ha("hagrp -online oragrp -sys hostb") == (0, "")
        assert drill.run(60).online_on == ()
        assert drill.ha("hagrp -online -nopre oragrp -sys hostb") == (0, "")
        assert drill.run(60).online_on == ("hostb",)

    def test_a_trigger_that_hangs_is_waited_for_and_blocks_other_systems_meanwhile(self):
        drill = play(pre_online=True, preonline_timeout_s=120.0)
        drill.cluster.triggers.behaviour["oragrp"] = PreOnline(TriggerVerdict.HANGS)
        fault(drill, seconds=100)
        assert drill.ha("hagrp -value oragrp PreOnlining hostb") == (0, "1\n")
        code, output = drill.ha("hagrp -online oragrp -sys hostc")
        assert (code, "waits for its preonline trigger on system hostb" in output) == (1, True)
        drill.run(120)
        assert logged(drill, "60102")[0].endswith("the preonline trigger did not end within 120 s")
        assert drill.ha("hagrp -value oragrp PreOnlining hostb") == (0, "0\n")
        assert drill.online_on == ()

    def test_a_trigger_that_is_slower_than_its_time_is_too_late(self):
        drill = Drill(cluster_spec(manual_group(pre_online=True, preonline_timeout_s=10.0)))
        drill.cluster.triggers.behaviour["oragrp"] = PreOnline(TriggerVerdict.ALLOWS, 11)
        assert drill.started(100).online_on == ()

    def test_the_trigger_dies_with_its_system_and_the_next_one_is_asked(self):
        drill = play(pre_online=True)
        drill.cluster.triggers.behaviour["oragrp"] = PreOnline(TriggerVerdict.ALLOWS, 30)
        fault(drill, seconds=61)
        assert drill.events(TriggerRun)[-1].system == "hostb"
        drill.crash("hostb")
        assert drill.run(300).online_on == ("hostc",)

    def test_flush_gives_up_waiting(self):
        drill = play(pre_online=True)
        drill.cluster.triggers.behaviour["oragrp"] = PreOnline(TriggerVerdict.HANGS)
        fault(drill, seconds=100)
        assert drill.ha("hagrp -flush oragrp -sys hostb") == (0, "")
        assert drill.ha("hagrp -online -nopre oragrp -sys hostc") == (0, "")
        assert drill.run(400).online_on == ("hostc",)
        assert logged(drill, "60102") == []


class TestRetries:
    def test_a_group_is_started_again_where_it_faulted_before_it_fails_over(self):
        """OnlineRetryLimit 2: oracle comes up on hosta no more; the third fault moves the group."""
        drill = play(online_retry_limit=2)
        drill.runner.plan["ora", "online", "hosta"] = (1.0, None, False)
        fault(drill, seconds=3000)
        assert len(logged(drill, "60101")) == 2
        assert drill.online_on == ("hostb",)
        assert drill.cluster.group_state("oragrp", "hosta") == "OFFLINE|FAULTED"

    def test_a_restart_that_succeeds_counts_no_more(self):
        drill = play(online_retry_limit=1)
        for _ in range(3):
            fault(drill)
            assert drill.online_on == ("hosta",)
        assert len(logged(drill, "60101")) == 3

    def test_but_a_group_that_faults_again_within_the_interval_fails_over(self):
        drill = play(online_retry_limit=1, online_retry_interval_s=3600.0)
        fault(drill)
        assert drill.online_on == ("hosta",)
        fault(drill)
        assert drill.online_on == ("hostb",)

    def test_what_nobody_can_bring_online_is_not_retried(self):
        """A cable that is out fails the group over at once."""
        drill = play(online_retry_limit=5)
        drill.runner.plan["nic", "monitor", "hosta"] = (0.0, 100, True)
        drill.run(200)
        assert drill.online_on == ("hostb",)
        assert logged(drill, "60101") == []

    def test_a_dead_system_is_no_place_for_a_retry(self):
        drill = play(online_retry_limit=5)
        drill.crash("hosta")
        assert drill.run(100).online_on == ("hostb",)

    def test_a_retry_is_over_where_the_group_is_found_up_elsewhere(self):
        """hosta stood still with the group; while it is not known what runs there, hostb faults and is to be retried.
        The retry waited for ever, and VCS accepted each later switch and did nothing.
        """
        often = with_limits("MetroMirror", monitor_interval_s=5.0)
        drill = Drill(cluster_spec(manual_group(online_retry_limit=1), types=often)).started(60)
        drill.runner.plan["mir", "online", "hostb"] = (10.0, None, False)
        drill.cluster.system_hung("hosta")
        while not logged(drill, "60001"):
            drill.run(1)
        drill.cluster.system_resumed("hosta")
        assert drill.run(1000).online_on == ("hosta",)
        assert drill.ha("hagrp -clear oragrp") == (0, "")
        assert drill.ha("hagrp -switch oragrp -to hostc") == (0, "")
        assert drill.run(100).online_on == ("hostc",)


@pytest.mark.parametrize(
    ("auto_fail_over", "dead", "expected"),
    [
        (0, (), ()),
        (1, (), ("hostb",)),
        (1, ("hostb",), ("hostc",)),
        (2, (), ("hostb",)),
        (2, ("hostb",), ()),
    ],
)
def test_auto_fail_over_never_anywhere_or_inside_the_zone(auto_fail_over, dead, expected):
    drill = play(auto_fail_over=auto_fail_over)
    for host in dead:
        drill.crash(host)
    fault(drill.run(60))
    assert drill.online_on == expected
    assert bool(logged(drill, "60003") or logged(drill, "60005")) == (not expected)


def test_auto_fail_over_2_does_not_start_the_group_out_of_the_zone_of_the_system_that_it_lost():
    """AutoStartList is for the start of the cluster; the host of that zone may start it again when it is back."""
    drill = play(auto_fail_over=2, auto_start_list=("hosta", "hostc"))
    drill.crash("hosta")
    drill.crash("hostb")
    assert drill.run(200).online_on == ()
    drill.cluster.system_joined("hosta")
    assert drill.run(200).online_on == ("hosta",)


def test_fault_propagation_0_leaves_everything_above_up():
    drill = fault(play(fault_propagation=False))
    assert drill.cluster.resource_state("ora", "hosta") == "FAULTED"
    assert drill.cluster.resource_state("lsnr", "hosta") == "ONLINE"
    assert drill.online_on == ()


def test_evacuate_0_is_taken_offline_and_not_moved():
    drill = play(evacuate=False)
    drill.ha("hastop -local -evacuate")
    assert drill.run(60).online_on == ()
    assert drill.cluster.membership_of("hostb") == HOSTS[1:]


def test_manual_ops_0_is_left_alone_by_operators_and_not_by_faults():
    drill = play(manual_ops=False)
    for line in ("hagrp -offline oragrp -any", "hagrp -switch oragrp -to hostb", "hagrp -online oragrp -sys hostb"):
        code, output = drill.ha(line)
        assert (code, "ManualOps is 0" in output) == (1, True)
    assert fault(drill).online_on == ("hostb",)


@pytest.mark.parametrize(("completes", "expected"), [(True, ("hosta",)), (False, ())])
def test_a_group_that_is_found_half_up_is_completed_or_not(completes, expected):
    drill = Drill(cluster_spec(manual_group(auto_start_if_partial=completes)))
    drill.runner.up["mir", "hosta"] = True
    assert drill.started(60).online_on == expected


def test_what_an_operator_stopped_does_not_start_again_by_itself():
    drill = play()
    assert drill.ha("hagrp -value oragrp IntentOnline hosta") == (0, "1\n")
    drill.ha("hagrp -offline oragrp -any")
    drill.run(60)
    assert drill.ha("hagrp -value oragrp IntentOnline hosta") == (0, "0\n")
    drill.crash("hosta")
    drill.run(60)
    drill.cluster.system_joined("hosta")
    assert drill.run(100).online_on == ()


@pytest.mark.parametrize(
    ("group", "system", "expected"),
    [
        ({"fail_over_policy": FailOverPolicy.PRIORITY}, {}, "hostb"),
        ({"fail_over_policy": FailOverPolicy.ROUND_ROBIN}, {}, "hostc"),
        ({"fail_over_policy": FailOverPolicy.LOAD}, {"hostd": 200}, "hostd"),
        ({"fail_over_policy": FailOverPolicy.LOAD, "prerequisites": {"shm": 2}}, {"hostd": 200}, "hostc"),
    ],
)
def test_each_policy_finds_its_system_in_a_running_cluster(group, system, expected):
    """hostb already carries another group; hostd is the biggest, and has too little shared memory."""
    other = GroupSpec("other", (("hostb", 0),), (ResourceSpec("x", "IP"),), auto_start_list=("hostb",), load=50)
    spec = cluster_spec(manual_group(system_zones={}, **group), other)
    systems = tuple(SystemSpec(at, system.get(at, 100), {"shm": 1 if at == "hostd" else 3}) for at in HOSTS)
    drill = Drill(replace(spec, systems=systems)).started(60)
    drill.crash("hosta")
    assert drill.run(100).online_on == (expected,)


@pytest.mark.parametrize("persistent", [False, True])
def test_the_host_of_a_frozen_group_dies_and_nothing_moves(persistent):
    drill = play()
    drill.ha("haconf -makerw")
    drill.ha("hagrp -freeze oragrp" + (" -persistent" if persistent else ""))
    assert drill.ha("hagrp -value oragrp Frozen") == (0, f"{int(persistent)}\n")
    assert drill.ha("hagrp -value oragrp TFrozen") == (0, f"{int(not persistent)}\n")
    drill.crash("hosta")
    assert drill.run(200).online_on == ()
    assert logged(drill, "60005") == ["Group oragrp stays where it is: it is frozen"]
    drill.ha("hagrp -unfreeze oragrp" + (" -persistent" if persistent else ""), "hostb")
    assert drill.run(200).online_on == ()
    assert drill.ha("hagrp -online oragrp -sys hostb", "hostb") == (0, "")
    assert drill.run(60).online_on == ("hostb",)


class TestManageFaultsNone:
    """No clean, no fault, no failover: the resource waits for an administrator (vcs.md 1.6)."""

    @pytest.mark.parametrize(
        ("plan", "line", "resource", "system", "state"),
        [
            ({("ora", "offline"): (HANG, None, True)}, "-switch oragrp -to hostb", "ora", "hosta", "ONLINE|ADMIN_WAIT"),
            ({("ora", "offline"): (1.0, None, False)}, "-switch oragrp -to hostb", "ora", "hosta", "ONLINE|ADMIN_WAIT"),
            ({("dg", "online"): (HANG, None, True)}, "-switch oragrp -to hostb", "dg", "hostb", "OFFLINE|ADMIN_WAIT"),
            ({("dg", "online"): (1.0, None, False)}, "-switch oragrp -to hostb", "dg", "hostb", "OFFLINE|ADMIN_WAIT"),
            ({("ora", "monitor"): (0.0, 100, True)}, "", "ora", "hosta", "ONLINE|ADMIN_WAIT"),
            ({("ora", "monitor"): (HANG, None, True)}, "", "ora", "hosta", "ONLINE|MONITOR TIMEDOUT|ADMIN_WAIT"),
        ],
    )
    def test_each_trouble_has_its_state(self, plan, line, resource, system, state):
        drill = play(manage_faults=False)
        drill.runner.plan |= plan
        if line:
            assert drill.ha(f"hagrp {line}") == (0, "")
        drill.run(1200)
        assert drill.cluster.resource_state(resource, system) == state
        assert drill.entries("clean") == []
        assert drill.online_on in {(), ("hosta",)}

    def test_nothing_is_done_by_hand_before_the_wait_is_cleared(self):
        drill = fault(play(manage_faults=False))
        for line in ("-offline oragrp -any", "-switch oragrp -to hostb"):
            code, output = drill.ha(f"hagrp {line}")
            assert (code, "waits for an administrator" in output) == (1, True)
        drill.runner.up["ora", "hosta"] = True
        assert drill.ha("hagrp -clearadminwait oragrp -sys hosta") == (0, "")
        drill.run(10)
        assert drill.cluster.resource_state("ora", "hosta") == "ONLINE"
        assert drill.ha("hagrp -switch oragrp -to hostb") == (0, "")
        assert drill.run(60).online_on == ("hostb",)

    def test_an_administrator_may_call_it_a_fault_and_the_group_fails_over(self):
        drill = fault(play(manage_faults=False))
        assert drill.ha("hagrp -clearadminwait -fault oragrp -sys hosta") == (0, "")
        assert drill.run(200).online_on == ("hostb",)
        assert drill.cluster.resource_state("ora", "hosta") == "FAULTED"

    def test_a_wait_that_is_cleared_while_it_is_down_leaves_it_offline(self):
        """The next monitor says offline where it should be online, and nobody has asked for that."""
        drill = fault(play(manage_faults=False))
        drill.ha("hagrp -clearadminwait oragrp -sys hosta")
        drill.run(200)
        assert drill.cluster.resource_state("ora", "hosta") == "OFFLINE"
        assert drill.cluster.group_state("oragrp", "hosta") == "PARTIAL"

    def test_it_can_be_changed_while_the_cluster_runs(self):
        drill = play()
        drill.ha("haconf -makerw")
        assert drill.ha("hagrp -modify oragrp ManageFaults NONE") == (0, "")
        assert drill.ha("hagrp -modify oragrp ManageFaults SOME")[0] == 1
        fault(drill)
        assert drill.cluster.resource_state("ora", "hosta") == "ONLINE|ADMIN_WAIT"


@pytest.mark.parametrize(
    ("line", "resources"),
    [
        ("hagrp -modify oragrp TriggerResStateChange 1", set(STACK) - {"nic"}),
        ("hares -modify mir TriggerResStateChange 1", {"mir"}),
    ],
)
def test_who_asks_for_it_is_told_of_every_state_of_a_resource(line: str, resources: set[str]) -> None:
    """As long as TriggerEvent is 1; by default nobody asks."""
    drill = Drill().started(30)
    assert drill.ha("haconf -makerw") == (0, "")
    assert drill.events(TriggerRun) == []
    assert drill.ha(line) == (0, "")
    drill.ha("hagrp -offline oragrp -any")
    drill.run(30)
    told = [event for event in drill.events(TriggerRun) if event.trigger == "resstatechange"]
    assert {event.arguments for event in told} == {(name, "ONLINE", "OFFLINE") for name in resources}
    logs = render(drill.kernel.log, drill.cluster.spec, datetime(2026, 1, 5, tzinfo=UTC))["hosta", "engine_A.log"]
    assert any(text.endswith("resstatechange for group oragrp on system hosta mir ONLINE OFFLINE") for text in logs)
    assert drill.ha("hagrp -modify oragrp TriggerEvent 0") == (0, "")
    drill.ha("hagrp -online oragrp -sys hosta")
    drill.run(30)
    assert len([event for event in drill.events(TriggerRun) if event.trigger == "resstatechange"]) == len(told)
