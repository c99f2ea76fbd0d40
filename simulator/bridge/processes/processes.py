"""The agent as what VCS runs: real entry-point scripts in real processes, on simulated hosts and in simulated time.

Each host is a directory tree (`host_directory`), each entry point a process (`process_run`). The look-alike programs
that a process starts connect here, over one socket (`control_socket`), and are passed to the run that started them.
"""

from __future__ import annotations

import posixpath
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from mirrordrill.simulator.bridge.environment import ACTIONS, Surroundings
from mirrordrill.simulator.bridge.private_directory import private_directory, socket_directory
from mirrordrill.simulator.bridge.processes import host_directory as directory
from mirrordrill.simulator.bridge.processes.control_socket import ControlSocket, HarnessFaultError, ProgramConnection
from mirrordrill.simulator.bridge.processes.interrupts import deferred
from mirrordrill.simulator.bridge.processes.process_run import ProcessRun, Program
from mirrordrill.simulator.bridge.programs import keeper
from mirrordrill.simulator.host.host import Host
from mirrordrill.simulator.kernel.untrusted import below
from mirrordrill.simulator.site.own_types import FIRE_DRILL, METRO_MIRROR, TypeSettings
from mirrordrill.simulator.vcs.ports import Call

REMOVED = "MetroMirror.removed"
"""Where the agent's folder is kept while it is missing from a host."""


NOTHING_TO_DO = Path(shutil.which("true") or "/bin/true")
"""Executed for an entry point that a type leaves out."""
VOLATILE = "run"
"""Below each host's root: what does not outlive the host, as kernel memory does not."""


def no_agent(_root: Path) -> None:
    """Install nothing: the MetroMirror agent of this host runs in process."""


def start_keeper(socket: Path, folders: Iterable[Path]) -> subprocess.Popen[bytes]:
    """A process that notices when this one is killed (its input ends), and cleans up."""
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        [sys.executable, "-IS", keeper.__file__, str(socket), *map(str, sorted(folders))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


class ProcessRunner:
    """Runs entry points as processes: MetroMirror's, and those of types whose own scripts the user named.

    `hosts` are named with the directories in which the DS CLI is installed there. `install_agent` puts the agent below
    a host's root.
    """

    def __init__(
        self,
        around: Surroundings,
        hosts: Mapping[str, Iterable[str]],
        install_agent: Callable[[Path], None] = directory.link_scripts,
        types: Mapping[str, TypeSettings] | None = None,
    ) -> None:
        self.around = around
        self._types = types or {}
        self._runs: dict[str, ProcessRun] = {}
        self._started = 0
        self._complaints: dict[tuple[str, str], tuple[str, ...]] = {}
        """What each monitor of the user's own wrote to its standard error the last time, by host and resource."""
        self._told: dict[str, tuple[str, str]] = {}
        """The uptime and the boot id in the files of each host: what has not changed is not written again."""
        self.files: dict[str, directory.DirectoryFiles] = {}
        self._keeper: subprocess.Popen[bytes] | None = None
        self._folder = self._meeting = private_directory()
        try:
            self._meeting = socket_directory(self._folder)
            self.control_socket = ControlSocket(self._meeting / "simulator.sock", self._on_hello)
            with deferred():
                self._keeper = start_keeper(self.control_socket.path, {self._folder, self._meeting})
            for name, dscli_homes in hosts.items():
                self.files[name] = directory.build(self.root_of(name), name, dscli_homes, install_agent)
                self.host_lost(name)
        except BaseException:
            self.close()
            raise

    def start(self, call: Call) -> ProcessRun:
        """Start one."""
        self._started += 1
        token = str(self._started)
        self._runs = {key: run for key, run in self._runs.items() if not run.done.triggered}
        run = self._runs[token] = ProcessRun(self, call, token, self._program(call))
        return run

    def _program(self, call: Call) -> Program:
        own = self._types.get(call.type_name)
        if own is not None and own.scripts is not None:
            return Program(own.entry_point(call.entry) or NOTHING_TO_DO, leaves_notes=False, patience_s=own.patience_s)
        is_fire_drill = call.type_name == FIRE_DRILL
        folder = self.root_of(call.system) / (directory.FIRE_DRILL_BIN if is_fire_drill else directory.AGENT_BIN)
        return Program(folder / "actions" / call.entry if call.entry in ACTIONS else folder / call.entry)

    def host_lost(self, host: str) -> None:
        """What a host's scripts remembered in memory is gone."""
        volatile = self.root_of(host) / VOLATILE
        shutil.rmtree(volatile, ignore_errors=True)
        volatile.mkdir(parents=True)

    def host_hung(self, host: str) -> None:
        """Nothing is forgotten."""

    def host_resumed(self, host: str) -> None:
        """Nothing was forgotten."""

    def keep_file(self, system: str, path: str) -> None:
        """Put a file of its owner alone onto a host, as the node in process has each that is looked at."""
        file = below(self.root_of(system), posixpath.normpath(f"/{path}").lstrip("/"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)

    def remove_agent(self, system: str) -> None:
        """Its folder is gone from this host."""
        folder = self.root_of(system) / directory.AGENT_BIN
        folder.rename(folder.with_name(REMOVED))

    def restore_agent(self, system: str) -> None:
        """Its folder is there again."""
        folder = self.root_of(system) / directory.AGENT_BIN
        folder.with_name(REMOVED).rename(folder)

    def under_way(self, system: str, entry: str) -> list[ProcessRun]:
        """The runs of an entry point of the MetroMirror agent on a system that have neither ended nor been killed."""
        agents = (run for run in self._runs.values() if run.call.type_name in (METRO_MIRROR, FIRE_DRILL))
        running = (run for run in agents if not run.is_killed and not run.done.triggered)
        return [run for run in running if (run.call.system, run.call.entry) == (system, entry)]

    def root_of(self, system: str) -> Path:
        """The directory that a host's processes take for their machine."""
        return below(self._folder, system)

    def tell_the_time(self, host: Host) -> None:
        """Write what the host's /proc says: its uptime, and its boot id where that is new."""
        uptime, root = f"{host.uptime_s():.2f} 0.00\n", self.root_of(host.name)
        told_uptime, told_boot_id = self._told.get(host.name, ("", ""))
        if uptime != told_uptime:
            beside = root / f"{directory.UPTIME}.new"
            beside.write_text(uptime)
            beside.replace(root / directory.UPTIME)
        if host.boot_id != told_boot_id:
            (root / directory.BOOT_ID).write_text(host.boot_id + "\n")
        self._told[host.name] = (uptime, host.boot_id)

    def environment(self, call: Call, token: str) -> dict[str, str]:
        """The environment of an entry point: what VCS gives, and how the look-alikes find the simulator.

        The MetroMirror agent looks for everything below a root. Scripts of the user's own are told where things are.
        """
        root, interpreter = self.root_of(call.system), Path(sys.executable).parent
        common = {
            "LANG": "C.UTF-8",
            "MIRRORDRILL_SOCKET": str(self.control_socket.path),
            "MIRRORDRILL_PROCESS": token,
            "MIRRORDRILL_SYSTEM": call.system,
        }
        if call.type_name in (METRO_MIRROR, FIRE_DRILL):
            return common | {"PATH": f"{interpreter}:/usr/bin:/bin", "METROMIRROR_ROOT": str(root)}
        return common | {
            "PATH": f"{root / directory.VCS_BIN}:{interpreter}:/usr/local/bin:/usr/bin:/bin",
            "PERL5LIB": str(root / directory.VCS_BIN),
            "VCS_HOME": str(root / "opt/VRTSvcs"),
            "VCS_LOG": str(root / "var/VRTSvcs"),
            "VCS_CONF": str(root / "etc/VRTSvcs"),
            "MIRRORDRILL_ROOT": str(root),
            "MIRRORDRILL_RUN": str(root / VOLATILE),
        }

    def is_new_complaint(self, call: Call, lines: tuple[str, ...]) -> bool:
        """Whether a monitor wrote something to its standard error that it did not write the last time."""
        before = self._complaints.get((call.system, call.resource), ())
        self._complaints[call.system, call.resource] = lines
        return bool(lines) and lines != before

    def close(self) -> None:
        """Kill what still runs and remove the hosts' directories."""
        for run in self._runs.values():
            run.kill()
        if hasattr(self, "control_socket"):
            self.control_socket.close()
        for folder in (self._folder, self._meeting):
            shutil.rmtree(folder, ignore_errors=True)
        if self._keeper is not None:
            self._keeper.communicate(b"cleaned up")
            self._keeper = None

    def _on_hello(self, connection: ProgramConnection, fields: list[str]) -> None:
        if len(fields) < 3 or fields[1] not in self._runs:
            connection.say("no entry point of this simulation started this program\n")
            connection.end(255)
            return
        program, token, _system, *argv = fields
        run = self._runs[token]
        called: Callable[[ProgramConnection, list[str]], None] = (
            run.dscli_called if program == "dscli" else run.ha_called
        )
        called(connection, argv if program == "dscli" else [program, *argv])


__all__ = ["HarnessFaultError", "ProcessRunner"]
