"""What the engine of a member of a global cluster answers to the three questions of `vcs.beyond`.

The answers stand on the board, where the connector and the global groups put them; so an engine that splits in two
takes them along.
"""

from __future__ import annotations

from mirrordrill.simulator.vcs.engine.engine_state import Cause, GroupBoard
from mirrordrill.simulator.vcs.engine.global_cluster_hooks import Beyond


def why_not_here(group: GroupBoard) -> str | None:
    """A global group comes online where its Authority is, unless another cluster is about to get it."""
    if not group.spec.is_global:
        return None
    if group.abroad.promised_to:
        return f"it is about to go to cluster {group.abroad.promised_to}"
    return None if group.spec.authority else "Authority is not with this cluster"


def holds_auto_start(group: GroupBoard) -> bool:
    """A global group waits until the other clusters can be asked where it is up, or for AutoStartTimeout."""
    return group.spec.is_global and group.abroad.start_held


def no_target_left(group: GroupBoard, _: Cause) -> None:
    """ClusterFailOverPolicy says what follows; the connector asks it when the message has been handled."""
    if group.spec.is_global:
        group.abroad.stranded = True


IN_GLOBAL_CLUSTER = Beyond(why_not_here, holds_auto_start, no_target_left)
"""The answers of an engine whose cluster has remote clusters."""
