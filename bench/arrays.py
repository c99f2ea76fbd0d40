"""What arrays cost: `python -m bench.arrays`. Measured, never asserted; recorded in docs/performance.md.

Everything is measured inside the simulator: a command goes through log-in, parser, array and formatter, but through no
socket and no process. Sites of 10, 1,000 and 50,000 pairs differ in nothing but the number of pairs.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

from mirrordrill.simulator.array.plan import ImagePlan, LinkPlan, PairPlan, StoragePlan, VolumePlan
from mirrordrill.simulator.array.storage import Storage
from mirrordrill.simulator.array.storage_image import Address
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.consoles import ConsolePlan, Consoles
from mirrordrill.simulator.dscli.session import start_session
from mirrordrill.simulator.dscli.site_values import UserGroup
from mirrordrill.simulator.kernel.kernel import Kernel

SOURCE, TARGET = "IBM.2107-75FA121", "IBM.2107-75FA151"
CONSOLE, USER = "hmc", "vcs"
SIZES = (10, 1_000, 50_000)
RATES_PER_S = (1.0, 1_000.0, 1_000_000.0)
RUNS = 5
ROUNDS = 200


def plan_of(pairs: int) -> StoragePlan:
    """Two arrays with so many volumes each, mirrored one to one over two links."""
    names = [f"{number:04X}" for number in range(pairs)]
    volumes = tuple(VolumePlan(name) for name in names)
    return StoragePlan(
        images=(ImagePlan(SOURCE, "5005076304FFD121", volumes), ImagePlan(TARGET, "5005076304FFD151", volumes)),
        pairs=tuple(PairPlan(SOURCE, name, TARGET, name) for name in names),
        links=(
            LinkPlan("blue", (SOURCE, TARGET), (("I0030", "I0231"),)),
            LinkPlan("green", (SOURCE, TARGET), (("I0100", "I0301"),)),
        ),
    )


def list_pairs(kernel: Kernel, consoles: Consoles) -> str:
    """The whole of `dscli ... lspprc -fmt delim 0000-FEFF`, from its start to its exit."""
    channel = Channel(kernel)
    login = ["-hmc1", CONSOLE, "-user", USER, "-pwfile", "security.dat"]
    command = ["lspprc", "-dev", SOURCE, "-fmt", "delim", "0000-FEFF"]
    start_session(kernel, consoles, [*login, *command], channel, "hosta")
    while channel.exit_code is None:
        kernel.env.step()
    return channel.output


def change_one_pair(kernel: Kernel, storage: Storage) -> None:
    """Suspend a pair, resynchronise it and wait until it is in sync again."""
    volume = storage.image(SOURCE).volume("0000")
    storage.pairs.pause(volume, Address(TARGET, "0000"))
    storage.pairs.resume(volume, Address(TARGET, "0000"))
    kernel.env.run(kernel.now_s + 1)


def write_for_a_day(rate_per_s: float) -> int:
    """A day of writing with a link loss of an hour in it, and the way back; how many writes were acknowledged."""
    kernel = Kernel()
    storage = Storage(kernel, plan_of(2))
    stream = storage.open_stream("app", 100_000, rate_per_s)
    stream.start(SOURCE, ("0000", "0001"), "hosta")
    kernel.env.run(40_000)
    undo = storage.faults.lose_all_links(SOURCE, TARGET)
    kernel.env.run(43_600)
    undo()
    for volume in ("0000", "0001"):
        storage.pairs.resume(storage.image(SOURCE).volume(volume), Address(TARGET, volume))
    kernel.env.run(86_400)
    return stream.acknowledged()


def median_s(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median of the wall times of several runs, after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def bytes_per_pair(pairs: int) -> float:
    """What a pair costs that nothing happens to: both volumes, both opinions, where they lie, and the plan of it."""
    gc.collect()
    tracemalloc.start()
    plan = plan_of(pairs)
    storage = Storage(Kernel(), plan)
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(storage.image_ids()) == len(plan.images)
    return used / pairs


def pair_rows() -> list[tuple[str, str]]:
    """What depends, or should not depend, on the number of pairs."""
    listed, changed = [], []
    for pairs in SIZES:
        kernel = Kernel()
        storage = Storage(kernel, plan_of(pairs))
        consoles = Consoles(storage, (ConsolePlan(CONSOLE, (SOURCE,)),), {USER: UserGroup.OP_COPY_SERVICES})
        assert list_pairs(kernel, consoles).count("Full Duplex") == pairs
        listed.append(median_s(partial(list_pairs, kernel, consoles)))
        changed.append(median_s(partial(change_one_pair, kernel, storage), ROUNDS))
    return [
        ("pairs", " / ".join(f"{pairs:,}" for pairs in SIZES)),
        ("lspprc of all of them, delim, seconds", " / ".join(f"{each:.4f}" for each in listed)),
        (
            "suspend, resynchronise, in sync: one pair, microseconds",
            " / ".join(f"{each * 1e6:.0f}" for each in changed),
        ),
        (
            "memory of an idle pair with its plan, bytes",
            " / ".join(f"{bytes_per_pair(pairs):.0f}" for pairs in SIZES[1:]),
        ),
    ]


def rate_rows() -> list[tuple[str, str]]:
    """What should not depend on how much an application writes."""
    walls = [median_s(partial(write_for_a_day, rate)) for rate in RATES_PER_S]
    return [
        ("writes a second", " / ".join(f"{rate:,.0f}" for rate in RATES_PER_S)),
        (
            "a day of them with a link loss and a resynchronisation, ms",
            " / ".join(f"{wall * 1e3:.2f}" for wall in walls),
        ),
    ]


def main() -> None:
    """Print the table."""
    rows = [*pair_rows(), *rate_rows()]
    width = max(len(name) for name, _ in rows)
    sys.stdout.write("".join(f"{name:<{width}}  {value}\n" for name, value in rows))


if __name__ == "__main__":
    main()
