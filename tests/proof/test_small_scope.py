"""The search over every interleaving goes on from each state once, and tells what it saw."""

from __future__ import annotations

import re
import subprocess
import sys

COMMAND = (sys.executable, "-m", "tests.proof.small_scope", "--minutes", "5", "--jobs", "1", "--depth", "1")


def test_all_that_can_happen_first_breaks_no_rule() -> None:
    """A process of its own, which forks: thirteen actions, the harness fails in none, and no rule is broken."""
    told = subprocess.run(COMMAND, capture_output=True, text=True, check=True).stdout
    found = re.match(r"depth 1: (\d+) steps run, (\d+) states, \d+ impossible, nothing broken\n", told)
    assert found is not None, told
    assert int(found[1]) > 10
    assert int(found[2]) > 5
    assert told.endswith("no counter-example within depth 1\n")
