"""What the log hears of one group: its state and that of its resources, each change once.

Rule 1: an engine that takes over from another one, or goes on after a split, tells nothing that was told before.
Rule 2: where two engines have told different things of a system and one of them ends, the other one tells it again: the
last word on a system is that of an engine that is there.
"""

from __future__ import annotations

from collections.abc import Iterable

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState, ResourcePlace
from mirrordrill.simulator.vcs.engine.state.last_words import LastWords
from mirrordrill.simulator.vcs.engine.state.stored_attributes import is_set
from mirrordrill.simulator.vcs.engine.triggers import Triggers
from mirrordrill.simulator.vcs.events import EngineLog, GroupChanged, ResourceChanged, TriggerRun

CHANGE = "resstatechange"
STATES, EVENTS = "TriggerResStateChange", "TriggerEvent"
NOT_KNOWN = "UNKNOWN"
"""A group's state in the log where its resources have not been probed."""


class GroupEvents:
    """Tells of one group, on behalf of one engine."""

    def __init__(self, kernel: Kernel, group: GroupState, triggers: Triggers) -> None:
        self.kernel = kernel
        self._triggers = triggers
        self._group = group
        self._told: dict[str, str] = {}
        """System -> the group's state there as the log has it; nothing for one of which it has heard nothing."""
        self._revisions: dict[str, int] = {}
        """System -> the revision of the group's counts with which its state was compared last."""

    def take_over(self, other: GroupEvents) -> None:
        """Go on where another engine's teller stands."""
        self._told = dict(other._told)

    def resource(self, place: ResourcePlace, system: str, before: str) -> None:
        """A resource's state, unless its words are still those from before."""
        after = place.on[system].words()
        if after == before:
            return
        name = place.spec.name
        self.kernel.emit(ResourceChanged(name, system, before, after))
        was, is_now = before.partition("|")[0], after.partition("|")[0]
        if was != is_now and self._is_told_of_states(place) and not self.trigger(CHANGE, system, name, was, is_now):
            self.kernel.emit(TriggerRun(system, CHANGE, self._group.spec.name, (name, was, is_now)))

    def trigger(self, name: str, system: str, *arguments: str, about: str = "") -> bool:
        """Run a trigger that the site has a script for, unless the group wants none; whether it was run."""
        group = self._group.spec
        if not self._triggers.has(name) or not is_set("group", group.stored, EVENTS):
            return False
        self._triggers.fire(system, name, group.name, arguments, about)
        return True

    def _is_told_of_states(self, place: ResourcePlace) -> bool:
        """TriggerResStateChange of the group or of the resource, unless TriggerEvent is 0 there."""
        both = (("group", self._group.spec.stored), ("resource", place.spec.stored))
        return any(is_set(kind, stored, STATES) for kind, stored in both) and all(
            is_set(kind, stored, EVENTS) for kind, stored in both
        )

    def group(self) -> None:
        """The group's state, where it is another than was told."""
        group = self._group
        for system in group.on:
            revision = group.counts(system).revision
            if self._revisions.get(system) == revision:
                continue
            self._revisions[system] = revision
            before = self._told.get(system, NOT_KNOWN)
            after = "|".join(group.words(system)) if group.is_probed(system) else NOT_KNOWN
            if after != before:
                self._told[system] = after
                self.kernel.emit(GroupChanged(group.spec.name, system, before, after))
                self._has_arrived(system, before.split("|"), after.split("|"))

    def _has_arrived(self, system: str, before: list[str], after: list[str]) -> None:
        """The group has come online there, or gone offline; what a first probe finds is no arrival."""
        if NOT_KNOWN in before:
            return
        if "ONLINE" in after and not {"ONLINE", "STOPPING"} & set(before):
            self.trigger("postonline", system)
        elif "OFFLINE" in after and "OFFLINE" not in before:
            self.trigger("postoffline", system)

    def repeat(self, systems: Iterable[str], last_words: LastWords) -> None:
        """Tell again of these systems what the log has heard otherwise, from an engine that ends."""
        known = [system for system in systems if system in self._told]
        for system in known:
            for name, place in self._group.resources.items():
                if (before := last_words.resources.get((name, system))) is not None and system in place.on:
                    self.resource(place, system, before)
        for system in known:
            after = self._told[system]
            before = last_words.groups.get((self._group.spec.name, system), after)
            if before != after:
                self.kernel.emit(GroupChanged(self._group.spec.name, system, before, after))

    def log(self, source: str, message: MessageText, *values: str) -> None:
        """A line of the engine's log."""
        text = message.fill(*values)
        self.kernel.emit(EngineLog(source, message.severity, message.id, text))
