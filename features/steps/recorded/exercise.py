"""What an instructor has prepared in a rehearsal: surprises, and what a side is told, or not shown.

A side is the role of a page: `site-a`, `site-b`, `storage`. None of these steps changes the site: what a surprise does
is a step of its own, where it came.
"""

from __future__ import annotations

from mirrordrill.drills.rehearse import exercise
from mirrordrill.drills.rehearse.moments import clock_us
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when
from mirrordrill.drills.steps.programs import Surprise


@when(
    'surprise {number:count} comes at {time:word}: "{text}"',
    example='surprise 1 comes at 00:20:00.000000: "hosta loses power"',
)
def surprise_at(drill: Drill, number: int, time: str, text: str) -> None:
    """A sentence is going to be said at that moment; nothing happens yet."""
    drill.observed(exercise.await_surprise(drill, Surprise(number, unquoted(text), clock_us(time))))


@when(
    'surprise {number:count} comes {delay_s:duration} after "{done:text}": "{text}"',
    example='surprise 2 comes 30 seconds after "hagrp -switch oragrp": "hosta loses power"',
)
def surprise_after(drill: Drill, number: int, delay_s: float, done: str, text: str) -> None:
    """A sentence is going to be said so long after something with these words was done."""
    delay_us = round(delay_s * 1_000_000)
    surprise = Surprise(number, unquoted(text), after=unquoted(done), delay_us=delay_us)
    drill.observed(exercise.await_surprise(drill, surprise))


@when("surprise {number:count} is due at {time:word}", example="surprise 2 is due at 00:20:30.000000")
def surprise_is_due(drill: Drill, number: int, time: str) -> None:
    """What it waited for was done."""
    drill.observed(exercise.surprise_is_due(drill, number, clock_us(time)))


@when("surprise {number:count} comes", example="surprise 2 comes")
def surprise_comes(drill: Drill, number: int) -> None:
    """It waits no more: what it does is the next step."""
    drill.observed(exercise.end_surprise(drill, number))


@when("surprise {number:count} is cancelled", example="surprise 2 is cancelled")
def surprise_is_cancelled(drill: Drill, number: int) -> None:
    """It does not come."""
    drill.observed(f"cancelled: {exercise.end_surprise(drill, number)}")


@when('"{role:text}" is not shown the {what:word}', example='"site-b" is not shown the alerts')
def not_shown(drill: Drill, role: str, what: str) -> None:
    """From now on a side is not shown new `logs`, `alerts`, or the `output` of its commands."""
    drill.observed(exercise.withhold(drill, unquoted(role), what, ""))


@when(
    '"{role:text}" is not shown the {what:word} about "{text}"',
    example='"site-b" is not shown the logs about "MetroMirror"',
)
def not_shown_about(drill: Drill, role: str, what: str, text: str) -> None:
    """From now on a side is not shown new `logs` or `alerts` that have these words."""
    drill.observed(exercise.withhold(drill, unquoted(role), what, unquoted(text)))


@when('"{role:text}" is shown the {what:word}', example='"site-b" is shown the alerts')
def shown(drill: Drill, role: str, what: str) -> None:
    """A side is shown what was withheld from it."""
    drill.observed(exercise.hand_out(drill, unquoted(role), what))


@when('"{role:text}" is told: "{text}"', example='"site-b" is told: "site A does not answer the telephone"')
def told(drill: Drill, role: str, text: str) -> None:
    """A side is told something that no page says: a call, a picture."""
    drill.observed(exercise.tell(drill, unquoted(role), unquoted(text)))
