"""What a check looks at, and the shape of a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mirrordrill.simulator.config.model import (
    Assignment,
    Cluster,
    Configuration,
    Group,
    Heartbeat,
    RemoteCluster,
    System,
    Word,
)
from mirrordrill.simulator.config.problems import Problem
from mirrordrill.simulator.config.semantics import ClusterModel, TypeModel


@dataclass(frozen=True, slots=True)
class Subject:
    """One configuration: as written, and as understood."""

    configuration: Configuration
    cluster: ClusterModel


Check = Callable[[Subject], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Body:
    """The attributes of one object as they were written, repetitions included."""

    keyword: str
    name: Word
    attributes: tuple[Assignment, ...]
    type: TypeModel | None = None
    """The type of a resource, if it is defined; None for any other object."""

    @property
    def title(self) -> str:
        """How to call the object in a message."""
        return f"{self.keyword} {self.name}"


Owner = Cluster | RemoteCluster | Heartbeat | System | Group

KEYWORDS: dict[type[Owner], str] = {
    Cluster: "cluster",
    RemoteCluster: "remotecluster",
    Heartbeat: "heartbeat",
    System: "system",
    Group: "group",
}


def bodies(subject: Subject) -> Iterator[Body]:
    """Every object with attributes, kind by kind."""
    for kind, keyword in KEYWORDS.items():
        for statement in subject.configuration.of_kind(kind):
            yield Body(keyword, statement.name, statement.attributes)
    for group in subject.configuration.of_kind(Group):
        for resource in group.resources:
            type_model = subject.cluster.types.get(resource.type_name.text)
            yield Body(resource.type_name.text, resource.name, resource.attributes, type_model)
