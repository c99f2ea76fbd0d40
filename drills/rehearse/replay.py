"""Carries out the recorded lines of a rehearsal: sentences of the step library, and what programs did.

Rule 1: a line that is recorded and the same line that is run make the same calls into the world.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from greenlet import getcurrent, greenlet

from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.run.direct import arguments, step_of
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.run.drill_hooks import WRONG_USAGE
from mirrordrill.drills.run.expectations import ExpectationFailedError, UsageError
from mirrordrill.drills.shrink.schedule import ScheduledStep
from mirrordrill.drills.steps.library import STEPS, StepEntry, no_such_step
from mirrordrill.drills.steps.programs import Begun
from mirrordrill.simulator.bridge.served.command_inputs import HandedFiles
from mirrordrill.simulator.bridge.served.power_commands import POWER_COMMANDS, POWER_ON, PowerWordsError
from mirrordrill.simulator.dscli.channel import Channel

RECORDED = ".steps.recorded."
"""In the names of modules of steps that only a recording has."""
KINDS_OF_STEP = ("when", "then", "given")
NOT_SO = (ExpectationFailedError, *WRONG_USAGE)
"""Errors of a step that was not so, or could not be."""


def sayable_steps() -> Iterator[StepEntry]:
    """The steps that people say; those that only a recording has are left out."""
    return (entry for entry in STEPS if RECORDED not in entry.function.__module__)


def line_said(text: str) -> ScheduledStep:
    """The step that a person means, with its keyword or without one. Raises UsageError with the nearest steps."""
    first, _, rest = text.strip().partition(" ")
    if first.lower() in KINDS_OF_STEP:
        line = ScheduledStep(first.lower(), rest.strip())
        step_of(line.kind, line.words)
        return line
    for kind in KINDS_OF_STEP:
        if any(entry.knows(kind, text.strip()) for entry in STEPS):
            return ScheduledStep(kind, text.strip())
    raise UsageError(no_such_step("when", text.strip()))


def carry_out(drill: Drill, line: ScheduledStep) -> None:
    """Carry out one step in the drill's world. Raises what the step raises."""
    entry = step_of(line.kind, line.words)
    entry.function(drill, **arguments(drill, entry, line))


class BegunStep:
    """A step that lets simulated time pass, and stands still where something else is done meanwhile.

    It has a greenlet of its own, so that any step of the library can stand still in any of its waits.
    """

    def __init__(self, drill: Drill, line: ScheduledStep) -> None:
        self.kind = line.kind
        self._waiting = drill.world.waiting
        self._greenlet = greenlet(partial(carry_out, drill, line))

    def go_on(self, until_us: int | None = None) -> bool:
        """Carry it out to its end, or until it would wait past a moment; whether it has ended.

        Raises what the step raises.
        """
        hub = self._greenlet.parent = getcurrent()
        until_s = math.inf if until_us is None else until_us / 1_000_000
        with self._waiting.interrupted_at(until_s, hub.switch):
            self._greenlet.switch()
        return self._greenlet.dead


BEGUN = re.compile(r'it is begun that "(?P<kind>Given|When|Then) (?P<text>[^"]*)", until [0-9:.]+')
"""A sentence in which a surprise came: what stands before it, and"""
GOES_ON = "what was begun goes on until "
ENDS = "what was begun ends"
"""behind it."""


def begun_line(line: ScheduledStep) -> ScheduledStep:
    """The sentence of a line that says how it was begun; any other line as it is."""
    found = BEGUN.fullmatch(line.words)
    return replace(line, kind=found["kind"].lower(), words=unquoted(found["text"])) if found else line


def begin_step(drill: Drill, text: str, until_us: int) -> str:
    """Begin a step with its keyword, which waits still at this moment. Raises UsageError where it has ended."""
    keyword, _, words = text.partition(" ")
    return _goes_on(drill, BegunStep(drill, ScheduledStep(keyword.lower(), words)), until_us)


def go_on(drill: Drill, until_us: int | None = None) -> str:
    """Let the step that was begun last go on, to its end or until it would wait past a moment. Raises UsageError."""
    if not drill.programs.begun:
        raise UsageError("nothing was begun that could go on")
    begun = drill.programs.begun.pop()
    if until_us is None:
        begun.go_on()
        return ""
    return _goes_on(drill, begun, until_us)


def _goes_on(drill: Drill, begun: Begun, until_us: int) -> str:
    if begun.go_on(until_us):
        raise UsageError(f"it was over before {clock_text(until_us)}")
    drill.programs.begun.append(begun)
    return "waits"


def begin_program(drill: Drill, number: int, at: str, argv: Sequence[str]) -> str:
    """Begin a program without a client. Raises UsageError for a number that is not the next."""
    inputs = drill.programs.inputs
    if number != inputs.count + 1:
        raise UsageError(f"command {number} would be number {inputs.count + 1} here")
    program, *words = argv or [""]
    if program == "dscli":
        handed = HandedFiles(drill.programs.handed.pop(number, {}))
        inputs.begin_dscli(at, words, Channel(drill.world.kernel), handed)
    elif program == POWER_ON:
        inputs.switch_on(tuple(drill.names.find("host", word) for word in words))
    elif program in POWER_COMMANDS:
        try:
            inputs.change_power(drill.names.find("host", at), argv, POWER_COMMANDS[program](words))
        except PowerWordsError as wrong:
            raise UsageError(str(wrong)) from None
    else:
        inputs.command(drill.names.find("host", at), argv, None)
    return ""


def hand_file(drill: Drill, number: int, path: str, text: str | None) -> str:
    """Keep a file for the command with this number."""
    drill.programs.handed.setdefault(number, {})[path] = text
    return ""


def read_line(drill: Drill, number: int, line: str | None) -> str:
    """Let a run of the DS CLI read a line, or (None) the end of its input."""
    if line is None:
        drill.programs.inputs.end_input(number)
    else:
        drill.programs.inputs.type_line(number, line)
    return ""


def open_gate(drill: Drill, gate: str, person: str) -> str:
    """A decision waits for a person. Raises UsageError where it waits already."""
    if gate in drill.programs.gates:
        raise UsageError(f'the gate "{gate}" waits already, for {drill.programs.gates[gate]}')
    drill.programs.gates[gate] = person
    drill.programs.decided.pop(gate, None)
    return f"waits for {person}"


def decide(drill: Drill, gate: str, person: str, thinking_s: float, decision: str) -> str:
    """A person has decided. Raises UsageError for a gate that does not wait."""
    if gate in drill.programs.decided:
        raise UsageError(f'the gate "{gate}" is decided, by {drill.programs.decided[gate]}')
    if gate not in drill.programs.gates:
        raise UsageError(f'no gate "{gate}" waits; waiting: {", ".join(drill.programs.gates) or "none"}')
    del drill.programs.gates[gate]
    drill.programs.decided[gate] = f"{person}: {decision}"
    return f"{person}: {decision} (after {thinking_s:g} s of thinking)"


def try_step(drill: Drill, text: str) -> str:
    """Carry out a step that may not be so; what was seen."""
    keyword, _, words = text.partition(" ")
    try:
        carry_out(drill, ScheduledStep(keyword.lower(), words))
    except NOT_SO as refusal:
        return f"not so: {refusal}"
    return "so"
