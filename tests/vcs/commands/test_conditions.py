"""`-list` with conditions: equal, not equal, begins with; all must hold."""

from __future__ import annotations

import pytest

from tests.vcs.play import HOSTS, Drill, cluster_spec, manual_group


@pytest.fixture(scope="module")
def healthy() -> Drill:
    return Drill().started(30)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("hagrp -list", [("oragrp", host) for host in HOSTS]),
        ("hagrp -list State=ONLINE", [("oragrp", "hosta")]),
        ("hagrp -list State!=ONLINE", [("oragrp", host) for host in HOSTS[1:]]),
        ("hagrp -list State=~OFF", [("oragrp", host) for host in HOSTS[1:]]),
        ("hagrp -list State=~OFF Frozen=1", []),
        ("hares -list Type=MetroMirror State=ONLINE", [("mir", "hosta")]),
        ("hares -list Type=~Net State!=ONLINE", [("lsnr", host) for host in HOSTS[1:]]),
        ("hasys -list", [(host,) for host in HOSTS]),
        ("hasys -list SysState=RUNNING Capacity!=100", []),
        ("hatype -list MonitorInterval=300", [("MetroMirror",)]),
        ("hatype -list Operations=None", [("NIC",)]),
        ("hahb -list State=ALIVE", []),
    ],
)
def test_what_meets_all_conditions_is_listed(healthy: Drill, line: str, found: list[tuple[str, ...]]) -> None:
    code, output = healthy.ha(line)
    assert code == 0
    assert [tuple(row.split()) for row in output.splitlines()] == found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("hagrp -list ONLINE", 2),
        ("hagrp -list =ONLINE", 2),
        ("hagrp -list Nothing=1", 1),
        ("hares -list Nothing!=1", 1),
        ("hasys -list State=RUNNING", 1),
    ],
)
def test_a_condition_is_about_an_attribute_that_there_is(healthy: Drill, line: str, code: int) -> None:
    assert healthy.ha(line)[0] == code


def test_the_load_of_a_system_is_what_an_administrators_script_says() -> None:
    drill = Drill(cluster_spec(manual_group(system_zones={}))).started(30)
    assert drill.ha("hasys -value hostb AvailableCapacity") == (0, "100\n")
    assert drill.ha("hasys -load hostb 70") == (0, "")
    assert drill.ha("hasys -value hostb AvailableCapacity") == (0, "30\n")
    assert drill.ha("hasys -load hostb much")[0] == 1
    assert drill.ha("hasys -force hostb")[0] == 1
    for line in ("haconf -makerw", "hagrp -modify oragrp FailOverPolicy Load"):
        assert drill.ha(line) == (0, "")
    drill.crash("hosta")
    assert drill.run(100).online_on == ("hostc",)
