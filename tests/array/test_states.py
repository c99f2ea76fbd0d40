"""The phase table of dscli.md 2.5, row by row, and the promises of the transition tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.array.states import NEEDS_PEER, OWN, PEER, Cause, Reason, RefusedError, View, own_opinion
from tests.array.sites import A, B, Site, plan_of

Steps = Callable[[Site], None]


def started(site: Site) -> None:
    site.storage.open_stream("app", 500, 10.0).start(A, ("1260", "1261"), "hosta")
    site.run(5)


def link_down(site: Site) -> None:
    site.storage.fabric.set_link("blue", False)
    site.run(5)


def failed_over(site: Site) -> None:
    site.ask("failover", B)


def failed_back(site: Site) -> None:
    failed_over(site)
    site.ask("failback", B)


def resynchronised(site: Site) -> None:
    failed_back(site)
    site.run(60)


def going_home(site: Site) -> None:
    resynchronised(site)
    site.ask("failover", A)


def steps(*each: Steps) -> Steps:
    def run(site: Site) -> None:
        for step in each:
            step(site)

    return run


PHASES = [
    ("normal", steps(), "Full Duplex", "Target Full Duplex"),
    ("pause at A", lambda s: s.ask("pause", A), "Suspended, Host Source", "Target Suspended, Update Target"),
    ("pause at B", lambda s: s.ask("pause_at_target", B), "Suspended, Host Target", "Target Suspended, Host Target"),
    ("link down, no write", link_down, "Full Duplex", "Target Full Duplex"),
    (
        "link down, write on A", steps(started, link_down),
        "Suspended, Internal Conditions Target", "Target Full Duplex",
    ),
    ("A lost", lambda s: s.storage.set_power(A, False), "Full Duplex", "Target Full Duplex"),
    ("failover at B", failed_over, "Full Duplex", "Suspended, Host Source"),
    (
        "failover at B, write on A", steps(failed_over, started),
        "Suspended, Internal Conditions Target", "Suspended, Host Source",
    ),
    ("failback at B, copying", failed_back, "Target Copy Pending", "Copy Pending"),
    ("resync done", resynchronised, "Target Full Duplex", "Full Duplex"),
    ("failover at A, going home", going_home, "Suspended, Host Source", "Full Duplex"),
    ("failback at A", steps(going_home, lambda s: s.ask("failback", A)), "Copy Pending", "Target Copy Pending"),
    (
        "failback at A, done", steps(going_home, lambda s: s.ask("failback", A), lambda s: s.run(60)),
        "Full Duplex", "Target Full Duplex",
    ),
    ("removed at B only", lambda s: s.ask("remove_at_target", B), "Suspended, Simplex Target", "Simplex"),
    ("removed at A", lambda s: s.ask("remove", A), "Simplex", "Simplex"),
    ("removed at A, link down", steps(link_down, lambda s: s.ask("remove", A)), "Simplex", "Target Full Duplex"),
    (
        "failover at B in the middle of a copy", steps(failed_back, lambda s: s.ask("failover", A)),
        "Suspended, Host Source", "Copy Pending",
    ),
    (
        "link down in the middle of a copy", steps(failed_back, link_down),
        "Target Copy Pending", "Suspended, Internal Conditions Target",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("phase", "reach", "at_a", "at_b"), PHASES, ids=[row[0] for row in PHASES])
def test_both_arrays_show_what_the_phase_table_says(phase: str, reach: Steps, at_a: str, at_b: str) -> None:
    """dscli.md 2.5: each array answers from its own opinion."""
    site = Site()
    reach(site)
    assert site.views() == (at_a, at_b)


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
        (lambda s: s.storage.set_power(B, False), "failover", B),
    ],
)
def test_a_refused_operation_changes_nothing(reach: Steps, operation: str, image_id: str) -> None:
    """Neither opinion, nor the log."""
    site = Site()
    reach(site)
    before, length = site.views(), len(site.kernel.log)
    with pytest.raises(RefusedError):
        site.ask(operation, image_id)
    assert (site.views(), len(site.kernel.log)) == (before, length)


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("cause", Cause)
def test_an_unlisted_cell_is_refused(view: View, cause: Cause) -> None:
    """Nothing but the table says what may happen."""
    if (view, cause) in OWN:
        assert own_opinion(view, cause) == OWN[view, cause]
    else:
        with pytest.raises(RefusedError):
            own_opinion(view, cause)


def test_what_needs_the_other_array_is_told_to_it() -> None:
    """A cause that needs consent has a cell on the other side."""
    assert {cause for _, cause in PEER} >= NEEDS_PEER


def test_a_failover_makes_no_target_anywhere() -> None:
    """It is one-sided: two sources may stand against each other, two targets never."""
    assert all(opinion.view is View.SUSPENDED for (_, cause), opinion in OWN.items() if cause is Cause.FAILOVER)
    assert not [cell for cell in PEER if cell[1] is Cause.FAILOVER]


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
