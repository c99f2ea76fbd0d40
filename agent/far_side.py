"""What the cluster knows of the far side: which systems hang on the far array, which live, and where the group is.

In a replicated data cluster the systems of the far array belong to this cluster, and the engine tells their attributes.
In a global cluster they belong to another one, of which the engine tells what its connector heard.

Rule 1: a system that left the membership and a cluster that is lost count as VCS counts them: nothing runs there. An
engine that leaves one question without an answer said no such thing: the far side is not known then, and whatever
depends on it stays undone.
Rule 2: a cluster that is neither connected nor lost is one of which the engine says nothing. It lives for all that is
known: its connector or ours is moving to another system, or a heartbeat is answered and the connection is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, List, Optional, Sequence, Tuple

from .names import is_safe_name
from .reslock import ask
from .run import Run

CONNECTED, LOST = ("RUNNING", "LOST_HB"), ("FAULTED", "EXITED")
"""States of a remote cluster (reference vcs.md 4.3): commands reach it; VCS holds it for down."""
DEAD, STOPPED = ("FAULTED", "UNKNOWN"), ("LEAVING", "EXITING", "EXITED", "EXITING_FORCIBLY")
"""States of a system (vcs.md 3.7): it is lost; VCS is being stopped there, or was. In all others it runs, or starts."""
CONNECT_S, CONNECT_POLL_S = 60.0, 5.0
"""A connector that fails over is back within half a minute: GAB notices after 21 s, and it starts in a few more."""


@dataclass(frozen=True)
class FarSide:
    """What is known of the far side. `cluster` is the name of the other cluster, empty where it is this one."""

    systems: Tuple[str, ...] = ()
    running: Tuple[str, ...] = ()
    """Its systems on which the group could be started now or in a moment, as far as VCS knows."""
    online_on: Tuple[str, ...] = ()
    hmcs: Tuple[str, ...] = ()
    cluster: str = ""
    group: str = ""
    is_known: bool = True
    """The engine answered every question, and its cluster is not one of which it says nothing."""
    state: str = ""
    """The state of the other cluster where it is neither connected nor lost."""

    unheard: Tuple[str, ...] = ()
    """Systems of this cluster of which its engine knew nothing when it was asked: UNKNOWN."""

    stopped: Tuple[str, ...] = ()
    """Its systems in this cluster on which VCS was stopped."""
    is_stopped: bool = False
    """VCS was stopped in all of the other cluster."""

    def was_stopped(self, system: str) -> bool:
        """Whether people stopped VCS on the system where the group ran last; on all of them where it is none of them.

        That is no disaster, for VCS neither: nothing is lost there, and the group can be brought online there again.
        """
        if self.cluster:
            return self.is_stopped
        return system in self.stopped if system in self.systems else bool(self.systems) and self.stopped == self.systems

    def why_unknown(self) -> str:
        """Why nothing is known of it, and what to do."""
        if not self.state:
            return "VCS does not say what runs at the far side; bring the group online again once it does"
        return (
            f"cluster {self.cluster} is {self.state}: VCS does not say what runs there. Bring the group online again "
            "once the clusters are connected (group ClusterService), or take over by the action takeover if you know"
        )


class _EngineSilent(Exception):
    """A question that each engine can answer got no answer."""


def look_at_far_side(run: Run) -> FarSide:
    """Ask the engine of this node. Never raises."""
    try:
        states = system_states(_heard(run, "hasys", "-state"))
        side = _in_this_cluster(run, states) or _other_cluster(run)
        return replace(side, unheard=tuple(system for system, words in states.items() if "UNKNOWN" in words))
    except _EngineSilent:
        return FarSide(is_known=False)


def await_connection(run: Run, far: FarSide, keep_s: float) -> None:
    """Wait until VCS knows the other cluster as connected or lost, for CONNECT_S at most, and as long as the budget
    keeps `keep_s`."""
    end_s = run.node.uptime_s() + min(CONNECT_S, run.budget.left_s() - keep_s)
    while far.state and run.node.uptime_s() + CONNECT_POLL_S <= end_s:
        run.node.pause(CONNECT_POLL_S, f"cluster {far.cluster}, which is {far.state}")
        far = look_at_far_side(run)


def system_states(text: str) -> Dict[str, List[str]]:
    """System -> the words of its state, from the table that `hasys -state` prints."""
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {row[0]: row[1:] for row in rows if row}


def _in_this_cluster(run: Run, states: Dict[str, List[str]]) -> Optional[FarSide]:
    """The systems of this cluster that hang on the far array; None where there are none. Raises _EngineSilent."""
    text = _heard(run, "hares", "-state", run.resource)
    systems: List[str] = []
    online_on: List[str] = []
    hmcs: List[str] = []
    for system, words in _rows(text):
        if _value(run, "LocalStorageImageID", system) != run.attributes.remote_image:
            continue
        systems.append(system)
        online_on += [system] if "ONLINE" in words else []
        hmcs += [hmc for hmc in (_value(run, "HMC1", system), _value(run, "HMC2", system)) if hmc]
    if not systems:
        return None
    stopped = tuple(each for each in systems if set(states.get(each, ())) & set(STOPPED))
    lost = {*stopped, *(each for each in systems if not set(states.get(each, DEAD)).isdisjoint(DEAD))}
    running = tuple(each for each in systems if each not in lost)
    return FarSide(tuple(systems), running, tuple(online_on), tuple(dict.fromkeys(hmcs)), stopped=stopped)


def online_at_far_side(run: Run, far: FarSide) -> Optional[Tuple[str, ...]]:
    """The systems of the far side on which the group is said to be online now; None where the engine does not say.

    It did not say so either where it left open which systems the far side has.
    """
    if not far.is_known:
        return None
    if far.cluster:
        state = ask(run.node, run.limits, "haclus", "-state", far.cluster)
        if state is None:
            return None
        # A connection that is lost now was there a moment ago, and so was the authority to run the group here.
        return _online_in(run, far.cluster, far.group) if _is_in(state, CONNECTED) else ()
    text = ask(run.node, run.limits, "hares", "-state", run.resource)
    if text is None:
        return None
    return tuple(system for system, words in _rows(text) if system in far.systems and "ONLINE" in words)


def can_run_at_far_side(run: Run) -> str:
    """Why the group might be brought online there now; nothing where VCS holds each system there for lost."""
    far = look_at_far_side(run)
    if not far.is_known:
        return "VCS does not say whether the group can run at the far side"
    return f"the group can run on {' '.join(far.running)} again" if far.running else ""


def _rows(text: str) -> List[Tuple[str, List[str]]]:
    """System and words of its state, from the table that `hares -state` and `hagrp -state` print."""
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return [(row[2], row[3].split("|")) for row in rows if len(row) >= 4 and is_safe_name(row[2].rpartition(":")[2])]


def _heard(run: Run, *argv: str) -> str:
    """The answer of the engine. Raises _EngineSilent where it gives none."""
    text = ask(run.node, run.limits, *argv)
    if text is None:
        raise _EngineSilent
    return text


def _is_in(state: str, states: Sequence[str]) -> bool:
    """Whether what `haclus -state` printed names one of these states."""
    return bool(set(state.split()) & set(states))


def _value(run: Run, attribute: str, system: str) -> str:
    return _heard(run, "hares", "-value", run.resource, attribute, system)


def _other_cluster(run: Run) -> FarSide:
    """The first other cluster of the global group. Without one there is no far side that VCS knows of.

    Raises _EngineSilent.
    """
    group = _heard(run, "hares", "-value", run.resource, "Group")
    if not is_safe_name(group):
        return FarSide()
    listed = _heard(run, "hagrp", "-value", group, "ClusterList").split()
    ours = _heard(run, "haclus", "-value", "ClusterName")
    others = [name for name in listed if is_safe_name(name) and not name.isdigit() and name != ours]
    if not others or not ours:
        return FarSide(group=group)
    cluster = others[0]
    state = _heard(run, "haclus", "-state", cluster)
    if _is_in(state, LOST):
        return FarSide(cluster=cluster, group=group, is_stopped=_is_in(state, STOPPED))
    if not _is_in(state, CONNECTED):
        word = state.split()[-1:]
        return FarSide(cluster=cluster, group=group, is_known=False, state=word[0] if word else "not known")
    rows = _rows(_heard(run, "hagrp", "-state", group, "-clus", cluster))
    found = [(system.rpartition(":")[2], words) for system, words in rows]
    names = tuple(name for name, _ in found)
    return FarSide(names, names, tuple(name for name, words in found if "ONLINE" in words), (), cluster, group)


def _online_in(run: Run, cluster: str, group: str) -> Optional[Tuple[str, ...]]:
    text = ask(run.node, run.limits, "hagrp", "-state", group, "-clus", cluster)
    if text is None:
        return None
    return tuple(system.rpartition(":")[2] for system, words in _rows(text) if "ONLINE" in words)
