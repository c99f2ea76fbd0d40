"""The licence of a command that changes pairs: what it was decided on must still be so when the line is sent.

A host can stand still between any two instructions and go on minutes later, when another system has the group. So the
one place that sends such commands calls `check` immediately before each line.

1. The looks at both arrays that the command was decided on are young, in seconds of uptime, which goes on while a host
   stands still.
2. The memory is still the record that announced the command: no other system has come online since.
3. No system of the far side is online. Engines that do not answer count as online.
4. No system of the far side could run the group again, where the command was decided on because none could: the far
   array holds later writes, which the takeover gives up. A host that booted meanwhile has them.
5. The engine of this node knows what others tell it. A host that stood still longer than VCS waits for it (16 s of LLT
   and 5 s of GAB, reference vcs.md 3.6) wakes with an engine that knows nothing of what happened since, and that VCS is
   about to restart. So where the engine's last answer is older than MEMBERSHIP_S, the check first waits for REJOIN_S.
   Of a system that is off since the cluster was seeded by hand the engine never hears: one that was UNKNOWN before is
   believed to be off where it still is after RESTART_S, in which an engine that ended is restarted.
6. No offline or clean of this node has ended the online that decided it, and no other online has begun here since.

The gap between this check and the array cannot be closed: the line may lie in the DS CLI for any time. It is one
instruction on this node; what a command does that lands late is limited by LateCommandLimit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from .attempt import OVER
from .errors import LicenceExpired
from .far_side import FarSide, can_run_at_far_side, online_at_far_side, system_states
from .journal import Journal
from .memory import Recollection, is_unchanged, recall
from .online_record import Memory
from .reslock import NoLock, ask, lock_for
from .run import Run

MEMBERSHIP_S = 15.0
"""A system that stands still no longer than this is not missed by the others."""
REJOIN_S = 12.0
"""So long after it wakes, an engine that was missed is restarted or does not answer any more (confidence I)."""

JOURNAL_HOLDS_S = 15.0
"""A journal that was written longer before the line is sent is written again."""
RESTART_S = 45.0
"""An engine that ended is back sooner: hashadow starts it after 30 s, and it joins (confidence I)."""


class Licence:
    """Permission to change the pairs of one resource, for as long as what it rests on holds."""

    def __init__(
        self,
        run: Run,
        memory: Memory,
        far: FarSide,
        looked_s: float,
        heard_s: float,
        *,
        gives_up_writes: bool = False,
    ) -> None:
        self._run = run
        self.memory = memory
        self.far = far
        self.looked_s = looked_s
        """The uptime at which the older one of the looks that it rests on began."""
        self._heard_s = heard_s
        """The uptime at which the engine was asked last."""
        self._gives_up_writes = gives_up_writes
        self.may_be_on_its_way = False
        """A line of the announced command was let pass, so it may have changed pairs, or may do so yet."""
        self.journal: Optional[Journal] = None
        """What this node has written down of the command."""
        self.is_under_way = False
        """The command of the journal is being sent, and the journal has not gone on to another step."""

    def renew(self, looked_s: float, memory: Optional[Memory] = None) -> None:
        """A later look began at `looked_s` (uptime); perhaps a later record announces the next command."""
        self.looked_s = looked_s
        if memory is not None:
            self.memory, self.may_be_on_its_way = memory, False

    def is_settled(self) -> bool:
        """Whether the engine of this node knows what the others do (rule 5); waits until it does."""
        waited_s = _wait_to_be_missed(self._run, self._heard_s, self.far)
        return not (waited_s and unsettled_systems(self._run, self.far))

    def check(self, command: str) -> None:
        """Raise LicenceExpired unless the command may be sent now."""
        run = self._run
        waited_s = _wait_to_be_missed(run, self._heard_s, self.far)
        heard_s = run.node.uptime_s()
        if self.is_under_way and self.journal is not None and heard_s - self.journal.uptime_s > JOURNAL_HOLDS_S:
            # For how long it may be on its way counts from when it is sent: behind a login, in a second line or try.
            self.journal = run.advance(self.journal, self.journal.step, self.journal.saw)
        if waited_s and (unsettled := unsettled_systems(run, self.far)):
            raise LicenceExpired(f"{command} was held back: {unsettled}")
        if not is_unchanged(run.node, run.resource, run.limits, self.memory):
            raise LicenceExpired(
                f"{command} was held back: the memory of the last online has changed, or VCS is silent"
            )
        online_on = online_at_far_side(run, self.far)
        if online_on is None:
            raise LicenceExpired(f"{command} was held back: VCS does not say whether the far side is online")
        if online_on:
            raise LicenceExpired(f"{command} was held back: the resource is online on {online_on[0]}, at the far side")
        if self._gives_up_writes and (found := can_run_at_far_side(run)):
            raise LicenceExpired(f"{command} was held back: {found}, and the array there holds later writes")
        if run.is_over():
            raise LicenceExpired(f"{command} was held back: {OVER}")
        age_s = run.node.uptime_s() - self.looked_s
        if age_s > run.limits.licence_s + waited_s:
            raise LicenceExpired(f"{command} was held back: the look that it was decided on is {age_s:.0f} s old")
        self._heard_s = heard_s
        self.may_be_on_its_way = True

    def keep_unanswered(self) -> None:
        """The command had no answer and has not been carried out: it may be yet, behind the one that is sent next."""
        if self.journal is not None:
            kept = replace(self.journal, unanswered_s=self.journal.uptime_s)
            self.journal = self._run.advance(kept, kept.step, kept.saw)


def _wait_to_be_missed(run: Run, heard_s: float, far: FarSide) -> float:
    """Rule 5; the seconds that it asks for."""
    age_s = run.node.uptime_s() - heard_s
    if age_s <= MEMBERSHIP_S:
        return 0.0
    wait_s = max(REJOIN_S, RESTART_S - age_s) if far.unheard else REJOIN_S
    run.node.pause(wait_s, "the membership of the cluster")
    return wait_s


def unsettled_systems(run: Run, far: FarSide) -> str:
    """Why the engine does not know what the other systems do; nothing where it does.

    Where both halves of a cluster went on, one of them gives way, and it may be the one that has the group.
    """
    text = ask(run.node, run.limits, "hasys", "-state")
    if text is None:
        return "VCS does not say which systems run"
    unknown = [each for each, words in system_states(text).items() if "UNKNOWN" in words and each not in far.unheard]
    return f"this node stood still, and VCS does not know what {' '.join(unknown)} does" if unknown else ""


def still_holds(run: Run, seen: Recollection, far: FarSide) -> bool:
    """For an online that sends nothing: whether the engine says the same as when the memory was recalled (rule 5)."""
    if not _wait_to_be_missed(run, seen.heard_s, far):
        return True
    now = recall(run.node, run.resource, run.limits)
    if unsettled_systems(run, far):
        return False
    if now.contradiction or now.is_replicated != seen.is_replicated:
        return False
    if now.memory == seen.memory:
        return True
    # The systems of a parallel group come online at the same moment, on the same array.
    is_here = now.memory is not None and now.memory.image == run.attributes.local_image
    return is_here and not isinstance(lock_for(run.node, run.resource, run.limits), NoLock)
