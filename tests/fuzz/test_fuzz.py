"""Nothing that is read can hurt: the corpus of what once did, and new inputs from hypothesis.

`tox -e fuzz` gives the same fuzzers ten minutes, `tox -e abuse` the garbled answers their 60,000.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from mirrordrill.drills.cli.ending import shown
from mirrordrill.drills.cli.main import app
from tests.fuzz.fuzzers import CORPUS, FUZZERS, SECRET
from tests.fuzz.garbled_answers import campaign, ours

RDC = Path(__file__).resolve().parents[2] / "drills" / "sites" / "rdc" / "main.cf"
COMMANDS = {
    ".cf": [
        "check {file}",
        "run migration --show summary --no-shrink --logs {out}/logs --site {file}",
        "init {out}/new --site {file}",
    ],
    ".toml": ["check {rdc} --site-toml {file}", "run migration --show summary --site {rdc} --site-toml {file}"],
    ".txt": ["check {rdc} --capture {file}", "init {out}/new --site {rdc} --capture {file}"],
    ".json": [
        "report {file}",
        "report {file} --html {out}/p.html --csv {out}/t.csv",
        "report {file} --compare {plain}",
    ],
    ".feature": [
        "list {file}",
        "run {file} --show summary --no-shrink --report {out}/report",
        "shrink {file} --runs 1",
    ],
}
CASES = [
    (file.name, words)
    for ending, lines in COMMANDS.items()
    for file in sorted(CORPUS.glob(f"*{ending}"))
    for words in lines
]
DOCUMENTED = {0, 1, 2, 10, 11, 12}


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    """A directory beside which nothing appears."""
    inner = tmp_path / "a" / "b" / "c" / "out"
    inner.mkdir(parents=True)
    yield inner
    outside = [
        path for path in tmp_path.rglob("*") if not path.is_relative_to(inner) and not inner.is_relative_to(path)
    ]
    assert outside == []


@pytest.mark.parametrize(
    ("name", "words"), CASES, ids=[f"{name} {words.split()[0]} {at}" for at, (name, words) in enumerate(CASES)]
)
def test_what_once_hurt_is_answered(name: str, words: str, out: Path) -> None:
    """One clear answer: a documented exit code, no traceback, no escape sequence, nothing outside of the directory."""
    line = words.format(file=CORPUS / name, rdc=RDC, out=out, plain=CORPUS / "plain.json").split()
    done = CliRunner().invoke(app, line, standalone_mode=False)
    assert done.exception is None or isinstance(done.exception, SystemExit) or hasattr(done.exception, "exit_code"), (
        done
    )
    said = done.output + str(
        getattr(shown(done.exception), "message", "") if isinstance(done.exception, Exception) else ""
    )
    code = getattr(done.exception, "exit_code", done.return_value if done.exception is None else done.exit_code)
    assert (code or 0) in DOCUMENTED, (code, said)
    assert "Traceback" not in said
    assert not {"\x1b", "\x07", "\u202e", "\0"} & set(said)
    assert SECRET not in said
    assert len(said) < 100_000


@pytest.mark.parametrize("name", FUZZERS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 64))
def test_a_damaged_input_is_read_or_refused(name: str, seed: int) -> None:
    """A source of chance per example, so that hypothesis finds the smallest seed again."""
    assert FUZZERS[name](random.Random(seed)) is None


def test_garbage_never_leads_to_a_lock_or_a_changing_command_on_volumes_that_are_not_ours() -> None:
    """A short campaign; `tox -e abuse` flies 60,000 answers."""
    assert campaign(7, 100).garbled >= 100


def test_the_same_campaign_notices_a_lock() -> None:
    """On volumes that may be taken over the agent does so, and the campaign says it."""
    with pytest.raises(AssertionError, match="seed 7, run"):
        campaign(7, 100, ours)
