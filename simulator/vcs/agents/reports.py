"""What passes between an agent and the engine."""

from __future__ import annotations

from dataclasses import dataclass

import simpy

from mirrordrill.simulator.vcs.states import Flag, ResourceState


@dataclass(frozen=True, slots=True)
class ResourceReport:
    """What an agent tells the engine of a resource on its system.

    A state of None means that nothing has been probed yet; `answered`, that this is what the engine had asked for.
    """

    resource: str
    system: str
    state: ResourceState | None
    flags: Flag = Flag.NORMAL
    confidence: int = 0
    answered: bool = False


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """What became of an agent that was started on a system.

    One that is back wants to know what is believed of its resources. Of one that has not come in time nobody will say
    how they are.
    """

    system: str
    type_name: str
    is_back: bool


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute of a resource was modified, of which its agent wants to hear (RegList)."""

    attribute: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """An action that was asked of an agent; `answer` gets the Outcome, or None where it was killed."""

    token: str
    arguments: tuple[str, ...]
    answer: simpy.Event
