"""Copies: what is copied, how long it takes, and what links have to do with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.array.events import (
    CopyFinished,
    CopyInterrupted,
    CopyStarted,
    MirrorLinkChanged,
    PathChanged,
)
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal
from mirrordrill.simulator.array.plan import LinkPlan, PlanError
from tests.array.sites import LINK, VOLUMES, A, B, Site, plan_of


def written(site: Site, image_id: str, writes: int, name: str = "app") -> None:
    """So many writes over both volumes, then quiet."""
    stream = site.storage.open_stream(name, 500, 100.0)
    stream.start(image_id, VOLUMES, "host")
    site.run(writes / 100 + 0.001)
    stream.stop()


def test_only_changed_tracks_are_copied_back() -> None:
    """40 writes at B after the failover: 20 tracks a volume."""
    site = Site()
    for volume in VOLUMES:
        site.ask("failover", B, volume)
    written(site, B, 40)
    site.ask("failback", B)
    assert [event.tracks for event in site.events(CopyStarted)] == [20]


def test_changes_of_both_sides_are_united() -> None:
    """What A changed after the break is overwritten with B's tracks (dscli.md 3.2)."""
    site = Site()
    site.storage.fabric.set_link("blue", is_up=False)
    written(site, A, 80, "old")
    for volume in VOLUMES:
        site.ask("failover", B, volume)
    written(site, B, 40, "new")
    site.storage.fabric.set_link("blue", is_up=True)
    for volume in VOLUMES:
        site.ask("failback", B, volume)
    site.run(30)
    assert [event.tracks for event in site.events(CopyStarted)] == [40, 40]
    assert site.storage.missing("old", A, VOLUMES).writes == 80
    assert site.storage.missing("new", A, VOLUMES).writes == 0


def test_a_peer_in_no_pair_gets_everything() -> None:
    """Change recording is only good between the original peers (dscli.md trap 7)."""
    site = Site()
    site.ask("failover", B)
    site.ask("remove", A)
    site.ask("failback", B)
    assert [event.tracks for event in site.events(CopyStarted)] == [1000]


def test_copies_share_a_link() -> None:
    """1000 tracks at 100 a second, half of it while two copies run."""
    site = Site(plan_of(paired=False))
    site.storage.pairs.establish(site.volume(A), site.volume(B).address)
    site.run(5)
    site.storage.pairs.establish(site.volume(A, "1261"), site.volume(B, "1261").address)
    site.run(20)
    # 0.5 s of setting up, 5 s alone, 10 s shared; then the second one has 500 tracks and the link for itself.
    finished = [record.time_us for record in site.kernel.log if isinstance(record.event, CopyFinished)]
    assert finished == [15_500_000, 20_500_000]


def test_a_copy_breaks_off_with_its_link_and_remembers_what_is_left() -> None:
    """After the return the pair stays suspended; a resume copies the rest only (dscli.md trap 6)."""
    site = Site(plan_of(paired=False))
    site.storage.pairs.establish(site.volume(A), site.volume(B).address)
    site.run(4.5)
    site.storage.fabric.set_link("blue", is_up=False)
    assert [event.tracks for event in site.events(CopyInterrupted)] == [600]
    site.storage.fabric.set_link("blue", is_up=True)
    site.run(60)
    assert site.views() == ("Suspended, Internal Conditions Target", "Target Copy Pending")
    site.ask("resume", A)
    assert [event.tracks for event in site.events(CopyStarted)] == [1000, 600]


def test_one_of_two_links_is_enough() -> None:
    """A copy goes on over the other link of its path, from where it stood."""
    plan = plan_of(paired=False)
    links = (LINK, replace(LINK, name="green", copy_tracks_per_s=50.0))
    paths = tuple(replace(path, links=("blue", "green")) for path in plan.paths or ())
    site = Site(replace(plan, links=links, paths=paths))
    site.storage.pairs.establish(site.volume(A), site.volume(B).address)
    site.run(5.5)
    site.storage.fabric.set_link("blue", is_up=False)
    site.run(9.9)
    assert site.volume(A).changed.count() == pytest.approx(5, abs=1)
    site.run(0.2)
    assert site.views() == ("Full Duplex", "Target Full Duplex")
    assert {(event.before, event.after) for event in site.events(PathChanged)} == {("Success", "Degraded")}


def test_one_direction_can_fail_alone() -> None:
    """A -> B dead and B -> A alive: mirroring stops, a failback from B would work."""
    site = Site()
    site.storage.fabric.set_link("blue", is_up=False, from_image=A)
    assert [(event.from_array, event.is_up) for event in site.events(MirrorLinkChanged)] == [(A, False)]
    assert not site.volume(A).reaches_peer()
    assert site.volume(B).reaches_peer()


def test_a_lie_at_establishment_is_found_out() -> None:
    """Without copy the arrays believe in a duplex; the data do not follow."""
    site = Site(plan_of(paired=False))
    written(site, A, 40)
    for volume in VOLUMES:
        site.storage.pairs.establish(site.volume(A, volume), site.volume(B, volume).address, copy=False)
    assert site.views() == ("Full Duplex", "Target Full Duplex")
    assert site.storage.missing("app", B, VOLUMES).writes == 40
    site.ask("pause", A)
    site.ask("resume", A)
    site.run(2)
    assert [event.is_equal for event in site.events(CopyFinished)] == [False]


def test_unknown_things_are_named() -> None:
    """A plan or a fault that speaks of something else says of what."""
    with pytest.raises(PlanError, match="no link red"):
        Site().storage.fabric.set_link("red", is_up=False)
    with pytest.raises(PlanError, match="300 km"):
        LinkPlan("far", (A, B), distance_km=301)


@pytest.mark.parametrize(
    ("story", "tracks"),
    [
        ("nothing happened at A", 20),
        ("A was suspended by command", 20),
        ("A changed other tracks after the break", 60),
        ("A is simplex", 1000),
    ],
)
def test_a_failback_copies_what_the_other_side_makes_necessary(story: str, tracks: int) -> None:
    """dscli.md 3.2: changes at B, the union with those of A, or everything."""
    site = Site()
    written(site, A, 80, "before")
    if story == "A was suspended by command":
        site.ask("pause", A)
    if story == "A changed other tracks after the break":
        site.storage.fabric.set_link("blue", is_up=False)
        continued = site.storage.open_stream("old", 120, 100.0)
        continued.start(A, VOLUMES, "hosta")
        site.run(1.201)
        continued.stop()
        site.storage.fabric.set_link("blue", is_up=True)
    for volume in VOLUMES:
        site.ask("failover", B, volume)
    written(site, B, 40, "new")
    if story == "A is simplex":
        site.ask("remove", A)
    site.ask("failback", B)
    assert [event.tracks for event in site.events(CopyStarted)] == [tracks]


def test_a_failback_needs_volumes_of_one_size() -> None:
    """dscli.md 3.2, precondition 3; A left the pair and has grown since."""
    site = Site()
    site.ask("failover", B)
    site.ask("remove", A)
    site.storage.provisioning.expand(site.storage.image(A), 0x1260, 2000)
    with pytest.raises(ArrayRefusedError) as refused:
        site.ask("failback", B)
    assert refused.value.refusal is Refusal.SIZES_DIFFER
    assert site.views() == ("Simplex", "Suspended, Host Source")
