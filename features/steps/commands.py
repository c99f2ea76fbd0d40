"""Expected of the agent: commands sent, refusals, log lines."""

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


@then(
    "no pair-changing command was sent in the whole site",
    example="no pair-changing command was sent in the whole site",
)
def no_pair_changing_command_anywhere(drill: Drill) -> None:
    """The same, for the volumes of groups that the drill does not name, too."""
    drill.observed(drill.expect_everywhere.no_pair_changing_command(drill.since))


@then(
    "{host} sent {command} for {volumes}",
    example="hostc sent failoverpprc for 1260, 1261",
)
def sent(drill: Drill, host: str, command: str, volumes: tuple[str, ...]) -> None:
    """The array carried out such a command for these volumes since the last `When` began."""
    drill.observed(drill.expect.sent(command, drill.since, host, volumes))


@then("no {command} was sent", example="no failbackpprc was sent")
def not_sent(drill: Drill, command: str) -> None:
    """No agent had such a command carried out since the last `When` began; what people typed does not count."""
    drill.observed(drill.expect.sent_times(command, drill.since, 0))


@then("no {command} was sent in the whole site", example="no failbackpprc was sent in the whole site")
def not_sent_anywhere(drill: Drill, command: str) -> None:
    """The same, for the volumes of groups that the drill does not name, too."""
    drill.observed(drill.expect_everywhere.sent_times(command, drill.since, 0))


@then("{command} was sent once", example="failoverpprc was sent once")
def sent_once(drill: Drill, command: str) -> None:
    """Agents had exactly one such command carried out since the last `When` began."""
    drill.observed(drill.expect.sent_times(command, drill.since, 1))


@then('the log of {host} says "{text}"', example='the log of hostc says "lock created"')
def log_says(drill: Drill, host: str, text: str) -> None:
    """A line of the agent's or of the engine's log on this host since the last `When` began."""
    drill.observed(drill.expect.logged(text, drill.since, host))


@then(
    '{host} logs "{text}" within {within_s:duration}',
    example='hostc logs "not safe to fault" within 10 minutes',
)
def log_comes_to_say(drill: Drill, host: str, text: str, within_s: float) -> None:
    """A line of the agent's or of the engine's log on this host, since the last `When` began and within the time."""
    drill.observed(drill.expect.comes_to_log(text, drill.since, host, within_s))
