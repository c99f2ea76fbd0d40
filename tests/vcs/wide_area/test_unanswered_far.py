"""A command for another cluster ends although that cluster, or the system in it that should answer, is dead."""

from __future__ import annotations

import pytest

from tests.vcs.play import HANG
from tests.vcs.wide_area.sites import Sites

ANSWER_S = 60
LLT_AND_GAB_S = 16 + 5 + 5
WAIT = "hagrp -wait app State ONLINE -sys b1 -clus b"
ACTION = "hares -action db failback -sys b2 -clus b"
FAR = (
    WAIT,
    f"{WAIT} -time 300",
    "hares -wait db State ONLINE -sys b1 -clus b",
    "hagrp -state app -clus b",
    "hagrp -display app -clus b",
    "hares -state db -clus b",
    "hagrp -clear app -clus b",
    "hagrp -freeze app -clus b",
    "hagrp -online app -sys b1 -clus b",
    "hagrp -switch app -to b1 -clus b",
    "haclus -wait ClusState EXITED -clus b -time 300",
    ACTION,
)


def typed(sites: Sites, line: str, on: str = "a1"):
    return sites.clusters[on[0]].ha(on, line.split())


def test_a_wait_in_another_cluster() -> None:
    sites = Sites()
    event = typed(sites, WAIT)
    sites.run(1000)
    assert not event.triggered
    assert sites.type("hagrp -switch app -to b1 -clus b", on="a1")[0] == 0
    sites.run(100)
    assert event.value.exit_code == 0
    assert sites.type(f"{WAIT} -time 1", on="a1") == (0, "")
    code, said = sites.type("hagrp -wait app State OFFLINE -sys b1 -clus b -time 5", on="a1")
    assert (code, "V-16-1-10805 " in said) == (1, True)


@pytest.mark.parametrize("line", FAR)
def test_the_whole_cluster_dies(line: str) -> None:
    """At once: nobody has noticed yet when the command is typed."""
    sites = Sites()
    sites.crash("b1", "b2")
    sites.run(1)
    event = typed(sites, line)
    sites.run(300 + 2 * ANSWER_S)
    assert event.triggered


@pytest.mark.parametrize("line", FAR)
def test_the_system_that_speaks_for_the_cluster_dies(line: str) -> None:
    """Its place is taken by the other one, which knows nothing of the question."""
    sites = Sites()
    event = typed(sites, line)
    sites.crash("b1")
    sites.run(300 + 2 * ANSWER_S)
    assert event.triggered


@pytest.mark.parametrize("line", [WAIT, ACTION])
def test_the_system_of_the_command_dies(line: str) -> None:
    sites = Sites()
    sites.runner.plan["db", "failback", "b2"] = (HANG, None, True)
    event = typed(sites, line)
    sites.run(1)
    sites.crash("a1")
    sites.run(LLT_AND_GAB_S)
    assert (event.triggered, event.value.exit_code) == (True, 1)
    sites.run(300)


def test_an_action_on_a_dead_system_of_another_cluster() -> None:
    sites = Sites()
    sites.crash("b2")
    sites.run(2)
    event = typed(sites, ACTION)
    sites.run(LLT_AND_GAB_S + 2)
    assert (event.triggered, event.value.exit_code) == (True, 1)
    assert "system b2 left the membership" in event.value.stderr
