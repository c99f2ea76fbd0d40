"""What a cluster node runs must be understood by the oldest Python that the installer takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLDEST = "3.8"
"""rh-python38 is what Red Hat Enterprise Linux 7 has; 3.7 would cost the agent Protocol, and 3.6 dataclasses, too."""


@pytest.mark.parametrize("room", ["agent", "packaging/deploy"])
def test_nothing_on_a_node_needs_a_newer_python(room: str) -> None:
    """Statically, every construct and every module of the standard library."""
    program = [sys.executable, "-c", "from vermin import main; main()", "--no-tips", f"-t={OLDEST}-", str(ROOT / room)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "Minimum required versions: " in done.stdout
