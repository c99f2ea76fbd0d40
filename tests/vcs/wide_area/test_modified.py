"""`hahb` and `haclus -modify`: what an operator changes is shown, counts from now on, and stands in the next file."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from mirrordrill.drills.sites import FOLDER, find_site
from mirrordrill.simulator.config.checks import examine
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.problems import Severity
from mirrordrill.simulator.site.global_site import wide_area_spec
from mirrordrill.simulator.site.main_cf import MainCf
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationDumped, Edit
from mirrordrill.simulator.vcs.spec import PROFILES
from mirrordrill.simulator.vcs.wide_area.spec import WideAreaRules, WideAreaSpec
from mirrordrill.simulator.vcs.wide_area.states import HeartbeatState, RemoteState
from mirrordrill.simulator.world import World
from tests.vcs.wide_area.sites import INTERVAL_S, Sites

ALIVE, DOWN = HeartbeatState.ALIVE, HeartbeatState.DOWN


def writable(names: str = "ab") -> Sites:
    sites = Sites(names)
    assert sites.type("haconf -makerw") == (0, "")
    return sites


def give(sites: Sites, *lines: str) -> None:
    for line in lines:
        assert sites.type(line) == (0, ""), line


def states(sites: Sites, at: str = "a") -> dict[tuple[str, str], HeartbeatState]:
    return sites.clusters[at].engines()[0].state.wide_area.heartbeats


def display(sites: Sites) -> set[tuple[str, ...]]:
    """Read by somebody who forgives nothing: the header, four columns, a value with tabs or none, no row twice."""
    code, output = sites.type("hahb -display")
    assert code == 0
    head, *lines = output.splitlines()
    assert head.split() == ["#Heartbeat", "Attribute", "Cluster", "Value"]
    rows = set()
    for line in lines:
        assert line == line.rstrip()
        words = line.split(None, 3)
        assert len(words) in {3, 4}
        rows.add(tuple(words))
    assert len(rows) == len(lines)
    return rows


ADD = (
    "hahb -add Line",
    "hahb -modify Line ClusterList b c",
    "hahb -modify Line AYAInterval 20",
    "hahb -local Line AYARetryLimit",
    "hahb -modify Line AYARetryLimit 5 -clus c",
)


def test_everything_that_was_set_is_shown_where_it_was_set() -> None:
    """Global values once, local ones for each cluster; -value says the same, and asks for a cluster where it must."""
    sites = writable("abc")
    before = display(sites)
    give(sites, *ADD)
    sites.run(1)
    shown = display(sites)
    assert shown - before == {
        ("Line", "AYAInterval", "global", "20"),
        ("Line", "AYARetryLimit", "b", "3"),
        ("Line", "AYARetryLimit", "c", "5"),
        ("Line", "AYATimeout", "global", "300"),
        ("Line", "Arguments", "b"),
        ("Line", "Arguments", "c"),
        ("Line", "ClusterList", "global", "b\tc"),
        ("Line", "State", "b", "ALIVE"),
        ("Line", "State", "c", "ALIVE"),
    }
    for heartbeat, attribute, cluster, *value in shown:
        where = "" if cluster == "global" else f" -clus {cluster}"
        assert sites.type(f"hahb -value {heartbeat} {attribute}{where}") == (0, "".join(value) + "\n")
    give(sites, "hahb -global Line AYARetryLimit 4", "hahb -delete Icmp")
    assert ("Line", "AYARetryLimit", "global", "4") in display(sites)
    assert sites.type("hahb -list") == (0, "Line\n")


CHANGES = (
    "hahb -add Line",
    "hahb -delete Icmp",
    "hahb -local Icmp AYAInterval",
    "hahb -global Icmp AYAInterval 20",
    "hahb -modify Icmp AYAInterval 20",
    "haclus -modify AutoStartTimeout 90",
)


@pytest.mark.parametrize("line", CHANGES)
def test_nothing_is_changed_while_the_configuration_is_read_only(line: str) -> None:
    sites = Sites()
    before = display(sites), sites.type("haclus -display")
    code, output = sites.type(line)
    assert (code, "V-16-1-60015" in output) == (1, True), output
    assert (display(sites), sites.type("haclus -display")) == before


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("hahb -add Icmp", 1, "Heartbeat exists already: Icmp"),
        ("hahb -add 1st", 1, "it begins with a letter"),
        ("hahb -add", 2, "Wrong arguments"),
        ("hahb -delete Line", 1, "Heartbeat does not exist: Line"),
        ("hahb -local Icmp ClusterList", 1, "cannot be modified"),
        ("hahb -local Icmp Colour", 1, "Attribute Colour does not exist for Icmp"),
        ("hahb -global Icmp AYATimeout", 2, "Wrong arguments"),
        ("hahb -global Icmp AYATimeout soon", 1, "it is a number above 0"),
        ("hahb -modify Icmp AYARetryLimit 0", 1, "it is a number above 0"),
        ("hahb -modify Icmp AYAInterval 20 -clus b", 1, "make it local first"),
        ("hahb -modify Icmp Arguments ip-b", 1, "name one with -clus"),
        ("hahb -modify Icmp Arguments ip-b -clus x", 1, "Cluster does not exist: x"),
        ("hahb -modify Icmp ClusterList b x", 1, "Cluster does not exist: x"),
        ("hahb -modify Icmp ClusterList -add b", 1, "Entry already in attribute keylist"),
        ("hahb -modify Icmp InitTimeout 30", 1, "cannot be modified"),
        ("hahb -value Icmp Arguments", 1, "name one with -clus"),
        ("haclus -modify UseFence SCSI3", 1, "Attribute UseFence of a cannot be modified"),
        ("haclus -modify ClusterName c", 1, "cannot be modified"),
        ("haclus -modify CounterInterval soon", 1, "it is a whole number"),
        ("haclus -modify EngineShutdown Perhaps", 1, "it is Enable, Disable"),
        ("haclus -modify Colour blue", 1, "Attribute Colour does not exist for a"),
        ("haclus -modify AutoStartTimeout soon", 1, "it is a whole number"),
        ("haclus -modify ClusterAddress x y", 1, "it has one value"),
        ("haclus -modify Stewards -delete s", 1, "Entry not found in attribute keylist"),
        ("haclus -modify Stewards", 2, "Wrong arguments"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(line: str, code: int, said: str) -> None:
    """A V-16 number, or the usage."""
    sites = writable()
    engine = sites.clusters["a"].engines()[0]
    before = display(sites), sites.type("haclus -display"), dict(engine.state.configuration.edits)
    found, output = sites.type(line)
    assert (found, said in output) == (code, True), output
    assert code == 2 or output.startswith("VCS WARNING V-16-1-")
    assert (display(sites), sites.type("haclus -display"), engine.state.configuration.edits) == before


def test_a_longer_retry_limit_counts_from_now_on() -> None:
    """b is taken for lost after five silent rounds instead of three, c, whose value is another one, after three."""
    sites = writable("abc")
    give(sites, "hahb -local Icmp AYARetryLimit", "hahb -modify Icmp AYARetryLimit 5 -clus b")
    sites.net.cut_off("a")
    sites.run(3 * INTERVAL_S + 5)
    assert (states(sites)["Icmp", "b"], states(sites)["Icmp", "c"]) == (ALIVE, DOWN)
    sites.run(2 * INTERVAL_S)
    assert states(sites)["Icmp", "b"] is DOWN


def test_a_deleted_heartbeat_is_no_sign_any_more() -> None:
    """As long as a second line is answered b is not lost; without it the pings that are lost are all there is."""
    sites = writable()
    give(sites, "hahb -add Line", "hahb -modify Line ClusterList b")
    sites.net.lose_heartbeat("a", "b")
    sites.run(4 * INTERVAL_S)
    assert (states(sites)["Icmp", "b"], states(sites)["Line", "b"]) == (DOWN, ALIVE)
    assert sites.state("b", "a") is RemoteState.RUNNING
    give(sites, "hahb -delete Line")
    sites.run(1)
    assert ("Line", "b") not in states(sites)
    assert sites.state("b", "a") is RemoteState.LOST_HB


def test_without_a_heartbeat_nobody_is_taken_for_dead() -> None:
    """The site b is gone for good, and a, which has deleted its only heartbeat, never finds out."""
    sites = writable()
    give(sites, "hahb -delete Icmp")
    sites.crash("b1", "b2")
    sites.run(3600)
    assert sites.state("b", "a") is RemoteState.LOST_CONN
    assert sites.alerts("a") == ()


def test_a_heartbeat_that_was_added_and_given_addresses_asks_at_once() -> None:
    """IcmpS has no state before it has an address, and finds a site dead by itself afterwards."""
    sites = writable()
    give(sites, "hahb -add IcmpS", "hahb -modify IcmpS ClusterList b")
    sites.run(200)
    assert states(sites)["IcmpS", "b"] is HeartbeatState.UNKNOWN
    give(sites, "hahb -modify IcmpS Arguments ip-b -clus b", "hahb -delete Icmp")
    sites.run(1)
    assert states(sites)["IcmpS", "b"] is ALIVE
    sites.crash("b1", "b2")
    sites.run(300)
    assert sites.state("b", "a") is RemoteState.FAULTED


def test_a_cluster_taken_out_of_the_list_is_watched_no_more() -> None:
    """Its state is gone, and so is what the heartbeat was told for it."""
    sites = writable("abc")
    give(sites, "hahb -modify Icmp ClusterList -delete b")
    assert {cluster for _, cluster in states(sites)} == {"c"}
    give(sites, "hahb -modify Icmp ClusterList -add b")
    assert sites.type("hahb -value Icmp Arguments -clus b") == (0, "\n")


def test_what_was_dumped_is_what_the_next_engine_starts_with() -> None:
    """All of cluster a stops and starts: heartbeats as they were saved, and what was not saved is gone."""
    sites = writable("abc")
    give(sites, *ADD, "haclus -modify AutoStartTimeout 90", "haconf -dump")
    saved = {row for row in display(sites) if row[1] != "State"}
    give(sites, "hahb -delete Icmp", "haclus -modify AutoStartTimeout 91")
    give(sites, "hastop -all -force")
    sites.run(60)
    for system in ("a1", "a2"):
        sites.type("hastart", on=system)
    sites.run(300)
    assert {row for row in display(sites) if row[1] != "State"} == saved
    assert sites.type("haclus -value AutoStartTimeout") == (0, "90\n")
    assert set(states(sites).values()) == {ALIVE}


def test_a_steward_named_tonight_is_asked_tonight() -> None:
    """The line is cut while the Steward reaches b: UNKNOWN, where the same night without it ends with FAULTED."""
    ends = {}
    for steward in ("", "s"):
        sites = writable()
        if steward:
            give(sites, f"haclus -modify Stewards {steward}")
            assert sites.type("haclus -value Stewards") == (0, f"{steward}\n")
        sites.net.cut("a", "b")
        sites.run(400)
        ends[steward] = sites.state("b", "a")
    assert ends == {"": RemoteState.FAULTED, "s": RemoteState.UNKNOWN}


def test_a_steward_that_is_taken_out_of_the_list_denies_nothing_any_more() -> None:
    """UNKNOWN while it says that b is up; asked no more, b is taken for dead."""
    sites = writable()
    give(sites, "haclus -modify Stewards s")
    sites.net.cut("a", "b")
    sites.run(400)
    assert sites.state("b", "a") is RemoteState.UNKNOWN
    give(sites, "haclus -modify Stewards -delete s")
    sites.run(60)
    assert sites.state("b", "a") is RemoteState.FAULTED


@pytest.mark.parametrize(("timeout_s", "is_up"), [(30, True), (600, False)])
def test_a_saved_auto_start_timeout_counts_when_the_cluster_starts_next(timeout_s: int, is_up: bool) -> None:
    """The line is cut, so a waits for b that long before it starts its global group."""
    sites = writable()
    give(sites, f"haclus -modify AutoStartTimeout {timeout_s}", "haconf -dump -makero")
    sites.net.cut("a", "b")
    give(sites, "hastop -all")
    sites.run(120)
    assert sites.online_on() == ()
    for system in ("a1", "a2"):
        sites.type("hastart", on=system)
    sites.run(120)
    assert (sites.online_on() == ("a1",)) is is_up


def read_back(text: str, folder: Path) -> WideAreaSpec:
    """The dumped file, read and examined like any other. It is free of errors."""
    path = folder / "main.cf"
    path.write_text(text)
    model, problems = examine(load(path))
    assert [str(problem) for problem in problems if problem.severity is Severity.ERROR] == []
    return wide_area_spec(model, PROFILES["vcs41"], WideAreaRules())


@pytest.mark.parametrize(
    "lines",
    [
        ("hahb -add Line", "hahb -modify Line ClusterList clusa", "hahb -modify Line AYATimeout 40"),
        ("hahb -global Icmp AYAInterval 20", "hahb -modify Icmp Arguments -add 192.0.2.9 -clus clusa"),
        ("hahb -local Icmp AYATimeout", "hahb -modify Icmp AYATimeout 45 -clus clusa"),
        ("hahb -delete Icmp", "hahb -add IcmpS", "hahb -modify IcmpS ClusterList clusa",
         "hahb -modify IcmpS Arguments 192.0.2.1 203.0.113.1 -clus clusa"),
        ("hahb -delete Icmp", "hahb -add Icmp", "hahb -modify Icmp ClusterList clusa",
         "hahb -modify Icmp Arguments 192.0.2.1 203.0.113.1 -clus clusa"),
        ("hahb -add Line", "hahb -delete Line"),
        ("haclus -modify AutoStartTimeout 90", "haclus -modify Stewards 192.0.2.200 192.0.2.201",
         "haclus -modify ClusterAddress 203.0.113.129"),
    ],
)  # fmt: skip
def test_the_dumped_file_says_what_the_engine_believes(lines: tuple[str, ...], tmp_path: Path) -> None:
    """`haconf -dump -makero` after some changes: legal, and read back it gives the heartbeats that are in force."""
    with contextlib.closing(World(find_site("gco"))) as world:
        world.start()
        world.advance(300)
        for line in ("haconf -makerw", *lines, "haconf -dump -makero"):
            result = world.operate(line.split(), on="hostc")
            assert (result.exit_code, result.output) == (0, ""), line
        (dumped,) = [r.event.main_cf for r in world.kernel.log if isinstance(r.event, ConfigurationDumped)]
        assert world.operate(["hacf", "-verify", "/etc/VRTSvcs/conf/config"], on="hostc").output == ""
        state = world.clusters["clusb"].engines()[0].state
        area, spec = state.wide_area, state.spec.wide_area
    read = read_back(dumped, tmp_path)
    assert [tuple(beat.each()) for beat in read.heartbeats] == [tuple(b.each()) for b in area.configured.values()]
    assert [beat.clusters for beat in read.heartbeats] == [beat.clusters for beat in area.configured.values()]
    assert (read.address, read.stewards, read.auto_start_timeout_s) == (
        spec.address, spec.stewards, spec.auto_start_timeout_s,
    )  # fmt: skip


def test_a_deleted_heartbeat_leaves_nothing_in_the_file() -> None:
    """Nor does one that was added and deleted; one that was added anew has only what it was given anew."""
    files = MainCf(FOLDER / "gco" / "clusb" / "main.cf")
    assert "Icmp" not in files.dump(("hostc",), (Edit("heartbeat", "Icmp", "", None),))
    assert "heartbeat" not in files.dump(("hostc",), (Edit("heartbeat", "Line", "", None),))
    text = files.dump(("hostc",), (Edit("heartbeat", "Icmp", "", ()), Edit("heartbeat", "Icmp", "AYAInterval", ("9",))))
    assert "heartbeat Icmp (\n\tAYAInterval = 9\n\t)" in text
