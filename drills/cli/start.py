"""The first lines of the installed command: until the rest is loaded, a signal ends it as it ends any program."""

from __future__ import annotations

import signal


def main() -> None:
    """Entry point of the installed command."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from mirrordrill.drills.cli.main import main as command

    command()
