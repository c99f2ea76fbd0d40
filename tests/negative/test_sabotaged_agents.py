"""Deliberately broken agents: each must be caught, by name, within a bounded number of runs.

An oracle that never bit is a decoration, and so is a sweep that never found anything. The table says what is broken, in
which drill it is run, which rules have to notice, and after how many runs at most. The agent as it is breaks none
of these rules in the same drill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import mirrordrill.agent.actions
import mirrordrill.agent.direction
import mirrordrill.agent.entrypoints
import mirrordrill.agent.memory
import mirrordrill.agent.monitor
import mirrordrill.agent.online
import mirrordrill.agent.pairs
import mirrordrill.agent.run
import mirrordrill.simulator.vcs.agents.entry_points
from mirrordrill.agent.arguments import Attributes
from mirrordrill.agent.dscli import log_in
from mirrordrill.agent.exit_codes import WaitExit
from mirrordrill.agent.lock import AtOpen, Lock, write_lock
from mirrordrill.agent.memory import Recollection
from mirrordrill.agent.ports import Node
from mirrordrill.agent.reslock import NoLock
from mirrordrill.drills.oracles import CATALOGUE, watch
from mirrordrill.drills.run.direct import numbered, run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import StepStatus, Verdict
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep
from mirrordrill.drills.sites import find_site
from mirrordrill.drills.sweep.situations import (
    GROUP,
    RESOURCE,
    begin,
    find_situation,
    stopped_after_failover,
    switch_to,
)
from mirrordrill.drills.sweep.sweep_run import Course, run_situation
from mirrordrill.simulator.bridge.ports_tap import InjectionKind
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.session import start_session
from mirrordrill.simulator.vcs.agents.threads import Job
from mirrordrill.simulator.world import World
from tests.negative import agent_before
from tests.negative import sabotages as its
from tests.negative.sabotages import (
    cleans_without_looking,
    fails_back_in_any_direction,
    forgets_one_volume,
    refuses_in_silence,
    takes_over_suspended_targets,
    takes_over_while_copy_pending,
)

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
Patch = pytest.MonkeyPatch
Names = set[str]


# What is broken.


def locks_before_failing_over(patch: Patch) -> None:
    true = mirrordrill.agent.online._take_over

    def hasty(run: Any, volumes: Any, plan: Any) -> None:
        names = tuple(volume.volume for volume in volumes)
        write_lock(run.node, Lock(run.resource, run.node.system, run.node.boot_id(), "online", names))
        true(run, volumes, plan)

    patch.setattr(mirrordrill.agent.online, "_take_over", hasty)


def opens_without_looking(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "judge_at_open", lambda *_: AtOpen.REMOVE)


def keeps_no_journal(patch: Patch) -> None:
    for module in (mirrordrill.agent.online, mirrordrill.agent.run):
        patch.setattr(module, "write_journal", lambda *_: None)
    # clean has a second witness of what was cut short, and only without both is it deceived.
    patch.setattr(mirrordrill.agent.clean, "recall", lambda *_: Recollection())


def forgets_and_asks_nobody(patch: Patch) -> None:
    """The agent as it was: its own array is its only witness."""
    agent_before.put_back(patch)


def keeps_neither_journal_nor_memory(patch: Patch) -> None:
    keeps_no_journal(patch)
    its.remembers_nothing(patch)


def send_failover(node: Node) -> None:
    image, peer, hmc = (B, A, "ds8000e") if node.system in {"hostc", "hostd"} else (A, B, "ds8000c")
    hmcs = (f"{hmc}.example.com",)
    its = Attributes("/opt/ibm/dscli", hmcs, "admin", "/opt/ibm/dscli/ds_pwfile", image, peer, ("1260",))
    session = log_in(node, its, its.hmcs[0], 30.0)
    session.ask(f"failoverpprc -dev {image} -remotedev {peer} -type mmir 1260:1260", 30.0)
    session.quit()


def monitors_by_failing_over(patch: Patch) -> None:
    true = mirrordrill.agent.entrypoints.judge_monitor

    def meddling(node: Node, resource: str) -> int:
        send_failover(node)
        return true(node, resource)

    patch.setattr(mirrordrill.agent.entrypoints, "judge_monitor", meddling)


def goes_offline_by_failing_over(patch: Patch) -> None:
    true = mirrordrill.agent.entrypoints.offline

    def meddling(invocation: Any, node: Node) -> int:
        send_failover(node)
        return true(invocation, node)

    patch.setitem(mirrordrill.agent.entrypoints.ENTRY_POINTS, "offline", meddling)


def goes_offline_by_doing_nothing(patch: Patch) -> None:
    patch.setitem(mirrordrill.agent.entrypoints.ENTRY_POINTS, "offline", lambda *_: WaitExit.MONITOR_NOW)


def always_says_online(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "judge_monitor", lambda *_: 110)


def believes_any_lock(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.monitor, "is_of_another_boot", lambda *_: False)


def ignores_the_lock_of_parallel_groups(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.online, "lock_for", lambda *_: NoLock())
    # The second system would be held back by the memory of the first.
    patch.setattr(mirrordrill.agent.memory, "_require_to_follow", lambda *_: None)
    patch.setattr(mirrordrill.agent.online, "has_moved_on", lambda *_: False)


def locks_on_an_old_look(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.online, "LOOK_HOLDS_S", 3600.0)


def is_never_killed(patch: Patch) -> None:
    def patient(call: Any, _limit_s: float, *others: Any) -> Job:
        return Job(call, 1e9, *others)

    patch.setattr(mirrordrill.simulator.vcs.agents.entry_points, "Job", patient)


# Where it is run.


def types_dscli(world: World, command: str) -> None:
    """A storage administrator at hosta, outside the cluster."""
    login = ["-hmc1", "ds8000c.example.com", "-user", "admin", "-pwfile", "/opt/ibm/dscli/ds_pwfile"]
    start_session(world.kernel, world.consoles, [*login, *command.split()], Channel(world.kernel), "hosta")
    world.advance(20)


def on_pairs(world: World, verb: str, *volumes: str) -> None:
    pairs = " ".join(f"{volume}:{volume}" for volume in volumes)
    kind = " -type mmir" if verb == "resumepprc" else ""
    types_dscli(world, f"{verb} -dev {A} -remotedev {B}{kind} {pairs}")


def a_target_is_resynchronised(world: World) -> None:
    begin(world)
    on_pairs(world, "pausepprc", "1260", "1261")
    world.advance(300)
    world.storage.fabric.set_link_quality("link1", copy_tracks_per_s=1.0)
    on_pairs(world, "resumepprc", "1260", "1261")
    switch_to("hostc")(world)


def a_target_was_paused(world: World) -> None:
    begin(world)
    on_pairs(world, "pausepprc", "1260", "1261")
    world.advance(300)
    switch_to("hostc")(world)


def one_target_was_paused_before_the_other(world: World) -> None:
    begin(world)
    on_pairs(world, "pausepprc", "1260")
    world.advance(300)
    on_pairs(world, "pausepprc", "1261")
    switch_to("hostc")(world)


def a_switch(world: World) -> None:
    begin(world)
    switch_to("hostc")(world)
    world.advance(400)


def a_failback_on_the_wrong_side(world: World) -> None:
    begin(world)
    world.storage.fabric.set_link("link1", is_up=False)
    world.advance(60)
    for host in ("hosta", "hostb"):
        world.crash(host)
    world.advance(600)
    world.storage.fabric.set_link("link1", is_up=True)
    for host in ("hosta", "hostb"):
        world.boot(host)
    world.advance(300)
    world.operate(["hagrp", "-offline", GROUP, "-any"])
    world.advance(120)
    world.operate(["hares", "-action", RESOURCE, "failback", "-sys", "hosta"])
    world.advance(60)


def the_agents_are_started_anew(world: World) -> None:
    """VCS comes back on hosta, which is alone, while the application goes on: only the engine and its agents went."""
    begin(world)
    for host in ("hostb", "hostc", "hostd"):
        world.crash(host)
    world.advance(60)
    world.cluster.system_lost("hosta")
    world.advance(2)
    # Its GAB went on, and is seeded still.
    world.cluster.seed("hosta")
    world.cluster.system_joined("hosta")
    world.advance(60)


def the_agent_process_dies(world: World) -> None:
    """HAD starts it again, and it opens its resources: the application never noticed."""
    begin(world)
    world.cluster.agent_dies("hosta", "MetroMirror")
    world.advance(60)


def the_agent_is_stopped_by_force(world: World) -> None:
    """haagent -stop -force, a new version, haagent -start."""
    begin(world)
    world.operate(["haagent", "-stop", "MetroMirror", "-force", "-sys", "hosta"])
    world.advance(600)
    world.operate(["haagent", "-start", "MetroMirror", "-sys", "hosta"])
    world.advance(60)


def both_systems_of_a_site_take_over(world: World) -> None:
    """A parallel application, and a site that is lost."""
    world.start()
    world.advance(120)
    world.storage.set_power(A, is_on=False)
    for host in ("hosta", "hostb"):
        world.crash(host)
    world.advance(60)
    for host in ("hostc", "hostd"):
        world.ha(host, ["hagrp", "-online", "-force", "racgrp", "-sys", host])
    world.advance(600)


def the_old_home_is_all_that_is_left(world: World) -> None:
    """A is lost, B takes over, A is repaired, and both hosts of B halt."""
    begin(world)
    world.storage.set_power(A, is_on=False)
    for host in ("hosta", "hostb"):
        world.crash(host)
    world.advance(600)
    world.storage.set_power(A, is_on=True)
    for host in ("hosta", "hostb"):
        world.boot(host)
    world.advance(1800)
    for host in ("hostc", "hostd"):
        world.halt(host)
    world.advance(1200)


def the_group_is_switched_over_a_suspended_mirror(world: World) -> None:
    """Routine storage work: freeze, thaw, an hour of work, a switch."""
    begin(world)
    types_dscli(world, f"freezepprc -dev {A} -remotedev {B} 12:12")
    types_dscli(world, f"unfreezepprc -dev {A} -remotedev {B} 12:12")
    world.advance(3600)
    switch_to("hostc")(world)
    world.advance(600)


def once(story: Callable[[World], None], site: str = "rdc") -> Callable[[], Iterator[Names]]:
    """One run of a story of its own."""

    def flights() -> Iterator[Names]:
        world = World(find_site(site))
        oracles = watch(world.kernel.log)
        try:
            story(world)
            world.settle()
        finally:
            world.close()
        yield {oracle.name for oracle in oracles if oracle.result().verdict is Verdict.BROKEN}

    return flights


def an_online_hangs_after_its_failover() -> Iterator[Names]:
    course = Course(find_situation("switch"))
    hang = stopped_after_failover((point.call for point in course.points), InjectionKind.HUNG)
    yield {
        oracle.name for oracle in run_situation(course.situation, (hang,)).oracles if oracle.verdict is Verdict.BROKEN
    }


def every_open_is_killed() -> Iterator[Names]:
    course = Course(find_situation("open"))
    for point in course.points:
        if point.call.entry == "open" and point.call.system == "hostb" and point.kind is InjectionKind.KILLED:
            yield {oracle.name for oracle in course.run(course.points.text(point)).broken}


def night_of(*words: str) -> Callable[[], Iterator[Names]]:
    """One run of a night that is written in steps."""
    given = ('the example site "rdc"', "every mirrored group is online")
    lines = [*(ScheduledStep("given", each) for each in given), *(ScheduledStep("when", each) for each in words)]

    def flights() -> Iterator[Names]:
        result = run_schedule(Schedule("a night", "a night", (), numbered(lines)), Drill(Options(), "", "", ""))
        assert {step.status for step in result.steps} == {StepStatus.HELD}
        yield {oracle.name for oracle in result.oracles if oracle.verdict is Verdict.BROKEN}

    return flights


an_account_is_locked_under_an_online_that_dies = night_of(
    'the operator begins "hagrp -switch oragrp -to hostc" on hostb',
    "the agent's online on hostc comes to send_line 6, or 15 minutes pass",
    "the account admin on IBM.2107-75FA150 is locked",
    "the agent's online on hostc is killed",
    "1 hour passes",
)
a_failback_lands_late_and_its_online_dies = night_of(
    "hostd halts",
    "1 minute passes",
    "the next failbackpprc from hostc reaches the array 12 minutes late",
    'the operator begins "hagrp -switch oragrp -to hostc" on hostb',
    "the agent's online on hostc comes to send_line 10, or 2 minutes pass",
    "the agent's online on hostc is killed, if it is under way",
    "2 hours pass",
)


@dataclass(frozen=True)
class Row:
    sabotage: Callable[[Patch], None]
    drill: Callable[[], Iterator[Names]]
    caught_by: Names
    runs_max: int = 1


TABLE = (
    Row(takes_over_while_copy_pending, once(a_target_is_resynchronised), {"S4"}),
    Row(takes_over_suspended_targets, once(a_target_was_paused), {"S2"}),
    Row(takes_over_suspended_targets, once(one_target_was_paused_before_the_other), {"S2", "S3"}),
    Row(forgets_one_volume, once(a_switch), {"S6"}),
    Row(fails_back_in_any_direction, once(a_failback_on_the_wrong_side), {"S5"}),
    Row(locks_before_failing_over, once(a_switch), {"S6"}),
    Row(opens_without_looking, once(the_agents_are_started_anew), {"S6"}),
    Row(opens_without_looking, once(the_agent_process_dies), {"S6"}),
    Row(opens_without_looking, once(the_agent_is_stopped_by_force), {"S6"}),
    Row(ignores_the_lock_of_parallel_groups, once(both_systems_of_a_site_take_over, "sfrac"), {"S9"}),
    Row(cleans_without_looking, an_online_hangs_after_its_failover, {"S10"}),
    Row(keeps_no_journal, an_online_hangs_after_its_failover, {"S10"}),
    Row(monitors_by_failing_over, once(begin), {"S9"}),
    Row(goes_offline_by_failing_over, once(a_switch), {"S9"}),
    Row(goes_offline_by_doing_nothing, once(a_switch), {"S11"}),
    Row(always_says_online, once(begin), {"S6", "S7"}),
    Row(believes_any_lock, every_open_is_killed, {"S7"}, runs_max=8),
    Row(refuses_in_silence, once(a_target_was_paused), {"S11"}),
    Row(forgets_and_asks_nobody, once(the_old_home_is_all_that_is_left), {"S2"}),
    Row(forgets_and_asks_nobody, once(the_group_is_switched_over_a_suspended_mirror), {"S2", "S5"}),
    Row(its.logs_in_again_after_a_refusal, an_account_is_locked_under_an_online_that_dies, {"S12"}),
    Row(its.sends_on_an_old_look, once(a_switch), {"S13"}),
    Row(its.asks_without_a_pause, once(a_switch), {"S14"}),
    Row(its.lets_late_commands_land, a_failback_lands_late_and_its_online_dies, {"S15"}),
    Row(is_never_killed, an_online_hangs_after_its_failover, {"S8"}),
)


def caught(row: Row) -> Names:
    """The rules among those that must notice which did, until all have or the runs are used up."""
    found: Names = set()
    for _, broken in zip(range(row.runs_max), row.drill(), strict=False):
        found |= broken & row.caught_by
        if found == row.caught_by:
            break
    return found


def title(row: Row) -> str:
    return f"{row.sabotage.__name__}-{'-'.join(sorted(row.caught_by))}"


@pytest.mark.parametrize("row", TABLE, ids=title)
def test_a_sabotaged_agent_is_caught_by_name(row: Row, monkeypatch: Patch) -> None:
    """The rules of the table see it, within the runs of the table."""
    row.sabotage(monkeypatch)
    assert row.caught_by == caught(row)


@pytest.mark.parametrize("row", TABLE, ids=title)
def test_the_agent_as_it_is_breaks_none_of_these_rules(row: Row) -> None:
    """What is caught is the sabotage, not the drill."""
    assert caught(row) == set()


def test_every_rule_of_the_agent_is_bitten_by_some_sabotage() -> None:
    """S1 takes more than a broken agent: two systems whose engines do not see each other."""
    assert set().union(*(row.caught_by for row in TABLE)) == {oracle.name for oracle in CATALOGUE} - {"S1"}
