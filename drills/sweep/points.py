"""Which faults a numbered port call can meet, and how a point is written: `17:after:killed`.

Rule 1: killed or hung, an entry point stops before its first call or after any of its calls; to stop before a later
call is to stop after the one before it (`mirrordrill.simulator.bridge.ports_tap` says why).
Rule 2: what only looks has no "after" of its own for a port that fails: the failure is all there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.bridge.ports_tap import STOPS, Injection, InjectionKind, Port, PortCall, When
from mirrordrill.simulator.catalogues.bounds import Bound

BOTH_SIDES = (When.BEFORE, When.AFTER)
CONSOLE_KINDS = (InjectionKind.NO_ANSWER, InjectionKind.FAILED, InjectionKind.HMC_LOST, InjectionKind.CUT)
FAILURES: dict[Port, tuple[tuple[InjectionKind, ...], tuple[When, ...]]] = {
    Port.HAS_STATE: ((InjectionKind.FAILED,), (When.BEFORE,)),
    Port.STATE_NAMES: ((InjectionKind.FAILED,), (When.BEFORE,)),
    Port.READ_STATE: ((InjectionKind.FAILED,), (When.BEFORE,)),
    Port.WRITE_STATE: ((InjectionKind.FAILED,), BOTH_SIDES),
    Port.REMOVE_STATE: ((InjectionKind.FAILED,), BOTH_SIDES),
    Port.RUN_HA: ((InjectionKind.FAILED, InjectionKind.NO_ANSWER), BOTH_SIDES),
    Port.START_PROGRAM: ((InjectionKind.HMC_LOST, InjectionKind.FAILED), (When.BEFORE,)),
    Port.SEND_LINE: (CONSOLE_KINDS, BOTH_SIDES),
}
"""Port -> what it can meet besides the end of the entry point itself, and on which sides of its effect."""

NEVER_LEAVE_THE_CLIENT = ("setenv", "quit")
"""Lines that the DS CLI answers by itself: no console can fail at them."""


class PointError(Exception):
    """There is no such point; the text says what a point looks like."""


class Points:
    """All points of a situation, from the port calls of a run without faults."""

    def __init__(self, calls: Sequence[PortCall], agent_mode: AgentMode = AgentMode.IN_PROCESS) -> None:
        self._calls = sorted(calls, key=lambda call: (call.invocation, call.ordinal))
        self._kinds = (InjectionKind.KILLED,) if agent_mode is AgentMode.PROCESS else tuple(InjectionKind)
        self._numbers = {(call.invocation, call.ordinal): number for number, call in enumerate(self._calls)}

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Injection]:
        for call in self._calls:
            for when, kind in faults_at(call):
                if kind in self._kinds:
                    yield Injection(call, when, kind)

    def text(self, injection: Injection) -> str:
        """`17:after:killed`."""
        number = self._numbers[injection.call.invocation, injection.call.ordinal]
        return f"{number}:{injection.when.value}:{injection.kind.value}"

    def parse(self, text: str) -> Injection:
        """The point with this text. Raises PointError."""
        words = text.split(":")
        known = {kind.value: kind for kind in self._kinds}
        if len(words) != 3 or words[1] not in {when.value for when in When} or words[2] not in known:
            raise PointError(
                f"{text!r} is no point; one looks like 17:after:killed, its kind one of {', '.join(known)}"
            )
        if Bound(0, len(self._calls) - 1, "", "there are no more").number(words[0]) is None:
            raise PointError(f"there is no port call {words[0]!r}; this situation has the calls 0 to {len(self) - 1}")
        wanted = (When(words[1]), known[words[2]])
        call = self._calls[int(words[0])]
        if wanted[1] not in STOPS and wanted not in faults_at(call):
            met = ", ".join(f"{when.value}:{kind.value}" for when, kind in faults_at(call))
            raise PointError(f"call {words[0]} is {call.port.value}, which can meet: {met}")
        return Injection(call, *wanted)


def faults_at(call: PortCall) -> tuple[tuple[When, InjectionKind], ...]:
    """What can go wrong at a call (rules 1 and 2)."""
    found = [(When.BEFORE, kind) for kind in (InjectionKind.KILLED, InjectionKind.HUNG) if call.ordinal == 0]
    found += [(When.AFTER, kind) for kind in (InjectionKind.KILLED, InjectionKind.HUNG)]
    if call.port is Port.SEND_LINE and call.detail.startswith(NEVER_LEAVE_THE_CLIENT):
        return tuple(found)
    kinds, sides = FAILURES.get(call.port, ((), ()))
    return (*found, *((when, kind) for kind in kinds for when in sides))
