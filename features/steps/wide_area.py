"""Global clusters: the network between clusters, what they know of each other, alerts.

Two clusters may believe different things of the same moment, and often do.
"""

from __future__ import annotations

from mirrordrill.drills.faults import wide_area as faults
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import then, when


@when(
    "the network between {one:cluster} and {other:cluster} is cut",
    example="the network between clusa and clusb is cut",
)
def network_is_cut(drill: Drill, one: str, other: str) -> None:
    """Neither pings nor connections get from one cluster to the other; the mirror's links are other cables."""
    drill.observed(drill.faults.inject(faults.network_cut(one, other)))


@when(
    "the network between {one:cluster} and {other:cluster} is back",
    example="the network between clusa and clusb is back",
)
def network_is_back(drill: Drill, one: str, other: str) -> None:
    """They reach each other again."""
    drill.observed(drill.faults.clear(*faults.cuts(one, other)))


@when(
    "what {one:cluster} sends to {other:cluster} is lost",
    example="what clusa sends to clusb is lost",
)
def one_way_is_cut(drill: Drill, one: str, other: str) -> None:
    """A line that is cut one way: what the other cluster sends arrives, but neither learns whether it was heard."""
    drill.observed(drill.faults.inject(faults.one_way_cut(one, other)))


@when(
    "what {one:cluster} sends to {other:cluster} arrives again",
    example="what clusa sends to clusb arrives again",
)
def one_way_is_back(drill: Drill, one: str, other: str) -> None:
    """The line carries both ways."""
    drill.observed(drill.faults.clear(faults.one_way_cut(one, other)))


@when("pings from {one:cluster} to {other:cluster} are lost", example="pings from clusb to clusa are lost")
def pings_are_lost(drill: Drill, one: str, other: str) -> None:
    """The Icmp heartbeat is not answered any more; the connection between the clusters lives."""
    drill.observed(drill.faults.inject(faults.pings_lost(one, other)))


@when(
    "pings from {one:cluster} to {other:cluster} are answered again",
    example="pings from clusb to clusa are answered again",
)
def pings_are_back(drill: Drill, one: str, other: str) -> None:
    """The Icmp heartbeat is answered."""
    drill.observed(drill.faults.clear(faults.pings_lost(one, other)))


@when("the wide-area connector of {cluster} dies", example="the wide-area connector of clusa dies")
def connector_dies(drill: Drill, cluster: str) -> None:
    """The wac process is gone; the ClusterService group starts it again, or moves it."""
    drill.observed(drill.faults.inject(faults.connector_killed(cluster)))


@when(
    "the operator on {host} declares {cluster} a {what:word}",
    example="the operator on hostc declares clusa a disaster",
)
def declares(drill: Drill, host: str, cluster: str, what: str) -> None:
    """`haclus -declare disaster -clus CLUSTER -failover`: a person has decided, and the groups are brought over."""
    drill.observed(drill.operator.types_on(host, f"haclus -declare {what} -clus {cluster} -failover"))


@then(
    "alert {alert:word} is raised in {cluster} within {within_s:duration}",
    example="alert CFAULT-clusa is raised in clusb within 5 minutes",
)
def alert_is_raised(drill: Drill, alert: str, cluster: str, within_s: float) -> None:
    """Operators of that cluster see it in `haalert -display`; it stands since it was raised."""
    drill.observed(drill.expect.alert_is_raised(alert, cluster, within_s))


@then("no alert stands in {cluster}", example="no alert stands in clusb")
def no_alert_stands(drill: Drill, cluster: str) -> None:
    """Nothing waits for an operator there but what is about groups that the drill does not name."""
    drill.observed(drill.expect.no_alert(cluster))


@then("no alert stands in {cluster} in the whole site", example="no alert stands in clusb in the whole site")
def no_alert_stands_at_all(drill: Drill, cluster: str) -> None:
    """The same, with alerts about groups that the drill does not name."""
    drill.observed(drill.expect_everywhere.no_alert(cluster))


@then(
    "{one:cluster} takes {other:cluster} for {state:cluster_state} within {within_s:duration}",
    example="clusb takes clusa for FAULTED within 5 minutes",
)
def takes_for(drill: Drill, one: str, other: str, state: str, within_s: float) -> None:
    """What `haclus -state` says there of the other one: RUNNING, LOST_CONN, FAULTED and so on (vcs.md 4.3)."""
    drill.observed(drill.expect.takes_for(one, other, state, within_s))
