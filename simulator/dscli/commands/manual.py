"""The pages of `help`: what a command does, its syntax, its options, an example.

Rule 1: syntax and options are printed from the command's own syntax; only their meanings and examples stand here.
Rule 2: every option and every command that takes ids has its words below; a test says which one lacks them.
"""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.dscli.commands.base import Command
from mirrordrill.simulator.dscli.commands.hardware_lists import NOTHING, SHOWN_NEVER
from mirrordrill.simulator.dscli.options import COMMON, Ids, Syntax, Takes

IMAGE = "IBM.2107-75FA120"
FAR = "IBM.2107-75FA150"
_DEVICES = f"-dev {IMAGE} -remotedev {FAR}"

OPTIONS: dict[str, tuple[str, str]] = {
    "dev": ("IMAGE", "the storage image that is asked; else the one set, or the console's only one"),
    "remotedev": ("IMAGE", "the storage image at the other end"),
    "s": ("", "ids only"),
    "l": ("", "all columns"),
    "fmt": ("FORMAT", "layout of the answer: default, delim, xml or stanza"),
    "delim": ("CHARACTER", "what separates columns in the layout delim; a comma if left out"),
    "hdr": ("on|off", "header and rule line"),
    "bnr": ("on|off", "the line with date and time"),
    "fullid": ("on|off", "ids with their storage image in front"),
    "v": ("on|off", "verbose; what the real one adds is not simulated, and the answer ends with a line that says so"),
    "p": ("on|off", "stop after each page; interactive mode only"),
    "r": ("ROWS", "lines of a page"),
    "help": ("", "this page"),
    "quiet": ("", "ask no questions"),
    "type": ("TYPE", "of pairs: mmir (Metro Mirror), gcp (Global Copy); of capacities: ds (2^30), ess (10^9), blocks"),
    "mode": ("MODE", "full copies everything, nocp takes both volumes for equal"),
    "at": ("END", "which end is asked: src or tgt"),
    "unconditional": ("", "with -at tgt: also where the source cannot be told"),
    "tgtonline": ("", "the target may be online to a host"),
    "tgtread": ("", "hosts may read the target"),
    "critmode": ("", "a source that cannot be mirrored takes no writes"),
    "resetreserve": ("", "break a SCSI reservation of the target"),
    "wait": ("", "answer when the copy is complete"),
    "srcss": ("SSID", "subsystem id of the source LSS"),
    "tgtss": ("SSID", "subsystem id of the target LSS"),
    "state": ("STATE", "those in this state only; of pairs such as full-duplex"),
    "remotewwnn": ("WWNN", "node name of the other storage image"),
    "srclss": ("LSS", "where the path begins"),
    "tgtlss": ("LSS", "where the path ends"),
    "consistgrp": ("", "a broken pair holds the writes of its consistency group"),
    "force": ("", "also while pairs mirror over it"),
    "record": ("", "remember what changes afterwards; with lsflash enabled or disabled"),
    "freeze": ("", "hold the writes to the sources until unfreezeflash"),
    "persist": ("", "keep the relationship after the copy; with lsflash enabled or disabled"),
    "nocp": ("", "copy a track when it is overwritten, not before"),
    "cp": ("", "copy all tracks in the background; with lsflash enabled or disabled"),
    "tgtse": ("", "the target may be space efficient"),
    "tgtpprc": ("", "the target may be the source of a remote pair; such a target is not simulated, and refused"),
    "seqnum": ("NUMBER", "a number of up to four hexadecimal digits that lsflash shows"),
    "lss": ("LSS", "volumes of this LSS, or of a range, only"),
    "lcu": ("LCU", "those of this logical control unit only"),
    "datatype": ("TYPE", "volumes with this data type only"),
    "sam": ("METHOD", "volumes with this storage allocation method only"),
    "eam": ("METHOD", "volumes with this extent allocation method only"),
    "captype": ("TYPE", "volumes with this type of capacity only"),
    "activecp": ("STATE", "pairs with or without a background copy under way only"),
    "revertible": ("STATE", "pairs that are or are not revertible only"),
    "sourcewrite": ("STATE", "pairs whose source can or cannot be written only"),
    "targetwrite": ("STATE", "pairs whose target can or cannot be written only"),
    "session": ("NUMBER", "the session with this number only"),
    "raidtype": ("TYPE", "arrays of this RAID type only: 5 or 10"),
    "rank": ("RANK", "the array of this rank only"),
    "addrgrp": ("GROUP", "those of this address group only"),
    "stgtype": ("TYPE", "fb or ckd only"),
    "diskclass": ("CLASS", "array sites with this class of disks only"),
    "dapair": ("NUMBER", "array sites of this device adapter pair only"),
    "data": ("STATE", "arrays with this state of data only"),
    "datastate": ("STATE", "ranks with this state of data only"),
    "rankgrp": ("0|1", "extent pools of this server only"),
    "portgrp": ("NUMBER", "those of this port group only"),
    "topo": ("TOPOLOGY", "ports with this topology only"),
    "wwpn": ("WWPN", "the host connection with this port name only"),
    "hosttype": ("TYPE", "host connections of this type only"),
    "unknown": ("", "ports that are logged in and belong to no host connection"),
    "dkuse": ("USE", "disks with this use only"),
    "arsite": ("SITE", "disks of this array site only"),
    "pprcconsistgrp": ("enable|disable", "every path from here is one of a consistency group"),
    "extlongbusy": ("SECONDS", "how long writes wait when a pair of a consistency group breaks"),
    "ss": ("SSID", "subsystem id"),
    "extpool": ("POOL", "extent pool"),
    "volgrp": ("GROUP", "volume group; with mkfbvol several, separated by commas"),
    "volume": ("VOLUME[,VOLUME]", "volumes or ranges"),
    "action": ("ACTION", "add or remove"),
    "name": ("NAME", "a name; #h in a volume's name is its id"),
    "cap": ("CAPACITY", "how large, in units of -type"),
    "pw": ("PASSWORD", "the password"),
    "group": ("GROUP", "the user group, which says what a user may do; of ranks the server, 0 or 1"),
    "lock": ("", "refuse the user's next login"),
    "unlock": ("", "let the user log in again"),
    "mc1": ("CONSOLE", "first management console"),
    "mc2": ("CONSOLE", "second management console"),
    "pwfile": ("FILE", "password file; security.dat in the user's home if left out"),
    "format": ("FORMAT", "as -fmt, for the whole session"),
    "header": ("on|off", "as -hdr, for the whole session"),
    "banner": ("on|off", "as -bnr, for the whole session"),
    "verbose": ("on|off", "as -v, for the whole session"),
    "paging": ("on|off", "as -p, for the whole session"),
    "rows": ("ROWS", "as -r, for the whole session"),
}
"""Placeholder and meaning of each option."""

_PAIRS = "SourceVolumeID:TargetVolumeID"
_LSS_PAIRS = "SourceLSS:TargetLSS"
OPERANDS: dict[str, str] = {
    "lspprc": f"{_PAIRS} | VolumeID | VolumeID-VolumeID", "lspprcpath": "LSS | LSS-LSS", "lslss": "LSS | LSS-LSS",
    **dict.fromkeys(("failoverpprc", "failbackpprc", "mkpprc", "resumepprc"), _PAIRS),
    **dict.fromkeys(("pausepprc", "rmpprc"), f"{_PAIRS} | VolumeID"),
    "unfreezeflash": "LSSID",
    **dict.fromkeys(("mkflash", "resyncflash", "rmflash"), _PAIRS), "lsflash": f"{_PAIRS} | VolumeID",
    **dict.fromkeys(("freezepprc", "unfreezepprc", "rmpprcpath", "lsavailpprcport"), _LSS_PAIRS),
    "mkpprcpath": "SourcePort:TargetPort", "showlss": "LSS", "chlss": "LSS | LSS-LSS",
    **dict.fromkeys(("lsfbvol", "mkfbvol", "chfbvol", "rmfbvol"), "VolumeID | VolumeID-VolumeID"),
    "showfbvol": "VolumeID", "lssi": "StorageImageID", "showsi": "StorageImageID", "lsarraysite": "ArraySiteID",
    "lsarray": "ArrayID", "lsrank": "RankID", "lsextpool": "PoolID", "showextpool": "PoolID", "lsioport": "PortID",
    "lshostconnect": "HostConnectionID", **dict.fromkeys(("lsvolgrp", "showvolgrp", "chvolgrp"), "VolumeGroupID"),
    **dict.fromkeys(("lsuser", "showuser", "chuser", "mkuser", "rmuser"), "User"), "help": "Command",
    "showrank": "RankID", "showarray": "ArrayID", "showarraysite": "ArraySiteID", "showioport": "PortID",
    "showhostconnect": "HostConnectionID", "showsu": "StorageUnitID",
    **dict.fromkeys(
        ("lsddm", "lsda", "lshba", "lsstgencl", "lsframe", "lsserver", "lshosttype", "lsportprof", "lsnetworkport",
         "lsperfgrp", "lsauthpol"),
        "StorageImageID",
    ),
    "lsaddressgrp": "AddressGroup", "lsresgrp": "ResourceGroup", **dict.fromkeys(NOTHING, "ID"),
    **dict.fromkeys(SHOWN_NEVER, "ID"), "showresgrp": "ResourceGroup", "shownetworkport": "NetworkPort",
    "showauthpol": "Policy", "showaccess": "hmc1 | hmc2",
}  # fmt: skip
"""What the ids of a command look like."""

EXAMPLES: dict[str, str] = {
    "lspprc": f"lspprc -dev {IMAGE} 1260-1261",
    "lspprcpath": "lspprcpath 00-FE",
    "lsavailpprcport": "lsavailpprcport -remotewwnn 5005076303FFC150 12:12",
    "mkpprcpath": f"mkpprcpath {_DEVICES} -remotewwnn 5005076303FFC150 -srclss 12 -tgtlss 12 I0030:I0231",
    "rmpprcpath": f"rmpprcpath {_DEVICES} -quiet 12:12",
    "mkpprc": f"mkpprc {_DEVICES} -type mmir -mode full 1260:1260",
    "rmpprc": f"rmpprc {_DEVICES} -quiet 1260-1261:1260-1261",
    "pausepprc": f"pausepprc {_DEVICES} 1260:1260",
    "resumepprc": f"resumepprc {_DEVICES} -type mmir 1260:1260",
    "failoverpprc": f"failoverpprc -dev {FAR} -remotedev {IMAGE} -type mmir 1260:1260",
    "failbackpprc": f"failbackpprc -dev {FAR} -remotedev {IMAGE} -type mmir 1260:1260",
    "freezepprc": f"freezepprc {_DEVICES} 12:12",
    "unfreezepprc": f"unfreezepprc {_DEVICES} 12:12",
    "mkflash": "mkflash -record -persist 1260:1261",
    "lsflash": "lsflash 1260",
    "resyncflash": "resyncflash -record -persist 1260:1261",
    "rmflash": "rmflash -quiet 1260:1261",
    "unfreezeflash": "unfreezeflash 12",
    "lssi": "lssi -l",
    "showsi": f"showsi {IMAGE}",
    "lssu": "lssu",
    "lslss": "lslss 12",
    "showlss": "showlss 12",
    "chlss": "chlss -pprcconsistgrp enable -extlongbusy 120 12",
    "lsfbvol": "lsfbvol -fmt delim 1260-1261",
    "showfbvol": "showfbvol 1260",
    "mkfbvol": "mkfbvol -extpool P0 -cap 10 -name db_#h 1262-1263",
    "chfbvol": "chfbvol -name redo 1260",
    "rmfbvol": "rmfbvol -quiet 1262",
    "lsarraysite": "lsarraysite",
    "lsarray": "lsarray A0-A1",
    "lsrank": "lsrank",
    "lsextpool": "lsextpool P0",
    "showextpool": "showextpool P0",
    "lsioport": "lsioport I0030",
    "lshostconnect": "lshostconnect -volgrp V0",
    "lsvolgrp": "lsvolgrp",
    "showvolgrp": "showvolgrp V0",
    "chvolgrp": "chvolgrp -action add -volume 1260 V0",
    **{
        name: name
        for name in (
            "lsddm",
            "lsda",
            "lshba",
            "lsstgencl",
            "lsframe",
            "lsserver",
            "lsaddressgrp",
            "lsresgrp",
            "lsperfgrp",
            "lshosttype",
            "lsportprof",
            "lsnetworkport",
            "lsauthpol",
            *NOTHING,
        )
    },
    **{name: f"{name} 00" for name in SHOWN_NEVER},
    "showresgrp": "showresgrp RG0",
    "shownetworkport": "shownetworkport I9801",
    "showauthpol": "showauthpol initialPolicy",
    "showsp": "showsp",
    "showaccess": "showaccess hmc1",
    "showrank": "showrank R0",
    "showarray": "showarray A0",
    "showarraysite": "showarraysite S1",
    "showioport": "showioport I0030",
    "showhostconnect": "showhostconnect 0000",
    "showsu": "showsu",
    "mkuser": "mkuser -pw s3cret-w0rd -group op_volume ops",
    "rmuser": "rmuser -quiet ops",
    "lsuser": "lsuser",
    "showuser": "showuser vcs",
    "chuser": "chuser -unlock vcs",
    "whoami": "whoami",
    "showpass": "showpass",
    "managepwfile": "managepwfile -action add -mc1 hmc1 -mc2 hmc2 -pwfile /root/pwfile -name vcs -pw s3cret-w0rd",
    "ver": "ver -l",
    "setenv": "setenv -banner off -header off -format delim",
    "showenv": "showenv",
    "help": "help lspprc",
    "quit": "quit",
    "exit": "exit",
    "q": "q",
}
"""A command line that is understood as it stands."""


def headline(command: Command) -> str:
    """One line: name and purpose."""
    return f"{command.name:<16}{command.summary}\n"


def page(command: Command) -> str:
    """The whole page of a command."""
    parts = [
        headline(command),
        "\nSyntax\n    " + " ".join(_words(command)) + "\n",
        "\nOptions\n" + "".join(_options(command.syntax)),
        f"\nExample\n    dscli> {EXAMPLES[command.name]}\n",
    ]
    return "".join(parts)


def _words(command: Command) -> Iterator[str]:
    """The command line, option by option; those that every command takes are left to the list."""
    syntax = command.syntax
    yield command.name
    for flag in syntax.flags:
        if flag in ("s", "l") and {"s", "l"} <= set(syntax.flags):
            if flag == "s":
                yield "[-s | -l]"
            continue
        words = f"-{flag} {_value(flag, syntax)}".strip()
        yield words if flag in syntax.required else f"[{words}]"
    if syntax.ids is not Ids.NONE:
        operands = f"{OPERANDS[command.name]} ... | -"
        yield f"{{{operands}}}" if syntax.ids is Ids.REQUIRED else f"[{operands}]"


def _value(flag: str, syntax: Syntax) -> str:
    if syntax.flags[flag] is Takes.NOTHING:
        return ""
    chosen = syntax.choices.get(flag, ())
    return "|".join(chosen) if chosen and flag != "state" else OPTIONS[flag][0]


def _options(syntax: Syntax) -> Iterator[str]:
    shared = [flag for flag in COMMON if flag in syntax.accepted and flag not in syntax.flags]
    for flag in (*sorted(syntax.flags), *shared):
        placeholder, meaning = OPTIONS[flag]
        reason = syntax.without_effect.get(flag, "")
        yield f"    {f'-{flag} {placeholder}':<32} {meaning}{f' (changes nothing: {reason})' if reason else ''}\n"
