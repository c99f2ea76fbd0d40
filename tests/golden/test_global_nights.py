"""Golden timelines of two clusters: disasters, cut lines, wrong decisions and good ones (vcs.md 4 and 9).

Each night is run through the whole world with the real agent and judged by every oracle. Between two clusters nobody
can tell a dead site from a cut line; where a night ends with two live copies the oracles have to say so by name.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.output import timeline
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.array.events import PairViewChanged
from mirrordrill.simulator.world import World
from tests.golden.global_night import (
    ARRAY_A,
    ARRAY_B,
    HOME,
    SITE_A,
    STEWARD,
    SWAPPED,
    WITH_STEWARD,
    A,
    B,
    FlownNight,
    GlobalNight,
    fly,
    policy,
)
from tests.golden.test_golden import check_golden


def ok(world: World, line: str, on: str) -> None:
    """Type a command that must be accepted."""
    answer = world.operate(line.split(), on=on)
    assert answer.exit_code == 0, answer.output


def declare_disaster(world: World, on: str = "hostc") -> None:
    ok(world, "haclus -declare disaster -clus clusa -failover", on)


def lose_site_a(world: World) -> None:
    world.storage.set_power(ARRAY_A, is_on=False)
    for host in SITE_A:
        world.crash(host)


def cut_everything(world: World) -> None:
    """The trench with all lines in it: the network between the clusters and the links between the arrays."""
    world.wide_area.cut(A, B)
    world.storage.faults.lose_all_links(ARRAY_A, ARRAY_B)


def host_failure(world: World) -> None:
    """Manual, chapter 4: halt hosta, then hostb; the cluster down alert appears, the administrator fails over."""
    world.halt("hosta")
    world.advance(300)
    world.halt("hostb")
    world.advance(300)
    declare_disaster(world)
    world.advance(300)


def site_disaster(world: World) -> None:
    """Manual, chapter 4: all hosts of site A and its array at once; the administrator declares a disaster."""
    lose_site_a(world)
    world.advance(300)
    declare_disaster(world)
    world.advance(300)


def undecided(world: World) -> None:
    """The same, and nobody decides anything."""
    lose_site_a(world)
    world.advance(900)


def noted_then_forced(world: World) -> None:
    """An outage is declared without failover; later somebody brings the group online by force."""
    lose_site_a(world)
    world.advance(300)
    ok(world, "haclus -declare outage -clus clusa", "hostd")
    world.advance(300)
    ok(world, "hagrp -online -force oragrp -sys hostd", "hostd")
    world.advance(300)


def last_system_faults(world: World) -> None:
    """hostb is down and the database dies on hosta: no system of site A is left, the clusters hear each other."""
    world.halt("hostb")
    world.advance(120)
    world.fail_resource("hosta", "ora_db")
    world.advance(600)


def fault_is_cleared(world: World) -> None:
    """... and the administrator clears the fault and starts it again where it was."""
    last_system_faults(world)
    ok(world, "hagrp -clear oragrp", "hosta")
    ok(world, "hagrp -online oragrp -sys hosta", "hosta")
    world.advance(300)


def line_cut(world: World) -> None:
    """The network between the sites is down for half an hour; the mirror is not. Nobody does anything."""
    world.wide_area.cut(A, B)
    world.advance(1800)
    world.wide_area.mend(A, B)
    world.advance(300)


def short_cut(world: World) -> None:
    """It is down for 45 seconds: connections outlive that."""
    undo = world.wide_area.cut(A, B)
    world.advance(45)
    undo()
    world.advance(300)


def false_declaration(world: World) -> None:
    """Everything between the sites is cut, and somebody declares a disaster although site A is well."""
    cut_everything(world)
    world.advance(300)
    declare_disaster(world)
    world.advance(600)
    world.wide_area.mend(A, B)
    world.advance(300)


def all_cut(world: World) -> None:
    """Everything between the sites is cut."""
    cut_everything(world)
    world.advance(900)


def disconnect(world: World) -> None:
    """Everything is cut; the administrator sees that both sites live and says so."""
    cut_everything(world)
    world.advance(300)
    ok(world, "haclus -declare disconnect -clus clusa", "hostc")
    ok(world, "haclus -declare disconnect -clus clusb", "hosta")
    world.advance(300)


def old_site_restarts(world: World) -> None:
    """vcs.md 4.4: site A burns down and is taken over; it is rebuilt while the lines are still cut, and starts."""
    cut_everything(world)
    for host in SITE_A:
        world.crash(host)
    world.advance(300)
    declare_disaster(world)
    world.advance(600)
    for host in SITE_A:
        world.boot(host)
    world.advance(900)
    world.wide_area.mend(A, B)
    world.advance(300)


def old_site_returns(world: World) -> None:
    """The same with the lines mended first: site A hears where the group is, and gives Authority up."""
    cut_everything(world)
    for host in SITE_A:
        world.crash(host)
    world.advance(300)
    declare_disaster(world)
    world.advance(600)
    world.wide_area.mend(A, B)
    for host in SITE_A:
        world.boot(host)
    world.advance(900)


def round_trip(world: World) -> None:
    """Manual, chapter 4: disaster, takeover, return, failback, and home again."""
    undo = world.storage.faults.lose_all_links(ARRAY_A, ARRAY_B)
    for host in SITE_A:
        world.halt(host)
    world.advance(300)
    declare_disaster(world)
    world.advance(600)
    undo()
    for host in SITE_A:
        world.boot(host)
    world.advance(300)
    ok(world, "hagrp -offline oragrp -any", "hostc")
    world.advance(60)
    ok(world, "hares -action ora_mmir failback -sys hostc -clus clusb", "hosta")
    world.advance(300)
    ok(world, "hagrp -online oragrp -sys hosta", "hosta")
    world.advance(300)


def switch_and_back(world: World) -> None:
    """Planned: to the other site by its name, and home from wherever policy says."""
    ok(world, "hagrp -switch oragrp -to hostc -clus clusb", "hosta")
    world.advance(300)
    ok(world, "hagrp -switch oragrp -any -clus clusa", "hostd")
    world.advance(300)


def remote_stop(world: World) -> None:
    """`hastop -all` at site A: it says goodbye; no alert, no failover."""
    ok(world, "hastop -all", "hosta")
    world.advance(900)


def remote_stop_by_force(world: World) -> None:
    """`hastop -all -force`: the application runs on, its cluster is silent, and nobody takes that for a disaster."""
    ok(world, "hastop -all -force", "hosta")
    world.advance(900)


def wac_dies(world: World) -> None:
    """The connector of site A dies twice as its cluster restarts it; nobody takes that for more than it is."""
    for _ in range(2):
        world.wide_area.kill_wac(A)
        world.advance(300)


def pings_lost(world: World) -> None:
    """A filter eats the pings of site B; the connection says that all is well."""
    undo = world.wide_area.lose_heartbeat(B, A)
    world.advance(600)
    undo()
    world.advance(300)


def pings_lost_and_wac_dies(world: World) -> None:
    """The filter eats the pings both ways, unnoticed for a day; then the connector dies, and a good site looks dead."""
    world.wide_area.lose_heartbeat(A, B)
    world.wide_area.lose_heartbeat(B, A)
    world.advance(86_400)
    world.wide_area.kill_wac(A)
    world.advance(600)


def steward_unreachable(world: World) -> None:
    """The Steward was lost some day and nobody noticed; then the line is cut."""
    world.wide_area.lose_steward(STEWARD)
    world.advance(300)
    line_cut(world)


CUT_ALERTS = ("clusa CFAULT-clusb", "clusb CFAULT-clusa")
TWO_COPIES = ("S1", "S2", "S7")
NIGHTS: dict[str, GlobalNight] = {
    "host_failure": GlobalNight(host_failure, ("hostc",), (A, B), ("clusb CFAULT-clusa",), views=SWAPPED),
    "site_disaster": GlobalNight(site_disaster, ("hostc",), (A, B), ("clusb CFAULT-clusa",)),
    "disaster_undecided": GlobalNight(undecided, (), (A,), ("clusb CFAULT-clusa",), ("clusb CFAULT-clusa",)),
    "disaster_auto": GlobalNight(undecided, ("hostc",), (A, B), edits=policy("Auto")),
    "disaster_connected": GlobalNight(
        undecided, (), (A,), ("clusb CFAULT-clusa",), ("clusb CFAULT-clusa",), edits=policy("Connected")
    ),
    "outage_then_force": GlobalNight(noted_then_forced, ("hostd",), (A, B), ("clusb CFAULT-clusa",)),
    "last_system_manual": GlobalNight(
        last_system_faults, (), (A,), ("clusa NOFAILA-oragrp",), ("clusa NOFAILA-oragrp",), HOME
    ),
    "last_system_cleared": GlobalNight(fault_is_cleared, ("hosta",), (A,), ("clusa NOFAILA-oragrp",), views=HOME),
    "last_system_auto": GlobalNight(last_system_faults, ("hostc",), views=SWAPPED, edits=policy("Auto")),
    "last_system_connected": GlobalNight(last_system_faults, ("hostc",), views=SWAPPED, edits=policy("Connected")),
    "line_cut": GlobalNight(line_cut, ("hosta",), (A,), CUT_ALERTS, views=HOME),
    "short_cut": GlobalNight(short_cut, ("hosta",), (A,), views=HOME),
    "all_cut_auto": GlobalNight(
        all_cut,
        ("hosta", "hostc"),
        (A, B),
        ("clusa CFAULT-clusb",),
        ("clusa CFAULT-clusb",),
        broken=TWO_COPIES,
        edits=policy("Auto"),
    ),
    "all_cut_connected": GlobalNight(all_cut, ("hosta",), (A,), CUT_ALERTS, CUT_ALERTS, edits=policy("Connected")),
    "false_declaration": GlobalNight(false_declaration, ("hosta", "hostc"), (A, B), CUT_ALERTS, broken=TWO_COPIES),
    "disconnect_declared": GlobalNight(disconnect, ("hosta",), (A,), CUT_ALERTS),
    "old_site_restarts_while_cut": GlobalNight(
        old_site_restarts,
        ("hostc",),
        (B,),
        ("clusb CFAULT-clusa", "clusa CFAULT-clusb", "clusa NOFAILA-oragrp"),
    ),
    "old_site_returns": GlobalNight(old_site_returns, ("hostc",), alerts=("clusb CFAULT-clusa",)),
    "round_trip": GlobalNight(round_trip, ("hosta",), (A,), ("clusb CFAULT-clusa",), views=HOME),
    "switch_and_back": GlobalNight(switch_and_back, ("hosta",), (A,), views=HOME),
    "remote_hastop": GlobalNight(remote_stop, (), (A,), views=HOME),
    "remote_hastop_force": GlobalNight(remote_stop_by_force, (), (A,), views=HOME),
    "wac_dies": GlobalNight(wac_dies, ("hosta",), (A,), views=HOME),
    "pings_lost": GlobalNight(pings_lost, ("hosta",), (A,), views=HOME),
    "pings_lost_and_wac_dies": GlobalNight(
        pings_lost_and_wac_dies, ("hosta",), (A,), CUT_ALERTS[::-1], CUT_ALERTS[::-1], HOME
    ),
    "steward_knows_of_the_cut": GlobalNight(line_cut, ("hosta",), (A,), views=HOME, edits=WITH_STEWARD),
    "steward_confirms_the_fault": GlobalNight(
        site_disaster, ("hostc",), (A, B), ("clusb CFAULT-clusa",), edits=WITH_STEWARD
    ),
    "steward_unreachable": GlobalNight(
        steward_unreachable, ("hosta",), (A,), CUT_ALERTS, views=HOME, edits=WITH_STEWARD
    ),
}
BOTH_WAYS = ("host_failure", "old_site_restarts_while_cut", "switch_and_back")
"""Every night was run both ways once; these are run both ways whenever the tests are."""


def last_views(flown: FlownNight) -> dict[str, set[str]]:
    last: dict[tuple[str, str], str] = {}
    for record in flown.world.kernel.log:
        if isinstance(event := record.event, PairViewChanged):
            last[event.array, event.volume] = event.after
    return {array: {view for (where, _), view in last.items() if where == array} for array in (ARRAY_A, ARRAY_B)}


@pytest.mark.parametrize("name", NIGHTS)
def test_the_night_looks_as_it_did_and_ends_as_it_must(name: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """The story from the fault on; where the group is, who has Authority, which alerts, which oracles broken."""
    night = NIGHTS[name]
    with fly(night, tmp_path) as flown:
        text = "".join(f"{line}\n" for line in timeline.lines(flown.world.kernel.log.since(flown.since), details=False))
        assert flown.world.group_online_on("oragrp") == night.online_on
        assert flown.authority() == night.authority
        assert flown.alerts() == (night.alerts, night.standing)
        assert tuple(sorted(flown.broken)) == night.broken, flown.broken
        for array, view in night.views.items():
            assert last_views(flown)[array] == {view}
    check_golden(f"global_{name}.txt", text, pytestconfig.getoption("--update-golden"))


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_both_ways_of_flying_write_the_same_log(name: str, tmp_path: Path) -> None:
    """The real agent, in a greenlet and as processes."""
    digests = []
    for agent_mode in AgentMode:
        (tmp_path / agent_mode.value).mkdir()
        with fly(NIGHTS[name], tmp_path / agent_mode.value, agent_mode) as flown:
            digests.append(flown.world.kernel.log.digest())
    assert digests[0] == digests[1]
