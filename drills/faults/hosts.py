"""Faults of hosts and of what runs on them: the row "host" of the drills' faults, and processes that somebody kills."""

from __future__ import annotations

from mirrordrill.drills.faults.active_faults import Damage, Undo
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.world import World


class HostHazards:
    """What can befall hosts."""

    def __init__(self, world: World, damage: Damage) -> None:
        self._world = world
        self._damage = damage

    def halts(self, hosts: tuple[str, ...]) -> str:
        """Halt hosts; for the cluster that is as good as their death."""
        self._damage.mark(f"the halt of {' and '.join(hosts)}")
        for host in hosts:
            self._world.halt(host)
        return f"{', '.join(hosts)} down"

    def crashes(self, hosts: tuple[str, ...]) -> str:
        """Hosts lose their power; what the agent had synced is there when they boot again."""
        self._damage.mark(f"the crash of {' and '.join(hosts)}")
        for host in hosts:
            self._world.crash(host)
        return f"{', '.join(hosts)} dead"

    def loses_lock(self, host: str) -> str:
        """A host loses its power, and its disk had only said that it wrote the lock and the journal."""
        self._damage.mark(f"the crash of {host}")
        self._world.crash(host)
        for attachment in self._world.site.attachments:
            if attachment.host == host:
                for kind in ("lock", "journal"):
                    self._world.hosts[host].files.remove(f"{attachment.resource}.{kind}")
        return f"{host} dead, its lock and journal not on its disk"

    def lose_agent(self, hosts: tuple[str, ...]) -> str:
        """The agent is not installed on these hosts."""
        for host in hosts:
            self._world.remove_agent(host)
        return f"no agent on {', '.join(hosts)}"

    def get_agent(self, hosts: tuple[str, ...]) -> str:
        """It is installed there now."""
        for host in hosts:
            self._world.install_agent(host)
        return f"agent installed on {', '.join(hosts)}"

    def boots(self, hosts: tuple[str, ...]) -> str:
        """Boot hosts that are down; VCS starts on them by itself."""
        for host in hosts:
            self._world.boot(host)
        return f"{', '.join(hosts)} booting"

    def hangs(self, host: str) -> str:
        """Everything on the host stands still; nobody outside can tell that from its death."""

        def strike() -> Undo:
            self._world.hang(host)
            return lambda: self._world.resume(host)

        self._damage.strike(f"{host} that stands still", f"{host} stood still", strike)
        return f"{host} stands still"

    def resumes(self, host: str) -> str:
        """It goes on with whatever it was about to do, not knowing that time has passed."""
        self._damage.mend(f"{host} that stands still")
        self._damage.mark(f"{host} went on")
        return f"{host} goes on"

    def fills_disk(self, host: str) -> str:
        """There is no room for the agent's state files."""

        def strike() -> Undo:
            self._world.fill_disk(host, True)
            return lambda: self._world.fill_disk(host, False)

        self._damage.strike(f"room on the disk of {host}", f"the disk of {host} was full", strike)
        return f"the disk of {host} is full"

    def has_room(self, host: str) -> str:
        """There is room again."""
        return self._damage.mend(f"room on the disk of {host}")

    def kills_entry_point(self, entry: str, host: str) -> str:
        """kill -9, by hand or by the kernel. Raises UsageError where none is under way."""
        self._damage.mark(f"the death of {entry}")
        if not self._world.kill_entry_point(host, entry):
            raise UsageError(f"no {entry} of a MetroMirror resource is under way on {host}")
        return f"{entry} on {host} killed"
