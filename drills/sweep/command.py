"""What `mirrordrill sweep` does and prints: a table of endings per situation, every bad point with the command that
replays it, and for one point alone the timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.output import timeline
from mirrordrill.drills.run.exit_codes import ExitCode, worst
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.sweep import campaign
from mirrordrill.drills.sweep.points import PointError
from mirrordrill.drills.sweep.situations import SITUATIONS
from mirrordrill.drills.sweep.sweep_run import SweepRun
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.kernel.events import EventLog


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """What the command line asks for."""

    situations: tuple[str, ...]
    agent_mode: AgentMode = AgentMode.IN_PROCESS
    seed: int = 0
    point: str | None = None
    every: int = 1
    """Run only every Nth point."""
    jobs: int = 1


def run(order: SweepRequest, console: Console) -> ExitCode:
    """Run what is ordered, and print it. Raises UsageError."""
    names = order.situations or tuple(situation.name for situation in SITUATIONS)
    try:
        if order.point is not None:
            return replay(names, order, console)
        return worst([run_all(name, order, console, is_last=name == names[-1]) for name in names])
    except (LookupError, PointError) as wrong:
        raise UsageError(str(wrong)) from None


def run_all(name: str, order: SweepRequest, console: Console, *, is_last: bool) -> ExitCode:
    """Every point of a situation."""
    course = campaign.course(name, order.agent_mode, order.seed)
    points = [course.points.text(point) for point in course.points][:: order.every]
    console.print(f"\n{name}: {course.situation.story}", style="bold", highlight=False)
    calls = f"{len(course.points)} port calls, {len(points)} points run"
    console.print(f"without a fault: {course.calm.ending.text}; {calls}", highlight=False)
    runs = list(campaign.sweep(name, order.agent_mode, order.seed, points, order.jobs))
    if is_last:
        verdict_is_known()
    console.print(endings(runs))
    for run in (run for run in runs if not run.is_good):
        tell_bad(run, name, order, console)
    return campaign.exit_code(runs)


def endings(runs: Sequence[SweepRun]) -> Table:
    """How often each ending came about, and how many of those runs broke which rule."""
    table = Table(box=None, pad_edge=False)
    for heading in ("points", "ending", "rules not held"):
        table.add_column(heading)
    counted = Counter(run.ending.text for run in runs)
    for text, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        broken = Counter(oracle.name for f in runs if f.ending.text == text for oracle in f.broken)
        names = ", ".join(f"{name} {number}x" for name, number in sorted(broken.items()))
        table.add_row(str(count), Text(text), Text(names or "-", style="bold red" if names else ""))
    return table


def tell_bad(run: SweepRun, name: str, order: SweepRequest, console: Console) -> None:
    """A point at which something is wrong, and how to see it again."""
    console.print(f"{run.point}  {run.call[:100]}", style="bold red", highlight=False, markup=False)
    for line in reasons(run):
        console.print(f"  {line}", highlight=False, markup=False)
    seed = f" --seed {order.seed}" if order.seed else ""
    agent = f" --agent {order.agent_mode.value}" if order.agent_mode is not AgentMode.IN_PROCESS else ""
    console.print(f"  replay: mirrordrill sweep {name} --point {run.point}{seed}{agent}", highlight=False, markup=False)


def reasons(run: SweepRun) -> Iterator[str]:
    """What is wrong with a run."""
    for oracle in run.broken:
        yield f"{oracle.name} {oracle.verdict.value}: {oracle.reason}"
    if not run.ending.is_sane:
        yield f"the end is not in order: {run.ending.text}"
    if run.ending.is_undecided:
        yield f"undecided: {run.ending.text}"


def replay(names: Sequence[str], order: SweepRequest, console: Console) -> ExitCode:
    """One point: the timeline, then the verdicts."""
    if len(names) != 1 or order.point is None:
        raise UsageError("--point replays one situation; name it")
    logs: list[EventLog] = []
    run = campaign.course(names[0], order.agent_mode, order.seed).run(order.point, logs.append)
    verdict_is_known()
    for line in timeline.lines(logs[0], details=False):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(f"\nfault    {run.point}  {run.call}", highlight=False, markup=False)
    console.print(f"ending   {run.ending.text}", highlight=False, markup=False)
    for oracle in run.oracles:
        console.print(f"{oracle.name:<4} {oracle.verdict.value:<9} {oracle.reason}", highlight=False, markup=False)
    console.print(f"log      sha256 {run.digest}", highlight=False)
    return campaign.exit_code([run])
