"""Hybrid and parallel groups: failover inside a zone, parallel between zones; each system by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.vcs.events import ConcurrencyViolation
from simulator.vcs.spec import Parallel
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
    assert (code, "not up anywhere" in output) == (1, True)
    assert drill.ha("hagrp -online oragrp -any") == (0, "")
    assert drill.run(60).online_on == ("hosta", "hostd")
    code, output = drill.ha("hagrp -online oragrp -sys hostb")
    assert (code, "already up on system hosta" in output) == (1, True)


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


def test_the_zones_of_a_hybrid_group_stay_as_they_are_while_it_runs():
    drill = play(Parallel.HYBRID)
    drill.ha("haconf -makerw")
    code, output = drill.ha("hagrp -modify oragrp SystemZones -update hostb 1")
    assert (code, "hybrid" in output) == (1, True)


def test_a_partition_leaves_each_side_its_zone():
    """Each side fails nothing over, for the other zone's instance was never its own."""
    drill = play(Parallel.HYBRID)
    drill.cluster.partition([("hosta", "hostb"), ("hostc", "hostd")])
    assert drill.run(100).online_on == ("hosta", "hostc")
    assert replace(manual_group(), parallel=Parallel.HYBRID).instances == (("hosta", "hostb"), ("hostc", "hostd"))
