"""Users of the consoles: who may do what, how passwords age, and what a password file is good for."""

from __future__ import annotations

import pytest

from mirrordrill.simulator.array.plan import GIBIBYTE_TRACKS
from mirrordrill.simulator.dscli.accounts import DAY_S, Account, Permission, digest_of
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.dscli.messages import DscliExitCode
from mirrordrill.simulator.dscli.site_values import UserGroup
from mirrordrill.simulator.dscli.user_files import DEFAULT_FILE, FilesOfHosts
from tests.array.sites import A, B
from tests.dscli.consoles import DEVICES_A, IN_NO_TIME, DscliUser
from tests.dscli.transcripts import furnished

COMMANDS = {
    Permission.LIST: "lspprc 1260",
    Permission.COPY_SERVICES: f"pausepprc {DEVICES_A} 1260:1260",
    Permission.PROVISIONING: "mkfbvol -extpool P0 -cap 1 1263",
    Permission.ACCOUNTS: "chuser -lock admin",
}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (UserGroup.ADMIN, {Permission.LIST, Permission.COPY_SERVICES, Permission.PROVISIONING, Permission.ACCOUNTS}),
        (UserGroup.OP_STORAGE, {Permission.LIST, Permission.COPY_SERVICES, Permission.PROVISIONING}),
        (UserGroup.OP_VOLUME, {Permission.LIST, Permission.PROVISIONING}),
        (UserGroup.OP_COPY_SERVICES, {Permission.LIST, Permission.COPY_SERVICES}),
        (UserGroup.SERVICE, {Permission.LIST}),
        (UserGroup.MONITOR, {Permission.LIST}),
        (UserGroup.NO_ACCESS, set()),
    ],
)
def test_a_role_may_do_what_it_may_and_nothing_else(role: UserGroup, allowed: set[Permission]) -> None:
    """Copy commands need op_copy_services or above; monitor is read-only; no_access cannot even log in (1.7)."""
    for need, command in COMMANDS.items():
        user = DscliUser(furnished(), IN_NO_TIME)
        user.account("hmca1").role = role
        code, output = user.once(command, console="hmca1")
        expected = (
            0
            if need in allowed
            else DscliExitCode.AUTHENTICATION
            if role is UserGroup.NO_ACCESS
            else DscliExitCode.SERVER
        )
        assert (need, code) == (need, expected), output


def test_the_consoles_of_an_array_share_its_accounts_and_two_arrays_do_not() -> None:
    """Five strikes at one console lock the other one of the same array; the other array knows nothing of it."""
    user = DscliUser()
    for account in user.consoles.find_account("vcs"):
        account.set_password(digest_of("vcs", "the-right-one"), 0.0, by_its_user=True)
    for console in ("hmca1", "hmca2", "hmca1", "hmca2", "hmca1"):
        assert _log_in(user, console, "wrong") == (5, "CMUC00191E")
    assert _log_in(user, "hmca2", "the-right-one") == (5, "CMUC00192E")
    assert _log_in(user, "hmcb1", "the-right-one") == (0, "")


def _log_in(user: DscliUser, console: str, password: str) -> tuple[int | None, str]:
    channel = user.start("-hmc1", console, "-user", "vcs", "-passwd", password, "lspprc -bnr off -hdr off -s 1260")
    user.site.run(60)
    return channel.exit_code, channel.output.split()[0] if channel.exit_code else ""


def test_a_session_that_is_open_when_its_account_is_locked_goes_on() -> None:
    """The lock is for the next login (dscli.md 1.7)."""
    user = DscliUser()
    channel = user.log_in("hmca1")
    user.account("hmca1").is_locked = True
    assert "1260:1260" in user.say(channel, "lspprc 1260")
    assert user.once("lspprc 1260", console="hmca1")[0] == 5


def test_a_password_expires_after_ninety_days() -> None:
    """An unattended user finds out in the night of the switch (dscli.md trap 9)."""
    account = Account("vcs")
    account.set_password(digest_of("vcs", "x" * 8), 0.0, by_its_user=True)
    assert account.days_left(0.0) == 90
    assert account.refusal(Permission.LIST, 89.9 * DAY_S) is None
    grounds = account.refusal(Permission.LIST, 90 * DAY_S)
    assert grounds is not None
    assert grounds.exit_code is DscliExitCode.AUTHENTICATION
    assert account.refusal(Permission.NOTHING, 90 * DAY_S) is None


def test_a_new_password_keeps_the_policy() -> None:
    """Long enough, a day after the last one, none of the last eight."""
    account = Account("vcs")
    for number in range(9):
        account.set_password(digest_of("vcs", f"password{number}"), number * DAY_S, by_its_user=True)
    now_s = 9 * DAY_S
    objections = {
        text: getattr(account.objection(len(text), digest_of("vcs", text), at_s), "id", None)
        for text, at_s in (
            ("short", now_s),
            ("password1", now_s),
            ("password0", now_s),
            ("password9", now_s - 1.5 * DAY_S),
        )
    }
    assert objections == {
        "short": "CMUN00067E", "password1": "CMUN00069E", "password0": None, "password9": "CMUN00068E",
    }  # fmt: skip


def test_a_password_is_never_in_the_log() -> None:
    """What an administrator types on a command line is masked."""
    user = DscliUser()
    channel = user.start("-hmc1", "hmca1", "-user", "admin", "-pwfile", "p", "chuser -pw top-secret-1 vcs")
    user.site.run(60)
    (event,) = user.site.events(CommandExecuted)
    assert (channel.exit_code, event.command) == (0, "chuser -pw **** vcs")


def test_a_password_file_goes_where_it_is_told_or_to_the_users_home() -> None:
    """And holds no password."""
    user = DscliUser()
    line = "managepwfile -action add -mc1 hmcb1 -name vcs -pw top-secret-1"
    channel = user.start(*line.split())
    user.site.run(1)
    text = user.consoles.files.read("hostc", DEFAULT_FILE)
    assert channel.exit_code == 0
    assert text is not None
    assert "hmcb1 vcs " in text
    assert "top-secret-1" not in text


class ReadOnlyFiles(FilesOfHosts):
    """A file system that takes nothing."""

    def write(self, host: str, path: str, text: str) -> bool:
        return False


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [("somebody else's file", 6, "CMUC00012E"), (None, 6, "CMUC00013E")],
)
def test_a_file_that_cannot_be_a_password_file_is_left_alone(text: str | None, code: int, message: str) -> None:
    """Foreign, or not writable."""
    user = DscliUser(files=ReadOnlyFiles() if text is None else None)
    if text is not None:
        user.consoles.files.write("hostc", "/f", text)
    channel = user.start(
        *["managepwfile", "-action", "add", "-mc1", "hmcb1", "-name", "vcs", "-pw", "x", "-pwfile", "/f"]
    )
    user.site.run(1)
    assert (channel.exit_code, message in channel.output) == (code, True)
    assert user.consoles.files.read("hostc", "/f") == text


@pytest.mark.parametrize(("file", "code"), [("right", 0), ("stale", 5), ("missing", 5), ("foreign", 5)])
def test_once_a_password_is_set_only_the_right_one_will_do(file: str, code: int) -> None:
    """Typed or in a file made for this console; before that users are trusted."""
    user = DscliUser()
    user.consoles.files.write("hostc", "foreign", "not ours")
    for name in ("right", "stale"):
        user.start(*f"managepwfile -action add -mc1 hmcb1 -name vcs -pwfile {name} -pw {name}-secret".split())
        user.site.run(1)
    login = ("-hmc1", "hmcb1", "-user", "vcs", "-pwfile", file, "lspprc -s 1260")
    before = user.start(*login)
    user.site.run(60)
    user.account().set_password(digest_of("vcs", "right-secret"), 0.0, by_its_user=True)
    after = user.start(*login)
    user.site.run(60)
    assert (before.exit_code, after.exit_code) == (0, code)


def test_ids_come_on_standard_input_once_the_login_is_done() -> None:
    """`lsfbvol -s | dscli mkpprc -` as administrators write it."""
    user = DscliUser()
    channel = user.start("-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p", "lspprc -bnr off -hdr off -s -")
    for line in ("1260", "", " 1261 1262"):
        channel.send_line(line)
    channel.hang_up()
    user.site.run(60)
    assert (channel.exit_code, channel.output) == (0, "1260:1260\n1261:1261\n")


def test_a_question_that_is_answered_with_no_sends_nothing() -> None:
    """The array never hears of it, and the log neither."""
    user = DscliUser()
    channel = user.log_in("hmca1")
    channel.send_line(f"rmpprc {DEVICES_A} 1260:1260 1261:1261")
    for answer in ("n", ""):
        user.say(channel, answer)
    assert user.site.events(CommandExecuted) == []
    channel.send_line(f"rmpprc {DEVICES_A} 1260:1260 1261:1261")
    for answer in ("n", "y"):
        user.say(channel, answer)
    (event,) = user.site.events(CommandExecuted)
    assert event.command == f"rmpprc {DEVICES_A} 1261:1261"
    assert user.site.views("1260") == ("Full Duplex", "Target Full Duplex")
    assert user.site.views("1261") == ("Simplex", "Simplex")


@pytest.mark.parametrize(
    ("capacity", "tracks"),
    [("1", GIBIBYTE_TRACKS), ("1.5", GIBIBYTE_TRACKS * 3 // 2), ("1 -type ess", 15259), ("129 -type blocks", 2)],
)
def test_a_capacity_is_rounded_up_to_tracks(capacity: str, tracks: int) -> None:
    """2^30, 10^9 or 512 bytes; a track is 64 KiB."""
    user = DscliUser(furnished(), IN_NO_TIME)
    channel = user.start(
        "-hmc1", "hmcb1", "-user", "admin", "-pwfile", "p", f"mkfbvol -extpool P0 -cap {capacity} 1263"
    )
    user.site.run(1)
    assert channel.exit_code == 0
    assert user.site.volume(B, "1263").size_tracks == tracks
    assert user.site.storage.image(A).find_volume(0x1263) is None


def test_an_administrator_makes_and_removes_users() -> None:
    """Each one's first login must change the password (dscli.md 1.7)."""
    user = DscliUser()
    admin = ("-hmc1", "hmcb1", "-user", "admin", "-passwd", "x", "-bnr", "off")

    def typed(*words: str) -> tuple[int | None, str]:
        channel = user.start(*words)
        user.site.run(60)
        return channel.exit_code, channel.output

    assert typed(*admin, "mkuser -pw s3cret-w0rd -group op_volume ops") == (
        0, "CMUC00133I mkuser: User ops successfully created.\n",
    )  # fmt: skip
    assert typed(*admin, "mkuser -pw s3cret-w0rd -group op_volume ops")[0] == 4
    assert typed(*admin, "mkuser -pw short -group op_volume other")[0] == 4
    assert typed(*admin, "mkuser -pw s3cret-w0rd -group nobody other")[0] == 2
    ops = ("-hmc1", "hmcb2", "-user", "ops", "-bnr", "off")
    expired = "CMUC00201E lssi:: Authentication failure: Your password has expired.\n"
    assert typed(*ops, "-passwd", "s3cret-w0rd", "lssi") == (5, expired)
    assert typed(*ops, "-passwd", "s3cret-w0rd", "chuser -pw an0ther-one ops")[0] == 0
    assert typed(*ops, "-passwd", "an0ther-one", "lssi")[0] == 0
    assert typed(*ops, "-passwd", "an0ther-one", "mkuser -pw s3cret-w0rd -group admin me")[0] == 4
    assert typed(*admin, "rmuser -quiet ops nobody admin") == (
        4,
        "CMUC00136I rmuser: User ops successfully deleted.\n"
        "CMUN00070E rmuser: There is no user nobody.\n"
        "CMUN00074E rmuser: The user admin is logged in and cannot be removed.\n",
    )
    assert typed(*ops, "-passwd", "an0ther-one", "lssi")[0] == 5
