"""What an array is made of, and volumes that come and go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mirrordrill.simulator.array.flash import FlashOptions
from mirrordrill.simulator.array.inventory import Inventory, wwpn_of
from mirrordrill.simulator.array.plan import (
    GIBIBYTE_TRACKS,
    HostConnectionPlan,
    ImagePlan,
    PlanError,
    PoolPlan,
    VolumeGroupPlan,
    VolumePlan,
)
from mirrordrill.simulator.array.provisioning import ProvisioningRefusal, ProvisioningRefusedError
from tests.array.sites import VOLUMES, A, B, Site, plan_of

WWNN = "5005076304FFD7EA"
SMALL = ImagePlan(A, WWNN, (), pools=(PoolPlan("P0", 2, 10), PoolPlan("P1", 2, 10)))


def small_site() -> Site:
    """Two pools of two ranks of 10 GiB; nothing on them."""
    plan = plan_of(paired=False)
    return Site(replace(plan, images=(replace(SMALL), plan.images[1]), paths=()))


@pytest.mark.parametrize(
    ("port", "wwpn"),
    [("I0030", "50050763040317EA"), ("I0031", "50050763040357EA"), ("I0033", "500507630403D7EA")],
)
def test_a_port_is_named_after_its_image_and_place(port: str, wwpn: str) -> None:
    """The first is a real pair (dscli.md section 6, S)."""
    assert wwpn_of(WWNN, port) == wwpn


def test_a_volume_carries_the_name_of_its_array_into_the_world() -> None:
    """dscli.md 5.2: 6, the last 15 digits of the WWNN, zeros, the volume id."""
    assert Inventory(SMALL).guid(0x1000) == "6005076304ffd7ea0000000000001000".upper()


def test_the_default_inventory_holds_what_is_planned_with_room_to_spare() -> None:
    """A site that says nothing of its disks has enough of them, shared between both servers."""
    volumes = tuple(VolumePlan(f"{number:04X}", 100 * GIBIBYTE_TRACKS) for number in range(0x1000, 0x1200))
    inventory = Inventory(ImagePlan(A, WWNN, volumes))
    assert [pool.pool_id for pool in inventory.pools] == ["P0", "P1"]
    assert all(pool.extents >= 256 * 100 * 1.25 for pool in inventory.pools)
    assert [rank.rank_id for rank in inventory.ranks][:3] == ["R0", "R1", "R2"]
    assert {rank.group for rank in inventory.pools[1].ranks} == {1}


def test_ports_hosts_and_groups_come_from_the_plan() -> None:
    """Ports that links are plugged into are told apart from those of hosts."""
    hosts = (HostConnectionPlan("hosta", "10000000C9A1B2C3", "V5"),)
    plan = replace(SMALL, host_connections=hosts, volume_groups=(VolumeGroupPlan("V5", "ora", ("1260",)),))
    inventory = Inventory(plan, ("I0030",))
    assert [(port.port, port.is_for_links) for port in inventory.ports] == [
        ("I0001", False), ("I0030", True), ("I0131", False),
    ]  # fmt: skip
    assert [(host.connection_id, host.name, host.group) for host in inventory.hosts] == [("0000", "hosta", "V5")]
    assert inventory.members("V5") == [0x1260]
    assert list(inventory.groups) == ["V10", "V20", "V30", "V5"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"volumes": (VolumePlan("1260"), VolumePlan("1260"))}, "planned twice"),
        ({"volumes": (VolumePlan("1260", pool="P7"),)}, "no extent pool P7"),
        ({"volumes": (VolumePlan("1360"),), "pools": (PoolPlan("P0"),)}, "no extent pool of server 1"),
        ({"volumes": (VolumePlan("1260", 21 * GIBIBYTE_TRACKS),)}, "does not fit"),
        ({"pools": (PoolPlan("P0"), PoolPlan("P0"))}, "same name"),
        ({"host_connections": (HostConnectionPlan("hosta", "10000000C9A1B2C3", "V9"),)}, "no volume group V9"),
    ],
)
def test_a_plan_that_cannot_be_built_says_why(change: dict[str, object], message: str) -> None:
    """Before anything runs."""
    plan = plan_of(paired=False)
    with pytest.raises(PlanError, match=message):
        Site(replace(plan, images=(replace(SMALL, **change), plan.images[1]), paths=()))  # type: ignore[arg-type]


def test_volumes_go_round_the_ranks_and_span_them_only_if_they_must() -> None:
    """So that a lost rank takes some volumes with it and not all."""
    site = small_site()
    image, make = site.storage.image(A), site.storage.provisioning.make
    for number, extents in ((0x1200, 4), (0x1201, 4), (0x1202, 4), (0x1203, 8)):
        make(image, number, extents * GIBIBYTE_TRACKS - 5)
    inventory = image.inventory
    assert [inventory.placement(number).ranks for number in (0x1200, 0x1201, 0x1202)] == [("R0",), ("R2",), ("R0",)]
    assert inventory.placement(0x1203).parts == (("R2", 6), ("R0", 2))
    assert inventory.used_extents(inventory.pools[0]) == 20
    assert inventory.volumes_on("R2") == [0x1201, 0x1203]
    image_volumes = [volume.volume_id for volume in image.volumes()]
    assert image_volumes == ["1200", "1201", "1202", "1203"]


def test_a_volume_that_goes_gives_its_room_back() -> None:
    """Make, remove, make again: nothing is left over."""
    site = small_site()
    image, provisioning = site.storage.image(A), site.storage.provisioning
    for _ in range(10):
        provisioning.make(image, 0x1200, 10 * GIBIBYTE_TRACKS, name="practice")
        provisioning.assign(image, "V0", 0x1200)
        assert image.inventory.members("V0") == image.inventory.members("V20") == [0x1200]
        provisioning.remove(image, 0x1200)
    assert image.find_volume(0x1200) is None
    assert image.inventory.used_extents(image.inventory.pools[0]) == 0
    assert image.inventory.members("V0") == []


def test_a_volume_grows_with_what_it_holds() -> None:
    """An unmirrored volume may grow while it is written to; nothing is lost and the new tracks are blank."""
    site = Site(plan_of(paired=False))
    stream = site.storage.open_stream("app", 500, 100.0)
    stream.start(A, VOLUMES, "hosta")
    site.run(8.005)
    for volume in VOLUMES:
        for tracks in (1700, 2000):
            site.storage.provisioning.expand(site.storage.image(A), int(volume, 16), tracks)
    site.run(2)
    assert site.volume(A).size_tracks == 2000
    assert stream.acknowledged() == 1000
    assert site.storage.missing("app", A, VOLUMES).writes == 0
    assert site.storage.missing("app", B, VOLUMES).writes == 1000


def test_a_grown_volume_can_be_mirrored_when_its_peer_has_grown_too() -> None:
    """Sizes must be equal (dscli.md 3.2); then a first copy brings everything over."""
    site = Site(plan_of(paired=False))
    stream = site.storage.open_stream("app", 500, 100.0)
    stream.start(A, ("1260",), "hosta")
    site.run(4.005)
    for image in (A, B):
        site.storage.provisioning.expand(site.storage.image(image), 0x1260, 1500)
    site.storage.pairs.establish(site.volume(A), site.volume(B).address)
    site.run(30)
    assert site.views() == ("Full Duplex", "Target Full Duplex")
    assert site.storage.missing("app", B, ("1260",)).writes == 0
    assert stream.acknowledged() == 3400


def flashed(site: Site) -> None:
    site.ask("remove", A, "1260")
    site.ask("remove", A, "1261")
    site.storage.flash.make(site.volume(A, "1260"), site.volume(A, "1261"), FlashOptions(persists=True))


def interrupted(site: Site) -> None:
    site.ask("pause", A)
    site.storage.open_stream("app", 500, 100.0).start(A, VOLUMES, "hosta")
    site.run(4)
    site.ask("resume", A)
    site.run(1)
    site.ask("remove", A)


def remove(number: int) -> Callable[[Site], None]:
    return lambda site: site.storage.provisioning.remove(site.storage.image(A), number)


GROW = lambda site: site.storage.provisioning.expand(site.storage.image(B), 0x1260, 1500)  # noqa: E731
SHRINK = lambda site: site.storage.provisioning.expand(site.storage.image(A), 0x1260, 900)  # noqa: E731


@pytest.mark.parametrize(
    ("before", "ask", "why"),
    [
        (lambda s: None, GROW, ProvisioningRefusal.IN_PAIR),
        (lambda s: None, remove(0x1260), ProvisioningRefusal.IN_PAIR),
        (flashed, remove(0x1261), ProvisioningRefusal.IN_FLASH_COPY),
        (lambda s: s.ask("remove", A), SHRINK, ProvisioningRefusal.NOT_LARGER),
        (interrupted, GROW, ProvisioningRefusal.HOLDS_A_MIXTURE),
        (interrupted, lambda s: s.storage.provisioning.remove(s.storage.image(A), 0x1260), ProvisioningRefusal.IN_USE),
        (lambda s: s.storage.set_power(B, is_on=False), GROW, ProvisioningRefusal.INACCESSIBLE),
    ],
)  # fmt: skip
def test_what_depends_on_a_volume_keeps_it(
    before: Callable[[Site], None], ask: Callable[[Site], None], why: ProvisioningRefusal
) -> None:
    """Pairs, flash copies, hosts: a refusal changes nothing."""
    site = Site()
    before(site)
    with pytest.raises(ProvisioningRefusedError) as refused:
        ask(site)
    assert refused.value.why is why
    assert site.volume(B).size_tracks == 1000


@pytest.mark.parametrize(
    ("number", "extents", "pool", "why"),
    [
        (0xFF00, 1, "", ProvisioningRefusal.NO_SUCH_LSS),
        (0x1200, 21, "", ProvisioningRefusal.NO_ROOM),
        (0x1200, 1, "P9", ProvisioningRefusal.NO_SUCH_POOL),
        (0x1200, 1, "P1", ProvisioningRefusal.WRONG_SERVER),
    ],
)
def test_a_volume_is_not_made_where_it_cannot_be(
    number: int, extents: int, pool: str, why: ProvisioningRefusal
) -> None:
    """And no extent is taken."""
    site = small_site()
    image = site.storage.image(A)
    with pytest.raises(ProvisioningRefusedError) as refused:
        site.storage.provisioning.make(image, number, extents * GIBIBYTE_TRACKS, pool)
    assert refused.value.why is why
    assert sum(image.inventory.used_extents(each) for each in image.inventory.pools) == 0


def test_every_logical_subsystem_has_an_ssid() -> None:
    """FF and its number, unless somebody said otherwise (dscli.md 5.2)."""
    image = Site().storage.image(A)
    image.lss(0x13).ssid = 0x1234
    assert (image.ssid(0x12), image.ssid(0x13)) == (0xFF12, 0x1234)
    assert image.unit_id == "IBM.2107-75FA120"
