"""pytest-bdd's generator of code, left unloaded: no command of ours generates code for steps.

pytest-bdd loads it with its plugin, and with it mako and the lexers of a dozen languages: a twelfth of the time in
which a drill starts.

Rule 1: whatever else is asked of the module is answered by the real one, which is loaded then.
Rule 2: only a process that is a command of ours does without it; pytest itself has its options.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

NAME = "pytest_bdd.generation"


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
        if sys.modules.get(NAME) is self:
            del sys.modules[NAME]
        return getattr(importlib.import_module(NAME), name)


def leave_unloaded() -> None:
    """Before pytest is started. Where the generator is loaded already, nothing is changed."""
    sys.modules.setdefault(NAME, Unloaded(NAME))
