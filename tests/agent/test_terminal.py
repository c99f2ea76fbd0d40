"""The real terminal and the real launchers, against a small program that plays the DS CLI."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pexpect.expect
import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.node import RealNode
from mirrordrill.agent.ports import Until
from mirrordrill.agent.terminal import PexpectTerminal
from tests.agent.stand_in import ENGINE, positional

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parents[1] / "agent" / "scripts"
PROMPT = "dscli> "
RESOURCE = "ora_mmir"


class Machine:
    """A directory that stands for a node with a DS CLI on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "opt/ibm/dscli"
        for folder in (self.home, root / "proc/sys/kernel/random", root / "var/VRTSvcs/log", root / "opt/VRTSvcs/bin"):
            folder.mkdir(parents=True)
        self.set_uptime(1000)
        (root / "proc/sys/kernel/random/boot_id").write_text("boot-1\n")
        text = (HERE / "dscli_stand_in.py").read_text().replace("/usr/bin/env python3", f"{sys.executable} -IS")
        (self.home / "dscli").write_text(text)
        (self.home / "dscli").chmod(0o755)
        self.be("well")

    def has_engine(self) -> None:
        """Let the commands of VCS answer what `ENGINE` says, of a type without LastOnline: nothing waits for that."""
        known = {line: answer for line, answer in ENGINE.items() if "LastOnline" not in line}
        cases = [f"{shlex.quote(line)}) echo {shlex.quote(answer)} ;;" for line, answer in known.items()]
        for name in ("hares", "hagrp", "haclus", "hasys"):
            program = self.root / "opt/VRTSvcs/bin" / name
            program.write_text("\n".join(["#!/bin/sh", f'case "{name} $*" in', *cases, "*) exit 1 ;;", "esac", ""]))
            program.chmod(0o755)

    def be(self, mood: str) -> None:
        (self.home / "mood").write_text(mood)

    def set_uptime(self, uptime_s: float) -> None:
        (self.root / "proc/uptime").write_text(f"{uptime_s:.2f} 0.00\n")

    def node(self, entry: str = "online") -> RealNode:
        return RealNode(RESOURCE, entry, {"METROMIRROR_ROOT": str(self.root)})

    def log(self) -> str:
        path = self.root / "var/VRTSvcs/log/MetroMirror_A.log"
        return path.read_text() if path.exists() else ""

    def jump_when_hung(self, entry: str, uptime_s: float = 0, dscli: int = 0) -> threading.Thread:
        """Let the uptime jump, to the end of the wait or to a given one, when the entry point waits for what hangs.

        With `dscli`, for so many runs of the DS CLI, one after the other; else for another program. A run says that it
        hangs, so that a slow machine's wait for a prompt is not taken for it.
        """
        note = self.root / f"var/VRTSvcs/lock/MetroMirror/{RESOURCE}.{entry}.waiting"

        def until_s(hung: int) -> float:
            """Once so many runs hang, the end of the wait that the note tells of."""
            while True:
                time.sleep(0.01)
                text = note.read_text() if len(list(self.home.glob("hangs.*"))) >= hung and note.exists() else ""
                if text.endswith("\n"):
                    return float(text.split("until_uptime_s = ")[1].split()[0])

        def watch() -> None:
            for hung in range(1, dscli + 1) if dscli else [0]:
                self.set_uptime(max(uptime_s, until_s(hung)))

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        return thread


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_text_goes_in_and_comes_out_without_echo_or_carriage_returns(machine: Machine) -> None:
    """One line typed, its answer, and the prompt; a line of 4,000 characters comes back whole."""
    terminal = machine.node().start_program(["/opt/ibm/dscli/dscli", "-x"])
    assert terminal.expect((PROMPT,), 10) == ("\n", Until.PROMPT, PROMPT)
    for text in ("hello", "x" * 3995):
        terminal.send_line("echo " + text)
        assert terminal.expect((PROMPT,), 10).text == text + "\n\n"
    terminal.send_line("quit")
    assert terminal.expect((), 10).until is Until.END
    assert terminal.close() == 0


def test_a_program_that_cannot_be_started_is_an_oserror(machine: Machine) -> None:
    """Which the session turns into the attribute's fault."""
    with pytest.raises(OSError, match="dscli"):
        machine.node().start_program(["/nowhere/dscli"])


def test_a_deadline_is_uptime_not_real_time(machine: Machine) -> None:
    """An hour of silence passes as fast as the uptime jumps; the note says what was waited for, and is gone then."""
    machine.be("hangs")
    terminal = machine.node().start_program(["/opt/ibm/dscli/dscli"])
    terminal.expect((PROMPT,), 10)
    terminal.send_line("lspprc -fullid 1260")
    began_s = time.monotonic()
    thread = machine.jump_when_hung("online", 4700, dscli=1)
    assert terminal.expect((PROMPT,), 3600).until is Until.SILENCE
    thread.join()
    assert time.monotonic() - began_s < 5
    assert list((machine.root / "var/VRTSvcs/lock/MetroMirror").iterdir()) == []
    terminal.close()


def test_a_program_that_ignores_signals_is_killed(machine: Machine) -> None:
    """Nothing is left behind when the agent hangs up."""
    machine.be("ignores signals")
    terminal = machine.node().start_program(["/opt/ibm/dscli/dscli"])
    terminal.expect((PROMPT,), 10)
    terminal.send_line("lspprc")
    assert terminal.close() is None
    terminal.send_line("to nobody")


def test_the_agents_own_time_for_a_round_trip_is_small(machine: Machine) -> None:
    """None of pexpect's delays: the median of many is far below one of them (50 ms)."""
    terminal = machine.node().start_program(["/opt/ibm/dscli/dscli"])
    terminal.expect((PROMPT,), 10)
    taken_s = []
    for _ in range(50):
        began_s = time.perf_counter()
        terminal.send_line("echo x")
        terminal.expect((PROMPT,), 10)
        taken_s.append(time.perf_counter() - began_s)
    terminal.close()
    assert sorted(taken_s)[25] < 0.02


@pytest.mark.parametrize(
    ("mood", "code", "said"),
    [
        ("well", 110, "all volumes are writable here"),
        ("locked", 100, "does not accept the user or the password"),
        ("dies", 100, "the session ended"),
    ],
)
def test_online_through_the_real_node(machine: Machine, mood: str, code: int, said: str) -> None:
    """Login, list, lock; the account that is refused; the program that dies in the middle of its answer."""
    machine.has_engine()
    machine.be(mood)
    node = machine.node()
    assert run("online", [RESOURCE, *positional("1260", "1261")], node) == 0
    assert run("monitor", [RESOURCE], node) == code
    assert said in machine.log()


def environment(machine: Machine) -> dict[str, str]:
    return {
        "METROMIRROR_ROOT": str(machine.root),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "SECRET": "hunter2",
    }


def script(
    machine: Machine, name: str, *arguments: str, resource: str | None = RESOURCE
) -> subprocess.CompletedProcess[str]:
    argv = [str(SCRIPTS / name), *([resource] if resource else []), *arguments]
    return subprocess.run(argv, env=environment(machine), capture_output=True, text=True, check=False, timeout=60)


def test_the_scripts_as_vcs_runs_them(machine: Machine) -> None:
    """open, online, monitor, open again (same boot), offline, reboot with a stale lock, status."""
    machine.has_engine()
    values = positional("1260", "1261")
    for name, arguments, code in [
        ("open", values, 0),
        ("monitor", values, 100),
        ("online", values, 0),
        ("monitor", values, 110),
        ("open", values, 0),
        ("monitor", values, 110),
        ("offline", values, 0),
        ("monitor", values, 100),
        ("online", values, 0),
        ("clean", ["4", *values], 0),
        ("monitor", values, 100),
        ("online", values, 0),
    ]:
        assert script(machine, name, *arguments).returncode == code, name
    (machine.root / "proc/sys/kernel/random/boot_id").write_text("boot-2\n")
    script(machine, "open", *values)
    assert script(machine, "monitor", *values).returncode == 100
    explained = script(machine, "actions/explain", *values, "0")
    assert explained.returncode == 0
    assert "create the lock and send no command" in explained.stdout
    assert explained.stderr == ""
    argv = (machine.home / "argv").read_text().split("\n")
    assert argv[:2] == ["-cfg", "/var/VRTSvcs/lock/MetroMirror/dscli.profile"]
    assert (machine.root / argv[1][1:]).stat().st_mode & 0o777 == 0o600
    assert argv[2:] == ["-hmc1", "hmc1", "-user", "admin", "-pwfile", "/opt/ibm/dscli/ds_pwfile"]


def test_online_by_hand_without_attributes_says_that_nothing_was_done(machine: Machine) -> None:
    """Also where standard error is no terminal (`ssh HOST .../online RESOURCE`), and not in the log alone."""
    done = script(machine, "online")
    assert done.returncode == 0
    assert done.stderr.startswith("nothing was done: the values of ArgList")
    assert "hares -online RESOURCE -sys SYSTEM" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
@pytest.mark.parametrize(("entry", "code"), [("online", 2), ("monitor", 99), ("clean", 2), ("actions/status", 2)])
def test_an_entry_point_that_a_person_types_says_what_it_is(
    machine: Machine, entry: str, code: int, arguments: list[str]
) -> None:
    """No traceback, and no silence; no exit code that VCS takes for a state or a success."""
    done = script(machine, entry, *arguments, resource=None)
    assert done.returncode == code
    assert done.stderr.startswith(f"usage: {entry.rpartition('/')[2]} RESOURCE")


def test_without_a_directory_for_the_log_the_reason_is_on_standard_error(machine: Machine) -> None:
    """A refusal that nobody hears looks like a hang."""
    (machine.root / "var/VRTSvcs/log").rmdir()
    done = script(machine, "online", *positional("126"))
    assert "MetroMirror_A.log: No such file or directory" in done.stderr
    assert "attribute VolIds is '126'" in done.stderr


def test_a_hung_console_costs_uptime_and_ends_in_a_refusal(machine: Machine) -> None:
    """Both consoles hang at the list; the script ends inside OnlineTimeout, without a lock and with the reason."""
    machine.be("hangs")
    argv = [str(SCRIPTS / "online"), RESOURCE, *positional("1260")]
    process = subprocess.Popen(argv, env=environment(machine))
    thread = machine.jump_when_hung("online", dscli=2)
    assert process.wait(timeout=60) == 0
    thread.join()
    assert "no answer to lspprc: silence" in machine.log()
    assert float((machine.root / "proc/uptime").read_text().split()[0]) < 1300
    assert script(machine, "monitor").returncode == 100


PEAK = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""Runs a command, and prints the most memory, in KiB, that it or a child of it had."""


def test_a_program_that_prints_without_end_takes_no_memory(machine: Machine) -> None:
    """It is given up on after a megabyte or two, and the resource is not online."""
    machine.be("floods")
    argv = [sys.executable, "-c", PEAK, str(SCRIPTS / "online"), RESOURCE, *positional("1260")]
    done = subprocess.run(argv, env=environment(machine), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert "no answer to lspprc: it prints without end" in machine.log()
    assert script(machine, "monitor").returncode == 100
    assert int(done.stdout.split()[-1]) < 200_000


def test_an_ha_command_that_prints_without_end_has_no_answer(machine: Machine) -> None:
    """Nor does it take the memory of the node."""
    hares = machine.root / "opt/VRTSvcs/bin/hares"
    hares.write_text("#!/bin/sh\nexec yes\n")
    hares.chmod(0o755)
    assert machine.node().run_ha(["hares"], 500) == (None, "")


def test_ha_commands_are_run_from_where_vcs_keeps_them(machine: Machine) -> None:
    """Exit code and output; a command that hangs is killed when its time is up; one that is not there has no answer."""
    hares = machine.root / "opt/VRTSvcs/bin/hares"
    hares.write_text('#!/bin/sh\necho "$@"\nexit 3\n')
    hares.chmod(0o755)
    node = machine.node()
    assert node.run_ha(["hares", "-value", "x"], 5) == (3, "-value x\n")
    assert node.run_ha(["hagrp"], 5).exit_code is None
    hares.write_text("#!/bin/sh\nexec sleep 1000\n")
    thread = machine.jump_when_hung("online")
    assert node.run_ha(["hares"], 500).exit_code is None
    thread.join()


def test_nothing_secret_is_written_anywhere(machine: Machine) -> None:
    """Neither the password file's text nor the environment gets into log, state or notes."""
    (machine.home / "ds_pwfile").write_text("hunter2")
    script(machine, "online", *positional("1260"))
    written = [path for path in (machine.root / "var").rglob("*") if path.is_file()]
    assert len(written) >= 2
    assert not any("hunter2" in path.read_text() for path in written)


def test_the_agent_works_from_a_copy_of_its_package_alone(machine: Machine, tmp_path: Path) -> None:
    """Nothing has to be installed besides pexpect: the launchers find the package that they lie in."""
    machine.has_engine()
    copy = tmp_path / "elsewhere" / "agent"
    shutil.copytree(SCRIPTS.parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    argv = [str(copy / "scripts/online"), RESOURCE, *positional("1260")]
    assert subprocess.run(argv, env=environment(machine), cwd="/", check=False).returncode == 0
    assert script(machine, "monitor").returncode == 110


def test_a_clock_that_is_set_back_while_a_console_speaks_stretches_no_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pexpect counts by the wall clock: one that falls back by an hour in a slice had the agent wait until its kill."""
    readings = iter([time.time()])
    falls_back = SimpleNamespace(time=lambda: next(readings, time.time() - 3600), sleep=time.sleep)
    monkeypatch.setattr(pexpect.expect, "time", falls_back)
    node = RealNode(RESOURCE, "online", {"METROMIRROR_ROOT": str(tmp_path)})
    terminal = PexpectTerminal(["/bin/sh", "-c", "sleep 0.02; printf half; sleep 3"], node)
    assert terminal.expect([PROMPT], 0.3).until is Until.SILENCE
    terminal.close()
