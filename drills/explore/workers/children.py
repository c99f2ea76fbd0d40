"""Processes that carry out tasks for the threads of this one, one for each thread.

A question and its answer are MessagePack (`tasks`), and their lengths stand before them. What a child is, says
`__main__` of this package.
"""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import threading
from typing import IO

LENGTH = struct.Struct("!Q")
# Without -P a module of the directory that the campaign was started in could stand before one of Python's own.
COMMAND = (sys.executable, "-P", "-m", "mirrordrill.drills.explore.workers")


class ChildDiedError(Exception):
    """The child ended in the middle of a task, which may be asked again."""


class Children:
    """The children of the threads of this process."""

    def __init__(self) -> None:
        self._own = threading.local()
        self._lock = threading.Lock()
        self._all: list[subprocess.Popen[bytes]] = []
        self._is_closed = False

    def ask(self, question: bytes) -> bytes:
        """Have a task carried out in the child of this thread. Raises ChildDiedError."""
        child = self._child()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            send(child.stdin, question)
            return receive(child.stdout)
        except (OSError, EOFError, ValueError):
            code = child.poll()
            self._discard(child)
            told = "was killed" if code is None else f"ended with {code}"
            raise ChildDiedError(f"a process that ran drills {told}") from None

    def close(self) -> None:
        """End all children, whatever they do; no thread gets a new one."""
        with self._lock:
            self._is_closed = True
            children = list(self._all)
        for child in children:
            self._discard(child)

    def _child(self) -> subprocess.Popen[bytes]:
        child: subprocess.Popen[bytes] | None = getattr(self._own, "child", None)
        if child is not None and child.poll() is None:
            return child
        with self._lock:
            if self._is_closed:
                raise ChildDiedError("the campaign has ended")
            child = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
            self._all.append(child)
        self._own.child = child
        return child

    def _discard(self, child: subprocess.Popen[bytes]) -> None:
        child.kill()
        child.wait()
        with self._lock:
            if child in self._all:
                self._all.remove(child)
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()


def send(pipe: IO[bytes], content: bytes) -> None:
    """A question or an answer, with its length."""
    pipe.write(LENGTH.pack(len(content)) + content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """The other end of `send`. Raises EOFError where the pipe is closed."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content
