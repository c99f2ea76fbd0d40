"""Paths: port pairs with states and reasons, limits, and what comes back by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mirrordrill.simulator.array.connections.path_limits import PortUse
from mirrordrill.simulator.array.connections.paths import PathState
from mirrordrill.simulator.array.events import PathChanged
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal
from mirrordrill.simulator.array.plan import LinkPlan, PathPlan, PlanError, StoragePlan, VolumePlan
from tests.array.sites import VOLUMES, A, B, Site, plan_of

WWNN_B = "5005076303FFC150"
BLUE, GREEN = ("I0030", "I0231"), ("I0100", "I0301")


def two_links(**more: object) -> StoragePlan:
    """Each link with a port pair of its own, both used by all paths."""
    links = (LinkPlan("blue", (A, B), (BLUE,), 0), LinkPlan("green", (A, B), (GREEN,), 0))
    return replace(plan_of(), links=links, **more)  # type: ignore[arg-type]


def with_more_lsses(plan: StoragePlan, *lsses: int) -> StoragePlan:
    """A small volume on both arrays in each of these logical subsystems."""
    more = tuple(VolumePlan(f"{lss:02X}FF", 1000) for lss in lsses)
    return replace(plan, images=tuple(replace(image, volumes=image.volumes + more) for image in plan.images))


def shown(site: Site, image: str = A) -> list[tuple[str, str]]:
    """State and reason code of each port pair from LSS 12 of an image to LSS 12 of the other."""
    group = site.storage.image(image).paths.find(0x12, B if image == A else A, 0x12)
    return [(pair.state.value, pair.reason.code) for pair in group.ports] if group else []


def define(site: Site, *ports: tuple[str, str], lsses: tuple[int, int] = (0x12, 0x12), **how: object) -> bool:
    return site.storage.fabric.define_path(site.storage.image(A), lsses, WWNN_B, ports, **how)  # type: ignore[arg-type]


FAULTS: list[tuple[str, Callable[[Site], None], list[tuple[str, str]], str]] = [
    ("nothing", lambda s: None, [("Success", "13"), ("Success", "13")], "Success"),
    (
        "one link", lambda s: s.storage.fabric.set_link("blue", is_up=False),
        [("Failed", "14"), ("Success", "13")], "Degraded",
    ),
    (
        "the other way", lambda s: s.storage.fabric.set_link("blue", is_up=False, from_image=B),
        [("Success", "13")] * 2, "Success",
    ),
    (
        "both links", lambda s: [s.storage.fabric.set_link(each, is_up=False) for each in ("blue", "green")],
        [("Failed", "14")] * 2, "Failed",
    ),
    ("the far array", lambda s: s.storage.set_power(B, is_on=False), [("Failed", "17")] * 2, "Failed"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "strike", "ports", "group"), FAULTS, ids=[row[0] for row in FAULTS])
def test_each_port_pair_says_what_it_is_like(
    fault: str, strike: Callable[[Site], None], ports: list[tuple[str, str]], group: str
) -> None:
    """dscli.md 5.3: Success, Failed and its code; the whole is degraded while some of it works."""
    site = Site(two_links())
    strike(site)
    assert shown(site) == ports
    path = site.storage.image(A).paths.find(0x12, B, 0x12)
    assert path is not None
    assert path.state is PathState(group)


def test_paths_come_back_by_themselves_and_pairs_do_not() -> None:
    """dscli.md 5.3 and trap 6: after the return a resume is needed."""
    site = Site(two_links())
    site.storage.open_stream("app", 500, 10.0).start(A, VOLUMES, "hosta")
    for is_up in (False, True):
        for link in ("blue", "green"):
            site.storage.fabric.set_link(link, is_up=is_up)
        site.run(5)
    assert [(e.before, e.after) for e in site.events(PathChanged) if e.array == A] == [
        ("Success", "Degraded"), ("Degraded", "Failed"), ("Failed", "Degraded"), ("Degraded", "Success"),
    ]  # fmt: skip
    assert site.views() == ("Suspended, Internal Conditions Target", "Target Full Duplex")
    for volume in VOLUMES:
        site.ask("resume", A, volume)
    site.run(5)
    assert site.views() == ("Full Duplex", "Target Full Duplex")


def test_pairs_are_spread_over_the_links_of_their_path() -> None:
    """Two volumes of 1000 tracks over two links of 100 a second: as long as one over one."""
    links = tuple(replace(link, copy_tracks_per_s=100.0) for link in two_links().links)
    site = Site(replace(two_links(), links=links))
    for volume in VOLUMES:
        site.ask("remove", A, volume)
        site.storage.pairs.establish(site.volume(A, volume), site.volume(B, volume).address)
    site.run(10.6)
    assert [site.views(volume)[0] for volume in VOLUMES] == ["Full Duplex"] * 2


WRONG_PATHS = [
    ("a port that leads elsewhere", (("I0030", "I0301"),), {}, Refusal.NO_SUCH_PORTS),
    ("one of two ports leads elsewhere", (BLUE, ("I0030", "I0301")), {}, Refusal.NO_SUCH_PORTS),
    ("a local port that does not exist", (("I0777", "I0231"),), {}, Refusal.NO_SUCH_PORT),
    ("an attached port that does not exist", (BLUE, ("I0100", "I0777")), {}, Refusal.NO_SUCH_PORT),
    ("a host's port", (("I0001", "I0231"),), {}, Refusal.NO_SUCH_PORTS),
    ("no port", (), {}, Refusal.NO_SUCH_PORTS),
    ("more than eight port pairs", (BLUE,) * 9, {}, Refusal.NO_SUCH_PORTS),
    ("the SSID of another target", (BLUE,), {"ssids": (None, 0xFF13)}, Refusal.WRONG_SSID),
    ("the SSID of another source", (BLUE,), {"ssids": (0xFF13, None)}, Refusal.WRONG_SSID),
    ("a target LSS that does not exist", (BLUE,), {"lsses": (0x12, 0x21)}, Refusal.NO_SUCH_LSS),
    ("a source LSS that does not exist", (BLUE,), {"lsses": (0x20, 0x12)}, Refusal.NO_SUCH_LSS),
]


@pytest.mark.parametrize(
    ("ports", "how", "refusal"), [row[1:] for row in WRONG_PATHS], ids=[row[0] for row in WRONG_PATHS]
)
def test_a_wrong_path_is_refused_and_what_was_there_stays(
    ports: tuple[tuple[str, str], ...], how: dict[str, object], refusal: Refusal
) -> None:
    """The pairs mirror over the old definition as before; nothing is logged."""
    site = Site(two_links())
    with pytest.raises(ArrayRefusedError) as refused:
        define(site, *ports, **how)  # type: ignore[arg-type]
    assert refused.value.refusal is refusal
    assert shown(site) == [("Success", "13"), ("Success", "13")]
    assert site.volume(A).reaches_peer()
    assert [group.target_lss for group in site.storage.image(A).paths] == [0x12]
    assert site.events(PathChanged) == []


def test_the_ssids_of_both_ends_may_be_named() -> None:
    """`-srcss FF12 -tgtss FF12`."""
    site = Site(two_links())
    assert define(site, BLUE, ssids=(0xFF12, 0xFF12))
    assert shown(site) == [("Success", "13")]


def test_a_path_over_a_link_that_is_down_does_not_replace_one_that_works() -> None:
    """Blue is down and the path works over green; a definition over blue alone would throw that away."""
    site = Site(two_links())
    site.storage.fabric.set_link("blue", is_up=False)
    with pytest.raises(ArrayRefusedError) as refused:
        define(site, BLUE)
    assert refused.value.refusal is Refusal.NO_PATH
    assert shown(site) == [("Failed", "14"), ("Success", "13")]


def test_a_path_that_pairs_need_is_defined_while_its_link_is_down_and_works_when_that_is_back() -> None:
    """dscli.md 5.3: the definition stays where pairs need it; without pairs it is dropped."""
    site = Site(two_links())
    for link in ("blue", "green"):
        site.storage.fabric.set_link(link, is_up=False)
    assert not define(site, BLUE)
    assert shown(site) == [("Failed", "14")]
    site.storage.fabric.set_link("blue", is_up=True)
    assert shown(site) == [("Success", "13")]
    wide = Site(with_more_lsses(two_links(), 0x20))
    wide.storage.fabric.set_link("blue", is_up=False)
    with pytest.raises(ArrayRefusedError) as refused:
        define(wide, BLUE, lsses=(0x20, 0x20))
    assert refused.value.refusal is Refusal.NO_PATH
    assert wide.storage.image(A).paths.find(0x20, B, 0x20) is None


def test_an_lss_has_four_targets_at_most() -> None:
    """dscli.md section 7; replacing one of the four is no fifth."""
    site = Site(with_more_lsses(two_links(), 0x13, 0x14, 0x15, 0x16))
    for target in (0x13, 0x14, 0x15):
        define(site, BLUE, lsses=(0x12, target))
    with pytest.raises(ArrayRefusedError) as refused:
        define(site, BLUE, lsses=(0x12, 0x16))
    assert refused.value.refusal is Refusal.PATH_LIMIT
    define(site, GREEN, lsses=(0x12, 0x15))
    assert len(site.storage.image(A).paths.targets_of(0x12)) == 4


def test_a_link_carries_256_logical_paths() -> None:
    """dscli.md section 7: the next one is refused. The two that the pairs have count as well."""
    site = Site(with_more_lsses(two_links(), *range(4), *range(0x20, 0x22), *range(0x40, 0x80)))
    for number in range(254):
        assert define(site, BLUE, lsses=(number // 4 + 0x40, number % 4))
    assert define(site, GREEN, lsses=(0x20, 0x20))
    for ports in ((BLUE,), (BLUE, GREEN)):
        with pytest.raises(ArrayRefusedError) as refused:
            define(site, *ports, lsses=(0x21, 0x20))
        assert refused.value.refusal is Refusal.PATH_LIMIT


@pytest.mark.parametrize(
    ("others", "paths_each", "is_full"), [(8, 255, False), (8, 256, True), (125, 1, False), (126, 1, True)]
)
def test_a_port_has_limits_of_its_own(others: int, paths_each: int, is_full: bool) -> None:
    """2048 logical paths and 126 links a port, whichever end it is."""
    use = PortUse(())
    hub = (A, "I0030")
    for other in range(others):
        for _ in range(paths_each):
            use.add(hub, (B, f"port {other}"))
    assert use.is_full(hub, (B, "one more")) is is_full
    assert use.is_full((B, "one more"), hub) is is_full


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"paths": (PathPlan(A, 0x12, B, 0x12, ()),)}, "0 port pairs"),
        ({"paths": tuple(PathPlan(A, 0x12, B, lss, ("blue",)) for lss in range(5))}, "4 target LSSs"),
        ({"paths": (PathPlan(A, 0x12, B, 0x12, ("red",)),)}, "no link red"),
    ],
)
def test_planned_paths_keep_the_limits_too(change: dict[str, object], message: str) -> None:
    """A site that could not stand is not built."""
    with pytest.raises(PlanError, match=message):
        Site(two_links(**change))
