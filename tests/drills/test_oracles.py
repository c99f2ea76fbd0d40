"""The oracles bite: logs in which something went wrong, by hand, and one in which nothing did."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.drills.history.spans import Spans, count_in_slot, subtract, unite
from mirrordrill.drills.oracles import CATALOGUE, IncompleteCopy, LostWrites, Oracle, TwoWriters, watch
from mirrordrill.drills.run.results import Verdict
from mirrordrill.simulator.array.events import (
    CopyFinished,
    CopyStarted,
    StreamStarted,
    StreamStopped,
    WriteRefused,
    WritesLanded,
)
from mirrordrill.simulator.kernel.events import Event, EventLog

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"


def started(system: str, array: str = A, first: int = 0) -> StreamStarted:
    return StreamStarted(array, f"ora_db@{system}", system, ("1260", "1261"), first)


def stopped(system: str, array: str = A, writes: int = 0) -> StreamStopped:
    return StreamStopped(array, f"ora_db@{system}", system, writes)


def landed(system: str, first: int, last: int, *copies: str, array: str = A, slots: tuple[int, ...] = (0, 1)) -> Event:
    volumes = tuple(f"126{slot}" for slot in slots)
    received = tuple(f"{copy}/{volume}" for volume in volumes for copy in copies)
    return WritesLanded(array, f"ora_db@{system}", system, first, last, True, 2, slots, volumes, received, ())


def judge(kind: type[Oracle], *events: Event) -> tuple[Verdict, str]:
    log = EventLog()
    (oracle,) = watch(log, (kind,))
    for second, event in enumerate(events):
        log.append(second * 1_000_000, event)
    result = oracle.result()
    return result.verdict, result.reason


def test_mirrored_writes_survive_a_move_to_the_other_array() -> None:
    """Both copies received them."""
    events = (started("hosta"), landed("hosta", 0, 99, A, B), stopped("hosta"), started("hostc", B))
    verdict, reason = judge(LostWrites, *events)
    assert verdict is Verdict.HELD
    assert "100 writes of ora_db acknowledged" in reason


def test_writes_after_the_mirror_broke_are_missed_at_the_takeover_and_counted() -> None:
    """The target still believes it is in full duplex; the ledger does not."""
    events = (
        started("hosta"),
        landed("hosta", 0, 99, A, B),
        landed("hosta", 100, 109, A),
        stopped("hosta"),
        started("hostc", B),
    )
    verdict, reason = judge(LostWrites, *events)
    assert verdict is Verdict.BROKEN
    assert "10 acknowledged writes are missing" in reason


def test_one_volume_that_fell_behind_is_enough() -> None:
    """Five of ten writes belong to the slot whose copy did not get them."""
    events = (
        started("hosta"),
        landed("hosta", 0, 9, A, B, slots=(0,)),
        landed("hosta", 0, 9, A, slots=(1,)),
        stopped("hosta"),
        started("hostc", B),
    )
    verdict, reason = judge(LostWrites, *events)
    assert verdict is Verdict.BROKEN
    assert "5 acknowledged writes are missing" in reason


def test_a_finished_copy_brings_the_target_up_to_its_source() -> None:
    """Resynchronised copies hold what their sources hold."""
    copied = [CopyFinished(A, volume, B, volume, 8, True) for volume in ("1260", "1261")]
    events = (started("hosta"), landed("hosta", 0, 9, A), stopped("hosta"), *copied, started("hostc", B))
    assert judge(LostWrites, *events)[0] is Verdict.HELD


def test_a_copy_in_progress_is_nothing_to_run_on() -> None:
    """Until a copy has finished its target is a mixture: S4 says so, and where no write is missing S2 does not."""
    copying = CopyStarted(A, "1260", B, "1260", 8)
    events = (started("hosta"), landed("hosta", 0, 9, A, B), stopped("hosta"), copying, started("hostc", B))
    verdict, reason = judge(IncompleteCopy, *events)
    assert verdict is Verdict.BROKEN
    assert f"ora_db opened {B}/1260 on hostc, whose copy is incomplete" in reason
    assert judge(LostWrites, *events)[0] is Verdict.HELD


def test_a_hand_over_is_one_writer_after_the_other() -> None:
    """Stopped here before it starts there."""
    events = (started("hosta"), stopped("hosta"), started("hostb"))
    assert judge(TwoWriters, *events)[0] is Verdict.HELD


def test_two_systems_at_once_are_two_writers_and_their_seconds_and_writes_are_counted() -> None:
    """Exposure and damage are different figures."""
    events = (
        started("hosta"),
        started("hostc", B),
        landed("hosta", 0, 9, A),
        stopped("hosta"),
        landed("hostc", 0, 9, B, array=B),
    )
    verdict, reason = judge(TwoWriters, *events)
    assert verdict is Verdict.BROKEN
    assert "exposed 2.0 s, 10 writes meanwhile" in reason


def test_who_has_no_key_and_never_wrote_was_no_second_writer() -> None:
    """Kept out by the array; a refusal for any other reason, or after a write, was luck."""
    began = (started("hosta"), landed("hosta", 0, 9, A), started("hostb"))
    for because, wrote, verdict in (
        ("hostb has no key", False, Verdict.HELD),
        ("hostb has no key", True, Verdict.BROKEN),
        ("volume inaccessible", False, Verdict.BROKEN),
    ):
        landing = [landed("hostb", 0, 0, A)] if wrote else []
        refused = WriteRefused(A, "1260", "ora_db@hostb", "hostb", 1, because)
        assert judge(TwoWriters, *began, *landing, refused, stopped("hostb"))[0] is verdict
        third = (*began, *landing, refused, stopped("hostb"), started("hostc"))
        assert judge(TwoWriters, *third)[0] is Verdict.BROKEN


def test_no_application_means_no_verdict() -> None:
    """An oracle of the data that saw no application proves nothing; a rule whose occasion never came is held."""
    verdicts = {make.name: judge(make) for make in CATALOGUE}
    undecided = {name for name, (verdict, _) in verdicts.items() if verdict is Verdict.UNDECIDED}
    assert undecided == {"S1", "S2"}
    held = [reason for verdict, reason in verdicts.values() if verdict is Verdict.HELD]
    assert all(reason.startswith("never occurred") for reason in held)


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=5)


def spans_of(pairs: list[tuple[int, int]]) -> Spans:
    spans: Spans = ()
    for low, length in pairs:
        spans = unite(spans, low, low + length)
    return spans


def numbers(spans: Spans) -> set[int]:
    return {number for low, high in spans for number in range(low, high)}


@given(SPANS, SPANS, st.integers(1, 4))
def test_span_arithmetic_is_set_arithmetic(
    wanted: list[tuple[int, int]], held: list[tuple[int, int]], slots: int
) -> None:
    """Union, difference and counting by slot agree with sets of numbers."""
    assert numbers(spans_of(wanted)) == {n for low, length in wanted for n in range(low, low + length)}
    missing = subtract(spans_of(wanted), spans_of(held))
    assert numbers(missing) == numbers(spans_of(wanted)) - numbers(spans_of(held))
    for slot in range(slots):
        assert count_in_slot(missing, slot, slots) == sum(n % slots == slot for n in numbers(missing))
