"""From a command line of VCS to an entry point on the real node; what the launchers in `scripts/` call.

The monitor does not come this way: its launcher goes straight to `agent.monitor`, which is all it needs.
"""

from __future__ import annotations

import sys
from typing import List

from .entrypoints import run
from .names import is_safe_name
from .node import RealNode


def main(entry: str, argv: List[str]) -> int:
    """Run the entry point; `argv` is the whole command line. Returns the exit code for VCS."""
    resource = argv[1] if len(argv) > 1 and is_safe_name(argv[1]) else "unknown"
    return run(entry, argv[1:], RealNode(resource, entry))


def exit_with(entry: str) -> None:
    """The last line of a launcher."""
    sys.exit(main(entry, sys.argv))
