"""What the agent framework does with exit codes, silence and limits (vcs.md 1.2, 1.5, 1.6)."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from mirrordrill.simulator.vcs.agents.agent_resource import REACTIONS
from mirrordrill.simulator.vcs.agents.lifecycle import (
    AFTER_CLEAN,
    AFTER_MONITOR,
    CLEANING,
    MonitorFinding,
    Reaction,
    ResourcePhase,
    read_monitor,
)
from mirrordrill.simulator.vcs.events import EngineLog, EntryPointEnded, EntryPointKilled, EntryPointStarted
from mirrordrill.simulator.vcs.logs import render
from mirrordrill.simulator.vcs.ports import EntryPointOutcome
from mirrordrill.simulator.vcs.spec import GroupSpec, ResourceSpec
from tests.vcs.play import HANG, Drill, cluster_spec, manual_group, with_limits

STARTED_S = 1.0
"""Systems are RUNNING, and agents started, one second after the cluster."""


def cleans(drill: Drill, resource: str) -> list[tuple[float, str, str]]:
    """When, where and why a resource was cleaned."""
    return [
        (at, call.system, call.arguments[1])
        for at, call in drill.runner.calls
        if (call.resource, call.entry) == (resource, "clean")
    ]


@pytest.mark.parametrize(
    ("code", "finding"),
    [(100, MonitorFinding.OFFLINE), (101, MonitorFinding.ONLINE), (110, MonitorFinding.ONLINE)]
    + [(code, MonitorFinding.UNKNOWN) for code in (0, 1, 99, 111, 200, 255, -9)],
)
def test_only_100_to_110_are_states(code, finding):
    """A traceback, exit 1, is unknown: never online and never offline."""
    assert read_monitor(EntryPointOutcome(code, "")) is finding


def test_every_phase_that_is_monitored_knows_every_finding():
    unmonitored = {
        ResourcePhase.DETACHED,
        ResourcePhase.OPENING,
        ResourcePhase.GOING_ONLINE,
        ResourcePhase.GOING_OFFLINE,
        ResourcePhase.CLOSING,
    }
    assert {phase for phase, _ in AFTER_MONITOR} == set(ResourcePhase) - unmonitored
    assert len(AFTER_MONITOR) == (len(ResourcePhase) - len(unmonitored)) * len(MonitorFinding)
    assert set(AFTER_CLEAN) == set(CLEANING.values())
    assert set(REACTIONS) | {Reaction.LATER} == set(Reaction)


def test_arguments_stand_in_the_order_of_each_entry_point():
    """Name first; clean has its reason in front of, an action its count and arguments behind the ArgListValues."""
    drill = Drill().started(60)
    drill.ha("hares -action mir failback -actionargs now please -sys hosta")
    drill.runner.up["dg", "hosta"] = False
    drill.run(100)
    arguments = {call.entry: call.arguments for _, call in drill.runner.calls if call.resource in {"mir", "dg"}}
    assert arguments["monitor"][1:] == ("x", "y")
    assert arguments["clean"] == ("dg", "4", "x", "y")
    assert arguments["failback"] == ("mir", "x", "y", "2", "now", "please")


def test_monitors_come_right_after_open_and_then_at_their_interval():
    drill = Drill().started(1300)
    online = [at for at, _ in drill.called("mir", "monitor", "hosta")]
    offline = [at for at, _ in drill.called("dg", "monitor", "hostb")]
    assert online == [1.0, 1.0, 301.0, 601.0, 901.0, 1201.0]
    assert offline == [1.0, 301.0, 601.0, 901.0, 1201.0]


def test_a_healthy_cluster_is_silent():
    drill = Drill().started(100)
    before = len(drill.kernel.log)
    drill.run(3600)
    assert len(drill.kernel.log) == before


def test_a_hung_open_only_delays_the_first_monitor():
    drill = Drill()
    drill.runner.plan["mir", "open"] = (HANG, None, True)
    drill.started(90)
    assert drill.called("mir", "monitor", "hosta")[0][0] == STARTED_S + 60
    assert drill.online_on == ("hosta",)


def test_the_exit_code_of_online_is_how_long_to_wait_before_looking():
    """Not success, not failure: seconds."""
    drill = Drill()
    drill.runner.plan["mir", "online"] = (2.0, 7, True)
    drill.started(30)
    assert drill.called("mir", "monitor", "hosta")[1][0] == STARTED_S + 2 + 7


def test_an_online_that_hangs_is_killed_cleaned_and_fails_over_inside_the_zone():
    """Online timeout, clean 0: faulted here, next system of the zone."""
    drill = Drill()
    drill.runner.plan["mir", "online", "hosta"] = (HANG, None, True)
    drill.started(400)
    assert [(event.system, event.entry) for event in drill.events(EntryPointKilled)] == [("hosta", "online")]
    assert cleans(drill, "mir") == [(STARTED_S + 300, "hosta", "2")]
    assert drill.cluster.resource_state("mir", "hosta") == "FAULTED"
    assert drill.cluster.group_state("oragrp", "hosta") == "OFFLINE|FAULTED"
    assert drill.online_on == ("hostb",)


def test_a_clean_that_fails_pins_the_group_until_it_succeeds():
    """Online timeout, clean 1: no fault, no failover; clean again after every periodic monitor."""
    drill = Drill()
    drill.runner.plan["mir", "online", "hosta"] = (HANG, None, True)
    drill.runner.plan["mir", "clean"] = (0.0, 1, False)
    drill.started(1400)
    assert drill.online_on == ()
    assert drill.cluster.resource_state("mir", "hosta") == "OFFLINE|UNABLE_TO_OFFLINE"
    assert drill.cluster.group_state("oragrp", "hosta").startswith("STARTING")
    assert [at for at, _, _ in cleans(drill, "mir")] == [301.0, 601.0, 901.0, 1201.0]
    del drill.runner.plan["mir", "clean"]
    assert drill.run(300).online_on == ("hostb",)


def test_an_online_without_effect_is_cleaned_after_its_wait_limit():
    """OnlineWaitLimit 2 at 300 s: the look at once, then two intervals, then clean(3)."""
    drill = Drill()
    drill.runner.plan["mir", "online", "hosta"] = (0.0, None, False)
    drill.started(700)
    assert cleans(drill, "mir") == [(STARTED_S + 600, "hosta", "3")]
    assert drill.online_on == ("hostb",)


def test_online_is_retried_locally_before_the_fault_is_reported():
    spec = cluster_spec(types=with_limits("MetroMirror", online_retry_limit=2))
    drill = Drill(spec)
    drill.runner.plan["mir", "online", "hosta"] = (HANG, None, True)
    drill.started(1000)
    assert [at for at, _ in drill.called("mir", "online", "hosta")] == [1.0, 301.0, 601.0]
    assert drill.online_on == ("hostb",)


def test_an_unexpected_offline_is_cleaned_and_fails_over():
    drill = Drill().started(100)
    drill.runner.up["vol", "hosta"] = False
    drill.run(100)
    assert [(system, reason) for _, system, reason in cleans(drill, "vol")] == [("hosta", "4")]
    assert drill.cluster.group_state("oragrp", "hosta") == "OFFLINE|FAULTED"
    assert drill.online_on == ("hostb",)


def test_offline_monitors_are_tolerated_up_to_the_limit():
    drill = Drill(cluster_spec(types=with_limits("Volume", tolerance_limit=2))).started(30)
    drill.runner.up["vol", "hosta"] = False
    drill.run(130)
    assert cleans(drill, "vol") == []
    drill.run(60)
    assert [at for at, _, _ in cleans(drill, "vol")] == [181.0]


def test_a_resource_restarts_where_it_is_while_its_restart_limit_lasts():
    """The application above it stays where it is; ConfInterval later the restart is forgotten."""
    drill = Drill(cluster_spec(types=with_limits("IP", restart_limit=1, conf_interval_s=600.0))).started(30)
    for seconds in (700, 700):
        drill.runner.up["ip", "hosta"] = False
        drill.run(seconds)
        assert drill.online_on == ("hosta",)
    drill.runner.up["ip", "hosta"] = False
    drill.run(61)
    drill.runner.up["ip", "hosta"] = False
    assert drill.run(61).online_on == ("hostb",)


@pytest.mark.parametrize(("limit", "where"), [(4, "hostb"), (0, "hosta")])
def test_monitors_that_hang_count_until_the_limit(limit, where):
    """Four hung monitors in a row, then clean(5); never with FaultOnMonitorTimeouts 0."""
    drill = Drill(cluster_spec(types=with_limits("Oracle", fault_on_monitor_timeouts=limit))).started(30)
    drill.runner.plan["ora", "monitor", "hosta"] = (HANG, None, True)
    drill.run(200)
    assert drill.cluster.resource_state("ora", "hosta") == "ONLINE|MONITOR TIMEDOUT"
    drill.run(200)
    assert drill.online_on == (where,)
    assert [reason for _, _, reason in cleans(drill, "ora")] == (["5"] if limit else [])


def test_an_unknown_monitor_flags_the_resource_and_changes_nothing_else():
    drill = Drill().started(30)
    drill.runner.plan["mir", "monitor", "hosta"] = (0.0, 99, True)
    drill.run(600)
    assert drill.cluster.resource_state("mir", "hosta") == "ONLINE|STATE UNKNOWN"
    assert drill.online_on == ("hosta",)
    del drill.runner.plan["mir", "monitor", "hosta"]
    drill.run(300)
    assert drill.cluster.resource_state("mir", "hosta") == "ONLINE"


@pytest.mark.parametrize(("seconds", "reason"), [(HANG, "0"), (0.0, "1")])
def test_a_resource_that_does_not_go_offline_keeps_the_group_where_it_is(seconds, reason):
    """Clean says 0 but the monitor still finds it: unable to offline, and the switch does not go on."""
    drill = Drill().started(30)
    drill.runner.plan["mir", "offline"] = (seconds, None, False)
    drill.runner.plan["mir", "clean"] = (0.0, 0, False)
    drill.ha("hagrp -switch oragrp -to hostc")
    drill.run(700)
    assert {why for _, _, why in cleans(drill, "mir")} == {reason}
    assert drill.cluster.resource_state("mir", "hosta") == "ONLINE|UNABLE_TO_OFFLINE"
    assert not drill.called("mir", "online", "hostc")
    drill.runner.up["mir", "hosta"] = False
    assert drill.run(300).online_on == ("hostc",)


def two_mirrors() -> Drill:
    """Two MetroMirror resources without dependencies on one system, NumThreads 1."""
    resources = tuple(ResourceSpec(name, "MetroMirror") for name in ("m1", "m2"))
    group = GroupSpec("g", (("hosta", 0),), resources, auto_start=False)
    return Drill(cluster_spec(group)).started()


def test_one_thread_serves_all_resources_of_a_type_in_turn():
    drill = two_mirrors()
    drill.runner.plan = {("m1", "online"): (200.0, None, True), ("m2", "online"): (10.0, None, True)}
    drill.ha("hagrp -online g -sys hosta")
    drill.run(300)
    assert drill.entries("online") == [(10.0, "m1", "hosta"), (210.0, "m2", "hosta")]


def test_a_clean_runs_in_the_thread_of_what_was_killed():
    """It does not stand in line behind the other resources of its type."""
    drill = two_mirrors()
    drill.runner.plan = {("m1", "online"): (HANG, None, True), ("m2", "online"): (10.0, None, True)}
    drill.ha("hagrp -online g -sys hosta")
    drill.run(400)
    order = [(event.entry, event.resource) for event in drill.events(EntryPointStarted) if event.entry != "open"]
    # The fault of m1 then takes the group, m2 with it, offline again.
    assert order == [("online", "m1"), ("clean", "m1"), ("online", "m2"), ("offline", "m2")]


def test_an_action_is_killed_at_its_limit_and_the_operator_hears_it():
    drill = Drill().started()
    drill.runner.plan["mir", "failback"] = (HANG, None, True)
    code, output = drill.ha("hares -action mir failback -sys hosta")
    assert (code, drill.kernel.now_s) == (1, 50.0)
    assert "failback" in output


def test_a_monitor_enters_the_log_only_when_it_told_something():
    drill = Drill().started(2000)
    drill.runner.up["lsnr", "hosta"] = False
    drill.run(100)
    monitors = [
        event for event in drill.events(EntryPointEnded) if (event.entry, event.resource) == ("monitor", "lsnr")
    ]
    # Four first probes, one online on hosta, one unexpected offline there, one online on hostb.
    assert len(monitors) == 7


def test_the_agent_says_why_it_cleans():
    drill = Drill().started(30)
    drill.runner.up["ip", "hosta"] = False
    drill.run(100)
    assert "V-16-2-13067" in {event.message_id for event in drill.events(EngineLog)}


def test_what_is_stopped_while_it_starts_ends_offline():
    """The offline waits for the online under way, then undoes it."""
    drill = Drill(cluster_spec(manual_group(auto_start=False))).started()
    drill.runner.plan["mir", "online"] = (100.0, None, True)
    drill.ha("hagrp -online oragrp -sys hostb")
    drill.run(10)
    drill.ha("hagrp -offline oragrp -sys hostb")
    drill.run(200)
    assert drill.cluster.group_state("oragrp", "hostb") == "OFFLINE"
    assert [at for at, _ in drill.called("mir", "offline", "hostb")] == [110.0]


def test_log_dbg_tells_the_agents_log_of_every_state_of_the_framework():
    """And of nothing while it is not set."""
    drill = Drill().started(30)
    assert not [event for event in drill.events(EngineLog) if event.severity == "DBG_AGINFO"]
    for line in ("haconf -makerw", "hatype -modify MetroMirror LogDbg -add DBG_AGINFO"):
        assert drill.ha(line) == (0, "")
    drill.ha("hagrp -switch oragrp -to hostb")
    drill.run(30)
    told = [(event.source, event.message) for event in drill.events(EngineLog) if event.severity == "DBG_AGINFO"]
    phases = {
        "hosta": ("Online", "Going Offline", "Going Offline Waiting", "Offline"),
        "hostb": ("Offline", "Going Online", "Going Online Waiting", "Online"),
    }
    for host, names in phases.items():
        expected = [f"Resource(mir) - state changed from {a} to {b}" for a, b in pairwise(names)]
        assert [message for source, message in told if source == host] == expected
    logs = render(drill.kernel.log, drill.cluster.spec, datetime(2026, 1, 5, tzinfo=UTC))
    line = "VCS DBG_AGINFO V-16-2-60006 MetroMirror:mir:framework:state changed from Offline to Going Online"
    assert any(written.endswith(line) for written in logs["hostb", "MetroMirror_A.log"])


def test_info_is_run_while_the_resource_is_online_and_what_it_prints_is_resource_info():
    """VCS 5.0 and later (vcs.md 1.2, 1.5): first with operation 1, then with 2, every InfoInterval; 0 is never."""
    drill = Drill(cluster_spec(types=with_limits("MetroMirror", info_interval_s=600.0))).started()
    drill.ha("hagrp -online oragrp -sys hosta")
    drill.run(1500)
    begun = [(at, call) for at, call in drill.runner.calls if call.entry == "info"]
    assert [call.arguments[:3] for _, call in begun] == [("mir", "1", "x"), ("mir", "2", "x"), ("mir", "2", "x")]
    assert [round(later - at) for (at, _), (later, _) in pairwise(begun)] == [600, 600]
    code, said = drill.ha("hares -value mir ResourceInfo hosta")
    assert (code, said.split("\t")[:4]) == (0, ["State", "Valid", "Msg", "said"])
    drill.ha("hagrp -offline oragrp -sys hosta")
    drill.run(1500)
    assert len([call for _, call in drill.runner.calls if call.entry == "info"]) == len(begun)


def test_an_info_that_fails_makes_what_was_said_stale_and_nothing_else():
    """It is no monitor: the resource stays what it is."""
    drill = Drill(cluster_spec(types=with_limits("MetroMirror", info_interval_s=600.0))).started()
    drill.ha("hagrp -online oragrp -sys hosta")
    drill.run(300)
    drill.runner.plan["mir", "info"] = (HANG, None, True)
    drill.run(1200)
    assert drill.ha("hares -value mir ResourceInfo hosta")[1].startswith("State\tStale\tMsg\tsaid")
    assert drill.ha("hares -value mir State hosta")[1].strip() == "ONLINE"
