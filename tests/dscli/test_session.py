"""How the program behaves: modes, log-in, consoles, exit codes, and users who go away."""

from __future__ import annotations

import pytest

from mirrordrill.simulator.dscli.accounts import digest_of
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.consoles import CommandRequest, Fate, Interception, Reach, Stage
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.dscli.site_values import UserGroup
from mirrordrill.simulator.dscli.user_files import write_records
from mirrordrill.simulator.kernel.kernel import Kernel
from tests.array.sites import A, B
from tests.dscli.consoles import DEVICES_B, DscliUser

LOGIN_BANNER = "Date/Time: January 5, 2026 8:00:03 AM UTC IBM DSCLI Version: 7.8.24.11 DS: IBM.2107-75FA150\n\n"


def test_an_interactive_session_greets_prompts_answers_and_ends() -> None:
    """Banner at log-in and before each answer; the prompt has a blank behind it (dscli.md 1.4)."""
    user = DscliUser()
    channel = user.log_in()
    assert channel.output == LOGIN_BANNER + "dscli> "
    assert channel.is_waiting_for_input
    assert user.say(channel, "quit") == ""
    assert channel.exit_code == 0


@pytest.mark.parametrize("command", [["ver"], ["ver -bnr on"], ["ver", "-l"]])
def test_a_single_command_comes_as_words_or_as_one_argument(command: list[str]) -> None:
    """`dscli ... "lshba -fmt delim -hdr off"` works (dscli.md 1.1); `DS: -` for what concerns no array."""
    code, output = DscliUser().once(*command)
    assert code == 0
    assert output.splitlines()[0].endswith("DS: -")
    assert output.splitlines()[1] == "DSCLI 7.8.24.11"


def test_commands_come_through_a_pipe() -> None:
    """Everything typed ahead is answered; the end of the input ends the session."""
    user = DscliUser()
    channel = user.start("-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p")
    for line in ("setenv -banner off -header off -format delim", "lspprc 1260", "# a comment", "", "lspprc 1261"):
        channel.send_line(line)
    channel.hang_up()
    user.site.run(60)
    assert channel.exit_code == 0
    answers = [line for line in channel.output.replace("dscli> ", "").splitlines()[2:] if line]
    assert answers == [f"126{n}:126{n},Target Full Duplex,-,Metro Mirror,12,unknown,Disabled,Invalid" for n in range(2)]


def test_what_is_not_given_is_asked() -> None:
    """Consoles, user, password, in this order (dscli.md 1.4)."""
    user = DscliUser()
    channel = user.start()
    for answer in ("hmcb1", "", "vcs", "secret"):
        user.say(channel, answer, 5)
    assert channel.output.startswith(
        "Enter the primary management console IP address: Enter the secondary management console IP address: "
        "Enter your username: Enter your password: Date/Time: "
    )


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (["-hmc1", "nowhere", "-user", "vcs", "-pwfile", "p", "ver"], 3, "CMUN00018E"),
        (["-hmc1", "hmcb1", "-user", "stranger", "-pwfile", "p", "ver"], 5, "CMUC00191E"),
        (["-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "lspprk"], 2, "CMUC00002E"),
        (["-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "lspprc", "-bogus", "1260"], 2, "CMUC00003E"),
        (["-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "lspprc"], 2, "CMUC00007E"),
        (["-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "lspprc", "126"], 2, "CMUC00005E"),
        (["-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", 'lspprc "1260'], 2, "CMUC00010E"),
        (["-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "failoverpprc", "1260:1260"], 2, "CMUC00006E"),
        (["-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "lspprc", "-s", "-l", "1260"], 2, "CMUC00008E"),
        (["-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "lspprc", "-dev", A, "1260"], 4, "CMUN00014E"),
        (["-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "mkarray", "x"], 6, "CMUC00500E"),
        (["-bogus"], 2, "CMUC00003E"),
        (["-hmc1"], 2, "CMUC00004E"),
    ],
)
def test_exit_codes_tell_whose_fault_it_is(argv: list[str], code: int, message: str) -> None:
    """dscli.md 1.5: 2 syntax, 3 connection, 4 server, 5 authentication, 6 the program itself."""
    user = DscliUser()
    channel = user.start(*argv)
    user.site.run(60)
    assert (channel.exit_code, message) == (code, message if message in channel.output else channel.output)


@pytest.mark.parametrize(("reach", "at_least_s"), [(Reach.REFUSING, 1), (Reach.SILENT, 30)])
def test_the_second_console_takes_over(reach: Reach, at_least_s: float) -> None:
    """At a price in time that depends on how the first one is dead."""
    user = DscliUser()
    user.consoles.set_reach("hmcb1", reach)
    channel = user.start("-hmc1", "hmcb1", "-hmc2", "hmcb2", "-user", "vcs", "-pwfile", "p", "ver")
    user.site.run(at_least_s + 1.9)
    assert channel.exit_code is None
    user.site.run(10)
    assert channel.exit_code == 0


def test_a_console_that_dies_during_a_session_fails_the_command_and_not_the_mirror() -> None:
    """It is not in the data path."""
    user = DscliUser()
    channel = user.log_in()
    user.consoles.set_reach("hmcb1", Reach.REFUSING)
    assert "CMUN00018E" in user.say(channel, f"failoverpprc {DEVICES_B} -type mmir 1260:1260")
    assert user.site.views() == ("Full Duplex", "Target Full Duplex")


def test_a_command_is_carried_out_although_its_user_has_gone() -> None:
    """Once sent, it is the array's business."""
    user = DscliUser()
    channel = user.log_in()
    channel.send_line(f"failoverpprc {DEVICES_B} -type mmir 1260:1260")
    user.site.run(0.01)
    channel.abort()
    user.site.run(5)
    assert user.site.views()[1] == "Suspended, Host Source"
    assert "CMUC00196I" not in channel.output


def test_the_effect_comes_before_the_answer() -> None:
    """Whoever dies in between leaves an array that has done it."""
    user = DscliUser()
    channel = user.log_in()
    channel.send_line(f"failoverpprc {DEVICES_B} -type mmir 1260:1260")
    user.site.run(0.15)
    assert user.site.views()[1] == "Suspended, Host Source"
    assert "CMUC00196I" not in channel.output
    user.site.run(1)
    assert "CMUC00196I" in channel.output


@pytest.mark.parametrize(
    ("stage", "verdict", "heard", "carried_out"),
    [
        (Stage.BEFORE_EXECUTION, Interception(Fate.LOST), "", False),
        (Stage.BEFORE_ANSWER, Interception(Fate.LOST), "", True),
        (Stage.BEFORE_ANSWER, Interception(Fate.CUT, "CMUC001"), "CMUC001CMUN00019E", True),
        (Stage.BEFORE_EXECUTION, Interception(Fate.REPLACED, "CMUN09999E busy\n"), "CMUN09999E", False),
        (Stage.BEFORE_ANSWER, Interception(delay_s=5.0), "CMUC00196I", True),
    ],
)
def test_faults_sit_between_command_and_answer(
    stage: Stage, verdict: Interception, heard: str, carried_out: bool
) -> None:
    """Lost before or after, cut, replaced, slow: one place for all of them."""
    user = DscliUser()
    channel = user.log_in()

    def interceptor(at: Stage, request: CommandRequest) -> Interception:
        return verdict if at is stage and request.changes_pairs else Interception()

    user.consoles.add_interceptor(interceptor)
    answer = user.say(channel, f"failoverpprc {DEVICES_B} -bnr off -type mmir 1260:1260")
    assert answer.startswith(heard)
    assert bool(answer) == bool(heard)
    assert (user.site.views()[1] == "Suspended, Host Source") is carried_out


def test_the_log_tells_of_commands_without_secrets_or_decoration() -> None:
    """Who, where, what, and with which message."""
    user = DscliUser()
    user.once("failoverpprc", *DEVICES_B.split(), "-fmt", "delim", "-bnr", "off", "-type", "mmir", "1260:1260")
    (event,) = user.site.events(CommandExecuted)
    assert event == CommandExecuted(
        host="hostc",
        user="vcs",
        console="hmcb1",
        array=B,
        verb="failoverpprc",
        command=f"failoverpprc {DEVICES_B} -type mmir 1260:1260",
        changes_pairs=True,
        outcomes=("CMUC00196I",),
    )
    assert event.where() == "hostc dscli"


def test_a_session_takes_the_time_that_was_measured() -> None:
    """About 3.4 s for log-in and one list (dscli.md 1.8)."""
    user = DscliUser()
    channel = user.start("-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "lspprc", "1260")
    user.site.run(2.2)
    assert channel.exit_code is None
    user.site.run(2.8)
    assert channel.exit_code == 0


def test_the_channel_says_when_the_program_waits() -> None:
    """The bridge to real processes lets time stand still until then."""
    kernel = Kernel()
    waits: list[str] = []
    channel = Channel(kernel, on_waiting_for_input=lambda: waits.append("waiting"))
    channel.send_line("typed ahead")
    assert channel.read_line().value == "typed ahead"
    assert waits == []
    event = channel.read_line()
    assert waits == ["waiting"]
    channel.send_line("late")
    assert event.value == "late"
    channel.hang_up()
    assert channel.read_line().value is None


def test_a_profile_says_what_the_command_line_does_not() -> None:
    """Key, colon or blank, value; the command line wins (dscli.md 1.3)."""
    user = DscliUser()
    text = "# my profile\nhmc1: hmcb1\nusername vcs\npwfile:\t/root/pw\nbanner: off\nformat: delim\nunknown: 1\n"
    user.consoles.files.write("hostc", "/root/p", text)
    channel = user.start("-cfg", "/root/p", "-fmt", "default", "lspprc -hdr off -s 1260")
    user.site.run(60)
    assert (channel.exit_code, channel.output) == (0, "1260:1260\n")
    channel = user.start("-cfg", "/root/missing", "ver")
    user.site.run(60)
    assert channel.exit_code == 6


def test_a_script_goes_on_after_a_failed_line() -> None:
    """No prompt, no echo; one exit code in the end."""
    user = DscliUser()
    user.consoles.files.write("hostc", "/root/s", "setenv -banner off\n# comment\nbogus\nlspprc -hdr off -s 1260\n")
    code, output = user.once("-script", "/root/s")
    assert (code, output) == (0, "CMUC00002E bogus: bogus is not a valid command. Use help for a list.\n1260:1260\n")


def test_five_wrong_passwords_lock_the_account() -> None:
    """A stale password file in a retry loop does this (dscli.md trap 9); then even the right one is refused."""
    user = DscliUser()
    digest = user.account().digest = digest_of("vcs", "secret")
    user.consoles.files.write("hostc", "right", write_records({("hmcb1", "vcs"): digest}))
    for _ in range(5):
        assert "CMUC00191E" in user.once("ver")[1]
    channel = user.start("-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "right", "ver")
    user.site.run(60)
    assert (channel.exit_code, channel.output.split()[0]) == (5, "CMUC00192E")
    user.account().is_locked = False
    channel = user.start("-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "right", "ver")
    user.site.run(60)
    assert channel.exit_code == 0


@pytest.mark.parametrize(("role", "listing", "changing"), [(UserGroup.MONITOR, 0, 4), (UserGroup.ADMIN, 0, 0)])
def test_a_monitor_looks_and_does_not_touch(role: UserGroup, listing: int, changing: int) -> None:
    """Roles of dscli.md 1.7."""
    user = DscliUser()
    user.account().role = role
    assert user.once("lspprc 1260")[0] == listing
    assert user.once(f"failoverpprc {DEVICES_B} -type mmir 1260:1260")[0] == changing
    assert (user.site.views()[1] == "Target Full Duplex") is bool(changing)


def test_an_expired_password_refuses_every_command() -> None:
    """Until it is changed (dscli.md 1.7)."""
    user = DscliUser()
    user.account().is_expired = True
    code, output = user.once("lspprc 1260")
    line = output.splitlines()[-1]
    assert (code, line) == (5, "CMUC00201E lspprc:: Authentication failure: Your password has expired.")
