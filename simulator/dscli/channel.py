"""The pipe of text between a program and its user: a person, an expect script, a real process far away.

Rule 1: a channel knows nothing of the program behind it; every look-alike command can stand behind one.
Rule 2: the user may go at any moment. The program notices when it next reads; what it had begun goes on without
listeners.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import simpy

from mirrordrill.simulator.kernel.kernel import Kernel


class Channel:
    """One conversation. The program writes text and reads lines; the user sends lines and listens."""

    def __init__(
        self,
        kernel: Kernel,
        user: str = "",
        *,
        on_output: Callable[[str], None] | None = None,
        on_waiting_for_input: Callable[[], None] | None = None,
        on_closed: Callable[[int], None] | None = None,
    ) -> None:
        """Make a channel.

        `on_output` is told each piece of text that the program writes, `on_waiting_for_input` when the program begins
        to wait for a line and none is there, `on_closed` the exit code when the program ends.
        """
        self.user = user
        """Which entry point listens and types here (`ora_mmir online`); empty for people."""
        self.output = ""
        """Everything the program has written so far."""
        self.exit_code: int | None = None
        """Set once the program has ended."""
        self._on_output = on_output
        self._on_waiting_for_input = on_waiting_for_input
        self._on_closed = on_closed
        self._env = kernel.env
        self._lines: deque[str] = deque()
        self._ended = False
        self._waiting: simpy.Event | None = None
        self._gone = kernel.env.event()

    # The program's side.

    def write(self, text: str) -> None:
        """Say something. After the end, or to a user who is gone, it is lost."""
        if self.exit_code is None and not self._gone.triggered and text:
            self.output += text
            if self._on_output is not None:
                self._on_output(text)

    def read_line(self) -> simpy.Event:
        """An event whose value is the next line without its end, or None once the user's input has ended."""
        event = self._env.event()
        if self._lines:
            event.succeed(self._lines.popleft())
        elif self._ended:
            event.succeed(None)
        else:
            self._waiting = event
            if self._on_waiting_for_input is not None:
                self._on_waiting_for_input()
        return event

    def close(self, exit_code: int) -> None:
        """The program ends. Idempotent: the first exit code stands."""
        if self.exit_code is None:
            self.exit_code = exit_code
            if self._on_closed is not None:
                self._on_closed(exit_code)

    @property
    def gone(self) -> simpy.Event:
        """Succeeds when the user has gone for good: no further text will be read."""
        return self._gone

    # The user's side.

    @property
    def is_waiting_for_input(self) -> bool:
        """Whether the program waits for a line."""
        return self._waiting is not None

    def send_line(self, text: str) -> None:
        """Type one line."""
        if self._ended:
            return
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.succeed(text)
        else:
            self._lines.append(text)

    def hang_up(self) -> None:
        """End of input, as at the end of a pipe: lines already typed are still read, and the answers are still
        wanted."""
        self._ended = True
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.succeed(None)

    def abort(self) -> None:
        """The user is gone: lines not yet read are lost, and so is all further output."""
        self._lines.clear()
        self.hang_up()
        if not self._gone.triggered:
            self._gone.succeed()
