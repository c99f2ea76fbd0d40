"""Commands that may be refused, or never be answered: what people type in a night that is drawn.

Where a drill is written by a person, a refused command makes the drill wrong. Where it is drawn, a refusal is an
answer like any other, and a command that is not answered in time is kept: in the end it must have been.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import simpy

from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.steps.administrator import login, whole
from mirrordrill.simulator.bridge.environment import HaResult
from mirrordrill.simulator.host.host import Power
from mirrordrill.simulator.kernel.secrets import masked_output
from mirrordrill.simulator.world import World

PATIENCE_S = 600.0
"""So long a person looks at a prompt that does not come back before turning to something else."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A command that was typed. `boots` tells the life of its host: with its host, its terminal is gone."""

    host: str
    command: str
    at_us: int
    boots: int
    answered: simpy.Event

    def text(self) -> str:
        """`hagrp -switch oragrp -to hostc` on hosta."""
        return f"`{self.command}` on {self.host}"


class Attempts:
    """All that was attempted in one drill."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: list[Attempt] = []

    def operator_tries(self, command: str, host: str, *, waits: bool = True) -> str:
        """Type a VCS command on a host, and wait for its answer for as long as a person would; what it answered."""
        now_us = round(self._world.kernel.now_s * 1e6)
        answered = self._world.ha(host, shlex.split(command))
        attempt = Attempt(host, command, now_us, self._world.hosts[host].boots, answered)
        self._made.append(attempt)
        if not waits:
            return "typed"
        return told(answered, command) if self._world.wait_for(answered, PATIENCE_S) else "no answer yet"

    def administrator_tries(self, command: str, host: str) -> str:
        """Type a DS CLI command on the first HMC of the host's array, as a storage administrator.

        Raises UsageError for a host whose array is not known.
        """
        its = next((a for a in self._world.site.attachments if a.host == host), None)
        if its is None:
            raise UsageError(f"no MetroMirror resource says which array {host} hangs on")
        answered = self._world.begin_dscli(host, [*login(its), *whole(command.split(), its)])
        return told(answered, command) if self._world.wait_for(answered, PATIENCE_S) else "no answer yet"

    def accepted(self, group: str) -> Iterator[Attempt]:
        """The operators' commands about a group that were accepted, the last one first."""
        for attempt in reversed(self._made):
            is_about = group in attempt.command.split()
            if is_about and attempt.answered.triggered and answer_of(attempt.answered).exit_code == 0:
                yield attempt

    def unanswered(self) -> tuple[Attempt, ...]:
        """The operators' commands that wait for an answer on a host that has lived since and runs."""
        return tuple(attempt for attempt in self._made if self._is_waiting(attempt))

    def _is_waiting(self, attempt: Attempt) -> bool:
        host = self._world.hosts[attempt.host]
        return not attempt.answered.triggered and host.power is Power.ON and host.boots == attempt.boots


def told(answered: simpy.Event, command: str) -> str:
    """What a command answered, in one line."""
    answer = answer_of(answered)
    said = " ".join(masked_output(command.split(), answer.output).split())
    return said or ("accepted" if answer.exit_code == 0 else f"exit code {answer.exit_code}")


def answer_of(answered: simpy.Event) -> HaResult:
    """The answer that has come."""
    return cast(HaResult, answered.value)
