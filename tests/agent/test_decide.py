"""The decisions, over every combination of what the array can say of one, two and three volumes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from mirrordrill.agent.decide import (
    FailOver,
    LookAgain,
    NothingToDo,
    Refuse,
    Remaining,
    Reverse,
    SafeToFault,
    StartFailback,
    TakeLock,
    WaitForCopy,
    Writable,
    decide_clean,
    decide_failback,
    decide_online,
    decide_reversal,
    verify_failover,
)
from mirrordrill.agent.decision_table import EXAMPLES, as_markdown
from mirrordrill.agent.journal import Journal, Step
from mirrordrill.agent.pairs import WRITABLE, CopyType, LocalVolume, Path, Reason, Relation, Standing, State, standing

NO_PAIR: tuple[Relation, ...] = ()
SINGLE = [
    NO_PAIR,
    *[
        (Relation("2000", state, reason, copy_type, foreign),)
        for state in State
        for reason in Reason
        for copy_type in (CopyType.METRO_MIRROR, CopyType.GLOBAL_COPY)
        for foreign in (False, True)
    ],
]
"""Every single relation that lspprc can print, and none."""

# One description for each way in which a volume can stand, for the sets of two and three.
KINDS = [
    NO_PAIR,
    *[(Relation("2000", state),) for state in State],
    (Relation("2000", State.SUSPENDED, Reason.HOST_SOURCE),),
    (Relation("2000", State.SUSPENDED, Reason.INTERNAL_TARGET),),
    (Relation("2000", State.TARGET_SUSPENDED, Reason.UPDATE_TARGET),),
    (Relation("2000", State.TARGET_FULL_DUPLEX, Reason.HOST_TARGET),),
    (Relation("2000", State.TARGET_FULL_DUPLEX, has_foreign_peer=True),),
    (Relation("2000", State.FULL_DUPLEX, has_foreign_peer=True),),
    (Relation("2000", State.FULL_DUPLEX, copy_type=CopyType.GLOBAL_COPY),),
    (Relation("2000", State.FULL_DUPLEX), Relation("3000", State.TARGET_FULL_DUPLEX)),
    (Relation("2000", State.FULL_DUPLEX), Relation("3000", State.COPY_PENDING)),
    (Relation("2000", State.TARGET_FULL_DUPLEX), Relation("3000", State.COPY_PENDING, has_foreign_peer=True)),
]
JOURNALS = [None, *[Journal("ora_mmir", "hostc", "boot", "online", step, ("1260:2000",), "") for step in Step]]


def volumes_of(*relations: tuple[Relation, ...]) -> tuple[LocalVolume, ...]:
    return tuple(LocalVolume(f"126{at}", each) for at, each in enumerate(relations))


def sets() -> Iterator[tuple[LocalVolume, ...]]:
    yield from (volumes_of(each) for each in SINGLE)
    for size in (2, 3):
        yield from (volumes_of(*each) for each in itertools.product(KINDS, repeat=size))


SETS = list(sets())


def writable(volume: LocalVolume) -> bool:
    """Written anew, from the manual's words: hosts may write a source, and a volume that is in no pair."""
    sources = (State.FULL_DUPLEX, State.COPY_PENDING, State.SUSPENDED, State.NOT_A_PAIR)
    return all(relation.state in sources for relation in volume.relations)


def test_the_table_is_large_enough_to_mean_something() -> None:
    """Every state and reason alone, and every way to stand in sets of two and three."""
    assert len(SETS) == len(SINGLE) + len(KINDS) ** 2 + len(KINDS) ** 3
    assert {standing(volume) for volumes in SETS for volume in volumes} == set(Standing)


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda journal: journal.step.value if journal else "none")
def test_online_is_all_or_nothing_and_never_takes_an_incomplete_target(journal: Journal | None) -> None:
    """For every set there is one plan; it makes all of the set writable, or it touches none of it."""
    for volumes in SETS:
        plan = decide_online(volumes, journal)
        assert plan == decide_online(volumes, journal)
        if isinstance(plan, TakeLock):
            assert all(writable(volume) for volume in volumes)
        elif isinstance(plan, FailOver):
            touched = {pair.partition(":")[0] for pair in plan.pairs}
            for volume in volumes:
                (relation,) = volume.relations
                assert not relation.has_foreign_peer
                assert relation.copy_type is CopyType.METRO_MIRROR
                if volume.volume in touched:
                    assert (relation.state, relation.reason) == (State.TARGET_FULL_DUPLEX, Reason.NONE)
                else:
                    assert (relation.state, relation.reason) == (State.SUSPENDED, Reason.HOST_SOURCE)
            assert plan.reverse == (len(touched) == len(volumes))
        elif isinstance(plan, WaitForCopy):
            targets = (State.TARGET_COPY_PENDING, State.TARGET_FULL_DUPLEX)
            assert all(relation.state in targets for volume in volumes for relation in volume.relations)
        else:
            assert isinstance(plan, Refuse)
            assert plan.why


def test_a_writable_metro_mirror_set_is_never_refused() -> None:
    """The manual: if all local devices are read-write enabled, the agent creates a lock file."""
    for volumes in SETS:
        relations = [relation for volume in volumes for relation in volume.relations]
        if all(map(writable, volumes)) and all(each.copy_type is CopyType.METRO_MIRROR for each in relations):
            assert isinstance(decide_online(volumes), TakeLock)


def test_the_order_of_the_volumes_does_not_matter() -> None:
    """The same set gets the same kind of plan, however VCS lists it."""
    for volumes in SETS:
        assert type(decide_online(volumes)) is type(decide_online(tuple(reversed(volumes))))


def test_one_doubtful_volume_refuses_the_set() -> None:
    """Half a group is worse than none."""
    good = (Relation("2000", State.TARGET_FULL_DUPLEX),)
    for kind in KINDS:
        volumes = volumes_of(good, kind, good)
        if standing(volumes[1]) in (Standing.TARGET_IN_SYNC, Standing.FAILED_OVER, Standing.TARGET_COPYING):
            assert not isinstance(decide_online(volumes), Refuse)
        else:
            assert isinstance(decide_online(volumes), Refuse)


def test_no_volumes_is_no_reason_to_go_online() -> None:
    """An empty set is a mistake, not a success."""
    assert isinstance(decide_online(()), Refuse)
    assert isinstance(decide_failback(()), Refuse)
    assert isinstance(decide_clean((), Step.FAILING_OVER, settled=True), Refuse)


@pytest.mark.parametrize(
    ("relation", "warned"),
    [
        (NO_PAIR, "in no pair"),
        ((Relation("2000", State.SUSPENDED, Reason.INTERNAL_TARGET),), "suspended"),
        ((Relation("2000", State.FULL_DUPLEX, has_foreign_peer=True),), "another storage image"),
    ],
)
def test_writable_but_not_well_is_said(relation: tuple[Relation, ...], warned: str) -> None:
    """What does not stop an online, but leaves the data unprotected, is a warning."""
    plan = decide_online(volumes_of((Relation("2000", State.FULL_DUPLEX),), relation))
    assert isinstance(plan, TakeLock)
    assert warned in " ".join(plan.warnings)


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("step", [None, *Step])
def test_clean_never_calls_a_mixed_or_unknown_set_safe(step: Step | None, settled: bool) -> None:
    """S10: success only where every volume is writable, or none is; and only once nothing is on its way."""
    for volumes in SETS:
        verdict = decide_clean(volumes, step, settled=settled)
        found = {standing(volume) for volume in volumes}
        if isinstance(verdict, SafeToFault):
            assert found <= WRITABLE or not found & WRITABLE
            assert not found & {Standing.DOUBTFUL, Standing.NOT_METRO_MIRROR}
            finished = found <= WRITABLE and step is not None
            assert settled or finished
        else:
            assert isinstance(verdict, Refuse if settled else (Refuse, LookAgain))


def test_failback_starts_only_from_the_side_that_was_failed_over() -> None:
    """S5: targets, sources that lost their link, and volumes without a pair of this resource are all refused."""
    for volumes in SETS:
        plan = decide_failback(volumes)
        relations = [relation for volume in volumes for relation in volume.relations]
        if isinstance(plan, StartFailback):
            suspended = [each for each in relations if each.state is State.SUSPENDED]
            assert suspended
            assert all(each.reason is Reason.HOST_SOURCE for each in suspended)
        if isinstance(plan, (StartFailback, NothingToDo)):
            assert all(map(writable, volumes))
            assert all(len(volume.relations) == 1 for volume in volumes)
            assert not any(each.has_foreign_peer for each in relations)


FAILED_OVER = (Relation("2000", State.SUSPENDED, Reason.HOST_SOURCE),)
IN_SYNC = (Relation("2000", State.TARGET_FULL_DUPLEX),)


@pytest.mark.parametrize(
    ("relations", "expected"),
    [
        ((FAILED_OVER, FAILED_OVER), Writable(("1260", "1261"))),
        ((FAILED_OVER, IN_SYNC), Remaining(("1261:2000",))),
        ((IN_SYNC, IN_SYNC), Remaining(("1260:2000", "1261:2000"))),
        (((Relation("2000", State.COPY_PENDING),), FAILED_OVER), Writable(("1260", "1261"))),
    ],
)
def test_a_look_after_the_failover_tells_what_is_left(
    relations: tuple[tuple[Relation, ...], ...], expected: object
) -> None:
    """The array's pairs decide, not its messages."""
    assert verify_failover(volumes_of(*relations)) == expected


def test_a_look_after_the_failover_that_shows_something_else_is_refused() -> None:
    """What nobody asked for is not carried on."""
    for kind in KINDS:
        volumes = volumes_of(FAILED_OVER, kind)
        if standing(volumes[1]) not in (Standing.FAILED_OVER, Standing.SOURCE, Standing.TARGET_IN_SYNC):
            assert isinstance(verify_failover(volumes), Refuse)


@pytest.mark.parametrize(
    ("paths", "possible"),
    [
        ([("12", "20", True), ("13", "21", True)], True),
        ([("12", "20", True), ("12", "20", False), ("13", "21", True)], True),
        ([("12", "20", True)], False),
        ([("12", "20", True), ("13", "21", False)], False),
        ([("12", "21", True), ("13", "20", True)], False),
        ([("20", "12", True), ("21", "13", True)], False),
        ([], False),
    ],
)
def test_the_copy_is_reversed_only_with_a_path_for_every_lss_pair(
    paths: list[tuple[str, str, bool]], possible: bool
) -> None:
    """Paths have a direction; those of the old direction, or of another LSS, do not help."""
    found = decide_reversal(("1260:2000", "1300:2100"), [Path(s, t, up, "") for s, t, up in paths])
    assert isinstance(found, Reverse) == possible


def test_the_table_for_people_says_what_the_decisions_do() -> None:
    """Each kind of volume stands for itself, and every mixture of up to three has a line."""
    assert all(standing(LocalVolume("1260", relations)) is kind for kind, relations in EXAMPLES.items())
    lines = as_markdown().splitlines()
    assert len(lines) == 2 + 9 + 36 + 84
    assert "| target, in sync at the last contact | fail over, reverse, lock | refuse | safe to fault |" in lines
    assert len([line for line in lines if "fail over the rest" in line]) == 1
