"""Steering: the nights of a campaign follow from its first seed, and what brought something new is varied."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from mirrordrill.drills.explore import campaign as campaigns
from mirrordrill.drills.explore import steering
from mirrordrill.drills.explore.campaign import CampaignOrder, night_from, run_campaign, targets_for
from mirrordrill.drills.explore.command import key_of
from mirrordrill.drills.explore.drawing.draw import draw_night, vary_night
from mirrordrill.drills.explore.kept import store
from mirrordrill.drills.explore.kept.store import Store
from mirrordrill.drills.explore.outcome import NightVerdict, run_night
from mirrordrill.drills.explore.steering import Corpus, reach_of
from mirrordrill.drills.run.drill import Options
from tests.explore.interrupted import interrupt_at

FIRST = 3
"""A seed with which a campaign of blocks of four varies some nights."""
Patch = pytest.MonkeyPatch


def order_of(runs: int, jobs: int = 1) -> CampaignOrder:
    return CampaignOrder("rdc", "hostile", Options(), FIRST, runs, None, jobs, is_steered=True)


TARGETS = targets_for(order_of(1))


def ran(path: Path, runs: int, jobs: int = 1) -> list[tuple[object, ...]]:
    order = order_of(runs, jobs)
    with Store(path) as kept:
        run_campaign(order, kept, kept.campaign(key_of(order)))
        return kept.rows(
            "SELECT n.seed, digest, parent, brought FROM night n LEFT JOIN variation USING (campaign, seed) "
            "LEFT JOIN corpus USING (campaign, seed) ORDER BY 1, 4"
        )


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch: Patch) -> None:
    monkeypatch.setattr(campaigns, "BLOCK", 4)


def test_processes_and_interruptions_change_no_night(tmp_path: Path, monkeypatch: Patch) -> None:
    """Interrupted in the second block: the first is kept, the second is run again, and all is as if left alone."""
    whole = ran(tmp_path / "whole.sqlite", 12)
    assert any(parent is not None for _, _, parent, _ in whole)
    assert ran(tmp_path / "two.sqlite", 12, 2) == whole
    seen = interrupt_at(monkeypatch, 7)
    with pytest.raises(KeyboardInterrupt):
        ran(tmp_path / "part.sqlite", 12)
    with Store(tmp_path / "part.sqlite") as kept:
        assert kept.rows("SELECT seed FROM night ORDER BY 1") == [(FIRST + at,) for at in range(4)]
    assert ran(tmp_path / "part.sqlite", 12) == whole
    assert seen[7] == FIRST + 4


def test_the_recipe_of_a_night_gives_its_log_again(tmp_path: Path) -> None:
    """From the results file alone, whichever night it varies."""
    digests = {seed: (digest, parent) for seed, digest, parent, _ in ran(tmp_path / "r.sqlite", 12)}
    order = order_of(12)
    with Store(tmp_path / "r.sqlite") as kept:
        corpus = kept.corpus(kept.campaign(key_of(order)))
    varied = [int(str(seed)) for seed, (_, parent) in digests.items() if parent is not None]
    assert varied
    for seed in varied[:3]:
        outcome, _ = run_night(night_from(order, TARGETS, corpus.lineage(seed)), Options())
        assert outcome.digest == digests[seed][0]


def test_a_variation_can_be_run_and_says_which_faults_are_in_it() -> None:
    """No repair without its fault, no kind without its step; and a variation of a variation does not grow for ever."""
    night = draw_night(TARGETS, "hostile", 7)
    for seed in range(40):
        night = vary_night(night, TARGETS, "hostile", seed)
        words = {line.words for line in night.lines}
        assert all(strike.words in words for strike in night.struck)
        assert night.kinds == tuple(strike.kind for strike in night.struck)
        if seed % 10 == 0:
            assert run_night(night, Options())[0].verdict is not NightVerdict.SPOILT
    assert len(night.lines) < 4 * len(draw_night(TARGETS, "hostile", 7).lines)


def test_what_is_new_is_learnt_once_and_what_is_spoilt_teaches_nothing() -> None:
    """The second of two equal nights brings nothing."""
    outcome, _ = run_night(draw_night(TARGETS, "hostile", 1), Options())
    corpus = Corpus()
    assert set(corpus.learn([outcome])[1]) == set(reach_of(outcome))
    assert corpus.learn([outcome]) == {}
    assert any(each.startswith(steering.PAIR) for each in corpus.brought[1])
    assert any(each.startswith("decision: ") for each in corpus.brought[1])


def test_a_results_file_of_the_former_version_is_read_on(tmp_path: Path) -> None:
    """It only lacks the corpus."""
    with sqlite3.connect(tmp_path / "r.sqlite") as db:
        db.executescript(f"{store.SCHEMA} PRAGMA user_version = 1;")
    assert ran(tmp_path / "r.sqlite", 4)
