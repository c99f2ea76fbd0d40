"""What befalls arrays and the links between them."""

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
