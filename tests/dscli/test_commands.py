"""What each command prints, on both arrays, and what it does."""

from __future__ import annotations

from dataclasses import replace as dataclass_replace

import pytest

from mirrordrill.simulator.array.plan import VolumePlan
from tests.array.sites import A, B, Site, plan_of
from tests.dscli.consoles import DEVICES_A, DEVICES_B, DscliUser, rows

LSPPRC_B = """\
Date/Time: January 5, 2026 8:00:10 AM UTC IBM DSCLI Version: 7.8.24.11 DS: IBM.2107-75FA150
ID        State              Reason Type         SourceLSS Timeout (secs) Critical Mode First Pass Status
=========================================================================================================
1260:1260 Target Full Duplex -      Metro Mirror 12        unknown        Disabled      Invalid
1261:1261 Target Full Duplex -      Metro Mirror 12        unknown        Disabled      Invalid
"""

LSPPRC_A_DELIM = """\
ID,State,Reason,Type,SourceLSS,Timeout (secs),Critical Mode,First Pass Status
=============================================================================
1260:1260,Full Duplex,-,Metro Mirror,12,60,Disabled,Invalid
1261:1261,Full Duplex,-,Metro Mirror,12,60,Disabled,Invalid
"""

LSPPRCPATH_B = """\
Src Tgt State   SS   Port  Attached Port Tgt WWNN
=========================================================
12  12  Success FF12 I0231 I0030         5005076303FFC120
12  12  Success FF12 I0301 I0100         5005076303FFC120
"""

LSSI_DELIM = """\
Name|ID|Storage Unit|Model|WWNN|State|ESSNet
============================================
-|IBM.2107-75FA150|IBM.2107-75FA150|961|5005076303FFC150|Online|Enabled
"""


@pytest.mark.parametrize(
    ("console", "command", "expected"),
    [
        ("hmcb1", "lspprc 1260-1261", LSPPRC_B),
        ("hmca1", "lspprc -fmt delim -bnr off 1260 1261", LSPPRC_A_DELIM),
        ("hmca1", f"lspprc -fmt delim -bnr off -dev {A} -remotedev {B} 0000-FFFF", LSPPRC_A_DELIM),
        ("hmca1", "lspprc -fmt delim -bnr off 1260:1260 1261:1261", LSPPRC_A_DELIM),
        ("hmca1", "lspprc -bnr off -hdr off -s 1260-1261", "1260:1260\n1261:1261\n"),
        (
            "hmcb1",
            "lspprc -bnr off -hdr off -s -fullid 1260",
            "IBM.2107-75FA120/1260:IBM.2107-75FA150/1260\n",
        ),
        ("hmcb1", "lspprcpath -bnr off 00-FF", LSPPRCPATH_B),
        ("hmcb1", "lspprcpath -bnr off 13", "CMUC00234I lspprcpath: No Remote Mirror and Copy Path found.\n"),
        ("hmcb1", "lssi -bnr off -fmt delim -delim |", LSSI_DELIM),
        ("hmcb1", "lspprc -bnr off 1300", "CMUC00234I lspprc: No Remote Mirror and Copy found.\n"),
        ("hmcb1", "lspprc -bnr off -state suspended 1260", "CMUC00234I lspprc: No Remote Mirror and Copy found.\n"),
        ("hmcb1", "lslss -bnr off -hdr off", "12     0       1 fb              2\n"),
    ],
)
def test_lists_look_like_the_real_ones(console: str, command: str, expected: str) -> None:
    """Header, rule, padding, delimiters: dscli.md 1.9, 2.2, 5.2, 6."""
    user = DscliUser()
    channel = user.log_in(console)
    assert user.say(channel, command) == expected


def test_pairs_answer_one_line_each_in_the_order_given() -> None:
    """One that is refused does not keep the next from being carried out; the code says that not all went well."""
    user = DscliUser()
    code, output = user.once(f"failoverpprc {DEVICES_B} -type mmir 1261:1261 1262:1262 1260:1260")
    assert code == 4
    assert [line.split(":")[0] for line in output.splitlines()[1:]] == [
        "CMUC00196I failoverpprc",
        "CMUN03045E failoverpprc",
        "CMUC00196I failoverpprc",
    ]
    assert user.site.views() == ("Full Duplex", "Suspended, Host Source")


def test_a_round_trip_at_the_prompt() -> None:
    """Fail over and back at B, then home at A: the manual's migration, typed by hand."""
    user = DscliUser()
    at_b, at_a = user.log_in("hmcb1"), user.log_in("hmca1")
    pairs = "1260:1260 1261:1261"
    for channel, command, ids in (
        (at_b, f"failoverpprc {DEVICES_B} -type mmir {pairs}", "CMUC00196I"),
        (at_b, f"failbackpprc {DEVICES_B} -type mmir {pairs}", "CMUC00197I"),
        (at_a, f"failoverpprc {DEVICES_A} -type mmir {pairs}", "CMUC00196I"),
        (at_a, f"failbackpprc {DEVICES_A} -type mmir {pairs}", "CMUC00197I"),
    ):
        lines = user.say(channel, command).splitlines()[1:]
        assert [line.split()[0] for line in lines] == [ids, ids]
    assert user.site.views() == ("Full Duplex", "Target Full Duplex")


def test_ranges_of_pairs_are_written_out() -> None:
    """`1260-1261:1260-1261` is two pairs."""
    user = DscliUser()
    _, output = user.once(f"failoverpprc {DEVICES_B} -type mmir 1260-1261:1260-1261")
    assert output.count("CMUC00196I") == 2


def test_the_long_list_counts_tracks_and_dates_the_suspension() -> None:
    """Out Of Sync Tracks and Date Suspended at the array that owns the source."""
    user = DscliUser()
    user.site.storage.open_stream("app", 500, 10).start(A, ("1260", "1261"), "hosta")
    user.site.run(5)
    user.site.ask("pause", A)
    user.site.run(60)
    _, output = user.once("lspprc -l -fmt delim -hdr off -bnr off 1260", console="hmca1")
    cells = output.strip().split(",")
    assert cells[:4] == ["1260:1260", "Suspended", "Host Source", "Metro Mirror"]
    assert 300 <= int(cells[4]) <= 330


@pytest.mark.parametrize(("answer", "view"), [("y", "Simplex"), ("n", "Target Full Duplex")])
def test_removing_asks_first(answer: str, view: str) -> None:
    """Without -quiet there is a question, and it hangs whoever does not expect it (dscli.md trap 15)."""
    user = DscliUser()
    channel = user.log_in("hmcb1")
    asked = user.say(channel, f"rmpprc {DEVICES_B} -at tgt 1260:1260")
    assert asked.endswith("[y/n]: ")
    user.say(channel, answer)
    assert user.site.views()[1] == view


def test_a_failed_path_is_listed_as_failed() -> None:
    """One word, as scripts that count words expect."""
    user = DscliUser()
    user.site.storage.fabric.set_link("blue", is_up=False)
    _, output = user.once("lspprcpath", "12")
    assert [row.split()[2] for row in rows(output)] == ["Failed", "Failed"]


def test_without_power_volumes_are_inaccessible() -> None:
    """The console may answer for an array that cannot."""
    user = DscliUser()
    user.site.storage.set_power(B, is_on=False)
    code, output = user.once(f"failoverpprc {DEVICES_B} -type mmir 1260:1260")
    assert code == 4
    assert "CMUN03048E" in output
    _, output = user.once("lspprc 1260")
    assert "Volume Inaccessible" in output


def test_paths_are_removed_made_and_listed() -> None:
    """The way home of a failback: unused, so it goes without force; then it is defined again with one port pair."""
    user = DscliUser()
    channel = user.log_in()
    user.say(channel, "setenv -banner off")
    assert "CMUC00150I" in user.say(channel, f"rmpprcpath {DEVICES_B} -quiet 12:12")
    assert "CMUN03049E" in user.once(f"rmpprcpath {DEVICES_A} -quiet 12:12", console="hmca1")[1]
    code, output = user.once(
        "lsavailpprcport", "-bnr", "off", "-hdr", "off", "-remotewwnn", "5005076303FFC120", "12:12"
    )
    assert (code, output) == (
        0,
        "I0231      I0030         FCP  NA        NA\nI0301      I0100         FCP  NA        NA\n",
    )
    made = user.say(channel, f"mkpprcpath {DEVICES_B} -remotewwnn 5005076303FFC120 -srclss 12 -tgtlss 12 I0231:I0030")
    assert made == "CMUC00149I mkpprcpath: Remote Mirror and Copy path 12:12 successfully established.\n"
    assert len(rows(user.once("lspprcpath 12")[1])) == 1


def test_a_freeze_answers_per_lss_pair() -> None:
    """Suspended by freeze at the source, the path gone, the target not told."""
    user = DscliUser()
    code, output = user.once(f"freezepprc {DEVICES_A} 12:12 13:13", console="hmca1")
    assert code == 4
    assert [line.split()[0] for line in output.splitlines()[1:]] == ["CMUC00161I", "CMUN03040E"]
    assert user.site.views() == ("Suspended, Freeze", "Target Full Duplex")
    assert "CMUC00198I" in user.once(f"unfreezepprc {DEVICES_A} 12:12", console="hmca1")[1]


@pytest.mark.parametrize(
    ("console", "command", "views"),
    [
        ("hmca1", f"pausepprc {DEVICES_A} 1260:1260", ("Suspended, Host Source", "Target Suspended, Update Target")),
        (
            "hmcb1",
            f"pausepprc {DEVICES_B} -at tgt 1260:1260",
            ("Suspended, Host Target", "Target Suspended, Host Target"),
        ),
        ("hmcb1", f"pausepprc {DEVICES_B} -at tgt 1260", ("Suspended, Host Target", "Target Suspended, Host Target")),
        ("hmcb1", f"pausepprc {DEVICES_B} 1260:1260", ("Full Duplex", "Target Full Duplex")),
        ("hmca1", f"rmpprc {DEVICES_A} -quiet 1260:1260", ("Simplex", "Simplex")),
        ("hmcb1", f"rmpprc {DEVICES_B} -quiet -at tgt 1260", ("Suspended, Simplex Target", "Simplex")),
    ],
)
def test_the_end_that_is_asked_makes_a_difference(console: str, command: str, views: tuple[str, str]) -> None:
    """`-at src` is the default; a target asked as a source refuses."""
    user = DscliUser()
    user.once(command, console=console)
    assert user.site.views() == views


def test_waiting_holds_the_answer_until_the_copy_has_ended() -> None:
    """`-wait` blocks the session (dscli.md trap 19); 100 changed tracks at 100 a second take a second more."""
    user = DscliUser()
    user.site.ask("pause", A)
    stream = user.site.storage.open_stream("app", 500, 100)
    stream.start(A, ("1260", "1261"), "hosta")
    user.site.run(20)
    stream.stop()
    channel = user.log_in("hmca1")
    assert user.say(channel, f"resumepprc {DEVICES_A} -type mmir -wait 1260:1260", 4) == ""
    user.site.run(6)
    assert "CMUC00158I" in channel.output
    assert user.site.views() == ("Full Duplex", "Target Full Duplex")


def test_flash_copies_are_made_listed_and_removed() -> None:
    """One line per pair; nothing found is a success."""
    plan = plan_of()
    extra = (VolumePlan("1360", 1000),)
    images = tuple(dataclass_replace(image, volumes=image.volumes + extra) for image in plan.images)
    user = DscliUser(Site(dataclass_replace(plan, images=images)))
    channel = user.log_in()
    user.say(channel, "setenv -banner off -header off -format delim")
    assert user.say(channel, "mkflash -record 1260:1360") == (
        "CMUC00137I mkflash: FlashCopy pair 1260:1360 successfully created.\n"
    )
    assert user.say(channel, "lsflash 1260").startswith("1260:1360,12,0,60,Disabled,Enabled,Enabled,Disabled,")
    assert "CMUC00168I" in user.say(channel, "resyncflash -record -persist 1260:1360")
    assert user.say(channel, "rmflash -quiet 1260:1360").startswith("CMUC00140I")
    assert user.say(channel, "lsflash 1260") == "CMUC00234I lsflash: No Flash Copy found.\n"
