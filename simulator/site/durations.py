"""Whether what a site plays can be done in the time that VCS gives it: OnlineTimeout, OfflineTimeout, CleanTimeout.

An entry point that takes longer is killed each time. Where that is an online the group never comes up: every drill
would fail, and nothing would be wrong with the agent.

Rule: an online that site.toml has measured to be too slow is an error. All else is a warning: a resource that does not
go offline in time is cleaned, and where the figure is one of ours the real type may be faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mirrordrill.simulator.config.checks.global_clusters import connector_of
from mirrordrill.simulator.config.model import Position
from mirrordrill.simulator.config.problems import Problem, error, warning
from mirrordrill.simulator.config.semantics import ClusterModel, GroupModel, ResourceModel
from mirrordrill.simulator.host.behaviours import StorageRole, behaviours
from mirrordrill.simulator.site.own_types import FIRE_DRILL, METRO_MIRROR, TypeSettings

TIMEOUTS: Mapping[str, tuple[str, int]] = {
    "OnlineTimeout": ("online_s", 300),
    "OfflineTimeout": ("offline_s", 300),
    "CleanTimeout": ("offline_s", 60),
}
"""A time-out -> the key of site.toml that has to fit into it, and the default of VCS (reference vcs.md 1.5)."""


def too_slow(clusters: Sequence[ClusterModel], own: Mapping[str, TypeSettings]) -> Iterator[Problem]:
    """Each played resource that takes longer than VCS allows, with the line of the time-out."""
    played = behaviours(clusters, own)
    for cluster in clusters:
        connector = connector_of(cluster)
        for group, resource in cluster.resources():
            behaviour, settings = played[resource.type_name], own.get(resource.type_name)
            is_scripted = settings is not None and settings.scripts is not None
            if resource.type_name in (METRO_MIRROR, FIRE_DRILL) or is_scripted:
                continue
            # The connector of a global cluster is played as VCS brings it, whatever was measured of applications.
            if behaviour.role is StorageRole.ALWAYS_THERE or resource.name == connector:
                continue
            takes_s = {"online_s": behaviour.online_s, "offline_s": behaviour.offline_s}
            for name, (key, default_s) in TIMEOUTS.items():
                timeout_s = shortest_s(group, resource, name, default_s)
                if takes_s[key] > timeout_s:
                    yield problem(resource, name, timeout_s, key, takes_s[key], settings)


def shortest_s(group: GroupModel, resource: ResourceModel, name: str, default_s: int) -> int:
    """The time-out on the system of the group where it is shortest."""
    return min((resource.integer(name, default_s, system) for system in group.systems), default=default_s)


def problem(
    resource: ResourceModel, name: str, timeout_s: int, key: str, takes_s: float, settings: TypeSettings | None
) -> Problem:
    """What does not fit, where the time-out stands, and whose figure it is."""
    table = f"[types.{resource.type_name}] {key} = {takes_s:g}"
    message = f"{name} of {resource.name} is {timeout_s} s, and {resource.type_name} takes {takes_s:g} s"
    if settings is not None and getattr(settings, key) is not None:
        message += f" ({table}, {settings.place}): VCS kills it each time"
        told = error if key == "online_s" else warning
        return told(place_of(resource, name), message, f"write {name} = {round(1.5 * takes_s)} with the resource")
    hint = f"our figure is assumed: write in site.toml what you measured, {table}, or raise {name}"
    return warning(place_of(resource, name), f"{message}: VCS would kill it each time", hint)


def place_of(resource: ResourceModel, name: str) -> Position:
    """Where a time-out stands: with the resource, in its type's file, or else where the resource begins."""
    value = resource.value(name)
    return value.position if value is not None and value.position.line else resource.position
