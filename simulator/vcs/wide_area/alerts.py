"""Alerts for the operator: raised, shown by `haalert`, deleted when their reason has ended.

CFAULT: a remote cluster has faulted, and no group moves by itself. Ends when the cluster runs again, or when an
operator declares it. NOFAILA: a global group has no system left here, and its policy leaves the decision to an
operator. NOFAIL: a global group can come online in no cluster. Both end when the group is online somewhere, or its
fault is cleared. TESTFD: a test alert (`haalert -testfd`); it has no reason and stays until it is deleted.

Rule 1: an alert is raised once, however often its reason is found; its id is its kind and its source.
Rule 2: alerts live with the engine: a cluster that was stopped has lost them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, GroupState
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged
from mirrordrill.simulator.vcs.wide_area.remote_state import Alert

CFAULT, NOFAILA, NOFAIL, TEST = "CFAULT", "NOFAILA", "NOFAIL", "TESTFD"


class Alerts:
    """The alerts of one cluster."""

    def __init__(self, kernel: Kernel, cluster: str) -> None:
        self._kernel = kernel
        self._cluster = cluster

    def raise_alert(self, state: EngineState, kind: str, source: str, text: str) -> None:
        """Raise an alert about a cluster or a group, unless it exists already."""
        name = f"{kind}-{source}"
        if name not in state.wide_area.alerts:
            group = state.groups.get(source)
            faulted = group is not None and is_faulted(group)
            state.wide_area.alerts[name] = Alert(name, kind, source, text, faulted)
            self._kernel.emit(AlertChanged(self._cluster, name, kind, source, "raised", text))

    def remove(self, state: EngineState, kind: str, source: str, why: str) -> None:
        """Delete the alert, if there is one."""
        alert = state.wide_area.alerts.pop(f"{kind}-{source}", None)
        if alert is not None:
            self._kernel.emit(AlertChanged(self._cluster, alert.id, kind, source, "deleted", why))

    def over(self, state: EngineState) -> Iterator[Callable[[], None]]:
        """Actions that delete the alerts whose reason has ended."""
        for alert in tuple(state.wide_area.alerts.values()):
            why = negated_by(state, alert)
            if why:
                yield partial(self.remove, state, alert.kind, alert.source, why)


def negated_by(state: EngineState, alert: Alert) -> str:
    """Why an alert's reason has ended; empty while it has not."""
    if alert.kind == TEST:
        return ""
    if alert.kind == CFAULT:
        cluster_state = state.wide_area.clusters[alert.source].state
        return f"cluster {alert.source} is {cluster_state.value}" if cluster_state.is_connected else ""
    group = state.groups[alert.source]
    here = [system for system in group.on if group.is_online(system)]
    connected = [remote for remote in state.wide_area.clusters.values() if remote.state.is_connected]
    there = [
        on.system
        for remote in connected
        for on in remote.snapshot.groups
        if on.name == alert.source and is_there(on.words)
    ]
    if here or there:
        return f"group {alert.source} is online on {(*here, *there)[0]}"
    return f"the fault of group {alert.source} is cleared" if alert.faulted and not is_faulted(group) else ""


def is_faulted(group: GroupState) -> bool:
    """Whether the group is faulted anywhere in this cluster."""
    return any(group.is_faulted(system) for system in group.on)


def is_there(words: tuple[str, ...]) -> bool:
    """Whether a group's state says that it is online as a whole."""
    return "ONLINE" in words and "STOPPING" not in words
