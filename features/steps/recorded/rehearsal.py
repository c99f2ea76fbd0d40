"""What a rehearsal recorded: when it was, what programs of the site's users did, and what people said.

`mirrordrill rehearse` writes these steps; they can be written by hand, too. In a text, a quote is written `\\q`, a line
end `\\n`, a backslash twice.
"""

from __future__ import annotations

import shlex

from mirrordrill.drills.rehearse.moments import clock_us
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.rehearse.replay import (
    begin_program,
    begin_step,
    decide,
    go_on,
    hand_file,
    open_gate,
    read_line,
    try_step,
)
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import then, when


@then("the clock reads {time:word}", example="the clock reads 00:12:03.123456")
@when("the clock reads {time:word}", example="the clock reads 00:12:03.123456")
def clock_reads(drill: Drill, time: str) -> None:
    """Let simulated time pass to that moment, with everything that happens at it."""
    drill.world.kernel.env.run_to(clock_us(time) / 1_000_000)


@when(
    'command {number:count} on {at:word} is typed: "{text}"',
    example='command 3 on hosta is typed: "hagrp -switch oragrp -to hostc"',
)
def command_is_typed(drill: Drill, number: int, at: str, text: str) -> None:
    """A program of a host begins: a VCS command, `dscli`, `halt` and the like. Nothing waits for its end."""
    drill.observed(begin_program(drill, number, at, shlex.split(unquoted(text))))


@when(
    'command {number:count} is handed "{path:text}": "{text}"',
    example='command 3 is handed "/home/ann/fo.cli": "lspprc 1260\\n"',
)
def command_is_handed(drill: Drill, number: int, path: str, text: str) -> None:
    """A file that the next command reads, as its user's machine had it; it stands before the command."""
    drill.observed(hand_file(drill, number, unquoted(path), unquoted(text)))


@when(
    'command {number:count} finds no file "{path:text}"',
    example='command 3 finds no file "/home/ann/fo.cli"',
)
def command_finds_no_file(drill: Drill, number: int, path: str) -> None:
    """The next command was to read a file that its user's machine did not have."""
    drill.observed(hand_file(drill, number, unquoted(path), None))


@when('command {number:count} reads "{text}"', example='command 3 reads "lspprc 1260 1261"')
def command_reads(drill: Drill, number: int, text: str) -> None:
    """A line is typed into a `dscli` that waits for one."""
    drill.observed(read_line(drill, number, unquoted(text)))


@when("command {number:count} reads the end of its input", example="command 3 reads the end of its input")
def command_reads_the_end(drill: Drill, number: int) -> None:
    """Its pipe has ended."""
    drill.observed(read_line(drill, number, None))


@when("command {number:count} is abandoned", example="command 3 is abandoned")
def command_is_abandoned(drill: Drill, number: int) -> None:
    """Its user is gone: Ctrl-C, a killed script. What it had begun goes on."""
    drill.programs.inputs.leave(number)


@when('"{person:text}" notes: "{text}"', example='"Ann" notes: "the line of site A is dead"')
def notes(drill: Drill, person: str, text: str) -> None:
    """A note; it changes nothing."""
    drill.observed(f"{unquoted(person)}: {unquoted(text)}")


@when(
    'the gate "{gate:text}" waits for "{person:text}"',
    example='the gate "declare a disaster?" waits for "the duty manager"',
)
def gate_waits(drill: Drill, gate: str, person: str) -> None:
    """A decision that a person has to take; the clock goes on."""
    drill.observed(open_gate(drill, unquoted(gate), unquoted(person)))


@when(
    '"{person:text}" decides at the gate "{gate:text}" after {thinking_s:duration}: "{text}"',
    example='"Ann" decides at the gate "declare a disaster?" after 90 seconds: "yes"',
)
def gate_is_decided(drill: Drill, person: str, gate: str, thinking_s: float, text: str) -> None:
    """A person's decision, with the real time that it took."""
    drill.observed(decide(drill, unquoted(gate), unquoted(person), thinking_s, unquoted(text)))


@then('it is tried that "{text}"', example='it is tried that "Then oragrp is online on hostd"')
@when('it is tried that "{text}"', example='it is tried that "Then oragrp is online on hostd"')
def it_is_tried(drill: Drill, text: str) -> None:
    """A step, with its keyword, that was said in a rehearsal and was refused or not so. Its time passed, too."""
    drill.observed(try_step(drill, unquoted(text)))


@then(
    'it is begun that "{text}", until {time:word}',
    example='it is begun that "Then oragrp comes online on hostd within 5 minutes", until 00:12:00.000000',
)
@when(
    'it is begun that "{text}", until {time:word}',
    example='it is begun that "When hostc has sent failoverpprc for 1260", until 00:12:00.000000',
)
def it_is_begun(drill: Drill, text: str, time: str) -> None:
    """A step, with its keyword, in which a surprise came: it stands still at that moment, and goes on behind it."""
    drill.observed(begin_step(drill, unquoted(text), clock_us(time)))


@then("what was begun goes on until {time:word}", example="what was begun goes on until 00:12:30.000000")
@when("what was begun goes on until {time:word}", example="what was begun goes on until 00:12:30.000000")
def goes_on(drill: Drill, time: str) -> None:
    """It waits on, until the next surprise comes."""
    drill.observed(go_on(drill, clock_us(time)))


@then("what was begun ends", example="what was begun ends")
@when("what was begun ends", example="what was begun ends")
def what_was_begun_ends(drill: Drill) -> None:
    """It goes on to its end, and sees what it sees."""
    go_on(drill)
