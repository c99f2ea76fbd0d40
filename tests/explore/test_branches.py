"""Branches: a night that reaches something new is forked there; what the child comes to is seen without a fork, too."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from mirrordrill.drills.explore import campaign as campaigns
from mirrordrill.drills.explore.branching.branched_night import AT_ONCE, BranchedNight, BranchedOutcome
from mirrordrill.drills.explore.branching.reach import SPLIT, ReachWatch
from mirrordrill.drills.explore.campaign import CampaignOrder, CampaignTally, night_from, run_campaign, targets_for
from mirrordrill.drills.explore.command import key_of
from mirrordrill.drills.explore.drawing.branch import FIRST_BRANCH, branch_night
from mirrordrill.drills.explore.drawing.draw import Night, draw_night
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.kept.store import Store
from mirrordrill.drills.explore.outcome import NightVerdict, run_night
from mirrordrill.drills.explore.workers.forked import ForkedChild, ForkFailedError, fork
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.array.events import PairViewChanged
from mirrordrill.simulator.kernel.events import Record
from tests.explore.test_parent_watch import PATIENCE_S, alive_in

Rows = list[tuple[object, ...]]
FIRST = 3


def branched(site: str, profile: str, seed: int) -> tuple[list[BranchedOutcome], dict[int, Night]]:
    """A night with its branches, and the scenarios of all of them, drawn without any fork."""
    facts, night = targets_of(find_site(site), site), draw_night(targets_of(find_site(site), site), profile, seed)
    found = BranchedNight(night, Options(), facts, profile, {}).run()
    nights = {seed: night}
    for each in found[1:]:
        assert each.branch is not None
        parent = nights[each.branch.parent]
        nights[each.outcome.seed] = branch_night(parent, each.branch.cut, facts, profile, each.outcome.seed)
    return found, nights


@pytest.mark.parametrize(
    ("site", "profile", "seed"), [("rdc", "hostile", 3), ("gco", "people", 5), ("two-groups", "rolling", 1)]
)
def test_the_scenario_of_a_branch_gives_its_log_without_any_fork(site: str, profile: str, seed: int) -> None:
    """In the middle of a step and at its end, branches of branches, and the night that they left."""
    found, nights = branched(site, profile, seed)
    assert {each.branch is not None and bool(each.branch.after) for each in found} == {False, True}
    assert any(each.branch is not None and each.branch.parent >= FIRST_BRANCH for each in found)
    # Each of them costs a night: the first ones, and a few of all others.
    for each in [*found[:3], *found[3::5]]:
        whole, _ = run_night(nights[each.outcome.seed], Options(), is_once_enough=True)
        told = replace(each.outcome, took_s=whole.took_s, levels=(), was_flown_twice=False)
        assert told == whole
        assert whole.verdict is not NightVerdict.SPOILT


def test_what_has_no_energy_left_is_not_branched_for() -> None:
    """And what has, at most so often at one moment."""
    facts = targets_of(find_site("rdc"), "rdc")
    night = draw_night(facts, "hostile", FIRST)
    every = BranchedNight(night, Options(), facts, "hostile", {}).run()
    marks = {each.branch.mark for each in every if each.branch is not None}
    few = BranchedNight(night, Options(), facts, "hostile", dict.fromkeys(marks, 0)).run()
    assert marks
    assert not marks & {each.branch.mark for each in few if each.branch is not None}
    places = [each.branch for each in every if each.branch is not None]
    assert max(map(places.count, places)) <= AT_ONCE


def test_a_watermark_is_reached_at_each_doubling() -> None:
    """Six volumes split one after the other, and one of them twice: 1, 2 and 4, each once."""
    reach = ReachWatch()
    for number, volume in enumerate(["1200", "1201", "1202", "1202", "1203", "1204", "1205"]):
        event = PairViewChanged("75FA120", volume, "", "", "Full Duplex", "Suspended", "-", "freeze")
        reach.see(Record(number, number, event))
    assert [each for each in reach.news if each.startswith(SPLIT)] == [f"{SPLIT}: {level}" for level in (1, 2, 4)]
    assert reach.levels() == tuple(f"{SPLIT}: {level}" for level in (1, 2, 4))


def test_a_forked_child_that_dies_is_no_result() -> None:
    """Its parent is told; an empty result would be taken for one."""
    child = fork()
    if not isinstance(child, ForkedChild):
        child.fail()
    with pytest.raises(ForkFailedError):
        child.result()


def order_of(jobs: int) -> CampaignOrder:
    return CampaignOrder("rdc", "hostile", Options(), FIRST, 3, None, jobs, is_steered=True, is_branching=True)


def ran(path: Path, jobs: int, interrupted_at: int = 0) -> Rows:
    order = order_of(jobs)

    def told(tally: CampaignTally, _: float) -> None:
        if interrupted_at and tally.ran >= interrupted_at:
            raise KeyboardInterrupt

    with Store(path) as kept:
        number = kept.campaign(key_of(order))
        with contextlib.suppress(KeyboardInterrupt):
            run_campaign(order, kept, number, told)
        return kept.rows("SELECT seed, digest, verdict, parent, line, mark FROM night LEFT JOIN branch USING (seed)")


def test_processes_and_interruptions_change_no_branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted in the second block of two nights: the first is kept with its branches, and the end is the same.

    From the results file alone a branch is drawn again, and its log is the one that was kept.
    """
    monkeypatch.setattr(campaigns, "BLOCK", 2)
    whole = ran(tmp_path / "whole.sqlite", 1)
    first = ran(tmp_path / "part.sqlite", 2, len(whole) - 1)
    assert 2 < len(first) < len(whole)
    assert set(first) < set(whole)
    assert ran(tmp_path / "part.sqlite", 2) == whole
    order = order_of(1)
    with Store(tmp_path / "part.sqlite") as kept:
        corpus = kept.corpus(kept.campaign(key_of(order)))
    for seed in sorted(corpus.branches)[:3]:
        outcome, _ = run_night(night_from(order, targets_for(order), corpus.lineage(seed)), Options())
        assert outcome.digest in {row[1] for row in whole if row[0] == seed}


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_no_branch_outlives_its_campaign(tmp_path: Path) -> None:
    """Neither the processes that run nights nor their forks, when the campaign is killed with SIGKILL."""
    words = "explore --branch --profile hostile --runs 64 --jobs 2 --results r.sqlite"
    command = [sys.executable, "-m", "mirrordrill", *words.split()]
    campaign = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline_s = time.monotonic() + 8 * PATIENCE_S
        while len(alive_in(campaign.pid)) < 3:
            assert time.monotonic() < deadline_s
            assert campaign.poll() is None
            time.sleep(0.02)
        campaign.kill()
        campaign.wait()
        while alive_in(campaign.pid):
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(campaign.pid, signal.SIGKILL)
