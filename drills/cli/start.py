"""The first lines of the installed command, before anything large is loaded.

Rule 1: until the rest is loaded, a signal ends the command as it ends any program.
Rule 2: pytest-bdd's generator of code is left unloaded, for no command of ours generates code for steps. pytest-bdd
loads it with its plugin, and with it mako and the lexers of a dozen languages: a tenth of the time in which a drill
starts. Whatever else is asked of that module is answered by the real one. pytest itself, run without a command of ours,
has it with all of its options.
Rule 3: a width or height in the environment that is no number of columns or lines is taken for none: what measures the
terminal would end in an error of Python's own.
Rule 4: what the environment says to pytest is for the user's own tests: options in it would choose among drills, or
leave out what runs them, without a word.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from types import ModuleType
from typing import Any

GENERATOR = "pytest_bdd.generation"
FOR_TESTS = ("PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_DEBUG")


def main() -> None:
    """Entry point of the installed command."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    forget_wrong_sizes()
    forget_what_is_for_tests()
    from mirrordrill.drills.cli.main import main as command

    command()


def forget_wrong_sizes() -> None:
    """Rule 3."""
    from mirrordrill.simulator.catalogues.bounds import ENVIRONMENT

    for name, bound in ENVIRONMENT.items():
        if bound.number(os.environ.get(name, "")) is None:
            os.environ.pop(name, None)


def forget_what_is_for_tests() -> None:
    """Rule 4."""
    for name in FOR_TESTS:
        os.environ.pop(name, None)


class Unloaded(ModuleType):
    """Stands where the generator would."""

    @staticmethod
    def add_options(_parser: Any) -> None:
        """It has none."""

    @staticmethod
    def cmdline_main(_config: Any) -> None:
        """Nothing is to be generated."""

    def __getattr__(self, name: str) -> Any:
        # pytest looks for marks on whatever the module of a plugin has.
        if name.startswith(("_", "pytest")):
            raise AttributeError(name)
        if sys.modules.get(GENERATOR) is self:
            del sys.modules[GENERATOR]
        return getattr(importlib.import_module(GENERATOR), name)


def leave_generator_unloaded() -> None:
    """Before pytest is started. Where the generator is loaded already, nothing is changed."""
    sys.modules.setdefault(GENERATOR, Unloaded(GENERATOR))
