"""Arrays, links, mirror paths, volumes and copies."""

from __future__ import annotations

from mirrordrill.drills.faults import storage
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when


@when("array {array} is lost", example="array IBM.2107-75FA120 is lost")
def loses_array(drill: Drill, array: str) -> None:
    """The array loses its power."""
    drill.observed(drill.faults.inject(storage.array_fault(storage.ARRAY_LOST, array)))


@when("array {array} is back", example="array IBM.2107-75FA120 is back")
def array_is_back(drill: Drill, array: str) -> None:
    """The array has its power back; its pairs are as they were."""
    drill.observed(drill.faults.clear(storage.array_fault(storage.ARRAY_LOST, array)))


@when(
    "the Metro Mirror links between {first:array} and {second:array} are lost",
    example="the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost",
)
def links_are_lost(drill: Drill, first: str, second: str) -> None:
    """Every link between the arrays goes down, both directions."""
    drill.observed(drill.faults.inject(storage.links_lost(first, second)))


@when(
    "the Metro Mirror links between {first:array} and {second:array} are back",
    example="the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are back",
)
def links_are_back(drill: Drill, first: str, second: str) -> None:
    """They come up again, whatever kept them down, in one direction or both. Suspended pairs stay suspended."""
    drill.observed(drill.faults.clear(*storage.links_down(first, second)))


@when(
    "the mirror path from {start:array} to {end:array} is lost",
    example="the mirror path from IBM.2107-75FA150 to IBM.2107-75FA120 is lost",
)
def direction_is_lost(drill: Drill, start: str, end: str) -> None:
    """Nothing gets from one array to the other any more; the way back works."""
    drill.observed(drill.faults.inject(storage.direction_lost(start, end)))


@when(
    "the mirror path from {start:array} to {end:array} is back",
    example="the mirror path from IBM.2107-75FA150 to IBM.2107-75FA120 is back",
)
def direction_is_back(drill: Drill, start: str, end: str) -> None:
    """It works again; suspended pairs stay suspended."""
    drill.observed(drill.faults.clear(storage.direction_lost(start, end)))


@when(
    "the Metro Mirror links between {first:array} and {second:array} flap, "
    "{down_s:duration} down and {up_s:duration} up",
    example="the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 flap, 5 seconds down "
    "and 30 seconds up",
)
def links_flap(drill: Drill, first: str, second: str, down_s: float, up_s: float) -> None:
    """Every link between the arrays goes down and comes back, over and over, until the links are back for good."""
    drill.observed(drill.faults.inject(storage.links_flap(first, second, down_s, up_s)))


@when(
    "copies between {first:array} and {second:array} get {rate:number} tracks a second",
    example="copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 2 tracks a second",
)
def links_are_narrow(drill: Drill, first: str, second: str, rate: float) -> None:
    """All copies together; mirrored writes are as fast as ever."""
    drill.observed(drill.faults.inject(storage.links_narrow(first, second, rate)))


@when(
    "copies between {first:array} and {second:array} are as fast as before",
    example="copies between IBM.2107-75FA120 and IBM.2107-75FA150 are as fast as before",
)
def links_are_wide(drill: Drill, first: str, second: str) -> None:
    """What kept the copies slow is over."""
    drill.observed(drill.faults.clear(storage.links_narrow(first, second, 0.0)))


@when(
    "mirrored writes between {first:array} and {second:array} take {delay_s:duration} longer",
    example="mirrored writes between IBM.2107-75FA120 and IBM.2107-75FA150 take 0.005 seconds longer",
)
def links_are_slow(drill: Drill, first: str, second: str, delay_s: float) -> None:
    """Every mirrored write over a link between the arrays waits so much longer."""
    drill.observed(drill.faults.inject(storage.links_slow(first, second, delay_s)))


@when(
    "mirrored writes between {first:array} and {second:array} are as fast as before",
    example="mirrored writes between IBM.2107-75FA120 and IBM.2107-75FA150 are as fast as before",
)
def links_are_fast(drill: Drill, first: str, second: str) -> None:
    """The links have their usual latency."""
    drill.observed(drill.faults.clear(storage.links_slow(first, second, 0.0)))


@when("Metro Mirror link {link} is lost", example="Metro Mirror link link1 is lost")
def link_is_lost(drill: Drill, link: str) -> None:
    """One physical link goes down, in both directions; the arrays use the others."""
    drill.observed(drill.faults.inject(storage.link_lost(link)))


@when("Metro Mirror link {link} is back", example="Metro Mirror link link1 is back")
def link_is_back(drill: Drill, link: str) -> None:
    """The link is up again."""
    drill.observed(drill.faults.clear(storage.link_lost(link)))


@when("rank {rank:word} of {array} is lost", example="rank R0 of IBM.2107-75FA150 is lost")
def rank_is_lost(drill: Drill, rank: str, array: str) -> None:
    """The disks of a rank are gone, and with them every volume with an extent there."""
    drill.observed(drill.faults.inject(storage.rank_lost(rank, array)))


@when("rank {rank:word} of {array} is back", example="rank R0 of IBM.2107-75FA150 is back")
def rank_is_back(drill: Drill, rank: str, array: str) -> None:
    """Its disks are there again with what was written on them."""
    drill.observed(drill.faults.clear(storage.rank_lost(rank, array)))


@when("the data of {array} are lost", example="the data of IBM.2107-75FA150 are lost")
def data_are_lost(drill: Drill, array: str) -> None:
    """No host can read or write any volume of the array, while its HMCs answer."""
    drill.observed(drill.faults.inject(storage.array_fault(storage.DATA_LOST, array)))


@when("the data of {array} are back", example="the data of IBM.2107-75FA150 are back")
def data_are_back(drill: Drill, array: str) -> None:
    """Hosts can read and write again."""
    drill.observed(drill.faults.clear(storage.array_fault(storage.DATA_LOST, array)))


@when(
    "the management of {array} answers {delay_s:duration} late",
    example="the management of IBM.2107-75FA150 answers 40 seconds late",
)
def management_is_slow(drill: Drill, array: str, delay_s: float) -> None:
    """Every answer of the array to any of its HMCs takes so much longer."""
    drill.observed(drill.faults.inject(storage.management_slow(array, delay_s)))


@when(
    "the management of {array} answers as fast as before",
    example="the management of IBM.2107-75FA150 answers as fast as before",
)
def management_is_fast(drill: Drill, array: str) -> None:
    """Its answers come in their usual time."""
    drill.observed(drill.faults.clear(storage.management_slow(array, 0.0)))


@when("volume {volume} of {array} is lost", example="volume 1261 of IBM.2107-75FA150 is lost")
def volume_is_lost(drill: Drill, volume: str, array: str) -> None:
    """The disks under one volume are gone; the array answers."""
    drill.observed(drill.faults.inject(storage.volume_lost(volume, array)))


@when("volume {volume} of {array} is back", example="volume 1261 of IBM.2107-75FA150 is back")
def volume_is_back(drill: Drill, volume: str, array: str) -> None:
    """Its disks are there again with what was written on them."""
    drill.observed(drill.faults.clear(storage.volume_lost(volume, array)))


@when("the management of {array} is lost", example="the management of IBM.2107-75FA150 is lost")
def management_is_lost(drill: Drill, array: str) -> None:
    """No HMC reaches the array any more, while its data flow as before."""
    drill.observed(drill.faults.inject(storage.array_fault(storage.MANAGEMENT_LOST, array)))


@when("the management of {array} is back", example="the management of IBM.2107-75FA150 is back")
def management_is_back(drill: Drill, array: str) -> None:
    """Its HMCs reach it again."""
    drill.observed(drill.faults.clear(storage.array_fault(storage.MANAGEMENT_LOST, array)))


@when(
    "{array} restarts warmly for {lasts_s:duration}",
    example="IBM.2107-75FA120 restarts warmly for 90 seconds",
)
def array_restarts(drill: Drill, array: str, lasts_s: float) -> None:
    """The array does not answer, its hosts wait, and it keeps the states of its pairs."""
    drill.observed(drill.faults.inject(storage.warm_restart(array, lasts_s)))


@when("the copy has come to {share:percent}", example="the copy has come to 40 %")
def copy_has_come_to(drill: Drill, share: float) -> None:
    """Let time pass until so much of the slowest copy under way is done."""
    drill.observed(drill.expect.copy_reaches(share))


@when(
    "the mirror path below volume {volume} of {array} is removed",
    example="the mirror path below volume 1261 of IBM.2107-75FA150 is removed",
)
def path_below_is_removed(drill: Drill, volume: str, array: str) -> None:
    """The path from the logical subsystem of the volume to that of its peer, by force; others keep theirs."""
    drill.observed(drill.faults.inject(storage.subsystem_path_lost(volume, array)))


@when(
    "the mirror path below volume {volume} of {array} is defined again",
    example="the mirror path below volume 1261 of IBM.2107-75FA150 is defined again",
)
def path_below_is_back(drill: Drill, volume: str, array: str) -> None:
    """A storage administrator defines it again over all links; suspended pairs stay suspended."""
    drill.observed(drill.faults.clear(storage.subsystem_path_lost(volume, array)))
