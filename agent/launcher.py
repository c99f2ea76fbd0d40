"""From a command line of VCS to an entry point on the real node; what the launchers in `scripts/` call.

The monitor does not come this way: its launcher goes straight to `agent.monitor`, which is all it needs.
"""

from __future__ import annotations

import sys
from typing import List

from .entrypoints import run
from .names import is_safe_name
from .node import RealNode

USAGE = """usage: {entry} RESOURCE [ARGLISTVALUES]...
An entry point of the MetroMirror agent: VCS runs it. By hand use VCS's own commands, for example
    hares -online RESOURCE -sys SYSTEM, hares -probe RESOURCE -sys SYSTEM, hares -action RESOURCE status -sys SYSTEM
What it does stands in MetroMirror_A.log; started at a terminal it says it there, too.
"""
NOTHING_DONE = "nothing was done: the values of ArgList, which VCS passes behind the resource's name, are missing\n"
WRONG_USAGE = 2
ONLY_A_RESOURCE = 2
"""Words of a command line without attributes."""


def main(entry: str, argv: List[str]) -> int:
    """Run the entry point; `argv` is the whole command line. Returns the exit code for VCS."""
    if len(argv) < 2 or argv[1] in ("-h", "--help"):
        sys.stderr.write(USAGE.format(entry=entry))
        return WRONG_USAGE
    resource = argv[1] if len(argv) > 1 and is_safe_name(argv[1]) else "unknown"
    code = run(entry, argv[1:], RealNode(resource, entry))
    if entry == "online" and len(argv) == ONLY_A_RESOURCE:
        # VCS passes the attributes always, so a person typed this; without a terminal the log alone would say it.
        sys.stderr.write(NOTHING_DONE + USAGE.format(entry=entry))
    return code


def exit_with_fire_drill(entry: str) -> None:
    """The last line of a launcher of MetroMirrorSnap."""
    from .fire_drill import run_entry

    if len(sys.argv) < 2 or not is_safe_name(sys.argv[1]):
        sys.stderr.write(USAGE.format(entry=entry))
        sys.exit(WRONG_USAGE)
    sys.exit(run_entry(entry, sys.argv[1:], RealNode(sys.argv[1], entry)))


def exit_with(entry: str) -> None:
    """The last line of a launcher."""
    sys.exit(main(entry, sys.argv))
