"""What the attributes of a service group may be, and what a group may require of another one (reference vcs.md 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mirrordrill.simulator.config.checks.subject import Subject
from mirrordrill.simulator.config.model import Group, GroupDependency
from mirrordrill.simulator.config.problems import Problem, error, nearest, warning

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "AutoStartPolicy": ("Order", "Priority", "Load"),
        "ClusterFailOverPolicy": ("Manual", "Auto", "Connected"),
        "FailOverPolicy": ("Priority", "RoundRobin", "Load", "BiggestAvailable"),
        "ManageFaults": ("ALL", "NONE"),
    }
)
"""Attributes that are one of a few words. Later releases know more of them, and nothing here plays those."""


def check_group_values(subject: Subject) -> Iterator[Problem]:
    """A word that is none of those that VCS knows; a group that is not enabled, which is not simulated."""
    for group in subject.cluster.groups:
        if group.attributes.scalar("Enabled", default="1") == "0":
            message = f"Enabled of group {group.name} is 0: VCS brings it online nowhere, and here it comes online"
            yield warning(group.attributes.position("Enabled"), message, "drills are true of it when it is enabled")
        for attribute, known in WORDS.items():
            text = group.attributes.scalar(attribute, default=known[0])
            if text not in known:
                place = group.attributes.position(attribute)
                message = f"{attribute} of group {group.name} cannot be '{text}'"
                yield error(place, message, nearest(text, known) or f"one of {', '.join(known)}")


def check_links(subject: Subject) -> Iterator[Problem]:
    """Requirements that VCS does not know, or knows only in later releases."""
    for group in subject.configuration.of_kind(Group):
        for number, required in enumerate(group.group_dependencies):
            if remedy := remedy_for(required):
                message = f"group {group.name} cannot require group {required.child} {written(required)}"
                yield error(required.child.position, message, remedy)
            if number:
                message = f"group {group.name} requires more than one other group"
                yield warning(required.child.position, message, "VCS 4.1 allows one; later releases allow several")


def remedy_for(required: GroupDependency) -> str:
    """What to write instead of a requirement that does not exist; empty for one that does."""
    if required.category == "offline" and (required.location != "local" or required.rigidity):
        return "a group can be required offline on the parent's own system only: offline local"
    if required.rigidity == "hard" and required.location != "local":
        return "only a local dependency can be hard: online local hard, or firm"
    return ""


def written(required: GroupDependency) -> str:
    """As it stands in the file."""
    return " ".join(filter(None, (required.category, required.location, required.rigidity)))
