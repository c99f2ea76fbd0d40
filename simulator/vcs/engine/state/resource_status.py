"""The status of each resource of a group on a system, and the counts from which the group's state follows.

Rule 1: a change of a status is counted at once, so that no question about a group looks at all of its resources.
Rule 2: what a resource counts for depends on the configuration. After a change of that the counts are stale, and the
group counts anew when it is asked.
"""

from __future__ import annotations

from mirrordrill.simulator.vcs.states import Flag, IState, ResourceState, resource_words

ENABLED, COUNTED, NEEDED, CRITICAL = 1, 2, 4, 8
"""Roles of a resource in its group's state: enabled; counted at all; needed for ONLINE; its fault is the group's."""


class GroupCounts:
    """How many resources of a group are in which condition on one system: all that the group's state depends on."""

    __slots__ = (
        "active",
        "critical_faults",
        "held_up",
        "is_stale",
        "needed",
        "needed_online",
        "online",
        "revision",
        "starting",
        "stopping",
        "unprobed",
        "up",
        "waiting",
    )

    def __init__(self) -> None:
        self.revision = 0
        """Another number after each change."""
        self.reset()
        self.is_stale = True
        """Whether the configuration changed: everything has to be counted anew."""

    def reset(self) -> None:
        """Nothing is counted yet."""
        self.is_stale = False
        self.revision += 1
        self.waiting = 0
        """Resources that wait for their children or parents, enabled or not."""
        self.unprobed = self.starting = self.stopping = self.critical_faults = 0
        self.needed = self.needed_online = 0
        """Resources that start with the group and count for its state; how many of them are online."""
        self.online = self.up = self.active = 0
        self.held_up = 0
        """Resources that are up and not on their way down."""

    def add(self, status: ResourceStatus, number: int) -> None:
        """Count a resource as it is now (1), or no longer (-1)."""
        state, istate, role = status.state, status.istate, status.role
        if istate is IState.WAITING_FOR_CHILDREN or istate is IState.WAITING_FOR_PARENTS:
            self.waiting += number
        if not role & ENABLED:
            return
        if not status.probed:
            self.unprobed += number
        if istate.is_up:
            self.starting += number
        elif istate.is_down:
            self.stopping += number
        if state is ResourceState.FAULTED and role & CRITICAL:
            self.critical_faults += number
        if not role & COUNTED:
            return
        is_up = status.is_up
        if state is ResourceState.ONLINE:
            self.online += number
            if role & NEEDED:
                self.needed_online += number
        if role & NEEDED:
            self.needed += number
        if is_up:
            self.up += number
            if not istate.is_down:
                self.held_up += number
        if is_up or istate is not IState.NOT_WAITING:
            self.active += number


class ResourceStatus:
    """A resource on one system. Every change of it is counted for its group at once."""

    __slots__ = ("_counts", "_istate", "_probed", "_state", "confidence", "flags", "info", "role")

    def __init__(self, counts: GroupCounts) -> None:
        self._counts = counts
        self._state = ResourceState.OFFLINE
        self._istate = IState.NOT_WAITING
        self._probed = False
        self.flags = Flag.NORMAL
        self.confidence = 0
        self.info = ("Valid", "", "")
        """ResourceInfo: State, Msg and TS."""
        self.role = 0
        """What it is for its group's state; set when the group counts anew."""

    @property
    def state(self) -> ResourceState:
        """What the engine holds it to be."""
        return self._state

    @state.setter
    def state(self, state: ResourceState) -> None:
        if state is not self._state:
            with_counts = self._leave()
            self._state = state
            self._enter(with_counts=with_counts)

    @property
    def istate(self) -> IState:
        """What the engine waits for."""
        return self._istate

    @istate.setter
    def istate(self, istate: IState) -> None:
        if istate is not self._istate:
            with_counts = self._leave()
            self._istate = istate
            self._enter(with_counts=with_counts)

    @property
    def probed(self) -> bool:
        """Whether its agent has reported since the system entered the membership."""
        return self._probed

    @probed.setter
    def probed(self, probed: bool) -> None:
        if probed is not self._probed:
            with_counts = self._leave()
            self._probed = probed
            self._enter(with_counts=with_counts)

    def _leave(self) -> bool:
        if self._counts.is_stale:
            return False
        self._counts.add(self, -1)
        return True

    def _enter(self, *, with_counts: bool) -> None:
        if with_counts:
            self._counts.add(self, 1)
            self._counts.revision += 1

    def become(self, other: ResourceStatus) -> None:
        """Be as another engine has it."""
        self.state, self.istate, self.probed = other.state, other.istate, other.probed
        self.flags, self.confidence, self.info = other.flags, other.confidence, other.info

    @property
    def is_up(self) -> bool:
        """Online, or on its way there, or on its way down and not yet gone."""
        istate = self._istate
        return self._state is ResourceState.ONLINE or not (
            istate is IState.NOT_WAITING or istate is IState.WAITING_FOR_CHILDREN
        )

    def words(self) -> str:
        """The `State` value as operators read it."""
        flags = self.flags if self._probed else self.flags | Flag.STATE_UNKNOWN
        return resource_words(self._state, flags)
