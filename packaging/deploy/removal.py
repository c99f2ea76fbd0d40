"""Is it safe to remove the agent from this node?

The manual (chapter 2) demands that the application's group is not online. VCS knows that, and the installer
asks it on this node; it reads the answer by words, never by columns. Where VCS gives no answer, the agent stays: a
group whose agent is gone cannot be taken offline properly, nor brought online again anywhere else on this node.

Rule 1: only a state made of OFFLINE and FAULTED is offline. Every other word, known or not, keeps the agent.
Rule 2: force means: the administrator knows what VCS could not say. It never overrules what VCS did say.
Rule 3: an interrupted takeover has its journal on this node; removing that is a decision for the administrator, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.errors import GarbledState
from agent.journal import read_journal
from agent.names import is_safe_name, journal_name, lock_name
from agent.ports import Node

ANSWER_WITHIN_S = 30.0
QUIET = frozenset({"OFFLINE", "FAULTED"})
BUSY = frozenset({"ONLINE", "PARTIAL", "STARTING", "STOPPING"})
TYPE = "MetroMirror"


@dataclass(frozen=True)
class Objection:
    """Why the agent should stay. A certain one cannot be forced away."""

    text: str
    is_certain: bool


class CannotTell(Exception):
    """VCS did not answer, or not in words that are understood."""


def ask(node: Node, *argv: str) -> list[str]:
    """The lines that a command of VCS prints. Raises CannotTell."""
    answer = node.run_ha(argv, ANSWER_WITHIN_S)
    said = answer.output.strip()
    if answer.exit_code is None:
        raise CannotTell(f"`{' '.join(argv)}` does not answer{': ' * bool(said)}{said}")
    if answer.exit_code:
        raise CannotTell(f"`{' '.join(argv)}` failed: {said or f'exit code {answer.exit_code}'}")
    return [line for line in said.splitlines() if line.strip()]


def ask_word(node: Node, *argv: str) -> str:
    """The one value that a command prints. Raises CannotTell."""
    lines = ask(node, *argv)
    if len(lines) != 1:
        raise CannotTell(f"`{' '.join(argv)}` was expected to print one value and printed {len(lines)} lines")
    return lines[0].strip()


def ask_engine(node: Node) -> Iterator[Objection]:
    """What VCS has against the removal, resource by resource. Raises CannotTell.

    First comes the node's own state: it shows that the engine is up and knows the node by this name.
    """
    state = ask_word(node, "hasys", "-state", node.system)
    if state.split()[-1] != "RUNNING":
        raise CannotTell(f"VCS on {node.system} is {state}, not RUNNING")
    groups = []
    for line in ask(node, "hares", "-list", f"Type={TYPE}"):
        words = line.split()
        if len(words) != 2:
            raise CannotTell(f"`hares -list Type={TYPE}` printed a line that is no resource and system: {line!r}")
        if words[1] == node.system:
            yield from judge(f"resource {words[0]}", ask_word(node, "hares", "-value", words[0], "State", words[1]))
            groups.append(ask_word(node, "hares", "-value", words[0], "Group"))
    for group in dict.fromkeys(groups):
        yield from judge(f"group {group}", ask_word(node, "hagrp", "-value", group, "State", node.system))


def judge(what: str, state: str) -> Iterator[Objection]:
    """What a state, `|OFFLINE|FAULTED|` or `ONLINE | STATE UNKNOWN`, has against the removal."""
    words = {word.strip() for word in state.split("|")} - {""}
    if words & BUSY:
        yield Objection(
            f"{what} is {'|'.join(sorted(words))} on this node: take it offline, or switch it away", is_certain=True
        )
    elif not words or not words <= QUIET:
        yield Objection(f"{what} is in the state {state!r}, which does not say offline", is_certain=False)


def unfinished(node: Node, names: Sequence[str]) -> Iterator[Objection]:
    """What the state files of these names have against the removal."""
    ending = journal_name("")
    for resource in sorted(name[: -len(ending)] for name in names if name.endswith(ending)):
        try:
            journal = read_journal(node, resource) if is_safe_name(resource) else None
        except (GarbledState, OSError) as error:
            yield Objection(f"the journal of {resource} cannot be read: {error}", is_certain=False)
            continue
        if journal is not None and journal.is_interrupted:
            yield Objection(
                f"the last operation on the pairs of {resource} was interrupted while {journal.step.value}: bring the "
                "resource online, or look at its pairs, before its journal is removed",
                is_certain=False,
            )


def objections(node: Node, state_names: Sequence[str], *, has_vcs: bool) -> list[Objection]:
    """Everything against the removal. On a node without VCS only the agent's locks can be looked at."""
    found: list[Objection] = []
    if has_vcs:
        try:
            found += ask_engine(node)
        except CannotTell as doubt:
            found.append(Objection(f"VCS cannot tell whether a group is online: {doubt}", is_certain=False))
    else:
        locks = sorted(name for name in state_names if name.endswith(lock_name("")))
        found += [
            Objection(f"there is no VCS to ask, and {name} says that a resource is online", is_certain=False)
            for name in locks
        ]
    return [*found, *unfinished(node, state_names)]
