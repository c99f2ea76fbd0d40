"""The headers of all lists and the labels of all `show` commands, and how sure we are of each.

This is the one place to correct a guess about a header. Marks are those of `messages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mirrordrill.simulator.dscli.messages import Confidence


@dataclass(frozen=True, slots=True)
class Columns:
    """The header of a list, and what `CMUC00234I` says was not found."""

    names: tuple[str, ...]
    thing: str
    mark: Confidence
    key: str = "ID"
    """The column that ids on the command line mean, and that `-s` leaves."""
    numbers: tuple[str, ...] = ()
    """Columns set to the right in the default layout (dscli.md 1.9)."""
    long: tuple[str, ...] = ()
    """The columns of `-l`. Empty where they are not known: then `-l` prints the usual ones, and a line that says so."""
    long_mark: Confidence = Confidence.PLAUSIBLE
    short: tuple[str, ...] = ()
    """The columns of `-s`, where they are more than the key."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """Options that leave only rows with their value: option -> column, of the short or of the long list."""

    def of(self, *, is_short: bool = False, is_long: bool = False) -> tuple[str, ...]:
        """The columns with `-s`, with `-l`, or with neither."""
        if is_short:
            return self.short or (self.key,)
        return self.long if is_long and self.long else self.names


@dataclass(frozen=True, slots=True)
class Labels:
    """What a `show` command says, line by line; in other layouts than the default one they are its header."""

    names: tuple[str, ...]
    thing: str
    mark: Confidence


LSPPRC = Columns(
    (
        "ID", "State", "Reason", "Type", "SourceLSS", "Timeout (secs)", "Critical Mode", "First Pass Status",
    ),
    "Remote Mirror and Copy",
    Confidence.FAIRLY_SURE,
    long=(
        "ID", "State", "Reason", "Type", "Out Of Sync Tracks", "Tgt Read", "Src Cascade", "Tgt Cascade",
        "Date Suspended", "SourceLSS", "Timeout (secs)", "Critical Mode", "First Pass Status", "Incremental Resync",
        "Tgt Write", "GMIR CG", "PPRC CG", "isTgtSE", "DisableAutoResync",
    ),
)  # fmt: skip
LSPPRCPATH = Columns(
    ("Src", "Tgt", "State", "SS", "Port", "Attached Port", "Tgt WWNN"),
    "Remote Mirror and Copy Path",
    Confidence.FAIRLY_SURE,
    key="Src",
    long=("Src", "Tgt", "State", "SS", "Port", "Attached Port", "Tgt WWNN", "Failed Reason", "PPRC CG"),
    short=("Src", "Tgt"),
)
LSAVAILPPRCPORT = Columns(
    ("Local Port", "Attached Port", "Type", "Switch ID", "Switch Port"),
    "PPRC Port",
    Confidence.FAIRLY_SURE,
    key="Local Port",
    short=("Local Port", "Attached Port"),
)
LSSI = Columns(
    ("Name", "ID", "Storage Unit", "Model", "WWNN", "State", "ESSNet"), "Storage Image", Confidence.SEEN,
    long=("Name", "ID", "Storage Unit", "Model", "WWNN", "State", "ESSNet", "Volume Group", "desc"),
    long_mark=Confidence.SEEN,
)  # fmt: skip
LSFBVOL = Columns(
    (
        "Name", "ID", "accstate", "datastate", "configstate", "deviceMTM", "datatype", "extpool",
        "cap (2^30B)", "cap (10^9B)", "cap (blocks)",
    ),
    "FB Volume",
    Confidence.SEEN,
    numbers=("cap (2^30B)", "cap (10^9B)", "cap (blocks)", "reqcap (blocks)"),
    long=(
        "Name", "ID", "accstate", "datastate", "configstate", "deviceMTM", "datatype", "extpool", "sam", "captype",
        "cap (2^30B)", "cap (10^9B)", "cap (blocks)", "volgrp", "reqcap (blocks)", "eam", "perfgrp", "resgrp",
    ),
    filters={"datatype": "datatype", "sam": "sam", "eam": "eam", "captype": "captype"},
)  # fmt: skip
LSFLASH = Columns(
    (
        "ID", "SrcLSS", "SequenceNum", "Timeout", "ActiveCopy", "Recording", "Persistent", "Revertible",
        "SourceWriteEnabled", "TargetWriteEnabled", "BackgroundCopy",
    ),
    "Flash Copy",
    Confidence.PLAUSIBLE,
    long=(
        "ID", "SrcLSS", "SequenceNum", "Timeout", "ActiveCopy", "Recording", "Persistent", "Revertible",
        "SourceWriteEnabled", "TargetWriteEnabled", "BackgroundCopy", "OutOfSyncTracks", "DateCreated", "DateSynced",
        "State", "isTgtSE",
    ),
    filters={"activecp": "ActiveCopy", "record": "Recording", "persist": "Persistent", "revertible": "Revertible",
             "sourcewrite": "SourceWriteEnabled", "targetwrite": "TargetWriteEnabled", "cp": "BackgroundCopy"},
)  # fmt: skip
LSLSS = Columns(
    ("ID", "Group", "addrgrp", "stgtype", "confgvols"),
    "LSS",
    Confidence.FAIRLY_SURE,
    numbers=("Group", "addrgrp", "confgvols"),
    long=(
        "ID", "Group", "addrgrp", "stgtype", "confgvols", "subsys", "pprcconsistgrp", "xtndlbztimout", "resgrp",
    ),
    filters={"addrgrp": "addrgrp", "stgtype": "stgtype"},
)  # fmt: skip
LSSU = Columns(("Name", "ID", "Model", "WWNN", "pw state"), "Storage Unit", Confidence.PLAUSIBLE)
LSARRAYSITE = Columns(
    ("arsite", "DA Pair", "dkcap (10^9B)", "State", "Array"), "Array Site", Confidence.SEEN, key="arsite",
    numbers=("dkcap (10^9B)", "diskrpm"),
    long=("arsite", "DA Pair", "dkcap (10^9B)", "diskrpm", "State", "Array", "diskclass", "encrypt"),
    filters={"state": "State", "diskclass": "diskclass", "dapair": "DA Pair"},
)  # fmt: skip
LSARRAY = Columns(
    ("Array", "State", "Data", "RAIDtype", "arsite", "Rank", "DA Pair", "DDMcap (10^9B)"), "Array",
    Confidence.SEEN,
    key="Array", numbers=("DDMcap (10^9B)",),
    long=(
        "Array", "State", "Data", "RAIDtype", "arsite", "Rank", "DA Pair", "DDMcap (10^9B)", "diskclass", "encrypt",
    ),
    filters={"state": "State", "data": "Data", "raidtype": "RAIDtype", "dapair": "DA Pair", "rank": "Rank"},
)  # fmt: skip
LSRANK = Columns(
    ("ID", "Group", "State", "datastate", "Array", "RAIDtype", "extpoolID", "stgtype"), "Rank", Confidence.SEEN,
    numbers=("Group", "exts", "usedexts"),
    long=(
        "ID", "Group", "State", "datastate", "Array", "RAIDtype", "extpoolID", "extpoolnam", "stgtype", "exts",
        "usedexts", "encryptgrp", "marray",
    ),
    filters={"group": "Group", "state": "State", "datastate": "datastate", "extpool": "extpoolID",
             "stgtype": "stgtype"},
)  # fmt: skip
LSEXTPOOL = Columns(
    (
        "Name", "ID", "stgtype", "rankgrp", "status", "availstor (2^30B)", "%allocated", "available", "reserved",
        "numvols",
    ),
    "Extent Pool",
    Confidence.SEEN,
    numbers=("rankgrp", "status", "availstor (2^30B)", "%allocated", "available", "reserved", "numvols", "numranks"),
    long=(
        "Name", "ID", "stgtype", "rankgrp", "status", "availstor (2^30B)", "%allocated", "available", "reserved",
        "numvols", "numranks", "encryptgrp",
    ),
    filters={"stgtype": "stgtype", "rankgrp": "rankgrp"},
)  # fmt: skip
LSIOPORT = Columns(
    ("ID", "WWPN", "State", "Type", "topo", "portgrp"), "I/O Port", Confidence.SEEN, numbers=("portgrp",),
    long=("ID", "WWPN", "State", "Type", "topo", "portgrp", "Speed", "Frame", "I/O Enclosure"),
    filters={"portgrp": "portgrp", "topo": "topo"},
)  # fmt: skip
LSVOLGRP = Columns(
    ("Name", "ID", "Type"), "Volume Group", Confidence.SEEN, long=("Name", "ID", "Type", "resgrp"),
    long_mark=Confidence.GUESS, filters={"type": "Type"},
)  # fmt: skip
LSDDM = Columns(
    ("ID", "DA Pair", "dkcap (10^9B)", "dkuse", "arsite", "State"), "DDM", Confidence.SEEN,
    numbers=("dkcap (10^9B)",), filters={"dkuse": "dkuse", "arsite": "arsite"},
    long=(
        "ID", "Model", "firmware level", "loc", "DA Pair", "dkcap (10^9B)", "diskrpm", "dkuse", "arsite", "Position",
        "State", "diskclass",
    ),
)  # fmt: skip
LSDA = Columns(
    ("ID", "State", "loc", "FC", "Server", "DA pair"), "DA", Confidence.WEAK,
    long=("ID", "State", "loc", "FC", "Server", "DA pair", "interfaces"), long_mark=Confidence.WEAK,
)  # fmt: skip
LSHBA = Columns(
    ("ID", "State", "loc", "FC", "Interfaces"), "Host Adapter", Confidence.WEAK,
    long=("ID", "State", "loc", "FC", "Interfaces", "Server"),
)  # fmt: skip
LSSTGENCL = Columns(
    ("ID", "Interfaces", "interadd", "stordev", "cap (GB)", "RPM"), "Storage Enclosure", Confidence.WEAK,
    numbers=("stordev", "cap (GB)", "RPM"),
    long=("ID", "SerialNum", "Model", "Interfaces", "interadd", "stordev", "cap (GB)", "RPM", "State"),
    long_mark=Confidence.WEAK,
)  # fmt: skip
LSFRAME = Columns(("ID", "SerialNum", "Model"), "Frame", Confidence.GUESS)
LSSERVER = Columns(
    ("ID", "Image ID", "Image State", "Server State"), "Server", Confidence.WEAK,
    long=("ID", "Image ID", "Image State", "Server State", "Manager", "Bootup"),
)  # fmt: skip
LSADDRESSGRP = Columns(("ID", "stgtype", "basevol"), "Address Group", Confidence.GUESS, numbers=("basevol",))
LSRESGRP = Columns(("ID", "Name", "State", "Label"), "Resource Group", Confidence.PLAUSIBLE)
LSPERFGRP = Columns(("ID", "pri", "storageimage"), "Performance Group", Confidence.GUESS)
LSHOSTTYPE = Columns(("HostType", "Profile", "AddrDiscovery", "LBS"), "Host Type", Confidence.PLAUSIBLE, key="HostType")
LSPORTPROF = Columns(("AddrDiscovery", "LBS", "Profile"), "Port Profile", Confidence.GUESS, key="Profile")
LSNETWORKPORT = Columns(("ID", "IP Address", "Subnet Mask", "Gateway"), "Network Port", Confidence.GUESS)
LSAUTHPOL = Columns(("name", "type", "state"), "Authentication Policy", Confidence.PLAUSIBLE, key="name")
LSHOSTCONNECT = Columns(
    ("Name", "ID", "WWPN", "HostType", "Profile", "portgrp", "volgrpID", "ESSIOport"), "Host Connection",
    Confidence.SEEN, numbers=("portgrp",),
    long=(
        "Name", "ID", "WWPN", "HostType", "LBS", "addrDiscovery", "Profile", "portgrp", "volgrpID", "atchtopo",
        "ESSIOport", "speed", "desc",
    ),
    filters={"wwpn": "WWPN", "hosttype": "HostType", "portgrp": "portgrp"},
)  # fmt: skip
LSUSER = Columns(
    ("Name", "Group", "State"), "User", Confidence.PLAUSIBLE, key="Name", long=("Name", "Group", "State", "Scope"),
)  # fmt: skip
WHOAMI = Columns(("Name", "Group"), "User", Confidence.PLAUSIBLE, key="Name")

SHOWSI = Labels(
    (
        "Name", "Desc", "ID", "Storage Unit", "Model", "WWNN", "Signature", "State", "ESSNet", "Volume Group",
        "os400Serial", "NVS Memory", "Cache Memory", "Processor Memory", "MTS", "numegsupported", "ETAutoMode",
    ),
    "Storage Image",
    Confidence.SEEN,
)  # fmt: skip
SHOWLSS = Labels(
    (
        "ID", "Group", "addrgrp", "stgtype", "confgvols", "subsys", "pprcconsistgrp", "xtndlbztimout", "resgrp",
    ),
    "LSS",
    Confidence.PLAUSIBLE,
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
    Confidence.SEEN,
)  # fmt: skip
SHOWEXTPOOL = Labels(
    (
        "Name", "ID", "stgtype", "totlstor (2^30B)", "availstor (2^30B)", "resvdstor (2^30B)", "rankgrp", "numranks",
        "numvols", "status", "%allocated", "%available", "configured", "allocated", "available", "reserved",
    ),
    "Extent Pool",
    Confidence.PLAUSIBLE,
)  # fmt: skip
SHOWRANK = Labels(
    (
        "ID", "SN", "Group", "State", "datastate", "Array", "RAIDtype", "extpoolID", "extpoolnam", "volumes",
        "stgtype", "exts", "usedexts", "widearrays", "nararrays", "trksize", "strpsize", "strpesize", "extsize",
        "encryptgrp", "migrating(in)", "migrating(out)",
    ),
    "Rank",
    Confidence.PLAUSIBLE,
)  # fmt: skip
SHOWARRAY = Labels(
    (
        "Array", "SN", "State", "datastate", "RAIDtype", "arsite", "Rank", "DA Pair", "DDMcap (10^9B)", "DDMRPM",
        "Interface Type", "diskclass", "encrypt",
    ),
    "Array",
    Confidence.PLAUSIBLE,
)  # fmt: skip
SHOWARRAYSITE = Labels(
    (
        "arsite", "DA Pair", "dkcap (10^9B)", "State", "Array", "diskrpm", "disk class", "encrypt",
    ),
    "Array Site",
    Confidence.PLAUSIBLE,
)  # fmt: skip
SHOWIOPORT = Labels(
    ("ID", "WWPN", "SN", "State", "Type", "topo", "portgrp", "Speed", "Frame", "I/O Enclosure"), "I/O Port",
    Confidence.PLAUSIBLE,
)  # fmt: skip
SHOWHOSTCONNECT = Labels(
    (
        "Name", "ID", "WWPN", "HostType", "LBS", "addrDiscovery", "Profile", "portgrp", "volgrpID", "atchtopo",
        "ESSIOport",
    ),
    "Host Connection",
    Confidence.PLAUSIBLE,
)  # fmt: skip
SHOWSU = Labels(
    ("Name", "Desc", "ID", "Model", "WWNN", "config", "pw state", "pw mode"), "Storage Unit", Confidence.PLAUSIBLE
)
SHOWVOLGRP = Labels(("Name", "ID", "Type", "Vols"), "Volume Group", Confidence.FAIRLY_SURE)
SHOWUSER = Labels(("Name", "Group", "State", "FailedLogin", "DaysToExpire", "Scope"), "User", Confidence.PLAUSIBLE)
SHOWSP = Labels(
    (
        "Name", "desc", "acct", "SNMP", "emailnotify", "emailaddr", "emailrelay", "emaildomain", "numkssupported",
    ),
    "Storage Complex",
    Confidence.PLAUSIBLE,
)  # fmt: skip
SHOWACCESS = Columns(("hmc", "cmdline", "wui", "modem"), "Access", Confidence.PLAUSIBLE, key="hmc")
SHOWPASS = Labels(
    ("Password Expiration", "Failed Logins Allowed", "Password Age", "Minimum Length", "Password History"),
    "Policy",
    Confidence.SEEN,
)

VOLUME_INACCESSIBLE = "Volume Inaccessible"
"""The state of a volume that its array cannot reach (dscli.md 2.3: S6 as a filter value, the printed form inferred)."""

UNKNOWN_TIMEOUT = "unknown"
"""Printed where the listed array does not own the source LSS (dscli.md 2.2, M)."""
