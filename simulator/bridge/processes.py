"""The agent as what VCS runs: real entry-point scripts in real processes, on simulated hosts and in simulated time.

An entry-point process is at any moment either *computing* or *blocked*: waiting for the answer of a look-alike program
that it started. While one computes, simulated time stands still (`Gate.pump`). It is blocked when one of its programs
has passed a line or a command on to the simulator, and computes again when that program is given its answer, ends, or
when the time that the agent was willing to wait is up.

The agent measures time by its node's uptime, a file that only the simulator writes; what it is waiting for, and until
which uptime, stands in its wait note. So a time-out that would take real minutes takes none.

Rule 1: a process is released by one simulator event at a time, and pumped until it is blocked or gone before the next
simulator event happens: the order of the log cannot depend on the machine's speed.
Rule 2: killed is SIGKILL to the process group; its programs are hung up on at the same simulated moment.
Rule 3: a process that a tap wants dead at one of its own port calls kills itself there (`programs/killer.py`), unless
it is a program's turn just then: that moment only the simulator knows.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import simpy

from simulator.bridge import directory
from simulator.bridge.environment import ACTIONS, KILLED_BY_SIGKILL, START_S, HaResult, Surroundings, sender_of
from simulator.bridge.gate import Connection, Gate, HarnessFaultError
from simulator.bridge.inprocess import when
from simulator.bridge.interrupts import deferred
from simulator.bridge.ports_tap import Port
from simulator.bridge.programs import killer
from simulator.dscli.channel import Channel
from simulator.host.host import Host
from simulator.vcs.ports import Call, Outcome

SOCKET_FOLDER_MAX = 80
"""Bytes; the whole path of a Unix socket may have some 104 to 108, depending on the system."""
NOTE_AFTER_S = 1.0
"""Simulated seconds without an answer after which the wait note is looked up; shorter waits need no note."""
NOTE_PATIENCE_S = 2.0
"""Real seconds that the agent is given to write its wait note."""
CANNOT_START = 127
"""Exit code of an entry point whose script is not there or cannot be executed, as a shell gives it."""
UNTIL = re.compile(r"^until_uptime_s\s*=\s*([0-9.]+)\s*$", re.MULTILINE)


PAUSE = re.compile(r"^kind\s*=\s*pause\s*$", re.MULTILINE)


class ProcessRun:
    """One entry point as a process."""

    def __init__(self, runner: ProcessRunner, call: Call, token: str) -> None:
        self._runner = runner
        self._around = runner.around
        self._env: simpy.Environment = runner.around.kernel.env
        self._host: Host = runner.around.host(call.system)
        self.call = call
        self._token = token
        self._tapped = runner.around.tap.begin(call) if runner.around.tap else None
        self._root = runner.root_of(call.system)
        self._process: subprocess.Popen[bytes] | None = None
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed where the entry point ends
        self._channels: list[Channel] = []
        self._computing = False
        self.is_killed = False
        self._asked = 0
        self.done = self._env.event()
        when(self._env.timeout(START_S), self._begin)

    def kill(self) -> None:
        """SIGKILL the process group and hang up on its programs."""
        if self.is_killed or self.done.triggered:
            return
        self.is_killed = True
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for channel in self._channels:
            channel.abort()
        self._output.close()

    def shoot(self) -> None:
        """kill -9 by somebody else than VCS: whoever started it sees it end by the signal."""
        if not self.is_killed and not self.done.triggered:
            self.kill()
            self.done.succeed(Outcome(KILLED_BY_SIGKILL, ""))

    def dscli_called(self, connection: Connection, argv: list[str]) -> None:
        """The agent started the DS CLI: it waits for what that says."""
        channel = Channel(self._around.kernel, sender_of(self.call))
        self._channels.append(channel)
        channel.on_output.append(lambda text: self._hears(connection, text))
        channel.on_waiting_for_input += [connection.want_line, self._compute]
        channel.on_closed.append(lambda code: self._ended(connection, code))
        connection.on_lost = channel.abort
        connection.on_frame = lambda kind, payload: self._typed(channel, kind, payload)
        self._hands_over(Port.START_PROGRAM, lambda: self._around.start_dscli(self.call.system, argv, channel))

    def ha_called(self, connection: Connection, argv: list[str]) -> None:
        """The agent ran a VCS command: it waits for its end."""

        def answer(event: simpy.Event) -> None:
            result = cast(HaResult, event.value)
            self._hears(connection, result.output)
            self._ended(connection, result.exit_code)

        self._blocked()
        when(self._around.run_ha(self.call.system, argv), answer)

    def _begin(self, _: simpy.Event) -> None:
        if self.is_killed:
            return
        self._runner.tell_the_time(self._host)
        heard, held = os.pipe()
        try:
            with deferred():
                self._process = subprocess.Popen(  # noqa: S603 - the agent's own script, no shell
                    [*self._killer(), str(self._script()), *self.call.arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=self._output,
                    stderr=subprocess.STDOUT,
                    env=self._runner.environment(self._host.name, self._token),
                    cwd=self._root,
                    start_new_session=True,
                    pass_fds=(held,),
                )
        except OSError as error:
            # The agent was removed from this host: what VCS finds then is no state that it knows.
            os.close(heard)
            self._output.close()
            self.done.succeed(Outcome(CANNOT_START, f"{error.filename}: {error.strerror}\n"))
            return
        finally:
            os.close(held)
        self._runner.gate.watch_end(heard, self._gone)
        self._compute()

    def _script(self) -> Path:
        folder = self._root / directory.AGENT_BIN
        return folder / "actions" / self.call.entry if self.call.entry in ACTIONS else folder / self.call.entry

    def _killer(self) -> tuple[str, ...]:
        arguments = self._tapped.killer_arguments() if self._tapped else ()
        if not arguments:
            return ()
        return (sys.executable, "-I", killer.__file__, str(directory.AGENT_PACKAGE.parent), *arguments)

    def _hands_over(self, port: Port, act: Callable[[], None]) -> None:
        """It is a program's turn now; a process that is to die at this moment is still computing its own end."""
        if self._tapped is None or not self._tapped.dies_after(port):
            self._blocked()
            act()
            return
        act()
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)

    def _compute(self) -> None:
        """Let the process run, and time stand still, until it is blocked or gone."""
        if self.is_killed or self.done.triggered:
            return
        self._computing = True
        self._asked += 1
        self._runner.tell_the_time(self._host)
        self._runner.gate.pump(self._stands_still, f"{self.call.entry} of {self.call.resource}")

    def _stands_still(self) -> bool:
        """Whether the process is blocked or gone; one that pauses by itself is blocked until its pause is over."""
        if self._computing and (note := self._note()) and PAUSE.search(note) and (until := UNTIL.search(note)):
            left_s = self._host.seconds_until(float(until[1]))
            if left_s > 0:
                self._host.notice_files()
                self._computing = False
                when(self._env.timeout(left_s, self._asked), self._time_is_up)
        return not self._computing

    def _blocked(self) -> None:
        self._host.notice_files()
        self._computing = False
        when(self._env.timeout(NOTE_AFTER_S, self._asked), self._look_at_the_note)

    def _typed(self, channel: Channel, kind: bytes, payload: bytes) -> None:
        if kind == b"I":
            line = payload.decode("utf-8", "replace")
            self._hands_over(Port.SEND_LINE, lambda: channel.send_line(line))
        elif kind == b"E":
            channel.hang_up()

    def _hears(self, connection: Connection, text: str) -> None:
        """Whatever a process hears, it must find the time at which it was said."""
        self._runner.tell_the_time(self._host)
        connection.say(text)

    def _ended(self, connection: Connection, exit_code: int) -> None:
        if not self.is_killed:
            self._runner.tell_the_time(self._host)
            connection.end(exit_code)
            if connection.open:
                self._compute()

    def _look_at_the_note(self, event: simpy.Event) -> None:
        if event.value != self._asked or self.is_killed or self.done.triggered:
            return
        until_s = self._read_note()
        if until_s is not None:
            when(self._env.timeout(self._host.seconds_until(until_s), self._asked), self._time_is_up)

    def _note(self) -> str:
        name = f"{self.call.resource}.{self.call.entry}{directory.WAIT_NOTE}"
        try:
            return (self._root / directory.STATE / name).read_text()
        except FileNotFoundError:
            return ""

    def _read_note(self) -> float | None:
        gives_up_at = time.monotonic() + NOTE_PATIENCE_S
        while time.monotonic() < gives_up_at:
            if found := UNTIL.search(self._note()):
                return float(found[1])
            time.sleep(0.002)
        return None

    def _time_is_up(self, event: simpy.Event) -> None:
        if event.value == self._asked:
            self._compute()

    def _gone(self) -> None:
        if self.is_killed or self._process is None:
            return
        code = self._process.wait()
        self._host.notice_files()
        self._computing = False
        self._output.seek(0)
        output = self._output.read().decode("utf-8", "replace")
        self._output.close()
        for channel in self._channels:
            channel.abort()
        self.done.succeed(Outcome(code if code >= 0 else 128 - code, output))


class ProcessRunner:
    """Flies MetroMirror entry points as processes. `install_agent` puts the agent below a host's root."""

    def __init__(
        self,
        around: Surroundings,
        hosts: list[str],
        install_agent: Callable[[Path], None] = directory.link_scripts,
    ) -> None:
        self.around = around
        self._folder = Path(tempfile.mkdtemp(prefix="mirrordrill-"))
        self.files = {name: directory.build(self._folder / name, name, install_agent) for name in hosts}
        # A Unix socket's path has little room; where the temporary directory's own is too long, it gets a short one.
        roomy = len(os.fsencode(self._folder)) < SOCKET_FOLDER_MAX
        self._meeting = self._folder if roomy else Path(tempfile.mkdtemp(prefix="mirrordrill-", dir="/tmp"))
        self.gate = Gate(self._meeting / "simulator.sock", self._on_hello)
        self._runs: dict[str, ProcessRun] = {}
        self._started = 0

    def start(self, call: Call) -> ProcessRun:
        """Start one."""
        self._started += 1
        token = str(self._started)
        self._runs = {key: run for key, run in self._runs.items() if not run.done.triggered}
        run = self._runs[token] = ProcessRun(self, call, token)
        return run

    def under_way(self, system: str, entry: str) -> list[ProcessRun]:
        """The runs of an entry point on a system that have neither ended nor been killed."""
        running = (run for run in self._runs.values() if not run.is_killed and not run.done.triggered)
        return [run for run in running if (run.call.system, run.call.entry) == (system, entry)]

    def root_of(self, system: str) -> Path:
        """The directory that a host's processes take for their machine."""
        return self._folder / system

    def tell_the_time(self, host: Host) -> None:
        """Write what the host's /proc says: its uptime, and its boot id where that is new."""
        root = self.root_of(host.name)
        beside = root / f"{directory.UPTIME}.new"
        beside.write_text(f"{host.uptime_s():.2f} 0.00\n")
        beside.replace(root / directory.UPTIME)
        boot_id = root / directory.BOOT_ID
        if not boot_id.exists() or boot_id.read_text().strip() != host.boot_id:
            boot_id.write_text(host.boot_id + "\n")

    def environment(self, system: str, token: str) -> dict[str, str]:
        """The environment of an entry point: what VCS gives, and how the look-alikes find the simulator."""
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "METROMIRROR_ROOT": str(self.root_of(system)),
            "MIRRORDRILL_SOCKET": str(self.gate.path),
            "MIRRORDRILL_PROCESS": token,
            "MIRRORDRILL_SYSTEM": system,
        }

    def close(self) -> None:
        """Kill what still runs and remove the hosts' directories."""
        for run in self._runs.values():
            run.kill()
        self.gate.close()
        for folder in (self._folder, self._meeting):
            shutil.rmtree(folder, ignore_errors=True)

    def _on_hello(self, connection: Connection, fields: list[str]) -> None:
        if len(fields) < 3 or fields[1] not in self._runs:
            connection.say("no entry point of this simulation started this program\n")
            connection.end(255)
            return
        program, token, _system, *argv = fields
        run = self._runs[token]
        called: Callable[[Connection, list[str]], None] = run.dscli_called if program == "dscli" else run.ha_called
        called(connection, argv if program == "dscli" else [program, *argv])


__all__ = ["HarnessFaultError", "ProcessRunner"]
