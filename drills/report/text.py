"""A report as plain text of 100 columns: for mail, for a ticket, for a terminal.

It has everything of the page but the picture, the list of events, the values in force and the guesses; those stand in
the page and the JSON only.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from mirrordrill.drills.measures.values import Moment
from mirrordrill.drills.output.timeline import clock
from mirrordrill.drills.report.model import CounterExample, Objective, Report, ReportedDrill, Spread
from mirrordrill.drills.report.picture.axis import length
from mirrordrill.drills.report.runs.provenance import Provenance
from mirrordrill.drills.report.statistics import unprotected_us
from mirrordrill.simulator.kernel.untrusted import visible_lines

WIDTH = 100
RULE = "=" * WIDTH


def render_text(report: Report, run: Provenance | None = None) -> str:
    """The text, with a line end at its end."""
    lines = [*_head(report, run)]
    for drill in report.drills:
        lines += ["", RULE, *_drill(drill)]
    lines += ["", RULE, *_tail(report)]
    return "\n".join(visible_lines(line).rstrip() for line in lines) + "\n"


def wrapped(text: str, first: str = "", rest: str = "  ") -> list[str]:
    """A text in lines that are no longer than the page."""
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest) or [first]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as they need to be; the last one runs on below itself."""
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head) - 1)]
    for row in [head, *rows]:
        left = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) + "  "
        yield from wrapped(row[-1], left, " " * len(left)) if len(left) < WIDTH - 20 else [left + row[-1]]


def _head(report: Report, run: Provenance | None) -> Iterator[str]:
    yield "S I M U L A T E D     nothing here happened to a real array, host or cluster"
    yield f"Drill report {report.id}, mirrordrill {report.tool.version}"
    if run is not None:
        yield from wrapped(f"{run.began} by {run.user} on {run.host} ({run.system}, Python {run.python})", "Run ")
        for line in run.notes.splitlines():
            yield from wrapped(line, "Note: ")
    yield ""
    yield f"VERDICT  {report.verdict} (exit code {report.exit_code})"
    if len(report.drills) != 1:
        yield f"DRILLS   {len(report.drills)}"
        for drill in report.drills:
            yield from wrapped(f"{drill.exit_code:>3}  {drill.feature}: {drill.scenario}", f"{drill.id:>4}  ", " " * 11)
    if len(report.drills) > 1 and report.statistics:
        yield ""
        rows = [
            (
                s.measure,
                str(s.n),
                *(_amount(figure.value if figure else None, s.unit) for figure in (s.p50, s.p95, s.maximum)),
                "none set" if s.violated_share is None else f"{s.violated_share:.0%}",
            )
            for s in report.statistics
        ]
        yield from table(("measure", "n", "p50", "p95", "max", "violated or undecided"), rows)
    if len(report.drills) > 1 and report.disruptions:
        yield ""
        rows = [
            (each.disruption, str(each.outages), *_spread(each.rto_s, "s"), *_spread(each.rpo_s, "s"))
            for each in report.disruptions
        ]
        head = ("disruption", "outages", "RTO min", "median", "max", "RPO min", "median", "max")
        yield from table(head, rows)


def _spread(found: Spread | None, unit: str) -> tuple[str, str, str]:
    figures = (found.minimum, found.median, found.maximum) if found else (None, None, None)
    least, middle, greatest = (_amount(each.value if each else None, unit) for each in figures)
    return least, middle, greatest


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if unit == "writes" else f"{value:,.1f} s"


def _drill(drill: ReportedDrill) -> Iterator[str]:
    yield f"SIMULATED  {drill.id}. {drill.feature}"
    yield from wrapped(drill.scenario, "  ")
    yield ""
    yield f"VERDICT  {drill.verdict} (exit code {drill.exit_code})"
    for loss in drill.losses:
        yield ""
        yield f"!! {loss.writes:,} ACKNOWLEDGED WRITES OF {loss.application} ARE LOST"
        yield f"   acknowledged from {clock(loss.from_us)} to {clock(loss.until_us)}, found by event {loss.found.event}"
        yield from (f"   {copy.writes:>10,} missing on {copy.copy}" for copy in loss.copies)
    yield from _recovery(drill)
    yield ""
    yield "Steps"
    rows = [
        ("" if s.status == "not executed" else clock(s.began_us)[:8], s.status, f"{s.keyword} {s.expected}", s.observed)
        for s in drill.steps
    ]
    for began, status, step, observed in rows:
        yield from wrapped(step, f"  {began:<8}  {status:<12}  ", " " * 26)
        if observed:
            yield from wrapped(observed, " " * 26, " " * 26)
    yield ""
    yield "Invariants"
    for rule in drill.invariants:
        yield from wrapped(f"{rule.promise}: {rule.reason}", f"  {rule.id:<4}{rule.verdict:<9} ", " " * 16)
        if rule.declared:
            yield from wrapped(f"declared by the drill: {rule.declared}", " " * 16, " " * 16)
    yield from _counter_example(drill.counter_example)
    yield from _object(drill)


def _counter_example(example: CounterExample) -> Iterator[str]:
    yield ""
    yield "Shrunk counter-example"
    yield from wrapped(example.told, "  ")
    if example.steps:
        yield from wrapped(f"{example.rule}: {example.reason}", "  still fails: ", "    ")
        yield from (f"    | {line}" for line in example.steps)
        yield f"  in {example.folder}; replay it in the directory of this report:"
    if example.command:
        yield f"    $ {example.command}"


def _recovery(drill: ReportedDrill) -> Iterator[str]:
    yield ""
    yield "Objectives"
    yield from (_objective(each) for each in drill.objectives)
    if not drill.objectives:
        yield "  none was set"
    yield ""
    yield "Recovery"
    for outage in drill.outages:
        kind = f"{outage.disruption}{', planned' if outage.is_planned else ''}"
        began = f"{clock(outage.began.time_us)} (event {outage.began.event})"
        yield from wrapped(f"{outage.group}, {kind}, {began}: {outage.cause.what}", "  ", "    ")
        rto = "did not end" if outage.rto_us is None else f"{outage.rto_us / 1e6:,.1f} s"
        parts = ", ".join(f"{part.name} {part.took_us / 1e6:.1f}" for part in outage.parts)
        yield f"    RTO {rto}" + (f" ({parts})" if parts else "") + f"; to {outage.to_host or 'nowhere'}"
        lost = "not measured" if outage.lost_writes is None else f"{outage.lost_writes:,} acknowledged writes"
        rpo = "" if outage.rpo_us is None else f"{outage.rpo_us / 1e6:,.1f} s, "
        yield f"    RPO {rpo}{lost}"
    if not drill.outages:
        yield "  no service group was out of service"
    for group, exposed_us in unprotected_us(drill.exposures).items():
        yield f"  {group} without a mirror in sync: {length(exposed_us)}"
    if not drill.exposures:
        yield "  no application wrote to a copy without a mirror in sync"
    for trip in drill.returns:
        yield f"  {trip.group} left {trip.home} for {trip.away}: {_at(trip.left)}"
        yield f"    mirror in sync there {_at(trip.mirrored)}; home {_at(trip.returned)}; in sync {_at(trip.safe)}"
        yield f"    {trip.copied_tracks:,} tracks copied home"


def _at(moment: Moment | None) -> str:
    return "never" if moment is None else f"{clock(moment.time_us)} (event {moment.event})"


def _objective(objective: Objective) -> str:
    measured = "not measured" if objective.measured is None else _amount(objective.measured, objective.unit)
    limit = _amount(objective.limit, objective.unit)
    who = f"{objective.measure} of {objective.group}"
    return f"  {objective.verdict:<10}  {who}: {measured}, limit {limit} ({objective.set_by})"


def _object(drill: ReportedDrill) -> Iterator[str]:
    yield ""
    if drill.site is not None:
        yield f"Site {drill.site.name}: {drill.site.describes}"
        yield from (f"  {file.sha256}  {file.name}" for file in drill.site.files)
        yield "  Assumed rather than read:"
        for sentence in drill.site.assumptions:
            yield from wrapped(sentence, "  - ", "    ")
        yield ""
    evidence = drill.evidence
    yield f"Evidence: agent {evidence.arm}, seed {evidence.seed}, {evidence.profile}, {evidence.log_events:,} events"
    yield f"  log {evidence.log_file or 'not written'}, sha256 {evidence.log_sha256}"


def _tail(report: Report) -> Iterator[str]:
    yield "SIMULATED  What this simulation is, and what it is not"
    yield "  Modelled:"
    for line in report.fidelity.modelled:
        yield from wrapped(line, "  - ", "    ")
    yield "  Not modelled:"
    for line in report.fidelity.not_modelled:
        yield from wrapped(line, "  - ", "    ")
    yield f"  {len(report.fidelity.guesses)} behaviours of the model are guesses: they stand in the page and the JSON."
    yield ""
    yield f"Agent: {report.tool.agent_files} files, sha256 {report.tool.agent_sha256}"
    yield ""
    yield "Approvals"
    for role in report.approvals:
        yield f"  {role:<28} name ____________________  date __________  signature ______________"
