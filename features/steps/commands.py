"""What is expected of the agent and of the commands it sends."""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import then


@then('the agent refused, saying "{text}"', example='the agent refused, saying "a copy is still in progress"')
def refused(drill: Drill, text: str) -> None:
    """An error line of the agent since the last `When` says why."""
    drill.observed(drill.expect.refused(text, drill.since))


@then(
    'the agent on {host} refused, saying "{text}"',
    example='the agent on hostc refused, saying "a copy is still in progress"',
)
def refused_on(drill: Drill, host: str, text: str) -> None:
    """The same, for the agent of one host."""
    drill.observed(drill.expect.refused(text, drill.since, host))


@then("no pair-changing command was sent", example="no pair-changing command was sent")
def no_pair_changing_command(drill: Drill) -> None:
    """No host sent failoverpprc, failbackpprc or the like since the last `When` began."""
    drill.observed(drill.expect.no_pair_changing_command(drill.since))
