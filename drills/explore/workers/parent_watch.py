"""What a process beside ours has to know: it ends with the one that started it."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import threading

ORPHANED = 1


def end_with_parent() -> None:
    """To be called first in a worker: nothing else tells it that its parent was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(ORPHANED)
