"""What a feature declares to be broken, because it cannot be kept there, and whether exactly that is broken.

Rule 1: a declaration names a rule and says how it is broken. It fails where the rule held, or is broken otherwise.
Rule 2: it is judged when its step comes, and again when the drill ends: what breaks later is not covered.
Rule 3: a declared rule stays BROKEN in every report. All that changes is whether the drill held.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mirrordrill.drills.history.spans import merged
from mirrordrill.drills.history.write_ledger import WriteLedger
from mirrordrill.drills.oracles import Oracle
from mirrordrill.drills.run.expectations import ExpectationFailedError, UsageError
from mirrordrill.drills.run.results import OracleResult, Verdict

Judge = Callable[[OracleResult], str]
"""What was seen; raises ExpectationFailedError where the rule is broken in another way than declared."""


@dataclass(frozen=True, slots=True)
class DeclaredBreak:
    """A rule that the feature says cannot be kept here, and what exactly is broken about it."""

    words: str
    judge: Judge


class Declarations:
    """All declarations of one drill; the ledger knows the losses they speak of."""

    def __init__(self, ledger: WriteLedger) -> None:
        self._ledger = ledger
        self._made: dict[str, list[DeclaredBreak]] = {}
        self._losses_declared = 0
        """How many losses a step has declared: every later one wants a declaration of its own."""

    def declare(self, oracles: Sequence[Oracle], rule: str, words: str, judge: Judge) -> str:
        """Declare that a rule is broken in this way.

        Raises ExpectationFailedError where it is not broken, or in another way; UsageError for an unknown rule.
        """
        result = next((found for oracle in oracles if (found := oracle.result()).name == rule), None)
        if result is None:
            raise UsageError(f"there is no rule {rule}; there are: {', '.join(oracle.name for oracle in oracles)}")
        if result.verdict is not Verdict.BROKEN:
            raise ExpectationFailedError(f"{rule} is {result.verdict.value}, not broken: {result.reason}")
        seen = judge(result)
        self._made.setdefault(rule, []).append(DeclaredBreak(words, judge))
        return seen

    def exactly_lost(self, since: str, first: int, volume: str = "") -> Judge:
        """A judge of S2: lost since the last declaration are the writes acknowledged since the event, and no others.

        `since` is the moment in words, `first` the number of its event; only the writes to one volume, where named.
        """
        ledger, writes = self._ledger, self._ledger.acknowledged
        declared = ledger.losses()[self._losses_declared :]
        self._losses_declared = len(ledger.losses())
        opened = ledger.last_openings()

        def judge(_: OracleResult) -> str:
            lost = merged(loss.lost for loss in declared)
            wanted = writes.between(first, opened, volume)
            beside, kept = writes.difference(lost, wanted), writes.difference(wanted, lost)
            seen = f"{writes.count(lost):,} acknowledged writes are missing"
            if beside or kept or not declared:
                raise ExpectationFailedError(
                    f"{seen}: {beside:,} of them acknowledged before {since}, and {kept:,} acknowledged since are there"
                )
            if later := ledger.losses()[self._losses_declared :]:
                more = sum(writes.count(loss.lost) for loss in later)
                raise ExpectationFailedError(f"{seen}, and {more:,} more that were not declared")
            return f"{seen}: exactly those acknowledged since {since}"

        return judge

    def marked(self, result: OracleResult) -> OracleResult:
        """The last word of an oracle: with what was declared of it, where that is still the whole truth."""
        made = self._made.get(result.name, [])
        if not made or result.verdict is not Verdict.BROKEN:
            return result
        words = "; ".join(declaration.words for declaration in made)
        try:
            for declaration in made:
                declaration.judge(result)
        except ExpectationFailedError as otherwise:
            return replace(result, otherwise=f"({words}): {otherwise}")
        return replace(result, declared=words)
