"""Automatic failover between clusters, and the choice of the target cluster: tables and pure functions.

Manual, the default, never moves a group without an operator: between two clusters a dead site and a cut network look
the same, and a group that is brought online because of a cut network is online twice (vcs.md 4.4, and the manual,
chapter 3).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from mirrordrill.simulator.vcs.spec import ClusterFailOverPolicy
from mirrordrill.simulator.vcs.wide_area.states import ConnectionEvent


class ClusterFailOverReason(enum.Enum):
    """Why a global group should be somewhere else."""

    NO_SYSTEM_LEFT = "no system of its cluster is left for it"
    CLUSTER_FAULTED = "its cluster has faulted"


class ClusterFailOverAction(enum.Enum):
    """What the cluster does about it."""

    ALERT = "tell an operator"
    FAIL_OVER = "bring it online in another cluster"


ACTIONS: Mapping[tuple[ClusterFailOverPolicy, ClusterFailOverReason], ClusterFailOverAction] = MappingProxyType(
    {
        (ClusterFailOverPolicy.MANUAL, ClusterFailOverReason.NO_SYSTEM_LEFT): ClusterFailOverAction.ALERT,
        (ClusterFailOverPolicy.MANUAL, ClusterFailOverReason.CLUSTER_FAULTED): ClusterFailOverAction.ALERT,
        (ClusterFailOverPolicy.AUTO, ClusterFailOverReason.NO_SYSTEM_LEFT): ClusterFailOverAction.FAIL_OVER,
        (ClusterFailOverPolicy.AUTO, ClusterFailOverReason.CLUSTER_FAULTED): ClusterFailOverAction.FAIL_OVER,
        # Automatic as long as the clusters are connected; M in vcs.md 4.4.
        (ClusterFailOverPolicy.CONNECTED, ClusterFailOverReason.NO_SYSTEM_LEFT): ClusterFailOverAction.FAIL_OVER,
        (ClusterFailOverPolicy.CONNECTED, ClusterFailOverReason.CLUSTER_FAULTED): ClusterFailOverAction.ALERT,
    }
)


def in_order(cluster_list: Sequence[tuple[str, int]], among: Sequence[str]) -> tuple[str, ...]:
    """The clusters of a group's ClusterList that are among these, preferred ones first."""
    listed = [(priority, place, name) for place, (name, priority) in enumerate(cluster_list) if name in among]
    return tuple(name for _, _, name in sorted(listed))


def verdict(answers: Sequence[bool], *, has_third_parties: bool, silence_confirms: bool) -> ConnectionEvent:
    """The result of an inquiry; an answer is True if it says that the cluster is up (vcs.md 4.3)."""
    if any(answers):
        return ConnectionEvent.DENIED
    if answers or not has_third_parties:
        return ConnectionEvent.CONFIRMED
    return ConnectionEvent.CONFIRMED if silence_confirms else ConnectionEvent.DENIED


class ClusterDeclaration(enum.Enum):
    """What an operator may declare a faulted cluster to be (vcs.md 4.4)."""

    DISASTER = "disaster"
    """Lost for good."""
    OUTAGE = "outage"
    """It will come back as it was."""
    DISCONNECT = "disconnect"
    """Both clusters are up and not connected: nothing is taken over."""
    REPLICA = "replica"
    """Data made consistent from a backup; other replication than this one."""

    @property
    def takes_over(self) -> bool:
        """Whether the groups there count as offline from now on."""
        return self is not ClusterDeclaration.DISCONNECT
