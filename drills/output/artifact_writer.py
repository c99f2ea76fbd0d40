"""The files that a run keeps of each drill: its event log, what VCS would have logged, its trace.

The first drill gets the name that was asked for, the second the same name with a 2 in it, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mirrordrill.drills.output.logs import write_logs
from mirrordrill.drills.output.trace import trace_text
from mirrordrill.drills.output.whole_files import write_whole
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.run.results import DrillResult


@dataclass(frozen=True, slots=True)
class ArtifactWriter:
    """What is to be kept, and where."""

    events: Path | None = None
    logs: Path | None = None
    trace: Path | None = None

    def keep(self, drill: Drill, result: DrillResult, number: int) -> Iterator[str]:
        """Write the files of the drill with that number; a line for people about each kind of them."""
        if self.events is not None:
            file = numbered(self.events, number)
            write_whole(file, (line + "\n" for line in drill.log.lines()), "ascii", is_named=True)
            yield f"events   {file}"
        if self.logs is not None:
            directory = self.logs if number == 1 else self.logs / f"drill.{number}"
            yield f"logs     {write_logs(drill, directory)} files below {directory}"
        if self.trace is not None:
            file = numbered(self.trace, number)
            text = trace_text(drill.log, drill.whole_history.state.changes, result)
            write_whole(file, [text], "ascii", is_named=True)
            yield f"trace    {file} (open it in ui.perfetto.dev)"


def numbered(file: Path, number: int) -> Path:
    """`run.jsonl`, `run.2.jsonl`, ..."""
    return file if number == 1 else file.with_name(f"{file.stem}.{number}{file.suffix}")
