"""A child of a campaign, run as a program: it carries out the tasks that it reads from a pipe.

It ends when the process that asks closes the pipe, also by its own death, in the middle of a task.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from pathlib import Path

from mirrordrill.drills.explore.workers.children import receive, send
from mirrordrill.drills.explore.workers.tasks import answered

ORPHANED = 1


def end_with(pipe: int) -> None:
    """End this process when nothing can be asked any more: the process that asked may have been killed."""
    poll = select.poll()
    poll.register(pipe, 0)
    poll.poll()
    os._exit(ORPHANED)


def main() -> None:
    """Answer questions until there are no more. What the drills print goes to standard error, and they read nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    questions = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    threading.Thread(target=end_with, args=(questions.fileno(),), daemon=True).start()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            send(answers, answered(receive(questions)))


if __name__ == "__main__":
    main()
