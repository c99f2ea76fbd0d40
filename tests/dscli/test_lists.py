"""Long lists, filters, and the lists that collectors call in passing."""

from __future__ import annotations

import re
import shlex

import pytest

from mirrordrill.simulator.array.mirror.states import Refusal
from mirrordrill.simulator.dscli import columns
from mirrordrill.simulator.dscli.commands import COMMANDS, KNOWN_BY_NAME, hardware_lists
from mirrordrill.simulator.dscli.commands.base import Command
from mirrordrill.simulator.dscli.messages import REFUSALS
from mirrordrill.simulator.dscli.options import Ids
from tests.dscli.consoles import IN_NO_TIME, DscliUser
from tests.dscli.transcripts import furnished

PLAIN = ("-bnr", "off", "-fmt", "delim", "-delim", "|")
NOT_RECORDED = REFUSALS[Refusal.NOT_RECORDED]
LISTS = [command for command in COMMANDS.values() if command.name.startswith("ls")]
IDS = {"lspprc": ["0000-FFFF"], "lspprcpath": ["00-FE"], "lsflash": ["0000-FFFF"], "lsavailpprcport": ["12:12"]}


def answer(command: Command, *flags: str) -> tuple[int | None, list[str]]:
    """A list of a small site with a FlashCopy pair in it: exit code and lines."""
    user = DscliUser(furnished(), IN_NO_TIME)
    if command.name == "lsflash":
        user.once("mkflash", "-record", "1260:1262", console="hmca1")
    more = ["-remotewwnn", "5005076303FFC150"] if command.name == "lsavailpprcport" else []
    code, output = user.once(*PLAIN, command.name, *more, *flags, *IDS.get(command.name, []), console="hmca1")
    return code, output.splitlines()


@pytest.mark.parametrize("command", LISTS, ids=lambda command: command.name)
def test_a_long_list_has_more_columns_or_says_that_it_has_none(command: Command) -> None:
    """An option that is not modelled is never taken silently. A list that finds nothing has no columns at all."""
    code, lines = answer(command, "-l")
    assert code == 0
    if lines[0].startswith("CMUC00234I"):
        return
    short = answer(command)[1]
    if lines[-1].startswith("CMUC00501I"):
        assert lines == [*short, f"CMUC00501I {command.name}: What -l adds to this answer is not simulated."]
    else:
        assert len(lines[0].split("|")) > len(short[0].split("|"))
        assert len(lines) == len(short)


@pytest.mark.parametrize("command", LISTS, ids=lambda command: command.name)
def test_a_short_list_has_fewer_columns(command: Command) -> None:
    """`-s` leaves the ids (dscli.md 2.1)."""
    (_, short), (_, usual) = answer(command, "-s"), answer(command)
    assert usual[0].startswith("CMUC00234I") or len(short[0].split("|")) < len(usual[0].split("|"))


def test_the_columns_that_programs_read_by_number() -> None:
    """A driver reads column 12 of lsflash, a collector columns 10 and 11 of lsrank."""
    assert columns.LSFLASH.long[11:14] == ("OutOfSyncTracks", "DateCreated", "DateSynced")
    assert columns.LSRANK.long[9:11] == ("exts", "usedexts")
    assert "volgrp" in columns.LSFBVOL.long


def test_a_long_list_of_flash_copies_says_when_and_how_much() -> None:
    """The day as `Mon Jan 05 08:00:03 UTC 2026`, the state `Valid`."""
    header, _, row = answer(COMMANDS["lsflash"], "-l")[1]
    found = dict(zip(header.split("|"), row.split("|"), strict=True))
    assert (found["State"], found["isTgtSE"], found["OutOfSyncTracks"]) == ("Valid", "No", "0")
    assert re.fullmatch(r"Mon Jan 05 08:\d\d:\d\d UTC 2026", found["DateSynced"])


FILTERS = [
    ("lsfbvol -s -hdr off -lss 12", ["1260", "1261", "1262"]),
    ("lsfbvol -lss 13", ["CMUC00234I lsfbvol: No FB Volume found."]),
    ("lsfbvol -s -hdr off -lss 10-20 1260", ["1260"]),
    ("lsfbvol -s -hdr off -volgrp V0 -eam rotatevols 1261", ["1261"]),
    ("lsfbvol -eam managed", ["CMUC00234I lsfbvol: No FB Volume found."]),
    ("lshostconnect -s -hdr off -wwpn 10000000C9112233", ["0000"]),
    ("lshostconnect -s -hdr off -wwpn 10000000c9112233", ["0000"]),
    ("lshostconnect -wwpn 10000000C9112234", ["CMUC00234I lshostconnect: No Host Connection found."]),
    ("lshostconnect -unknown", ["CMUC00234I lshostconnect: No Host Connection found."]),
    ("lshostconnect -volgrp V1", ["CMUC00234I lshostconnect: No Host Connection found."]),
    ("lsrank -s -hdr off -group 1", ["R1", "R3"]),
    ("lsrank -s -hdr off -extpool P0", ["R0", "R2"]),
    ("lsrank -s -hdr off -fullid -extpool P0 R0", ["IBM.2107-75FA120/R0"]),
    ("lsextpool -s -hdr off -rankgrp 0", ["P0"]),
    ("lsarray -s -hdr off -raidtype 5 -rank R1", ["A1"]),
    ("lsarray -raidtype 10", ["CMUC00234I lsarray: No Array found."]),
    ("lsextpool -stgtype ckd", ["CMUC00234I lsextpool: No Extent Pool found."]),
    ("lslss -s -hdr off -stgtype fb", ["12"]),
    ("lslss -stgtype ckd", ["CMUC00234I lslss: No LSS found."]),
    ("lsvolgrp -hdr off -s -type 'SCSI Mask'", ["V0"]),
    ("lsarraysite -state unassigned", ["CMUC00234I lsarraysite: No Array Site found."]),
    ("lsflash -record enabled 0000-FFFF", ["CMUC00234I lsflash: No Flash Copy found."]),
    ("lsddm -s -hdr off -arsite S1 -dkuse 'spare required'", ["IBM.2107-D02-FA120/R1-P1-D8"]),
]


@pytest.mark.parametrize(("line", "expected"), FILTERS, ids=[line for line, _ in FILTERS])
def test_a_filter_leaves_what_was_asked_for(line: str, expected: list[str]) -> None:
    """Nothing found is a success (dscli.md 1.5)."""
    code, output = DscliUser(furnished(), IN_NO_TIME).once(f"{line} -bnr off", console="hmca1")
    assert (code, output.splitlines()) == (0, expected)


NOT_SIMULATED = [
    "lshostconnect -login", "lsfbvol -tier ssd", "lsioport -metrics", "resyncflash -freeze 1260:1262",
    "resyncflash -tgtinhibit 1260:1262", "rmflash -quiet -cp 1260:1262", "lsarray -cap 300",
    "failbackpprc -type mmir -suspend 1260:1260", "mkpprc -type mmir -cascade 1260:1260", "mkflash -tgtpprc 1262:1261",
    "mkuser -scope PUBLIC -pw s3cret-w0rd -group monitor x", "showfbvol -rank 1260", "showfbvol -metrics 1260",
    "showrank -metrics R0", "showioport -metrics I0030",
]  # fmt: skip


@pytest.mark.parametrize("line", NOT_SIMULATED)
def test_an_option_of_the_real_command_that_is_not_simulated_is_refused_as_such(line: str) -> None:
    """Not as a typing error: exit 6, and the option is named."""
    code, output = DscliUser(furnished(), IN_NO_TIME).once("-bnr", "off", *shlex.split(line), console="hmca1")
    assert code == 6
    assert re.fullmatch(r"CMUC00500E \w+: The simulated DS CLI knows -\w+ by name only\.\n", output)


@pytest.mark.parametrize("name", sorted([*hardware_lists.NOTHING, "lshba", "lsddm", "lsda", "lsframe", "lsserver"]))
def test_what_a_collector_asks_in_passing_is_answered(name: str) -> None:
    """From the inventory, or with nothing found: exit 0 in any case."""
    user = DscliUser(furnished(), IN_NO_TIME)
    code, output = user.once(name, "-bnr", "off", console="hmca1")
    assert code == 0
    assert output.startswith("CMUC00234I") is (name in hardware_lists.NOTHING)


@pytest.mark.parametrize("name", ["lshba", "lsddm", "lsda", "lsframe", "lsserver", "lsstgencl"])
def test_hardware_is_listed_for_an_image_or_its_unit(name: str) -> None:
    """`lshba IBM.2107-75FA120`; another array's is not managed by this console."""
    user = DscliUser(furnished(), IN_NO_TIME)
    assert user.once(name, "IBM.2107-75FA120", console="hmca1")[0] == 0
    code, output = user.once(name, "IBM.2107-75FA150", console="hmca1")
    assert (code, "CMUN00014E" in output) == (4, True)


def test_no_list_is_known_by_name_only() -> None:
    """A collector that walks through all lists meets an answer everywhere."""
    assert [name for name in KNOWN_BY_NAME if name.startswith("ls")] == []
    lists = [command for command in hardware_lists.COMMANDS if command.name.startswith("ls")]
    assert all(command.syntax.ids is not Ids.REQUIRED for command in lists)


def test_a_flash_copy_session_as_a_driver_pipes_it() -> None:
    """mkflash, lsflash -l, resyncflash, rmflash on one standard input."""
    user = DscliUser(furnished(), IN_NO_TIME)
    channel = user.start("-hmc1", "hmca1", "-user", "vcs", "-passwd", "x")
    for line in (
        "setenv -banner off -header on -format delim",
        "mkflash -dev IBM.2107-75FA120 -cp -persist -record -seqnum 00A1 -tgtse 1260:1262",
        "lsflash -dev IBM.2107-75FA120 -l 1260:1262",
        "resyncflash -dev IBM.2107-75FA120 -persist -record -cp 1260:1262",
        "resyncflash -dev IBM.2107-75FA120 -nocp -tgtpprc 1260:1262",
        "resyncflash -dev IBM.2107-75FA120 -persist -record 1260:1262",
        "rmflash -dev IBM.2107-75FA120 -quiet 1260:1262",
        "lsflash -dev IBM.2107-75FA120 -l 0000-FFFF",
        "quit",
    ):
        channel.send_line(line)
    user.site.run(120)
    assert channel.exit_code == 0
    lines = [line for line in channel.output.replace("dscli> ", "").splitlines()[2:] if line]
    assert [line.split(",")[0] for line in lines] == [
        "CMUC00137I mkflash: FlashCopy pair 1260:1262 successfully created.",
        "ID",
        "=" * len(",".join(columns.LSFLASH.long)),
        "1260:1262",
        "CMUC00168I resyncflash: FlashCopy volume pair 1260:1262 successfully resynchronized.",
        "CMUC00168I resyncflash: FlashCopy volume pair 1260:1262 successfully resynchronized.",
        NOT_RECORDED.line("resyncflash", id="1260:1262"),  # the second one recorded nothing any more
        "CMUC00140I rmflash: FlashCopy pair 1260:1262 successfully removed.",
        "CMUC00234I lsflash: No Flash Copy found.",
    ]
    assert lines[3].split(",")[2] == "A1"


def test_options_that_exclude_each_other_are_refused() -> None:
    """`-cp` beside `-nocp`."""
    user = DscliUser(furnished(), IN_NO_TIME)
    assert user.once("mkflash -wait -nocp 1260:1262", console="hmca1")[0] != 0
    code, output = user.once("mkflash -cp -nocp 1260:1262", console="hmca1")
    assert (code, "CMUC00008E" in output) == (2, True)


def test_a_flash_copy_that_is_waited_for_has_been_copied() -> None:
    user = DscliUser(furnished())
    assert user.once("mkflash -persist -wait 1260:1262", console="hmca1")[0] == 0
    code, output = user.once("lsflash -l -fmt delim -delim , -bnr off -hdr off 1260:1262", console="hmca1")
    assert (code, output.split(",")[11]) == (0, "0")
