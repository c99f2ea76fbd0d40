"""`mirrordrill results`: questions that are asked of a results file, each a table."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mirrordrill.drills.explore.kept.store import TABLES, Store
from mirrordrill.drills.output.whole_files import write_whole
from mirrordrill.drills.report.outage_table import safe

Row = tuple[object, ...]
PER = 1000
"""Needless takeovers are told for so many nights."""
Z = 1.96
"""Of the normal distribution, for intervals that hold the true share 95 times in a hundred."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question by its name, what it asks, the headings of its answer, and how it is answered."""

    name: str
    about: str
    headings: tuple[str, ...]
    answer: Callable[[Store], Iterable[Row]]


def share(part: int, whole: int) -> str:
    """`3.1 % (1.2 to 7.4)`: a share with its Wilson interval."""
    if not whole:
        return "-"
    p, n = part / whole, float(whole)
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return f"{100 * p:.1f} % ({100 * max(0.0, centre - half):.1f} to {100 * min(1.0, centre + half):.1f})"


def campaigns(store: Store) -> Iterator[Row]:
    """The campaigns, their nights and how these ended: the trend between versions of the agent."""
    sql = """SELECT c.name, count(*), sum(verdict = 'held'), sum(verdict = 'hazard'), sum(verdict = 'BROKEN'),
      sum(verdict = 'FAILED'), sum(verdict = 'undecided'), sum(verdict IN ('spoilt', 'not deterministic')), sum(twice)
      FROM campaign c JOIN night n ON n.campaign = c.id GROUP BY c.id ORDER BY c.id"""
    return iter(store.rows(sql))


def failures(store: Store) -> Iterator[Row]:
    """Failures by oracle, facts, decision and hazard, the most frequent first, each with a seed that shows it."""
    sql = """SELECT oracle, what, decision, CASE hazard WHEN '' THEN 'unexplained' ELSE hazard END,
      count(DISTINCT campaign || '/' || seed), min(seed) FROM failure
      GROUP BY oracle, what, decision, hazard ORDER BY 5 DESC, 1, 2, 3"""
    return iter(store.rows(sql))


def hazards(store: Store) -> Iterator[Row]:
    """How many nights each declared hazard held in, and in how many it explains what is broken."""
    nights = _count(store)
    sql = """SELECT h.name, count(*), sum(EXISTS (SELECT 1 FROM failure f
      WHERE f.campaign = h.campaign AND f.seed = h.seed AND f.hazard = h.name))
      FROM hazard h GROUP BY 1 ORDER BY 2 DESC"""
    for name, held, explains in store.rows(sql):
        yield name, held, share(_whole(held), nights), explains, share(_whole(explains), nights)


def pairs(store: Store) -> Iterator[Row]:
    """Pairs of kinds of faults, by the nights with both in which something failed that nothing explains."""
    sql = """SELECT a.kind, b.kind, count(DISTINCT a.campaign || '/' || a.seed),
      count(DISTINCT CASE WHEN n.verdict IN ('BROKEN', 'FAILED') THEN a.campaign || '/' || a.seed END)
      FROM strike a JOIN strike b ON a.campaign = b.campaign AND a.seed = b.seed AND a.kind < b.kind
      JOIN night n ON n.campaign = a.campaign AND n.seed = a.seed GROUP BY 1, 2 ORDER BY 4 DESC, 3 DESC LIMIT 30"""
    return iter(store.rows(sql))


def recovery_times(store: Store) -> Iterator[Row]:
    """Recovery times in seconds by what ended the service: n, percentiles, outages that did not end."""
    sql = "SELECT cause, rto_s FROM outage WHERE NOT planned"
    by_cause: dict[str, list[float | None]] = defaultdict(list)
    for cause, rto_s in store.rows(sql):
        by_cause[kind_of_cause(str(cause))].append(None if rto_s is None else float(str(rto_s)))
    for cause, times in sorted(by_cause.items(), key=lambda item: -len(item[1])):
        known = sorted(each for each in times if each is not None)
        told = [f"{percentile(known, share_):.1f}" if known else "-" for share_ in (0.5, 0.95, 0.99, 1.0)]
        yield cause, len(times), *told, len(times) - len(known)


def losses(store: Store) -> Iterator[Row]:
    """Acknowledged writes lost at unplanned outages: n, percentiles, and the share of outages with any loss."""
    rows = [int(str(row[0])) for row in store.rows("SELECT lost FROM outage WHERE NOT planned AND lost IS NOT NULL")]
    known = sorted(float(each) for each in rows)
    if known:
        told = [f"{percentile(known, share_):,.0f}" for share_ in (0.5, 0.95, 0.99, 1.0)]
        yield len(known), *told, share(sum(each > 0 for each in known), len(known))


def takeovers(store: Store) -> Iterator[Row]:
    """Takeovers by the cluster alone, by profile, for a thousand nights."""
    sql = """SELECT c.profile, count(*), sum(n.takeovers) FROM night n JOIN campaign c ON c.id = n.campaign
      GROUP BY 1 ORDER BY 1"""
    for profile, nights, number in store.rows(sql):
        yield profile, nights, number, f"{PER * _whole(number) / _whole(nights):.1f}"


def marks(store: Store) -> Iterator[Row]:
    """Every mark of the catalogue with the nights that reached it."""
    from mirrordrill.drills.explore.marks import mark_catalogue

    reached = {row[0]: row[1] for row in store.rows("SELECT name, sum(nights) FROM mark GROUP BY 1")}
    for name, meaning in mark_catalogue().items():
        yield name, reached.get(name, 0), meaning


def examples(store: Store) -> Iterator[Row]:
    """The counter-examples that were written."""
    return iter(store.rows("SELECT oracle, what, decision, seed, folder FROM example ORDER BY 1, 2, 3"))


QUESTIONS = (
    Question(
        "campaigns",
        "how the nights of each campaign ended",
        ("campaign", "nights", "held", "hazard", "broken", "failed", "undecided", "spoilt", "run twice"),
        campaigns,
    ),
    Question(
        "failures", "what failed", ("oracle", "what", "decision before", "explained by", "nights", "seed"), failures
    ),
    Question("hazards", "declared hazards", ("hazard", "nights", "share", "explains", "share"), hazards),
    Question("pairs", "pairs of faults", ("fault", "fault", "nights", "failed"), pairs),
    Question(
        "rto", "recovery times in seconds", ("ended by", "n", "p50", "p95", "p99", "max", "no end"), recovery_times
    ),
    Question("rpo", "acknowledged writes lost", ("n", "p50", "p95", "p99", "max", "share with a loss"), losses),
    Question("takeovers", "takeovers by the cluster alone", ("profile", "nights", "takeovers", "in 1,000"), takeovers),
    Question("marks", "reach marks", ("mark", "nights", "meaning"), marks),
    Question("examples", "counter-examples", ("oracle", "what", "decision before", "seed", "folder"), examples),
)


def find_question(name: str) -> Question:
    """The question of that name. Raises LookupError with all of them."""
    for question in QUESTIONS:
        if question.name == name:
            return question
    raise LookupError(f"there is no question {name!r}; there are: {', '.join(each.name for each in QUESTIONS)}")


def kind_of_cause(cause: str) -> str:
    """What ended the service, without names of hosts and arrays: `lost`, `stands still`, `halted`."""
    return " ".join(word for word in cause.split() if not any(letter.isdigit() for letter in word))[:40] or cause[:40]


def percentile(figures: Sequence[float], part: float) -> float:
    """Nearest rank: the smallest figure that at least such a part of all does not exceed."""
    return figures[max(0, math.ceil(part * len(figures)) - 1)]


def export(store: Store, directory: Path) -> list[Path]:
    """Every table as a CSV file, for other tools. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name in TABLES:
        path = directory / f"{name}.csv"
        rows = ([safe(cell) if isinstance(cell, str) else cell for cell in row] for row in store.table(name))
        write_whole(path, map(csv_line, rows))
        written.append(path)
    return written


def csv_line(cells: Sequence[object]) -> str:
    """One row of a table."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _count(store: Store) -> int:
    return _whole(store.rows("SELECT count(*) FROM night")[0][0])


def _whole(value: object) -> int:
    return int(str(value or 0))
