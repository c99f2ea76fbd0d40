"""PreSwitch: resources are asked on the target before an operator's switch takes anything offline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.vcs.events import EngineLog
from mirrordrill.simulator.vcs.spec import PROFILES
from tests.vcs.play import HANG, TYPES, Drill, cluster_spec, manual_group

SWITCH = "hagrp -switch oragrp -to hostb"


def asking(profile: str = "vcs7", asks: str = "1") -> Drill:
    """Two types have a PreSwitch action."""
    types = tuple(
        replace(spec, supported_actions=("PreSwitch",)) if spec.name in {"MetroMirror", "IP"} else spec
        for spec in TYPES
    )
    spec = cluster_spec(manual_group(stored={"PreSwitch": (asks,)}), types=types)
    return Drill(replace(spec, profile=PROFILES[profile])).started(30)


def asked(drill: Drill) -> list[tuple[str, str]]:
    return [(name, system) for _, name, system in drill.entries("PreSwitch")]


def test_all_that_have_the_action_are_asked_on_the_target_and_then_it_goes_on() -> None:
    drill = asking()
    drill.runner.plan["mir", "PreSwitch", "hostb"] = (12.0, 0, True)
    assert drill.ha(SWITCH) == (0, "")
    assert drill.run(10).online_on == ("hosta",)
    assert sorted(asked(drill)) == [("ip", "hostb"), ("mir", "hostb")]
    assert drill.entries("offline") == []
    assert drill.run(60).online_on == ("hostb",)


@pytest.mark.parametrize("plan", [(1.0, 1, True), (HANG, None, True)])
def test_one_that_fails_ends_the_switch_before_anything_is_offline(
    plan: tuple[float, int | None, bool],
) -> None:
    drill = asking()
    drill.runner.plan["ip", "PreSwitch", "hostb"] = plan
    assert drill.ha(SWITCH) == (0, "")
    drill.run(100)
    assert drill.online_on == ("hosta",)
    assert drill.entries("offline") == []
    told = [event.message for event in drill.events(EngineLog) if event.message_id == "V-16-1-60036"]
    assert told == ["Group oragrp is not switched to system hostb: the PreSwitch action of resource ip failed"]
    del drill.runner.plan["ip", "PreSwitch", "hostb"]
    drill.ha(SWITCH)
    assert drill.run(60).online_on == ("hostb",)


def test_an_agent_that_is_away_can_not_be_asked() -> None:
    drill = asking()
    drill.ha("haagent -stop MetroMirror -force -sys hostb")
    drill.ha(SWITCH)
    assert drill.run(60).online_on == ("hosta",)


@pytest.mark.parametrize(
    ("profile", "asks", "line"),
    [("vcs5", "1", SWITCH), ("vcs7", "0", SWITCH), ("vcs7", "1", "hagrp -switch -nopre oragrp -to hostb")],
)
def test_nobody_is_asked_where_nobody_wants_it(profile: str, asks: str, line: str) -> None:
    drill = asking(profile, asks)
    drill.runner.plan["mir", "PreSwitch"] = (1.0, 1, True)
    assert drill.ha(line) == (0, "")
    assert drill.run(60).online_on == ("hostb",)
    assert asked(drill) == []


def test_a_failover_asks_nobody() -> None:
    drill = asking()
    drill.crash("hosta")
    assert drill.run(100).online_on == ("hostb",)
    assert asked(drill) == []


def test_a_group_that_has_gone_meanwhile_is_not_switched() -> None:
    drill = asking()
    drill.runner.plan["mir", "PreSwitch", "hostb"] = (20.0, 0, True)
    drill.ha(SWITCH)
    drill.ha("hagrp -offline oragrp -any")
    assert drill.run(100).online_on == ()
