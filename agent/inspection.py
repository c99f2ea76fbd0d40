"""The actions that only look: status, explain and verify. None of them sends a command that changes anything."""

from __future__ import annotations

from typing import List, Sequence

from .decide import FailOver, Refuse, TakeLock, decide_online
from .errors import ArrayRefused, GarbledState
from .exit_codes import ActionExit
from .messages import ACTION_FAILED, say
from .mirror import ages, leave_note, mirror_of
from .names import waiting_name
from .pairs import describe, name_volumes
from .reporting import answer, progress, refuse
from .run import Run
from .statetext import parse
from .verify import (
    Finding,
    Verdict,
    check,
    check_consoles,
    check_node,
    check_pairs,
    is_all_well,
    summary,
)


def status(run: Run) -> ActionExit:
    """Pairs, states, tracks to go, and the paths from here to there."""
    volumes = run.array.look(run.budget, with_tracks=True)
    pairs = [f"{volume.volume}:{relation.peer}" for volume in volumes for relation in volume.judged]
    mirror = mirror_of(volumes)
    note = leave_note(run.node, run.resource, mirror)
    lines = ["; ".join([f"mirror: {mirror.text()}", *ages(note, note.seen_s)]), *progress(volumes)]
    lines += _path_lines(run, pairs) if pairs else []
    lines += _what_goes_on(run)
    answer(run.node, lines)
    return ActionExit.DONE


def _what_goes_on(run: Run) -> List[str]:
    """The last operation on the pairs from this node, and what an entry point under way is waiting for."""
    journal = run.journal()
    lines = [f"last operation on {journal.system}: {journal.operation}, {journal.step.value}"] if journal else []
    for entry in ("online", "clean"):
        awaited = _left_waiting(run, entry)
        lines += [awaited] if awaited else []
    return lines


def _left_waiting(run: Run, entry: str) -> str:
    """What an entry point waits for, or waited for when it was killed: a note outlives who wrote it."""
    try:
        text = run.node.read_state(waiting_name(run.resource, entry))
        note = parse(entry, text) if text else {}
        until_s = float(note.get("until_uptime_s", 0))
    except (OSError, GarbledState, ValueError):
        return ""
    if not note:
        return ""
    process = note.get("pid", "")
    has_proc = run.node.inspect_file("/proc/self/stat") is not None
    is_gone = has_proc and run.node.inspect_file(f"/proc/{process}/stat") is None
    if is_gone or run.node.uptime_s() > until_s:
        return f"an earlier {entry} (process {process}) was killed while it waited for {note.get('for', 'something')}"
    return f"{entry} is under way and waits for {note.get('for', 'something')}"


def _path_lines(run: Run, pairs: List[str]) -> List[str]:
    paths = run.array.paths(pairs, run.budget)
    # A path of several links has a row for each of them.
    links = [f"path from LSS {path.source_lss} to LSS {path.target_lss}: {path.state}" for path in paths]
    lines = list(dict.fromkeys(links))
    try:
        back = run.array.paths_back(pairs, run.budget)
    except ArrayRefused:
        return [*lines, f"paths from there to here: not seen from here, ask a system of {run.attributes.remote_image}"]
    links = [f"path back from LSS {each.source_lss} to LSS {each.target_lss}: {each.state}" for each in back]
    return lines + list(dict.fromkeys(links))


def current_rpo(run: Run) -> ActionExit:
    """Seconds of writes that a takeover would lose at most, as a number, and how the mirror is; unknown fails."""
    mirror = mirror_of(run.array.look(run.budget, with_tracks=True))
    note = leave_note(run.node, run.resource, mirror)
    behind_s = note.behind_s(note.seen_s)
    lines = ["; ".join([f"mirror {mirror.text()}", *ages(note, note.seen_s)])]
    if behind_s is None:
        return refuse(run.node, "GetCurrentRPO", "; ".join(["unknown", *lines]))
    answer(run.node, [f"{behind_s:.0f}", *lines])
    return ActionExit.DONE


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
    """Whether this node could bring the resource online, and whether the mirror is in sync; a line for each check."""
    return _tell(run, "verify", check(run))


def verify_node(run: Run) -> ActionExit:
    """The part of verify for a virtual fire drill of VCS that is about this node."""
    return _tell(run, "node.vfd", check_node(run))


def verify_consoles(run: Run) -> ActionExit:
    """... that is about the DS CLI and the consoles."""
    return _tell(run, "dscli.vfd", check_consoles(run))


def verify_pairs(run: Run) -> ActionExit:
    """... that is about the pairs."""
    return _tell(run, "pairs.vfd", check_pairs(run))


def _tell(run: Run, action: str, findings: Sequence[Finding]) -> ActionExit:
    answer(run.node, [*(finding.line() for finding in findings), summary(findings)])
    if is_all_well(findings):
        return ActionExit.DONE
    # A nightly job may throw the output away; the log keeps what was wrong.
    bad = [finding.line() for finding in findings if finding.verdict in (Verdict.FAILED, Verdict.UNSEEN)]
    say(run.node, ACTION_FAILED, action=action, reason="; ".join([summary(findings), *bad]))
    return ActionExit.FAILED
