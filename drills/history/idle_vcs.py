"""Where VCS acts on nothing: its engine does not run there, or people froze the group, or the system.

Rule: it is read from the log. What a main.cf freezes from the start is not known here.
"""

from __future__ import annotations

import shlex

from mirrordrill.drills.history import History
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import CommandGiven, DaemonChanged, SystemChanged
from mirrordrill.simulator.vcs.states import SystemState

FREEZE, UNFREEZE = "-freeze", "-unfreeze"


class IdleVcs:
    """Follows the engines, and what people freeze."""

    def __init__(self, history: History) -> None:
        self._cluster_of: dict[str, str] = {}
        self._without_engine: set[str] = set()
        self._frozen: set[tuple[str, str]] = set()
        """(cluster, group or system)."""
        on = history.dispatch.on
        on(SystemChanged, self._system_changed)
        on(DaemonChanged, lambda _, event: self._without_engine.add(event.system))
        on(CommandGiven, self._command_given)

    def is_idle(self, group: str, system: str) -> bool:
        """Whether VCS leaves the group on a system as it is, whatever its monitors say."""
        cluster = self._cluster_of.get(system, "")
        return system in self._without_engine or not self._frozen.isdisjoint({(cluster, group), (cluster, system)})

    def _system_changed(self, _: Record, event: SystemChanged) -> None:
        self._cluster_of[event.system] = event.cluster
        if event.after == SystemState.RUNNING.value:
            self._without_engine.discard(event.system)

    def _command_given(self, _: Record, event: CommandGiven) -> None:
        if event.exit_code or not event.command.startswith(("hagrp ", "hasys ")) or "freeze" not in event.command:
            return
        words = shlex.split(event.command)
        if not {FREEZE, UNFREEZE} & set(words):
            return
        change = self._frozen.add if FREEZE in words else self._frozen.discard
        for name in words[1:]:
            if not name.startswith("-"):
                change((self._cluster_of.get(event.system, ""), name))
