"""The phase table of dscli.md 2.5, row by row, and the promises of the transition tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mirrordrill.simulator.array.mirror.states import (
    LEGAL_CELLS,
    NEEDS_PEER,
    OWN,
    PEER,
    ArrayRefusedError,
    PairCause,
    Reason,
    View,
    own_opinion,
)
from tests.array.sites import A, B, Site, plan_of
from tests.array.situations import MORE, PHASES, exercised, live, said

Steps = Callable[[Site], None]
ROWS = (*PHASES, *MORE)


def link_down(site: Site) -> None:
    site.storage.fabric.set_link("blue", is_up=False)
    site.run(5)


def failed_over(site: Site) -> None:
    site.ask("failover", B)


def steps(*each: Steps) -> Steps:
    def run(site: Site) -> None:
        for step in each:
            step(site)

    return run


@pytest.mark.parametrize(("phase", "story", "at_a", "at_b"), ROWS, ids=[row[0] for row in ROWS])
def test_both_arrays_show_what_the_phase_table_says(phase: str, story: str, at_a: str, at_b: str) -> None:
    """dscli.md 2.5, row by row and both columns: each array answers from its own opinion."""
    assert said(live(story)) == (at_a, at_b)


def test_a_freeze_removes_the_path() -> None:
    """The rest of its row in the phase table."""
    assert live("freeze").storage.image(A).paths.find(0x12, B, 0x12) is None


def test_a_volume_that_was_failed_over_is_host_writable() -> None:
    """The rest of that row; the old source is so as well, which is the trap (dscli.md 8.1)."""
    storage = live("failover B").storage
    assert storage.is_host_writable(A, "1260")
    assert storage.is_host_writable(B, "1260")


def test_every_legal_cell_is_exercised() -> None:
    """A cell that no story reaches is either dead or untried."""
    assert [cell for cell in LEGAL_CELLS if cell not in exercised()] == []


@pytest.mark.parametrize(
    ("copy", "at_once", "in_the_end"),
    [(True, ("Copy Pending", "Target Copy Pending"), 12.0), (False, ("Full Duplex", "Target Full Duplex"), 0.1)],
)
def test_a_first_copy_takes_its_time_and_nocp_none(copy: bool, at_once: tuple[str, str], in_the_end: float) -> None:
    """1000 tracks at 100 a second; without copy the pair is in sync by declaration."""
    site = Site(plan_of(paired=False))
    site.storage.pairs.establish(site.volume(A), site.volume(B).address, copy=copy)
    assert site.views() == at_once
    site.run(in_the_end)
    assert site.views() == ("Full Duplex", "Target Full Duplex")


@pytest.mark.parametrize(
    ("reach", "operation", "image_id"),
    [
        (steps(), "failover", A),
        (steps(), "failback", A),
        (steps(), "failback", B),
        (steps(), "resume", A),
        (steps(failed_over, link_down), "failback", B),
        (steps(failed_over), "resume", A),
        (lambda s: s.ask("remove", A), "failover", B),
        (lambda s: s.storage.set_power(B, is_on=False), "failover", B),
    ],
)
def test_a_refused_operation_changes_nothing(reach: Steps, operation: str, image_id: str) -> None:
    """Neither opinion, nor the log."""
    site = Site()
    reach(site)
    before, length = site.views(), len(site.kernel.log)
    with pytest.raises(ArrayRefusedError):
        site.ask(operation, image_id)
    assert (site.views(), len(site.kernel.log)) == (before, length)


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("cause", PairCause)
def test_an_unlisted_cell_is_refused(view: View, cause: PairCause) -> None:
    """Nothing but the table says what may happen."""
    if (view, cause) in OWN:
        assert own_opinion(view, cause) == OWN[view, cause]
    else:
        with pytest.raises(ArrayRefusedError):
            own_opinion(view, cause)


def test_what_needs_the_other_array_is_told_to_it() -> None:
    """A cause that needs consent has a cell on the other side."""
    assert {cause for _, cause in PEER} >= NEEDS_PEER


def test_a_failover_makes_no_target_anywhere() -> None:
    """It is one-sided: two sources may stand against each other, two targets never."""
    assert all(opinion.view is View.SUSPENDED for (_, cause), opinion in OWN.items() if cause is PairCause.FAILOVER)
    assert not [cell for cell in PEER if cell[1] is PairCause.FAILOVER]


def test_only_suspended_volumes_have_a_reason() -> None:
    """`-` stands everywhere else (dscli.md 2.4)."""
    for opinion in (*OWN.values(), *PEER.values()):
        is_suspended = opinion.view in (View.SUSPENDED, View.TARGET_SUSPENDED)
        assert is_suspended or opinion.reason is Reason.NONE


def test_a_repeated_failover_keeps_the_reason() -> None:
    """Nothing is left to do, so nothing is said anew."""
    site = Site()
    failed_over(site)
    failed_over(site)
    assert site.views() == ("Full Duplex", "Suspended, Host Source")
