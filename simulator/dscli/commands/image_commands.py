"""The commands about storage units, storage images and logical subsystems.

Rule 1: an image that has no power is still in the console's lists: the console lives longer than its array.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mirrordrill.simulator.array.mirror.states import Refusal
from mirrordrill.simulator.array.storage_image import StorageImage
from mirrordrill.simulator.dscli.accounts import Permission
from mirrordrill.simulator.dscli.columns import LSLSS, LSSI, LSSU, SHOWACCESS, SHOWLSS, SHOWSI, SHOWSP, SHOWSU
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
from mirrordrill.simulator.dscli.ids import check_image, parse_lss, parse_ssid
from mirrordrill.simulator.dscli.messages import (
    LSS_CHANGED,
    MISSING_IDS,
    NO_SUCH_DEVICE,
    NO_SUCH_LSS,
    NO_SUCH_OBJECT,
    NOTHING_TO_CHANGE,
    REFUSALS,
    TOO_MANY_WORDS,
    WRONG_VALUE,
    DscliExitCode,
)
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes

_CHANGES = ("pprcconsistgrp", "extlongbusy", "ss")
_MOST_LONG_BUSY_S = 65535


def _images(invocation: CommandInvocation) -> list[StorageImage]:
    """The images that the console manages, or those of them that were named."""
    wanted = [check_image(word) for word in invocation.parsed.ids]
    ids = [each for each in invocation.images if not wanted or each in wanted]
    return [invocation.storage.image(each) for each in ids]


def _state(image: StorageImage) -> str:
    return "Online" if image.is_on else "Offline"


def _group(image: StorageImage, *, is_full: bool) -> str:
    """The volume group that an image is listed with: the first one that is not predefined."""
    made = [name for name, group in image.inventory.groups.items() if not group.is_predefined]
    if not made:
        return "-"
    return f"{image.image_id}/{made[0]}" if is_full else made[0]


def _lssi(invocation: CommandInvocation) -> Answer:
    rows = [
        (
            image.name, image.image_id, image.unit_id, image.model, image.wwnn, _state(image), "Enabled",
            _group(image, is_full=invocation.settings.has_full_ids), "-",
        )
        for image in _images(invocation)
    ]  # fmt: skip
    return listing(invocation, LSSI, rows)


def _lssu(invocation: CommandInvocation) -> Answer:
    rows = [
        (image.name, image.unit_id, image.model, image.wwnn, "On" if image.is_on else "Off")
        for image in _images(invocation)
    ]
    return listing(invocation, LSSU, rows)


def _one_image(invocation: CommandInvocation) -> StorageImage:
    """The image that was named, the one set for the session, or the console's only one."""
    lasting = (invocation.settings.device,) if invocation.settings.device else invocation.images
    one, *others = invocation.parsed.ids or lasting
    if others:
        raise RefusedLine(TOO_MANY_WORDS, word=others[0]) if invocation.parsed.ids else RefusedLine(MISSING_IDS)
    if check_image(one) not in invocation.images:
        raise RefusedLine(NO_SUCH_DEVICE, DscliExitCode.SERVER, word=one)
    return invocation.storage.image(one)


def _showsi(invocation: CommandInvocation) -> Answer:
    image = _one_image(invocation)
    serial = image.image_id.partition("-")[2]
    values = (
        image.name, "-", image.image_id, image.unit_id, image.model, image.wwnn, f"ffff-{serial[:4]}-{serial[3:]}",
        _state(image), "Enabled", _group(image, is_full=False), "0000", "8.0 GB", "235.2 GB", "253.2 GB",
        f"IBM.2421-{serial}", "16", "tiered",
    )  # fmt: skip
    return showing(invocation, SHOWSI, values)


def _showsu(invocation: CommandInvocation) -> Answer:
    known = [invocation.storage.image(each) for each in invocation.images]
    found = [image for image in known if invocation.parsed.ids in ((), (image.unit_id,), (image.image_id,))]
    if not found:
        raise RefusedLine(NO_SUCH_DEVICE, DscliExitCode.SERVER, word=invocation.parsed.ids[0])
    image = found[0]
    values = (
        image.name, "-", image.unit_id, image.model, image.wwnn, "Undefined", "On" if image.is_on else "Off",
        "Remote Manual",
    )  # fmt: skip
    return showing(invocation, SHOWSU, values)


def _showsp(invocation: CommandInvocation) -> Answer:
    """The storage complex: what it notifies whom of is not simulated, and switched off."""
    return showing(invocation, SHOWSP, ("-", "-", "-", "Disabled", "Disabled", "-", "Disabled", "-", "4"))


def _showaccess(invocation: CommandInvocation) -> Answer:
    """By which ways the consoles may be reached."""
    for word in invocation.parsed.ids:
        if word not in ("hmc1", "hmc2"):
            raise RefusedLine(WRONG_VALUE, word=word, expected="hmc1 or hmc2")
    rows = [(name, "enabled", "enabled", "enabled") for name in invocation.parsed.ids or ("hmc1", "hmc2")]
    return listing(invocation, SHOWACCESS, rows)


def _row_of_lss(invocation: CommandInvocation, lss: int) -> tuple[str, ...]:
    count = len(invocation.image.volumes_of_lss(lss))
    return invocation.qualified(f"{lss:02X}"), str(lss % 2), f"{lss >> 4:X}", "fb", str(count)


def _settings_of_lss(image: StorageImage, lss: int) -> tuple[str, ...]:
    """Subsystem id, consistency group, long busy time-out, resource group."""
    return (
        f"0x{image.ssid(lss):04X}",
        "Enabled" if image.is_consistency_group(lss) else "Disabled",
        f"{image.long_busy_s(lss):.0f} secs",
        "RG0",
    )


def _lslss(invocation: CommandInvocation) -> Answer:
    ranges = [parse_lss(word) for word in invocation.parsed.ids] or [(0, 0xFF)]
    numbers = [lss for lss in invocation.image.lss_numbers() if any(low <= lss <= high for low, high in ranges)]
    rows = [(*_row_of_lss(invocation, lss), *_settings_of_lss(invocation.image, lss)) for lss in numbers]
    return listing(invocation, LSLSS, rows)


def _showlss(invocation: CommandInvocation) -> Answer:
    numbers = list(_numbers(invocation))
    if len(numbers) > 1:
        raise RefusedLine(TOO_MANY_WORDS, word=f"{numbers[1]:02X}")
    (lss,), image = numbers, invocation.image
    if lss not in image.lss_numbers():
        raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing="LSS", id=f"{lss:02X}")
    return showing(invocation, SHOWLSS, (*_row_of_lss(invocation, lss), *_settings_of_lss(image, lss)))


def _numbers(invocation: CommandInvocation) -> Iterator[int]:
    for word in invocation.parsed.ids:
        low, high = parse_lss(word)
        yield from range(low, high + 1)


def _chlss(invocation: CommandInvocation) -> Answer:
    flags, image = invocation.parsed.flags, invocation.image
    if not any(flag in flags for flag in _CHANGES):
        raise RefusedLine(NOTHING_TO_CHANGE, word=" ".join(f"-{flag}" for flag in _CHANGES))
    seconds, ssid = _seconds(flags.get("extlongbusy")), parse_ssid(flags["ss"]) if "ss" in flags else None
    lines: list[str] = []
    outcomes: list[str] = []
    for lss in _numbers(invocation):
        message = LSS_CHANGED
        if not image.is_running:
            message = REFUSALS[Refusal.INACCESSIBLE]
        elif lss not in image.lss_numbers():
            message = NO_SUCH_LSS
        else:
            settings = image.lss(lss)
            settings.long_busy_s = settings.long_busy_s if seconds is None else seconds
            settings.ssid = settings.ssid if ssid is None else ssid
            if "pprcconsistgrp" in flags:
                settings.consistency_group = flags["pprcconsistgrp"] == "enable"
        lines.append(message.line(invocation.verb, id=f"{lss:02X}"))
        outcomes.append(message.id)
    code = DscliExitCode.SUCCESS if set(outcomes) <= {LSS_CHANGED.id} else DscliExitCode.SERVER
    return Answer("".join(f"{line}\n" for line in lines), code, tuple(outcomes))


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= _MOST_LONG_BUSY_S:
        raise RefusedLine(WRONG_VALUE, word=text, expected=f"seconds from 1 to {_MOST_LONG_BUSY_S}")
    return float(text)


COMMANDS = (
    Command("lssi", CommandKind.CONSOLE, _lssi, "list storage images", list_syntax(LSSI, flags={})),
    Command("showsi", CommandKind.CONSOLE, _showsi, "show one storage image", Syntax(ids=Ids.OPTIONAL)),
    Command("lssu", CommandKind.CONSOLE, _lssu, "list storage units", list_syntax(LSSU, Ids.NONE, {})),
    Command("showsu", CommandKind.CONSOLE, _showsu, "show one storage unit", Syntax(ids=Ids.OPTIONAL)),
    Command("showsp", CommandKind.CONSOLE, _showsp, "show the storage complex"),
    Command(
        "showaccess", CommandKind.CONSOLE, _showaccess, "show by which ways the consoles may be reached",
        Syntax(ids=Ids.OPTIONAL),
    ),
    Command(
        "lslss", CommandKind.LIST, _lslss, "list logical subsystems", list_syntax(LSLSS)
    ),
    Command("showlss", CommandKind.LIST, _showlss, "show one logical subsystem", Syntax(IMAGE_FLAG, Ids.REQUIRED)),
    Command(
        "chlss", CommandKind.ACTION, _chlss, "change logical subsystems: consistency group, long busy time-out, SSID",
        Syntax(
            {**IMAGE_FLAG, **dict.fromkeys(_CHANGES, Takes.VALUE)},
            Ids.REQUIRED, choices={"pprcconsistgrp": ("enable", "disable")},
        ),
        steps=count_of_ids, need=Permission.PROVISIONING,
    ),
)  # fmt: skip
"""Registry rows of this family."""
