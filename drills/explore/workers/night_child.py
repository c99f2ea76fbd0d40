"""A child that runs nights for one thread of a worker, and what that thread asks of it.

Requests and answers are pickled, and their lengths stand before them. The child is this module, run as a program: it
ends when its standard input does, so none outlives its worker.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

LENGTH = struct.Struct("!Q")


class ChildDiedError(Exception):
    """The child ended in the middle of a request, which may be made again."""


class _Children(threading.local):
    process: subprocess.Popen[bytes] | None = None


_children = _Children()


def in_child(function: Callable[..., Any], *arguments: object) -> object:
    """Call a function in the child of this thread. Raises what it raises, or ChildDiedError."""
    child = _children.process
    if child is None or child.poll() is not None:
        command = [sys.executable, "-m", "mirrordrill.drills.explore.workers.night_child"]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
        _children.process = child
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        _send(child.stdin, (function, arguments))
        is_done, value = _receive(child.stdout)
    except (BrokenPipeError, EOFError):
        child.kill()
        child.wait()
        _children.process = None
        raise ChildDiedError(f"the child that ran the nights ended with {child.returncode}") from None
    if not is_done:
        raise value
    return value


def _send(pipe: IO[bytes], value: object) -> None:
    text = pickle.dumps(value)
    pipe.write(LENGTH.pack(len(text)) + text)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    text = pipe.read(LENGTH.unpack(head)[0])
    return pickle.loads(text)  # noqa: S301 - of our own child, or of the worker that started us


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            function, arguments = _receive(sys.stdin.buffer)
            try:
                answer = True, function(*arguments)
            except Exception as failure:  # the worker is told
                answer = False, failure
            _send(answers, answer)


if __name__ == "__main__":
    main()
