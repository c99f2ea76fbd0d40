"""site.toml: what a main.cf cannot say of a site, as numbers with their units in their names.

Everything is optional. A number that is left out takes the default of the field that it stands for, and is one of the
site's assumptions.

Rule 1: a name that nobody knows, a value of another kind and a value that cannot be are problems with the key's path
and, where it can be found, its line; all of them are told at once.
Rule 2: this file says what the numbers are; `plant` and the rooms that use them say what they do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from mirrordrill.simulator.config.loader import Unreadable, read_text
from mirrordrill.simulator.config.model import NOWHERE, Position
from mirrordrill.simulator.config.problems import ConfigError, Problem, error, nearest
from mirrordrill.simulator.dscli.consoles import Latencies
from mirrordrill.simulator.site.own_types import TypeSettings, read_triggers, read_types
from mirrordrill.simulator.vcs.engine.triggers import TriggerRules, Verdict
from mirrordrill.simulator.vcs.membership.rules import COORDINATOR_DISKS_MIN, FencingRules, MembershipRules
from mirrordrill.simulator.vcs.wide_area.spec import WideAreaRules

FILE_NAME = "site.toml"
TRACKS_PER_MIB = 16
VOLUME_ID = re.compile(r"(?:IBM\.\d{4}-[0-9A-Z]{7}/)?[0-9A-Fa-f]{4}")
PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class Links:
    """The lines between the arrays, and copies over them."""

    distance_km: float = 50.0
    write_delay_us_per_km: float = 10.0
    copy_mib_per_s: float = 400.0
    copy_setup_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Hosts:
    """The cluster's systems."""

    boot_s: float = 0.0
    """From power on until VCS starts; 0 as long as nobody measured it."""


@dataclass(frozen=True, slots=True)
class Application:
    """What every application writes to its mirrored volumes while it is online."""

    writes_per_s: float = 100.0
    working_set_mib: float = 256.0


@dataclass(frozen=True, slots=True)
class Volumes:
    """The sizes of volumes that no capture of lsfbvol measured."""

    size_gib: float = 10.0
    sizes_gib: Mapping[str, float] = field(default_factory=dict)
    """By volume id, alone or with its array in front."""

    def size_of(self, image: str, volume: str) -> float:
        """The size of one volume."""
        return self.sizes_gib.get(f"{image}/{volume}", self.sizes_gib.get(volume, self.size_gib))


@dataclass(frozen=True, slots=True)
class Objectives:
    """What a recovery is measured against; None where nobody set one."""

    rto_s: float | None = None
    rpo_s: float | None = None
    rpo_writes: float | None = None
    groups: Mapping[str, Objectives] = field(default_factory=dict)
    """Those of single service groups (`[objectives.oragrp]`): each stands for the site's where it is set."""
    place: Position = NOWHERE
    """Where a group's own ones are written."""

    def of(self, group: str) -> Objectives:
        """What a group is measured against."""
        own = self.groups.get(group, Objectives())
        return Objectives(
            rto_s=self.rto_s if own.rto_s is None else own.rto_s,
            rpo_s=self.rpo_s if own.rpo_s is None else own.rpo_s,
            rpo_writes=self.rpo_writes if own.rpo_writes is None else own.rpo_writes,
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """All of site.toml, a table each."""

    link: Links = field(default_factory=Links)
    dscli: Latencies = field(default_factory=Latencies)
    hosts: Hosts = field(default_factory=Hosts)
    application: Application = field(default_factory=Application)
    volumes: Volumes = field(default_factory=Volumes)
    objectives: Objectives = field(default_factory=Objectives)
    membership: MembershipRules = field(default_factory=MembershipRules)
    fencing: FencingRules = field(default_factory=FencingRules)
    wide_area: WideAreaRules = field(default_factory=WideAreaRules)
    preonline: TriggerRules = field(default_factory=TriggerRules)
    types: Mapping[str, TypeSettings] = field(default_factory=dict)
    """By the name of the resource type."""
    given: frozenset[str] = frozenset()
    """The keys that the file sets, as `table.key`."""

    def assumptions(self) -> Iterator[str]:
        """A sentence for everything that nobody said."""
        for path, sentence in SENTENCES.items():
            if path not in self.given:
                table, key = path.split(".")
                yield sentence.format(getattr(getattr(self, table), key))
        if not any(path.startswith("dscli.") for path in self.given):
            yield "the DS CLI takes as long as in the one session that was measured in public (dscli.md 1.8)"
        if self.given.isdisjoint(MEMBERSHIP_TIMES):
            rules = self.membership
            yield (
                f"LLT gives up on a peer after {rules.peer_inactive_s:g} s, GAB waits {rules.gab_stable_s:g} s more, "
                f"and an engine that died is back after {rules.had_restart_s:g} s (vcs.md 10)"
            )


SCRIPTED = {"types": read_types, "triggers": read_triggers}
"""Tables that name scripts."""
TABLES = tuple(each.name for each in fields(Settings) if each.name not in {"given", "types"})
LIMITS: dict[str, tuple[float, float]] = {
    "link.distance_km": (0, 300),
    "link.write_delay_us_per_km": (0, 1000),
    "link.copy_mib_per_s": (1, 100_000),
    "hosts.boot_s": (0, 86_400),
    "application.writes_per_s": (0.001, 1_000_000),
    "application.working_set_mib": (1, 1_048_576),
    "volumes.size_gib": (0.001, 65_536),
    "volumes.sizes_gib": (0.001, 65_536),
    "objectives.rpo_writes": (0, 1e15),
    "membership.private_links": (1, 8),
    "membership.low_priority_links": (0, 8),
    "membership.seed_systems": (1, 64),
    "wide_area.socket_timeout_s": (1, 86_400),
    "wide_area.connect_interval_s": (1, 86_400),
}
"""The least and the greatest value; seconds that are not listed go from 0 to a day."""
SECONDS = (0.0, 86_400.0)
WHOLE = frozenset({"membership.private_links", "membership.low_priority_links", "membership.seed_systems"})
"""Keys that count something."""
SWITCHES = frozenset({"membership.panics_on_rejoin", "wide_area.silence_confirms"})
"""Keys that are true or false."""
COORDINATOR_DISKS = "fencing.coordinator_disks"
MEMBERSHIP_TIMES = frozenset(f"membership.{key}" for key in ("peer_inactive_s", "gab_stable_s", "had_restart_s"))
ORDERED = (("login_low_s", "login_high_s"), ("list_low_s", "list_high_s"), ("per_pair_low_s", "per_pair_high_s"))
SENTENCES = {
    "link.distance_km": "the arrays are {:g} km apart",
    "link.write_delay_us_per_km": "a mirrored write takes {:g} microseconds longer for each kilometre",
    "link.copy_mib_per_s": "copies share {:g} MiB/s in each direction",
    "hosts.boot_s": "VCS starts on a host {:g} s after it is booted",
    "application.writes_per_s": "each application writes {:g} times a second while it is online",
    "application.working_set_mib": "each application writes again and again to {:g} MiB of each of its volumes",
    "membership.private_links": "every system has {:g} private heartbeat links",
    "membership.low_priority_links": "... and {:g} low-priority ones",
    "volumes.size_gib": "a volume that neither lsfbvol nor site.toml measured has {:g} GiB",
}


def settings_file(files: Sequence[Path]) -> Path | None:
    """The site.toml beside a main.cf; of several main.cf files, in the deepest directory that holds all of them."""
    folders = [file.absolute().parent for file in files]
    common = next(
        folder for folder in (folders[0], *folders[0].parents) if all(f.is_relative_to(folder) for f in folders)
    )
    found = common / FILE_NAME
    return found if found.is_file() else None


def load_settings(path: Path) -> Settings:
    """Read a site.toml. Raises ConfigError with everything that is wrong in it."""
    try:
        text = read_text(path)
    except Unreadable as failure:
        place = Position(str(path), max(failure.line, 1), max(failure.column, 1))
        raise ConfigError((error(place, failure.message, "a site.toml is a text file in UTF-8"),)) from None
    return parse_settings(text, str(path))


def parse_settings(text: str, file: str) -> Settings:
    """The settings that a text gives. Raises ConfigError."""
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        found = PLACE.search(str(wrong))
        place = Position(file, int(found[1]), int(found[2])) if found else Position(file, 1, 1)
        said = PLACE.sub("", str(wrong)).strip() if found else "this is no TOML"
        raise ConfigError((error(place, said, "see https://toml.io for how the file is written"),)) from None
    reader = _Reader(text, file)
    settings = reader.read(document)
    if reader.problems:
        raise ConfigError(tuple(sorted(reader.problems, key=lambda problem: problem.position)))
    return settings


OBJECTIVES = ("rto_s", "rpo_s", "rpo_writes")


def misplaced_objectives(objectives: Objectives, groups: Sequence[str]) -> Iterator[Problem]:
    """Objectives of groups that a site does not have: they would never be missed."""
    for name, own in objectives.groups.items():
        if name not in groups:
            yield error(own.place, f"objectives of a group {name}, but there is no such group", nearest(name, groups))


def misplaced_triggers(triggers: Iterable[str], groups: Sequence[str], file: str) -> Iterator[Problem]:
    """Triggers of groups that a site does not have: nobody would ever run them."""
    for name in triggers:
        if name not in groups:
            message = f"preonline.{name}, but there is no such group"
            yield error(Position(file, 1, 1), message, nearest(name, groups))


def known_keys(settings: Settings, table: str) -> list[str]:
    """The keys of a table."""
    return [each.name for each in fields(getattr(settings, table))]


def limit_of(path: str) -> str:
    """Which key's limits hold for a value: a group's objectives have those of the site."""
    table, _, rest = path.partition(".")
    return f"{table}.{rest.rpartition('.')[2]}" if table == "objectives" else path


class _Reader:
    """Collects values and what is wrong with them."""

    def __init__(self, text: str, file: str) -> None:
        self.problems: list[Problem] = []
        self._lines = text.split("\n")
        self._file = file

    def read(self, document: Mapping[str, Any]) -> Settings:
        """All tables of a document."""
        settings, given = Settings(), set()
        for table, content in document.items():
            if table not in {*TABLES, *SCRIPTED}:
                self._complain(table, f"there is no table {table}", nearest(table, (*TABLES, *SCRIPTED)))
            elif not isinstance(content, dict):
                self._complain(table, f"{table} is a table, not a value", f"write [{table}] and its keys below it")
            elif table in SCRIPTED:
                read = SCRIPTED[table](content, Path(self._file).parent, self._complain, self._place)
                settings = replace(settings, types={**settings.types, **read})
            else:
                values = self._values(
                    table, content, OBJECTIVES if table == "objectives" else known_keys(settings, table)
                )
                given |= {f"{table}.{key}" for key in values}
                settings = replace(settings, **{table: replace(getattr(settings, table), **values)})
        self._check_order(settings.dscli)
        return replace(settings, given=frozenset(given))

    def _values(self, table: str, content: Mapping[str, Any], known: Sequence[str]) -> dict[str, Any]:
        """The values of one table that are what they should be."""
        values: dict[str, Any] = {}
        for key, value in content.items():
            path = f"{table}.{key}"
            if table == "objectives" and key not in known and isinstance(value, dict):
                own = Objectives(**self._values(path, value, OBJECTIVES), place=self._place(path))
                values["groups"] = {**values.get("groups", {}), key: own}
            elif table == "preonline" and key != "after_s":
                values["groups"] = {**values.get("groups", {}), **self._verdict(path, key, value)}
            elif key not in known:
                self._complain(path, f"there is no {path}", nearest(key, known))
            elif path == "volumes.sizes_gib":
                values[key] = self._sizes(value)
            elif path == COORDINATOR_DISKS:
                values[key] = self._places(value)
            elif path in SWITCHES:
                values[key] = self._switch(path, value)
            elif self._is_number(path, limit_of(path), value):
                values[key] = int(value) if path in WHOLE else float(value)
        return values

    def _sizes(self, content: object) -> dict[str, float]:
        """Sizes by volume."""
        if not isinstance(content, dict):
            self._complain("volumes.sizes_gib", "volumes.sizes_gib is a table of volumes", 'write "1260" = 100')
            return {}
        sizes: dict[str, float] = {}
        for volume, value in content.items():
            path = f"volumes.sizes_gib.{volume}"
            if not VOLUME_ID.fullmatch(volume):
                self._complain(path, f"{volume!r} is no volume id", "as in 1260 or IBM.2107-75FA120/1260")
            elif self._is_number(path, "volumes.sizes_gib", value):
                image, slash, number = volume.rpartition("/")
                sizes[image + slash + number.upper()] = float(value)
        return sizes

    def _places(self, content: object) -> tuple[str, ...]:
        """Where the coordinator disks stand: an odd number of places."""
        if not isinstance(content, list) or not all(isinstance(place, str) and place for place in content):
            message = f"{COORDINATOR_DISKS} is a list of places"
            self._complain(COORDINATOR_DISKS, message, 'write ["IBM.2107-75FA120", "IBM.2107-75FA150", "third"]')
            return ()
        if len(content) < COORDINATOR_DISKS_MIN or len(content) % 2 == 0:
            hint = f"an odd number, at least {COORDINATOR_DISKS_MIN}: a race must not end in a draw"
            self._complain(COORDINATOR_DISKS, f"{COORDINATOR_DISKS} has {len(content)} places", hint)
        return tuple(content)

    def _verdict(self, path: str, group: str, value: object) -> dict[str, Verdict]:
        """What the preonline trigger of a group does."""
        verdicts = {verdict.value: verdict for verdict in Verdict}
        if not isinstance(value, str) or value not in verdicts:
            self._complain(path, f"{path} can not be {str(value)[:40]!r}", f"one of {', '.join(verdicts)}")
            return {}
        # What a trigger does anyway need not be kept.
        return {group: verdicts[value]} if verdicts[value] is not Verdict.ALLOWS else {}

    def _switch(self, path: str, value: object) -> bool:
        """True or false."""
        if not isinstance(value, bool):
            self._complain(path, f"{path} is true or false, not {str(value)[:40]!r}")
        return value is True

    def _is_number(self, path: str, limited_by: str, value: object) -> bool:
        """Whether a value is a number that can be; complains where it is not."""
        low, high = LIMITS.get(limited_by, SECONDS)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._complain(path, f"{path} is a number, not {str(value)[:40]!r}")
        elif not low <= value <= high:
            self._complain(path, f"{path} is {value}; it can be {low:g} to {high:g}")
        elif path in WHOLE and value != int(value):
            self._complain(path, f"{path} is {value}; it counts something")
        else:
            return True
        return False

    def _check_order(self, latencies: Latencies) -> None:
        """A range begins below its end."""
        for low, high in ORDERED:
            if getattr(latencies, low) > getattr(latencies, high):
                self._complain(f"dscli.{low}", f"dscli.{low} is greater than dscli.{high}")

    def _complain(self, path: str, message: str, hint: str = "") -> None:
        self.problems.append(error(self._place(path), message, hint))

    def _place(self, path: str) -> Position:
        """Where a key stands: the line that begins with it below its table, as far as the text shows it."""
        table, _, key = path.rpartition(".")
        current = ""
        for number, line in enumerate(self._lines, start=1):
            stripped = line.strip()
            if stripped.startswith("["):
                current = stripped.strip("[] \t")
                if current == path:
                    return Position(self._file, number, 1)
            name = stripped.partition("=")[0].strip().strip("\"'")
            if name and name == (key if current == table else path):
                return Position(self._file, number, 1 + line.index(stripped))
        return Position(self._file, 1, 1)
