"""Connectors and the circuits between them: what is noticed, when, and what is lost with a connection."""

from __future__ import annotations

import pytest

from mirrordrill.simulator.vcs.wide_area.events import RemoteClusterChanged, WanChanged
from mirrordrill.simulator.vcs.wide_area.net import UnknownPlaceError
from mirrordrill.simulator.vcs.wide_area.states import RemoteState
from tests.vcs.wide_area.sites import Plan, Sites, with_rules


def seen(sites: Sites, at: str) -> list[str]:
    """The states through which cluster `at` has seen the others go, since the start was over."""
    changes = [event for event in sites.events(RemoteClusterChanged) if event.cluster == at]
    return [event.after for event in changes][2:]


def test_two_clusters_find_each_other_and_know_what_the_other_has() -> None:
    """Connected, and each with a mirror of the other's systems and global groups."""
    sites = Sites()
    assert sites.state("b", at="a") is sites.state("a", at="b") is RemoteState.RUNNING
    code, output = sites.type("hastatus -sum", on="b1")
    assert code == 0
    rows = [line.split() for line in output.splitlines() if line[:1] in {"L", "M", "N", "O"}]
    assert rows == [
        ["L", "Icmp", "a", "ALIVE"],
        ["M", "a", "RUNNING"],
        ["N", "a:a1", "RUNNING", "0"],
        ["N", "a:a2", "RUNNING", "0"],
        ["O", "app", "a:a1", "Y", "N", "ONLINE"],
        ["O", "app", "a:a2", "Y", "N", "OFFLINE"],
    ]


def test_an_interruption_shorter_than_the_socket_timeout_is_not_noticed() -> None:
    """What was said meanwhile arrives when the line is whole again."""
    sites = Sites()
    undo = sites.net.cut("a", "b")
    sites.run(20)
    assert sites.type("hagrp -freeze app")[0] == 0
    sites.type("hasys -freeze a2")
    sites.run(20)
    undo()
    sites.run(5)
    assert seen(sites, "b") == []
    assert "N  a:a2            RUNNING              1" in sites.type("hastatus -sum", on="b1")[1]


def test_a_cut_line_looks_like_a_dead_cluster_from_both_ends() -> None:
    """First the connection, then the heartbeats, then nobody to ask."""
    sites = Sites()
    sites.net.cut("a", "b")
    sites.run(200)
    assert seen(sites, "a") == seen(sites, "b") == ["LOST_CONN", "INQUIRY", "FAULTED"]


def test_a_line_that_carries_one_way_serves_neither_and_tells_one_of_them() -> None:
    """Neither is told that it was heard; what b says is heard by a nevertheless, as long as their connection stands."""
    sites = Sites()
    undo = sites.net.cut_one_way("a", "b")
    sites.run(20)
    sites.type("hasys -freeze a2", on="a1")
    sites.type("hasys -freeze b2", on="b1")
    sites.run(20)
    assert "N  b:b2            RUNNING              1" in sites.type("hastatus -sum", on="a1")[1]
    assert "N  a:a2            RUNNING              0" in sites.type("hastatus -sum", on="b1")[1]
    sites.run(160)
    assert seen(sites, "a") == seen(sites, "b") == ["LOST_CONN", "INQUIRY", "FAULTED"]
    undo()
    sites.run(200)
    assert sites.state("b", at="a") is sites.state("a", at="b") is RemoteState.RUNNING


def test_the_systems_of_a_lost_cluster_are_no_better_than_it() -> None:
    """What was up there when it was last heard of is remembered: it decides what comes over."""
    sites = Sites()
    sites.crash("a1", "a2")
    sites.run(200)
    rows = [line.split() for line in sites.type("hastatus -sum", on="b1")[1].splitlines()]
    assert [row for row in rows if row[:1] == ["N"]] == [["N", "a:a1", "FAULTED", "0"], ["N", "a:a2", "FAULTED", "0"]]
    assert ["O", "app", "a:a1", "Y", "N", "ONLINE"] in rows
    sites.boot("a1", "a2")
    sites.run(300)
    rows = [line.split() for line in sites.type("hastatus -sum", on="b1")[1].splitlines()]
    assert ["N", "a:a1", "RUNNING", "0"] in rows


def test_the_loss_of_both_systems_is_noticed_by_the_other_cluster_alone() -> None:
    """From the dead nothing is heard."""
    sites = Sites()
    sites.crash("a1", "a2")
    sites.run(200)
    assert seen(sites, "b") == ["LOST_CONN", "INQUIRY", "FAULTED"]


def test_lost_pings_alone_change_one_opinion() -> None:
    """A filter on the way of one cluster's pings; the other one is answered."""
    sites = Sites()
    undo = sites.net.lose_heartbeat("b", "a")
    sites.run(200)
    assert (sites.state("a", at="b"), sites.state("b", at="a")) == (RemoteState.LOST_HB, RemoteState.RUNNING)
    undo()
    sites.run(60)
    assert seen(sites, "b") == ["LOST_HB", "RUNNING"]
    assert seen(sites, "a") == []


def test_a_killed_connector_comes_back_where_it_was_and_is_no_fault() -> None:
    """Its peer hears at once that it ended; its own cluster is deaf until VCS has started it again."""
    sites = Sites()
    assert sites.net.kill_wac("a") == "a1"
    sites.run(0.1)
    assert (sites.state("a", at="b"), sites.state("b", at="a")) == (RemoteState.TRANSITIONING, RemoteState.LOST_CONN)
    sites.run(120)
    assert seen(sites, "b") == ["TRANSITIONING", "BUILD", "RUNNING"]
    assert seen(sites, "a") == ["LOST_CONN", "BUILD", "RUNNING"]


def test_the_connector_moves_with_its_group_when_its_system_dies() -> None:
    """And the other cluster sees no more than a connection that was renewed."""
    sites = Sites()
    sites.crash("a1")
    sites.run(120)
    assert sites.connector("a").place == "a2"
    assert seen(sites, "b")[-1] == "RUNNING"
    assert "FAULTED" not in seen(sites, "b")


def test_a_connector_that_stands_still_neither_asks_nor_answers() -> None:
    """Its host hangs for ten minutes with nobody to take over; when it goes on it finds its way back."""
    sites = Sites()
    sites.crash("a2")
    sites.run(120)
    before = len(seen(sites, "a"))
    sites.hang("a1")
    sites.run(600)
    assert seen(sites, "a")[before:] == []
    assert seen(sites, "b")[-1] == "FAULTED"
    sites.resume("a1")
    sites.run(300)
    assert sites.state("b", at="a") is sites.state("a", at="b") is RemoteState.RUNNING


def test_a_cluster_that_is_stopped_says_goodbye() -> None:
    """EXITING, EXITED, and no alert however long it is silent."""
    sites = Sites()
    sites.runner.plan["wac", "offline"] = (1.0, None, True)
    assert sites.type("hastop -all") == (0, "")
    sites.run(900)
    assert seen(sites, "b") == ["EXITING", "EXITED"]
    assert sites.alerts("b") == ()


def test_a_steward_in_reach_tells_a_cut_line_from_a_dead_cluster() -> None:
    """It is asked by whoever has lost everything, and pings the cluster in question."""
    cut = Sites(plan=Plan(stewards=("s",)))
    cut.net.cut("a", "b")
    cut.run(200)
    assert seen(cut, "a") == seen(cut, "b") == ["LOST_CONN", "INQUIRY", "UNKNOWN"]
    dead = Sites(plan=Plan(stewards=("s",)))
    dead.crash("a1", "a2")
    dead.run(200)
    assert seen(dead, "b") == ["LOST_CONN", "INQUIRY", "FAULTED"]


def test_a_cluster_that_dies_while_it_is_unknown_is_asked_for_again() -> None:
    """The line was cut first, the site burnt down an hour later."""
    sites = Sites(plan=Plan(stewards=("s",)))
    sites.net.cut("a", "b")
    sites.run(3600)
    sites.crash("a1", "a2")
    sites.run(60)
    assert seen(sites, "b") == ["LOST_CONN", "INQUIRY", "UNKNOWN", "INQUIRY", "FAULTED"]


@pytest.mark.parametrize(("confirms", "expected"), [(True, "FAULTED"), (False, "UNKNOWN")])
def test_what_the_silence_of_a_steward_means_can_be_set(confirms: bool, expected: str) -> None:
    """Nobody knows what the real one does (fidelity: L)."""
    plan = with_rules(silence_confirms=confirms)
    sites = Sites(plan=Plan(stewards=("s",), rules=plan.rules))
    sites.net.cut_off("b")
    sites.run(200)
    assert seen(sites, "b")[-1] == expected


def test_faults_of_the_line_add_up_and_are_told_once() -> None:
    """It is whole again when the last of them is undone; an undo may be called twice."""
    sites = Sites()
    first, second = sites.net.cut("a", "b"), sites.net.cut("b", "a")
    first()
    first()
    assert not sites.net.wan.carries("a", "b")
    second()
    assert sites.net.wan.carries("a", "b")
    sites.net.cut("a", "b")
    sites.net.mend("a", "b")
    assert [event.change for event in sites.events(WanChanged)] == ["cut", "mended", "cut", "mended"]


@pytest.mark.parametrize("call", [lambda net: net.cut("a", "x"), lambda net: net.kill_wac("x")])
def test_a_place_that_does_not_exist_is_answered_with_those_that_do(call) -> None:
    """And nothing has happened."""
    with pytest.raises(UnknownPlaceError, match=r"no x; the wide area has: a, b, s"):
        call(Sites(plan=Plan(stewards=("s",))).net)
    with pytest.raises(UnknownPlaceError, match=r"no Steward s; there are: none"):
        Sites().net.lose_steward("s")
