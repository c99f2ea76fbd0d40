"""What befalls a site in a drill: each fault with its undo, and wrong names answered with those that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mirrordrill.drills.faults.consoles import Mishap
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.expectations import ExpectationFailedError, UsageError
from mirrordrill.drills.sites import SiteError, find_site
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.dscli.consoles import Reach

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
A1, B1 = "ds8000c.example.com", "ds8000e.example.com"


@pytest.fixture
def drill() -> Iterator[Drill]:
    drill = Drill(Options(), "hazards", "hazards", "")
    drill.open_site("rdc")
    drill.expect.comes_online("oragrp", "hosta", 600)
    try:
        yield drill
    finally:
        drill.world.close()


WRONG: dict[str, tuple[Callable[[Drill], object], str]] = {
    "an array": (lambda drill: drill.hazards.loses_array("IBM.2107-0000000"), "there is no array IBM.2107-0000000"),
    "what was never lost": (lambda drill: drill.hazards.restores(A), "nothing of that was lost; lost are: nothing"),
    "a volume": (lambda drill: drill.hazards.mirror.loses_volume("9999", A), "9999"),
    "an HMC": (lambda drill: drill.hazards.consoles.dies("nowhere"), f"there is no HMC nowhere; there are: {A1}"),
    "an account": (lambda drill: drill.hazards.consoles.locks_account("root", A), "there is no account on .* root"),
    "a host": (
        lambda drill: drill.hazards.consoles.lays("hostx", "lspprc", Mishap.LOST),
        "there is no host hostx; there are: hosta",
    ),
    "a heartbeat link": (lambda drill: drill.hazards.heartbeats.loses_link("hosta", "link9"), "LLT has no link9"),
    "an entry point": (lambda drill: drill.hazards.hosts.kills_entry_point("online", "hosta"), "no online of"),
    "a copy": (lambda drill: drill.hazards.mirror.copy_reaches(40, 60), "no copy is under way"),
    "a network": (lambda drill: drill.hazards.wide_area.cuts("rdc1", "rdc1"), "this site has one cluster"),
    "a rule": (lambda drill: drill.declare_broken("S99", "", lambda _: ""), "there is no rule S99; there are: S1"),
    "a DS CLI command": (lambda drill: drill.administrator.types("lspprc 99999", "hosta"), "was refused"),
    "a VCS command": (lambda drill: drill.operator.types_on("hosta", "hagrp -online nobody -any"), "was refused"),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_what_is_not_there_is_wrong_usage_and_says_what_is(drill: Drill, what: str) -> None:
    """A misspelt fault must not pass for one that was survived."""
    act, said = WRONG[what]
    with pytest.raises(UsageError, match=said):
        act(drill)


def test_a_mishap_meets_one_command_of_that_host_and_no_other(drill: Drill) -> None:
    """The next one from there, once."""
    drill.hazards.consoles.lays("hostc", "lspprc", Mishap.CUT)
    assert drill.administrator.types("lspprc 1260", "hosta")
    with pytest.raises(UsageError, match="was refused"):
        drill.administrator.types("lspprc 1260", "hostc")
    assert drill.administrator.types("lspprc 1260", "hostc")


def test_a_list_that_is_carried_out_in_part_does_the_rest_of_nothing(drill: Drill) -> None:
    """The array serves the first pairs and refuses the others, each with its line."""
    drill.hazards.consoles.carries_out_only("hosta", "pausepprc", ("1260",))
    with pytest.raises(UsageError, match=r"1260:1260 .* successfully paused.*1261:1261"):
        drill.administrator.types("pausepprc 1260:1260 1261:1261", "hosta")
    with pytest.raises(ExpectationFailedError, match=r"1260 Suspended .*1261 Full Duplex"):
        drill.expect.volumes_are("oragrp", "hosta", "Suspended")


def test_a_copy_is_met_on_its_way(drill: Drill) -> None:
    """40 % means that 40 % of the tracks are there, and not all of them."""
    drill.administrator.types("pausepprc 1260:1260", "hosta")
    drill.world.advance(600)
    drill.hazards.mirror.narrows(A, B, 3.0)
    drill.administrator.types("resumepprc 1260:1260", "hosta")
    drill.hazards.mirror.copy_reaches(40, 86_400)
    ((copied, total, rate),) = drill.world.storage.pairs.copies.progress()
    assert copied == pytest.approx(0.4 * total, abs=1)
    assert rate == pytest.approx(3.0)


def test_every_fault_of_a_console_is_undone_by_its_name(drill: Drill) -> None:
    """Silent, refusing, slow: then as before."""
    for strike in (drill.hazards.consoles.dies, drill.hazards.consoles.refuses):
        strike(B1)
        drill.hazards.consoles.recovers(B1)
        console = drill.world.consoles.find(B1)
        assert console is not None
        assert console.reach is Reach.ANSWERING
    drill.hazards.consoles.slows(B1, 30)
    drill.hazards.consoles.recovers(B1)
    assert drill.administrator.types("lspprc 1260", "hostc")


def test_a_disk_that_lied_keeps_neither_lock_nor_journal(drill: Drill) -> None:
    """Otherwise the lock stays through a crash."""
    files = drill.world.hosts["hosta"].files
    assert "ora_mmir.lock" in files.state()
    drill.hazards.hosts.loses_lock("hosta")
    assert files.state() == {}


def test_a_moment_lies_between_the_writes_before_and_after(drill: Drill) -> None:
    """Whatever was acknowledged until then is in the log before it."""
    drill.world.advance(10)
    drill.hazards.mark("now")
    number = drill.hazards.moment("now")
    assert number == len(drill.log)
    landed = [record for record in drill.log if type(record.event).__name__ == "WritesLanded"]
    assert landed[-1].time_us == round(drill.world.kernel.now_s * 1_000_000)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("gco", "nobody", "Authority", "1"), "no main.cf of the site has a group nobody"),
        (("moon", "oragrp", "Authority", "1"), 'there is no example site "moon"'),
        (("gco", "oragrp", "ClusterFailOverPolicy", "Perhaps"), "Perhaps"),
    ],
)
def test_a_site_is_changed_to_what_there_is_or_not_at_all(change: tuple[str, str, str, str], said: str) -> None:
    """An unknown site or group, or a value that main.cf does not know."""
    drill = Drill(Options(), "changed", "changed", "")
    with pytest.raises((SiteError, ConfigError), match=said):
        drill.open_changed_site(*change)
    drill.close()


def test_a_changed_site_differs_in_that_attribute_alone() -> None:
    """In every cluster that has the group; nothing is left of its files when the drill is over."""
    drill = Drill(Options(), "changed", "changed", "")
    drill.open_changed_site("gco", "oragrp", "ClusterFailOverPolicy", "Auto")
    site, plain = drill.world.site, find_site("gco")
    for changed, cluster in zip(site.clusters, plain.clusters, strict=True):
        assert changed.group("oragrp").attributes.scalar("ClusterFailOverPolicy") == "Auto"
        assert cluster.group("oragrp").attributes.scalar("ClusterFailOverPolicy") == "Manual"
        assert changed.systems == cluster.systems
    assert site.attachments == plain.attachments
    drill.close()
    assert not any(file.exists() for file in site.files)
