"""The commands about what an image is made of: pools, ranks, arrays, array sites, ports, volume groups, hosts.

Rule 1: an id that looks right and is not there is not an error in a list: nothing is found (dscli.md 1.5).
"""

from __future__ import annotations

from collections.abc import Sequence

from mirrordrill.simulator.array.inventory import DISK_GB, RAID_TYPE, ExtentPool, VolumeGroup
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
    SHOWEXTPOOL,
    SHOWVOLGRP,
    Columns,
)
from mirrordrill.simulator.dscli.commands.base import (
    IMAGE_FLAG,
    LIST_FLAGS,
    Answer,
    Command,
    CommandInvocation,
    CommandKind,
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
    at = columns.names.index(columns.key)
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
        (rank.site_id, str(rank.device_adapter_pair), f"{DISK_GB:.1f}", "Assigned", rank.array_id)
        for rank in invocation.image.inventory.ranks
    ]
    return _chosen(invocation, LSARRAYSITE, ARRAY_SITES, rows)


def _lsarray(invocation: CommandInvocation) -> Answer:
    rows = [
        (
            rank.array_id, "Assigned", "Normal", RAID_TYPE, rank.site_id, rank.rank_id, str(rank.device_adapter_pair),
            f"{DISK_GB:.1f}",
        )
        for rank in invocation.image.inventory.ranks
    ]  # fmt: skip
    return _chosen(invocation, LSARRAY, ARRAYS, rows)


def _lsrank(invocation: CommandInvocation) -> Answer:
    rows = [
        (rank.rank_id, str(rank.group), "Normal", "Normal", rank.array_id, _RAID_LEVEL, rank.pool, "fb")
        for rank in invocation.image.inventory.ranks
    ]
    return _chosen(invocation, LSRANK, RANKS, rows)


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
                str(count),
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
        (each.port, each.wwpn, state, "Fibre Channel-SW", "SCSI-FCP", "0") for each in invocation.image.inventory.ports
    ]
    return _chosen(invocation, LSIOPORT, IO_PORTS, rows)


def _lshostconnect(invocation: CommandInvocation) -> Answer:
    group = invocation.parsed.flags.get("volgrp")
    rows = [
        (each.name, each.connection_id, each.wwpn, each.host_type, each.profile, "0", each.group, "all")
        for each in invocation.image.inventory.hosts
        if group is None or each.group == group.upper()
    ]
    return _chosen(invocation, LSHOSTCONNECT, HOST_CONNECTIONS, rows)


# Volume groups.


def _lsvolgrp(invocation: CommandInvocation) -> Answer:
    groups = invocation.image.inventory.groups
    rows = [(groups[name].name, name, groups[name].kind) for name in sorted(groups, key=VOLUME_GROUPS.number)]
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
            invocation.storage.provisioning.assign(invocation.image, group.group_id, number, is_member)
            done.append(number)
    except ProvisioningRefusedError as error:
        for number in done:
            invocation.storage.provisioning.assign(invocation.image, group.group_id, number, number in before)
        message = PROVISIONING_REFUSALS[error.why]
        text = message.line(invocation.verb, id=f"{numbers[len(done)]:04X}") + "\n"
        return Answer(text, DscliExitCode.SERVER, (message.id,))
    return Answer(GROUP_CHANGED.line(invocation.verb, id=group.group_id) + "\n", outcomes=(GROUP_CHANGED.id,))


_LIST = Syntax({**IMAGE_FLAG, **LIST_FLAGS}, Ids.OPTIONAL)

COMMANDS = (
    Command("lsarraysite", CommandKind.LIST, _lsarraysite, "list array sites", _LIST),
    Command("lsarray", CommandKind.LIST, _lsarray, "list RAID arrays", _LIST),
    Command("lsrank", CommandKind.LIST, _lsrank, "list ranks", _LIST),
    Command("lsextpool", CommandKind.LIST, _lsextpool, "list extent pools", _LIST),
    Command("showextpool", CommandKind.LIST, _showextpool, "show one extent pool", Syntax(IMAGE_FLAG, Ids.REQUIRED)),
    Command("lsioport", CommandKind.LIST, _lsioport, "list I/O ports", _LIST),
    Command(
        "lshostconnect", CommandKind.LIST, _lshostconnect, "list host connections",
        Syntax({**IMAGE_FLAG, **LIST_FLAGS, "volgrp": Takes.VALUE}, Ids.OPTIONAL),
    ),
    Command("lsvolgrp", CommandKind.LIST, _lsvolgrp, "list volume groups", _LIST),
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
