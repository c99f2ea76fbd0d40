"""Rehearsals inside this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrordrill.drills.rehearse.recording import Recording, Tree
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.steps.library import load_shipped


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """One on the example site, without a server: time passes by sentences only."""
    load_shipped()
    tree = Tree('the example site "rdc"', 0, "inprocess", "vcs41")
    rehearsal = Rehearsal(Recording(tmp_path), Options(), tree)
    rehearsal.start([])
    yield rehearsal
    rehearsal.recording.close()
    rehearsal.stage.world.close()


@pytest.fixture
def instructor(rehearsal: Rehearsal) -> Instructor:
    """A person at its shell."""
    return Instructor(rehearsal, "Ann")
