"""The commands about fixed block volumes: lsfbvol, showfbvol, mkfbvol, chfbvol, rmfbvol.

Rule 1: volumes are independent of each other: one that is refused does not keep the next from being made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mirrordrill.simulator.array.content.tracks import TRACK_BYTES
from mirrordrill.simulator.array.inventory import extents_of
from mirrordrill.simulator.array.provisioning import Provisioning, ProvisioningRefusedError
from mirrordrill.simulator.array.storage_image import StorageImage, Volume
from mirrordrill.simulator.dscli.accounts import Permission
from mirrordrill.simulator.dscli.columns import LSFBVOL, SHOWFBVOL
from mirrordrill.simulator.dscli.commands.base import (
    IMAGE_FLAG,
    Answer,
    Command,
    CommandInvocation,
    CommandKind,
    count_of_ids,
    list_syntax,
    listing,
    showing,
)
from mirrordrill.simulator.dscli.commands.lists import wanted_volumes
from mirrordrill.simulator.dscli.ids import POOLS, VOLUME_GROUPS, parse_lss, parse_volumes
from mirrordrill.simulator.dscli.messages import (
    NO_SUCH_OBJECT,
    NOTHING_TO_CHANGE,
    PROVISIONING_REFUSALS,
    RESIZE_QUESTION,
    TOO_MANY_WORDS,
    VOLUME_CHANGED,
    VOLUME_MADE,
    VOLUME_REMOVE_QUESTION,
    VOLUME_REMOVED,
    WRONG_VALUE,
    DscliExitCode,
    DscliMessage,
)
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes

BLOCK_BYTES = 512
UNIT_BYTES = {"ds": 2**30, "ess": 10**9, "blocks": BLOCK_BYTES}
"""What one of `-cap` is, by `-type`."""
MOST_BYTES = 16 * 2**40
_CAPACITY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?\Z")
_NAME = re.compile(r"[!-~]([ -~]{0,14}[!-~])?\Z")

Work = Callable[[Provisioning, StorageImage, int], object]


def _capacity(volume: Volume) -> tuple[str, str, str]:
    size = volume.size_tracks * TRACK_BYTES
    return f"{size / 2**30:.1f}", f"{size / 10**9:.1f}", str(size // BLOCK_BYTES)


def _states(volume: Volume) -> tuple[str, str, str]:
    """accstate, datastate, configstate."""
    return "Online" if volume.image.is_on else "Offline", "Inaccessible" if volume.is_lost else "Normal", "Normal"


def _lsfbvol(invocation: CommandInvocation) -> Answer:
    flags, inventory = invocation.parsed.flags, invocation.image.inventory
    pool = _known_pool(invocation) if "extpool" in flags else None
    group = set(inventory.members(_known_group(invocation, flags["volgrp"]))) if "volgrp" in flags else None
    low, high = parse_lss(flags["lss"]) if "lss" in flags else (0, 0xFF)
    rows = []
    for volume in wanted_volumes(invocation):
        if not low <= volume.lss <= high:
            continue
        its_pool = inventory.placement(volume.number).pool_id
        if pool in (None, its_pool) and (group is None or volume.number in group):
            kind = ("2107-900", "FB 512", invocation.qualified(its_pool), "Standard", "DS")
            ids = (volume.name, invocation.qualified(volume.volume_id))
            groups = ",".join(map(invocation.qualified, inventory.groups_of(volume.number))) or "-"
            rest = (groups, _capacity(volume)[2], "rotatevols", "PG0", "RG0")
            rows.append((*ids, *_states(volume), *kind, *_capacity(volume), *rest))
    return listing(invocation, LSFBVOL, rows)


def _known_pool(invocation: CommandInvocation) -> str:
    return _known(invocation, "Extent pool", POOLS.parse(invocation.parsed.flags["extpool"]), "P")


def _known_group(invocation: CommandInvocation, word: str) -> str:
    return _known(invocation, "Volume group", VOLUME_GROUPS.parse(word), "V")


def _known(invocation: CommandInvocation, thing: str, named: tuple[str, int, int], letter: str) -> str:
    """The id of one pool or group that is there. Raises `RefusedLine`."""
    image, low, high = named
    name, inventory = f"{letter}{low}", invocation.image.inventory
    is_there = name in inventory.groups if letter == "V" else inventory.pool(name) is not None
    if low != high or image not in ("", invocation.device) or not is_there:
        raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing=thing, id=name)
    return name


def _showfbvol(invocation: CommandInvocation) -> Answer:
    word, *others = invocation.parsed.ids
    wanted = parse_volumes(word)
    if others or wanted.low != wanted.high:
        raise RefusedLine(TOO_MANY_WORDS, word=others[0] if others else word)
    volume = invocation.image.find_volume(wanted.low) if wanted.image_id in ("", invocation.device) else None
    if volume is None:
        raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing="FB volume", id=word)
    inventory = invocation.image.inventory
    placed = inventory.placement(volume.number)
    mebibytes = str(volume.size_tracks * TRACK_BYTES // 2**20)
    extents, blocks = str(extents_of(volume.size_tracks)), _capacity(volume)[2]
    values = (
        volume.name, invocation.qualified(volume.volume_id), *_states(volume), "2107-900", "FB 512",
        f"{volume.lss >> 4:X}", invocation.qualified(placed.pool_id), extents, mebibytes, "-", *_capacity(volume),
        ",".join(inventory.groups_of(volume.number)) or "-", str(len(placed.ranks)), "0", "Standard", "-",
        "rotatevols", blocks, extents, "0", mebibytes, "0", "0", "PG0", "-", "RG0", "-", "-", "-", "-", "0", "-",
        "unknown", inventory.guid(volume.number),
    )  # fmt: skip
    return showing(invocation, SHOWFBVOL, values)


# Changing.


def _each(invocation: CommandInvocation, success: DscliMessage, work: Work) -> Answer:
    """Do the work on each volume, and say how each went."""
    lines: list[str] = []
    outcomes: list[str] = []
    for number in _numbers(invocation):
        message = success
        try:
            work(invocation.storage.provisioning, invocation.image, number)
        except ProvisioningRefusedError as error:
            message = PROVISIONING_REFUSALS[error.why]
        lines.append(message.line(invocation.verb, id=f"{number:04X}"))
        outcomes.append(message.id)
    code = DscliExitCode.SUCCESS if set(outcomes) <= {success.id} else DscliExitCode.SERVER
    return Answer("".join(f"{line}\n" for line in lines), code, tuple(outcomes))


def _numbers(invocation: CommandInvocation) -> list[int]:
    ranges = [parse_volumes(word) for word in invocation.parsed.ids]
    for wanted, word in zip(ranges, invocation.parsed.ids, strict=True):
        if wanted.image_id not in ("", invocation.device):
            raise RefusedLine(WRONG_VALUE, word=word, expected=f"a volume of {invocation.device}")
    return [number for wanted in ranges for number in range(wanted.low, wanted.high + 1)]


def _mkfbvol(invocation: CommandInvocation) -> Answer:
    flags = invocation.parsed.flags
    pool, tracks, name = _known_pool(invocation), _tracks(invocation), _name(flags.get("name", "-"))
    groups = [_known_group(invocation, word) for word in flags["volgrp"].split(",")] if "volgrp" in flags else []
    _refuse_predefined(invocation, groups)

    def work(provisioning: Provisioning, image: StorageImage, number: int) -> None:
        provisioning.make(image, number, tracks, pool, _named(name, number))
        for group in groups:
            provisioning.assign(image, group, number)

    return _each(invocation, VOLUME_MADE, work)


def _refuse_predefined(invocation: CommandInvocation, groups: Sequence[str]) -> None:
    for group in groups:
        if invocation.image.inventory.groups[group].is_predefined:
            raise RefusedLine(WRONG_VALUE, word=group, expected="a volume group that can be changed")


def _chfbvol(invocation: CommandInvocation) -> Answer:
    flags = invocation.parsed.flags
    if "cap" not in flags and "name" not in flags:
        raise RefusedLine(NOTHING_TO_CHANGE, word="-name -cap")
    tracks = _tracks(invocation) if "cap" in flags else None
    name = _name(flags["name"]) if "name" in flags else None

    def work(provisioning: Provisioning, image: StorageImage, number: int) -> None:
        if tracks is not None:
            provisioning.expand(image, number, tracks)
        if name is not None:
            provisioning.rename(image, number, _named(name, number))

    return _each(invocation, VOLUME_CHANGED, work)


def _rmfbvol(invocation: CommandInvocation) -> Answer:
    def work(provisioning: Provisioning, image: StorageImage, number: int) -> None:
        provisioning.remove(image, number)

    return _each(invocation, VOLUME_REMOVED, work)


def _tracks(invocation: CommandInvocation) -> int:
    """`-cap` in tracks, rounded up. Raises `RefusedLine`."""
    flags = invocation.parsed.flags
    text, unit = flags["cap"], UNIT_BYTES[flags.get("type", "ds")]
    size = float(text) * unit if _CAPACITY.match(text) else 0
    if not 0 < size <= MOST_BYTES:
        raise RefusedLine(WRONG_VALUE, word=text, expected="a capacity above 0 and up to 16 TiB")
    return -(-int(size) // TRACK_BYTES) or 1


def _name(text: str) -> str:
    if not _NAME.match(text):
        raise RefusedLine(WRONG_VALUE, word=repr(text), expected="a name of 1 to 16 printable characters")
    return text


def _named(name: str, number: int) -> str:
    """`#h` in a name stands for the volume's id."""
    return name.replace("#h", f"{number:04X}")


def _remove_questions(invocation: CommandInvocation) -> list[tuple[str, str]]:
    return [(word, VOLUME_REMOVE_QUESTION.line(invocation.verb, id=word)) for word in invocation.parsed.ids]


def _resize_questions(invocation: CommandInvocation) -> list[tuple[str, str]]:
    if "cap" not in invocation.parsed.flags:
        return []
    return [(word, RESIZE_QUESTION.line(invocation.verb, id=word)) for word in invocation.parsed.ids]


_SIZE = {"name": Takes.VALUE, "cap": Takes.VALUE, "type": Takes.VALUE}
_TYPES = {"type": tuple(UNIT_BYTES)}

COMMANDS = (
    Command(
        "lsfbvol", CommandKind.LIST, _lsfbvol, "list fixed block volumes",
        list_syntax(
            LSFBVOL, flags={**IMAGE_FLAG, "extpool": Takes.VALUE, "volgrp": Takes.VALUE, "lss": Takes.VALUE},
            unmodelled=frozenset({"vol", "resgrp", "migstate", "tier", "tp", "pool"}),
        ),
    ),
    Command(
        "showfbvol", CommandKind.LIST, _showfbvol, "show one fixed block volume",
        Syntax(IMAGE_FLAG, Ids.REQUIRED, unmodelled=frozenset({"metrics", "rank"})),
    ),
    Command(
        "mkfbvol", CommandKind.ACTION, _mkfbvol, "make fixed block volumes",
        Syntax(
            {**IMAGE_FLAG, **_SIZE, "extpool": Takes.VALUE, "volgrp": Takes.VALUE}, Ids.REQUIRED,
            ("extpool", "cap"), _TYPES,
        ),
        steps=count_of_ids, need=Permission.PROVISIONING,
    ),
    Command(
        "chfbvol", CommandKind.ACTION, _chfbvol, "rename or enlarge fixed block volumes",
        Syntax({**IMAGE_FLAG, **_SIZE, "quiet": Takes.NOTHING}, Ids.REQUIRED, choices=_TYPES),
        questions=_resize_questions, steps=count_of_ids, need=Permission.PROVISIONING,
    ),
    Command(
        "rmfbvol", CommandKind.ACTION, _rmfbvol, "remove fixed block volumes and what they hold",
        Syntax({**IMAGE_FLAG, "quiet": Takes.NOTHING}, Ids.REQUIRED),
        questions=_remove_questions, steps=count_of_ids, need=Permission.PROVISIONING,
    ),
)  # fmt: skip
"""Registry rows of this family."""
