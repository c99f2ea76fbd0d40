"""What monitoring plugins, management clients and set-up pages type at a cluster, answered as by the real commands.

Sources: additions.md ("VCS: refusals of ha commands", "VCS: behaviour").
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.config.parser import parse
from mirrordrill.simulator.config.printer import render
from mirrordrill.simulator.site.main_cf import edited
from mirrordrill.simulator.vcs.commands.language import refusals
from mirrordrill.simulator.vcs.commands.shell import NOT_SIMULATED_COMMANDS, NOT_SIMULATED_FORMS, PROGRAMS
from mirrordrill.simulator.vcs.spec import PROFILES
from tests.vcs.play import HANG, Drill, cluster_spec, manual_group

MAKERW = "haconf -makerw"


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (("haconf -makerw", "haconf -makerw"), 10364),
        (("haconf -dump -makero",), 10369),
        (("hagrp -state nosuch",), 40131),
        (("hagrp -display nosuch",), 40131),
        (("hagrp -online nosuch -any",), 10133),
        (("hares -state nosuch",), 40130),
        (("hares -display nosuch",), 40130),
        ((MAKERW, "hares -delete nosuch"), 10260),
        (("hasys -state nosuch",), 51051),
        (("hasys -freeze nosuch",), 10357),
        (("hagrp -switch oragrp -to nosuch",), 10357),
        (("hagrp -switch oragrp -to hosta",), 10192),
        (("hagrp -offline oragrp -any", "hagrp -switch oragrp -to hostb"), 10191),
        (("hagrp -online oragrp -sys hosta",), 40229),
        (("hagrp -online oragrp -sys hostb",), 10165),
        (("hagrp -online oragrp -any",), 50997),
        (("hares -online lsnr -sys hostb",), 10286),
        (("hares -clear lsnr -sys hosta",), 10267),
        (("hagrp -dep oragrp",), 50035),
        (("hagrp -unfreeze oragrp",), 40201),
        ((MAKERW, "hagrp -unfreeze oragrp -persistent"), 40202),
        (("hagrp -freeze oragrp", "hagrp -freeze oragrp"), 40208),
        ((MAKERW, "hagrp -freeze oragrp -persistent", "hagrp -freeze oragrp -persistent"), 40209),
        ((MAKERW, "hagrp -freeze oragrp -persistent", "hagrp -freeze oragrp"), 40200),
        ((MAKERW, "hagrp -freeze oragrp", "hagrp -freeze oragrp -persistent"), 40200),
        (("hasys -unfreeze hosta",), 40204),
        ((MAKERW, "hasys -unfreeze -persistent hosta"), 40205),
        ((MAKERW, "hasys -freeze -persistent hosta", "hasys -freeze -persistent hosta"), 40206),
        (("hasys -freeze hosta", "hasys -freeze hosta"), 40207),
        ((MAKERW, "hagrp -modify oragrp AutoStartList -add hosta"), 10563),
        ((MAKERW, "hagrp -modify oragrp AutoStartList -delete hostb"), 10566),
        (("hagrp -wait oragrp State OFFLINE -sys hosta -time 5",), 10805),
        (("haagent -display NoSuch",), 13301),
        ((MAKERW, "hagrp -add webgrp", "hagrp -online webgrp -any"), 50837),
        ((MAKERW, "hagrp -add webgrp", "hagrp -offline webgrp -any"), 50837),
        ((MAKERW, "hasys -add hostz", "hagrp -state -sys hostz"), 10554),
    ],
    ids=lambda value: str(value[-1] if isinstance(value, tuple) else value),
)
def test_a_refusal_has_the_number_of_the_real_one_on_standard_error(lines: tuple[str, ...], number: int) -> None:
    drill = Drill().started(30)
    for line in lines[:-1]:
        assert drill.ha(line)[0] == 0
        drill.run(30)
    event = drill.cluster.ha("hosta", lines[-1].split())
    if not event.triggered:
        drill.kernel.env.run(until=event)
    result = event.value
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"VCS WARNING V-16-1-{number} ")


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("hagrp -unfreeze oragrp", "V-16-1-40201 Group is not temporarily frozen"),
        ("hasys -unfreeze hosta", "V-16-1-40204 System is not temporarily frozen"),
        ("hagrp -modify oragrp AutoStartList -delete hostb", "V-16-1-10566 Entry not found in attribute keylist"),
        ("hares -override mir HMC1", "V-16-1-13322 HMC1 is not a static attribute"),
        ("hagrp -link webgrp oragrp online local soft", "Dependency between 'webgrp' and 'oragrp' already exists"),
    ],
)
def test_a_client_that_compares_the_text_finds_it(line: str, refusal: str) -> None:
    """Word for word as in the client of `refusals.py`, rule 1."""
    drill = Drill().started(30)
    for before in (MAKERW, "hagrp -add webgrp", "hagrp -link webgrp oragrp online local soft"):
        assert drill.ha(before)[0] == 0
    code, output = drill.ha(line)
    assert (code, refusal in output) == (1, True), output


def test_a_system_that_leaves_does_not_change_the_configuration() -> None:
    """The same client waits and tries again when it reads this line."""
    drill = Drill().started(30)
    assert drill.ha(MAKERW) == (0, "")
    assert drill.ha("hastop -local")[0] == 0
    said = "V-16-1-50129 Operation 'haconf -dump -makero' rejected as the node is in LEAVING state"
    assert said in drill.ha("haconf -dump -makero")[1]
    assert "'hasys -freeze -persistent'" in drill.ha("hasys -freeze -persistent hosta")[1]
    assert drill.ha("haconf -dump -makero", system="hostb") == (0, "")


@pytest.mark.parametrize("command", ["hagrp -display oragrp", "hares -display lsnr", "hasys -display hosta"])
def test_an_attribute_that_nothing_has_is_refused_and_not_shown_as_nothing(command: str) -> None:
    """An empty table would be read as an answer. So would one for an option that does not exist."""
    drill = Drill().started(30)
    assert drill.ha(f"{command} -attribute NoSuch")[0] == 1
    assert drill.ha(f"{command} -attribute State -nosuch")[0] == 2
    assert drill.ha(f"{command} -attribute")[0] == 2
    assert drill.ha("hares -display -attribute NoSuch -attribute State")[0] == 1


def test_no_number_is_used_twice_for_different_things_that_a_script_must_tell_apart() -> None:
    """Dependency refusals are a family of one number in the real program, too (10905)."""
    numbers = [message.id for message in refusals.all_messages()]
    assert {number for number in numbers if numbers.count(number) > 1} == {"V-16-1-10905"}


def test_frozen_attributes_come_in_the_order_in_which_they_were_asked_for() -> None:
    drill = Drill().started(30)
    _, output = drill.ha("hagrp -display oragrp -attribute TFrozen -attribute Frozen")
    assert [line.split()[1] for line in output.splitlines()[1:]] == ["TFrozen", "Frozen"]


def test_resources_are_shown_by_group_and_by_type() -> None:
    drill = Drill().started(30)
    shown = drill.ha("hares -display -group oragrp -attribute State -sys hosta")[1].splitlines()[1:]
    assert {line.split()[0] for line in shown} == {"mir", "dg", "vol", "ora", "ip", "nic", "lsnr"}
    shown = drill.ha("hares -display -type MetroMirror -attribute State -sys hosta")[1].splitlines()[1:]
    assert [line.split()[0] for line in shown] == ["mir"]
    assert drill.ha("hares -display -group nosuch")[0] == 1


@pytest.mark.parametrize(
    "line",
    ["hasys -state", "hasys -list", "hagrp -state", "hagrp -list", "hares -state", "haclus -display", "hatype -list"],
)
def test_the_local_cluster_is_what_a_query_is_about(line: str) -> None:
    drill = Drill().started(30)
    assert drill.ha(f"{line} -localclus") == drill.ha(line)


def test_a_dump_is_over_when_its_command_has_ended() -> None:
    drill = Drill().started(30)
    drill.ha(MAKERW)
    drill.ha("haconf -dump -makero")
    assert drill.ha("haclus -wait DumpingMembership 0 -time 60") == (0, "")


def test_the_summary_pads_every_column_and_puts_a_blank_behind_the_last() -> None:
    drill = Drill().started(30)
    lines = drill.ha("hastatus -sum")[1].split("\n")
    (row,) = [line for line in lines if line.startswith("B ") and "hosta" in line]
    assert row.endswith("ONLINE          ")
    assert [line for line in lines if line[:2] in {"A ", "B "} and not line.endswith(" ")] == []


def test_haclus_display_has_what_clients_look_for() -> None:
    drill = Drill().started(30)

    def shown() -> dict[str, str]:
        lines = drill.ha("haclus -display")[1].splitlines()[1:]
        return {line.split()[0]: " ".join(line.split()[1:]) for line in lines}

    first = shown()
    assert {"ClusterTime", "VCSFeatures", "WACPort", "ReadOnly", "BackupInterval", "ClusterName"} <= first.keys()
    assert (first["ReadOnly"], first["WACPort"]) == ("1", "14155")
    drill.ha(MAKERW)
    drill.run(60)
    assert (shown()["ReadOnly"], int(shown()["ClusterTime"]) - int(first["ClusterTime"])) == ("0", 60)
    assert drill.ha("haclus -value ReadOnly") == (0, "0\n")
    assert drill.ha("haclus -modify ReadOnly 1")[0] == 1


SET_UP = """
hatype -add DRBD
haattr -add DRBD ResName -string
haattr -add DRBD Volumes -keylist
hatype -modify DRBD ArgList ResName Volumes
hagrp -add DRBDGrp
hagrp -modify DRBDGrp SystemList hosta 0 hostb 1
hagrp -modify DRBDGrp AutoStartList hosta
hares -add r0 DRBD DRBDGrp
hares -modify r0 ResName r0
hares -modify r0 Critical 1
hares -modify r0 Enabled 1
hagrp -link oragrp DRBDGrp online local firm
"""


def test_the_set_up_of_an_agent_s_readme_can_be_replayed() -> None:
    drill = Drill().started(30)
    drill.ha("hagrp -offline oragrp -any")
    drill.run(30)
    for line in (MAKERW, *SET_UP.split("\n")[1:-1], "haconf -dump -makero"):
        code, output = drill.ha(line)
        assert code == 0, f"{line}: {output}"
    assert drill.run(60).ha("hagrp -state DRBDGrp -sys hosta") == (0, "|OFFLINE|\n")
    assert drill.ha("hagrp -online DRBDGrp -sys hosta") == (0, "")
    assert drill.run(60).ha("hagrp -state DRBDGrp -sys hosta") == (0, "|ONLINE|\n")
    assert drill.ha("hares -value r0 ArgListValues hosta") == (0, "r0\t0\n")
    drill.crash("hosta")
    drill.run(120)
    assert drill.ha("hagrp -state DRBDGrp -sys hostb", "hostb") == (0, "|ONLINE|\n")


def test_the_set_up_is_in_main_cf_after_the_dump() -> None:
    drill = Drill().started(30)
    drill.ha("hagrp -offline oragrp -any")
    drill.run(30)
    for line in (MAKERW, *SET_UP.split("\n")[1:-1], "hasys -add hoste", "hauser -add smith -priv Guest"):
        assert drill.ha(line)[0] == 0, line
    before = parse("cluster rdc1 (\n)\nsystem hosta (\n)\nsystem hostb (\n)\ngroup oragrp (\n)\n", "main.cf")
    edits = tuple(drill.cluster.engine_on("hosta").state.configuration.edits.values())
    written = render(edited(before, edits))
    assert parse(written, "main.cf") is not None
    for text in (
        "type DRBD (",
        "str ResName",
        "keylist Volumes",
        "static str ArgList[] = { ResName, Volumes }",
        "system hoste (",
        "group DRBDGrp (",
        "SystemList = { hosta = 0, hostb = 1 }",
        "DRBD r0 (",
        "requires group DRBDGrp online local firm",
        "UserNames = { admin = simulated, smith = simulated }",
        "Guests = { smith }",
    ):
        assert text in written, written
    for line in (
        "hagrp -unlink oragrp DRBDGrp",
        "hares -delete r0",
        "hagrp -delete DRBDGrp",
        "hatype -delete DRBD",
        "hasys -delete hoste",
    ):
        assert drill.ha(line)[0] == 0, line
    edits = tuple(drill.cluster.engine_on("hosta").state.configuration.edits.values())
    left = render(edited(parse(written, "main.cf"), edits))
    assert [text for text in ("DRBD", "hoste") if text in left] == []


def test_what_was_added_can_be_taken_away_again() -> None:
    drill = Drill().started(30)
    before = [drill.ha(line) for line in ("hagrp -display", "hatype -list", "hasys -list", "hauser -list")]
    for line in (MAKERW, "hatype -add Web", "hagrp -add webgrp", "hasys -add hoste", "hauser -add smith -priv Guest"):
        assert drill.ha(line)[0] == 0
    assert drill.ha("hagrp -add webgrp")[0] == 1
    for line in ("hatype -delete Web", "hagrp -delete webgrp", "hasys -delete hoste", "hauser -delete smith"):
        assert drill.ha(line) == (0, "")
    assert [drill.ha(line) for line in ("hagrp -display", "hatype -list", "hasys -list", "hauser -list")] == before


def test_an_added_group_lives_through_a_partition_and_a_restart() -> None:
    drill = Drill().started(30)
    for line in (
        MAKERW,
        "hagrp -add webgrp",
        "hagrp -modify webgrp SystemList hosta 0 hostd 1",
        "haconf -dump -makero",
    ):
        assert drill.ha(line)[0] == 0
    sides = [["hosta", "hostb"], ["hostc", "hostd"]]
    drill.cluster.partition(sides)
    drill.run(60)
    assert drill.ha("hagrp -state webgrp", "hostd")[0] == 0
    drill.cluster.heal(sides)
    drill.run(120)
    assert drill.ha("hagrp -state webgrp", "hostd")[0] == 0


@pytest.mark.parametrize(
    "line",
    [
        *sorted(NOT_SIMULATED_COMMANDS),
        *(f"{command} {flag}" for command, flags in NOT_SIMULATED_FORMS.items() for flag in sorted(flags)),
        "hagrp -online -propagate oragrp -sys hosta",
    ],
)
def test_what_is_not_simulated_says_so(line: str) -> None:
    drill = Drill().started(30)
    code, output = drill.ha(line)
    assert (code, output.endswith("is not simulated\n")) == (1, True)
    assert line.split()[0] in PROGRAMS


def stopping(profile: str) -> Drill:
    """The group is on its way down, and its database hangs."""
    drill = Drill(replace(cluster_spec(manual_group()), profile=PROFILES[profile])).started(30)
    drill.runner.plan["ora", "offline", "hosta"] = (HANG, None, True)
    drill.ha("hagrp -offline oragrp -sys hosta")
    return drill.run(10)


@pytest.mark.parametrize(("profile", "goes_on"), [("vcs41", False), ("vcs5", False), ("vcs7", True)])
def test_a_later_release_needs_force_to_flush_an_offline(profile: str, goes_on: bool) -> None:
    drill = stopping(profile)
    assert drill.ha("hagrp -flush oragrp -sys hosta") == (0, "")
    assert ("STOPPING" in drill.cluster.group_state("oragrp", "hosta")) is goes_on
    code, _ = drill.ha("hagrp -flush -force oragrp -sys hosta")
    assert code == (0 if goes_on else 2)
    assert "STOPPING" not in drill.cluster.group_state("oragrp", "hosta")
