"""The agent run in process and as real processes: the same world, the same faults, the same log.

Each situation is run both ways and the two logs are compared line by line; what must have happened is asserted on
top.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.dscli.accounts import digest_of
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.consoles import CommandRequest, Fate, Interception, Reach, Stage
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.dscli.session import start_session
from mirrordrill.simulator.host.events import StateFileChanged
from mirrordrill.simulator.kernel.events import Event
from mirrordrill.simulator.vcs.events import EntryPointKilled
from mirrordrill.simulator.world import World

Situation = Callable[[World], None]
SITUATIONS: dict[str, Situation] = {}


A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
A1, B1 = "ds8000c.example.com", "ds8000e.example.com"


def situation(function: Situation) -> Situation:
    SITUATIONS[function.__name__] = function
    return function


def switch(world: World, host: str, then_s: float) -> None:
    world.operate(["hagrp", "-switch", "oragrp", "-to", host])
    world.advance(then_s)


@situation
def first_hmc_never_answers(world: World) -> None:
    """The agent gives up on HMC1 at a deadline of its own and takes HMC2."""
    world.consoles.set_reach("ds8000e.example.com", Reach.SILENT)
    switch(world, "hostc", 400)


@situation
def no_hmc_ever_answers(world: World) -> None:
    """Nothing is guessed: no lock, no command, and nothing hangs for ever."""
    for name in ("ds8000e.example.com", "ds8000f.example.com"):
        world.consoles.set_reach(name, Reach.SILENT)
    switch(world, "hostc", 1500)


@situation
def the_answer_to_the_failover_is_lost(world: World) -> None:
    """The command was carried out; the agent has to find that out by itself."""

    def lose(stage: Stage, request: CommandRequest) -> Interception:
        lost = "failoverpprc" in request.command and stage is Stage.BEFORE_ANSWER
        return Interception(Fate.LOST if lost else Fate.PASS)

    world.consoles.add_interceptor(lose)
    switch(world, "hostc", 1500)


@situation
def the_system_dies_between_failover_and_failback(world: World) -> None:
    """Killed with its system; the next one on the same array finds writable volumes and says what is left to do."""
    switch(world, "hostc", 18.5)
    world.cluster.system_lost("hostc")
    world.advance(900)


@situation
def two_systems_open_at_the_same_moment(world: World) -> None:
    """When a partition has healed: one asks its engine for VCSResLock first, the other has nothing to ask."""
    world.cluster.partition([("hosta", "hostb"), ("hostc", "hostd")])
    world.storage.faults.lose_all_links(A, B)
    world.advance(300)
    world.cluster.heal([("hosta", "hostb"), ("hostc", "hostd")])
    world.advance(200)


@situation
def somebody_kills_the_online(world: World) -> None:
    """By hand, when its failover has been sent: VCS sees it end by a signal, and clean looks at what was done."""
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostc"])
    assert world.run_until(
        lambda: any(isinstance(r.event, CommandExecuted) and r.event.changes_pairs for r in world.kernel.log), 60
    )
    assert world.kill_entry_point("hostc", "online")
    assert not world.kill_entry_point("hostc", "online")
    world.advance(1500)


@situation
def the_agent_is_missing_on_one_host(world: World) -> None:
    """Its entry points cannot be started, whatever VCS makes of that; later they can."""
    world.remove_agent("hostc")
    switch(world, "hostc", 700)
    world.install_agent("hostc")
    world.advance(700)


@situation
def the_hmcs_are_very_slow(world: World) -> None:
    """The agent starts nothing that cannot end in time."""
    for name in ("ds8000e.example.com", "ds8000f.example.com"):
        world.consoles.set_delay(name, 140.0)
    switch(world, "hostc", 2500)


@situation
def the_target_is_still_being_copied_to(world: World) -> None:
    """Between the failback and its end the old source is no takeover target yet; the agent waits for it."""
    switch(world, "hostc", 22.0)
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hosta"])
    world.advance(1200)


def dscli(world: World, console: str, command: str) -> str:
    """What a storage administrator's command answers."""
    channel = Channel(world.kernel)
    words = ["-hmc1", console, "-user", "admin", "-pwfile", "/opt/ibm/dscli/ds_pwfile", *command.split()]
    start_session(world.kernel, world.consoles, words, channel, "hosta")
    world.advance(15)
    assert channel.exit_code == 0, channel.output
    return channel.output


def on_command(verb: str, stage: Stage, verdict: Interception) -> Callable[[Stage, CommandRequest], Interception]:
    """The verdict for one verb at one stage; everything else passes."""

    def decide(at: Stage, request: CommandRequest) -> Interception:
        return verdict if at is stage and request.command.startswith(verb) else Interception()

    return decide


@situation
def the_password_is_wrong(world: World) -> None:
    """Told apart from silence: the second console is not tried with it, so that no account is locked by retries."""
    for console in world.consoles.names():
        account = world.consoles.accounts(console).find("admin")
        assert account is not None
        account.digest = digest_of("admin", "not the agent's")
    switch(world, "hostc", 700)


@situation
def the_account_is_locked(world: World) -> None:
    """The same, with the array's own word for it."""
    for console in world.consoles.names():
        account = world.consoles.accounts(console).find("admin")
        assert account is not None
        account.is_locked = True
    switch(world, "hostc", 700)


@situation
def the_list_is_cut_off(world: World) -> None:
    """Half a list is no list: the connection breaks within the first row."""
    cut = Interception(Fate.CUT, "ID,State,Reason,Ty")
    world.consoles.add_interceptor(on_command("lspprc ", Stage.BEFORE_ANSWER, cut))
    switch(world, "hostc", 700)


@situation
def the_array_says_something_unknown(world: World) -> None:
    """Neither a list nor a refusal that anybody has seen."""
    strange = Interception(Fate.REPLACED, "CMUN99999W lspprc: The moon is full.")
    world.consoles.add_interceptor(on_command("lspprc ", Stage.BEFORE_EXECUTION, strange))
    switch(world, "hostc", 700)


@situation
def the_prompt_never_comes(world: World) -> None:
    """The list is lost on its way; nothing is concluded from silence."""
    world.consoles.add_interceptor(on_command("lspprc ", Stage.BEFORE_ANSWER, Interception(Fate.LOST)))
    switch(world, "hostc", 1500)


@situation
def the_failover_never_reaches_the_array(world: World) -> None:
    """No answer, and nothing happened: the agent looks, and sends it again."""
    seen: list[str] = []

    def lose_the_first(stage: Stage, request: CommandRequest) -> Interception:
        first = stage is Stage.BEFORE_EXECUTION and request.command.startswith("failoverpprc") and not seen
        if first:
            seen.append(request.command)
        return Interception(Fate.LOST) if first else Interception()

    world.consoles.add_interceptor(lose_the_first)
    switch(world, "hostc", 1500)


@situation
def the_mirror_was_paused(world: World) -> None:
    """Target Suspended: the data over there is old, the set is refused, the group goes back."""
    dscli(world, A1, f"pausepprc -dev {A} -remotedev {B} 1260:1260 1261:1261")
    switch(world, "hostc", 1600)


@situation
def one_volume_of_two_was_paused(world: World) -> None:
    """Half a group is worse than none."""
    dscli(world, A1, f"pausepprc -dev {A} -remotedev {B} 1261:1261")
    switch(world, "hostc", 1600)


@situation
def there_is_no_path_back(world: World) -> None:
    """Role reversal fails without paths from the new source; the takeover holds all the same (manual, chapter 3)."""
    dscli(world, B1, f"rmpprcpath -quiet -dev {B} -remotedev {A} 12:12")
    switch(world, "hostc", 400)


@situation
def failback_on_the_wrong_side(world: World) -> None:
    """The action refuses where the volumes are targets, and has nothing to do where they are the source."""
    world.operate(["hares", "-action", "ora_mmir", "failback", "-sys", "hostc"])
    world.operate(["hares", "-action", "ora_mmir", "failback", "-sys", "hosta"])


@situation
def failback_after_a_takeover_without_path(world: World) -> None:
    """The operator mends the path and merges the changed tracks to the old side while the group runs."""
    there_is_no_path_back(world)
    wwnn = world.storage.image(A).wwnn
    dscli(world, B1, f"mkpprcpath -dev {B} -remotedev {A} -remotewwnn {wwnn} -srclss 12 -tgtlss 12 I0231:I0030")
    world.operate(["hares", "-action", "ora_mmir", "failback", "-sys", "hostc"])
    world.advance(120)


def fly(situation: Situation, agent_mode: AgentMode, folder: Path) -> World:
    world = World(find_site("rdc"), agent_mode=agent_mode)
    try:
        world.start()
        world.advance(120)
        situation(world)
        world.settle()
    finally:
        world.close()
    (folder / f"{situation.__name__}.{agent_mode.value}.jsonl").write_text("\n".join(world.kernel.log.lines()))
    return world


# A group of xdist is given to one worker: otherwise each of the tests that read a situation would run it again.
@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in sorted(SITUATIONS)]
)
def flown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, World, World]:
    folder = tmp_path_factory.mktemp("two-ways")
    name: str = request.param
    return name, fly(SITUATIONS[name], AgentMode.IN_PROCESS, folder), fly(SITUATIONS[name], AgentMode.PROCESS, folder)


def events(world: World, kind: type[Event]) -> list[Event]:
    return [record.event for record in world.kernel.log if isinstance(record.event, kind)]


def test_both_ways_write_the_same_log(flown: tuple[str, World, World]) -> None:
    """Whatever goes wrong, and whatever the agent does about it."""
    _, in_process, as_processes = flown
    assert list(in_process.kernel.log.lines()) == list(as_processes.kernel.log.lines())


EXPECTED: dict[str, tuple[str, bool]] = {
    "first_hmc_never_answers": ("hostc", False),
    "the_system_dies_between_failover_and_failback": ("hostd", True),
    # Site B never gets the volumes; the cluster goes back to where they are writable.
    "no_hmc_ever_answers": ("hosta", False),
    "the_answer_to_the_failover_is_lost": ("hostc", False),
    "the_hmcs_are_very_slow": ("hosta", False),
    "the_password_is_wrong": ("", False),
    "the_account_is_locked": ("", False),
    "the_list_is_cut_off": ("", False),
    "the_array_says_something_unknown": ("", False),
    "the_prompt_never_comes": ("", False),
    "the_failover_never_reaches_the_array": ("hostc", False),
    "the_mirror_was_paused": ("hosta", False),
    "one_volume_of_two_was_paused": ("hosta", False),
    "there_is_no_path_back": ("hostc", False),
    "failback_on_the_wrong_side": ("hosta", False),
    "failback_after_a_takeover_without_path": ("hostc", False),
    "the_target_is_still_being_copied_to": ("hosta", False),
    "somebody_kills_the_online": ("hostd", False),
    "two_systems_open_at_the_same_moment": ("hosta", False),
    "the_agent_is_missing_on_one_host": ("hostd", False),
}
"""Situation -> where the group runs in the end, and whether an entry point had to be killed."""


def test_each_situation_ends_as_it_must(flown: tuple[str, World, World]) -> None:
    """The promise of each situation's docstring."""
    name, world, _ = flown
    online_on, was_killed = EXPECTED[name]
    assert world.cluster.group_online_on("oragrp") == tuple(online_on.split())
    assert bool(events(world, EntryPointKilled)) is was_killed


def test_no_lock_without_writable_volumes(flown: tuple[str, World, World]) -> None:
    """Whatever happened: where the agent left a lock, its array lets the host write (drills.md S6)."""
    _, world, _ = flown
    locks: dict[str, bool] = {}
    for event in events(world, StateFileChanged):
        assert isinstance(event, StateFileChanged)
        if event.name == "ora_mmir.lock":
            locks[event.host] = event.change != "removed"
    for host in (host for host, exists in locks.items() if exists):
        image, volumes = world.volumes_of("oragrp", host)
        assert all(world.storage.is_host_writable(image, volume) for volume in volumes)


def test_the_lost_answer_is_found_out_and_not_repeated(tmp_path: Path) -> None:
    """The failover was carried out: the agent looks again and goes on without sending it twice."""
    world = fly(the_answer_to_the_failover_is_lost, AgentMode.IN_PROCESS, tmp_path)
    commands = [
        e for e in events(world, CommandExecuted) if isinstance(e, CommandExecuted) and e.verb == "failoverpprc"
    ]
    assert len(commands) == 1
