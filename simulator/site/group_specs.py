"""What main.cf says of systems and service groups, as the engine is told of it (vcs.md 2.4, 2.5).

Rule: a default stands here and in `vcs/group_spec.py` alike; what is neither here nor in `vcs/stored.py` is not known.
"""

from __future__ import annotations

import contextlib

from mirrordrill.simulator.config.model import GroupDependency as WrittenGroupDependency
from mirrordrill.simulator.config.semantics import Attributes, GroupModel, Named
from mirrordrill.simulator.vcs.engine.state.stored_attributes import STORED_ATTRIBUTES
from mirrordrill.simulator.vcs.spec import (
    AttributeDimension,
    AutoStartPolicy,
    ClusterFailOverPolicy,
    FailOverPolicy,
    GroupDependencySpec,
    GroupSpec,
    Location,
    Parallel,
    ResourceSpec,
    Rigidity,
    SystemSpec,
)


def system_spec(node: Named) -> SystemSpec:
    """A system as the engine is told of it."""
    attributes = node.attributes
    frozen = attributes.integer("Frozen", 0) != 0
    limits = dict(attributes.numbered("Limits"))
    return SystemSpec(
        node.name, attributes.integer("Capacity", 100), limits, frozen, kept_attributes("system", attributes)
    )


def kept_attributes(kind: str, attributes: Attributes) -> dict[str, tuple[str, ...]]:
    """What the file says of attributes that are only kept; a value that does not fit counts as not said."""
    found: dict[str, tuple[str, ...]] = {}
    for name, stored in STORED_ATTRIBUTES[kind].items():
        if name not in attributes:
            continue
        if stored.dimension is AttributeDimension.ASSOCIATION:
            values = tuple(word for pair in attributes.pairs(name) for word in pair)
        elif stored.dimension is AttributeDimension.SCALAR:
            values = (attributes.scalar(name),)
        else:
            values = attributes.words(name)
        with contextlib.suppress(ValueError):
            stored.check(values)
            found[name] = values
    return found


def group_spec(group: GroupModel, resources: tuple[ResourceSpec, ...]) -> GroupSpec:
    """A service group as the engine is told of it."""
    attributes = group.attributes
    return GroupSpec(
        name=group.name,
        system_list=group.system_list,
        resources=resources,
        dependencies=group.dependencies,
        system_zones=group.system_zones,
        auto_start=attributes.integer("AutoStart", 1) != 0,
        auto_start_list=group.auto_start_list,
        auto_start_policy=AutoStartPolicy(attributes.scalar("AutoStartPolicy", default="Order")),
        auto_start_if_partial=attributes.integer("AutoStartIfPartial", 1) != 0,
        fail_over_policy=FailOverPolicy(attributes.scalar("FailOverPolicy", default="Priority")),
        auto_fail_over=attributes.integer("AutoFailOver", 1),
        requires=tuple(map(group_dependency, group.group_dependencies)),
        manage_faults=attributes.scalar("ManageFaults", default="ALL") != "NONE",
        evacuate=attributes.integer("Evacuate", 1) != 0,
        manual_ops=attributes.integer("ManualOps", 1) != 0,
        online_retry_limit=attributes.integer("OnlineRetryLimit", 0),
        online_retry_interval_s=float(attributes.integer("OnlineRetryInterval", 0)),
        pre_online=attributes.integer("PreOnline", 0) != 0,
        preonline_timeout_s=float(attributes.integer("PreonlineTimeout", 300)),
        prerequisites=dict(attributes.numbered("Prerequisites")),
        fault_propagation=attributes.integer("FaultPropagation", 1) != 0,
        parallel=Parallel(group.parallel),
        frozen=attributes.integer("Frozen", 0) != 0,
        load=attributes.integer("Load", 0),
        cluster_list=group.cluster_list,
        authority=attributes.integer("Authority", 0) != 0,
        cluster_fail_over_policy=ClusterFailOverPolicy(attributes.scalar("ClusterFailOverPolicy", default="Manual")),
        stored=kept_attributes("group", attributes),
    )


def group_dependency(written: WrittenGroupDependency) -> GroupDependencySpec:
    """`requires group`, firm where a child has to be online and the file does not say how."""
    online = written.category == "online"
    rigidity = Rigidity(written.rigidity or "firm") if online else None
    return GroupDependencySpec(written.child.text, online, Location(written.location), rigidity)
