"""What befalls a site in a drill: each fault with its undo, and wrong names answered with those that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mirrordrill.drills.faults import FaultKind, Target, catalogue, storage
from mirrordrill.drills.run import expectations
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.expectations import ExpectationFailedError, UsageError
from mirrordrill.drills.sites import SiteError, find_site
from mirrordrill.drills.steps.library import STEPS, load_shipped
from mirrordrill.drills.steps.wording import ChangedAttribute
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.dscli.consoles import Reach

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
A1, B1 = "ds8000c.example.com", "ds8000e.example.com"


@pytest.fixture
def drill() -> Iterator[Drill]:
    drill = Drill(Options(), "faults", "faults", "")
    drill.open_site("rdc")
    drill.expect.comes_online("oragrp", "hosta", 600)
    try:
        yield drill
    finally:
        drill.world.close()


def steps(drill: Drill, *sentences: str) -> list[str]:
    """Carry out steps by their words; what each of them saw."""
    load_shipped()
    seen = []
    for words in sentences:
        entry = next(entry for entry in STEPS if any(entry.knows(each, words) for each in entry.types))
        arguments = entry.sentence.parse_arguments(words)
        assert arguments is not None
        entry.function(drill, **arguments)
        seen.append(drill._observed)
    return seen


WRONG: dict[str, tuple[Callable[[Drill], object], str]] = {
    "an array": (
        lambda drill: drill.faults.inject(storage.array_fault(storage.ARRAY_LOST, "IBM.2107-0000000")),
        "there is no array IBM.2107-0000000",
    ),
    "what was never lost": (
        lambda drill: steps(drill, f"array {A} is back"),
        "nothing of that stands; what stands: no",
    ),
    "a volume": (lambda drill: steps(drill, f"volume 9999 of {A} is lost"), "9999"),
    "an HMC": (lambda drill: steps(drill, "HMC nowhere falls silent"), f"there is no HMC nowhere; there are: {A1}"),
    "an account": (lambda drill: steps(drill, f"the account root on {A} is locked"), "there is no account on .* root"),
    "a host": (
        lambda drill: steps(drill, "the answer to the next lspprc from hostx is lost"),
        "there is no host hostx; there are: hosta",
    ),
    "a heartbeat link": (lambda drill: steps(drill, "LLT link link9 of hosta is pulled"), "LLT has no link9"),
    "an entry point": (lambda drill: steps(drill, "the agent's online on hosta is killed"), "no online of"),
    "a copy": (lambda drill: drill.expect.copy_reaches(40), "no copy is under way"),
    "a network": (lambda drill: steps(drill, "the network between rdc1 and rdc1 is cut"), "this site has one cluster"),
    "a rule": (lambda drill: drill.declare_broken("S99", "", lambda _: ""), "there is no rule S99; there are: S1"),
    "a DS CLI command": (lambda drill: drill.administrator.types("lspprc 99999", "hosta"), "was refused"),
    "a VCS command": (lambda drill: drill.operator.types_on("hosta", "hagrp -online nobody -any"), "was refused"),
    "a host that does not stand still": (lambda drill: steps(drill, "hosta goes on"), "hosta does not stand still"),
    "a dead host that stands still": (lambda drill: steps(drill, "hosta halts", "hosta stands still"), "hosta is off"),
    "a zombie that died": (
        lambda drill: steps(drill, "hosta stands still", "hosta loses power", "hosta goes on"),
        "hosta does not stand still; it is off",
    ),
    "a boot of a zombie": (lambda drill: steps(drill, "hosta stands still", "hosta boots"), "it boots after it has"),
    "a resource that is well": (lambda drill: steps(drill, "ora_db is mended on hosta"), "nothing of that stands"),
    "an agent that is there": (lambda drill: steps(drill, "the agent is installed on hostc"), "nothing of that stands"),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_what_is_not_there_is_wrong_usage_and_says_what_is(drill: Drill, what: str) -> None:
    """A misspelt fault must not pass for one that was survived."""
    act, said = WRONG[what]
    with pytest.raises(UsageError, match=said):
        act(drill)


SITES = {Target.CLUSTERS: "gco", Target.CLUSTER_TO_CLUSTER: "gco", Target.CLUSTER: "gco", Target.DISKS: "fenced"}
FIRST = {
    "entry point killed": ("the operator switches oragrp to hostc", "hostc has sent failoverpprc for 1260, 1261"),
}
"""What has to happen before there is something to break."""


@pytest.mark.parametrize("kind", catalogue(), ids=lambda kind: kind.name)
def test_every_kind_of_the_catalogue_begins_by_its_step_and_ends_by_its_undo(kind: FaultKind) -> None:
    """A kind that no step can bring about, or end, would be listed for nothing; said twice, a fault is one fault."""
    drill = Drill(Options(), "catalogue", "catalogue", "")
    drill.open_site(SITES.get(kind.target, "rdc"))
    drill.world.advance(60)
    try:
        steps(drill, *FIRST.get(kind.name, ()), kind.step)
        assert kind.name in {fault.kind.name for fault in drill.faults.history()}
        if kind.undo:
            steps(drill, "1 second passes", kind.step)
            steps(drill, kind.undo)
            assert drill.faults.standing() == ()
            assert all(fault.until_us is not None for fault in drill.faults.history())
            assert drill.world.kernel.effects.all_held() == []
    finally:
        drill.world.close()


def test_names_of_kinds_are_unique() -> None:
    """A fault is known by the name of its kind."""
    names = [kind.name for kind in catalogue()]
    assert len(set(names)) == len(names)


def test_a_fault_that_stands_is_not_injected_again(drill: Drill) -> None:
    """Lost twice, an array is lost once: its moment is the first, and it is back at once."""
    steps(drill, f"array {B} is lost")
    number = drill.faults.moment(f"the loss of {B}")
    assert steps(drill, "10 seconds pass", f"array {B} is lost")[-1].startswith(f"{B} lost already, since ")
    assert drill.faults.moment(f"the loss of {B}") == number
    assert len(drill.faults.standing()) == 1
    assert steps(drill, f"array {B} is back") == [f"{B} back"]
    assert drill.world.storage.image(B).is_running


def test_whoever_clears_a_fault_is_told_what_still_holds_the_thing(drill: Drill) -> None:
    """Faults of several kinds add up; an undo ends one of them and does not say that all is well."""
    steps(drill, f"the Metro Mirror links between {A} and {B} are lost", f"the mirror path from {A} to {B} is lost")
    [seen] = steps(drill, f"the mirror path from {A} to {B} is back")
    assert seen == f"the way from {A} to {B} back; still {A} and {B} lost"
    assert not drill.world.storage.fabric.are_joined(A, B)
    assert steps(drill, f"the Metro Mirror links between {B} and {A} are back") == [
        f"the links between {A} and {B} back"
    ]
    assert drill.world.storage.fabric.are_joined(A, B)


def test_a_new_setting_takes_the_place_of_the_old_one(drill: Drill) -> None:
    """The rate of copies, and the delay of an HMC, are what was said last."""
    steps(drill, f"HMC {B1} answers 40 seconds late", f"HMC {B1} answers 10 seconds late")
    console = drill.world.consoles.find(B1)
    assert console is not None
    assert console.extra_delay_s == 10
    assert [fault.value("delay_s") for fault in drill.faults.standing()] == [10]


def test_an_hmc_that_grew_slow_and_fell_silent_is_well_again(drill: Drill) -> None:
    """One step ends everything that is the matter with it."""
    steps(drill, f"HMC {B1} answers 40 seconds late", f"HMC {B1} refuses connections", f"HMC {B1} falls silent")
    assert steps(drill, f"HMC {B1} is well again") == [f"{B1} back"]
    console = drill.world.consoles.find(B1)
    assert console is not None
    assert (console.reach, console.extra_delay_s) == (Reach.ANSWERING, 0)


def test_a_pulled_llt_link_is_told_of_when_the_other_heartbeats_are_back(drill: Drill) -> None:
    """It was pulled before, and still is."""
    steps(drill, "LLT link link1 of hosta is pulled", "all heartbeats between hosta and hostb, hostc, hostd are lost")
    [seen] = steps(drill, "all heartbeats between hostd, hostc, hostb and hosta are back")
    assert seen.endswith("; still link1 of hosta cut")


def test_disks_are_cut_off_host_by_host() -> None:
    """Two hosts that lost their way together may find it one by one."""
    drill = Drill(Options(), "disks", "disks", "")
    drill.open_site("fenced")
    disks = drill.world.disks
    steps(drill, "the coordinator disks at third are out of reach of hosta, hostb")
    steps(drill, "the coordinator disks at third are in reach of hostb again")
    assert (disks.reaches("hosta", "third"), disks.reaches("hostb", "third")) == (False, True)
    steps(drill, "the coordinator disks at third are out of reach of hostb, hosta")
    steps(drill, "the coordinator disks at third are in reach of hosta, hostb again")
    assert disks.reaches("hosta", "third")
    assert disks.reaches("hostb", "third")
    drill.world.close()


def test_a_network_that_is_cut_is_back_in_either_order() -> None:
    """And ends a cut of one way, too."""
    drill = Drill(Options(), "network", "network", "")
    drill.open_site("gco")
    steps(drill, "what clusb sends to clusa is lost", "the network between clusa and clusb is cut")
    assert not drill.world.wide_area.wan.carries("clusa", "clusb")
    steps(drill, "the network between clusb and clusa is back")
    assert drill.world.wide_area.wan.carries("clusa", "clusb")
    drill.world.close()


def test_a_host_that_is_up_is_not_said_to_boot(drill: Drill) -> None:
    """What did not happen is not reported."""
    steps(drill, "hosta halts")
    assert steps(drill, "hosta, hostb boot") == ["hosta booting; hostb up already"]


def test_an_account_that_wrong_passwords_have_locked_is_unlocked(drill: Drill) -> None:
    """An administrator does not ask how it came to be locked."""
    drill.world.consoles.accounts(B1)["admin"].is_locked = True
    steps(drill, f"the account admin on {B} is unlocked")
    assert not drill.world.consoles.accounts(B1)["admin"].is_locked


def test_a_warm_restart_ends_by_itself(drill: Drill) -> None:
    """And is over in the registry, too, at its end."""
    steps(drill, f"{A} restarts warmly for 90 seconds")
    began_us = drill.faults.standing()[0].since_us
    assert began_us is not None
    steps(drill, "5 minutes pass")
    assert drill.faults.standing() == ()
    assert [fault.until_us for fault in drill.faults.history()] == [began_us + 90_000_000]


def test_an_armed_fault_meets_one_command_of_that_host_and_no_other(drill: Drill) -> None:
    """The next one from there, once."""
    steps(drill, "the answer to the next lspprc from hostc is cut off")
    assert drill.administrator.types("lspprc 1260", "hosta")
    with pytest.raises(UsageError, match="was refused"):
        drill.administrator.types("lspprc 1260", "hostc")
    assert drill.administrator.types("lspprc 1260", "hostc")
    assert drill.faults.standing() == ()


@pytest.mark.parametrize("befalls", ["is lost before it reaches the array", "reaches the array 15 minutes late"])
def test_what_waits_for_a_command_is_repaired_like_anything_else(drill: Drill, befalls: str) -> None:
    """Also where two of a kind wait: a fault that strikes after everything was repaired is a fault of the harness."""
    words = f"the next lspprc from hostc {befalls}"
    assert steps(drill, words, words, "everything is repaired")[-1].startswith("1 faults ended")
    began_s = drill.world.kernel.now_s
    assert drill.administrator.types("lspprc 1260", "hostc")
    assert drill.world.kernel.now_s - began_s < 60
    assert [fault.until_us for fault in drill.faults.history()].count(None) == 0


def test_a_command_that_is_held_is_over_with_the_one_that_it_meets(drill: Drill) -> None:
    """It travels on after the repair: the server has accepted it."""
    steps(drill, "the next lspprc from hostc reaches the array 3 minutes late")
    drill.world.begin_dscli("hostc", ["-hmc1", B1, "-user", "nobody", "lspprc", "1260"])
    assert len(drill.faults.standing()) == 1
    assert drill.administrator.types("lspprc 1260", "hostc")
    assert drill.faults.standing() == ()


def test_a_list_that_is_carried_out_in_part_does_the_rest_of_nothing(drill: Drill) -> None:
    """The array serves the first pairs and refuses the others, each with its line."""
    steps(drill, "of the next pausepprc from hosta only 1260 are carried out")
    with pytest.raises(UsageError, match=r"1260:1260 .* successfully paused.*1261:1261"):
        drill.administrator.types("pausepprc 1260:1260 1261:1261", "hosta")
    with pytest.raises(ExpectationFailedError, match=r"1260 Suspended .*1261 Full Duplex"):
        drill.expect.volumes_are("oragrp", "hosta", "Suspended")


def test_a_copy_is_met_on_its_way(drill: Drill) -> None:
    """40 % means that 40 % of the tracks are there, and not all of them."""
    drill.administrator.types("pausepprc 1260:1260", "hosta")
    drill.world.advance(600)
    steps(
        drill, f"copies between {B} and {A} get 50 tracks a second", f"copies between {A} and {B} get 3 tracks a second"
    )
    drill.administrator.types("resumepprc 1260:1260", "hosta")
    drill.expect.copy_reaches(40)
    ((copied, total, rate),) = drill.world.storage.pairs.copies.progress()
    assert copied == pytest.approx(0.4 * total, abs=1)
    assert rate == pytest.approx(3.0)


def test_a_copy_that_would_take_a_month_is_refused_at_once(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulating it would take longer than a drill may; the sentence says how fast it copies."""
    monkeypatch.setattr(expectations, "LONGEST_COPY_S", 3600)
    drill.administrator.types("pausepprc 1260:1260", "hosta")
    drill.world.advance(600)
    steps(drill, f"copies between {A} and {B} get 1 tracks a second")
    drill.administrator.types("resumepprc 1260:1260", "hosta")
    drill.world.advance(60)
    began_s = drill.world.kernel.now_s
    with pytest.raises(UsageError, match=r"the copy would take .* days: .* missing, and it copies 1 a second"):
        drill.expect.copy_reaches(99)
    assert drill.world.kernel.now_s - began_s < 60


def test_a_disk_that_lied_keeps_no_state_file_of_the_agent(drill: Drill) -> None:
    """Otherwise the lock stays through a crash, and so does the memory, which is written just before it."""
    files = drill.world.hosts["hosta"].files
    assert {"ora_mmir.lock", "ora_mmir.memory"} <= set(files.state())
    steps(drill, "hosta loses power, and its disk forgets the lock")
    assert files.state() == {}


def test_a_moment_lies_between_the_writes_before_and_after(drill: Drill) -> None:
    """Whatever was acknowledged until then is in the log before it."""
    drill.world.advance(10)
    drill.faults.mark("now")
    number = drill.faults.moment("now")
    assert number == len(drill.log)
    landed = [record for record in drill.log if type(record.event).__name__ == "WritesLanded"]
    assert landed[-1].time_us == round(drill.world.kernel.now_s * 1_000_000)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("gco", "Authority", "1", "nobody"), "no main.cf of the site has a group nobody"),
        (("moon", "Authority", "1", "oragrp"), 'there is no example site "moon"'),
        (("gco", "ClusterFailOverPolicy", "Perhaps", "oragrp"), "Perhaps"),
    ],
)
def test_a_site_is_changed_to_what_there_is_or_not_at_all(change: tuple[str, str, str, str], said: str) -> None:
    """An unknown site or group, or a value that main.cf does not know."""
    drill = Drill(Options(), "changed", "changed", "")
    with pytest.raises((SiteError, ConfigError), match=said):
        drill.open_changed_site(change[0], [ChangedAttribute(*change[1:])])
    drill.close()


def test_a_changed_site_differs_in_that_attribute_alone() -> None:
    """In every cluster that has the group; nothing is left of its files when the drill is over."""
    drill = Drill(Options(), "changed", "changed", "")
    drill.open_changed_site("gco", [ChangedAttribute("ClusterFailOverPolicy", "Auto", "oragrp")])
    site, plain = drill.world.site, find_site("gco")
    for changed, cluster in zip(site.clusters, plain.clusters, strict=True):
        assert changed.group("oragrp").attributes.scalar("ClusterFailOverPolicy") == "Auto"
        assert cluster.group("oragrp").attributes.scalar("ClusterFailOverPolicy") == "Manual"
        assert changed.systems == cluster.systems
    assert site.attachments == plain.attachments
    drill.close()
    assert not any(file.exists() for file in site.files)
