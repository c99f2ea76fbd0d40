"""What a fenced cluster does when its systems stop hearing each other (vcs.md 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from mirrordrill.simulator.vcs.events import ConcurrencyViolation, EngineLog, RaceEnded
from mirrordrill.simulator.vcs.membership.rules import FencingRules
from mirrordrill.simulator.vcs.messages import EJECTED, FENCING_UNREACHABLE, PREEXISTING_SPLIT
from mirrordrill.simulator.vcs.spec import ClusterSpec
from tests.vcs.play import HOSTS, Drill, cluster_spec

SITE_A, SITE_B = ("hosta", "hostb"), ("hostc", "hostd")
SITES = (SITE_A, SITE_B)
THIRD_PLACE = ("A", "B", "third")
MAJORITY_AT_A = ("A", "A", "B")


@dataclass
class PlayDisks:
    """`cut` holds (system, place): that system does not reach that place."""

    cut: set[tuple[str, str]] = field(default_factory=set)
    ejected: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)

    def reaches(self, system: str, place: str) -> bool:
        return (system, place) not in self.cut

    def eject(self, systems: Sequence[str], by: Sequence[str]) -> None:
        self.ejected.append((tuple(systems), tuple(by)))

    def part_the_sites(self) -> None:
        """No way from a site to the other's array; both reach the third place."""
        self.cut |= {(host, "B") for host in SITE_A} | {(host, "A") for host in SITE_B}

    def lose(self, place: str) -> None:
        self.cut |= {(host, place) for host in HOSTS}


class FencedDrill(Drill):
    """A cluster with play agents and play disks; who panics is gone."""

    def __init__(self, places: tuple[str, ...] = THIRD_PLACE, spec: ClusterSpec | None = None) -> None:
        self.disks = PlayDisks()
        self.panicked: list[str] = []
        fenced = replace(spec or cluster_spec(), fencing=FencingRules(places))
        super().__init__(fenced, disks=self.disks, panic=self.panic)
        self.started(30)

    def panic(self, system: str) -> None:
        self.panicked.append(system)
        self.crash(system)

    def races(self) -> list[tuple[str, tuple[str, ...], bool]]:
        return [(event.system, event.won, event.goes_on) for event in self.events(RaceEnded)]

    def logged(self) -> list[str]:
        return [event.message_id for event in self.events(EngineLog)]


def test_a_healthy_fenced_cluster_is_as_quiet_as_any() -> None:
    """Fencing says nothing until somebody is missing."""
    fenced = FencedDrill()
    assert fenced.kernel.log.digest() == Drill().started(30).kernel.log.digest()
    assert fenced.cluster.port("b", "hosta") == HOSTS


def test_of_two_equal_halves_that_reach_every_disk_the_one_with_the_first_system_goes_on() -> None:
    """The heartbeats are gone, the way to the disks is not: nobody is online twice, not for a moment."""
    drill = FencedDrill()
    drill.cluster.partition(SITES)
    drill.run(20)
    assert drill.panicked == []
    drill.run(60)
    assert drill.races() == [("hosta", THIRD_PLACE, True), ("hostc", (), False)]
    assert drill.panicked == list(SITE_B)
    assert drill.online_on == ("hosta",)
    assert drill.disks.ejected == [(SITE_B, SITE_A)]
    assert drill.ha("hasys -state hostc", "hosta") == (0, "FAULTED\n")


def test_the_larger_part_goes_on_whoever_is_first() -> None:
    drill = FencedDrill()
    drill.cluster.partition([("hosta",)])
    drill.run(60)
    assert drill.panicked == ["hosta"]
    assert drill.online_on == ("hostb",)


@pytest.mark.parametrize(
    ("places", "online_on", "panicked"),
    [
        (THIRD_PLACE, "hosta", SITE_B),
        (MAJORITY_AT_A, "hosta", SITE_B),
        (("A", "B", "B"), "hostc", SITE_A),
    ],
)
def test_when_the_sites_reach_their_own_disks_only_the_majority_of_disks_decides(places, online_on, panicked) -> None:
    """The third place is reached by both: the first to come has it."""
    drill = FencedDrill(places)
    drill.disks.part_the_sites()
    drill.cluster.partition(SITES)
    drill.run(60)
    assert drill.panicked == list(panicked)
    assert drill.online_on == (online_on,)


def test_where_no_half_reaches_the_majority_both_panic() -> None:
    """The third place went first."""
    drill = FencedDrill()
    drill.disks.lose("third")
    drill.disks.part_the_sites()
    drill.cluster.partition(SITES)
    drill.run(60)
    assert drill.races() == [("hosta", ("A",), False), ("hostc", ("B",), False)]
    assert sorted(drill.panicked) == list(HOSTS)
    assert drill.online_on == ()


def test_the_dead_do_not_race() -> None:
    """A system dies: its survivors win and take over a second later than without fencing."""
    drill = FencedDrill()
    drill.crash("hosta")
    drill.run(60)
    assert drill.races() == [("hostb", THIRD_PLACE, True)]
    assert drill.online_on == ("hostb",)


def test_survivors_that_cannot_reach_the_majority_panic_too() -> None:
    """The price of a majority at one site: its loss is the loss of everything."""
    drill = FencedDrill(MAJORITY_AT_A)
    drill.disks.lose("A")
    for host in SITE_A:
        drill.crash(host)
    drill.run(60)
    assert drill.races() == [("hostc", ("B",), False)]
    assert drill.panicked == list(SITE_B)


def test_a_zombie_panics_when_it_is_heard_again() -> None:
    """It was ejected while it stood still."""
    drill = FencedDrill()
    drill.cluster.system_hung("hosta")
    drill.run(120)
    assert drill.online_on == ("hosta", "hostb")  # for hosta's engine no time has passed
    drill.cluster.system_resumed("hosta")
    drill.run(4)
    assert drill.panicked == []
    drill.run(60)
    assert drill.panicked == ["hosta"]
    assert EJECTED.id in drill.logged()
    assert drill.online_on == ("hostb",)


def test_with_fencing_the_last_link_in_jeopardy_is_a_partition_that_the_disks_decide() -> None:
    """Nothing has to be autodisabled where nobody can be alive on the other side."""
    drill = FencedDrill()
    for link in ("link1", "link2"):
        drill.cluster.cut_link("hosta", link)
        drill.run(60)
    assert drill.panicked == ["hosta"]
    assert drill.online_on == ("hostb",)


def test_an_engine_that_dies_alone_is_no_reason_to_race() -> None:
    drill = FencedDrill()
    drill.cluster.engine_dies("hosta")
    drill.run(100)
    assert drill.races() == []
    assert drill.online_on == ("hosta",)


def test_the_losers_come_back_when_the_partition_has_healed() -> None:
    """As joiners; before, GAB is not seeded, and seeded by hand they find the winners' keys and stop."""
    drill = FencedDrill()
    drill.cluster.partition(SITES)
    drill.run(60)
    for host in SITE_B:
        drill.cluster.system_joined(host)
    drill.run(60)
    assert PREEXISTING_SPLIT.id not in drill.logged()
    assert drill.ha("gabconfig -x", "hostc") == (0, "")
    drill.run(60)
    assert drill.ha("hasys -state", "hostc")[0] == 1
    assert PREEXISTING_SPLIT.id in drill.logged()
    drill.cluster.heal(SITES)
    drill.run(30)
    for host in SITE_B:
        assert drill.ha("hastart", host) == (0, "")
    drill.run(60)
    assert drill.ha("hasys -state hostd", "hosta") == (0, "RUNNING\n")
    assert drill.online_on == ("hosta",)
    assert drill.events(ConcurrencyViolation) == []
    assert drill.cluster.port("b", "hostc") == HOSTS


def test_after_the_death_of_all_the_first_that_boots_alone_finds_keys_and_an_operator_clears_them() -> None:
    """gabconfig -x, vxfenclearpre, then hastart."""
    drill = FencedDrill()
    for host in HOSTS:
        drill.crash(host)
    drill.run(100)
    drill.cluster.system_joined("hosta")
    drill.run(60)
    assert drill.ha("gabconfig -x", "hosta") == (0, "")
    drill.run(60)
    assert drill.ha("hastatus -sum", "hosta")[0] == 1
    assert drill.ha("vxfenclearpre", "hosta")[0] == 0
    drill.ha("hastart", "hosta")
    drill.run(60)
    assert drill.online_on == ("hosta",)
    assert drill.races() == []


def test_all_booted_at_once_start_without_an_operator() -> None:
    """All keys on the disks are of systems that are there."""
    drill = FencedDrill()
    for host in HOSTS:
        drill.crash(host)
    drill.run(100)
    for host in HOSTS:
        drill.cluster.system_joined(host)
    assert drill.run(60).online_on == ("hosta",)


def test_who_reaches_too_few_disks_does_not_join() -> None:
    drill = FencedDrill()
    drill.crash("hostd")
    drill.run(60)
    drill.disks.cut |= {("hostd", "A"), ("hostd", "third")}
    drill.cluster.system_joined("hostd")
    drill.run(60)
    assert FENCING_UNREACHABLE.id in drill.logged()
    assert drill.ha("hasys -state hostd", "hosta") == (0, "FAULTED\n")
    assert drill.cluster.port("b", "hosta") == ("hosta", "hostb", "hostc")


def test_stopped_by_force_and_started_again_one_by_one_no_key_is_in_the_way() -> None:
    """The driver runs on while engines come and go."""
    drill = FencedDrill()
    drill.cluster.stop_by_force(HOSTS)
    drill.run(100)
    for host in HOSTS:
        drill.cluster.system_joined(host)
        drill.run(60)
    assert drill.online_on == ("hosta",)
    assert drill.races() == []
