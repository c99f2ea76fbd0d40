"""The lock of an online: taken as its very last step, and kept where the resource is online already.

An online that fails leaves no lock. But one that is typed by hand where the resource runs does not take its lock away
while it asks: a monitor would say offline meanwhile, and VCS would take the application down.
"""

from __future__ import annotations

from typing import Sequence, Tuple

from .attempt import OVER
from .decide import OnlinePlan, TakeLock
from .lock import Lock, remove_lock, write_lock
from .memory import ran_here_last
from .messages import LOCK_NOT_WRITTEN, ONLINE_ALREADY, ONLINE_DONE, ONLINE_REFUSED, ONLINE_WARNING, say
from .pairs import LocalVolume, describe
from .run import Run


def is_still_right(run: Run, volumes: Sequence[LocalVolume], plan: OnlinePlan) -> bool:
    """Whether the lock of this boot that was found tells the truth, which is logged; else it is removed."""
    image = run.attributes.local_image
    if isinstance(plan, TakeLock) and ran_here_last(run.node, run.resource, run.limits, image):
        say(run.node, ONLINE_ALREADY, saw=describe(volumes))
        return True
    remove_lock(run.node, run.resource)
    return False


def is_over(run: Run, volumes: Sequence[LocalVolume]) -> bool:
    """Whether another entry point has run on this node behind this online, which must not take the lock then."""
    if run.is_over():
        say(run.node, ONLINE_REFUSED, why=OVER, saw=describe(volumes))
        return True
    return False


def take_lock(run: Run, volumes: Tuple[LocalVolume, ...], plan: TakeLock) -> None:
    """Write the lock, and say with which warnings."""
    for warning in plan.warnings:
        say(run.node, ONLINE_WARNING, warning=warning)
    node = run.node
    if is_over(run, volumes):
        return
    lock = Lock(run.resource, node.system, node.boot_id(), "online", tuple(volume.volume for volume in volumes))
    try:
        write_lock(node, lock)
        if run.attempt is not None and run.attempt.is_ended():
            # In the last instant: what ended it has found no lock to remove.
            remove_lock(node, run.resource)
            say(node, ONLINE_REFUSED, why=OVER, saw=describe(volumes))
            return
    except OSError as error:
        say(node, LOCK_NOT_WRITTEN, reason=error)
        return
    say(node, ONLINE_DONE, why=plan.why, saw=describe(volumes))
