"""The two witnesses besides the local array, heard for one decision: the memory, and the far array where needed."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, Optional, Tuple

from . import statetext
from .decide import FailOver, OnlinePlan, TakeLock
from .errors import GarbledState
from .evidence import Evidence, wants_opinion
from .far_side import FarSide, look_at_far_side
from .memory import Recollection, recall
from .names import seen_name
from .online_record import Memory
from .pairs import LocalVolume
from .ports import Node
from .run import Run
from .second_opinion import FarArray, Opinion

Volumes = Tuple[LocalVolume, ...]


class Witness(NamedTuple):
    """The far side as the cluster knows it, and its array, to be asked again. Close the array when done."""

    side: FarSide
    array: FarArray


def _joined(seen: Recollection, opinion: Opinion) -> Recollection:
    """What is remembered here, or what the other cluster remembers where that is newer.

    The older one of two is set aside: unless a record that follows names it, the cluster that holds it refuses each.
    """
    ours, theirs = seen.memory, opinion.memory
    if theirs is None or seen.contradiction:
        return seen
    if ours is None:
        return replace(seen, memory=theirs, is_live=opinion.is_live)
    if theirs.is_newer_than(ours):
        return replace(seen, memory=theirs, is_live=opinion.is_live, set_aside=_unnamed(ours, theirs))
    return replace(seen, set_aside=_unnamed(theirs, ours)) if ours.is_newer_than(theirs) else seen


def _unnamed(older: Memory, newer: Memory) -> Tuple[str, ...]:
    """The token of the older record where the newer one does not name it."""
    return () if older.token in (newer.token, *newer.ancestors) else (older.token,)


def unanswered_for_s(node: Node, resource: str, memory: Optional[Memory]) -> float:
    """For how long this node has known, at least, of the command that may still be carried out; 0 at first sight."""
    sent = memory.awaited if memory is not None else None
    if sent is None:
        return 0.0
    name, now_s, boot = seen_name(resource), node.uptime_s(), node.boot_id()
    try:
        text = node.read_state(name)
        seen = statetext.parse(name, text) if text else {}
        # A directory that was copied says when another node heard of it.
        if seen.get("token") == sent.token and seen.get("system") == node.system:
            # Seen in an earlier boot: it is older than this boot.
            return now_s if seen.get("boot_id") != boot else max(0.0, now_s - float(seen.get("uptime_s", now_s)))
        values = {"token": sent.token, "system": node.system, "boot_id": boot, "uptime_s": f"{now_s:.2f}"}
        node.write_state(name, statetext.render("MetroMirror: when this command was first heard of", values))
    except (GarbledState, OSError, ValueError):
        return 0.0
    return 0.0


def may_land_s(run: Run, seen: Recollection) -> float:
    """For how long a command that the far side sent may still be carried out; 0 where there is none."""
    ours = run.attributes
    age_s = unanswered_for_s(run.node, run.resource, seen.memory)
    evidence = Evidence(
        ours.local_image, ours.remote_image, seen, unanswered_for_s=age_s, late_command_s=ours.late_command_s
    )
    return evidence.may_land_s()


def gather(run: Run, volumes: Volumes, plan: Optional[OnlinePlan], *, always: bool = False) -> Tuple[Evidence, Witness]:
    """What the memory says, and the far array where the plan needs its word (or `always`)."""
    attributes, seen = run.attributes, recall(run.node, run.resource, run.limits)
    evidence = Evidence(
        attributes.local_image,
        attributes.remote_image,
        seen,
        unanswered_for_s=unanswered_for_s(run.node, run.resource, seen.memory),
        late_command_s=attributes.late_command_s,
        split_takeover=attributes.split_takeover,
        swap_roles=attributes.swap_roles,
    )
    if not always and not isinstance(plan, (TakeLock, FailOver)):
        return evidence, Witness(FarSide(), FarArray(run, FarSide()))
    far = look_at_far_side(run)
    is_cut_off = bool(far.cluster) and not far.running
    # A far side of which the engine did not say what it is may be another cluster.
    is_global = bool(far.cluster) or not far.is_known
    evidence = replace(evidence, far_systems=far.systems, is_global=is_global, is_cut_off=is_cut_off)
    array = FarArray(run, far)
    if always or (plan is not None and wants_opinion(plan, volumes, evidence)):
        opinion = array.ask(volumes)
        known = _joined(seen, opinion)
        can_run = opinion.can_run or far.was_stopped(known.memory.system if known.memory else "")
        evidence = replace(
            evidence,
            opinion=replace(opinion, can_run=can_run),
            recollection=known,
            unanswered_for_s=unanswered_for_s(run.node, run.resource, known.memory),
        )
    return evidence, Witness(far, array)


def has_moved_on(run: Run, seen: Recollection) -> bool:
    """Whether something is remembered now that what was seen does not follow: a system has come online, or started."""
    known = seen.records()
    now = recall(run.node, run.resource, run.limits).records()
    return any(not any(each.token == old.token or old.is_newer_than(each) for old in known) for each in now)
