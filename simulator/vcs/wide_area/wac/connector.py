"""The wide-area connector (wac) of one cluster: watches remote clusters and is connected to them.

It runs where the Application resource of the ClusterService group is online, and moves with that group. While it runs
nowhere the cluster receives nothing from remote clusters, and they get no answer from it (vcs.md 4.1).

Rule 1: the state of a remote cluster changes by a connection event and the table of `states`, in an engine message.
Rule 2: an inquiry asks only those who can answer: other connected clusters, and Stewards that can be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import partial

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.wide_area.events import (
    ConnectorChanged,
    HeartbeatChanged,
    InquiryAnswered,
    RemoteClusterChanged,
)
from mirrordrill.simulator.vcs.wide_area.global_groups import GlobalGroups
from mirrordrill.simulator.vcs.wide_area.heartbeats import HeartbeatMonitor
from mirrordrill.simulator.vcs.wide_area.policy import verdict
from mirrordrill.simulator.vcs.wide_area.ports import HostProbe, LocalCluster
from mirrordrill.simulator.vcs.wide_area.remote_state import RemoteClusterStatus
from mirrordrill.simulator.vcs.wide_area.spec import HeartbeatSpec, RemoteClusterSpec, WideAreaSpec
from mirrordrill.simulator.vcs.wide_area.states import ConnectionEvent, HeartbeatState, RemoteState, after
from mirrordrill.simulator.vcs.wide_area.wac.wac_connection import WacConnection
from mirrordrill.simulator.vcs.wide_area.wac.wac_protocol import WacProtocol
from mirrordrill.simulator.vcs.wide_area.wan import Wan

OVER = frozenset({RemoteState.FAULTED, RemoteState.EXITED})
"""States of a remote cluster in which its systems are believed to be no better than it is."""


class Connector:
    """The wac of one cluster, and the effects on its engine."""

    def __init__(self, kernel: Kernel, home: LocalCluster, probe: HostProbe, wan: Wan) -> None:
        self.name = home.spec.name
        self.peers: dict[str, Connector] = {}
        """Remote clusters that are simulated."""
        self.place = ""
        """The system on which it runs; empty where it runs nowhere."""
        self.protocol = WacProtocol(kernel, self, home)
        self.groups = GlobalGroups(kernel, self, home, self.protocol)
        self._kernel = kernel
        self._home = home
        self._probe = probe
        self._wan = wan
        self._runs = 0
        self._inquiring: dict[str, None] = {}
        self._watches: dict[str, dict[str, HeartbeatMonitor]] = {
            remote.name: {} for remote in home.spec.wide_area.remotes
        }

    def add_peer(self, peer: Connector, connection: WacConnection) -> None:
        """Add a simulated remote cluster and the connection to it."""
        self.peers[peer.name] = peer
        self.protocol.add_peer(peer.protocol, connection)

    def look(self) -> None:
        """Something has changed: act on it."""
        self._find_place()
        for watches in self._watches.values():
            for watch in watches.values():
                watch.look()
        if self.engine is not None and self.is_awake:
            self._continue_inquiries(self.engine)
            self.protocol.send_changes(self.engine)
        for each in self._home.engines():
            if each is not self.engine:
                self._disconnect(each)
            self.groups.look(each)

    # The port of the connections (`wac_connection.End`).

    @property
    def run(self) -> int:
        """Number of the wac that runs now; 0 where none does."""
        return self._runs if self.place else 0

    @property
    def is_awake(self) -> bool:
        """Whether the wac runs and its host does not stand still."""
        return bool(self.place) and self._probe.is_awake(self.place)

    @property
    def answers(self) -> bool:
        """Whether anything answers at the cluster's address."""
        return self.answers_at(self.spec.address) if self.spec.address in self.spec.holders else self._is_anybody_awake

    def answers_at(self, address: str) -> bool:
        """Whether a ping to an address at this site is answered.

        An address that no resource holds belongs to the site's network: that answers even if every system is dead.
        """
        holder = self.spec.holders.get(address)
        if holder is None:
            return True
        systems = (system.name for system in self._home.spec.systems)
        return any(self._probe.holds(system, holder) and self._probe.is_awake(system) for system in systems)

    def has_heartbeat_from(self, remote: str) -> bool:
        """Whether a heartbeat says that the remote cluster is alive."""
        return any(watch.state is HeartbeatState.ALIVE for watch in self._watches[remote].values())

    def remote_spec(self, remote: str) -> RemoteClusterSpec:
        """The settings of the connection to a remote cluster."""
        return next(spec for spec in self.spec.remotes if spec.name == remote)

    def notify(self, remote: str, event: ConnectionEvent) -> None:
        """Handle a connection event of a remote cluster."""
        engine = self.engine
        if engine is not None:
            engine.post(partial(self._apply, engine, remote, event))
        if event is ConnectionEvent.CONNECTED:
            self.protocol.schedule_snapshot(remote)

    # Where it runs.

    @property
    def spec(self) -> WideAreaSpec:
        """The configuration of its engine; that of the file while it runs nowhere."""
        engine = self.engine
        return (self._home.spec if engine is None else engine.state.spec).wide_area

    @property
    def engine(self) -> Engine | None:
        """The engine of the system on which it runs."""
        return self._home.engine_on(self.place) if self.place else None

    @property
    def _is_anybody_awake(self) -> bool:
        return any(self._probe.is_awake(system.name) for system in self._home.spec.systems)

    def _find_place(self) -> None:
        place = self._where()
        if place != self.place:
            if self.place:
                self._go_down()
            if place:
                self._come_up(place)

    def _where(self) -> str:
        """Where a wac runs, the present one if it still does."""
        names = [system.name for system in self._home.spec.systems]
        names.sort(key=lambda name: name != self.place)
        there = [name for name in names if self._probe.holds(name, self.spec.connector) and self._home.engine_on(name)]
        return next((name for name in there if self._probe.is_awake(name)), there[0] if there else "")

    def _come_up(self, place: str) -> None:
        self.place = place
        self._runs += 1
        self._kernel.emit(ConnectorChanged(self.name, place, "up"))
        self._renew_watches()
        for remote, watches in self._watches.items():
            self.protocol.try_now(remote)
            for watch in watches.values():
                watch.start()

    def _go_down(self) -> None:
        self._kernel.emit(ConnectorChanged(self.name, self.place, "down"))
        self.place = ""
        self.protocol.reset()
        for watches in self._watches.values():
            for watch in watches.values():
                watch.stop()
        self._inquiring.clear()
        for engine in self._home.engines():
            self._disconnect(engine)

    def _disconnect(self, engine: Engine) -> None:
        """Mark all remote clusters disconnected in an engine that has no wac."""
        for remote in engine.state.wide_area.clusters.values():
            if after(remote.state, ConnectionEvent.OWN_WAC_DOWN) is not remote.state:
                engine.post(partial(self._apply, engine, remote.name, ConnectionEvent.OWN_WAC_DOWN))

    # Heartbeats.

    def heartbeat_changed(self, name: str, clusters: Collection[str]) -> None:
        """An operator has changed, added or deleted a heartbeat of these clusters.

        What asks now begins anew; what asks no more is no sign any more, and the others may then be silent altogether.
        """
        if not self.run:
            return
        new = self._renew_watches()
        for remote, watches in self._watches.items():
            if name in watches and (remote in clusters or (name, remote) in new):
                watches[name].start()
            if self._has_lost(remote):
                self.notify(remote, ConnectionEvent.HEARTBEATS_LOST)

    def _renew_watches(self) -> tuple[tuple[str, str], ...]:
        """Match the heartbeat monitors to the configuration; return the new ones, which are not started."""
        engine = self.engine
        if engine is None:
            return ()
        wanted = {(beat.name, beat.cluster): beat for beat in engine.state.wide_area.asked()}
        for remote, watches in self._watches.items():
            for gone in [name for name in watches if (name, remote) not in wanted]:
                watches.pop(gone).stop()
        new = tuple((name, remote) for name, remote in wanted if name not in self._watches[remote])
        for name, remote in new:
            self._watches[remote][name] = self._watch(wanted[name, remote])
        return new

    def _watch(self, beat: HeartbeatSpec) -> HeartbeatMonitor:
        def settings() -> HeartbeatSpec:
            engine = self.engine
            return beat if engine is None else engine.state.wide_area.settings.get((beat.name, beat.cluster), beat)

        tell = partial(self._heard, beat.name, beat.cluster)
        return HeartbeatMonitor(
            self._kernel, settings, self._is_answered, tell, lambda: self.is_awake, self.spec.rules.ping_wait_s
        )

    def _is_answered(self, beat: HeartbeatSpec) -> bool:
        peer = self.peers.get(beat.cluster)
        if peer is None:
            return False
        if not beat.pings:
            return self._wan.carries(self.name, peer.name) and peer._is_anybody_awake
        return self._wan.pings(self.name, peer.name) and any(map(peer.answers_at, beat.arguments))

    def _heard(self, heartbeat: str, remote: str, state: HeartbeatState) -> None:
        engine = self.engine
        if engine is None:
            return
        engine.post(partial(self._note_heartbeat, engine, heartbeat, remote, state))
        if state is HeartbeatState.ALIVE:
            self.protocol.try_now(remote)
            self.notify(remote, ConnectionEvent.HEARTBEAT_BACK)
        elif self._has_lost(remote):
            self.notify(remote, ConnectionEvent.HEARTBEATS_LOST)

    def _note_heartbeat(self, engine: Engine, heartbeat: str, remote: str, state: HeartbeatState) -> None:
        believed = engine.state.wide_area.heartbeats
        before = believed.get((heartbeat, remote), state)
        if before is not state:
            believed[heartbeat, remote] = state
            self._kernel.emit(HeartbeatChanged(self.name, heartbeat, remote, before.value, state.value))

    def _has_lost(self, remote: str) -> bool:
        watches = self._watches[remote].values()
        return bool(watches) and all(watch.state is HeartbeatState.DOWN for watch in watches)

    # Remote clusters.

    def _apply(self, engine: Engine, remote: str, event: ConnectionEvent) -> None:
        """Apply a connection event, inside an engine message."""
        clusters = engine.state.wide_area.clusters
        before = clusters[remote].state
        state = after(before, event)
        if state is before:
            return
        clusters[remote] = self._renewed(clusters[remote], state)
        self._kernel.emit(RemoteClusterChanged(self.name, remote, before.value, state.value, event.value))
        if state is RemoteState.TRANSITIONING:
            self._later(self.spec.rules.transition_s, partial(self.notify, remote, ConnectionEvent.NOT_BACK))
        elif state is RemoteState.FAULTED:
            self.groups.cluster_faulted(engine, remote)
        hears = engine is self.engine and state in {
            RemoteState.RUNNING,
            RemoteState.LOST_CONN,
            RemoteState.TRANSITIONING,
        }
        if hears and self._has_lost(remote):
            self._apply(engine, remote, ConnectionEvent.HEARTBEATS_LOST)

    def _renewed(self, cluster: RemoteClusterStatus, state: RemoteState) -> RemoteClusterStatus:
        if state is RemoteState.EXITED:
            # A cluster that stopped in good order has taken its groups offline.
            cluster = cluster.marked_offline(group.name for group in cluster.snapshot.groups)
        declared = "" if state is RemoteState.RUNNING else cluster.declared
        snapshot = cluster.snapshot.with_systems(state.value) if state in OVER else cluster.snapshot
        return replace(cluster, state=state, declared=declared, snapshot=snapshot)

    # Inquiries.

    def considers_up(self, remote: str) -> bool:
        """This cluster's answer to an inquiry about a third one."""
        return self.has_heartbeat_from(remote) or self.protocol.reaches(remote)

    def _continue_inquiries(self, engine: Engine) -> None:
        """Begin inquiries that are due; repeat a denied one when it would be confirmed now."""
        for remote in engine.state.wide_area.clusters.values():
            if remote.state is RemoteState.UNKNOWN and self._asked(remote.name) is ConnectionEvent.CONFIRMED:
                self.notify(remote.name, ConnectionEvent.INQUIRY_REPEATED)
            elif remote.state is RemoteState.INQUIRY and remote.name not in self._inquiring:
                self._inquiring[remote.name] = None
                self._later(self.spec.rules.inquiry_s, partial(self._inquire, remote.name))

    def _inquire(self, remote: str) -> None:
        self._inquiring.pop(remote, None)
        if not self.is_awake:
            return
        for asked, is_up in self._answers(remote):
            self._kernel.emit(InquiryAnswered(self.name, remote, asked, "up" if is_up else "down"))
        self.notify(remote, self._asked(remote))

    def _asked(self, remote: str) -> ConnectionEvent:
        answers = [is_up for _, is_up in self._answers(remote)]
        has_third_parties = bool(self.spec.stewards) or len(self.spec.remotes) > 1
        return verdict(answers, has_third_parties=has_third_parties, silence_confirms=self.spec.rules.silence_confirms)

    def _answers(self, remote: str) -> Iterator[tuple[str, bool]]:
        """Each cluster or Steward that can be asked, and its answer: is the remote cluster up."""
        for name, peer in self.peers.items():
            if name != remote and self.protocol.reaches(name):
                yield f"cluster {name}", peer.considers_up(remote)
        target = self.peers.get(remote)
        for steward in self.spec.stewards:
            if self._wan.carries(self.name, steward):
                yield f"steward {steward}", target is not None and target.answers and self._wan.pings(steward, remote)

    def _later(self, delay_s: float, then: Callable[[], None]) -> None:
        """Call `then` after a delay, unless the wac has ended by then."""
        run, timer = self.run, self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then() if run == self.run else None)
