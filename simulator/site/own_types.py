"""What site.toml says of resource types: how long played ones take, and whose own entry points are executed.

    [types.Oracle]
    online_s = 40.0

    [types.MyApp]
    scripts = "agents/MyApp"

Every type but MetroMirror is played unless its scripts are named. Those are executed as VCS would execute them, on
each simulated host, whichever way the MetroMirror agent itself is run.

    [triggers]
    scripts = "triggers"

names the administrator's own triggers, which are executed in the same way.

Rule 1: the directory is taken from where site.toml stands; no argument is ever given to a shell.
Rule 2: a script that could not be executed is an error before anything is run, not a surprise in the drill.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from msgspec import UNSET

from mirrordrill.simulator.config.model import NOWHERE, Position
from mirrordrill.simulator.config.problems import Problem, error, nearest
from mirrordrill.simulator.config.semantics import ClusterModel, TypeModel
from mirrordrill.simulator.site.script_files import is_program
from mirrordrill.simulator.site.site_toml import TriggersTable, TypeTable

METRO_MIRROR = "MetroMirror"
FIRE_DRILL = "MetroMirrorSnap"
"""The types whose entry points are the agent's own."""
NEEDED = ("monitor", "online", "offline", "clean")
"""Entry points without which VCS can do nothing with a type; of a persistent one it needs the first alone."""
OPTIONAL = ("open", "close", "attr_changed", "info")
"""Those that a type may leave out; they then do nothing."""

TRIGGERS = "(triggers)"
"""What the scripts of `[triggers]` are called among the types: no type can have this name."""
TRIGGER_NAMES = (
    "injeopardy",
    "nofailover",
    "postoffline",
    "postonline",
    "preonline",
    "resfault",
    "resstatechange",
    "violation",
)
"""Those that are run here."""

Complain = Callable[[str, str, str], None]
"""Told the path of a key, what is wrong with it, and what to do."""


@dataclass(frozen=True, slots=True)
class TypeSettings:
    """One table of site.toml; None where it says nothing."""

    online_s: float | None = None
    offline_s: float | None = None
    role: str | None = None
    scripts: Path | None = None
    """The directory of the type's own entry points."""
    patience_s: float = 20.0
    """Real seconds that a script may compute before it is taken to hang. Simulated time stands still meanwhile."""
    place: Position = NOWHERE
    """Where the table stands in site.toml, or its `scripts`."""
    is_flat: bool = False
    """Whether the directory holds scripts by their names and nothing else, as that of the triggers does."""

    @property
    def is_timed(self) -> bool:
        """Whether nothing of how long the type takes is left to be assumed."""
        return self.scripts is not None or None not in (self.online_s, self.offline_s)

    def entry_point(self, entry: str) -> Path | None:
        """The script of an entry point or action; None where the type has none."""
        if self.scripts is None:
            return None
        if self.is_flat:
            return self.scripts / entry
        known = (*NEEDED, *OPTIONAL)
        script = self.scripts / entry if entry in known else self.scripts / "actions" / entry
        return script if script.exists() or entry not in OPTIONAL else None


def types_of(
    tables: Mapping[str, TypeTable], folder: Path, complain: Complain, place: Callable[[str], Position]
) -> dict[str, TypeSettings]:
    """The tables below `types`; what no type of the file says of them is told to `complain`."""
    found: dict[str, TypeSettings] = {}
    for name, table in tables.items():
        path = f"types.{name}"
        played = [key for key in ("online_s", "offline_s", "role") if getattr(table, key) is not UNSET]
        if name in (METRO_MIRROR, FIRE_DRILL):
            complain(path, f"the {name} agent is run as it is", "take the table away")
        elif table.scripts is not UNSET and played:
            message = f"{played[0]} is for played types; the scripts of this one decide"
            complain(f"{path}.{played[0]}", message, "take it away")
        else:
            found[name] = settings_of(path, table, folder, place)
    return found


def triggers_of(table: TriggersTable, folder: Path, place: Callable[[str], Position]) -> dict[str, TypeSettings]:
    """The table `triggers`: the directory of the administrator's own triggers."""
    if table.scripts is UNSET:
        return {}
    return {TRIGGERS: replace(settings_of("triggers", table, folder, place), is_flat=True)}


def settings_of(
    path: str, table: TypeTable | TriggersTable, folder: Path, place: Callable[[str], Position]
) -> TypeSettings:
    """What one table says; its directory is taken from where site.toml stands."""
    values = {name: value for name, value in msgspec.structs.asdict(table).items() if value is not UNSET}
    if "scripts" in values:
        values |= {"scripts": folder / values["scripts"], "place": place(f"{path}.scripts")}
    return TypeSettings(**{"place": place(path), **values})


def installed_triggers(types: Mapping[str, TypeSettings]) -> frozenset[str]:
    """The triggers that a site has scripts for."""
    folder = types[TRIGGERS].scripts if TRIGGERS in types else None
    return frozenset(name for name in TRIGGER_NAMES if folder is not None and (folder / name).is_file())


def _trigger_problems(folder: Path, place: Position) -> Iterator[Problem]:
    if not folder.is_dir():
        yield error(place, f"triggers: {folder} is no directory", f"it holds {', '.join(TRIGGER_NAMES)}: any of them")
        return
    for script in sorted(folder.iterdir()):
        if script.is_dir() or script.name.startswith("."):
            continue
        if script.name not in TRIGGER_NAMES:
            yield error(place, f"triggers: {script} is no trigger that is run", nearest(script.name, TRIGGER_NAMES))
        else:
            yield from _program_problems("triggers", script, place)


def check_types(types: Mapping[str, TypeSettings], clusters: Sequence[ClusterModel]) -> Iterator[Problem]:
    """Whether the clusters have the types that site.toml speaks of, and their scripts can be executed."""
    known: dict[str, TypeModel] = {}
    for cluster in clusters:
        known |= {resource.type_name: resource.type for _, resource in cluster.resources()}
    for name, settings in types.items():
        place = settings.place
        if name == TRIGGERS and settings.scripts is not None:
            yield from _trigger_problems(settings.scripts, place)
        elif name not in known:
            hint = nearest(name, sorted(known)) or "take the table away"
            yield error(place, f"[types.{name}]: no cluster of this site has a resource of type {name}", hint)
        elif settings.scripts is not None:
            yield from _script_problems(name, settings.scripts, known[name], place)


def _script_problems(name: str, folder: Path, model: TypeModel, place: Position) -> Iterator[Problem]:
    if not folder.is_dir():
        yield error(place, f"scripts of type {name}: {folder} is no directory", "it holds monitor, online, offline ...")
        return
    needed = NEEDED[:1] if model.is_persistent else NEEDED
    entries = [*needed, *(entry for entry in OPTIONAL if (folder / entry).exists())]
    for script in (folder / entry for entry in entries):
        if not script.is_file():
            yield error(place, f"scripts of type {name}: there is no {script}", f"VCS needs {', '.join(needed)}")
        else:
            yield from _program_problems(f"scripts of type {name}", script, place)


def _program_problems(whose: str, script: Path, place: Position) -> Iterator[Problem]:
    if not os.access(script, os.X_OK):
        yield error(place, f"{whose}: {script} is not executable", f"chmod +x {script}")
    elif not is_program(script):
        yield error(
            place,
            f"{whose}: {script} is no program",
            "its first line names its interpreter, as in #!/bin/sh",
        )


def scripts_of(types: Mapping[str, TypeSettings]) -> tuple[Path, ...]:
    """The entry points and actions that may be executed, in the order of their names."""
    folders = [settings.scripts for settings in types.values() if settings.scripts is not None]
    files = (file for folder in folders for place in (folder, folder / "actions") for file in sorted(place.glob("*")))
    return tuple(file for file in files if file.is_file())
