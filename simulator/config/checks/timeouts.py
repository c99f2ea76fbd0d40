"""Time-outs that hold the longest DS CLI sequence of an entry point: the first HMC silent, the second at its worst.

The figures are the agent's own (`agent.budget`): what it allows a silent console, what a login, a list and a command
take at worst on a healthy array. VCS's answers to `ha` commands are not counted: they take milliseconds while the
engine lives. An entry point that runs out of time sends nothing more; the harm is a takeover or a failback that does
not come about on the night on which the first HMC is dead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mirrordrill.agent.budget import (
    LOGIN_NEEDS_S,
    MARGIN_S,
    REVERSAL_PAIR_S,
    TIMEOUT_S,
    Limits,
    change_needs_s,
    look_needs_s,
)
from mirrordrill.agent.online import LOCK_NEEDS_S
from mirrordrill.simulator.config.checks.manual import ONLINE_FUNCTION, cited
from mirrordrill.simulator.config.checks.metro_mirror import TYPE_NAME
from mirrordrill.simulator.config.checks.sides import place_of
from mirrordrill.simulator.config.checks.subject import Subject
from mirrordrill.simulator.config.problems import Problem, warning
from mirrordrill.simulator.config.semantics import ResourceModel

LIMITS = Limits()
VCS41_ACTION_TIMEOUT_S = 40
"""The longest default of any release (reference vcs.md 1.5)."""


class Load(NamedTuple):
    """What the length of a sequence depends on."""

    volumes: int
    consoles: int

    def silent_console_s(self, budget_s: float) -> float:
        """What a silent first console costs of a budget: its share, if there is a second console to share with."""
        return min(LIMITS.login_s, (budget_s - MARGIN_S) / self.consoles) if self.consoles > 1 else 0.0


def online_s(load: Load, timeout_s: float) -> float:
    """Login, look, failoverpprc, two looks, the reversal, the lock."""
    looks_s, change_s = 3 * look_needs_s(load.volumes), change_needs_s(load.volumes)
    reversal_s = LIMITS.reversal_s + REVERSAL_PAIR_S * load.volumes
    first_s = load.silent_console_s(timeout_s) + LOGIN_NEEDS_S
    return first_s + looks_s + change_s + reversal_s + LOCK_NEEDS_S + MARGIN_S


def clean_s(load: Load, timeout_s: float) -> float:  # noqa: ARG001 - clean never asks for its time-out
    """Login, look, a pause for the pairs to settle, another look."""
    first_s = load.silent_console_s(TIMEOUT_S["clean"]) + LOGIN_NEEDS_S
    return first_s + LIMITS.settle_s + 2 * look_needs_s(load.volumes) + MARGIN_S


def failback_s(load: Load, timeout_s: float) -> float:  # noqa: ARG001 - it logs in before it asks for its time-out
    """Login, look, paths; failbackpprc, for which the time of another login is kept; a look."""
    first_s = load.silent_console_s(TIMEOUT_S["action"]) + LOGIN_NEEDS_S
    looks_s = 2 * look_needs_s(load.volumes) + look_needs_s(1)
    return first_s + looks_s + change_needs_s(load.volumes) + LOGIN_NEEDS_S + MARGIN_S


class Sequence(NamedTuple):
    """A time-out and the longest sequence that has to fit into it."""

    attribute: str
    what: str
    default_s: int
    fixed_s: int
    """What the agent plans with, whatever the attribute says; 0 where it asks VCS."""
    takes_s: Callable[[Load, float], float]


SEQUENCES = (
    Sequence("OnlineTimeout", "an online", 300, 0, online_s),
    Sequence("CleanTimeout", "a clean", 60, round(TIMEOUT_S["clean"]), clean_s),
    Sequence("ActionTimeout", "a failback", VCS41_ACTION_TIMEOUT_S, 0, failback_s),
)


def check_timeouts(subject: Subject) -> Iterator[Problem]:
    """Every entry point that talks to the array ends by itself before VCS kills it."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        if group.systems:
            yield from timeout_problems(resource, max(load_of(resource, system) for system in group.systems))


def load_of(resource: ResourceModel, system: str) -> Load:
    """What one system's entry points have to do."""
    consoles = sum(bool(resource.scalar(name, system)) for name in ("HMC1", "HMC2"))
    return Load(len(resource.words("VolIds", system)), consoles)


def timeout_problems(resource: ResourceModel, load: Load) -> Iterator[Problem]:
    """The time-outs of one resource."""
    for sequence in SEQUENCES:
        timeout_s = resource.integer(sequence.attribute, sequence.default_s)
        takes_s = math.ceil(sequence.takes_s(load, timeout_s))
        if sequence.fixed_s and timeout_s >= sequence.fixed_s < takes_s:
            yield too_many_volumes(resource, sequence, load, takes_s)
        elif timeout_s < max(takes_s, sequence.fixed_s):
            yield too_short(resource, sequence, load, timeout_s)


def too_short(resource: ResourceModel, sequence: Sequence, load: Load, timeout_s: int) -> Problem:
    """A time-out that an administrator can raise."""
    wanted_s = max(math.ceil(sequence.takes_s(load, math.inf)), sequence.fixed_s)
    is_set = resource.value(sequence.attribute) is not None
    its = f"is {timeout_s} s" if is_set else f"is not set ({timeout_s} s at most by default)"
    message = (
        f"{sequence.attribute} of {resource.name} {its}; {sequence.what} {described(load)} takes up to {wanted_s} s"
    )
    remedy = f"write {sequence.attribute} = {wanted_s}; figures: agent/budget.py"
    return warning(place_of(resource, sequence.attribute, ""), message, cited(remedy, ONLINE_FUNCTION))


def too_many_volumes(resource: ResourceModel, sequence: Sequence, load: Load, takes_s: int) -> Problem:
    """A time-out that the agent does not ask for, so that raising it would not help."""
    message = (
        f"{sequence.what} of {resource.name} {described(load)} takes up to {takes_s} s; "
        f"the agent plans with {sequence.fixed_s} s"
    )
    remedy = "spread the volumes over several resources, or lower login_s in the agent's file `limits`; agent/budget.py"
    return warning(resource.position, message, cited(remedy, ONLINE_FUNCTION))


def described(load: Load) -> str:
    """The situation that the figure is for."""
    silent = " and a silent HMC1" if load.consoles > 1 else ""
    return f"with {load.volumes} volume{'' if load.volumes == 1 else 's'}{silent}"
