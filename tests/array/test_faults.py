"""Every fault of arrays and links: what it does, and that its undo takes it away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mirrordrill.simulator.array.events import (
    CopyInterrupted,
    ManagementChanged,
    MirrorLinkChanged,
    VolumeAccessChanged,
)
from mirrordrill.simulator.array.faults import StorageFaults
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError
from mirrordrill.simulator.array.plan import LinkPlan, PlanError, PoolPlan, StoragePlan
from mirrordrill.simulator.kernel.effects import Effect
from tests.array.sites import VOLUMES, A, B, Site, plan_of

Strike = Callable[[StorageFaults], Effect]

STRIKES: dict[str, Strike] = {
    "lose_link": lambda f: f.lose_link("blue"),
    "lose_all_links": lambda f: f.lose_all_links(A, B),
    "lose_direction": lambda f: f.lose_direction(B, A),
    "flap_link": lambda f: f.flap_link("blue", 2, 3),
    "slow_link": lambda f: f.slow_link("blue", 1000),
    "narrow_link": lambda f: f.narrow_link("blue", 10),
    "lose_array": lambda f: f.lose_array(A),
    "restart_array": lambda f: f.restart_array(B),
    "lose_management": lambda f: f.lose_management(A),
    "slow_management": lambda f: f.slow_management(A, 5),
    "lose_data": lambda f: f.lose_data(B),
    "lose_rank": lambda f: f.lose_rank(B, "R0"),
    "lose_volume": lambda f: f.lose_volume(A, "1260"),
}


def two_links() -> StoragePlan:
    """The second link with ports of its own."""
    plan = plan_of()
    green = LinkPlan("green", (A, B), (("I0132", "I0333"),), distance_km=0, copy_tracks_per_s=100.0)
    return replace(plan, links=(*plan.links, green))


def condition(site: Site) -> dict[str, object]:
    """Everything that a fault can change, and no consequence of it."""
    storage = site.storage
    images = [storage.image(name) for name in storage.image_ids()]
    links = [link for image in images for link in storage.fabric.links_of(image)]
    return {
        "links": [(link.is_up, link.extra_delay_us, link.pool.limits[0].tracks_per_s) for link in links],
        "images": [(i.is_on, i.is_restarting, i.is_managed, i.answer_delay_s) for i in images],
        "lost": [volume.lost_by for image in images for volume in image.volumes()],
        "paths": [[pair.state for pair in group.ports] for image in images for group in image.paths],
    }


def test_every_fault_is_in_the_table() -> None:
    """A fault without a case would be one that nobody has tried to undo."""
    assert set(STRIKES) == {name for name in vars(StorageFaults) if not name.startswith("_")}


@pytest.mark.parametrize("name", STRIKES)
def test_a_fault_changes_something_and_its_undo_takes_it_away(name: str) -> None:
    """Once, and again for whoever does not know that it was undone already."""
    site = Site(two_links())
    before = condition(site)
    undo = STRIKES[name](site.storage.faults)
    assert condition(site) != before
    undo()
    undo()
    assert condition(site) == before
    site.run(60)
    assert condition(site) == before


@pytest.mark.parametrize("name", STRIKES)
def test_faults_that_overlap_add_up(name: str) -> None:
    """The first undo of two equal faults leaves the second one standing."""
    site = Site(two_links())
    first, second = STRIKES[name](site.storage.faults), STRIKES[name](site.storage.faults)
    first()
    alone = Site(two_links())
    STRIKES[name](alone.storage.faults)
    assert condition(site) == condition(alone)
    second()
    assert condition(site) == condition(Site(two_links()))


def test_delays_are_added_and_the_narrowest_rate_holds() -> None:
    """Two measures on one link."""
    site = Site(two_links())
    faults = site.storage.faults
    undo = [faults.slow_link("blue", 300), faults.slow_link("blue", 700)]
    undo += [faults.narrow_link("blue", 50), faults.narrow_link("blue", 20), faults.narrow_link("blue", 70)]
    link = site.storage.fabric.links_of(site.storage.image(A))[0]
    assert (link.extra_delay_us, link.pool.limits[0].tracks_per_s) == (1000, 20)
    undo[0]()
    undo[3]()
    assert (link.extra_delay_us, link.pool.limits[0].tracks_per_s) == (700, 50)


@pytest.mark.parametrize(
    ("strike", "message"),
    [
        (lambda f: f.lose_link("red"), "no link red; there are blue"),
        (lambda f: f.lose_link("blue", "IBM.2107-75XXXXX"), "does not start at"),
        (lambda f: f.lose_all_links(A, A), "no link between"),
        (lambda f: f.flap_link("blue", 0, 1), "down for 0 s"),
        (lambda f: f.narrow_link("blue", 0), "above zero"),
        (lambda f: f.slow_link("red", 1), "no link red"),
        (lambda f: f.lose_array("IBM.2107-75XXXXX"), "no storage image"),
        (lambda f: f.lose_rank(A, "R99"), "no rank R99"),
        (lambda f: f.lose_volume(A, "1299"), "no volume 1299"),
    ],
)
def test_a_fault_of_something_else_says_what_there_is(strike: Strike, message: str) -> None:
    """And nothing has happened."""
    site = Site()
    before = condition(site)
    with pytest.raises(PlanError, match=message):
        strike(site.storage.faults)
    assert condition(site) == before


def test_a_link_flaps_until_it_is_stopped() -> None:
    """Down for 2 s, up for 3, from now on."""
    site = Site()
    stop = site.storage.faults.flap_link("blue", 2, 3, A)
    site.run(11)
    stop()
    site.run(60)
    changes = [
        (record.time_us // 10**6, record.event.is_up)
        for record in site.kernel.log
        if isinstance(record.event, MirrorLinkChanged)
    ]
    assert changes == [(0, False), (2, True), (5, False), (7, True), (10, False), (11, True)]


def application(site: Site, rate_per_s: float = 10.0):
    stream = site.storage.open_stream("app", 500, rate_per_s)
    stream.start(A, VOLUMES, "hosta")
    site.run(10.05)
    return stream


@pytest.mark.parametrize("image", [A, B])
def test_a_warm_restart_is_waited_for(image: str) -> None:
    """Of either array: writes wait, nothing is suspended, nothing is lost, and then they go on."""
    site = Site()
    stream = application(site)
    site.storage.faults.restart_array(image, lasts_s=8)
    with pytest.raises(ArrayRefusedError):
        site.ask("failover", image if image == B else A)
    site.run(7.9)
    assert stream.acknowledged() == 100
    site.run(10.1)
    assert stream.acknowledged() == 200
    assert site.views() == ("Full Duplex", "Target Full Duplex")
    assert site.storage.missing("app", B, VOLUMES).writes == 0


def test_a_copy_waits_for_a_warm_restart_too() -> None:
    """It goes on from where it stood."""
    site = Site(plan_of(paired=False))
    site.storage.pairs.establish(site.volume(A), site.volume(B).address)
    site.run(5.5)
    site.storage.faults.restart_array(B, lasts_s=30)
    site.run(20)
    assert site.volume(A).changed.count() == 500
    site.run(15.1)
    assert site.views() == ("Full Duplex", "Target Full Duplex")
    assert not site.events(CopyInterrupted)


def test_power_back_brings_what_was_durable() -> None:
    """Writes, states, changed tracks and copied tracks: yes. Reservations and held writes: no."""
    site = Site()
    stream = application(site)
    site.ask("pause", A)
    site.run(10)
    stream.stop()
    site.storage.reserve(A, "1261", "hosta")
    site.ask("resume", A)
    site.run(0.7)
    undo = site.storage.faults.lose_array(A)
    left = site.volume(A).changed.count()
    assert left == pytest.approx(30, abs=1)
    site.run(600)
    undo()
    assert site.volume(A).changed.count() == left
    assert site.volume(A, "1261").reserved_by == ""
    assert site.views() == ("Suspended, Internal Conditions Target", "Target Copy Pending")
    assert site.storage.missing("app", A, VOLUMES).writes == 0
    site.ask("resume", A)
    site.run(5)
    assert site.storage.missing("app", B, VOLUMES).writes == 0


def test_management_and_data_fail_apart() -> None:
    """Management lost while data flow; data lost while management answers."""
    site = Site()
    stream = application(site)
    undo = site.storage.faults.lose_management(A)
    site.run(10)
    assert stream.acknowledged() == 200
    assert not site.storage.image(A).answers_consoles
    undo()
    site.storage.faults.lose_data(A)
    site.run(1)
    assert site.storage.image(A).answers_consoles
    assert not stream.is_running
    assert [event.is_answering for event in site.events(ManagementChanged)] == [False, True]


def test_a_lost_rank_takes_its_volumes_only() -> None:
    """And a volume hit twice is back with the second undo."""
    images = tuple(replace(image, pools=(PoolPlan("P0", 2), PoolPlan("P1", 2))) for image in plan_of().images)
    site = Site(replace(plan_of(), images=images))
    faults = site.storage.faults
    rank, volume = faults.lose_rank(B, "R0"), faults.lose_volume(B, "1260")
    assert [site.volume(B, each).is_accessible for each in VOLUMES] == [False, True]
    rank()
    assert not site.volume(B).is_accessible
    volume()
    assert site.volume(B).is_accessible
    assert [event.is_accessible for event in site.events(VolumeAccessChanged)] == [False, True]
