"""Expected of service groups."""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.sites.time_limits import move_limit_s
from mirrordrill.drills.steps.library import given, then
from mirrordrill.drills.steps.tables import Table, group_rows, groups_like


@then(
    "{group} comes online on {host} within {within_s:duration}", example="oragrp comes online on hostc within 5 minutes"
)
def comes_online(drill: Drill, group: str, host: str, within_s: float) -> None:
    """The group comes online on this host and on no other."""
    drill.observed(drill.expect.comes_online(group, host, within_s))


@given("{group} has been brought to {host}", example="oragrp has been brought to hostc")
def has_been_brought(drill: Drill, group: str, host: str) -> None:
    """The cluster has started and an operator has switched the group to this host, unless it was there."""
    drill.operator.brings(group, host)
    drill.observed(drill.expect.comes_online(group, host, move_limit_s(drill.world.site, group)))


@then(
    "{group} comes online on one of {hosts} within {within_s:duration}",
    example="oragrp comes online on one of hostc, hostd within 5 minutes",
)
def comes_online_on_one(drill: Drill, group: str, hosts: tuple[str, ...], within_s: float) -> None:
    """On exactly one system, whichever of these it is."""
    drill.observed(drill.expect.comes_online_on_one(group, hosts, within_s))


@then("{group} runs on {hosts} within {within_s:duration}", example="racgrp runs on hosta, hostb within 10 minutes")
def runs_on(drill: Drill, group: str, hosts: tuple[str, ...], within_s: float) -> None:
    """The group is online on all of these systems, and on no other: for parallel groups."""
    drill.observed(drill.expect.runs_on(group, hosts, within_s))


@then("{group} stays online on {host} for {for_s:duration}", example="oragrp stays online on hosta for 10 minutes")
def stays_online(drill: Drill, group: str, host: str, for_s: float) -> None:
    """It is online there, and nothing about that changes for so long."""
    drill.observed(drill.expect.stays_online(group, host, for_s))


@then(
    "{group} is offline everywhere within {within_s:duration}", example="oragrp is offline everywhere within 5 minutes"
)
def offline_everywhere(drill: Drill, group: str, within_s: float) -> None:
    """No system of the cluster has anything of the group online any more."""
    drill.observed(drill.expect.goes_offline(group, within_s))


@then(
    "{group} does not come online on {hosts} within {within_s:duration}",
    example="oragrp does not come online on hostc, hostd within 10 minutes",
)
def stays_down(drill: Drill, group: str, hosts: tuple[str, ...], within_s: float) -> None:
    """The group stays off these hosts for that long."""
    drill.observed(drill.expect.stays_down(group, hosts, within_s))
    drill.demanded_down(group, hosts)


@given("the groups show:", example="the groups show:", table=group_rows)
@then("the groups show:", example="the groups show:", table=group_rows)
@then("within {within_s:duration} the groups show:", example="within 5 minutes the groups show:", table=group_rows)
def groups_table(drill: Drill, datatable: Table, within_s: float = 0.0) -> None:
    """Each row of the table holds: `group`, `host`, `state`, in the engine's words: `ONLINE`, `OFFLINE|FAULTED`."""
    rows = group_rows(datatable, drill.names)
    drill.observed(drill.expect.like_table(groups_like(rows), within_s))
