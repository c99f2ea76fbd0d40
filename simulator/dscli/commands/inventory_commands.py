"""The commands about what an image is made of: pools, ranks, arrays, array sites, ports, volume groups, hosts.

Rule 1: an id that looks right and is not there is not an error in a list: nothing is found (dscli.md 1.5).
"""

from __future__ import annotations

from collections.abc import Sequence

from mirrordrill.simulator.array.inventory import (
    DISK_CLASS,
    DISK_GB,
    DISK_RPM,
    RAID_TYPE,
    ExtentPool,
    Rank,
    VolumeGroup,
)
from mirrordrill.simulator.array.provisioning import ProvisioningRefusedError
from mirrordrill.simulator.dscli.accounts import Permission
from mirrordrill.simulator.dscli.columns import (
    LSARRAY,
    LSARRAYSITE,
    LSEXTPOOL,
    LSHOSTCONNECT,
    LSIOPORT,
    LSRANK,
    LSVOLGRP,
    SHOWARRAY,
    SHOWARRAYSITE,
    SHOWEXTPOOL,
    SHOWHOSTCONNECT,
    SHOWIOPORT,
    SHOWRANK,
    SHOWVOLGRP,
    Columns,
)
from mirrordrill.simulator.dscli.commands.base import (
    IMAGE_FLAG,
    Answer,
    Command,
    CommandInvocation,
    CommandKind,
    list_syntax,
    listing,
    showing,
)
from mirrordrill.simulator.dscli.ids import (
    ARRAY_SITES,
    ARRAYS,
    HOST_CONNECTIONS,
    IO_PORTS,
    POOLS,
    RANKS,
    VOLUME_GROUPS,
    IdNotation,
    parse_volumes,
    selector,
)
from mirrordrill.simulator.dscli.messages import (
    GROUP_CHANGED,
    NO_SUCH_OBJECT,
    PROVISIONING_REFUSALS,
    TOO_MANY_WORDS,
    DscliExitCode,
)
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes

Rows = Sequence[tuple[str, ...]]
_RAID_LEVEL = RAID_TYPE.partition(" ")[0]


def _chosen(invocation: CommandInvocation, columns: Columns, names: IdNotation, rows: Rows) -> Answer:
    """Those rows whose key was typed, or all, with the keys as the settings want ids."""
    is_wanted = selector(names, invocation.parsed.ids, invocation.device)
    at = (columns.long or columns.names).index(columns.key)
    rows = [row for row in rows if is_wanted(row[at])]
    return listing(invocation, columns, [(*row[:at], invocation.qualified(row[at]), *row[at + 1 :]) for row in rows])


def _only(invocation: CommandInvocation, names: IdNotation) -> str:
    """The one thing that a `show` command was asked about."""
    word, *others = invocation.parsed.ids
    image, low, high = names.parse(word)
    if others or low != high:
        raise RefusedLine(TOO_MANY_WORDS, word=others[0] if others else word)
    return f"{names.letter}{low}" if image in ("", invocation.device) else word


# Disks.


def _lsarraysite(invocation: CommandInvocation) -> Answer:
    rows = [
        (
            rank.site_id,
            str(rank.device_adapter_pair),
            f"{DISK_GB:.1f}",
            DISK_RPM,
            "Assigned",
            rank.array_id,
            DISK_CLASS,
            "unsupported",
        )
        for rank in invocation.image.inventory.ranks
    ]
    return _chosen(invocation, LSARRAYSITE, ARRAY_SITES, rows)


def _lsarray(invocation: CommandInvocation) -> Answer:
    rows = [
        (
            rank.array_id, "Assigned", "Normal", RAID_TYPE, rank.site_id, rank.rank_id, str(rank.device_adapter_pair),
            f"{DISK_GB:.1f}", DISK_CLASS, "unsupported",
        )
        for rank in invocation.image.inventory.ranks
    ]  # fmt: skip
    return _chosen(invocation, LSARRAY, ARRAYS, rows)


def _lsrank(invocation: CommandInvocation) -> Answer:
    inventory = invocation.image.inventory
    rows = [
        (
            rank.rank_id, str(rank.group), "Normal", "Normal", rank.array_id, _RAID_LEVEL, rank.pool, rank.pool, "fb",
            str(rank.extents), str(inventory.used_on(rank)), "-", "-",
        )
        for rank in inventory.ranks
    ]  # fmt: skip
    return _chosen(invocation, LSRANK, RANKS, rows)


def _rank_named(invocation: CommandInvocation, names: IdNotation, thing: str, offset: int = 0) -> Rank:
    """The rank that a `show` command is about, by its own id or that of its array or array site."""
    name = _only(invocation, names)
    ranks = invocation.image.inventory.ranks
    found = next((rank for rank in ranks if name == f"{names.letter}{rank.number + offset}"), None)
    if found is None:
        raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing=thing, id=name)
    return found


def _showrank(invocation: CommandInvocation) -> Answer:
    inventory = invocation.image.inventory
    rank = _rank_named(invocation, RANKS, "Rank")
    volumes = ",".join(f"{number:04X}" for number in inventory.volumes_on(rank.rank_id))
    values = (
        invocation.qualified(rank.rank_id), "-", str(rank.group), "Normal", "Normal", rank.array_id, _RAID_LEVEL,
        rank.pool, rank.pool, volumes or "-", "fb", str(rank.extents), str(inventory.used_on(rank)), "0", "1", "128",
        "384", "0", "1GB", "-", "0", "0",
    )  # fmt: skip
    return showing(invocation, SHOWRANK, values)


def _showarray(invocation: CommandInvocation) -> Answer:
    rank = _rank_named(invocation, ARRAYS, "Array")
    values = (
        invocation.qualified(rank.array_id), "-", "Assigned", "Normal", RAID_TYPE, rank.site_id, rank.rank_id,
        str(rank.device_adapter_pair), f"{DISK_GB:.1f}", DISK_RPM, "SAS", DISK_CLASS, "unsupported",
    )  # fmt: skip
    return showing(invocation, SHOWARRAY, values)


def _showarraysite(invocation: CommandInvocation) -> Answer:
    rank = _rank_named(invocation, ARRAY_SITES, "Array site", offset=1)
    values = (
        invocation.qualified(rank.site_id), str(rank.device_adapter_pair), f"{DISK_GB:.1f}", "Assigned",
        rank.array_id, DISK_RPM, DISK_CLASS, "unsupported",
    )  # fmt: skip
    return showing(invocation, SHOWARRAYSITE, values)


# Extent pools.


def _figures(invocation: CommandInvocation, pool: ExtentPool) -> tuple[int, int, str]:
    """Extents free, per cent allocated, and the word for how full it is."""
    used = invocation.image.inventory.used_extents(pool)
    free = pool.extents - used
    return free, used * 100 // pool.extents, "below" if free else "full"


def _lsextpool(invocation: CommandInvocation) -> Answer:
    inventory = invocation.image.inventory
    rows = []
    for pool in inventory.pools:
        free, percent, status = _figures(invocation, pool)
        count = len(inventory.volumes_in(pool.pool_id))
        rows.append(
            (
                pool.pool_id, pool.pool_id, "fb", str(pool.group), status, str(free), str(percent), str(free), "0",
                str(count), str(len(pool.ranks)), "-",
            )
        )  # fmt: skip
    return _chosen(invocation, LSEXTPOOL, POOLS, rows)


def _showextpool(invocation: CommandInvocation) -> Answer:
    name = _only(invocation, POOLS)
    pool = invocation.image.inventory.pool(name)
    if pool is None:
        raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing="Extent pool", id=name)
    free, percent, status = _figures(invocation, pool)
    total, volumes = str(pool.extents), str(len(invocation.image.inventory.volumes_in(name)))
    values = (
        name, invocation.qualified(name), "fb", total, str(free), "0", str(pool.group), str(len(pool.ranks)), volumes,
        status, str(percent), str(100 - percent), total, str(pool.extents - free), str(free), "0",
    )  # fmt: skip
    return showing(invocation, SHOWEXTPOOL, values)


# Ports and hosts.


def _lsioport(invocation: CommandInvocation) -> Answer:
    state = "Online" if invocation.image.is_on else "Offline"
    rows = [
        (each.port, each.wwpn, state, "Fibre Channel-SW", "SCSI-FCP", "0", "8 Gb/s", each.port[1], each.port[1:3])
        for each in invocation.image.inventory.ports
    ]
    return _chosen(invocation, LSIOPORT, IO_PORTS, rows)


def _showioport(invocation: CommandInvocation) -> Answer:
    word, *others = invocation.parsed.ids
    image, low, high = IO_PORTS.parse(word)
    if others or low != high:
        raise RefusedLine(TOO_MANY_WORDS, word=others[0] if others else word)
    name = f"I{low:04X}"
    ports = invocation.image.inventory.ports if image in ("", invocation.device) else ()
    port = next((each for each in ports if each.port == name), None)
    if port is None:
        raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing="I/O port", id=name)
    state = "Online" if invocation.image.is_on else "Offline"
    values = (
        invocation.qualified(name), port.wwpn, "-", state, "Fibre Channel-SW", "SCSI-FCP", "0", "8 Gb/s", name[1],
        name[1:3],
    )  # fmt: skip
    return showing(invocation, SHOWIOPORT, values)


def _showhostconnect(invocation: CommandInvocation) -> Answer:
    word, *others = invocation.parsed.ids
    image, low, high = HOST_CONNECTIONS.parse(word)
    if others or low != high:
        raise RefusedLine(TOO_MANY_WORDS, word=others[0] if others else word)
    hosts = invocation.image.inventory.hosts if image in ("", invocation.device) else ()
    found = next((each for each in hosts if int(each.connection_id, 16) == low), None)
    if found is None:
        raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing="Host connection", id=f"{low:04X}")
    values = (
        found.name, invocation.qualified(found.connection_id), found.wwpn, found.host_type, "512", "reportlun",
        found.profile, "0", found.group, "-", "all",
    )  # fmt: skip
    return showing(invocation, SHOWHOSTCONNECT, values)


def _lshostconnect(invocation: CommandInvocation) -> Answer:
    """The host connections; with `-unknown` ports that are logged in and belong to none, of which there are none."""
    group = invocation.parsed.flags.get("volgrp")
    rows = [
        (
            each.name, each.connection_id, each.wwpn, each.host_type, "512", "reportlun", each.profile, "0",
            each.group, "-", "all", "Unknown", "-",
        )
        for each in invocation.image.inventory.hosts
        if group in (None, each.group.upper()) and not invocation.parsed.has("unknown")
    ]  # fmt: skip
    return _chosen(invocation, LSHOSTCONNECT, HOST_CONNECTIONS, rows)


# Volume groups.


def _lsvolgrp(invocation: CommandInvocation) -> Answer:
    groups = invocation.image.inventory.groups
    rows = [(groups[name].name, name, groups[name].kind, "RG0") for name in sorted(groups, key=VOLUME_GROUPS.number)]
    return _chosen(invocation, LSVOLGRP, VOLUME_GROUPS, rows)


def _group(invocation: CommandInvocation) -> VolumeGroup:
    name = _only(invocation, VOLUME_GROUPS)
    group = invocation.image.inventory.groups.get(name)
    if group is None:
        raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing="Volume group", id=name)
    return group


def _showvolgrp(invocation: CommandInvocation) -> Answer:
    group = _group(invocation)
    members = " ".join(f"{number:04X}" for number in invocation.image.inventory.members(group.group_id))
    values = (group.name, invocation.qualified(group.group_id), group.kind, members or "-")
    return showing(invocation, SHOWVOLGRP, values)


def _chvolgrp(invocation: CommandInvocation) -> Answer:
    """All volumes, or none where one of them cannot be put in or taken out."""
    flags, group = invocation.parsed.flags, _group(invocation)
    is_member = flags["action"] == "add"
    numbers = [
        number
        for word in flags["volume"].split(",")
        for wanted in [parse_volumes(word)]
        for number in range(wanted.low, wanted.high + 1)
    ]
    before = [number for number in numbers if number in invocation.image.inventory.members(group.group_id)]
    done: list[int] = []
    try:
        for number in numbers:
            invocation.storage.provisioning.assign(invocation.image, group.group_id, number, is_member=is_member)
            done.append(number)
    except ProvisioningRefusedError as error:
        for number in done:
            invocation.storage.provisioning.assign(invocation.image, group.group_id, number, is_member=number in before)
        message = PROVISIONING_REFUSALS[error.why]
        text = message.line(invocation.verb, id=f"{numbers[len(done)]:04X}") + "\n"
        return Answer(text, DscliExitCode.SERVER, (message.id,))
    return Answer(GROUP_CHANGED.line(invocation.verb, id=group.group_id) + "\n", outcomes=(GROUP_CHANGED.id,))


WITHOUT_METRICS = Syntax(IMAGE_FLAG, Ids.REQUIRED, unmodelled=frozenset({"metrics"}))
COMMANDS = (
    Command("lsarraysite", CommandKind.LIST, _lsarraysite, "list array sites", list_syntax(LSARRAYSITE)),
    Command(
        "lsarray", CommandKind.LIST, _lsarray, "list RAID arrays", list_syntax(LSARRAY, unmodelled=frozenset({"cap"}))
    ),
    Command("lsrank", CommandKind.LIST, _lsrank, "list ranks", list_syntax(LSRANK)),
    Command("lsextpool", CommandKind.LIST, _lsextpool, "list extent pools", list_syntax(LSEXTPOOL)),
    Command("showrank", CommandKind.LIST, _showrank, "show one rank", WITHOUT_METRICS),
    Command("showarray", CommandKind.LIST, _showarray, "show one RAID array", Syntax(IMAGE_FLAG, Ids.REQUIRED)),
    Command(
        "showarraysite", CommandKind.LIST, _showarraysite, "show one array site", Syntax(IMAGE_FLAG, Ids.REQUIRED)
    ),
    Command("showioport", CommandKind.LIST, _showioport, "show one I/O port", WITHOUT_METRICS),
    Command(
        "showhostconnect", CommandKind.LIST, _showhostconnect, "show one host connection",
        Syntax(IMAGE_FLAG, Ids.REQUIRED),
    ),
    Command("showextpool", CommandKind.LIST, _showextpool, "show one extent pool", Syntax(IMAGE_FLAG, Ids.REQUIRED)),
    Command(
        "lsioport", CommandKind.LIST, _lsioport, "list I/O ports",
        list_syntax(LSIOPORT, unmodelled=frozenset({"metrics"})),
    ),
    Command(
        "lshostconnect", CommandKind.LIST, _lshostconnect, "list host connections",
        list_syntax(
            LSHOSTCONNECT, flags={**IMAGE_FLAG, "volgrp": Takes.VALUE, "unknown": Takes.NOTHING},
            unmodelled=frozenset({"login"}),
        ),
    ),
    Command("lsvolgrp", CommandKind.LIST, _lsvolgrp, "list volume groups", list_syntax(LSVOLGRP)),
    Command("showvolgrp", CommandKind.LIST, _showvolgrp, "show one volume group", Syntax(IMAGE_FLAG, Ids.REQUIRED)),
    Command(
        "chvolgrp", CommandKind.ACTION, _chvolgrp, "put volumes into a volume group, or take them out",
        Syntax(
            {**IMAGE_FLAG, "action": Takes.VALUE, "volume": Takes.VALUE}, Ids.REQUIRED,
            ("action", "volume"), {"action": ("add", "remove")},
        ),
        need=Permission.PROVISIONING,
    ),
)  # fmt: skip
"""Registry rows of this family."""
