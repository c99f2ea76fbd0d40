"""Standard output and standard error as a command may use them: they never raise, and what they could not take is told.

A terminal may be closed, a pipe cut, a disk full, and each of them at any line.

Rule 1: a command does not end in the middle because a line of it cannot be shown: its files are still written. What
failed is told at its end, on standard error, and the exit code is 14; but for a pipe that is not read any more.
Rule 2: a character that the terminal has no sign for is spelled out.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterable
from typing import TextIO, cast

STREAMS = {"stdin": 0, "stdout": 1, "stderr": 2}


class PatientStream:
    """A text stream that remembers the first failure and takes no line after it. Everything else is the stream's."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None

    def write(self, text: str) -> int:
        """Write, if that is still possible."""
        if self.failure is None:
            try:
                return self._stream.write(text)
            except OSError as failure:
                self._gives_up(failure)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write them, likewise."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush, likewise."""
        if self.failure is None:
            try:
                self._stream.flush()
            except OSError as failure:
                self._gives_up(failure)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def _gives_up(self, failure: OSError) -> None:
        """What is still in the buffer goes nowhere, so that the interpreter can end without a word of its own."""
        self.failure = failure
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


def open_missing() -> None:
    """A descriptor below 3 that is closed would be given to the next file that is opened, and output would go there."""
    for name, number in STREAMS.items():
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
        if getattr(sys, name) is None:
            stream = open(number, "r" if number == 0 else "w", closefd=False)  # noqa: SIM115 - open until the process ends
            setattr(sys, name, stream)


def make_patient() -> tuple[PatientStream, PatientStream]:
    """Put patient streams in the place of standard output and standard error."""
    open_missing()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    patient = PatientStream(sys.stdout), PatientStream(sys.stderr)
    sys.stdout, sys.stderr = (cast(TextIO, stream) for stream in patient)
    return patient


def failure_of(stream: TextIO) -> OSError | None:
    """Why a stream takes no line any more, if it does not."""
    return stream.failure if isinstance(stream, PatientStream) else None
