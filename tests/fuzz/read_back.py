"""Files of ours that are read again: those of a rehearsal, of a counter-example, of a campaign, and features."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import typer

from mirrordrill.drills.cli.listing import listed
from mirrordrill.drills.explore.campaign import CampaignOrder, run_campaign
from mirrordrill.drills.explore.command import key_of
from mirrordrill.drills.explore.kept.results import QUESTIONS, export
from mirrordrill.drills.explore.kept.store import Store
from mirrordrill.drills.explore.replay import read_folder
from mirrordrill.drills.explore.start import readable
from mirrordrill.drills.rehearse.debrief.plan import read_plan
from mirrordrill.drills.rehearse.recording import TREE, Recording
from mirrordrill.drills.rehearse.shell.terminal import NoRehearsalError, connect
from mirrordrill.drills.report.codec import UnreadableReportError
from mirrordrill.drills.report.files import read_report
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.shrink.folder import VERDICT
from tests.fuzz.damage import damaged, put

PLAN = "plan.runbook"
PLAIN_REPORT = Path(__file__).parent / "corpus" / "plain.json"
MAIN = b"""@rehearsal
Feature: Rehearsal

  Scenario: main
    Given the example site "rdc"
    When the clock reads 00:10:00.000000
    When command 1 on hosta is typed: "hagrp -state"
    Then the clock reads 00:12:00.000000
"""
BRANCHES = [
    {"name": "main", "parent": "", "left_us": 0, "shared_lines": 0},
    {"name": "other", "parent": "main", "left_us": 600000000, "shared_lines": 2},
]
REHEARSAL = {
    "site": 'the example site "rdc"', "seed": 7, "agent": "inprocess", "profile": "vcs41", "plan": "plan.runbook",
    "current": "main", "branches": BRANCHES,
}  # fmt: skip
COUNTER_EXAMPLE = {
    "simulated": True, "replay": "mirrordrill run shrunk.feature --site site/main.cf --agent process --seed 3",
    "log_sha256": "0" * 64, "mirrordrill": "0.1.0", "agent_sha256": "1", "python": "3.11",
}  # fmt: skip


def in_a_sentence(wrong: Exception, folder: str) -> None:
    """What is said names the file, and is short enough to be read."""
    assert folder in str(wrong) or PLAN in str(wrong), wrong
    assert len(str(wrong)) < 5000


def rehearsal(chance: random.Random) -> None:
    """A recording is continued, or it is said which file is wrong; no name in it leads out of it."""
    with tempfile.TemporaryDirectory() as folder:
        recording = Recording(Path(folder))
        recording.folder.mkdir()
        wrong = chance.choice((TREE, "main.feature", "plan.runbook", "socket"))
        texts = {TREE: json.dumps(REHEARSAL).encode(), "socket": b"/tmp/x\n"}
        files = {**texts, "main.feature": MAIN, "plan.runbook": MAIN}
        for name, content in files.items():
            if name == wrong:
                put(chance, recording.folder / name, content)
            else:
                (recording.folder / name).write_bytes(content)
        try:
            tree = recording.load()
            for branch in tree.branches:
                assert recording.path(branch.name).parent == recording.folder
            assert all(line.words for line in recording.lines(tree.current))
            read_plan(recording.folder / PLAN)
            connect(Path(folder)).close()
        except (UsageError, NoRehearsalError) as said:
            in_a_sentence(said, folder)


def counter_example(chance: random.Random) -> None:
    """The folder of a counter-example says what to run, below itself, or what is wrong with it."""
    with tempfile.TemporaryDirectory() as folder:
        put(chance, Path(folder) / VERDICT, json.dumps(COUNTER_EXAMPLE).encode())
        try:
            _, feature, options = read_folder(Path(folder))
        except UsageError as said:
            in_a_sentence(said, folder)
        else:
            assert all(path.is_relative_to(folder) for path in (feature, *options.site_files, *options.captures))
            assert 0 <= options.seed < 10**18


@cache
def results_file() -> bytes:
    """That of a small campaign."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.sqlite"
        order = CampaignOrder("rdc", "hostile", Options(), 0, 6, None, 1)
        with Store(path) as store:
            run_campaign(order, store, store.campaign(key_of(order)))
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA journal_mode = DELETE")
        database.close()
        return path.read_bytes()


def results(chance: random.Random) -> None:
    """A results file answers every question, or it is said that it cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.sqlite"
        put(chance, path, results_file())
        try:
            with readable(path) as store:
                for question in QUESTIONS:
                    list(question.answer(store))
                export(store, Path(folder) / "csv")
                store.corpus(1).lineage(1)
        except typer.BadParameter as said:
            in_a_sentence(said, folder)


def report_file(chance: random.Random) -> None:
    """A report in whatever encoding, a pipe, a device: read, or refused with its path."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        put(chance, path, PLAIN_REPORT.read_bytes())
        try:
            read_report(path)
        except UnreadableReportError as said:
            assert folder in str(said)


def feature_file(chance: random.Random) -> None:
    """A feature likewise."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"f{chance.random()}.feature"
        put(chance, path, damaged(chance, MAIN) if chance.random() < 0.3 else MAIN)
        try:
            listed(path)
        except UsageError as said:
            in_a_sentence(said, folder)


FUZZERS: tuple[Callable[[random.Random], None], ...] = (rehearsal, counter_example, results, report_file, feature_file)
"""All of them."""
