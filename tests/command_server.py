"""A process that has imported what a command imports, and forks for each command that a test runs.

Starting an interpreter and importing takes three times as long as most drills. A child of this process is a process of
its own all the same: it has its own streams, directory, environment and signals, and ends with its exit code as any
command does. What depends on how an interpreter starts (PYTHONHASHSEED, closed streams, what is imported) needs a real
one: `python -m mirrordrill`.

Run as a program, with the numbers of two sockets: one of the process that started it, and one at which other programs
make requests. A request is one message: as JSON the words (the first one is `mirrordrill` or `pytest`), the directory
and the environment; as descriptors the three standard streams and a socket of its own, on which the process id and the
exit code are told.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import socket
import sys
from typing import Any

REQUEST_BYTES = 200_000
DESCRIPTORS = 256


def main() -> None:
    """Answer requests until nobody can make one any more."""
    requests, door = (socket.socket(fileno=int(number)) for number in sys.argv[1:])
    preload()
    children: dict[int, tuple[int, socket.socket]] = {}
    while True:
        ready, _, _ = select.select([requests, door, *children], [], [])
        for handle in {*ready} & {*children}:
            process_id, caller = children.pop(handle)
            os.close(handle)
            _, status = os.waitpid(process_id, 0)
            with caller, contextlib.suppress(OSError):  # it may have been killed
                caller.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        text, descriptors = b"", []
        if requests in ready:
            text, descriptors, _, _ = socket.recv_fds(requests, REQUEST_BYTES, 4)
            if not text:
                return
        elif door in ready:
            visitor, _ = door.accept()
            with visitor:
                text, descriptors, _, _ = socket.recv_fds(visitor, REQUEST_BYTES, 4)
        if text:
            request = json.loads(text)
            load(request["words"][:2])
            *streams, answers = descriptors
            process_id = os.fork()
            if process_id == 0:
                # The child closes their numbers; no object may complain of that, or close a number that is another's.
                for handed_down in (requests, door, *(caller for _, caller in children.values())):
                    handed_down.detach()
                carry_out(request, streams)
            for stream in streams:
                os.close(stream)
            caller = socket.socket(fileno=answers)
            caller.sendall(b"%d\n" % process_id)
            children[os.pidfd_open(process_id)] = process_id, caller


def preload() -> None:
    """What nearly every command needs."""
    import gc

    gc.disable()
    from mirrordrill.drills.cli.start import leave_generator_unloaded

    leave_generator_unloaded()

    import mirrordrill.drills.cli.check
    import mirrordrill.drills.cli.main
    import mirrordrill.drills.cli.run
    import mirrordrill.drills.dry_run.command
    import mirrordrill.drills.report.page
    import mirrordrill.drills.run.drill_hooks
    import mirrordrill.drills.shrink.search  # noqa: F401
    from mirrordrill.drills.steps.library import load_shipped
    from mirrordrill.simulator.config.parser import grammar

    load_shipped()
    grammar()
    gc.freeze()
    gc.enable()


LOADED_BY = {
    ("mirrordrill", "serve"): ("mirrordrill.drills.cli.serve",),
    ("mirrordrill", "rehearse"): (
        "mirrordrill.drills.rehearse.opening",
        "mirrordrill.drills.rehearse.server",
        "mirrordrill.drills.rehearse.shell.terminal",
    ),
}
"""What the commands need that fewer tests run."""


def load(words: list[str]) -> None:
    """Import what the command needs besides, once for all that come after it."""
    for name in LOADED_BY.get(tuple(words), ()):
        importlib.import_module(name)


STREAMS = (("stdin", "r", "strict"), ("stdout", "w", "strict"), ("stderr", "w", "backslashreplace"))
"""As an interpreter opens them."""


def carry_out(request: dict[str, Any], streams: list[int]) -> None:
    """Be the command."""
    words, folder, environment = request["words"], request["folder"], request["environment"]
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(3, DESCRIPTORS)
    for number, (name, mode, errors) in enumerate(STREAMS):
        stream = os.fdopen(number, mode, closefd=False, errors=errors, buffering=1 if name == "stderr" else -1)
        vars(sys)[name] = vars(sys)[f"__{name}__"] = stream
    os.chdir(str(folder))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words
    if words[0] == "pytest":
        import pytest

        sys.path.insert(0, str(folder))
        sys.exit(pytest.main([*words[1:], "-W", "ignore:Module already imported so cannot be rewritten"]))
    # How a program is called in its help depends on it.
    vars(sys.modules["__main__"])["__package__"] = None

    from mirrordrill.drills.cli.start import main as command

    command()


if __name__ == "__main__":
    main()
