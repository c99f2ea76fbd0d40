"""Captures as people make them: pasted, cut, from other releases, and now and then not matching main.cf."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.array.mirror.states import PairType, Reason, View
from mirrordrill.simulator.array.plan import PairPlan
from mirrordrill.simulator.config.model import Position
from mirrordrill.simulator.config.problems import Severity
from mirrordrill.simulator.site.capture.mirror import Mirror, MirrorSide
from mirrordrill.simulator.site.capture.opinions import COUNTERPART
from mirrordrill.simulator.site.capture.reader import read_capture, read_captures
from mirrordrill.simulator.site.capture.rows import Capture, ImageRow, ListKind, PairRow, PathRow, VolumeRow
from mirrordrill.simulator.site.capture.start import Outcome, start_state

A, B, C = "IBM.2107-75FA120", "IBM.2107-75FA150", "IBM.2107-75FA170"
PLACE = Position("main.cf", 7, 3)
NEAR = MirrorSide("oragrp", "m", ("hosta",), A, B, ("1260",), PLACE, starts_here=True)
FAR = MirrorSide("oragrp", "m", ("hostc",), B, A, ("2260",), PLACE, starts_here=False)
MIRROR = Mirror([NEAR, FAR])

BANNER = "Date/Time: June 26, 2024 7:21:54 PM CST IBM DSCLI Version: 7.9.33.112 DS: "
HEADER = "ID        State       Reason Type         SourceLSS Timeout (secs) Critical Mode First Pass Status"
RULE = "=" * len(HEADER)
ROW = "1260:2260 Full Duplex -      Metro Mirror 12        60             Disabled      Invalid"
TARGET_ROW = "1260:2260 Target Full Duplex -      Metro Mirror 12        unknown        Disabled      Invalid"
PAIR = PairRow(PLACE, A, "", "1260", "", "2260", View.FULL_DUPLEX, "-", PairType.METRO_MIRROR)


def read(text: str) -> Capture:
    capture, problems = read_capture(text, "c.txt")
    assert [str(problem) for problem in problems] == []
    return capture


@pytest.mark.parametrize(
    "text",
    [
        f"{BANNER}{A}\n{HEADER}\n{RULE}\n{ROW}\n",
        f"\ufeff{BANNER}{A}\r\n{HEADER}\r\n{RULE}\r\n{ROW}\r\n\r\n",
        f"dscli> lspprc -dev {A} 1260\n{BANNER}-\n{HEADER}\n{RULE}\n{ROW}\ndscli> \ndscli>quit",
        f"# dscli -hmc1 h -user u -pwfile f lspprc -dev {A} -bnr off -hdr off 1260\n{ROW}",
        f'$ /opt/ibm/dscli/dscli -cfg p "lspprc -dev {A} -hdr off 1260"\n{ROW}',
        f"Enter your username: admin\nEnter your password:\ndscli> dscli> {BANNER}{A}\n{ROW}\n",
        f"{BANNER}{A}\nID|State|Reason|Type|SourceLSS\n{'=' * 30}\n1260:2260|Full Duplex|-|Metro Mirror|12\n",
        f"lspprc -dev {A} -fmt delim -hdr off 1260\n1260:2260,Full Duplex,-,Metro Mirror,12,60,Disabled,Invalid",
        f"{BANNER}{A}\n1260:2260\tFull Duplex\t-\tMetro Mirror\t12\n",
        # columns may stand in any order, and there may be more of them
        f"{BANNER}{A}\nID;State;Reason;Extra;Type\n====\n1260:2260;Full Duplex;-;x;Metro Mirror",
        # lists of other commands in between
        f"{BANNER}{A}\nID WWPN State Type topo portgrp\n=====\nI0030 50050763040317EA Online FC-SW SCSI 0\n"
        f"{BANNER}{A}\n{HEADER}\n{RULE}\n{ROW}\n",
        f"dscli> lslss\nID Group addrgrp\n12 0 0\ndscli> lspprc -dev {A} 1260\n{ROW}",
    ],
)
def test_one_pair_however_it_was_captured(text: str) -> None:
    """Banners, headers, rules, prompts, echoed commands and line ends come and go; the pair is the same."""
    assert read(text).pairs == (PAIR,)


def test_a_state_with_blanks_is_one_state() -> None:
    """`Target Copy Pending`, `Internal Conditions Target`: the default format cannot be split at blanks."""
    rows = read(f"{BANNER}{B}\n1260:2260 Target Suspended Internal Conditions Target Metro Mirror 12 unknown\n").pairs
    assert [(row.view, row.reason) for row in rows] == [(View.TARGET_SUSPENDED, "Internal Conditions Target")]


def test_the_array_of_a_qualified_row_follows_from_its_role() -> None:
    """Relations are listed source:target on both arrays; the state says who is speaking."""
    ids = f"{A}/1260:{B}/2260"
    rows = read(f"{ids} Full Duplex - Metro Mirror {A}/12\n{ids} Target Full Duplex - Metro Mirror {A}/12\n").pairs
    assert [row.image for row in rows] == [A, B]


def test_the_samples_of_the_reference_are_read() -> None:
    """Headers and rows that were seen in public (reference dscli.md 5.2 and 6)."""
    capture = read(
        f"""{BANNER}-
Name|ID|Storage Unit|Model|WWNN|State|ESSNet|Volume Group|desc
=====
DS8870-1_X|IBM.2107-75DWA61|IBM.2107-75DWA60|961|5005076306FFD5C1|Online|Enabled|IBM.2107-75DWA61/V0|-
{BANNER}{A}
Name,ID,accstate,datastate,configstate,deviceMTM,datatype,extpool,cap (2^30B),cap (10^9B),cap (blocks)
=====
perftest0000,0000,Online,Normal,Normal,2107-900,FB 512,P0,100.0,-,209715200
{BANNER}{A}
Src Tgt State   SS   Port  Attached Port Tgt WWNN
=========================================================
10  20  Success FF20 I0030 I0231         5005076304FFD7EA
10  20  Failed  FF20 I0100 I0301         5005076304FFD7EA
"""
    )
    assert capture.images == (ImageRow(PLACE, "IBM.2107-75DWA61", "DS8870-1_X", "961", "5005076306FFD5C1"),)
    assert capture.volumes == (VolumeRow(PLACE, A, "0000", 209715200),)
    path = PathRow(PLACE, A, "10", "", "20", True, "I0030", "I0231", "5005076304FFD7EA")
    assert capture.paths == (path, replace(path, is_up=False, port="I0100", attached_port="I0301"))


def test_nothing_found_is_said_of_the_right_list() -> None:
    """Code 0 and CMUC00234I: the array was asked and has none; another command's is not ours."""
    text = f"{BANNER}{A}\nCMUC00234I lspprc: No Remote Mirror and Copy found.\n{BANNER}{A}\n"
    empty = read(text + "CMUC00234I lsflash: No Flash Copy found.\n").empty
    assert [(each.kind, each.image) for each in empty] == [(ListKind.PAIRS, A)]


TERMINAL = f"""Script started on 2026-11-27 09:00:00+01:00 [TERM="xterm"]
\x1b]0;root@hosta: ~\x07\x1b[1;32m[root@hosta ~]#\x1b[0m uname -a
Linux hosta 5.14
[root@hosta ~]# dscli -hmc1 hmca -user admin -pwfile /pw lsprrc\b\b\b\b\x1b[Kpprc -dev {A} 0000-FFFF
{BANNER}
{HEADER}
{RULE}
{ROW}
[root@hosta ~]# exit
logout
Script done on 2026-11-27 09:01:00+01:00
"""


@pytest.mark.parametrize("prompt", ["[root@hosta ~]#", "hosta:~ $", "root@hosta:/opt>", "#", "$", "hosta%"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_log_of_a_terminal(prompt: str, end: str) -> None:
    """As `script` keeps it: prompts, colours, a corrected slip, other programs, carriage returns."""
    text = TERMINAL.replace("[root@hosta ~]#", prompt).replace("\n", end)
    capture, problems = read_capture(text, "typescript")
    assert problems == ()
    assert [(row.image, row.source, row.view) for row in capture.pairs] == [(A, "1260", View.FULL_DUPLEX)]


@pytest.mark.parametrize(
    "prompt",
    [
        "root@hosta [/opt/ibm] > ",
        "hosta root 12> ",
        "(root)hosta:/> ",
        "PS C:\\Users\\adm> ",
        "[09:02] root@hosta:~$ ",
        "bash-5.1# ",
        "\u279c  ~ ",
        "\u250c\u2500[root@hosta]\u2500[~]\n\u2514\u2500\u2500\u257c # ",
        "hosta (prod) ? ",
    ],
)
def test_any_prompt_is_known_by_the_dscli_behind_it(prompt: str) -> None:
    """And what is typed behind the same prompt later is a command, too, whatever it is."""
    call = f"dscli -hmc1 h lspprc -dev {A} 1260\n{BANNER}{A}\n{HEADER}\n{RULE}\n{ROW}\n"
    text = f"{prompt}{call}{prompt.replace('12', '13')}date\nFri Nov 27\n{prompt.replace('12', '14')}\n"
    assert [(row.image, row.source) for row in read(text).pairs] == [(A, "1260")]


LIST = f"{BANNER}{A}\n{HEADER}\n{RULE}\n{ROW}\n{ROW.replace('1260:2260', '1261:2261')}\n"


@pytest.mark.parametrize(
    "text",
    [
        LIST.replace(f"\n{ROW}", f"\n--More--\n{ROW}"),
        LIST.replace(f"\n{ROW}", f"\n--More--\r        \r{ROW}"),
        LIST.replace(f"\n{ROW}", f"\nPress Enter To Continue...\n{ROW}"),
        LIST.replace(f"\n{ROW}", f"\n:\n{ROW}") + "(END)\n",
        f"=~=~= PuTTY log 2026.11.27 =~=~=\nlogin as: root\nroot@hosta's password:\n*** Authorized only ***\n{LIST}",
        f"Dear colleague,\nas you asked:\n\n{LIST}",
        "".join(f"> {line}\n" for line in LIST.splitlines()),
        "".join(f"2026-11-27 09:02:31 {line}\n" for line in LIST.splitlines()),
        "".join(f"[2026-11-27T09:02:31.123+01:00] {line}\n" for line in LIST.splitlines()),
        LIST.replace("Date/Time: June 26, 2024 7:21:54 PM CST", "Datum/Uhrzeit: 26. Juni 2024 19:21:54 CST"),
        LIST + "exit\nlogout\nConnection to hosta closed.\n",
        LIST.replace(" First Pass Status", "").replace("Invalid", ""),
    ],
)
def test_what_a_terminal_a_pager_or_a_mail_puts_around_a_list(text: str) -> None:
    """It is read past, and nothing of the list is lost."""
    assert [(row.image, row.source) for row in read(text).pairs] == [(A, "1260"), (A, "1261")]


@pytest.mark.parametrize("width", [58, 61, 64, 70])
def test_a_command_that_is_wider_than_its_list(width: int) -> None:
    """Nothing of the list shows how wide the window was; the rest of the command is no row, and names the array."""
    paths = "Src Tgt State   SS   Port  Attached Port Tgt WWNN\n" + "=" * 57
    row = "12  22  Success FF20 I0030 I0231         5005076304FFD7EA"
    command = f"[root@hosta ~]# dscli -hmc1 h -pwfile /etc/pw lspprcpath -bnr off -dev {A} 12"
    text = f"{command[:width].rstrip()}\n{command[width:]}\n{paths}\n{row}\n# "
    assert [(each.image, each.source_lss) for each in read(text).paths] == [(A, "12")]


def test_the_columns_of_a_delimited_list_may_stand_in_any_order() -> None:
    """Its header names them."""
    text = f"{BANNER}{A}\nType;ID;Reason;State\n====\nMetro Mirror;1260:2260;-;Full Duplex\n"
    assert read(text).pairs == (PAIR,)


def test_a_message_of_another_part_of_the_dscli_is_an_error_too() -> None:
    """`CMMCI9001E` of its client, not only those of the array."""
    _, (problem,) = read_capture(f"{LIST}CMMCI9001E The server cannot be reached.\n", "c.txt")
    assert "CMMCI9001E" in problem.message


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("edge", ["kept", "stripped"])
def test_lines_that_a_narrow_window_wrapped(width: int, edge: str) -> None:
    """The rule below the header shows how wide it was; blanks at the edge are not in a copy of it."""
    rows = f"{ROW}\n{ROW.replace('1260:2260', '1261:2261')}"
    shown = f"[root@hosta ~]# dscli lspprc 0000-FFFF\n{BANNER}{A}\n{HEADER}\n{RULE}\n{rows}\n# "
    parts = [line[at : at + width] for line in shown.split("\n") for at in range(0, max(len(line), 1), width)]
    found = read_capture("\n".join(part.rstrip() if edge == "stripped" else part for part in parts), "copied")[0]
    assert [(row.image, row.source) for row in found.pairs] == [(A, "1260"), (A, "1261")]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (f"{HEADER}\n{RULE}\n{ROW}\n1261:2261 Half Duplex - Metro Mirror", 4, "no line of lspprc: '1261:2261 H"),
        ("ID,State,Reason,Type\n====\n1260:2260,Full Duplex,-,Metro Magic\n", 3, "'Metro Magic' is no type of a pair"),
        ("ID,State,Reason\n====\n1260:2260,Full Duplex,-\n", 3, "there is no column Type"),
        ("ID,State,Reason,Type\n====\n1260:22600,Full Duplex,-,Metro Mirror\n", 3, "is no pair of volume ids"),
        ("x" + " 1260 Online 2107-900 FB 512" * 9999, 1, "lsfbvol: 'x 1260"),
        ("hello 1260:2260\n", 1, "this is no line of lspprc, lspprcpath, lssi, lsfbvol: 'hello 1260:2260'"),
        (f"dscli> lspprc\n{HEADER}\n{RULE}\n{ROW}\nhello\n", 5, "this is no line of lspprc: 'hello'"),
        ("# dscli lspprc -fmt stanza\nID    1260:2260\nState Full Duplex\n", 1, "in the format stanza"),
        ("dscli> lspprc -fmt xml\n<x>\n", 1, "in the format xml"),
        ("1260:2260\x1b[2J Full Duplex\n", 1, "'1260:2260 Full Duplex'"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_quoted_with_its_place(text: str, line: int, said: str) -> None:
    """Never guessed at, and with what to do."""
    _, problems = read_capture(text, "c.txt")
    assert [(problem.position.file, problem.position.line) for problem in problems] == [("c.txt", line)]
    assert said in problems[0].message
    assert problems[0].hint


def test_an_error_of_the_dscli_is_no_list() -> None:
    """The list that is missing is told, with the message that came instead."""
    _, (problem,) = read_capture("CMUN00018E lspprc: Unable to connect to the management console server\n", "c.txt")
    assert "CMUN00018E" in problem.message


def test_files_that_hold_nothing_are_told(tmp_path: Path) -> None:
    """A capture of the wrong thing would otherwise be a healthy site."""
    (tmp_path / "empty").write_text("dscli> ver\nDSCLI 7.8\n")
    (tmp_path / "binary").write_bytes(b"\x00\x01")
    _, problems = read_captures([tmp_path / "empty", tmp_path / "binary", tmp_path / "none"])
    for said, problem in zip(("holds no list", "not a text file", "cannot read"), problems, strict=True):
        assert said in problem.message


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(
                [BANNER + A, BANNER, HEADER, RULE, ROW, TARGET_ROW, "dscli> lspprc -dev '", "dscli> ", ",,,,"]
            ),
        ),
        max_size=12,
    )
)
def test_no_text_ends_in_a_traceback(lines: list[str]) -> None:
    """Whatever was captured: rows, or problems with places."""
    capture, problems = read_capture("\n".join(lines), "c.txt")
    outcome = start_state(capture, MIRROR)
    assert all(problem.position.line >= 1 for problem in (*problems, *outcome.problems))


def started(*rows: PairRow) -> Outcome:
    return start_state(Capture(pairs=rows), MIRROR)


def other(row: PairRow, view: View, reason: str = "-") -> PairRow:
    """What B says of the same pair."""
    return replace(row, image=B, view=view, reason=reason)


def test_two_opinions_make_a_pair() -> None:
    """A broke off without a word; B still believes in the duplex."""
    broken = replace(PAIR, view=View.SUSPENDED, reason="Internal Conditions Target")
    outcome = started(broken, other(PAIR, View.TARGET_FULL_DUPLEX))
    views = View.SUSPENDED, View.TARGET_FULL_DUPLEX, Reason.INTERNAL_CONDITIONS_TARGET, Reason.NONE
    assert outcome.start.pairs == (PairPlan(A, "1260", B, "2260", *views),)
    assert [problem.severity for problem in outcome.problems] == [Severity.NOTE]
    assert [finding.cause for finding in outcome.start.findings] == ["pair 1260:2260 is suspended"]
    assert outcome.assumptions == ("pairs that start suspended: 1; both copies are taken to hold the same data",)


def test_after_a_failover_both_arrays_are_sources() -> None:
    """B's row names the ends the other way round; it is the same pair."""
    taken_over = PairRow(PLACE, B, "", "2260", "", "1260", View.SUSPENDED, "Host Source", PairType.METRO_MIRROR)
    (pair,) = started(PAIR, taken_over).start.pairs or ()
    assert (pair.source_view, pair.target_view) == (View.FULL_DUPLEX, View.SUSPENDED)


@pytest.mark.parametrize(
    ("known", "made_up"), COUNTERPART.items(), ids=lambda pair: f"{pair[0].value}, {pair[1].value}"
)
def test_an_array_that_was_not_captured_gets_the_opinion_that_belongs_to_the_others(
    known: tuple[View, Reason], made_up: tuple[View, Reason]
) -> None:
    """And the assumption is told."""
    view, reason = known
    own, peer = (B, A) if view.is_target else (A, B)
    outcome = started(replace(PAIR, image=own, view=view, reason=reason.value))
    (pair,) = outcome.start.pairs or ()
    said = (pair.source_view, pair.source_reason), (pair.target_view, pair.target_reason)
    assert said == ((made_up, known) if view.is_target else (known, made_up))
    assert any(f"{peer} was not captured" in sentence for sentence in outcome.assumptions)


@pytest.mark.parametrize(
    ("rows", "severity", "said"),
    [
        ((replace(PAIR, target_image=C),), "error", f"1260 is paired with {C}/2260; m expects {B}"),
        ((replace(PAIR, source="1261", target="2261"),), "warning", "volume 1260 of m is in no pair"),
        ((replace(PAIR, pair_type=PairType.GLOBAL_COPY),), "warning", "Global Copy, which the agent does not support"),
        ((PAIR, replace(PAIR, view=View.COPY_PENDING)), "warning", "something else than at main.cf:7:3"),
        ((replace(PAIR, image="", source="9999"),), "error", "it cannot be told which array"),
        ((PAIR, replace(PAIR, image=B, source="1", target="3333", view=View.TARGET_FULL_DUPLEX)), "error", "half a"),
        ((replace(PAIR, source="2260", target="1260", view=View.TARGET_FULL_DUPLEX),), "warning", "1260 is a target"),
        ((PAIR, replace(PAIR, image=B, source="1261", view=View.TARGET_FULL_DUPLEX)), "error", "pairs that with 1261"),
        ((replace(PAIR, source="2260", target="1260", view=View.TARGET_FULL_DUPLEX),
          other(PAIR, View.TARGET_FULL_DUPLEX)), "error", "both arrays hold the target"),
    ],
)  # fmt: skip
def test_what_does_not_match_is_told_with_its_place(rows: tuple[PairRow, ...], severity: str, said: str) -> None:
    """Captures against main.cf, and captures against each other."""
    found = [problem for problem in started(*rows).problems if said in problem.message]
    assert [problem.severity.value for problem in found] == [severity]
    assert found[0].position.line == 7


def test_the_array_of_a_plain_row_follows_from_the_volume_ids_where_they_differ() -> None:
    """1260 is on A only, 2260 on B only."""
    (pair,) = (
        started(replace(PAIR, image=""), replace(other(PAIR, View.TARGET_FULL_DUPLEX), image="")).start.pairs or ()
    )
    assert (pair.source_image, pair.target_image) == (A, B)


@pytest.mark.parametrize(
    ("volumes", "said"),
    [
        ((VolumeRow(PLACE, A, "1261", 128),), "volume 1260 of m is not among those"),
        ((VolumeRow(PLACE, A, "1260", 128), VolumeRow(PLACE, B, "2260", 256)), "a pair of different sizes"),
    ],
)
def test_volumes_against_lsfbvol(volumes: tuple[VolumeRow, ...], said: str) -> None:
    """Ids that the array does not have, and ends that do not fit together."""
    outcome = start_state(Capture(pairs=(PAIR,), volumes=volumes), MIRROR)
    assert said in next(problem.message for problem in outcome.problems if problem.severity.value == "error")


def test_one_measured_end_is_enough() -> None:
    """Both ends of a pair have the same size; a part of a track takes a whole one."""
    outcome = start_state(Capture(pairs=(PAIR,), volumes=(VolumeRow(PLACE, A, "1260", 129),)), MIRROR)
    assert outcome.start.size_tracks == {(A, "1260"): 2, (B, "2260"): 2}


def test_nothing_captured_leaves_everything_to_the_defaults() -> None:
    """And says nothing about it here: the site does."""
    outcome = start_state(Capture(), MIRROR)
    assert (outcome.start.pairs, outcome.start.routes, outcome.problems, outcome.assumptions) == (None, None, (), ())


def test_ids_of_the_other_side_in_volids_are_told_as_swapped() -> None:
    """Where the ids differ between the arrays, each side names its own; the far array's list shows the slip."""
    sides = [replace(NEAR, volumes=("2260",)), replace(FAR, volumes=("1260",))]
    both = read(f"{BANNER}{A}\n{ROW}\n{BANNER}{B}\n{TARGET_ROW}\n")
    found = start_state(both, Mirror(sides)).problems
    said = [problem for problem in found if "is in no pair that" in problem.message]
    assert len(said) == 2
    assert all("are the sides swapped?" in problem.hint for problem in said)
