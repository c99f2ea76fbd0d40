"""The actions an operator runs with `hares -action`: failback, and the table of all of them (inspection.py
holds those that only look).

What an action says goes to the operator, and (failback) to the log. It has 30 to 40 s, so nothing here waits for a
copy.
"""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.agent.errors import AgentError
from mirrordrill.agent.exit_codes import ActionExit
from mirrordrill.agent.inspection import explain, status, verify
from mirrordrill.agent.journal import Journal, Step, write_journal
from mirrordrill.agent.messages import FAILBACK_IDLE, FAILBACK_STARTED, say
from mirrordrill.agent.names import is_safe_name
from mirrordrill.agent.pairs import LocalVolume, describe, name_volumes
from mirrordrill.agent.reporting import answer, progress, refuse
from mirrordrill.agent.reslock import ask
from mirrordrill.agent.run import Run
from tests.negative.agent_before.decide import NothingToDo, Refuse, StartFailback, decide_failback, decide_reversal
from tests.negative.agent_before.online import fail_back_and_look, learn_timeout


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
        answer(run.node, [f"nothing to do: {plan.why}", *progress(run.array.look(run.budget, with_tracks=True))])
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


def _start_failback(run: Run, volumes: tuple[LocalVolume, ...], plan: StartFailback) -> ActionExit:
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
    answer(node, [f"failback started for {name_volumes(plan.pairs)}", *progress(after)])
    return ActionExit.DONE


ACTIONS: dict[str, Callable[[Run], ActionExit]] = {
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
