"""Garbled answers, end to end: the agent's own online, monitor and clean on a host whose DS CLI answers are damaged.

The volumes of the group are targets of a copy that is not complete: nobody may write them, and nobody may take them
over. One answer of each run is damaged on its way from the DS CLI to the agent.

Property: garbage never leads to a lock, or to a changing command, on volumes that are not ours to write.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mirrordrill.drills.faults import ActiveFaults
from mirrordrill.drills.faults.storage import links_narrow
from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.host import MemoryFiles
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.ports import Call
from mirrordrill.simulator.world import World

HOST, OTHER, RESOURCE, GROUP = "hostc", "hosta", "ora_mmir", "oragrp"
SITE_A, SITE_B = "IBM.2107-75FA120", "IBM.2107-75FA150"
ADMIN = ("-hmc1", "ds8000c.example.com", "-user", "admin", "-passwd", "x")
ARGUMENTS = (
    "ora_mmir", "/opt/ibm/dscli", "ds8000e.example.com", "ds8000f.example.com", "admin", "/opt/ibm/dscli/ds_pwfile",
    SITE_B, SITE_A, "2", "1260", "1261", "", "", "1", "1", "0", "900",
)  # fmt: skip
ENTRIES = ("online", "online", "online", "online", "monitor", "clean")
CHANGES = ("failoverpprc", "failbackpprc", "resumepprc", "pausepprc", "mkpprc", "rmpprc", "freezepprc")
FRAGMENTS = ("\n", "dscli> ", "|", "-", "Full Duplex", "Suspended", "Target Full Duplex", "CMUC00196I", "\0", "\x1b[2J")
RUNS_OF_A_WORLD = 400


def damaged(chance: random.Random, text: str) -> str:
    """The text with a stretch lost, doubled, changed, moved, put in, or its end cut off."""
    first, last = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    noise = chance.choice(FRAGMENTS) * chance.randrange(1, 4)
    match chance.randrange(8):
        case 0:
            return text[:first] + text[last:]
        case 1:
            return text[:last] + text[first:last] + text[last:]
        case 2:
            return text[:first]
        case 3:
            return text[:first] + noise + text[first:]
        case 4:
            return text[:first] + noise + text[min(len(text), first + len(noise)) :]
        case 5:
            lines = text.splitlines(keepends=True)
            chance.shuffle(lines)
            return "".join(lines)
        case 6:
            return text.replace(chance.choice(("Target ", "Copy Pending", "1260", "1261", "IBM.")), noise)
        case _:
            return "".join(chance.choice((char, char, char, chr(chance.randrange(32, 255)))) for char in text)


class GarblingWorld(World):
    """A world in which one answer of the next DS CLI run on HOST is damaged."""

    chance: random.Random | None = None
    at = 0
    garbled = 0

    def _start_dscli(self, host: str, argv: Sequence[str], channel: Channel) -> None:
        chance, write, counted = self.chance, channel.write, [0]

        def damage(text: str) -> None:
            counted[0] += 1
            if chance is not None and host == HOST and counted[0] == self.at and text:
                self.garbled += 1
                write(damaged(chance, text))
            else:
                write(text)

        channel.write = damage  # type: ignore[method-assign]
        super()._start_dscli(host, argv, channel)


@dataclass(slots=True)
class Found:
    """What came of a campaign."""

    runs: int = 0
    garbled: int = 0


def ours() -> GarblingWorld:
    """A world whose volumes at HOST may be taken over: the group is offline, the mirror in sync."""
    world = started()
    world.operate(["hagrp", "-offline", GROUP, "-sys", OTHER])
    world.advance(120)
    return world


def started() -> GarblingWorld:
    """A world whose group is online on OTHER."""
    world = GarblingWorld(find_site("rdc"))
    world.start()
    world.advance(600)
    return world


def not_ours() -> GarblingWorld:
    """A world whose volumes at HOST are targets of a copy that does not end."""
    world = started()
    ActiveFaults(world).inject(links_narrow(SITE_A, SITE_B, 0.000001))
    world.dscli(OTHER, [*ADMIN, "rmpprc", "-dev", SITE_A, "-remotedev", SITE_B, "-quiet", "1260:1260", "1261:1261"])
    world.dscli(
        OTHER, [*ADMIN, "mkpprc", "-dev", SITE_A, "-remotedev", SITE_B, "-type", "mmir", "1260:1260", "1261:1261"]
    )
    seen = world.dscli(OTHER, [*ADMIN, "lspprc", "-dev", SITE_A, "-remotedev", SITE_B, "1260-1261"]).stdout
    assert seen.count("Copy Pending") == 2, seen
    return world


def campaign(seed: int, answers: int, make: Callable[[], GarblingWorld] = not_ours) -> Found:
    """Damage so many answers. Raises AssertionError with the seed where the property does not hold."""
    found, world, changed = Found(), None, list[str]()

    def see(record: Record) -> None:
        if isinstance(record.event, CommandExecuted) and record.event.sender and record.event.verb in CHANGES:
            changed.append(record.event.text())

    while found.garbled < answers:
        if world is None or found.runs % RUNS_OF_A_WORLD == 0:
            if world is not None:
                world.close()
            world = make()
            world.kernel.log.observe(see)
        chance = world.chance = random.Random(f"{seed} {found.runs}")
        world.at, world.garbled = chance.randrange(1, 9), 0
        entry = chance.choice(ENTRIES)
        world.run_by_hand(Call(HOST, "MetroMirror", RESOURCE, entry, ARGUMENTS))
        found.garbled += world.garbled
        found.runs += 1
        files = world.hosts[HOST].files
        assert isinstance(files, MemoryFiles)
        assert f"{RESOURCE}.lock" not in files.state(), f"a lock: seed {seed}, run {found.runs}, {entry}"
        assert not changed, f"{changed}: seed {seed}, run {found.runs}, {entry}"
    if world is not None:
        world.close()
    return found
