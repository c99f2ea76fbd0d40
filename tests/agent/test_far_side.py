"""An engine that leaves one question about the far side without an answer has not said that there is none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.online_record import Memory, parse_memory
from mirrordrill.agent.ports import HaAnswer
from tests.agent.stand_in import ENGINE, REMOTE, Pair, StandInArray, StandInNode, positional

RESOURCE = "ora_mmir"
ROWS = "#Resource  Attribute  System  Value\n"
ONE_CLUSTER = {
    **ENGINE,
    f"hares -state {RESOURCE}": f"{ROWS}{RESOURCE} State hosta OFFLINE\n{RESOURCE} State hostc OFFLINE",
    f"hares -value {RESOURCE} LocalStorageImageID hosta": REMOTE,
    f"hares -value {RESOURCE} HMC1 hosta": "",
    f"hares -value {RESOURCE} HMC2 hosta": "",
    "hasys -state": "#System  Attribute  Value\nhosta  SysState  EXITED\nhostc  SysState  RUNNING",
}
TWO_CLUSTERS = {
    **ENGINE,
    "hagrp -value oragrp ClusterList": "site_a 0 site_b 1",
    "haclus -state site_a": "RUNNING",
    "hagrp -state oragrp -clus site_a": "#Group Attribute System Value\noragrp State site_a:hosta |OFFLINE|",
}
ASKED = [
    *(("one cluster", line) for line in ONE_CLUSTER if line not in ENGINE or ONE_CLUSTER[line] != ENGINE[line]),
    *(("two clusters", line) for line in TWO_CLUSTERS if "LastOnline" not in line),
]
"""Every question about the far side."""
SITES = {"one cluster": ONE_CLUSTER, "two clusters": TWO_CLUSTERS}


def is_taken_over(engine: dict[str, str]) -> bool:
    """Whether an online over two targets in sync changes pairs, where no console of the far array is known."""
    node = StandInNode(StandInArray(Pair("1260", "Target Full Duplex"), Pair("1261", "Target Full Duplex")))
    node.ha = dict(engine)
    arguments = [RESOURCE, *positional("1260", "1261")]
    run("online", arguments, node)
    assert not node.logged(1900)
    assert (run("monitor", arguments, node) == 110) is bool(node.array.changes)
    return bool(node.array.changes)


@pytest.mark.parametrize("site", SITES)
def test_a_far_side_that_is_known_and_silent_is_taken_over(site: str) -> None:
    """The manual's rule; without it the other test would prove nothing."""
    assert is_taken_over(SITES[site])


@pytest.mark.parametrize(("site", "question"), ASKED)
def test_nothing_is_sent_while_one_question_about_the_far_side_has_no_answer(site: str, question: str) -> None:
    """Every one of them could have said that the group is online there, or that there is another cluster."""
    assert not is_taken_over({line: answer for line, answer in SITES[site].items() if line != question})


TWINS = (
    Memory(2, "hosta@2", ("hosta@1",), REMOTE, "hosta", volumes=("1260", "1261")),
    Memory(3, "hostb@3", ("hosta@1", "hostb@2"), REMOTE, "hostb", volumes=("1260", "1261")),
)
"""Two systems of the far array came online without each other; the second one's record has been followed since."""


@pytest.mark.parametrize(("ours", "theirs"), [TWINS, TWINS[::-1]], ids=["the older one here", "the older one there"])
def test_a_takeover_names_the_online_that_only_one_of_two_clusters_knows(ours: Memory, theirs: Memory) -> None:
    """Else the cluster that holds it refused each takeover, although both clusters say on which array the data lie."""
    node = StandInNode(StandInArray(Pair("1260", "Target Full Duplex"), Pair("1261", "Target Full Duplex")))
    said = f"opinion=SOURCE tracks=0 copying=1 live=1 memory={theirs.text()}"
    node.ha = {**TWO_CLUSTERS, f"hares -action {RESOURCE} opinion -sys hosta -clus site_a": said}
    node.ha[f"hares -value {RESOURCE} LastOnline"] = f"live,{ours.text()}"
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    assert not node.logged(1605)
    assert node.array.changes == ["failoverpprc", "failbackpprc"]
    written = parse_memory(node.ha[f"hares -value {RESOURCE} LastOnline"].partition(",")[2])
    assert all(written.is_newer_than(each) for each in TWINS)
    assert {"hosta@2", "hostb@3"} <= set(written.ancestors)


AHEAD = f"hares -action {RESOURCE} opinion -sys hosta -clus site_a"
UNSETTLED = ("INIT", "BUILD", "LOST_CONN", "TRANSITIONING", "INQUIRY", "UNKNOWN", "EXITING")
"""States in which commands do not reach the other cluster, and VCS does not hold it for down either."""


class Engine(dict[str, str]):
    """Answers of an engine, in which the other cluster's state changes with each question about it."""

    def __init__(self, *states: str) -> None:
        super().__init__({**TWO_CLUSTERS, AHEAD: "opinion=AHEAD tracks=8 copying=0 live=1"})
        self._states = list(states)

    def __getitem__(self, line: str) -> str:
        if line == "haclus -state site_a":
            return self._states.pop(0) if len(self._states) > 1 else self._states[0]
        return super().__getitem__(line)


def online_in(engine: dict[str, str]) -> StandInNode:
    """A node of a global cluster after an online over two targets in sync."""
    node = StandInNode(StandInArray(Pair("1260", "Target Full Duplex"), Pair("1261", "Target Full Duplex")))
    node.ha = engine
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    return node


@pytest.mark.parametrize("state", UNSETTLED)
def test_nothing_is_sent_while_vcs_neither_reaches_the_other_cluster_nor_holds_it_for_down(state: str) -> None:
    """Its connector may be moving to another system, and the group may run there in a moment."""
    node = online_in(Engine(state))
    assert not node.array.changes
    assert any(f"cluster site_a is {state}" in line and "takeover" in line for line in node.logs)


@pytest.mark.parametrize("state", ["RUNNING", "LOST_HB"])
def test_a_cluster_that_commands_reach_is_asked(state: str) -> None:
    """It lives, and its array holds later writes."""
    node = online_in(Engine(state))
    assert "may hold later writes" in node.logged(1103)[0]
    assert not node.array.changes


@pytest.mark.parametrize("state", ["FAULTED", "EXITED"])
def test_a_cluster_that_vcs_holds_for_down_does_not_hold_a_takeover_back(state: str) -> None:
    """The manual's disaster test."""
    assert "failoverpprc" in online_in(Engine(state)).array.changes


class SlowAgents(StandInNode):
    """A far cluster of four systems: the agent of each finds a console silent before it asks the other one."""

    def run_ha(self, argv: Sequence[str], timeout_s: float) -> HaAnswer:
        if "opinion" not in argv:
            return super().run_ha(argv, timeout_s)
        self.clock_s += min(timeout_s, 12.0)
        said = "opinion=SOURCE tracks=0 copying=1 live=1\n"
        return HaAnswer(0, said) if timeout_s > 12.0 else HaAnswer(None, "")


def test_the_agents_of_four_far_systems_get_the_time_that_a_silent_console_costs_them() -> None:
    """Site 700: each got ten seconds, none was heard, and a planned switch left the mirror suspended."""
    node = SlowAgents(StandInArray(Pair("1260", "Target Full Duplex"), Pair("1261", "Target Full Duplex")))
    rows = "".join(f"\noragrp State site_a:host{each} |OFFLINE|" for each in "abef")
    node.ha = {**TWO_CLUSTERS, "hagrp -state oragrp -clus site_a": f"#Group Attribute System Value{rows}"}
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    assert node.array.changes == ["failoverpprc", "failbackpprc"]


def test_a_connection_that_comes_back_is_waited_for() -> None:
    """A planned switch whose first target stands still: the connector moves with it, and the other side holds more."""
    node = online_in(Engine("LOST_CONN", "LOST_CONN", "BUILD", "RUNNING"))
    assert not node.array.changes
    assert "may hold later writes" in "".join(node.logs)


def test_a_person_may_take_over_while_the_clusters_are_not_connected() -> None:
    """Network gear that answers heartbeats for a dead site keeps it in LOST_CONN for ever."""
    node = StandInNode(StandInArray(Pair("1260", "Target Full Duplex"), Pair("1261", "Target Full Duplex")))
    node.ha = Engine("LOST_CONN")
    said = ["3", "oragrp", "duty-manager", "site-dead"]
    assert run("actions/takeover", [RESOURCE, *positional("1260", "1261"), *said], node) == 0
    assert node.array.changes == ["failoverpprc"]
    assert "cluster site_a is LOST_CONN" in "".join(node.answers)


@pytest.mark.parametrize(
    ("state", "changes"), [("FAULTED", ["failoverpprc", "failbackpprc"]), ("EXITED", ["failoverpprc"])]
)
def test_the_roles_are_swapped_unasked_where_a_cluster_is_lost_and_not_where_it_was_stopped(
    state: str, changes: list[str]
) -> None:
    """The manual's host failure test; what people stopped may hold more, and nothing is known that could tell."""
    node = online_in(Engine(state))
    assert node.array.changes == changes
    assert "set RemoteHMC1" in node.logged(1604)[0]
