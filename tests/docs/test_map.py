"""ARCHITECTURE.md is a map of what is there: what it names exists, and every room is on it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAP = (ROOT / "ARCHITECTURE.md").read_text()
NAMED = set(re.findall(r"`([\w./]+(?:\.py|\.lark|/))`", MAP))


def files() -> list[str]:
    """Every file of the code rooms, as a path below the root."""
    rooms = ("agent", "simulator", "drills", "features", "packaging", "tests", "bench", "src")
    return [path.relative_to(ROOT).as_posix() for room in rooms for path in (ROOT / room).rglob("*") if path.is_file()]


def test_what_the_map_names_is_there() -> None:
    """A file or directory that was renamed leads nobody astray."""
    known = ["/" + file for file in files()]
    gone = [
        name
        for name in sorted(NAMED)
        if not any(f"/{name}" in file if name.endswith("/") else file.endswith(f"/{name}") for file in known)
    ]
    assert gone == []


def test_every_room_is_on_the_map() -> None:
    """Packages of the code and their first level."""
    rooms = {"/".join(file.split("/")[:2]) + "/" for file in files() if file.count("/") > 1 and file.endswith(".py")}
    code = sorted(room for room in rooms if room.startswith(("agent/", "simulator/", "drills/", "features/")))
    assert [room for room in code if room.split("/")[1] + "/" not in MAP and room not in MAP] == []


def test_the_map_fits_on_a_page() -> None:
    """Whoever wants more reads the modules: each opens with its theory."""
    assert len(MAP.split("\n")) <= 120
