"""Documents that are generated from code say what the code says. `--update-golden` writes them anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent import decision_table, messages
from simulator.array import states_table
from tests.array import situations

DOCS = Path(__file__).parents[2] / "docs"
ABOUT_DECISIONS = """# What the agent decides

Every mixture of volumes that a resource can be in, as the array that the node hangs on sees it, and what online, the
action failback and clean (after an interrupted operation) make of it. All volumes of a resource are judged as one
set: half a database made writable is the one state an application cannot recover from. Printed from `agent/decide.py`
by `agent/decision_table.py`.

"""


def decisions() -> str:
    return ABOUT_DECISIONS + decision_table.as_markdown()


def states() -> str:
    return states_table.as_markdown(situations.exercised())


GENERATED: dict[str, Callable[[], str]] = {
    "messages.md": messages.as_markdown,
    "decisions.md": decisions,
    "states.md": states,
}


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_the_document_is_what_the_code_says(name: str, pytestconfig: pytest.Config) -> None:
    """A table that people read at night must not have been true once."""
    text = GENERATED[name]().rstrip("\n") + "\n"
    if pytestconfig.getoption("--update-golden"):
        (DOCS / name).write_text(text)
    assert (DOCS / name).read_text() == text
