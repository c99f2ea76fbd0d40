"""Random valid sites: replicated data clusters and global clusters as administrators write them; one seed, one site.

`python -m tests.random_sites.generator SEED DIRECTORY` writes one.

Rule: nothing is drawn that an administrator could not have written. What the shipped drills assume is not drawn: host
and group names, ids, account, number of hosts and volumes, stacks, time-outs and policies differ from site to site.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

TYPES = 'include "types.cf"\ninclude "OracleTypes.cf"\ninclude "MetroMirrorTypes.cf"\n'
WORDS = ("pay", "crm", "erp", "dwh", "web", "mail", "bill", "stock", "hr", "lims")
ACCOUNTS = ("pprcadm", "admin", "vcs_mm", "dsadmin", "repl")
POLICIES = ("Priority", "Priority", "Priority", "RoundRobin", "Load")


@dataclass(frozen=True)
class Side:
    """The hosts of a side, the array that they share, and its consoles."""

    hosts: tuple[str, ...]
    image: str
    consoles: tuple[str, ...]
    cluster: str


@dataclass(frozen=True)
class Mirror:
    """The volumes of a group on both sides, one below the other."""

    near: tuple[str, ...]
    far: tuple[str, ...]


def random_site(seed: int, folder: Path) -> list[Path]:
    """Write the files of a site below the directory; its main.cf files."""
    chance = Random(seed)
    is_global = chance.random() < 0.4
    prefix = chance.choice(WORDS)
    sides = (draw_side(chance, prefix, "a"), draw_side(chance, prefix, "b"))
    names = chance.sample(WORDS, chance.choice((1, 1, 2, 2, 3, 5)))
    mirrors = draw_mirrors(chance, len(names))
    common = {"account": chance.choice(ACCOUNTS), "consoles": chance.choice((1, 2, 2))}
    groups = [
        draw_group(chance, name, mirror, sides, common, is_global) for name, mirror in zip(names, mirrors, strict=True)
    ]
    if not is_global:
        groups = with_dependencies(chance, names, groups)
        text = TYPES + f"\ncluster {prefix}_cl (\n\tUserNames = {{ root_ = bQRj }}\n\t)\n\n"
        text += systems(sides[0].hosts + sides[1].hosts) + "".join(group[""] for group in groups)
        files = {folder / "main.cf": text}
    else:
        files = {folder / side.cluster / "main.cf": global_file(chance, side, sides, groups) for side in sides}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if chance.random() < 0.5:
        (folder / "site.toml").write_text(f"[hosts]\nboot_s = {chance.choice((30, 90, 240))}\n")
    return list(files)


def draw_side(chance: Random, prefix: str, letter: str) -> Side:
    """One to four hosts on an array."""
    hosts = tuple(f"{prefix}{letter}{number}" for number in range(1, chance.choice((1, 2, 2, 2, 3, 4)) + 1))
    serial = "75" + "".join(chance.choice("ABCDEFGHKLMNPRTVWXYZ0123456789") for _ in range(4)) + "1"
    consoles = tuple(f"hmc{number}-{letter}.{prefix}.example" for number in (1, 2))
    return Side(hosts, f"IBM.2107-{serial}", consoles, f"{prefix}_{letter}")


def draw_mirrors(chance: Random, groups: int) -> list[Mirror]:
    """One to eight volumes for each group over one to three LSSs; the ids of the other array may be others."""
    far_is_alike = chance.random() < 0.4
    subsystems = chance.sample(range(0x04, 0x7F), 3)
    used = 0x10
    found = []
    for _ in range(groups):
        count, over = chance.choice((1, 2, 2, 3, 4, 8)), chance.choice((1, 1, 2, 3))
        near = [f"{subsystems[number % over]:02X}{used + number:02X}" for number in range(count)]
        near.sort()
        far = near if far_is_alike else [f"{int(volume[:2], 16) + 0x40:02X}{volume[2:]}" for volume in near]
        found.append(Mirror(tuple(near), tuple(far)))
        used += 0x10
    return found


def draw_group(
    chance: Random, name: str, mirror: Mirror, sides: tuple[Side, Side], common: dict[str, object], is_global: bool
) -> dict[str, str]:
    """A service group, as text; of a global cluster one for each side, by the name of its cluster."""
    near, far = sides if chance.random() < 0.8 else sides[::-1]
    volumes = {sides[0].image: mirror.near, sides[1].image: mirror.far}
    own = {
        "policy": chance.choice(POLICIES),
        "auto": chance.choice(("1", "1", "1", "0")),
        "parallel": "1" if is_global and chance.random() < 0.1 else "0",
        "cluster_policy": chance.choice(("Manual", "Manual", "Auto", "Connected")),
    }
    body = stack(chance, name)
    timeouts = {"OnlineTimeout": chance.choice(("300", "300", "450", "900")), "ActionTimeout": "120"}
    order = [*chance.sample(near.hosts, len(near.hosts)), *chance.sample(far.hosts, len(far.hosts))]
    if not is_global:
        head = group_head(name, order, own)
        if chance.random() < 0.85:
            zones = ", ".join(f"{host} = {int(host in far.hosts)}" for host in order)
            head += f"\tSystemZones = {{ {zones} }}\n"
        resource = metro_mirror(name, (near, far), volumes, common, timeouts, localised=True)
        return {"": f"{head}\t)\n\n{resource}{body}\n"}
    found = {}
    for number, (side, other) in enumerate(((near, far), (far, near))):
        head = group_head(name, [host for host in order if host in side.hosts], own, auto_start=number == 0)
        head += f"\tClusterList = {{ {near.cluster} = 0, {far.cluster} = 1 }}\n"
        head += f"\tAuthority = {1 - number}\n\tClusterFailOverPolicy = {own['cluster_policy']}\n"
        resource = metro_mirror(name, (side, other), volumes, common, timeouts, localised=False)
        found[side.cluster] = f"{head}\t)\n\n{resource}{body}\n"
    return found


def group_head(name: str, order: list[str], own: dict[str, str], *, auto_start: bool = True) -> str:
    """The attributes of a group."""
    listed = ", ".join(f"{host} = {number}" for number, host in enumerate(order))
    text = f"group {name}_sg (\n\tSystemList = {{ {listed} }}\n"
    if auto_start or own["parallel"] == "1":
        starts = ", ".join(order) if own["parallel"] == "1" else order[0]
        text += f"\tAutoStartList = {{ {starts} }}\n"
    text += f"\tFailOverPolicy = {own['policy']}\n" if own["policy"] != "Priority" else ""
    text += f"\tAutoFailOver = {own['auto']}\n" if own["auto"] != "1" else ""
    return text + (f"\tParallel = {own['parallel']}\n" if own["parallel"] == "1" else "")


def metro_mirror(
    name: str,
    sides: tuple[Side, Side],
    volumes: dict[str, tuple[str, ...]],
    common: dict[str, object],
    timeouts: dict[str, str],
    *,
    localised: bool,
) -> str:
    """The MetroMirror resource: for each system where both sides are in one file."""
    lines = [f"\tMetroMirror {name}_mm ("]
    own, other = sides
    consoles = 2 if common["consoles"] == 2 else 1
    for side, across in ((own, other), (other, own)) if localised else ((own, other),):
        for host in side.hosts if localised else ("",):
            at = f" @{host}" if localised else ""
            lines += [f'\t\tHMC{number + 1}{at} = "{side.consoles[number]}"' for number in range(consoles)]
            lines.append(f'\t\tLocalStorageImageID{at} = "{side.image}"')
            lines.append(f'\t\tRemoteStorageImageID{at} = "{across.image}"')
            if not localised or len(set(volumes.values())) > 1:
                lines.append(f"\t\tVolIds{at} = {{ {listed(volumes[side.image])} }}")
    if localised and len(set(volumes.values())) == 1:
        lines.append(f"\t\tVolIds = {{ {listed(volumes[own.image])} }}")
    lines += [f"\t\tUser = {common['account']}", '\t\tPasswdFile = "/etc/dscli/pwfile"']
    lines += [f"\t\t{key} = {value}" for key, value in timeouts.items()]
    return "\n".join([*lines, "\t\t)\n\n"])


def listed(volumes: tuple[str, ...]) -> str:
    """Ids between quotes: an A is no digit to VCS."""
    return ", ".join(f'"{volume}"' for volume in volumes)


def stack(chance: Random, name: str) -> str:
    """What stands on the volumes: one of the usual stacks, the slower the larger."""
    timeout = chance.choice(("", "\t\tOnlineTimeout = 600\n", "\t\tOnlineTimeout = 420\n"))
    disk = f"\tDiskGroup {name}_dg (\n\t\tDiskGroup = {name}dg\n\t\t)\n\n"
    lvm = f"\tLVMVolumeGroup {name}_dg (\n\t\tVolumeGroup = vg{name}\n\t\t)\n\n"
    mount = (
        f'\tMount {name}_mnt (\n\t\tMountPoint = "/{name}"\n\t\tBlockDevice = "/dev/{name}"\n'
        '\t\tFSType = ext4\n\t\tFsckOpt = "-y"\n\t\t)\n\n'
    )
    oracle = f'\tOracle {name}_db (\n\t\tSid = S{name}\n\t\tOwner = oracle\n\t\tHome = "/u01"\n{timeout}\t\t)\n\n'
    listener = f'\tNetlsnr {name}_lsnr (\n\t\tOwner = oracle\n\t\tHome = "/u01"\n\t\t)\n\n'
    app = (
        f'\tApplication {name}_app (\n\t\tStartProgram = "/opt/{name}/start"\n\t\tStopProgram = "/opt/{name}/stop"\n'
        f'\t\tMonitorProgram = "/opt/{name}/status"\n{timeout}\t\t)\n\n'
    )
    address = (
        f'\tIP {name}_ip (\n\t\tDevice = eth0\n\t\tAddress = "10.1.2.3"\n\t\tNetMask = "255.255.255.0"\n\t\t)\n\n'
        f'\tNIC {name}_nic (\n\t\tDevice = eth0\n\t\tNetworkHosts = {{ "10.1.2.1" }}\n\t\t)\n\n'
    )
    below = [f"\t{name}_mnt requires {name}_dg", f"\t{name}_dg requires {name}_mm"]
    kind = chance.choice(("application", "lvm", "oracle", "two writers"))
    if kind == "oracle":
        lines = [f"\t{name}_lsnr requires {name}_db", f"\t{name}_lsnr requires {name}_ip"]
        lines += [f"\t{name}_ip requires {name}_nic", f"\t{name}_db requires {name}_mnt", *below]
        return disk + mount + oracle + listener + address + "\n".join(lines) + "\n"
    if kind == "two writers":
        lines = [f"\t{name}_app requires {name}_db", f"\t{name}_db requires {name}_mnt", *below]
        return app + lvm + mount + oracle + "\n".join(lines) + "\n"
    lines = [f"\t{name}_app requires {name}_mnt", *below]
    return (lvm if kind == "lvm" else disk) + mount + app + "\n".join(lines) + "\n"


def with_dependencies(chance: Random, names: list[str], groups: list[dict[str, str]]) -> list[dict[str, str]]:
    """Some groups require the one before them, softly and anywhere."""
    found = []
    for number, (group, before) in enumerate(zip(groups, ["", *names], strict=False)):
        if number and chance.random() < 0.25:
            head, brace, rest = group[""].partition("_mnt requires ")
            start = head.rfind("\n\t") + 1
            first = head.index(" requires ") if " requires " in head else start
            at = head.rfind("\n", 0, first) + 1
            text = f"{head[:at]}\trequires group {before}_sg online global soft\n\n{head[at:]}{brace}{rest}"
            found.append({"": text})
        else:
            found.append(group)
    return found


def systems(hosts: tuple[str, ...]) -> str:
    """The systems of a cluster."""
    return "".join(f"system {host} (\n\t)\n\n" for host in hosts)


def global_file(chance: Random, side: Side, sides: tuple[Side, Side], groups: list[dict[str, str]]) -> str:
    """The main.cf of one of two clusters, with what connects it to the other."""
    other = sides[1] if side is sides[0] else sides[0]
    addresses = {sides[0].cluster: "192.0.2.1", sides[1].cluster: "198.51.100.1"}
    aya = f"\tAYAInterval @{other.cluster} = {chance.choice((30, 60, 90))}\n"
    aya += f"\tAYARetryLimit @{other.cluster} = {chance.choice((2, 3, 5))}\n"
    order = ", ".join(f"{host} = {number}" for number, host in enumerate(side.hosts))
    return (
        f'{TYPES}\ncluster {side.cluster} (\n\tClusterAddress = "{addresses[side.cluster]}"\n\t)\n\n'
        f'remotecluster {other.cluster} (\n\tClusterAddress = "{addresses[other.cluster]}"\n\t)\n\n'
        f"heartbeat Icmp (\n\tClusterList = {{ {other.cluster} }}\n{aya}"
        f'\tArguments @{other.cluster} = {{ "{addresses[other.cluster]}" }}\n\t)\n\n{systems(side.hosts)}'
        f"group ClusterService (\n\tSystemList = {{ {order} }}\n\tAutoStartList = {{ {', '.join(side.hosts)} }}\n"
        "\tOnlineRetryLimit = 3\n\tOnlineRetryInterval = 120\n\t)\n\n"
        '\tApplication wac (\n\t\tStartProgram = "/opt/VRTSvcs/bin/wacstart"\n'
        '\t\tStopProgram = "/opt/VRTSvcs/bin/wacstop"\n\t\tMonitorProcesses = { "/opt/VRTSvcs/bin/wac" }\n'
        "\t\tRestartLimit = 3\n\t\t)\n\n"
        f'\tIP gcoip (\n\t\tDevice = eth0\n\t\tAddress = "{addresses[side.cluster]}"\n'
        '\t\tNetMask = "255.255.255.0"\n\t\t)\n\n'
        '\tNIC csgnic (\n\t\tDevice = eth0\n\t\tNetworkHosts = { "192.0.2.254" }\n\t\t)\n\n'
        "\twac requires gcoip\n\tgcoip requires csgnic\n\n" + "".join(group[side.cluster] for group in groups)
    )


if __name__ == "__main__":
    print(*random_site(int(sys.argv[1]), Path(sys.argv[2])), sep="\n")  # noqa: T201 - a tool for people
