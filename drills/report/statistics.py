"""Measures over all outages of all drills of a run: how many, percentiles, and the share that missed its objective.

Percentiles are nearest rank: the smallest measured value that at least so many of a hundred do not exceed. Every one
is a value that was measured, in one drill, that can be run again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from mirrordrill.drills.faults.disruption import Disruption
from mirrordrill.drills.report.model import (
    DisruptionStatistic,
    Figure,
    ReportedDrill,
    ReportedExposure,
    ReportedOutage,
    Spread,
    Statistic,
)
from mirrordrill.drills.run.objectives import Measure, Met

FIGURES: tuple[tuple[Measure, str, Callable[[ReportedOutage], float | None]], ...] = (
    (Measure.RTO, "s", lambda outage: None if outage.rto_us is None else outage.rto_us / 1e6),
    (Measure.RPO, "s", lambda outage: None if outage.rpo_us is None else outage.rpo_us / 1e6),
    (Measure.RPO_WRITES, "writes", lambda outage: None if outage.lost_writes is None else float(outage.lost_writes)),
)


def percentile(figures: Sequence[Figure], share: float) -> Figure | None:
    """The nearest-rank percentile of figures in the order of their values; None of none."""
    return figures[max(0, math.ceil(share * len(figures)) - 1)] if figures else None


def statistics(drills: Sequence[ReportedDrill]) -> tuple[Statistic, ...]:
    """One row for each measure, unplanned outages first."""
    rows = []
    for is_planned in (False, True):
        outages = [(drill, each) for drill in drills for each in drill.outages if each.is_planned is is_planned]
        for measure, unit, amount in FIGURES if outages else ():
            found = [figure_of(drill, outage, amount(outage)) for drill, outage in outages]
            known = sorted(filter(None, found), key=lambda figure: figure.value)
            rows.append(
                Statistic(
                    measure=f"{measure.value}, {'planned' if is_planned else 'unplanned'} outages",
                    unit=unit,
                    n=len(found),
                    undecided=len(found) - len(known),
                    p50=percentile(known, 0.5),
                    p95=percentile(known, 0.95),
                    maximum=known[-1] if known else None,
                    violated_share=None if is_planned else violated(drills, measure),
                )
            )
    return tuple(rows)


def by_disruption(drills: Sequence[ReportedDrill]) -> tuple[DisruptionStatistic, ...]:
    """A row for each kind of disruption that ended a service, the gravest first."""
    rows = []
    for kind in Disruption:
        found = [(drill, each) for drill in drills for each in drill.outages if each.disruption == kind.value]
        if found:
            spreads = [spread(found, amount) for _, _, amount in FIGURES]
            rows.append(DisruptionStatistic(kind.value, len(found), *spreads))
    return tuple(rows)


def spread(
    outages: Sequence[tuple[ReportedDrill, ReportedOutage]], amount: Callable[[ReportedOutage], float | None]
) -> Spread | None:
    """The least, the middle and the greatest figure of some outages; None where none has a figure."""
    known = [figure for drill, each in outages if (figure := figure_of(drill, each, amount(each))) is not None]
    known.sort(key=lambda figure: figure.value)
    middle = percentile(known, 0.5)
    return None if middle is None else Spread(len(known), known[0], middle, known[-1])


def figure_of(drill: ReportedDrill, outage: ReportedOutage, value: float | None) -> Figure | None:
    """A measured value with its drill, and the event that ended the outage."""
    event = (outage.parts[-1].ended if outage.parts else outage.began).event
    return None if value is None else Figure(value, drill.id, event)


def violated(drills: Sequence[ReportedDrill], measure: Measure) -> float | None:
    """The share of objectives for a measure that were missed or are undecided; None where none was tested."""
    verdicts = [each.verdict for drill in drills for each in drill.objectives if each.measure == measure.value]
    tested = [verdict for verdict in verdicts if verdict != Met.NOT_TESTED.value]
    return sum(verdict != Met.MET.value for verdict in tested) / len(tested) if tested else None


def unprotected_us(exposures: Sequence[ReportedExposure]) -> dict[str, int]:
    """Group -> for how long its applications wrote to copies that had no mirror in sync, the longest first.

    Several applications of a group that write at the same time are without a mirror once, not several times.
    """
    spans: dict[str, list[tuple[int, int]]] = {}
    for each in exposures:
        began_us = each.began.time_us
        spans.setdefault(each.group, []).append((began_us, began_us + each.length_us))
    lengths = {group: covered_us(sorted(found)) for group, found in spans.items()}
    return dict(sorted(lengths.items(), key=lambda item: -item[1]))


def covered_us(spans: Sequence[tuple[int, int]]) -> int:
    """How much time lies in at least one of the spans, which are in the order of their beginnings."""
    whole = reached = 0
    for began, ended in spans:
        whole += max(0, ended - max(began, reached))
        reached = max(reached, ended)
    return whole
