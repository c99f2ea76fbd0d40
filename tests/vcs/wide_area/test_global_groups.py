"""Global groups: who has Authority, what faults come to, and that nobody has a group twice without being told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.vcs.events import CommandGiven
from mirrordrill.simulator.vcs.spec import ClusterFailOverPolicy, Parallel
from mirrordrill.simulator.vcs.wide_area.events import GlobalConcurrencyViolation
from mirrordrill.simulator.vcs.wide_area.states import RemoteState
from tests.drawn import share_of
from tests.vcs.wide_area.sites import Plan, Sites

AUTO = Plan(policy=ClusterFailOverPolicy.AUTO)


def test_a_switch_moves_the_group_and_its_authority() -> None:
    """Typed at the cluster where it is; and back, typed at the other one."""
    sites = Sites()
    assert sites.type("hagrp -switch app -to b2 -clus b") == (0, "")
    sites.run(10)
    assert (sites.online_on(), sites.authority()) == (("b2",), ("b",))
    assert sites.type("hagrp -switch app -any -clus a", on="a2") == (0, "")
    sites.run(10)
    assert (sites.online_on(), sites.authority()) == (("a1",), ("a",))


@settings(max_examples=share_of(40), deadline=None)
@given(st.integers(1, 400), st.sampled_from(["cut", "crash b", "wac a", "wac b"]), st.integers(1, 300))
def test_whatever_breaks_while_authority_moves_nobody_has_it_twice(hundredths: int, what: str, lasting_s: int) -> None:
    """At any moment of a switch: the line, the other site's systems, either connector."""
    sites = Sites()
    strikes: dict[str, Callable[[], object]] = {
        "cut": lambda: sites.net.cut("a", "b"),
        "crash b": lambda: sites.crash("b1", "b2"),
        "wac a": lambda: sites.net.kill_wac("a"),
        "wac b": lambda: sites.net.kill_wac("b"),
    }
    sites.clusters["a"].ha("a1", ["hagrp", "-switch", "app", "-any", "-clus", "b"])
    sites.run(hundredths / 100)
    strikes[what]()
    sites.run(lasting_s)
    sites.net.mend("a", "b")
    sites.run(300)
    assert not sites.ever_had_authority_twice()
    assert len(sites.authority()) <= 1
    assert len(sites.online_on()) <= 1


def test_a_group_that_is_down_comes_online_in_the_cluster_that_asks_for_authority() -> None:
    """Without force, because whoever has it can be asked and agrees."""
    sites = Sites()
    sites.type("hagrp -offline app -any")
    sites.run(5)
    assert sites.type("hagrp -online app -sys b1", on="b1") == (0, "")
    sites.run(5)
    assert (sites.online_on(), sites.authority()) == (("b1",), ("b",))


@pytest.mark.parametrize(
    ("prepare", "line", "on", "said"),
    [
        ("", "hagrp -online app -sys b1", "b1", "V-16-1-60125 Group app is up in cluster a on system a1"),
        ("hagrp -freeze app", "hagrp -switch app -any -clus b", "a1", "V-16-1-60019 Group app is frozen"),
        ("hagrp -freeze app@b1", "hagrp -switch app -any -clus b", "a1", "V-16-1-60123 Cluster b refuses group app"),
        ("", "hagrp -switch app -to a2 -clus b", "a1", "system a2 is not in its SystemList"),
        ("", "hagrp -switch app -to b1", "a1", "V-16-1-60014"),
        ("", "hagrp -switch app -any -clus x", "a1", "Cluster does not exist: x"),
        ("", "hagrp -switch ClusterService -any -clus b", "a1", "Group ClusterService is not a global group"),
        ("", "haclus -declare disaster -clus b", "a1", "V-16-1-60128 Cluster b is RUNNING"),
        ("", "haclus -declare catastrophe -clus b", "a1", "Wrong arguments"),
        ("", "hagrp -modify app Authority 0", "a1", "V-16-1-60042"),
        ("", "hagrp -online app -any -clus b -localclus", "a1", "Wrong arguments"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(prepare: str, line: str, on: str, said: str) -> None:
    """And nothing has moved."""
    sites = Sites()
    sites.type("haconf -makerw")
    if prepare:
        command, _, system = prepare.partition("@")
        sites.type(command, on=system or "a1")
    code, output = sites.type(line, on=on)
    assert code != 0
    if said == "V-16-1-60014":
        assert "System does not exist: b1" in output
    else:
        assert said in output
    sites.run(60)
    assert (sites.online_on(), sites.authority()) == (("a1",), ("a",))


def test_nobody_who_cannot_be_asked_is_asked() -> None:
    """A switch to a silent cluster, and an online at one without Authority, wait for nobody."""
    sites = Sites()
    sites.net.cut("a", "b")
    sites.run(61.5)
    assert "V-16-1-60120 Cluster b is LOST_CONN" in sites.type("hagrp -switch app -any -clus b")[1]
    assert "V-16-1-60124" in sites.type("hagrp -online app -sys b1", on="b1")[1]
    assert sites.online_on() == ("a1",)


def test_a_question_that_is_lost_on_the_way_is_answered_after_its_time() -> None:
    """The line is cut, and nobody has noticed yet."""
    sites = Sites()
    sites.net.cut("a", "b")
    began_s = sites.kernel.now_s
    code, output = sites.type("hagrp -switch app -any -clus b")
    assert code == 1
    assert "no answer" in output
    assert sites.kernel.now_s - began_s == pytest.approx(60)
    assert sites.online_on() == ("a1",)


def test_commands_are_carried_out_where_they_are_sent() -> None:
    """-offline and -state of the other cluster; their answers come back."""
    sites = Sites()
    assert sites.type("hagrp -state app -clus a", on="b2")[1].splitlines()[1].split() == [
        "app",
        "State",
        "a:a1",
        "|ONLINE|",
    ]
    assert sites.type("hagrp -offline app -any -clus a", on="b2") == (0, "")
    sites.run(5)
    assert sites.online_on() == ()
    code, output = sites.type("hagrp -offline app -any -clus a", on="b2")
    assert (code, "V-16-1-60017" in output) == (1, True)


def test_by_force_authority_is_taken_from_whoever_is_silent_and_given_up_by_whoever_comes_later() -> None:
    """vcs.md 4.4: the disaster takeover, and the rebuilt site that hears of it."""
    sites = Sites()
    sites.crash("a1", "a2")
    sites.run(200)
    assert sites.type("hagrp -online -force app -any", on="b1") == (0, "")
    sites.run(10)
    assert (sites.online_on(), sites.authority()) == (("b1",), ("a", "b"))
    sites.boot("a1", "a2")
    sites.run(300)
    assert (sites.online_on(), sites.authority()) == (("b1",), ("b",))


def test_a_rebuilt_site_that_hears_of_nobody_starts_after_auto_start_timeout() -> None:
    """The most dangerous path there is: two copies live, and each cluster is told when they hear of each other."""
    sites = Sites()
    sites.crash("a1", "a2")
    sites.net.cut("a", "b")
    sites.run(200)
    sites.type("hagrp -online -force app -any", on="b1")
    sites.boot("a1", "a2")
    sites.run(100)
    assert sites.online_on() == ("b1",)
    sites.run(100)
    assert sites.online_on() == ("a1", "b1")
    sites.net.mend("a", "b")
    sites.run(120)
    assert {event.cluster for event in sites.events(GlobalConcurrencyViolation)} == {"a", "b"}
    assert len(sites.events(GlobalConcurrencyViolation)) == 2
    assert sites.online_on() == ("a1", "b1")


def test_auto_takes_a_faulted_clusters_group_in_one_other_cluster_only() -> None:
    """Of three clusters the one that ClusterList prefers, after the others have agreed that the first is down."""
    sites = Sites("abc", AUTO)
    sites.crash("a1", "a2")
    sites.run(300)
    assert sites.state("a", at="b") is sites.state("a", at="c") is RemoteState.FAULTED
    assert (sites.online_on(), sites.authority()) == (("b1",), ("a", "b"))


def test_a_line_cut_between_two_of_three_clusters_moves_nothing() -> None:
    """The third one says that both live."""
    sites = Sites("abc", AUTO)
    sites.net.cut("a", "b")
    sites.run(600)
    assert sites.state("a", at="b") is sites.state("b", at="a") is RemoteState.UNKNOWN
    assert (sites.online_on(), sites.alerts("b")) == (("a1",), ())


def test_a_local_fault_goes_to_the_next_cluster_that_takes_the_group() -> None:
    """Frozen in b, so that c gets it; frozen there too, nobody does, and an alert says so."""
    sites = Sites("abc", AUTO)
    sites.type("hagrp -freeze app", on="b1")
    sites.crash("a2")
    sites.run(60)
    sites.runner.plan["db", "online"] = (0.0, None, False)
    sites.runner.up["db", "a1"] = False
    sites.runner.plan.pop(("db", "online"))
    sites.run(300)
    assert (sites.online_on(), sites.authority()) == (("c1",), ("c",))

    sites = Sites("abc", AUTO)
    for at in ("b1", "c1"):
        sites.type("hagrp -freeze app", on=at)
    sites.crash("a2")
    sites.run(60)
    sites.runner.up["db", "a1"] = False
    sites.run(300)
    assert sites.alerts("a") == ("NOFAIL-app",)
    assert "it is frozen" in sites.type("haalert -display")[1]


def test_an_alert_ends_with_its_reason_or_by_an_operator_who_says_why() -> None:
    """haalert -list, -display, -delete."""
    sites = Sites()
    sites.crash("b1", "b2")
    sites.run(200)
    assert sites.type("haalert -list") == (0, "CFAULT-b\n")
    assert sites.type("haalert -delete CFAULT-b")[0] == 2
    assert sites.type("haalert -delete CFAULT-x -notes seen")[0] == 1
    assert sites.type("haalert -delete CFAULT-b -notes seen") == (0, "")
    assert sites.type("haalert -list") == (0, "")
    sites.boot("b1", "b2")
    sites.run(200)
    sites.crash("b1", "b2")
    sites.run(200)
    assert sites.alerts("a") == ("CFAULT-b",)
    sites.boot("b1", "b2")
    sites.run(200)
    assert sites.alerts("a") == ()


def test_without_a_connector_nobody_can_be_declared_dead_or_asked() -> None:
    """The ClusterService group is down: the cluster is deaf (vcs.md 9, 15)."""
    sites = Sites()
    assert sites.type("hagrp -offline ClusterService -any", on="b1")[0] == 0
    sites.run(10)
    sites.crash("a1", "a2")
    sites.run(900)
    assert sites.state("a", at="b") is RemoteState.LOST_CONN
    assert sites.alerts("b") == ()
    assert "V-16-1-60121" in sites.type("haclus -declare disaster -clus a", on="b1")[1]
    assert sites.type("hagrp -online -force app -sys b1", on="b1") == (0, "")
    assert sites.type("hagrp -online ClusterService -sys b1", on="b1")[0] == 0
    sites.run(200)
    assert sites.state("a", at="b") is RemoteState.FAULTED


def test_both_systems_of_a_parallel_group_come_online_at_once() -> None:
    """Declared and brought over: every instance that has a system."""
    sites = Sites(plan=Plan(parallel=Parallel.PARALLEL))
    assert sites.online_on() == ("a1", "a2")
    sites.crash("a1", "a2")
    sites.run(200)
    assert sites.type("haclus -declare disaster -clus a -failover", on="b1") == (0, "")
    sites.run(10)
    assert sites.online_on() == ("b1", "b2")


def test_a_declaration_without_failover_is_noted_and_moves_nothing() -> None:
    """The groups there count as offline; disconnect leaves them where they may be."""
    sites = Sites()
    sites.crash("a1", "a2")
    sites.run(200)
    assert "V-16-1-60129" in sites.type("haclus -declare disconnect -clus a -failover", on="b1")[1]
    assert sites.type("haclus -declare disconnect -clus a", on="b1") == (0, "")
    assert "|ONLINE|" in sites.type("hagrp -state app -clus a", on="b1")[1]
    assert sites.type("haclus -declare outage -clus a", on="b1") == (0, "")
    assert "|ONLINE|" not in sites.type("hagrp -state app -clus a", on="b1")[1]
    assert sites.type("haclus -value DeclaredState -clus a", on="b1") == (0, "outage\n")
    assert sites.online_on() == ()


def test_the_preonline_trigger_is_asked_in_the_other_cluster_too() -> None:
    """Once for each time the group comes online; it then does it itself, by command."""
    sites = Sites(plan=Plan(pre_online=True))
    assert sites.online_on() == ("a1",)
    assert sites.type("hagrp -switch app -any -clus b") == (0, "")
    sites.run(10)
    assert (sites.online_on(), sites.authority()) == (("b1",), ("b",))
    given = [event for event in sites.events(CommandGiven) if "-nopre" in event.command]
    assert [(event.system, event.exit_code) for event in given] == [("a1", 0), ("b1", 0)]


def test_the_policy_may_be_modified_while_the_clusters_run() -> None:
    """From Manual to Auto before the night in which it matters; Authority may not."""
    sites = Sites()
    sites.type("haconf -makerw", on="b1")
    assert "V-16-1-60041" in sites.type("hagrp -modify app ClusterFailOverPolicy Never", on="b1")[1]
    assert sites.type("hagrp -modify app ClusterFailOverPolicy Auto", on="b1") == (0, "")
    sites.crash("a1", "a2")
    sites.run(300)
    assert sites.online_on() == ("b1",)
