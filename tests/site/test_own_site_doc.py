"""docs/own-site.md: every command it shows is run, in the order in which it is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from simulator.settings import parse_settings
from tests.array.sites import Site
from tests.site.test_own_site import RDC
from tests.site.test_round_trip import captured

TEXT = (Path(__file__).parents[2] / "docs" / "own-site.md").read_text()


def test_every_command_of_the_document_works(tmp_path: Path) -> None:
    """With the example site as the reader's own, and both captures."""
    commands = re.findall(r"^\$ (.+)$", TEXT, re.MULTILINE)
    assert len(commands) == 6
    (tmp_path / "main.cf").write_text(RDC.read_text())
    both = captured(Site(), "-fullid")
    for name in ("site-a.txt", "site-b.txt"):
        (tmp_path / name).write_text(both)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command in commands:
        result = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(RDC.parents[3])},
        )
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"


def test_the_site_toml_of_the_document_is_valid() -> None:
    """Who copies it gets those numbers."""
    (text,) = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert parse_settings(text, "site.toml").link.distance_km == 32
