"""A terminal of a host in a browser: each line is a program of the site, and its output is kept for a reconnect.

Rule 1: a terminal reaches what a shell on its host reaches, and no file of the machine: of files it reads only the
profiles of the arrays that its role may use.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from mirrordrill.simulator.bridge.served.client_sessions import ANYWHERE
from mirrordrill.simulator.bridge.served.served_site import SiteServer

MAX_TRANSCRIPT = 60_000
"""Characters that are kept; the oldest go first."""
MAX_LINE = 4_000


class Transcript:
    """What one terminal has shown."""

    def __init__(self, host: str, changed: Callable[[], None]) -> None:
        self.host = host
        self.text = ""
        self.program: TerminalClient | None = None
        """What runs now."""
        self._changed = changed

    def add(self, text: str) -> None:
        """Show more."""
        self.text = (self.text + text)[-MAX_TRANSCRIPT:]
        self._changed()

    @property
    def prompt(self) -> str:
        """What stands before the line that can be typed."""
        if self.program is None:
            return f"[SIMULATED {self.host}] $"
        return "password:" if self.program.is_secret else ">" if self.program.is_waiting else ""


class TerminalClient:
    """One program that a terminal has started."""

    def __init__(self, transcript: Transcript, files: Mapping[str, str]) -> None:
        self.on_frame: Callable[[bytes, bytes], None] = lambda _kind, _payload: None
        self.on_lost: Callable[[], None] = lambda: None
        self.on_read: Callable[[], None] = lambda: None
        self.unread = bytearray()
        self.is_waiting = False
        self.is_secret = False
        self._is_open = True
        self._transcript = transcript
        self._files = files

    @property
    def open(self) -> bool:
        """Whether the program runs."""
        return self._is_open

    def say(self, text: str) -> None:
        """Show output."""
        self._transcript.add(text)

    def complain(self, text: str) -> None:
        """Show output."""
        self._transcript.add(text)

    def want_line(self, *, secret: bool) -> None:
        """The program reads the next line."""
        self.is_waiting, self.is_secret = True, secret
        self._transcript.add("")

    def want_file(self, path: str) -> None:
        """Hand over a profile of the role; there are no other files."""
        name = PurePosixPath(path).name
        text = self._files.get(name)
        content = b"-" if text is None else b"+" + text.encode()
        self.on_frame(b"F", name.encode() + b"\0" + content)

    def keep_file(self, path: str, text: str) -> None:
        """There is no place for a file."""
        del text
        self._transcript.add(f"{path} is not kept: a terminal of the console has no files\n")

    def end(self, exit_code: int) -> None:
        """The program ended."""
        if self._is_open:
            self._is_open = False
            self._transcript.program = None
            self._transcript.add(f"[exit code {exit_code}]\n" if exit_code else "")
            self.on_lost()

    def end_with_script(self) -> None:
        """The program ended as after Ctrl-C; a terminal has no scripts."""
        self.end(130)

    def hang_up(self) -> None:
        """The program is given up."""
        self.end(130)

    def type(self, line: str) -> None:
        """A line for the program."""
        shown = "" if self.is_secret else line
        self.is_waiting = self.is_secret = False
        self._transcript.add(f"{shown}\n")
        self.on_frame(b"I", line.encode())

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._transcript.add("^C\n")
        self.end(130)


class Terminals:
    """The terminals of one role, one for each of its places."""

    def __init__(
        self, site: SiteServer, places: Mapping[str, str], files: Mapping[str, str], changed: Callable[[], None],
        *, sees_all: bool,
    ):  # fmt: skip
        """Nothing that these print is withheld where `sees_all`.

        `places` are the names of terminals with the profile that `dscli` uses there; `files` texts of profiles."""
        self.all = {name: Transcript(name, changed) for name in places}
        self._profiles = places
        self._files = files
        self._site = site
        self._is_watched = not sees_all

    def type(self, place: str, line: str, *, on_host: bool) -> None:
        """Type a line at a terminal: into its program, or a new command. Raises KeyError for another role's place."""
        transcript, line = self.all[place], line[:MAX_LINE].replace("\x00", "")
        if transcript.program is not None:
            if transcript.program.is_waiting:
                transcript.program.type(line)
            return
        transcript.add(f"{transcript.prompt} {line}\n")
        try:
            words = shlex.split(line)
        except ValueError as wrong:
            transcript.add(f"{wrong}\n")
            return
        if not words:
            return
        if not on_host and words[0] not in ANYWHERE:
            words.insert(0, "dscli")  # a terminal of an array is there for the commands of its DS CLI
        if words[0] == "dscli" and "-cfg" not in words and "-hmc1" not in words:
            words[1:1] = ["-cfg", self._profiles[place]]
        client = transcript.program = TerminalClient(transcript, self._files)
        self._site.greet(
            client,
            [PurePosixPath(words[0]).name, "", place if on_host else "", *words[1:]],
            is_watched=self._is_watched,
        )

    def interrupt(self, place: str) -> None:
        """End what runs at a terminal. Raises KeyError."""
        if (program := self.all[place].program) is not None:
            program.interrupt()
