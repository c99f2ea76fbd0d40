"""The operators' commands: syntax, output that scripts can read back, refusals (vcs.md 5)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.vcs import messages
from mirrordrill.simulator.vcs.commands.language import refusals
from mirrordrill.simulator.vcs.commands.shell import COMMANDS
from mirrordrill.simulator.vcs.events import CommandGiven
from mirrordrill.simulator.vcs.spec import PROFILES, AttributeValue, ResourceSpec
from mirrordrill.simulator.vcs.wide_area import messages as wide_area_messages
from tests.vcs.play import HOSTS, STACK, Drill, cluster_spec, manual_group


@pytest.fixture
def drill() -> Drill:
    return Drill().started(30)


def rows(output: str) -> list[list[str]]:
    """What a script reads: the lines below the header, split at blanks."""
    header, *lines = output.splitlines()
    assert header.startswith("#")
    return [line.split() for line in lines]


def test_hagrp_state_says_where_the_group_is(drill):
    code, output = drill.ha("hagrp -state oragrp")
    assert code == 0
    expected = {host: "|ONLINE|" if host == "hosta" else "|OFFLINE|" for host in HOSTS}
    assert rows(output) == [["oragrp", "State", host, expected[host]] for host in HOSTS]


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("hagrp -state oragrp -sys hosta", "|ONLINE|\n"),
        ("hagrp -value oragrp State hostb", "|OFFLINE|\n"),
        ("hagrp -value oragrp State", "|ONLINE|\n"),
        ("hagrp -value oragrp SystemList", "hosta\t0\thostb\t1\thostc\t2\thostd\t3\n"),
        ("hagrp -value oragrp FailOverPolicy", "Priority\n"),
        ("hares -state mir -sys hosta", "ONLINE\n"),
        ("hares -value mir State hostc", "OFFLINE\n"),
        ("hares -value mir ConfidenceLevel hosta", "100\n"),
        ("hares -value mir IState", "not waiting\n"),
        ("hares -value mir Flags", "NORMAL\n"),
        ("hares -value mir Group", "oragrp\n"),
        ("hares -value mir ArgListValues", "x\ty\n"),
        ("hasys -state hosta", "RUNNING\n"),
        ("hasys -value hosta SysState", "RUNNING\n"),
        ("hasys -list", "hosta\nhostb\nhostc\nhostd\n"),
        ("hatype -value MetroMirror MonitorInterval", "300\n"),
        ("hatype -value MetroMirror NumThreads", "1\n"),
        ("hatype -value MetroMirror ActionTimeout", "40\n"),
        ("hagrp -value oragrp CurrentCount", "1\n"),
        ("hagrp -value oragrp ActiveCount hosta", "6\n"),
        ("hagrp -value oragrp ActiveCount hostb", "0\n"),
        ("hasys -value hosta OnGrpCnt", "1\n"),
        ("hasys -value hostb OnGrpCnt", "0\n"),
        ("hatype -resources NIC", "nic\n"),
        ("haclus -value ClusState", "RUNNING\n"),
        ("hares -list Type=MetroMirror State=ONLINE", "mir                  hosta\n"),
    ],
)
def test_values_are_printed_bare(drill, line, output):
    assert drill.ha(line) == (0, output)


def test_every_listing_has_its_header_and_as_many_columns(drill):
    for line in ("hagrp -display", "hares -display", "hares -state", "hasys -display", "hasys -state", "hares -dep"):
        code, output = drill.ha(line)
        header, *lines = output.splitlines()
        assert code == 0
        assert header.startswith("#")
        assert lines
    assert len(rows(drill.ha("hares -state")[1])) == len(STACK) * len(HOSTS)
    assert ["oragrp", "dg", "mir"] in rows(drill.ha("hares -dep")[1])


def test_columns_hold_under_long_names():
    """A name longer than its column pushes the others and is still one word."""
    group = replace(manual_group(), name="a_group_with_a_name_that_fits_no_column")
    drill = Drill(cluster_spec(group)).started(30)
    (first, *_) = rows(drill.ha(f"hagrp -state {group.name}")[1])
    assert first == [group.name, "State", "hosta", "|ONLINE|"]


def summary(output: str) -> dict[str, list[list[str]]]:
    """A strict reader of `hastatus -sum`: section -> its rows."""
    sections: dict[str, list[list[str]]] = {}
    lines = iter(output.splitlines())
    for line in lines:
        if match := re.fullmatch(r"-- ([A-Z ]+)", line):
            rows_here = sections[match.group(1)] = []
            assert next(lines).startswith("-- ")
            assert next(lines) == ""
        elif line:
            rows_here.append(line.split())
    return sections


def test_hastatus_leaves_out_what_is_not_there(drill):
    sections = summary(drill.ha("hastatus -sum")[1])
    assert list(sections) == ["SYSTEM STATE", "GROUP STATE"]
    assert sections["SYSTEM STATE"][0] == ["A", "hosta", "RUNNING", "0"]
    assert sections["GROUP STATE"][0] == ["B", "oragrp", "hosta", "Y", "N", "ONLINE"]


def test_hastatus_shows_what_failed_and_what_is_waited_for(drill):
    drill.runner.plan["mir", "online"] = (100.0, None, True)
    drill.runner.up["lsnr", "hosta"] = False
    drill.run(70)
    sections = summary(drill.ha("hastatus -sum")[1])
    assert sections["RESOURCES FAILED"] == [["C", "oragrp", "Netlsnr", "lsnr", "hosta"]]
    assert ["E", "oragrp", "MetroMirror", "mir", "hostb", "W_ONLINE"] in sections["RESOURCES ONLINING"]
    assert ["B", "oragrp", "hosta", "Y", "N", "OFFLINE|FAULTED"] in sections["GROUP STATE"]


@pytest.mark.parametrize(
    "line",
    [
        "hagrp -switch oragrp -to hostz",
        "hagrp -switch nogrp -to hostb",
        "hagrp -switch oragrp -to hosta",
        "hagrp -online oragrp -sys hostb",
        "hagrp -offline oragrp -sys hostb",
        "hagrp -value oragrp NoAttribute",
        "hares -state nores",
        "hares -value mir NoAttribute",
        "hares -offline vol -sys hosta",
        "hares -online nic -sys hosta",
        "hares -online mir -sys hostb",
        "hares -action mir nonsense -sys hosta",
        "hares -modify mir HMC1 x",
        "hasys -value hosta NoAttribute",
        "hatype -value NoType MonitorInterval",
        "haclus -value NoAttribute",
        "hanonsense -state",
    ],
)
def test_a_refusal_has_a_number_says_what_and_changes_nothing(drill, line):
    before = drill.ha("hastatus -sum")
    code, output = drill.ha(line)
    assert code == 1
    assert re.match(r"VCS WARNING V-16-1-\d{5} \S", output)
    assert drill.run(60).ha("hastatus -sum") == before


@pytest.mark.parametrize(
    "line",
    [
        "hagrp",
        "hagrp -nonsense",
        "hagrp -switch oragrp",
        "hagrp -switch oragrp -to",
        "hagrp -switch oragrp -to hostb -to hostc",
        "hagrp -switch oragrp -to hostb -any",
        "hagrp -online oragrp",
        "hagrp -wait oragrp State ONLINE -time soon",
        "hares -probe mir",
        "hares -action mir -sys hosta",
        "hares -list nonsense",
        "hatype -value MetroMirror",
        "hastatus -nonsense",
    ],
)
def test_a_wrong_line_is_answered_with_the_usage_of_its_verb(drill, line):
    code, output = drill.ha(line)
    assert code == 2
    assert f"  {line.split()[0]} -" in output


def test_only_commands_that_change_something_or_fail_enter_the_log(drill):
    drill.ha("hagrp -state")
    drill.ha("hagrp -switch oragrp -to hostb")
    drill.ha("hagrp -state nogrp")
    drill.ha("hares -modify mir VCSResLock two words")
    given = [(event.command, event.exit_code) for event in drill.events(CommandGiven)]
    assert given == [
        ("hagrp -switch oragrp -to hostb", 0),
        ("hagrp -state nogrp", 1),
        ("hares -modify mir VCSResLock two words", 0),
    ]


def test_offline_anywhere_stays_down_until_an_operator_starts_it(drill):
    assert drill.ha("hagrp -offline oragrp -any") == (0, "")
    assert drill.run(1000).online_on == ()
    assert drill.ha("hagrp -online oragrp -any")[0] == 0
    assert drill.run(10).online_on == ("hosta",)


def test_a_switch_anywhere_follows_the_policy(drill):
    drill.ha("hagrp -switch oragrp -any")
    assert drill.run(10).online_on == ("hostb",)


def test_a_resource_brings_up_what_it_stands_on_and_nothing_else():
    drill = Drill(cluster_spec(manual_group(auto_start=False))).started(30)
    drill.ha("hares -online vol -sys hostc")
    drill.run(10)
    assert [name for _, name, _ in drill.entries("online")] == ["mir", "dg", "vol"]
    assert drill.ha("hares -offline vol -sys hostc") == (0, "")
    assert drill.ha("hagrp -state oragrp -sys hostc") == (0, "|PARTIAL|\n")


def test_a_probe_looks_at_once(drill):
    drill.runner.up["mir", "hosta"] = False
    drill.ha("hares -probe mir -sys hosta")
    assert drill.run(1).entries("clean") == [(30.0, "mir", "hosta")]


def test_an_action_answers_with_its_output_when_it_has_ended(drill):
    drill.runner.plan["mir", "failback"] = (12.0, None, True)
    assert drill.ha("hares -action mir failback -sys hosta", "hostd") == (0, "said\n")
    assert drill.kernel.now_s == 42.0


def test_a_failed_action_fails_the_command_and_shows_what_it_said(drill):
    drill.runner.plan["mir", "failback"] = (0.0, 1, True)
    code, output = drill.ha("hares -action mir failback -sys hosta")
    assert code == 1
    assert output.startswith("said\n")


def test_waiting_ends_when_the_state_is_reached_or_the_time_is_up(drill):
    drill.runner.plan["ora", "online"] = (20.0, None, True)
    drill.ha("hagrp -switch oragrp -to hostb")
    assert drill.ha("hagrp -wait oragrp State ONLINE -sys hostb -time 60") == (0, "")
    assert drill.kernel.now_s == 50.0
    code, output = drill.ha("hares -wait mir State FAULTED -sys hostb -time 15")
    assert (code, drill.kernel.now_s) == (1, 65.0)
    assert "V-16-1" in output


def test_temp_attributes_have_one_order_for_all_systems(drill):
    """Two systems write, both read the same winner: what a lock needs."""
    first = drill.cluster.ha("hostc", ["hares", "-modify", "mir", "VCSResLock", "hostc"])
    second = drill.cluster.ha("hostd", ["hares", "-modify", "mir", "VCSResLock", "hostd"])
    assert (first.value.exit_code, second.value.exit_code) == (0, 0)
    seen = {drill.ha("hares -value mir VCSResLock", host) for host in HOSTS}
    assert seen == {(0, "hostd\n")}
    drill.ha("hares -modify mir VCSResLock %-1")
    assert drill.ha("hares -value mir VCSResLock") == (0, "-1\n")


def test_attributes_of_the_configuration_are_shown_for_their_system():
    attributes = (AttributeValue("HMC1", ("hmcA",), "hosta"), AttributeValue("VolIds", ("1260", "1261")))
    resource = ResourceSpec("m", "MetroMirror", attributes=attributes)
    drill = Drill(cluster_spec(manual_group(resources=(resource,), dependencies=()))).started(30)
    assert drill.ha("hares -value m HMC1 hosta") == (0, "hmcA\n")
    assert drill.ha("hares -value m VolIds hostb") == (0, "1260\t1261\n")
    assert drill.ha("hares -value m HMC1 hostb")[0] == 1
    assert ["m", "HMC1", "hosta", "hmcA"] in rows(drill.ha("hares -display m")[1])


def test_flush_ends_all_waiting(drill):
    drill.runner.plan["mir", "online"] = (100.0, None, True)
    drill.ha("hagrp -switch oragrp -to hostb")
    drill.run(10)
    assert drill.ha("hagrp -flush oragrp -sys hostb") == (0, "")
    drill.run(200)
    assert drill.ha("hagrp -state oragrp -sys hostb") == (0, "|PARTIAL|\n")


def test_a_later_release_holds_actions_to_half_a_monitor_interval():
    drill = Drill(replace(cluster_spec(), profile=PROFILES["vcs7"])).started()
    assert drill.ha("hatype -value NIC ActionTimeout") == (0, "30\n")
    assert PROFILES["vcs7"].action_limit_s(20.0) == 10.0


def test_every_verb_is_reached_by_its_flag():
    for verbs in COMMANDS.values():
        flags = [verb.flag for verb in verbs]
        assert len(flags) == len(set(flags))


def test_a_resource_under_others_goes_offline_only_when_told_to_ignore_them():
    """Then at once: what stands on it stays as it is."""
    drill = Drill().started(30)
    assert drill.ha("hares -offline mir -sys hosta")[0] == 1
    assert drill.ha("hares -offline -ignoreparent mir -sys hosta") == (0, "")
    drill.run(5)
    states = [drill.cluster.resource_state(name, "hosta") for name in ("mir", "dg", "lsnr")]
    assert states == ["OFFLINE", "ONLINE", "ONLINE"]
    assert drill.ha("hagrp -state oragrp -sys hosta") == (0, "|PARTIAL|\n")


def test_a_number_of_our_own_is_one_message():
    """VCS itself uses some numbers for several; ours tell a script which message it has."""
    modules = (messages, refusals, wide_area_messages)
    found = (message for module in modules for message in vars(module).values())
    all_of_them = {message for message in found if isinstance(message, MessageText)}
    ours = [message.id for message in all_of_them if message.confidence == "own"]
    assert len(ours) > 100
    assert [number for number in ours if ours.count(number) > 1] == []
