"""Rolling disasters: two LSSs with a link each, which die one after the other."""

from __future__ import annotations

import pytest

from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal
from mirrordrill.simulator.array.plan import ImagePlan, LinkPlan, PairPlan, PathPlan, StoragePlan, VolumePlan
from tests.array.sites import A, B, Site

SPREAD = ("1200", "1300")
PORTS = {"blue": (("I0030", "I0231"),), "green": (("I0100", "I0301"),)}


def rolling_site(consistency_group: bool) -> Site:
    volumes = tuple(VolumePlan(volume, 1000) for volume in SPREAD)
    return Site(
        StoragePlan(
            (ImagePlan(A, "5005076303FFC120", volumes), ImagePlan(B, "5005076303FFC150", volumes)),
            tuple(PairPlan(A, volume, B, volume) for volume in SPREAD),
            tuple(LinkPlan(name, (A, B), ports, distance_km=0) for name, ports in PORTS.items()),
            tuple(
                PathPlan(A, lss, B, lss, (link,), consistency_group) for lss, link in ((0x12, "blue"), (0x13, "green"))
            ),
        )
    )


def start(site: Site):
    stream = site.storage.open_stream("app", 500, 10.0)
    stream.start(A, SPREAD, "hosta")
    site.run(10.05)
    return stream


def freeze_both(site: Site) -> None:
    a, b = site.storage.image(A), site.storage.image(B)
    for lss in (0x12, 0x13):
        site.storage.consistency.freeze(a, lss, b, lss)


def test_without_a_consistency_group_a_rolling_disaster_breaks_the_write_order() -> None:
    """The second link carries later writes without the earlier ones of the first."""
    site = rolling_site(consistency_group=False)
    start(site)
    site.storage.fabric.set_link("blue", is_up=False)
    site.run(5)
    site.storage.fabric.set_link("green", is_up=False)
    site.run(5)
    assert not site.storage.is_consistent("app", B, SPREAD)


def test_long_busy_and_freeze_keep_the_write_order() -> None:
    """The first write that cannot be mirrored waits; automation freezes the rest; the target is a point in time."""
    site = rolling_site(consistency_group=True)
    stream = start(site)
    site.storage.fabric.set_link("blue", is_up=False)
    site.run(5)
    held = stream.acknowledged()
    assert held in (100, 101)
    freeze_both(site)
    site.storage.fabric.set_link("green", is_up=False)
    for lss in (0x12, 0x13):
        site.storage.consistency.thaw(site.storage.image(A), lss)
    site.run(5)
    assert stream.acknowledged() == held + 50
    assert site.storage.is_consistent("app", B, SPREAD)
    assert site.views("1300") == ("Suspended, Freeze", "Target Full Duplex")


def test_a_hold_ends_by_itself() -> None:
    """After 60 s without a freeze the application goes on, and the order is lost (dscli.md section 7)."""
    site = rolling_site(consistency_group=True)
    stream = start(site)
    site.storage.fabric.set_link("blue", is_up=False)
    site.run(50)
    held = stream.acknowledged()
    site.run(20)
    assert stream.acknowledged() > held
    assert not site.storage.is_consistent("app", B, SPREAD)


@pytest.mark.parametrize(("consistency_group", "writes_while_frozen"), [(True, 0), (False, 50)])
def test_a_freeze_holds_writes_only_inside_a_consistency_group(
    consistency_group: bool, writes_while_frozen: int
) -> None:
    """Without the attribute it suspends the pairs and removes the paths, and no more."""
    site = rolling_site(consistency_group)
    stream = start(site)
    before = stream.acknowledged()
    freeze_both(site)
    site.run(5)
    assert stream.acknowledged() == before + writes_while_frozen
    assert site.storage.image(A).paths.find(0x12, B, 0x12) is None


def test_after_a_freeze_the_paths_are_made_again_and_the_pairs_resumed() -> None:
    """The way back that the books describe (dscli.md section 4)."""
    site = rolling_site(consistency_group=True)
    start(site)
    freeze_both(site)
    with pytest.raises(ArrayRefusedError) as refused:
        site.ask("resume", A, "1200")
    assert refused.value.refusal is Refusal.NO_PATH
    for lss, link in ((0x12, "blue"), (0x13, "green")):
        site.storage.consistency.thaw(site.storage.image(A), lss)
        site.storage.fabric.define_path(site.storage.image(A), (lss, lss), "5005076303FFC150", PORTS[link])
    for volume in SPREAD:
        site.ask("resume", A, volume)
    site.run(60)
    assert [site.views(volume) for volume in SPREAD] == [("Full Duplex", "Target Full Duplex")] * 2
    assert site.storage.missing("app", B, SPREAD).writes == 0


def test_an_lss_can_make_all_its_paths_a_consistency_group() -> None:
    """`chlss -pprcconsistgrp enable -extlongbusy 20`, on a path without the attribute."""
    site = rolling_site(consistency_group=False)
    for lss in (0x12, 0x13):
        settings = site.storage.image(A).lss(lss)
        settings.consistency_group, settings.long_busy_s = True, 20.0
    stream = start(site)
    site.storage.fabric.set_link("blue", is_up=False)
    site.run(15)
    held = stream.acknowledged()
    assert held in (100, 101)
    site.run(10)
    assert stream.acknowledged() > held


def test_the_time_of_one_hold_does_not_end_the_next() -> None:
    """Frozen, thawed after 50 s, frozen again: the second hold has its own 60 s."""
    site = rolling_site(consistency_group=True)
    stream = start(site)
    freeze_both(site)
    site.run(50)
    for lss, link in ((0x12, "blue"), (0x13, "green")):
        site.storage.consistency.thaw(site.storage.image(A), lss)
        site.storage.fabric.define_path(
            site.storage.image(A), (lss, lss), "5005076303FFC150", PORTS[link], consistency_group=True
        )
    freeze_both(site)
    held = stream.acknowledged()
    site.run(55)
    assert stream.acknowledged() == held
    site.run(10)
    assert stream.acknowledged() > held


def test_an_array_without_power_holds_nothing() -> None:
    """What waited has failed; after the return nobody waits."""
    site = rolling_site(consistency_group=True)
    stream = start(site)
    freeze_both(site)
    site.storage.set_power(A, is_on=False)
    site.run(1)
    assert not stream.is_running
    site.storage.set_power(A, is_on=True)
    assert not site.storage.image(A).is_long_busy(0x12)
