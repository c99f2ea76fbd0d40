"""What there is and what requires what, changed while the cluster runs, and written into main.cf."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mirrordrill.simulator.config.parser import parse
from mirrordrill.simulator.config.printer import render
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.vcs import logs
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationDumped
from mirrordrill.simulator.vcs.spec import AttributeDimension, AttributeValue
from mirrordrill.simulator.world import World
from tests.vcs.play import HOSTS, Drill, cluster_spec, manual_group, with_limits

SITES = Path(__file__).resolve().parents[3] / "drills" / "sites"
ADDED = "VCS NOTICE V-16-1-10242 Resource added. Enabled attribute must be set before agent monitors\n"


def writable(drill: Drill, *lines: str) -> Drill:
    for line in ("haconf -makerw", *lines):
        code, output = drill.ha(line)
        assert (code, output.replace(ADDED, "")) == (0, ""), line
    return drill


def two_groups() -> Drill:
    """The manual's group, and another one that is up beside it."""
    other = replace(
        manual_group(),
        name="webgrp",
        resources=tuple(replace(r, name=f"web_{r.name}") for r in manual_group().resources if r.name in {"ip", "nic"}),
        dependencies=(("web_ip", "web_nic"),),
    )
    drill = Drill(cluster_spec(manual_group(), other))
    drill.runner.persistent = ("nic", "web_nic")
    return drill.started(30)


# Resources.


def test_an_added_resource_counts_for_nothing_until_it_is_enabled() -> None:
    drill = Drill().started(30)
    drill.ha("haconf -makerw")
    assert drill.ha("hares -add ip2 IP oragrp") == (0, ADDED)
    assert drill.run(400).called("ip2", "open", "hosta") == []
    assert drill.ha("hares -value ip2 Enabled") == (0, "0\n")
    assert drill.online_on == ("hosta",)
    assert drill.ha("hares -modify ip2 Enabled 1") == (0, "")
    assert [len(drill.called("ip2", "open", host)) for host in HOSTS] == [1, 1, 1, 1]
    assert drill.run(10).ha("hagrp -state oragrp -sys hosta") == (0, "|PARTIAL|\n")
    assert drill.ha("hares -online ip2 -sys hosta") == (0, "")
    assert drill.run(10).online_on == ("hosta",)
    assert "ip2" in drill.ha("hagrp -resources oragrp")[1].split()


def test_an_added_resource_begins_with_the_defaults_of_its_type() -> None:
    """And its entry points are given them, in the order of ArgList."""
    defaults = (
        AttributeValue("HMC1", ("first",)),
        AttributeValue("VolIds", (), None, AttributeDimension.KEYLIST),
    )
    shape = (("HMC1", AttributeDimension.SCALAR), ("VolIds", AttributeDimension.KEYLIST))
    drill = Drill(cluster_spec(types=with_limits("MetroMirror", arg_list=shape, defaults=defaults))).started(30)
    writable(
        drill, "hares -add m2 MetroMirror oragrp", "hares -modify m2 VolIds -add 1270", "hares -modify m2 Enabled 1"
    )
    ((_, call),) = drill.called("m2", "open", "hostc")
    assert call.arguments == ("m2", "first", "1", "1270")


def test_a_deleted_resource_is_closed_and_leaves_its_links_behind() -> None:
    drill = writable(Drill().started(30), "hares -offline lsnr -sys hosta")
    drill.run(10)
    assert drill.ha("hares -delete lsnr") == (0, "")
    assert [len(drill.called("lsnr", "close", host)) for host in HOSTS] == [1, 1, 1, 1]
    seen = len(drill.called("lsnr", "monitor", "hosta"))
    assert len(drill.run(1000).called("lsnr", "monitor", "hosta")) == seen
    assert drill.ha("hares -state lsnr")[0] == 1
    assert "lsnr" not in drill.ha("hares -dep")[1]
    assert drill.online_on == ("hosta",)
    drill.ha("hagrp -switch oragrp -to hostb")
    assert drill.run(60).online_on == ("hostb",)


def test_what_is_up_is_deleted_by_force_only_and_runs_on() -> None:
    drill = writable(Drill().started(30))
    assert drill.ha("hares -delete lsnr")[0] == 1
    drill.runner.plan["lsnr", "monitor", "hosta"] = (5.0, 100, True)
    drill.ha("hares -probe lsnr -sys hosta")
    assert drill.ha("hares -delete -force lsnr") == (0, "")
    drill.run(30)
    assert drill.runner.up["lsnr", "hosta"]
    assert drill.entries("clean") == []
    assert drill.entries("offline") == []


def test_a_deleted_name_may_be_used_again() -> None:
    drill = writable(Drill().started(30), "hares -delete -force lsnr", "hares -add lsnr IP oragrp")
    assert drill.ha("hares -value lsnr Type") == (0, "IP\n")


def test_a_link_brings_an_order_from_now_on() -> None:
    """The child first up, the parent first down."""
    drill = writable(Drill().started(30), "hagrp -offline oragrp -any")
    drill.run(30)
    drill.runner.plan["ip", "online"] = (20.0, None, True)
    assert drill.ha("hares -link ora ip") == (0, "")
    drill.ha("hagrp -online oragrp -sys hosta")
    drill.run(60)
    up = {name: at for at, name, _ in drill.entries("online")}
    assert up["ora"] >= up["ip"] + 20
    assert drill.ha("hares -unlink ora ip") == (0, "")
    drill.ha("hagrp -offline oragrp -any")
    drill.run(60)
    drill.ha("hagrp -online oragrp -sys hosta")
    drill.run(60)
    up = {name: at for at, name, _ in drill.entries("online")}
    assert up["ora"] < up["ip"] + 20


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("hares -add lsnr IP oragrp", "60070"),
        ("hares -add 2ip IP oragrp", "60041"),
        ("hares -add ip2 Nothing oragrp", "60012"),
        ("hares -add ip2 IP nogrp", "10133"),
        ("hares -delete nothing", "10260"),
        ("hares -link mir lsnr", "60071"),
        ("hares -link lsnr ora", "60071"),
        ("hares -link lsnr web_ip", "60071"),
        ("hares -link lsnr nothing", "10260"),
        ("hares -unlink mir lsnr", "60072"),
        ("hagrp -link oragrp oragrp online local firm", "10905"),
        ("hagrp -link oragrp nogrp online local firm", "10133"),
        ("hagrp -link oragrp webgrp offline local", "10905"),
        ("hagrp -unlink oragrp webgrp", "10146"),
    ],
)
def test_what_can_not_be_is_refused_and_changes_nothing(line: str, number: str) -> None:
    drill = two_groups()
    assert drill.ha(line)[0] == 1
    writable(drill)
    before = [drill.ha(command) for command in ("hares -display", "hares -dep", "hagrp -dep", "hagrp -display")]
    code, output = drill.ha(line)
    assert (code, f"V-16-1-{number}" in output) == (1, True), output
    assert [drill.ha(command) for command in ("hares -display", "hares -dep", "hagrp -dep", "hagrp -display")] == before


@pytest.mark.parametrize("line", ["hagrp -link oragrp webgrp sideways local", "hagrp -link oragrp webgrp online far"])
def test_a_dependency_has_its_words(line: str) -> None:
    assert writable(two_groups()).ha(line)[0] == 2


@pytest.mark.parametrize("line", ["hares -add a IP oragrp", "hares -unlink lsnr ora", "hagrp -unlink a b"])
def test_nothing_is_changed_while_the_configuration_is_read_only(line: str) -> None:
    drill = two_groups()
    before = drill.ha("hares -dep")
    assert drill.ha(line)[0] == 1
    assert drill.ha("hares -dep") == before


# Groups.


def test_a_group_follows_what_it_has_been_linked_to() -> None:
    """Online local firm: the parent goes where its child goes."""
    drill = writable(two_groups(), "hagrp -link webgrp oragrp online local firm")
    assert drill.ha("hagrp -dep webgrp")[1].split()[3:] == ["webgrp", "oragrp", "online", "local", "firm"]
    drill.crash("hosta")
    drill.run(100)
    assert drill.cluster.group_online_on("webgrp") == drill.online_on == ("hostb",)
    assert drill.ha("hagrp -offline oragrp -any", "hostb")[0] == 1
    assert drill.ha("hagrp -unlink webgrp oragrp", "hostb") == (0, "")
    assert drill.ha("hagrp -offline oragrp -any", "hostb") == (0, "")
    assert drill.run(60).cluster.group_online_on("webgrp") == ("hostb",)


def test_a_membership_that_falls_apart_has_the_new_structure_on_both_sides() -> None:
    drill = writable(Drill().started(30), "hares -add ip2 IP oragrp", "hares -link lsnr ip2")
    drill.ha("hares -delete -force nic")
    drill.cluster.partition([["hosta", "hostb"], ["hostc", "hostd"]])
    drill.run(100)
    told = {drill.ha("hares -dep", host) for host in ("hosta", "hostc")}
    assert len(told) == 1
    assert "ip2" in next(iter(told))[1]
    assert "nic" not in next(iter(told))[1]


# The file, and the logs.


def test_a_dump_writes_what_there_is_now_and_a_cluster_starts_from_it() -> None:
    lines = (
        "haconf -makerw",
        "hares -add ora_ip2 IP oragrp",
        "hares -modify ora_ip2 Address 10.0.0.9",
        "hares -link ora_ip2 ora_nic",
        "hares -link ora_lsnr ora_ip2",
        "hares -unlink ora_lsnr ora_ip",
        "hares -modify ora_ip2 Enabled 1",
        "hatype -modify MetroMirror OnlineTimeout 600",
        "hasys -modify hosta Capacity 150",
        "haconf -dump -makero",
        "hacf -verify /etc/VRTSvcs/conf/config",
    )
    with closing(World(load_site([SITES / "rdc" / "main.cf"]))) as world:
        spec = world.cluster.spec
        world.start()
        world.advance(600)
        for line in lines:
            result = world.operate(line.split())
            assert (result.exit_code, result.output.replace(ADDED, "")) == (0, ""), line
        (dumped,) = [record.event for record in world.kernel.log if isinstance(record.event, ConfigurationDumped)]
        world.operate(["hastop", "-all"])
        world.advance(60)
        for host in HOSTS:
            world.operate(["hastart"], on=host)
        world.advance(120)
        assert world.cluster.resource_state("ora_ip2", "hosta") == "ONLINE"
        assert world.operate(["hatype", "-value", "MetroMirror", "OnlineTimeout"]).output == "600\n"
        written = logs.render(world.kernel.log, spec, datetime(2026, 1, 5, tzinfo=UTC))
    text = dumped.main_cf
    for part in ("\tIP ora_ip2 (\n\t\tEnabled = 1\n", '\t\tAddress = "10.0.0.9"\n', "\tora_lsnr requires ora_ip2\n"):
        assert part in text
    assert "Capacity = 150" in text
    assert "\tora_lsnr requires ora_ip\n" not in text
    assert render(parse(text, "main.cf")) == text
    assert any(
        "Resource ora_ip2 (Owner: unknown, Group: oragrp) is online" in line
        for line in written["hosta", "engine_A.log"]
    )


def test_deleted_resources_and_groups_links_are_dumped_too() -> None:
    with closing(World(load_site([SITES / "two-groups" / "main.cf"]))) as world:
        world.start()
        world.advance(600)
        names = list(world.cluster.spec.groups)
        parent, child = names[1].name, names[0].name
        gone = names[0].resources[-1].name
        for line in (
            "haconf -makerw",
            f"hagrp -link {parent} {child} online global soft",
            f"hares -delete -force {gone}",
            "haconf -dump -makero",
            "hacf -verify /etc/VRTSvcs/conf/config",
        ):
            result = world.operate(line.split())
            assert (result.exit_code, result.output) == (0, ""), line
        (dumped,) = [record.event for record in world.kernel.log if isinstance(record.event, ConfigurationDumped)]
    assert f"\trequires group {child} online global soft\n" in dumped.main_cf
    assert gone not in dumped.main_cf
