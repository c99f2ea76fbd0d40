"""A drill that a person wrote, varied: the same scenario with other durations, and faults drawn around its steps.

What the person expects (`Then`) is left out: with more faults it need not come about. What is done stays in its order;
a command that was sure to be accepted may be refused now, and is only tried. The end and its judgement are those of
every drawn night.

Rule 1: the first steps, up to the first `When`, stay as they are: they name the site and how it begins.
Rule 2: a time that passes is drawn between a half and four times of what was written.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from mirrordrill.drills.explore.drawing.chance import Chance
from mirrordrill.drills.explore.drawing.words import passes, sentence_of
from mirrordrill.drills.output.read_back import read_feature
from mirrordrill.drills.run.direct import step_of
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.shrink.schedule import EXPECTED, WHEN, Schedule, ScheduledStep, schedule_of
from mirrordrill.drills.steps.wording import duration_s

TRIED = {
    "the operator switches {group} to {host}": 'the operator tries "hagrp -switch {group} -to {host}" on {host}',
    "the operator takes {group} offline": "",
    "the operator brings {group} online on {host}": 'the operator tries "hagrp -online {group} -sys {host}" on {host}',
    "the operator runs the {action} action of {group} on {host}": "",
    "the operator takes offline what is up of {group} on {host}": (
        'the operator tries "hagrp -offline {group} -sys {host}" on {host}'
    ),
    'the operator types "{text}" on {host}': 'the operator tries "{text}" on {host}',
    'a storage administrator types "{text}" on {host}': 'a storage administrator tries "{text}" on {host}',
    "the operator's {action} action of {group} on {host} fails": "",
    "the copy has come to {share:percent}": "a copy begins, or 30 minutes pass",
    "{hosts} boot(s)": "{hosts} come back",
    "{host} resumes": "{host} comes back",
    "{host} hangs": "{host} hangs, if it runs",
    "the agent's {entry:word} on {host} is killed": "the agent's {entry} on {host} is killed, if it is under way",
}
"""A step that makes a drill wrong where it is impossible -> the step that allows for it; empty for one left out."""
TIMES = (0.5, 1.0, 1.0, 2.0, 4.0)
HAS_TIME = "{duration_s:duration} pass(es)"


def schedules_in(path: Path) -> Iterator[Schedule]:
    """The scenarios of a feature as schedules, each row of an outline for itself.

    Raises UsageError for a step that is no shipped one: a drill with steps of its own needs pytest.
    """
    feature = read_feature(path)
    for name, template in feature.scenarios.items():
        contexts = [context for examples in template.examples for context in examples.as_contexts()] or [{}]
        for context in contexts:
            schedule = schedule_of(feature, template.render(context), template.tags, name)
            for line in schedule.lines:
                step_of(line.kind, line.words)
            yield schedule


def varied(schedule: Schedule, chance: Chance) -> tuple[list[ScheduledStep], list[ScheduledStep]]:
    """How the drill begins, and what is done in it, varied."""
    lines = [line for line in schedule.lines if line.kind != EXPECTED]
    first = next((at for at, line in enumerate(lines) if line.kind == WHEN), len(lines))
    return lines[:first], [step for line in lines[first:] for step in _changed(line, chance)]


def woven(
    steps: Sequence[ScheduledStep], episodes: Sequence[Sequence[ScheduledStep]], chance: Chance
) -> Iterator[ScheduledStep]:
    """Episodes of faults put between the steps of a drill, in their order."""
    places = sorted(chance.randint(0, len(steps)) for _ in episodes)
    waiting = list(zip(places, episodes, strict=True))
    for at in range(len(steps) + 1):
        while waiting and waiting[0][0] == at:
            yield from waiting.pop(0)[1]
        if at < len(steps):
            yield steps[at]


def other_time(line: ScheduledStep, chance: Chance) -> ScheduledStep:
    """The step; one that lets time pass, every second time with another time."""
    sentence = sentence_of(line.words).sentence
    values = sentence.values(line.words) or {}
    if sentence.name == HAS_TIME and chance.random() < 0.5:
        return ScheduledStep(WHEN, passes(duration_s(values["duration_s"]) * chance.choice(TIMES)))
    return line


def _changed(line: ScheduledStep, chance: Chance) -> Iterator[ScheduledStep]:
    try:
        sentence = sentence_of(line.words).sentence
    except LookupError as unknown:
        raise UsageError(str(unknown)) from None
    values = sentence.values(line.words) or {}
    if sentence.name == HAS_TIME:
        yield ScheduledStep(WHEN, passes(duration_s(values["duration_s"]) * chance.choice(TIMES)))
    elif sentence.name in TRIED:
        if words := TRIED[sentence.name].format(**{name: _plain(value) for name, value in values.items()}):
            yield ScheduledStep(WHEN, words)
    elif "{within_s:duration}" not in sentence.name or line.kind == WHEN:
        yield line


def _plain(value: str) -> str:
    """A value as it can stand between double quotes."""
    return value if '"' not in value else " ".join(shlex.split(value))
