"""Every interleaving of a few things, depth after depth, on one resource with two volumes and two hosts at each site.

`python -m tests.proof.small_scope --minutes 10 --jobs 2`. From the group online at home, every sequence of the actions
below is run with the real agent, each action followed by a short time, until the time is over. The world is forked at
each state, so that the way to it is run once. A state that was seen at the same depth or a smaller one is not gone on
from, nor is one in which a rule is broken.

Two states are the same when their hashes are: what both arrays say of the pairs, power, the reach of the consoles, the
faults that stand, commands that a server holds, whether writes are missing, and for each host its power, the group's
state, the journal's step, which files the agent has and what is under way. Hosts of a side are interchanged freely. The
hash leaves out times (of looks, licences, records, silences), the records that the memory holds, what monitors have
found since, how many writes there are, and which answers are on their way. What depends on these alone can be missed:
"no counter-example within depth d" is said of the states that were told apart.

Rule: a rule that a declared hazard explains is counted under the hazard, and is no counter-example.
"""

from __future__ import annotations

import argparse
import hashlib
import mmap
import os
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mirrordrill.drills.explore.hazards import BrokenRule, explained, read_hazards
from mirrordrill.drills.history.values import VolumeOn
from mirrordrill.drills.run.direct import carry_out
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.shrink.schedule import ScheduledStep
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointKilled, EntryPointStarted

GROUP, RESOURCE = "oragrp", "ora_mmir"
A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
HOME, AWAY = ("hosta", "hostb"), ("hostc", "hostd")
BEGIN = ('the example site "rdc"', "every mirrored group is online", "the application has been running for 1 minute")
SHORT, LONG = "20 seconds pass", "10 minutes pass"
CONSOLES = {A: ("ds8000c.example.com", "ds8000d.example.com"), B: ("ds8000e.example.com", "ds8000f.example.com")}
SLOTS = 1 << 20
SLOT = struct.Struct("QB")
Path_ = tuple[str, ...]


class SeenStates:
    """The least depth at which each state was seen: shared by all processes."""

    def __init__(self) -> None:
        self._table = mmap.mmap(-1, SLOTS * SLOT.size)

    def is_new(self, state: int, depth: int) -> bool:
        """Note the state; whether it was not seen at this depth or a smaller one."""
        for step in range(64):
            at = (state + step) % SLOTS * SLOT.size
            there, before = SLOT.unpack_from(self._table, at)
            if there in (0, state):
                if there and before <= depth:
                    return False
                SLOT.pack_into(self._table, at, state, depth)
                return True
        return False

    def count(self) -> int:
        """How many states there are."""
        return sum(1 for at in range(SLOTS) if SLOT.unpack_from(self._table, at * SLOT.size)[0])


def actions(drill: Drill) -> Iterator[tuple[str, Path_]]:
    """What can happen now, and the steps that it takes. Of two hosts that are in the same state, one is enough."""
    world, standing = drill.world, {fault.kind.name for fault in drill.faults.standing()}
    up = [host for host in (*HOME, *AWAY) if world.is_up(host)]
    there = next(iter(drill.history.state.online_on(GROUP)), "")
    busy = next((host for host in up if under_way(drill, host)), there)
    for side in (HOME, AWAY):
        if to := [host for host in side if host in up and host != there][:1]:
            yield f"switch to {to[0]}", (f'the operator begins "hagrp -switch {GROUP} -to {to[0]}" on {up[0]}',)
            yield (
                f"failback on {to[0]}",
                (f'the operator begins "hares -action {RESOURCE} failback -sys {to[0]}" on {to[0]}',),
            )
    for host in dict.fromkeys(each for each in (there, busy) if each):
        yield f"crash of {host}", (f"{host} loses power",)
        yield f"freeze of {host}", (f"{host} hangs, if it runs",)
        yield f"late failback of {host}", (f"the next failbackpprc from {host} reaches the array 12 minutes late",)
        for entry in sorted(under_way(drill, host) & {"online", "clean", "failback"}):
            yield f"kill of {entry} on {host}", (f"the agent's {entry} on {host} is killed, if it is under way",)
    down = [host for host in (*HOME, *AWAY) if host not in up]
    if down:
        yield f"return of {', '.join(down)}", (f"{', '.join(down)} come{'s' if len(down) == 1 else ''} back",)
    is_cut = "all links between two arrays down" in standing
    yield (
        ("links back", (f"the links between {A} and {B} are up again",))
        if is_cut
        else (
            "links cut",
            (f"all links between {A} and {B} are down",),
        )
    )
    for image in (A, B):
        if world.storage.image(image).is_on:
            yield f"loss of {image}", (f"array {image} is lost",)
        else:
            yield f"return of {image}", (f"array {image} is back",)
        if "HMC never answers" not in standing:
            yield f"silence of {image}", tuple(f"HMC {hmc} falls silent" for hmc in CONSOLES[image])
    yield "repair", ("everything is repaired",)
    yield "time", (LONG,)


def under_way(drill: Drill, host: str) -> set[str]:
    """The entry points of the resource that run on a host."""
    running: set[str] = set()
    for record in drill.log.since(0):
        event = record.event
        if isinstance(event, EntryPointStarted) and (event.system, event.resource) == (host, RESOURCE):
            running.add(event.entry)
        elif isinstance(event, EntryPointEnded | EntryPointKilled) and (event.system, event.resource) == (
            host,
            RESOURCE,
        ):
            running.discard(event.entry)
    return running if drill.world.is_up(host) else set()


def state_of(drill: Drill) -> int:
    """The hash of the state that the world is in."""
    world, history = drill.world, drill.history
    sides = []
    for image, hosts in ((A, HOME), (B, AWAY)):
        pairs = [
            (history.state.view(VolumeOn(image, volume)), history.state.reason(VolumeOn(image, volume)))
            for volume in ("1260", "1261")
        ]
        console = [world.consoles.find(name) for name in CONSOLES[image]]
        reach = [str(world.consoles.reach_of(each)) for each in console if each is not None]
        sides.append((pairs, world.storage.image(image).is_on, reach, sorted(_host(drill, host) for host in hosts)))
    held = sorted((each.event.array, each.event.verb) for each in history.held.waiting)
    standing = sorted(fault.kind.name for fault in drill.faults.standing())
    text = repr((sides, held, standing, bool(history.writes.losses())))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") or 1


def _host(drill: Drill, host: str) -> tuple[object, ...]:
    files = drill.world.hosts[host].files.state()
    steps = [line for line in files.get(f"{RESOURCE}.journal", "").splitlines() if line.startswith("step")]
    own = sorted(name for name in files if name.startswith(RESOURCE) and not name.endswith((".seen", ".mirror")))
    group = drill.history.state.group(GROUP, host).text
    return (str(drill.world.hosts[host].power), group, tuple(steps), tuple(own), tuple(sorted(under_way(drill, host))))


class Search:
    """A search from one world, as deep as the time allows."""

    def __init__(self, seconds: float, depth_max: int, told: Path) -> None:
        self.seen = SeenStates()
        self._ends_s = time.monotonic() + seconds
        self._depth_max = depth_max
        self._told = told

    def is_over(self) -> bool:
        """Whether the time is used up."""
        return time.monotonic() >= self._ends_s

    def go_on(self, drill: Drill, way: Path_, part: slice = slice(None)) -> None:
        """Run each action from here in a child, and go on from there."""
        for name, words in list(actions(drill))[part]:
            if self.is_over():
                self._tell("cut off", way)
                return
            child = os.fork()
            if child:
                os.waitpid(child, 0)
                continue
            try:
                self._child(drill, (*way, name), words)
            except BaseException:
                self._tell(f"harness: {traceback.format_exc(limit=-1).splitlines()[-1]}", (*way, name))
            finally:
                os._exit(0)

    def _child(self, drill: Drill, way: Path_, words: Path_) -> None:
        for text in (*words, SHORT):
            drill.add_step("When", text, 0)
            if not carry_out(drill, ScheduledStep("when", text)):
                self._tell("impossible", way)
                return
        drill.world.settle()
        self._tell("run", way)
        if self._judge(drill, way) and self.seen.is_new(state_of(drill), len(way)) and len(way) < self._depth_max:
            self.go_on(drill, way)

    def _judge(self, drill: Drill, way: Path_) -> bool:
        results = [oracle.result() for oracle in drill.oracles]
        if not any(result.verdict is Verdict.BROKEN for result in results):
            return True
        records = drill.log.since(0)
        history, occurrences = read_hazards(records)
        broken = [BrokenRule(result, records, history) for result in results if result.verdict is Verdict.BROKEN]
        for each in broken:
            hazard = next(explained(each, occurrences, broken), "")
            self._tell(f"hazard {hazard}" if hazard else f"BROKEN {each.rule}", way)
        return False

    def _tell(self, what: str, way: Path_) -> None:
        with self._told.open("a") as out:
            out.write(f"{what}\t{len(way)}\t{'; '.join(way)}\n")


def searched(seconds: float, jobs: int, depth_max: int) -> Iterator[str]:
    """Search with growing depth, and tell what came of it."""
    drill = Drill(Options(), "", "", "")
    drill.begin([("Given", text, 0) for text in BEGIN])
    for text in BEGIN:
        assert carry_out(drill, ScheduledStep("when" if text == BEGIN[-1] else "given", text))
    began_s = time.monotonic()
    whole = 0
    for depth in range(1, depth_max + 1):
        left_s = seconds - (time.monotonic() - began_s)
        with tempfile.TemporaryDirectory() as directory:
            told = Path(directory, "told")
            search = Search(left_s, depth, told)
            children = []
            for job in range(jobs):
                if not (child := os.fork()):
                    search.go_on(drill, (), slice(job, None, jobs))
                    os._exit(0)
                children.append(child)
            for child in children:
                os.waitpid(child, 0)
            rows = [line.split("\t") for line in told.read_text().splitlines()]
        what = Counter(row[0] for row in rows)
        is_whole = not what["cut off"]
        whole = depth if is_whole else whole
        found = {kind: number for kind, number in what.items() if kind.startswith(("hazard", "BROKEN", "harness"))}
        shortest = next(
            (row[2] for row in sorted(rows, key=lambda row: int(row[1])) if row[0].startswith("BROKEN")), ""
        )
        yield (
            f"depth {depth}{'' if is_whole else ' (cut off)'}: {what['run']} steps run, {search.seen.count()} states, "
            f"{what['impossible']} impossible, {found or 'nothing broken'}"
        )
        if shortest:
            yield f"shortest counter-example: {shortest}"
            return
        if not is_whole:
            break
    yield f"no counter-example within depth {whole}"


def main() -> None:
    """Search, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--depth", type=int, default=12, help="no deeper than this")
    asked = parser.parse_args()
    for line in searched(asked.minutes * 60, asked.jobs, asked.depth):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
