"""The shipped features with another site's names in them: which host stands for hosta, which for hostc.

The examples have two hosts on each array and a group of two volumes. A site has what it has: who shares an array
follows from LocalStorageImageID, the order from SystemList, and a volume may have another id on the other array. So
each step is read as the sentence that it is, and what stands in its places is mapped: a host by its side, a volume by
the side of the host or the array that the sentence names, a list of all hosts to all hosts. Words of commands and log
lines stand between quotes; they are mapped word by word, with the side of the host at which they are typed or said.

Rule 1: what a step needs and the site has not is missing; a scenario, or a leg of one, that misses something is left
out, and the reason is told.
Rule 2: titles and comments are for readers; nothing depends on how they are mapped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from mirrordrill.drills.sites.deviations import GROUP, Deviation, deviations, places, system_lists
from mirrordrill.drills.sites.fences import Fence
from mirrordrill.drills.sites.group_facts import (
    cluster_policy,
    clusters,
    depths,
    far_console,
    fenced,
    firmly_required_by,
    has_free_resource,
    is_localised,
    is_retried,
    others_of,
    overridden,
    paired_volumes,
    policy_of,
    priorities,
    required_group,
    restarted,
    second_address,
    spelled_volumes,
    starts_again,
    steward,
    tagged_facts,
    uncritical,
    unwritten,
    waits_for_each_other,
    without_authority,
)
from mirrordrill.drills.sites.needs import (
    AUTO,
    DECIDED_BY,
    MANUAL,
    NO_FAILOVER,
    PLACED,
    SET_BY,
    UNZONED,
    ZONE_ONLY,
    ZONES,
)
from mirrordrill.drills.sites.time_limits import Stretch, stretch
from mirrordrill.simulator.host.behaviours import StorageRole, behaviours
from mirrordrill.simulator.site.settings import Settings
from mirrordrill.simulator.site.site import Attachment, Site, starts_first, volumes_below
from mirrordrill.simulator.vcs.wide_area.alerts import CFAULT, NOFAIL, NOFAILA

NEAR_HOSTS, FAR_HOSTS = ("hosta", "hostb"), ("hostc", "hostd")
"""How the features name the hosts: two on the array where the group starts, two on the other one."""
HOSTS = (*NEAR_HOSTS, *FAR_HOSTS)
NEAR_ARRAY, FAR_ARRAY = "IBM.2107-75FA120", "IBM.2107-75FA150"
VOLUMES = ("1260", "1261")
"""How they name the volumes: these two are all of the group; one of them is one of several."""
LSS = "12"
LSS_PAIR = "12:12"
ACCOUNT = "admin"
PARALLEL_GROUP = "racgrp"
SECOND_ADDRESS = "gcoip2"
"""An address of clusa that clusb pings, beside another one, and that nothing else needs."""
ALERT = f"{CFAULT}-clusa"
"""At this alert the operators of the other site decide. Where ClusterFailOverPolicy is Auto they are not asked."""
NO_HOST_LEFT = f"{NOFAILA}-oragrp"
PER_SYSTEM = "VolIds"
"""An attribute that people change in some hazards, for all systems at once."""
RESOURCES: Mapping[str, Callable[[str, StorageRole], bool]] = {
    "ora_db": lambda _, role: role is StorageRole.WRITES,
    "ora_dg": lambda _, role: role is StorageRole.IMPORTS,
    "ora_lsnr": lambda kind, _: kind == "Netlsnr",
    "ora_ip": lambda kind, _: kind == "IP",
    "ora_nic": lambda kind, _: kind == "NIC",
}
"""What stands in the example's group above and beside MetroMirror -> which types can take its place."""
ON_VOLUMES = ("ora_db", "ora_dg")
"""Those of them that stand on the mirrored volumes."""


@dataclass(frozen=True, slots=True)
class GroupSide:
    """The hosts of a group that share an array, in the order in which they are tried."""

    hosts: tuple[str, ...]
    image: str
    volumes: tuple[str, ...]
    consoles: tuple[str, ...] = ()
    account: str = ACCOUNT
    other_hosts: tuple[str, ...] = ()
    """Hosts on which the group may not run, and that are lost with its side (`others_of`)."""

    more_volumes: tuple[str, ...] = ()
    """Those of other MetroMirror resources of the group."""

    @property
    def all_volumes(self) -> tuple[str, ...]:
        """Those of all its MetroMirror resources."""
        return (*self.volumes, *self.more_volumes)

    @property
    def subsystems(self) -> tuple[str, ...]:
        """The LSS of each volume of the group, once."""
        return tuple(dict.fromkeys(volume[:2] for volume in self.all_volumes))


@dataclass(frozen=True, slots=True)
class SiteMapping:
    """What of a site stands for what of the example, for one service group; an empty name is missing."""

    group: str
    near: GroupSide
    """Where the group starts."""
    far: GroupSide
    names: Mapping[str, str] = field(default_factory=dict)
    """Resources, clusters and other single names."""
    requires: str = ""
    """Another mirrored group that has to be online before this one comes online."""
    choice: str = ""
    """What the group must have for VCS to choose the hosts as on the example; empty where it has."""
    policy: Deviation | None = None
    """A FailOverPolicy that is not the example's: it says where VCS brings the group of several hosts of a zone."""
    far_console: str = ""
    """What the agent lacks to ask the far array itself."""
    fenced: str = ""
    """What it lacks where coordinator disks decide which systems go on that do not hear each other."""
    fence: Fence | None = None
    """What they decide, for the drills that are about them."""
    steward: str = ""
    """What it lacks where a Steward tells clusters of each other."""
    required_by: str = ""
    """Another group that requires this one firmly: while it is up VCS does not take this one offline."""
    restarted: Mapping[str, str] = field(default_factory=dict)
    """Resources that VCS restarts where they are before they fault (RestartLimit), and what a drill needs instead."""
    is_parallel: bool = False
    """Whether it runs on all hosts of a side at once: it has drills of its own."""
    cluster_policy: str = MANUAL
    """ClusterFailOverPolicy: when another cluster takes over without asking an operator."""
    has_free_resource: bool = True
    """Whether VCS starts a resource of the group, such as an address, that does not stand on the volumes."""
    is_home_first: bool = True
    """Whether the host where the group starts is the first of its side that VCS tries."""
    is_retried: bool = False
    """Whether VCS tries an online of MetroMirror again on the same host (OnlineRetryLimit)."""
    starts_again: bool = False
    """Whether VCS starts the group on the same host again after a fault (the group's OnlineRetryLimit)."""
    has_own_volids: bool = False
    """Whether VolIds is written for each system (`VolIds @system`)."""
    spelled_volumes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(system, volume id) -> the word that stands for it in VolIds there: `0a1f`."""
    has_two_links: bool = True
    """Whether each host has two private heartbeat links and no other."""
    settings: Settings = field(default_factory=Settings)
    """Those of the site, which know where each of them is set."""
    boots_alike: bool = True
    """Whether all hosts of the group boot in the same time."""
    near_survives: bool = True
    """Whether the engine of the near side goes on when a partition between the sides heals (docs/fidelity.md)."""
    deviations: tuple[Deviation, ...] = ()
    """Attributes that keep the example's drills from this group."""
    places: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Where in main.cf the attributes stand that decide what applies."""
    uncritical: Mapping[str, str] = field(default_factory=dict)
    """Resources whose fault does not fault the group, and what that needs."""
    tagged: Mapping[str, str] = field(default_factory=dict)
    """What keeps scenarios with a tag from this group, and the sentence that says so."""
    what_if: tuple[Deviation, ...] = ()
    """What was changed for this mapping."""
    overridden: frozenset[str] = frozenset()
    """Static attributes that the MetroMirror resource sets for itself already."""
    stretch: Stretch = field(default_factory=Stretch)
    """How time limits of the example are to be read here."""

    @property
    def folder(self) -> str:
        """The group's name as the name of a directory."""
        return safe_name(self.group)

    @property
    def is_crossed(self) -> bool:
        """Whether the ids of the two sides are in different orders: the first volume of one is not the other's."""
        return list(self.far.volumes) != sorted(self.far.volumes)

    @property
    def is_example(self) -> bool:
        """Whether this is the example's own group."""
        return all(self.names.get(host) == host for host in HOSTS)

    @property
    def is_global(self) -> bool:
        """Whether the two sides are in two clusters."""
        return self.names.get("clusa") != self.names.get("clusb")

    @property
    def is_automatic(self) -> bool:
        """Whether another cluster takes over the group of a lost one without asking an operator."""
        return self.cluster_policy == AUTO

    def side_of(self, name: str) -> GroupSide | None:
        """The side that a host, an array or a serial number of the example is on."""
        if name in (*NEAR_HOSTS, NEAR_ARRAY, serial(NEAR_ARRAY)):
            return self.near
        return self.far if name in (*FAR_HOSTS, FAR_ARRAY, serial(FAR_ARRAY)) else None

    def other(self, side: GroupSide) -> GroupSide:
        """The side across."""
        return self.far if side is self.near else self.near

    def told(self, need: str) -> str:
        """What the group needs and has not, with the file and line where that is decided."""
        if keys := SET_BY.get(need):
            key = next((each for each in keys if each in self.settings.places), keys[0])
            return f"{need} ({key}, {self.settings.place_of(key)})"
        where = DECIDED_BY.get(need, (GROUP, ""))
        place = "" if PLACED.search(need) else self.places.get(where) or self.places.get((where[0], ""))
        return f"{need} ({place})" if place else need

    def single(self, name: str) -> str | None:
        """What stands for a name that needs no side; empty where there is nothing, None for a word that is no name."""
        return self.names.get(name)


def safe_name(name: str) -> str:
    """A name of a main.cf as the name of a file: never a path, never anything that a shell would look at twice."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name).strip(".-") or "unnamed"


def serial(image_id: str) -> str:
    """`75FA120` of `IBM.2107-75FA120`."""
    return image_id.rpartition("-")[2]


def site_mappings(site: Site, remarks: list[str]) -> list[SiteMapping]:
    """A mapping for each mirrored group; `remarks` gets the groups for which there is none, and why."""
    found: list[SiteMapping] = []
    for group in dict.fromkeys(attachment.group for attachment in site.attachments):
        own = [attachment for attachment in site.attachments if attachment.group == group]
        first = next((a for a in own if a.host == starts_first(site, group)), own[0])
        far = [a for a in own if a.image_id == first.remote_image_id]
        is_parallel = any(g.parallel for cluster in site.clusters for g in cluster.groups if g.name == group)
        if is_parallel and len(site.clusters) == 1:
            remarks.append(f"group {group} is parallel in one cluster: the agent supports that in global clusters only")
        elif not far:
            remarks.append(f"no host of group {group} hangs on {first.remote_image_id}: there is nowhere to go")
        elif nowhere := without_authority(site, group):
            remarks.append(
                f"group {group} is left out: it starts nowhere without Authority = 1 in a cluster ({nowhere})"
            )
        elif idle := unwritten(site, group):
            remarks.append(f"group {group} is left out: nothing that writes stands on the volumes of {idle}")
        else:
            lacks, other = far_console(site, group), waits_for_each_other(site, group)
            if lacks and other:
                remarks.append(
                    f"group {group} is left out: it needs {lacks}; {other} starts at the other site at the same time, "
                    "each agent waits for the other, and both refuse (NumThreads 1)"
                )
                continue
            mapping = mapping_of(site, first, own, far)
            found.append(replace(mapping, is_parallel=is_parallel, names={**mapping.names, PARALLEL_GROUP: group}))
    return found


def mapping_of(site: Site, first: Attachment, own: Iterable[Attachment], far: list[Attachment]) -> SiteMapping:
    """What of this site stands for what of the example."""
    priority = priorities(site, first.group)
    near_hosts = dict.fromkeys(
        [first.host, *sorted((a.host for a in own if a.image_id == first.image_id), key=priority.__getitem__)]
    )
    far_hosts = dict.fromkeys(sorted((a.host for a in far), key=priority.__getitem__))
    # The agent and the rules name volumes in the order of their ids, whatever the order in VolIds.
    near_volumes, far_volumes = paired_volumes(site, first, far[0])
    sides = (
        side_of(site, first, near_hosts, near_volumes, own),
        side_of(site, far[0], far_hosts, far_volumes, own),
    )
    where, membership = clusters(site, first, far[0]), site.settings.membership
    return SiteMapping(
        first.group,
        *sides,
        names_of(site, first, sides, where),
        requires=required_group(site, first.group),
        choice=choice_of_hosts(site, first.group, sides),
        far_console=far_console(site, first.group),
        fenced=fenced(site, first.group),
        steward=steward(site),
        required_by=firmly_required_by(site, first.group),
        restarted=restarted(site, first.group),
        policy=policy_of(site, first.group),
        cluster_policy=cluster_policy(site, first.group, where["clusb"]),
        is_home_first=next(iter(near_hosts)) == min(near_hosts, key=priority.__getitem__),
        is_retried=is_retried(site, first),
        has_own_volids=is_localised(site, first.group, PER_SYSTEM),
        spelled_volumes=spelled_volumes(site, first.group),
        starts_again=starts_again(site, first.group),
        settings=site.settings,
        boots_alike=len({site.settings.hosts.boot_of(host) for side in sides for host in side.hosts}) == 1,
        has_two_links=(membership.private_links, membership.low_priority_links) == (2, 0),
        has_free_resource=has_free_resource(site, first.group),
        near_survives=(len(near_hosts), site.hosts()[0] in near_hosts) >= (len(far_hosts), True),
        overridden=overridden(site, first),
        stretch=stretch(site, first.group),
        deviations=deviations(site, first.group),
        places=places(site, first.group) | system_lists(site, first.group, first.host, far[0].host),
        uncritical=uncritical(site, first.group),
        tagged=tagged_facts(site, first.group),
    )


def names_of(
    site: Site, first: Attachment, sides: tuple[GroupSide, GroupSide], where: Mapping[str, str]
) -> dict[str, str]:
    """What stands for each single name of the example."""
    near, far = sides
    names = {"oragrp": first.group, "ora_mmir": first.resource} | neighbours(site, first.group) | dict(where)
    names |= filled(NEAR_HOSTS, near.hosts) | filled(FAR_HOSTS, far.hosts)
    names |= filled(("ds8000c.example.com", "ds8000d.example.com"), near.consoles)
    names |= filled(("ds8000e.example.com", "ds8000f.example.com"), far.consoles)
    names |= {NEAR_ARRAY: first.image_id, FAR_ARRAY: first.remote_image_id}
    names |= {serial(NEAR_ARRAY): serial(first.image_id), serial(FAR_ARRAY): serial(first.remote_image_id)}
    names |= {ALERT: "" if cluster_policy(site, first.group, where["clusb"]) == AUTO else f"{CFAULT}-{where['clusa']}"}
    names |= {f"{NOFAIL}-oragrp": f"{NOFAIL}-{first.group}"}
    # NOFAILA tells that a cluster has no host left: the drill counts them.
    names |= {NO_HOST_LEFT: f"{NOFAILA}-{first.group}" if len(near.hosts) == len(far.hosts) == len(NEAR_HOSTS) else ""}
    names |= {SECOND_ADDRESS: second_address(site, where["clusa"], first.host)} if len(site.clusters) > 1 else {}
    return names


def side_of(
    site: Site, here: Attachment, hosts: Iterable[str], volumes: tuple[str, ...], own: Iterable[Attachment]
) -> GroupSide:
    """The side of one of the group's attachments."""
    everything = {volume: None for each in own if each.image_id == here.image_id for volume in each.volumes}
    more = tuple(volume for volume in everything if volume not in volumes)
    listed = tuple(hosts)
    return GroupSide(listed, here.image_id, volumes, here.consoles, here.user, others_of(site, listed), more)


def choice_of_hosts(site: Site, group: str, sides: tuple[GroupSide, GroupSide]) -> str:
    """What a group must have for VCS to choose hosts as on the example: first those of an array, by priority."""
    for model in (model for cluster in site.clusters for model in cluster.groups if model.name == group):
        failover = model.attributes.integer("AutoFailOver", 1)
        if not failover:
            return NO_FAILOVER
        zones = [{model.system_zones.get(host) for host in side.hosts} for side in sides]
        if len(site.clusters) == 1 and (
            None in zones[0] | zones[1] or any(len(z) > 1 for z in zones) or zones[0] & zones[1]
        ):
            return UNZONED if failover > 1 else ZONES
        if failover > 1:
            return ZONE_ONLY
    required = required_group(site, group)
    choice = choice_of_hosts(site, required, sides) if required else ""
    return f"{choice}, of {required}, too" if choice else ""


def neighbours(site: Site, group: str) -> dict[str, str]:
    """What stands for the example's resources beside MetroMirror: of those that can, the one that starts first.

    Applications and disk groups are those on the mirrored volumes; what is not enabled never starts.
    """
    types = behaviours(site.clusters, site.settings.types)
    played = {name for name in types if not (own := site.settings.types.get(name)) or not own.scripts}
    models = [model for cluster in site.clusters for model in cluster.groups if model.name == group]
    members = [r for model in models for r in model.resources if r.type_name in played and r.integer("Enabled", 1)]
    on_volumes = {r.name for model in models for r in model.resources if volumes_below(model, r.name)}
    depth = depths(site, group)
    members.sort(key=lambda member: depth.get(member.name, 0))
    return {
        part: next(
            (
                r.name
                for r in members
                if can_stand(r.type_name, types[r.type_name].role) and (part not in ON_VOLUMES or r.name in on_volumes)
            ),
            "",
        )
        for part, can_stand in RESOURCES.items()
    }


def filled(roles: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Each role with its name, an empty one where there are not enough of them."""
    names = iter(names)
    return {role: next(names, "") for role in roles}
