"""What stands on the volumes of a random group: the usual stacks of administrators, as text."""

from __future__ import annotations

from random import Random

OWN_TYPE = "AcmeLedger"
"""A type that VCS does not bring: its type file lies beside main.cf."""
OWN_TYPES_FILE = "AcmeTypes.cf"
OWN_TYPES = f"""type {OWN_TYPE} (
	static str ArgList[] = {{ Instance, Owner }}
	static int OnlineTimeout = 240
	str Instance
	str Owner = root
)
"""
KINDS = (
    "application",
    "lvm",
    "oracle",
    "two writers",
    "nfs",
    "db2",
    "sybase",
    "process",
    "volume",
    "bare",
    "file server",
    "samba",
    "own type",
    "raw volumes",
    "asm",
    "zone",
)


def stack(chance: Random, name: str, network: str = "") -> str:
    """One of the usual stacks, with resources of its own and what they require.

    Where a parallel group watches the network cards, a proxy of its `network` resource stands for one of its own.
    """
    parts = Parts(chance, name, network)
    kind = chance.choice(KINDS)
    resources, lines = {
        "application": parts.application,
        "lvm": parts.lvm,
        "oracle": parts.oracle,
        "two writers": parts.two_writers,
        "nfs": parts.nfs,
        "db2": parts.db2,
        "sybase": parts.sybase,
        "process": parts.process,
        "volume": parts.volume,
        "bare": parts.bare,
        "file server": parts.file_server,
        "samba": parts.samba,
        "own type": parts.own_type,
        "raw volumes": parts.raw_volumes,
        "asm": parts.asm,
        "zone": parts.zone,
    }[kind]()
    return "".join(resources) + "\n".join(f"\t{line}" for line in lines) + "\n"


def cluster_stack(name: str) -> str:
    """What a parallel group on cluster file systems has."""
    resources = (
        resource("CVMVolDg", f"{name}_cdg", f"CVMDiskGroup = {name}dg", "CVMActivation = sw"),
        resource("CFSMount", f"{name}_cfs", f'MountPoint = "/{name}"', f'BlockDevice = "/dev/vx/dsk/{name}dg/v1"'),
        resource("Oracle", f"{name}_db", f"Sid = S{name}", "Owner = oracle", 'Home = "/u01"'),
    )
    lines = (f"{name}_db requires {name}_cfs", f"{name}_cfs requires {name}_cdg", f"{name}_cdg requires {name}_mm")
    return "".join(resources) + "\n".join(f"\t{line}" for line in lines) + "\n"


def resource(kind: str, name: str, *attributes: str) -> str:
    """A resource as it stands in a main.cf."""
    return "\n".join([f"\t{kind} {name} (", *(f"\t\t{each}" for each in attributes if each), "\t\t)", "", ""])


class Parts:
    """The resources of one group, by kind of stack; each gives them and its dependencies."""

    def __init__(self, chance: Random, name: str, network: str) -> None:
        self.name = name
        self.network = network
        self.timeout = chance.choice(("", "", "OnlineTimeout = 600", "OnlineTimeout = 420", "OnlineTimeout = 120"))
        self.limit = chance.choice(("", "", "RestartLimit = 1", "OnlineRetryLimit = 1", "ToleranceLimit = 1"))
        self.critical = chance.choice(("", "", "", "", "", "Critical = 0"))
        self.is_alone = chance.random() < 0.5

    def _dg(self) -> str:
        return resource("DiskGroup", f"{self.name}_dg", f"DiskGroup = {self.name}dg")

    def _lvm(self) -> str:
        return resource("LVMVolumeGroup", f"{self.name}_dg", f"VolumeGroup = vg{self.name}", "StartVolumes = 1")

    def _mount(self, suffix: str = "mnt") -> str:
        name = self.name
        block, point = f'BlockDevice = "/dev/{name}/{suffix}"', f'MountPoint = "/{name}/{suffix}"'
        return resource("Mount", f"{name}_{suffix}", point, block, "FSType = ext4", 'FsckOpt = "-y"')

    def _app(self) -> str:
        name = self.name
        programs = [f'{each}Program = "/opt/{name}/{each.lower()}"' for each in ("Start", "Stop", "Monitor")]
        return resource("Application", f"{name}_app", *programs, self.timeout, self.limit, self.critical)

    def _address(self) -> str:
        name = self.name
        address = resource("IP", f"{name}_ip", "Device = eth0", 'Address = "10.1.2.3"', 'NetMask = "255.255.255.0"')
        if self.network:
            return address + resource("Proxy", f"{name}_nic", f"TargetResName = {self.network}")
        return address + resource("NIC", f"{name}_nic", "Device = eth0", 'NetworkHosts = { "10.1.2.1" }')

    def _oracle(self) -> str:
        where = (f"Sid = S{self.name}", "Owner = oracle", 'Home = "/u01"')
        return resource("Oracle", f"{self.name}_db", *where, self.timeout)

    def _below(self) -> list[str]:
        return [f"{self.name}_mnt requires {self.name}_dg", f"{self.name}_dg requires {self.name}_mm"]

    def application(self) -> tuple[list[str], list[str]]:
        """A disk group, a file system, a program."""
        return [self._dg(), self._mount(), self._app()], [f"{self.name}_app requires {self.name}_mnt", *self._below()]

    def lvm(self) -> tuple[list[str], list[str]]:
        """The same on LVM, with an address on top of the program or beside it."""
        name = self.name
        lines = [f"{name}_app requires {name}_mnt", f"{name}_ip requires {name}_nic", *self._below()]
        lines.append(f"{name}_ip requires {name}_app" if self.is_alone else f"{name}_app requires {name}_ip")
        return [self._lvm(), self._mount(), self._app(), self._address()], lines

    def oracle(self) -> tuple[list[str], list[str]]:
        """A database with its listener and address."""
        name = self.name
        listener = resource("Netlsnr", f"{name}_lsnr", "Owner = oracle", 'Home = "/u01"')
        lines = [f"{name}_lsnr requires {name}_db", f"{name}_lsnr requires {name}_ip"]
        lines += [f"{name}_ip requires {name}_nic", f"{name}_db requires {name}_mnt", *self._below()]
        return [self._dg(), self._mount(), self._oracle(), listener, self._address()], lines

    def two_writers(self) -> tuple[list[str], list[str]]:
        """A database and a program on one file system."""
        name = self.name
        lines = [f"{name}_app requires {name}_db", f"{name}_db requires {name}_mnt", *self._below()]
        return [self._app(), self._lvm(), self._mount(), self._oracle()], lines

    def nfs(self) -> tuple[list[str], list[str]]:
        """A file server beside a program that writes."""
        resources, lines = self.file_server()
        return [*resources, self._app()], [f"{self.name}_app requires {self.name}_mnt", *lines]

    def file_server(self) -> tuple[list[str], list[str]]:
        """A file server and nothing beside it: its clients write."""
        name = self.name
        resources = [self._lvm(), self._mount(), self._address()]
        resources.append(resource("NFS", f"{name}_nfs", "Nservers = 16"))
        resources.append(resource("NFSRestart", f"{name}_nfsrs", f"NFSRes = {name}_nfs"))
        resources.append(resource("Share", f"{name}_shr", f'PathName = "/{name}/export"', 'Client = "*"'))
        lines = [f"{name}_shr requires {name}_mnt", f"{name}_shr requires {name}_nfs"]
        lines += [
            f"{name}_ip requires {name}_shr",
            f"{name}_nfsrs requires {name}_ip",
            f"{name}_ip requires {name}_nic",
        ]
        return resources, [*lines, *self._below()]

    def db2(self) -> tuple[list[str], list[str]]:
        """DB2 with two file systems."""
        name = self.name
        database = resource("Db2udb", f"{name}_db", f"DB2InstOwner = {name}", f'DB2InstHome = "/{name}"', self.timeout)
        lines = [f"{name}_db requires {name}_mnt", f"{name}_db requires {name}_log", f"{name}_log requires {name}_dg"]
        return [self._lvm(), self._mount(), self._mount("log"), database], [*lines, *self._below()]

    def sybase(self) -> tuple[list[str], list[str]]:
        """Sybase with its backup server."""
        name = self.name
        server = resource("Sybase", f"{name}_db", f"Server = {name}", "Owner = sybase", 'Home = "/sybase"', "SA = sa")
        backup = resource("SybaseBk", f"{name}_bk", f"Server = {name}_bk", "Owner = sybase", 'Home = "/sybase"')
        lines = [f"{name}_bk requires {name}_db", f"{name}_db requires {name}_mnt", *self._below()]
        return [self._dg(), self._mount(), server, backup], lines

    def process(self) -> tuple[list[str], list[str]]:
        """A process on a file system, and a file that says that it is there."""
        name = self.name
        process = resource("Process", f"{name}_prc", f'PathName = "/opt/{name}/bin/{name}d"', self.timeout)
        flag = resource("FileOnOff", f"{name}_flag", f'PathName = "/{name}/mnt/up"')
        lines = [f"{name}_flag requires {name}_prc", f"{name}_prc requires {name}_mnt", *self._below()]
        return [self._dg(), self._mount(), process, flag], lines

    def volume(self) -> tuple[list[str], list[str]]:
        """A volume between disk group and file system."""
        name = self.name
        volume = resource("Volume", f"{name}_vol", "Volume = v1", f"DiskGroup = {name}dg")
        lines = [f"{name}_app requires {name}_mnt", f"{name}_mnt requires {name}_vol", f"{name}_vol requires {name}_dg"]
        return [self._dg(), volume, self._mount(), self._app()], [*lines, f"{name}_dg requires {name}_mm"]

    def bare(self) -> tuple[list[str], list[str]]:
        """A database on raw volumes: nothing between it and MetroMirror."""
        return [self._oracle()], [f"{self.name}_db requires {self.name}_mm"]

    def samba(self) -> tuple[list[str], list[str]]:
        """A file server for other clients, with an address of its own."""
        name = self.name
        server = resource("SambaServer", f"{name}_smb", 'ConfFile = "/etc/samba/smb.conf"', 'LockDir = "/var/lock"')
        share = resource("SambaShare", f"{name}_shr", f"SambaServerRes = {name}_smb", f"ShareName = {name}")
        lines = [f"{name}_shr requires {name}_mnt", f"{name}_shr requires {name}_smb", f"{name}_smb requires {name}_ip"]
        lines += [f"{name}_ip requires {name}_nic", f"{name}_mnt requires {name}_lv", f"{name}_lv requires {name}_dg"]
        volume = resource("LVMLogicalVolume", f"{name}_lv", f"VolumeGroup = vg{name}", "LogicalVolume = lv0")
        resources = [self._lvm(), volume, self._mount(), server, share, self._address()]
        return resources, [*lines, f"{name}_dg requires {name}_mm"]

    def own_type(self) -> tuple[list[str], list[str]]:
        """A program with a type of the administrator's own."""
        name = self.name
        program = resource(OWN_TYPE, f"{name}_led", f"Instance = {name}", self.timeout)
        return [self._dg(), self._mount(), program], [f"{name}_led requires {name}_mnt", *self._below()]

    def raw_volumes(self) -> tuple[list[str], list[str]]:
        """A database on the logical volumes themselves, without a file system."""
        name = self.name
        return [self._lvm(), self._oracle()], [f"{name}_db requires {name}_dg", f"{name}_dg requires {name}_mm"]

    def asm(self) -> tuple[list[str], list[str]]:
        """A database on disks that its own volume manager mounts."""
        name = self.name
        where = (f'Sid = "+A{name}"', "Owner = oracle", 'Home = "/u01"')
        groups = resource("ASMDG", f"{name}_dg", f'DiskGroups = {{ "{name}" }}', *where)
        lines = [f"{name}_db requires {name}_dg", f"{name}_dg requires {name}_asm", f"{name}_dg requires {name}_mm"]
        return [resource("ASMInst", f"{name}_asm", *where), groups, self._oracle()], lines

    def zone(self) -> tuple[list[str], list[str]]:
        """A program in a container whose root stands on the mirrored volumes."""
        name = self.name
        pool = resource("Zpool", f"{name}_dg", f"PoolName = {name}", "ChkZFSMounts = 0")
        container = resource("Zone", f"{name}_zone", f"ZoneName = {name}")
        lines = [f"{name}_app requires {name}_zone", f"{name}_zone requires {name}_dg", f"{name}_dg requires {name}_mm"]
        return [pool, container, self._app()], lines
