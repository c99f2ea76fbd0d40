"""A site: what the user's own main.cf says, turned into what the simulated world is built from.

One main.cf is a replicated data cluster; several, one per cluster, are the members of a global cluster. Which host
hangs on which array follows from LocalStorageImageID, which volumes are mirrored from VolIds and
RemoteStorageImageID. In which state pairs and paths are follows from captures, distances and rates follow from a
site.toml. What none of them says is assumed, and each assumption is listed.

Rule 1: a site is built from a configuration without errors, or not at all.
Rule 2: nothing here knows how any of it behaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mirrordrill.simulator.config.checks import examine
from mirrordrill.simulator.config.checks.sides import place_of, sides_of
from mirrordrill.simulator.config.checks.site import check_site
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.model import Dimension as WrittenDimension
from mirrordrill.simulator.config.problems import ConfigError, Problem, error, has_errors, in_order
from mirrordrill.simulator.config.semantics import (
    Attributes,
    ClusterModel,
    GroupModel,
    ResourceModel,
    TypeModel,
    element_keys,
    element_pairs,
)
from mirrordrill.simulator.site.assumptions import further_assumptions
from mirrordrill.simulator.site.capture.mirror import Mirror, MirrorSide
from mirrordrill.simulator.site.capture.reader import read_captures
from mirrordrill.simulator.site.capture.start import StartState, healthy_defaults, start_state
from mirrordrill.simulator.site.coordinators import fencing_assumptions, fencing_of, misplaced_disks
from mirrordrill.simulator.site.durations import too_slow
from mirrordrill.simulator.site.global_site import wide_area_spec
from mirrordrill.simulator.site.group_specs import group_spec, kept_attributes, system_spec
from mirrordrill.simulator.site.own_types import check_types, scripts_of
from mirrordrill.simulator.site.settings import (
    Settings,
    load_settings,
    misplaced_objectives,
    misplaced_triggers,
    settings_file,
)
from mirrordrill.simulator.vcs.spec import (
    AttributeDimension,
    AttributeValue,
    ClusterSpec,
    Profile,
    ResourceSpec,
    TypeOperations,
    TypeSpec,
    encode_arguments,
)

METRO_MIRROR = "MetroMirror"
NO_SETTINGS = Settings()

TIME_ATTRIBUTES = {
    "monitor_interval_s": "MonitorInterval",
    "offline_monitor_interval_s": "OfflineMonitorInterval",
    "monitor_timeout_s": "MonitorTimeout",
    "online_timeout_s": "OnlineTimeout",
    "offline_timeout_s": "OfflineTimeout",
    "clean_timeout_s": "CleanTimeout",
    "open_timeout_s": "OpenTimeout",
    "close_timeout_s": "CloseTimeout",
    "conf_interval_s": "ConfInterval",
    "info_interval_s": "InfoInterval",
    "info_timeout_s": "InfoTimeout",
    "attr_changed_timeout_s": "AttrChangedTimeout",
    "agent_reply_timeout_s": "AgentReplyTimeout",
    "agent_start_timeout_s": "AgentStartTimeout",
}
COUNT_ATTRIBUTES = {
    "num_threads": "NumThreads",
    "online_wait_limit": "OnlineWaitLimit",
    "offline_wait_limit": "OfflineWaitLimit",
    "fault_on_monitor_timeouts": "FaultOnMonitorTimeouts",
    "online_retry_limit": "OnlineRetryLimit",
    "restart_limit": "RestartLimit",
    "tolerance_limit": "ToleranceLimit",
    "intentional_offline": "IntentionalOffline",
    "clean_retry_limit": "CleanRetryLimit",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """What one host's MetroMirror resource says about its side of the mirror."""

    host: str
    group: str
    resource: str
    image_id: str
    remote_image_id: str
    volumes: tuple[str, ...]
    consoles: tuple[str, ...]
    user: str


@dataclass(frozen=True, slots=True)
class Site:
    """The clusters, and how their hosts hang on arrays."""

    name: str
    files: tuple[Path, ...]
    digest: str
    """SHA-256 over the texts of the main.cf files, the captures and the site.toml, in order."""
    clusters: tuple[ClusterModel, ...]
    attachments: tuple[Attachment, ...]
    assumptions: tuple[str, ...]
    """What none of the files says, a sentence each."""
    warnings: tuple[Problem, ...] = ()
    """What the checks and the captures found that does not keep a drill from being run."""
    start: StartState = field(default_factory=StartState)
    settings: Settings = field(default_factory=Settings)
    _specs: dict[str, tuple[ClusterSpec, ...]] = field(default_factory=dict, repr=False, compare=False)
    """Name of a VCS release -> what `cluster_specs` made: a site does not change, and many drills are run on it."""

    def cluster_specs(self, profile: Profile) -> tuple[ClusterSpec, ...]:
        """The clusters as their engines are told of them, in the order of the files."""
        specs = self._specs.get(profile.name)
        if specs is None:
            specs = tuple(cluster_spec(model, profile, self.settings) for model in self.clusters)
            self._specs[profile.name] = specs
        return specs

    def images(self) -> tuple[str, ...]:
        """The storage images in the order in which the files name them."""
        named = (image for a in self.attachments for image in (a.image_id, a.remote_image_id))
        return tuple(dict.fromkeys(named))

    def hosts(self) -> tuple[str, ...]:
        """Every system of every cluster."""
        return tuple(system for cluster in self.clusters for system in cluster.systems)

    def attachment(self, host: str, resource: str) -> Attachment | None:
        """What the resource says on the host."""
        found = (a for a in self.attachments if a.host == host and a.resource == resource)
        return next(found, None)

    def image_of(self, host: str) -> str:
        """The array that the host hangs on; empty for a host that no MetroMirror resource mentions."""
        return next((a.image_id for a in self.attachments if a.host == host), "")


def load_site(
    files: Sequence[Path], name: str = "", captures: Sequence[Path] = (), settings_path: Path | None = None
) -> Site:
    """Read and check the files of a site: main.cf files, captures, and a site.toml (else the one beside the main.cf).

    Raises ConfigError with every error of every file.
    """
    models, problems = examine_files(files)
    problems += check_site(models)
    settings_path = settings_path or settings_file(files)
    settings = Settings()
    if settings_path is not None:
        try:
            settings = load_settings(settings_path)
        except ConfigError as failure:
            problems += failure.problems
    images = {model.name: images_of(model) for model in models}
    problems += [*misplaced_disks(models, images, settings), *check_types(settings.types, models)]
    problems += too_slow(models, settings.types)
    groups = [group.name for model in models for group in model.groups]
    problems += misplaced_objectives(settings.objectives, groups)
    problems += misplaced_triggers(settings.preonline.groups, groups, str(settings_path))
    mirror = Mirror([side for model in models for side in mirror_sides(models, model)])
    capture, unread = read_captures(captures)
    start, found, assumed = start_state(capture, mirror)
    problems += [*unread, *found]
    if has_errors(problems):
        raise ConfigError(in_order(problems))
    attachments = tuple(attachment for model in models for attachment in attachments_of(model))
    if not attachments:
        raise ConfigError((error(models[0].position, "the site has no MetroMirror resource", "add one to a group"),))
    read = [*files, *captures, *([settings_path] if settings_path else []), *scripts_of(settings.types)]
    return Site(
        name=name or ", ".join(model.name for model in models),
        files=tuple(files),
        digest=hashlib.sha256(b"\0".join(file.read_bytes() for file in read)).hexdigest(),
        clusters=tuple(models),
        attachments=attachments,
        assumptions=(
            *healthy_defaults(start),
            *assumed,
            *settings.assumptions(),
            *further_assumptions(models, settings),
            *fencing_assumptions(models, images, settings),
        ),
        warnings=in_order(problems),
        start=start,
        settings=settings,
    )


def examine_files(files: Sequence[Path]) -> tuple[list[ClusterModel], list[Problem]]:
    """The clusters that the files describe, and everything that is wrong with them one by one."""
    models: list[ClusterModel] = []
    problems: list[Problem] = []
    for file in files:
        model, found = examine(load(file))
        problems += found
        models.append(model)
    return models, problems


def mirror_sides(clusters: Sequence[ClusterModel], cluster: ClusterModel) -> Iterator[MirrorSide]:
    """One cluster's MetroMirror resources, once for each array that its hosts hang on."""
    for group, resource in cluster.resources(METRO_MIRROR):
        first = first_host(clusters, group.name)
        for image, hosts in sides_of(group, resource).items():
            yield MirrorSide(
                group=group.name,
                resource=resource.name,
                hosts=hosts,
                image=image,
                remote_image=resource.scalar("RemoteStorageImageID", hosts[0]),
                volumes=volume_ids(resource, hosts[0]),
                place=place_of(resource, "VolIds", hosts[0]),
                starts_here=first in hosts,
            )


def volume_ids(resource: ResourceModel, system: str) -> tuple[str, ...]:
    """The volumes of a resource on a system: four digits each, once each, in the order of VolIds."""
    return tuple(dict.fromkeys(volume.upper()[-4:] for volume in resource.words("VolIds", system)))


def attachments_of(cluster: ClusterModel) -> Iterator[Attachment]:
    """Every MetroMirror resource on every system of its group."""
    for group, resource in cluster.resources(METRO_MIRROR):
        for system in group.systems:
            consoles = (resource.scalar(name, system) for name in ("HMC1", "HMC2"))
            yield Attachment(
                host=system,
                group=group.name,
                resource=resource.name,
                image_id=resource.scalar("LocalStorageImageID", system),
                remote_image_id=resource.scalar("RemoteStorageImageID", system),
                volumes=volume_ids(resource, system),
                consoles=tuple(console for console in consoles if console),
                user=resource.scalar("User", system),
            )


def images_of(cluster: ClusterModel) -> tuple[str, ...]:
    """The arrays that the cluster's hosts hang on, in the order of the file."""
    return tuple(dict.fromkeys(attachment.image_id for attachment in attachments_of(cluster)))


def starts_first(site: Site, group: str) -> str:
    """The host on which a group starts when everything starts: its array holds the source volumes."""
    return first_host(site.clusters, group)


def first_host(clusters: Sequence[ClusterModel], group: str) -> str:
    """The host on which a group starts first; empty where it can run nowhere.

    A global group starts in the cluster with Authority (reference vcs.md 4.4).
    """
    owners = [(c, g) for c in clusters for g in c.groups if g.name == group]
    owners.sort(key=lambda owner: -owner[1].attributes.integer("Authority", 0))
    owner = owners[0][1]
    return next(iter(owner.auto_start_list or owner.systems), "")


def volumes_below(group: GroupModel, resource: str) -> tuple[str, ...]:
    """The MetroMirror resources at the bottom of a resource's stack, by name."""
    return tuple(name for name in group.stack(resource) if group.resource(name).type_name == METRO_MIRROR)


def cluster_spec(model: ClusterModel, profile: Profile, settings: Settings = NO_SETTINGS) -> ClusterSpec:
    """The cluster as the engine is told of it."""
    return ClusterSpec(
        name=model.name,
        systems=tuple(system_spec(node) for node in model.nodes),
        groups=tuple(
            group_spec(group, tuple(resource_spec(group, resource, profile) for resource in group.resources))
            for group in model.groups
        ),
        types=tuple(type_spec(spec, spec.integer) for spec in model.types.values()),
        profile=profile,
        membership=settings.membership,
        fencing=fencing_of(model, images_of(model), settings),
        wide_area=wide_area_spec(model, profile, settings.wide_area),
        stored=kept_attributes("cluster", model.attributes),
    )


def type_spec(model: TypeModel, integer: Callable[[str, int], int]) -> TypeSpec:
    """A type's static attributes; `integer` looks a number up in the type, or in a resource that overrides it."""
    standard = TypeSpec(model.name)
    numbers: dict[str, Any] = {
        key: float(integer(name, int(getattr(standard, key)))) for key, name in TIME_ATTRIBUTES.items()
    }
    numbers |= {key: integer(name, getattr(standard, key)) for key, name in COUNT_ATTRIBUTES.items()}
    if action_timeout_s := integer("ActionTimeout", 0):
        numbers["action_timeout_s"] = float(action_timeout_s)
    return TypeSpec(
        name=model.name,
        operations=TypeOperations(model.operations),
        supported_actions=model.supported_actions,
        reg_list=element_keys(model.default("RegList")),
        log_dbg=element_keys(model.default("LogDbg")),
        temp_attributes=tuple(name for name, declared in model.declarations.items() if declared.is_temporary),
        arg_list=tuple(
            (name, AttributeDimension(model.dimension(name).value)) for name in model.arg_list if ":" not in name
        ),
        defaults=tuple(default_values(model)),
        **numbers,
    )


def default_values(model: TypeModel) -> Iterator[AttributeValue]:
    """What a resource of the type begins with."""
    nothing_written = ResourceModel("", model, Attributes({}))
    return (AttributeValue(name, its, None, shape) for name, shape, its in arg_list_values(nothing_written, None))


def resource_spec(group: GroupModel, resource: ResourceModel, profile: Profile) -> ResourceSpec:
    """A resource with the argument list that its entry points get on each system."""
    return ResourceSpec(
        name=resource.name,
        type_name=resource.type_name,
        critical=resource.integer("Critical", 1) != 0,
        enabled=resource.integer("Enabled", 1) != 0,
        auto_start=resource.integer("AutoStart", 1) != 0,
        arguments={system: encode_arguments(profile, arg_list_values(resource, system)) for system in group.systems},
        attributes=tuple(attribute_values(resource, group.systems)),
        overrides=type_spec(resource.type, resource.integer) if resource.overridden else None,
        overridden=resource.overridden,
        stored=kept_attributes("resource", resource.attributes),
    )


def attribute_values(resource: ResourceModel, systems: tuple[str, ...]) -> Iterator[AttributeValue]:
    """What operators read of the attributes in the ArgList: one value for all systems, or one for each."""
    for system in (None, *systems):
        for name, dimension, values in arg_list_values(resource, system):
            is_local = any(place is not None for place in resource.attributes.by_name.get(name, {}))
            if is_local == (system is not None):
                yield AttributeValue(name, values, system, dimension)


def arg_list_values(
    resource: ResourceModel, system: str | None
) -> Iterator[tuple[str, AttributeDimension, tuple[str, ...]]]:
    """Name, dimension and values of each attribute in the type's ArgList.

    An association of keys without values, as the manual writes VolIds, is passed as a list of its keys (reference
    vcs.md 1.3). A reference to another resource's attribute (`Attr:Other`) is no attribute of this one and left out.
    """
    for name in resource.type.arg_list:
        if ":" in name:
            continue
        value, written = resource.value(name, system), resource.type.dimension(name)
        pairs = element_pairs(value)
        if written is WrittenDimension.ASSOCIATION and any(text for _, text in pairs):
            yield name, AttributeDimension.ASSOCIATION, tuple(word for pair in pairs for word in pair)
        elif written is WrittenDimension.SCALAR:
            scalar = resource.scalar(name, system)
            yield name, AttributeDimension.SCALAR, (scalar,) if scalar else ()
        else:
            yield name, AttributeDimension.KEYLIST, element_keys(value)
