"""What may go on by itself from one cluster to another, and who is to take a group: tables and pure functions.

Manual, the default, never moves a group without a person: between two clusters nobody can tell a dead site from a cut
line, and a group that is brought online because of a cut line is online twice (vcs.md 4.4, and the manual, chapter 3).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from mirrordrill.simulator.vcs.spec import ClusterFailOverPolicy
from mirrordrill.simulator.vcs.wide_area.states import Sign


class Occasion(enum.Enum):
    """Why a global group should be somewhere else."""

    NO_SYSTEM_LEFT = "no system of its cluster is left for it"
    CLUSTER_FAULTED = "its cluster has faulted"


class Course(enum.Enum):
    """What is done about it."""

    ALERT = "tell an operator"
    FAIL_OVER = "bring it online in another cluster"


COURSE: Mapping[tuple[ClusterFailOverPolicy, Occasion], Course] = MappingProxyType(
    {
        (ClusterFailOverPolicy.MANUAL, Occasion.NO_SYSTEM_LEFT): Course.ALERT,
        (ClusterFailOverPolicy.MANUAL, Occasion.CLUSTER_FAULTED): Course.ALERT,
        (ClusterFailOverPolicy.AUTO, Occasion.NO_SYSTEM_LEFT): Course.FAIL_OVER,
        (ClusterFailOverPolicy.AUTO, Occasion.CLUSTER_FAULTED): Course.FAIL_OVER,
        # Automatic as long as the clusters talk to each other; M in vcs.md 4.4.
        (ClusterFailOverPolicy.CONNECTED, Occasion.NO_SYSTEM_LEFT): Course.FAIL_OVER,
        (ClusterFailOverPolicy.CONNECTED, Occasion.CLUSTER_FAULTED): Course.ALERT,
    }
)


def in_order(cluster_list: Sequence[tuple[str, int]], among: Sequence[str]) -> tuple[str, ...]:
    """The clusters of a group's ClusterList that are among these, preferred ones first."""
    listed = [(priority, place, name) for place, (name, priority) in enumerate(cluster_list) if name in among]
    return tuple(name for _, _, name in sorted(listed))


def verdict(answers: Sequence[bool], somebody_to_ask: bool, silence_confirms: bool) -> Sign:
    """What an inquiry comes to; an answer is True where somebody says that the cluster is up (vcs.md 4.3)."""
    if any(answers):
        return Sign.DENIED
    if answers or not somebody_to_ask:
        return Sign.CONFIRMED
    return Sign.CONFIRMED if silence_confirms else Sign.DENIED


class Declaration(enum.Enum):
    """What an operator may say of a cluster that has faulted (vcs.md 4.4)."""

    DISASTER = "disaster"
    """Lost for good."""
    OUTAGE = "outage"
    """It will come back as it was."""
    DISCONNECT = "disconnect"
    """Both are up and do not hear each other: nothing is taken over."""
    REPLICA = "replica"
    """Data made consistent from a backup; other replication than this one."""

    @property
    def takes_over(self) -> bool:
        """Whether the groups there count as offline from now on."""
        return self is not Declaration.DISCONNECT
