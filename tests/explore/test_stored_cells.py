"""A results file from anywhere: each cell is what it can be, or it is said which is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mirrordrill.drills.explore.campaign import CampaignOrder, run_campaign
from mirrordrill.drills.explore.command import key_of
from mirrordrill.drills.explore.kept.store import SCHEMA_VERSION, Store, StoreError
from mirrordrill.drills.explore.kept.stored_cells import RULES
from mirrordrill.drills.run.drill import Options
from tests.commands import command


@pytest.fixture(scope="module")
def of_a_campaign(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small one, with an outage, a failure that is made up, and no log beside it."""
    path = tmp_path_factory.mktemp("kept") / "r.sqlite"
    order = CampaignOrder("rdc", "hostile", Options(), 0, 4, None, 1)
    with Store(path) as store:
        run_campaign(order, store, store.campaign(key_of(order)))
    with closing(sqlite3.connect(path)) as database:
        database.execute("INSERT INTO failure VALUES (1, 1, 'S2', 'two writers', '', '', 7, 'made up')")
        database.commit()
        database.execute("PRAGMA journal_mode = DELETE")
    return path.read_bytes()


WRONG: list[tuple[str, str]] = [
    (
        "UPDATE night SET seed = -1 WHERE seed = 1",
        "table night, row with campaign 1, seed -1, column seed: -1 is not a whole",
    ),
    (
        "UPDATE night SET verdict = 'fine' WHERE seed = 2",
        "campaign 1, seed 2, column verdict: 'fine' is not one of: held, ",
    ),
    ("UPDATE night SET verdict = x'00' WHERE seed = 2", "column verdict: b'\\x00' is not one of"),
    ("UPDATE night SET events = 'many'", "column events: 'many' is not a whole number"),
    ("UPDATE night SET took_s = -0.5", "column took_s: -0.5 is not a time in seconds that is not negative"),
    ("UPDATE night SET simulated_s = 9e999", "column simulated_s: inf is not a time"),
    ("UPDATE night SET twice = 2", "column twice: 2 is not 0 or 1"),
    ("UPDATE night SET digest = '\x1b[31mred'", "column digest: '\\x1b[31mred' is not a SHA-256"),
    ("UPDATE night SET campaign = 7", "column campaign: 7 is not a campaign of this file"),
    ("UPDATE outage SET rto_s = -1", "table outage, row with campaign 1, "),
    ("UPDATE outage SET lost = 0.5", "column lost: 0.5 is not a whole number that is not negative, or NULL"),
    (
        "UPDATE failure SET seed = 99",
        "table failure, row with campaign 1, seed 99, column seed: 99 is not the seed of a night",
    ),
    ("UPDATE failure SET oracle = ''", "column oracle: '' is not a text of 1 to"),
    ("UPDATE strike SET kind = zeroblob(9)", "column kind: b'\\x00"),
    ("UPDATE mark SET nights = 'x'", "table mark, row with campaign 1, name "),
    ("UPDATE campaign SET site = ''", "table campaign, row with id 1, name "),
    (f"PRAGMA user_version = {SCHEMA_VERSION + 1}", "a results file of a newer mirrordrill, or none"),
    ("PRAGMA user_version = 0", "its tables are not ours"),
    ("CREATE TABLE more (a)", "its tables are not ours"),
    ("DROP TABLE strike; CREATE TABLE strike (campaign, seed, kind)", "its tables are not ours"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_a_cell_that_no_campaign_writes_is_named(of_a_campaign: bytes, tmp_path: Path, change: str, said: str) -> None:
    """With its table, row and column, and what it should be; the file stays as it is."""
    path = tmp_path / "r.sqlite"
    path.write_bytes(of_a_campaign)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(change)
    before = path.read_bytes()
    with pytest.raises(StoreError) as failure:
        Store(path)
    assert said in str(failure.value)
    assert str(failure.value).startswith(str(path))
    assert "Name another file with --results" in str(failure.value)
    if "tables are" in said or "newer" in said:
        assert path.read_bytes() == before


def test_a_file_that_was_cut_off_is_one_sentence(of_a_campaign: bytes, tmp_path: Path) -> None:
    """At every page; `results` ends with 2, in words."""
    path = tmp_path / "r.sqlite"
    for size in range(100, len(of_a_campaign), 4096):
        path.write_bytes(of_a_campaign[:size])
        with pytest.raises(StoreError, match="is no results file, or not all of one"):
            Store(path)
    done = command("mirrordrill", "results", "--results", path)
    assert (done.returncode, "not all of one" in " ".join(done.stderr.split())) == (2, True), done.stderr
    path.write_bytes(of_a_campaign)
    assert command("mirrordrill", "results", "--results", path).returncode == 0


def test_bytes_that_are_no_text_hurt_nothing(of_a_campaign: bytes, tmp_path: Path) -> None:
    """In a table's own definition; in a cell it is a sign that stands for what cannot be read."""
    path = tmp_path / "r.sqlite"
    path.write_bytes(of_a_campaign.replace(b"oracle TEXT NOT NULL", b"oracle TEX\xff NOT NULL", 1))
    with pytest.raises(StoreError, match="its tables are not ours"):
        Store(path)
    path.write_bytes(of_a_campaign)
    with closing(sqlite3.connect(path)) as database:
        database.executescript("UPDATE campaign SET site = CAST(x'ff1b5b33316d' AS TEXT)")
    done = command("mirrordrill", "results", "--results", path)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_every_column_has_its_rule(tmp_path: Path) -> None:
    """In the order of the table."""
    with Store(tmp_path / "r.sqlite") as store:
        columns = {table: [str(row[1]) for row in store.rows(f"PRAGMA table_info({table})")] for table in RULES}
        assert {table: list(rules) for table, rules in RULES.items()} == columns
        tables = {row[0] for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables == set(RULES)
