"""Where campaigns keep their nights: one SQLite file, to which later campaigns append.

A campaign is a site, a profile and an agent; its nights are its seeds. The key (campaign, seed) is primary: a night
that is there is not run again, and one that was not committed when the process was killed is.

Rule 1: a night and all that is kept of it are written in one transaction.
Rule 2: nothing here is a text that is read back, but for people.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from mirrordrill.drills.explore.branching.branched_night import NightBranch
from mirrordrill.drills.explore.kept.stored_cells import wrong_cells
from mirrordrill.drills.explore.outcome import NightOutcome
from mirrordrill.drills.explore.steering import Corpus

SCHEMA_VERSION = 3
SCHEMA = """
CREATE TABLE campaign (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, site TEXT NOT NULL, site_sha256 TEXT NOT NULL,
  profile TEXT NOT NULL, vcs TEXT NOT NULL, version TEXT NOT NULL, agent_sha256 TEXT NOT NULL);
CREATE TABLE night (
  campaign INTEGER NOT NULL REFERENCES campaign, seed INTEGER NOT NULL, verdict TEXT NOT NULL, digest TEXT NOT NULL,
  events INTEGER NOT NULL, simulated_s REAL NOT NULL, took_s REAL NOT NULL, takeovers INTEGER NOT NULL,
  twice INTEGER NOT NULL, PRIMARY KEY (campaign, seed)) WITHOUT ROWID;
CREATE TABLE failure (
  campaign INTEGER NOT NULL, seed INTEGER NOT NULL, oracle TEXT NOT NULL, what TEXT NOT NULL, decision TEXT NOT NULL,
  hazard TEXT NOT NULL, event INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE INDEX failure_key ON failure (campaign, oracle, what, decision);
CREATE TABLE strike (campaign INTEGER NOT NULL, seed INTEGER NOT NULL, kind TEXT NOT NULL);
CREATE INDEX strike_night ON strike (campaign, seed);
CREATE TABLE hazard (campaign INTEGER NOT NULL, seed INTEGER NOT NULL, name TEXT NOT NULL);
CREATE TABLE outage (
  campaign INTEGER NOT NULL, seed INTEGER NOT NULL, cause TEXT NOT NULL, grp TEXT NOT NULL, planned INTEGER NOT NULL,
  rto_s REAL, rpo_s REAL, lost INTEGER);
CREATE TABLE mark (
  campaign INTEGER NOT NULL, name TEXT NOT NULL, nights INTEGER NOT NULL, first_seed INTEGER NOT NULL,
  PRIMARY KEY (campaign, name)) WITHOUT ROWID;
CREATE TABLE example (
  campaign INTEGER NOT NULL, oracle TEXT NOT NULL, what TEXT NOT NULL, decision TEXT NOT NULL, seed INTEGER NOT NULL,
  folder TEXT NOT NULL, PRIMARY KEY (campaign, oracle, what, decision)) WITHOUT ROWID;
"""
STEERING = """
CREATE TABLE variation (
  campaign INTEGER NOT NULL, seed INTEGER NOT NULL, parent INTEGER NOT NULL,
  PRIMARY KEY (campaign, seed)) WITHOUT ROWID;
CREATE TABLE corpus (
  campaign INTEGER NOT NULL, seed INTEGER NOT NULL, brought TEXT NOT NULL,
  PRIMARY KEY (campaign, brought)) WITHOUT ROWID;
"""
"""What version 2 has more than version 1: the nights that vary others, and what nights were the first to reach."""
BRANCHES = """
CREATE TABLE branch (
  campaign INTEGER NOT NULL, seed INTEGER NOT NULL, parent INTEGER NOT NULL, line INTEGER NOT NULL,
  after TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (campaign, seed)) WITHOUT ROWID;
"""
"""What version 3 has more: the nights that left others at something that those reached."""
SINCE_VERSION = {0: SCHEMA + STEERING + BRANCHES, 1: STEERING + BRANCHES, 2: BRANCHES}
"""Version of a file, 0 for an empty one -> what it lacks."""
TABLES = (
    *("campaign", "night", "failure", "strike", "hazard", "outage", "mark", "example", "variation", "corpus"),
    "branch",
)


ELSE = "Name another file with --results, or a copy of this one from before"
"""What can be done with a file that is not believed."""
HEADER_BYTES, MAGIC = 100, b"SQLite format 3\0"
"""Of SQLite's file format."""
NOT_WRITTEN = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
"""The disk is at fault, and not what the file says."""
NOTHING: Mapping[int, Any] = MappingProxyType({})


class StoreError(Exception):
    """The file is no results file of this program; the text says what it is."""


def missing_bytes(path: Path) -> int:
    """How much of a file was cut off, by what its header says. SQLite takes a stump for an empty file, and looks at a
    page when it needs it. (Its quick_check finds a NULL where there is none in some tables WITHOUT ROWID.) Raises
    StoreError for what would be waited for.
    """
    log = path.with_name(f"{path.name}-wal")
    try:
        if log.exists() and log.stat().st_size:
            return 0  # the header is ahead of the file, until SQLite has taken over what the log has
        # What the kernel calls regular and waits (/proc/kmsg) is not waited for.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            header = file.read(HEADER_BYTES)
        size = path.stat().st_size
    except OSError:
        return 0  # SQLite says why
    if header is None:
        raise StoreError(f"{path} is no results file: it waits for what is still to come")
    if not header.startswith(MAGIC[: len(header)]):
        return 0  # SQLite says what it is
    page_bytes = int.from_bytes(header[16:18], "big")
    whole = int.from_bytes(header[28:32], "big") * (65536 if page_bytes == 1 else page_bytes)
    return max(0, max(whole, HEADER_BYTES) - size) if header else 0


def _parts(database: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """All that a database has by name, and how it was made: tables, indices, and what a stranger may have put in."""
    sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    return {(kind, name, " ".join(made.split())) for kind, name, made in database.execute(sql)}


def _parts_of_version(version: int) -> set[tuple[str, str, str]]:
    """What a file of that version has."""
    with closing(sqlite3.connect(":memory:")) as ours:
        ours.executescript(SINCE_VERSION[0].removesuffix(SINCE_VERSION.get(version, "")))
        return _parts(ours)


@dataclass(frozen=True, slots=True)
class CampaignKey:
    """What makes a campaign the one that it is."""

    site: str
    site_sha256: str
    profile: str
    vcs: str
    version: str
    agent_sha256: str

    @property
    def name(self) -> str:
        """`rdc hostile vcs41 0.1.0 agent 1a2b3c4d site 5e6f7a8b`."""
        short = f"agent {self.agent_sha256[:8]} site {self.site_sha256[:8]}"
        return f"{self.site} {self.profile} {self.vcs} {self.version} {short}"


class Store:
    """The results file. Use as a context manager. Raises StoreError where it is no such file, sqlite3.Error."""

    def __init__(self, path: Path, *, is_new_allowed: bool = True) -> None:
        self.path = path
        if not is_new_allowed and not path.exists():
            raise StoreError(f"there is no file {path}")
        if path.exists() and not path.is_file():
            raise StoreError(f"{path} is not a regular file")
        if path.exists() and (missing := missing_bytes(path)):
            raise StoreError(f"{path} is no results file, or not all of one: {missing:,} bytes are missing. {ELSE}")
        self._db = sqlite3.connect(path, isolation_level=None)
        # SQLite keeps any bytes as a text; what is none is shown as such, and is in no key of ours.
        self._db.text_factory = partial(str, encoding="utf-8", errors="replace")
        try:
            self._open()
        except sqlite3.DatabaseError as failure:
            self._db.close()
            if failure.sqlite_errorcode & 0xFF in NOT_WRITTEN:
                raise
            raise StoreError(f"{path} is no results file, or not all of one: {failure}. {ELSE}") from None
        except StoreError:
            self._db.close()
            raise

    def _open(self) -> None:
        """See whether it is ours before anything is changed in it, and whether each cell can be what it says."""
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        parts = _parts(self._db)
        if parts and found > SCHEMA_VERSION:
            newer = f"{self.path} is a results file of a newer mirrordrill, or none (user_version {found}"
            raise StoreError(f"{newer}; this one knows 1 to {SCHEMA_VERSION}). Read it with that one. {ELSE}")
        if parts and (found < 1 or parts != _parts_of_version(found)):
            raise StoreError(f"{self.path} is no results file: its tables are not ours. {ELSE}")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        if not parts or found < SCHEMA_VERSION:
            lacks = SINCE_VERSION[found if parts else 0]
            self._db.executescript(f"BEGIN; {lacks} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
        wrong = list(wrong_cells(self._db)) if parts else []
        if wrong:
            more = f" (and {len(wrong) - 1} more tables)" if len(wrong) > 1 else ""
            raise StoreError(f"{self.path}: {wrong[0]}{more}. mirrordrill writes no such cell. {ELSE}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._db.close()

    def campaign(self, key: CampaignKey) -> int:
        """The number of the campaign; it is made where it is new."""
        self._db.execute(
            "INSERT OR IGNORE INTO campaign (name, site, site_sha256, profile, vcs, version, agent_sha256) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key.name, key.site, key.site_sha256, key.profile, key.vcs, key.version, key.agent_sha256),
        )
        found = self._db.execute("SELECT id FROM campaign WHERE name = ?", (key.name,)).fetchone()
        return int(found[0])

    def is_known(self, campaign: int, seed: int) -> bool:
        """Whether the night is there."""
        sql = "SELECT 1 FROM night WHERE campaign = ? AND seed = ?"
        return self._db.execute(sql, (campaign, seed)).fetchone() is not None

    def corpus(self, campaign: int) -> Corpus:
        """The nights that brought something new, and the recipes of those that vary others."""
        sql = "SELECT seed, parent FROM variation WHERE campaign = ?"
        parents = dict(self._db.execute(sql, (campaign,)))
        brought: dict[int, list[str]] = {}
        for seed, what in self._db.execute("SELECT seed, brought FROM corpus WHERE campaign = ?", (campaign,)):
            brought.setdefault(seed, []).append(what)
        sql = "SELECT seed, parent, line, after, mark FROM branch WHERE campaign = ?"
        branches = {seed: NightBranch(*left) for seed, *left in self._db.execute(sql, (campaign,))}
        return Corpus.of(parents, brought, branches)

    def add(
        self,
        campaign: int,
        outcomes: Iterable[NightOutcome],
        parents: Mapping[int, int] = NOTHING,
        brought: Mapping[int, Sequence[str]] = NOTHING,
        branches: Mapping[int, NightBranch] = NOTHING,
    ) -> None:
        """Keep nights, all of them or, where writing fails, none. A night that is there already stays as it is.

        With them what they vary, what they were the first to reach, and which nights they left.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for outcome in outcomes:
                if not self.is_known(campaign, outcome.seed):
                    self._insert(campaign, outcome)
            rows = [(campaign, seed, parent) for seed, parent in parents.items()]
            self._db.executemany("INSERT OR IGNORE INTO variation VALUES (?, ?, ?)", rows)
            news = [(campaign, seed, what) for seed, each in brought.items() for what in each]
            self._db.executemany("INSERT OR IGNORE INTO corpus VALUES (?, ?, ?)", news)
            left = [(campaign, seed, b.parent, b.line, b.after, b.mark) for seed, b in branches.items()]
            self._db.executemany("INSERT OR IGNORE INTO branch VALUES (?, ?, ?, ?, ?, ?)", left)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _insert(self, campaign: int, outcome: NightOutcome) -> None:
        key = (campaign, outcome.seed)
        night = (outcome.verdict.value, outcome.digest, outcome.events, outcome.simulated_s, round(outcome.took_s, 4))
        row = (*key, *night, outcome.takeovers, outcome.was_flown_twice)
        self._db.execute("INSERT INTO night VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._db.executemany(
            "INSERT INTO failure VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(*key, *f.key, f.hazard, f.event, f.reason) for f in outcome.failures],
        )
        self._db.executemany("INSERT INTO strike VALUES (?, ?, ?)", [(*key, kind) for kind in outcome.kinds])
        self._db.executemany("INSERT INTO hazard VALUES (?, ?, ?)", [(*key, name) for name in outcome.hazards])
        self._db.executemany(
            "INSERT INTO outage VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(*key, o.cause, o.group, o.is_planned, o.rto_s, o.rpo_s, o.lost_writes) for o in outcome.outages],
        )
        self._db.executemany(
            "INSERT INTO mark VALUES (?, ?, 1, ?) ON CONFLICT DO UPDATE SET nights = nights + 1, "
            "first_seed = min(first_seed, excluded.first_seed)",
            [(campaign, name, outcome.seed) for name in outcome.marks],
        )

    def example(self, campaign: int, key: tuple[str, str, str]) -> str | None:
        """The folder of the counter-example of a failure; None where there is none yet."""
        sql = "SELECT folder FROM example WHERE campaign = ? AND oracle = ? AND what = ? AND decision = ?"
        found = self._db.execute(sql, (campaign, *key)).fetchone()
        return None if found is None else str(found[0])

    def add_example(self, campaign: int, key: tuple[str, str, str], seed: int, folder: str) -> None:
        """The first counter-example of a failure stands; empty text for one that could not be made smaller."""
        row = (campaign, *key, seed, folder)
        self._db.execute("INSERT OR IGNORE INTO example VALUES (?, ?, ?, ?, ?, ?)", row)

    def marks(self, campaign: int) -> frozenset[str]:
        """The marks that its nights have reached."""
        return frozenset(row[0] for row in self._db.execute("SELECT name FROM mark WHERE campaign = ?", (campaign,)))

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """The answer to a question."""
        return self._db.execute(sql, tuple(values)).fetchall()

    def table(self, name: str) -> Iterator[Sequence[object]]:
        """A table row by row, its heading first. Raises KeyError for an unknown one."""
        if name not in TABLES:
            raise KeyError(name)
        cursor = self._db.execute(f"SELECT * FROM {name}")  # noqa: S608 - one of TABLES
        yield [column[0] for column in cursor.description]
        yield from cursor
