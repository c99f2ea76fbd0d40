"""What the cluster knows of the far side: which systems hang on the far array, which live, and where the group is.

In a replicated data cluster the systems of the far array belong to this cluster, and the engine tells their attributes.
In a global cluster they belong to another one, of which the engine tells what its connector heard.

Rule: a system that left the membership and a cluster that is lost count as VCS counts them: nothing runs there. An
engine that leaves one question without an answer said no such thing: the far side is not known then, and whatever
depends on it stays undone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, List, Optional, Tuple

from .names import is_safe_name
from .reslock import ask
from .run import Run


@dataclass(frozen=True)
class FarSide:
    """What is known of the far side. `cluster` is the name of the other cluster, empty where it is this one."""

    systems: Tuple[str, ...] = ()
    running: Tuple[str, ...] = ()
    """Its systems on which the group could be started, as far as VCS knows."""
    online_on: Tuple[str, ...] = ()
    hmcs: Tuple[str, ...] = ()
    cluster: str = ""
    group: str = ""
    is_known: bool = True
    """The engine answered every question."""
    unheard: Tuple[str, ...] = ()
    """Systems of this cluster of which its engine knew nothing when it was asked: UNKNOWN."""


class _EngineSilent(Exception):
    """A question that each engine can answer got no answer."""


def look_at_far_side(run: Run) -> FarSide:
    """Ask the engine of this node."""
    try:
        states = system_states(_heard(run, "hasys", "-state"))
        side = _in_this_cluster(run, states) or _other_cluster(run)
        return replace(side, unheard=tuple(system for system, words in states.items() if "UNKNOWN" in words))
    except _EngineSilent:
        return FarSide(is_known=False)


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
    running = tuple(each for each in systems if "RUNNING" in states.get(each, ()))
    return FarSide(tuple(systems), running, tuple(online_on), tuple(dict.fromkeys(hmcs)))


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
        return _online_in(run, far.cluster, far.group) if "RUNNING" in state.split() else ()
    text = ask(run.node, run.limits, "hares", "-state", run.resource)
    if text is None:
        return None
    return tuple(system for system, words in _rows(text) if system in far.systems and "ONLINE" in words)


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
    if "RUNNING" not in _heard(run, "haclus", "-state", cluster).split():
        return FarSide(cluster=cluster, group=group)
    rows = _rows(_heard(run, "hagrp", "-state", group, "-clus", cluster))
    found = [(system.rpartition(":")[2], words) for system, words in rows]
    names = tuple(name for name, _ in found)
    return FarSide(names, names, tuple(name for name, words in found if "ONLINE" in words), (), cluster, group)


def _online_in(run: Run, cluster: str, group: str) -> Optional[Tuple[str, ...]]:
    text = ask(run.node, run.limits, "hagrp", "-state", group, "-clus", cluster)
    if text is None:
        return None
    return tuple(system.rpartition(":")[2] for system, words in _rows(text) if "ONLINE" in words)
