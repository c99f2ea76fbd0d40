"""A rehearsal under way: its branches, its clock, what its people said.

There is one world at a time, that of the current branch. A step back builds a new one by replay of the recorded lines
up to the moment, and goes on there as a branch of its own; the branch that was left keeps all that happened on it.

Rule 1: what is not recorded has not happened: everything that acts on the world goes through the stage.
Rule 2: a branch is never cut.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from mirrordrill.drills.rehearse.branch_world import CLOCK, BranchWorld, RecordedLine
from mirrordrill.drills.rehearse.branches.checkpoints import Checkpoints
from mirrordrill.drills.rehearse.branches.lines import (
    kept_until,
    lines_before,
    passing_us,
    timed,
)
from mirrordrill.drills.rehearse.branches.watchers import Watchers
from mirrordrill.drills.rehearse.decisions import is_decision
from mirrordrill.drills.rehearse.exercise import triggered
from mirrordrill.drills.rehearse.faults_said import undo_of
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.quoting import quoted, unquoted
from mirrordrill.drills.rehearse.recording import BranchOf, Recording, Tree, checked_name
from mirrordrill.drills.rehearse.replay import line_said
from mirrordrill.drills.rehearse.thinking import ThinkingTimes
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.shrink.schedule import ScheduledStep
from mirrordrill.simulator.bridge.served.served_site import SimulationPace, SiteServer
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.kernel.untrusted import visible

ANSWERED = 60
"""So much of a command is said where it has answered."""
STARTED = "the clock reads 00:10:00.000000"
"""A site has so long to boot and to start its groups."""
STOPPED = SimulationPace(0.0)
HURRY = SimulationPace(1_000_000.0)
NEXT_LIMIT_US = 24 * 3600 * 1_000_000
"""After so much simulated time without a decision, `next` gives up."""


class Rehearsal:
    """One rehearsal. `start` or `resume` comes first."""

    def __init__(self, recording: Recording, options: Options, tree: Tree, plan: Sequence[ScheduledStep] = ()) -> None:
        self.recording = recording
        self.options = options
        self.tree = tree
        self.plan = plan
        self.notes: tuple[str, ...] = ()
        """What the runbook says to its instructor."""
        self.watch = Watchers()
        self.server: SiteServer | None = None
        self.is_over = False
        self.pace = SimulationPace(1.0)
        """What `resume` goes back to."""
        self.stopped_because = ""
        self.said: list[tuple[str, str]] = []
        """Sentences that have an undo, with it."""
        self._left: dict[str, list[RecordedLine]] = {}
        """The lines of branches that were left."""
        self._until_us: int | None = None
        self._stage: BranchWorld | None = None
        self.thinking = ThinkingTimes(recording.folder)
        self.checkpoints = Checkpoints(lambda: self._new_stage("checkpoint"))

    @property
    def stage(self) -> BranchWorld:
        """The world of the current branch."""
        assert self._stage is not None
        return self._stage

    @property
    def branch(self) -> BranchOf:
        """The current branch."""
        return self.tree.branch(self.tree.current)

    def start(self, lines: Sequence[ScheduledStep]) -> None:
        """Begin the first branch. Raises UsageError where a line does not come about, OSError without a disk."""
        stage = self._new_stage("main")
        stage.replay([ScheduledStep("given", self.tree.site), *lines])
        stage.replay([ScheduledStep("when", STARTED)] if stage.now_us < 600_000_000 else [])
        self._enter(stage, BranchOf("main"))

    def resume(self) -> None:
        """Continue the current branch as it was recorded. Raises UsageError, OSError."""
        self.thinking.load()
        self.go(self.tree.current)
        reached_us = self.recording.reached_us(self.tree.current, self.stage.now_us)
        if reached_us > self.stage.now_us:
            self.stage.to_moment("when", reached_us)

    # Time.

    @property
    def is_stopped(self) -> bool:
        """Whether simulated time stands still."""
        return self.server is not None and self.server.pace == STOPPED

    def stop(self, why: str) -> None:
        """Let simulated time stand still."""
        self._until_us = None
        self.stopped_because = why
        self._set_pace(STOPPED)

    def go_on(self, pace: SimulationPace | None = None) -> None:
        """Let time pass, at this pace or the last one. Raises UsageError while lines wait to be written."""
        if not self.recording.flush():
            raise UsageError(f"{self.recording.problem}; time stands still until there is room: try `resume` again")
        self._until_us = None
        self.stopped_because = ""
        self.stage.look_for_surprises()
        self.pace = pace or self.pace
        self._set_pace(self.pace)

    def until_decision(self) -> None:
        """Let time pass as fast as it can be computed until people would look up."""
        self.go_on(self.pace)
        self._until_us = self.stage.now_us + NEXT_LIMIT_US
        self._set_pace(HURRY)

    def keep(self) -> None:
        """Write down what no line says: how far the clock has come, and how long people have thought."""
        self.recording.keep_reached(self.tree.current, self.stage.now_us)
        self.thinking.save()

    def after_turn(self) -> None:
        """Look whether time has to stand still."""
        if self._until_us is not None and self.stage.now_us >= self._until_us:
            self.stop("a day passed without a decision")
        if self.recording.problem and not self.is_stopped:
            self.stop(self.recording.problem)

    def _set_pace(self, pace: SimulationPace) -> None:
        if self.server is not None:
            self.server.pace = pace
        self._tell()

    def answered(self, host: str, words: str) -> None:
        """A program of a user has answered. A sleep that is over is no answer."""
        if not words.startswith("sleep "):
            self._decision_waits(f"`{visible(words[:ANSWERED])}` has answered on {host or 'no host'}")

    def _decision_waits(self, why: str) -> None:
        """In the middle of an event: `next` has come to where people look up."""
        if self._until_us is not None:
            self._until_us = None
            self.stopped_because = why
            if self.server is not None:
                self.server.pace = STOPPED

    def _see(self, record: Record) -> None:
        if is_decision(record.event):
            self._decision_waits(f"{record.event.where()}: {record.event.text()}")
        for callback in self.watch.on_record:
            callback(record)

    # Sentences, notes, gates.

    def say(self, text: str) -> tuple[bool, str]:
        """Carry out a step sentence; whether it was so, and what was seen. Raises UsageError for no sentence."""
        self.require_record()
        line = line_said(text)
        until_us = self.stage.now_us + passing_us(line)
        if self.stage.next_surprise_us(until_us) is not None:
            done, seen = True, self._wait_with_surprises(until_us)
        else:
            done, seen = self._say_with_surprises(line)
        if done:
            self._remember(line.words)
        self.stage.inputs.run_due()
        if self.server is not None:
            self.server.pace = self.server.pace  # time that the sentence took is not waited for
        self._tell()
        return done, seen

    def _remember(self, words: str) -> None:
        """Keep what has an undo, until it is undone."""
        if words.startswith((CLOCK, "command ")):
            return
        self.said = [(done, undo) for done, undo in self.said if undo != words]
        if (undo := undo_of(words)) and (words, undo) not in self.said:
            self.said.append((words, undo))

    def note(self, person: str, text: str) -> None:
        """Keep what a person said."""
        self.say(f'When "{quoted(person)}" notes: "{quoted(text)}"')

    def require_record(self) -> None:
        """Raise UsageError while lines wait to be written."""
        if self.recording.problem and not self.recording.flush():
            raise UsageError(f"{self.recording.problem}; nothing is done that cannot be recorded")

    # Branches.

    def back(self, to_us: int, name: str = "") -> str:
        """Go back to a moment, before anything that was done at it, and go on there as a new branch.

        Returns what there is to say. Raises UsageError.
        """
        first = lines_before(self.stage.lines)
        first_us = self.stage.lines[first - 1].ended_us
        if not first_us <= to_us <= self.stage.now_us:
            span = f"{clock_text(first_us)} to {clock_text(self.stage.now_us)}"
            raise UsageError(f"{clock_text(to_us)} is no moment of this branch: {span}")
        return self._back(*kept_until(self.stage.lines, first, to_us), name)

    def back_by(self, count: int, name: str = "") -> str:
        """The same, to before the last so many things that were done. Raises UsageError."""
        lines, first = self.stage.lines, lines_before(self.stage.lines)
        done = [at for at, each in enumerate(lines) if at >= first and not each.line.words.startswith(CLOCK)]
        if not 0 < count <= len(done):
            raise UsageError(f"{len(done)} things were done on this branch: `back 1` goes to before the last of them")
        at = done[-count]
        return self._back(lines[:at], lines[at].began_us, "", name)

    def _back(self, kept: list[RecordedLine], at_us: int, remark: str, name: str, did: str = "stepped back to") -> str:
        self.require_record()
        name = checked_name(name or self._free_name(), self.tree)
        did = f"{did} {clock_text(at_us)}"
        ended = self._end_programs(f"the instructor {did}: this command is gone")
        if ended:
            self.note("instructor", f"{did}; ended: {', '.join(ended)}")
        self._leave()
        self._begin_branch(BranchOf(name, self.tree.current, at_us, len(kept)), kept, at_us)
        self.stop(did)
        return f"branch {name}: it is {clock_text(at_us)}; time stands still{remark}"

    def _leave(self) -> None:
        """Record the moment at which the branch is left: what happened since its last input is part of it."""
        self.stage.to_moment("when")

    def fork(self, name: str) -> str:
        """Go on as a new branch from here. Raises UsageError."""
        return self._back(list(self.stage.lines), self.stage.now_us, "", name, f"began the branch {name} at")

    def go(self, name: str) -> str:
        """Go to the end of another branch. Raises UsageError, OSError."""
        self.tree.branch(name)
        if self._stage is not None:
            self.require_record()
            ended = self._end_programs(f"the instructor went to the branch {name}: this command is gone")
            if ended:
                self.note("instructor", f"went to the branch {name}; ended: {', '.join(ended)}")
            self._leave()
        stage = self._stage_with(name, self.recording.lines(name))
        self._enter(stage, self.tree.branch(name))
        self.stop(f"branch {name} from its recording")
        return f"branch {name}: it is {clock_text(stage.now_us)}; time stands still"

    def _begin_branch(self, branch: BranchOf, kept: Sequence[RecordedLine], at_us: int) -> None:
        stage = self._stage_with(branch.name, [each.line for each in kept])
        if at_us > stage.now_us:
            stage.to_moment("when", at_us)
        self._enter(stage, branch)

    def _enter(self, stage: BranchWorld, branch: BranchOf) -> None:
        """Record in this branch from now on. Raises OSError; then the rehearsal stays where it was."""
        is_new = branch not in self.tree.branches
        branches = [*self.tree.branches, branch] if is_new else self.tree.branches
        tree = msgspec.structs.replace(self.tree, current=branch.name, branches=branches)
        try:
            if is_new:
                self.recording.begin(tree, branch, stage.lines)
            self.recording.go_on(tree)
        except OSError:
            stage.world.close()
            raise
        self.tree = tree
        self._go_live(stage)

    def lines_of(self, name: str) -> list[RecordedLine]:
        """What was done on a branch until now, or until it was left. Raises UsageError."""
        if name == self.tree.current:
            return self.stage.lines
        if name not in self._left:
            self._left[name] = list(timed(self.recording.lines(name)))
        return self._left[name]

    def _free_name(self) -> str:
        taken = {each.name for each in self.tree.branches}
        return next(f"branch-{number}" for number in range(2, 10_000) if f"branch-{number}" not in taken)

    def _stage_with(self, name: str, lines: Sequence[ScheduledStep]) -> BranchWorld:
        """A world that has carried out these lines. Raises UsageError."""
        stage = self.checkpoints.take(lines) or self._new_stage(name)
        stage.rename(name, self.recording.path(name))
        stage.replay(lines[len(stage.lines) :])
        return stage

    def _new_stage(self, name: str) -> BranchWorld:
        return BranchWorld(self.options, name, self.recording.path(name), self._line_recorded, self._surprise_comes)

    def _line_recorded(self, line: RecordedLine) -> None:
        """Of the stage that is live; the lines of a replay are written already."""
        if self._stage is None or not self._stage.lines or self._stage.lines[-1] is not line:
            return
        self.recording.add(line)
        self.thinking.follow(self._stage.drill.programs.gates)
        for surprise in triggered(self._stage.drill.programs, unquoted(line.line.words)):
            due_us = line.ended_us + surprise.delay_us
            self._stage.inputs.soon(partial(self._surprise_is_due, surprise.number, due_us))

    def _surprise_is_due(self, number: int, at_us: int) -> None:
        """What a surprise waited for was done."""
        waiting = self.stage.drill.programs.surprises.get(number)
        if waiting is not None and waiting.at_us is None:
            moment = clock_text(max(at_us, self.stage.world.kernel.next_us() + 1))
            with self._stopped_by_a_problem():
                self.say(f"When surprise {number} is due at {moment}")

    def _surprise_comes(self, number: int) -> None:
        """Say what a surprise says, if it waits still."""
        surprise = self.stage.drill.programs.surprises.get(number)
        if surprise is None:
            return
        with self._stopped_by_a_problem():
            self.say(f"When surprise {number} comes")
            done, seen = self.say(surprise.sentence)
            if not done:
                self.note("instructor", f"surprise {number} did not come about: {seen}")

    @contextlib.contextmanager
    def _stopped_by_a_problem(self) -> Iterator[None]:
        """What comes by itself and cannot be done now has no one who could be told: the clock stands still."""
        try:
            yield
        except UsageError as wrong:
            self.stop(str(wrong))

    def _wait_with_surprises(self, until_us: int) -> str:
        """Let time pass as a sentence says, with the surprises that come meanwhile."""
        stage = self.stage
        while (at_us := stage.next_surprise_us(until_us)) is not None:
            stage.to_moment("when", max(at_us, stage.world.kernel.next_us()))
            stage.inputs.run_due()
            if self.is_stopped and self.recording.problem:
                break
        if until_us >= stage.world.kernel.next_us():
            stage.to_moment("when", until_us)
        return f"it is {clock_text(stage.now_us)[:-3]}"

    def _say_with_surprises(self, line: ScheduledStep) -> tuple[bool, str]:
        """Carry out a sentence. While it waits, it stands still where a surprise comes, and goes on behind it."""
        stage = self.stage
        said = stage.say(line, at_us := stage.next_surprise_us())
        while said is None:
            stage.to_moment("when", max(at_us or 0, stage.world.kernel.next_us()))
            stage.inputs.run_due()
            said = stage.go_on(at_us := stage.next_surprise_us())
        return said

    def _go_live(self, stage: BranchWorld) -> None:
        old, self._stage = self._stage, stage
        if old is not None:
            self._left[old.drill.scenario] = old.lines
        self.said = []
        for each in stage.lines:
            self._remember(each.line.words)
        if old is not None:
            old.world.close()
        stage.go_live()
        self.thinking.follow(stage.drill.programs.gates)
        stage.world.kernel.log.observe(self._see)
        if self.server is not None:
            self.server.use(stage.inputs)
        for callback in self.watch.on_new_world:
            callback(stage)
        for number in stage.inputs.running():
            # Its client is on the branch that was left, or of a server that is no more.
            stage.inputs.leave(number)
        self._tell()

    def running(self) -> list[tuple[str, str]]:
        """The programs of people that run now, each with its host."""
        found = self.server.running() if self.server is not None else []
        return [(host or "no host", visible(words[:ANSWERED])) for host, words in found]

    def end_on(self, host: str, person: str) -> int:
        """End what people run on a host; how many programs that were."""
        ended = [] if self.server is None else self.server.end_programs(f"{person} ended this command", host)
        return len(ended)

    def _end_programs(self, why: str) -> list[str]:
        ended = self.server.end_programs(why) if self.server is not None else []
        return [host or "no host" for host, _ in ended]

    def _tell(self) -> None:
        for callback in self.watch.on_change:
            callback()
