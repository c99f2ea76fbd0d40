"""What was drilled: the files of the site with their hashes, the values in force, the agent and its hash.

Rule 1: a file is named as shortly as tells it from the others, never by where it lies on this machine.
"""

from __future__ import annotations

import enum
import hashlib
import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mirrordrill import agent
from mirrordrill.drills.report.model import File, Policy, SiteFacts, Tool
from mirrordrill.simulator.config.semantics import ResourceModel
from mirrordrill.simulator.kernel.secrets import MASK, is_secret_attribute
from mirrordrill.simulator.site.settings import Settings
from mirrordrill.simulator.site.site import METRO_MIRROR, Site, cluster_spec
from mirrordrill.simulator.vcs.spec import PROFILES, ClusterSpec, GroupSpec, TypeSpec

SHAPES = {"name", "dependencies", "arg_list", "operations", "temp_attributes"}
"""Fields that say what a thing is, not what it does in an emergency."""
AGENT = Path(agent.__file__).resolve().parent


def tool() -> Tool:
    """The version of mirrordrill, and a hash over the agent's sources."""
    files = sorted(path for path in AGENT.rglob("*") if path.is_file() and is_source(path))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(AGENT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    running = ".".join(platform.python_version_tuple()[:2])
    return Tool(version("mirrordrill"), digest.hexdigest(), len(files), running)


def is_source(path: Path) -> bool:
    """Whether a file of the agent's folder is shipped: caches are not."""
    return "__pycache__" not in path.parts and path.suffix not in {".pyc", ".pyo"}


def site_facts(site: Site, profile: str, describes: str, files: Iterable[Path]) -> SiteFacts:
    """What a drill knows of its site; `files` are those it was read from beside its main.cf files."""
    read = [*site.files, *files]
    names = short_names(read)
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in read]
    return SiteFacts(
        name=site.name,
        files=tuple(File(name, sha256) for name, sha256 in zip(names, hashes, strict=True)),
        sha256=site.digest,
        describes=describes,
        policies=tuple(policies(site, profile)),
        assumptions=site.assumptions,
        warnings=tuple(re.sub(r"\S*/", "", str(warning)) for warning in site.warnings),
    )


def short_names(paths: list[Path]) -> list[str]:
    """Each file's name, with as many of its directories as tell all of them apart."""
    for length in range(1, 1 + max((len(path.parts) for path in paths), default=0)):
        names = ["/".join(path.absolute().parts[-length:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return [path.name for path in paths]


def policies(site: Site, profile: str) -> Iterator[Policy]:
    """Every value in force that decides how a failover goes."""
    yield Policy("VCS", "release", profile, "the command line")
    for model in site.clusters:
        spec = cluster_spec(model, PROFILES[profile])
        yield from _values(f"cluster {spec.name}", spec, model.attributes.by_name, ClusterSpec)
        for group, written in zip(spec.groups, model.groups, strict=True):
            yield from _values(f"group {group.name}", group, written.attributes.by_name, GroupSpec)
        for kind in (each for each in spec.types if each.name == METRO_MIRROR):
            yield from _values(f"type {kind.name}", kind, model.types[kind.name].declarations, TypeSpec)
        for group_model, resource in model.resources(METRO_MIRROR):
            yield from _attributes(resource, group_model.systems)
    yield from _settings(site.settings)


def _attributes(resource: ResourceModel, systems: Sequence[str]) -> Iterator[Policy]:
    """A resource's attributes as its main.cf gives them; systems with the same value stand together."""
    for name in sorted(resource.attributes.by_name):
        values: dict[str, list[str]] = {}
        for system in systems:
            value = MASK if is_secret_attribute(name) else " ".join(resource.words(name, system))
            values.setdefault(value, []).append(system)
        for value, found in values.items():
            where = "" if len(values) == 1 else f" on {', '.join(found)}"
            yield Policy(f"resource {resource.name}{where}", name, value, "main.cf")


def _values(of: str, spec: object, written: Mapping[str, Any], kind: type) -> Iterator[Policy]:
    """The plain fields of a spec, by the names that VCS has for them."""
    for field in fields(kind):
        value = getattr(spec, field.name)
        name = attribute_name(field.name)
        if field.name == "stored":
            yield from (Policy(of, key, said(shown_words(key, words)), "main.cf") for key, words in value.items())
            continue
        if field.name in SHAPES or not (text := said(value)):
            continue
        yield Policy(of, name, text, "main.cf" if name in written else "default")


def shown_words(attribute: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The value of an attribute that nothing but the commands of operators reads, without passwords."""
    return (MASK,) if is_secret_attribute(attribute) else words


def said(value: object) -> str:
    """A value in words; empty for what is no plain value, or is not set."""
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str | int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, Mapping):
        pairs = [f"{key}={word}" for key, each in value.items() if (word := said(each))]
        return " ".join(pairs) if len(pairs) == len(value) else ""
    if isinstance(value, tuple):
        words = ["=".join(map(str, each)) if isinstance(each, tuple) else said(each) for each in value]
        return " ".join(words) if all(words) and all(len(word) < 40 for word in words) else ""
    return ""


def attribute_name(field: str) -> str:
    """`monitor_interval_s` is MonitorInterval."""
    return "".join(word.capitalize() for word in field.removesuffix("_s").split("_"))


def _settings(settings: Settings) -> Iterator[Policy]:
    """site.toml, or what is assumed in its stead."""
    for table in fields(settings):
        content = getattr(settings, table.name)
        for field in fields(content) if hasattr(content, "__dataclass_fields__") else ():
            text = said(getattr(content, field.name))
            is_given = f"{table.name}.{field.name}" in settings.given
            if text:
                yield Policy("simulation", f"{table.name}.{field.name}", text, "site.toml" if is_given else "default")
