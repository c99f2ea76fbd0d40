"""How the resource types that are played behave: what they do with the volumes below them, and how long they take.

A type that VCS brings (`config/bundled.py`) behaves as its family does. What a site measured stands in its site.toml
(`[types.Oracle]`) and wins. Any other type comes and goes in a second and touches no volume; if VCS cannot bring it
online either (`Operations = None`) it is always there.

Rule: durations are plausible values for a healthy host and not measured; each is a parameter.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mirrordrill.simulator.config.bundled import BUNDLED, BundledType, Family
from mirrordrill.simulator.config.semantics import ClusterModel
from mirrordrill.simulator.site.own_types import METRO_MIRROR, TypeSettings


class StorageRole(enum.Enum):
    """What a type does with the volumes below it; site.toml says it by these names."""

    PLAIN = Family.SERVICE.value
    IMPORTS = Family.DISK_GROUP.value
    STANDS = Family.ON_VOLUMES.value
    WRITES = Family.APPLICATION.value
    ALWAYS_THERE = Family.WATCHED.value


@dataclass(frozen=True, slots=True)
class TypeBehaviour:
    """How one type behaves."""

    role: StorageRole
    online_s: float = 1.0
    offline_s: float = 1.0


FAMILIES: Mapping[Family, TypeBehaviour] = {
    Family.DISK_GROUP: TypeBehaviour(StorageRole.IMPORTS, online_s=4.0, offline_s=3.0),
    Family.ON_VOLUMES: TypeBehaviour(StorageRole.STANDS, online_s=1.0, offline_s=1.0),
    Family.APPLICATION: TypeBehaviour(StorageRole.WRITES, online_s=12.0, offline_s=8.0),
    Family.SERVICE: TypeBehaviour(StorageRole.PLAIN, online_s=2.0, offline_s=1.0),
    Family.WATCHED: TypeBehaviour(StorageRole.ALWAYS_THERE),
}
"""How a type of a family behaves, unless it stands in DURATIONS_S."""
DURATIONS_S: Mapping[str, tuple[float, float]] = {
    "LVMVG": (6.0, 4.0),
    "CVMCluster": (10.0, 5.0),
    "Mount": (2.0, 1.0),
    "CFSfsckd": (1.0, 1.0),
    "CFSMount": (3.0, 2.0),
    "Application": (5.0, 3.0),
    "Process": (2.0, 2.0),
    "FileOnOff": (1.0, 1.0),
}
"""Seconds that online takes, and that offline and clean take, where a type differs from its family."""


def bundled_behaviour(each: BundledType) -> TypeBehaviour:
    """How a type that VCS brings is played."""
    found = FAMILIES[each.family]
    if each.name not in DURATIONS_S:
        return found
    online_s, offline_s = DURATIONS_S[each.name]
    return replace(found, online_s=online_s, offline_s=offline_s)


TYPES: Mapping[str, TypeBehaviour] = {name: bundled_behaviour(each) for name, each in BUNDLED.items()}
ANY_OTHER = TypeBehaviour(StorageRole.PLAIN)
NEED_WRITABLE = frozenset({StorageRole.IMPORTS, StorageRole.STANDS})
"""Roles that end with the volumes, and do not begin without them."""


def behaviours(clusters: Iterable[ClusterModel], own: Mapping[str, TypeSettings]) -> dict[str, TypeBehaviour]:
    """The behaviour of each type that the clusters use."""
    types = {resource.type_name: resource.type for cluster in clusters for _, resource in cluster.resources()}
    return {
        name: _behaviour(name, is_persistent=model.is_persistent, own=own.get(name)) for name, model in types.items()
    }


def _behaviour(name: str, *, is_persistent: bool, own: TypeSettings | None) -> TypeBehaviour:
    found = TYPES.get(name, ANY_OTHER)
    if is_persistent:
        found = replace(found, role=StorageRole.ALWAYS_THERE)
    if own is None:
        return found
    return TypeBehaviour(
        found.role if own.role is None else StorageRole[own.role.upper()],
        found.online_s if own.online_s is None else own.online_s,
        found.offline_s if own.offline_s is None else own.offline_s,
    )


def written_by_users(cluster: ClusterModel, own: Mapping[str, TypeSettings]) -> frozenset[str]:
    """The resources through which users write that VCS does not know of, such as the clients of a file server.

    The volumes of a MetroMirror resource on which no application of its group stands are not idle on a real site. They
    are written through a resource of a type that is in no table, or else through the highest file systems, or else
    through the disk groups.
    """
    roles = {name: each.role for name, each in behaviours([cluster], own).items()}
    found: set[str] = set()
    for group in cluster.groups:
        stacks = {each.name: group.stack(each.name) for each in group.resources if each.type_name != METRO_MIRROR}
        ranks = {name: _rank(type_name := group.resource(name).type_name, roles[type_name], own) for name in stacks}
        for volumes in (each.name for each in group.resources if each.type_name == METRO_MIRROR):
            above = [name for name, stack in stacks.items() if volumes in stack and ranks[name] is not None]
            best = min((rank for name in above if (rank := ranks[name]) is not None), default=0)
            chosen = [name for name in above if ranks[name] == best] if best else []
            found |= {name for name in chosen if not any(name in stacks[each] for each in chosen if each != name)}
    return frozenset(found)


def _rank(type_name: str, role: StorageRole, own: Mapping[str, TypeSettings]) -> int | None:
    """Which of a group's resources writes: those of the lowest rank do. 0 is an application, None never writes."""
    if role is StorageRole.PLAIN:
        told = own.get(type_name)
        is_unknown = type_name not in TYPES and (told is None or (told.role is None and not told.scripts))
        return 1 if is_unknown else None
    return {StorageRole.WRITES: 0, StorageRole.STANDS: 2, StorageRole.IMPORTS: 3}.get(role)


def as_markdown() -> str:
    """The played types' part of `docs/fidelity.md`."""
    lines = [
        "## Played resource types",
        "",
        "Every resource beside MetroMirror is played, unless `site.toml` names scripts for its type. `mirrordrill",
        "check` accepts the types of this table without their type files. A type that is not in it comes and goes in a",
        "second and touches no volume. All durations are plausible, none is measured; each is a parameter:",
        "`[types.Oracle]` with `online_s`, `offline_s`, `role`. Known: S seen in a document, M remembered, I inferred.",
        "",
        "| type | type file | Operations | with the volumes below it | online, s | offline and clean, s | known |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, its in TYPES.items():
        bundled = BUNDLED[name]
        times = ("-", "-") if its.role is StorageRole.ALWAYS_THERE else (f"{its.online_s:g}", f"{its.offline_s:g}")
        cells = (name, bundled.file, bundled.operations.value, its.role.value, *times, bundled.confidence)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *(f"- {fact}" for fact in FACTS)]) + "\n"


FACTS = (
    "A monitor takes no time, and finds what has gone since the last one.",
    "Disk groups, volumes and file systems do not come online on write-disabled or lost volumes, and go with them.",
    "An application writes from the end of its online to the begin of its offline, while its volumes can be written; "
    "what goes away between it and its volumes ends its writing.",
    "Where no application of a group stands on its mirrored volumes, users write there whom VCS does not know (NFS "
    "clients, programs of a type that is in no table): through a resource of an unknown type, or else the highest file "
    "system, or else the disk group, while it is online.",
    "A persistent type is there until a drill takes it away.",
)
"""What holds for all of them."""
