"""The way home: in the end each group that is in sync can be switched to the other side, and is mirrored from there.

Rule: a group is sent only where both arrays call it in sync, and a path leads back for each LSS pair.
"""

from __future__ import annotations

from mirrordrill.agent.messages import ADOPTED, MEMORY_FORKED, ONLINE_REFUSED, REVERSAL_LEFT
from mirrordrill.drills.explore.liveness.reasons import named
from mirrordrill.drills.explore.liveness.recovery import COPY_S, Recovery
from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import VolumeOn
from mirrordrill.drills.run.expectations import ExpectationFailedError
from mirrordrill.drills.run.facts import Facts, Name
from mirrordrill.drills.steps.attempts import Attempts
from mirrordrill.drills.sweep.runbook import STACK_S
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.site.site import Attachment
from mirrordrill.simulator.vcs.commands.language.refusals import (
    DEPENDENCIES_NOT_MET,
    GROUP_IN_THE_WAY,
    NO_MANUAL_OPS,
    PARENT_GROUP_UP,
)
from mirrordrill.simulator.vcs.events import EngineLog
from mirrordrill.simulator.vcs.wide_area.messages import NOT_GRANTED
from mirrordrill.simulator.world import World

NO_SWAP = "SwapRoles is 0"
CONFIGURED = (PARENT_GROUP_UP, DEPENDENCIES_NOT_MET, GROUP_IN_THE_WAY, NO_MANUAL_OPS)
"""Refusals that follow from what main.cf says: VCS sends a group only with those that stand on it."""


class Crossing(Recovery):
    """The liveness of one drill, with what an operator tries in the end."""

    def __init__(self, world: World, history: History, attempts: Attempts) -> None:
        super().__init__(world, history, attempts)
        self._stays: dict[str, str] = {}
        """Group -> why VCS does not let it be sent as the site is configured."""
        self._switched: dict[str, str] = {}
        """Group -> the system that an operator has sent it to in the end."""
        self._sent_at = 0
        """The number of the last event before the first of them was sent; 0 where none was."""

    def switch_sides(self) -> str:
        """Send each failover group that both arrays call in sync, and that has a path back, to the other array.

        In a global cluster those of one cluster go first: agents of one thread that start groups on both sides at once
        cannot ask each other (docs/hazards.md), and people do not send groups past each other.
        """
        groups = (group for group in self._groups() if not self._is_parallel(group))
        there = {group: self._history.state.online_on(group) for group in groups}
        clusters = {group: self._world.cluster_of(on[0]).spec.name for group, on in there.items() if len(on) == 1}
        for cluster in sorted(set(clusters.values())):
            before = len(self._switched)
            for group in (each for each, its in clusters.items() if its == cluster):
                system = there[group][0]
                if self._is_mirrored(group, system) and self._has_way_back(group, system):
                    self._switch(group, system)
            if len(self._switched) > before:
                self._arrive()
                if refused := [group for group in list(self._switched)[before:] if self._has_no_authority(group)]:
                    for group in refused:
                        self._take_authority(group)
                    self._arrive()
        sent = [f"{group} to {system}" for group, system in self._switched.items()]
        return "; ".join((*sent, *self._stays.values())) or "no group is in sync"

    def _arrive(self) -> None:
        self._world.run_until(lambda: all(self._has_come(group) for group in self._switched), self.bound_s())
        self._world.advance(STACK_S)
        self._world.run_until(lambda: not self._world.storage.pairs.copies.progress(), COPY_S)

    def _has_no_authority(self, group: str) -> bool:
        """Whether the group came online nowhere, and an engine has said since that no cluster gave it Authority."""
        if self._has_come(group):
            return False
        said = (line.event for line in self._history.state.lines if line.number > self._sent_at)
        told = (line for line in said if isinstance(line, EngineLog) and line.message_id == NOT_GRANTED.id)
        return any(named(group, line.message) for line in told)

    def _take_authority(self, group: str) -> None:
        """What is left to an operator where no cluster has Authority: `-force`, where the group was sent."""
        system = self._switched[group]
        self._type(f"hagrp -online -force {group} -sys {system}", system)

    def expect_sides(self, *, may_contradict: bool = False) -> str:
        """Each group that was sent is online there and in sync; or two systems remember different onlines, which a
        person has to decide. Raises ExpectationFailedError.
        """
        told = []
        for group, system in self._switched.items():
            names: dict[str, Name] = {"group": group, "system": system}
            if may_contradict and self._memories_contradict(group):
                told.append(f"two systems remember different onlines of {group}")
                continue
            if not self._has_come(group):
                states = self._history.state.group_on_systems(group)
                seen = tuple(f"{where} {state.text}" for where, state in sorted(states.items()))
                raise ExpectationFailedError(Facts("way closed", names, {"seen": seen}))
            for its in self._of(group, system):
                if self._keeps_direction(its):
                    continue
                if {self._history.state.view(copy) for copy in _copies(its)} != {View.FULL_DUPLEX.value}:
                    states_seen = tuple(sorted({str(self._history.state.view(copy)) for copy in _copies(its)}))
                    more: dict[str, Name] = {"resource": its.resource, "states": states_seen}
                    raise ExpectationFailedError(Facts("way one-sided", {**names, **more}))
            told.append(f"{group} is online on {system}")
        return "; ".join(told) or "none was"

    def _keeps_direction(self, its: Attachment) -> bool:
        """Whether the agent said, since the group was sent, that an online leaves the copy as it is (SwapRoles = 0)."""
        said = (line.event for line in reversed(self._history.state.lines) if line.number > self._sent_at)
        return any(
            isinstance(line, AgentLog)
            and (line.resource, line.message_id) == (its.resource, REVERSAL_LEFT.message_id)
            and NO_SWAP in line.text()
            for line in said
        )

    def _memories_contradict(self, group: str) -> bool:
        """Whether the agent found that while the group was sent, or had found it before and refuses every online since.

        The contradiction stays until a person has run the action takeover.
        """
        its = {a.resource for a in self._world.site.attachments if a.group == group}
        is_refused = False
        for line in reversed(self._history.state.lines):
            said = line.event
            if not isinstance(said, AgentLog) or said.resource not in its:
                continue
            is_since = line.number > self._sent_at
            is_refused = is_refused or (is_since and said.message_id == ONLINE_REFUSED.message_id)
            if said.message_id == MEMORY_FORKED.message_id:
                return is_since or is_refused
            if said.message_id == ADOPTED.message_id:
                return False
        return False

    def _is_mirrored(self, group: str, system: str) -> bool:
        """Whether the array of the system says that it is the source of pairs in sync, and the other one the same."""
        ours = [copy for its in self._of(group, system) for copy in _copies(its)]
        views = self._history.state.views
        last = [views[copy][-1].event for copy in ours if views.get(copy)]
        far = [self._history.state.view(VolumeOn(event.peer_array, event.peer_volume)) for event in last]
        is_source = len(last) == len(ours) and {event.after for event in last} == {View.FULL_DUPLEX.value}
        return is_source and set(far) == {View.TARGET_FULL_DUPLEX.value}

    def _has_way_back(self, group: str, system: str) -> bool:
        """Whether a path leads from the far array to that of the system, for each LSS pair."""
        image = self._world.storage.image
        volumes = (image(c.array).volume(c.volume) for its in self._of(group, system) for c in _copies(its))
        for volume in volumes:
            peer = volume.peer
            way = peer.image.paths.find(peer.lss, volume.image.image_id, volume.lss) if peer is not None else None
            if way is None or not way.working_links():
                return False
        return True

    def _switch(self, group: str, system: str) -> None:
        its = [a for a in self._world.site.attachments if a.group == group]
        here = {a.image_id for a in its if a.host == system}
        there = next((a.host for a in its if a.image_id not in here and self._world.is_up(a.host)), "")
        if there:
            own, other = self._world.cluster_of(system).spec.name, self._world.cluster_of(there).spec.name
            to = f"{there} -clus {other}" if own != other else there
            self._sent_at = self._sent_at or self._world.kernel.log.since(0)[-1].number
            waits = self._history.state.group_on_systems(group)
            for host in dict.fromkeys(a.host for a in its):
                if host != system and host in waits and waits[host].is_starting:
                    # What VCS still waits for there, after a fault that it may not act on, is in the way of the switch.
                    self._type(f"hagrp -flush {group} -sys {host}", host)
                self._type(f"hagrp -clear {group} -sys {host}", host)
            said = self._type(f"hagrp -switch {group} -to {to}", system)
            if any(refusal.id in said for refusal in CONFIGURED):
                self._stays[group] = said
            else:
                self._switched[group] = there

    def _has_come(self, group: str) -> bool:
        return self._history.state.online_on(group) == (self._switched[group],)


def _copies(its: Attachment) -> tuple[VolumeOn, ...]:
    return tuple(VolumeOn(its.image_id, volume) for volume in its.volumes)
