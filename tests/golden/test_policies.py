"""Where groups go: each failover policy and zone, and everything that keeps a group from going, as golden timelines."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.vcs.engine.trigger_rules import PreOnline, TriggerVerdict
from mirrordrill.simulator.world import World
from tests.golden.stage import Play, Scene, Told, fly, in_oragrp, told_as
from tests.golden.test_golden import check_golden

OTHERS = """
group appgrp (
	SystemList = { hostb = 0, hostc = 1 }
	AutoStartList = { hostb }
	Load = 60
	)
	Application app (
		)

group batgrp (
	SystemList = { hostc = 0, hostb = 1 }
	AutoStartList = { hostc }
	Load = 30
	)
	Application bat (
		)
"""
"""A group on hostb and one on hostc, so that policies have something to weigh."""
WEBGRP = """
group webgrp (
	SystemList = {{ hosta = 0, hostb = 1, hostc = 2, hostd = 3 }}
	AutoStartList = {{ hosta, hostb, hostc, hostd }}
	)
	requires group oragrp {}
	Application web (
		)
"""
SIZES = (
    ("system hosta (\n", "system hosta (\n\tLimits = { shm = 4 }\n"),
    ("system hostb (\n", "system hostb (\n\tCapacity = 100\n\tLimits = { shm = 4 }\n"),
    ("system hostc (\n", "system hostc (\n\tCapacity = 100\n\tLimits = { shm = 4 }\n"),
    ("system hostd (\n", "system hostd (\n\tCapacity = 400\n\tLimits = { shm = 1 }\n"),
)


def crash(*hosts: str) -> Play:
    def play(world: World) -> None:
        for host in hosts:
            world.crash(host)
            world.advance(300)

    return play


def kill_oracle(*hosts: str) -> Play:
    def play(world: World) -> None:
        for host in hosts:
            world.fail_resource(host, "ora_db")
            world.advance(400)

    return play


def typed(*lines: str, wait_s: float = 120) -> Play:
    def play(world: World) -> None:
        for line in lines:
            world.operate(line.split())
        world.advance(wait_s)

    return play


def then(*plays: Play) -> Play:
    def play(world: World) -> None:
        for one in plays:
            one(world)

    return play


def trigger(verdict: TriggerVerdict, after_s: float = 5) -> Play:
    def play(world: World) -> None:
        world.cluster.triggers.behaviour["oragrp"] = PreOnline(verdict, after_s)

    return play


def ends(*hosts: str, **others: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {"oragrp": hosts, **others}


ZONED = """
group zongrp (
	SystemList = { hosta = 0, hostb = 1, hostc = 2, hostd = 3 }
	SystemZones = { hosta = 0, hostb = 0, hostc = 1, hostd = 1 }
	AutoStartList = { hosta, hostb, hostc, hostd }
	Parallel = 2
	)
	Application zon (
		)
"""
"""A hybrid group: once in each zone."""
FREEZE = typed("hagrp -freeze oragrp")
SCENES = {
    "Priority: the zone first, then the lowest number": Scene(crash("hosta", "hostb"), ends("hostc")),
    "Priority, hostd preferred: its zone comes second all the same": Scene(
        crash("hosta", "hostb"), ends("hostd"), (("hostc = 2, hostd = 3 }", "hostc = 3, hostd = 2 }"),)
    ),
    "RoundRobin: inside the zone there is no choice, in the other hostd has no group yet": Scene(
        crash("hosta", "hostb"), ends("hostd"), in_oragrp("FailOverPolicy = RoundRobin"), OTHERS
    ),
    "Load: hostd has the capacity": Scene(
        crash("hosta", "hostb"), ends("hostd"), (*SIZES, *in_oragrp("FailOverPolicy = Load", "Load = 80")), OTHERS
    ),
    "Load with Prerequisites: hostd has not the limits": Scene(
        crash("hosta", "hostb"),
        ends("hostc"),
        (*SIZES, *in_oragrp("FailOverPolicy = Load", "Load = 80", "Prerequisites = { shm = 2 }")),
        OTHERS,
    ),
    "Parallel 2: over to the other system of the zone, and no further": Scene(
        crash("hosta", "hostb"), ends("hostc", zongrp=("hostc",)), more=ZONED
    ),
    "AutoFailOver 0: it stays faulted": Scene(kill_oracle("hosta"), ends(), in_oragrp("AutoFailOver = 0")),
    "AutoFailOver 2: inside the zone": Scene(
        kill_oracle("hosta"), ends("hostb"), in_oragrp("AutoFailOver = 2"), profile="vcs7"
    ),
    "AutoFailOver 2: never out of the zone": Scene(
        kill_oracle("hosta", "hostb"), ends(), in_oragrp("AutoFailOver = 2"), profile="vcs7"
    ),
    "hostb is frozen: the other zone": Scene(crash("hosta"), ends("hostc"), before=typed("hasys -freeze hostb")),
    "the group is disabled on hostb": Scene(
        crash("hosta"), ends("hostc"), before=typed("hagrp -disable oragrp -sys hostb")
    ),
    "the host of a frozen group dies": Scene(crash("hosta"), ends(), before=FREEZE),
    "oracle of a frozen group dies, and is started by hand": Scene(
        then(kill_oracle("hosta"), lambda world: world.start_by_hand("hosta", "ora_db"), typed(wait_s=400)),
        ends("hosta"),
        before=FREEZE,
    ),
    "OnlineRetryLimit 1: once more at home, then away": Scene(
        kill_oracle("hosta", "hosta"),
        ends("hostb"),
        in_oragrp("OnlineRetryLimit = 1", "OnlineRetryInterval = 3600"),
    ),
    "PreOnline: the trigger allows": Scene(
        kill_oracle("hosta"), ends("hostb"), in_oragrp("PreOnline = 1"), before=trigger(TriggerVerdict.ALLOWS)
    ),
    "PreOnline: the trigger refuses, an operator knows better": Scene(
        then(kill_oracle("hosta"), typed("hagrp -online -nopre oragrp -sys hostc")),
        ends("hostc"),
        in_oragrp("PreOnline = 1"),
        before=trigger(TriggerVerdict.REFUSES),
    ),
    "PreOnline: the trigger hangs": Scene(
        kill_oracle("hosta"),
        ends(),
        in_oragrp("PreOnline = 1", "PreonlineTimeout = 120"),
        before=trigger(TriggerVerdict.HANGS),
    ),
    "webgrp requires oragrp online local firm; oracle dies": Scene(
        kill_oracle("hosta"), ends("hostb", webgrp=("hostb",)), more=WEBGRP.format("online local firm")
    ),
    "webgrp requires oragrp online local soft; oracle dies": Scene(
        kill_oracle("hosta"), ends("hostb", webgrp=("hostb",)), more=WEBGRP.format("online local soft")
    ),
    "webgrp requires oragrp online local hard; web dies": Scene(
        lambda world: (world.fail_resource("hosta", "web"), world.advance(400)),
        ends("hostb", webgrp=("hostb",)),
        more=WEBGRP.format("online local hard"),
    ),
    "webgrp requires oragrp online local firm; their host dies": Scene(
        crash("hosta"), ends("hostb", webgrp=("hostb",)), more=WEBGRP.format("online local firm")
    ),
    "webgrp requires oragrp online local firm; what operators are refused": Scene(
        typed("hagrp -offline oragrp -any", "hagrp -switch oragrp -to hostb", "hagrp -switch webgrp -to hostb"),
        ends("hosta", webgrp=("hosta",)),
        more=WEBGRP.format("online local firm"),
    ),
    "webgrp requires oragrp offline local; production comes to the test system": Scene(
        crash("hosta"),
        ends("hostb", webgrp=()),
        more=WEBGRP.format("offline local"),
        before=typed("hasys -freeze hostc", "hasys -freeze hostd"),
    ),
}


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    folder = tmp_path_factory.mktemp("policies")
    return {title: fly(scene, folder / str(number)) for number, (title, scene) in enumerate(SCENES.items())}


def test_the_policies_look_as_they_did(flown: dict[str, Told], pytestconfig: pytest.Config) -> None:
    """Every scene, with seed 0."""
    text = "\n".join(told_as(title, told) for title, told in flown.items())
    check_golden("policies.txt", text, pytestconfig.getoption("--update-golden"))


@pytest.mark.parametrize("title", SCENES)
def test_the_groups_end_where_they_must_and_nobody_is_harmed(flown: dict[str, Told], title: str) -> None:
    """And nowhere else; every oracle holds."""
    assert flown[title].online_on == dict(SCENES[title].online_on)
    assert set(flown[title].broken) == set(SCENES[title].broken), flown[title].broken


@pytest.mark.parametrize("title", ["PreOnline: the trigger refuses, an operator knows better"])
def test_both_ways_write_the_same_log(flown: dict[str, Told], title: str, tmp_path: Path) -> None:
    """A takeover at the other site that a trigger had held up, with real processes."""
    assert fly(SCENES[title], tmp_path, agent_mode=AgentMode.PROCESS).log == flown[title].log
