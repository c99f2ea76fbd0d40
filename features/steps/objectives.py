"""Recovery objectives: what the last outage of a group cost, measured from the event log.

Where an outage begins and ends is defined in docs/reading-the-report.md. Each objective named here is in the report.
"""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.run.objectives import Measure
from mirrordrill.drills.steps.library import then


@then("the RTO of {group} is within {within_s:duration}", example="the RTO of oragrp is within 5 minutes")
def recovery_time(drill: Drill, group: str, within_s: float) -> None:
    """The last outage, from its last acknowledged write to the first one after with the group ONLINE, was no longer."""
    drill.observed(drill.expect_objective(group, Measure.RTO, within_s))


@then("the RPO of {group} is within {within_s:duration}", example="the RPO of oragrp is within 10 seconds")
def recovery_point(drill: Drill, group: str, within_s: float) -> None:
    """The first write that was lost in the last outage was acknowledged no longer than this before the outage began."""
    drill.observed(drill.expect_objective(group, Measure.RPO, within_s))


@then("the RPO of {group} is {writes:count} write(s)", example="the RPO of oragrp is 0 writes")
def recovery_point_in_writes(drill: Drill, group: str, writes: int) -> None:
    """No more acknowledged writes than these are missing where the application went on after the last outage."""
    drill.observed(drill.expect_objective(group, Measure.RPO_WRITES, writes))
