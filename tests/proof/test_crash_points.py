"""Crash at every point: whatever is killed, hangs or fails at whichever port call, every safety rule holds and the end
is in order.

In process every point of the cross-array switch is run, kind by kind. As real processes the entry points are killed
with SIGKILL; what such a run logs is what the run in process logs at the same point, byte for byte, so what was
proved of the one is proved of the other. `pytest -m sweep` (tox environment `sweep`) runs every situation, and every
point of online as processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.sweep.campaign import exit_code
from mirrordrill.drills.sweep.forked import forked_runs
from mirrordrill.drills.sweep.hazard_situations import HAZARDS
from mirrordrill.drills.sweep.points import PointError
from mirrordrill.drills.sweep.situations import SITUATIONS, find_situation
from mirrordrill.drills.sweep.sweep_run import Course, SweepRun
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.bridge.ports_tap import HANDS_OVER, InjectionKind, Port, When


@cache
def course(name: str, agent_mode: AgentMode = AgentMode.IN_PROCESS) -> Course:
    return Course(find_situation(name), agent_mode)


def points(name: str, kinds: set[InjectionKind]) -> list[str]:
    its = course(name).points
    return [its.text(point) for point in its if point.kind in kinds]


def bad(flights: Iterator[SweepRun]) -> list[str]:
    return [
        f"{flight.point} {flight.call}: {flight.ending.text}; {[f'{o.name} {o.reason}' for o in flight.broken]}"
        for flight in flights
        if not flight.is_good
    ]


@pytest.mark.parametrize("kind", InjectionKind, ids=lambda kind: kind.value)
def test_every_point_of_the_switch_to_the_other_array_is_survived(kind: InjectionKind) -> None:
    """Eleven rules, at every port call, on both sides of its effect."""
    flown = points("switch", {kind})
    assert flown
    assert bad(forked_runs(course("switch"), flown, 1)) == []


@pytest.mark.parametrize("name", [situation.name for situation in SITUATIONS])
def test_a_fork_at_a_port_call_comes_to_what_a_run_from_the_start_comes_to(name: str) -> None:
    """Points all over each situation, several at a time: ending, verdicts and log are the same."""
    its = course(name)
    every = [its.points.text(point) for point in its.points]
    some = every[:: max(1, len(every) // 8)]
    assert some
    assert list(forked_runs(its, some, 3)) == [its.run(point) for point in some]


REPRESENTATIVE = {Port.START_PROGRAM, Port.WRITE_STATE}


def representative() -> list[str]:
    """Deaths beside a DS CLI, beside the memory, and behind each command that changes pairs; the sweep has the rest."""
    chosen = []
    for point in course("switch", AgentMode.PROCESS).points:
        call = point.call
        first_of_its_port = call.nth == 0 and call.port in REPRESENTATIVE
        changes_pairs = call.port is Port.SEND_LINE and call.detail.startswith(("failover", "failback"))
        if call.entry == "online" and (first_of_its_port or changes_pairs):
            chosen.append(course("switch", AgentMode.PROCESS).points.text(point))
    return chosen


def test_a_real_online_killed_with_sigkill_leaves_the_log_that_the_tap_leaves() -> None:
    """The tap's death is kill -9, and kill -9 is the tap's death."""
    chosen = representative()
    assert len(chosen) == 4
    for point in chosen:
        real = course("switch", AgentMode.PROCESS).run(point)
        assert bad(iter([real])) == []
        assert (point, course("switch").run(point).digest) == (point, real.digest)


def test_a_host_without_power_has_no_reason_to_say() -> None:
    """The takeover of a host that dies is ended by its neighbour, whose last word reaches its own file only.

    Everything refuses then and says what to do. The hosts of the lost site, which are off, cannot and need not.
    """
    its = course("second")
    points = [
        point
        for point in its.points
        if point.call.detail == "ora_mmir.memory" and its.points.text(point).endswith("after:failed")
    ]
    flown = its.run(its.points.text(points[-1]))
    assert "operator: online nowhere: refused: the resource was online last on hostd" in flown.ending.text
    assert flown.is_good


def test_to_stop_before_a_call_is_to_stop_after_the_one_before_it() -> None:
    """Why no point is written twice: between two calls the agent takes no time and changes nothing."""
    its = course("switch")
    calls = [point.call for point in its.points if point.when is When.AFTER and point.kind is InjectionKind.KILLED]
    pairs = [(at, at + 1) for at in range(0, len(calls) - 1, 9) if calls[at].invocation == calls[at + 1].invocation]
    assert pairs
    for earlier, later in pairs:
        assert its.run(f"{earlier}:after:killed").digest == its.run(f"{later}:before:killed").digest


def test_a_point_is_flown_the_same_way_twice() -> None:
    """What the printed command replays is what was seen."""
    assert course("clean").run("3:after:hung") == course("clean").run("3:after:hung")


@pytest.mark.parametrize(
    "text", ["", "17", "17:after", "x:after:killed", "99999:after:killed", "0:during:killed", "0:after:cut"]
)
def test_a_point_that_does_not_exist_is_named_and_so_is_what_does(text: str) -> None:
    """Nobody guesses what was meant."""
    with pytest.raises(PointError, match=r"like|calls 0 to|can meet"):
        course("local").points.parse(text)


def test_what_is_written_is_what_is_read() -> None:
    """Every point's text names that point."""
    its = course("local").points
    assert [its.parse(its.text(point)) for point in its] == list(its)


ASKS_FOR_WHAT_THE_FAR_SIDE_HOLDS = ("stale", "late", "unmirrored", "global-stale", "global-late", "global-unmirrored")


@pytest.mark.parametrize("name", ASKS_FOR_WHAT_THE_FAR_SIDE_HOLDS)
def test_what_one_witness_would_lose_is_kept_whichever_call_fails(name: str) -> None:
    """A sample of every kind at points that lie far apart; the nightly campaign runs them all."""
    flown = [text for kind in InjectionKind for text in points(name, {kind})[3::97]]
    assert flown
    assert bad(course(name).run(point) for point in flown) == []


@pytest.mark.sweep
@pytest.mark.parametrize("name", [situation.name for situation in SITUATIONS if situation.name != "switch"])
def test_every_point_of_every_situation_is_survived(name: str) -> None:
    """The nightly campaign."""
    flights = list(forked_runs(course(name), points(name, set(InjectionKind)), 1))
    assert bad(iter(flights)) == []
    assert exit_code(flights) is ExitCode.HELD


@pytest.mark.sweep
@pytest.mark.parametrize("name", ["switch", "clean", "open", "global-switch", *(each.name for each in HAZARDS)])
def test_every_real_entry_point_killed_at_every_call_leaves_the_log_that_the_tap_leaves(name: str) -> None:
    """All of them, as real processes."""
    its = course(name, AgentMode.PROCESS)
    for point in its.points:
        if point.call.port in HANDS_OVER or point.call.ordinal % 3 == 0:
            text = its.points.text(point)
            real = its.run(text)
            assert bad(iter([real])) == []
            assert (text, course(name).run(text).digest) == (text, real.digest)
