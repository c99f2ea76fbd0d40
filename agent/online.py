"""online: make every volume of the resource writable on this node, then create the lock.

Look, decide, act, look again. The lock is the very last step, and it is never taken on the word of a command: only a
look that shows every volume writable leads to it. An online that fails leaves no lock; VCS learns it from the monitor.

Killed at any instruction, this leaves one of: nothing changed; a journal that says what may have been changed; volumes
writable without a lock. The next online, here or on another system of this array, starts with a look and carries on.
"""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import NamedTuple, Optional, Tuple

from .attempt import begin_attempt
from .budget import LOGIN_NEEDS_S, REVERSAL_PAIR_S, Budget, change_needs_s, look_needs_s
from .decide import (
    FailOver,
    OnlinePlan,
    Refuse,
    Remaining,
    TakeLock,
    WaitForCopy,
    Writable,
    decide_online,
    decide_reversal,
    verify_failover,
)
from .direction import Announced, announce, fail_back_and_look, remembered_in_cluster, tell, unless_sent
from .errors import AgentError, LicenceExpired, NoAnswer
from .evidence import Evidence, weigh, why_not_reversed
from .far_side import FarSide, await_connection, can_run_at_far_side
from .journal import Journal, Step, write_journal
from .licence import Licence, still_holds
from .lock import keep_own_lock
from .locking import is_over, is_still_right, take_lock
from .memory import Recollection, following, remembered
from .messages import (
    FAILOVER_AGAIN,
    FAILOVER_DONE,
    FAILOVER_FAILED,
    JOURNAL_NOT_WRITTEN,
    LICENCE_EXPIRED,
    LOCK_NOT_WRITTEN,
    NOT_REVERSED,
    ONLINE_DECIDED_FAILOVER,
    ONLINE_REFUSED,
    ONLINE_WAITS,
    REVERSAL_LEFT,
    REVERSED,
    say,
)
from .online_record import Phase
from .pairs import LocalVolume, describe, name_volumes
from .reslock import lock_for, release_after_kill
from .run import Run
from .second_opinion import LATER_WRITES, Far, FarArray
from .witnesses import Witness, gather, has_moved_on

Volumes = Tuple[LocalVolume, ...]
LOCK_NEEDS_S = 3.0
"""Kept free for the lock, which has to be written whatever came of the reversal."""
LOOK_HOLDS_S = 2.0
"""A look at the own array that began longer ago is repeated before the lock is written: asking others takes time."""
LICENCE_SPARE_S = 5.0
"""What the checks of a licence and the writing of memory and journal may take of its time."""
CHANGED_MEANWHILE = "the volumes have changed meanwhile"
HEARINGS_MAX = 2
"""How often the witnesses are heard anew because one of them took its time."""
ATTEMPTS_MAX = 3
"""How often failoverpprc is sent for what is left of the set."""


def bring_online(run: Run) -> None:
    """The whole of online. Raises AgentError where the array could not be asked; refusals are logged, not raised."""
    run = replace(run, attempt=begin_attempt(run.node, run.resource))
    is_locked = keep_own_lock(run.node, run.resource)
    journal = run.journal()
    if journal is not None and journal.is_interrupted:
        # Other systems may be waiting for the lock of the online that was cut short; its next holder looks again.
        release_after_kill(run.node, run.resource, run.limits)
    looked_s = run.node.uptime_s()
    volumes = run.array.look(run.budget)
    plan = decide_online(volumes, journal)
    if is_locked and is_still_right(run, volumes, plan):
        return
    if isinstance(plan, (FailOver, WaitForCopy)):
        volumes, plan = _wait_for_copy(run, volumes, plan)
    if isinstance(plan, FailOver):
        _take_over(run, volumes, plan)
    else:
        evidence, far = gather(run, volumes, plan)
        far.array.close()
        _settle(run, volumes, weigh(plan, volumes, evidence), evidence, far.side, looked_s)


def _settle(run: Run, volumes: Volumes, plan: OnlinePlan, evidence: Evidence, side: FarSide, looked_s: float) -> None:
    """Carry out a plan that sends nothing to the array."""
    if not isinstance(plan, TakeLock):
        why = plan.why if isinstance(plan, (Refuse, WaitForCopy)) else CHANGED_MEANWHILE
        say(run.node, ONLINE_REFUSED, why=why, saw=describe(volumes))
        return
    if not still_holds(run, evidence.recollection, side):
        why = "this node stood still, or VCS was silent, while it was decided, and what is remembered has changed"
        say(run.node, ONLINE_REFUSED, why=why, saw=describe(volumes))
        return
    if evidence.leads_here() and evidence.opinion.far in LATER_WRITES and (found := can_run_at_far_side(run)):
        # Asking the far array took its time, as before a takeover (rule 4).
        why = f"{found}, and the array there holds later writes"
        say(run.node, ONLINE_REFUSED, why=why, saw=describe(volumes))
        return
    journal = run.journal()
    may_land = journal is not None and journal.step is Step.REVERSING and run.may_land(journal)
    if journal is not None and journal.is_interrupted and not may_land:
        # Whatever was cut short, it ended with every volume writable, and it has been warned of.
        run.advance(journal, Step.SETTLED, describe(volumes))
    memory, left_behind = evidence.memory, False
    if memory is not None and evidence.opinion.far is not Far.FOLLOWS:
        # What moved here without a reversal (by hand, or because it was cut short) left the far side as it was.
        left_behind = memory.left_behind if memory.image == evidence.local_image else True
        left_behind = left_behind or evidence.leads_here()
    unanswered = evidence.still_unanswered()
    before = evidence.recollection
    _lock_and_remember(run, volumes, looked_s, plan, before, side, left_behind=left_behind, unanswered=unanswered)


def _lock_and_remember(
    run: Run,
    volumes: Volumes,
    looked_s: float,
    plan: TakeLock,
    before: Recollection,
    side: FarSide,
    *,
    left_behind: bool,
    unanswered: str,
) -> None:
    """The memory first, then the lock: an application must never run where no record of it exists."""
    node, image = run.node, run.attributes.local_image
    if is_over(run, volumes):
        return
    if node.uptime_s() - looked_s > LOOK_HOLDS_S:
        volumes = run.array.look(run.budget)
        later = decide_online(volumes, run.journal())
        if not isinstance(later, TakeLock):
            why = later.why if isinstance(later, (Refuse, WaitForCopy)) else CHANGED_MEANWHILE
            say(node, ONLINE_REFUSED, why=why, saw=describe(volumes))
            return
    memory = following(
        node,
        before,
        image=image,
        system=node.system,
        phase=Phase.ONLINE,
        towards="",
        by="",
        is_adopted=False,
        left_behind=left_behind,
        volumes=tuple(volume.volume for volume in volumes),
        unanswered=unanswered,
    )
    last = before.memory
    moved = last is not None and (last.image != image or last.phase is not Phase.ONLINE)
    try:
        write = remembered_in_cluster if moved else remembered
        memory, is_known = write(node, run.resource, run.limits, memory)
    except OSError as error:
        say(node, LOCK_NOT_WRITTEN, reason=error)
        return
    if moved and not is_known:
        say(node, ONLINE_REFUSED, why="the cluster does not keep the memory of this online", saw=describe(volumes))
        return
    take_lock(run, volumes, plan)
    tell(run, side, memory)


def _wait_for_copy(run: Run, volumes: Volumes, plan: OnlinePlan) -> Tuple[Volumes, OnlinePlan]:
    """Look again until no copy to this array is under way; a copy that does not end in time is refused."""
    poll_s = run.limits.copy_poll_s
    needs_s = poll_s + 2 * look_needs_s(len(volumes)) + change_needs_s(len(volumes))
    if isinstance(plan, WaitForCopy):
        say(run.node, ONLINE_WAITS, why=plan.why, saw=describe(volumes))
    while isinstance(plan, WaitForCopy):
        if run.budget.left_s() < needs_s:
            return volumes, Refuse(f"{plan.why}, and the time for online is over")
        run.node.pause(poll_s, "a copy to this array")
        volumes = run.array.look(run.budget)
        plan = decide_online(volumes, run.journal())
    return volumes, plan


def _take_over(run: Run, volumes: Volumes, plan: OnlinePlan) -> None:
    """Fail the set over while no other system does, then reverse the copy if that is safe, then take the lock."""
    size = len(volumes)
    needs_s = change_needs_s(size) + 4 * look_needs_s(size) + LOGIN_NEEDS_S
    run.budget.require("failoverpprc", needs_s)
    lock = lock_for(run.node, run.resource, run.limits)
    may_have_changed = lock.acquire(run.budget)
    far: Optional[Witness] = None
    try:
        if may_have_changed:
            # Another system may have done it while this one waited, so what was decided before counts no more.
            volumes = run.array.look(run.budget)
            plan = decide_online(volumes, run.journal())
        hearings = 0
        while True:
            hearings += 1
            evidence, far = gather(run, volumes, plan)
            # Asking the far array takes its time, so the local look that the licence rests on comes last.
            volumes, looked_s = fresh_look(run, run.budget)
            looked_s = min(looked_s, far.array.asked_s)
            is_late = run.node.uptime_s() - looked_s > run.limits.licence_s - LICENCE_SPARE_S
            is_heard = far.side.is_known and not is_late and not has_moved_on(run, evidence.recollection)
            if is_heard or hearings == HEARINGS_MAX:
                break
            # An answer came late or not at all, or this node stood still, or a node that started remembers more, or the
            # clusters are not connected: hear all of it anew.
            far.array.close()
            await_connection(run, far.side, keep_s=needs_s)
        plan = weigh(decide_online(volumes, run.journal()), volumes, evidence)
        if isinstance(plan, FailOver) and not far.side.is_known:
            # Its licence would hold every command back, and what is announced would have to be taken back.
            plan = Refuse(far.side.why_unknown())
        if isinstance(plan, FailOver):
            _fail_over_and_reverse(run, volumes, plan, Change(evidence, far, looked_s))
        else:
            _settle(run, volumes, plan, evidence, far.side, looked_s)
    except LicenceExpired as error:
        say(run.node, LICENCE_EXPIRED, reason=error)
    finally:
        if far is not None:
            far.array.close()
        lock.release()


def fresh_look(run: Run, budget: Budget) -> Tuple[Volumes, float]:
    """A look that a licence can rest on, and the uptime at which it began; repeated where its answer came late."""
    for _ in range(ATTEMPTS_MAX):
        looked_s = run.node.uptime_s()
        volumes = run.array.look(budget)
        if run.node.uptime_s() - looked_s <= run.limits.licence_s - LICENCE_SPARE_S:
            break
    return volumes, looked_s


class Change(NamedTuple):
    """What a change of direction rests on; `looked_s` is the uptime at which the last look began."""

    evidence: Evidence
    far: Witness
    looked_s: float


def _fail_over_and_reverse(run: Run, volumes: Volumes, plan: FailOver, change: Change) -> None:
    saw = describe(volumes)
    say(run.node, ONLINE_DECIDED_FAILOVER, pairs=name_volumes(plan.pairs), why=plan.why, saw=saw)
    run.budget.require("failoverpprc", change_needs_s(len(plan.pairs)) + 2 * look_needs_s(len(volumes)))
    pairs = tuple(volume.pair for volume in volumes)
    node = run.node
    journal = run.begin("online", Step.FAILING_OVER, pairs, saw)
    seen, opinion = change.evidence.recollection, change.evidence.opinion
    memory = announce(run, seen, Phase.FAILING_OVER, change.far.side, opinion.far)
    if memory is None:
        return
    gives_up = opinion.far in LATER_WRITES
    licence = Licence(run, memory, change.far.side, change.looked_s, seen.heard_s, gives_up_writes=gives_up)
    with unless_sent(run, Announced(seen, licence, journal, is_told=opinion.far is not Far.SILENT)):
        try:
            write_journal(node, journal)
        except OSError as error:
            say(node, JOURNAL_NOT_WRITTEN, reason=error)
            return
        writable = _fail_over(run, plan.pairs, licence)
        if writable is None:
            return
    journal = run.advance(licence.journal or journal, Step.FAILED_OVER, describe(writable))
    say(node, FAILOVER_DONE, pairs=name_volumes(plan.pairs), saw=describe(writable))
    reversal = Reversal.NONE
    if plan.reverse:
        writable, reversal = _reverse(run, journal, writable, licence, change.far.array)
    else:
        say(node, REVERSAL_LEFT, why=why_not_reversed(change.evidence))
    if reversal is not Reversal.UNKNOWN:
        run.advance(journal, Step.COMPLETE, describe(writable))
    licence.check("the lock")
    before = Recollection(licence.memory, is_live=True, is_replicated=True)
    _lock_and_remember(
        run,
        writable,
        licence.looked_s,
        TakeLock("all volumes were made writable here"),
        before,
        change.far.side,
        left_behind=reversal is not Reversal.DONE,
        unanswered=licence.memory.left_unanswered(is_answered=reversal is not Reversal.UNKNOWN),
    )


def _fail_over(run: Run, pairs: Tuple[str, ...], licence: Licence) -> Optional[Volumes]:
    """Send failoverpprc until a look shows the whole set writable; None (with the reason logged) if that fails."""
    said = ""
    for _ in range(ATTEMPTS_MAX):
        unanswered = False
        try:
            change = run.array.fail_over(pairs, run.budget, licence.check)
            said = change.errors[0] if change.errors else ""
        except NoAnswer as error:
            # The command may still be on its way; its effect has to show before the next decision.
            unanswered, said = True, str(error)
        volumes, looked_s = fresh_look(run, run.budget)
        found = verify_failover(volumes)
        if unanswered and isinstance(found, Remaining):
            run.node.pause(run.limits.settle_s, "a command without an answer")
            volumes, looked_s = fresh_look(run, run.budget)
            found = verify_failover(volumes)
        if isinstance(found, Writable):
            licence.renew(looked_s)
            return volumes
        if isinstance(found, Refuse):
            say(run.node, FAILOVER_FAILED, reason=f"{found.why}; the array shows: {describe(volumes)}")
            return None
        pairs = found.pairs
        licence.renew(looked_s)
        if unanswered:
            licence.keep_unanswered()
        say(run.node, FAILOVER_AGAIN, reason=said or describe(volumes), pairs=name_volumes(pairs))
    say(run.node, FAILOVER_FAILED, reason=f"{name_volumes(pairs)} still not failed over; {said}")
    return None


class Reversal(enum.Enum):
    """What came of turning the copy round."""

    NONE = "not sent"
    DONE = "the copy runs from here to there"
    UNKNOWN = "sent, and its outcome is not known"
    """The journal stays at its step, so that clean waits until the command can no longer land."""


def _reverse(run: Run, journal: Journal, volumes: Volumes, licence: Licence, far: FarArray) -> Tuple[Volumes, Reversal]:
    """Reverse the direction of the copy if the far side can be reached; the volumes as last seen, and what came of it.

    Whatever goes wrong here only warns: the volumes are writable, and the application has waited long enough. Only a
    licence that has expired ends the online, because then another system may have the group.
    """
    outcome = Reversal.NONE
    limit_s = run.limits.reversal_s + REVERSAL_PAIR_S * len(journal.pairs)
    budget = run.budget.share(limit_s, keep_s=LOCK_NEEDS_S)
    try:
        decision = decide_reversal(journal.pairs, run.array.paths(journal.pairs, budget))
        if isinstance(decision, Refuse):
            say(run.node, NOT_REVERSED, reason=decision.why)
            return volumes, outcome
        volumes, looked_s = fresh_look(run, budget)
        found = verify_failover(volumes)
        if not isinstance(found, Writable):
            say(run.node, NOT_REVERSED, reason="the volumes have changed since the failover")
            return volumes, outcome
        if why := _speaks_against_reversal(run, volumes, far):
            say(run.node, NOT_REVERSED, reason=why)
            return volumes, outcome
        licence.renew(min(looked_s, far.asked_s))
        licence.check("failbackpprc")
        before = Recollection(licence.memory, is_live=True, is_replicated=True)
        memory = announce(run, before, Phase.REVERSING, licence.far)
        if memory is None:
            return volumes, outcome
        licence.renew(min(looked_s, far.asked_s), memory)
        reversing = journal.at(Step.REVERSING, describe(volumes), run.node.uptime_s())
        with unless_sent(run, Announced(before, licence, reversing)):
            write_journal(run.node, reversing)
            outcome = Reversal.UNKNOWN
            volumes = fail_back_and_look(run, journal.pairs, budget, licence)
    except LicenceExpired:
        # Each line of it that was sent has been answered, so clean need not wait for one.
        run.advance(journal, Step.FAILED_OVER, describe(volumes))
        raise
    except (AgentError, OSError) as error:
        say(run.node, NOT_REVERSED, reason=error)
        return volumes, outcome if isinstance(error, NoAnswer) else Reversal.NONE
    licence.renew(run.node.uptime_s())
    say(run.node, REVERSED, pairs=name_volumes(journal.pairs), saw=describe(volumes))
    return volumes, Reversal.DONE


def _speaks_against_reversal(run: Run, volumes: Volumes, far: FarArray) -> str:
    """Why the copy is not reversed, by what the far side says now: this node may have stood still since it said more.

    Raises LicenceExpired where the far side was written meanwhile.
    """
    opinion = far.ask(volumes)
    if opinion.far is Far.AHEAD:
        raise LicenceExpired(f"failbackpprc was held back: {opinion.text()}")
    if opinion.far not in (Far.SOURCE, Far.UNASKABLE):
        return opinion.text()
    is_back = opinion.far is Far.UNASKABLE and not opinion.can_run and can_run_at_far_side(run)
    return f"{is_back}, and {opinion.text()}" if is_back else ""
