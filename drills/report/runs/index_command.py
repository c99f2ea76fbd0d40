"""What `mirrordrill report --index DIR` does: reads the reports of a directory, and writes and prints their index."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.output.text import counted, say
from mirrordrill.drills.output.whole_files import write_whole
from mirrordrill.drills.report.page import verdict_tone, verdict_word
from mirrordrill.drills.report.runs.index import LATEST, Index, Run, as_json, index_of
from mirrordrill.drills.report.runs.trend import render_csv
from mirrordrill.simulator.kernel.untrusted import visible

PAGE, JSON, TABLE = "index.html", "index.json", "index.csv"
STYLES = {"good": "green", "bad": "bold red", "open": "yellow"}


def index_reports(directory: Path, out: Console, errors: Console) -> int:
    """Write page, JSON and table into the directory, point `latest` to the latest run, and print the runs; the exit
    code. Raises OSError."""
    from mirrordrill.drills.report.runs.index_page import render_index

    index = index_of(directory)
    if not index.runs:
        verdict_is_known()
    for each in index.unreadable:
        say(errors, visible(f"{each.folder}: left out: {each.reason}"))
    if not index.runs:
        say(errors, f"{directory}: no report below it can be read; `mirrordrill run --report DIR` writes one")
        return 2
    write_whole(directory / JSON, [as_json(index)])
    write_whole(directory / TABLE, [render_csv(index)])
    write_whole(directory / PAGE, [render_index(index)])
    is_linked = point_latest(directory, index.runs[-1])
    verdict_is_known()
    out.print(table(index))
    say(out, f"index    {directory / PAGE}")
    if is_linked:
        say(out, f"latest   {directory / LATEST} -> {index.runs[-1].folder}")
    else:
        say(errors, f"{directory / LATEST} is no link and was left as it is")
    return 0


def point_latest(directory: Path, run: Run) -> bool:
    """Make the link `latest` point to a run, at one moment; False where something else has that name."""
    link, aside = directory / LATEST, directory / f".{LATEST}.unfinished"
    if link.exists() and not link.is_symlink():
        return False
    aside.unlink(missing_ok=True)
    aside.symlink_to(run.folder, target_is_directory=True)
    aside.replace(link)
    return True


def table(index: Index) -> Table:
    """The runs, the latest last, where a terminal shows it."""
    found = Table(title=counted(len(index.runs), "run"), title_justify="left", box=None, pad_edge=False)
    for name in ("run", "began", "verdict", "held", "took", "mirrordrill", "against the run before"):
        found.add_column(name, justify="right" if name in {"held", "took"} else "left", overflow="fold")
    for run in index.runs:
        found.add_row(
            visible(run.folder),
            "not known" if run.began is None else run.began[:16].replace("T", " "),
            Text(verdict_word(run).rstrip("."), STYLES[verdict_tone(run)]),
            f"{run.held}/{run.drills}",
            "-" if run.took_s is None else f"{run.took_s:,.1f} s",
            visible(run.mirrordrill),
            against(run),
        )
    return found


def against(run: Run) -> str:
    """What differs from the run before, in a word."""
    if not run.compared_with:
        return "the first run"
    return counted(run.differs, "difference") if run.differs else "the same"
