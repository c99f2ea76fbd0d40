"""Hybrid and parallel groups: failover inside a zone, parallel between zones; each system by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.vcs.events import ConcurrencyViolation
from mirrordrill.simulator.vcs.spec import Parallel
from tests.vcs.play import HOSTS, Drill, cluster_spec, manual_group


def play(parallel: Parallel, starts: tuple[str, ...] = HOSTS, **changes: object) -> Drill:
    return Drill(cluster_spec(manual_group(parallel=parallel, auto_start_list=starts, **changes))).started(60)


def test_a_hybrid_group_starts_once_in_each_zone():
    drill = play(Parallel.HYBRID)
    assert drill.online_on == ("hosta", "hostc")
    assert play(Parallel.HYBRID, ("hostd", "hostb")).online_on == ("hostb", "hostd")
    assert play(Parallel.HYBRID, ("hosta",)).online_on == ("hosta",)


@pytest.mark.parametrize("how", ["fault", "crash"])
def test_a_hybrid_group_fails_over_inside_its_zone_and_never_out_of_it(how):
    drill = play(Parallel.HYBRID)

    def lose(host: str) -> None:
        if how == "crash":
            drill.crash(host)
        else:
            drill.runner.up["ora", host] = False
        drill.run(200)

    lose("hosta")
    assert drill.online_on == ("hostb", "hostc")
    lose("hostb")
    assert drill.online_on == ("hostc",)
    lose("hostc")
    assert drill.online_on == ("hostd",)


def test_both_zones_may_fail_over_at_the_same_time():
    drill = play(Parallel.HYBRID)
    drill.crash("hosta")
    drill.crash("hostc")
    drill.run(200)
    assert drill.online_on == ("hostb", "hostd")


def test_a_hybrid_group_is_switched_inside_its_zone():
    drill = play(Parallel.HYBRID)
    assert drill.ha("hagrp -switch oragrp -to hostd") == (0, "")
    assert drill.run(60).online_on == ("hosta", "hostd")
    assert drill.ha("hagrp -offline oragrp -sys hosta") == (0, "")
    assert drill.run(60).online_on == ("hostd",)
    code, output = drill.ha("hagrp -switch oragrp -to hostb")
    assert (code, "not active anywhere" in output) == (1, True)
    assert drill.ha("hagrp -online oragrp -any")[0] == 0
    assert drill.run(60).online_on == ("hosta", "hostd")
    code, output = drill.ha("hagrp -online oragrp -sys hostb")
    assert (code, "up on system hosta" in output) == (1, True)


def test_a_hybrid_group_up_twice_in_one_zone_is_a_violation_and_in_two_zones_is_not():
    drill = play(Parallel.HYBRID)
    drill.runner.up["ip", "hostb"] = True
    drill.run(400)
    assert [event.violator for event in drill.events(ConcurrencyViolation)] == ["hostb"]
    assert drill.online_on == ("hosta", "hostc")


def test_a_parallel_group_starts_on_every_system_of_its_list():
    assert play(Parallel.PARALLEL).online_on == HOSTS
    assert play(Parallel.PARALLEL, ("hostb", "hostd")).online_on == ("hostb", "hostd")


def test_a_fault_of_a_parallel_group_moves_nothing():
    drill = play(Parallel.PARALLEL, ("hosta", "hostb"))
    drill.runner.up["ora", "hosta"] = False
    drill.run(200)
    assert drill.online_on == ("hostb",)
    assert drill.cluster.group_state("oragrp", "hosta") == "OFFLINE|FAULTED"
    assert drill.cluster.group_state("oragrp", "hostc") == "OFFLINE"


def test_a_parallel_group_comes_and_goes_with_its_system():
    drill = play(Parallel.PARALLEL, ("hosta", "hostb"))
    drill.crash("hostb")
    assert drill.run(100).online_on == ("hosta",)
    drill.cluster.system_joined("hostb")
    assert drill.run(100).online_on == ("hosta", "hostb")


def test_a_parallel_group_is_operated_system_by_system():
    drill = play(Parallel.PARALLEL, ("hosta", "hostb"))
    assert drill.ha("hagrp -offline oragrp -sys hosta") == (0, "")
    assert drill.run(60).online_on == ("hostb",)
    assert drill.ha("hagrp -online oragrp -sys hostc") == (0, "")
    assert drill.run(60).online_on == ("hostb", "hostc")
    assert drill.ha("hagrp -switch oragrp -to hostd")[0] == 1
    drill.crash("hosta")
    drill.run(60)
    assert drill.ha("hagrp -offline oragrp -any", "hostb") == (0, "")
    assert drill.run(60).online_on == ()


def test_systems_without_a_zone_are_one_zone_of_a_hybrid_group():
    zones = {"hosta": 0, "hostb": 0}
    drill = play(Parallel.HYBRID, system_zones=zones)
    assert drill.online_on == ("hosta", "hostc")
    drill.crash("hostc")
    assert drill.run(100).online_on == ("hosta", "hostd")


def modifiable(parallel: Parallel = Parallel.HYBRID, **changes: object) -> Drill:
    drill = play(parallel, **changes)
    assert drill.ha("haconf -makerw") == (0, "")
    return drill


def test_zones_of_a_hybrid_group_are_what_its_instances_are_made_of_from_then_on():
    """hostb becomes a zone of its own, hosts a and b are rivals no longer; then it joins the other zone."""
    drill = modifiable(starts=("hosta", "hostc"))
    assert drill.ha("hagrp -modify oragrp SystemZones -update hostb 7") == (0, "")
    assert drill.ha("hagrp -online oragrp -sys hostb") == (0, "")
    assert drill.run(60).online_on == ("hosta", "hostb", "hostc")
    code, output = drill.ha("hagrp -modify oragrp SystemZones -update hostb 1")
    assert (code, "it is up on hostb and hostc" in output) == (1, True)
    assert drill.ha("hagrp -offline oragrp -sys hostb") == (0, "")
    drill.run(60)
    assert drill.ha("hagrp -modify oragrp SystemZones -update hostb 1") == (0, "")
    drill.crash("hostc")
    assert drill.run(100).online_on == ("hosta", "hostb")


def test_zones_are_not_modified_while_the_group_moves():
    drill = modifiable()
    drill.runner.plan["mir", "offline"] = (20.0, None, True)
    drill.ha("hagrp -switch oragrp -to hostb")
    code, output = drill.ha("hagrp -modify oragrp SystemZones -update hostd 7")
    assert (code, "on its way" in output) == (1, True)


def test_a_system_that_is_added_to_a_group_is_probed_and_is_a_target():
    three = tuple((host, number) for number, host in enumerate(HOSTS[:3]))
    drill = modifiable(Parallel.FAILOVER, starts=("hosta",), system_list=three, system_zones={})
    assert drill.called("mir", "monitor", "hostd") == []
    assert drill.ha("hagrp -modify oragrp SystemList -add hostd 0") == (0, "")
    assert len(drill.run(10).called("mir", "open", "hostd")) == 1
    assert drill.ha("hagrp -value oragrp Probed hostd") == (0, "1\n")
    drill.ha("hagrp -modify oragrp SystemList -update hosta 5")
    drill.crash("hosta")
    assert drill.run(100).online_on == ("hostd",)


def test_a_system_that_is_taken_out_of_a_group_is_left_alone_from_then_on():
    drill = modifiable(Parallel.FAILOVER, starts=("hosta",), system_zones={})
    code, output = drill.ha("hagrp -modify oragrp SystemList -delete hosta")
    assert (code, "hosta" in output) == (1, True)
    assert drill.ha("hagrp -modify oragrp SystemList -delete hostb") == (0, "")
    assert len(drill.called("mir", "close", "hostb")) == 1
    seen = len(drill.called("mir", "monitor", "hostb"))
    drill.crash("hosta")
    assert drill.run(1000).online_on == ("hostc",)
    assert len(drill.called("mir", "monitor", "hostb")) == seen
    assert drill.ha("hagrp -state oragrp -sys hostb", "hostc")[0] == 1


def test_both_sides_of_a_partition_know_the_new_systems():
    drill = modifiable(Parallel.FAILOVER, starts=("hosta",), system_zones={})
    drill.ha("hagrp -modify oragrp SystemList -delete hostb")
    drill.cluster.partition([["hosta", "hostb"], ["hostc", "hostd"]])
    drill.run(100)
    assert {drill.ha("hagrp -value oragrp SystemList", host)[1].split()[::2][1] for host in ("hosta", "hostc")} == {
        "hostc"
    }
    drill.cluster.heal([["hosta", "hostb"], ["hostc", "hostd"]])
    assert len(drill.run(200).online_on) == 1


def test_a_partition_leaves_each_side_its_zone():
    """Each side fails nothing over, for the other zone's instance was never its own."""
    drill = play(Parallel.HYBRID)
    drill.cluster.partition([("hosta", "hostb"), ("hostc", "hostd")])
    assert drill.run(100).online_on == ("hosta", "hostc")
    assert replace(manual_group(), parallel=Parallel.HYBRID).instances == (("hosta", "hostb"), ("hostc", "hostd"))
