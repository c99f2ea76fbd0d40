"""How the resource types that are played behave: what they do with the volumes below them, and how long they take.

The types are those that stand in one group with MetroMirror, in main.cf files of every platform. What a site measured
stands in its site.toml (`[types.Oracle]`) and wins. A type that nobody told us of comes and goes in a second and
touches no volume; if VCS cannot bring it online either (`Operations = None`) it is always there.

Rule: durations are plausible values for a healthy host and not measured; each is a parameter.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mirrordrill.simulator.config.semantics import ClusterModel
from mirrordrill.simulator.site.own_types import TypeSettings


class Role(enum.Enum):
    """What a type does with the volumes below it."""

    PLAIN = "none of its business"
    IMPORTS = "imports them while they are writable, falls apart when they are not"
    STANDS = "needs them writable, is gone when they are not"
    WRITES = "opens them and writes"
    ALWAYS_THERE = "persistent: nobody brings it online"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one type behaves."""

    role: Role
    online_s: float = 1.0
    offline_s: float = 1.0


TYPES: Mapping[str, Behaviour] = {
    # Volume management.
    "DiskGroup": Behaviour(Role.IMPORTS, online_s=4.0, offline_s=3.0),
    "LVMVolumeGroup": Behaviour(Role.IMPORTS, online_s=4.0, offline_s=3.0),
    "LVMVG": Behaviour(Role.IMPORTS, online_s=6.0, offline_s=4.0),
    "CVMCluster": Behaviour(Role.PLAIN, online_s=10.0, offline_s=5.0),
    "CVMVolDg": Behaviour(Role.IMPORTS, online_s=4.0, offline_s=3.0),
    "Volume": Behaviour(Role.STANDS, online_s=1.0, offline_s=1.0),
    "LVMLogicalVolume": Behaviour(Role.STANDS, online_s=1.0, offline_s=1.0),
    # File systems.
    "Mount": Behaviour(Role.STANDS, online_s=2.0, offline_s=1.0),
    "CFSfsckd": Behaviour(Role.PLAIN, online_s=1.0, offline_s=1.0),
    "CFSMount": Behaviour(Role.STANDS, online_s=3.0, offline_s=2.0),
    # Networks.
    "IP": Behaviour(Role.PLAIN, online_s=2.0, offline_s=1.0),
    "IPMultiNIC": Behaviour(Role.PLAIN, online_s=2.0, offline_s=1.0),
    "NIC": Behaviour(Role.ALWAYS_THERE),
    "MultiNICA": Behaviour(Role.ALWAYS_THERE),
    # Applications.
    "Oracle": Behaviour(Role.WRITES, online_s=12.0, offline_s=8.0),
    "Netlsnr": Behaviour(Role.PLAIN, online_s=2.0, offline_s=1.0),
    "Db2udb": Behaviour(Role.WRITES, online_s=12.0, offline_s=8.0),
    "Sybase": Behaviour(Role.WRITES, online_s=12.0, offline_s=8.0),
    "Application": Behaviour(Role.WRITES, online_s=5.0, offline_s=3.0),
    "Process": Behaviour(Role.WRITES, online_s=2.0, offline_s=2.0),
}
ANY_OTHER = Behaviour(Role.PLAIN)
NEED_WRITABLE = frozenset({Role.IMPORTS, Role.STANDS})
"""Roles that end with the volumes, and do not begin without them."""


def behaviours(clusters: Iterable[ClusterModel], own: Mapping[str, TypeSettings]) -> dict[str, Behaviour]:
    """The behaviour of each type that the clusters use."""
    types = {resource.type_name: resource.type for cluster in clusters for _, resource in cluster.resources()}
    return {name: _behaviour(name, model.is_persistent, own.get(name)) for name, model in types.items()}


def _behaviour(name: str, is_persistent: bool, own: TypeSettings | None) -> Behaviour:
    found = TYPES.get(name, ANY_OTHER)
    if is_persistent:
        found = replace(found, role=Role.ALWAYS_THERE)
    if own is None:
        return found
    return Behaviour(
        found.role if own.role is None else Role[own.role.upper()],
        found.online_s if own.online_s is None else own.online_s,
        found.offline_s if own.offline_s is None else own.offline_s,
    )


def as_markdown() -> str:
    """The played types' part of `docs/fidelity.md`."""
    lines = [
        "## Played resource types",
        "",
        "Whatever stands in a group beside MetroMirror is played, unless `site.toml` names scripts for it. A type that",
        "is not in the table comes and goes in a second and touches no volume. All durations are plausible, none is",
        "measured; each is a parameter: `[types.Oracle]` with `online_s`, `offline_s`, `role` (as below)",
        "",
        "| type | with the volumes below it | online, s | offline and clean, s |",
        "| --- | --- | --- | --- |",
    ]
    for name, its in TYPES.items():
        times = ("-", "-") if its.role is Role.ALWAYS_THERE else (f"{its.online_s:g}", f"{its.offline_s:g}")
        lines.append(f"| {name} | {its.role.value} | {times[0]} | {times[1]} |")
    return "\n".join([*lines, "", *(f"- {fact}" for fact in FACTS)]) + "\n"


FACTS = (
    "A monitor takes no time, and finds what has gone since the last one.",
    "Disk groups, volumes and file systems do not come online on write-disabled or lost volumes, and go with them.",
    "An application writes from the end of its online to the begin of its offline, while its volumes can be written; "
    "what goes away between it and its volumes ends its writing.",
    "A persistent type is there until a drill takes it away.",
)
"""What holds for all of them."""
