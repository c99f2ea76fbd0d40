"""What may stand in a site.toml: its tables and keys, what they mean, and what their values can be.

The file is validated against these types, the starter file of `mirrordrill init` and the JSON schema that editors
complete it with are printed from them.

Rule 1: everything is optional. What is left out takes the default of the field of the same name in `Settings`.
Rule 2: seconds go from 0 to a day unless a key says otherwise.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from mirrordrill.simulator.catalogues.bounds import of_key
from mirrordrill.simulator.dscli.site_values import UserGroup
from mirrordrill.simulator.vcs.membership.rules import COORDINATOR_DISKS_MIN

SCHEMA_NAME = "site.schema.json"
VOLUME_ID = r"^(?:IBM\.\d{4}-[0-9A-Z]{7}/)?[0-9A-Fa-f]{4}$"
ROLES = ("plain", "imports", "stands", "writes")
"""What a played type does with the volumes below it: nothing, import them, stand on them, open them and write."""
VERDICTS = ("allows", "refuses", "hangs")


def means(description: str) -> Meta:
    """What a key is."""
    return Meta(description=description)


def within(path: str, description: str | None = None) -> Meta:
    """The bounds of a key, and what it is. Raises KeyError for a key that the table of bounds does not have."""
    bound = of_key(path)
    if bound is None:
        raise KeyError(path)
    return Meta(ge=bound.minimum, le=bound.maximum, description=description)


Seconds = Annotated[float, within("*_s")]
ManySeconds = Annotated[float, within("wide_area.socket_timeout_s")]
GiB = Annotated[float, within("volumes.size_gib")]
VolumeId = Annotated[str, Meta(pattern=VOLUME_ID, examples=["1260", "IBM.2107-75FA120/1260"])]
DiskPlace = Annotated[str, Meta(min_length=1, examples=["IBM.2107-75FA120", "third"])]
TypeName = Annotated[str, Meta(pattern="^[A-Za-z][A-Za-z0-9_-]*$", examples=["Oracle"])]
UserName = Annotated[str, Meta(pattern=r"^[^\s:]{1,32}$", examples=["vcs"])]
GROUP_NAMES = tuple(group.value for group in UserGroup)
UserGroupName = Annotated[
    str, Meta(pattern=f"^(?:{'|'.join(GROUP_NAMES)})$", extra_json_schema={"enum": [*GROUP_NAMES]})
]
Role = Annotated[str, Meta(pattern=f"^(?:{'|'.join(ROLES)})$", extra_json_schema={"enum": list(ROLES)})]
PreonlineVerdict = Annotated[str, Meta(pattern=f"^(?:{'|'.join(VERDICTS)})$", extra_json_schema={"enum": [*VERDICTS]})]
Folder = Annotated[str, Meta(min_length=1, examples=["agents/MyApp"])]
Patience = Annotated[float, within("types.patience_s", "Real seconds that a script may compute until it hangs.")]


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file; keys that are left out are UNSET."""


class LinkTable(Table, frozen=True):
    """The lines between the two arrays."""

    distance_km: (
        Annotated[
            float,
            within("link.distance_km", "The length of the fibre, not the beeline; Metro Mirror reaches 300 km."),
        ]
        | UnsetType
    ) = UNSET
    write_delay_us_per_km: (
        Annotated[
            float, within("link.write_delay_us_per_km", "What each kilometre adds to a mirrored write, there and back.")
        ]
        | UnsetType
    ) = UNSET
    copy_mib_per_s: (
        Annotated[
            float,
            within("link.copy_mib_per_s", "What copies and resynchronisations get of the line, in each direction."),
        ]
        | UnsetType
    ) = UNSET
    copy_setup_s: Annotated[Seconds, means("From the command to the first track copied.")] | UnsetType = UNSET


class DscliTable(Table, frozen=True):
    """How long the DS CLI takes. Measure: `time dscli ... lspprc ...` on a cluster node."""

    login_low_s: Annotated[Seconds, means("From the start of dscli to its prompt, at best")] | UnsetType = UNSET
    login_high_s: Annotated[Seconds, means("... and at worst, on a day without faults.")] | UnsetType = UNSET
    list_low_s: Annotated[Seconds, means("A list, at best")] | UnsetType = UNSET
    list_high_s: Annotated[Seconds, means("... and at worst.")] | UnsetType = UNSET
    action_s: Annotated[Seconds, means("A command that changes something")] | UnsetType = UNSET
    per_pair_low_s: Annotated[Seconds, means("... and what each pair adds to it, at best")] | UnsetType = UNSET
    per_pair_high_s: Annotated[Seconds, means("... and at worst.")] | UnsetType = UNSET
    travel_s: (
        Annotated[Seconds, means("Of a command's time, what passes before the array carries it out.")] | UnsetType
    ) = UNSET
    refused_connect_s: Annotated[Seconds, means("Until dscli notices an HMC that refuses it.")] | UnsetType = UNSET
    silent_connect_s: Annotated[Seconds, means("Until dscli gives an HMC up that never answers.")] | UnsetType = UNSET


class HostsTable(Table, frozen=True):
    """The cluster's systems."""

    boot_s: Annotated[Seconds, means("From power on until VCS starts.")] | UnsetType = UNSET
    boots_s: (
        Annotated[
            dict[str, Seconds],
            Meta(description="The same of single hosts that differ, by name.", examples=[{"hosta": 240.0}]),
        ]
        | UnsetType
    ) = UNSET


class ApplicationTable(Table, frozen=True):
    """What each application writes to its mirrored volumes while it is online."""

    writes_per_s: (
        Annotated[
            float,
            within("application.writes_per_s", "Acknowledged writes; a drill costs the same whatever the rate."),
        ]
        | UnsetType
    ) = UNSET
    working_set_mib: (
        Annotated[
            float,
            within(
                "application.working_set_mib",
                "Written again and again, of each volume: what a resynchronisation has to copy.",
            ),
        ]
        | UnsetType
    ) = UNSET


class VolumesTable(Table, frozen=True):
    """Sizes, where no capture of lsfbvol gives them."""

    size_gib: Annotated[GiB, means("Of every volume that is not listed below.")] | UnsetType = UNSET
    sizes_gib: (
        Annotated[
            dict[VolumeId, GiB],
            Meta(description="By volume id, alone or with its array in front.", examples=[{"1260": 100.0}]),
        ]
        | UnsetType
    ) = UNSET


class GroupObjectivesTable(Table, frozen=True):
    """What a recovery of one group is measured against."""

    rto_s: Annotated[Seconds, means("Recovery time objective.")] | UnsetType = UNSET
    rpo_s: Annotated[Seconds, means("Recovery point objective, in seconds of lost writes")] | UnsetType = UNSET
    rpo_writes: Annotated[float, within("objectives.rpo_writes", "... and in acknowledged writes.")] | UnsetType = UNSET


class ObjectivesTable(GroupObjectivesTable, frozen=True):
    """What a recovery is measured against."""

    groups: dict[str, GroupObjectivesTable] | UnsetType = UNSET


class MembershipTable(Table, frozen=True):
    """LLT and GAB: what /etc/llttab and /etc/gabtab say."""

    private_links: (
        Annotated[
            int, within("membership.private_links", "Private heartbeat links (`link` in llttab): link1, link2 ...")
        ]
        | UnsetType
    ) = UNSET
    low_priority_links: (
        Annotated[int, within("membership.low_priority_links", "Public ones (`link-lowpri`): lowpri1 ...")] | UnsetType
    ) = UNSET
    peer_inactive_s: (
        Annotated[Seconds, means("Until LLT gives up on a silent peer (`set-timer peerinact:1600`).")] | UnsetType
    ) = UNSET
    gab_stable_s: Annotated[Seconds, means("Until GAB delivers a membership after the last change.")] | UnsetType = (
        UNSET
    )
    build_s: Annotated[Seconds, means("From joining the membership until a system is RUNNING.")] | UnsetType = UNSET
    had_restart_s: Annotated[Seconds, means("Until hashadow has restarted an engine that died.")] | UnsetType = UNSET
    seed_systems: (
        Annotated[int, within("membership.seed_systems", "The number behind `gabconfig -c -n`; 0 for all systems.")]
        | UnsetType
    ) = UNSET
    panics_on_rejoin: (
        Annotated[bool, means("`gabconfig -j`: the losing side of a healed partition panics.")] | UnsetType
    ) = UNSET


class FencingTable(Table, frozen=True):
    """I/O fencing, for a cluster whose UseFence is SCSI3."""

    coordinator_disks: (
        Annotated[
            tuple[DiskPlace, ...],
            Meta(
                min_length=COORDINATOR_DISKS_MIN,
                description="One place for each disk: a storage image, or any name for a third place.",
                examples=[["IBM.2107-75FA120", "IBM.2107-75FA150", "third"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    race_s: (
        Annotated[Seconds, means("From a new membership until the race for the coordinator disks is decided.")]
        | UnsetType
    ) = UNSET


class WideAreaTable(Table, frozen=True):
    """Global clusters: what no main.cf says of heartbeats and connections."""

    socket_timeout_s: (
        Annotated[ManySeconds, means("Until a silent connection to another cluster is given up (SocketTimeout).")]
        | UnsetType
    ) = UNSET
    connect_interval_s: (
        Annotated[ManySeconds, means("Between two attempts to connect (RemoteConnectInterval).")] | UnsetType
    ) = UNSET
    ping_wait_s: Annotated[Seconds, means("For the answer to one ping.")] | UnsetType = UNSET
    snapshot_s: (
        Annotated[Seconds, means("From a new connection until the other cluster's state is known.")] | UnsetType
    ) = UNSET
    message_s: Annotated[Seconds, means("Of a message, there.")] | UnsetType = UNSET
    answer_s: Annotated[Seconds, means("Until a question to another cluster is not answered any more.")] | UnsetType = (
        UNSET
    )
    inquiry_s: Annotated[Seconds, means("Of an inquiry among other clusters and Stewards.")] | UnsetType = UNSET
    transition_s: (
        Annotated[Seconds, means("Until a remote wac that has ended is no longer taken to be failing over.")]
        | UnsetType
    ) = UNSET
    silence_confirms: (
        Annotated[bool, means("Whether an inquiry without an answer confirms that a cluster has faulted.")] | UnsetType
    ) = UNSET


class PreonlineTable(Table, frozen=True):
    """The preonline triggers, for groups whose PreOnline is 1."""

    after_s: Annotated[Seconds, means("From the start of a trigger until it has done what it does.")] | UnsetType = (
        UNSET
    )
    groups: (
        Annotated[dict[str, PreonlineVerdict], means("What the trigger of a group does: allows, refuses, hangs.")]
        | UnsetType
    ) = UNSET


class TypeTable(Table, frozen=True):
    """A resource type: how long a played one takes, or where its own entry points are."""

    online_s: Annotated[Seconds, means("What it takes to come online, on a good day.")] | UnsetType = UNSET
    offline_s: Annotated[Seconds, means("What it takes to go offline, on a good day.")] | UnsetType = UNSET
    role: Annotated[Role, means("What it does with the volumes below it.")] | UnsetType = UNSET
    scripts: (
        Annotated[Folder, means("The directory of its entry points: they are executed, not played.")] | UnsetType
    ) = UNSET
    patience_s: Patience | UnsetType = UNSET


class TriggersTable(Table, frozen=True):
    """The administrator's own triggers."""

    scripts: Annotated[Folder, means("The directory of the triggers.")] | UnsetType = UNSET
    patience_s: Patience | UnsetType = UNSET


class SiteToml(Table, frozen=True):
    """What a main.cf cannot say of a site."""

    link: LinkTable = LinkTable()
    dscli: DscliTable = DscliTable()
    hosts: HostsTable = HostsTable()
    application: ApplicationTable = ApplicationTable()
    volumes: VolumesTable = VolumesTable()
    objectives: ObjectivesTable = ObjectivesTable()
    membership: MembershipTable = MembershipTable()
    fencing: FencingTable = FencingTable()
    wide_area: WideAreaTable = WideAreaTable()
    preonline: PreonlineTable = PreonlineTable()
    types: dict[TypeName, TypeTable] = {}
    accounts: Annotated[
        dict[UserName, UserGroupName],
        Meta(description="Users of the arrays, and the user group of each.", examples=[{"vcs": "op_copy_services"}]),
    ] = {}
    triggers: TriggersTable = TriggersTable()


KEYED_BY_GROUP = ("objectives", "preonline")
"""Tables whose other keys are names of service groups: what is written there is read as `groups`."""


def about(table: str) -> tuple[str, dict[str, str]]:
    """What a table is, and what each of its keys is."""
    kind = next(each.type for each in msgspec.structs.fields(SiteToml) if each.name == table)
    found = msgspec.json.schema(kind)["$defs"][kind.__name__]
    return found["description"], {key: each.get("description", "") for key, each in found["properties"].items()}


def schema(defaults: object) -> dict[str, Any]:
    """The JSON schema of a site.toml, with the values that are assumed where a key is left out."""
    whole = msgspec.json.schema(SiteToml)
    definitions = whole["$defs"]
    for table in KEYED_BY_GROUP:
        found = definitions[_name_of(table)]
        found["additionalProperties"] = found["properties"].pop("groups")["additionalProperties"]
    for each in fields(defaults) if is_dataclass(defaults) else ():
        values = getattr(defaults, each.name)
        if each.name in SiteToml.__struct_fields__ and is_dataclass(values):
            for key, described in definitions[_name_of(each.name)]["properties"].items():
                value = getattr(values, key, MISSING)
                if isinstance(value, bool | int | float):
                    described["default"] = value
    for described in definitions["SiteToml"]["properties"].values():
        described.pop("default", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A mirrordrill site.toml", **whole}


def _name_of(table: str) -> str:
    kind: type = next(each.type for each in msgspec.structs.fields(SiteToml) if each.name == table)
    return kind.__name__


def schema_text(defaults: object) -> str:
    """The schema as indented JSON."""
    return json.dumps(schema(defaults), indent=2, ensure_ascii=False)
