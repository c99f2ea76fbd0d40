"""What `mirrordrill run` prints: the timeline step by step while a drill is run, then its verdicts, a summary.

On a terminal the last line says how far the run is. Elsewhere nothing is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from mirrordrill.drills.cli.choices import Amount
from mirrordrill.drills.cli.progress import ProgressLine
from mirrordrill.drills.output import timeline, verdicts
from mirrordrill.drills.output.artifact_writer import ArtifactWriter
from mirrordrill.drills.output.text import console_for_errors, counted, folded, say
from mirrordrill.drills.output.verdicts import SummaryRow, styled, summary_row
from mirrordrill.drills.output.whole_files import unwritten
from mirrordrill.drills.report.files import PAGE
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.pacing import Stopwatch, Throttle
from mirrordrill.drills.run.results import DrillResult, StepResult, StepStatus, meaning_of
from mirrordrill.simulator.kernel.untrusted import visible

SILENT_S = 30.0
"""Where there is no terminal, a word goes to standard error after so much real time without one."""


class Reporter:
    """Listens to drills and prints them."""

    def __init__(
        self, console: Console, writer: ArtifactWriter, amount: Amount | None, report: Path | None = None
    ) -> None:
        self._console = console
        self._writer = writer
        self._wanted = amount
        self._report = report
        self._told = 0
        self._count = 1
        self._laps_s: list[float] = []
        self._watch = Stopwatch()
        self._progress: ProgressLine | None = None
        self._ran = 0
        self._rows: list[SummaryRow] = []
        self._declaring: tuple[DrillResult, ...] = ()
        """The last drill with a rule that is broken as declared, if there is one."""
        self._drill_watch = Stopwatch()
        self._word = Throttle(SILENT_S)
        self._word.is_due()

    @property
    def amount(self) -> Amount:
        """How much is printed: as was asked for, else the story of a single drill and the verdicts of several."""
        return self._wanted or (Amount.STORY if self._count == 1 else Amount.VERDICTS)

    def drills_found(self, count: int) -> None:
        """So many drills are going to be run."""
        self._count = count
        self._progress = ProgressLine(self._console)

    def close(self) -> None:
        """The run is over, however it ended."""
        if self._progress is not None:
            self._progress.close()
            self._progress = None

    def drill_began(self, drill: Drill) -> None:
        """Say what is run."""
        self._told = 0
        self._laps_s = []
        self._watch, self._drill_watch = Stopwatch(), Stopwatch()
        if self.amount is not Amount.SUMMARY:
            self._say(Text.assemble(("SIMULATED  ", "bold magenta"), (drill.feature, "bold")))
            self._say(Text(f"  {drill.scenario}"))
            agent_mode, seed = drill.options.agent_mode.value, drill.options.seed
            self._say(Text(f"  agent {agent_mode}, seed {seed}, {drill.options.profile}", style="dim"))
        self._show_progress(drill, 0.0, at_once=True)

    def time_passes(self, drill: Drill, now_s: float) -> None:
        """Say how far the drill is."""
        self._show_progress(drill, now_s)

    def step_ended(self, drill: Drill, step: StepResult) -> None:
        """The step's words, what happened meanwhile, what was seen."""
        self._laps_s.append(self._watch.lap_s())
        is_story = self.amount in {Amount.STORY, Amount.DETAILS}
        if is_story:
            self._tell_assumptions(drill)
            self._say(Text(f"\n{step.keyword} {step.words}", style="bold"))
            for line in timeline.lines(drill.log.since(self._told), details=self.amount is Amount.DETAILS):
                self._say(Text("  " + line), timeline.TEXT_COLUMN)
        self._told = len(drill.log)
        if is_story:
            self._say(Text.assemble("  ", styled(step.status.value), f"  {step.observed}"))

    def drill_ended(self, drill: Drill, result: DrillResult) -> None:
        """The verdicts, the hash, and the files that were asked for."""
        self._ran += 1
        if self.amount is not Amount.SUMMARY:
            self._rows.append(summary_row(result, self._drill_watch.total_s()))
        if result.declared_broken():
            self._declaring = (result,)
        kept: list[str] = []
        try:
            kept += self._writer.keep(drill, result, self._ran)
        except OSError as failure:
            drill.unwritten.append(unwritten(failure))
        if self.amount is Amount.SUMMARY:
            self._tell_briefly(drill, result)
            return
        laps_s = [*self._laps_s, *[0.0] * (len(result.steps) - len(self._laps_s))]
        self._say(Text(""))
        self._console.print(verdicts.steps(result, laps_s, self._console.width))
        self._console.print(verdicts.oracles(result, self._console.width, is_brief=self.amount is Amount.VERDICTS))
        for line in verdicts.measured(result):
            self._say(line)
        for words in kept:
            self._say(Text(words))
        self._tell_verdict(result)

    def tell_remarks(self, remarks: Sequence[str]) -> None:
        """What is to be said before anything is run."""
        for remark in remarks:
            self._say(Text(visible(remark), style="dim"))
        if remarks:
            self._say(Text(""))

    def tell_end(self, code: ExitCode, took_s: float, complaint: str, skipped: int) -> None:
        """A line for each drill where there were several, then what came of all of them."""
        if complaint:
            errors = console_for_errors()
            errors.print(Text(complaint.rstrip("\n")), soft_wrap=not errors.is_terminal, highlight=False)
        if not self._ran:
            self._say(Text("nothing was run", "bold red"))
            return
        if len(self._rows) > 1:
            self._console.print(verdicts.summary(self._rows, self._console.width))
            self._say(Text(""))
        ran = f"{counted(self._ran, 'drill')} in {took_s:.1f} s of real time"
        not_run = f" ({skipped} skipped: nothing is known of them)" if skipped else ""
        self._say(Text(f"{ran}{not_run}: {meaning_of(code, self._declaring)}"))
        if self._report is not None:
            self._say(Text(f"report   {self._report / PAGE}"))

    def _tell_verdict(self, result: DrillResult) -> None:
        code = result.exit_code()
        meaning = meaning_of(code, (result,))
        self._say(Text.assemble("\nverdict  ", (meaning, "green" if code is ExitCode.HELD else "bold red")))
        for oracle in result.declared_broken():
            self._say(Text(f"         {oracle.name} is BROKEN, as the drill declares: {oracle.declared}", "bold red"))
        self._say(Text(f"time     {timeline.clock(result.simulated_us)} simulated, {result.events:,} events"))
        self._say(Text(f"log      sha256 {result.digest}\n"))

    def _tell_briefly(self, drill: Drill, result: DrillResult) -> None:
        """One line, and below it what went wrong."""
        word = verdicts.in_a_word(result)
        clock = timeline.clock(result.simulated_us).partition(".")[0]
        head = f"[{self._ran}/{self._count}] {clock} "
        self._say(Text.assemble((head, "dim"), f"{result.feature}: {result.scenario}  ", word))
        for step in result.steps:
            if step.status not in {StepStatus.HELD, StepStatus.NOT_EXECUTED}:
                self._say(Text(f"    {drill.shown_path}:{step.line}  {step.keyword} {step.words}"))
                self._say(Text.assemble("    ", styled(step.status.value), f"  {step.observed}"))
        for oracle in result.oracles:
            if not oracle.is_in_order:
                self._say(Text.assemble(f"    {oracle.name} ", styled(oracle.word), f"  {oracle.reason}"))

    def _tell_assumptions(self, drill: Drill) -> None:
        """Once a drill, as soon as its site is known: what none of the site's files says, and what they warn of."""
        if drill.site is None or self._told:
            return
        for warning in drill.site.warnings:
            self._say(Text(f"  {visible(str(warning))}", style="yellow"))
        for sentence in drill.site.assumptions:
            self._say(Text(f"  assumed: {visible(sentence)}", style="dim"))

    def _show_progress(self, drill: Drill, now_s: float, *, at_once: bool = False) -> None:
        if self._progress is None:
            return
        if not at_once and not self._console.is_terminal and self._word.is_due():
            said = f"still running: {timeline.clock(round(now_s * 1_000_000))} simulated"
            say(console_for_errors(), f"{said}, {drill.feature}: {drill.scenario}")
        if at_once or self._progress.is_due():
            clock = timeline.clock(round(now_s * 1_000_000)).partition(".")[0]
            number = min(self._ran + 1, self._count)
            self._progress.show(number, self._count, clock, f"{drill.feature}: {drill.scenario}")

    def _say(self, text: Text, indent: int = 4) -> None:
        self._console.print(folded(text, self._console, indent), soft_wrap=True, highlight=False)
