"""Cleans up behind a simulator that was killed with SIGKILL, and could not do so itself.

Called as `python -IS keeper.py SOCKET FOLDER...`. Where its standard input ends without a word, the simulator is dead:
entry points that it started wait for ever, for the uptime of a host that is no more. They are killed, and the folders
are removed.

Rule: only what an entry point is or has started dies: the number of an entry point and the path of this socket stand in
its environment. A user's own shell has the path alone.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

ROUNDS = 50
"""So often it is looked whether a process that died had just started another one."""
ROUND_S = 0.02


def main(socket: str, folders: "list[str]") -> None:
    """Wait for the end of the simulator, and clean up unless it says that it has done so itself."""
    if sys.stdin.buffer.read():
        return
    for _ in range(ROUNDS):
        found = entry_points(socket)
        for process_id in found:
            with contextlib.suppress(OSError):
                os.kill(process_id, signal.SIGKILL)
        if not found:
            break
        time.sleep(ROUND_S)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def entry_points(socket: str) -> "list[int]":
    """The processes of this simulator, where the system tells the environment of processes (Linux)."""
    wanted, found = f"MIRRORDRILL_SOCKET={socket}".encode(), []
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            variables = file.read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in variables and any(each.startswith(b"MIRRORDRILL_PROCESS=") for each in variables):
            found.append(int(file.parent.name))
    return found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
