"""The DS CLI's own profile on a host, and commands that its server holds."""

from __future__ import annotations

import pytest

from mirrordrill.simulator.dscli.consoles import HeldCommand
from mirrordrill.simulator.dscli.events import CommandExecuted, CommandHeld
from mirrordrill.simulator.dscli.messages import PAGE_PROMPT
from mirrordrill.simulator.dscli.session import DEFAULT_PROFILE
from mirrordrill.simulator.dscli.user_files import profile_text
from tests.dscli.consoles import DEVICES_B, DscliUser

LIST = "lspprc -s 1260-1261"


def with_profile(*lines: str) -> DscliUser:
    user = DscliUser()
    assert user.consoles.files.write("hostc", DEFAULT_PROFILE, profile_text(lines))
    return user


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["banner: off"], ["ID", "=========", "1260:1260", "1261:1261"]),
        (["banner: off", "header: off"], ["1260:1260", "1261:1261"]),
        (["banner off", "header off"], ["1260:1260", "1261:1261"]),
        (["banner: off", "format: stanza"], ["ID 1260:1260", "", "ID 1261:1261"]),
        (
            ["banner: off", "header: off", "verbose: on"],
            ["1260:1260", "1261:1261", "CMUC00501I lspprc: What -v adds to this answer is not simulated."],
        ),
        (["# banner: on", "banner: off", "header: off", "timeout: 300"], ["1260:1260", "1261:1261"]),
    ],
)
def test_a_list_is_printed_as_the_profile_of_the_host_says(lines: list[str], expected: list[str]) -> None:
    """dscli.md 1.3: one key and value a line; keys that the look-alike does not know are skipped."""
    _, output = with_profile(*lines).once(LIST)
    assert output.splitlines() == expected


def test_delimiter_and_full_ids_come_from_the_profile_too() -> None:
    """A program that splits at commas finds none."""
    user = with_profile("banner: off", "header: off", "format: delim", "delim: ;", "fullid: on")
    _, output = user.once("lspprc", "1260")
    assert output.startswith("IBM.2107-75FA120/1260:IBM.2107-75FA150/1260;Target Full Duplex;-;Metro Mirror;")


def test_the_profile_pages_at_the_prompt_until_the_session_says_otherwise() -> None:
    """`rows: 1` stops after each line; `setenv -paging off` ends that."""
    user = with_profile("paging: on", "rows: 1", "banner: off")
    channel = user.log_in()
    assert user.say(channel, LIST) == f"ID\n{PAGE_PROMPT}"
    channel.send_line("q")
    user.site.run(1)
    user.say(channel, "setenv -paging off")
    assert PAGE_PROMPT not in user.say(channel, LIST)


def test_the_command_line_wins_over_the_profile_and_a_named_profile_replaces_it() -> None:
    """dscli.md 1.3: the default profile is read where `-cfg` names none."""
    user = with_profile("header: off", "banner: off")
    assert user.once("-hdr", "on", LIST)[1].splitlines()[0] == "ID"
    user.consoles.files.write("hostc", "/root/other", "banner: off\n")
    assert user.once("-cfg", "/root/other", LIST)[1].splitlines()[0] == "ID"


def test_the_profile_of_one_host_is_not_that_of_another() -> None:
    """Each host has a file system of its own."""
    user = DscliUser()
    user.consoles.files.write("hostd", DEFAULT_PROFILE, "banner: off\n")
    assert user.once(LIST)[1].startswith("Date/Time")


def test_the_server_carries_a_held_command_out_although_its_sender_is_gone() -> None:
    """It is carried out when the hold is over, once, and the next one of its kind is not held."""
    user = DscliUser()
    user.consoles.hold_next(HeldCommand("hostc", "failoverpprc", 900))
    channel = user.log_in()
    channel.send_line(f"failoverpprc {DEVICES_B} -type mmir 1260:1260")
    user.site.run(10)
    channel.abort()
    user.site.run(800)
    assert user.site.views()[1] == "Target Full Duplex"
    assert [event.text() for event in user.site.events(CommandHeld)] == [
        f"failoverpprc {DEVICES_B} -type mmir 1260:1260  held for 900.000 s"
    ]
    user.site.run(200)
    assert user.site.views()[1] == "Suspended, Host Source"
    user.once(f"failoverpprc {DEVICES_B} -type mmir 1261:1261")
    assert user.site.views("1261")[1] == "Suspended, Host Source"
    assert len(user.site.events(CommandExecuted)) == 2


def test_other_commands_and_other_hosts_are_not_held() -> None:
    """A hold is for one verb of one host."""
    user = DscliUser()
    user.consoles.hold_next(HeldCommand("hostd", "lspprc", 900))
    user.consoles.hold_next(HeldCommand("hostc", "failoverpprc", 900))
    assert user.once(LIST)[0] == 0
    assert user.site.events(CommandHeld) == []
