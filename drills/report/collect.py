"""From drills that have ended to a report.

What the report says of a drill travels with its result, as frozen values, so that drills which pytest ran in several
processes are put together like any others.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import msgspec

from mirrordrill.drills.faults.disruption import Disruption, disruption_of
from mirrordrill.drills.measures import values
from mirrordrill.drills.output import timeline
from mirrordrill.drills.output.whole_files import write_whole
from mirrordrill.drills.report import model
from mirrordrill.drills.report.counter_examples import unshrunk
from mirrordrill.drills.report.facts import site_facts, tool
from mirrordrill.drills.report.fidelity import fidelity
from mirrordrill.drills.report.files import LOGS
from mirrordrill.drills.report.picture.lanes import lanes
from mirrordrill.drills.report.picture.marks import marks
from mirrordrill.drills.report.statistics import by_disruption, statistics
from mirrordrill.drills.report.vocabulary import Code
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.objectives import Measure, ObjectiveResult
from mirrordrill.drills.run.results import DrillResult, OracleResult, StepResult, StepStatus, meaning_of
from mirrordrill.drills.sites.site_mapping import safe_name
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.kernel.untrusted import below
from mirrordrill.simulator.site.settings import settings_file

APPROVALS = ("Disaster recovery manager", "Storage administration", "Cluster administration", "Application owner")


def with_report(directory: Path, drill: Drill, result: DrillResult) -> DrillResult:
    """The result of a drill with what the report says of it; its log is written below the report's directory.

    A log is named by its content: two drills with the same log share it.
    """
    found = report_of(drill, result)
    logs = directory / LOGS
    logs.mkdir(parents=True, exist_ok=True)
    file = f"{safe_name(Path(result.file).stem)}-{result.digest[:12]}.jsonl"
    write_whole(below(logs, file), (line + "\n" for line in drill.log.lines()), "ascii")
    evidence = msgspec.structs.replace(found.evidence, log_file=f"{LOGS}/{file}")
    return replace(result, report=msgspec.structs.replace(found, evidence=evidence))


def assemble(results: Sequence[DrillResult], exit_code: ExitCode) -> model.Report:
    """A report of these drills, numbered in their order."""
    drills = (result.report for result in results if result.report is not None)
    numbered = tuple(msgspec.structs.replace(drill, id=number) for number, drill in enumerate(drills, start=1))
    ran = tool()
    return model.Report(
        format=model.FORMAT,
        id=identity(ran, numbered, exit_code),
        simulated=True,
        exit_code=cast(Code, int(exit_code)),
        verdict=meaning_of(exit_code, results),
        tool=ran,
        drills=numbered,
        statistics=statistics(numbered),
        fidelity=fidelity(),
        approvals=APPROVALS,
        disruptions=by_disruption(numbered),
    )


def identity(ran: model.Tool, drills: Sequence[model.ReportedDrill], exit_code: ExitCode) -> str:
    """A short hash over agent, drills, their logs and verdicts."""
    parts = [ran.version, ran.agent_sha256, str(int(exit_code))]
    for drill in drills:
        parts += [drill.feature, drill.scenario, str(drill.exit_code), drill.evidence.arm, drill.evidence.log_sha256]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def report_of(drill: Drill, result: DrillResult) -> model.ReportedDrill:
    """Everything that one drill contributes."""
    records = list(drill.log)
    site, options = drill.site, drill.options
    others = other_files(options, site.files) if site else []
    code = result.exit_code()
    return model.ReportedDrill(
        id=0,
        feature=result.feature,
        scenario=result.scenario,
        file=Path(result.file).name,
        description=result.description,
        tags=result.tags,
        exit_code=cast(Code, int(code)),
        verdict=meaning_of(code, (result,)),
        simulated_us=result.simulated_us,
        site=site_facts(site, result.profile, drill.world.describe(), others) if site else None,
        objectives=tuple(objective(each) for each in result.objectives),
        outages=tuple(outages(drill, result)),
        losses=tuple(loss(each) for each in result.measured.losses),
        exposures=tuple(exposure(each, result.measured.now_us) for each in result.measured.exposures),
        returns=result.measured.returns,
        steps=tuple(steps(result.steps, records)),
        invariants=tuple(invariant(each) for each in result.oracles),
        counter_example=unshrunk(drill, result),
        evidence=model.Evidence(result.agent, result.seed, result.profile, result.digest, result.events, ""),
        lanes=lanes(records, drill.whole_history, result.measured),
        marks=(*marks(drill.whole_history.state, result.measured), *failed_steps(result.steps, records)),
        events=tuple(
            model.ReportedEvent(r.number, r.time_us, r.event.where(), r.event.text(), timeline.is_detail(r.event))
            for r in records
        ),
    )


def other_files(options: Options, main_files: Sequence[Path]) -> list[Path]:
    """What the site was read from beside its main.cf files."""
    settings = options.settings_file or settings_file(main_files)
    return [*options.captures, *([settings] if settings else [])]


def outages(drill: Drill, result: DrillResult) -> Iterator[model.ReportedOutage]:
    """The outages of a drill, each with what kind of disruption began it."""
    for each in result.measured.outages:
        yield outage(each, disruption_of(each, drill.faults.history(), drill.world.site))


def outage(found: values.Outage, disruption: Disruption) -> model.ReportedOutage:
    """An outage and its parts."""
    return model.ReportedOutage(
        group=found.group,
        is_planned=found.is_planned,
        cause=found.cause,
        from_host=found.from_host,
        to_host=found.to_host,
        began=found.began,
        parts=tuple(model.Part(part.name, part.took_us, part.ended) for part in found.phases()),
        rto_us=found.rto_us,
        rpo_us=found.rpo_us,
        lost_writes=found.lost_writes,
        disruption=disruption.value,
    )


def loss(found: values.Loss) -> model.ReportedLoss:
    """A loss, copy by copy."""
    return model.ReportedLoss(
        group=found.group,
        application=found.application,
        host=found.host,
        writes=found.writes,
        from_us=found.from_us,
        until_us=found.until_us,
        found=found.found,
        copies=found.copies,
    )


def exposure(found: values.Exposure, now_us: int) -> model.ReportedExposure:
    """A time without protection."""
    return model.ReportedExposure(found.group, found.host, found.length_us(now_us), found.began, found.ended)


def objective(found: ObjectiveResult) -> model.Objective:
    """An objective and its verdict."""
    return model.Objective(
        group=found.group,
        measure=found.measure.value,
        unit="writes" if found.measure is Measure.RPO_WRITES else "s",
        limit=float(found.limit),
        set_by=found.set_by,
        verdict=found.met.value,
        measured=None if found.measured is None else float(found.measured),
        reason=found.reason,
        event=found.event,
    )


def steps(found: Sequence[StepResult], records: Sequence[Record]) -> Iterable[model.Step]:
    """The steps, each with the first event that happened in its time."""
    times = [record.time_us for record in records]
    for step in found:
        first = bisect.bisect_left(times, step.began_us)
        was_tried = step.status.value != "not executed" and first < len(records)
        yield model.Step(
            keyword=step.keyword,
            expected=step.words,
            line=step.line,
            status=step.status.value,
            observed=step.observed,
            began_us=step.began_us,
            ended_us=step.ended_us,
            first_event=records[first].number if was_tried else None,
        )


def failed_steps(found: Sequence[StepResult], records: Sequence[Record]) -> Iterator[model.Mark]:
    """A mark where each step ended that did not come about, or was wrong."""
    for step in found:
        if step.status in {StepStatus.FAILED, StepStatus.FAULT, StepStatus.USAGE} and records:
            last = max(0, bisect.bisect_right(records, step.ended_us, key=lambda record: record.time_us) - 1)
            label = f"line {step.line} {step.status.value}: {step.keyword} {step.words}"
            yield model.Mark("failed", step.ended_us, label, records[last].number)


def invariant(found: OracleResult) -> model.Invariant:
    """A rule's verdict, and the event that its reason names."""
    return model.Invariant(
        id=found.name,
        promise=found.promise,
        verdict=found.word,
        reason=found.reason,
        declared=found.declared,
        event=found.event,
    )
