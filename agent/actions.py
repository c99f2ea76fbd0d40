"""The actions an operator runs with `hares -action`: failback, and the table of all of them (operator_actions.py holds
takeover, resume and what VCS asks before a switch; inspection.py those that only look).

What an action says goes to the operator, and (failback) to the log. It has 30 to 40 s, so nothing here waits for a
copy.
"""

from __future__ import annotations

from typing import Callable, Dict, Tuple

from .decide import NothingToDo, Refuse, StartFailback, decide_failback, decide_reversal
from .direction import Announced, announce, conclude, fail_back_and_look, unless_sent
from .errors import AgentError, LicenceExpired
from .evidence import weigh_failback
from .exit_codes import ActionExit
from .far_side import FarSide, online_at_far_side
from .inspection import current_rpo, explain, status, verify, verify_consoles, verify_node, verify_pairs
from .journal import Step, write_journal
from .licence import Licence
from .messages import FAILBACK_IDLE, FAILBACK_OVERWRITES, FAILBACK_STARTED, say
from .online import Change, fresh_look
from .online_record import Phase
from .operator_actions import opinion, pre_switch, resume, takeover
from .pairs import LocalVolume, describe, name_volumes
from .reporting import answer, progress, refuse
from .run import Run
from .second_opinion import Far
from .witnesses import gather


def failback(run: Run) -> ActionExit:
    """Copy what was changed here back to the original primary, and return while the copy runs."""
    evidence, witness = gather(run, run.array.look(run.budget), None, always=True)
    witness.array.close()
    far = witness.side
    volumes, looked_s = fresh_look(run, run.budget)
    looked_s = min(looked_s, witness.array.asked_s)
    plan = weigh_failback(decide_failback(volumes), volumes, evidence)
    if not isinstance(plan, Refuse) and (system := online_at_the_far_side(run, far)):
        plan = Refuse(f"the resource is online on {system}, at the far side, which would be overwritten")
    if isinstance(plan, Refuse):
        return refuse(run.node, "failback", f"{plan.why}; the array said: {describe(volumes)}")
    if isinstance(plan, NothingToDo):
        say(run.node, FAILBACK_IDLE, why=plan.why)
        answer(run.node, [f"nothing to do: {plan.why}", *progress(run.array.look(run.budget, with_tracks=True))])
        return ActionExit.DONE
    return _start_failback(run, volumes, plan, Change(evidence, witness, looked_s))


def online_at_the_far_side(run: Run, far: FarSide) -> str:
    """A system of the far side on which VCS says the resource is online; empty where it says that it is on none."""
    online_on = online_at_far_side(run, far)
    if online_on is None:
        raise LicenceExpired("VCS does not say whether the resource is online at the far side, so nothing was sent")
    return online_on[0] if online_on else ""


def _start_failback(run: Run, volumes: Tuple[LocalVolume, ...], plan: StartFailback, change: Change) -> ActionExit:
    decision = decide_reversal(plan.pairs, run.array.paths(plan.pairs, run.budget))
    if isinstance(decision, Refuse):
        return refuse(run.node, "failback", decision.why)
    node, saw = run.node, describe(volumes)
    word = change.evidence.opinion
    if word.far is Far.AHEAD:
        say(node, FAILBACK_OVERWRITES, opinion=word.text())
    seen, side = change.evidence.recollection, change.far.side
    memory = announce(run, seen, Phase.REVERSING, side)
    if memory is None:
        return refuse(node, "failback", "the memory of the last online cannot be written, so nothing was sent")
    journal = run.begin("failback", Step.REVERSING, plan.pairs, saw)
    licence = Licence(run, memory, side, change.looked_s, seen.heard_s)
    with unless_sent(run, Announced(seen, licence, journal)):
        try:
            write_journal(node, journal)
        except OSError as error:
            return refuse(node, "failback", f"the journal cannot be written, so nothing was sent: {error}")
        after = fail_back_and_look(run, plan.pairs, run.budget, licence, with_tracks=True)
    run.advance(journal, Step.COMPLETE, describe(after))
    conclude(run, memory, side, left_behind=False)
    say(node, FAILBACK_STARTED, pairs=name_volumes(plan.pairs))
    told = word.text() + (", which this overwrites" if word.far is Far.AHEAD else "")
    answer(node, [f"failback started for {name_volumes(plan.pairs)}", told, *progress(after)])
    return ActionExit.DONE


ACTIONS: Dict[str, Callable[[Run], ActionExit]] = {
    "failback": failback,
    "takeover": takeover,
    "resume": resume,
    "PreSwitch": pre_switch,
    "opinion": opinion,
    "status": status,
    "verify": verify,
    "explain": explain,
    "GetCurrentRPO": current_rpo,
    "node.vfd": verify_node,
    "dscli.vfd": verify_consoles,
    "pairs.vfd": verify_pairs,
}


def act(run: Run, action: str) -> ActionExit:
    """Run one action and leave the session. An error that was foreseen becomes an answer."""
    try:
        return ACTIONS[action](run)
    except AgentError as error:
        return refuse(run.node, action, error)
    finally:
        run.array.close()
