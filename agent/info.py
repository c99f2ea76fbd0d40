"""info: how the mirror is, for ResourceInfo; and the one place that notices by itself that it broke.

VCS 5.0 and later run it every InfoInterval while the resource is online (0, the default, is never). What it prints
becomes the resource's ResourceInfo; the note that it leaves lets the monitor say with how much confidence the resource
is online. It costs one login and one list; a console that was silent a moment ago is tried last.

Rule 1: it changes nothing and concludes nothing. A mirror that broke is no reason to stop an application.
Rule 2: the engine's log hears of a change once, not of a state every time.
"""

from __future__ import annotations

from typing import Callable, Optional

from .arguments import Attributes
from .budget import budget_of
from .console_memory import was_refused
from .engine_log import tell_engine
from .errors import AgentError
from .exit_codes import ActionExit
from .messages import INFO_FAILED, MIRROR_BROKE, MIRROR_CHANGED, MIRROR_IN_SYNC, say
from .mirror import Mirror, MirrorNote, MirrorState, ages, duration, leave_note, mirror_of, read_note
from .ports import Node
from .run import start_run


def publish(node: Node, resource: str, attributes: Callable[[], Attributes]) -> ActionExit:
    """The whole of info; 0 where what it printed is how the mirror is."""
    try:
        run = start_run(node, resource, attributes(), budget_of("info", node))
        if was_refused(node, run.attributes):
            # It runs by itself; repeated logins with a wrong password would lock the account.
            return _unknown(node, "the DS CLI refused the user last time; run the action verify once that is mended")
        try:
            volumes = run.array.look(run.budget, with_tracks=True)
        finally:
            run.array.close()
    except AgentError as error:
        return _unknown(node, error)
    before, mirror = read_note(node, resource), mirror_of(volumes)
    note = leave_note(node, resource, mirror)
    _notice(node, resource, before, mirror)
    node.answer("; ".join([f"mirror {mirror.text()}", *ages(note, note.seen_s), recovery_point(note)]))
    return ActionExit.DONE


def recovery_point(note: MirrorNote) -> str:
    """What a takeover at the other side would lose at most, as far as it is known here."""
    behind_s = note.behind_s(note.seen_s)
    if behind_s is None:
        return "estimated RPO unknown"
    return f"estimated RPO {behind_s:.0f} s" + (f" ({duration(behind_s)})" if behind_s >= 120 else "")


def _unknown(node: Node, why: object) -> ActionExit:
    say(node, INFO_FAILED, reason=why)
    node.answer(f"mirror unknown: {why}")
    return ActionExit.FAILED


def _notice(node: Node, resource: str, before: Optional[MirrorNote], mirror: Mirror) -> None:
    """Say once that the mirror is another one than it was. A first look that finds it in sync is no news."""
    was = before.state if before else MirrorState.IN_SYNC
    if mirror.state is was:
        return
    if mirror.is_in_sync:
        say(node, MIRROR_IN_SYNC, was=was.value)
        tell_engine(node, resource, MIRROR_IN_SYNC, was=was.value)
        return
    message = MIRROR_BROKE if was is MirrorState.IN_SYNC else MIRROR_CHANGED
    fields = {"now": mirror.text(), "was": was.value, "saw": mirror.saw}
    say(node, message, **fields)
    tell_engine(node, resource, message, **fields)
