"""FlashCopy and lost disks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.array.events import FlashCopyTaken
from mirrordrill.simulator.array.flash import FlashOptions
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal
from mirrordrill.simulator.array.plan import VolumePlan
from tests.array.sites import VOLUMES, A, B, Site, plan_of

PRACTICE = ("1360", "1361")


def practice_site() -> Site:
    plan = plan_of()
    extra = tuple(VolumePlan(volume, 1000) for volume in PRACTICE)
    return Site(replace(plan, images=tuple(replace(image, volumes=image.volumes + extra) for image in plan.images)))


PLAIN = FlashOptions()


def flash_all(site: Site, options: FlashOptions = PLAIN) -> None:
    for source, target in zip(VOLUMES, PRACTICE, strict=True):
        site.storage.flash.make(site.volume(B, source), site.volume(B, target), options)


def test_a_practice_copy_of_the_mirrored_side_holds_that_moment() -> None:
    """Taken at B while A writes: a point in time, and it stays where it was."""
    site = practice_site()
    stream = site.storage.open_stream("app", 500, 10.0)
    stream.start(A, VOLUMES, "hosta")
    site.run(10.05)
    flash_all(site)
    site.run(10)
    assert site.storage.missing("app", B, PRACTICE).writes == 100
    assert site.storage.is_consistent("app", B, PRACTICE)
    assert site.storage.missing("app", B, VOLUMES).writes == 0
    assert len(site.events(FlashCopyTaken)) == 2


def test_a_recorded_relation_can_be_brought_up_to_date() -> None:
    """And is persistent for that."""
    site = practice_site()
    site.storage.open_stream("app", 500, 10.0).start(A, VOLUMES, "hosta")
    flash_all(site, FlashOptions(records=True))
    site.run(10.05)
    for source, target in zip(VOLUMES, PRACTICE, strict=True):
        site.storage.flash.resynchronize(site.volume(B, source), site.volume(B, target))
    assert site.storage.missing("app", B, PRACTICE).writes == 0


def test_a_relation_ends_with_its_background_copy_unless_it_persists() -> None:
    """1000 tracks take a twentieth of a second."""
    site = practice_site()
    flash_all(site)
    assert len(site.storage.flash.relations()) == 2
    site.run(1)
    assert site.storage.flash.relations() == []
    flash_all(site, FlashOptions(persists=True))
    site.run(1)
    site.storage.flash.remove(site.volume(B, "1260"), site.volume(B, "1360"))
    assert [each.target.volume_id for each in site.storage.flash.relations()] == ["1361"]


@pytest.mark.parametrize(
    ("source", "target", "refusal"),
    [
        ((B, "1260"), (A, "1360"), Refusal.NOT_ON_THIS_IMAGE),
        ((B, "1360"), (B, "1260"), Refusal.ALREADY_PAIRED),
        ((B, "1360"), (B, "1360"), Refusal.IN_FLASH_COPY),
    ],
)
def test_a_flash_copy_is_refused_where_it_would_harm(
    source: tuple[str, str], target: tuple[str, str], refusal: Refusal
) -> None:
    """Across arrays, onto a mirrored volume, onto itself."""
    site = practice_site()
    with pytest.raises(ArrayRefusedError) as refused:
        site.storage.flash.make(site.volume(*source), site.volume(*target))
    assert refused.value.refusal is refusal


def test_lost_disks_at_the_target_suspend_and_at_the_source_refuse() -> None:
    """One rank gone, the array alive."""
    site = Site()
    stream = site.storage.open_stream("app", 500, 10.0)
    stream.start(A, VOLUMES, "hosta")
    site.run(10.05)
    site.storage.set_volume_lost(B, "1260", is_lost=True)
    site.run(1)
    assert site.views("1260")[0] == "Suspended, Internal Conditions Target"
    assert site.views("1261")[0] == "Full Duplex"
    site.storage.set_volume_lost(A, "1261", is_lost=True)
    site.run(1)
    assert not stream.is_running
    with pytest.raises(ArrayRefusedError):
        site.ask("failover", B, "1260")
    site.ask("failover", B, "1261")
    assert site.storage.is_host_writable(B, "1261")
