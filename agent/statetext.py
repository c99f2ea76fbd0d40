"""The text of the agent's state files: lines of `key = value` that people read as easily as the agent does.

Rule: a file is taken as a whole or not at all. A line that is no `key = value`, a key that comes twice, a control
character: each makes the file garbled, and the caller decides what a garbled file means.
"""

from __future__ import annotations

from typing import Dict, Mapping

from .errors import GarbledState


def render(title: str, values: Mapping[str, str]) -> str:
    """The text of a state file. Raises ValueError for a value that would not come back as it was."""
    lines = [f"# {title}"]
    for key, value in values.items():
        if not value.isprintable() or value != value.strip():
            raise ValueError(f"{key} cannot hold {value!r}")
        lines.append(f"{key} = {value}".rstrip())
    return "\n".join(lines) + "\n"


def parse(name: str, text: str) -> Dict[str, str]:
    """The values of a state file. Raises GarbledState."""
    values: Dict[str, str] = {}
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        key, equals, value = stripped.partition("=")
        key = key.strip()
        if not equals or not key.isidentifier() or not stripped.isprintable():
            raise GarbledState(name, f"has a line that is no `key = value`: {line[:80]!r}")
        if key in values:
            raise GarbledState(name, f"has the key {key} twice")
        values[key] = value.strip()
    return values


def take(name: str, values: Mapping[str, str], key: str) -> str:
    """The value of a key that has to be there. Raises GarbledState."""
    if key not in values:
        raise GarbledState(name, f"lacks the key {key}")
    return values[key]
