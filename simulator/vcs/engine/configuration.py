"""The configuration while the cluster runs: read-only or writable, and what was modified since the file was read.

`haconf -makerw` lets operators modify attributes; the engines have the new values at once, the file not before
`haconf -dump`. What was modified is kept as edits. `simulator/site/main_cf.py`, which knows the language of main.cf,
writes them into the file; this room does not.

Rule 1: an edit says what an attribute is from then on, never what was done to it: the last one of a place counts.
Rule 2: temp attributes are no part of the configuration and never among the edits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from mirrordrill.simulator.kernel.events import Event
from mirrordrill.simulator.vcs.spec import AttributeDimension


@dataclass(frozen=True, slots=True)
class Edit:
    """An attribute as it is to stand in the file; no values at all where it is to be taken out."""

    kind: str
    """What kind of object has it: cluster, heartbeat, type, group, resource or system.

    A `dependency` is no object: the resource `name` requires the resource `attribute`; of a `group dependency` the
    values are its words. No values take it out."""
    name: str
    attribute: str
    """Empty where the edit is about the object itself: no values take it out, others begin it anew (of a resource its
    type and its group)."""
    values: tuple[str, ...] | None
    dimension: AttributeDimension = AttributeDimension.SCALAR
    system: str | None = None
    """Of a localised attribute."""

    @property
    def place(self) -> tuple[str, str, str, str | None]:
        """What it is about; a later edit of the same place replaces it."""
        return self.kind, self.name, self.attribute, self.system


@dataclass(slots=True)
class WritableConfiguration:
    """Plain data in the engine's state: every engine of a membership has the same."""

    writable: bool = False
    edits: dict[tuple[str, str, str, str | None], Edit] = field(default_factory=dict)
    """Everything modified since the cluster was configured, in the order of the places' first change."""

    def note(self, edit: Edit) -> None:
        """Remember a change for the next dump."""
        self.edits[edit.place] = edit

    def note_object(self, kind: str, name: str, words: tuple[str, ...] = (), *, exists: bool) -> None:
        """Remember that an object was added, with nothing in it, or deleted; what it was before does not matter."""
        self.edits = {place: edit for place, edit in self.edits.items() if (edit.kind, edit.name) != (kind, name)}
        self.note(Edit(kind, name, "", words if exists else None))


@dataclass(frozen=True, slots=True)
class ConfigurationDumped(Event):
    """main.cf was written on these systems, and what it says now, its passwords masked."""

    cluster: str
    systems: tuple[str, ...]
    main_cf: str

    def where(self) -> str:
        """The cluster."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`main.cf written on hosta hostb`."""
        return f"main.cf written on {' '.join(self.systems)}"


class ConfigurationFiles(Protocol):
    """The configuration directories of the systems, in hands that know the language of main.cf."""

    def dump(self, systems: tuple[str, ...], edits: tuple[Edit, ...]) -> str:
        """Write main.cf with these edits on each of the systems; what it says."""

    def verify(self, system: str, directory: str) -> tuple[str, ...]:
        """What is wrong with the main.cf in a directory of a system, a line each."""


class NoFiles:
    """Systems that keep no files: a dump is believed, and every directory is empty."""

    def dump(self, systems: tuple[str, ...], edits: tuple[Edit, ...]) -> str:
        """Nothing is written."""
        return f"// {len(edits)} edits for {' '.join(systems)}\n"

    def verify(self, system: str, directory: str) -> tuple[str, ...]:
        """There is never a file."""
        return (f"{directory}/main.cf does not exist on {system}",)
