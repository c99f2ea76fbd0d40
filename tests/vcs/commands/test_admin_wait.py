"""A resource that waits for an administrator: what is refused meanwhile, and what `-clearadminwait` makes of it.

Sources: additions.md, "ADMIN_WAIT".
"""

from __future__ import annotations

import pytest

from tests.vcs.play import HANG, Drill, cluster_spec, manual_group

NOTHING_IS_OPERATED = (
    "hagrp -online oragrp -sys hostb",
    "hagrp -offline oragrp -sys hosta",
    "hagrp -switch oragrp -to hostb",
    "hagrp -flush oragrp -sys hosta",
    "hares -online lsnr -sys hosta",
    "hares -offline lsnr -sys hosta",
    "hastop -local",
    "hastop -sys hosta",
    "hastop -all",
)


def offline_that_fails(effect: tuple[float, int | None, bool]) -> Drill:
    """A switch whose offline of the database hangs, or does nothing; the database still runs."""
    drill = Drill(cluster_spec(manual_group(manage_faults=False))).started(30)
    drill.runner.plan["ora", "offline", "hosta"] = effect
    assert drill.ha("hagrp -switch oragrp -to hostb") == (0, "")
    return drill.run(1200)


FAILURES = pytest.mark.parametrize("failure", [(HANG, None, True), (1.0, None, False)], ids=["hung", "ineffective"])


@pytest.mark.parametrize("line", NOTHING_IS_OPERATED)
def test_nothing_is_operated_while_a_resource_waits(line: str) -> None:
    drill = offline_that_fails((HANG, None, True))
    code, output = drill.ha(line)
    assert (code, "ADMIN_WAIT" in output) == (1, True)
    assert drill.cluster.resource_state("ora", "hosta") == "ONLINE|ADMIN_WAIT"


def test_hastop_needs_force() -> None:
    drill = offline_that_fails((HANG, None, True))
    assert drill.ha("hastop -local -force") == (0, "")


@FAILURES
def test_a_failed_offline_keeps_the_group_where_it_is(failure: tuple[float, int | None, bool]) -> None:
    """Faulting it would bring the group online elsewhere while the application still writes here."""
    drill = offline_that_fails(failure)
    assert drill.ha("hagrp -clearadminwait -fault oragrp -sys hosta") == (0, "")
    drill.run(2000)
    assert drill.cluster.resource_state("ora", "hosta") == "ONLINE|UNABLE_TO_OFFLINE"
    assert drill.runner.up["ora", "hosta"]
    assert [call for call in drill.runner.calls if call[1].entry == "online" and call[1].system != "hosta"] == []
    assert all(drill.cluster.group_state("oragrp", other) == "OFFLINE" for other in ("hostb", "hostc", "hostd"))


@FAILURES
def test_it_goes_offline_when_the_administrator_has_repaired_it(failure: tuple[float, int | None, bool]) -> None:
    drill = offline_that_fails(failure)
    drill.ha("hagrp -clearadminwait -fault oragrp -sys hosta")
    del drill.runner.plan["ora", "offline", "hosta"]
    drill.run(30)
    assert drill.ha("hagrp -switch oragrp -to hostb") == (0, "")
    assert drill.run(200).online_on == ("hostb",)


def test_any_other_trouble_becomes_a_fault() -> None:
    drill = Drill(cluster_spec(manual_group(manage_faults=False))).started(30)
    drill.runner.up["ora", "hosta"] = False
    drill.run(120)
    assert drill.cluster.resource_state("ora", "hosta") == "ONLINE|ADMIN_WAIT"
    assert drill.ha("hagrp -clearadminwait -fault oragrp -sys hosta") == (0, "")
    assert drill.run(200).online_on == ("hostb",)
    assert drill.cluster.resource_state("ora", "hosta") == "FAULTED"


def test_state_has_underscores_and_flags_has_blanks() -> None:
    """As the guides write the one and the other."""
    drill = offline_that_fails((HANG, None, True))
    assert drill.ha("hares -state ora -sys hosta") == (0, "ONLINE|ADMIN_WAIT\n")
    assert drill.ha("hares -value ora Flags hosta") == (0, "ADMIN WAIT\n")
