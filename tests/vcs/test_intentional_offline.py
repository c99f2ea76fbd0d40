"""IntentionalOffline = 1: an application that was stopped on purpose, outside VCS, is offline without a fault.

Source: additions.md, "VCS: behaviour".
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.vcs.spec import PROFILES
from tests.vcs.play import Drill, cluster_spec, with_limits


def stopped_on_purpose(profile: str, intentional: int) -> Drill:
    types = with_limits("Netlsnr", intentional_offline=intentional)
    drill = Drill(replace(cluster_spec(types=types), profile=PROFILES[profile])).started(30)
    drill.runner.plan["lsnr", "monitor", "hosta"] = (0.0, 200, True)
    return drill.run(300)


@pytest.mark.parametrize("profile", ["vcs5", "vcs7"])
def test_it_is_offline_without_a_fault_and_the_group_stays(profile: str) -> None:
    drill = stopped_on_purpose(profile, 1)
    assert drill.cluster.resource_state("lsnr", "hosta") == "OFFLINE"
    assert drill.entries("clean") == []
    assert all(drill.cluster.group_state("oragrp", other) == "OFFLINE" for other in ("hostb", "hostc", "hostd"))
    assert drill.cluster.group_state("oragrp", "hosta") == "PARTIAL"
    del drill.runner.plan["lsnr", "monitor", "hosta"]
    assert drill.ha("hares -online lsnr -sys hosta") == (0, "")
    assert drill.run(60).online_on == ("hosta",)


@pytest.mark.parametrize(("profile", "intentional"), [("vcs41", 1), ("vcs5", 0), ("vcs7", 0)])
def test_elsewhere_the_code_means_nothing(profile: str, intentional: int) -> None:
    drill = stopped_on_purpose(profile, intentional)
    assert drill.cluster.resource_state("lsnr", "hosta") == "ONLINE|STATE UNKNOWN"
    assert drill.online_on == ("hosta",)


def test_hatype_shows_and_sets_it() -> None:
    drill = Drill().started(30)
    assert drill.ha("hatype -value Netlsnr IntentionalOffline") == (0, "0\n")
    drill.ha("haconf -makerw")
    assert drill.ha("hatype -modify Netlsnr IntentionalOffline 1") == (0, "")
