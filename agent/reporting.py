"""What an action says to the operator who called it, and how it says no."""

from __future__ import annotations

from typing import List, Tuple

from .exit_codes import ActionExit
from .messages import ACTION_FAILED, one_line, say
from .pairs import LocalVolume
from .ports import Node

ANSWER_LENGTH_MAX = 1900
"""VCS hands about 2 KB of an action's output to the caller (reference vcs.md 1.2)."""


def answer(node: Node, lines: List[str]) -> None:
    """Say lines to the operator, as many as VCS passes on."""
    text = "\n".join(one_line(line) for line in lines)
    if len(text) > ANSWER_LENGTH_MAX:
        text = text[: ANSWER_LENGTH_MAX - 30].rsplit("\n", 1)[0] + "\n... (more on the array)"
    node.answer(text)


def refuse(node: Node, action: str, reason: object) -> ActionExit:
    """Tell the operator and the log why nothing was done."""
    say(node, ACTION_FAILED, action=action, reason=reason)
    answer(node, [f"{action} failed: {reason}"])
    return ActionExit.FAILED


def progress(volumes: Tuple[LocalVolume, ...]) -> List[str]:
    """One line for each relation: pair, state, reason, tracks still to copy where they were asked for."""
    lines = []
    for volume in volumes:
        for relation in volume.relations:
            known = relation.out_of_sync_tracks
            tracks = "" if known is None else f", {known} tracks to go"
            its = f"{relation.state.value}, reason {relation.reason.value}, {relation.copy_type.value}"
            direction = "from" if relation.is_target else "to"
            lines.append(f"{volume.volume} {direction} {relation.peer}: {its}{tracks}")
        if not volume.relations:
            lines.append(f"{volume.volume}: in no pair")
    return lines
