"""The line that says how far a run is: which drill of how many, and how much simulated time has passed in it.

Only on a terminal, always the last line, and gone when the run is over.
"""

from __future__ import annotations

from rich.console import Console
from rich.live import Live
from rich.text import Text

from mirrordrill.drills.run.pacing import Throttle


class ProgressLine:
    """The line. Use `close`, however the run ends: the cursor comes back."""

    def __init__(self, console: Console) -> None:
        self._throttle = Throttle()
        self._live: Live | None = None
        if console.is_terminal:
            self._live = Live(
                console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
            )
            self._live.start()

    def is_due(self) -> bool:
        """Whether there is a terminal, and the last line has stood long enough to be read."""
        return self._live is not None and self._throttle.is_due()

    def show(self, number: int, count: int, clock: str, name: str) -> None:
        """`[3/12] 00:21:40 simulated  Testing service group migration`."""
        self.tell(Text.assemble((f"[{number}/{count}] ", "bold"), (clock, "cyan"), f" simulated  {name}"))

    def tell(self, line: Text) -> None:
        """Show another line in its place."""
        if self._live is not None:
            line.truncate(self._live.console.width - 1, overflow="ellipsis")
            self._live.update(line, refresh=True)

    def close(self) -> None:
        """Take the line away."""
        if self._live is not None:
            self._live.stop()
            self._live = None
