"""What every oracle is, and what it keeps of its judgements."""

from __future__ import annotations

from typing import Protocol

from mirrordrill.drills.history import History
from mirrordrill.drills.run.facts import Facts, Figure, Name
from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.simulator.kernel.events import Record

KILLED_FROM = 128
"""Exit codes from here on are a shell's way of saying that a signal ended it."""


class Oracle(Protocol):
    """What every checker is. Its `name` is its id in the list of invariants (docs/oracles.md).

    It asks the history for the kinds of events that it needs, and sees them after the history has.
    """

    name: str
    promise: str
    sees: str
    undecided_when: str

    def __init__(self, history: History) -> None:
        """Watch what the history is told of."""

    def result(self) -> OracleResult:
        """The verdict on what was seen until now."""


class Judgement:
    """The last word of an oracle in the making: the first broken moment stands, whatever comes later."""

    def __init__(self, name: str, promise: str) -> None:
        self._name = name
        self._promise = promise
        self._broken: OracleResult | None = None
        self.judged = 0
        """How many times there was something to judge."""

    def broken(self, record: Record, what: str, names: dict[str, Name], **figures: Figure) -> None:
        """The rule does not hold, because of this event."""
        if self._broken is None:
            facts = (Facts(what, names, figures),)
            self._broken = OracleResult(self._name, self._promise, Verdict.BROKEN, record.number, facts)

    def result(self, things: str, open_questions: tuple[Facts, ...] = ()) -> OracleResult:
        """`things` names what was judged; an open question leaves the verdict undecided."""
        if self._broken is not None:
            return self._broken
        if open_questions:
            return self.verdict(Verdict.UNDECIDED, *open_questions)
        names: dict[str, Name] = {"things": things}
        judged = Facts("judged", names, {"judged": self.judged}) if self.judged else Facts("never occurred", names)
        return self.verdict(Verdict.HELD, judged)

    def verdict(self, verdict: Verdict, *facts: Facts) -> OracleResult:
        """What is said of a rule that is not broken; of one that is, how."""
        return self._broken or OracleResult(self._name, self._promise, verdict, None, facts)
