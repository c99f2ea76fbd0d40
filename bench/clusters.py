"""What a large cluster costs: `python -m bench.clusters`. Measured, never asserted; see docs/performance.md.

100 systems, 200 groups and 5,000 resources for a simulated day, the real agent's monitors of 200 MetroMirror resources
on four systems each among them; then a switch of every tenth group, so that the day is not only a healthy one. Half and
a quarter of it beside the whole show whether cost grows in proportion. Each size runs in a process of its own, for
memory is measured as the process's peak.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.large_site import Size, main_cf
from bench.simulator import steps_of
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.world import World

WHOLE = Size(systems=100, groups=200, resources=5_000)
SHARES = (4, 2, 1)
DAY_S = 86_400.0
SETTLED_S = 600.0
"""After this every group is online."""
RUNS = 3
ROWS = (
    ("systems", "{:,.0f}"),
    ("service groups", "{:,.0f}"),
    ("resources", "{:,.0f}"),
    ("resources on a system, each monitored", "{:,.0f}"),
    ("seconds to read main.cf and build the world", "{:.1f}"),
    ("seconds until all groups are online", "{:.1f}"),
    ("seconds for the rest of 24 hours", "{:.1f}"),
    ("seconds of processor time for all of it", "{:.1f}"),
    ("simulator events", "{:,.0f}"),
    ("simulator events per second of processor time", "{:,.0f}"),
    ("events in the log", "{:,.0f}"),
    ("peak memory, MiB", "{:.0f}"),
)


def day(size: Size) -> dict[str, float]:
    """Build a cluster and let a day pass; the figures, in the order of ROWS."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "main.cf"
        file.write_text(main_cf(size))
        world = World(load_site([file]))
    built = time.perf_counter()
    world.start()
    world.advance(SETTLED_S)
    online = time.perf_counter()
    groups = world.cluster.spec.groups
    assert all(world.cluster.group_online_on(group.name) == group.systems[:1] for group in groups)
    world.advance(DAY_S / 2 - SETTLED_S)
    for group in groups[::10]:
        world.operate(["hagrp", "-switch", group.name, "-to", group.systems[2]], on=group.systems[0])
    world.advance(DAY_S / 2)
    ended, worked, steps = time.perf_counter(), time.process_time(), steps_of(world)
    assert all(world.cluster.group_online_on(group.name) == group.systems[2:3] for group in groups[::10])
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    looked_at = sum(len(group.resources) * len(group.systems) for group in groups)
    values = (
        *(size.systems, size.groups, size.resources, looked_at),
        *(built - began, online - built, ended - online),
        worked,
        *(steps, steps / worked, len(world.kernel.log), peak_mib),
    )
    world.close()
    return {name: float(value) for (name, _), value in zip(ROWS, values, strict=True)}


def share(divisor: int) -> Size:
    """A part of the whole, of the same make."""
    return replace(
        WHOLE,
        systems=WHOLE.systems // divisor // 2 * 2,
        groups=WHOLE.groups // divisor,
        resources=WHOLE.resources // divisor,
    )


def measure(divisor: int, runs: int) -> dict[str, float]:
    """The medians of several days, each in a process of its own."""
    command = [sys.executable, "-m", "bench.clusters", "--share", str(divisor)]
    found = []
    for _ in range(runs):
        ended = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - this very program
        found.append(json.loads(ended.stdout))
    return {name: statistics.median(each[name] for each in found) for name, _ in ROWS}


def main(arguments: list[str]) -> None:
    """Print the table, or with `--share N` the figures of one part as JSON."""
    if arguments[:1] == ["--share"]:
        sys.stdout.write(json.dumps(day(share(int(arguments[1])))) + "\n")
        return
    runs = int(arguments[0]) if arguments else RUNS
    columns = [measure(divisor, runs) for divisor in SHARES]
    width = max(len(name) for name, _ in ROWS)
    for name, form in ROWS:
        cells = " ".join(f"{form.format(column[name]):>12}" for column in columns)
        sys.stdout.write(f"{name:<{width}} {cells}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
