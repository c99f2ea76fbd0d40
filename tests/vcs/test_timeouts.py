"""Every time limit of an entry point: set for one resource by command, it ends a call that hangs at that second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from mirrordrill.simulator.vcs.commands.language.statics import NUMBERS, can_be_overridden
from mirrordrill.simulator.vcs.events import EntryPointKilled
from mirrordrill.simulator.vcs.spec import PROFILES, AttributeValue
from tests.vcs.play import HANG, Drill, cluster_spec, manual_group, with_limits

SHORT_S = 7


def offline() -> Drill:
    """A group that nobody has started, and a MetroMirror type whose agent wants to hear of HMC1."""
    group = manual_group(auto_start=False)
    mir = replace(group.resources[0], attributes=(AttributeValue("HMC1", ("old",)),))
    types = with_limits("MetroMirror", reg_list=("HMC1",))
    return Drill(cluster_spec(replace(group, resources=(mir, *group.resources[1:])), types=types)).started(30)


def online() -> Drill:
    drill = offline()
    assert drill.ha("hagrp -online oragrp -sys hosta") == (0, "")
    return drill.run(10)


def typed(*lines: str) -> Callable[[Drill], None]:
    def act(drill: Drill) -> None:
        for line in lines:
            drill.cluster.ha("hosta", line.split())

    return act


def lose(drill: Drill) -> None:
    drill.runner.up["mir", "hosta"] = False
    drill.cluster.ha("hosta", ["hares", "-probe", "mir", "-sys", "hosta"])


@dataclass(frozen=True)
class Case:
    """A limit, the entry point that it is for, from where, and what has it called."""

    attribute: str
    entry: str
    begin: Callable[[], Drill]
    call: Callable[[Drill], None]


DISABLED, ENABLED = "hares -modify mir Enabled 0", "hares -modify mir Enabled 1"
CASES = (
    Case("OpenTimeout", "open", offline, typed(DISABLED, ENABLED)),
    Case("CloseTimeout", "close", offline, typed(DISABLED)),
    Case("MonitorTimeout", "monitor", offline, typed("hares -probe mir -sys hosta")),
    Case("OnlineTimeout", "online", offline, typed("hagrp -online oragrp -sys hosta")),
    Case("OfflineTimeout", "offline", online, typed("hares -offline -ignoreparent mir -sys hosta")),
    Case("CleanTimeout", "clean", online, lose),
    Case("ActionTimeout", "failback", online, typed("hares -action mir failback -sys hosta")),
    Case("AttrChangedTimeout", "attr_changed", offline, typed("hares -modify mir HMC1 new")),
)
NOT_OF_ENTRY_POINTS = {"AgentReplyTimeout", "AgentStartTimeout"}
"""Those of the agent's own process: `test_agents.py`."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.attribute)
def test_what_hangs_is_killed_at_the_second_that_was_set(case: Case) -> None:
    """Not before, not later, with everything it started; and the limit of no other entry point counts."""
    drill = case.begin()
    lines = ("haconf -makerw", f"hares -override mir {case.attribute}", f"hares -modify mir {case.attribute} {SHORT_S}")
    for line in lines:
        assert drill.ha(line) == (0, ""), line
    assert drill.ha(f"hares -value mir {case.attribute}") == (0, f"{SHORT_S}\n")
    drill.runner.plan["mir", case.entry, "hosta"] = (HANG, None, True)
    seen, begun_s = len(drill.runner.calls), drill.kernel.now_s
    case.call(drill)
    hung = next(
        run
        for (at, call), run in list(zip(drill.runner.calls, drill.runner.runs, strict=True))[seen:]
        if (call.resource, call.entry, call.system, at) == ("mir", case.entry, "hosta", begun_s)
    )
    drill.run(SHORT_S - 0.001)
    assert not hung.killed
    drill.run(0.002)
    assert hung.killed
    (killed,) = [(r.time_us / 1e6, r.event) for r in drill.kernel.log if isinstance(r.event, EntryPointKilled)]
    assert killed == (begun_s + SHORT_S, EntryPointKilled("hosta", "mir", case.entry, f"{SHORT_S} s were up"))


def test_an_info_that_hangs_is_killed_at_the_second_that_was_set() -> None:
    """No command calls it: the framework does, every InfoInterval."""
    types = with_limits("MetroMirror", info_interval_s=600.0, info_timeout_s=float(SHORT_S))
    drill = Drill(cluster_spec(types=types)).started()
    drill.ha("hagrp -online oragrp -sys hosta")
    drill.runner.plan["mir", "info"] = (HANG, None, True)
    drill.run(700)
    begun_s = [at for at, call in drill.runner.calls if call.entry == "info"][-1]
    killed = next((r.time_us / 1e6, r.event) for r in drill.kernel.log if isinstance(r.event, EntryPointKilled))
    assert killed == (begun_s + SHORT_S, EntryPointKilled("hosta", "mir", "info", f"{SHORT_S} s were up"))


def test_no_limit_is_left_out() -> None:
    known = {name for name in NUMBERS if name.endswith("Timeout")} | {"ActionTimeout"}
    assert {case.attribute for case in CASES} | {"InfoTimeout"} | NOT_OF_ENTRY_POINTS == known
    assert {name for name in known if not can_be_overridden(name)} == NOT_OF_ENTRY_POINTS


@pytest.mark.parametrize(
    ("profile", "configured_s", "interval_s", "limit_s"),
    [
        ("vcs41", None, 20, 40),
        ("vcs41", 90, 20, 90),
        ("vcs5", None, 300, 30),
        ("vcs7", None, 300, 30),
        ("vcs7", None, 20, 10),
        ("vcs7", 25, 300, 25),
        ("vcs7", 90, 60, 30),
    ],
)
def test_an_action_is_capped_where_the_release_caps_it(
    profile: str, configured_s: int | None, interval_s: int, limit_s: int
) -> None:
    """At half a MonitorInterval, whoever set it; shown is what was set."""
    changes: dict[str, float] = {"monitor_interval_s": float(interval_s)}
    if configured_s is not None:
        changes["action_timeout_s"] = float(configured_s)
    spec = replace(cluster_spec(types=with_limits("MetroMirror", **changes)), profile=PROFILES[profile])
    drill = Drill(spec).started(30)
    shown = PROFILES[profile].action_timeout_s if configured_s is None else configured_s
    assert drill.ha("hatype -value MetroMirror ActionTimeout") == (0, f"{shown:g}\n")
    drill.runner.plan["mir", "failback"] = (HANG, None, True)
    begun_s = drill.kernel.now_s
    assert drill.ha("hares -action mir failback -sys hosta")[0] == 1
    assert drill.kernel.now_s - begun_s == limit_s
