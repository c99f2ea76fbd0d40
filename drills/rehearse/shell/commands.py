"""What an instructor can type: commands of the rehearsal, and every sentence of the step library.

Rule 1: a command is one row of the table, with its usage and meaning; `help` prints the table.
Rule 2: a wrong word does nothing, and says what would be right.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mirrordrill.drills.output import timeline
from mirrordrill.drills.output.read_back import whole_number
from mirrordrill.drills.output.whole_files import unwritten
from mirrordrill.drills.rehearse.debrief.compare import comparison
from mirrordrill.drills.rehearse.debrief.plan import plan_lines
from mirrordrill.drills.rehearse.debrief.score import live_score, score_lines
from mirrordrill.drills.rehearse.exercise import sides
from mirrordrill.drills.rehearse.moments import clock_text, moment_us
from mirrordrill.drills.rehearse.quoting import quoted
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.replay import sayable_steps
from mirrordrill.drills.rehearse.shell import exercise_commands as exercise
from mirrordrill.drills.rehearse.truth import truth_lines
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.pacing import Stopwatch
from mirrordrill.drills.steps.library import nearest
from mirrordrill.simulator.bridge.served.served_site import SimulationPace
from mirrordrill.simulator.kernel.untrusted import visible


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What a line came to."""

    text: str
    is_good: bool = True


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """A row of the table."""

    usage: str
    meaning: str
    run: Callable[[Instructor, str], str]


MAX_LINE = 4_000
"""Everything stands still while a line is looked up among all steps."""


class Instructor:
    """A person at a shell or a console; several share a rehearsal."""

    def __init__(self, rehearsal: Rehearsal, person: str = "instructor") -> None:
        self.rehearsal = rehearsal
        self.person = person

    def types(self, line: str) -> LineAnswer:
        """Carry out a line."""
        word, _, rest = line.strip().partition(" ")
        if not word:
            return LineAnswer("")
        if len(line) > MAX_LINE:
            return LineAnswer(f"the line has {len(line):,} characters: {MAX_LINE:,} at most", is_good=False)
        command = COMMANDS.get(word.lower())
        try:
            if command is not None:
                return LineAnswer(command.run(self, rest.strip()))
            done, seen = self.rehearsal.say(line)
        except UsageError as wrong:
            return LineAnswer(self._suggestion(word, str(wrong)), is_good=False)
        except OSError as wrong:
            return LineAnswer(f"{unwritten(wrong)}; the rehearsal stays where it was", is_good=False)
        return LineAnswer(seen or "done") if done else LineAnswer(f"not so: {seen}", is_good=False)

    def _suggestion(self, word: str, wrong: str) -> str:
        is_command = word.lower() in COMMANDS
        close = [] if is_command else difflib.get_close_matches(word.lower(), COMMANDS, n=1, cutoff=0.75)
        return f"{wrong}; or the command `{close[0]}`?" if close else wrong


def helps(_: Instructor, word: str) -> str:
    """All commands, or one."""
    if word and word not in COMMANDS:
        found = nearest(word)
        return "\n".join([f"no command {word}; steps like it:", *(f"  {each}" for each in found)])
    rows = [COMMANDS[word]] if word else list(COMMANDS.values())
    more = [] if word else ["", "Any step of a feature can be typed, too: `hosta loses power`, `10 minutes pass`."]
    return "\n".join([*(f"  {row.usage:<34} {row.meaning}" for row in rows), *more])


def steps(_: Instructor, words: str) -> str:
    """Steps with these words."""
    wanted = words.lower().split()
    found = [e.example for e in sayable_steps() if all(w in f"{e.example} {e.meaning}".lower() for w in wanted)]
    return "\n".join(f"  {example}" for example in found) or f"no step has {words!r}; `mirrordrill steps` lists all"


def pause(its: Instructor, _: str) -> str:
    """Stop the clock."""
    its.rehearsal.stop(f"{its.person} stopped the clock")
    return f"time stands still at {now(its)}"


def resume(its: Instructor, _: str) -> str:
    """Let it go on."""
    its.rehearsal.go_on()
    return f"time passes: {its.rehearsal.pace.describe()}"


def pace(its: Instructor, text: str) -> str:
    """Change how fast time passes."""
    try:
        its.rehearsal.go_on(SimulationPace.read(text))
    except ValueError as wrong:
        raise UsageError(f"{wrong}: `pace 60`") from None
    return f"time passes: {its.rehearsal.pace.describe()}"


def until(its: Instructor, _: str) -> str:
    """Run to the next decision."""
    its.rehearsal.until_decision()
    return "time passes until an agent decides, an alert waits or a group changes; then it stands still"


def back(its: Instructor, text: str) -> str:
    """Go back."""
    moment, _, name = text.partition(" as ")
    if not moment:
        raise UsageError(
            "say to which moment: `back 00:12:03`, `back -5m as no-freeze`, `back 1` (the last thing done)"
        )
    watch = Stopwatch()
    if moment.strip().isdecimal():
        said = its.rehearsal.back_by(whole_number(moment.strip(), "the number of things done"), name.strip())
    else:
        said = its.rehearsal.back(moment_us(moment.strip(), its.rehearsal.stage.now_us), name.strip())
    return f"{said} ({watch.total_s():.2f} s)"


def branch(its: Instructor, name: str) -> str:
    """Branch here."""
    if not name:
        raise UsageError("name it: `branch no-freeze`")
    return its.rehearsal.fork(name)


def branches(its: Instructor, _: str) -> str:
    """The tree."""
    return "\n".join(tree_lines(its.rehearsal))


def go(its: Instructor, name: str) -> str:
    """Another branch."""
    return its.rehearsal.go(name)


def compare(its: Instructor, _: str) -> str:
    """Side by side."""
    return comparison(its.rehearsal).text()


def note(its: Instructor, text: str) -> str:
    """A note."""
    if not text:
        raise UsageError("say what: `note the line of site A is dead`")
    its.rehearsal.note(its.person, text)
    return "noted"


def gate(its: Instructor, text: str) -> str:
    """Open a gate."""
    if " for " not in text:
        raise UsageError("say what and for whom: `gate declare a disaster? for the duty manager`")
    return exercise.said(its.rehearsal, exercise.sentence_of(f"gate {text}"))


def prepared(name: str, usage: str) -> Callable[[Instructor, str], str]:
    """A command that says a sentence about what a side is told or shown."""

    def run(its: Instructor, text: str) -> str:
        sentence = exercise.sentence_of(f"{name} {text}")
        if sentence.startswith(name):
            raise UsageError(f"say it so: `{usage}`; sides: {', '.join(sides(its.rehearsal.stage.drill))}")
        return exercise.said(its.rehearsal, sentence)

    return run


def decide(its: Instructor, text: str) -> str:
    """Decide at a gate."""
    programs = its.rehearsal.stage.drill.programs
    waiting = list(programs.gates)
    # A gate that was decided a moment ago is known, too: else its name would be taken for a decision at another one.
    known = [*waiting, *programs.decided]
    what = next((name for name in known if text.startswith(f"{name}:")), waiting[0] if len(waiting) == 1 else "")
    words = text.removeprefix(f"{what}:").strip()
    if not what or not words:
        raise UsageError(
            f"say which gate and what: `decide GATE: yes, declare`; waiting: {', '.join(waiting) or 'none'}"
        )
    return decide_gate(its.rehearsal, what, its.person, words)


def decide_gate(rehearsal: Rehearsal, gate: str, person: str, words: str) -> str:
    """A person decides at a gate; the thinking time is recorded. Raises UsageError."""
    took = f'after {rehearsal.thinking.spent_s(gate):.1f} seconds: "{quoted(words)}"'
    done, seen = rehearsal.say(f'When "{quoted(person)}" decides at the gate "{quoted(gate)}" {took}')
    if not done:
        raise UsageError(seen)
    return seen


def status(its: Instructor, _: str) -> str:
    """The truth."""
    return "\n".join(truth_lines(its.rehearsal))


def log(its: Instructor, count: str) -> str:
    """The last lines of the story."""
    story = list(timeline.lines(its.rehearsal.stage.drill.log, details=False))
    return "\n".join(visible(line) for line in story[-whole_number(count or "20", "the number of lines") :])


def faults(its: Instructor, _: str) -> str:
    """What stands, and how to undo it."""
    said = its.rehearsal.said
    return "\n".join(f"  {n}  {words}   undo: {undo}" for n, (words, undo) in enumerate(said, 1)) or "no fault stands"


def undo(its: Instructor, number: str) -> str:
    """Take a fault back."""
    said = its.rehearsal.said
    if not said:
        raise UsageError("nothing was said that has an undo")
    at = whole_number(number, "the number of a fault", len(said)) if number else len(said)
    if not at:
        raise UsageError(f"{number} is none of `faults`")
    sentence = said[at - 1][1]
    done, seen = its.rehearsal.say(sentence)
    if not done:
        raise UsageError(seen)
    return f"{sentence}: {seen}"


def plan(its: Instructor, _: str) -> str:
    """The plan."""
    lines = list(plan_lines(its.rehearsal)) or ["this rehearsal has no plan: begin it with --plan runbook.feature"]
    return "\n".join([*lines, *score_lines(live_score(its.rehearsal))])


def report(its: Instructor, _: str) -> str:
    """Write the report."""
    # What renders it is imported only now: a rehearsal starts without it.
    from mirrordrill.drills.rehearse.debrief.debriefing import FOLDER, debrief

    folder = its.rehearsal.recording.folder.parent / FOLDER
    debrief(its.rehearsal, folder)
    return f"written: {folder / 'debriefing.html'}"


def end_programs(its: Instructor, host: str) -> str:
    """End what hangs."""
    hosts = its.rehearsal.stage.world.site.hosts()
    if host not in hosts:
        raise UsageError(f"say on which host: {', '.join(hosts)}; `status` lists what runs")
    return f"programs ended on {host}: {its.rehearsal.end_on(host, its.person)}"


def quits(its: Instructor, _: str) -> str:
    """End everything."""
    its.rehearsal.is_over = True
    return "the rehearsal ends"


def now(its: Instructor) -> str:
    """The simulated moment."""
    return clock_text(its.rehearsal.stage.now_us)[:-3]


def tree_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """The branches, each below the one that it left."""

    def below(parent: str, depth: int) -> Iterator[str]:
        for each in rehearsal.tree.branches:
            if each.parent == parent:
                mark = "*" if each.name == rehearsal.tree.current else " "
                left = f"  left {each.parent} at {clock_text(each.left_us)[:-3]}" if each.parent else ""
                yield f"{mark} {'  ' * depth}{each.name}{left}"
                yield from below(each.name, depth + 1)

    yield from below("", 0)


TELL, WITHHOLD, HAND_OUT = "tell SIDE: TEXT", "withhold WHAT [about WORDS] from SIDE", "handout WHAT to SIDE"

COMMANDS: dict[str, ShellCommand] = {
    "help": ShellCommand("help [COMMAND]", "this table", helps),
    "steps": ShellCommand("steps WORDS", "step sentences with these words", steps),
    "status": ShellCommand("status", "the truth: groups, both opinions of each pair, what is lost", status),
    "log": ShellCommand("log [N]", "the last N lines of the story", log),
    "pause": ShellCommand("pause", "simulated time stands still", pause),
    "resume": ShellCommand("resume", "it passes again, at the pace before", resume),
    "pace": ShellCommand("pace N|real|fast", "so many simulated seconds in each real one", pace),
    "next": ShellCommand("next", "as fast as can be, until the next decision", until),
    "back": ShellCommand(
        "back MOMENT [as NAME]", "step back (00:12:03, -5m, or 1: the last thing done); a branch", back
    ),
    "branch": ShellCommand("branch NAME", "go on from here as a branch; this one stays as it is", branch),
    "branches": ShellCommand("branches", "the tree of branches", branches),
    "go": ShellCommand("go BRANCH", "to the end of another branch", go),
    "compare": ShellCommand("compare", "all branches side by side: RTO, lost writes, decisions", compare),
    "surprise": ShellCommand(
        "surprise at|in|after ...: SENTENCE",
        "a sentence is said at 00:20:00, in 5m, or after WORDS were done",
        lambda its, text: exercise.surprise(its.rehearsal, text),
    ),
    "surprises": ShellCommand(
        "surprises", "the surprises that wait, and what is withheld", lambda its, _: exercise.surprises(its.rehearsal)
    ),
    "cancel": ShellCommand(
        "cancel N", "take a surprise back", lambda its, number: exercise.cancel(its.rehearsal, number)
    ),
    "tell": ShellCommand(TELL, "a side is told what no page says: a call, a picture", prepared("tell", TELL)),
    "withhold": ShellCommand(
        WITHHOLD, "a side is not shown new logs, alerts or output of commands", prepared("withhold", WITHHOLD)
    ),
    "handout": ShellCommand(HAND_OUT, "a side is shown all of that", prepared("handout", HAND_OUT)),
    "note": ShellCommand("note TEXT", "keep what was said or seen", note),
    "gate": ShellCommand("gate WHAT for WHOM", "a decision waits for a person", gate),
    "decide": ShellCommand("decide [GATE:] WORDS", "what was decided at a gate, by you", decide),
    "faults": ShellCommand("faults", "what was done to the site, each with its undo", faults),
    "undo": ShellCommand("undo [N]", "take back the last fault, or that one", undo),
    "end": ShellCommand("end HOST", "end the programs of people that run on a host; `status` lists them", end_programs),
    "plan": ShellCommand("plan", "the steps of the plan: done, due, left out; and the score", plan),
    "report": ShellCommand("report", "write the report of all branches now", report),
    "quit": ShellCommand("quit", "end the rehearsal, for all; Ctrl-D leaves the shell only", quits),
}
"""Every command by its first word."""
