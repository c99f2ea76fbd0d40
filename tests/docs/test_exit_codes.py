"""docs/exit-codes-and-files.md and README name the exit codes that there are, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from mirrordrill.drills.cli.main import app
from mirrordrill.drills.run.exit_codes import GRAVITY, ExitCode
from mirrordrill.simulator.dscli.messages import DscliExitCode as DsCliExitCode

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "exit-codes-and-files.md").read_text()


@pytest.mark.parametrize("text", [PAGE, (ROOT / "README.md").read_text()], ids=["docs", "README"])
def test_the_table_has_every_code(text: str) -> None:
    """In the order of their numbers."""
    assert [int(code) for code in re.findall(r"(?m)^\| (\d+) \|", text)] == [code.value for code in ExitCode]


def test_the_most_telling_code_of_several_is_as_written() -> None:
    """The order that a run of several drills goes by."""
    (order,) = re.findall(r"most telling code counts: ([\d, ]+)\.", PAGE)
    assert [int(code) for code in order.split(", ")] == [code.value for code in GRAVITY]


def test_the_codes_of_dscli_are_as_written() -> None:
    """Those of the real one, as far as they are known."""
    (line,) = [line for line in PAGE.split("\n") if line.startswith("| a served `dscli`")]
    assert [int(code) for code in re.findall(r"(?<= )\d(?=;| )", line)] == [code.value for code in DsCliExitCode]


def test_every_command_is_named() -> None:
    """Whoever adds one says what its exit codes mean and which files it writes."""
    commands = vars(typer.main.get_command(app))["commands"]
    assert len(commands) >= 7
    assert [name for name in commands if PAGE.count(f"`mirrordrill {name}") + PAGE.count(f"`{name}`") == 0] == []
