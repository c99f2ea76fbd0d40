"""Measures over many drills: percentiles that were measured, and figures that are missing told as missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mirrordrill.drills.report.files import read_report
from mirrordrill.drills.report.model import Figure, Moment, Objective, ReportedDrill, ReportedExposure
from mirrordrill.drills.report.statistics import covered_us, percentile, statistics, unprotected_us
from mirrordrill.drills.run.objectives import Measure, Met


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([0.01, 0.5, 0.95, 1.0]))
def test_a_percentile_is_a_value_that_enough_others_do_not_exceed(values: list[float], share: float) -> None:
    """Nearest rank: never an average of two drills that nobody ran."""
    found = percentile([Figure(value, 1, 0) for value in sorted(values)], share)
    assert found is not None
    assert found.value in values
    assert sum(value <= found.value for value in values) >= share * len(values)


def test_of_nothing_there_is_no_percentile() -> None:
    """Not even zero."""
    assert None is percentile([], 0.5)


@pytest.fixture
def drill(disaster: Path) -> ReportedDrill:
    """A drill with one unplanned outage of 46.6 s."""
    return read_report(disaster / "report.json").drills[0]


def with_rto(drill: ReportedDrill, rto_us: int | None) -> ReportedDrill:
    outage = next(each for each in drill.outages if not each.is_planned)
    return replace(drill, outages=(replace(outage, rto_us=rto_us),))


def test_outages_without_an_end_are_counted_beside_the_percentiles(drill: ReportedDrill) -> None:
    """A recovery that never came must not make the others look faster."""
    flown = [with_rto(drill, seconds * 1_000_000) for seconds in range(1, 21)]
    [rto, *_others] = statistics([*flown, with_rto(drill, None)])
    assert (rto.measure, rto.n, rto.undecided) == ("RTO, unplanned outages", 21, 1)
    assert [figure and figure.value for figure in (rto.p50, rto.p95, rto.maximum)] == [10.0, 19.0, 20.0]


def test_the_share_of_violated_objectives_counts_undecided_ones(drill: ReportedDrill) -> None:
    """Undecided is not passed; not tested is neither."""

    def judged(met: Met) -> ReportedDrill:
        name = Measure.RTO.value
        return replace(drill, objectives=(Objective("oragrp", name, "s", 60.0, "site.toml", met.value, 1.0, "", None),))

    flown = [judged(met) for met in (Met.MET, Met.MET, Met.MISSED, Met.UNDECIDED, Met.NOT_TESTED)]
    assert statistics(flown)[0].violated_share == 0.5
    assert None is statistics([judged(Met.NOT_TESTED)])[0].violated_share


def test_time_without_a_mirror_is_told_per_group_and_not_counted_twice() -> None:
    """Two applications of one group at the same time; spans that touch, lie in one another, or apart."""
    assert covered_us([]) == 0
    assert covered_us([(0, 10), (2, 5), (5, 12), (20, 21)]) == 13
    found = (exposed("a", 0, 10), exposed("b", 5, 100), exposed("a", 5, 10))
    assert unprotected_us(found) == {"b": 100, "a": 15}


def exposed(group: str, began_us: int, length_us: int) -> ReportedExposure:
    return ReportedExposure(group, "hosta", length_us, Moment(time_us=began_us, event=0, what=""), None)
