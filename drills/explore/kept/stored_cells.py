"""What each cell of a results file may be: the file may come from anywhere, and SQLite puts any value into any column.

A cell that no version of this program writes would be counted all the same, or fall out of every count without a word:
a night with a verdict that there is not, a recovery time before its outage, a failure of a night that is not there.

Rule 1: every cell is looked at when a file is opened, in one pass over each table.
Rule 2: kinds of faults, oracles and marks of older versions stay: they are words, not those of today's catalogue.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from mirrordrill.drills.explore.outcome import NightVerdict
from mirrordrill.simulator.kernel.untrusted import visible

LONGEST_TEXT = 100_000
LONGEST_WORD = 500
MOST = 10**18
LONGEST_S = 1e10
"""Three hundred years: longer than any night, and than any that ran."""
SHOWN = 60
"""So many characters of a wrong cell are said."""

Rule = tuple[str, str]
"""What SQLite has to find true of a cell, `{}`, and what a cell has to be, in words."""

WHOLE: Rule = f"typeof({{0}}) = 'integer' AND {{0}} BETWEEN 0 AND {MOST}", "a whole number that is not negative"
FLAG: Rule = "typeof({0}) = 'integer' AND {0} IN (0, 1)", "0 or 1"
SECONDS: Rule = (
    f"typeof({{0}}) IN ('real', 'integer') AND {{0}} BETWEEN 0 AND {LONGEST_S}",
    "a time in seconds that is not negative",
)
TEXT: Rule = f"typeof({{0}}) = 'text' AND length({{0}}) <= {LONGEST_TEXT}", "a text"
WORD: Rule = (
    f"typeof({{0}}) = 'text' AND length({{0}}) BETWEEN 1 AND {LONGEST_WORD}",
    f"a text of 1 to {LONGEST_WORD} characters",
)
SHA256: Rule = "typeof({0}) = 'text' AND length({0}) = 64 AND {0} NOT GLOB '*[^0-9a-f]*'", "a SHA-256 in hexadecimal"
VERDICT: Rule = (
    f"{{0}} IN ({', '.join(repr(each.value) for each in NightVerdict)})",
    f"one of: {', '.join(each.value for each in NightVerdict)}",
)
CAMPAIGN: Rule = "{0} IN (SELECT id FROM campaign)", "a campaign of this file"
NIGHT: Rule = (
    "typeof({0}) = 'integer' AND EXISTS (SELECT 1 FROM night n WHERE n.campaign = here.campaign AND n.seed = {0})",
    "the seed of a night of this campaign",
)


def or_nothing(rule: Rule) -> Rule:
    """The same, or NULL."""
    return f"{{0}} IS NULL OR ({rule[0]})", f"{rule[1]}, or NULL"


FAILURE_KEY = {"oracle": WORD, "what": TEXT, "decision": TEXT}
OF_A_NIGHT = {"campaign": CAMPAIGN, "seed": NIGHT}
RULES: dict[str, dict[str, Rule]] = {
    "campaign": {
        "id": WHOLE, "name": WORD, "site": WORD, "site_sha256": TEXT, "profile": WORD, "vcs": WORD, "version": WORD,
        "agent_sha256": TEXT,
    },
    "night": {
        "campaign": CAMPAIGN, "seed": WHOLE, "verdict": VERDICT, "digest": SHA256, "events": WHOLE,
        "simulated_s": SECONDS, "took_s": SECONDS, "takeovers": WHOLE, "twice": FLAG,
    },
    "failure": {**OF_A_NIGHT, **FAILURE_KEY, "hazard": TEXT, "event": WHOLE, "reason": TEXT},
    "strike": {**OF_A_NIGHT, "kind": WORD},
    "hazard": {**OF_A_NIGHT, "name": WORD},
    "outage": {
        **OF_A_NIGHT, "cause": TEXT, "grp": WORD, "planned": FLAG, "rto_s": or_nothing(SECONDS),
        "rpo_s": or_nothing(SECONDS), "lost": or_nothing(WHOLE),
    },
    "mark": {"campaign": CAMPAIGN, "name": WORD, "nights": WHOLE, "first_seed": NIGHT},
    "example": {"campaign": CAMPAIGN, **FAILURE_KEY, "seed": WHOLE, "folder": TEXT},
    "variation": {"campaign": CAMPAIGN, "seed": WHOLE, "parent": WHOLE},
    "corpus": {"campaign": CAMPAIGN, "seed": WHOLE, "brought": TEXT},
    "branch": {
        "campaign": CAMPAIGN, "seed": WHOLE, "parent": WHOLE, "line": WHOLE, "after": TEXT, "mark": TEXT,
    },
}  # fmt: skip
"""Table -> column -> what its cells are."""


def wrong_cells(database: sqlite3.Connection) -> Iterator[str]:
    """The first wrong cell of each table that has one, with its table, row and column."""
    for table, rules in RULES.items():
        tests = {column: f"({rule.format(f'here.{column}')})" for column, (rule, _) in rules.items()}
        # NULL is neither true nor false: a test of it counts as failed.
        held = " AND ".join(f"coalesce({test}, 0)" for test in tests.values())
        shown = ", ".join(f"here.{column}, coalesce({test}, 0)" for column, test in tests.items())
        sql = f"SELECT {shown} FROM {table} here WHERE NOT ({held}) LIMIT 1"  # noqa: S608 - of RULES
        for row in database.execute(sql):
            cells, holds = row[::2], row[1::2]
            column = next(at for at, is_right in enumerate(holds) if not is_right)
            names = list(rules)
            key = ", ".join(f"{name} {_said(cell)}" for name, cell in list(zip(names, cells, strict=True))[:2])
            wanted = rules[names[column]][1]
            yield f"table {table}, row with {key}, column {names[column]}: {_said(cells[column])} is not {wanted}"


def _said(cell: object) -> str:
    """A cell as people read it, cut where it is long."""
    text = visible(repr(cell)) if cell is not None else "NULL"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
