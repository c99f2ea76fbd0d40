"""Worlds that are kept ready for a step back: a step back goes on from the nearest one, not from the beginning.

While the server has nothing else to do, the lines of the current branch are carried out again, one at a time, in worlds
of their own; each of these stops at a mark. Marks are set by what happened, not by the clock: quiet hours cost nothing.
A world that a step back has taken is built again.

Rule 1: a checkpoint is a replay, so it comes to the same event log as one.
Rule 2: scripts of a site's own are no part of a replay that no person asked for: such a site has no checkpoints.
Rule 3: what a checkpoint needs is bounded: there are at most `MOST`, and the marks are moved apart as the log grows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mirrordrill.drills.rehearse.branch_world import BranchWorld, RecordedLine
from mirrordrill.drills.rehearse.branches.lines import lines_before
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.shrink.schedule import ScheduledStep
from mirrordrill.drills.steps.tables import Table
from mirrordrill.simulator.site.site import Site

RECORDS = 256
"""Between two marks lie so many records of the event log, or a multiple of it: a tenth of a second of replay."""
MOST = 24

Key = tuple[str, str, Table | None]


class Checkpoints:
    """The checkpoints of a rehearsal."""

    def __init__(self, make: Callable[[], BranchWorld]) -> None:
        """`make` makes a world without a line."""
        self._make = make
        self._kept: list[BranchWorld] = []
        self._growing: BranchWorld | None = None
        self._branch: Sequence[RecordedLine] = ()
        """The lines of the branch that the checkpoints are of. Lines are added to it, never changed."""
        self._marks: list[int] = []
        self._marks_until = 0
        """How long the event log may become without a new mark."""
        self._is_given_up = False

    def __len__(self) -> int:
        """How many there are."""
        return len(self._kept)

    def work(self, stage: BranchWorld) -> bool:
        """Carry out one line, if a checkpoint of this branch is missing; whether one was."""
        lines = stage.lines
        if self._is_given_up or not lines or runs_scripts(stage.world.site):
            return False
        if lines is not self._branch or lines[-1].records >= self._marks_until:
            self._branch = lines
            self._marks, self._marks_until = marks(lines)
            self._keep_what_is_of(lines)
        standing = {len(each.lines) for each in self._kept}
        missing = next((mark for mark in self._marks if mark not in standing), None)
        if missing is None:
            return False
        if self._growing is not None and len(self._growing.lines) >= missing:
            self._give_up_growing()
        grown = self._growing = self._growing or self._make()
        try:
            grown.replay([lines[len(grown.lines)].line])
        except UsageError:
            # The replay at the end of the rehearsal says what is wrong; a step back replays, and says so, too.
            self._is_given_up = True
            self.close()
            return False
        if len(grown.lines) == missing:
            self._kept.append(grown)
            self._growing = None
        return True

    def _keep_what_is_of(self, lines: Sequence[RecordedLine]) -> None:
        """Give up worlds that stand at no mark, or have carried out other lines."""
        wanted = keys([each.line for each in lines])
        for each in tuple(self._kept):
            if len(each.lines) not in self._marks or not is_begin(each, wanted):
                self._kept.remove(each)
                each.world.close()
        if self._growing is not None and not is_begin(self._growing, wanted):
            self._give_up_growing()

    def take(self, lines: Sequence[ScheduledStep]) -> BranchWorld | None:
        """The world that has carried out most of these lines, and no other; None where there is none."""
        wanted = keys(lines)
        found = max((each for each in self._kept if is_begin(each, wanted)), key=lambda it: len(it.lines), default=None)
        if found is not None:
            self._kept.remove(found)
        return found

    def _give_up_growing(self) -> None:
        if self._growing is not None:
            self._growing.world.close()
            self._growing = None

    def close(self) -> None:
        """End all of their worlds."""
        self._give_up_growing()
        for each in self._kept:
            each.world.close()
        self._kept.clear()


def runs_scripts(site: Site) -> bool:
    """Whether site.toml names scripts, of types or of triggers, that the machine executes in each world of the site."""
    return any(each.scripts is not None for each in site.settings.types.values())


def keys(lines: Sequence[ScheduledStep]) -> list[Key]:
    """What two lines have in common that do the same."""
    return [(each.kind, each.words, each.table) for each in lines]


def is_begin(stage: BranchWorld, wanted: Sequence[Key]) -> bool:
    """Whether a world has carried out the first of these lines."""
    return len(stage.lines) <= len(wanted) and keys([each.line for each in stage.lines]) == wanted[: len(stage.lines)]


def marks(lines: Sequence[RecordedLine]) -> tuple[list[int], int]:
    """After how many lines a checkpoint stands: where the site is up, and where the log has grown by so much.

    Also the length of the log at which there may be one more.
    """
    begin, every = lines_before(lines), RECORDS
    while True:
        grown = (at for at in range(begin, len(lines)) if lines[at].records // every > lines[at - 1].records // every)
        found = [begin, *(at + 1 for at in grown)]
        if len(found) <= MOST:
            return found, (lines[-1].records // every + 1) * every
        every *= 2
