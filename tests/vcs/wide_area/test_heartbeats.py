"""Heartbeats in closed form against ones that really ask every time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.wide_area.heartbeats import HeartbeatMonitor
from mirrordrill.simulator.vcs.wide_area.spec import HeartbeatSpec
from mirrordrill.simulator.vcs.wide_area.states import HeartbeatState

SPEC = HeartbeatSpec("Icmp", "b", 30, 3, arguments=("x",))
WAIT_S = 1.0
END_S = 1500.0


def asked_every_time(flips: list[float], spec: HeartbeatSpec) -> list[tuple[float, HeartbeatState]]:
    """The slow, obvious one: a round at every interval; `flips` are the times at which answers go and come."""
    told, state, unanswered = [], HeartbeatState.UNKNOWN, 0
    at = 0.0
    while at < END_S:
        if bisect_right(flips, at) % 2 == 0:
            unanswered, new, when = 0, HeartbeatState.ALIVE, at
        else:
            unanswered, when = unanswered + 1, at + WAIT_S
            new = HeartbeatState.DOWN if unanswered >= spec.retry_limit else state
        if new is not state:
            told.append((when, new))
            state = new
        at += spec.interval_s
    return [each for each in told if each[0] <= END_S]


def in_closed_form(flips: list[float], spec: HeartbeatSpec) -> list[tuple[float, HeartbeatState]]:
    kernel = Kernel()
    told: list[tuple[float, HeartbeatState]] = []
    watch = HeartbeatMonitor(
        kernel,
        lambda: spec,
        lambda _: bisect_right(flips, kernel.now_s) % 2 == 0,
        lambda state: told.append((round(kernel.now_s, 6), state)),
        lambda: True,
        WAIT_S,
    )
    for flip in flips:
        kernel.after(flip).callbacks.append(lambda _: watch.look())
    watch.start()
    kernel.env.run(until=END_S + 0.001)
    return told


flips = st.lists(st.integers(1, 14_000), max_size=12, unique=True).map(sorted)


@given(flips, st.integers(1, 4), st.sampled_from([20, 30, 60]))
def test_nobody_can_tell_the_rounds_that_were_not_played(tenths: list[int], limit: int, interval_s: int) -> None:
    """The same changes at the same moments, whatever comes and goes, flaps between two rounds included."""
    # Off the rounds by 50 ms: which of two things at the same instant comes first is nobody's business here.
    times = [tenth / 10 + 0.05 for tenth in tenths]
    spec = replace(SPEC, retry_limit=limit, interval_s=interval_s)
    assert in_closed_form(times, spec) == asked_every_time(times, spec)


def test_a_fault_is_noticed_within_interval_times_limit() -> None:
    """vcs.md 4.2: between two and three intervals of 60 s after the last answer, by default."""
    spec = replace(SPEC, interval_s=60)
    for lost_s in (60.05, 90.0, 119.95):
        (_, (down_s, state)) = in_closed_form([lost_s], spec)
        assert state is HeartbeatState.DOWN
        assert 120 <= down_s - lost_s <= 181


def test_a_healthy_heartbeat_and_a_dead_one_cost_nothing() -> None:
    """One round at the start, three at the fault, and then nothing is due any more."""
    kernel = Kernel()
    lost: list[bool] = []
    watch = HeartbeatMonitor(kernel, lambda: SPEC, lambda _: not lost, lambda _: None, lambda: True, WAIT_S)
    watch.start()
    kernel.env.run()
    assert kernel.now_s == 0
    lost.append(True)
    watch.look()
    kernel.env.run()
    assert watch.state is HeartbeatState.DOWN
    assert kernel.now_s <= 3 * SPEC.interval_s + WAIT_S


def test_one_address_after_the_other_takes_longer() -> None:
    """IcmpS asks in series, Icmp at once; neither longer than AYATimeout."""
    three = ("x", "y", "z")
    assert replace(SPEC, arguments=three).silence_s(2.0) == 2.0
    assert replace(SPEC, name="IcmpS", arguments=three).silence_s(2.0) == 6.0
    assert replace(SPEC, name="IcmpS", arguments=three, timeout_s=5).silence_s(2.0) == 5.0
