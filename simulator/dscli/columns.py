"""The headers of all lists and the labels of all `show` commands, and how sure we are of each.

This is the one place to correct a guess about a header. Marks are those of `messages`.
"""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.simulator.dscli.messages import Mark


@dataclass(frozen=True, slots=True)
class Columns:
    """The header of a list, and what `CMUC00234I` says was not found."""

    names: tuple[str, ...]
    thing: str
    mark: Mark
    key: str = "ID"
    """The column that `-s` leaves, and that ids on the command line mean."""
    numbers: tuple[str, ...] = ()
    """Columns set to the right in the default layout (dscli.md 1.9)."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What a `show` command says, line by line; in other layouts than the default one they are its header."""

    names: tuple[str, ...]
    thing: str
    mark: Mark


LSPPRC = Columns(
    (
        "ID", "State", "Reason", "Type", "SourceLSS", "Timeout (secs)", "Critical Mode", "First Pass Status",
    ),
    "Remote Mirror and Copy",
    Mark.FAIRLY_SURE,
)  # fmt: skip
LSPPRC_LONG = Columns(
    (
        "ID", "State", "Reason", "Type", "Out Of Sync Tracks", "Tgt Read", "Src Cascade", "Tgt Cascade",
        "Date Suspended", "SourceLSS", "Timeout (secs)", "Critical Mode", "First Pass Status", "Incremental Resync",
        "Tgt Write", "GMIR CG", "PPRC CG", "isTgtSE", "DisableAutoResync",
    ),
    "Remote Mirror and Copy",
    Mark.PLAUSIBLE,
)  # fmt: skip
LSPPRCPATH = Columns(
    ("Src", "Tgt", "State", "SS", "Port", "Attached Port", "Tgt WWNN"),
    "Remote Mirror and Copy Path",
    Mark.FAIRLY_SURE,
)
LSAVAILPPRCPORT = Columns(
    ("Local Port", "Attached Port", "Type", "Switch ID", "Switch Port"), "PPRC Port", Mark.FAIRLY_SURE
)
LSSI = Columns(("Name", "ID", "Storage Unit", "Model", "WWNN", "State", "ESSNet"), "Storage Image", Mark.SEEN)
LSSI_LONG = Columns((*LSSI.names, "Volume Group", "desc"), "Storage Image", Mark.SEEN)
LSFBVOL = Columns(
    (
        "Name", "ID", "accstate", "datastate", "configstate", "deviceMTM", "datatype", "extpool",
        "cap (2^30B)", "cap (10^9B)", "cap (blocks)",
    ),
    "FB Volume",
    Mark.SEEN,
    numbers=("cap (2^30B)", "cap (10^9B)", "cap (blocks)"),
)  # fmt: skip
LSFLASH = Columns(
    (
        "ID", "SrcLSS", "SequenceNum", "Timeout", "ActiveCopy", "Recording", "Persistent", "Revertible",
        "SourceWriteEnabled", "TargetWriteEnabled", "BackgroundCopy",
    ),
    "Flash Copy",
    Mark.PLAUSIBLE,
)  # fmt: skip
LSLSS = Columns(
    ("ID", "Group", "addrgrp", "stgtype", "confgvols"),
    "LSS",
    Mark.FAIRLY_SURE,
    numbers=("Group", "addrgrp", "confgvols"),
)
LSSU = Columns(("Name", "ID", "Model", "WWNN", "pw state"), "Storage Unit", Mark.PLAUSIBLE)
LSARRAYSITE = Columns(
    ("arsite", "DA Pair", "dkcap (10^9B)", "State", "Array"), "Array Site", Mark.FAIRLY_SURE, key="arsite",
    numbers=("dkcap (10^9B)",),
)  # fmt: skip
LSARRAY = Columns(
    ("Array", "State", "Data", "RAIDtype", "arsite", "Rank", "DA Pair", "DDMcap (10^9B)"), "Array", Mark.FAIRLY_SURE,
    key="Array", numbers=("DDMcap (10^9B)",),
)  # fmt: skip
LSRANK = Columns(
    ("ID", "Group", "State", "datastate", "Array", "RAIDtype", "extpoolID", "stgtype"), "Rank", Mark.FAIRLY_SURE,
    numbers=("Group",),
)  # fmt: skip
LSEXTPOOL = Columns(
    (
        "Name", "ID", "stgtype", "rankgrp", "status", "availstor (2^30B)", "%allocated", "available", "reserved",
        "numvols",
    ),
    "Extent Pool",
    Mark.SEEN,
    numbers=("rankgrp", "availstor (2^30B)", "%allocated", "available", "reserved", "numvols"),
)  # fmt: skip
LSIOPORT = Columns(("ID", "WWPN", "State", "Type", "topo", "portgrp"), "I/O Port", Mark.SEEN, numbers=("portgrp",))
LSVOLGRP = Columns(("Name", "ID", "Type"), "Volume Group", Mark.FAIRLY_SURE)
LSHOSTCONNECT = Columns(
    ("Name", "ID", "WWPN", "HostType", "Profile", "portgrp", "volgrpID", "ESSIOport"), "Host Connection",
    Mark.FAIRLY_SURE, numbers=("portgrp",),
)  # fmt: skip
LSUSER = Columns(("Name", "Group", "State"), "User", Mark.PLAUSIBLE, key="Name")
WHOAMI = Columns(("Name", "Group"), "User", Mark.PLAUSIBLE, key="Name")

SHOWSI = Labels(
    (
        "Name", "Desc", "ID", "Storage Unit", "Model", "WWNN", "Signature", "State", "ESSNet", "Volume Group",
        "os400Serial", "NVS Memory", "Cache Memory", "Processor Memory", "MTS", "numegsupported", "ETAutoMode",
    ),
    "Storage Image",
    Mark.SEEN,
)  # fmt: skip
SHOWLSS = Labels(
    (
        "ID", "Group", "addrgrp", "stgtype", "confgvols", "subsys", "pprcconsistgrp", "xtndlbztimout", "resgrp",
    ),
    "LSS",
    Mark.PLAUSIBLE,
)  # fmt: skip
SHOWFBVOL = Labels(
    (
        "Name", "ID", "accstate", "datastate", "configstate", "deviceMTM", "datatype", "addrgrp", "extpool", "exts",
        "cap (MiB)", "captype", "cap (2^30B)", "cap (10^9B)", "cap (blocks)", "volgrp", "ranks", "dbexts", "sam",
        "repcapalloc", "eam", "reqcap (blocks)", "realextents", "virtualextents", "realcap (MiB)", "migrating",
        "migratingcap (MiB)", "perfgrp", "migratingfrom", "resgrp", "tierassignstatus", "tierassignerror",
        "tierassignorder", "tierassigntarget", "%tierassigned", "etmonpauseremain", "etmonitorreset", "GUID",
    ),
    "FB Volume",
    Mark.SEEN,
)  # fmt: skip
SHOWEXTPOOL = Labels(
    (
        "Name", "ID", "stgtype", "totlstor (2^30B)", "availstor (2^30B)", "resvdstor (2^30B)", "rankgrp", "numranks",
        "numvols", "status", "%allocated", "%available", "configured", "allocated", "available", "reserved",
    ),
    "Extent Pool",
    Mark.PLAUSIBLE,
)  # fmt: skip
SHOWVOLGRP = Labels(("Name", "ID", "Type", "Vols"), "Volume Group", Mark.FAIRLY_SURE)
SHOWUSER = Labels(("Name", "Group", "State", "FailedLogin", "DaysToExpire", "Scope"), "User", Mark.PLAUSIBLE)
SHOWPASS = Labels(
    ("Password Expiration", "Failed Logins Allowed", "Password Age", "Minimum Length", "Password History"),
    "Policy",
    Mark.SEEN,
)

VOLUME_INACCESSIBLE = "Volume Inaccessible"
"""The state of a volume that its array cannot reach (dscli.md 2.3: S6 as a filter value, the printed form inferred)."""

UNKNOWN_TIMEOUT = "unknown"
"""Printed where the listed array does not own the source LSS (dscli.md 2.2, M)."""
