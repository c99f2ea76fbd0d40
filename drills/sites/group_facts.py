"""What main.cf says of a group that decides how a drill of the example is to be read for it."""

from __future__ import annotations

from collections.abc import Iterable

from mirrordrill.drills.sites.deviations import Deviation, models, place_of, shown
from mirrordrill.drills.sites.needs import MANUAL
from mirrordrill.simulator.config.semantics import ResourceModel
from mirrordrill.simulator.host.behaviours import StorageRole, behaviours, written_by_users
from mirrordrill.simulator.site.build_storage import pairs_at_start
from mirrordrill.simulator.site.coordinators import is_fenced
from mirrordrill.simulator.site.site import METRO_MIRROR, Attachment, Site, starts_first, volumes_below

PRIORITY = "Priority"
"""The FailOverPolicy of the example, and the default of VCS."""


def far_console(site: Site, group: str) -> str:
    """What a group lacks where its agent cannot ask the far array itself: RemoteHMC1, and where to write it.

    Empty where it is set, and where both sides are in one main.cf, which names the consoles of both.
    """
    if len(site.clusters) == 1:
        return ""
    resources = [r for c in site.clusters for model, r in c.resources(METRO_MIRROR) if model.name == group]
    lacking = next((resource for resource in resources if not resource.scalar("RemoteHMC1")), None)
    return f"RemoteHMC1 of {described(lacking)}" if lacking else ""


def is_localised(site: Site, group: str, name: str) -> bool:
    """Whether an attribute of a MetroMirror resource of the group has values for single systems."""
    found = (r for c in site.clusters for model, r in c.resources(METRO_MIRROR) if model.name == group)
    return any(set(resource.attributes.by_name.get(name, ())) - {None} for resource in found)


def spelled_volumes(site: Site, group: str) -> dict[tuple[str, str], str]:
    """What stands in VolIds of a system for each volume id: VCS compares letters as they are written."""
    found = ((model, r) for c in site.clusters for model, r in c.resources(METRO_MIRROR) if model.name == group)
    return {
        (system, word.upper()[-4:]): word
        for model, resource in found
        for system in model.systems
        for word in resource.words("VolIds", system)
    }


def described(resource: ResourceModel) -> str:
    """A resource, with where it stands."""
    return f"{resource.name} ({resource.position.file}:{resource.position.line})"


def waits_for_each_other(site: Site, group: str) -> str:
    """Another group whose start keeps every agent of the far side busy while this one starts.

    The type has one thread for each system (NumThreads 1): where both sides start groups at the same time, each agent
    waits for the other's opinion, and both refuse (docs/messages.md 1103).
    """
    starting = {
        name: set(starts(site, name)) for name in dict.fromkeys(attachment.group for attachment in site.attachments)
    }
    mine = [attachment for attachment in site.attachments if attachment.group == group]
    own_images = {attachment.image_id for attachment in mine if attachment.host in starting[group]}
    far = {attachment.host for attachment in mine if attachment.image_id not in own_images}
    busy = {host: name for name, hosts in starting.items() if name != group for host in hosts}
    return next((busy[host] for host in sorted(far)), "") if far and far <= set(busy) else ""


def starts(site: Site, group: str) -> tuple[str, ...]:
    """The systems on which a group starts with its cluster: all that are listed of a parallel group, else the first.

    Of two clusters only that with Authority starts it, whatever the other one lists (reference vcs.md 4.4).
    """
    first = starts_first(site, group)
    models = (model for cluster in site.clusters for model in cluster.groups if model.name == group)
    model = next((model for model in models if first in model.systems), None)
    listed = model.auto_start_list if model else ()
    return listed if model and model.parallel else listed[:1]


def without_authority(site: Site, group: str) -> str:
    """Where Authority of a global group has to be written; empty where a cluster has it (reference vcs.md 4.4)."""
    found = [model for model in models(site, group) if model.cluster_list]
    if not found or any(model.attributes.integer("Authority", 0) for model in found):
        return ""
    place = found[0].attributes.position("Authority")
    return shown(place if place.line else found[0].position)


def firmly_required_by(site: Site, group: str) -> str:
    """What requires this group online, firmly or hard, and where; empty where nothing does (reference vcs.md 3.7)."""
    return next(
        (
            f"{model.name} requires it: {shown(needed.child.position)}"
            for cluster in site.clusters
            for model in cluster.groups
            for needed in model.group_dependencies
            if needed.child.text == group and needed.category == "online" and needed.rigidity != "soft"
        ),
        "",
    )


def restarted(site: Site, group: str) -> dict[str, str]:
    """The resources of the group with a RestartLimit, and what a drill needs instead."""
    members = [r for cluster in site.clusters for model, r in cluster.resources() if model.name == group]
    limits = {r.name: (r.integer("RestartLimit", 0), place_of(r, "RestartLimit")) for r in reversed(members)}
    return {
        name: f"RestartLimit = 0 of {name} (it is {limit}: {place})"
        for name, (limit, place) in limits.items()
        if limit > 0
    }


def is_retried(site: Site, attachment: Attachment) -> bool:
    """Whether the engine tries an online of the MetroMirror resource again before the resource faults."""
    resources = (resource for cluster in site.clusters for _, resource in cluster.resources())
    return any(r.name == attachment.resource and r.integer("OnlineRetryLimit", 0) > 0 for r in resources)


TAGGED_VALUES = {"SplitTakeover": "1", "OnlineWaitLimit": "0", "CleanRetryLimit": "0", "OnlineRetryLimit": "0"}
"""Attributes of MetroMirror on which some scenarios rely, with their values on the example."""
TAGGED_OF_GROUP = {"Evacuate": 1, "OnlineRetryLimit": 0}
"""Attributes of a group that a tag may name, with the value that scenarios of that tag rely on."""
TAGGED_LEAST = {"LateCommandLimit": 900}
"""The same where a greater value will do, in seconds: a command that lands later than that is no longer expected."""


def uncritical(site: Site, group: str) -> dict[str, str]:
    """The resources whose fault does not fault the group: neither they nor what requires them is critical."""
    found: dict[str, str] = {}
    for model in models(site, group):
        critical = {each.name for each in model.resources if each.integer("Critical", 1)}
        counting = {below for name in critical for below in model.stack(name)}
        for resource in model.resources:
            if resource.name not in counting:
                found.setdefault(
                    resource.name, f"Critical = 1 of {resource.name} (it is 0: {place_of(resource, 'Critical')})"
                )
    return found


def tagged_facts(site: Site, group: str) -> dict[str, str]:
    """What keeps scenarios from a group that name it in a tag, and the sentence that says so.

    `@needs-SplitTakeover-1`: the scenario is one of a resource with that value; `@needs-MetroMirror-1`: of a group with
    one MetroMirror resource; `@needs-Evacuate-1`: of a group that `hastop -evacuate` takes elsewhere;
    `@needs-OnlineRetryLimit-0`: of one that VCS does not start again where it faulted.
    """
    found: dict[str, str] = {}
    for model in models(site, group):
        for name, wanted in TAGGED_OF_GROUP.items():
            if (has := model.attributes.integer(name, wanted)) != wanted:
                place = shown(model.attributes.position(name))
                found.setdefault(name, f"{name} = {wanted} of {group} (it is {has}: {place})")
    for cluster in site.clusters:
        own = [resource for model, resource in cluster.resources(METRO_MIRROR) if model.name == group]
        for resource in own[1:]:
            found.setdefault(METRO_MIRROR, f"a group with one MetroMirror resource ({described(resource)} is another)")
        for model, resource in cluster.resources(METRO_MIRROR):
            for system in model.systems if model.name == group else ():
                for name, value in TAGGED_VALUES.items():
                    if (has := resource.integer(name, int(value), system)) != int(value):
                        where = written_at(resource, name, system)
                        found.setdefault(name, f"{name} = {value} (it is {has}: {where})")
                for name, least in TAGGED_LEAST.items():
                    if (has := resource.integer(name, least, system)) < least:
                        where = written_at(resource, name, system)
                        found.setdefault(name, f"{name} of {least} s or more (it is {has}: {where})")
    return found


def written_at(resource: ResourceModel, name: str, system: str) -> str:
    """The resource, and where an attribute of it is written for a system; where it is not, the resource's place."""
    written = resource.value(name, system)
    place = written.position if written else resource.position
    return f"{resource.name}, {place.file}:{place.line}"


def unwritten(site: Site, group: str) -> str:
    """The MetroMirror resource of a group on whose volumes nothing writes: nothing can be lost, nothing be proved.

    Empty where something writes.
    """
    own = site.settings.types
    lacking = ""
    for cluster in site.clusters:
        roles = {name: each.role for name, each in behaviours([cluster], own).items()}
        writers = written_by_users(cluster, own)
        for model in (model for model in cluster.groups if model.name == group):
            writes = [r.name for r in model.resources if r.name in writers or roles[r.type_name] is StorageRole.WRITES]
            if any(volumes_below(model, name) for name in writes):
                return ""
            lacking = next((described(r) for r in model.resources if r.type_name == METRO_MIRROR), lacking)
    return lacking


def lies_still(site: Site, group: str) -> str:
    """Why nothing that befalls a mirrored group shows anything: it is frozen from the start, or nothing writes there.

    Empty where something can.
    """
    for model in models(site, group):
        if model.attributes.integer("Frozen", 0):
            return f"group {group} is frozen ({shown(model.attributes.position('Frozen'))})"
    idle = unwritten(site, group)
    return f"nothing that writes stands on the volumes of {idle} of group {group}" if idle else ""


def starts_again(site: Site, group: str) -> bool:
    """Whether VCS brings a group that has faulted online on the same system again (the group's OnlineRetryLimit)."""
    found = (model for cluster in site.clusters for model in cluster.groups if model.name == group)
    return any(model.attributes.integer("OnlineRetryLimit", 0) > 0 for model in found)


def policy_of(site: Site, group: str) -> Deviation | None:
    """A FailOverPolicy other than Priority; None where each cluster has that."""
    for model in models(site, group):
        own = model.attributes.scalar("FailOverPolicy", default=PRIORITY)
        if own != PRIORITY:
            place = shown(model.attributes.position("FailOverPolicy"))
            return Deviation("FailOverPolicy", PRIORITY, own, group, place)
    return None


def required_group(site: Site, group: str) -> str:
    """Another mirrored group that a group requires online; empty where there is none."""
    mirrored = {attachment.group for attachment in site.attachments}
    required = (
        needed.child.text
        for cluster in site.clusters
        for model in cluster.groups
        if model.name == group
        for needed in model.group_dependencies
        if needed.category == "online"
    )
    return next((name for name in required if name in mirrored), "")


def has_free_resource(site: Site, group: str) -> bool:
    """Whether VCS starts a resource of the group whatever becomes of its volumes."""
    return any(
        not volumes_below(model, resource.name)
        and resource.type.operations == "OnOff"
        and resource.integer("Enabled", 1)
        for cluster in site.clusters
        for model, resource in cluster.resources()
        if model.name == group
    )


def second_address(site: Site, cluster: str, host: str) -> str:
    """What keeps up one of several pinged addresses of a cluster, where it starts on that host (vcs.md 4.2)."""
    pinged = [beat.attributes.words("Arguments", cluster) for c in site.clusters for beat in c.heartbeats]
    addresses = {word for words in pinged if len(words) > 1 for word in words}
    for group, resource in next(c for c in site.clusters if c.name == cluster).resources("IP"):
        is_spare = resource.scalar("Critical", host, default="1") == "0"
        starts_here = group.attributes.words("AutoStartList")[:1] == (host,)
        if is_spare and starts_here and resource.scalar("Address", host) in addresses:
            return resource.name
    return ""


def cluster_policy(site: Site, group: str, cluster: str) -> str:
    """When a cluster takes a group over from another one without asking people (vcs.md 4.4); Manual is never."""
    found = (g for c in site.clusters if c.name == cluster for g in c.groups if g.name == group)
    return next((g.attributes.scalar("ClusterFailOverPolicy", default=MANUAL) for g in found), MANUAL)


def paired_volumes(site: Site, near: Attachment, far: Attachment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The volumes of both sides that are a pair, in the order of the ids of the near one."""
    across: dict[str, str] = {}
    for pair in pairs_at_start(site):
        if (pair.source_image, pair.target_image) == (near.image_id, far.image_id):
            across[pair.source_volume] = pair.target_volume
        elif (pair.target_image, pair.source_image) == (near.image_id, far.image_id):
            across[pair.target_volume] = pair.source_volume
    own = tuple(volume for volume in sorted(near.volumes) if across.get(volume) in far.volumes)
    return (own, tuple(across[volume] for volume in own)) if own else (near.volumes, far.volumes)


def priorities(site: Site, group: str) -> dict[str, int]:
    """Each system's priority in the group: a low number is tried first (reference vcs.md 3.3)."""
    return {
        system: number
        for cluster in site.clusters
        for model in cluster.groups
        if model.name == group
        for system, number in model.system_list
    }


def overridden(site: Site, attachment: Attachment) -> frozenset[str]:
    """The static attributes that a MetroMirror resource sets for itself."""
    resources = (resource for cluster in site.clusters for _, resource in cluster.resources())
    return frozenset(
        name for resource in resources if resource.name == attachment.resource for name in resource.overridden
    )


def depths(site: Site, group: str) -> dict[str, int]:
    """How many resources have to be up, one after the other, before each resource of the group can start."""
    needs: dict[str, set[str]] = {}
    for cluster in site.clusters:
        for model in cluster.groups:
            if model.name == group:
                for parent, child in model.dependencies:
                    needs.setdefault(parent, set()).add(child)

    def depth(name: str, above: tuple[str, ...] = ()) -> int:
        return max((1 + depth(child, (*above, name)) for child in needs.get(name, ()) if child not in above), default=0)

    return {name: depth(name) for name in needs}


def others_of(site: Site, hosts: Iterable[str]) -> tuple[str, ...]:
    """The other hosts that are lost with a site.

    Of a global cluster these are all of the cluster. Of one cluster they count where it is fenced: from a host that
    goes on at a lost site the coordinator disks of the other one may be out of reach, and the race with it is lost.
    """
    own = set(hosts)
    if len(site.clusters) > 1:
        members = [cluster.systems for cluster in site.clusters if own & set(cluster.systems)]
        return tuple(host for systems in members for host in systems if host not in own)
    if not any(map(is_fenced, site.clusters)):
        return ()
    images = {attachment.image_id for attachment in site.attachments if attachment.host in own}
    beside = (attachment.host for attachment in site.attachments if attachment.image_id in images)
    return tuple(host for host in dict.fromkeys(beside) if host not in own)


def fenced(site: Site, group: str) -> str:
    """What a group lacks whose cluster is fenced: systems that go on although they do not hear the others."""
    for cluster in site.clusters:
        if is_fenced(cluster) and any(model.name == group for model in cluster.groups):
            return f"UseFence = NONE (it is SCSI3: {shown(cluster.attributes.position('UseFence'))})"
    return ""


def steward(site: Site) -> str:
    """What clusters lack that a Steward tells of each other's life while they do not hear each other."""
    for cluster in site.clusters:
        if cluster.attributes.words("Stewards"):
            return f"clusters without a Steward (Stewards: {shown(cluster.attributes.position('Stewards'))})"
    return ""


def clusters(site: Site, near: Attachment, far: Attachment) -> dict[str, str]:
    """Which clusters the two sides are in."""
    by_host = {system: cluster.name for cluster in site.clusters for system in cluster.systems}
    return {"clusa": by_host[near.host], "clusb": by_host[far.host], "rdc1": by_host[near.host]}
