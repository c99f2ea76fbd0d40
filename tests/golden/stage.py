"""Scenes of a kind, run one after the other on variants of the example site, and told in one golden file.

A scene says what its main.cf has instead of the example's, what happens, and where the groups are in the end. Every
scene is judged by every oracle.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mirrordrill.drills.oracles import watch
from mirrordrill.drills.output import timeline
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.sites import FOLDER
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.host.events import HostBooted, HostLost, NeighbourChanged, NeighbourFailed
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.vcs.events import (
    CommandGiven,
    ConcurrencyViolation,
    EngineLog,
    EntryPointKilled,
    GroupChanged,
    ResourceChanged,
    TriggerRun,
)
from mirrordrill.simulator.world import World

Play = Callable[[World], object]
GROUPS = (
    CommandGiven,
    ConcurrencyViolation,
    EngineLog,
    GroupChanged,
    HostBooted,
    HostLost,
    NeighbourChanged,
    NeighbourFailed,
    TriggerRun,
)
"""What tells where groups go, and why."""
RESOURCES = (*GROUPS, EntryPointKilled, ResourceChanged)
"""What tells how a group comes apart and together again."""
STARTED_S = 600


@dataclass(frozen=True)
class Scene:
    """One story."""

    play: Play
    online_on: Mapping[str, tuple[str, ...]]
    """Group -> where it is online in the end."""
    changes: tuple[tuple[str, str], ...] = ()
    """Texts of the example's main.cf, and what stands there instead."""
    more: str = ""
    """What stands at the end of main.cf."""
    profile: str = "vcs41"
    before: Play | None = None
    """What happens before the story is told."""
    broken: tuple[str, ...] = ()


@dataclass
class Told:
    """A scene that is over."""

    lines: list[str]
    log: list[str]
    online_on: dict[str, tuple[str, ...]]
    broken: dict[str, str] = field(default_factory=dict)


def in_oragrp(*attributes: str) -> tuple[tuple[str, str], ...]:
    """The group's own section with more in it."""
    line = "\tAutoStartList = { hosta }\n"
    return ((line, line + "".join(f"\t{attribute}\n" for attribute in attributes)),)


def in_resource(name: str, *attributes: str) -> tuple[str, str]:
    """A resource's section with more in it, at its beginning."""
    return (f" {name} (\n", f" {name} (\n" + "".join(f"\t\t{attribute}\n" for attribute in attributes))


def main_cf(scene: Scene) -> str:
    """The scene's configuration."""
    text = (FOLDER / "rdc" / "main.cf").read_text()
    for old, new in scene.changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text + scene.more


def fly(
    scene: Scene, folder: Path, kinds: tuple[type, ...] = GROUPS, agent_mode: AgentMode = AgentMode.IN_PROCESS
) -> Told:
    """Play a scene through the whole world; told are the events of these kinds, without what every start repeats."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "main.cf"
    file.write_text(main_cf(scene))
    with contextlib.closing(World(load_site([file], "rdc"), agent_mode=agent_mode, profile=scene.profile)) as world:
        oracles = watch(world.kernel.log)
        world.start()
        world.advance(STARTED_S)
        if scene.before is not None:
            scene.before(world)
        begin = len(world.kernel.log)
        scene.play(world)
        world.settle()
        results = [oracle.result() for oracle in oracles]
        records = [record for record in world.kernel.log.since(begin) if is_told(record, kinds)]
        return Told(
            lines=list(timeline.lines(records, details=False)),
            log=list(world.kernel.log.lines()),
            online_on={group: world.cluster.group_online_on(group) for group in scene.online_on},
            broken={result.name: result.reason for result in results if result.verdict is Verdict.BROKEN},
        )


def is_told(record: Record, kinds: tuple[type, ...]) -> bool:
    """Whether a record belongs to the story; what the agent asks VCS for is left out."""
    event = record.event
    return isinstance(event, kinds) and not (
        isinstance(event, CommandGiven) and event.command.startswith("hares -value")
    )


def told_as(title: str, told: Told) -> str:
    """A scene's part of the golden file."""
    return f"== {title}\n" + "".join(line + "\n" for line in told.lines)
