"""VCSResLock: one system at a time changes the pairs of a resource.

A failover group is online on one system, so VCS itself sees to that. The systems of a parallel group (Storage
Foundation for Oracle RAC) come online at once, and exactly one of them has to fail the volumes over while the others
wait and then find them writable.

The type has a temp attribute for it. VCS offers no compare-and-set, but every `hares -modify` reaches all engines in
one total order (GAB), and the last one wins. So: whoever finds the attribute empty writes a token of its own, waits
until everybody who found it empty at the same time has written too, and reads it back; the one whose token is there
has it. Whoever finds it taken waits.

A token is stale if it is our own system's (VCS runs one entry point of a resource on a system at a time, so whoever
wrote it was killed) or if VCS says that its system does not run. Ages are not used: there is no clock that two systems
share. What remains is a holder on a running system that was killed and not cleaned; clean clears its own system's
token.

Should all of this fail, two systems send the same failoverpprc. The array refuses one of them or does nothing twice,
and both look again before they go on: the lock spares commands and confusion, it is not what keeps the data safe.
"""

from __future__ import annotations

from typing import Optional, Protocol

from agent.budget import Budget, Limits
from agent.errors import OutOfTime
from agent.messages import PARALLEL_UNKNOWN, PARALLEL_WAIT, say
from agent.names import is_safe_name
from agent.ports import Node

ATTRIBUTE = "VCSResLock"
SETTLE_S = 2.0
"""Everybody who read an empty attribute has written it by then: an ha command takes a small part of this."""
RETRY_S = 5.0


class ResourceLock(Protocol):
    """Serialised management of one resource."""

    def acquire(self, budget: Budget, /) -> bool:
        """Become the one who changes the pairs; whether others may have changed them before. Raises OutOfTime."""

    def release(self) -> None:
        """Let the others go on. Never raises."""


class NoLock:
    """For failover groups: VCS brings them online on one system."""

    def acquire(self, _budget: Budget, /) -> bool:
        """Nothing to wait for."""
        return False

    def release(self) -> None:
        """Nothing to give back."""


class AttributeLock:
    """For parallel groups: the temp attribute VCSResLock."""

    def __init__(self, node: Node, resource: str, limits: Limits) -> None:
        self._node = node
        self._resource = resource
        self._limits = limits
        self._token = f"{node.system}@{node.boot_id()}@{node.uptime_s():.2f}"

    def acquire(self, budget: Budget, /) -> bool:
        """Write our token into an empty or stale attribute, and see whether it is the one that stays."""
        while True:
            holder = self._read()
            if holder is None:
                say(self._node, PARALLEL_UNKNOWN)
                return True
            if not holder or self._is_stale(holder):
                self._write(self._token)
                self._node.pause(SETTLE_S, ATTRIBUTE)
                holder = self._read()
                if holder in (None, self._token):
                    return True
            say(self._node, PARALLEL_WAIT, owner=_system_of(holder or ""))
            if budget.left_s() < RETRY_S:
                raise OutOfTime(f"waiting for {ATTRIBUTE} of {_system_of(holder or '')}", RETRY_S, budget.left_s())
            self._node.pause(RETRY_S, ATTRIBUTE)

    def release(self) -> None:
        """Empty the attribute, if it is still ours."""
        if self._read() == self._token:
            self._write("")

    def _read(self) -> Optional[str]:
        return ask(self._node, self._limits, "hares", "-value", self._resource, ATTRIBUTE)

    def _write(self, token: str) -> None:
        self._node.run_ha(["hares", "-modify", self._resource, ATTRIBUTE, token], self._limits.ha_s)

    def _is_stale(self, token: str) -> bool:
        owner = _system_of(token)
        if owner == self._node.system or not is_safe_name(owner):
            return True
        state = ask(self._node, self._limits, "hasys", "-state", owner)
        return state is not None and "RUNNING" not in state.split()


def release_after_kill(node: Node, resource: str, limits: Limits) -> None:
    """Empty the attribute if an entry point of this very system, killed since, left its token there."""
    token = ask(node, limits, "hares", "-value", resource, ATTRIBUTE)
    if token and _system_of(token) == node.system:
        node.run_ha(["hares", "-modify", resource, ATTRIBUTE, ""], limits.ha_s)


def _system_of(token: str) -> str:
    return token.partition("@")[0]


def ask(node: Node, limits: Limits, *argv: str) -> Optional[str]:
    """The answer of an ha command that only asks; None where the engine did not give one."""
    answer = node.run_ha(list(argv), limits.ha_s)
    return answer.output.strip() if answer.exit_code == 0 else None


def lock_for(node: Node, resource: str, limits: Limits) -> ResourceLock:
    """The lock that the resource's group needs. Asks VCS twice, so only whoever changes pairs calls this."""
    group = ask(node, limits, "hares", "-value", resource, "Group")
    parallel = ask(node, limits, "hagrp", "-value", group, "Parallel") if group and is_safe_name(group) else None
    if parallel is None:
        say(node, PARALLEL_UNKNOWN)
        return NoLock()
    return NoLock() if parallel == "0" else AttributeLock(node, resource, limits)
