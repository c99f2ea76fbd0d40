"""Random valid sites: replicated data clusters and global clusters as administrators write them; one seed, one site.

`python -m tests.random_sites.generator SEED DIRECTORY` writes one.

Rule: nothing is drawn that an administrator could not have written. What the shipped drills assume is not drawn: host
and group names, ids, account, number of hosts and volumes, stacks, time-outs and policies differ from site to site.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from tests.random_sites.stacks import cluster_stack, stack
from tests.random_sites.stacks import resource as resource_text

FILES = ("types", "OracleTypes", "Db2udbTypes", "SybaseTypes", "CVMTypes", "CFSTypes", "MetroMirrorTypes")
TYPES = "".join(f'include "{name}.cf"\n' for name in FILES)
WORDS = ("pay", "crm", "erp", "dwh", "web", "mail", "bill", "stock", "hr", "lims")
ACCOUNTS = ("pprcadm", "admin", "vcs_mm", "dsadmin", "repl", "dr.storage", "svc-vcs")
HOST_NAMES = (
    "{prefix}{letter}{number}",
    "{prefix}-db{letter}0{number}",
    "LX{prefix}{letter}{number}",
    "{prefix}_{letter}_{number}",
)
POLICIES = ("Priority", "Priority", "Priority", "RoundRobin", "Load")


@dataclass(frozen=True)
class Side:
    """The hosts of a side, the array that they share, and its consoles."""

    hosts: tuple[str, ...]
    image: str
    consoles: tuple[str, ...]
    cluster: str


@dataclass(frozen=True)
class Common:
    """What all MetroMirror resources of a site have alike."""

    account: str
    consoles: int
    interval: str
    has_far_console: bool
    """Whether a global cluster names the consoles of the far array, too."""


@dataclass(frozen=True)
class Mirror:
    """The volumes of a group on both sides, one below the other."""

    near: tuple[str, ...]
    far: tuple[str, ...]


def random_site(seed: int, folder: Path) -> list[Path]:
    """Write the files of a site below the directory; its main.cf files."""
    chance = Random(seed)
    is_global = chance.random() < 0.4
    prefix, naming = chance.choice(WORDS), chance.choice(HOST_NAMES)
    sides = (draw_side(chance, prefix, naming, "a"), draw_side(chance, prefix, naming, "b"))
    names = chance.sample(WORDS, chance.choice((1, 1, 1, 2, 2, 3, 4, 5)))
    mirrors = draw_mirrors(chance, len(names))
    consoles, interval = chance.choice((1, 2, 2)), chance.choice(("60", "300", "300", "300"))
    common = Common(chance.choice(ACCOUNTS), consoles, interval, chance.random() < 0.5)
    groups = [
        draw_group(chance, name, mirror, sides, common, is_global=is_global)
        for name, mirror in zip(names, mirrors, strict=True)
    ]
    if chance.random() < 0.2:
        groups.append(draw_plain_group(chance, sides, is_global=is_global))
    if not is_global:
        groups = with_dependencies(chance, names, groups)
        text = TYPES + f"\ncluster {prefix}_cl (\n\tUserNames = {{ root_ = bQRj }}\n\t)\n\n"
        text += systems(chance, sides[0].hosts + sides[1].hosts)
        text += notifier(sides[0].hosts + sides[1].hosts) if chance.random() < 0.4 else ""
        files = {folder / "main.cf": text + "".join(group[""] for group in groups)}
    else:
        second = chance.random() < 0.3
        files = {
            folder / side.cluster / "main.cf": global_file(chance, side, sides, groups, has_second_address=second)
            for side in sides
        }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if settings := draw_settings(chance, sides):
        (folder / "site.toml").write_text(settings)
    return list(files)


def draw_settings(chance: Random, sides: tuple[Side, Side]) -> str:
    """What some sites have measured: boot times, of single hosts or all, links, the rate of the application."""
    text = ""
    if chance.random() < 0.5:
        text += f"[hosts]\nboot_s = {chance.choice((30, 90, 240))}\n"
        if chance.random() < 0.5:
            slow = chance.sample(sides[0].hosts + sides[1].hosts, 2)
            text += f'boots_s = {{ "{slow[0]}" = {chance.choice((10, 400))}, "{slow[1]}" = 600 }}\n'
    if chance.random() < 0.2:
        text += f"[link]\ndistance_km = {chance.choice((5, 120))}\ncopy_mib_per_s = {chance.choice((200, 800))}\n"
    if chance.random() < 0.2:
        text += f"[application]\nwrites_per_s = {chance.choice((5, 900))}\n"
    return text


def draw_side(chance: Random, prefix: str, naming: str, letter: str) -> Side:
    """One to four hosts on an array."""
    numbers = range(1, chance.choice((1, 2, 2, 2, 3, 4)) + 1)
    hosts = tuple(naming.format(prefix=prefix, letter=letter, number=number) for number in numbers)
    serial = "75" + "".join(chance.choice("ABCDEFGHKLMNPRTVWXYZ0123456789") for _ in range(4)) + "1"
    consoles = tuple(f"hmc{number}-{letter}.{prefix}.example" for number in (1, 2))
    return Side(hosts, f"IBM.2107-{serial}", consoles, f"{prefix}_{letter}")


def draw_mirrors(chance: Random, groups: int) -> list[Mirror]:
    """One to eight volumes for each group over one to three LSSs; the ids of the other array may be others.

    They may be the same, shifted, or have nothing to do with each other; digits above 9 in either case.
    """
    style = chance.choice(("alike", "alike", "shifted", "unrelated"))
    is_lower = chance.random() < 0.15
    subsystems = chance.sample(range(0x04, 0x7F), 3)
    far_subsystems = chance.sample(range(0x80, 0xBF), 3)
    used = 0x10
    found = []
    for _ in range(groups):
        count, over = chance.choice((1, 2, 2, 3, 4, 8)), chance.choice((1, 1, 2, 3))
        near = [f"{subsystems[number % over]:02X}{used + number:02X}" for number in range(count)]
        near.sort()
        if style == "shifted":
            far = [f"{int(volume[:2], 16) + 0x40:02X}{volume[2:]}" for volume in near]
        elif style == "unrelated":
            # An LSS is paired with one LSS, but the numbers within them are free.
            partner = dict(zip((f"{each:02X}" for each in subsystems), far_subsystems, strict=True))
            far = [f"{partner[volume[:2]]:02X}{0xFF - int(volume[2:], 16):02X}" for volume in near]
        else:
            far = near
        cased = str.lower if is_lower else str.upper
        found.append(Mirror(tuple(map(cased, near)), tuple(map(cased, far))))
        used += 0x10
    return found


def draw_group(
    chance: Random, name: str, mirror: Mirror, sides: tuple[Side, Side], common: Common, *, is_global: bool
) -> dict[str, str]:
    """A service group, as text; of a global cluster one for each side, by the name of its cluster."""
    near, far = sides if chance.random() < 0.8 else sides[::-1]
    volumes = {sides[0].image: mirror.near, sides[1].image: mirror.far}
    is_parallel = is_global and chance.random() < 0.15
    if not is_parallel and chance.random() < 0.2:
        # Not every group may run on every host of its side.
        near, far = (
            replace(side, hosts=tuple(chance.sample(side.hosts, 1 + len(side.hosts) // 2))) for side in (near, far)
        )
    own = {
        "policy": chance.choice(POLICIES),
        "auto": chance.choice(("1", "1", "1", "1", "0")),
        "parallel": "1" if is_parallel else "0",
        "cluster_policy": chance.choice(("Manual", "Manual", "Auto", "Connected")),
        "load": chance.choice(("", "", "20", "60")),
        "starts": chance.choice(("first", "first", "second", "all")),
    }
    body = cluster_stack(name) if is_parallel else stack(chance, name)
    statics = draw_statics(chance, common)
    order = [*chance.sample(near.hosts, len(near.hosts)), *chance.sample(far.hosts, len(far.hosts))]
    if not is_global:
        head = group_head(name, order, near, own)
        if chance.random() < 0.85:
            zones = ", ".join(f"{host} = {int(host in far.hosts)}" for host in order)
            head += f"\tSystemZones = {{ {zones} }}\n"
        resource = metro_mirror(name, (near, far), volumes, common, statics, localised=True)
        return {"": f"{head}\t)\n\n{resource}{body}\n"}
    found = {}
    for number, (side, other) in enumerate(((near, far), (far, near))):
        here = [host for host in order if host in side.hosts]
        head = group_head(name, here, side, own, auto_start=number == 0)
        head += f"\tClusterList = {{ {near.cluster} = 0, {far.cluster} = 1 }}\n"
        head += f"\tAuthority = {1 - number}\n\tClusterFailOverPolicy = {own['cluster_policy']}\n"
        resource = metro_mirror(name, (side, other), volumes, common, statics, localised=False)
        found[side.cluster] = f"{head}\t)\n\n{resource}{body}\n"
    return found


def draw_statics(chance: Random, common: Common) -> dict[str, str]:
    """Time-outs and limits of a MetroMirror resource of its own."""
    found = {"OnlineTimeout": chance.choice(("300", "300", "450", "900")), "ActionTimeout": "120"}
    if common.interval != "300":
        found["MonitorInterval"] = common.interval
    if chance.random() < 0.15:
        found["OfflineTimeout"] = chance.choice(("120", "600"))
    if chance.random() < 0.1:
        found["OnlineRetryLimit"] = "1"
    return found


def draw_plain_group(chance: Random, sides: tuple[Side, Side], *, is_global: bool) -> dict[str, str]:
    """A group without mirrored volumes: a program on local disks, in one cluster."""
    side = chance.choice(sides)
    order = ", ".join(f"{host} = {number}" for number, host in enumerate(side.hosts))
    text = f"group local_sg (\n\tSystemList = {{ {order} }}\n\tAutoStartList = {{ {side.hosts[0]} }}\n\t)\n\n"
    text += resource_text(
        "Application", "local_app", 'StartProgram = "/opt/local/start"', 'StopProgram = "/opt/local/stop"'
    )
    return {side.cluster if is_global else "": text}


def group_head(name: str, order: list[str], near: Side, own: dict[str, str], *, auto_start: bool = True) -> str:
    """The attributes of a group."""
    listed = ", ".join(f"{host} = {number}" for number, host in enumerate(order))
    text = f"group {name}_sg (\n\tSystemList = {{ {listed} }}\n"
    here = [host for host in order if host in near.hosts]
    starts = {"first": here[:1], "second": here[1:2] or here[:1], "all": here}[own["starts"]]
    if own["parallel"] == "1":
        text += f"\tAutoStartList = {{ {', '.join(order)} }}\n"
    elif auto_start:
        text += f"\tAutoStartList = {{ {', '.join(starts)} }}\n"
    text += f"\tFailOverPolicy = {own['policy']}\n" if own["policy"] != "Priority" else ""
    text += f"\tLoad = {own['load']}\n" if own["load"] else ""
    text += f"\tAutoFailOver = {own['auto']}\n" if own["auto"] != "1" else ""
    return text + (f"\tParallel = {own['parallel']}\n" if own["parallel"] == "1" else "")


def metro_mirror(
    name: str,
    sides: tuple[Side, Side],
    volumes: dict[str, tuple[str, ...]],
    common: Common,
    statics: dict[str, str],
    *,
    localised: bool,
) -> str:
    """The MetroMirror resource: for each system where both sides are in one file."""
    lines = [f"\tMetroMirror {name}_mm ("]
    own, other = sides
    for side, across in ((own, other), (other, own)) if localised else ((own, other),):
        for host in side.hosts if localised else ("",):
            at = f" @{host}" if localised else ""
            lines += [f'\t\tHMC{number + 1}{at} = "{side.consoles[number]}"' for number in range(common.consoles)]
            if not localised and common.has_far_console:
                lines.append(f'\t\tRemoteHMC1 = "{across.consoles[0]}"')
            lines.append(f'\t\tLocalStorageImageID{at} = "{side.image}"')
            lines.append(f'\t\tRemoteStorageImageID{at} = "{across.image}"')
            if not localised or len(set(volumes.values())) > 1:
                lines.append(f"\t\tVolIds{at} = {{ {listed(volumes[side.image])} }}")
    if localised and len(set(volumes.values())) == 1:
        lines.append(f"\t\tVolIds = {{ {listed(volumes[own.image])} }}")
    lines += [f'\t\tUser = "{common.account}"', '\t\tPasswdFile = "/etc/dscli/pwfile"']
    lines += [f"\t\t{key} = {value}" for key, value in statics.items()]
    return "\n".join([*lines, "\t\t)\n\n"])


def listed(volumes: tuple[str, ...]) -> str:
    """Ids between quotes: an A is no digit to VCS."""
    return ", ".join(f'"{volume}"' for volume in volumes)


def with_dependencies(chance: Random, names: list[str], groups: list[dict[str, str]]) -> list[dict[str, str]]:
    """Some groups require the one before them, anywhere, softly or firmly."""
    found = []
    for number, group in enumerate(groups):
        if 0 < number < len(names) and chance.random() < 0.25:
            rigidity = chance.choice(("soft", "soft", "firm"))
            head, _, rest = group[""].partition("\n\t)\n\n")
            body, at = rest, rest.index(" requires ")
            at = body.rfind("\n", 0, at) + 1
            needed = f"\trequires group {names[number - 1]}_sg online global {rigidity}\n\n"
            found.append({"": f"{head}\n\t)\n\n{body[:at]}{needed}{body[at:]}"})
        else:
            found.append(group)
    return found


def systems(chance: Random, hosts: tuple[str, ...]) -> str:
    """The systems of a cluster."""
    has_capacity = chance.random() < 0.2
    lines = (f"\tCapacity = {chance.choice((100, 200))}\n" if has_capacity else "" for _ in hosts)
    return "".join(f"system {host} (\n{line}\t)\n\n" for host, line in zip(hosts, lines, strict=True))


def notifier(hosts: tuple[str, ...]) -> str:
    """ClusterService of a single cluster: who is told by mail and SNMP."""
    order = ", ".join(f"{host} = {number}" for number, host in enumerate(hosts))
    text = f"group ClusterService (\n\tSystemList = {{ {order} }}\n\tAutoStartList = {{ {', '.join(hosts)} }}\n"
    text += "\tOnlineRetryLimit = 3\n\tOnlineRetryInterval = 120\n\t)\n\n"
    text += resource_text("NIC", "csgnic", "Device = eth0", 'NetworkHosts = { "10.9.9.1" }')
    text += resource_text(
        "NotifierMngr", "ntfr", 'SmtpServer = "mail.example"', 'SmtpRecipients = { "ops@example" = Error }'
    )
    return text + "\tntfr requires csgnic\n\n"


def global_file(
    chance: Random, side: Side, sides: tuple[Side, Side], groups: list[dict[str, str]], *, has_second_address: bool
) -> str:
    """The main.cf of one of two clusters, with what connects it to the other."""
    other = sides[1] if side is sides[0] else sides[0]
    addresses = {sides[0].cluster: "192.0.2.1", sides[1].cluster: "198.51.100.1"}
    pinged = [addresses[other.cluster], addresses[other.cluster].replace(".1", ".9")] if has_second_address else []
    pinged = pinged or [addresses[other.cluster]]
    second = f'\tIP gcoip2 (\n\t\tDevice = eth1\n\t\tAddress = "{addresses[side.cluster].replace(".1", ".9")}"\n'
    second += '\t\tNetMask = "255.255.255.0"\n\t\tCritical = 0\n\t\t)\n\n'
    aya = f"\tAYAInterval @{other.cluster} = {chance.choice((30, 60, 90))}\n"
    aya += f"\tAYARetryLimit @{other.cluster} = {chance.choice((2, 3, 5))}\n"
    order = ", ".join(f"{host} = {number}" for number, host in enumerate(side.hosts))
    return (
        f'{TYPES}\ncluster {side.cluster} (\n\tClusterAddress = "{addresses[side.cluster]}"\n\t)\n\n'
        f'remotecluster {other.cluster} (\n\tClusterAddress = "{addresses[other.cluster]}"\n\t)\n\n'
        f"heartbeat Icmp (\n\tClusterList = {{ {other.cluster} }}\n{aya}"
        f"\tArguments @{other.cluster} = {{ {listed(tuple(pinged))} }}\n\t)\n\n{systems(chance, side.hosts)}"
        f"group ClusterService (\n\tSystemList = {{ {order} }}\n\tAutoStartList = {{ {', '.join(side.hosts)} }}\n"
        "\tOnlineRetryLimit = 3\n\tOnlineRetryInterval = 120\n\t)\n\n"
        '\tApplication wac (\n\t\tStartProgram = "/opt/VRTSvcs/bin/wacstart"\n'
        '\t\tStopProgram = "/opt/VRTSvcs/bin/wacstop"\n\t\tMonitorProcesses = { "/opt/VRTSvcs/bin/wac" }\n'
        "\t\tRestartLimit = 3\n\t\t)\n\n"
        f'\tIP gcoip (\n\t\tDevice = eth0\n\t\tAddress = "{addresses[side.cluster]}"\n'
        '\t\tNetMask = "255.255.255.0"\n\t\t)\n\n'
        '\tNIC csgnic (\n\t\tDevice = eth0\n\t\tNetworkHosts = { "192.0.2.254" }\n\t\t)\n\n'
        + (second if has_second_address else "")
        + "\twac requires gcoip\n\tgcoip requires csgnic\n\n"
        + "".join(group.get(side.cluster, "") for group in groups)
    )


if __name__ == "__main__":
    print(*random_site(int(sys.argv[1]), Path(sys.argv[2])), sep="\n")  # noqa: T201 - a tool for people
