"""How fast the simulator is: `make bench`. Measured, never asserted; the table is recorded in docs/performance.md.

What is measured is the migration drill stretched over four simulated hours, every monitor at its real interval, the
agent in process. The yardstick beside it is a bare SimPy loop that does as many timeouts as the drill had simulator
steps.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable

import simpy

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.world import World

HOURS = 4
RUNS = 5
HOSTS_IN_TURN = ("hostb", "hostc", "hosta")


def simulate(hours: float = HOURS) -> World:
    """Start the example site, migrate within the array, across the arrays and home; the application runs between."""
    world = World(find_site("rdc"), agent_mode=AgentMode.IN_PROCESS)
    world.start()
    world.advance(600)
    leg_s = (hours * 3600 - world.kernel.now_s) / len(HOSTS_IN_TURN)
    for host in HOSTS_IN_TURN:
        world.operate(["hagrp", "-switch", "oragrp", "-to", host])
        world.advance(leg_s)
    world.close()
    return world


def bare_loop(timeouts: int) -> None:
    """As many timeouts by one SimPy process that does nothing else."""
    env = simpy.Environment()

    def tick() -> simpy.events.ProcessGenerator:
        for _ in range(timeouts):
            yield env.timeout(1.0)

    env.process(tick())
    env.run()


def median_s(work: Callable[[], object]) -> float:
    """Median of the wall times of several runs, after one that does not count."""
    work()
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def steps_of(world: World) -> int:
    """How many events the simulator scheduled: SimPy numbers them."""
    return next(world.kernel.env._eid)


def main() -> None:
    """Print the table."""
    world = simulate()
    simulated_s, steps = world.kernel.now_s, steps_of(world)
    long_s = median_s(simulate)
    bare_s = median_s(lambda: bare_loop(steps))
    short_s = median_s(lambda: simulate(1.0))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = (
        ("simulated seconds of the drill", f"{simulated_s:,.0f}"),
        ("wall seconds (median of 5)", f"{long_s:.3f}"),
        ("simulated seconds per wall second", f"{simulated_s / long_s:,.0f}"),
        ("simulator events", f"{steps:,}"),
        ("simulator events per second", f"{steps / long_s:,.0f}"),
        ("bare SimPy timeouts per second, same number", f"{steps / bare_s:,.0f}"),
        ("ratio bare loop / drill", f"{long_s / bare_s:.1f}"),
        ("drills of one simulated hour per core-hour", f"{3600 / short_s:,.0f}"),
        ("events in the log", f"{len(world.kernel.log):,}"),
        ("peak memory, MiB", f"{peak_mib:.0f}"),
    )
    width = max(len(name) for name, _ in rows)
    sys.stdout.write("".join(f"{name:<{width}}  {value:>12}\n" for name, value in rows))


if __name__ == "__main__":
    main()
