"""Golden timelines: whole drills as text that an operator reads and a reviewer diffs.

`pytest tests/golden --update-golden` writes them anew; the diff is then what has to be understood.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.output import timeline
from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.world import World

FOLDER = Path(__file__).resolve().parent
README = FOLDER.parents[1] / "README.md"


def migration() -> str:
    """Each leg of the manual's migration test, with everything that is in the log."""
    world = World(find_site("rdc"), agent_mode=AgentMode.IN_PROCESS)
    world.start()
    for host in ("hostb", "hostc", "hosta"):
        world.advance(600)
        world.operate(["hagrp", "-switch", "oragrp", "-to", host])
    world.advance(600)
    world.settle()
    world.close()
    return "".join(line + "\n" for line in timeline.lines(world.kernel.log))


def check_golden(name: str, text: str, update: bool) -> None:
    file = FOLDER / name
    if update:
        file.write_text(text)
    assert file.read_text().splitlines() == text.splitlines()


def test_the_migration_looks_as_it_did(pytestconfig: pytest.Config) -> None:
    """Every event of the drill, with seed 0."""
    check_golden("migration.txt", migration(), pytestconfig.getoption("--update-golden"))


def test_the_readme_shows_what_is_true() -> None:
    """The timeline in the README stands, line by line and in this order, in the golden one."""
    text = README.read_text()
    excerpt = text.partition("<!-- excerpt: tests/golden/migration.txt -->")[2].partition("<!-- end of excerpt -->")[0]
    shown = [line for line in excerpt.strip().strip("`").strip().splitlines() if line.strip() != "..."]
    golden = iter((FOLDER / "migration.txt").read_text().splitlines())
    assert shown
    assert [line for line in shown if line not in golden] == []
