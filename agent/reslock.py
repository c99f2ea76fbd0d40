"""VCSResLock: one system at a time changes the pairs of a resource.

A failover group is online on one system, so VCS itself sees to that. The systems of a parallel group (Storage
Foundation for Oracle RAC) come online at once, and exactly one of them has to fail the volumes over while the others
wait and then find them writable.

The type has a temp attribute for it. VCS offers no compare-and-set, but every `hares -modify` reaches all engines in
one total order (GAB), and the last one wins. So: an entry point that finds the attribute empty writes a token of its
own, waits until all others that found it empty at the same time have written too, and reads it back. The one whose
token is there has the lock. An entry point that finds the attribute taken waits.

A token is stale if it is our own system's (VCS runs one entry point of a resource on a system at a time, so its writer
was killed), if VCS says that its system does not run, or if it has stood longer than any online may take
(OnlineTimeout): its holder was killed, and clean, which clears its own system's token, could not. There is no clock
that two systems share, so a token's age is counted from when this node first saw it, in this node's uptime; a note
keeps that from one online to the next.

Should all of this fail, two systems send the same failoverpprc. The array refuses one of them or does nothing twice,
and both look again before they go on: the lock spares commands and confusion, it is not what keeps the data safe.
"""

from __future__ import annotations

from typing import Optional, Protocol

from . import statetext
from .budget import TIMEOUT_S, Budget, Limits
from .errors import GarbledState, OutOfTime
from .messages import PARALLEL_STALE, PARALLEL_UNKNOWN, PARALLEL_WAIT, say
from .names import is_count, is_safe_name, sighting_name
from .ports import Node

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
        told = ""
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
                    _forget_sighting(self._node, self._resource)
                    return True
            if holder != told:
                told = holder or ""
                say(self._node, PARALLEL_WAIT, owner=_system_of(told))
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
        if state is not None and "RUNNING" not in state.split():
            return True
        return self._stands_too_long(token, owner)

    def _stands_too_long(self, token: str, owner: str) -> bool:
        """Whether this node has seen the same token for longer than an online may take."""
        age_s = age_of_token(self._node, self._resource, token)
        if age_s <= TIMEOUT_S["online"]:
            return False
        timeout_s = timeout_in_force(self._node, self._limits, self._resource, "OnlineTimeout")
        if age_s <= (timeout_s or 0.0):
            return False
        say(self._node, PARALLEL_STALE, owner=owner, age=f"{age_s:.0f}")
        return True


def age_of_token(node: Node, resource: str, token: str) -> float:
    """Seconds since this node first saw the token; 0 for a new one, which is noted. A courtesy: it never fails."""
    name, now_s = sighting_name(resource), node.uptime_s()
    try:
        text = node.read_state(name)
        seen = statetext.parse(name, text) if text else {}
        if seen.get("token") == token and seen.get("boot_id") == node.boot_id():
            return max(0.0, now_s - float(seen.get("uptime_s", now_s)))
        values = {"token": token, "boot_id": node.boot_id(), "uptime_s": f"{now_s:.2f}"}
        node.write_state(name, statetext.render("MetroMirror: VCSResLock was first seen with this token", values))
    except (GarbledState, OSError, ValueError):
        _forget_sighting(node, resource)
    return 0.0


def _forget_sighting(node: Node, resource: str) -> None:
    try:
        node.remove_state(sighting_name(resource))
    except OSError:
        return


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


def timeout_in_force(node: Node, limits: Limits, resource: str, attribute: str) -> Optional[float]:
    """A time-out as VCS has it, in seconds: the resource's own, or the type's; None without an answer."""
    for argv in (("hares", "-value", resource), ("hatype", "-value", "MetroMirror")):
        answer = node.run_ha([*argv, attribute], limits.ha_s)
        if answer.exit_code is None:
            # An engine that did not answer once is not waited for twice.
            return None
        text = answer.output.strip() if answer.exit_code == 0 else ""
        if is_count(text) and 0 < int(text) < 100_000:
            return float(text)
    return None


def lock_for(node: Node, resource: str, limits: Limits) -> ResourceLock:
    """The lock that the resource's group needs. It asks VCS twice, so only entry points that change pairs call it."""
    group = ask(node, limits, "hares", "-value", resource, "Group")
    parallel = ask(node, limits, "hagrp", "-value", group, "Parallel") if group and is_safe_name(group) else None
    if parallel is None:
        say(node, PARALLEL_UNKNOWN)
        return NoLock()
    return NoLock() if parallel == "0" else AttributeLock(node, resource, limits)
