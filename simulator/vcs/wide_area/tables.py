"""The tables of global clusters, printed for people.

Rule: what is printed is read from the tables; no sentence here repeats one of their cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mirrordrill.simulator.vcs.spec import ClusterFailOverPolicy
from mirrordrill.simulator.vcs.wide_area.policy import ACTIONS, ClusterDeclaration, ClusterFailOverReason
from mirrordrill.simulator.vcs.wide_area.states import AFTER, ConnectionEvent, RemoteState

ABOUT = """# Global clusters

Two or more clusters, each with an array, hosts and a `main.cf` of its own. Their wide-area connectors (wac) talk to
each other over the network between the sites, which is neither the mirror's links nor LLT's cables: each of the three
fails by itself. A cluster knows another one by two signs, heartbeats and the connection. One of them lost is trouble
with a line or a process; both lost is a dead site or a cut line, and two clusters alone cannot tell which.
Printed from the tables in `simulator/vcs/wide_area/` by its `tables.py`; what is guessed stands in
[fidelity.md](fidelity.md).

## What a remote cluster is taken for

A row for each event, a column for the state in which it comes; where nothing stands, nothing changes.
"""
POLICIES = """
## What goes on by itself

ClusterFailOverPolicy, and why a global group should be somewhere else.
"""
DECLARATIONS = """
## What an operator may declare

`haclus -declare ... -clus CLUSTER [-failover]`, of a cluster that has faulted. With `-failover` the global groups that
were up there when it was last heard of come online here.

| declaration | its groups count as offline, and can be brought over |
| --- | --- |
"""
BREAKING = """
## What a drill can break

`world.wide_area` in a step of one's own; each but `kill_wac` returns its undo.

| call | what happens |
| --- | --- |
| `cut(a, b)`, `mend(a, b)` | the line between two clusters, or one and a Steward, carries nothing; carries again |
| `cut_off(a)` | all lines from a place are cut |
| `heal()` | everything that is cut, lost or unreachable is undone |
| `lose_heartbeat(a, b)` | the pings of cluster a to cluster b are not answered; their connection lives |
| `kill_wac(a)` | the connector of a cluster dies; VCS finds out at its next monitor and starts it again |
| `lose_steward(s)` | no cluster reaches the Steward |

A heartbeat is answered while any of its addresses is: one that an IP resource of that cluster keeps up, as long as the
resource is online on a living host; any other one, a router's, as long as the line carries. So a router among the
Arguments keeps everybody from being told that all hosts of a cluster are dead.
"""


def as_markdown() -> str:
    """The page."""
    return "\n".join([ABOUT, *_states(), POLICIES, *_policies(), DECLARATIONS + _declarations() + BREAKING])


def _states() -> Iterator[str]:
    states = tuple(RemoteState)
    yield _row(["", *(state.value for state in states)])
    yield _row(["---"] * (len(states) + 1))
    for event in ConnectionEvent:
        results = (AFTER.get((state, event)) for state in states)
        yield _row([event.value, *("" if result is None else result.value for result in results)])


def _policies() -> Iterator[str]:
    yield _row(["", *(occasion.value for occasion in ClusterFailOverReason)])
    yield _row(["---"] * (len(ClusterFailOverReason) + 1))
    for policy in ClusterFailOverPolicy:
        yield _row([policy.value, *(ACTIONS[policy, occasion].value for occasion in ClusterFailOverReason)])


def _declarations() -> str:
    rows = (_row([each.value, "yes" if each.takes_over else "no"]) for each in ClusterDeclaration)
    return "".join(f"{row}\n" for row in rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
