"""A fault of each level of the stack, and each way in which an entry point can go wrong, as golden timelines.

Manual, figure 3-2: listener, database, address, volume, disk group, mirror, network card.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.dscli.consoles import Reach
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.troubles import EntryPointTrouble
from mirrordrill.simulator.world import World
from tests.golden.stage import RESOURCES, Play, Scene, Told, fly, in_oragrp, in_resource, told_as
from tests.golden.test_golden import check_golden

LEVELS = ("ora_lsnr", "ora_db", "ora_vol", "ora_dg", "ora_mmir", "ora_ip", "ora_nic")
HOME, NEXT, OTHER, NOWHERE = ({"oragrp": hosts} for hosts in (("hosta",), ("hostb",), ("hostd",), ()))
SITE_B = ("ds8000e.example.com", "ds8000f.example.com")
HANGS, IN_VAIN = EntryPointTrouble


def fails(resource: str, wait_s: float = 600) -> Play:
    def play(world: World) -> None:
        world.fail_resource("hosta", resource)
        world.advance(wait_s)

    return play


def broken(
    host: str, resource: str, entry: str, how: EntryPointTrouble, then: Play | None = None, wait_s: float = 1800
) -> Play:
    def play(world: World) -> None:
        world.break_entry(host, resource, entry, how)
        if then is not None:
            then(world)
        world.advance(wait_s)

    return play


def switch(to: str) -> Play:
    return lambda world: world.operate(["hagrp", "-switch", "oragrp", "-to", to])


def reach_site_b(world: World, reach: Reach) -> None:
    """How both consoles of site B answer from now on."""
    for name in SITE_B:
        world.consoles.set_reach(name, reach)


def blind_takeover(world: World) -> None:
    """The consoles of site B are silent when the group has to come there: nothing was asked of the array."""
    reach_site_b(world, Reach.SILENT)
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostc"])
    world.advance(1800)


def takeover_cut_short(world: World) -> None:
    """They fall silent between failover and failback, and answer again half an hour later: clean must not say 0."""
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostc"])
    sent = len(world.kernel.log)
    assert world.run_until(lambda: "failoverpprc" in verbs(world, sent), 120)
    reach_site_b(world, Reach.SILENT)
    world.advance(1800)
    reach_site_b(world, Reach.ANSWERING)
    world.advance(1800)


def verbs(world: World, since: int) -> list[str]:
    """The DS CLI commands that were carried out."""
    events = (record.event for record in world.kernel.log.since(since))
    return [event.verb for event in events if isinstance(event, CommandExecuted)]


def cleans_refused(world: World) -> None:
    """Oracle hangs on its way down, and its clean fails four times before somebody mends it."""
    world.break_entry("hosta", "ora_db", "offline", HANGS)
    world.break_entry("hosta", "ora_db", "clean", IN_VAIN)
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostb"])
    world.advance(600)
    world.mend_resource("hosta", "ora_db")
    world.advance(300)


def twice_up(world: World) -> None:
    """Root starts the address on hostb."""
    world.start_by_hand("hostb", "ora_ip")
    world.advance(400)


def twice_up_below(world: World) -> None:
    """Oracle fails on hosta and comes up on hostb; root starts the volume on hosta."""
    world.fail_resource("hosta", "ora_db")
    world.advance(120)
    world.start_by_hand("hosta", "ora_vol")
    world.advance(400)


def typed(*lines: str, wait_s: float = 300) -> Callable[[World], None]:
    def play(world: World) -> None:
        for line in lines:
            world.operate(line.split())
        world.advance(wait_s)

    return play


def stopped_and_started(world: World) -> None:
    typed("hastop -local -force", wait_s=600)(world)
    world.operate(["hastart"], on="hosta")
    world.advance(300)


UNCRITICAL = tuple(in_resource(name, "Critical = 0") for name in LEVELS)
BY_HAND = {"ora_mmir": ("S6",)}
"""Where root removes a lock the monitor says offline while the application writes, and nobody can help it."""
FAULTS = {f"{level} fails": Scene(fails(level), NEXT, broken=BY_HAND.get(level, ())) for level in LEVELS}
FAULTS |= {
    f"{level} fails, nothing is Critical": Scene(fails(level), NOWHERE, UNCRITICAL, broken=BY_HAND.get(level, ()))
    for level in LEVELS
}
TROUBLES = {
    "online hangs, clean succeeds": Scene(broken("hostb", "ora_db", "online", HANGS, switch("hostb")), HOME),
    "online has no effect": Scene(broken("hostb", "ora_db", "online", IN_VAIN, switch("hostb")), HOME),
    "online of the mirror waits for silent HMCs in vain": Scene(blind_takeover, HOME),
    "the HMCs fall silent between failover and failback, clean refuses until they answer": Scene(
        takeover_cut_short, OTHER
    ),
    "offline hangs, clean refuses until it is mended": Scene(cleans_refused, NEXT),
    "offline has no effect": Scene(broken("hosta", "ora_db", "offline", IN_VAIN, switch("hostb"), 300), NEXT),
    "monitor hangs, FaultOnMonitorTimeouts 4": Scene(broken("hosta", "ora_db", "monitor", HANGS), NEXT),
    "monitor does not know": Scene(broken("hosta", "ora_db", "monitor", IN_VAIN, wait_s=300), HOME),
    "RestartLimit 1": Scene(fails("ora_db"), HOME, (in_resource("ora_db", "RestartLimit = 1"),)),
    "RestartLimit 1, the second time within ConfInterval": Scene(
        lambda world: (fails("ora_db", 200)(world), fails("ora_db")(world)),
        NEXT,
        (in_resource("ora_db", "RestartLimit = 1"),),
    ),
    "ToleranceLimit 2": Scene(fails("ora_db"), NEXT, (in_resource("ora_db", "ToleranceLimit = 2"),)),
    "OnlineRetryLimit 1 of the resource": Scene(
        broken("hostb", "ora_db", "online", IN_VAIN, switch("hostb")),
        HOME,
        (in_resource("ora_db", "OnlineRetryLimit = 1"),),
    ),
    "ManageFaults NONE, and an administrator who calls it a fault": Scene(
        lambda world: (fails("ora_db")(world), typed("hagrp -clearadminwait -fault oragrp -sys hosta")(world)),
        NEXT,
        in_oragrp("ManageFaults = NONE"),
    ),
    "FaultPropagation 0": Scene(fails("ora_db"), NOWHERE, in_oragrp("FaultPropagation = 0")),
    "concurrency violation: the address is started on hostb": Scene(twice_up, HOME, broken=("S7",)),
    "concurrency violation: a volume is started where the group has failed": Scene(
        twice_up_below, NEXT, broken=("S7",)
    ),
    "hastop -local": Scene(typed("hastop -local"), NOWHERE),
    "hastop -local -evacuate": Scene(typed("hastop -local -evacuate"), NEXT),
    "hastop -local -force, and hastart": Scene(stopped_and_started, HOME),
    "hagrp -flush while oracle hangs on its way up": Scene(
        broken(
            "hostb",
            "ora_db",
            "online",
            HANGS,
            lambda world: (switch("hostb")(world), world.advance(60), typed("hagrp -flush oragrp -sys hostb")(world)),
            600,
        ),
        HOME,
    ),
}
SCENES = {"levels": FAULTS, "troubles": TROUBLES}
ALL = [(file, title) for file, scenes in SCENES.items() for title in scenes]
Flown = dict[tuple[str, str], Told]


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Flown:
    folder = tmp_path_factory.mktemp("stack")
    return {
        (file, title): fly(SCENES[file][title], folder / str(number), RESOURCES)
        for number, (file, title) in enumerate(ALL)
    }


@pytest.mark.parametrize("file", SCENES)
def test_the_stack_comes_apart_as_it_did(flown: Flown, file: str, pytestconfig: pytest.Config) -> None:
    """Every scene, with seed 0."""
    text = "\n".join(told_as(title, flown[file, title]) for title in SCENES[file])
    check_golden(f"{file}.txt", text, pytestconfig.getoption("--update-golden"))


@pytest.mark.parametrize(("file", "title"), ALL)
def test_the_group_ends_where_it_must_and_nobody_is_harmed(flown: Flown, file: str, title: str) -> None:
    """And nowhere else; every oracle holds."""
    scene, told = SCENES[file][title], flown[file, title]
    assert told.online_on == dict(scene.online_on)
    assert set(told.broken) == set(scene.broken), told.broken


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("levels", "ora_mmir fails"),
        ("troubles", "the HMCs fall silent between failover and failback, clean refuses until they answer"),
        ("troubles", "hastop -local -force, and hastart"),
    ],
)
def test_both_ways_write_the_same_log(flown: Flown, file: str, title: str, tmp_path: Path) -> None:
    """Where the agent has a part of its own in it, with real processes."""
    assert fly(SCENES[file][title], tmp_path, RESOURCES, AgentMode.PROCESS).log == flown[file, title].log
