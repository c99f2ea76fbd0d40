"""clean: is it safe to let VCS fault the resource and start its group elsewhere?

VCS asks this after it killed an online that took too long, or when the resource went offline unexpectedly. The danger
is one: an operation on the pairs was under way, and half of the set, or a command still travelling, is left behind.

If this node's journal knows of no such operation, and the memory of the last online of none that was cut short on
another system of this array, nothing can be left behind, and the array need not even answer. Else the array has to show
the whole set in one role: with several resources in a group VCS takes one that is half done offline, without a clean,
because another one faulted, and the next system has no journal of it.

clean sends no command that changes pairs: VCS calls it behind each monitor until it succeeds, and no operator asked for
a repair that runs by itself every few minutes.
"""

from __future__ import annotations

from typing import Callable, Optional, Tuple

from .arguments import Attributes
from .attempt import end_attempts
from .budget import Budget, look_needs_s
from .console_memory import was_refused
from .decide import LookAgain, SafeToFault, decide_clean
from .errors import AgentError, GarbledState, NewerRecord
from .exit_codes import CleanExit
from .journal import Journal, Step, read_journal
from .lock import remove_lock
from .memory import recall, uptime_of
from .messages import CLEANED, JOURNAL_GARBLED, MEMORY_NEWER, NOT_CLEANED, say
from .online_record import Memory, Phase
from .pairs import LocalVolume, describe
from .ports import Node
from .reslock import release_after_kill
from .run import LATE_MARGIN_S, Run, learn_timeout, limits_in_force, start_run


def clean(node: Node, resource: str, attributes: Callable[[], Attributes], budget: Budget) -> CleanExit:
    """The whole of clean. `attributes` raises ConfigError; it is called only if the array has to be asked."""
    end_attempts(node, resource)
    memory = _remembered(node, resource)
    is_changing = memory is not None and memory.phase is not Phase.ONLINE
    step: Optional[Step] = None
    is_unread = False
    try:
        journal = read_journal(node, resource)
        if journal is not None and (journal.is_interrupted or journal.unanswered_s is not None):
            step = journal.step
        elif memory is None or not is_changing or memory.towards != attributes().local_image:
            return _finish(node, resource, "no operation on the pairs was under way")
        else:
            # What this node announced stands in a journal; one that is gone is as good as one that is not readable.
            is_unread = journal is None and uptime_of(memory, node) is not None
            journal = None
    except (GarbledState, OSError) as error:
        # Rule 2 of the journal: what cannot be read is an operation under way of which nothing else is known.
        say(node, JOURNAL_GARBLED, reason=error)
        journal, is_unread = None, True
    run = learn_timeout(start_run(node, resource, attributes(), budget), "CleanTimeout")
    if was_refused(node, run.attributes):
        # VCS repeats clean by itself; repeated logins with a wrong password would lock the account.
        say(node, NOT_CLEANED, why="the DS CLI refused the user last time; run the action verify once that is mended")
        return CleanExit.NOT_CLEANED
    try:
        may_land = _may_have_been_sent(run, memory) if is_unread else run.may_land(journal)
        if journal is not None and journal.unanswered_s is not None:
            is_elsewhere = is_changing and memory is not None and memory.towards == run.attributes.local_image
            if not (may_land or journal.is_interrupted or is_elsewhere):
                return _finish(node, resource, "no operation on the pairs was under way")
            # What a command asked for has been done by another one: that it has happened does not say that it landed.
            step = step if journal.is_interrupted and not may_land else None
        return _judge(run, journal, step, may_land=may_land)
    finally:
        run.array.close()


def _remembered(node: Node, resource: str) -> Optional[Memory]:
    """The last record; None (logged) where a newer release wrote it: what this node did stands in its journal."""
    try:
        return recall(node, resource, limits_in_force(node)).memory
    except NewerRecord as error:
        say(node, MEMORY_NEWER, reason=error)
        return None


def _may_have_been_sent(run: Run, memory: Optional[Memory]) -> bool:
    """Whether a command may still land of which only a journal knows that is unreadable or gone.

    It was announced before it was sent, and an announcement of this node's present boot says when in its token. Without
    one this boot's age has to do.
    """
    now_s = run.node.uptime_s()
    written_s = uptime_of(memory, run.node) if memory is not None else None
    age_s = now_s - written_s if written_s is not None else now_s
    return age_s <= run.attributes.late_command_s + LATE_MARGIN_S


def _judge(run: Run, journal: Optional[Journal], step: Optional[Step], *, may_land: bool) -> CleanExit:
    wanted = sorted({*run.attributes.volumes, *(journal.volumes if journal else ())})
    try:
        volumes = run.array.look(run.budget, wanted)
        verdict = decide_clean(volumes, step, settled=False, may_land=may_land)
        if isinstance(verdict, LookAgain):
            volumes, settled = _look_again(run, volumes)
            verdict = decide_clean(volumes, step, settled=settled, may_land=may_land)
    except AgentError as error:
        say(run.node, NOT_CLEANED, why=f"the state of the pairs is not known: {error}")
        return CleanExit.NOT_CLEANED
    if not isinstance(verdict, SafeToFault):
        say(run.node, NOT_CLEANED, why=f"{verdict.why}; the array said: {describe(volumes)}")
        return CleanExit.NOT_CLEANED
    if journal is not None:
        run.advance(journal, Step.SETTLED, describe(volumes))
    return _finish(run.node, run.resource, f"{verdict.why}; the array said: {describe(volumes)}")


def _look_again(run: Run, volumes: Tuple[LocalVolume, ...]) -> Tuple[Tuple[LocalVolume, ...], bool]:
    """A second look after a while, and whether it shows the same as the first."""
    run.budget.require("a second look", run.limits.settle_s + look_needs_s(len(volumes)))
    run.node.pause(run.limits.settle_s, "pairs to settle")
    later = run.array.look(run.budget, [volume.volume for volume in volumes])
    return later, later == volumes


def _finish(node: Node, resource: str, why: str) -> CleanExit:
    remove_lock(node, resource)
    # An online that was killed while it held or awaited the lock of a parallel group would keep the others waiting.
    release_after_kill(node, resource, limits_in_force(node))
    say(node, CLEANED, why=why)
    return CleanExit.CLEANED
