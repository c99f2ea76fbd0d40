"""Settings by command: only while the configuration is writable, at once for the agents, and in the file by a dump."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from mirrordrill.simulator.config.parser import parse
from mirrordrill.simulator.config.printer import render
from mirrordrill.simulator.site.main_cf import MainCf, edited
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationDumped, Edit
from mirrordrill.simulator.vcs.spec import AttributeDimension, AttributeValue, ResourceSpec
from mirrordrill.simulator.world import World
from tests.vcs.play import HOSTS, Drill, cluster_spec, manual_group, with_limits

MAIN_CF = Path(__file__).resolve().parents[3] / "drills" / "sites" / "rdc" / "main.cf"


@pytest.fixture
def small() -> Drill:
    """One resource with a scalar and a list in its ArgList."""
    types = with_limits(
        "MetroMirror", arg_list=(("HMC1", AttributeDimension.SCALAR), ("VolIds", AttributeDimension.KEYLIST))
    )
    attributes = (
        AttributeValue("HMC1", ("hmcA",)),
        AttributeValue("VolIds", ("1260",), None, AttributeDimension.KEYLIST),
    )
    resource = ResourceSpec(
        "m", "MetroMirror", attributes=attributes, arguments=dict.fromkeys(HOSTS, ("hmcA", "1", "1260"))
    )
    return Drill(cluster_spec(manual_group(resources=(resource,), dependencies=()), types=types)).started(30)


@pytest.mark.parametrize(
    "line",
    [
        "hares -modify m HMC1 x",
        "hares -modify m Critical 0",
        "hares -override m OnlineTimeout",
        "hares -local m HMC1",
        "hagrp -modify oragrp AutoFailOver 0",
        "hagrp -freeze oragrp -persistent",
        "hagrp -disableresources oragrp",
        "hasys -freeze -persistent hosta",
        "haconf -dump -makero",
    ],
)
def test_a_read_only_configuration_is_not_modified(small: Drill, line: str) -> None:
    before = small.ha("hares -display")
    assert small.ha(line)[0] == 1
    assert small.ha("hares -display") == before


def writable(drill: Drill, *lines: str) -> Drill:
    for line in ("haconf -makerw", *lines):
        assert drill.ha(line) == (0, ""), line
    return drill


def test_the_next_entry_point_has_the_new_arguments(small: Drill) -> None:
    writable(
        small,
        "hares -modify m HMC1 hmcB",
        "hares -modify m VolIds -add 1261 1262",
        "hares -modify m VolIds -delete 1260",
    )
    assert small.ha("hares -value m VolIds") == (0, "1261\t1262\n")
    small.ha("hares -probe m -sys hostc")
    _, call = small.run(1).called("m", "monitor", "hostc")[-1]
    assert call.arguments == ("m", "hmcB", "2", "1261", "1262")


def test_a_local_value_holds_on_its_system_only(small: Drill) -> None:
    writable(small, "hares -local m HMC1", "hares -modify m HMC1 hmcB -sys hostc")
    assert [small.ha(f"hares -value m HMC1 {host}")[1] for host in HOSTS] == ["hmcA\n", "hmcA\n", "hmcB\n", "hmcA\n"]
    writable_again = small.ha("hares -global m HMC1 hmcC")
    assert writable_again == (0, "")
    assert small.ha("hares -value m HMC1 hostc") == (0, "hmcC\n")


def test_a_static_attribute_is_the_types_until_it_is_overridden(small: Drill) -> None:
    """A script asks hares first; it is told a number only where the resource has one of its own."""
    assert small.ha("hares -value m OnlineTimeout")[0] == 1
    assert small.ha("hatype -value MetroMirror OnlineTimeout") == (0, "300\n")
    writable(small)
    assert small.ha("hares -modify m OnlineTimeout 5")[0] == 1
    for line in ("hares -override m OnlineTimeout", "hares -modify m OnlineTimeout 5"):
        assert small.ha(line) == (0, "")
    assert small.ha("hares -value m OnlineTimeout") == (0, "5\n")
    small.runner.plan["m", "online"] = (20.0, None, True)
    small.ha("hagrp -switch oragrp -to hostb")
    assert small.run(8).entries("clean")[0][1:] == ("m", "hostb")
    assert small.ha("hares -undo_override m OnlineTimeout") == (0, "")
    assert small.ha("hares -value m OnlineTimeout")[0] == 1


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("hares -modify m VolIds -add 1260", "10563"),
        ("hares -modify m VolIds -delete 1299", "10566"),
        ("hares -modify m HMC1 -add x", "60040"),
        ("hares -modify m HMC1 two words", "60041"),
        ("hares -modify m Critical maybe", "60041"),
        ("hares -modify m State ONLINE", "60042"),
        ("hares -modify m OnlineTimeout 7", "60044"),
        ("hares -override m ArgList", "13322"),
        ("hares -undo_override m OnlineTimeout", "60046"),
        ("hares -modify m HMC1 x -sys hosta", "60047"),
        ("hares -modify m Nothing x", "60013"),
        ("hagrp -modify oragrp FailOverPolicy Sideways", "60041"),
        ("hagrp -modify oragrp AutoFailOver 2", "60041"),
        ("hagrp -modify oragrp AutoStartList hostz", "60041"),
        ("hagrp -modify oragrp SystemList hosta 0", "60041"),
        ("hagrp -modify oragrp SystemList -add hostz 9", "60041"),
        ("hagrp -modify oragrp Parallel 1", "60041"),
        ("hagrp -disableresources oragrp", "60048"),
        ("haconf -makerw", "10364"),
        ("hagrp -clearadminwait oragrp -sys hosta", "60052"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_whole(small: Drill, line: str, number: str) -> None:
    writable(small)
    before = small.ha("hares -display"), small.ha("hagrp -display")
    code, output = small.ha(line)
    assert (code, f"V-16-1-{number}" in output) == (1, True), output
    assert (small.ha("hares -display"), small.ha("hagrp -display")) == before


def test_a_groups_policy_holds_from_the_next_choice_on() -> None:
    drill = writable(
        Drill().started(30), "hagrp -modify oragrp AutoStartList -add hostd", "hagrp -modify oragrp AutoFailOver 0"
    )
    assert drill.ha("hagrp -value oragrp AutoStartList") == (0, "hosta\thostd\n")
    drill.crash("hosta")
    assert drill.run(100).online_on == ()


def test_disabled_resources_are_not_monitored_until_they_are_enabled() -> None:
    drill = writable(Drill().started(30), "hagrp -offline oragrp -any")
    drill.run(60)
    assert drill.ha("hagrp -disableresources oragrp") == (0, "")
    seen = len(drill.runner.calls)
    assert len(drill.run(1000).runner.calls) == seen
    assert drill.ha("hagrp -enableresources oragrp") == (0, "")
    assert drill.run(10).ha("hagrp -value oragrp Probed hosta") == (0, "1\n")


def test_freezing_a_system_moves_away_what_is_on_it() -> None:
    drill = Drill().started(30)
    assert drill.ha("hasys -freeze -evacuate hosta") == (0, "")
    assert drill.run(60).online_on == ("hostb",)
    assert drill.ha("hagrp -switch oragrp -to hosta")[0] == 1
    assert drill.ha("hasys -unfreeze hosta") == (0, "")
    assert drill.ha("hagrp -switch oragrp -to hosta") == (0, "")


def test_what_was_dumped_survives_the_stop_of_all_engines() -> None:
    drill = writable(
        Drill().started(30), "hagrp -modify oragrp AutoStartList hostc", "haconf -dump -makero", "hastop -all"
    )
    drill.run(60)
    drill.cluster.start()
    assert drill.run(60).online_on == ("hostc",)


def test_a_dumped_file_is_valid_and_says_what_was_modified() -> None:
    """The site's own main.cf with the changes in it: readable by our parser, free of errors, verified by hacf."""
    with closing(World(load_site([MAIN_CF]))) as world:
        world.start()
        world.advance(600)
        for line in (
            "haconf -makerw",
            "hares -override ora_mmir OnlineTimeout",
            "hares -modify ora_mmir OnlineTimeout 900",
            "hares -modify ora_mmir Critical 0",
            "hagrp -modify oragrp FailOverPolicy RoundRobin",
            "hagrp -modify oragrp Tag night",
            "hares -modify ora_mmir ResourceOwner somebody",
            "haclus -modify UserNames -add somebody s/cret",
            "haclus -modify EngineShutdown DisableClusStop",
            "hasys -modify hosta SystemOwner somebody",
            "haconf -dump -makero",
            "hacf -verify /etc/VRTSvcs/conf/config",
        ):
            result = world.operate(line.split())
            assert (result.exit_code, result.output) == (0, ""), line
        (dumped,) = [record.event for record in world.kernel.log if isinstance(record.event, ConfigurationDumped)]
        assert world.operate(["hacf", "-verify", "/tmp"]).exit_code == 1
    assert dumped.systems == HOSTS
    assert "\t\tOnlineTimeout = 900\n" in dumped.main_cf
    for part in ("FailOverPolicy = RoundRobin", "Tag = night", "ResourceOwner = somebody", 'somebody = "****"'):
        assert part in dumped.main_cf
    assert "cret" not in dumped.main_cf
    assert render(parse(dumped.main_cf, "main.cf")) == dumped.main_cf


def test_an_edit_goes_where_the_attribute_stands() -> None:
    text = 'group g (\n\tSystemList = { a, b }\n\tFrozen = 1\n\t)\n\n\tT r (\n\t\tA @a = "x y"\n\t\tA @b = z\n\t\t)\n'
    edits = [
        Edit("group", "g", "Frozen", ("0",)),
        Edit("resource", "r", "A", None, system="a"),
        Edit("resource", "r", "A", ("1", "2"), AttributeDimension.ASSOCIATION, "b"),
        Edit("resource", "r", "B", ("k", "l"), AttributeDimension.KEYLIST),
        Edit("resource", "elsewhere", "B", ("no",)),
    ]
    lines = [line.strip() for line in render(edited(parse(text, "main.cf"), edits)).splitlines()]
    assert lines[:4] == ["group g (", "SystemList = { a, b }", "Frozen = 0", ")"]
    assert lines[5:9] == ["T r (", "A @b = { 1 = 2 }", "B = { k, l }", ")"]


def test_a_file_with_an_error_is_not_verified(tmp_path: Path) -> None:
    (tmp_path / "main.cf").write_text("cluster c (\n\t)\n\ngroup g (\n\tSystemList = { nowhere = 0 }\n\t)\n")
    problems = MainCf(tmp_path / "main.cf").verify("a", "/etc/VRTSvcs/conf/config")
    assert any("nowhere" in problem for problem in problems)


@pytest.mark.parametrize(
    ("shutdown", "stops"),
    [
        ("Disable", ("hastop -all -force", "hastop -local -force")),
        ("DisableClusStop", ("hastop -local", "hastop -all -force")),
        ("PromptAlways", ("hastop -local", "hastop -all")),
    ],
)
def test_engine_shutdown_keeps_operators_from_stopping_vcs_by_mistake(shutdown: str, stops: tuple[str, ...]) -> None:
    """By force they may; where VCS would ask first, they say yes."""
    for line in ("hastop -local", "hastop -all", *stops):
        drill = writable(Drill().started(30), f"haclus -modify EngineShutdown {shutdown}")
        code, output = drill.ha(line)
        assert (code == 0) is (line in stops), output
        drill.run(60)
        assert (drill.ha("hasys -state hosta", "hosta")[0] == 1) is (line in stops)
