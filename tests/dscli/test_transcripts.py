"""Golden sessions: each command and mode, default and delim, on both arrays, in every phase.

`pytest tests/dscli --update-golden` writes them anew; the diff is then what has to be understood.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.simulator.dscli.commands import COMMANDS
from tests.dscli.transcripts import TRANSCRIPTS, commands_in

FOLDER = Path(__file__).resolve().parent / "golden"


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_the_conversation_goes_as_it_did(name: str, pytestconfig: pytest.Config) -> None:
    """Every character: scripts in the field cut columns."""
    text = TRANSCRIPTS[name]()
    file = FOLDER / f"{name}.txt"
    if pytestconfig.getoption("--update-golden"):
        file.write_text(text)
    assert file.read_text().splitlines() == text.splitlines()


def test_every_command_is_typed_in_a_transcript() -> None:
    """A command that nobody ever saw answer is not proven to."""
    shown = {word for file in sorted(FOLDER.glob("*.txt")) for word in commands_in(file.read_text())}
    assert sorted(set(COMMANDS) - shown) == []
