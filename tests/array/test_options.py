"""What can be asked for beyond mirroring: critical mode, target read, reservations, Global Copy, changes of paths."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.array.events import PathChanged, ReservationChanged, WriteRefused
from mirrordrill.simulator.array.mirror.pairs import Wishes
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, PairType, Reason, Refusal, View
from mirrordrill.simulator.array.plan import PlanError
from mirrordrill.simulator.array.storage_image import Address
from tests.array.sites import VOLUMES, A, B, Site, plan_of


def establish(site: Site, **wishes: object) -> None:
    for volume in VOLUMES:
        site.storage.pairs.establish(
            site.volume(A, volume),
            Address(B, volume),
            copy=False,
            wishes=Wishes(**wishes),  # type: ignore[arg-type]
        )


@pytest.mark.parametrize(("critical_mode", "is_running"), [(False, True), (True, False)])
def test_critical_mode_refuses_what_cannot_be_mirrored(critical_mode: bool, is_running: bool) -> None:
    """Off: availability first. On: no write without its copy (dscli.md section 4)."""
    site = Site(plan_of(paired=False))
    establish(site, critical_mode=critical_mode)
    stream = site.storage.open_stream("app", 500, 10.0)
    stream.start(A, VOLUMES, "hosta")
    site.run(10.05)
    site.storage.fabric.set_link("blue", is_up=False)
    site.run(10)
    assert stream.is_running is is_running
    assert (stream.acknowledged() == 100) is critical_mode
    assert len(site.events(WriteRefused)) == int(critical_mode)


def test_critical_mode_does_not_refuse_after_a_pause_by_command() -> None:
    """Somebody wanted it so."""
    site = Site(plan_of(paired=False))
    establish(site, critical_mode=True)
    stream = site.storage.open_stream("app", 500, 10.0)
    stream.start(A, VOLUMES, "hosta")
    for volume in VOLUMES:
        site.ask("pause", A, volume)
    site.run(10)
    assert stream.is_running


def test_a_target_can_be_read_only_if_the_pair_says_so() -> None:
    """`-tgtread`."""
    site = Site(plan_of(paired=False))
    establish(site, target_read=True)
    assert site.storage.is_readable(B, "1260")
    assert not site.storage.is_host_writable(B, "1260")
    assert not Site().storage.is_readable(B, "1260")


def test_a_reserve_left_behind_blocks_the_failback() -> None:
    """A dead node's reserve on the old primary (dscli.md trap 18); `-resetreserve` takes it away."""
    site = Site()
    site.storage.reserve(A, "1260", "hosta")
    site.ask("failover", B)
    with pytest.raises(ArrayRefusedError) as refused:
        site.ask("failback", B)
    assert refused.value.refusal is Refusal.RESERVED
    site.storage.pairs.failback(site.volume(B), Address(A, "1260"), Wishes(reset_reserve=True))
    assert site.volume(A).reserved_by == ""


def test_global_copy_stays_in_copy_pending_for_ever() -> None:
    """Which is how the agent recognises, and refuses, it."""
    site = Site(plan_of(paired=False))
    wishes = Wishes(pair_type=PairType.GLOBAL_COPY)
    site.storage.pairs.establish(site.volume(A), Address(B, "1260"), wishes=wishes)
    site.run(3600)
    assert site.views() == ("Copy Pending", "Target Copy Pending")
    assert site.volume(A).changed.count() == 0


def test_a_site_can_start_in_the_middle_of_trouble() -> None:
    """As captured: what each side thought, and a first copy that goes on."""
    plan = plan_of()
    first, second = plan.pairs
    first = replace(first, source_view=View.SUSPENDED, source_reason=Reason.INTERNAL_CONDITIONS_TARGET)
    second = replace(second, source_view=View.COPY_PENDING, target_view=View.TARGET_COPY_PENDING)
    site = Site(replace(plan, pairs=(first, second)))
    assert site.views("1260") == ("Suspended, Internal Conditions Target", "Target Full Duplex")
    site.run(12)
    assert site.views("1261") == ("Full Duplex", "Target Full Duplex")


def test_a_path_in_use_is_not_removed_without_force() -> None:
    """And its pairs notice at their next write."""
    site = Site()
    a, b = site.storage.image(A), site.storage.image(B)
    with pytest.raises(ArrayRefusedError) as refused:
        site.storage.fabric.remove_path(a, (0x12, 0x12), b)
    assert refused.value.refusal is Refusal.PATH_IN_USE
    site.storage.fabric.remove_path(a, (0x12, 0x12), b, is_forced=True)
    assert [(event.before, event.after) for event in site.events(PathChanged)] == [("Success", "-")]
    assert site.views() == ("Full Duplex", "Target Full Duplex")
    assert not site.volume(A).reaches_peer()


def test_a_slower_link_slows_writes_and_copies() -> None:
    """Added latency is a fault of its own."""
    site = Site()
    stream = site.storage.open_stream("app", 500, 1000.0)
    stream.start(A, VOLUMES, "hosta")
    site.storage.fabric.set_link_quality("blue", extra_delay_us=1000.0)
    site.run(10)
    assert stream.acknowledged() == 5000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_volume": "1270"}, "1270 is not planned"),
        ({"target_image": A, "target_volume": "1261"}, "one pair only"),
        ({"target_volume": "1261"}, "one pair only"),
        ({"source_image": "IBM.2107-75XXXXX"}, "not planned; there are"),
    ],
)
def test_a_plan_that_contradicts_itself_says_where(change: dict[str, str], message: str) -> None:
    """Before anything runs."""
    plan = plan_of()
    first, second = plan.pairs
    with pytest.raises(PlanError, match=message):
        Site(replace(plan, pairs=(second, replace(first, **change))))


def test_a_reservation_keeps_other_hosts_from_writing() -> None:
    """The one that holds it goes on; another one's write is refused until it is released."""
    site = Site()
    stream = site.storage.open_stream("app", 500, 10.0)
    stream.start(A, VOLUMES, "hosta")
    site.storage.reserve(A, "1260", "hosta")
    site.run(1.05)
    assert stream.acknowledged() == 10
    site.storage.reserve(A, "1260", "hostb")
    site.run(1)
    assert not stream.is_running
    assert [event.refused_because for event in site.events(WriteRefused)] == ["reserved by hostb"]
    assert [event.host for event in site.events(ReservationChanged)] == ["hosta", "hostb"]
