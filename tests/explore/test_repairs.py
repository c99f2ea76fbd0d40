"""A drawn night is right: no repair comes for what does not stand, so that no night is spoilt by the generator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrordrill.drills.explore.drawing.chance import chance_of
from mirrordrill.drills.explore.drawing.draw import Night, draw_night, vary_night
from mirrordrill.drills.explore.drawing.profiles import NAMES
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.drawing.strikes import draw_strike, kinds_of, strike_at
from mirrordrill.drills.explore.drawing.words import sentence_of
from mirrordrill.drills.faults import Target
from mirrordrill.drills.faults.clusters import DISKS_OUT_OF_REACH, HEARTBEATS_LOST
from mirrordrill.drills.faults.consoles import LIST_IN_PART
from mirrordrill.drills.sites import example_sites, find_site
from mirrordrill.simulator.site.site import load_site
from tests.random_sites.generator import random_site

TARGETS = {name: targets_of(find_site(name), name) for name in example_sites()}
LETS_COME_BACK = " come"
Standing = tuple[str, ...]


def things(words: str) -> Iterator[Standing]:
    """What a repair ends: its sentence and the names in it, each host for itself."""
    sentence = sentence_of(words).sentence
    values = sentence.values(words) or {}
    hosts = values.pop("hosts", "")
    for host in hosts.split(", "):
        yield (sentence.name, *values.values(), host)


def needless_repairs(night: Night) -> list[str]:
    """The repairs of a night that find nothing to end."""
    undo_of = {strike.words: strike.undo for strike in night.struck}
    standing: set[Standing] = set()
    needless = []
    for line in night.lines:
        if line.words in undo_of:
            standing.update(things(undo_of[line.words]) if undo_of[line.words] else ())
        elif line.words in undo_of.values() and LETS_COME_BACK not in line.words:
            its = set(things(line.words))
            if not its & standing:
                needless.append(line.words)
            standing -= its
    return needless


@pytest.mark.parametrize("site", TARGETS)
def test_no_repair_of_a_drawn_night_finds_nothing_to_end(site: str) -> None:
    """Whatever the profile; nor in a night that varies one that varies another."""
    for profile in NAMES:
        for seed in range(20):
            night = draw_night(TARGETS[site], profile, seed)
            assert needless_repairs(night) == [], (profile, seed)
            for later in (1000, 2000):
                night = vary_night(night, TARGETS[site], profile, seed + later)
                assert needless_repairs(night) == [], (profile, seed, later)


@pytest.mark.parametrize("site", TARGETS)
def test_a_repair_is_about_one_host_or_lets_hosts_come_back(site: str) -> None:
    """Two faults that share a host would share a part of their repairs, and the later repair would find nothing."""
    for kind in kinds_of(TARGETS[site]):
        strikes = (draw_strike(kind, TARGETS[site], chance_of(kind.name, number)) for number in range(30))
        undos = {strike.undo for strike in strikes if strike is not None}
        several = {undo for undo in undos if "," in undo and LETS_COME_BACK not in undo}
        assert not several or kind.target is Target.SIDES, kind.name


@pytest.mark.parametrize("seed", [1009, 1012])
def test_on_a_site_of_two_fenced_clusters_every_fault_can_be_injected(seed: int, tmp_path: Path) -> None:
    """Each cluster has coordinator disks of its own, and VolIds of one side stand in descending order: hosts were cut
    off from disks that they do not use, and the array was to carry out pairs that no command names first.
    """
    targets = targets_of(load_site(tuple(random_site(seed, tmp_path))), "rdc")
    users = {(place, host) for place, hosts in targets.disk_places for host in hosts}
    for number in range(100):
        cut = draw_strike(DISKS_OUT_OF_REACH, targets, chance_of("cut", number))
        assert cut is not None
        assert cut.names in users
    for host in targets.mirrored_hosts:
        part = strike_at(LIST_IN_PART, ("failoverpprc", host), targets, chance_of("part", host))
        done = part.names[-1].split(", ")
        assert any(sorted(its.volumes)[: len(done)] == done for its in targets.on(host)), host


def test_heartbeats_between_two_sides_come_back_once_whichever_side_was_named_first() -> None:
    """Mixed 7160034 of rdc: the second repair found nothing that stood, and the night was spoilt."""
    sides = ("hosta, hostb, hostd", "hostc")
    one, other = (
        strike_at(HEARTBEATS_LOST, names, TARGETS["rdc"], chance_of("x")).undo for names in (sides, sides[::-1])
    )
    assert one == other
