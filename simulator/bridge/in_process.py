"""The agent in a greenlet: blocking code that stands still while simulated time passes.

An entry point runs until it needs something that takes simulated time. It then switches to the hub (the greenlet that
runs the SimPy loop) with a request: a function that, called in the hub, returns the event to wait for. When that event
happens the hub switches back with its value.

Rule 1: the world is touched in the hub only. What takes no simulated time and touches only this host's own files is
done in place, without a switch: a healthy monitor never leaves its greenlet.
Rule 2: killed is killed. A killed greenlet is never resumed, and it is kept (not dropped) until the world ends, because
dropping its last reference would run its `finally` blocks. When they run at last, every port raises GreenletExit.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn, Protocol, cast

import simpy
from greenlet import GreenletExit, getcurrent, greenlet

from mirrordrill.agent import entrypoints, fire_drill
from mirrordrill.agent.messages import STATE_VOIDED, say
from mirrordrill.agent.ports import HEARD_MAX, FileFacts, HaAnswer, Heard, Node, Severity, Until
from mirrordrill.simulator.bridge.environment import (
    CANNOT_START,
    KILLED_BY_SIGKILL,
    START_S,
    STATE_DIRECTORY,
    HaResult,
    Surroundings,
    sender_of,
)
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.host.host import Host, LogLine, MemoryFiles, ReplayedFiles
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.ports import Call, EntryPointOutcome

Request = Callable[[], simpy.Event]


class Waiter(Protocol):
    """Who can let simulated time pass for an entry point."""

    def wait(self, request: Request) -> Any:
        """Stand still until the event that the request returns has happened; its value."""


class SimulatedTerminal:
    """The agent's side of a look-alike program: a channel read in simulated time."""

    def __init__(self, kernel: Kernel, host: Host, waiter: Waiter, user: str) -> None:
        self._env = kernel.env
        self._host = host
        self._waiter = waiter
        self.channel = self._channel = Channel(kernel, user, on_output=self._hear, on_closed=lambda _code: self._look())
        self._unread = ""
        self._listening: tuple[tuple[str, ...], simpy.Event] | None = None

    def expect(self, prompts: Sequence[str], timeout_s: float) -> Heard:
        """Listen in simulated time."""
        return cast(Heard, self._waiter.wait(lambda: self._listen(tuple(prompts), timeout_s)))

    def send_line(self, text: str) -> None:
        """Type a line; it is with the program at once."""
        self._waiter.wait(lambda: self._done(lambda: self._channel.send_line(text)))

    def close(self) -> int | None:
        """Hang up. The program's exit code, where it ended by itself before."""
        self._waiter.wait(lambda: self._done(self._channel.abort))
        return self._channel.exit_code

    def _done(self, act: Callable[[], None]) -> simpy.Event:
        act()
        return self._env.event().succeed()

    def _listen(self, prompts: tuple[str, ...], timeout_s: float) -> simpy.Event:
        heard = self._env.event()
        self._listening = (prompts, heard)
        self._look()
        if not heard.triggered:
            when(self._env.timeout(self._host.patience_s(timeout_s)), lambda _: self._give_up(heard))
        return heard

    def _hear(self, text: str) -> None:
        self._unread += text
        self._look()

    def _look(self) -> None:
        if self._listening is not None and (found := self._take(self._listening[0])):
            self._answer(self._listening[1], found)

    def _give_up(self, heard: simpy.Event) -> None:
        if not heard.triggered:
            text, self._unread = self._unread, ""
            self._answer(heard, Heard(text, Until.SILENCE, ""))

    def _answer(self, heard: simpy.Event, what: Heard) -> None:
        self._listening = None
        heard.succeed(what)

    def _take(self, prompts: tuple[str, ...]) -> Heard | None:
        found = [(self._unread.index(prompt), prompt) for prompt in prompts if prompt in self._unread]
        if found:
            at, prompt = min(found)
            text, self._unread = self._unread[:at], self._unread[at + len(prompt) :]
            return Heard(text, Until.PROMPT, prompt)
        if self._channel.exit_code is not None:
            text, self._unread = self._unread, ""
            return Heard(text, Until.END, "")
        if len(self._unread) > HEARD_MAX:
            return Heard(self._unread[:HEARD_MAX], Until.FLOOD, "")
        return None


class SimulatedNode:
    """`mirrordrill.agent.ports.Node` on a simulated host."""

    def __init__(self, around: Surroundings, host: Host, call: Call, waiter: Waiter) -> None:
        files = host.files.in_memory if isinstance(host.files, ReplayedFiles) else host.files
        assert isinstance(files, MemoryFiles)
        self._around = around
        self._host = host
        self._files = files
        self._call = call
        self._waiter = waiter
        self._is_killed = False
        self.answers: list[str] = []
        self.channels: list[Channel] = []

    @property
    def system(self) -> str:
        """The host's name."""
        return self._host.name

    def kill(self) -> None:
        """From now on every port raises GreenletExit, and the sessions of all started programs are aborted."""
        self._is_killed = True
        for channel in self.channels:
            channel.abort()

    def uptime_s(self) -> float:
        """Simulated uptime."""
        self._check()
        return self._host.uptime_s()

    def pause(self, duration_s: float, awaited: str) -> None:  # noqa: ARG002 - no program watches a simulated node wait
        """Let simulated time pass."""
        self._check()
        self._waiter.wait(lambda: self._around.kernel.after(self._host.patience_s(duration_s)))

    def boot_id(self) -> str:
        """The host's boot id."""
        self._check()
        return self._host.boot_id

    def has_state(self, name: str) -> bool:
        """Whether the host has the state file, and it counts."""
        return self.read_state(name) is not None

    def state_names(self) -> Sequence[str]:
        """Every file of the state directory."""
        self._check_files()
        return list(self._files.texts)

    def read_state(self, name: str) -> str | None:
        """The state file's text; None where a note says that it counts as removed."""
        if name in self._files.voided:
            self._check()
            return None
        self._check_files()
        return self._files.texts.get(name)

    def write_state(self, name: str, text: str) -> None:
        """Write the state file; durable at once."""
        self._check_files()
        if self._files.is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._files.texts[name] = text
        self._files.voided.discard(name)
        self._files.touched = True

    def remove_state(self, name: str) -> bool:
        """Remove the state file; one that cannot be removed counts as removed, and the log says so."""
        self._check()
        self._files.touched = True
        if self._files.is_unreadable:
            was_there = name not in self._files.voided
            self._files.voided.add(name)
            if was_there:
                say(self, STATE_VOIDED, name=name)
            return was_there
        was_there = self._files.texts.pop(name, None) is not None and name not in self._files.voided
        self._files.voided.discard(name)
        return was_there

    def private_file(self, name: str, text: str) -> str:
        """Beside the state files, and outside of /var where their disk fails."""
        self._check()
        self._files.private_texts[name] = text
        return f"{STATE_DIRECTORY}/{name}"

    def private_text(self, name: str) -> str | None:
        """As it was written last."""
        self._check()
        return self._files.private_texts.get(name)

    def inspect_file(self, path: str) -> FileFacts | None:
        """The DS CLI is there and executable; any other file is taken to be its owner's alone."""
        self._check()
        return FileFacts(is_regular=True, mode=0o755 if self._is_dscli(path) else 0o600, owner_uid=0)

    def start_program(self, argv: Sequence[str]) -> SimulatedTerminal:
        """Only the DS CLI is installed."""
        self._check()
        if not self._is_dscli(argv[0]):
            raise FileNotFoundError(2, "No such file or directory", argv[0])
        terminal = SimulatedTerminal(self._around.kernel, self._host, self._waiter, sender_of(self._call))
        self.channels.append(terminal.channel)
        self._waiter.wait(lambda: self._start(argv, terminal.channel))
        return terminal

    def _is_dscli(self, path: str) -> bool:
        home, _, name = path.rpartition("/")
        return name == "dscli" and home in self._host.dscli_homes

    def run_ha(self, argv: Sequence[str], timeout_s: float) -> HaAnswer:
        """Ask the cluster's engine."""
        self._check()
        return cast(HaAnswer, self._waiter.wait(lambda: self._ask(argv, timeout_s)))

    def log(self, severity: Severity, message_id: int, text: str) -> None:
        """One line of the agent's log."""
        self._check()
        line = LogLine(self._call.resource, self._call.entry, severity.value, message_id, text)
        self._files.lines.append(line)

    def answer(self, text: str) -> None:
        """Output of the entry point."""
        self._check()
        self.answers.append(text if text.endswith("\n") else text + "\n")

    def _check(self) -> None:
        if self._is_killed:
            raise GreenletExit

    def _check_files(self) -> None:
        self._check()
        if self._files.is_unreadable:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def _start(self, argv: Sequence[str], channel: Channel) -> simpy.Event:
        self._around.start_dscli(self._host.name, argv[1:], channel)
        return self._around.kernel.env.event().succeed()

    def _ask(self, argv: Sequence[str], timeout_s: float) -> simpy.Event:
        env = self._around.kernel.env
        answered = env.event()

        def answer(event: simpy.Event) -> None:
            if not answered.triggered:
                result = cast(HaResult, event.value)
                answered.succeed(HaAnswer(result.exit_code, result.output))

        def give_up(_: simpy.Event) -> None:
            if not answered.triggered:
                answered.succeed(HaAnswer(None, ""))

        asked = self._around.run_ha(self._host.name, argv)
        when(asked, answer)
        # Nearly every command is answered at once: nothing has to watch for its time being up.
        if not asked.triggered:
            when(env.timeout(self._host.patience_s(timeout_s)), give_up)
        return answered


def when(event: simpy.Event, callback: Callable[[simpy.Event], None]) -> None:
    """Call back when the event has happened; at once if it has been processed already."""
    if event.processed:
        callback(event)
    else:
        event.callbacks.append(callback)


class GreenletRun:
    """One entry point in a greenlet of its own."""

    def __init__(self, around: Surroundings, call: Call) -> None:
        self._env = env = around.kernel.env
        self.done = env.event()
        self.call = call
        self._host = around.host(call.system)
        self._node = SimulatedNode(around, self._host, call, self)
        self._ports: Node = self._node
        if around.tap is not None:
            self._ports = around.tap.begin(call).node(self._node, self)
        elif around.moments is not None:
            self._ports = around.moments.node(call, self._node, self)
        self._greenlet: greenlet | None = None
        self.is_killed = False
        when(env.timeout(START_S), lambda _: self._host.when_awake(self._start_run))

    def wait(self, request: Request) -> Any:
        """Switch to the hub with the request; called in the entry point's greenlet, never once it is killed."""
        if self.is_killed:
            raise GreenletExit
        parent = getcurrent().parent
        assert parent is not None
        return parent.switch(request)

    def kill(self) -> None:
        """Never resume the greenlet; abort the sessions of its programs."""
        if not self.done.triggered:
            self.is_killed = True
            self._node.kill()

    def kill_self(self) -> NoReturn:
        """End as by SIGKILL; called in the entry point's greenlet."""
        self.wait(self._kill_now)
        raise GreenletExit

    def kill_from_outside(self) -> None:
        """Kill it with SIGKILL, not by VCS; called in the hub. The run ends with that signal's exit code."""
        self._kill_now()

    def hang(self) -> NoReturn:
        """Stand still for good; called in the entry point's greenlet."""
        self.wait(self._env.event)
        raise GreenletExit

    def _kill_now(self) -> simpy.Event:
        self.kill()
        self.done.succeed(EntryPointOutcome(KILLED_BY_SIGKILL, ""))
        return self._env.event()

    def discard(self) -> None:
        """The world ends: drop the greenlet. Its ports raise GreenletExit, so its `finally` blocks do nothing."""
        self.kill()
        self._greenlet = None

    def _start_run(self) -> None:
        if not self._host.has_agent:
            self.done.succeed(EntryPointOutcome(CANNOT_START, ""))
        elif not self.is_killed:
            self._greenlet = greenlet(self._run)
            self._step(None)

    def _run(self, _: object) -> int:
        if self.call.type_name == fire_drill.TYPE_NAME:
            return fire_drill.run_entry(self.call.entry, self.call.arguments, self._ports)
        return int(entrypoints.run(self.call.entry, self.call.arguments, self._ports))

    def _resume(self, event: simpy.Event) -> None:
        self._host.when_awake(partial(self._step, event.value))

    def _step(self, value: object) -> None:
        if self.is_killed:
            return
        assert self._greenlet is not None
        # The hub of this moment: a sentence of a rehearsal that waits steps the simulation in a greenlet of its own.
        self._greenlet.parent = getcurrent()
        handed_back = self._greenlet.switch(value)
        self._host.notice_files()
        if self._greenlet.dead:
            self.done.succeed(EntryPointOutcome(handed_back, "".join(self._node.answers)))
        else:
            when(handed_back(), self._resume)


class GreenletRunner:
    """Runs MetroMirror entry points in process."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._standing: dict[GreenletRun, None] = {}

    def start(self, call: Call) -> GreenletRun:
        """Start one; finished runs are forgotten, killed ones are kept until the world ends."""
        run = GreenletRun(self._around, call)
        self._standing[run] = None
        when(run.done, lambda _: self._forget(run))
        return run

    def _forget(self, run: GreenletRun) -> None:
        """The run has ended. One that was killed has an outcome too, but dropping its greenlet runs its `finally`."""
        if not run.is_killed:
            self._standing.pop(run, None)

    def under_way(self, system: str, entry: str) -> list[GreenletRun]:
        """The runs of an entry point on a system that have neither ended nor been killed."""
        running = (run for run in self._standing if not run.is_killed and not run.done.triggered)
        return [run for run in running if (run.call.system, run.call.entry) == (system, entry)]

    def close(self) -> None:
        """Drop all greenlets that are left."""
        for run in self._standing:
            run.discard()
        self._standing.clear()
