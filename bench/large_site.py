"""A large replicated data cluster as a main.cf: two sites, so many systems, groups and resources.

Every group is the manual's stack with more volumes and mounts, on two systems of either site; every second one starts
on site B. Sites that differ in size differ in nothing else, so what does not cost in proportion shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

ARRAYS = ("IBM.2107-75FA121", "IBM.2107-75FA151")
CONSOLES = ("hmca.example.com", "hmcb.example.com")
SITES = ("a", "b")
GROUPS_PER_LSS = 100
VOLUMES_PER_GROUP = 2
WITHOUT_PAIRS = 9
"""Resources of a group that has no volume and mount of its own yet: its stack and what stands beside it."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a cluster is."""

    systems: int
    groups: int
    resources: int

    @property
    def per_group(self) -> int:
        """Resources in each group."""
        return self.resources // self.groups


def main_cf(size: Size) -> str:
    """The whole file."""
    systems = [f"{site}{number:03}" for number in range(size.systems // 2) for site in SITES]
    head = ['include "types.cf"', 'include "MetroMirrorTypes.cf"', "", "cluster large (", "\t)", ""]
    lines = [*head, *(f"system {system} (\n\t)\n" for system in systems)]
    for number in range(size.groups):
        lines += group_lines(number, size)
    return "\n".join(lines) + "\n"


def group_lines(number: int, size: Size) -> Iterator[str]:
    """One service group."""
    name, half = f"g{number:03}", size.systems // 2
    near, far = (SITES, SITES[::-1])[number % 2]
    places = [f"{site}{(number // 2 + step) % half:03}" for site in (near, far) for step in (0, 1)]
    zones = ", ".join(f"{place} = {SITES.index(place[0])}" for place in places)
    yield f"group {name} ("
    yield f"\tSystemList = {{ {', '.join(f'{place} = {rank}' for rank, place in enumerate(places))} }}"
    yield f"\tSystemZones = {{ {zones} }}"
    yield f"\tAutoStartList = {{ {places[0]} }}"
    yield "\t)\n"
    yield from mirror_lines(name, number, places)
    pairs, odd = divmod(size.per_group - WITHOUT_PAIRS, 2)
    plain = [("DiskGroup", "dg"), ("Oracle", "ora"), ("Netlsnr", "lsnr"), ("IP", "ip"), ("NIC", "nic")]
    plain += [("Application", "app"), ("Process", "log"), ("Process", "job")] + [("Process", "odd")] * odd
    plain += [
        (kind, f"{short}{pair}") for pair in range(pairs) for kind, short in (("Volume", "vol"), ("Mount", "mnt"))
    ]
    for kind, short in plain:
        yield f"\t{kind} {name}_{short} (\n{REQUIRED[kind].format(name=f'{name}_{short}')}\t\t)\n"
    yield f"\t{name}_dg requires {name}_mmir"
    for pair in range(pairs):
        yield f"\t{name}_vol{pair} requires {name}_dg"
        yield f"\t{name}_mnt{pair} requires {name}_vol{pair}"
        yield f"\t{name}_ora requires {name}_mnt{pair}"
    for parent, child in (("lsnr", "ora"), ("lsnr", "ip"), ("ip", "nic"), ("app", "lsnr")):
        yield f"\t{name}_{parent} requires {name}_{child}"
    yield ""


def mirror_lines(name: str, number: int, places: list[str]) -> Iterator[str]:
    """The MetroMirror resource, localised on each system."""
    lss, within = divmod(number, GROUPS_PER_LSS)
    first = 0x1000 + 0x100 * lss + VOLUMES_PER_GROUP * within
    yield f"\tMetroMirror {name}_mmir ("
    yield '\t\tDSCliHome = "/opt/ibm/dscli"\n\t\tUser = admin\n\t\tPasswdFile = "/opt/ibm/dscli/ds_pwfile"'
    for place in places:
        own = SITES.index(place[0])
        yield f'\t\tHMC1 @{place} = "{CONSOLES[own]}"'
        yield f'\t\tLocalStorageImageID @{place} = "{ARRAYS[own]}"'
        yield f'\t\tRemoteStorageImageID @{place} = "{ARRAYS[1 - own]}"'
    volumes = ", ".join(f'"{first + volume:04X}"' for volume in range(VOLUMES_PER_GROUP))
    yield f"\t\tVolIds = {{ {volumes} }}\n\t\t)\n"


REQUIRED = {
    "DiskGroup": "\t\tDiskGroup = {name}\n",
    "Volume": "\t\tVolume = {name}\n\t\tDiskGroup = {name}\n",
    "Mount": '\t\tMountPoint = "/{name}"\n\t\tBlockDevice = "/dev/vx/dsk/{name}"\n\t\tFSType = vxfs\n'
    '\t\tFsckOpt = "%-y"\n',
    "Oracle": '\t\tSid = {name}\n\t\tOwner = oracle\n\t\tHome = "/u01/oracle"\n',
    "Netlsnr": '\t\tOwner = oracle\n\t\tHome = "/u01/oracle"\n\t\tListener = {name}\n',
    "IP": '\t\tDevice = eth0\n\t\tAddress = "192.0.2.10"\n\t\tNetMask = "255.255.255.0"\n',
    "NIC": "\t\tDevice = eth0\n",
    "Application": '\t\tStartProgram = "/opt/{name}/start"\n\t\tStopProgram = "/opt/{name}/stop"\n'
    '\t\tMonitorProcesses = {{ "{name}" }}\n',
    "Process": '\t\tPathName = "/opt/{name}"\n',
}
"""What each type must be told at least."""
