"""A step back ends the scripts that people run in the shells of hosts, and leaves their shells alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from mirrordrill.simulator.bridge.processes import private_mounts
from tests.rehearse.rehearsed import RunningRehearsal

WAITS = "hagrp -wait oragrp State ONLINE -sys hostd"
FOR_EVER = f"while true; do {WAITS}; echo went on; done"
SCRIPTS = {
    "a script of sh that reads env.sh": ["sh", "-c", f". $ENV_SH; {FOR_EVER}"],
    "a script of bash in a pipeline": ["bash", "-c", f". $ENV_SH; ({FOR_EVER}) | cat"],
    "a script that a script calls": ["sh", "-c", f". $ENV_SH; bash -c '{FOR_EVER}'; echo went on"],
    "a script that catches signals": [
        "bash", "-c", f"trap 'echo caught' TERM INT; . $ENV_SH; {WAITS} || {WAITS} || exit 0; echo went on",
    ],
    "a program in Python": [
        "sh", "-c", ". $ENV_SH; python3 -c \"import subprocess\nwhile True: subprocess.run('$WAITS'.split())\"",
    ],
    "in a shell of a person": ["bash", "--norc", "-ic", f". $ENV_SH; sh -c '{FOR_EVER}'; echo the shell is there"],
}  # fmt: skip

DEAF = {
    "a script that catches signals and goes on": [
        "bash", "-c", f"trap 'echo caught' TERM; . $ENV_SH; while true; do {WAITS}; /bin/sleep 0.2; done; echo went on",
    ],
    "a script that ignores signals": [
        "bash", "-c", f"trap '' TERM INT; . $ENV_SH; {WAITS}; while true; do /bin/sleep 0.2; done; echo went on",
    ],
    "a script of a script that ignores them": [
        "sh", "-c", f"trap '' TERM INT; . $ENV_SH; sh -c 'while true; do {WAITS}; /bin/sleep 0.2; done'; echo went on",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRehearsal]:
    """A clock that goes on by itself, so that a command can wait."""
    with RunningRehearsal(tmp_path_factory.mktemp("night"), "rdc", "--pace", "10") as running:
        yield running


def environment(night: RunningRehearsal, host: str = "hosta") -> dict[str, str]:
    """One in which `env.sh` of a host is called ENV_SH."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    env_sh = night.folder / "hosts" / host / "env.sh"
    return {"PATH": path, "ENV_SH": str(env_sh), "WAITS": WAITS, "NIGHT": str(night.folder)}


def begun(night: RunningRehearsal, argv: list[str], host: str = "hosta") -> subprocess.Popen[str]:
    """Start a program in a session of its own."""
    return subprocess.Popen(
        argv, env=environment(night, host), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, cwd=night.folder, start_new_session=True,
    )  # fmt: skip


def until(is_so: object) -> None:
    """Wait until it is so."""
    assert callable(is_so)
    ends_s = time.monotonic() + 60.0
    while not is_so():
        assert time.monotonic() < ends_s
        time.sleep(0.05)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_step_back_ends_the_script_that_called_a_command(night: RunningRehearsal, name: str) -> None:
    """Nothing of it reaches the new branch; the shell of a person goes on, and can be used there."""
    running = begun(night, SCRIPTS[name])
    until(lambda: "hagrp -wait" in night.shell("status")[1])
    code, told = night.shell("back -1s", "resume")
    assert code == 0, told
    printed, _ = running.communicate(timeout=90)
    assert "this command is gone" in printed
    assert "went on" not in printed.replace(FOR_EVER, "")
    assert ("the shell is there" in printed) == (name == "in a shell of a person")
    assert "hagrp -wait" not in night.shell("status")[1]


@pytest.mark.parametrize("name", DEAF)
def test_a_script_that_goes_on_after_sigterm_is_killed(night: RunningRehearsal, name: str) -> None:
    """Else it would type at the hosts of the new branch for ever, and be refused each time."""
    running = begun(night, DEAF[name])
    until(lambda: "hagrp -wait" in night.shell("status")[1])
    assert night.shell("back -1s", "resume")[0] == 0
    printed, _ = running.communicate(timeout=90)
    assert running.returncode == -signal.SIGKILL, printed
    assert "went on" not in printed
    assert "hagrp -wait" not in night.shell("status")[1]


def test_a_part_in_the_background_that_has_called_nothing_yet_ends_with_its_script(night: RunningRehearsal) -> None:
    """Its first command would come when its parent is gone, and by then nothing tells that it belongs to a script."""
    ready, go_on = night.folder / "later", night.folder / "later-go-on"
    later = (
        "touch later; until [ -e later-go-on ]; do /bin/sleep 0.1; done; hagrp -offline oragrp -sys hosta; echo went on"
    )
    running = begun(night, ["sh", "-c", f". $ENV_SH; ({later}) & {FOR_EVER}"])
    until(lambda: ready.exists() and "hagrp -wait" in night.shell("status")[1])
    assert night.shell("back -1s", "resume")[0] == 0
    go_on.touch()
    printed, _ = running.communicate(timeout=90)
    assert "went on" not in printed.replace(FOR_EVER, "")
    recorded = "".join(path.read_text() for path in (night.folder / "recording").glob("*.feature"))
    assert "hagrp -offline oragrp" not in recorded


def test_a_part_of_a_script_that_runs_beside_it_ends_too(night: RunningRehearsal) -> None:
    """In a session of its own no signal to its script reaches it; its next command is refused all the same."""
    ready, go_on = night.folder / "beside", night.folder / "beside-go-on"
    beside = (
        "hastatus -sum; touch beside; until [ -e beside-go-on ]; do /bin/sleep 0.1; done; hagrp -state; echo went on"
    )
    running = begun(night, ["sh", "-c", f". $ENV_SH; setsid sh -c '{beside}' & {FOR_EVER}"])
    until(ready.exists)
    until(lambda: "hagrp -wait" in night.shell("status")[1])
    assert night.shell("back -1s")[0] == 0
    go_on.touch()
    printed, _ = running.communicate(timeout=50)
    assert "so is the rest of this script; begin it again" in printed
    assert "went on" not in printed


@pytest.mark.skipif(not private_mounts.unshare(), reason="this machine allows no private mounts")
@pytest.mark.parametrize("way", ["a step back", "end"])
def test_a_script_that_began_with_enter_ends(night: RunningRehearsal, way: str) -> None:
    """Its mounts are its own; its processes are known all the same."""
    enter = str(night.folder / "hosts" / "hosta" / "enter")
    running = begun(night, [enter, "sh", "-c", f"{FOR_EVER}; echo went on"])
    until(lambda: "hagrp -wait" in night.shell("status")[1])
    assert night.shell("back -1s" if way == "a step back" else "end hosta", "resume")[0] == 0
    printed, _ = running.communicate(timeout=90)
    assert ("this command is gone" if way == "a step back" else "ended this command") in printed
    assert "went on" not in printed


@pytest.mark.parametrize("typed", [FOR_EVER, f"bash -c '{FOR_EVER}'", f"bash -c '{FOR_EVER}' | cat"])
def test_a_shell_of_a_person_goes_on(night: RunningRehearsal, typed: str) -> None:
    """A loop or a script at its prompt ends as after Ctrl-C; the next command is one of the new branch."""
    shell = pexpect.spawn("bash", ["--norc"], env=environment(night), cwd=night.folder, encoding="utf-8", timeout=30)
    shell.sendline("PS1='ready> '; . $ENV_SH; stty -echo")
    shell.expect("SIMULATED hosta.*ready> ")
    shell.sendline(typed)
    until(lambda: "hagrp -wait" in night.shell("status")[1])
    assert night.shell("back -1s", "resume")[0] == 0
    shell.expect("stepped back to .*: this command is gone")
    shell.expect("ready> ")
    assert "went on" not in shell.before
    shell.sendline("hagrp -state oragrp")
    shell.expect("oragrp +State .*ready> ")
    shell.sendline("exit")
    shell.expect(pexpect.EOF)
    shell.close()


def test_a_script_between_two_commands_ends_with_its_next_one(night: RunningRehearsal) -> None:
    """Its command is not done in the new branch, and it reads why."""
    ready, go_on = night.folder / "ready", night.folder / "go-on"
    script = ". $ENV_SH; hastatus -sum; touch ready; until [ -e go-on ]; do /bin/sleep 0.1; done; hagrp -offline oragrp"
    running = begun(night, ["sh", "-c", f"{script} -any; echo went on"])
    until(ready.exists)
    assert night.shell("back -1s")[0] == 0
    go_on.touch()
    printed, _ = running.communicate(timeout=90)
    assert "stepped back to" in printed
    assert "so is the rest of this script; begin it again" in printed
    assert "went on" not in printed
    assert "offline oragrp" not in night.shell("log 50")[1]


def test_end_ends_the_script_of_one_host(night: RunningRehearsal) -> None:
    """What hangs is a loop, and not one of its commands; the scripts of other hosts go on."""
    here = begun(night, ["sh", "-c", f". $ENV_SH; {FOR_EVER}"])
    there = begun(night, ["sh", "-c", f". $ENV_SH; {FOR_EVER}"], host="hostc")
    until(lambda: night.shell("status")[1].count("hagrp -wait") == 2)
    assert night.shell("end hosta")[0] == 0
    printed, _ = here.communicate(timeout=90)
    assert "ended this command" in printed
    assert "went on" not in printed
    assert there.poll() is None
    assert night.shell("end hostc")[0] == 0
    there.communicate(timeout=90)


def test_a_script_that_steps_back_itself_goes_on(night: RunningRehearsal) -> None:
    """It is the instructor, and works on in the new branch."""
    script = 'set -e; . $ENV_SH; hastatus -sum; echo "back -1s" | mirrordrill rehearse --attach "$NIGHT"; hagrp -state'
    running = begun(night, ["bash", "-c", f"{script}; echo went on"])
    printed, _ = running.communicate(timeout=60)
    assert running.returncode == 0, printed
    assert "went on" in printed
