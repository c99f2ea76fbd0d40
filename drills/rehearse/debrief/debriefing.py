"""The debriefing of a rehearsal: the drill's report of every branch, and what only a rehearsal has.

`report.html` is the report that a drill has, one section for each branch, made from a replay of its recording.
`debriefing.html` and `debriefing.txt` have the people, their notes and decisions, the branches compared, and the plan.

Rule 1: what is told is read from the recording and from its replay, and from nothing else: no token, no address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from mirrordrill.drills.rehearse.debrief.actions import DECISION, NOTE
from mirrordrill.drills.rehearse.debrief.compare import BranchOutcome, Comparison, of_result, replayed
from mirrordrill.drills.rehearse.debrief.plan import compare_plan
from mirrordrill.drills.rehearse.debrief.score import Score, live_score, score_lines
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import tree_lines
from mirrordrill.drills.report.collect import assemble, with_report
from mirrordrill.drills.report.files import write_report
from mirrordrill.drills.run.exit_codes import worst
from mirrordrill.drills.run.results import DrillResult, StepResult

FOLDER = "report"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person said, in a branch."""

    branch: str
    clock: str
    person: str
    what: str
    """`noted`, or at which gate it was decided after how long."""
    text: str


def remarks(branch: str, steps: tuple[StepResult, ...]) -> Iterator[Remark]:
    """The notes and decisions of a branch."""
    for step in steps:
        clock = clock_text(step.began_us)[:-7]
        if found := NOTE.fullmatch(step.words):
            yield Remark(branch, clock, unquoted(found["person"]), "noted", unquoted(found["text"]))
        elif found := DECISION.fullmatch(step.words):
            what = f"decided at the gate {unquoted(found['gate'])} after {found['took']}"
            yield Remark(branch, clock, unquoted(found["person"]), what, unquoted(found["text"]))


def debrief(rehearsal: Rehearsal, directory: Path | None = None) -> Comparison:
    """Replay every branch, write all reports below `directory`, and compare the branches. Raises OSError."""
    folder = directory or rehearsal.recording.folder.parent / FOLDER
    results: list[DrillResult] = []
    outcomes: list[BranchOutcome] = []
    said: list[Remark] = []
    for branch in rehearsal.tree.branches:
        world = replayed(rehearsal, branch.name)
        until_us, is_live = world.now_us, branch.name == rehearsal.tree.current
        is_same = world.drill.log.digest() == rehearsal.stage.drill.log.digest() if is_live else None
        world.drill.finish = partial(with_report, folder)
        result = world.close()
        results.append(result)
        outcomes.append(of_result(branch.name, result, until_us, world, is_same=is_same))
        said += [each for each in remarks(branch.name, result.steps) if each not in said]
    write_report(assemble(results, worst([result.exit_code() for result in results])), folder)
    found = Comparison(tuple(outcomes))
    values: dict[str, object] = {
        "site": rehearsal.stage.world.site.name or rehearsal.stage.world.site.clusters[0].name,
        "people": sorted({each.person for each in said}),
        "remarks": once(said, rehearsal),
        "rows": list(found.rows()),
        "branches": list(tree_lines(rehearsal)),
        "plan": compare_plan(rehearsal.plan, rehearsal.stage.lines) if rehearsal.plan else [],
        "score": live_score(rehearsal),
    }
    (folder / "debriefing.html").write_text(page(values), encoding="utf-8")
    (folder / "debriefing.txt").write_text(text(values, found), encoding="utf-8")
    return found


def once(said: list[Remark], rehearsal: Rehearsal) -> list[Remark]:
    """What was said, without what a branch only shares with its parent."""
    left = {each.name: clock_text(each.left_us)[:-7] for each in rehearsal.tree.branches if each.parent}
    return [each for each in said if each.clock >= left.get(each.branch, "")]


def text(values: dict[str, object], found: Comparison) -> str:
    """The same for a terminal."""
    lines = [f"SIMULATED  debriefing of the rehearsal on {values['site']}", ""]
    lines += [*_listed(values["branches"]), "", found.text(), ""]
    lines += [f"{each.clock}  {each.branch}  {each.person} {each.what}: {each.text}" for each in _remarks(values)]
    found_score = values["score"]
    lines += ["", *score_lines(found_score)] if isinstance(found_score, Score) else []
    return "\n".join(lines) + "\n"


def page(values: dict[str, object]) -> str:
    """The page."""
    from jinja2 import Environment, StrictUndefined

    room = files("mirrordrill.drills.rehearse.console")
    style = (room / "static" / "console.css").read_text("utf-8")
    template = (room / "templates" / "debriefing.html").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(template).render(style=style, **values)


def _listed(value: object) -> list[str]:
    return list(map(str, value)) if isinstance(value, list) else []


def _remarks(values: dict[str, object]) -> list[Remark]:
    found = values["remarks"]
    return [each for each in found if isinstance(each, Remark)] if isinstance(found, list) else []
