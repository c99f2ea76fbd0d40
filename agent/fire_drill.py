"""MetroMirrorSnap: a copy of the target volumes for a rehearsal, while the mirror goes on.

The resource type of a fire drill group. online takes a FlashCopy of the mirror's targets, all of them at one moment,
onto practice volumes of the same array; offline dissolves it. The group's other resources (disk group, database) use
the practice volumes. The real group is not touched: it may be online at the other side all the time, and may take over
in the middle of a drill.

Rule 1: no command of this type changes a mirror pair.
Rule 2: what is rehearsed on is what a takeover would find. So every volume has to be a target in sync, and where
RemoteHMC1 is set the far array has to agree; RequireSync = 0 takes a suspended target, too, which is consistent and
old. A copy under way is a mixture that no database opens, and is refused in any case.
Rule 3: the copies are made with -freeze and let go with unfreezeflash, whatever came of them: the production's writes
wait meanwhile. A set of which one copy failed is dissolved as a whole.
Rule 4: the lock says online, as for MetroMirror. What a killed online left behind is dissolved by the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Dict, List, Mapping, Sequence, Tuple

from .arguments import SCALARS, Attributes, Invocation, check_attributes, parse_invocation, split_values, volume_id
from .budget import budget_of, look_needs_s
from .entrypoints import do_nothing
from .errors import AgentError, ArrayRefused, ConfigError
from .exit_codes import CleanExit, IgnoredExit, MonitorExit, WaitExit
from .far_side import FarSide
from .lock import AtOpen, Lock, judge_at_open, read_lock, remove_lock, write_lock
from .messages import (
    BAD_ARGUMENTS,
    LOCK_NOT_REMOVED,
    SNAP_LEFT,
    SNAP_MADE,
    SNAP_REFUSED,
    SNAP_REMOVED,
    UNEXPECTED,
    say,
)
from .monitor import monitor as judge_monitor
from .pairs import LocalVolume, Standing, by_standing, describe, name_volumes
from .ports import Node
from .run import Run, learn_timeout, start_run
from .second_opinion import Far, FarArray

TYPE_NAME = "MetroMirrorSnap"
LISTS = ("VolIds", "PracticeVolIds")
OPTIONAL = ("RemoteHMC1", "RemoteHMC2", "RequireSync")
ARG_LIST = (*SCALARS, *LISTS, *OPTIONAL)


@dataclass(frozen=True)
class FireDrill:
    """The checked attributes of a MetroMirrorSnap resource. `copies` are written source:practice."""

    attributes: Attributes
    copies: Tuple[str, ...]
    require_sync: bool = True


def parse_fire_drill(invocation: Invocation) -> FireDrill:
    """Raises ConfigError."""
    raw = split_values(list(invocation.values), SCALARS, LISTS, OPTIONAL)
    given: Mapping[str, List[str]] = {name: raw.get(name, []) for name in ARG_LIST}
    attributes = check_attributes(given)
    sources, practice = ([volume_id(each, attributes.local_image) for each in given[name]] for name in LISTS)
    if len(sources) != len(practice) or len({*sources, *practice}) != 2 * len(sources):
        expected = f"as many volumes as VolIds has ({len(sources)}), in their order, and others"
        raise ConfigError("PracticeVolIds", " ".join(practice), expected)
    wants_sync = given["RequireSync"]
    if wants_sync not in ([], [""], ["0"], ["1"]):
        raise ConfigError("RequireSync", " ".join(wants_sync), "0 or 1")
    copies = tuple(map(":".join, zip(sources, practice)))  # noqa: B905 - equally long, and Python 3.8 has no strict
    return FireDrill(attributes, copies, wants_sync != ["0"])


def why_not(volumes: Sequence[LocalVolume], far: Far, *, require_sync: bool) -> str:
    """Why a copy of these volumes would be no rehearsal of a takeover; empty where it would be one (rule 2)."""
    groups = by_standing(volumes)
    allowed = {Standing.TARGET_IN_SYNC} if require_sync else {Standing.TARGET_IN_SYNC, Standing.TARGET_SUSPENDED}
    odd = [volume.volume for its in groups if its not in allowed for volume in groups[its]]
    if odd or not groups:
        return f"{name_volumes(odd)} no target that is in sync: {describe(volumes)}"
    if require_sync and far is Far.AHEAD:
        return "the far array may hold later writes, so this copy is old"
    return ""


def bring_online(run: Run, drill: FireDrill) -> None:
    """Copy the targets at one moment, then create the lock. Raises AgentError; refusals are logged."""
    remove_lock(run.node, run.resource)
    volumes = run.array.look(run.budget)
    far = Far.UNASKABLE
    if drill.attributes.remote_hmcs:
        array = FarArray(run, FarSide())
        far = array.ask(volumes).far
        array.close()
    refused = why_not(volumes, far, require_sync=drill.require_sync)
    if refused:
        say(run.node, SNAP_REFUSED, why=refused)
        return
    _dissolve(run, drill.copies)
    run.budget.require("mkflash", look_needs_s(2 * len(drill.copies)))
    try:
        run.array.make_copies(drill.copies, run.budget)
        found = run.array.copies(drill.copies, run.budget)
        if set(found) != set(drill.copies):
            raise ArrayRefused("mkflash", (f"only {name_volumes(found)} of {name_volumes(drill.copies)} are there",))
    except AgentError:
        _dissolve(run, drill.copies)
        raise
    node = run.node
    practice = tuple(pair.partition(":")[2] for pair in drill.copies)
    write_lock(node, Lock(run.resource, node.system, node.boot_id(), "online", practice))
    say(node, SNAP_MADE, pairs=name_volumes(drill.copies), saw=describe(volumes))


def _dissolve(run: Run, pairs: Tuple[str, ...]) -> Tuple[str, ...]:
    """Dissolve what there is of the copies; which these were. Raises AgentError where it cannot."""
    found = run.array.copies(pairs, run.budget)
    if found:
        run.array.remove_copies(found, run.budget)
        say(run.node, SNAP_REMOVED, pairs=name_volumes(found))
    return found


def online(invocation: Invocation, node: Node) -> int:
    """Take the copy, or say in the log why not. Always 0: the monitor tells VCS."""
    return _with_run(invocation, node, "online", bring_online)


def offline(invocation: Invocation, node: Node) -> int:
    """Dissolve the copy. The lock goes in any case: a copy that stays is dissolved by the next online."""
    return _with_run(invocation, node, "offline", _give_back)


def _give_back(run: Run, drill: FireDrill) -> None:
    try:
        _dissolve(run, drill.copies)
    finally:
        remove_lock(run.node, run.resource)


def _with_run(invocation: Invocation, node: Node, entry: str, work: Callable[[Run, FireDrill], None]) -> int:
    try:
        drill = parse_fire_drill(invocation)
        run = start_run(node, invocation.resource, drill.attributes, budget_of(entry, node))
        try:
            work(learn_timeout(run, f"{entry.capitalize()}Timeout"), drill)
        finally:
            run.array.close()
    except (AgentError, OSError) as error:
        say(node, SNAP_LEFT if entry == "offline" else SNAP_REFUSED, why=error)
    return WaitExit.MONITOR_NOW


def clean(invocation: Invocation, node: Node) -> int:
    """Safe in any case: nothing but a rehearsal hangs on the copy, and no pair was changed."""
    try:
        remove_lock(node, invocation.resource)
    except OSError as error:
        say(node, LOCK_NOT_REMOVED, reason=error)
        return CleanExit.NOT_CLEANED
    return CleanExit.CLEANED


def open_resource(invocation: Invocation, node: Node) -> int:
    """Keep a lock of this boot, remove any other."""
    try:
        lock = read_lock(node, invocation.resource)
        if lock is None or judge_at_open(lock, invocation.resource, node.system, node.boot_id()) is AtOpen.KEEP:
            return IgnoredExit.DONE
    except (AgentError, OSError):
        pass
    clean(invocation, node)
    return IgnoredExit.DONE


ENTRY_POINTS: Dict[str, Callable[[Invocation, Node], int]] = {
    "open": open_resource,
    "close": do_nothing,
    "attr_changed": do_nothing,
    "online": online,
    "offline": offline,
    "clean": clean,
}


def run_entry(entry: str, arguments: Sequence[str], node: Node) -> int:
    """Run an entry point of MetroMirrorSnap; VCS gets what it returns. Never raises an Exception."""
    try:
        if entry == "monitor":
            return judge_monitor(node, arguments[0] if arguments else "")
        return int(ENTRY_POINTS[entry](parse_invocation(entry, arguments, is_action=False), node))
    except ConfigError as error:
        say(node, BAD_ARGUMENTS, reason=error)
    except Exception as error:
        say(node, UNEXPECTED, kind=type(error).__name__, place=entry, reason=error)
    return int(CleanExit.NOT_CLEANED if entry == "clean" else MonitorExit.UNKNOWN if entry == "monitor" else 0)
