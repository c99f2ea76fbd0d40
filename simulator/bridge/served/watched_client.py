"""The client of a program that an exercise watches over: what it prints can be withheld from its user for a while.

Rule 1: the program goes on as if its user read everything; only the user waits.
Rule 2: what is handed out later comes in the order in which it was printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mirrordrill.simulator.bridge.served.client_sessions import ProgramClient


@dataclass(frozen=True, slots=True)
class ProgramWatch:
    """The watch over the programs of a site: whether their output is withheld, and the end of each is told."""

    is_withheld: Callable[[str], bool]
    """Whether what programs of this host print is withheld now."""
    shown: Callable[[str, str, str], str]
    """What of a text is shown that a program prints, by its host and words."""
    answered: Callable[[str, str], None]
    """Told of the host and the words of a program that has ended, or asks for the next line."""


class WatchedClient:
    """A client whose program is watched."""

    def __init__(self, client: ProgramClient, watch: ProgramWatch, host: str, words: str) -> None:
        self._client = client
        self.unread = client.unread
        """What it has not read yet."""
        self._watch = watch
        self.host = host
        self.words = words
        self._held: list[Callable[[], None]] = []
        self._is_let_through = False

    @property
    def on_frame(self) -> Callable[[bytes, bytes], None]:
        """See `ProgramClient`."""
        return self._client.on_frame

    @on_frame.setter
    def on_frame(self, hear: Callable[[bytes, bytes], None]) -> None:
        self._client.on_frame = hear

    @property
    def on_lost(self) -> Callable[[], None]:
        """See `ProgramClient`."""
        return self._client.on_lost

    @on_lost.setter
    def on_lost(self, hear: Callable[[], None]) -> None:
        self._client.on_lost = hear

    @property
    def on_read(self) -> Callable[[], None]:
        """See `ProgramClient`."""
        return self._client.on_read

    @on_read.setter
    def on_read(self, hear: Callable[[], None]) -> None:
        self._client.on_read = hear

    @property
    def open(self) -> bool:
        """Whether the client is there."""
        return self._client.open

    def say(self, text: str) -> None:
        """Let the program print the text, now or when it is handed out."""
        self._do(lambda: self._client.say(self._watch.shown(self.host, self.words, text)))

    def complain(self, text: str) -> None:
        """Let the program print the text on its standard error, now or later."""
        self._do(lambda: self._client.complain(text))

    def want_line(self, *, secret: bool) -> None:
        """Let the program read a line, once its user has read what there is."""
        self._watch.answered(self.host, self.words)
        self._do(lambda: self._client.want_line(secret=secret))

    def want_file(self, path: str) -> None:
        """Let the program hand a file over."""
        self._client.want_file(path)

    def keep_file(self, path: str, text: str) -> None:
        """Let the program write a file, now or later."""
        self._do(lambda: self._client.keep_file(path, text))

    def end(self, exit_code: int) -> None:
        """Let the program end, now or later."""
        self._watch.answered(self.host, self.words)
        self._do(lambda: self._client.end(exit_code))

    def end_with_script(self) -> None:
        """Let the program and its script end now."""
        self._client.end_with_script()

    def hang_up(self) -> None:
        """Break the connection off."""
        self._client.hang_up()

    @property
    def is_holding(self) -> bool:
        """Whether something waits to be handed out."""
        return bool(self._held)

    def hand_out(self) -> None:
        """Let the user read what was withheld, unless it is withheld still."""
        if not self._is_withheld():
            held, self._held = self._held, []
            for each in held:
                if self._client.open:
                    each()

    def forget(self) -> None:
        """What was withheld is never read, and nothing more is withheld."""
        self._held.clear()
        self._is_let_through = True

    def _is_withheld(self) -> bool:
        return not self._is_let_through and self._watch.is_withheld(self.host)

    def _do(self, act: Callable[[], None]) -> None:
        if self._held or self._is_withheld():
            self._held.append(act)
        else:
            act()
