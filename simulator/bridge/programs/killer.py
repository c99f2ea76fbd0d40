"""Runs a real entry-point script that kills itself with SIGKILL at one of its port calls.

Called as `python -IS killer.py AGENT_ROOT ORDINAL before|after SCRIPT ARGUMENTS...`. The script runs unchanged, as
`__main__`; only the methods of its node and terminal are counted on the way in and out. Calls that a node makes to
carry another one out do not count, so the numbers are those of `mirrordrill.simulator.bridge.ports_tap`.
"""

import importlib
import os
import runpy
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NODE = (
    "uptime_s",
    "pause",
    "boot_id",
    "has_state",
    "state_names",
    "read_state",
    "write_state",
    "remove_state",
    "inspect_file",
    "start_program",
    "run_ha",
    "log",
    "answer",
)
TERMINAL = ("expect", "send_line", "close")


class Counter:
    """Counts outermost calls, and kills the process at one of them."""

    def __init__(self, ordinal: int, when: str) -> None:
        self.left = ordinal
        self.when = when
        self.depth = 0

    def around(self, method: "Callable[..., Any]") -> "Callable[..., Any]":
        """The method, counted."""

        def counted(*arguments: "Any", **named: "Any") -> "Any":
            if self.depth:
                return method(*arguments, **named)
            is_it = self.left == 0
            self.left -= 1
            if is_it and self.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            self.depth += 1
            try:
                return method(*arguments, **named)
            finally:
                self.depth -= 1
                if is_it:
                    os.kill(os.getpid(), signal.SIGKILL)

        return counted


def main() -> None:
    """Count, and run the script."""
    root, ordinal, when, script = sys.argv[1:5]
    sys.path.insert(0, root)
    # The agent as a node has it: the script imports it by the same name.
    node_class = importlib.import_module("agent.node").RealNode

    counter = Counter(int(ordinal), when)
    for name in NODE:
        setattr(node_class, name, counter.around(getattr(node_class, name)))
    if not script.endswith("/monitor"):
        # A monitor never opens a terminal, and should not pay for one.
        terminal_class = importlib.import_module("agent.terminal").PexpectTerminal
        for name in TERMINAL:
            setattr(terminal_class, name, counter.around(getattr(terminal_class, name)))
    sys.argv[:] = [script, *sys.argv[5:]]
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
