"""Global groups of one cluster: when they start, which cluster may bring them online, what follows from a fault.

A global group has Authority in one cluster. The holder may bring the group online; another cluster asks the holder in
two phases, so that no lost message gives Authority to two clusters (`authority.py`). The group's ClusterFailOverPolicy
decides what follows from a fault (`policy.py`); where an operator must decide, an alert is raised.

Rule 1: nothing here waits. What has become due is found when something has changed, and done in an engine message.
Rule 2: a group that is up in two clusters is reported and left alone: an operator decides which one gives way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.engine import placement
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.engine.global_cluster_hooks import GlobalClusterHooks
from mirrordrill.simulator.vcs.engine.selection import choose, why_not
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, GroupState, MoveCause
from mirrordrill.simulator.vcs.wide_area.alerts import CFAULT, NOFAIL, NOFAILA, Alerts
from mirrordrill.simulator.vcs.wide_area.authority import UNANSWERED, Authority
from mirrordrill.simulator.vcs.wide_area.events import ClusterDeclared, GlobalConcurrencyViolation
from mirrordrill.simulator.vcs.wide_area.messages import (
    GOES_AWAY,
    NO_TARGET_HERE,
    NOT_GRANTED,
    NOT_TAKEN,
    STARTS_HERE,
    WAITS_NO_LONGER,
)
from mirrordrill.simulator.vcs.wide_area.policy import (
    ACTIONS,
    ClusterDeclaration,
    ClusterFailOverAction,
    ClusterFailOverReason,
    in_order,
)
from mirrordrill.simulator.vcs.wide_area.ports import LocalCluster, Reply, Wac
from mirrordrill.simulator.vcs.wide_area.remote_state import HandOver, RemoteClusterStatus
from mirrordrill.simulator.vcs.wide_area.wac.wac_protocol import WacProtocol

Due = Callable[[], object]
FROZEN = "it is frozen"
FORCED = "an operator took it by force"
ANY = "no system qualifies"


class GlobalGroups:
    """The global groups of one cluster."""

    def __init__(self, kernel: Kernel, wac: Wac, home: LocalCluster, protocol: WacProtocol) -> None:
        self.authority = Authority(kernel, wac, home, protocol)
        self.alerts = Alerts(kernel, wac.name)
        self._kernel = kernel
        self._wac = wac
        self._protocol = protocol
        self._home = home
        self._names = tuple(group.name for group in home.spec.groups if group.is_global)
        self._seen: list[Engine] = []
        """Engines whose wait for other clusters has begun."""

    def look(self, engine: Engine) -> None:
        """Something has changed: post what has become due."""
        if not any(engine is seen for seen in self._seen):
            living = self._home.engines()
            self._seen = [seen for seen in self._seen if any(seen is other for other in living)] + [engine]
            self._after(self._wac.spec.auto_start_timeout_s, lambda: self._wait_no_longer(engine))
        clusters = engine.state.wide_area.clusters.values()
        connected = tuple(remote for remote in clusters if remote.state.is_connected)
        for name in self._names:
            for due in self._due(engine, engine.state.groups[name], connected):
                engine.post(due)
        for due in self.alerts.over(engine.state):
            engine.post(due)

    def _due(self, engine: Engine, group: GroupState, connected: Sequence[RemoteClusterStatus]) -> Iterator[Due]:
        """The due actions of a group; an action that was done is not due any more."""
        global_state = group.global_state
        up_there = [remote for remote in connected if remote.has_up(group.spec.name)]
        up = self._up_at_once(group, up_there)
        if bool(up) != bool(global_state.reported_violation):
            yield partial(self._note_concurrency, group, up)
        rivals = [remote.name for remote in up_there if group.spec.name in remote.snapshot.authority]
        if group.spec.authority and rivals and not group.systems_active():
            yield partial(self.authority.give_up, engine, group, f"the group is up in cluster {rivals[0]}")
        if global_state.prepared_for and global_state.prepared_for not in [remote.name for remote in connected]:
            yield partial(self.authority.abort, engine, group)
        if global_state.start_held and {name for name, _ in group.spec.cluster_list} - {self._wac.name} <= {
            remote.name for remote in connected
        }:
            yield partial(self._release, engine, group, "all of them can be asked")
        if global_state.no_target_left and self._wac.engine is engine:
            yield partial(self._handle_no_target, engine, group)
        if global_state.hand_over is not None and not group.systems_active():
            yield partial(self._hand_over, engine, group, global_state.hand_over)

    # Start of the cluster.

    def _wait_no_longer(self, engine: Engine) -> None:
        if not any(engine is living for living in self._home.engines()):
            return
        for group in engine.state.groups.values():
            if group.spec.is_global and group.global_state.start_held:
                engine.post(partial(self._release, engine, group, "AutoStartTimeout is over"))

    def _release(self, engine: Engine, group: GroupState, why: str) -> None:
        if not group.global_state.start_held:
            return
        group.global_state.start_held = False
        pending = any(instance.auto_start_pending for instance in group.instances)
        if group.spec.authority and pending and not group.systems_active():
            engine.log(self._wac.name, WAITS_NO_LONGER, group.spec.name, why)
        engine.touch(group.spec.name)

    # Online twice.

    def _up_at_once(self, group: GroupState, up_there: list[RemoteClusterStatus]) -> tuple[str, ...]:
        """The systems on which the group is up, if it is up here and in another cluster."""
        here = group.systems_up()
        there = tuple(system for remote in up_there for system in remote.has_up(group.spec.name))
        return (*here, *there) if here and there else ()

    def _note_concurrency(self, group: GroupState, systems: tuple[str, ...]) -> None:
        if systems and not group.global_state.reported_violation:
            self._kernel.emit(GlobalConcurrencyViolation(self._wac.name, group.spec.name, systems))
        group.global_state.reported_violation = systems

    # Faults.

    def _handle_no_target(self, engine: Engine, group: GroupState) -> None:
        """No system of this cluster was left for the group."""
        group.global_state.no_target_left = False
        if group.systems_active():
            return  # another instance of it is up
        policy = group.spec.cluster_fail_over_policy
        if ACTIONS[policy, ClusterFailOverReason.NO_SYSTEM_LEFT] is ClusterFailOverAction.ALERT:
            text = (
                f"group {group.spec.name} has no system left in cluster {self._wac.name}; its policy is {policy.value}"
            )
            self.alerts.raise_alert(engine.state, NOFAILA, group.spec.name, text)
            return
        clusters = engine.state.wide_area.clusters.values()
        reachable = [remote.name for remote in clusters if remote.state.is_connected]
        self._offer(engine, group, in_order(group.spec.cluster_list, reachable))

    def _offer(self, engine: Engine, group: GroupState, candidates: tuple[str, ...], why: str = "") -> None:
        """Offer the group to the first of these clusters; raise an alert when none is left."""
        name = group.spec.name
        if not candidates:
            text = f"group {name} can come online nowhere: no system here, {why or 'no other cluster can be asked'}"
            self.alerts.raise_alert(engine.state, NOFAIL, name, text)
            return
        first, rest = candidates[0], candidates[1:]

        def answered(refusal: str | None) -> None:
            if refusal == "" or self._wac.engine is not engine:
                return
            reason = f"cluster {first}: {'no answer' if refusal is None else refusal}"
            engine.post(lambda: self._offer(engine, group, rest, reason))

        engine.log(self._wac.name, GOES_AWAY, name, first)
        self._protocol.ask(first, lambda far, reply: far.wac.groups.offer(name, None, reply), answered)

    def cluster_faulted(self, engine: Engine, remote: str) -> None:
        """A remote cluster has faulted. Called inside an engine message."""
        state = engine.state
        lost = state.wide_area.clusters[remote]
        up = [group for group in state.groups.values() if group.spec.is_global and lost.has_up(group.spec.name)]
        alone = [group for group in up if self._course(group) is ClusterFailOverAction.ALERT]
        if alone or not up:
            listed = ", ".join(group.spec.name for group in up)
            known = f"up there: {listed}" if up else "no global group was up there"
            never = "it was never heard of since this cluster started"
            text = f"cluster {remote} has faulted; {known if lost.snapshot.systems else never}"
            self.alerts.raise_alert(state, CFAULT, remote, text)
        able = [each.name for each in state.wide_area.clusters.values() if each.state.is_connected]
        for group in up:
            first = in_order(group.spec.cluster_list, [*able, self._wac.name])[:1]
            if group not in alone and first == (self._wac.name,):
                self.take_by_force(engine, group, None, f"cluster {remote} has faulted")

    def _course(self, group: GroupState) -> ClusterFailOverAction:
        return ACTIONS[group.spec.cluster_fail_over_policy, ClusterFailOverReason.CLUSTER_FAULTED]

    def declare(self, engine: Engine, remote: str, declaration: ClusterDeclaration, *, fail_over: bool) -> None:
        """Record what an operator declares a faulted cluster to be; with `fail_over` its groups come online here."""
        state = engine.state
        lost = state.wide_area.clusters[remote]
        up = [group for group in state.groups.values() if group.spec.is_global and lost.has_up(group.spec.name)]
        brought = up if fail_over else []
        names = tuple(group.spec.name for group in brought)
        self._kernel.emit(ClusterDeclared(self._wac.name, remote, declaration.value, names))
        state.wide_area.clusters[remote] = lost.declared_as(
            declaration.value, groups_are_offline=declaration.takes_over
        )
        self.alerts.remove(state, CFAULT, remote, f"cluster {remote} was declared {declaration.value}")
        for group in brought:
            self.take_by_force(engine, group, None, f"cluster {remote} was declared {declaration.value}")

    # Between clusters.

    def offer(self, name: str, target: str | None, reply: Reply) -> None:
        """Another cluster offers a group: take it, or reply why not."""
        engine = self._wac.engine
        if engine is not None:
            engine.post(partial(self._consider, engine, name, target, reply))

    def _consider(self, engine: Engine, name: str, target: str | None, reply: Reply) -> None:
        refusal = self.refusal(engine.state, name, target)
        reply(refusal)
        if not refusal:
            self.take(engine, engine.state.groups[name], target, lambda _: None)

    def can_accept(self, name: str, target: str | None, reply: Reply) -> None:
        """Reply why the group cannot come online here, empty if it can. Changes nothing."""
        engine = self._wac.engine
        if engine is not None:
            reply(self.refusal(engine.state, name, target))

    def refusal(self, state: EngineState, name: str, target: str | None, *, completes: bool = False) -> str:
        """Why a global group cannot come online in this cluster; empty where it can.

        With `completes` what is up of it in part on `target` is no hindrance, as in a group of one cluster.
        """
        group = state.groups.get(name)
        if group is None or not group.spec.is_global:
            return "there is no such global group"
        if group.frozen:
            return FROZEN
        if target is None:
            up = group.systems_active()
            return "" if self._targets(state, group) else f"it is up there on system {up[0]}" if up else ANY
        if target not in group.on:
            return f"system {target} is not in its SystemList"
        beside = group.rivals(target) if completes and not group.is_online(target) else (target, *group.rivals(target))
        rivals = [at for at in group.systems_active() if at in beside]
        if rivals:
            return f"it is up there on system {rivals[0]}"
        return why_not(placement.candidate(state, group, target), group.spec.prerequisites) or ""

    def prepare(self, name: str, to: str, reply: Reply) -> None:
        """See `Authority`."""
        self.authority.prepare(name, to, reply)

    def commit(self, name: str, to: str, reply: Reply) -> None:
        """See `Authority`."""
        self.authority.commit(name, to, reply)

    def leave(self, engine: Engine, group: GroupState, cluster: str, system: str | None) -> None:
        """Take the group offline here, and then let it come online in another cluster."""
        group.global_state.hand_over = HandOver(cluster, system)
        driver = engine.drivers[group.spec.name]
        engine.touch(group.spec.name)
        for at in group.systems_active():
            driver.stay_offline(at)
            driver.stop(at)

    def _hand_over(self, engine: Engine, group: GroupState, leaving: HandOver) -> None:
        name = group.spec.name
        group.global_state.hand_over = None

        def answered(refusal: str | None) -> None:
            if refusal != "" and self._wac.engine is engine:
                engine.log(self._wac.name, NOT_TAKEN, name, leaving.cluster, refusal or "no answer")

        engine.log(self._wac.name, GOES_AWAY, name, leaving.cluster)
        self._protocol.ask(
            leaving.cluster, lambda far, reply: far.wac.groups.offer(name, leaving.system, reply), answered
        )

    def take(
        self,
        engine: Engine,
        group: GroupState,
        target: str | None,
        done: Reply,
        *,
        by_force: bool = False,
        asks_first: bool = True,
    ) -> None:
        """Obtain Authority from its holder and bring the group online; call `done` with the reason if that fails.

        With `by_force` Authority is taken where no cluster answers. Without `asks_first` no preonline trigger runs.
        """

        def granted(refusal: str) -> None:
            if by_force and refusal.endswith(UNANSWERED):
                self.take_by_force(engine, group, target, f"{FORCED}; there was no answer", asks_first=asks_first)
                refusal = ""
            elif refusal:
                engine.log(self._wac.name, NOT_GRANTED, group.spec.name, refusal)
            else:
                self._start(engine, group, target, "Authority is here", asks_first=asks_first)
            done(refusal)

        self.authority.obtain(engine, group, granted)

    def take_by_force(
        self, engine: Engine, group: GroupState, target: str | None, why: str, *, asks_first: bool = True
    ) -> None:
        """Take Authority without asking, because its holder cannot be asked, and bring the group online."""
        self.authority.seize(engine, group, why)
        self._start(engine, group, target, why, asks_first=asks_first)

    def _start(self, engine: Engine, group: GroupState, target: str | None, why: str, *, asks_first: bool) -> None:
        """Bring the group online: on `target`, else each instance on the system that its policy chooses."""
        name, state = group.spec.name, engine.state
        refusal = self.refusal(state, name, target, completes=True)
        if refusal:
            engine.log(self._wac.name, NO_TARGET_HERE, name, refusal)
            text = f"group {name} can not come online in cluster {self._wac.name}: {refusal}"
            self.alerts.raise_alert(state, NOFAIL, name, text)
            return
        for instance in group.instances:
            instance.auto_start_pending = False
        for at in (target,) if target else self._targets(state, group):
            engine.log(at, STARTS_HERE, name, at, why)
            engine.drivers[name].start(at, asks_first=asks_first)
        engine.touch(name)

    def _targets(self, state: EngineState, group: GroupState) -> tuple[str, ...]:
        """A system for each instance of the group that is down, where there is one: a parallel group has several."""
        policy, needs = group.spec.fail_over_policy, group.spec.prerequisites
        down = (instance for instance in group.instances if not group.systems_active(instance))
        chosen = (choose(policy, placement.candidates(state, group, instance), needs) for instance in down)
        return tuple(system for system in chosen if system is not None)

    def _after(self, delay_s: float, then: Callable[[], None]) -> None:
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then())


# Hooks of the engine.


def _why_not_here(group: GroupState) -> str | None:
    """Why a global group cannot come online here: Authority is elsewhere, or about to move."""
    if not group.spec.is_global:
        return None
    if group.global_state.prepared_for:
        return f"it is about to go to cluster {group.global_state.prepared_for}"
    return None if group.spec.authority else "Authority is not with this cluster"


def _holds_auto_start(group: GroupState) -> bool:
    """Whether a global group still waits for other clusters, or for AutoStartTimeout."""
    return group.spec.is_global and group.global_state.start_held


def _note_no_target(group: GroupState, _: MoveCause) -> None:
    """Leave the decision to ClusterFailOverPolicy, which is applied after the engine message."""
    if group.spec.is_global:
        group.global_state.no_target_left = True


IN_GLOBAL_CLUSTER = GlobalClusterHooks(_why_not_here, _holds_auto_start, _note_no_target)
"""Engine hooks of a cluster with remote clusters. They read the engine's state, so a split engine keeps them."""
