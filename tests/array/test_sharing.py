"""How copies share links and arrays: fair, within every limit, and in closed form."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.simulator.array.events import CopyFinished
from mirrordrill.simulator.array.mirror.sharing import Limit, fair_rates
from mirrordrill.simulator.array.plan import ImagePlan, LinkPlan, PathPlan, PlanError, StoragePlan, VolumePlan
from tests.array.sites import LINK, VOLUMES, A, B, Site, plan_of


@dataclass(eq=False)
class Copies:
    limits: tuple[Limit, ...]
    running: int

    def set_each(self, tracks_per_s: float) -> None:
        raise AssertionError("rates are only worked out here")


@st.composite
def situations(draw: st.DrawFn) -> list[Copies]:
    limits = [Limit(draw(st.sampled_from([None, 1.0, 7.5, 100.0]))) for _ in range(draw(st.integers(0, 3)))]
    made = []
    for _ in range(draw(st.integers(1, 5))):
        shared = draw(st.lists(st.sampled_from(limits), unique_by=id, max_size=3)) if limits else []
        made.append(Copies((Limit(draw(st.sampled_from([3.0, 10.0, 60.0]))), *shared), draw(st.integers(0, 4))))
    return made


@given(situations())
def test_no_limit_is_exceeded_and_nobody_is_slower_than_necessary(sharers: list[Copies]) -> None:
    """Max-min fairness: every copy meets a full limit at which nobody else is faster."""
    rates = fair_rates(sharers)
    assert sorted(rates) == [place for place, each in enumerate(sharers) if each.running]

    def users(limit: Limit) -> list[int]:
        return [place for place in rates if limit in sharers[place].limits]

    def load(limit: Limit) -> float:
        return sum(rates[place] * sharers[place].running for place in users(limit))

    for place, rate in rates.items():
        real = [limit for limit in sharers[place].limits if limit.tracks_per_s is not None]
        assert all(load(limit) <= limit.tracks_per_s * (1 + 1e-9) for limit in real)
        assert any(
            load(limit) >= limit.tracks_per_s * (1 - 1e-9)
            and rate >= max(rates[other] for other in users(limit)) * (1 - 1e-9)
            for limit in real
        )


def three_arrays(limit_of_a: float | None) -> Site:
    """A mirrors one volume to B and one to C, over a link of 100 tracks a second each."""
    c = "IBM.2107-75FA1C0"
    volumes = tuple(VolumePlan(volume, 1000) for volume in VOLUMES)
    images = tuple(ImagePlan(name, f"5005076303FFC{name[-3:]}", volumes) for name in (A, B, c))
    images = (replace(images[0], copy_tracks_per_s=limit_of_a), *images[1:])
    links = (LINK, LinkPlan("green", (A, c), (("I0032", "I0232"),), copy_tracks_per_s=100.0))
    paths = (PathPlan(A, 0x12, B, 0x12, ("blue",)), PathPlan(A, 0x12, c, 0x12, ("green",)))
    site = Site(StoragePlan(images, (), links, paths))
    site.storage.pairs.establish(site.volume(A, "1260"), site.volume(B, "1260").address)
    site.storage.pairs.establish(site.volume(A, "1261"), site.volume(c, "1261").address)
    return site


def ends_s(site: Site) -> list[float]:
    return [record.time_us / 1e6 for record in site.kernel.log if isinstance(record.event, CopyFinished)]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, [10.5, 10.5]), (500.0, [10.5, 10.5]), (120.0, [pytest.approx(17.1667, abs=1e-3)] * 2)],
)
def test_an_array_can_be_narrower_than_its_links(limit: float | None, expected: list[float]) -> None:
    """Two links of 100 tracks a second from an array that reads 120."""
    site = three_arrays(limit)
    site.run(60)
    assert ends_s(site) == expected


def test_what_one_link_cannot_use_goes_to_the_other() -> None:
    """120 shared with a link of 20: the other copy gets 100."""
    site = three_arrays(120.0)
    site.storage.fabric.set_link_quality("green", copy_tracks_per_s=20.0)
    site.run(60)
    assert ends_s(site) == [10.5, pytest.approx(50.5)]


def test_a_limit_can_change_while_copies_run() -> None:
    """Half of it at full speed, the rest at a tenth, then without a limit."""
    site = Site(plan_of(paired=False))
    site.storage.pairs.establish(site.volume(A), site.volume(B).address)
    site.run(5.5)
    site.storage.fabric.set_image_copy_rate(site.storage.image(B), 10.0)
    site.run(10)
    assert site.volume(A).changed.count() == 400
    site.storage.fabric.set_image_copy_rate(site.storage.image(B), None)
    site.run(4.1)
    assert ends_s(site) == [pytest.approx(19.5)]


def test_a_copy_rate_is_above_zero() -> None:
    """A copy that never ends is a fault of the plan."""
    with pytest.raises(PlanError, match="copy rate"):
        ImagePlan(A, "5005076303FFC120", (), copy_tracks_per_s=0.0)
