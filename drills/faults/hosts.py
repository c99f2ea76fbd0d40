"""Faults of hosts and of what runs on them, and how hosts come back.

A host that is down is booted, one that stands still goes on; neither is the undo of a single fault, for a host may be
down for other reasons (it panicked), and one that stood still may have died since.
"""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.faults.active_faults import known
from mirrordrill.drills.faults.fault import Fault, FaultKind, FaultRegistry, Layer, Target
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.host.events import StateDirectoryChanged
from mirrordrill.simulator.host.host import MemoryFiles, Power
from mirrordrill.simulator.kernel.effects import Effect
from mirrordrill.simulator.world import NotSimulatedError, World

BOOT = "hosta, hostb boot"


def ends_otherwise() -> None:
    """Hosts are booted and go on by steps of their own."""


def down(bring_down: Callable[[World, str], None]) -> Callable[[FaultRegistry, Fault], Effect]:
    """A fault after which a host is down; whatever else stood on it ends."""

    def inject(faults: FaultRegistry, fault: Fault) -> Effect:
        (host,) = fault.target
        bring_down(faults.world, host)
        faults.forget(*(Fault(kind, (host,)) for kind in (*DOWN, HOST_HANGS)))
        return Effect([("power of host", host)], ends_otherwise)

    return inject


def crash_without_lock(world: World, host: str) -> None:
    """The host loses its power, and its disk had only said that it wrote lock, journal and memory."""
    world.crash(host)
    for name in state_names(world, host):
        world.hosts[host].files.remove(name)


def hang(faults: FaultRegistry, fault: Fault) -> Effect:
    """Everything on the host stands still. Raises UsageError where it is down."""
    host = known(fault.target[0], faults.world.hosts, "host")
    if faults.world.hosts[host].power not in (Power.ON, Power.HUNG):
        raise UsageError(f"{host} is {faults.world.hosts[host].power.value}: nothing on it can stand still")
    faults.world.hang(host)
    return Effect([("power of host", host)], ends_otherwise)


def fill_disk(faults: FaultRegistry, fault: Fault) -> Effect:
    """No room for the agent's state files."""
    (host,) = fault.target
    return faults.world.kernel.effects.switch(
        ("disk of host", host),
        begin=lambda: faults.world.fill_disk(host, is_full=True),
        end=lambda: faults.world.fill_disk(host, is_full=False),
    )


def remove_agent(faults: FaultRegistry, fault: Fault) -> Effect:
    """The agent is not installed on a host until it is installed."""
    world, (host,) = faults.world, fault.target
    world.remove_agent(host)
    return Effect([("agent on host", host)], lambda: world.install_agent(host))


def kill_entry_point(faults: FaultRegistry, fault: Fault) -> None:
    """kill -9, by hand or by the kernel. Raises UsageError where none is under way."""
    entry, host = fault.target
    if not faults.world.kill_entry_point(host, entry):
        raise UsageError(f"no {entry} of a MetroMirror resource is under way on {host}")


def lose_state(faults: FaultRegistry, fault: Fault) -> None:
    """Lock, journal and memory on a host are gone. Raises UsageError for an unknown host."""
    host = known(fault.target[0], faults.world.hosts, "host")
    for name in state_names(faults.world, host):
        faults.world.hosts[host].files.remove(name)
    faults.world.hosts[host].notice_files()


def damage_state(faults: FaultRegistry, fault: Fault) -> None:
    """Each of them holds something that the agent did not write. Raises UsageError, NotSimulatedError."""
    host = known(fault.target[0], faults.world.hosts, "host")
    files = faults.world.hosts[host].files
    if not isinstance(files, MemoryFiles):
        raise NotSimulatedError("damaged state files are run in process only")
    for name in state_names(faults.world, host):
        files.texts[name] = DAMAGED
        files.touched = True
    faults.world.hosts[host].notice_files()


def state_names(world: World, host: str) -> list[str]:
    """The agent's state files that are on a host."""
    resources = [attachment.resource for attachment in world.site.attachments if attachment.host == host]
    names = world.hosts[host].files.state()
    return [name for name in sorted(names) if any(name.startswith(f"{resource}.") for resource in resources)]


def unreadable_state(faults: FaultRegistry, fault: Fault) -> Effect:
    """The state directory can neither be read nor written. Raises UsageError, NotSimulatedError."""
    host = known(fault.target[0], faults.world.hosts, "host")
    files = faults.world.hosts[host].files
    if not isinstance(files, MemoryFiles):
        raise NotSimulatedError("a state directory that cannot be read is run in process only")

    kernel = faults.world.kernel

    def lose() -> None:
        files.is_unreadable = True
        kernel.emit(StateDirectoryChanged(host, is_readable=False))

    def give_back() -> None:
        files.is_unreadable = False
        kernel.emit(StateDirectoryChanged(host, is_readable=True))

    return kernel.effects.switch(("state directory of host", host), lose, give_back)


DAMAGED = "\x00\x00\x00 not what was written\n"
HOST_HALTS = FaultKind(
    "halt",
    Layer.HOST,
    Target.HOST,
    "hosta, hostb halt",
    BOOT,
    moment="the halt of {0}",
    begun="{0} down",
    ended="{0} booting",
    inject=down(World.halt),
    is_repeatable=True,
)
HOST_CRASHES = FaultKind(
    "crash",
    Layer.HOST,
    Target.HOST,
    "hosta, hostb lose power",
    BOOT,
    moment="the crash of {0}",
    begun="{0} dead",
    ended="{0} booting",
    inject=down(World.crash),
    is_repeatable=True,
)
HOST_CRASHES_WITHOUT_LOCK = FaultKind(
    "not yet durable files lost at power failure",
    Layer.HOST,
    Target.HOST,
    "hosta loses power, and its disk forgets the lock",
    BOOT,
    moment="the crash of {0}",
    begun="{0} dead, lock, journal and memory not on its disk",
    ended="{0} booting",
    inject=down(crash_without_lock),
    is_repeatable=True,
)
HOST_HANGS = FaultKind(
    "hang and continue",
    Layer.HOST,
    Target.HOST,
    "hosta hangs",
    "hosta resumes",
    moment="{0} stood still",
    begun="{0} stands still",
    ended="{0} goes on",
    inject=hang,
    minimum_s=1.0,
    is_repeatable=True,
)
DISK_FULL = FaultKind(
    "full disk under the lock",
    Layer.HOST,
    Target.HOST,
    "the disk of hostc is full",
    "the disk of hostc has free space again",
    moment="the disk of {0} was full",
    begun="the disk of {0} is full",
    ended="room on the disk of {0} back",
    inject=fill_disk,
)
AGENT_MISSING = FaultKind(
    "agent not installed",
    Layer.HOST,
    Target.HOST,
    "the agent is missing on hostc",
    "the agent is installed on hostc",
    moment="",
    begun="no agent on {0}",
    ended="agent installed on {0}",
    inject=remove_agent,
)
ENTRY_POINT_KILLED = FaultKind(
    "entry point killed",
    Layer.HOST,
    Target.ENTRY_POINT,
    "the agent's online on hostc is killed",
    "",
    moment="the death of {0}",
    begun="{0} on {1} killed",
    inject=kill_entry_point,
)
STATE_LOST = FaultKind(
    "state files of the agent lost",
    Layer.HOST,
    Target.HOST,
    "the agent's state files on hostc are lost",
    "",
    moment="the loss of the state files on {0}",
    begun="lock, journal and memory on {0} gone",
    inject=lose_state,
)
STATE_DAMAGED = FaultKind(
    "state files of the agent damaged",
    Layer.HOST,
    Target.HOST,
    "the agent's state files on hostc are damaged",
    "",
    moment="the damage to the state files on {0}",
    begun="lock, journal and memory on {0} damaged",
    inject=damage_state,
)
STATE_UNREADABLE = FaultKind(
    "state directory of the agent unreadable",
    Layer.HOST,
    Target.HOST,
    "the agent's state directory on hostc cannot be read",
    "the agent's state directory on hostc can be read again",
    moment="the state directory of {0} was lost",
    begun="the state directory of {0} cannot be read",
    ended="the state directory of {0} back",
    inject=unreadable_state,
    minimum_s=1.0,
)
DOWN = (HOST_HALTS, HOST_CRASHES, HOST_CRASHES_WITHOUT_LOCK)
KINDS = (*DOWN, HOST_HANGS, DISK_FULL, AGENT_MISSING, ENTRY_POINT_KILLED, STATE_LOST, STATE_DAMAGED, STATE_UNREADABLE)


def host_faults(kind: FaultKind, *hosts: str) -> tuple[Fault, ...]:
    """The same fault on each of these hosts."""
    return tuple(Fault(kind, (host,)) for host in hosts)


def entry_point_killed(entry: str, host: str) -> Fault:
    """An entry point of the agent that is under way dies."""
    return Fault(ENTRY_POINT_KILLED, (entry, host))


def boot(faults: FaultRegistry, hosts: tuple[str, ...]) -> str:
    """Boot hosts that are down; VCS starts on them by itself. Raises UsageError for one that stands still."""
    seen = dict[str, list[str]]()
    for host in hosts:
        power = faults.world.hosts[known(host, faults.world.hosts, "host")].power
        if power is Power.HUNG:
            raise UsageError(f"{host} stands still: it boots after it has halted or lost power")
        said = {Power.OFF: "booting", Power.BOOTING: "booting already"}.get(power, "up already")
        seen.setdefault(said, []).append(host)
        faults.world.boot(host)
        faults.forget(*(Fault(kind, (host,)) for kind in DOWN))
    return "; ".join(f"{', '.join(named)} {said}" for said, named in seen.items())


def resume(faults: FaultRegistry, host: str) -> str:
    """A host that stands still goes on with what it was about to do. Raises UsageError for one that does not."""
    power = faults.world.hosts[known(host, faults.world.hosts, "host")].power
    if power is not Power.HUNG:
        raise UsageError(f"{host} does not stand still; it is {power.value}")
    faults.world.resume(host)
    faults.forget(Fault(HOST_HANGS, (host,)))
    faults.mark(f"{host} went on")
    return f"{host} goes on"
