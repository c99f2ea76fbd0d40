"""Every call of the agent through its ports, numbered; and what may go wrong at exactly one of them.

A run without faults gives the list of all port calls. Another run with the same seed makes the same calls up to the
moment of a fault, so (invocation, ordinal) names a moment that can be met again: the tap then kills the entry point
there, leaves it hanging, lets the port fail, or asks the consoles for trouble.

Between two port calls the agent takes no time and changes nothing that other programs can see. To kill it before a call
is therefore the same as to kill it after the call before; so all moments at which an entry point can die are: before
its first call, and after each one.

Rule 1: faults are data, decided before the run.
Rule 2: without a tap the ports are what they are; nothing in the agent or in its nodes knows of one.
Rule 3: both ways of running the agent count the same calls: those that the agent makes, not those that a node makes to
carry one out. The node's name (`system`) is no call.
"""

from __future__ import annotations

import enum
import errno
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn, Protocol, TypeVar

from greenlet import GreenletExit

from mirrordrill.agent.ports import FileFacts, HaAnswer, Heard, Node, Severity, Terminal
from mirrordrill.simulator.vcs.ports import Call

Result = TypeVar("Result")


class Port(enum.Enum):
    """The ports by the names of their methods."""

    UPTIME = "uptime_s"
    PAUSE = "pause"
    BOOT_ID = "boot_id"
    HAS_STATE = "has_state"
    STATE_NAMES = "state_names"
    READ_STATE = "read_state"
    WRITE_STATE = "write_state"
    REMOVE_STATE = "remove_state"
    INSPECT_FILE = "inspect_file"
    START_PROGRAM = "start_program"
    RUN_HA = "run_ha"
    LOG = "log"
    ANSWER = "answer"
    EXPECT = "expect"
    SEND_LINE = "send_line"
    CLOSE = "close"


HANDS_OVER = frozenset({Port.START_PROGRAM, Port.SEND_LINE})
"""Ports after which it is the program's turn, and a real process is blocked."""


class When(enum.Enum):
    """On which side of the call's effect."""

    BEFORE = "before"
    AFTER = "after"


class InjectionKind(enum.Enum):
    """What happens at a call."""

    KILLED = "killed"
    """kill -9: no further line of the entry point runs."""
    HUNG = "hung"
    """It stands still there until VCS kills it at its time limit."""
    FAILED = "failed"
    """The port fails: an OSError of a file, an error of an `ha` command, a refusal of the console."""
    NO_ANSWER = "no-answer"
    """Nothing is ever heard: of an `ha` command within its time, of the console for ever."""
    HMC_LOST = "hmc-lost"
    """The console is silent from now on."""
    CUT = "cut"
    """The answer breaks off in the middle and the session is gone."""


STOPS = frozenset({InjectionKind.KILLED, InjectionKind.HUNG})


class PortCall(NamedTuple):
    """One call. `nth` counts the calls of the same port in the same invocation, from 0, as `ordinal` counts all."""

    invocation: int
    ordinal: int
    nth: int
    system: str
    resource: str
    entry: str
    port: Port
    detail: str


@dataclass(frozen=True, slots=True)
class Injection:
    """A fault at a call."""

    call: PortCall
    when: When
    kind: InjectionKind


class Stopper(Protocol):
    """An entry point under way that can be stopped from inside."""

    @property
    def is_killed(self) -> bool:
        """Whether nothing of it may run any more."""

    def kill_self(self) -> NoReturn:
        """End as by SIGKILL: the run ends with that signal's exit code."""

    def hang(self) -> NoReturn:
        """Stand still until VCS kills it."""


def no_trouble(injection: Injection) -> None:
    """Without a listener a fault of the consoles cannot be made: a fault of the harness."""
    raise LookupError(f"no listener injects {injection.kind.value} at {injection.call.port.value}")


def no_choice(_: PortCall) -> None:
    """What was decided before the run is all that happens."""


class Tap:
    """Counts the calls of one world, and makes faults happen."""

    def __init__(
        self, injections: Sequence[Injection] = (), choose: Callable[[PortCall], Injection | None] = no_choice
    ) -> None:
        self.calls: list[PortCall] = []
        """Every call made so far, in the order in which they were made. In process only."""
        self.trouble: Callable[[Injection], None] = no_trouble
        """Prepares the consoles for a fault of theirs, before the call is made."""
        self.choose = choose
        """Asked for a fault at each call for which none was given: a sweep that forks is another run from there on."""
        self._injections = {(each.call.invocation, each.call.ordinal): each for each in injections}
        self._begun = 0

    def begin(self, call: Call) -> EntryPointInvocation:
        """An entry point is about to start; invocations are numbered from 0."""
        self._begun += 1
        number = self._begun - 1
        mine = {ordinal: each for (at, ordinal), each in self._injections.items() if at == number}
        return EntryPointInvocation(self, number, call, mine)


class EntryPointInvocation:
    """One run of one entry point."""

    def __init__(self, tap: Tap, number: int, call: Call, injections: dict[int, Injection]) -> None:
        self._tap = tap
        self._number = number
        self._call = call
        self._injections = injections
        self._made: Counter[Port] = Counter()

    def node(self, node: Node, run: Stopper) -> TappedNode:
        """The node with a tap on its ports."""
        return TappedNode(node, self, run)

    def count(self, port: Port, detail: str) -> Injection | None:
        """Number a call; the fault that is to happen at it."""
        call = self._call
        made = PortCall(
            self._number,
            sum(self._made.values()),
            self._made[port],
            call.system,
            call.resource,
            call.entry,
            port,
            detail,
        )
        self._made[port] += 1
        self._tap.calls.append(made)
        return self._injections.get(made.ordinal) or self._tap.choose(made)

    def prepare(self, injection: Injection) -> None:
        """Have the consoles prepared."""
        self._tap.trouble(injection)

    def killer_arguments(self) -> tuple[str, ...]:
        """Ordinal and side of the call at which a real process is to kill itself; nothing where it is not to."""
        for injection in self._injections.values():
            if injection.kind is InjectionKind.KILLED and not is_handing_over(injection):
                return str(injection.call.ordinal), injection.when.value
        return ()

    def dies_after(self, port: Port) -> bool:
        """Count a real process's handing over to a program; whether it is to be killed now that the program has it."""
        nth = self._made[port]
        self._made[port] += 1
        return any(
            is_handing_over(each) and each.call.port is port and each.call.nth == nth
            for each in self._injections.values()
        )


def is_handing_over(injection: Injection) -> bool:
    """Whether a real process dies while the program has its turn, so that only the simulator knows the moment."""
    return injection.kind is InjectionKind.KILLED and injection.when is When.AFTER and injection.call.port in HANDS_OVER


class _Tapped:
    """What node and terminal have in common."""

    def __init__(self, invocation: EntryPointInvocation, run: Stopper) -> None:
        self._invocation = invocation
        self._run = run

    def _pass(
        self,
        port: Port,
        detail: str,
        act: Callable[[], Result],
        instead: Callable[[InjectionKind], Result] | None = None,
    ) -> Result:
        """Make the call, with whatever is to go wrong at it. `instead` is what a port that fails gives back."""
        if self._run.is_killed:
            raise GreenletExit
        injection = self._invocation.count(port, detail)
        if injection is None:
            return act()
        if injection.kind in STOPS:
            if injection.when is When.AFTER:
                act()
            (self._run.kill_self if injection.kind is InjectionKind.KILLED else self._run.hang)()
        if instead is None:
            self._invocation.prepare(injection)
            return act()
        if injection.when is When.AFTER:
            act()
        return instead(injection.kind)


def io_error(_: InjectionKind) -> NoReturn:
    """What a file port gives instead of working."""
    raise OSError(errno.EIO, "Input/output error")


class TappedTerminal(_Tapped):
    """`mirrordrill.agent.ports.Terminal` with a tap."""

    def __init__(self, terminal: Terminal, invocation: EntryPointInvocation, run: Stopper) -> None:
        super().__init__(invocation, run)
        self._terminal = terminal

    def expect(self, prompts: Sequence[str], timeout_s: float) -> Heard:
        """Listen."""
        return self._pass(Port.EXPECT, "", lambda: self._terminal.expect(prompts, timeout_s))

    def send_line(self, text: str) -> None:
        """Type."""
        self._pass(Port.SEND_LINE, text, lambda: self._terminal.send_line(text))

    def close(self) -> int | None:
        """Hang up."""
        return self._pass(Port.CLOSE, "", self._terminal.close)


class TappedNode(_Tapped):
    """`mirrordrill.agent.ports.Node` with a tap."""

    def __init__(self, node: Node, invocation: EntryPointInvocation, run: Stopper) -> None:
        super().__init__(invocation, run)
        self._node = node

    @property
    def system(self) -> str:
        """The node's name."""
        return self._node.system

    def uptime_s(self) -> float:
        """The node's uptime."""
        return self._pass(Port.UPTIME, "", self._node.uptime_s)

    def pause(self, duration_s: float, awaited: str) -> None:
        """Wait."""
        self._pass(Port.PAUSE, awaited, lambda: self._node.pause(duration_s, awaited))

    def boot_id(self) -> str:
        """The node's boot id."""
        return self._pass(Port.BOOT_ID, "", self._node.boot_id)

    def has_state(self, name: str) -> bool:
        """Look for a state file."""
        return self._pass(Port.HAS_STATE, name, lambda: self._node.has_state(name), io_error)

    def state_names(self) -> Sequence[str]:
        """List the state files."""
        return self._pass(Port.STATE_NAMES, "", self._node.state_names, io_error)

    def read_state(self, name: str) -> str | None:
        """Read a state file."""
        return self._pass(Port.READ_STATE, name, lambda: self._node.read_state(name), io_error)

    def write_state(self, name: str, text: str) -> None:
        """Write a state file."""
        self._pass(Port.WRITE_STATE, name, lambda: self._node.write_state(name, text), io_error)

    def remove_state(self, name: str) -> bool:
        """Remove a state file."""
        return self._pass(Port.REMOVE_STATE, name, lambda: self._node.remove_state(name), io_error)

    def private_file(self, name: str, text: str) -> str:
        """Hand a file to a program that is started next: no point of its own, for it changes nothing."""
        return self._node.private_file(name, text)

    def private_text(self, name: str) -> str | None:
        """Read one: no point of its own, either."""
        return self._node.private_text(name)

    def inspect_file(self, path: str) -> FileFacts | None:
        """Look at a file."""
        return self._pass(Port.INSPECT_FILE, path, lambda: self._node.inspect_file(path))

    def start_program(self, argv: Sequence[str]) -> Terminal:
        """Start a program."""
        terminal = self._pass(Port.START_PROGRAM, " ".join(argv), lambda: self._node.start_program(argv))
        return TappedTerminal(terminal, self._invocation, self._run)

    def run_ha(self, argv: Sequence[str], timeout_s: float) -> HaAnswer:
        """Run a VCS command."""

        def instead(kind: InjectionKind) -> HaAnswer:
            if kind is InjectionKind.NO_ANSWER:
                self._node.pause(timeout_s, argv[0])
                return HaAnswer(None, "")
            return HaAnswer(1, "VCS ERROR V-16-1-10600 Cannot connect to VCS engine\n")

        return self._pass(Port.RUN_HA, " ".join(argv), lambda: self._node.run_ha(argv, timeout_s), instead)

    def log(self, severity: Severity, message_id: int, text: str) -> None:
        """Write a log line."""
        self._pass(Port.LOG, text, lambda: self._node.log(severity, message_id, text))

    def answer(self, text: str) -> None:
        """Answer the caller."""
        self._pass(Port.ANSWER, text, lambda: self._node.answer(text))
