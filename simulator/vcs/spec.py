"""What a cluster is made of, as the engine and the agents are told before they start.

These values come out of a parsed main.cf (or a test) and never change while a cluster runs; whatever does change lives
in `state.py`. The argument list of every resource is encoded here once.

Rule 1: a spec is complete and consistent or it is not built: unknown names and dependency cycles raise SpecError.
Rule 2: defaults are those of reference vcs.md 1.5, 2.4, 2.5 and 10; a number that is not there has no default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from mirrordrill.simulator.vcs.dimensions import AttributeDimension
from mirrordrill.simulator.vcs.engine.ordering import SpecError, children_first
from mirrordrill.simulator.vcs.group_spec import (
    AutoStartPolicy,
    ClusterFailOverPolicy,
    FailOverPolicy,
    GroupDependencySpec,
    GroupSpec,
    Location,
    Parallel,
    Rigidity,
)
from mirrordrill.simulator.vcs.resource_spec import AttributeValue, ResourceSpec, TypeOperations, TypeSpec

__all__ = [
    "PROFILES",
    "AttributeDimension",
    "AttributeValue",
    "AutoStartPolicy",
    "ClusterFailOverPolicy",
    "ClusterSpec",
    "FailOverPolicy",
    "GroupDependencySpec",
    "GroupSpec",
    "Location",
    "Parallel",
    "Profile",
    "ResourceSpec",
    "Rigidity",
    "SpecError",
    "SystemSpec",
    "TypeOperations",
    "TypeSpec",
    "children_first",
    "encode_arguments",
]
from mirrordrill.simulator.vcs.membership.rules import FencingRules, MembershipRules
from mirrordrill.simulator.vcs.wide_area.spec import WideAreaSpec


@dataclass(frozen=True, slots=True)
class Profile:
    """What differs between VCS releases and matters here (vcs.md 10)."""

    name: str
    tuples: bool
    """Arguments as name, count, values (V50) instead of by position (V40)."""
    action_timeout_s: float
    action_capped: bool
    """Whether ActionTimeout is held to half a MonitorInterval."""
    auto_fail_over_max: int
    clean_retry_limit: int | None
    """Default of CleanRetryLimit; None where the release does not know it. 0 retries for ever."""
    pre_switch: bool = False
    """Whether the release knows PreSwitch."""
    flush_force: bool = False
    """Whether `hagrp -flush` ends W_ONLINE only, and W_OFFLINE needs `-flush -force` (additions.md)."""
    version: str = "4.1"
    """VCSVersion of `haclus -display`."""

    def action_limit_s(self, monitor_interval_s: float, configured_s: float | None = None) -> float:
        """The kill limit of an action for a type monitored every `monitor_interval_s`; None takes the default."""
        limit_s = self.action_timeout_s if configured_s is None else configured_s
        return min(limit_s, monitor_interval_s / 2) if self.action_capped else limit_s


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile(
                "vcs41",
                tuples=False,
                action_timeout_s=40.0,
                action_capped=False,
                auto_fail_over_max=1,
                clean_retry_limit=None,
            ),
            Profile(
                "vcs5",
                tuples=True,
                action_timeout_s=30.0,
                action_capped=True,
                auto_fail_over_max=1,
                clean_retry_limit=None,
                version="5.0",
            ),
            Profile(
                "vcs7",
                tuples=True,
                action_timeout_s=30.0,
                action_capped=True,
                auto_fail_over_max=2,
                clean_retry_limit=0,
                pre_switch=True,
                flush_force=True,
                version="7.0",
            ),
        )
    }
)

ARGUMENTS_MAX = 425
"""VCS passes at most this many ArgListValues (vcs.md 1.3)."""


def encode_arguments(
    profile: Profile, attributes: Iterable[tuple[str, AttributeDimension, Sequence[str]]]
) -> tuple[str, ...]:
    """The ArgListValues of one resource on one system, as its scripts receive them (vcs.md 1.3).

    The values of an association alternate between key and value. Raises SpecError for values that do not fit their
    dimension and for more values than VCS can pass.
    """
    encoded: list[str] = []
    for name, dimension, values in attributes:
        encoded += _encode_attribute(profile, name, dimension, values)
    if len(encoded) > ARGUMENTS_MAX:
        raise SpecError(f"{len(encoded)} argument values, VCS passes at most {ARGUMENTS_MAX}")
    return tuple(encoded)


def _encode_attribute(profile: Profile, name: str, dimension: AttributeDimension, values: Sequence[str]) -> list[str]:
    if dimension is AttributeDimension.SCALAR:
        if len(values) > 1:
            raise SpecError(f"{name} is a scalar and has {len(values)} values")
        # An unset scalar is passed as an empty string: positions must not shift.
        scalar = values[0] if values else ""
        return [name, "1", scalar] if profile.tuples else [scalar]
    if dimension is AttributeDimension.ASSOCIATION and len(values) % 2:
        raise SpecError(f"{name} is an association and has a key without a value")
    counted = [str(len(values)), *values]
    return [name, *counted] if profile.tuples else counted


@dataclass(frozen=True, slots=True)
class SystemSpec:
    """One system of the cluster."""

    name: str
    capacity: int = 100
    limits: Mapping[str, int] = field(default_factory=dict)
    frozen: bool = False
    stored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What was said of attributes in `stored.py`."""


@dataclass(frozen=True, slots=True)
class ClusterSpec:
    """One cluster (vcs.md 2.5, 3.6)."""

    name: str
    systems: tuple[SystemSpec, ...]
    groups: tuple[GroupSpec, ...]
    types: tuple[TypeSpec, ...]
    profile: Profile = PROFILES["vcs41"]
    membership: MembershipRules = field(default_factory=MembershipRules)
    wide_area: WideAreaSpec = field(default_factory=WideAreaSpec)
    """What it is told of other clusters."""
    fencing: FencingRules | None = None
    """None where UseFence is not SCSI3: nothing decides a partition then."""
    stored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What was said of attributes in `stored.py`."""

    def __post_init__(self) -> None:
        systems = {system.name for system in self.systems}
        types = {spec.name for spec in self.types}
        seen: dict[str, str] = {}
        for group in self.groups:
            for system in group.systems:
                if system not in systems:
                    raise SpecError(
                        f"group {group.name}: SystemList names {system}, which is not in cluster {self.name}"
                    )
            for resource in group.resources:
                if resource.type_name not in types:
                    raise SpecError(f"resource {resource.name}: there is no type {resource.type_name}")
                if resource.name in seen:
                    raise SpecError(f"resource {resource.name} is in group {seen[resource.name]} and in {group.name}")
                seen[resource.name] = group.name
        self._refuse_unknown_groups()

    def _refuse_unknown_groups(self) -> None:
        names = [group.name for group in self.groups]
        links = [(group.name, required.child) for group in self.groups for required in group.requires]
        for parent, child in links:
            if child not in names:
                raise SpecError(f"group {parent} requires group {child}, which does not exist")
        children_first(names, links)

    @property
    def links(self) -> tuple[str, ...]:
        """The names of LLT's links."""
        return self.membership.links

    def type_of(self, resource: ResourceSpec) -> TypeSpec:
        """The static attributes that hold for a resource, its overrides included."""
        return resource.overrides or next(spec for spec in self.types if spec.name == resource.type_name)
