"""Expected of volumes, as the array of a host sees them.

A pair is two opinions: `on hosta` is the opinion of the array that hosta hangs on.
"""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import given, then
from mirrordrill.drills.steps.tables import Table, volume_rows, volumes_like


@given("the volumes of {group} on {host} are {state}", example="the volumes of oragrp on hosta are FULL DUPLEX")
@then("the volumes of {group} on {host} are {state}", example="the volumes of oragrp on hostc are TARGET FULL DUPLEX")
def volumes_are(drill: Drill, group: str, host: str, state: str) -> None:
    """Every volume of the group on the array of this host is in the state, as that array sees it."""
    drill.observed(drill.expect.volumes_are(group, host, state))


@then(
    "the volumes of {group} on {host} remained {state}", example="the volumes of oragrp on hostb remained FULL DUPLEX"
)
def volumes_remained(drill: Drill, group: str, host: str, state: str) -> None:
    """Every volume is in the state and never left it since the last `When` began."""
    drill.observed(drill.expect.volumes_stayed(group, host, state, drill.since))


@then(
    "the volumes of {group} on {host} went from {before:state} to {after:state} within {within_s:duration}",
    example="the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes",
)
def volumes_went(drill: Drill, group: str, host: str, before: str, after: str, within_s: float) -> None:
    """Every volume was in one state when the last `When` began, and reaches the other."""
    drill.observed(drill.expect.volumes_went(group, host, before, after, drill.since, within_s))


@then(
    "the volumes of {group} on {host} become {state} within {within_s:duration}",
    example="the volumes of oragrp on hostc become FULL DUPLEX within 30 minutes",
)
def volumes_become(drill: Drill, group: str, host: str, state: str, within_s: float) -> None:
    """Every volume of the group on the array of this host reaches the state."""
    drill.observed(drill.expect.volumes_are(group, host, state, within_s))


@then(
    "the volumes of {group} on {host} show {state}, reason {reason}",
    example="the volumes of oragrp on hostc show SUSPENDED, reason Host Source",
)
def state_and_reason(drill: Drill, group: str, host: str, state: str, reason: str) -> None:
    """Every volume is in the state for that reason, as `lspprc` on this host's array says."""
    drill.observed(drill.expect.volumes_show(group, host, state, reason))


@given("the volumes show:", example="the volumes show:", table=volume_rows)
@then("the volumes show:", example="the volumes show:", table=volume_rows)
@then("within {within_s:duration} the volumes show:", example="within 5 minutes the volumes show:", table=volume_rows)
def volumes_table(drill: Drill, datatable: Table, within_s: float = 0.0) -> None:
    """Each row of the table holds: `host`, `volume`, `state` and, if you like, `reason`, as that host's array says."""
    rows = volume_rows(datatable, drill.names)
    drill.observed(drill.expect.like_table(volumes_like(rows), within_s))


@then(
    "only changed tracks of {group} were copied to the array of {host}",
    example="only changed tracks of oragrp were copied to the array of hosta",
)
def only_changed_tracks(drill: Drill, group: str, host: str) -> None:
    """The copies since the last `When` moved something, and no more tracks than writes that the mirror had missed."""
    drill.observed(drill.expect.only_changed_tracks_copied(group, host, drill.since))
