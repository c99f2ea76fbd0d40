"""Applications that write: pace, trouble, and what it costs to simulate them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.array.content.streams import RefusedWrite
from mirrordrill.simulator.array.events import StreamStopped, WriteCostChanged, WriteRefused, WritesLanded
from mirrordrill.simulator.array.mirror.states import View
from tests.array.sites import LINK, VOLUMES, A, B, Site, plan_of


def application(site: Site, rate_per_s: float = 10.0, name: str = "app"):
    return site.storage.open_stream(name, 500, rate_per_s)


def test_writes_are_acknowledged_at_the_rate() -> None:
    """Write k at (k + 1) / rate."""
    site = Site()
    stream = application(site)
    stream.start(A, VOLUMES, "hosta")
    site.run(0.99)
    assert stream.acknowledged() == 9
    site.run(0.02)
    assert stream.acknowledged() == 10


def test_distance_slows_a_mirrored_write_only() -> None:
    """100 km cost 1 ms a write; a suspended pair does not wait for them."""
    site = Site(plan_of(link=replace(LINK, distance_km=100)))
    stream = application(site, 1000.0)
    stream.start(A, VOLUMES, "hosta")
    site.run(10)
    assert stream.acknowledged() == 5000
    for volume in VOLUMES:
        site.ask("pause", A, volume)
    site.run(10)
    assert stream.acknowledged() == 15000


@pytest.mark.parametrize(("distance_km", "expected_delay_s"), [(0, 0.0), (10, 0.0001), (100, 0.001), (300, 0.003)])
def test_what_a_write_waits_for_the_mirror_follows_the_distance(distance_km: float, expected_delay_s: float) -> None:
    """About 1 ms per 100 km, up to 300 km (dscli.md section 7); the rate that is achieved shows it."""
    site = Site(plan_of(link=replace(LINK, distance_km=distance_km)))
    stream = application(site, 1000.0)
    stream.start(A, VOLUMES, "hosta")
    cost = stream.write_cost()
    assert cost.mirror_delay_s == pytest.approx(expected_delay_s)
    assert cost.rate_per_s == pytest.approx(1 / (0.001 + expected_delay_s))
    site.run(60)
    assert stream.acknowledged() == pytest.approx(60 * cost.rate_per_s, abs=1)


def test_a_change_of_the_cost_is_told() -> None:
    """A slow link, then no mirror at all; nobody writing costs nothing."""
    site = Site(plan_of(link=replace(LINK, distance_km=100)))
    stream = application(site)
    stream.start(A, VOLUMES, "hosta")
    undo = site.storage.faults.slow_link("blue", 500)
    for volume in VOLUMES:
        site.ask("pause", A, volume)
    undo()
    assert [event.mirror_delay_us for event in site.events(WriteCostChanged)] == [1500, 0]
    stream.stop()
    assert stream.write_cost() == (0.0, 0.0)


def test_a_full_duplex_pair_has_every_acknowledged_write_on_both_sides() -> None:
    """Synchronous means: on both arrays before the acknowledgement."""
    site = Site()
    application(site).start(A, VOLUMES, "hosta")
    site.run(100)
    assert site.storage.missing("app", B, VOLUMES).writes == 0
    assert site.storage.is_consistent("app", B, VOLUMES)


def test_a_dead_link_is_noticed_by_the_next_write_and_volume_by_volume() -> None:
    """Each volume's own next write suspends it; the target is not told."""
    site = Site()
    application(site).start(A, VOLUMES, "hosta")
    site.run(10.05)
    site.storage.fabric.set_link("blue", is_up=False)
    assert site.views("1260")[0] == "Full Duplex"
    site.run(0.06)
    first = {volume: site.views(volume)[0] for volume in VOLUMES}
    assert sorted(first.values()) == ["Full Duplex", "Suspended, Internal Conditions Target"]
    site.run(0.1)
    assert [site.views(volume)[1] for volume in VOLUMES] == ["Target Full Duplex"] * 2


def test_loss_is_counted_in_writes_and_seconds() -> None:
    """The recovery point after 20 s without a link: 200 writes, 20 s."""
    site = Site()
    application(site).start(A, VOLUMES, "hosta")
    site.run(10.05)
    site.storage.fabric.set_link("blue", is_up=False)
    site.run(20)
    lost = site.storage.missing("app", B, VOLUMES)
    assert (lost.writes, lost.first, lost.behind_s) == (200, 100, pytest.approx(20.0))


def test_an_application_notices_that_its_volume_became_a_target() -> None:
    """Its next write is refused, it stops, and whoever listens is told once."""
    site = Site()
    heard: list[RefusedWrite] = []
    site.storage.on_write_refused.append(heard.append)
    stream = application(site)
    stream.start(A, VOLUMES, "hosta")
    site.run(10.05)
    site.ask("failover", B)
    site.ask("failback", B)
    site.run(1)
    assert heard == [RefusedWrite("app", "hosta", A, "1260", "Target Copy Pending")]
    assert not stream.is_running
    assert len(site.events(WriteRefused)) == len(site.events(StreamStopped)) == 1


def test_a_lost_array_refuses_and_its_data_comes_back_with_it() -> None:
    """What was written stays written."""
    site = Site()
    stream = application(site)
    stream.start(A, VOLUMES, "hosta")
    site.run(10.05)
    site.storage.set_power(A, is_on=False)
    site.run(10)
    assert not stream.is_running
    assert not site.storage.is_host_writable(A, "1260")
    site.storage.set_power(A, is_on=True)
    assert site.storage.missing("app", A, VOLUMES).writes == 0
    assert site.views() == ("Full Duplex", "Target Full Duplex")


def test_a_takeover_without_loss_goes_on_with_the_next_number() -> None:
    """The manual's migration: stop at A, fail over, fail back, go on at B; then A follows."""
    site = Site()
    stream = application(site)
    stream.start(A, VOLUMES, "hosta")
    site.run(10.05)
    stream.stop()
    for volume in VOLUMES:
        site.ask("failover", B, volume)
        site.ask("failback", B, volume)
    stream.start(B, VOLUMES, "hostc")
    site.run(60)
    assert stream.acknowledged() == 700
    assert site.storage.missing("app", A, VOLUMES).writes == 0
    assert site.storage.is_consistent("app", A, VOLUMES)


def test_a_half_finished_copy_is_not_a_point_in_time() -> None:
    """The target of a copy holds later writes without earlier ones; the state says so too."""
    site = Site()
    stream = application(site, 100.0)
    site.ask("pause", A)
    site.ask("pause", A, "1261")
    stream.start(A, VOLUMES, "hosta")
    site.run(3)
    stream.stop()
    assert site.storage.is_consistent("app", B, VOLUMES)
    site.ask("resume", A)
    site.run(1.0)
    assert site.volume(B).view is View.TARGET_COPY_PENDING
    assert not site.storage.is_consistent("app", B, VOLUMES)


def test_after_a_lossy_takeover_the_new_branch_is_consistent_and_the_old_one_diverged() -> None:
    """Both copies are points in time of some branch; neither contains the other."""
    site = Site()
    stream = application(site)
    stream.start(A, VOLUMES, "hosta")
    site.run(10.05)
    site.storage.fabric.set_link("blue", is_up=False)
    site.run(10)
    stream.stop()
    for volume in VOLUMES:
        site.ask("failover", B, volume)
    stream.start(B, VOLUMES, "hostc")
    site.run(10)
    split = site.storage.divergence("app", (A, VOLUMES), (B, VOLUMES))
    assert (split.only_first, split.only_second) == (100, 100)
    assert site.storage.is_consistent("app", A, VOLUMES)
    assert site.storage.is_consistent("app", B, VOLUMES)


@pytest.mark.parametrize("rate_per_s", [1.0, 100_000.0])
def test_the_cost_of_a_run_does_not_grow_with_the_write_rate(rate_per_s: float) -> None:
    """A day of writing, a link loss and a resynchronisation: the same number of simulated events and records."""
    site = Site()
    stream = application(site, rate_per_s)
    stream.start(A, VOLUMES, "hosta")
    steps = 0
    for seconds, is_up in ((40_000, False), (20_000, True), (26_400, True)):
        site.kernel.env.timeout(seconds)
        while site.kernel.env.peek() < float("inf"):
            site.kernel.env.step()
            steps += 1
        site.storage.fabric.set_link("blue", is_up=is_up)
    assert stream.acknowledged() == pytest.approx(86_400 * rate_per_s, rel=1e-6)
    assert steps < 10
    assert len(site.events(WritesLanded)) < 10


def test_stopping_twice_is_one_stop() -> None:
    """Whoever stops an application need not know whether it still runs."""
    site = Site()
    stream = application(site)
    stream.start(A, VOLUMES, "hosta")
    stream.stop()
    stream.stop()
    assert len(site.events(StreamStopped)) == 1


@pytest.mark.parametrize(("volumes", "message"), [((), "at least one"), (("1260",), "same number")])
def test_a_stream_keeps_its_number_of_volumes(volumes: tuple[str, ...], message: str) -> None:
    """Which write goes where depends on it."""
    site = Site()
    stream = application(site)
    stream.start(A, VOLUMES, "hosta")
    stream.stop()
    with pytest.raises(ValueError, match=message):
        stream.start(A, volumes, "hosta")
