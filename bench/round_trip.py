"""What one drill costs, in bare SimPy timeouts of the same process: `make bench`.

The drill is the manual's disaster and failback (chapter 4) on the example site "rdc": ten minutes of production, the
source array and both of its hosts lost, the takeover, half an hour at the other side, array and hosts back, failback,
home again. The real agent runs in process, every oracle, measure and expectation watches, and the result is judged with
the digest of its log. Reading the site from its files is part of the drill; importing the program is not.

A bare timeout is one SimPy process that does nothing but wait. Both are timed alternately, and the ratio is that of the
fastest rounds, so that a machine that does something else at the same time disturbs neither more than the other.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import sys
import time

import simpy

from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import DrillResult, Verdict

ARRAY = "IBM.2107-75FA120"
BARE = 100_000
ROUNDS = 30
LINES = 30
"""So many lines of the profile are printed."""


def round_trip() -> DrillResult:
    """The drill. Raises ExpectationFailedError where the group does not get where it should."""
    drill = Drill(Options(), "bench", "round trip", "bench")
    drill.open_site("rdc")
    world, expect, operator = drill.world, drill.expect, drill.operator
    expect.comes_online("oragrp", "hosta", 300)
    world.advance(600)
    world.storage.set_power(ARRAY, is_on=False)
    for host in ("hosta", "hostb"):
        world.halt(host)
    expect.comes_online("oragrp", "hostc", 300)
    world.advance(1800)
    world.storage.set_power(ARRAY, is_on=True)
    for host in ("hosta", "hostb"):
        world.boot(host)
    expect.stays_online("oragrp", "hostc", 600)
    operator.takes_offline("oragrp")
    expect.goes_offline("oragrp", 300)
    operator.runs_action("failback", "oragrp", "hostc")
    expect.volumes_are("oragrp", "hostc", "FULL DUPLEX", 2400)
    operator.brings_online("oragrp", "hosta")
    expect.comes_online("oragrp", "hosta", 300)
    return drill.close()


def bare_timeouts() -> None:
    """One SimPy process that waits."""
    env = simpy.Environment()

    def tick() -> simpy.events.ProcessGenerator:
        for _ in range(BARE):
            yield env.timeout(1.0)

    env.process(tick())
    env.run()


def seconds(work: object) -> float:
    """Processor time of one call."""
    assert callable(work)
    began = time.process_time()
    work()
    return time.process_time() - began


def profile() -> str:
    """Where the time of ten drills goes: functions by their own time."""
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(10):
        round_trip()
    profiler.disable()
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).strip_dirs().sort_stats("tottime").print_stats(LINES)
    return text.getvalue()


def main() -> None:
    """Print the ratio, and with `--profile` what is left."""
    result = round_trip()
    broken = [oracle.name for oracle in result.oracles if oracle.verdict is not Verdict.HELD]
    assert not broken, broken
    drills, timeouts = [], []
    for _ in range(ROUNDS):
        drills.append(seconds(round_trip))
        timeouts.append(seconds(bare_timeouts))
    drill_s, timeout_s = min(drills), min(timeouts) / BARE
    rows = (
        ("milliseconds of a round trip", f"{drill_s * 1000:.1f}"),
        ("events in its log", f"{result.events:,}"),
        ("microseconds of a bare SimPy timeout", f"{timeout_s * 1e6:.2f}"),
        ("bare SimPy timeouts that cost as much", f"{drill_s / timeout_s:,.0f}"),
    )
    width = max(len(name) for name, _ in rows)
    sys.stdout.write("".join(f"{name:<{width}}  {value:>12}\n" for name, value in rows))
    if "--profile" in sys.argv[1:]:
        sys.stdout.write(profile())


if __name__ == "__main__":
    main()
