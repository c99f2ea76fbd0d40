"""More broken agents for campaigns, each a patch of the true one; named for what it does wrong.

Those of `sabotages.py` break one decision; most of these forget one look, one record, one limit or one line.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import mirrordrill.agent.actions
import mirrordrill.agent.array
import mirrordrill.agent.clean
import mirrordrill.agent.decide
import mirrordrill.agent.direction
import mirrordrill.agent.dscli
import mirrordrill.agent.entrypoints
import mirrordrill.agent.evidence
import mirrordrill.agent.locking
import mirrordrill.agent.memory
import mirrordrill.agent.monitor
import mirrordrill.agent.online
import mirrordrill.agent.operator_actions
import mirrordrill.agent.run
import mirrordrill.agent.second_opinion
import mirrordrill.agent.witnesses
from mirrordrill.agent.array import LocalArray
from mirrordrill.agent.budget import Budget
from mirrordrill.agent.decide import FailOver, Refuse, Reverse, StartFailback, TakeLock, WaitForCopy
from mirrordrill.agent.dscli import Consoles, Session
from mirrordrill.agent.errors import AuthenticationFailed, LicenceExpired, NoAnswer, UnreadableAnswer
from mirrordrill.agent.exit_codes import CleanExit, WaitExit
from mirrordrill.agent.licence import Licence
from mirrordrill.agent.lock import AtOpen, Lock, write_lock
from mirrordrill.agent.memory import Recollection
from mirrordrill.agent.pairs import Standing, State, by_standing
from mirrordrill.agent.second_opinion import Far, FarArray, Opinion
from tests.negative import sabotages as its

Patch = pytest.MonkeyPatch


# Monitor, lock, open, offline.


def says_unknown_where_it_is_offline(patch: Patch) -> None:
    true = mirrordrill.agent.entrypoints.judge_monitor
    patch.setattr(
        mirrordrill.agent.entrypoints,
        "judge_monitor",
        lambda node, resource: 99 if (code := true(node, resource)) == 100 else code,
    )


def hangs_in_its_monitor(patch: Patch) -> None:
    true = mirrordrill.agent.entrypoints.judge_monitor

    def slow(node: Any, resource: str) -> int:
        node.pause(300, "nothing")
        return true(node, resource)

    patch.setattr(mirrordrill.agent.entrypoints, "judge_monitor", slow)


def believes_any_lock(patch: Patch) -> None:
    """Boot ids are not looked at: neither by the monitor nor by open."""
    patch.setattr(mirrordrill.agent.monitor, "is_of_another_boot", lambda *_: False)
    patch.setattr(mirrordrill.agent.entrypoints, "judge_at_open", lambda *_: AtOpen.KEEP)


def opens_without_looking(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "judge_at_open", lambda *_: AtOpen.REMOVE)


def locks_on_the_word_of_the_command(patch: Patch) -> None:
    """After failoverpprc was sent the lock is written, whatever a look would show."""

    def sure(run: Any, pairs: Any, licence: Any) -> Any:
        volumes = run.array.look(run.budget)
        with contextlib.suppress(NoAnswer):
            run.array.fail_over(pairs, run.budget, licence.check)
        licence.renew(run.node.uptime_s())
        return volumes

    patch.setattr(mirrordrill.agent.online, "_fail_over", sure)


def keeps_an_old_lock_at_online(patch: Patch) -> None:
    """An online writes the lock first, and leaves it where it refuses."""
    true = mirrordrill.agent.online.bring_online

    def hasty(run: Any) -> None:
        names = tuple(run.attributes.volumes)
        write_lock(run.node, Lock(run.resource, run.node.system, run.node.boot_id(), "online", names))
        true(run)

    patch.setattr(mirrordrill.agent.entrypoints, "bring_online", hasty)
    patch.setattr(mirrordrill.agent.locking, "remove_lock", lambda *_: True)


def offline_asks_the_array_first(patch: Patch) -> None:
    """A silent array keeps the group from going offline."""
    true = mirrordrill.agent.entrypoints.ENTRY_POINTS["offline"]

    def curious(invocation: Any, node: Any) -> int:
        budget = mirrordrill.agent.entrypoints.budget_of("offline", node)
        attributes = mirrordrill.agent.entrypoints.parse_attributes(invocation)
        mirrordrill.agent.entrypoints.start_run(node, invocation.resource, attributes, budget).array.look(budget)
        return true(invocation, node)

    patch.setitem(mirrordrill.agent.entrypoints.ENTRY_POINTS, "offline", curious)


def offline_never_ends(patch: Patch) -> None:
    def patient(_invocation: Any, node: Any) -> int:
        node.pause(100_000, "nothing")
        return WaitExit.MONITOR_NOW

    patch.setitem(mirrordrill.agent.entrypoints.ENTRY_POINTS, "offline", patient)


# Online.


def does_not_wait_for_a_copy(patch: Patch) -> None:
    """What is still copied is taken over as it is."""
    true = mirrordrill.agent.online.decide_online

    def hasty(volumes: Any, journal: Any = None) -> Any:
        plan = true(volumes, journal)
        if isinstance(plan, WaitForCopy):
            return FailOver(tuple(each.pair for each in volumes), reverse=True, why="it will be enough")
        return plan

    patch.setattr(mirrordrill.agent.online, "decide_online", hasty)
    its.believes_its_own_array(patch)
    its.checks_no_licence(patch)


def waits_for_a_copy_for_ever(patch: Patch) -> None:
    patch.setattr(Budget, "left_s", lambda _: 1e6)


def tries_a_failover_without_end(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.online, "ATTEMPTS_MAX", 10_000)
    patch.setattr(Budget, "require", lambda *_: None)


def never_carries_on_what_was_cut_short(patch: Patch) -> None:
    true = mirrordrill.agent.online.decide_online

    def timid(volumes: Any, journal: Any = None) -> Any:
        plan = true(volumes, journal)
        is_mixed = isinstance(plan, FailOver) and Standing.FAILED_OVER in by_standing(volumes)
        return Refuse("somebody has to mend this") if is_mixed else plan

    patch.setattr(mirrordrill.agent.online, "decide_online", timid)


def carries_on_with_the_whole_set(patch: Patch) -> None:
    """failoverpprc is sent for pairs that were failed over already, and its refusal is taken for the end."""
    true = LocalArray.fail_over

    def thorough(self: LocalArray, pairs: Any, budget: Any, allowed: Any) -> Any:
        every = tuple(each.pair for each in self.look(budget) if each.relation is not None)
        return true(self, every, budget, allowed)

    patch.setattr(LocalArray, "fail_over", thorough)


def refuses_sources(patch: Patch) -> None:
    """A source that lost its link is not brought online again."""
    true = mirrordrill.agent.online.decide_online

    def timid(volumes: Any, journal: Any = None) -> Any:
        is_left = any(each.relation is not None and each.relation.state is State.SUSPENDED for each in volumes)
        plan = true(volumes, journal)
        return Refuse("suspended") if is_left and isinstance(plan, TakeLock) else plan

    patch.setattr(mirrordrill.agent.online, "decide_online", timid)


def sends_no_second_failover(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.online, "ATTEMPTS_MAX", 1)


def asks_for_the_path_of_the_first_pair(patch: Patch) -> None:
    """Of several logical subsystems only the first one is asked for its path."""
    true = mirrordrill.agent.online.decide_reversal

    def narrow(pairs: Any, paths: Any) -> Any:
        plan = true(pairs[:1], paths)
        return Reverse(tuple(pairs)) if isinstance(plan, Reverse) else plan

    for module in (mirrordrill.agent.online, mirrordrill.agent.actions, mirrordrill.agent.operator_actions):
        patch.setattr(module, "decide_reversal", narrow)


# Memory and witnesses.


def takes_cold_memory_for_live(patch: Patch) -> None:
    true = mirrordrill.agent.witnesses.recall
    patch.setattr(mirrordrill.agent.witnesses, "recall", lambda *all_of: replace(true(*all_of), is_live=True))


def overlooks_contradictions(patch: Patch) -> None:
    true = mirrordrill.agent.witnesses.recall
    patch.setattr(mirrordrill.agent.witnesses, "recall", lambda *all_of: replace(true(*all_of), contradiction=""))


def recalls_nothing(patch: Patch) -> None:
    """What is remembered is written, and never read."""
    for module in (mirrordrill.agent.witnesses, mirrordrill.agent.clean):
        patch.setattr(module, "recall", lambda *_: Recollection())


def recalls_and_asks_nothing(patch: Patch) -> None:
    recalls_nothing(patch)
    its.asks_no_far_array(patch)
    its.checks_no_licence(patch)


def keeps_its_memory_on_its_node(patch: Patch) -> None:
    """The attribute that VCS replicates is never written."""
    patch.setattr(mirrordrill.agent.memory, "write_attribute", lambda *_: True)
    patch.setattr(mirrordrill.agent.memory, "is_unchanged", lambda *_: True)
    its.lets_a_licence_hold_for_ever(patch)


def never_calls_a_side_left_behind(patch: Patch) -> None:
    true = mirrordrill.agent.online.following

    def kind(*arguments: Any, **fields: Any) -> Any:
        return true(*arguments, **{**fields, "left_behind": False})

    for module in (mirrordrill.agent.online, mirrordrill.agent.direction, mirrordrill.agent.operator_actions):
        patch.setattr(module, "following", kind, raising=False)


def takes_a_far_array_that_is_ahead_for_a_source(patch: Patch) -> None:
    true = mirrordrill.agent.second_opinion.judge

    def hopeful(volumes: Any, wanted: int) -> Far:
        far = true(volumes, wanted)
        return Far.SOURCE if far is Far.AHEAD else far

    patch.setattr(mirrordrill.agent.second_opinion, "judge", hopeful)


def takes_a_source_for_a_target(patch: Patch) -> None:
    true = mirrordrill.agent.second_opinion.judge

    def confused(volumes: Any, wanted: int) -> Far:
        far = true(volumes, wanted)
        return Far.FOLLOWS if far in (Far.SOURCE, Far.AHEAD) else far

    patch.setattr(mirrordrill.agent.second_opinion, "judge", confused)


def never_hears_the_far_array(patch: Patch) -> None:
    patch.setattr(FarArray, "ask", lambda _self, _volumes: Opinion(Far.SILENT))


def fears_every_far_array(patch: Patch) -> None:
    """The agent takes the far array for one that may hold later writes, and does not hear what it says."""
    patch.setattr(FarArray, "ask", lambda _self, _volumes: Opinion(Far.AHEAD, can_run=True))


def weighs_no_lock(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.evidence, "_weigh_lock", lambda plan, *_: plan)


def weighs_no_takeover(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.evidence, "_weigh_takeover", lambda plan, *_: plan)


def lets_every_licence_expire(patch: Patch) -> None:
    def strict(*_: Any) -> None:
        raise LicenceExpired("nothing may be sent")

    patch.setattr(Licence, "check", strict)


# Actions.


def fails_back_a_source_that_lost_its_link(patch: Patch) -> None:
    def willing(volumes: Any) -> Any:
        return StartFailback(tuple(each.pair for each in volumes if each.relation is not None))

    patch.setattr(mirrordrill.agent.actions, "decide_failback", willing)
    patch.setattr(mirrordrill.agent.actions, "weigh_failback", lambda plan, *_: plan)
    its.checks_no_licence(patch)


def refuses_every_failback(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.actions, "weigh_failback", lambda *_: Refuse("better not"))
    patch.setattr(mirrordrill.agent.operator_actions, "may_resume", lambda *_: Refuse("better not"))


def starts_no_failback_and_says_so(patch: Patch) -> None:
    """It answers that it has started, and has sent nothing."""
    patch.setattr(mirrordrill.agent.actions, "fail_back_and_look", lambda run, *_, **__: run.array.look(run.budget))


def never_answers_an_action(patch: Patch) -> None:
    def mute(run: Any, _action: str) -> int:
        run.node.pause(100_000, "nothing")
        return 0

    patch.setattr(mirrordrill.agent.entrypoints, "act", mute)


# Clean.


def cleans_on_the_first_look(patch: Patch) -> None:
    true = mirrordrill.agent.clean.decide_clean

    def hasty(volumes: Any, step: Any, **_: Any) -> Any:
        return true(volumes, step, settled=True, may_land=False)

    patch.setattr(mirrordrill.agent.clean, "decide_clean", hasty)


def mends_while_it_cleans(patch: Patch) -> None:
    """A clean that finds a mixed set sends failoverpprc itself."""
    true = mirrordrill.agent.clean.decide_clean

    def busy(run: Any, journal: Any, step: Any) -> CleanExit:
        volumes = run.array.look(run.budget)
        left = by_standing(volumes).get(Standing.TARGET_IN_SYNC, [])
        if left and len(left) < len(volumes):
            run.array.fail_over(tuple(each.pair for each in left), run.budget, lambda _: None)
        return CleanExit.CLEANED if true(volumes, step, settled=True) else CleanExit.NOT_CLEANED

    patch.setattr(mirrordrill.agent.clean, "_judge", busy)


def cleans_what_it_cannot_read(patch: Patch) -> None:
    """Neither a garbled journal nor a memory of a change cut short keeps it from saying yes."""
    its.takes_a_garbled_journal_for_none(patch)
    patch.setattr(mirrordrill.agent.clean, "recall", lambda *_: Recollection())


def keeps_neither_journal_nor_memory(patch: Patch) -> None:
    its.keeps_no_journal(patch)
    its.remembers_nothing(patch)
    patch.setattr(mirrordrill.agent.clean, "recall", lambda *_: Recollection())


def cleans_while_the_array_is_silent(patch: Patch) -> None:
    true = mirrordrill.agent.clean._judge

    def hopeful(run: Any, journal: Any, step: Any) -> CleanExit:
        code = true(run, journal, step)
        return CleanExit.CLEANED if code != CleanExit.CLEANED else code

    patch.setattr(mirrordrill.agent.clean, "_judge", hopeful)


# The DS CLI.


def logs_in_for_each_command(patch: Patch) -> None:
    true = Consoles.ask

    def anew(self: Consoles, *arguments: Any, **flags: Any) -> Any:
        answer = true(self, *arguments, **flags)
        self.close()
        return answer

    patch.setattr(Consoles, "ask", anew)


def reads_half_of_an_answer(patch: Patch) -> None:
    """The last row of each list is lost, and nobody asks for it."""
    true = mirrordrill.agent.array.read_pairs
    patch.setattr(
        mirrordrill.agent.array, "read_pairs", lambda answer, **flags: true(answer, **flags)[: len(answer.rows) // 2]
    )


def takes_an_unreadable_answer_for_none(patch: Patch) -> None:
    true = LocalArray._list

    def careless(self: LocalArray, line: str, budget: Any) -> Any:
        try:
            return true(self, line, budget)
        except UnreadableAnswer:
            return mirrordrill.agent.dscli.read_answer("")

    patch.setattr(LocalArray, "_list", careless)


def waits_for_a_prompt_for_ever(patch: Patch) -> None:
    true = Session.ask
    patch.setattr(Session, "ask", lambda self, command, _timeout_s: true(self, command, 100_000.0))


def tries_a_refused_user_again_and_again(patch: Patch) -> None:
    """After a refusal it logs in three times more."""
    true = mirrordrill.agent.dscli.log_in

    def stubborn(*arguments: Any) -> Any:
        for _ in range(3):
            with contextlib.suppress(AuthenticationFailed):
                return true(*arguments)
        return true(*arguments)

    patch.setattr(mirrordrill.agent.dscli, "log_in", stubborn)
    its.logs_in_again_after_a_refusal(patch)


def asks_the_far_console_for_its_own_array(patch: Patch) -> None:
    true = mirrordrill.agent.entrypoints.parse_attributes

    def crossed(invocation: Any) -> Any:
        found = true(invocation)
        return replace(found, local_image=found.remote_image, remote_image=found.local_image)

    patch.setattr(mirrordrill.agent.entrypoints, "parse_attributes", crossed)


def takes_all_of_its_time(patch: Patch) -> None:
    """An online that never looks at its clock."""
    patch.setattr(Budget, "require", lambda *_: None)
    true = mirrordrill.agent.online.bring_online

    def slow(run: Any) -> None:
        true(run)
        run.node.pause(400, "nothing")

    patch.setattr(mirrordrill.agent.entrypoints, "bring_online", slow)


EVERY: tuple[Callable[[Patch], None], ...] = tuple(
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and not name.startswith("_")
)
"""All of them."""
