"""The service groups of a random site, as text: heads, MetroMirror resources, volumes, dependencies.

Rule: what most sites leave out stands in UNUSUAL_OF_GROUP and UNUSUAL_OF_MIRROR, each with how often it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from tests.random_sites.stacks import cluster_stack, stack
from tests.random_sites.stacks import resource as resource_text

POLICIES = ("Priority", "Priority", "Priority", "RoundRobin", "Load")
UNUSUAL_OF_GROUP: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.14, ("AutoFailOver = 0", "AutoFailOver = 2")),
    (0.08, ("OnlineRetryLimit = 1", "OnlineRetryLimit = 3")),
    (0.04, ("ManageFaults = NONE",)),
    (0.04, ("FaultPropagation = 0",)),
    (0.04, ("AutoStart = 0",)),
    (0.03, ("Frozen = 1",)),
    (0.05, ("PreOnline = 1",)),
    (0.05, ("AutoRestart = 0", "AutoRestart = 2")),
    (0.05, ("Evacuate = 0", "TriggerEvent = 0", "NumRetries = 2")),
    (0.10, ("Operators = { ops }", "Administrators = { boss }", "PrintTree = 0", "OnlineRetryInterval = 120")),
)
"""How often a group has one of these attributes."""
UNUSUAL_OF_MIRROR: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.10, ("SplitTakeover = 0",)),
    (0.08, ("OnlineWaitLimit = 1", "OnlineWaitLimit = 2")),
    (0.15, ('DSCliHome = "/usr/opt/ibm/dscli"', 'DSCliHome = "/opt/ibm/ds8000/dscli"')),
    (0.04, ("SwapRoles = 0",)),
    (0.04, ("ResetReserve = 1",)),
    (0.04, ("LateCommandLimit = 300", "LateCommandLimit = 1800")),
    (0.10, ("OnlineRetryLimit = 1",)),
    (0.05, ("RestartLimit = 1", "ToleranceLimit = 1", "ConfInterval = 1200")),
    (0.10, ("OfflineTimeout = 120", "OfflineTimeout = 600")),
    (0.05, ("MonitorTimeout = 120", "OfflineMonitorInterval = 600", "CleanTimeout = 120")),
    (0.04, ("Critical = 0",)),
)
"""The same of its MetroMirror resources."""
SPLIT = 0.12
"""How often the volumes of a group are those of several MetroMirror resources."""


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
    group_name: str
    """How groups are called, with the word that tells them apart."""
    network: str
    """A persistent resource that all groups share by proxies; empty where each has its own."""
    zones: tuple[int, int]
    """The numbers of the two zones: any that differ."""
    has_volume_manager: bool
    """Whether a parallel group for the cluster volume manager stands below other parallel groups."""

    def group_of(self, word: str) -> str:
        """The name of a group."""
        return self.group_name.format(name=word)


@dataclass(frozen=True)
class Mirror:
    """The volumes of a group on both sides, one below the other."""

    near: tuple[str, ...]
    far: tuple[str, ...]


def draw_mirrors(chance: Random, groups: int, *, has_many: bool = False) -> list[Mirror]:
    """One to eight volumes for each group over one to three LSSs; the ids of the other array may be others.

    Where a group may have many, some have more than the agent names in a line.

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
        count = chance.choice((9, 16, 30)) if has_many and chance.random() < 0.2 else count
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
        used += max(0x10, count)
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
        "parallel": "1" if is_parallel else "0",
        "cluster_policy": chance.choice(("Manual", "Manual", "Auto", "Connected")),
        "load": chance.choice(("", "", "20", "60")),
        "starts": chance.choice(("first", "first", "second", "all")),
        "unusual": "".join(f"\t{line}\n" for line in drawn(chance, UNUSUAL_OF_GROUP)),
    }
    body = cluster_stack(name) if is_parallel else stack(chance, name, common.network)
    statics = draw_statics(chance, common)
    parts = draw_parts(chance, len(mirror.near))
    for number in range(1, len(parts)):
        body = with_another_mirror(body, name, number + 1)
    if is_parallel and common.has_volume_manager:
        body = f"\trequires group cvm online local firm\n\n{body}"
    order = [*chance.sample(near.hosts, len(near.hosts)), *chance.sample(far.hosts, len(far.hosts))]

    def resources(*own_sides: Side, localised: bool) -> str:
        text = ""
        for number, (first, last) in enumerate(parts):
            own_volumes = {image: ids[first:last] for image, ids in volumes.items()}
            resource = f"{name}_mm{number + 1}" if number else f"{name}_mm"
            text += metro_mirror(
                resource, (own_sides[0], own_sides[1]), own_volumes, common, statics, localised=localised
            )
        return text

    title = common.group_of(name)
    if not is_global:
        head = group_head(title, order, near, own)
        if chance.random() < 0.85:
            listed_in_zones = order if chance.random() < 0.95 else order[:-1]
            pairs = (f"{host} = {common.zones[host in far.hosts]}" for host in listed_in_zones)
            head += f"\tSystemZones = {{ {', '.join(pairs)} }}\n"
        return {"": f"{head}\t)\n\n{resources(near, far, localised=True)}{body}\n"}
    found = {}
    starts_anywhere, has_authority = chance.random() < 0.4, chance.random() > 0.03
    for number, (side, other) in enumerate(((near, far), (far, near))):
        here = [host for host in order if host in side.hosts]
        head = group_head(title, here, side, own, auto_start=number == 0 or starts_anywhere)
        head += f"\tClusterList = {{ {near.cluster} = 0, {far.cluster} = 1 }}\n"
        head += f"\tAuthority = {int(has_authority and not number)}\n"
        head += f"\tClusterFailOverPolicy = {own['cluster_policy']}\n"
        found[side.cluster] = f"{head}\t)\n\n{resources(side, other, localised=False)}{body}\n"
    return found


def drawn(chance: Random, unusual: tuple[tuple[float, tuple[str, ...]], ...]) -> list[str]:
    """One of the lines of each row that is drawn."""
    return [chance.choice(lines) for share, lines in unusual if chance.random() < share]


def draw_parts(chance: Random, volumes: int) -> list[tuple[int, int]]:
    """Which volumes each MetroMirror resource of a group has: mostly one has all of them."""
    if volumes < 2 or chance.random() > SPLIT:
        return [(0, volumes)]
    middle = chance.randrange(1, volumes)
    return [(0, middle), (middle, volumes)]


def with_another_mirror(body: str, name: str, number: int) -> str:
    """The stack on one MetroMirror resource more: whatever requires the first requires that one, too."""
    below = f" requires {name}_mm\n"
    lines = body.splitlines(keepends=True)
    return "".join(
        line + line.replace(below, f" requires {name}_mm{number}\n") if line.endswith(below) else line for line in lines
    )


def draw_statics(chance: Random, common: Common) -> list[str]:
    """Time-outs, limits and policies of a MetroMirror resource of its own."""
    found = [f"OnlineTimeout = {chance.choice(('300', '300', '450', '900'))}", "ActionTimeout = 120"]
    if common.interval != "300":
        found.append(f"MonitorInterval = {common.interval}")
    return found + drawn(chance, UNUSUAL_OF_MIRROR)


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
    text = f"group {name} (\n\tSystemList = {{ {listed} }}\n"
    here = [host for host in order if host in near.hosts]
    starts = {"first": here[:1], "second": here[1:2] or here[:1], "all": here}[own["starts"]]
    if own["parallel"] == "1":
        text += f"\tAutoStartList = {{ {', '.join(order)} }}\n"
    elif auto_start:
        text += f"\tAutoStartList = {{ {', '.join(starts)} }}\n"
    text += f"\tFailOverPolicy = {own['policy']}\n" if own["policy"] != "Priority" else ""
    text += f"\tLoad = {own['load']}\n" if own["load"] else ""
    text += own["unusual"]
    return text + (f"\tParallel = {own['parallel']}\n" if own["parallel"] == "1" else "")


def metro_mirror(
    name: str,
    sides: tuple[Side, Side],
    volumes: dict[str, tuple[str, ...]],
    common: Common,
    statics: list[str],
    *,
    localised: bool,
) -> str:
    """The MetroMirror resource: for each system where both sides are in one file."""
    lines = [f"\tMetroMirror {name} ("]
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
    lines += [f"\t\t{line}" for line in statics]
    return "\n".join([*lines, "\t\t)\n\n"])


def listed(volumes: tuple[str, ...]) -> str:
    """Ids between quotes: an A is no digit to VCS."""
    return ", ".join(f'"{volume}"' for volume in volumes)


def with_dependencies(
    chance: Random, names: list[str], common: Common, groups: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Some groups require the one before them, anywhere, softly or firmly."""
    found = []
    for number, group in enumerate(groups):
        if 0 < number < len(names) and chance.random() < 0.25:
            rigidity = chance.choice(("soft", "soft", "firm"))
            head, _, rest = group[""].partition("\n\t)\n\n")
            body, at = rest, rest.index(" requires ")
            at = body.rfind("\n", 0, at) + 1
            needed = f"\trequires group {common.group_of(names[number - 1])} online global {rigidity}\n\n"
            found.append({"": f"{head}\n\t)\n\n{body[:at]}{needed}{body[at:]}"})
        else:
            found.append(group)
    return found
