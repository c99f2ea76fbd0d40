"""What `mirrordrill run` prints: the timeline step by step while the drill is flown, then the verdicts."""

from __future__ import annotations

import enum
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from drills import timeline
from drills.drill import Drill
from drills.logs import write_logs
from drills.objectives import Met
from drills.result import DrillResult, ExitCode, StepResult, StepStatus, Verdict, meaning_of
from drills.telling import visible

STYLES = {
    StepStatus.HELD.value: "green",
    StepStatus.NOT_EXECUTED.value: "yellow",
    StepStatus.INTERRUPTED.value: "yellow",
    Verdict.HELD.value: "green",
    Verdict.UNDECIDED.value: "yellow",
    Met.MET.value: "green",
    Met.NOT_TESTED.value: "yellow",
}


class Amount(enum.Enum):
    """How much of the timeline is printed."""

    VERDICTS = "verdicts"
    STORY = "story"
    DETAILS = "details"


def styled(word: str) -> Text:
    """A verdict's word in its colour; what is neither held nor open is bad."""
    return Text(word, style=STYLES.get(word, "bold red"))


class Reporter:
    """Listens to drills and prints them."""

    def __init__(
        self, console: Console, events_file: Path | None, amount: Amount, logs_directory: Path | None = None
    ) -> None:
        self._console = console
        self._events_file = events_file
        self._logs_directory = logs_directory
        self._amount = amount
        self._told = 0
        self._drills = 0

    def drill_began(self, drill: Drill) -> None:
        """Say what is flown."""
        self._told = 0
        self._drills += 1
        self._say(Text.assemble(("SIMULATED  ", "bold magenta"), (drill.feature, "bold")))
        self._say(Text(f"  {drill.scenario}"))
        arm, seed = drill.options.arm.value, drill.options.seed
        self._say(Text(f"  agent {arm}, seed {seed}, {drill.options.profile}", style="dim"))

    def step_ended(self, drill: Drill, step: StepResult) -> None:
        """The step's words, what happened meanwhile, what was seen."""
        self._tell_assumptions(drill)
        if self._amount is not Amount.VERDICTS:
            self._say(Text(f"\n{step.keyword} {step.words}", style="bold"))
            for line in timeline.lines(drill.log.since(self._told), self._amount is Amount.DETAILS):
                self._say(Text("  " + line))
        self._told = len(drill.log)
        if self._amount is not Amount.VERDICTS or step.status is not StepStatus.HELD:
            self._say(Text.assemble("  ", styled(step.status.value), f"  {step.observed}"))

    def drill_ended(self, drill: Drill, result: DrillResult) -> None:
        """The verdicts, the hash, and the log if it was asked for."""
        self._say(Text(""))
        self._console.print(self._steps(result))
        self._console.print(self._oracles(result))
        self._measured(result)
        self._write_events(drill)
        self._write_logs(drill)
        code = result.exit_code()
        meaning = meaning_of(code, (result,))
        self._say(Text.assemble("\nverdict  ", (meaning, "green" if code is ExitCode.HELD else "bold red")))
        for oracle in result.declared_broken():
            self._say(Text(f"         {oracle.name} is BROKEN, as the drill declares: {oracle.declared}", "bold red"))
        self._say(Text(f"time     {timeline.clock(result.simulated_us)} simulated, {result.events:,} events"))
        self._say(Text(f"log      sha256 {result.digest}\n"))

    def _tell_assumptions(self, drill: Drill) -> None:
        """Once a drill, as soon as its site is known: what none of the site's files says, and what they warn of."""
        if drill.site is None or self._told or self._amount is Amount.VERDICTS:
            return
        for warning in drill.site.warnings:
            self._say(Text(f"  {visible(str(warning))}", style="yellow"))
        for sentence in drill.site.assumptions:
            self._say(Text(f"  assumed: {visible(sentence)}", style="dim"))

    def _say(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True, highlight=False)

    def _steps(self, result: DrillResult) -> Table:
        table = Table(
            "at", "verdict", "step", "observed", title="Steps", title_justify="left", box=None, pad_edge=False
        )
        for step in result.steps:
            tried = step.status is not StepStatus.NOT_EXECUTED
            at = timeline.clock(step.ended_us).partition(".")[0] if tried else ""
            table.add_row(at, styled(step.status.value), Text(f"{step.keyword} {step.words}"), Text(step.observed))
        return table

    def _oracles(self, result: DrillResult) -> Table:
        table = Table(
            "id", "verdict", "promise", "seen", title="\nOracles", title_justify="left", box=None, pad_edge=False
        )
        for oracle in result.oracles:
            reason = f"{oracle.reason}; declared: {oracle.declared}" if oracle.declared else oracle.reason
            table.add_row(oracle.name, styled(oracle.word), Text(oracle.promise), Text(reason))
        return table

    def _measured(self, result: DrillResult) -> None:
        """Recovery times and points, and the objectives."""
        for outage in result.measured.outages:
            self._say(Text(f"  {outage.sentence()}"))
        for objective in result.objectives:
            self._say(Text.assemble("  ", styled(objective.met.value), f"  {objective.sentence()}"))

    def _write_events(self, drill: Drill) -> None:
        if self._events_file is None:
            return
        file = self._events_file
        if self._drills > 1:
            file = file.with_name(f"{file.stem}.{self._drills}{file.suffix}")
        with file.open("w", encoding="ascii", newline="\n") as out:
            out.writelines(line + "\n" for line in drill.log.lines())
        self._say(Text(f"\nevents   {file}"))

    def _write_logs(self, drill: Drill) -> None:
        if self._logs_directory is None:
            return
        directory = self._logs_directory
        if self._drills > 1:
            directory = directory / f"drill.{self._drills}"
        count = write_logs(drill, directory)
        self._say(Text(f"\nlogs     {count} files below {directory}"))
