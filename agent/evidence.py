"""What the memory and the far array make of a plan that the local array alone would allow. Pure.

`decide.decide_online` judges the local array's word. This module weighs it against the two other witnesses:

1. A set that is writable here is locked if the memory says that it ran here last, and that nothing has changed the
   direction since; in a global cluster only where both clusters have lived since and remember the same. Otherwise the
   far array is asked. If it is the target, this side is right whatever was remembered. If it was failed over, and not
   written since, this side has all that it has. If it may hold later writes, the lock is refused. Memory that comes
   from files alone may have been set back with its disk: the far array is asked as well, and where it holds writes that
   no takeover which the memory knows of explains, the lock is refused; its silence changes nothing.
2. If the memory says that the application ran at the far side last, silence refuses a source. A set that a person
   failed over as a whole is locked with a warning, as the manual has it, unless the memory knows that a takeover left
   this side behind.
3. A set of which one part has been failed over is carried on only if the memory explains it: a change of direction
   towards this side was cut short, and nothing came online anywhere since.
4. A takeover is refused if the far array may hold later writes and the group can run there. If nothing can run there,
   it is what the manual allows, and what will be missing is told; what was cut short of it goes on under the same
   condition, also where only the lock is left to take. Silence allows it. With SplitTakeover = 0 nothing
   allows it but the far array's word that it holds nothing later.
5. The direction is reversed only if the far array has said that it holds nothing that is not here. Where no console of
   it is known to the agent (a global cluster without RemoteHMC1) and the other cluster counts as lost, the manual's
   rule stands: reverse if a path is up (not with SplitTakeover 0, nor where people stopped that cluster).
6. While a failbackpprc may still be on its way from the far side, nothing is locked here: it would overwrite what is
   written here. Each record keeps it until its time is over, also behind onlines of other systems. A failoverpprc that
   was sent twice, and may land when this side mirrors to there, refuses where the group can run there.
7. Where the memory contradicts itself, the arrays may still agree: a far array that is the target of all volumes, or a
   source that holds nothing which is not here, leaves nothing to choose between. Anything else is a person's decision.

Rule: every refusal says what to do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Optional, Sequence, Tuple, Union

from .decide import FailOver, NothingToDo, OnlinePlan, Refuse, StartFailback, TakeLock
from .memory import Recollection
from .online_record import FAILBACK, FAILOVER, Memory, Phase
from .pairs import LocalVolume, Standing, State, by_standing, name_volumes
from .second_opinion import LATER_WRITES, NOT_ASKED, Far, Opinion

SETTLED_MARGIN_S = 60.0
"""Added to the time for which a late command may still land: it is sent a little later than it is remembered."""
ROLLED_BACK = "state files that a backup or a snapshot brought back know of no later online, or a person failed it over"
TAKEOVER = "If this side holds the right data, run the action takeover here"


@dataclass(frozen=True)
class Evidence:
    """The other two witnesses, and the policies that say what their silence means."""

    local_image: str
    remote_image: str
    recollection: Recollection
    far_systems: Tuple[str, ...] = ()
    """The systems of the far array that belong to this cluster."""
    is_global: bool = False
    """The far side is another cluster, whose onlines this cluster's memory does not hold."""
    is_cut_off: bool = False
    """It is, and nothing is heard of it."""
    opinion: Opinion = NOT_ASKED
    unanswered_for_s: float = 0.0
    """For how long the command that may still be carried out has been known here."""
    late_command_s: float = 900.0
    split_takeover: bool = True
    swap_roles: bool = True

    @property
    def memory(self) -> Optional[Memory]:
        """The last record."""
        return self.recollection.memory

    def vouches(self) -> bool:
        """Whether the memory says, without a doubt, that the resource ran on the local array last."""
        memory, seen = self.memory, self.recollection
        if memory is None or seen.contradiction or memory.image != self.local_image or memory.phase is not Phase.ONLINE:
            return False
        if self.is_global and not memory.is_adopted:
            return seen.is_live and self._other_cluster_agrees(memory)
        return memory.is_adopted or seen.is_live or self._all_have_published()

    def _other_cluster_agrees(self, memory: Memory) -> bool:
        """Whether the other cluster, which has lived since, was asked and remembers nothing that speaks against it."""
        theirs, is_live = self.opinion.memory, self.opinion.is_live
        return theirs is not None and is_live and (theirs.token == memory.token or memory.is_newer_than(theirs))

    def _all_have_published(self) -> bool:
        return bool(self.far_systems) and set(self.far_systems) <= set(self.recollection.published)

    def may_land_s(self) -> float:
        """For how long a command that the far side sent may still be carried out; 0 where there is none."""
        sent = self.memory.awaited if self.memory is not None else None
        if sent is None or sent.image == self.local_image:
            return 0.0
        return max(0.0, self.late_command_s + SETTLED_MARGIN_S - self.unanswered_for_s)

    def still_unanswered(self) -> str:
        """What the next record has to say of a command that may still be carried out, from whichever side it came."""
        memory = self.memory
        sent = memory.awaited if memory is not None else None
        if memory is None or sent is None or self.unanswered_for_s > self.late_command_s + SETTLED_MARGIN_S:
            return ""
        if self.opinion.far is Far.FOLLOWS and sent.image == self.local_image and sent.name == FAILBACK:
            # It has been carried out: what was sent before it is left.
            return memory.unanswered if memory.phase is Phase.REVERSING else ""
        return sent.text()

    def leads_here(self) -> bool:
        """Whether a change of direction towards this side was cut short."""
        memory = self.memory
        return memory is not None and memory.phase is not Phase.ONLINE and memory.towards == self.local_image


def wants_opinion(plan: OnlinePlan, volumes: Sequence[LocalVolume], evidence: Evidence) -> bool:
    """Whether the far array has to be asked before the plan is carried out."""
    if isinstance(plan, FailOver):
        return True
    if not isinstance(plan, TakeLock) or set(by_standing(volumes)) <= {Standing.NO_PAIR}:
        return False
    # What only files say may be what a backup or a snapshot brought back.
    return not (evidence.vouches() and evidence.recollection.is_live)


def weigh(plan: OnlinePlan, volumes: Sequence[LocalVolume], evidence: Evidence) -> OnlinePlan:
    """The plan as the other witnesses leave it. Whatever the local array refuses stays refused."""
    if not isinstance(plan, (TakeLock, FailOver)):
        return plan
    if evidence.recollection.contradiction:
        return _weigh_contradiction(plan, volumes, evidence)
    return (
        _weigh_lock(plan, volumes, evidence) if isinstance(plan, TakeLock) else _weigh_takeover(plan, evidence, volumes)
    )


def _weigh_contradiction(
    plan: Union[TakeLock, FailOver], volumes: Sequence[LocalVolume], evidence: Evidence
) -> OnlinePlan:
    """Rule 7. The record that follows names all that contradict each other, and they are history."""
    opinion, forked = evidence.opinion, f"the memory contradicts itself: {evidence.recollection.contradiction}"
    if isinstance(plan, TakeLock) and opinion.far is Far.FOLLOWS:
        return _warned(plan, f"{forked}, but the far array holds nothing but a copy of this one")
    if (
        isinstance(plan, FailOver)
        and opinion.far is Far.SOURCE
        and set(by_standing(volumes)) == {Standing.TARGET_IN_SYNC}
    ):
        why = f"{plan.why}; {forked}, but both arrays hold the same"
        return replace(plan, why=why, reverse=plan.reverse and _may_reverse(evidence))
    more = "" if opinion.far is Far.NOT_ASKED else f", and {opinion.text()}"
    how = "Find out which side holds the newer data (the action status, on a system of each side)"
    return Refuse(f"{forked}{more}. {how} and run the action takeover there")


def _weigh_lock(plan: TakeLock, volumes: Sequence[LocalVolume], evidence: Evidence) -> Union[TakeLock, Refuse]:
    far, memory = evidence.opinion.far, evidence.memory
    if evidence.vouches():
        is_doubted = far is Far.AHEAD and memory is not None and not evidence.recollection.is_live
        if is_doubted and memory is not None and not memory.left_behind:
            return Refuse(f"{_last(evidence)}, and {evidence.opinion.text()}: {ROLLED_BACK}. {TAKEOVER}")
        return _told_of_far(plan, evidence)
    # A far side that is the target by now refuses a failbackpprc.
    if refused := _while_it_may_land(evidence, would_land=far is not Far.FOLLOWS):
        return refused
    if memory is not None and not _ran_here(evidence) and Standing.NO_PAIR in by_standing(volumes):
        bare = name_volumes([volume.volume for volume in by_standing(volumes)[Standing.NO_PAIR]])
        return Refuse(f"{bare} in no pair here, and {_last(evidence)}: nothing brought its data here. {TAKEOVER}")
    if set(by_standing(volumes)) <= {Standing.NO_PAIR}:
        return plan
    if evidence.leads_here():
        return _written_since(evidence) or plan
    if memory is not None and memory.image == evidence.local_image and memory.phase is not Phase.ONLINE:
        return _after_a_change_cut_short(plan, evidence, memory)
    if far is Far.FOLLOWS or (far is Far.SOURCE and _ran_here(evidence)):
        return _told_of_far(plan, evidence)
    if far is Far.SOURCE and memory is not None and not evidence.opinion.is_copying:
        # A takeover of which nothing came: the application could not be started there.
        return _warned(plan, f"{_last(evidence)}, but {evidence.opinion.text()}. Run the action failback here")
    if far in (Far.SOURCE, Far.AHEAD):
        return Refuse(f"{_last(evidence)}, and {evidence.opinion.text()}. Bring the group online there. {TAKEOVER}")
    return _lock_without_an_opinion(plan, volumes, evidence)


def _told_of_far(plan: TakeLock, evidence: Evidence) -> TakeLock:
    """The lock is right. The local array calls a pair Full Duplex until the first write, although its peer was failed
    over meanwhile; where the far array was asked, and said so, it is told."""
    if evidence.opinion.far is not Far.SOURCE:
        return plan
    why = f"{evidence.opinion.text()}: nothing that is written here is mirrored"
    return _warned(plan, f"{why}. Run the action failback here")


def _written_since(evidence: Evidence) -> Optional[Refuse]:
    """A takeover towards this side was cut short that began when the far array held nothing more: does it now?

    One that began although it held more, because nothing could run there, stands only as long as nothing can.
    """
    if evidence.opinion.far is not Far.AHEAD or evidence.memory is None:
        return None
    why = f"{evidence.opinion.text()}: it was written since {evidence.memory.by} began to take over"
    if evidence.memory.left_behind:
        if not evidence.opinion.can_run:
            return None
        why = f"{evidence.opinion.text()}, and the group can run there again"
    return Refuse(f"{why}. Bring the group online there. {TAKEOVER}")


def _lock_without_an_opinion(
    plan: TakeLock, volumes: Sequence[LocalVolume], evidence: Evidence
) -> Union[TakeLock, Refuse]:
    """The far array is silent, cannot be asked, or knows of no pair."""
    opinion, memory = evidence.opinion, evidence.memory
    not_known = f"{_last(evidence)}, and {opinion.text()}"
    if not evidence.split_takeover:
        return Refuse(f"{not_known}; SplitTakeover is 0. {TAKEOVER}")
    if _ran_here(evidence):
        if evidence.recollection.is_live:
            return _warned(plan, f"{not_known}: going on with what this cluster remembers")
        if opinion.far is Far.UNASKABLE and not evidence.is_cut_off:
            return _warned(plan, f"{not_known}. Set RemoteHMC1")
        return Refuse(f"{not_known}. Start the systems of the far side or mend its HMC. {TAKEOVER}")
    failed_over = set(by_standing(volumes)) <= {Standing.FAILED_OVER, Standing.NO_PAIR}
    if memory is None:
        if failed_over or opinion.far in (Far.UNASKABLE, Far.OTHER):
            return _warned(plan, not_known)
        return Refuse(f"{not_known}. Start the systems of the far side or mend its HMC. {TAKEOVER}")
    if failed_over and not memory.left_behind:
        return _warned(
            plan, f"{not_known}. The volumes were failed over by hand; what was written there since is missing"
        )
    return Refuse(f"{not_known}. Bring the group online there. {TAKEOVER}")


def _while_it_may_land(evidence: Evidence, *, would_land: bool) -> Optional[Refuse]:
    """Rule 6. `would_land`: a failbackpprc would be carried out, as the far array is now."""
    wait_s, sent = evidence.may_land_s(), evidence.memory.awaited if evidence.memory is not None else None
    if wait_s <= 0 or sent is None:
        return None
    if sent.name == FAILBACK and would_land:
        why = f"{sent.system} was about to reverse the copy, and its failbackpprc may still overwrite this side"
    elif sent.name == FAILOVER and evidence.opinion.can_run:
        why = f"a {FAILOVER} that {sent.system} sent had no answer, and may still stop the copy from here to there"
    else:
        return None
    return Refuse(f"{why}; try again in {math.ceil(wait_s / 60)} minutes, or bring the group online there")


def _after_a_change_cut_short(plan: TakeLock, evidence: Evidence, memory: Memory) -> Union[TakeLock, Refuse]:
    """It ran here last, and the far side was about to take over."""
    if evidence.opinion.far is Far.SOURCE and evidence.opinion.is_copying and evidence.opinion.can_run:
        return Refuse(f"{memory.by} has reversed the copy. Bring the group online there")
    action = "failback" if evidence.opinion.far is Far.SOURCE else "resume"
    return _warned(
        plan, f"a takeover by {memory.by} was cut short; {evidence.opinion.text()}. Run the action {action} here"
    )


def _weigh_takeover(plan: FailOver, evidence: Evidence, volumes: Sequence[LocalVolume]) -> Union[FailOver, Refuse]:
    opinion = evidence.opinion
    if Standing.FAILED_OVER in by_standing(volumes) and not _is_explained(plan, evidence):
        done = by_standing(volumes)[Standing.FAILED_OVER]
        mixed = f"{name_volumes([v.volume for v in done])} failed over, the others targets, and {_last(evidence)}"
        cure = "storage administrators have to bring the set into one role (failbackpprc from the side that is right)"
        return Refuse(f"mixed set: {mixed}: no operation of the agent explains it; {cure}")
    if evidence.leads_here() and (refused := _written_since(evidence)):
        return refused
    # So does one that copies already. Where the site is lost, nothing is carried out there any more.
    if refused := _while_it_may_land(evidence, would_land=opinion.can_run and not opinion.is_copying):
        return refused
    if opinion.far in LATER_WRITES and opinion.can_run:
        cure = "Bring it online there and run the action resume first"
        return Refuse(f"{opinion.text()}, and the group can run there. {cure}. {TAKEOVER}, which loses these writes")
    if opinion.far is not Far.SOURCE and not evidence.split_takeover:
        return Refuse(
            f"{opinion.text()}, and SplitTakeover is 0: it is not known whether this copy is current. {TAKEOVER}"
        )
    if opinion.far is Far.AHEAD or (opinion.far is Far.DEAD and opinion.tracks):
        plan = replace(plan, why=f"{plan.why}; {opinion.text()}: these writes will be missing")
    return replace(plan, reverse=plan.reverse and _may_reverse(evidence))


def _may_reverse(evidence: Evidence) -> bool:
    """Where the other cluster counts as lost and no console of its array is known, the devices swap roles as in the
    manual's host failure test (chapter 4, step 2); not where people stopped that cluster (docs/hazards.md).
    """
    opinion = evidence.opinion
    is_manual = opinion.far is Far.UNASKABLE and evidence.split_takeover and not opinion.can_run
    return evidence.swap_roles and (opinion.far is Far.SOURCE or is_manual)


def why_not_reversed(evidence: Evidence) -> str:
    """Why a takeover leaves the direction of the copy as it is, in words."""
    if not evidence.swap_roles:
        return "SwapRoles is 0"
    if not _may_reverse(evidence):
        return evidence.opinion.text()
    return "an earlier run was cut short, and the far side may have been written since"


def _is_explained(plan: FailOver, evidence: Evidence) -> bool:
    """Rule 3; or the rest was no part of the set when it came online here last (VolIds has grown since)."""
    memory = evidence.memory
    if memory is None:
        return False
    if evidence.leads_here():
        return True
    rest = {pair.partition(":")[0] for pair in plan.pairs}
    return memory.image == evidence.local_image and memory.phase is Phase.ONLINE and not rest & set(memory.volumes)


def _ran_here(evidence: Evidence) -> bool:
    return evidence.memory is not None and evidence.memory.image == evidence.local_image


def _last(evidence: Evidence) -> str:
    """What is remembered, in words."""
    memory = evidence.memory
    if memory is None:
        return "nothing is remembered of an earlier online"
    cold = "" if evidence.recollection.is_live else " as far as the files of this cluster tell"
    where = f"{memory.system}, array {memory.image}" if memory.system else f"array {memory.image}"
    return f"the resource was online last on {where}{cold}"


def _warned(plan: TakeLock, warning: str) -> TakeLock:
    return replace(plan, warnings=(*plan.warnings, warning))


def weigh_failback(
    plan: Union[StartFailback, NothingToDo, Refuse], volumes: Sequence[LocalVolume], evidence: Evidence
) -> Union[StartFailback, NothingToDo, Refuse]:
    """Whether this is the side to fail back from; a refusal names the right one.

    The operator is a person who was told, so silence of the far array is no obstacle where the memory vouches.
    """
    opinion, memory = evidence.opinion, evidence.memory
    if evidence.recollection.contradiction:
        return Refuse(f"the memory contradicts itself: {evidence.recollection.contradiction}. {TAKEOVER} first")
    if memory is not None and memory.image != evidence.local_image and not evidence.leads_here():
        if opinion.far is Far.FOLLOWS:
            return plan
        side = f"a system of {memory.image}"
        return Refuse(f"wrong side: {_last(evidence)}. Run failback on {side}, which holds the newer data")
    if memory is not None and evidence.leads_here() and opinion.far is Far.AHEAD:
        # The takeover was cut short before anything came online here: what the far side wrote is the only data.
        return Refuse(f"{_last(evidence)}, and {opinion.text()}, which a failback would overwrite. {TAKEOVER} first")
    if isinstance(plan, NothingToDo) and opinion.far in (Far.AHEAD, Far.SOURCE):
        why = f"the pairs say that they are copied from here, but {opinion.text()}"
        return Refuse(f"{why}: it took over. Run failback on a system of {evidence.remote_image}")
    is_known = memory is not None and (memory.is_adopted or evidence.recollection.is_live)
    if isinstance(plan, Refuse) and is_known and _ran_here(evidence) and opinion.far is Far.SOURCE:
        return _fail_back_what_was_cut_short(plan, volumes)
    if isinstance(plan, StartFailback) and not is_known and opinion.far in (Far.AHEAD, Far.SILENT, Far.DEAD, Far.OTHER):
        return Refuse(f"{_last(evidence)}, and {opinion.text()}, which a failback would overwrite. {TAKEOVER} first")
    return plan


def _fail_back_what_was_cut_short(plan: Refuse, volumes: Sequence[LocalVolume]) -> Union[StartFailback, Refuse]:
    """The far side was failed over and never written: what lost its mirror here may be copied there again."""
    if any(volume.relation is None or volume.relation.has_foreign_peer for volume in volumes):
        return plan
    if not set(by_standing(volumes)) <= {Standing.SOURCE, Standing.FAILED_OVER}:
        return plan
    lost = [v for v in volumes if v.relation is not None and v.relation.state is State.SUSPENDED]
    return StartFailback(tuple(volume.pair for volume in lost)) if lost else plan


def may_resume(volumes: Sequence[LocalVolume], evidence: Evidence) -> Union[Tuple[str, ...], Refuse]:
    """The suspended pairs (local:remote) to resume from here, or why not: only over a far side that is the target."""
    groups = by_standing(volumes)
    if not set(groups) <= {Standing.SOURCE, Standing.FAILED_OVER} or any(v.relation is None for v in volumes):
        return Refuse("wrong side: not every volume is the source of one pair. Run resume where they are")
    if evidence.memory is not None and not _ran_here(evidence):
        return Refuse(f"wrong side: {_last(evidence)}. Run failback there")
    if evidence.opinion.far is not Far.FOLLOWS:
        return Refuse(f"{evidence.opinion.text()}, and resumepprc needs a target there. Run failback on the right side")
    return tuple(v.pair for v in volumes if v.relation is not None and v.relation.state is State.SUSPENDED)
