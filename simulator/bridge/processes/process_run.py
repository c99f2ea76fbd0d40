"""One entry point as a real process, in simulated time.

A process is at any moment either *computing* or *blocked*: waiting for the answer of a look-alike program that it
started. While one computes, simulated time stands still (`ControlSocket.run_until`). It is blocked when one of its
programs has passed a line or a command on to the simulator. It computes again when that program gets its answer or
ends, or when the agent's own time-out is over.

The agent measures time by its node's uptime, a file that only the simulator writes; what it is waiting for, and until
which uptime, stands in its wait note. So a time-out that would take real minutes takes none.

Rule 1: a process is released by one simulator event at a time, and pumped until it is blocked or gone before the next
simulator event happens: the order of the log cannot depend on the machine's speed.
Rule 2: a kill is SIGKILL to the process group; the sessions of its programs end at the same simulated moment.
Rule 3: on a host that stands still nothing computes; what would reach a process waits (`DeliveryQueue`).
Rule 4: a process that a tap wants dead at one of its own port calls kills itself there (`programs/killer.py`), unless
it is a program's turn just then: that moment only the simulator knows.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import simpy

from mirrordrill.simulator.bridge.environment import (
    CANNOT_START,
    KILLED_BY_SIGKILL,
    START_S,
    HaResult,
    Surroundings,
    sender_of,
)
from mirrordrill.simulator.bridge.in_process import when
from mirrordrill.simulator.bridge.ports_tap import Port
from mirrordrill.simulator.bridge.processes import host_directory as directory
from mirrordrill.simulator.bridge.processes import private_mounts
from mirrordrill.simulator.bridge.processes.control_socket import ControlSocket, ProgramConnection
from mirrordrill.simulator.bridge.processes.delivery_queue import DeliveryQueue
from mirrordrill.simulator.bridge.processes.interrupts import deferred
from mirrordrill.simulator.bridge.programs import killer
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.host.host import Host
from mirrordrill.simulator.site.script_files import interpreter_of
from mirrordrill.simulator.vcs.events import OutputPrinted
from mirrordrill.simulator.vcs.ports import Call, EntryPointOutcome

NOTE_AFTER_S = 1.0
"""Simulated seconds without an answer after which the wait note is looked up; shorter waits need no note."""
NOTE_PATIENCE_S = 20.0
"""Real seconds that the agent is given to write its wait note: it always does, if late on a busy machine."""
UNTIL = re.compile(r"^until_uptime_s\s*=\s*([0-9.]+)\s*$", re.MULTILINE)
PAUSE = re.compile(r"^kind\s*=\s*pause\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Program:
    """What is executed for an entry point."""

    script: Path
    leaves_notes: bool = True
    """Whether it says, as our agent does, what it waits for and until when."""
    patience_s: float | None = None
    """Real seconds of computing after which it is taken to hang; None where that is a fault of the harness."""


class ProcessHost(Protocol):
    """What a run needs of the runner that started it."""

    around: Surroundings
    control_socket: ControlSocket

    def root_of(self, system: str) -> Path:
        """The directory that a host's processes take for their machine."""

    def tell_the_time(self, host: Host) -> None:
        """Write what the host's /proc says."""

    def environment(self, call: Call, token: str) -> dict[str, str]:
        """The environment of an entry point."""

    def is_new_complaint(self, call: Call, lines: tuple[str, ...]) -> bool:
        """Whether a monitor wrote something to its standard error that it did not write the last time."""


class ProcessRun:
    """One entry point as a process."""

    def __init__(self, runner: ProcessHost, call: Call, token: str, program: Program) -> None:
        self._runner = runner
        self._program = program
        self._around = runner.around
        self._env: simpy.Environment = runner.around.kernel.env
        self._host: Host = runner.around.host(call.system)
        self.call = call
        self._token = token
        self._tapped = runner.around.tap.begin(call) if runner.around.tap and program.leaves_notes else None
        self._root = runner.root_of(call.system)
        self._process: subprocess.Popen[bytes] | None = None
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed where the entry point ends
        is_own_monitor = call.entry == "monitor" and not program.leaves_notes
        self._complaints = tempfile.TemporaryFile() if is_own_monitor else None  # noqa: SIM115 - likewise
        """What a monitor of the user's own writes to its standard error: for the log, not for VCS."""
        self._channels: list[Channel] = []
        self._computing = False
        self.is_killed = False
        self._asked = 0
        self._delivery_queue = DeliveryQueue(self._host, self)
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
        self._close_files()

    def kill_from_outside(self) -> None:
        """Kill it with SIGKILL, not by VCS: the run ends with that signal's exit code."""
        if not self.is_killed and not self.done.triggered:
            self.kill()
            self.done.succeed(EntryPointOutcome(KILLED_BY_SIGKILL, ""))

    def dscli_called(self, connection: ProgramConnection, argv: list[str]) -> None:
        """The agent started the DS CLI: it waits for what that says."""
        channel = Channel(
            self._around.kernel,
            sender_of(self.call),
            on_output=lambda text: self._hears(connection, text),
            on_waiting_for_input=lambda: self._may_type(connection),
            on_closed=lambda code: self._ended(connection, code),
        )
        self._channels.append(channel)
        connection.on_lost = channel.abort
        connection.on_frame = lambda kind, payload: self._typed(channel, kind, payload)
        self._hands_over(Port.START_PROGRAM, lambda: self._around.start_dscli(self.call.system, argv, channel))

    def ha_called(self, connection: ProgramConnection, argv: list[str]) -> None:
        """The agent ran a VCS command: it waits for its end."""

        def answer(event: simpy.Event) -> None:
            result = cast(HaResult, event.value)
            self._hears(connection, result.stdout)
            if result.stderr:
                self._delivery_queue.bring(connection, lambda: self._hear_error(connection, result.stderr))
            self._ended(connection, result.exit_code)

        def answered(event: simpy.Event) -> None:
            # Hearing is an event of its own, as it is in process: what else happens at this very moment comes first.
            when(self._env.event().succeed(event.value), answer)

        self._blocked()
        when(self._around.run_ha(self.call.system, argv), answered)

    def _begin(self, _: simpy.Event) -> None:
        self._host.when_awake(self._start)

    def _start(self) -> None:
        if self.is_killed:
            return
        self._runner.tell_the_time(self._host)
        environment = self._environment()
        heard, held = os.pipe()
        try:
            with deferred():
                self._process = subprocess.Popen(  # noqa: S603 - the agent's own script, no shell
                    [*self._before(environment), str(self._program.script), *self.call.arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=self._output,
                    stderr=self._complaints or subprocess.STDOUT,
                    env=environment,
                    cwd=self._root,
                    start_new_session=True,
                    pass_fds=(held,) if self._program.leaves_notes else (),
                )
        except OSError as error:
            # The agent was removed from this host: VCS gets an exit code that it does not know, and no output. For a
            # script that site.toml names, the output says which file is missing.
            os.close(heard)
            self._close_files()
            said = "" if self._program.leaves_notes else f"{error.filename}: {error.strerror}\n"
            self.done.succeed(EntryPointOutcome(CANNOT_START, said))
            return
        finally:
            os.close(held)
        if self._program.leaves_notes:
            self._runner.control_socket.watch_end(heard, self._gone)
        else:
            os.close(heard)
            if sys.platform == "linux":  # elsewhere its end is noticed a little later, by looking
                self._runner.control_socket.watch_end(os.pidfd_open(self._process.pid), lambda: None)
        self.compute()

    def _environment(self) -> dict[str, str]:
        """The environment of the entry point; a script of the user's own gets his PATH and PERL5LIB besides."""
        environment = self._runner.environment(self.call, self._token)
        if self._program.leaves_notes:
            return environment
        for name in ("PATH", "PERL5LIB"):
            found = [environment.get(name, ""), os.environ.get(name, "")]
            environment[name] = ":".join(filter(None, found))
        return environment

    def _before(self, environment: Mapping[str, str]) -> tuple[str, ...]:
        """What stands in front of the script: a killer, or mounts of the host's own and an interpreter."""
        if self._program.leaves_notes:
            return self._killer()
        script = self._program.script
        if not script.is_file():
            return ()
        folder = script.resolve().parent
        kept = (self._root.parent, self._runner.control_socket.path.parent, folder, folder.parent, Path(sys.prefix))
        return (*private_mounts.prefix(self._root, kept), *interpreter_of(script, environment))

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

    def compute(self) -> None:
        """Let the process run, and time stand still, until it is blocked or gone, or is taken to hang."""
        if self.is_killed or self.done.triggered:
            return
        self._computing = True
        self._asked += 1
        self._runner.tell_the_time(self._host)
        what = f"{self.call.entry} of {self.call.resource}"
        if not self._runner.control_socket.run_until(self._stands_still, what, self._program.patience_s):
            # Nothing more comes of it, however fast this machine is: simulated time goes on, and VCS will kill it.
            self.signal(signal.SIGSTOP)
            self._computing = False

    # What `DeliveryQueue` needs.

    def signal(self, number: signal.Signals) -> None:
        """Send the process itself a signal; not its programs."""
        if self._process is not None and not self.is_killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def tell_the_time(self) -> None:
        """Let it find the present time."""
        self._runner.tell_the_time(self._host)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Let its programs pass on what they were told."""
        self._runner.control_socket.run_until(condition, f"a program of {self.call.entry} of {self.call.resource}")

    def _stands_still(self) -> bool:
        """Whether the process is blocked or gone; one that pauses by itself is blocked until its pause is over."""
        if self._computing and not self._program.leaves_notes:
            self._look_for_the_end()
        note = self._note() if self._computing and self._program.leaves_notes else ""
        if PAUSE.search(note) and (until := UNTIL.search(note)):
            left_s = self._host.seconds_until(float(until[1]))
            if left_s > 0:
                self._host.notice_files()
                self._computing = False
                when(self._env.timeout(left_s, self._asked), self._time_is_up)
        return not self._computing

    def _blocked(self) -> None:
        self._host.notice_files()
        self._computing = False
        if self._program.leaves_notes:
            when(self._env.timeout(NOTE_AFTER_S, self._asked), self._look_at_the_note)

    def _typed(self, channel: Channel, kind: bytes, payload: bytes) -> None:
        if kind == b"I":
            line = payload.decode("utf-8", "replace")
            self._hands_over(Port.SEND_LINE, lambda: channel.send_line(line))
        elif kind == b"E":
            channel.hang_up()

    def _hears(self, connection: ProgramConnection, text: str) -> None:
        """Whatever a process hears, it must find the time at which it was said."""
        self._delivery_queue.bring(connection, lambda: self._hear(connection, text))

    def _hear(self, connection: ProgramConnection, text: str) -> bool:
        connection.say(text)
        return False

    def _hear_error(self, connection: ProgramConnection, text: str) -> bool:
        connection.complain(text)
        return False

    def _may_type(self, connection: ProgramConnection) -> None:
        self._delivery_queue.bring(connection, lambda: self._want_line(connection))

    def _want_line(self, connection: ProgramConnection) -> bool:
        connection.want_line()
        return True

    def _ended(self, connection: ProgramConnection, exit_code: int) -> None:
        self._delivery_queue.bring(connection, lambda: self._end(connection, exit_code))

    def _end(self, connection: ProgramConnection, exit_code: int) -> bool:
        was_open = connection.open
        connection.end(exit_code)
        return was_open

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
        self._delivery_queue.bring(None, lambda: event.value == self._asked)

    def _close_files(self) -> None:
        self._output.close()
        if self._complaints is not None:
            self._complaints.close()

    def _log_complaints(self) -> None:
        """Log what a monitor wrote to its standard error, unless it wrote the same the last time."""
        if self._complaints is None:
            return
        self._complaints.seek(0)
        lines = tuple(self._complaints.read().decode("utf-8", "replace").splitlines())
        self._complaints.close()
        call = self.call
        if self._runner.is_new_complaint(call, lines):
            self._around.kernel.emit(OutputPrinted(call.system, call.resource, call.entry, lines))

    def _look_for_the_end(self) -> None:
        """A script's end is its own; whatever it leaves running dies with it, for that lives in no simulated time."""
        assert self._process is not None
        if os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            # Not yet reaped, so no other process can have its group's number.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._gone()

    def _gone(self) -> None:
        if self.is_killed or self._process is None:
            return
        code = self._process.wait()
        self._host.notice_files()
        self._computing = False
        self._output.seek(0)
        output = self._output.read().decode("utf-8", "replace")
        self._output.close()
        self._log_complaints()
        for channel in self._channels:
            channel.abort()
        self.done.succeed(EntryPointOutcome(code if code >= 0 else 128 - code, output))
