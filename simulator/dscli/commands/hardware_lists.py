"""The lists that collectors call in passing: hardware below the ranks, and things that these arrays do not have.

Rule 1: hardware is answered from the inventory: eight disks an array site, two device adapters a pair, two servers.
Rule 2: a list of things that the simulated arrays cannot have finds nothing and ends with 0 (dscli.md 1.5).
"""

from __future__ import annotations

from functools import partial

from mirrordrill.simulator.array.inventory import DISK_CLASS, DISK_GB, DISK_RPM, DISKS_PER_SITE
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
    Labels,
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
from mirrordrill.simulator.dscli.formats import day_text
from mirrordrill.simulator.dscli.ids import check_image
from mirrordrill.simulator.dscli.messages import NO_SUCH_DEVICE, NO_SUCH_OBJECT, Confidence, DscliExitCode
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


def _enclosure(image: StorageImage) -> str:
    """The storage enclosure that the disks are in."""
    return f"IBM.2107-D02-{_serial(image)[2:]}"


def _lsddm(invocation: CommandInvocation) -> Answer:
    image = _image(invocation)
    rows = [
        (
            f"{_enclosure(image)}/R{rank.number + 1}-P1-D{disk + 1}", "S0BE300", "D41C",
            f"U2107.D02.{_serial(image)[2:]}-P{rank.number + 1}-D{disk + 1}", str(rank.device_adapter_pair),
            f"{DISK_GB:.1f}", DISK_RPM, "array member" if disk < DISKS_PER_SITE - 1 else "spare required",
            rank.site_id, str(disk + 1), "Normal", DISK_CLASS,
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
         str(server), str(pair), ",".join(f"0x{pair:02X}{server}{number}" for number in range(4)))
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
        (f"{image.unit_id}/HA{place}", _state(image), f"U1300.001.{_serial(image)}-P1-C{number + 1}", "-",
         ",".join(ports), str(number % 2))
        for number, (place, ports) in enumerate(sorted(adapters.items()))
    ]  # fmt: skip
    return listing(invocation, LSHBA, rows)


def _lsstgencl(invocation: CommandInvocation) -> Answer:
    image = _image(invocation)
    rows = [
        (f"{_enclosure(image)}/R{rank.number + 1}", _serial(image)[2:], "D02",
         ",".join(f"0x{rank.number:02X}{way}0" for way in range(4)), "0x1", str(DISKS_PER_SITE), f"{DISK_GB:.1f}",
         DISK_RPM, "Normal")
        for rank in image.inventory.ranks
    ]  # fmt: skip
    return listing(invocation, LSSTGENCL, rows)


def _lsframe(invocation: CommandInvocation) -> Answer:
    image = _image(invocation)
    return listing(invocation, LSFRAME, [(f"{image.unit_id}/R1", _serial(image), image.model)])


def _lsserver(invocation: CommandInvocation) -> Answer:
    image = _image(invocation)
    began = day_text(0.0)
    rows = [(f"{number:02}", image.image_id, _state(image), _state(image), "-", began) for number in (0, 1)]
    return listing(invocation, LSSERVER, rows)


def _lsaddressgrp(invocation: CommandInvocation) -> Answer:
    image = invocation.image
    groups = sorted({volume.lss >> 4 for volume in image.volumes()})
    rows = [(f"{group:X}", "fb", str(len(list(image.volumes(group << 12, group << 12 | 0xFFF))))) for group in groups]
    return listing(invocation, LSADDRESSGRP, rows)


def _show_of(columns: Columns, rows: tuple[tuple[str, ...], ...], invocation: CommandInvocation) -> Answer:
    """One row of such a list. Raises `RefusedLine`."""
    word, *others = invocation.parsed.ids
    found = [row for row in rows if row[columns.names.index(columns.key)] == word]
    if others or not found:
        raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing=columns.thing, id=others[0] if others else word)
    return showing(invocation, Labels(columns.names, columns.thing, columns.mark), found[0])


def _show_none(thing: str, invocation: CommandInvocation) -> Answer:
    """There is none of these, whatever its id."""
    raise RefusedLine(NO_SUCH_OBJECT, DscliExitCode.SERVER, thing=thing, id=" ".join(invocation.parsed.ids))


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
    "lsdbcheck": ("DB Check", "list volumes with database protection"),
    "lshostvol": ("Host Volume", "list the volumes that this host sees"),
    "showgmir": ("Global Mirror", "show a Global Mirror session"),
    "showgmircg": ("Global Mirror", "show the consistency groups of a Global Mirror session"),
    "showgmiroos": ("Global Mirror", "show the out-of-sync tracks of a Global Mirror session"),
    "showcontactinfo": ("Contact", "show whom the storage complex calls"),
}
"""Lists of things that the simulated arrays do not have."""


SHOWN_NEVER: dict[str, tuple[str, str]] = {
    "showckdvol": ("CKD volume", "show one count key data volume"),
    "showlcu": ("LCU", "show one logical control unit"),
    "showkey": ("Key", "show one activation key"),
    "showkeygrp": ("Key group", "show one encryption key group"),
    "showsestg": ("Space efficient storage", "show the space efficient storage of a pool"),
}
"""`show` commands for things that the simulated arrays do not have."""


def _nothing(thing: str, invocation: CommandInvocation) -> Answer:
    return listing(invocation, Columns(("ID",), thing, Confidence.INFERRED), ())


_SHORT_OR_LONG = {"s": Takes.NOTHING, "l": Takes.NOTHING}
_FILTERS = {
    "lsckdvol": ("lcu", "extpool"), "lslcu": ("addrgrp",), "lsgmir": ("session",), "lssestg": ("extpool",),
}  # fmt: skip
_OF_NOTHING = "a part of nothing is nothing"


def _syntax_of(name: str) -> Syntax:
    """Columns and filters of a list that finds nothing."""
    shape = _SHORT_OR_LONG if name.startswith("ls") else {}
    chosen = {**shape, **dict.fromkeys(_FILTERS.get(name, ()), Takes.VALUE)}
    return Syntax({**IMAGE_FLAG, **chosen}, Ids.OPTIONAL, without_effect=dict.fromkeys(chosen, _OF_NOTHING))


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
    # The address of a port that is not set up.
    ("lsnetworkport", LSNETWORKPORT, (("I9801", *["0.0.0.0"] * 3),), "list network ports"),  # noqa: S104 - text of a list
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
        Command(name, CommandKind.LIST, partial(_nothing, thing), summary, _syntax_of(name))
        for name, (thing, summary) in NOTHING.items()
    ),
    *(
        Command(
            f"show{name.removeprefix('ls')}", CommandKind.LIST, partial(_show_of, columns, rows),
            f"show one of {name}", Syntax(IMAGE_FLAG, Ids.REQUIRED),
        )
        for name, columns, rows, _ in _FIXED
        if name in ("lsresgrp", "lsnetworkport", "lsauthpol")
    ),
    *(
        Command(name, CommandKind.LIST, partial(_show_none, thing), summary, Syntax(IMAGE_FLAG, Ids.REQUIRED))
        for name, (thing, summary) in SHOWN_NEVER.items()
    ),
)  # fmt: skip
"""Registry rows of this family."""
