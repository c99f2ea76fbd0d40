"""How the verdicts of a drill look: its steps with what was expected and seen and how long that took, its oracles.

Wide where there is room, one below the other where there is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mirrordrill.drills.output import timeline
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.objectives import Met
from mirrordrill.drills.run.results import DrillResult, OracleResult, StepResult, StepStatus, Verdict

STYLES = {
    StepStatus.HELD.value: "green",
    StepStatus.NOT_EXECUTED.value: "yellow",
    StepStatus.INTERRUPTED.value: "yellow",
    StepStatus.UNDECIDED.value: "yellow",
    Verdict.HELD.value: "green",
    Verdict.UNDECIDED.value: "yellow",
    Met.MET.value: "green",
    Met.NOT_TESTED.value: "yellow",
}
WORDS = {
    ExitCode.USAGE: "drill or site wrong",
    ExitCode.SAFETY: "safety BROKEN",
    ExitCode.LIVENESS: "did not come about",
    ExitCode.UNDECIDED: "undecided",
    ExitCode.HARNESS: "harness at fault",
    ExitCode.INTERRUPTED: "interrupted",
}
"""An exit code in a word or three."""
WIDE_COLUMNS = 130
"""From this width on, the tables have room for their texts beside each other."""


def styled(word: str) -> Text:
    """A verdict's word in its colour; what is neither held nor open is bad."""
    return Text(word, style=STYLES.get(word, "bold red"))


def duration(seconds: float) -> str:
    """`0 s`, `0.02 s`, `36.8 s`, `10.0 min`, `2.5 h`."""
    if seconds == 0:
        return "0 s"
    if seconds < 1:
        return f"{seconds:.2f} s"
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def plain_table(title: str, *columns: str) -> Table:
    """A table without lines."""
    return Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)


def steps(result: DrillResult, real_s: Sequence[float], width: int) -> RenderableType:
    """Each step: when it ended, its verdict, how much simulated and real time it took, expected and observed."""
    rows = [(step, *times(step, seconds)) for step, seconds in zip(result.steps, real_s, strict=True)]
    if width >= WIDE_COLUMNS:
        table = plain_table("Steps", "at", "verdict", "simulated", "real", "expected", "observed")
        for step, at, simulated, real in rows:
            words, seen = Text(f"{step.keyword} {step.words}"), Text(step.observed)
            table.add_row(at, styled(step.status.value), simulated, real, words, seen)
        return table
    grid = Table.grid(padding=(0, 2, 0, 0))
    for step, at, simulated, real in rows:
        words = Text(f"{step.keyword} {step.words}", "bold")
        took = Text(f"  ({simulated}, really {real})", "dim")
        texts = (words, Text(step.observed).append_text(took)) if at else (words,)
        grid.add_row(at, styled(step.status.value), Group(*texts))
    return Group(Text("Steps: at, verdict, expected, observed, simulated and real time", "italic"), grid)


def times(step: StepResult, real_s: float) -> tuple[str, str, str]:
    """When it ended, how much simulated and how much real time it took; nothing for what was never tried."""
    if step.status is StepStatus.NOT_EXECUTED:
        return "", "", ""
    took_s = (step.ended_us - step.began_us) / 1_000_000
    return timeline.clock(step.ended_us).partition(".")[0], duration(took_s), duration(real_s)


def oracles(result: DrillResult, width: int, *, is_brief: bool) -> RenderableType:
    """The oracles; in brief, those that held in one line."""
    found = [each for each in result.oracles if not (is_brief and each.verdict is Verdict.HELD)]
    held = [each.name for each in result.oracles if each.verdict is Verdict.HELD]
    brief = Text.assemble("oracles  ", styled("held"), f"  {' '.join(held)}") if is_brief and held else None
    if not found:
        return brief or Text("oracles  none")
    table = oracle_table(found) if width >= WIDE_COLUMNS else oracle_lines(found)
    return Group(*([brief] if brief else []), table)


def oracle_table(found: Sequence[OracleResult]) -> Table:
    """The oracles beside what they promise and have seen."""
    table = plain_table("\nOracles", "id", "verdict", "promise", "seen")
    for oracle in found:
        table.add_row(oracle.name, styled(oracle.word), Text(oracle.promise), Text(seen(oracle)))
    return table


def oracle_lines(found: Sequence[OracleResult]) -> RenderableType:
    """The same where there is no room."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for oracle in found:
        grid.add_row(oracle.name, styled(oracle.word), Group(Text(oracle.promise), Text(seen(oracle), "dim")))
    return Group(Text("\nOracles", "italic"), grid)


def seen(oracle: OracleResult) -> str:
    """What an oracle has seen, and what was declared of it."""
    return f"{oracle.reason}; declared: {oracle.declared}" if oracle.declared else oracle.reason


def measured(result: DrillResult) -> Iterator[Text]:
    """Recovery times and points, and the objectives."""
    for outage in result.measured.outages:
        yield Text(f"  {outage.sentence()}")
    for objective in result.objectives:
        yield Text.assemble("  ", styled(objective.met.value), f"  {objective.sentence()}")


def in_a_word(result: DrillResult) -> Text:
    """`held`, `held, S2 BROKEN as declared`, or what went wrong with its exit code."""
    code = result.exit_code()
    if code is not ExitCode.HELD:
        return Text(f"{WORDS[code]} ({code.value})", "bold red")
    declared = " ".join(oracle.name for oracle in result.declared_broken())
    return Text.assemble(("held", "green"), (f", {declared} BROKEN as declared", "bold red") if declared else "")


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """What the summary of a run says of a drill."""

    word: Text
    simulated_us: int
    real_s: float
    name: str


def summary_row(result: DrillResult, real_s: float) -> SummaryRow:
    """The line of a drill that took so much real time."""
    return SummaryRow(in_a_word(result), result.simulated_us, real_s, f"{result.feature}: {result.scenario}")


def summary(rows: Sequence[SummaryRow], width: int) -> RenderableType:
    """A line for each drill of a run."""
    table = plain_table("Drills", "", "verdict", "simulated", "real", "drill")
    for number, row in enumerate(rows, start=1):
        clock = timeline.clock(row.simulated_us).partition(".")[0]
        name = Text(row.name, overflow="ellipsis", no_wrap=width < WIDE_COLUMNS)
        table.add_row(str(number), row.word, clock, duration(row.real_s), name)
    return table
