"""online: make every volume of the resource writable on this node, then create the lock.

Look, decide, act, look again. The lock is the very last step, and it is never taken on the word of a command: only a
look that shows every volume writable leads to it. An online that fails leaves no lock; VCS learns it from the monitor.

Killed at any instruction, this leaves one of: nothing changed; a journal that says what may have been changed; volumes
writable without a lock. The next online, here or on another system of this array, starts with a look and carries on.
"""

from __future__ import annotations

from mirrordrill.agent.budget import REVERSAL_PAIR_S, Budget, change_needs_s, look_needs_s
from mirrordrill.agent.errors import AgentError, ArrayRefused, NoAnswer
from mirrordrill.agent.journal import Journal, Step, write_journal
from mirrordrill.agent.lock import Lock, remove_lock, write_lock
from mirrordrill.agent.messages import (
    FAILOVER_AGAIN,
    FAILOVER_DONE,
    FAILOVER_FAILED,
    JOURNAL_NOT_WRITTEN,
    LOCK_NOT_WRITTEN,
    NOT_REVERSED,
    ONLINE_DECIDED_FAILOVER,
    ONLINE_DONE,
    ONLINE_REFUSED,
    ONLINE_WAITS,
    ONLINE_WARNING,
    REVERSAL_LEFT,
    REVERSED,
    say,
)
from mirrordrill.agent.pairs import LocalVolume, describe, name_volumes
from mirrordrill.agent.reslock import lock_for, release_after_kill, timeout_in_force
from mirrordrill.agent.run import Run
from tests.negative.agent_before.decide import (
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
    verify_reversal,
)

Volumes = tuple[LocalVolume, ...]
LOCK_NEEDS_S = 3.0
"""Kept free for the lock, which has to be written whatever came of the reversal."""
ATTEMPTS_MAX = 3
"""How often failoverpprc is sent for what is left of the set."""


def bring_online(run: Run) -> None:
    """The whole of online. Raises AgentError where the array could not be asked; refusals are logged, not raised."""
    remove_lock(run.node, run.resource)
    journal = run.journal()
    if journal is not None and journal.is_interrupted:
        # Others may be waiting for what the online that was cut short held; whoever has it next looks again.
        release_after_kill(run.node, run.resource, run.limits)
    volumes = run.array.look(run.budget)
    plan = decide_online(volumes, journal)
    if isinstance(plan, (FailOver, WaitForCopy)):
        learn_timeout(run, "OnlineTimeout")
        volumes, plan = _wait_for_copy(run, volumes, plan)
    if isinstance(plan, FailOver):
        _take_over(run, volumes, plan)
    else:
        _settle(run, volumes, plan)


def _settle(run: Run, volumes: Volumes, plan: OnlinePlan) -> None:
    """Carry out a plan that sends nothing to the array."""
    if not isinstance(plan, TakeLock):
        say(run.node, ONLINE_REFUSED, why=plan.why, saw=describe(volumes))
        return
    journal = run.journal()
    if journal is not None and journal.is_interrupted:
        # Whatever was cut short, it ended with every volume writable, and it has been warned of.
        run.advance(journal, Step.SETTLED, describe(volumes))
    _take_lock(run, volumes, plan)


def learn_timeout(run: Run, attribute: str) -> None:
    """Ask VCS for the time-out in force: the resource's own, or the type's; without an answer the default stays."""
    timeout_s = timeout_in_force(run.node, run.limits, run.resource, attribute)
    if timeout_s is not None:
        run.budget.learn_timeout(timeout_s)


def _wait_for_copy(run: Run, volumes: Volumes, plan: OnlinePlan) -> tuple[Volumes, OnlinePlan]:
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
    lock = lock_for(run.node, run.resource, run.limits)
    may_have_changed = lock.acquire(run.budget)
    try:
        if may_have_changed:
            # Another system may have done it while this one waited, so what was decided before counts no more.
            volumes = run.array.look(run.budget)
            plan = decide_online(volumes, run.journal())
        if isinstance(plan, FailOver):
            _fail_over_and_reverse(run, volumes, plan)
        else:
            _settle(run, volumes, plan)
    finally:
        lock.release()


def _fail_over_and_reverse(run: Run, volumes: Volumes, plan: FailOver) -> None:
    saw = describe(volumes)
    say(run.node, ONLINE_DECIDED_FAILOVER, pairs=name_volumes(plan.pairs), why=plan.why, saw=saw)
    run.budget.require("failoverpprc", change_needs_s(len(plan.pairs)) + 2 * look_needs_s(len(volumes)))
    pairs = tuple(volume.pair for volume in volumes)
    node = run.node
    journal = Journal(run.resource, node.system, node.boot_id(), "online", Step.FAILING_OVER, pairs, saw)
    try:
        write_journal(node, journal)
    except OSError as error:
        say(node, JOURNAL_NOT_WRITTEN, reason=error)
        return
    writable = _fail_over(run, plan.pairs)
    if writable is None:
        return
    journal = run.advance(journal, Step.FAILED_OVER, describe(writable))
    say(node, FAILOVER_DONE, pairs=name_volumes(plan.pairs), saw=describe(writable))
    if plan.reverse:
        writable = _reverse(run, journal, writable)
    else:
        say(node, REVERSAL_LEFT, why="an earlier run was cut short")
    run.advance(journal, Step.COMPLETE, describe(writable))
    _take_lock(run, writable, TakeLock("all volumes were made writable here"))


def _fail_over(run: Run, pairs: tuple[str, ...]) -> Volumes | None:
    """Send failoverpprc until a look shows the whole set writable; None (with the reason logged) if that fails."""
    said = ""
    for _ in range(ATTEMPTS_MAX):
        unanswered = False
        try:
            change = run.array.fail_over(pairs, run.budget, lambda _: None)
            said = change.errors[0] if change.errors else ""
        except NoAnswer as error:
            # The command may still be on its way; what it does has to show before anybody decides anew.
            unanswered, said = True, str(error)
        volumes = run.array.look(run.budget)
        found = verify_failover(volumes)
        if unanswered and isinstance(found, Remaining):
            run.node.pause(run.limits.settle_s, "a command without an answer")
            volumes = run.array.look(run.budget)
            found = verify_failover(volumes)
        if isinstance(found, Writable):
            return volumes
        if isinstance(found, Refuse):
            say(run.node, FAILOVER_FAILED, reason=f"{found.why}; the array shows: {describe(volumes)}")
            return None
        pairs = found.pairs
        say(run.node, FAILOVER_AGAIN, reason=said or describe(volumes), pairs=name_volumes(pairs))
    say(run.node, FAILOVER_FAILED, reason=f"{name_volumes(pairs)} still not failed over; {said}")
    return None


def _reverse(run: Run, journal: Journal, volumes: Volumes) -> Volumes:
    """Reverse the direction of the copy if the far side can be reached; the volumes as last seen.

    Whatever goes wrong here only warns: the volumes are writable, and the application has waited long enough.
    """
    limit_s = run.limits.reversal_s + REVERSAL_PAIR_S * len(journal.pairs)
    budget = run.budget.share(limit_s, keep_s=LOCK_NEEDS_S)
    try:
        decision = decide_reversal(journal.pairs, run.array.paths(journal.pairs, budget))
        if isinstance(decision, Refuse):
            say(run.node, NOT_REVERSED, reason=decision.why)
            return volumes
        write_journal(run.node, journal.at(Step.REVERSING, describe(volumes)))
        volumes = fail_back_and_look(run, journal.pairs, budget)
    except (AgentError, OSError) as error:
        say(run.node, NOT_REVERSED, reason=error)
        return volumes
    say(run.node, REVERSED, pairs=name_volumes(journal.pairs), saw=describe(volumes))
    return volumes


def fail_back_and_look(run: Run, pairs: tuple[str, ...], budget: Budget, with_tracks: bool = False) -> Volumes:
    """Send failbackpprc and look: the volumes, all of them sources of a copy. Raises AgentError where they are not."""
    errors: tuple[str, ...] = ()
    try:
        errors = run.array.fail_back(pairs, budget, lambda _: None).errors
    except NoAnswer as error:
        errors = (str(error),)
    volumes = run.array.look(budget, [pair.partition(":")[0] for pair in pairs], with_tracks=with_tracks)
    still = verify_reversal(volumes)
    if still:
        raise ArrayRefused("failbackpprc", errors or (f"{name_volumes(still)} not copying: {describe(volumes)}",))
    return volumes


def _take_lock(run: Run, volumes: Volumes, plan: TakeLock) -> None:
    for warning in plan.warnings:
        say(run.node, ONLINE_WARNING, warning=warning)
    node = run.node
    lock = Lock(run.resource, node.system, node.boot_id(), "online", tuple(volume.volume for volume in volumes))
    try:
        write_lock(node, lock)
    except OSError as error:
        say(node, LOCK_NOT_WRITTEN, reason=error)
        return
    say(node, ONLINE_DONE, why=plan.why, saw=describe(volumes))
