"""The time of day decides nothing in the agent: clocks are set, by hours and in both directions."""

from __future__ import annotations

import ast
from pathlib import Path

import mirrordrill.agent

CLOCKS = {
    "time",
    "time_ns",
    "strftime",
    "localtime",
    "gmtime",
    "ctime",
    "now",
    "utcnow",
    "today",
    "st_mtime",
    "st_ctime",
}
ALLOWED = {("node.py", "strftime")}
"""Lines of the log have a date, which nothing reads back."""


def test_no_module_of_the_agent_reads_the_time_of_day() -> None:
    """Ages, limits and what a late command may still do are counted in uptime; files are not judged by their dates."""
    folder = Path(mirrordrill.agent.__file__).parent
    found = {
        (path.name, node.attr)
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    }
    assert found == ALLOWED
    imported = [
        f"{path.name}: {node.module}"
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "datetime")
    ]
    assert imported == []
