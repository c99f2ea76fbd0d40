"""The world of a drill: the arrays, hosts and clusters of one site, put together. Where array and vcs meet.

The world lets time pass and passes commands on. It is not asked what is true: that is read from its event log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import simpy

from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.array.storage import Storage
from mirrordrill.simulator.bridge.environment import FilesOfAgent, HaResult, Surroundings
from mirrordrill.simulator.bridge.in_process import GreenletRunner
from mirrordrill.simulator.bridge.port_moments import PortMoments
from mirrordrill.simulator.bridge.ports_tap import Tap
from mirrordrill.simulator.bridge.processes.host_directory import link_scripts
from mirrordrill.simulator.bridge.processes.processes import ProcessRunner
from mirrordrill.simulator.bridge.replayed_agent import ReplayedAgent
from mirrordrill.simulator.config.checks.global_clusters import connector_of
from mirrordrill.simulator.dispatcher import EntryPointDispatcher, agent_runner, files_of, script_runner
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.session import start_session
from mirrordrill.simulator.fenced_disks import SiteDisks
from mirrordrill.simulator.host.applications import CHANGES_WRITABILITY, Applications
from mirrordrill.simulator.host.behaviours import behaviours, written_by_users
from mirrordrill.simulator.host.host import Host, MemoryFiles, Power
from mirrordrill.simulator.host.machines import Machines, Tenants
from mirrordrill.simulator.host.neighbours import ENTRIES, Neighbours
from mirrordrill.simulator.host.troubles import EntryPointTrouble
from mirrordrill.simulator.host_probe import SimulatedHostProbe
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.kernel.secrets import masked
from mirrordrill.simulator.kernel.waiting import Waiting
from mirrordrill.simulator.site.build_storage import announce, announce_attachments, build_consoles, storage_plan
from mirrordrill.simulator.site.host_paths import dscli_homes
from mirrordrill.simulator.site.main_cf import MainCf
from mirrordrill.simulator.site.own_types import TRIGGERS, installed_triggers
from mirrordrill.simulator.site.site import METRO_MIRROR, Site
from mirrordrill.simulator.vcs.cluster import CommandResult, VcsCluster
from mirrordrill.simulator.vcs.commands.language.grammar import OutputListener
from mirrordrill.simulator.vcs.ports import Call, EntryPointOutcome
from mirrordrill.simulator.vcs.spec import PROFILES, Profile
from mirrordrill.simulator.vcs.wide_area.net import WideAreaNet
from mirrordrill.simulator.vcs.wide_area.wac.connector import Connector


class NotSimulatedError(Exception):
    """Something that the simulator cannot run, or not in this way."""


class UnknownNameError(Exception):
    """Nothing on this site has that name; the text says what there is."""


class World:
    """A site in simulated time. Use as a context manager, or call `close`.

    Where the agent runs as processes, `install_agent` puts it below the root of each host. `pace` is called with the
    time and that of what happens next, before it happens: a drill that people watch waits there. `watch` is told the
    time now and then while nothing is logged.
    """

    def __init__(
        self,
        site: Site,
        seed: int = 0,
        agent_mode: AgentMode = AgentMode.IN_PROCESS,
        profile: str = "vcs41",
        install_agent: Callable[[Path], None] = link_scripts,
        tap: Tap | None = None,
        pace: Callable[[float, float], None] | None = None,
        watch: Callable[[float], None] | None = None,
        *,
        is_replay: bool = False,
    ) -> None:
        """Where a recording `is_replay`ed, real processes take over from the agent in process at `hand_over`."""
        self.site = site
        self.kernel = Kernel(seed)
        self.waiting = Waiting(self.kernel, pace, watch)
        """Lets time pass."""
        self._plan = storage_plan(site)
        self.storage = Storage(self.kernel, self._plan)
        self.consoles = build_consoles(site, self.storage)
        self._moments = PortMoments(self.kernel)
        around = Surroundings(self.kernel, self._host, self._start_dscli, self.ha, tap, self._moments)
        systems = dscli_homes(site)
        self._scripted: ProcessRunner | None = None
        self._agent_runner = agent_runner(agent_mode, around, site, install_agent, is_replay=is_replay)
        try:
            self._build(around, systems, PROFILES[profile])
        except BaseException:
            self.close()
            raise

    def _build(self, around: Surroundings, systems: dict[str, tuple[str, ...]], profile: Profile) -> None:
        """Hosts, clusters and what lies between them. Where that cannot be, the directories of hosts are removed."""
        site, runner = self.site, self._agent_runner
        self.hosts = {
            name: Host(self.kernel, name, site.image_of(name), files_of(runner, name), homes)
            for name, homes in systems.items()
        }
        self.applications = Applications(site, self.storage)
        types = site.settings.types
        written = {
            (system, resource)
            for cluster in site.clusters
            for resource in written_by_users(cluster, types)
            for system in cluster.systems
        }
        connectors = {connector_of(cluster) for cluster in site.clusters}
        played = behaviours(site.clusters, types)
        self._neighbours = Neighbours(self.kernel, self.applications, played, written, connectors, self._look_around)
        self.kernel.log.observe(lambda _: self._neighbours.volumes_changed(), CHANGES_WRITABILITY)
        self.storage.on_write_refused.append(lambda refused: self._neighbours.write_failed(refused.system))
        self._scripted = script_runner(self._agent_runner, around, systems, site.settings.types)
        self.disks = SiteDisks(self.kernel, site, self.storage)
        self.clusters = self._build_clusters(profile)
        """By name, in the order of the files."""
        self._home = {system: self.clusters[model.name] for model in site.clusters for system in model.systems}
        tenants: tuple[Tenants, ...] = (self.applications, self._neighbours)
        tenants += (self._scripted,) if self._scripted else ()
        self._machines = Machines(self.kernel, self.hosts, self._home, tenants, site.settings.hosts.boot_of)
        probe = SimulatedHostProbe(self.hosts, self._neighbours, self._is_scripted_up, self.fail_resource)
        self.wide_area = WideAreaNet(self.kernel, self.clusters, probe)
        """What lies between the clusters; drills break it."""

    def hand_over(self) -> None:
        """Let the agent run as processes from now on, where a recording was replayed in process until now."""
        if isinstance(self._agent_runner, ReplayedAgent):
            self._agent_runner.hand_over(self.hosts)

    def _look_around(self) -> None:
        """Something changed that the wide-area connectors may have to act upon."""
        self.wide_area.look()

    def _connector_of(self, cluster: str) -> Connector | None:
        return self.wide_area.connectors.get(cluster)

    def _is_scripted_up(self, host: str, resource: str) -> bool:
        """Whether the user's own scripts say that a resource of theirs is online on a host."""
        scripted = {name for name, each in self.site.settings.types.items() if each.scripts}
        if not scripted or self._resource(host, resource).type_name not in scripted:
            return False
        return self.cluster_of(host).resource_state(resource, host).startswith("ONLINE")

    def _build_clusters(self, profile: Profile) -> dict[str, VcsCluster]:
        """The clusters of the site, each with a main.cf of its own."""
        runner = EntryPointDispatcher(self._agent_runner, self._scripted, self.site.settings.types, self._neighbours)
        built: dict[str, VcsCluster] = {}
        for spec, file in zip(self.site.cluster_specs(profile), self.site.files, strict=True):
            cluster = VcsCluster(
                *(self.kernel, spec, runner, MainCf(file), self.disks, self._connector_of),
                panic=lambda host: self._machines.crash(host, "panicked"),
                noticed=self._look_around,
            )
            cluster.triggers.rules = self.site.settings.preonline
            if self._scripted is not None:
                cluster.triggers.install(self._scripted, TRIGGERS, installed_triggers(self.site.settings.types))
            built[spec.name] = cluster
        return built

    @property
    def cluster(self) -> VcsCluster:
        """The cluster of a site that has just one. Raises UnknownNameError where there are several."""
        if len(self.clusters) > 1:
            raise UnknownNameError(f"this site has several clusters, say which: {', '.join(self.clusters)}")
        return next(iter(self.clusters.values()))

    def cluster_of(self, host: str) -> VcsCluster:
        """The cluster that a host is a system of. Raises UnknownNameError."""
        return self._home[self._known(host)]

    def group_online_on(self, group: str) -> tuple[str, ...]:
        """The systems of all clusters on which a group of this name is online, each according to its own engine."""
        return tuple(system for cluster in self.clusters.values() for system in cluster.group_online_on(group))

    def start(self) -> None:
        """Boot the hosts and start the clusters on them."""
        announce(self.kernel, self._plan)
        announce_attachments(self.kernel, self.site)
        for host in self.hosts.values():
            host.boot()
        for cluster in self.clusters.values():
            cluster.start()

    def crash(self, host: str) -> None:
        """The host dies with everything that runs on it. Raises UnknownNameError."""
        self._machines.crash(self._known(host))

    def halt(self, host: str) -> None:
        """The host is halted: the same as a crash for VCS and for what its disks hold. Raises UnknownNameError."""
        self._machines.crash(self._known(host), "halted")

    def is_up(self, host: str) -> bool:
        """Whether a host runs programs: it is neither off nor booting. Raises UnknownNameError."""
        return self.hosts[self._known(host)].power in (Power.ON, Power.HUNG)

    def boot(self, host: str) -> None:
        """A host that was lost is booted; it is back, and starts VCS, after `boot_s`. Raises UnknownNameError."""
        self._machines.boot(self._known(host))

    def reboot(self, host: str) -> None:
        """The host is halted, unless it is dead already, and booted. Raises UnknownNameError."""
        self.halt(host)
        self.boot(host)

    def hang(self, host: str) -> None:
        """Everything on the host stands still; other hosts cannot tell that from its death. Raises UnknownNameError."""
        self._machines.hang(self._known(host))

    def resume(self, host: str) -> None:
        """A host that hangs goes on as if nothing had happened. Raises UnknownNameError."""
        self._machines.resume(self._known(host))

    def fail_resource(self, host: str, resource: str) -> None:
        """A resource is gone on a host: a process died, a disk group was deported, a network cable pulled out.

        What is not online there does not fail; a persistent one (NIC) is gone until it is mended. The lock of a
        MetroMirror resource is removed. Its agent finds out at its next monitor. Raises UnknownNameError.
        """
        call = self._resource(host, resource)
        if call.type_name == METRO_MIRROR:
            self.hosts[host].files.remove(f"{resource}.lock")
            self.hosts[host].notice_files()
        else:
            self._neighbours.fail(call)

    def start_by_hand(self, host: str, resource: str) -> None:
        """Root brings a resource online on a host without VCS. Raises UnknownNameError, NotSimulatedError."""
        self._neighbours.start_by_hand(self._neighbour(host, resource))

    def break_entry(self, host: str, resource: str, entry: str, trouble: EntryPointTrouble) -> None:
        """From now an entry point of a resource hangs or does nothing. Raises UnknownNameError, NotSimulatedError."""
        if entry not in ENTRIES:
            raise UnknownNameError(f"there is no entry point {entry} to break; there are: {', '.join(ENTRIES)}")
        self._neighbours.break_entry(self._neighbour(host, resource, entry), trouble)

    def mend_resource(self, host: str, resource: str) -> None:
        """Its entry points work again and its cable is in; what is offline stays so. Raises as `break_entry`."""
        self._neighbours.mend(self._neighbour(host, resource))

    def _neighbour(self, host: str, resource: str, entry: str = "") -> Call:
        call = self._resource(host, resource, entry)
        if call.type_name == METRO_MIRROR:
            raise NotSimulatedError(f"{resource} is not played: its agent is run for real; break what it talks to")
        return call

    def _resource(self, host: str, resource: str, entry: str = "") -> Call:
        here = [r for c in self.site.clusters for g, r in c.resources() if self._known(host) in g.systems]
        found = next((r for r in here if r.name == resource), None)
        if found is None:
            known = ", ".join(r.name for r in here)
            raise UnknownNameError(f"there is no resource {resource} on {host}; there are: {known}")
        return Call(host, found.type_name, resource, entry, ())

    def _known(self, host: str) -> str:
        if host not in self.hosts:
            raise UnknownNameError(f"there is no host {host}; there are: {', '.join(self.hosts)}")
        return host

    def describe(self) -> str:
        """How much of a site this is, in one line."""
        images = ", ".join(self.site.images())
        pairs = len({(a.image_id, volume) for a in self.site.attachments for volume in a.volumes}) // 2
        return f"{len(self.hosts)} hosts, arrays {images}, {pairs} Metro Mirror pairs"

    def volumes_of(self, group: str, host: str) -> tuple[str, tuple[str, ...]]:
        """The array that a host hangs on and the group's volumes there. Raises UnknownNameError."""
        found = [a for a in self.site.attachments if a.group == group and a.host == host]
        if not found:
            known = sorted({f"{a.group} on {a.host}" for a in self.site.attachments})
            raise UnknownNameError(f"no volumes of {group} on {host}; there are: {', '.join(known)}")
        return found[0].image_id, tuple(volume for a in found for volume in a.volumes)

    def operate(self, argv: Sequence[str], on: str = "") -> HaResult:
        """Type a VCS command on a host, by default the first one that is up, and wait for its end.

        Raises UnknownNameError, WaitEndedError.
        """
        host = on or self._anywhere()
        answered = self.ha(host, argv)
        self.waiting.end_of(answered, f"`{' '.join(masked(argv))}` on {host}")
        return cast(HaResult, answered.value)

    def ha(self, host: str, argv: Sequence[str], listener: OutputListener | None = None) -> simpy.Event:
        """Type a VCS command on a host; the event's value is what it answered. Raises UnknownNameError."""
        return self.cluster_of(host).ha(host, argv, listener)

    def _anywhere(self) -> str:
        """The first host that is up; the first of all where none is, which then answers that no engine runs."""
        return next((name for name, host in self.hosts.items() if host.power is Power.ON), next(iter(self.hosts)))

    def run_by_hand(self, call: Call) -> EntryPointOutcome:
        """Run a program of the agent's folder on a host, as root would from a shell there, and wait for its end."""
        done = self._agent_runner.start(call).done
        self.waiting.end_of(done, f"`{call.entry}` of {call.resource} on {call.system}")
        return cast(EntryPointOutcome, done.value)

    def dscli(self, host: str, words: Sequence[str]) -> HaResult:
        """Run the DS CLI with these words on a host, as a person at a shell there would, and wait for its end.

        Raises UnknownNameError, WaitEndedError.
        """
        answered = self.begin_dscli(host, words)
        self.waiting.end_of(answered, f"`dscli {' '.join(masked(words))}` on {host}")
        return cast(HaResult, answered.value)

    def begin_dscli(self, host: str, words: Sequence[str]) -> simpy.Event:
        """The same without waiting; the event's value is the answer, if any comes. Raises UnknownNameError."""
        answered = self.kernel.env.event()

        def close(exit_code: int) -> None:
            answered.succeed(CommandResult(exit_code, channel.output))

        channel = Channel(self.kernel, on_closed=close)
        self._start_dscli(self._known(host), words, channel)
        return answered

    def kill_entry_point(self, host: str, entry: str) -> bool:
        """kill -9 an entry point that is under way on a host, by an administrator, not VCS; whether there was one.

        Raises UnknownNameError.
        """
        found = self._agent_runner.under_way(self._known(host), entry)
        for run in found:
            run.kill_from_outside()
        return bool(found)

    def remove_agent(self, host: str) -> None:
        """The agent is not installed on a host. Raises UnknownNameError."""
        self.hosts[self._known(host)].has_agent = False
        if not isinstance(self._agent_runner, GreenletRunner):
            self._agent_runner.remove_agent(host)

    def install_agent(self, host: str) -> None:
        """It is installed there again. Raises UnknownNameError."""
        self.hosts[self._known(host)].has_agent = True
        if not isinstance(self._agent_runner, GreenletRunner):
            self._agent_runner.restore_agent(host)

    def fill_disk(self, host: str, *, is_full: bool) -> None:
        """The host's disk has no room for the agent's state files any more, or has it again.

        Raises UnknownNameError, and NotSimulatedError where real processes would have to find a real disk full.
        """
        files = self.hosts[self._known(host)].files
        if not isinstance(files, MemoryFiles):
            raise NotSimulatedError("a full disk is run in process only")
        files.is_full = is_full

    def advance(self, duration_s: float, ends: Callable[[], bool] | None = None) -> str:
        """Let simulated time pass; says how much. Raises WaitEndedError for more than a wait may take.

        `ends` is asked when something was logged; where it says so, time passes no further.
        """
        self.waiting.pass_time(duration_s, ends)
        return f"{duration_s / 60:g} minutes passed"

    def run_until(self, condition: Callable[[], bool], within_s: float) -> bool:
        """Let time pass until the condition, which reads the log, holds; whether it came to hold within the time."""
        return self.waiting.until(condition, within_s)

    def wait_for(self, event: simpy.Event, within_s: float) -> bool:
        """Let time pass until the event has happened, and not longer than that; whether it has."""
        return self.waiting.event(event, within_s)

    @property
    def moments(self) -> PortMoments:
        """Moments between two port calls of the agent. Raises NotSimulatedError where real processes make them."""
        if not isinstance(self._agent_runner, GreenletRunner):
            raise NotSimulatedError("a moment between two port calls is run in process only")
        return self._moments

    def settle(self) -> None:
        """Bring every write until now into the log."""
        self.storage.settle_all()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the world: no process and no file of it is left."""
        self._agent_runner.close()
        if self._scripted is not None and self._scripted is not self._agent_runner:
            self._scripted.close()

    def _host(self, name: str) -> Host:
        return self.hosts[name]

    def _start_dscli(self, host: str, argv: Sequence[str], channel: Channel) -> None:
        start_session(self.kernel, self.consoles, argv, channel, host, FilesOfAgent(self._host, self.consoles.files))
