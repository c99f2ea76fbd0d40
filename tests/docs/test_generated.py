"""Documents that are generated from code say what the code says. `--update-golden` writes them anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mirrordrill.agent import decision_table, messages
from mirrordrill.drills import faults
from mirrordrill.drills.cli import step_catalogue as steps
from mirrordrill.drills.report import codec
from mirrordrill.simulator.array import fidelity as array_fidelity
from mirrordrill.simulator.array.mirror import states_table
from mirrordrill.simulator.catalogues import bounds
from mirrordrill.simulator.dscli import fidelity as dscli_fidelity
from mirrordrill.simulator.host import behaviours
from mirrordrill.simulator.site import site_toml
from mirrordrill.simulator.site.settings import Settings
from mirrordrill.simulator.vcs import fidelity as vcs_fidelity
from mirrordrill.simulator.vcs.commands.language import catalogue
from mirrordrill.simulator.vcs.wide_area import tables as wide_area_tables
from tests.array import situations
from tests.proof import policies

DOCS = Path(__file__).resolve().parents[2] / "docs"
ABOUT_DECISIONS = """# What the agent decides

Every mixture of volumes that a resource can be in, as the array that the node hangs on sees it, and what online, the
action failback and clean (after an interrupted operation) make of it. All volumes of a resource are judged as one
set: half a database made writable is the one state an application cannot recover from. Printed from `agent/decide.py`
by `agent/decision_table.py`.

"""


ABOUT_WITNESSES = """
## What the other two witnesses make of it

The far array is asked only where the memory does not vouch for the set; a column says what the decision would be if it
were. "Later writes, no host": no system lives there on which the group could be started. Each refusal says in the log
what to do (message 1103). Printed from `agent/evidence.py`.

With the default policy:

"""
CAREFUL = "\nWith `SplitTakeover = 0`:\n\n"


def decisions() -> str:
    default = decision_table.witnesses_as_markdown(split_takeover=True)
    careful = decision_table.witnesses_as_markdown(split_takeover=False)
    return ABOUT_DECISIONS + decision_table.as_markdown() + ABOUT_WITNESSES + default + CAREFUL + careful


ABOUT_HAZARDS = (Path(__file__).with_name("hazards.md")).read_text()


def hazards() -> str:
    return ABOUT_HAZARDS + "\n" + policies.as_markdown()


def states() -> str:
    return states_table.as_markdown(situations.exercised())


ABOUT_FIDELITY = """# What is known, and what is guessed

The simulated arrays, their DS CLI and the clusters around them are built from public documentation, published
transcripts and general knowledge. Here stands everything that was not seen on the real ones, with how sure it is. Where
you know better, correct the one table that a section is printed from.

"""
FIDELITY: tuple[Callable[[], str], ...] = (
    dscli_fidelity.dscli_markdown,
    array_fidelity.arrays_markdown,
    vcs_fidelity.clusters_markdown,
    behaviours.as_markdown,
)
"""The parts of docs/fidelity.md, each printed by the room that does the guessing."""


def fidelity() -> str:
    return ABOUT_FIDELITY + "\n".join(part() for part in FIDELITY)


GENERATED: dict[str, Callable[[], str]] = {
    "bounds.md": bounds.as_markdown,
    "commands.md": catalogue.as_markdown,
    "steps.md": steps.as_markdown,
    "faults.md": faults.as_markdown,
    "messages.md": messages.as_markdown,
    "decisions.md": decisions,
    "hazards.md": hazards,
    "states.md": states,
    "fidelity.md": fidelity,
    "global-clusters.md": wide_area_tables.as_markdown,
    "report.schema.json": codec.schema_text,
    "site.schema.json": lambda: site_toml.schema_text(Settings()),
}


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_the_document_is_what_the_code_says(name: str, pytestconfig: pytest.Config) -> None:
    """A table that people read at night must not have been true once."""
    text = GENERATED[name]().rstrip("\n") + "\n"
    if pytestconfig.getoption("--update-golden"):
        (DOCS / name).write_text(text)
    assert (DOCS / name).read_text() == text
