"""A branch that is gone through once more, and what would have come of an action at a moment of it.

The way to a moment is the same for all actions: it is replayed once, the process is forked there for each of them, and
the child does the action, lets the rest happen as it did, and counts. Later moments of the same loss begin where the
last one stands.

Rule 1: moments only follow each other: what lies before is another `WhatIf`.
Rule 2: a process that cannot be forked, because it has a second thread or there is no room, counts the same from a
replay of its own.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from mirrordrill.drills.explore.workers.forked import ForkedChild, ForkFailedError, fork
from mirrordrill.drills.history.write_ledger import Opening
from mirrordrill.drills.rehearse.branch_world import CLOCK, BranchWorld, RecordedLine
from mirrordrill.drills.rehearse.branches.lines import kept_until, passing_us
from mirrordrill.drills.shrink.schedule import ScheduledStep


@dataclass(frozen=True, slots=True)
class LossOfABranch:
    """What is gone through: the lines of a branch until a loss was found, and how a world is made."""

    lines: Sequence[RecordedLine]
    opening: Opening
    make: Callable[[], BranchWorld]


class WhatIf:
    """The branch, at a moment before the loss. Use as a context manager."""

    def __init__(self, loss: LossOfABranch) -> None:
        self._loss = loss
        self._stage = loss.make()
        self._done = 0
        """So many lines were carried out."""
        self._at_us = 0
        """The moment that was wanted last, and"""
        self._reached_us = 0
        """the one that could be reached."""

    def __enter__(self) -> WhatIf:
        return self

    def __exit__(self, *_: object) -> None:
        self._stage.world.close()

    def come_to(self, at_us: int) -> None:
        """Let happen what happened until this moment, and nothing that was done at it."""
        kept, self._reached_us, _ = kept_until(self._loss.lines, 1, at_us)
        for each in self._loss.lines[self._done : len(kept)]:
            if only_waits(each) and self._stage.now_us > each.began_us:
                self._stage.run_to(each.ended_us)
            else:
                self._stage.try_line(each.line)
        self._at_us, self._done = at_us, max(self._done, len(kept))
        self._stage.run_to(self._reached_us)

    def lost(self, actions: Sequence[Sequence[ScheduledStep]]) -> list[int]:
        """For each action, how many acknowledged writes the opened copies lack in the end if it is done here."""
        children = [self._in_a_child(partial(self._lost_after, action)) for action in actions]
        return [self._result(child, action) for child, action in zip(children, actions, strict=True)]

    def lost_at(self, at_us: int, actions: Sequence[Sequence[ScheduledStep]]) -> list[int]:
        """The same at a later moment; this one stays where it stands."""

        def later() -> list[int]:
            self.come_to(at_us)
            return self.lost(actions)

        child = self._in_a_child(later)
        if child is not None:
            with contextlib.suppress(ForkFailedError):
                return msgspec.json.decode(child.result(), type=list[int])
        with WhatIf(self._loss) as other:
            other.come_to(at_us)
            return other.lost(actions)

    def _result(self, child: ForkedChild | None, action: Sequence[ScheduledStep]) -> int:
        if child is not None:
            with contextlib.suppress(ForkFailedError):
                return msgspec.json.decode(child.result(), type=int)
        with WhatIf(self._loss) as other:
            other.come_to(self._at_us)
            return other._lost_after(action)

    @staticmethod
    def _in_a_child(count: Callable[[], object]) -> ForkedChild | None:
        """Count in a child of this process; None where there can be none."""
        if threading.active_count() > 1:
            return None
        try:
            here = fork()
        except OSError:
            return None
        if isinstance(here, ForkedChild):
            return here
        gc.disable()  # it would copy every page of the parent, for a child that ends in a moment
        try:
            here.end(msgspec.json.encode(count()))
        except BaseException:
            here.fail()

    def _lost_after(self, action: Sequence[ScheduledStep]) -> int:
        stage, loss = self._stage, self._loss
        for step in action:
            stage.try_line(step)
        for each in loss.lines[self._done :]:
            if each.began_us >= loss.opening.time_us:
                break
            if not only_waits(each):
                stage.run_to(each.began_us)
                stage.try_line(each.line)
        stage.run_to(loss.opening.time_us)
        stage.world.settle()
        writes = stage.drill.history.writes
        # An action can bring a loss about, too: what the application found missing since it counts as well. What others
        # lost in the same night has curves of its own.
        application = loss.opening.application
        since = (e for e in writes.openings if e.time_us >= self._reached_us and e.application == application)
        found = sum(writes.acknowledged.count(each.lost) for each in since)
        return found + writes.acknowledged.count(writes.newly_missing(loss.opening.event))


def only_waits(line: RecordedLine) -> bool:
    """Whether a line lets time pass and does nothing else."""
    return line.line.words.startswith(CLOCK) or passing_us(line.line) > 0
