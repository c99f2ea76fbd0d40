"""site.toml: what a main.cf cannot say of a site, as numbers with their units in their names.

Everything is optional. A number that is left out takes the default of the field that it stands for, and is one of the
site's assumptions.

Rule 1: an unknown name, a value of another type and a value out of its range are problems with the key's path and,
where it can be found, its line; all of them are told at once.
Rule 2: `site_toml` says what may stand in the file; this module gives what is left out its default; the rooms that use
the numbers say what they do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from mirrordrill.simulator.config.loader import Unreadable, read_text
from mirrordrill.simulator.config.misfits import Misfit, misfits
from mirrordrill.simulator.config.model import NOWHERE, Position
from mirrordrill.simulator.config.problems import ConfigError, Problem, error, nearest
from mirrordrill.simulator.dscli.site_values import Latencies, UserGroup
from mirrordrill.simulator.site.own_types import TypeSettings, triggers_of, types_of
from mirrordrill.simulator.site.site_toml import KEYED_BY_GROUP, SiteToml, Table
from mirrordrill.simulator.vcs.engine.trigger_rules import TriggerRules, TriggerVerdict
from mirrordrill.simulator.vcs.membership.rules import FencingRules, MembershipRules
from mirrordrill.simulator.vcs.wide_area.spec import WideAreaRules

FILE_NAME = "site.toml"
TRACKS_PER_MIB = 16
DIGITS = re.compile(r"\d{4000}")
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
    """From power on until VCS starts; 0 as long as site.toml has no measured value."""
    boots_s: Mapping[str, float] = field(default_factory=dict)
    """The same of single hosts that are slower or faster."""

    def boot_of(self, host: str) -> float:
        """From power on until VCS starts on this host."""
        return self.boots_s.get(host, self.boot_s)


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
    """What a recovery is measured against; None where site.toml sets none."""

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
    accounts: Mapping[str, UserGroup] = field(default_factory=dict)
    """Users of the arrays, beside the administrator and the agent's own user."""
    given: frozenset[str] = frozenset()
    """The keys that the file sets, as `table.key`."""
    places: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Where the file sets them, `site.toml:12`; those of a group's objectives as `objectives.oragrp.rto_s`."""

    def place_of(self, *keys: str) -> str:
        """Where the first of these keys that is set is set, `site.toml:12`; the name of the file where none is."""
        return next((self.places[key] for key in keys if key in self.places), FILE_NAME)

    def assumptions(self) -> Iterator[str]:
        """A sentence for everything that site.toml does not say."""
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


TABLES = tuple(each.name for each in fields(Settings) if each.name not in {"given", "places", "types", "accounts"})
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
    # A link that leads nowhere, a directory or a pipe of this name is no "there is none": reading it says what it is.
    return found if found.exists() or found.is_symlink() else None


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
    except (ValueError, RecursionError) as wrong:
        # A number of thousands of digits is a ValueError of Python, without a place.
        found = PLACE.search(str(wrong))
        place = Position(file, int(found[1]), int(found[2])) if found else place_of_digits(text, file)
        said = PLACE.sub("", str(wrong)).strip() if found else "this is no TOML that can be read"
        raise ConfigError((error(place, said, "see https://toml.io for how the file is written"),)) from None
    reader = _Reader(text, file)
    settings = reader.read(document)
    if reader.problems:
        raise ConfigError(tuple(sorted(reader.problems, key=lambda problem: problem.position)))
    return settings


def place_of_digits(text: str, file: str) -> Position:
    """Where a number stands that is too long to be read; else the beginning."""
    found = DIGITS.search(text)
    return Position(file, text.count("\n", 0, found.start()) + 1, 1) if found else Position(file, 1, 1)


def misplaced_objectives(objectives: Objectives, groups: Sequence[str]) -> Iterator[Problem]:
    """Objectives of groups that a site does not have: they would never be missed."""
    for name, own in objectives.groups.items():
        if name not in groups:
            yield error(own.place, f"objectives of a group {name}, but there is no such group", nearest(name, groups))


def misplaced_triggers(triggers: Iterable[str], groups: Sequence[str], file: str) -> Iterator[Problem]:
    """Triggers of groups that a site does not have: the engine would never run them."""
    for name in triggers:
        if name not in groups:
            message = f"preonline.{name}, but there is no such group"
            yield error(Position(file, 1, 1), message, nearest(name, groups))


class _Reader:
    """Collects what is wrong with a document, and gives what is left out its default."""

    def __init__(self, text: str, file: str) -> None:
        self.problems: list[Problem] = []
        self._lines = text.split("\n")
        self._file = file

    def read(self, document: Mapping[str, Any]) -> Settings:
        """All tables of a document; the defaults where something in it is wrong."""
        shaped = {name: by_group(name, content) for name, content in document.items()}
        for misfit in misfits(SiteToml, shaped):
            self._complain_of(misfit)
        if self.problems:
            return Settings()
        found = msgspec.convert(shaped, SiteToml)
        folder = Path(self._file).parent
        types = types_of(found.types, folder, self._complain, self._place)
        types |= triggers_of(found.triggers, folder, self._place)
        tables = {table: self._table(table, getattr(found, table)) for table in TABLES}
        accounts = {user: UserGroup(group) for user, group in found.accounts.items()}
        given = frozenset(given_in(document))
        places = {path: self._shown(path) for path in set_paths(document)}
        settings = replace(Settings(), types=types, accounts=accounts, given=given, places=places, **tables)
        self._check(settings)
        return settings

    def _table(self, table: str, found: Table) -> Any:
        """A table of the settings: what the file says, and the defaults."""
        values = set_in(found)
        match table:
            case "volumes":
                values = {**values, "sizes_gib": by_volume(values.get("sizes_gib", {}))}
            case "preonline":
                named = {group: TriggerVerdict(value) for group, value in values.get("groups", {}).items()}
                # What a trigger does anyway need not be kept.
                values["groups"] = {group: does for group, does in named.items() if does is not TriggerVerdict.ALLOWS}
            case "objectives":
                named = values.get("groups", {})
                values["groups"] = {
                    group: Objectives(**set_in(own), place=self._place(f"{table}.{group}"))
                    for group, own in named.items()
                }
        return replace(getattr(Settings(), table), **values)

    def _check(self, settings: Settings) -> None:
        """What no type says: a range begins below its end, and a race cannot end in a draw."""
        for low, high in ORDERED:
            if getattr(settings.dscli, low) > getattr(settings.dscli, high):
                wrong = low if f"dscli.{low}" in settings.given else high
                self._complain(f"dscli.{wrong}", f"dscli.{low} is greater than dscli.{high}")
        disks = settings.fencing.coordinator_disks
        if disks and len(disks) % 2 == 0:
            hint = "an odd number: a race must not end in a draw"
            self._complain(COORDINATOR_DISKS, f"{COORDINATOR_DISKS} has {len(disks)} places", hint)

    def _complain_of(self, misfit: Misfit) -> None:
        """What is wrong with one value, in words."""
        names = [str(part) for part in misfit.path]
        if names[0] in KEYED_BY_GROUP and names[1:2] == ["groups"]:
            del names[1]
        path = ".".join(names)
        if misfit.known is not None:
            what = f"there is no {path}" if len(names) > 1 else f"there is no table {path}"
            self._complain(path, what, nearest(names[-1], [name for name in misfit.known if name != "groups"]))
        elif len(names) == 1 and not isinstance(misfit.found, dict):
            self._complain(path, f"{path} is a table, not a value", f"write [{path}] and its keys below it")
        else:
            self._complain(path, f"{path} {misfit.complaint}", f"it is {misfit.expected}")

    def _complain(self, path: str, message: str, hint: str = "") -> None:
        self.problems.append(error(self._place(path), message, hint))

    def _shown(self, path: str) -> str:
        place = self._place(path)
        return f"{Path(place.file).name}:{place.line}"

    def _place(self, path: str) -> Position:
        """Where a key stands, or else the key or table that it stands in, as far as the text shows it."""
        names = path.split(".")
        places = (self._line_of(".".join(names[:end])) for end in range(len(names), 0, -1))
        return next((place for place in places if place is not None), Position(self._file, 1, 1))

    def _line_of(self, path: str) -> Position | None:
        """The line that begins with a key below its table."""
        table, _, key = path.rpartition(".")
        current = ""
        for number, line in enumerate(self._lines, start=1):
            stripped = line.strip()
            if stripped.startswith("["):
                current = stripped.partition("]")[0].strip("[ \t").replace('"', "").replace("'", "")
                if current == path:
                    return Position(self._file, number, 1)
            name = stripped.partition("=")[0].strip().strip("\"'")
            if name and name == (key if current == table else path):
                return Position(self._file, number, 1 + line.index(stripped))
        return None


def by_group(table: str, content: object) -> object:
    """A table whose other keys are names of groups, with these below one name; any other content as it is."""
    if table not in KEYED_BY_GROUP or not isinstance(content, dict):
        return content
    known = {each.name for each in fields(getattr(Settings(), table))} - {"groups", "place"}
    is_group = dict if table == "objectives" else object
    groups = {key: value for key, value in content.items() if key not in known and isinstance(value, is_group)}
    return {**{key: value for key, value in content.items() if key not in groups}, "groups": groups}


def set_in(table: Table) -> dict[str, Any]:
    """The keys of a table that the file sets."""
    return {name: value for name, value in msgspec.structs.asdict(table).items() if value is not UNSET}


def by_volume(sizes: Mapping[str, float]) -> dict[str, float]:
    """Sizes by volume, its id in capital letters."""
    found = {}
    for volume, size in sizes.items():
        image, slash, number = volume.rpartition("/")
        found[image + slash + number.upper()] = size
    return found


def set_paths(document: Mapping[str, Any]) -> Iterator[str]:
    """Every key that a document sets below its tables, as `table.key` and `objectives.group.key`."""
    for table in TABLES:
        for key, value in document.get(table, {}).items():
            yield f"{table}.{key}"
            if table in KEYED_BY_GROUP and isinstance(value, dict):
                yield from (f"{table}.{key}.{own}" for own in value)


def given_in(document: Mapping[str, Any]) -> Iterator[str]:
    """The keys that a document sets, as `table.key`."""
    for table in TABLES:
        yield from (f"{table}.{key}" for key in document.get(table, {}))
