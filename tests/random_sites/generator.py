"""Random valid sites: replicated data clusters and global clusters as administrators write them; one seed, one site.

`python -m tests.random_sites.generator SEED DIRECTORY` writes one.

Rule: nothing is drawn that an administrator could not have written. What the shipped drills assume is not drawn: host
and group names, ids, account, number of hosts and volumes, stacks, time-outs and policies differ from site to site.
Seeds below 200 give what most sites look like, the others what is rarer (`unusual.py`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from mirrordrill import agent
from tests.random_sites.groups import (
    Common,
    Side,
    draw_group,
    draw_mirrors,
    draw_plain_group,
    listed,
    with_dependencies,
)
from tests.random_sites.stacks import OWN_TYPE, OWN_TYPES, OWN_TYPES_FILE
from tests.random_sites.stacks import resource as resource_text
from tests.random_sites.unusual import UNUSUAL, unusual

FILES = ("types", "OracleTypes", "Db2udbTypes", "SybaseTypes", "CVMTypes", "CFSTypes", "OracleASMTypes")
TYPES = "".join(f'include "{name}.cf"\n' for name in (*FILES, "MetroMirrorTypes"))
WORDS = ("pay", "crm", "erp", "dwh", "web", "mail", "bill", "stock", "hr", "lims")
ACCOUNTS = ("pprcadm", "admin", "vcs_mm", "dsadmin", "repl", "dr.storage", "svc-vcs")
GROUP_NAMES = ("{name}_sg", "{name}_sg", "{name}", "SG-{name}", "{name}grp01", "clus_{name}_rg")
USERS = "root_ = bQRj, ops = dSTl, boss = cDRp"
AGENT_TYPES = Path(agent.__path__[0]) / "MetroMirrorTypes.cf"
HOST_NAMES = (
    "{prefix}{letter}{number}",
    "{prefix}-db{letter}0{number}",
    "LX{prefix}{letter}{number}",
    "{prefix}_{letter}_{number}",
)


def random_site(seed: int, folder: Path) -> list[Path]:
    """Write the files of a site below the directory; its main.cf files."""
    chance = Random(seed)
    is_global = chance.random() < 0.4
    prefix, naming = chance.choice(WORDS), chance.choice(HOST_NAMES)
    sides = (draw_side(chance, prefix, naming, "a"), draw_side(chance, prefix, naming, "b"))
    names = chance.sample(WORDS, chance.choice((1, 1, 1, 2, 2, 3, 4, 5)))
    mirrors = draw_mirrors(chance, len(names), has_many=seed >= UNUSUAL)
    consoles, interval = chance.choice((1, 2, 2)), chance.choice(("60", "300", "300", "300"))
    common = Common(
        chance.choice(ACCOUNTS),
        consoles,
        interval,
        has_far_console=chance.random() < 0.5,
        group_name=chance.choice(GROUP_NAMES),
        network="net_nic" if chance.random() < 0.2 else "",
        zones=chance.choice(((0, 1), (0, 1), (0, 1), (1, 0), (1, 2), (0, 5), (10, 3))),
        has_volume_manager=chance.random() < 0.5,
    )
    groups = [
        draw_group(chance, name, mirror, sides, common, is_global=is_global)
        for name, mirror in zip(names, mirrors, strict=True)
    ]
    if chance.random() < 0.2:
        groups.append(draw_plain_group(chance, sides, is_global=is_global))
    if not is_global:
        groups = with_dependencies(chance, names, common, groups)
        text = TYPES + f"\ncluster {prefix}_cl (\n\tUserNames = {{ {USERS} }}\n\t)\n\n"
        text += systems(chance, sides[0].hosts + sides[1].hosts)
        text += notifier(sides[0].hosts + sides[1].hosts) if chance.random() < 0.4 else ""
        text += network_group(sides[0].hosts + sides[1].hosts) if common.network else ""
        # Of an unusual site what has no mirror, and what is required, may stand behind or in between.
        shown = groups[::-1] if seed >= UNUSUAL else groups
        files = {folder / "main.cf": text + "".join(group[""] for group in shown)}
    else:
        second = chance.random() < 0.3
        files = {
            folder / side.cluster / "main.cf": global_file(
                chance, side, sides, groups, common, has_second_address=second
            )
            for side in sides
        }
    if seed >= UNUSUAL:
        files = {path: unusual(Random(f"unusual {seed}"), text) for path, text in files.items()}
    write(chance, files)
    if settings := draw_settings(chance, sides, "".join(files.values())):
        (folder / "site.toml").write_text(settings)
    return list(files)


def write(chance: Random, files: dict[Path, str]) -> None:
    """The files, with the type files beside them: of a type of one's own, and of MetroMirror where that was changed."""
    has_own_types = any(OWN_TYPE in text for text in files.values())
    changes_type = chance.random() < 0.12
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'include "{OWN_TYPES_FILE}"\n{text}' if has_own_types else text)
        if has_own_types:
            (path.parent / OWN_TYPES_FILE).write_text(OWN_TYPES)
        if changes_type:
            # As `hatype -modify MetroMirror OnlineRetryLimit 1` leaves it.
            first = "\tstatic int NumThreads"
            changed = AGENT_TYPES.read_text().replace(first, f"\tstatic int OnlineRetryLimit = 1\n{first}")
            (path.parent / AGENT_TYPES.name).write_text(changed)


def draw_settings(chance: Random, sides: tuple[Side, Side], files: str) -> str:
    """What some sites have measured: boot times, of single hosts or all, links, the rate of the application."""
    text = ""
    if chance.random() < 0.5:
        text += f"[hosts]\nboot_s = {chance.choice((30, 90, 240))}\n"
        if chance.random() < 0.5:
            slow = chance.sample(sides[0].hosts + sides[1].hosts, 2)
            text += f'boots_s = {{ "{slow[0]}" = {chance.choice((10, 400))}, "{slow[1]}" = 600 }}\n'
    if chance.random() < 0.2:
        text += f"[link]\ndistance_km = {chance.choice((5, 120))}\ncopy_mib_per_s = {chance.choice((200, 800))}\n"
    if chance.random() < 0.2 and "Application " in files:
        text += f"[types.Application]\nonline_s = {chance.choice((45, 90))}\noffline_s = {chance.choice((4, 60))}\n"
    if chance.random() < 0.15:
        text += f"[membership]\nprivate_links = {chance.choice((1, 3))}\npeer_inactive_s = {chance.choice((8, 32))}\n"
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


def network_group(hosts: tuple[str, ...]) -> str:
    """A parallel group that watches the network cards for all others."""
    order = ", ".join(f"{host} = {number}" for number, host in enumerate(hosts))
    text = f"group net_sg (\n\tSystemList = {{ {order} }}\n\tParallel = 1\n"
    text += f"\tAutoStartList = {{ {', '.join(hosts)} }}\n\t)\n\n"
    text += resource_text("NIC", "net_nic", "Device = eth0", 'NetworkHosts = { "10.9.9.1" }')
    return text + resource_text("Phantom", "net_phantom")


def volume_manager(side: Side) -> str:
    """The parallel group of the cluster volume manager, which parallel applications require."""
    order = ", ".join(f"{host} = {number}" for number, host in enumerate(side.hosts))
    text = f"group cvm (\n\tSystemList = {{ {order} }}\n\tAutoFailOver = 0\n\tParallel = 1\n"
    text += f"\tAutoStartList = {{ {', '.join(side.hosts)} }}\n\t)\n\n"
    text += resource_text("CFSfsckd", "vxfsckd")
    text += resource_text("CVMCluster", "cvm_clus", f"CVMClustName = {side.cluster}", f"CVMNodeId = {{ {order} }}")
    text += resource_text("CVMVxconfigd", "cvm_vxconfigd", "Critical = 0", "CVMVxconfigdArgs = { syslog }")
    return text + "\tcvm_clus requires cvm_vxconfigd\n\tvxfsckd requires cvm_clus\n\n"


def global_file(
    chance: Random,
    side: Side,
    sides: tuple[Side, Side],
    groups: list[dict[str, str]],
    common: Common,
    *,
    has_second_address: bool,
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
        f'{TYPES}\ncluster {side.cluster} (\n\tClusterAddress = "{addresses[side.cluster]}"\n'
        f"\tUserNames = {{ {USERS} }}\n\t)\n\n"
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
        + (network_group(side.hosts) if common.network else "")
        + (volume_manager(side) if common.has_volume_manager else "")
        + "".join(group.get(side.cluster, "") for group in groups)
    )


if __name__ == "__main__":
    print(*random_site(int(sys.argv[1]), Path(sys.argv[2])), sep="\n")  # noqa: T201 - a tool for people
