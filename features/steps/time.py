"""Time, and the moments that later steps count from.

Simulated time: an hour costs what happens in it. A moment is what later steps count from: `the writes acknowledged
since the loss of the links`.
"""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.sites.time_limits import move_limit_s
from mirrordrill.drills.steps.library import when


@when(
    "the application has been running for {duration_s:duration}",
    example="the application has been running for 10 minutes",
)
@when("{duration_s:duration} pass(es)", example="10 minutes pass")
def time_passes(drill: Drill, duration_s: float) -> None:
    """Let simulated time pass."""
    drill.observed(drill.let_pass(duration_s))


@when(
    "{host} has sent {command} for {volumes}",
    example="hostc has sent failoverpprc for 1260, 1261",
)
def has_sent(drill: Drill, host: str, command: str, volumes: tuple[str, ...]) -> None:
    """Let time pass until the array has carried such a command out; the sender may not have heard of it yet.

    It waits for as long as the time-outs of a switch allow.
    The moment is `the failoverpprc from hostc`.
    """
    limit_s = max(move_limit_s(drill.world.site, group) for group in drill.scope.groups)
    drill.observed(drill.expect.comes_to_send(command, drill.since, host, volumes, limit_s))
    drill.faults.mark(f"the {command} from {host}")


@when('this moment is called "{text}"', example='this moment is called "the exercise"')
def moment_is_called(drill: Drill, text: str) -> None:
    """A name to count from."""
    drill.faults.mark(text)
