"""Commands of the instructor's shell for what is prepared: surprises, and what a side is told, or not shown.

Each is another way to say a sentence of the step library, so that a surprise can be one of them, too.
"""

from __future__ import annotations

import re

from mirrordrill.drills.rehearse.exercise import described, described_withheld
from mirrordrill.drills.rehearse.moments import clock_text, clock_us, span_us
from mirrordrill.drills.rehearse.quoting import quoted
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.replay import line_said
from mirrordrill.drills.run.direct import arguments, step_of
from mirrordrill.drills.run.expectations import UsageError

GATE = re.compile(r"gate (?P<what>.+?\?|.+) for (?P<person>.+)")
"""A question can have a `for` of its own: the one behind its question mark, or the last one, names the person."""
TELL = re.compile(r"tell (?P<role>[a-z-]+)(?:: ?| )(?P<text>.+)")
WITHHOLD = re.compile(r"withhold (?P<what>[a-z]+)(?: about (?P<about>.+?))? from (?P<role>[a-z-]+)")
HAND_OUT = re.compile(r"handout (?P<what>[a-z]+) to (?P<role>[a-z-]+)")


def sentence_of(text: str) -> str:
    """The sentence that a command says; any other text is one already."""
    if found := GATE.fullmatch(text):
        return f'the gate "{quoted(found["what"].strip())}" waits for "{quoted(found["person"].strip())}"'
    if found := TELL.fullmatch(text):
        return f'"{found["role"]}" is told: "{quoted(found["text"].strip())}"'
    if found := WITHHOLD.fullmatch(text):
        about = f' about "{quoted(found["about"])}"' if found["about"] else ""
        return f'"{found["role"]}" is not shown the {found["what"]}{about}'
    if found := HAND_OUT.fullmatch(text):
        return f'"{found["role"]}" is shown the {found["what"]}'
    return text


def surprise(rehearsal: Rehearsal, text: str) -> str:
    """Let a sentence be said later. Raises UsageError for one that could never be said, and for a wrong moment."""
    when, _, told = text.partition(": ")
    if not told.strip():
        raise UsageError(
            "say when, and what: `surprise at 00:20:00: hosta loses power`, `surprise in 5m: ...`, "
            "`surprise after hagrp -switch: ...`, `surprise 30s after hagrp -switch: ...`"
        )
    sentence = checked(rehearsal, sentence_of(told.strip()))
    number = rehearsal.stage.drill.programs.surprises_until_now + 1
    return said(rehearsal, f'surprise {number} comes {_when(rehearsal, when.strip())}: "{quoted(sentence)}"')


def _when(rehearsal: Rehearsal, text: str) -> str:
    first, _, rest = text.partition(" ")
    rest, now_us = rest.strip(), rehearsal.stage.now_us
    ahead_us = span_us(rest if first == "in" else first)
    if first == "in" and ahead_us is not None:
        return f"at {clock_text(now_us + ahead_us)}"
    if first == "at" and rest:
        return f"at {clock_text(clock_us(rest))}"
    if first == "after" and rest:
        return f'0 seconds after "{quoted(rest)}"'
    if ahead_us is not None and rest.startswith("after "):
        return f'{ahead_us / 1e6:g} seconds after "{quoted(rest.removeprefix("after ").strip())}"'
    raise UsageError(f"{text!r} is no time for a surprise: `at 00:20:00`, `in 5m`, `after WORDS` or `30s after WORDS`")


def checked(rehearsal: Rehearsal, sentence: str) -> str:
    """A sentence that the step library knows, about what the site has. Raises UsageError with what would be right."""
    line = line_said(sentence)
    entry = step_of(line.kind, line.words)
    arguments(rehearsal.stage.drill, entry, line)
    return f"{line.kind.capitalize()} {line.words}"


def cancel(rehearsal: Rehearsal, number: str) -> str:
    """Take a surprise back. Raises UsageError where it does not wait."""
    if not number.isdecimal():
        raise UsageError("say which: `surprises` lists those that wait, `cancel 2` takes one back")
    return said(rehearsal, f"surprise {number} is cancelled")


def surprises(rehearsal: Rehearsal) -> str:
    """Those that wait, and what is withheld."""
    programs = rehearsal.stage.drill.programs
    lines = [f"  {described(each)}" for each in programs.surprises.values()] or ["no surprise waits"]
    return "\n".join([*lines, *(f"  {described_withheld(each)}" for each in programs.withheld)])


def said(rehearsal: Rehearsal, sentence: str) -> str:
    """Say it. Raises UsageError with what was seen instead."""
    done, seen = rehearsal.say(f"When {sentence}")
    if not done:
        raise UsageError(seen)
    return seen
