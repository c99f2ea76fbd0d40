"""`hahb`, `haclus` and `haalert` read back, the engine's log, and what main.cf says of other clusters."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mirrordrill.drills.sites import FOLDER, find_site
from mirrordrill.simulator.config.checks import examine
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.site.global_site import wide_area_spec
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationDumped
from mirrordrill.simulator.vcs.logs import ENGINE_LOG, render
from mirrordrill.simulator.vcs.spec import PROFILES
from mirrordrill.simulator.vcs.wide_area.messages import TOLD
from mirrordrill.simulator.vcs.wide_area.spec import HeartbeatSpec, RemoteClusterSpec, WideAreaRules
from mirrordrill.simulator.vcs.wide_area.states import HeartbeatState
from mirrordrill.simulator.world import World
from tests.vcs.wide_area.sites import INTERVAL_S, Sites


def rows(output: str) -> list[list[str]]:
    return [line.split() for line in output.splitlines() if not line.startswith("#")]


def test_hahb_shows_what_each_heartbeat_is_told_and_says() -> None:
    """A row for each heartbeat, attribute and cluster."""
    sites = Sites("abc")
    assert sites.type("hahb -list") == (0, "Icmp\n")
    assert rows(sites.type("hahb -state")[1]) == [["Icmp", "State", "b", "ALIVE"], ["Icmp", "State", "c", "ALIVE"]]
    assert rows(sites.type("hahb -display Icmp -clus c")[1]) == [
        ["Icmp", "AYAInterval", "global", str(INTERVAL_S)],
        ["Icmp", "AYARetryLimit", "global", "3"],
        ["Icmp", "AYATimeout", "global", "300"],
        ["Icmp", "Arguments", "c", "ip-c"],
        ["Icmp", "ClusterList", "global", "b", "c"],
        ["Icmp", "State", "c", "ALIVE"],
    ]
    assert sites.type("hahb -value Icmp AYAInterval") == (0, f"{INTERVAL_S}\n")
    assert sites.type("hahb -value Icmp ClusterList") == (0, "b\tc\n")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("hahb -state Ping", 1, "Heartbeat does not exist: Ping"),
        ("hahb -state Icmp -clus x", 1, "Cluster does not exist: x"),
        ("hahb -value Icmp Colour", 1, "Attribute Colour does not exist for Icmp"),
        ("hahb -modify Icmp AYAInterval 0", 1, "it is a number above 0"),
        ("hahb -modify Icmp State ALIVE", 1, "cannot be modified"),
        ("hahb", 2, "Wrong arguments"),
        ("haclus -state x", 1, "Cluster does not exist: x"),
        ("haclus -value Colour -clus b", 1, "Attribute Colour does not exist for b"),
        ("hagrp -ignore app -clus x", 1, "Cluster does not exist: x"),
        ("hagrp -ignore ClusterService -clus b", 1, "Group ClusterService is not a global group"),
    ],
)
def test_wrong_lines_are_answered_and_change_nothing(line: str, code: int, said: str) -> None:
    """A refusal with its number, or the usage."""
    sites = Sites()
    sites.type("haconf -makerw")
    found, output = sites.type(line)
    assert (found, said in output) == (code, True), output


def test_a_modified_heartbeat_asks_as_it_is_told_from_now_on() -> None:
    """With a shorter interval a fault is noticed earlier; nothing is modified while the configuration is read-only."""
    sites = Sites()
    assert "V-16-1-60015" in sites.type("hahb -modify Icmp AYAInterval 5")[1]
    sites.type("haconf -makerw")
    assert sites.type("hahb -modify Icmp AYAInterval 5") == (0, "")
    sites.net.cut("a", "b")
    sites.run(18)
    heartbeats = sites.clusters["a"].engines()[0].state.wide_area.heartbeats
    assert heartbeats["Icmp", "b"] is HeartbeatState.DOWN
    assert sites.clusters["b"].engines()[0].state.wide_area.heartbeats["Icmp", "a"] is HeartbeatState.ALIVE


def test_haclus_shows_this_cluster_and_the_others() -> None:
    """-list, -state, -display and -value, each for this cluster and for a remote one; -wait for a state."""
    sites = Sites()
    assert sites.type("haclus -list")[1].split() == ["a", "b"]
    assert rows(sites.type("haclus -state b")[1]) == [["ClusState", "RUNNING"]]
    assert ["ClusterAddress", "ip-b"] in rows(sites.type("haclus -display b")[1])
    assert ["AutoStartTimeout", "150"] in rows(sites.type("haclus -display")[1])
    sites.crash("b1", "b2")
    assert sites.type("haclus -wait ClusState FAULTED -clus b -time 200") == (0, "")
    assert sites.type("haclus -value ClusState -clus b") == (0, "FAULTED\n")


class Reader:
    """Somebody who reads a stream."""

    def __init__(self) -> None:
        self.open = True
        self.text = ""

    def say(self, text: str) -> None:
        self.text += text


def test_a_stream_tells_of_the_other_cluster_as_it_changes() -> None:
    """Its state, its systems and groups, and the alert."""
    sites = Sites()
    reader = Reader()
    sites.clusters["b"].ha("b1", ["hastatus"], reader)
    assert ["app", "a:a1", "ONLINE"] in rows(reader.text)
    reader.text = ""
    sites.crash("a1", "a2")
    sites.run(200)
    told = rows(reader.text)
    assert told.index(["a", "LOST_CONN"]) < told.index(["a", "INQUIRY"]) < told.index(["a", "FAULTED"])
    assert ["CFAULT-a", "ALERT"] in told
    reader.open = False


def test_the_engine_log_of_each_cluster_tells_what_that_cluster_believes() -> None:
    """With V-16 numbers, and nothing of the other cluster's beliefs."""
    sites = Sites()
    sites.crash("a1", "a2")
    sites.run(200)
    sites.type("haclus -declare disaster -clus a -failover", on="b2")
    sites.run(10)
    logs = render(sites.kernel.log, sites.clusters["b"].spec, datetime(2026, 1, 5, tzinfo=UTC))
    said = [line.split(" VCS ")[1] for line in logs["b1", ENGINE_LOG]]
    for expected in (
        "NOTICE V-16-1-60088 Remote cluster a changed state from LOST_CONN to INQUIRY: no heartbeat is answered",
        "ERROR V-16-1-60089 Remote cluster a changed state from INQUIRY to FAULTED: "
        "no cluster or Steward says that it is up",
        "ERROR V-16-1-60091 Alert CFAULT-a raised: cluster a has faulted; up there: app",
        "NOTICE V-16-1-60093 Remote cluster a declared disaster; groups brought over: app",
        "NOTICE V-16-1-60092 Alert CFAULT-a deleted: cluster a was declared disaster",
        "NOTICE V-16-1-50949 Local cluster has exclusive Authority for group app: cluster a was declared disaster",
    ):
        assert expected in said
    assert not any("Remote cluster b" in line for line in said)
    kinds = {type(record.event) for record in sites.kernel.log} & set(TOLD)
    assert len(kinds) >= 5


def test_what_was_modified_and_who_has_authority_is_written_into_main_cf() -> None:
    """`haconf -dump` after a switch: the file is legal, and says what is true."""
    with contextlib.closing(World(find_site("gco"))) as world:
        world.start()
        world.advance(600)
        for line in (
            "haconf -makerw",
            "hahb -modify Icmp AYAInterval 20 -clus clusa",
            "hagrp -switch oragrp -to hostc -clus clusb",
        ):
            assert world.operate(line.split(), on="hostc").exit_code == 0
        world.advance(300)
        assert world.operate(["haconf", "-dump", "-makero"], on="hostc").exit_code == 0
        (dumped,) = [r.event.main_cf for r in world.kernel.log if isinstance(r.event, ConfigurationDumped)]
        assert world.operate(["hacf", "-verify", "/etc/VRTSvcs/conf/config"], on="hostc").exit_code == 0
    assert "AYAInterval @clusa = 20" in dumped
    assert "Authority = 1" in dumped


def test_main_cf_says_who_the_others_are_and_how_they_are_watched(tmp_path: Path) -> None:
    """Heartbeats by cluster, the connector, who holds which address, Stewards, times."""
    text = (FOLDER / "gco" / "clusa" / "main.cf").read_text()
    text = text.replace("cluster clusa (", 'cluster clusa (\n\tStewards = { "192.0.2.200" }\n\tAutoStartTimeout = 90')
    text = text.replace("remotecluster clusb (", "remotecluster clusb (\n\tSocketTimeout = 180")
    (tmp_path / "main.cf").write_text(text)
    model, _ = examine(load(tmp_path / "main.cf"))
    spec = wide_area_spec(model, PROFILES["vcs7"], WideAreaRules(connect_interval_s=30))
    assert (spec.address, spec.connector, spec.stewards) == ("192.0.2.1", "wac", ("192.0.2.200",))
    assert spec.remotes == (RemoteClusterSpec("clusb", "198.51.100.1", 180.0, 30.0),)
    (beat,) = spec.heartbeats
    assert beat.local == ("AYAInterval", "Arguments")
    assert tuple(beat.each()) == (
        HeartbeatSpec("Icmp", "clusb", 30, 3, 30, arguments=("198.51.100.1", "203.0.113.129")),
    )
    assert (spec.holders["192.0.2.1"], spec.holders["203.0.113.1"]) == ("gcoip", "gcoip2")
    assert spec.auto_start_timeout_s == 90


def test_what_a_lost_cluster_said_of_a_group_may_be_ignored() -> None:
    """From then on the group counts as offline there; a cluster that is heard is believed."""
    sites = Sites()
    assert sites.type("hagrp -ignore app -clus a", on="b1")[0] == 1
    sites.crash("a1", "a2")
    sites.run(200)
    remote = sites.clusters["b"].engines()[0].state.wide_area.clusters
    assert remote["a"].has_up("app") == ("a1",)
    assert sites.type("hagrp -ignore app -clus a", on="b1") == (0, "")
    assert remote["a"].has_up("app") == ()


def test_a_test_alert_stands_until_it_is_deleted() -> None:
    sites = Sites()
    assert sites.type("haalert -testfd") == (0, "")
    sites.run(100)
    assert sites.type("haalert -list") == (0, "TESTFD-a\n")
    assert sites.type("haalert -delete TESTFD-a -notes seen") == (0, "")
    assert sites.type("haalert -list") == (0, "")


def test_a_request_for_authority_whose_connector_ends_is_answered_in_time() -> None:
    """The answer of the other cluster finds no receiver any more; the operator is told so nevertheless."""
    sites = Sites()
    sites.run(300)
    assert sites.type("hagrp -offline app -any")[0] == 0
    sites.run(60)
    event = sites.clusters["b"].ha("b1", ["hagrp", "-online", "app", "-sys", "b1"])
    for _ in range(30):
        sites.net.kill_wac("b")
        sites.run(10)
    assert event.triggered
    assert (event.value.exit_code, "no answer" in event.value.stderr) == (1, True)
