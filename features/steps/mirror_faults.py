"""What befalls mirror paths, single volumes, management and copies."""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when

COPY_WITHIN_S = 86_400.0
"""How long a copy may take to come as far as a step says."""


@when(
    "the mirror path from {start:array} to {end:array} is lost",
    example="the mirror path from IBM.2107-75FA150 to IBM.2107-75FA120 is lost",
)
def direction_is_lost(drill: Drill, start: str, end: str) -> None:
    """Nothing gets from one array to the other any more; the way back works."""
    drill.observed(drill.hazards.mirror.loses_direction(start, end))


@when(
    "the mirror path from {start:array} to {end:array} is back",
    example="the mirror path from IBM.2107-75FA150 to IBM.2107-75FA120 is back",
)
def direction_is_back(drill: Drill, start: str, end: str) -> None:
    """It works again; suspended pairs stay suspended."""
    drill.observed(drill.hazards.mirror.finds_direction(start, end))


@when(
    "the Metro Mirror links between {first:array} and {second:array} flap, "
    "{down_s:duration} down and {up_s:duration} up",
    example="the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 flap, 5 seconds down "
    "and 30 seconds up",
)
def links_flap(drill: Drill, first: str, second: str, down_s: float, up_s: float) -> None:
    """Every link between the arrays goes down and comes back, over and over, until the links are back for good."""
    drill.observed(drill.hazards.mirror.flaps(first, second, down_s, up_s))


@when(
    "copies between {first:array} and {second:array} get {rate:number} tracks a second",
    example="copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 2 tracks a second",
)
def links_are_narrow(drill: Drill, first: str, second: str, rate: float) -> None:
    """All copies together; mirrored writes are as fast as ever."""
    drill.observed(drill.hazards.mirror.narrows(first, second, rate))


@when("volume {volume} of {array} is lost", example="volume 1261 of IBM.2107-75FA150 is lost")
def volume_is_lost(drill: Drill, volume: str, array: str) -> None:
    """The disks under one volume are gone; the array answers."""
    drill.observed(drill.hazards.mirror.loses_volume(volume, array))


@when("volume {volume} of {array} is back", example="volume 1261 of IBM.2107-75FA150 is back")
def volume_is_back(drill: Drill, volume: str, array: str) -> None:
    """Its disks are there again with what was written on them."""
    drill.observed(drill.hazards.mirror.finds_volume(volume, array))


@when("the management of {array} is lost", example="the management of IBM.2107-75FA150 is lost")
def management_is_lost(drill: Drill, array: str) -> None:
    """No HMC reaches the array any more, while its data flow as before."""
    drill.observed(drill.hazards.mirror.loses_management(array))


@when("the management of {array} is back", example="the management of IBM.2107-75FA150 is back")
def management_is_back(drill: Drill, array: str) -> None:
    """Its HMCs reach it again."""
    drill.observed(drill.hazards.mirror.finds_management(array))


@when(
    "{array} restarts warmly for {lasts_s:duration}",
    example="IBM.2107-75FA120 restarts warmly for 90 seconds",
)
def array_restarts(drill: Drill, array: str, lasts_s: float) -> None:
    """The array answers nobody, its hosts wait, and it keeps the states of its pairs."""
    drill.observed(drill.hazards.mirror.restarts(array, lasts_s))


@when("the copy has come to {share:percent}", example="the copy has come to 40 %")
def copy_has_come_to(drill: Drill, share: float) -> None:
    """Let time pass until so much of the slowest copy under way is done."""
    drill.observed(drill.hazards.mirror.copy_reaches(share, COPY_WITHIN_S))
