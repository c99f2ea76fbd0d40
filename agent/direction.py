"""A change of direction is written down: in the memory of this cluster, and of the other one of a global cluster.

Rule 1: it is announced before the first command that changes a pair, and nothing is sent where this cluster's memory
does not take it.
Rule 2: another cluster has a memory of its own. It is told through the agent of one of its systems, as far as it lives;
one that is lost is not waited for, and what its files say when it comes back counts as cold.
Rule 3: what was announced and certainly never sent is taken back: a record that follows the announcement says again
what was remembered before it, and the journal is again what it was. Left to stand, it would let clean wait for a
command that is on no way, and explain a half that a person failed over later. Killed in between, either of them stands
as before, which is safe: both only make the agents more careful.
Rule 4: a node takes back a record only where the cluster has no other: one that stood still may have missed an online,
and two records that follow the same one contradict each other.
"""

from __future__ import annotations

from typing import Optional

from .errors import LicenceExpired
from .far_side import FarSide
from .memory import (
    Memory,
    Phase,
    Recollection,
    following,
    recall,
    remember,
)
from .messages import JOURNAL_BEHIND, JOURNAL_NOT_WRITTEN, OTHER_CLUSTER_NOT_TOLD, say
from .run import Run
from .second_opinion import TELL_S, Far

TOLD = "remembered"
"""How its answer begins."""


def announce(run: Run, before: Recollection, phase: Phase, side: FarSide, far: Far = Far.SOURCE) -> Optional[Memory]:
    """Write into the memory that the direction is about to change towards this side; None (logged) where it cannot.

    Raises LicenceExpired where the memory has moved on since `before` was read.

    `far`: what the far array says before anything is changed, so that later onlines know what was written since.
    """
    node, attributes = run.node, run.attributes
    last = before.memory
    ran_at = {} if last is not None else {"image": attributes.remote_image}
    memory = following(
        node,
        before,
        phase=phase,
        towards=attributes.local_image,
        by=node.system,
        left_behind=far is not Far.SOURCE,
        **ran_at,
    )
    try:
        is_known = remember(node, run.resource, run.limits, memory)
    except OSError as error:
        say(node, JOURNAL_NOT_WRITTEN, reason=error)
        return None
    if far is not Far.SILENT:
        # An agent that did not answer a moment ago is not waited for once more; it is told behind the lock.
        tell(run, side, memory)
    return memory if is_known else None


def conclude(run: Run, memory: Memory, side: FarSide, *, left_behind: bool) -> None:
    """A change of direction that no online follows has come to its end: this side holds the right data."""
    node = run.node
    before = Recollection(memory, is_live=True, is_replicated=True)
    done = following(
        node,
        before,
        image=run.attributes.local_image,
        phase=Phase.ONLINE,
        towards="",
        by="",
        left_behind=left_behind,
    )
    try:
        remember(node, run.resource, run.limits, done)
    except (OSError, LicenceExpired) as error:
        say(node, JOURNAL_BEHIND, reason=error)
    tell(run, side, done)


def tell(run: Run, side: FarSide, memory: Memory) -> None:
    """Let the other cluster of a global group know the record. Never raises: it is a courtesy to a side that lives."""
    if not side.cluster or not side.running:
        return
    argv = ["hares", "-action", run.resource, "opinion", "-actionargs", memory.text(), "-sys", side.running[0]]
    answer = run.node.run_ha([*argv, "-clus", side.cluster], max(run.budget.share(TELL_S).left_s(), 1.0))
    if answer.exit_code != 0 or TOLD not in answer.output:
        say(run.node, OTHER_CLUSTER_NOT_TOLD, cluster=side.cluster, reason=answer.output.strip() or "no answer")


def take_over_record(run: Run, memory: Memory) -> str:
    """The other cluster's record becomes ours where it is newer; why not, or nothing. Raises OSError."""
    images = (run.attributes.local_image, run.attributes.remote_image)
    if memory.image not in images or memory.towards not in ("", *images):
        return f"it is about other arrays: {memory.image} {memory.towards}".rstrip()
    ours = recall(run.node, run.resource, run.limits).memory
    if ours is not None and ours.token != memory.token and not memory.is_newer_than(ours):
        return f"{ours.system} wrote {ours.token}, which {memory.token} does not follow"
    return "" if remember(run.node, run.resource, run.limits, memory) else "VCS does not keep it"
