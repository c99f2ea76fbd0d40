"""Broken agents and arrays for campaigns, each a patch of the true ones; named for what it does wrong.

Those that a drill of its own catches stand in `test_sabotaged_agents.py`; these are found by nights that are drawn.
"""

from __future__ import annotations

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
import mirrordrill.agent.licence
import mirrordrill.agent.monitor
import mirrordrill.agent.online
import mirrordrill.agent.operator_actions
import mirrordrill.agent.reporting
import mirrordrill.agent.run
from mirrordrill.agent.array import Change, LocalArray
from mirrordrill.agent.decide import FailOver, Reverse, SafeToFault, TakeLock, Writable
from mirrordrill.agent.errors import GarbledState
from mirrordrill.agent.exit_codes import CleanExit, MonitorExit, WaitExit
from mirrordrill.agent.licence import Licence
from mirrordrill.agent.pairs import Standing, State
from mirrordrill.agent.reporting import answer
from mirrordrill.agent.run import Run
from mirrordrill.agent.second_opinion import Far, FarArray, Opinion
from mirrordrill.simulator.array.content.data import WriteRun
from mirrordrill.simulator.array.content.tracks import TrackSet
from mirrordrill.simulator.array.mirror.pairs import PLAIN, Pairs
from mirrordrill.simulator.array.storage import Storage
from mirrordrill.simulator.array.storage_image import Address, Volume

Patch = pytest.MonkeyPatch
Sabotage = Callable[[Patch], None]


# The monitor, the lock, and what they say.


def says_offline_where_it_cannot_know(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "judge_monitor", lambda *_: 100)


def comes_online_by_doing_nothing(patch: Patch) -> None:
    patch.setitem(mirrordrill.agent.entrypoints.ENTRY_POINTS, "online", lambda *_: WaitExit.MONITOR_NOW)


def keeps_the_lock_at_offline(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "remove_lock", lambda *_: True)


def keeps_the_lock_at_clean(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.clean, "remove_lock", lambda *_: True)


def says_offline_where_its_files_are_unreadable(patch: Patch) -> None:
    true = mirrordrill.agent.entrypoints.judge_monitor

    def sure(node: Any, resource: str) -> int:
        code = true(node, resource)
        return 100 if code == MonitorExit.UNKNOWN else code

    patch.setattr(mirrordrill.agent.entrypoints, "judge_monitor", sure)


def takes_every_lock_for_one_of_another_boot(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.monitor, "is_of_another_boot", lambda *_: True)


def writes_a_lock_where_it_refuses(patch: Patch) -> None:
    true = mirrordrill.agent.online.decide_online

    def eager(volumes: Any, journal: Any = None) -> Any:
        plan = true(volumes, journal)
        return TakeLock("somebody wants it online") if isinstance(plan, mirrordrill.agent.decide.Refuse) else plan

    patch.setattr(mirrordrill.agent.online, "decide_online", eager)
    patch.setattr(mirrordrill.agent.online, "weigh", lambda plan, *_: plan)
    for module in (mirrordrill.agent.licence, mirrordrill.agent.online):
        patch.setattr(module, "can_run_at_far_side", lambda _: "")


# Decisions of online.


def believes_its_own_array(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.online, "weigh", lambda plan, *_: plan)
    patch.setattr(FarArray, "ask", lambda _self, _volumes: Opinion(Far.SOURCE))


def asks_no_far_array(patch: Patch) -> None:
    patch.setattr(FarArray, "ask", lambda _self, _volumes: Opinion(Far.SOURCE))


def takes_a_silent_array_for_a_source(patch: Patch) -> None:
    true = FarArray.ask

    def hopeful(self: FarArray, volumes: Any) -> Opinion:
        opinion = true(self, volumes)
        return opinion if opinion.far in (Far.AHEAD, Far.SOURCE) else Opinion(Far.SOURCE)

    patch.setattr(FarArray, "ask", hopeful)


def takes_over_while_copy_pending(patch: Patch) -> None:
    believes_its_own_array(patch)
    patch.setitem(mirrordrill.agent.pairs.STANDING, State.TARGET_COPY_PENDING, Standing.TARGET_IN_SYNC)  # type: ignore[arg-type]


def takes_over_suspended_targets(patch: Patch) -> None:
    believes_its_own_array(patch)
    patch.setitem(mirrordrill.agent.pairs.STANDING, State.TARGET_SUSPENDED, Standing.TARGET_IN_SYNC)  # type: ignore[arg-type]


def takes_a_mixed_set_for_writable(patch: Patch) -> None:
    true = mirrordrill.agent.online.decide_online

    def generous(volumes: Any, journal: Any = None) -> Any:
        some = [
            volume for volume in volumes if mirrordrill.agent.pairs.standing(volume) in mirrordrill.agent.pairs.WRITABLE
        ]
        return true(some or volumes, journal)

    patch.setattr(mirrordrill.agent.online, "decide_online", generous)


def judges_the_first_volume_for_all(patch: Patch) -> None:
    true = mirrordrill.agent.online.decide_online
    patch.setattr(mirrordrill.agent.online, "decide_online", lambda volumes, journal=None: true(volumes[:1], journal))


def refuses_every_takeover(patch: Patch) -> None:
    true = mirrordrill.agent.online.decide_online

    def timid(volumes: Any, journal: Any = None) -> Any:
        plan = true(volumes, journal)
        return mirrordrill.agent.decide.Refuse("better not") if isinstance(plan, FailOver) else plan

    patch.setattr(mirrordrill.agent.online, "decide_online", timid)


def takes_any_answer_for_a_failover(patch: Patch) -> None:
    """It does not look whether the volumes are writable after failoverpprc."""
    patch.setattr(
        mirrordrill.agent.online, "verify_failover", lambda volumes: Writable(tuple(v.volume for v in volumes))
    )


def fails_over_the_first_pair_only(patch: Patch) -> None:
    true = LocalArray.fail_over

    def lazy(self: LocalArray, pairs: Any, budget: Any, allowed: Any) -> Change:
        return true(self, pairs[:1], budget, allowed)

    patch.setattr(LocalArray, "fail_over", lazy)
    takes_any_answer_for_a_failover(patch)


# The direction of the copy.


def reverses_without_a_way_back(patch: Patch) -> None:
    for module in (mirrordrill.agent.online, mirrordrill.agent.actions):
        patch.setattr(module, "decide_reversal", lambda pairs, _paths: Reverse(tuple(pairs)))


def never_reverses(patch: Patch) -> None:
    patch.setattr(
        mirrordrill.agent.online, "decide_reversal", lambda *_: mirrordrill.agent.decide.Refuse("no path is up")
    )


def reverses_after_a_failover_that_was_cut_short(patch: Patch) -> None:
    true = mirrordrill.agent.online.decide_online

    def thorough(volumes: Any, journal: Any = None) -> Any:
        plan = true(volumes, journal)
        return replace(plan, reverse=True) if isinstance(plan, FailOver) else plan

    patch.setattr(mirrordrill.agent.online, "decide_online", thorough)
    believes_its_own_array(patch)


def reverses_without_asking_again(patch: Patch) -> None:
    checks_no_licence(patch)
    patch.setattr(FarArray, "ask", lambda _self, _volumes: Opinion(Far.SOURCE))


def fails_back_in_any_direction(patch: Patch) -> None:
    def any_side(_plan: Any, volumes: Any, _evidence: Any) -> Any:
        return mirrordrill.agent.decide.StartFailback(tuple(volume.pair for volume in volumes))

    patch.setattr(mirrordrill.agent.actions, "weigh_failback", any_side)


def fails_back_while_the_far_side_runs(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.actions, "online_at_the_far_side", lambda *_: "")
    fails_back_in_any_direction(patch)
    checks_no_licence(patch)


def resumes_from_any_side(patch: Patch) -> None:
    patch.setattr(
        mirrordrill.agent.operator_actions, "may_resume", lambda volumes, _: tuple(volume.pair for volume in volumes)
    )
    checks_no_licence(patch)


def takes_suspended_for_reversed(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.direction, "verify_reversal", lambda _: ())


# The licence, and the memory.


def checks_no_licence(patch: Patch) -> None:
    patch.setattr(Licence, "check", lambda *_: None)


def lets_a_licence_hold_for_ever(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.licence, "online_at_far_side", lambda *_: ())
    patch.setattr(mirrordrill.agent.licence, "is_unchanged", lambda *_: True)


def sends_on_an_old_look(patch: Patch) -> None:
    true = LocalArray.fail_over

    def slow(self: LocalArray, pairs: Any, budget: Any, allowed: Any) -> Change:
        self._node.pause(90, "nothing")
        return true(self, pairs, budget, allowed)

    checks_no_licence(patch)
    patch.setattr(LocalArray, "fail_over", slow)


def remembers_nothing(patch: Patch) -> None:
    """What has come online, or is announced, is written nowhere."""
    patch.setattr(mirrordrill.agent.direction, "remember", lambda *_: True)
    for module in (mirrordrill.agent.online, mirrordrill.agent.direction):
        for name in ("remembered", "remembered_in_cluster"):
            patch.setattr(module, name, lambda *its: (its[-1], True))
    patch.setattr(mirrordrill.agent.licence, "is_unchanged", lambda *_: True)


def forgets_and_asks_no_witness(patch: Patch) -> None:
    remembers_nothing(patch)
    believes_its_own_array(patch)
    checks_no_licence(patch)


# Clean and the journal.


def cleans_without_looking(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "judge_clean", lambda *_: CleanExit.CLEANED)


def keeps_no_journal(patch: Patch) -> None:
    for module in (mirrordrill.agent.online, mirrordrill.agent.run, mirrordrill.agent.actions):
        patch.setattr(module, "write_journal", lambda *_: None)


def takes_a_garbled_journal_for_none(patch: Patch) -> None:
    true = mirrordrill.agent.clean.read_journal

    def careless(node: Any, resource: str) -> Any:
        try:
            return true(node, resource)
        except GarbledState:
            return None

    patch.setattr(mirrordrill.agent.clean, "read_journal", careless)


def does_not_wait_for_late_commands(patch: Patch) -> None:
    patch.setattr(Run, "may_land", lambda *_: False)


def lets_late_commands_land(patch: Patch) -> None:
    """Neither clean waits for them, nor does an online at the other side ask what may still come."""
    does_not_wait_for_late_commands(patch)
    believes_its_own_array(patch)


def cleans_any_set(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.clean, "decide_clean", lambda *_, **__: SafeToFault("it will be all right"))


def never_cleans(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "judge_clean", lambda *_: CleanExit.NOT_CLEANED)


def logs_in_again_after_a_refusal(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.clean, "was_refused", lambda *_: False)


def notes_no_refusal(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.dscli, "note_refusal", lambda *_: None)


# What is said.


def refuses_in_silence(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.online, "say", lambda *_, **__: None)


def cleans_in_silence(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.clean, "say", lambda *_, **__: None)


def refuses_actions_in_silence(patch: Patch) -> None:
    def mute(node: Any, action: str, reason: object) -> Any:
        answer(node, [f"{action} failed: {reason}"])
        return mirrordrill.agent.exit_codes.ActionExit.FAILED

    for module in (mirrordrill.agent.actions, mirrordrill.agent.operator_actions):
        patch.setattr(module, "refuse", mute)


# The consoles.


def asks_without_a_pause(patch: Patch) -> None:
    true = LocalArray.look

    def restless(self: LocalArray, *arguments: Any, **flags: Any) -> Any:
        for _ in range(40):
            true(self, *arguments, **flags)
        return true(self, *arguments, **flags)

    patch.setattr(LocalArray, "look", restless)


def asks_the_first_console_only(patch: Patch) -> None:
    true = mirrordrill.agent.entrypoints.parse_attributes
    patch.setattr(
        mirrordrill.agent.entrypoints,
        "parse_attributes",
        lambda invocation: replace((found := true(invocation)), hmcs=found.hmcs[:1]),
    )


def forgets_one_volume(patch: Patch) -> None:
    true = mirrordrill.agent.entrypoints.parse_attributes
    patch.setattr(
        mirrordrill.agent.entrypoints,
        "parse_attributes",
        lambda invocation: replace((found := true(invocation)), volumes=found.volumes[:-1]),
    )


def takes_silence_for_success(patch: Patch) -> None:
    """A command without an answer counts as carried out."""
    true = LocalArray._change

    def hopeful(self: LocalArray, command: str, pairs: Any, budget: Any, allowed: Any) -> Change:
        try:
            return true(self, command, pairs, budget, allowed)
        except mirrordrill.agent.errors.NoAnswer:
            return Change(tuple(pairs), {}, ())

    patch.setattr(LocalArray, "_change", hopeful)
    takes_any_answer_for_a_failover(patch)


# Arrays.


def never_sends_the_last_write(patch: Patch) -> None:
    """Acknowledged, said to be mirrored, and not copied."""
    true = Volume.land

    def land(volume: Volume, run: WriteRun) -> None:
        peer, before = volume.peer, None if volume.peer is None else volume.peer.content
        true(volume, run)
        if peer is not None and before is not None and run.end - run.first > 1:
            peer.content = before.written(run._replace(end=run.end - 1))

    patch.setattr(Volume, "land", land)


def acknowledges_a_failover_and_does_nothing(patch: Patch) -> None:
    patch.setattr(Pairs, "failover", lambda *_: None)


def copies_nothing(patch: Patch) -> None:
    """A copy ends, and the target holds what it held."""
    true = Pairs._finish_copy

    def empty(self: Pairs, source: Volume) -> None:
        peer = source.peer
        before = None if peer is None else peer.content
        true(self, source)
        if peer is not None and before is not None:
            peer.content = before

    patch.setattr(Pairs, "_finish_copy", empty)


def says_full_duplex_while_the_link_is_lost(patch: Patch) -> None:
    """A write that could not be mirrored is acknowledged, and the pair does not suspend."""
    patch.setattr(Pairs, "suspend_unmirrored", lambda *_: None)


def sends_only_what_the_source_changed(patch: Patch) -> None:
    """A failback that does not look at what changed at its target."""
    true = Pairs.failback

    def half(self: Pairs, source: Volume, target: Address, wishes: Any = PLAIN) -> None:
        if source.peer is not None:
            source.peer.settle()
            source.peer.changed = TrackSet.none(source.peer.size_tracks)
        true(self, source, target, wishes)

    patch.setattr(Pairs, "failback", half)


def forgets_changed_tracks_at_power_loss(patch: Patch) -> None:
    true = Storage.set_power

    def forgetful(self: Storage, image_id: str, *, is_on: bool) -> None:
        true(self, image_id, is_on=is_on)
        for volume in self.image(image_id).volumes():
            volume.changed = TrackSet.none(volume.size_tracks)

    patch.setattr(Storage, "set_power", forgetful)


def suspends_half_of_what_a_link_loss_touches(patch: Patch) -> None:
    """Of two volumes only those with an even number notice that their writes are not mirrored."""
    true = Pairs.suspend_unmirrored

    def half(self: Pairs, source: Volume) -> None:
        if int(source.volume_id, 16) % 2 == 0:
            true(self, source)

    patch.setattr(Pairs, "suspend_unmirrored", half)


EVERY: tuple[Sabotage, ...] = tuple(
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and not name.startswith("_")
)
"""All of them."""
