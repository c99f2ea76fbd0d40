"""What people see at a terminal of 80 columns: a progress line that comes and goes, and lines folded at words."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pexpect
import pytest

from tests.features.own_directory import BEGINS, own_site

COLUMNS = 80
SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def at_a_terminal(folder: Path, *arguments: str) -> str:
    """Everything that is written to the terminal, escape sequences included."""
    return str(
        pexpect.run(
            f"{sys.executable} -m mirrordrill {' '.join(arguments)}",
            cwd=str(folder),
            timeout=120,
            encoding="utf-8",
            dimensions=(24, COLUMNS),
            env={"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": str(folder)},
        )
    )


def lines(output: str) -> list[str]:
    """What stays on the screen as lines, without what was overwritten."""
    return [ESCAPES.sub("", line.rpartition("\x1b[2K")[2]).rstrip("\r") for line in output.split("\n")]


def test_a_run_says_how_far_it_is_and_cleans_up_behind_itself(tmp_path: Path) -> None:
    """The drill of how many, simulated time that moves, and the cursor back in the end."""
    own_site(tmp_path)
    (tmp_path / "drills" / "a.feature").write_text(BEGINS + "    When 10 minutes pass\n")
    output = at_a_terminal(tmp_path, "run", "drills", "--show", "summary", "--pace", "600")
    seen = re.findall(r"\[1/1\] (\d\d:\d\d:\d\d) simulated  Trouble: Something is wrong", ESCAPES.sub("", output))
    assert len(set(seen)) >= 3
    assert seen == sorted(seen)
    assert output.rindex(SHOW_CURSOR) > output.rindex(HIDE_CURSOR)
    assert not any("simulated  Trouble" in line for line in lines(output[output.rindex(SHOW_CURSOR) :]))
    assert "1 drill in " in lines(output)[-2]


@pytest.mark.parametrize(
    "arguments",
    [("run", "migration"), ("run", "migration", "--show", "verdicts"), ("steps",), ("list",)],
    ids=" ".join,
)
def test_nothing_is_wider_than_the_terminal(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Whatever is long is folded at words, below its own beginning."""
    output = at_a_terminal(tmp_path, *arguments)
    assert len(lines(output)) > 40
    assert [line for line in lines(output) if len(line) > COLUMNS and " " in line.strip()] == []
