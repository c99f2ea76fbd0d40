"""The nights of a fenced cluster: who goes on is decided by where the coordinator disks stand (vcs.md 3.6).

Fencing keeps the group from being online twice. It does not keep what one side acknowledged after the mirror broke, and
it does not reach the far array: some of these nights end with broken oracles, and must.
"""

from __future__ import annotations

from mirrordrill.simulator.world import World
from tests.golden.night import ARRAY_A, ARRAY_B, HOME, SITE_A, SITE_B, Night


def everything_between_the_sites(world: World) -> None:
    """Heartbeats, mirror and storage network at once."""
    world.cluster.partition([SITE_A, SITE_B])
    world.storage.faults.lose_all_links(ARRAY_A, ARRAY_B)
    world.advance(300)


def third_place_is_lost_first(world: World) -> None:
    """An hour later the sites are cut off as well: each reaches one disk of three."""
    world.disks.cut("third", (*SITE_A, *SITE_B))
    world.advance(3600)
    everything_between_the_sites(world)


def heartbeats_only(world: World) -> None:
    """The mirror lives, and so does the way to every disk."""
    world.cluster.partition([SITE_A, SITE_B])
    world.advance(300)


def site_disaster(world: World) -> None:
    """All hosts of site A and its array at once."""
    world.storage.set_power(ARRAY_A, is_on=False)
    for host in SITE_A:
        world.crash(host)
    world.advance(600)


def zombie(world: World) -> None:
    """hosta stands still for two minutes and goes on: its key is gone from the array, then it panics."""
    world.hang("hosta")
    world.advance(120)
    world.resume("hosta")
    world.advance(300)


def zombie_at_the_far_array(world: World) -> None:
    """The mirror is cut, hostb is dead, hosta stands still: hostc takes over on an array where no key of hosta is.

    On its own array hosta is the one with the key: until it panics it writes.
    """
    world.storage.faults.lose_all_links(ARRAY_A, ARRAY_B)
    world.crash("hostb")
    world.hang("hosta")
    world.advance(300)
    world.resume("hosta")
    world.advance(300)


def placed(*places: str) -> str:
    """The site.toml."""
    return f"[fencing]\ncoordinator_disks = [{', '.join(repr(place) for place in places)}]\n"


THIRD = placed(ARRAY_A, ARRAY_B, "third")
AT_A, AT_B = placed(ARRAY_A, ARRAY_A, ARRAY_B), placed(ARRAY_A, ARRAY_B, ARRAY_B)
TAKEN_OVER = {ARRAY_B: "Suspended"}
FENCED_NIGHTS = {
    "fenced_partition_third_place": Night(everything_between_the_sites, ("hosta",), {}, settings=THIRD, is_fenced=True),
    "fenced_partition_majority_at_a": Night(
        everything_between_the_sites, ("hosta",), {}, settings=AT_A, is_fenced=True
    ),
    # What site A acknowledged between the cut and its panic is lost: no disk can help that.
    "fenced_partition_majority_at_b": Night(
        everything_between_the_sites,
        ("hostc",),
        TAKEN_OVER,
        ("failoverpprc",),
        broken=("S2",),
        settings=AT_B,
        is_fenced=True,
    ),
    "fenced_partition_no_majority": Night(third_place_is_lost_first, (), {}, settings=THIRD, is_fenced=True),
    "fenced_heartbeats_only": Night(heartbeats_only, ("hosta",), HOME, settings=THIRD, is_fenced=True),
    "fenced_site_disaster_third_place": Night(
        site_disaster, ("hostc",), TAKEN_OVER, ("failoverpprc",), settings=THIRD, is_fenced=True
    ),
    # The price of a majority at one site.
    "fenced_site_disaster_majority_at_a": Night(
        site_disaster, (), {ARRAY_B: "Target Full Duplex"}, settings=AT_A, is_fenced=True
    ),
    # What hangs says nothing: its last monitor said online. But it writes no more.
    "fenced_zombie": Night(zombie, ("hostb",), HOME, broken=("S7",), settings=THIRD, is_fenced=True),
    "fenced_zombie_at_the_far_array": Night(
        zombie_at_the_far_array,
        ("hostc",),
        TAKEN_OVER,
        ("failoverpprc",),
        broken=("S1", "S7"),
        settings=THIRD,
        is_fenced=True,
    ),
}
