"""What people see of a search while it goes on, and of what it found.

On a terminal a line says how many runs were made and how many steps are left; elsewhere there are only the lines
that stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from mirrordrill.drills.cli.progress import ProgressLine
from mirrordrill.drills.output.text import folded
from mirrordrill.drills.run.pacing import Stopwatch
from mirrordrill.drills.run.results import DrillResult
from mirrordrill.drills.shrink.folder import Written
from mirrordrill.drills.shrink.schedule import step_lines
from mirrordrill.drills.shrink.search import Shrunk
from mirrordrill.simulator.kernel.untrusted import visible


class ShrinkOutput:
    """Tells how a search goes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: ProgressLine | None = None
        self._name = ""
        self._watch = Stopwatch()

    def begins(self, drill: DrillResult) -> None:
        """This drill is going to be shrunk."""
        self._name = f"{drill.feature}: {drill.scenario}"
        self._watch = Stopwatch()
        self.say(Text.assemble(("\nshrinking  ", "bold magenta"), self._name))
        self._progress = ProgressLine(self._console)

    def goes_on(self, runs: int, left: int) -> None:
        """So many runs, so many steps left."""
        if self._progress is not None and self._progress.is_due():
            line = Text.assemble((f"[{runs} runs] ", "bold"), (f"{left} steps left", "cyan"), f"  {self._name}")
            self._progress.tell(line)

    def ends(self) -> None:
        """The search is over, however it ended."""
        if self._progress is not None:
            self._progress.close()
            self._progress = None

    def found(self, shrunk: Shrunk) -> None:
        """What is left, step by step."""
        self.ends()
        self.say(Text(f"  {shrunk.failure.sentence()}", "bold red"))
        for line in step_lines(shrunk.lines):
            self.say(Text(line))
        self.say(Text(f"  {shrunk.sentence()}, in {self._watch.total_s():.1f} s of real time"))
        if shrunk.remark:
            self.say(Text(f"  {shrunk.remark}"))

    def not_found(self, why: str) -> None:
        """Why there is nothing."""
        self.ends()
        self.say(Text(f"  not shrunk: {why}", "yellow"))

    def alike(self, first: int, others: Sequence[int]) -> None:
        """These drills of the run fail as an earlier one does."""
        what = f"drill{'s' * (len(others) > 1)} {ranges(others)}"
        verb = "fail" if len(others) > 1 else "fails"
        self.say(Text(f"\n{what} {verb} as drill {first} does: its counter-example stands for all of them", "yellow"))

    def written(self, directory: Path, written: Written) -> None:
        """Where it lies, and how to see it again."""
        self.say(Text(f"  written to {directory / written.folder}"))
        # What a reader copies stands in one line.
        self._print(Text(f"  replay, in {directory}: {written.replay}"))

    def say(self, text: Text) -> None:
        """One line, or several."""
        shown = Text("\n").join(Text(visible(line.plain), line.style, spans=line.spans) for line in text.split("\n"))
        self._print(folded(shown, self._console))

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True, highlight=False)


def ranges(numbers: Sequence[int]) -> str:
    """`3, 5-8, 11` of numbers in their order."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in found)
