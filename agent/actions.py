"""The actions an operator runs with `hares -action`: failback, and three that only look.

What an action says goes to the operator, and (failback) to the log. It has 30 to 40 s, so nothing here waits for a
copy.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Tuple

from .decide import (
    FailOver,
    NothingToDo,
    Refuse,
    StartFailback,
    TakeLock,
    decide_failback,
    decide_online,
    decide_reversal,
)
from .errors import AgentError, ArrayRefused, GarbledState
from .exit_codes import ActionExit
from .journal import Journal, Step, write_journal
from .messages import ACTION_FAILED, FAILBACK_IDLE, FAILBACK_STARTED, one_line, say
from .names import is_safe_name, waiting_name
from .online import fail_back_and_look, learn_timeout
from .pairs import LocalVolume, describe, name_volumes
from .ports import Node
from .reslock import ask
from .run import Run
from .statetext import parse
from .verify import check

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


def failback(run: Run) -> ActionExit:
    """Copy what was changed here back to the original primary, and return while the copy runs."""
    volumes = run.array.look(run.budget)
    plan = decide_failback(volumes)
    if isinstance(plan, StartFailback) and (system := online_at_the_far_side(run)):
        plan = Refuse(f"the resource is online on {system}, at the far side, which would be overwritten")
    if isinstance(plan, Refuse):
        return refuse(run.node, "failback", f"{plan.why}; the array said: {describe(volumes)}")
    if isinstance(plan, NothingToDo):
        say(run.node, FAILBACK_IDLE, why=plan.why)
        answer(run.node, [f"nothing to do: {plan.why}", *_progress(run.array.look(run.budget, with_tracks=True))])
        return ActionExit.DONE
    return _start_failback(run, volumes, plan)


def online_at_the_far_side(run: Run) -> str:
    """A system on which VCS says the resource is online and whose array is the far one; empty where none is known.

    In a global cluster the far side is another cluster, and nothing is known of it here.
    """
    text = ask(run.node, run.limits, "hares", "-state", run.resource) or ""
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    for system in [row[2] for row in rows if len(row) >= 4 and "ONLINE" in row[3].split("|") and is_safe_name(row[2])]:
        image = ask(run.node, run.limits, "hares", "-value", run.resource, "LocalStorageImageID", system)
        if image == run.attributes.remote_image:
            return system
    return ""


def _start_failback(run: Run, volumes: Tuple[LocalVolume, ...], plan: StartFailback) -> ActionExit:
    decision = decide_reversal(plan.pairs, run.array.paths(plan.pairs, run.budget))
    if isinstance(decision, Refuse):
        return refuse(run.node, "failback", decision.why)
    node, saw = run.node, describe(volumes)
    journal = Journal(run.resource, node.system, node.boot_id(), "failback", Step.REVERSING, plan.pairs, saw)
    try:
        write_journal(node, journal)
    except OSError as error:
        return refuse(node, "failback", f"the journal cannot be written, so nothing was sent: {error}")
    learn_timeout(run, "ActionTimeout")
    after = fail_back_and_look(run, plan.pairs, run.budget, with_tracks=True)
    run.advance(journal, Step.COMPLETE, describe(after))
    say(node, FAILBACK_STARTED, pairs=name_volumes(plan.pairs))
    answer(node, [f"failback started for {name_volumes(plan.pairs)}", *_progress(after)])
    return ActionExit.DONE


def _progress(volumes: Tuple[LocalVolume, ...]) -> List[str]:
    """One line for each relation: pair, state, reason, tracks still to copy."""
    lines = []
    for volume in volumes:
        for relation in volume.relations:
            tracks = "-" if relation.out_of_sync_tracks is None else str(relation.out_of_sync_tracks)
            its = f"{relation.state.value}, reason {relation.reason.value}, {relation.copy_type.value}"
            direction = "from" if relation.is_target else "to"
            lines.append(f"{volume.volume} {direction} {relation.peer}: {its}, {tracks} tracks to go")
        if not volume.relations:
            lines.append(f"{volume.volume}: in no pair")
    return lines


def status(run: Run) -> ActionExit:
    """Pairs, states, tracks to go, and the paths from here to there."""
    volumes = run.array.look(run.budget, with_tracks=True)
    pairs = [f"{volume.volume}:{relation.peer}" for volume in volumes for relation in volume.relations]
    lines = _progress(volumes)
    lines += _path_lines(run, pairs) if pairs else []
    lines += _what_goes_on(run)
    answer(run.node, lines)
    return ActionExit.DONE


def _what_goes_on(run: Run) -> List[str]:
    """The last operation on the pairs from this node, and what an entry point under way is waiting for."""
    journal = run.journal()
    lines = [f"last operation on {journal.system}: {journal.operation}, {journal.step.value}"] if journal else []
    for entry in ("online", "clean"):
        try:
            note = run.node.read_state(waiting_name(run.resource, entry))
            awaited = parse(entry, note).get("for", "") if note else ""
        except (OSError, GarbledState):
            continue
        lines += [f"{entry} is under way and waits for {awaited}"] if awaited else []
    return lines


def _path_lines(run: Run, pairs: List[str]) -> List[str]:
    paths = run.array.paths(pairs, run.budget)
    lines = [f"path from LSS {path.source_lss} to LSS {path.target_lss}: {path.state}" for path in paths]
    try:
        back = run.array.paths_back(pairs, run.budget)
    except ArrayRefused:
        return [*lines, f"paths from there to here: not seen from here, ask a system of {run.attributes.remote_image}"]
    return lines + [f"path back from LSS {each.source_lss} to LSS {each.target_lss}: {each.state}" for each in back]


def explain(run: Run) -> ActionExit:
    """What online would do now, and why, without doing it."""
    volumes = run.array.look(run.budget)
    plan = decide_online(volumes, run.journal())
    lines = [f"the array said: {describe(volumes)}"]
    if isinstance(plan, TakeLock):
        lines += [f"online would create the lock and send no command: {plan.why}", *plan.warnings]
    elif isinstance(plan, FailOver):
        then = (
            "then reverse the copy if a path to the far side is up" if plan.reverse else "and leave the copy suspended"
        )
        lines.append(f"online would fail over {name_volumes(plan.pairs)}, {then}: {plan.why}")
    elif isinstance(plan, Refuse):
        lines.append(f"online would refuse: {plan.why}")
    else:
        lines.append(f"online would wait, and refuse when its time is over: {plan.why}")
    answer(run.node, lines)
    return ActionExit.DONE


def verify(run: Run) -> ActionExit:
    """The manual's list `before you configure`, checked from this node."""
    findings = check(run)
    bad = [finding for finding in findings if not finding.is_good]
    answer(run.node, [finding.line() for finding in findings] + [f"{len(bad)} of {len(findings)} checks failed"])
    return ActionExit.FAILED if bad else ActionExit.DONE


ACTIONS: Dict[str, Callable[[Run], ActionExit]] = {
    "failback": failback,
    "status": status,
    "verify": verify,
    "explain": explain,
}


def act(run: Run, action: str) -> ActionExit:
    """Run one action and leave the session. An error that was foreseen becomes an answer."""
    try:
        return ACTIONS[action](run)
    except AgentError as error:
        return refuse(run.node, action, error)
    finally:
        run.array.close()
