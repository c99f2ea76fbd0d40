"""The debriefing of a rehearsal: the drill's report of every branch, and what only a rehearsal has.

`report.html` is the report that a drill has, one section for each branch, made from a replay of its recording.
`debriefing.html` and `debriefing.txt` have the people, what they did and decided, what each side saw then and what was
true, the branches compared, the score, and for lost writes from when on they could not be saved. `debriefing.json` and
the tables as CSV have the same as data.

Rule 1: what is told is read from the recording and from its replay, and from nothing else: no token, no address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup

from mirrordrill.drills.output.whole_files import write_whole
from mirrordrill.drills.rehearse.branch_world import BranchWorld, RecordedLine
from mirrordrill.drills.rehearse.console.pictures import SHAPES, rails
from mirrordrill.drills.rehearse.debrief.actions import DECISION, NOTE, ActionKind, kind_of, shown_words
from mirrordrill.drills.rehearse.debrief.compare import BranchOutcome, Comparison, of_result, replayed
from mirrordrill.drills.rehearse.debrief.curve_picture import draw_curve
from mirrordrill.drills.rehearse.debrief.inevitability import Curve, curves
from mirrordrill.drills.rehearse.debrief.plan import PlannedStep, plan_of
from mirrordrill.drills.rehearse.debrief.score import Score, live_score, score_lines
from mirrordrill.drills.rehearse.debrief.seen import SeenAtDecision, at_decision
from mirrordrill.drills.rehearse.debrief.tables import write_csv, write_json
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import tree_lines
from mirrordrill.drills.report.collect import assemble, with_report
from mirrordrill.drills.report.files import write_report
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import worst
from mirrordrill.drills.run.results import DrillResult

FOLDER = "report"


@dataclass(frozen=True, slots=True)
class ActionDone:
    """Something that was done in a branch."""

    branch: str
    clock: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Debriefing:
    """All that the debriefing says."""

    site: str
    people: tuple[str, ...]
    actions: tuple[ActionDone, ...]
    decisions: tuple[SeenAtDecision, ...]
    comparison: Comparison
    tree: tuple[str, ...]
    plan: tuple[PlannedStep, ...]
    score: Score
    curves: tuple[Curve, ...]
    has_curves: bool
    """Whether curves were computed: they are when the rehearsal has ended."""


def debrief(
    rehearsal: Rehearsal, directory: Path | None = None, *, has_ended: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Debriefing:  # fmt: skip
    """Replay every branch, write all reports below `directory`, and compare the branches. Raises OSError.

    `progress` is told what is being done.
    """
    folder = directory or rehearsal.recording.folder.parent / FOLDER
    results: list[DrillResult] = []
    outcomes: list[BranchOutcome] = []
    decisions: list[SeenAtDecision] = []
    found_curves: list[Curve] = []
    for branch in rehearsal.tree.branches:
        progress(f"branch {branch.name} is replayed")
        its = partial(_look, decisions, branch.shared_lines)
        world = replayed(rehearsal, branch.name, its)
        until_us, is_live = world.now_us, branch.name == rehearsal.tree.current
        is_same = world.drill.log.digest() == rehearsal.stage.drill.log.digest() if is_live else None
        world.drill.finish = partial(with_report, folder)
        result = world.close()
        results.append(result)
        outcomes.append(of_result(branch.name, result, until_us, world, is_same=is_same))
        if has_ended:
            make = partial(_empty_world, rehearsal, branch.name)
            found_curves += curves(branch.name, world.lines, world, make, found_curves, progress)
    write_report(assemble(results, worst([result.exit_code() for result in results])), folder)
    done = tuple(actions_of(rehearsal))
    found = Debriefing(
        site=rehearsal.stage.world.site.name or rehearsal.stage.world.site.clusters[0].name,
        people=tuple(sorted(set(people_of(rehearsal)))),
        actions=done,
        decisions=tuple(decisions),
        comparison=Comparison(tuple(outcomes)),
        tree=tuple(tree_lines(rehearsal)),
        plan=tuple(plan_of(rehearsal)),
        score=live_score(rehearsal),
        curves=tuple(found_curves),
        has_curves=has_ended,
    )
    write_whole(folder / "debriefing.html", [page(found, rails(rehearsal))])
    write_whole(folder / "debriefing.txt", [text(found)])
    write_tables(found, folder)
    return found


def _look(decisions: list[SeenAtDecision], first: int, stage: BranchWorld, line: RecordedLine) -> None:
    """Look at a decision of the branch itself, not of its parent."""
    if len(stage.lines) > first and (seen := at_decision(stage, line)) is not None:
        decisions.append(seen)


def _empty_world(rehearsal: Rehearsal, name: str) -> BranchWorld:
    """The agent in process: as real processes it comes to the same log, and takes longer."""
    options = Options(seed=rehearsal.options.seed, profile=rehearsal.options.profile)
    return BranchWorld(options, name, rehearsal.recording.path(name), lambda _: None)


def own_lines(rehearsal: Rehearsal) -> Iterator[tuple[str, RecordedLine]]:
    """Each line once, with the branch on which it was said."""
    for branch in rehearsal.tree.branches:
        for line in rehearsal.lines_of(branch.name)[branch.shared_lines :]:
            yield branch.name, line


def actions_of(rehearsal: Rehearsal) -> Iterator[ActionDone]:
    """What was done, branch by branch."""
    for branch, line in own_lines(rehearsal):
        if (kind := kind_of(line.line)) in SHAPES:
            yield ActionDone(branch, clock_text(line.began_us)[:-7], kind.value, told(line, kind))


def told(line: RecordedLine, kind: ActionKind) -> str:
    """A line as a table has it."""
    words = line.line.words
    if kind is ActionKind.NOTE and (found := NOTE.fullmatch(words)):
        return f"{unquoted(found['person'])}: {unquoted(found['text'])}"
    if kind is ActionKind.DECISION and (found := DECISION.fullmatch(words)):
        decided = f"{unquoted(found['person'])} at the gate {unquoted(found['gate'])}: {unquoted(found['text'])}"
        return f"{decided} (after {found['took']} of thinking)"
    return shown_words(line.line)


def people_of(rehearsal: Rehearsal) -> Iterator[str]:
    """The people who noted or decided something."""
    for _, line in own_lines(rehearsal):
        if found := NOTE.fullmatch(line.line.words) or DECISION.fullmatch(line.line.words):
            yield unquoted(found["person"])


def text(found: Debriefing) -> str:
    """The same for a terminal."""
    lines = [f"SIMULATED  debriefing of the rehearsal on {found.site}", "", *found.tree, "", found.comparison.text()]
    lines += ["", "What was done:"]
    lines += [f"  {each.clock}  {each.branch}  {each.kind}: {each.words}" for each in found.actions]
    for seen in found.decisions:
        lines += ["", f"{seen.clock}  {seen.branch}  {seen.person} at the gate {seen.gate}: {seen.decision}"]
        for who, told_lines in (("true", seen.true), *seen.sides):
            lines += [f"  {who}:", *(f"    {line}" for line in told_lines)]
    for curve in found.curves:
        lines += ["", f"Lost on branch {curve.branch}:", *(f"  {line}" for line in curve.sentences())]
    return "\n".join([*lines, "", *score_lines(found.score)]) + "\n"


def write_tables(found: Debriefing, folder: Path) -> None:
    """The same as data. Raises OSError."""
    head, *rows = zip(*found.comparison.rows(), strict=True)
    write_csv(folder / "branches.csv", ("branch", *head[1:]), rows)
    write_csv(folder / "actions.csv", ("branch", "time", "kind", "words"), map(_cells, found.actions))
    attempts = [
        (curve.branch, curve.application, clock_text(each.at_us)[:-7], each.action, each.lost, curve.lost)
        for curve in found.curves
        for each in curve.attempts
    ]
    tried = ("branch", "application", "time of the action", "action", "writes lost", "writes lost without it")
    write_csv(folder / "inevitability.csv", tried, attempts)
    seen = [
        (each.branch, each.clock, each.person, each.gate, each.decision, each.took, who, " | ".join(lines))
        for each in found.decisions
        for who, lines in (("true", each.true), *each.sides)
    ]
    views = ("branch", "time", "person", "gate", "decision", "thinking", "who saw", "what")
    write_csv(folder / "decisions.csv", views, seen)
    plan = [{"status": each.status.value, "step": each.line.words, "done_us": each.done_us} for each in found.plan]
    write_json(folder / "debriefing.json", {"simulated": True, **asdict(found), "plan": plan})


def _cells(each: ActionDone) -> Sequence[object]:
    return each.branch, each.clock, each.kind, each.words


def page(found: Debriefing, branches: Markup) -> str:
    """The page."""
    from jinja2 import Environment, StrictUndefined

    room = files("mirrordrill.drills.rehearse.console")
    style = (room / "static" / "console.css").read_text("utf-8")
    template = (room / "templates" / "debriefing.html").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    pictures = [(curve, draw_curve(curve)) for curve in found.curves]
    rows = list(found.comparison.rows())
    return environment.from_string(template).render(style=style, d=found, rails=branches, rows=rows, pictures=pictures)
