"""Forks this process, and takes one result from the child through a pipe.

A world is some ten thousand objects that cannot be pickled; a fork copies all of them as they stand, in the middle of
an entry point, in half a millisecond.

Rule 1: only a process with a single thread forks, one that has no connection and no results file.
Rule 2: a child ends with `os._exit`: nothing that belongs to its parent is flushed, cleaned up or closed a second time.
Rule 3: a child whose parent is gone ends at its next look: its result has no reader.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import NoReturn

ORPHANED = 1
PIECE = 1 << 16


class ForkFailedError(Exception):
    """A forked child ended without a result."""


@dataclass(frozen=True, slots=True)
class ForkedChild:
    """The child, as its parent knows it."""

    process: int
    pipe: int

    def result(self) -> bytes:
        """Wait for its end; what it wrote. Raises ForkFailedError. A parent that is interrupted ends the child."""
        try:
            pieces = list(iter(lambda: os.read(self.pipe, PIECE), b""))
        except BaseException:
            os.kill(self.process, signal.SIGKILL)
            raise
        finally:
            os.close(self.pipe)
            _, status = os.waitpid(self.process, 0)
        if status:
            raise ForkFailedError(f"a forked child ended with {os.waitstatus_to_exitcode(status)}")
        return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class ResultPipe:
    """The way of the result, in the child."""

    pipe: int
    parent: int

    def end_if_orphaned(self) -> None:
        """End where the parent is gone."""
        if os.getppid() != self.parent:
            os._exit(ORPHANED)

    def end(self, result: bytes) -> NoReturn:
        """Give the result, and end this process."""
        try:
            while result:
                result = result[os.write(self.pipe, result) :]
        except OSError:
            os._exit(ORPHANED)
        os._exit(0)

    def fail(self) -> NoReturn:
        """End without a result."""
        os._exit(ORPHANED)


def fork() -> ForkedChild | ResultPipe:
    """Fork: gives the child in the parent, and the pipe for its result in the child."""
    reads, writes = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child:
        os.close(writes)
        return ForkedChild(child, reads)
    os.close(reads)
    return ResultPipe(writes, parent)
