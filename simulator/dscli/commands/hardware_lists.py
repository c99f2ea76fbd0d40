"""The lists that collectors call in passing: hardware below the ranks, and things that these arrays do not have.

Rule 1: hardware is answered from the inventory: eight disks an array site, two device adapters a pair, two servers.
Rule 2: a list of things that the simulated arrays cannot have finds nothing and ends with 0 (dscli.md 1.5).
"""

from __future__ import annotations

from functools import partial

from mirrordrill.simulator.array.inventory import DISK_GB, DISKS_PER_SITE
from mirrordrill.simulator.array.storage_image import StorageImage
from mirrordrill.simulator.dscli.columns import (
    LSADDRESSGRP,
    LSAUTHPOL,
    LSDA,
    LSDDM,
    LSFRAME,
    LSHBA,
    LSHOSTTYPE,
    LSNETWORKPORT,
    LSPERFGRP,
    LSPORTPROF,
    LSRESGRP,
    LSSERVER,
    LSSTGENCL,
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
)
from mirrordrill.simulator.dscli.ids import check_image
from mirrordrill.simulator.dscli.messages import NO_SUCH_DEVICE, Confidence, DscliExitCode
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes

HOST_TYPES = (
    ("AIX", "IBM pSeries - AIX", "reportlun", "512"),
    ("Hp", "HP - HP/UX", "reportlun", "512"),
    ("LinuxRHEL", "Intel - Linux RHEL", "lunpolling", "512"),
    ("LinuxSuse", "Intel - Linux Suse", "lunpolling", "512"),
    ("Sun", "SUN - Solaris", "lunpolling", "512"),
    ("VMWare", "VMWare", "lunpolling", "512"),
    ("Win2012", "Intel - Windows 2012", "lunpolling", "512"),
)
"""Host types with profile, address discovery and logical block size."""


def _image(invocation: CommandInvocation) -> StorageImage:
    """The image that was named, by its own id or its unit's, or the one that the command is for."""
    ids = invocation.parsed.ids
    if not ids:
        return invocation.image
    word = check_image(ids[0])
    known = [invocation.storage.image(each) for each in invocation.images]
    found = [image for image in known if word in (image.image_id, image.unit_id)]
    if not found:
        raise RefusedLine(NO_SUCH_DEVICE, DscliExitCode.SERVER, word=word)
    return found[0]


def _serial(image: StorageImage) -> str:
    return image.image_id.partition("-")[2]


def _state(image: StorageImage) -> str:
    return "Online" if image.is_on else "Offline"


def _lsddm(invocation: CommandInvocation) -> Answer:
    image = _image(invocation)
    rows = [
        (
            f"{image.unit_id}/{rank.site_id}/D{disk + 1}", str(rank.device_adapter_pair), f"{DISK_GB:.1f}",
            "array member" if disk < DISKS_PER_SITE - 1 else "spare required", rank.site_id, "Normal",
        )
        for rank in image.inventory.ranks
        for disk in range(DISKS_PER_SITE)
    ]  # fmt: skip
    return listing(invocation, LSDDM, rows)


def _lsda(invocation: CommandInvocation) -> Answer:
    image = _image(invocation)
    pairs = sorted({rank.device_adapter_pair for rank in image.inventory.ranks})
    rows = [
        (f"{image.unit_id}/DA{pair}{server}", _state(image), f"U1300.001.{_serial(image)}-P1-C{pair + 1}", "-",
         str(server), str(pair))
        for pair in pairs
        for server in (0, 1)
    ]  # fmt: skip
    return listing(invocation, LSDA, rows)


def _lshba(invocation: CommandInvocation) -> Answer:
    """A host adapter is an enclosure and a slot; its interfaces are the ports in it."""
    image = _image(invocation)
    adapters: dict[str, list[str]] = {}
    for port in image.inventory.ports:
        adapters.setdefault(port.port[1:4], []).append(f"0x{port.port[1:]}")
    rows = [
        (f"{image.unit_id}/HA{place}", _state(image), f"U1300.001.{_serial(image)}-P1-{place}", "-", ",".join(ports))
        for place, ports in sorted(adapters.items())
    ]
    return listing(invocation, LSHBA, rows)


def _lsstgencl(invocation: CommandInvocation) -> Answer:
    image = _image(invocation)
    rows = [
        (f"{image.unit_id}/SE{rank.number}", "2", str(DISKS_PER_SITE), f"{DISK_GB:.0f}", "15000")
        for rank in image.inventory.ranks
    ]
    return listing(invocation, LSSTGENCL, rows)


def _lsframe(invocation: CommandInvocation) -> Answer:
    image = _image(invocation)
    return listing(invocation, LSFRAME, [(f"{image.unit_id}/R1", _serial(image), image.model)])


def _lsserver(invocation: CommandInvocation) -> Answer:
    image = _image(invocation)
    rows = [(f"{number:02}", image.image_id, _state(image), _state(image)) for number in (0, 1)]
    return listing(invocation, LSSERVER, rows)


def _lsaddressgrp(invocation: CommandInvocation) -> Answer:
    image = invocation.image
    groups = sorted({volume.lss >> 4 for volume in image.volumes()})
    rows = [(f"{group:X}", "fb", str(len(list(image.volumes(group << 12, group << 12 | 0xFFF))))) for group in groups]
    return listing(invocation, LSADDRESSGRP, rows)


def _same_everywhere(columns: Columns, rows: tuple[tuple[str, ...], ...], invocation: CommandInvocation) -> Answer:
    return listing(invocation, columns, rows)


NOTHING: dict[str, tuple[str, str]] = {
    "lsckdvol": ("CKD Volume", "list count key data volumes"),
    "lslcu": ("LCU", "list logical control units"),
    "lskeygrp": ("Key Group", "list encryption key groups"),
    "lskey": ("Key", "list activation keys"),
    "lskeymgr": ("Key Manager", "list key managers"),
    "lssession": ("Session", "list Global Mirror sessions of logical subsystems"),
    "lsgmir": ("Global Mirror", "list Global Mirror sessions"),
    "lsremoteflash": ("Remote Flash Copy", "list remote FlashCopy pairs"),
    "lsproblem": ("Problem", "list open problems"),
    "lsvolinit": ("Volume Initialization", "list volumes that are being initialized"),
    "lssestg": ("Space Efficient Storage", "list space efficient storage"),
    "lsaccount": ("Account", "list partner accounts"),
    "lsperfgrprpt": ("Performance Group Report", "list performance of groups"),
    "lsperfrescrpt": ("Performance Resource Report", "list performance of resources"),
    "lspe": ("Private Network", "list partner enterprises"),
}
"""Lists of things that the simulated arrays do not have."""


def _nothing(thing: str, invocation: CommandInvocation) -> Answer:
    return listing(invocation, Columns(("ID",), thing, Confidence.INFERRED), ())


_ANY_FILTER = {
    **IMAGE_FLAG, "s": Takes.NOTHING, "l": Takes.NOTHING, "lcu": Takes.VALUE, "extpool": Takes.VALUE,
    "lss": Takes.VALUE, "volgrp": Takes.VALUE, "type": Takes.VALUE,
}  # fmt: skip
"""Whatever leaves only a part of nothing."""

_HARDWARE = (
    ("lsddm", _lsddm, LSDDM, "list disk drive modules"),
    ("lsda", _lsda, LSDA, "list device adapters"),
    ("lshba", _lshba, LSHBA, "list host adapters"),
    ("lsstgencl", _lsstgencl, LSSTGENCL, "list storage enclosures"),
    ("lsframe", _lsframe, LSFRAME, "list frames"),
    ("lsserver", _lsserver, LSSERVER, "list the servers of a storage image"),
)
_FIXED = (
    ("lsresgrp", LSRESGRP, (("RG0", "Default_Resource_Group", "Normal", "PUBLIC"),), "list resource groups"),
    ("lsperfgrp", LSPERFGRP, (("PG0", "0", "-"),), "list performance groups"),
    ("lshosttype", LSHOSTTYPE, HOST_TYPES, "list host types"),
    (
        "lsportprof", LSPORTPROF, tuple((discovery, size, profile) for _, profile, discovery, size in HOST_TYPES),
        "list port profiles",
    ),
    ("lsnetworkport", LSNETWORKPORT, (("I9801", "0.0.0.0", "0.0.0.0", "0.0.0.0"),), "list network ports"),  # noqa: S104
    ("lsauthpol", LSAUTHPOL, (("initialPolicy", "Basic", "active"),), "list authentication policies"),
)  # fmt: skip

COMMANDS = (
    *(
        Command(name, CommandKind.LIST, run, summary, list_syntax(columns))
        for name, run, columns, summary in _HARDWARE
    ),
    Command("lsaddressgrp", CommandKind.LIST, _lsaddressgrp, "list address groups", list_syntax(LSADDRESSGRP)),
    *(
        Command(
            name, CommandKind.LIST, partial(_same_everywhere, columns, rows), summary,
            list_syntax(columns),
        )
        for name, columns, rows, summary in _FIXED
    ),
    *(
        Command(name, CommandKind.LIST, partial(_nothing, thing), summary, Syntax(_ANY_FILTER, Ids.OPTIONAL))
        for name, (thing, summary) in NOTHING.items()
    ),
)  # fmt: skip
"""Registry rows of this family."""
