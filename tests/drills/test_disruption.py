"""What an outage is told by: which of the faults of a drill counts, and what is no fault at all."""

from __future__ import annotations

import pytest

from mirrordrill.drills.faults import catalogue
from mirrordrill.drills.faults.clusters import HEARTBEATS_LOST
from mirrordrill.drills.faults.disruption import Disruption, disruption_of, disrupts
from mirrordrill.drills.faults.fault import Fault, FaultKind
from mirrordrill.drills.faults.hosts import HOST_CRASHES, HOST_HALTS
from mirrordrill.drills.faults.resources import RESOURCE_FAILS
from mirrordrill.drills.faults.storage import ARRAY_LOST, LINKS_LOST
from mirrordrill.drills.measures.values import Moment, Outage
from mirrordrill.drills.sites import find_site

HERE, THERE = "IBM.2107-75FA120", "IBM.2107-75FA150"
SITE = find_site("rdc")
BEGAN_S = 600


def outage(*, is_planned: bool = False, is_switch: bool = False) -> Outage:
    """hosta, which served, ended at 600 s."""
    began = Moment(BEGAN_S * 1_000_000, 7, "")
    return Outage("oragrp", is_planned, began, "hosta", began, noticed=began, is_switch=is_switch)


def fault(kind: FaultKind, *target: str, since_s: float = BEGAN_S, until_s: float | None = None) -> Fault:
    until_us = None if until_s is None else round(until_s * 1e6)
    return Fault(kind, target, since_us=round(since_s * 1e6), until_us=until_us)


ARRAY = fault(ARRAY_LOST, HERE)
HALTS = [fault(HOST_HALTS, host) for host in ("hosta", "hostb")]
LINKS = fault(LINKS_LOST, HERE, THERE)


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ([ARRAY, *HALTS], Disruption.SITE),
        ([LINKS, *HALTS], Disruption.SITE),
        ([fault(LINKS_LOST, HERE, THERE, since_s=10), ARRAY, *HALTS], Disruption.SITE),
        ([ARRAY], Disruption.ARRAY),
        ([ARRAY, HALTS[0]], Disruption.ARRAY),
        (HALTS, Disruption.HOST),
        ([fault(HOST_CRASHES, "hosta")], Disruption.HOST),
        ([fault(HEARTBEATS_LOST, "hosta hostb", "hostc hostd")], Disruption.PARTITION),
        ([fault(LINKS_LOST, HERE, THERE, since_s=10), fault(RESOURCE_FAILS, "ora_db", "hosta")], Disruption.RESOURCE),
        ([fault(ARRAY_LOST, THERE, since_s=10), fault(HOST_CRASHES, "hosta")], Disruption.HOST),
        ([fault(HOST_CRASHES, "hostd")], Disruption.OTHER),
        ([fault(ARRAY_LOST, HERE, since_s=700)], Disruption.OTHER),
        ([fault(RESOURCE_FAILS, "ora_db", "hosta", since_s=540, until_s=550)], Disruption.RESOURCE),
        ([], Disruption.OTHER),
    ],
)
def test_what_hit_the_system_that_served_counts(faults: list[Fault], expected: Disruption) -> None:
    """Faults elsewhere and faults that came later do not; what stood before only where nothing else began."""
    assert disruption_of(outage(), faults, SITE) is expected


def test_a_planned_outage_is_told_by_its_command() -> None:
    """Other faults that stand meanwhile change nothing."""
    assert disruption_of(outage(is_planned=True, is_switch=True), [LINKS], SITE) is Disruption.SWITCH
    assert disruption_of(outage(is_planned=True), [LINKS], SITE) is Disruption.STOP


def test_every_kind_of_fault_disrupts_something() -> None:
    """A new kind of the catalogue is told by its layer, and no kind is told as a command or as nothing."""
    told = {disrupts(kind) for kind in catalogue()}
    assert told == set(Disruption) - {Disruption.SITE, Disruption.SWITCH, Disruption.STOP, Disruption.OTHER}
