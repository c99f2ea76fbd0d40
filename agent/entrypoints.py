"""The entry points as VCS calls them: one function, on a node and in the simulator.

Rule 1: what an entry point returns is what VCS does next (see exit_codes). An unforeseen error therefore never
becomes a number that VCS takes for a state: monitor says unknown, online leaves no lock, clean and actions say no.
Rule 2: no traceback is printed. The log gets one line with what went wrong and where.
"""

from __future__ import annotations

import contextlib
import errno
import os
from typing import Callable, Dict, Sequence

from .actions import ACTIONS, act
from .arguments import Invocation, action_arguments, parse_attributes, parse_invocation
from .attempt import end_attempts
from .budget import budget_of
from .clean import clean as judge_clean
from .direction import hand_over
from .errors import AgentError, ConfigError, GarbledState, NewerRecord
from .exit_codes import ActionExit, CleanExit, IgnoredExit, MonitorExit, WaitExit
from .info import publish as publish_info
from .journal import read_journal
from .lock import AtOpen, is_noted_in_this_boot, judge_at_open, note_boot, read_lock, remove_lock
from .memory import has_acted_here, publish
from .messages import (
    BAD_ARGUMENTS,
    FILES_GONE,
    LOCK_GARBLED,
    LOCK_GARBLED_KEPT,
    LOCK_KEPT,
    LOCK_NOT_REMOVED,
    LOCK_REMOVED_AT_OPEN,
    LOCK_UNKNOWN,
    MEMORY_NEWER,
    MEMORY_NOT_WRITTEN,
    NOT_CLEANED,
    OFFLINE_DONE,
    ONLINE_FAILED,
    UNEXPECTED,
    say,
)
from .monitor import monitor as judge_monitor
from .names import journal_name, memory_name
from .online import bring_online
from .ports import Node
from .reporting import refuse
from .reslock import release_after_kill
from .run import learn_timeout, limits_in_force, start_run


def run(entry: str, arguments: Sequence[str], node: Node) -> int:
    """Run an entry point (`online`) or an action (`failback` or `actions/failback`); what VCS gets as its exit code.

    `arguments` are what follows the script's name on the command line. Never raises an Exception.
    """
    name = entry.rpartition("/")[2]
    try:
        if name == "monitor":
            # Nothing is parsed but the name: a wrong attribute is no reason to lose sight of a running application.
            return judge_monitor(node, arguments[0] if arguments else "")
        return _run(name, parse_invocation(name, arguments, is_action=name in ACTIONS), node)
    except ConfigError as error:
        say(node, BAD_ARGUMENTS, reason=error)
        if name in ACTIONS:
            node.answer(f"{name} failed: {error}")
        return _on_failure(name)
    except Exception as error:
        say(node, UNEXPECTED, kind=type(error).__name__, place=_place(error), reason=error)
        return _on_failure(name)


def _run(name: str, invocation: Invocation, node: Node) -> int:
    if name in ACTIONS:
        return int(_action(name, invocation, node))
    return int(ENTRY_POINTS[name](invocation, node))


def _on_failure(name: str) -> int:
    failures = {
        "monitor": MonitorExit.UNKNOWN,
        "clean": CleanExit.NOT_CLEANED,
        "info": ActionExit.FAILED,
    }
    if name in ACTIONS or name not in ENTRY_POINTS:
        return int(ActionExit.FAILED)
    return int(failures.get(name, WaitExit.MONITOR_NOW))


def _place(error: BaseException) -> str:
    """File and line where an error was raised."""
    place = "nowhere"
    traceback = error.__traceback__
    while traceback is not None:
        place = f"{os.path.basename(traceback.tb_frame.f_code.co_filename)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def open_resource(invocation: Invocation, node: Node) -> int:
    """Remove a lock of an earlier boot; keep one of this boot, whose application may still be running.

    A lock that cannot be read is left: monitor does not know either, and judges its boot itself once it can be read.
    """
    resource = invocation.resource
    # The agent was started, so whichever online still runs here is one that its agent left behind.
    end_attempts(node, resource)
    _let_others_go_on(node, resource)
    has_lost_files = _remember(node, resource)
    try:
        _judge_lock(node, resource, has_lost_files=has_lost_files)
    except OSError as error:
        say(node, LOCK_UNKNOWN, reason=error)
        return IgnoredExit.DONE
    # Only now, for the note vouches for whatever lock stayed. Where it cannot be written, online tries again.
    with contextlib.suppress(OSError):
        note_boot(node, resource)
    return IgnoredExit.DONE


def _judge_lock(node: Node, resource: str, *, has_lost_files: bool) -> None:
    """Let the lock of this boot stay and no other. Raises OSError where that cannot be done."""
    try:
        lock = read_lock(node, resource)
    except (GarbledState, OSError) as error:
        if is_unreadable(error):
            raise
        if isinstance(error, GarbledState) and is_noted_in_this_boot(node, resource):
            say(node, LOCK_GARBLED_KEPT, system=node.system, reason=error)
        else:
            remove_lock(node, resource)
            say(node, LOCK_GARBLED, reason=error)
        return
    if lock is None:
        if has_lost_files:
            say(node, FILES_GONE)
    elif judge_at_open(lock, resource, node.system, node.boot_id()) is AtOpen.KEEP:
        say(node, LOCK_KEPT, system=node.system)
    else:
        reason = f"written on {lock.system} in boot {lock.boot_id} for {lock.resource}"
        remove_lock(node, resource)
        say(node, LOCK_REMOVED_AT_OPEN, system=node.system, reason=reason)


def is_unreadable(error: Exception) -> bool:
    """Whether the disk says nothing of a file; what is there and not trusted, a link among it, is another matter."""
    return isinstance(error, OSError) and error.errno not in (None, errno.ELOOP)


def _remember(node: Node, resource: str) -> bool:
    """What this node remembers of the last online reaches the cluster, and the other way round.

    Returns whether the cluster remembers what this node did in this boot, and its own file of that is gone.
    """
    had_file = _has_file(node, memory_name(resource))
    try:
        memory = publish(node, resource, limits_in_force(node)).memory
        return not had_file and memory is not None and has_acted_here(node, memory)
    except NewerRecord as error:
        say(node, MEMORY_NEWER, reason=error)
        return False
    except (AgentError, OSError) as error:
        say(node, MEMORY_NOT_WRITTEN, reason=error)
        return False


def _has_file(node: Node, name: str) -> bool:
    """Whether a state file is there, as far as can be told."""
    try:
        return node.has_state(name)
    except OSError:
        return True


def _let_others_go_on(node: Node, resource: str) -> None:
    """Whatever changed pairs from this node runs no more: what it may still hold of VCSResLock keeps others waiting."""
    try:
        if node.has_state(journal_name(resource)):
            release_after_kill(node, resource, limits_in_force(node))
    except OSError:
        return


def online(invocation: Invocation, node: Node) -> int:
    """Make the volumes writable and create the lock, or say in the log why not. Always 0: see WaitExit."""
    budget = budget_of("online", node)
    try:
        work = start_run(node, invocation.resource, parse_attributes(invocation), budget)
        try:
            bring_online(learn_timeout(work, "OnlineTimeout"))
        finally:
            work.array.close()
    except (AgentError, OSError) as error:
        say(node, ONLINE_FAILED, reason=error)
    return WaitExit.MONITOR_NOW


def offline(invocation: Invocation, node: Node) -> int:
    """Remove the lock. Taking the resource offline does not mean giving the devices up, so the array hears nothing."""
    end_attempts(node, invocation.resource)
    _hand_over(invocation, node)
    try:
        remove_lock(node, invocation.resource)
        say(node, OFFLINE_DONE)
    except OSError as error:
        say(node, LOCK_NOT_REMOVED, reason=error)
    return WaitExit.MONITOR_NOW


def _hand_over(invocation: Invocation, node: Node) -> None:
    """Before another system may come online the cluster knows what was sent from here and may still be carried out.

    Nothing that goes wrong here keeps the resource online.
    """
    try:
        journal = read_journal(node, invocation.resource)
        if journal is not None and journal.last_sent_s(node.boot_id()) is not None:
            hand_over(start_run(node, invocation.resource, parse_attributes(invocation), budget_of("offline", node)))
    except (AgentError, OSError) as error:
        say(node, MEMORY_NOT_WRITTEN, reason=error)


def clean(invocation: Invocation, node: Node) -> int:
    """Decide whether it is safe to fault the resource."""
    try:
        return judge_clean(node, invocation.resource, lambda: parse_attributes(invocation), budget_of("clean", node))
    except (AgentError, OSError) as error:
        say(node, NOT_CLEANED, why=error)
        return CleanExit.NOT_CLEANED


def info(invocation: Invocation, node: Node) -> int:
    """Say how the mirror is, for ResourceInfo."""
    return publish_info(node, invocation.resource, lambda: parse_attributes(invocation))


def _action(name: str, invocation: Invocation, node: Node) -> int:
    try:
        arguments = action_arguments(invocation)
        work = start_run(node, invocation.resource, parse_attributes(invocation), budget_of("action", node), arguments)
    except AgentError as error:
        return refuse(node, name, error)
    return act(learn_timeout(work, "ActionTimeout"), name)


def do_nothing(_invocation: Invocation, _node: Node) -> int:
    """close: the resource stays what it is. attr_changed: every entry point gets its attributes anew anyway."""
    return IgnoredExit.DONE


ENTRY_POINTS: Dict[str, Callable[[Invocation, Node], int]] = {
    "open": open_resource,
    "close": do_nothing,
    "online": online,
    "offline": offline,
    "clean": clean,
    "attr_changed": do_nothing,
    "info": info,
}
"""Besides monitor, which has a module of its own."""
