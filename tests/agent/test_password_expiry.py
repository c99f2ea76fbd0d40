"""A password that has expired, or soon will: one login, no command, and an answer that names account and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.ports import Heard, Until
from tests.agent.stand_in import PROMPT, StandInArray, StandInNode, positional
from tests.agent.test_actions import act
from tests.agent.test_online import RESOURCE, TARGET, node_of, online
from tests.agent.test_terminal import Machine, script

EXPIRED = "CMUC00201E lspprc:: Authentication failure: Your password has expired.\n"
"""As a command was refused (reference dscli.md 1.7)."""
CURE = "chuser -pw"
DEMANDED = (
    Heard("CMUC00201E dscli:: Authentication failure: Your password has expired.\n", Until.END, ""),
    Heard("Your password has expired.\nEnter new password:", Until.SILENCE, ""),
    Heard("The password must be changed before a command is accepted\nNew password: ", Until.SILENCE, ""),
)
"""How a DS CLI may say so at the login: which of them it does is not known."""
SOON = Heard("CMUC09999W dscli: The password of admin expires in 6 days.\n\n", Until.PROMPT, PROMPT)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def is_refused_once(node: StandInNode) -> None:
    """Nothing was typed at a question, one console was asked, and what runs by itself does not log in again."""
    assert len(node.started) == 1
    assert not [line for line in node.typed if line.split()[0] not in ("setenv", "lspprc", "quit")]
    assert CURE in node.logged(1111)[0]
    assert "user admin" in node.logged(1111)[0]
    node.files[f"{RESOURCE}.journal"] = "garbled"
    assert run("clean", [RESOURCE, "2", *positional("1260", "1261")], node) == 1
    assert run("info", [RESOURCE, "2", *positional("1260", "1261")], node) == 1
    assert len(node.started) == 1


@pytest.mark.parametrize("heard", DEMANDED)
def test_an_expired_password_is_a_refused_login(heard: Heard) -> None:
    """However the DS CLI says so, it is not taken for a console that is silent: the other one is not tried."""
    node = node_of(TARGET, TARGET)
    node.logins["hmc1"] = heard
    assert not online(node)
    is_refused_once(node)


def test_a_command_that_is_refused_for_the_password_counts_as_a_refused_login() -> None:
    """The array lets the user in and refuses every command until the password has been changed."""
    node = node_of(TARGET, TARGET)

    def refused(array: StandInArray, line: str) -> Heard:
        return Heard("" if line.startswith("setenv") else EXPIRED, Until.PROMPT, PROMPT)

    node.faults = dict.fromkeys(range(1, 40), refused)
    assert not online(node)
    is_refused_once(node)
    node.faults.clear()
    assert online(node)
    assert run("clean", [RESOURCE, "2", *positional("1260", "1261")], node) == 0


def test_a_password_that_expires_soon_stops_nothing_and_is_told() -> None:
    """The session is used; the log has the DS CLI's words, and verify says it on a line of its own."""
    node = node_of(TARGET, TARGET)
    node.logins = {"hmc1": SOON, "hmc2": SOON}
    assert online(node)
    assert "expires in 6 days" in " ".join(node.logged(1407))
    code, said = act(node, "verify")
    assert code == 1
    assert "FAILED password of user admin at HMC hmc2: 'CMUC09999W dscli: The password of admin expires" in said


@pytest.mark.parametrize(
    ("mood", "code", "said"),
    [
        ("expired", 100, CURE),
        ("demands", 100, CURE),
        ("expires soon", 110, "expires in 6 days"),
        ("bad profile", 100, "dscli.profile"),
    ],
)
def test_through_the_real_terminal(machine: Machine, mood: str, code: int, said: str) -> None:
    """As a program on a pseudo terminal says it."""
    machine.has_engine()
    machine.be(mood)
    thread = machine.jump_when_hung("online", dscli=1) if mood == "demands" else None
    assert script(machine, "online", *positional("1260", "1261")).returncode == 0
    if thread is not None:
        thread.join()
    assert script(machine, "monitor").returncode == code
    assert said in machine.log()
    (machine.home / "argv").unlink()
    script(machine, "info", "2", *positional("1260", "1261"))
    assert (machine.home / "argv").exists() is (mood in ("expires soon", "bad profile"))


@pytest.mark.parametrize("kind", ["gone", "garbled", "a directory", "unreadable"])
def test_the_agents_own_profile_is_written_anew(machine: Machine, kind: str) -> None:
    """Missing or garbled, it is made again before the login; where it cannot be, it is made outside of /var."""
    machine.has_engine()
    values = positional("1260", "1261")
    assert script(machine, "online", *values).returncode == 0
    profile = machine.root / "var/VRTSvcs/lock/MetroMirror/dscli.profile"
    text = profile.read_text()
    profile.unlink()
    if kind == "garbled":
        profile.write_bytes(b"\x00hmc1\xff")
    elif kind == "a directory":
        profile.mkdir()
    elif kind == "unreadable":
        profile.symlink_to("/nowhere")
    assert script(machine, "online", *values).returncode == 0
    argv = (machine.home / "argv").read_text().split("\n")
    assert argv[0] == "-cfg"
    assert (machine.root / argv[1][1:]).read_text() == text
    assert script(machine, "monitor").returncode == 110
