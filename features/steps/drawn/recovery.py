"""Recovery: what must have come about when nothing breaks any more, within a time that follows from the policies."""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import then, when

LEFT_ALONE, RUNBOOK = "the clusters were left alone", "the runbook was followed"


def give_time(drill: Drill) -> None:
    """Nothing is judged before the clusters had their time since the repair, whatever steps a search leaves out."""
    if not drill.faults.has_come_since(LEFT_ALONE, drill.since_repair):
        drill.recovery.leave_alone()
        drill.faults.mark(LEFT_ALONE)


def follow_once(drill: Drill) -> None:
    """The same for the runbook, which comes after that."""
    if not drill.faults.has_come_since(RUNBOOK, drill.since_repair):
        give_time(drill)
        drill.recovery.follow_runbook()
        drill.faults.mark(RUNBOOK)


@when(
    "the clusters are left alone for as long as their policies allow",
    example="the clusters are left alone for as long as their policies allow",
)
def left_alone(drill: Drill) -> None:
    """Until every group is online, or all that time limits, retries and monitors of each system allow has passed."""
    drill.observed(drill.recovery.leave_alone())
    drill.faults.mark(LEFT_ALONE)


@then(
    "every group is online on one side, or it is said why not",
    example="every group is online on one side, or it is said why not",
)
def groups_are_online(drill: Drill) -> None:
    """On exactly one system; a parallel group on systems of one array. Else an alert, or a line of the agent or of the
    engine since the repair, tells an operator why. A group that is on its way for ever is neither, unless the agent's
    clean still says after each monitor what keeps it.
    """
    give_time(drill)
    drill.observed(drill.recovery.expect_groups(drill.since_repair))


@then("every group is online on one side", example="every group is online on one side")
def groups_are_up(drill: Drill) -> None:
    """The same where nothing keeps a site from recovering: once the runbook was followed, a reason is not enough."""
    follow_once(drill)
    drill.observed(drill.recovery.expect_groups(drill.since_repair, is_reason_enough=False))


@when("the operator follows the runbook", example="the operator follows the runbook")
def follows_the_runbook(drill: Drill) -> None:
    """Do what the agent's messages ask for (verify, haagent); clear and bring online what is not; ask for failback,
    then resume, where a mirror is not in sync.
    """
    give_time(drill)
    drill.observed(drill.recovery.follow_runbook())
    drill.faults.mark(RUNBOOK)


@then("every mirror is in sync, or it is said why not", example="every mirror is in sync, or it is said why not")
def mirrors_are_whole(drill: Drill) -> None:
    """The pairs of every group that is online, as the array there says; else the agent has told why."""
    follow_once(drill)
    drill.observed(drill.recovery.expect_mirrors(drill.since_repair))


@then("every command was answered", example="every command was answered")
def commands_are_answered(drill: Drill) -> None:
    """No operator waits for an answer, unless the system on which the command was typed is gone."""
    drill.observed(drill.recovery.expect_answers())


@then("no alarm is repeated for ever", example="no alarm is repeated for ever")
def alarms_end(drill: Drill) -> None:
    """In the last hour no agent has reported the same warning or error more often than every ten minutes."""
    drill.observed(drill.recovery.expect_quiet())


@when(
    "the operator switches every group that is in sync to the other side",
    example="the operator switches every group that is in sync to the other side",
)
def crosses(drill: Drill) -> None:
    """A failover group that is online while both arrays say that its mirror is in sync; all others are left alone."""
    follow_once(drill)
    drill.observed(drill.recovery.switch_sides())


@then(
    "every group that was switched is online there, and its mirror is in sync",
    example="every group that was switched is online there, and its mirror is in sync",
)
def has_crossed(drill: Drill) -> None:
    """On the other array, with every pair copied from there; a reason why not is not enough."""
    drill.observed(drill.recovery.expect_sides())


@then(
    "every group that was switched is online there and in sync, or memories contradict each other",
    example="every group that was switched is online there and in sync, or memories contradict each other",
)
def has_crossed_or_not(drill: Drill) -> None:
    """The same where witnesses may contradict each other, which a switch may be the first to find."""
    drill.observed(drill.recovery.expect_sides(may_contradict=True))
