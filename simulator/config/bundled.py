"""The resource types that VCS 4.x to InfoScale 8 bring: in which file, of which family, and what VCS may do with them.

This is the one table of types: `mirrordrill check` accepts what stands here, the simulator plays it by its family
(`host/behaviours.py`), and docs/fidelity.md prints it. `types.cf` has the attributes of the types that stand most often
beside MetroMirror. Of the others only the name is known: their attributes are kept as they are written, and nothing is
invented. A type file that lies beside the user's main.cf always wins.

Source: reference additions.md ("Types and include files that VCS versions bring") for files and names; families and
Operations from the agents' guides, as far as remembered (`confidence`: S seen, M remembered, I inferred).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mirrordrill.simulator.config.model import NOWHERE, Declaration, Dimension, ScalarType, TypeDefinition, Word


class Family(enum.Enum):
    """What the types of a family do with the volumes below them. The value is how docs/fidelity.md says it."""

    DISK_GROUP = "imports them while they are writable, and fails with them"
    ON_VOLUMES = "needs them writable, and fails with them"
    APPLICATION = "opens them and writes"
    SERVICE = "nothing"
    WATCHED = "nothing: VCS watches it and never brings it online"


class Operations(enum.Enum):
    """What VCS may do with a resource of the type (the static attribute Operations)."""

    ON_OFF = "OnOff"
    ON_ONLY = "OnOnly"
    NONE = "None"


@dataclass(frozen=True, slots=True)
class BundledType:
    """One type that VCS brings."""

    name: str
    file: str
    family: Family
    operations: Operations
    confidence: str


_ROWS: tuple[tuple[str, Family, Operations, str, str], ...] = (
    # file, family, operations, confidence, names
    ("types.cf", Family.DISK_GROUP, Operations.ON_OFF, "S", "DiskGroup LVMVolumeGroup LVMVG"),
    ("types.cf", Family.DISK_GROUP, Operations.ON_OFF, "M", "LVMCombo Zpool"),
    ("types.cf", Family.ON_VOLUMES, Operations.ON_OFF, "S", "Volume LVMLogicalVolume Mount"),
    ("types.cf", Family.ON_VOLUMES, Operations.ON_OFF, "M", "VolumeSet SANVolume"),
    ("types.cf", Family.SERVICE, Operations.ON_OFF, "M", "DiskGroupSnap DiskReservation VMwareDisks"),
    ("types.cf", Family.SERVICE, Operations.ON_OFF, "S", "IP IPMultiNIC IPMultiNICB DNS"),
    ("types.cf", Family.WATCHED, Operations.NONE, "S", "NIC MultiNICA MultiNICB Proxy ElifNone FileNone"),
    ("types.cf", Family.WATCHED, Operations.NONE, "M", "CoordPoint DiskGroupMonitor HostMonitor"),
    ("types.cf", Family.SERVICE, Operations.ON_OFF, "S", "NotifierMngr NFSRestart Share FileOnOff RemoteGroup"),
    ("types.cf", Family.SERVICE, Operations.ON_OFF, "S", "NotifierSourceSnmp ServiceGroupHB Phantom"),
    ("types.cf", Family.SERVICE, Operations.ON_ONLY, "S", "FileOnOnly ProcessOnOnly"),
    ("types.cf", Family.SERVICE, Operations.ON_ONLY, "M", "NFS"),
    ("types.cf", Family.SERVICE, Operations.ON_OFF, "M", "NFSLock SambaServer SambaShare NetBIOS Apache VRTSWebApp"),
    ("types.cf", Family.SERVICE, Operations.ON_OFF, "M", "Zone LPAR WPAR LDom Project KVMGuest MemCPUAllocator"),
    ("types.cf", Family.SERVICE, Operations.ON_OFF, "I", "VxSSAuth VirtualMachine AzureIP AWSIP ClusterMonitorConfig"),
    ("types.cf", Family.APPLICATION, Operations.ON_OFF, "S", "Application Process"),
    ("OracleTypes.cf", Family.APPLICATION, Operations.ON_OFF, "S", "Oracle"),
    ("OracleTypes.cf", Family.SERVICE, Operations.ON_OFF, "S", "Netlsnr"),
    ("OracleASMTypes.cf", Family.SERVICE, Operations.ON_OFF, "S", "ASMInst"),
    ("OracleASMTypes.cf", Family.DISK_GROUP, Operations.ON_OFF, "S", "ASMDG"),
    ("Db2udbTypes.cf", Family.APPLICATION, Operations.ON_OFF, "S", "Db2udb"),
    ("SybaseTypes.cf", Family.APPLICATION, Operations.ON_OFF, "S", "Sybase"),
    ("SybaseTypes.cf", Family.SERVICE, Operations.ON_OFF, "M", "SybaseBk SybaseXP"),
    ("CVMTypes.cf", Family.SERVICE, Operations.ON_OFF, "S", "CVMCluster"),
    ("CVMTypes.cf", Family.SERVICE, Operations.ON_ONLY, "M", "CVMVxconfigd"),
    ("CVMTypes.cf", Family.DISK_GROUP, Operations.ON_OFF, "S", "CVMVolDg"),
    ("CFSTypes.cf", Family.SERVICE, Operations.ON_OFF, "S", "CFSfsckd"),
    ("CFSTypes.cf", Family.ON_VOLUMES, Operations.ON_OFF, "S", "CFSMount"),
    ("CRSResource.cf", Family.SERVICE, Operations.ON_OFF, "M", "CRSResource CSSD"),
    ("PrivNIC.cf", Family.WATCHED, Operations.NONE, "M", "PrivNIC"),
    ("MultiPrivNIC.cf", Family.WATCHED, Operations.NONE, "M", "MultiPrivNIC"),
    ("VVRTypes.cf", Family.SERVICE, Operations.ON_OFF, "S", "RVG RVGPrimary RVGSnapshot"),
    ("VVRTypes.cf", Family.SERVICE, Operations.ON_OFF, "M", "RVGLogowner RVGShared RVGSharedPri VvrRvg"),
    ("SRDFTypes.cf", Family.SERVICE, Operations.ON_OFF, "S", "SRDF"),
    ("SRDFSnapTypes.cf", Family.SERVICE, Operations.ON_OFF, "S", "SRDFSnap"),
    ("SRDFSTARTypes.cf", Family.SERVICE, Operations.ON_OFF, "I", "SRDFSTAR"),
    ("HTCTypes.cf", Family.SERVICE, Operations.ON_OFF, "S", "HTC"),
    ("HTCSnapTypes.cf", Family.SERVICE, Operations.ON_OFF, "M", "HTCSnap"),
)

BUNDLED: Mapping[str, BundledType] = MappingProxyType(
    {
        name: BundledType(name, file, family, operations, confidence)
        for file, family, operations, confidence, names in _ROWS
        for name in names.split()
    }
)
"""Every type that VCS brings, by name."""

FILES: frozenset[str] = frozenset(each.file for each in BUNDLED.values()) | {"VCSTypes.cf", "SFRACTypes.cf"}
"""The type files that VCS brings. For one that does not lie beside main.cf the whole table stands in."""


def definitions(known: frozenset[str]) -> Iterator[TypeDefinition]:
    """A definition of every bundled type that is not among the known ones: Operations, and no attribute."""
    for each in BUNDLED.values():
        if each.name not in known:
            operations = Declaration(
                Word("Operations"),
                ScalarType.STR,
                Dimension.SCALAR,
                is_static=True,
                default=Word(each.operations.value),
            )
            yield TypeDefinition(Word(each.name, position=NOWHERE), (operations,))
