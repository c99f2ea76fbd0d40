"""A site of several clusters in one world: each has its systems, its engine and its main.cf."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from mirrordrill.drills.history import History
from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.world import UnknownNameError, World


@pytest.fixture
def world() -> Iterator[World]:
    with contextlib.closing(World(find_site("gco"))) as world:
        world.start()
        world.advance(600)
        yield world


def test_a_global_group_starts_where_the_authority_is_and_nowhere_else(world: World) -> None:
    """Both clusters list a system in AutoStartList; one may use it."""
    history = History()
    for record in world.kernel.log:
        history.see(record)
    assert world.group_online_on("oragrp") == ("hosta",) == history.state.online_on("oragrp")
    assert world.group_online_on("ClusterService") == ("hosta", "hostc")


def test_a_command_is_answered_by_the_cluster_of_the_host_it_is_typed_on(world: World) -> None:
    """Nothing of one cluster is a system of the other."""
    assert world.operate(["hasys", "-list"]).output.split() == ["hosta", "hostb"]
    assert world.operate(["hasys", "-list"], on="hostd").output.split() == ["hostc", "hostd"]
    assert list(world.clusters) == ["clusa", "clusb"]
    assert world.cluster_of("hostc") is world.clusters["clusb"]


def test_who_names_no_cluster_or_an_unknown_host_is_told_what_there_is(world: World) -> None:
    """A wrong name is never taken for another one."""
    with pytest.raises(UnknownNameError, match="clusa, clusb"):
        _ = world.cluster
    with pytest.raises(UnknownNameError, match="hosta, hostb, hostc, hostd"):
        world.operate(["hasys", "-list"], on="hostx")


def test_a_dead_host_is_lost_to_its_own_cluster_only(world: World) -> None:
    """The others of its site take over; nobody at the other site notices."""
    world.crash("hosta")
    world.advance(120)
    assert world.group_online_on("oragrp") == ("hostb",)
    assert world.clusters["clusb"].membership_of("hostc") == ("hostc", "hostd")
