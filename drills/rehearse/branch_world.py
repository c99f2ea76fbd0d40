"""The world of one branch of a rehearsal, and the lines that brought it to where it is.

People and programs act at any moment of real time. What they do is moved to the next whole microsecond of simulated
time, when everything that happens at that moment has happened: then the line "the clock reads ..." and the line of the
input say all there is to say, and a replay of the lines comes to the same event log.

Rule 1: nothing acts upon the world but a line.
Rule 2: no input is made while a simulated event is being processed: it waits until the event is over.
Rule 3: no line has a password: it has a stand-in, with which a replay comes to the same end.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import simpy

from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.quoting import quoted
from mirrordrill.drills.rehearse.replay import ENDS, GOES_ON, NOT_SO, BegunStep, carry_out
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.drills.run.scope import REHEARSAL
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep
from mirrordrill.drills.steps.programs import Begun, UserPrograms, cluster_commands
from mirrordrill.simulator.bridge.served.command_inputs import CommandInputs, HandedFiles
from mirrordrill.simulator.bridge.served.power_commands import POWER_ON, PowerRequest
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.session import password_line
from mirrordrill.simulator.kernel.password_stand_ins import (
    recorded_file,
    recorded_line,
    recorded_sentence,
    recorded_words,
    stand_in,
)
from mirrordrill.simulator.vcs.commands.language.grammar import OutputListener
from mirrordrill.simulator.world import World

CLOCK = "the clock reads "
WORKSTATION = "workstation"


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """A line, and when its step began and ended."""

    line: ScheduledStep
    began_us: int
    ended_us: int
    records: int = 0
    """How long the event log was then, where it was carried out in a world."""


class RecordedInputs(CommandInputs):
    """The inputs of clients: each becomes a line before it is made."""

    def __init__(self, world: World, stage: BranchWorld) -> None:
        super().__init__(world.kernel, world.consoles, cluster_commands(world))
        self._stage = stage
        self.is_recording = False
        """Off while lines are replayed: they call the same functions."""
        self._due: list[Callable[[], None]] = []
        self._lines_before_password: dict[int, int] = {}
        """Runs of the DS CLI that are going to read a password, and how many lines before it."""

    @property
    def is_due(self) -> bool:
        """Whether an input waits until no simulated event is being processed."""
        return bool(self._due)

    def soon(self, act: Callable[[], None]) -> None:
        """Make an input that came up in the middle of a simulated event when the event is over."""
        self._due.append(act)

    def run_due(self) -> None:
        """Make the inputs that wait. What they bring about may add others."""
        while self._due:
            self._due.pop(0)()

    def begin_dscli(self, host: str, argv: Sequence[str], channel: Channel, files: HandedFiles) -> int:
        """Start the DS CLI on a host; the number of this run."""
        handed = [
            f'is handed "{quoted(path)}": "{quoted(recorded_file(text))}"'
            if text is not None
            else f'finds no file "{quoted(path)}"'
            for path, text in files.texts.items()
        ]
        self._record(*handed, self._typed(host, ["dscli", *argv]))
        password = password_line(argv, host, files.beside(self.consoles.files))
        number = super().begin_dscli(host, argv, channel, files)
        if password is not None:
            self._lines_before_password[number] = password
        return number

    def type_line(self, number: int, line: str) -> None:
        """A run of the DS CLI reads a line."""
        if self.is_running(number):
            left = self._lines_before_password.pop(number, None)
            if left:
                self._lines_before_password[number] = left - 1
            kept = stand_in(line.strip()) if left == 0 else recorded_line(line)
            self._record(f'reads "{quoted(kept)}"', number=number)
            super().type_line(number, line)

    def end_input(self, number: int) -> None:
        """It reads the end of its input."""
        if self.is_running(number):
            self._record("reads the end of its input", number=number)
            super().end_input(number)

    def leave(self, number: int) -> None:
        """Its user is gone."""
        if self.is_running(number):
            self._record("is abandoned", number=number)
            super().leave(number)

    def command(self, system: str, argv: Sequence[str], listener: OutputListener | None) -> simpy.Event:
        """Give a VCS command."""
        self._record(self._typed(system, argv))
        return super().command(system, argv, listener)

    def change_power(self, system: str, argv: Sequence[str], wanted: PowerRequest) -> None:
        """Halt or boot a host."""
        self._record(self._typed(system, argv))
        super().change_power(system, argv, wanted)

    def switch_on(self, hosts: Sequence[str]) -> None:
        """Boot hosts."""
        self._record(self._typed(WORKSTATION, [POWER_ON, *hosts]))
        super().switch_on(hosts)

    def _typed(self, at: str, argv: Sequence[str]) -> str:
        return f'on {at or WORKSTATION} is typed: "{quoted(shlex.join(recorded_words(argv)))}"'

    def _record(self, *words: str, number: int = 0) -> None:
        if self.is_recording:
            self._stage.to_moment("when")
            for each in words:
                self._stage.record(ScheduledStep("when", f"command {number or self.count + 1} {each}"))


class BranchWorld:
    """A world under way, by recorded lines."""

    def __init__(
        self, options: Options, name: str, path: Path, on_line: Callable[[RecordedLine], None],
        on_surprise: Callable[[int], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """`on_surprise` is called between two events with the number of a surprise that is due, once this is live."""
        self.drill = Drill(options, "Rehearsal", name, path.name, path=path, shown_path=path.name)
        self.drill.tags = (REHEARSAL,)
        self.drill.is_replay = True
        self.drill.make_programs = lambda world: UserPrograms(RecordedInputs(world, self), self._surprise_due)
        self.lines: list[RecordedLine] = []
        self._on_line = on_line
        self._on_surprise = on_surprise
        self._is_live = False
        self.drill.begin(())

    def rename(self, name: str, path: Path) -> None:
        """Go on as the branch of this name, with its recording at this path."""
        drill = self.drill
        drill.feature, drill.scenario, drill.file = "Rehearsal", name, path.name
        drill.path, drill.shown_path = path, path.name

    @property
    def inputs(self) -> RecordedInputs:
        """What clients do to this world."""
        found = self.drill.programs.inputs
        assert isinstance(found, RecordedInputs)
        return found

    @property
    def world(self) -> World:
        """The world."""
        return self.drill.world

    @property
    def now_us(self) -> int:
        """Simulated microseconds."""
        return round(self.world.kernel.now_s * 1_000_000)

    def replay(self, lines: Iterable[ScheduledStep]) -> None:
        """Carry out recorded lines. Raises UsageError for one that does not do what it did when it was recorded."""
        for line in lines:
            status, seen = self._carry_out(line)
            if status is not StepStatus.HELD:
                raise UsageError(f"`{line.words}` cannot be replayed: {seen}")

    def try_line(self, line: ScheduledStep) -> bool:
        """Carry out a line that may not be possible here; whether it was."""
        return self._carry_out(line)[0] is StepStatus.HELD

    def run_to(self, at_us: int) -> None:
        """Let time pass to a moment, if it is not over."""
        if at_us >= self.world.kernel.next_us():
            self.to_moment("when", at_us)

    def go_live(self) -> None:
        """From now on, what clients do is recorded, and surprises come."""
        self.world.hand_over()
        self.inputs.is_recording = self._is_live = True
        self.look_for_surprises()

    def look_for_surprises(self) -> None:
        """Let those come whose moment is over: they could not be recorded, or the branch began after it."""
        for each in self.drill.programs.surprises.values():
            if each.at_us is not None and each.at_us <= self.now_us:
                self._surprise_due(each.number)

    def next_surprise_us(self, until_us: float = math.inf) -> int | None:
        """When the next surprise comes that comes until then."""
        waiting = (each.at_us for each in self.drill.programs.surprises.values() if each.at_us is not None)
        return min((at_us for at_us in waiting if self.now_us < at_us <= until_us), default=None)

    def _surprise_due(self, number: int) -> None:
        """The lines of a replay say what came."""
        if self._is_live:
            self.inputs.soon(lambda: self._on_surprise(number))

    def to_moment(self, kind: str, at_us: int | None = None) -> None:
        """Let everything happen that happens at this moment or, at the latest, at one that is still to come."""
        moment_us = self.world.kernel.next_us() if at_us is None else at_us
        line = ScheduledStep(kind, f"{CLOCK}{clock_text(moment_us)}")
        self._carry_out(line)

    def record(self, line: ScheduledStep) -> None:
        """An input that its caller makes right now."""
        self._begin(line)
        self._end(line, StepStatus.HELD, "")

    def say(self, line: ScheduledStep, until_us: int | None = None) -> tuple[bool, str] | None:
        """Carry out a sentence that was typed now; whether it was so, and what was seen.

        None where it would wait past `until_us`: it stands still there until `go_on`.
        """
        line = replace(line, words=recorded_sentence(line.words))
        self.to_moment("then" if line.kind == "then" else "when")
        begun = f'it is begun that "{quoted(f"{line.kind.capitalize()} {line.words}")}", until '
        return self._say(line, BegunStep(self.drill, line), until_us, begun)

    def go_on(self, until_us: int | None) -> tuple[bool, str] | None:
        """Let the sentence that stands still go on, from now on; the rest is as in `say`."""
        begun = self.drill.programs.begun.pop()
        return self._say(ScheduledStep(begun.kind, ENDS), begun, until_us, GOES_ON)

    def _say(self, line: ScheduledStep, begun: Begun, until_us: int | None, waits: str) -> tuple[bool, str] | None:
        before = len(self.drill.log), self.world.kernel.now_s
        self.inputs.is_recording = False
        self._begin(line)
        try:
            has_ended = begun.go_on(until_us)
        except NOT_SO as refusal:
            if (len(self.drill.log), self.world.kernel.now_s) == before:
                self.drill.drop_step()
            else:
                # It was refused when simulated time had passed already: a replay must let the same time pass.
                words = f'it is tried that "{quoted(f"{line.kind.capitalize()} {line.words}")}"'
                self.drill.name_step(words)
                self._end(ScheduledStep(line.kind, words), StepStatus.HELD, f"not so: {refusal}")
            return False, str(refusal)
        finally:
            self.inputs.is_recording = True
        if has_ended:
            return True, self._end(line, StepStatus.HELD, "")[1]
        self.drill.programs.begun.append(begun)
        words = f"{waits}{clock_text(until_us or 0)}"
        self.drill.name_step(words)
        self._end(ScheduledStep(line.kind, words), StepStatus.HELD, "waits")
        return None

    def close(self) -> DrillResult:
        """Judge, and end the world."""
        lines = tuple(
            ScheduledStep(e.line.kind, e.line.words, e.line.table, None, at) for at, e in enumerate(self.lines)
        )
        drill = self.drill
        drill.schedule = Schedule(drill.feature, drill.scenario, drill.tags, lines, drill.path, "test_rehearsal")
        return drill.close()

    def _carry_out(self, line: ScheduledStep) -> tuple[StepStatus, str]:
        self._begin(line)
        try:
            carry_out(self.drill, line)
        except NOT_SO as refusal:
            self.drill.drop_step()
            return StepStatus.FAILED, str(refusal)
        return self._end(line, StepStatus.HELD, "")

    def _begin(self, line: ScheduledStep) -> None:
        self.drill.add_step(line.kind.capitalize(), line.words, len(self.lines) + 1)
        self.drill.begin_step(line.kind)

    def _end(self, line: ScheduledStep, status: StepStatus, seen: str) -> tuple[StepStatus, str]:
        self.drill.end_step(status, seen)
        step = self.drill.steps[-1]
        recorded = RecordedLine(line, step.began_us, step.ended_us, len(self.drill.log))
        self.lines.append(recorded)
        self._on_line(recorded)
        return status, step.observed
