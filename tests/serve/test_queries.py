"""The lines that monitoring plugins and management clients type, on a served site, with exit code and stream."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.serve.served import ServedSite

SCRIPT = Path(__file__).resolve().parent / "scripts" / "queries.sh"
WARNING = "VCS WARNING V-16-1-"
EXPECTED = (
    ("haconf -makerw", 0, "-", ""),
    ("haconf -makerw", 1, "err", f"{WARNING}10364 "),
    ("hagrp -add newgrp", 0, "out", "VCS NOTICE V-16-1-10136 "),
    ("hatype -add NewType", 0, "-", ""),
    ("haattr -add NewType Port -integer 80", 0, "-", ""),
    ("hauser -add smith", 0, "-", ""),
    ("haconf -dump -makero", 0, "-", ""),
    ("haconf -dump -makero", 1, "err", f"{WARNING}10369 "),
    ("haclus -wait DumpingMembership 0 -time 10", 0, "-", ""),
    ("hagrp -unfreeze oragrp", 1, "err", f"{WARNING}40201 "),
    ("hares -clear ora_db -sys hosta", 1, "err", f"{WARNING}10267 "),
    ("hagrp -dep oragrp", 1, "err", f"{WARNING}50035 "),
    ("hagrp -state nosuch", 1, "err", f"{WARNING}40131 "),
    ("hares -state nosuch", 1, "err", f"{WARNING}40130 "),
    ("hasys -state nosuch", 1, "err", f"{WARNING}51051 "),
    ("hagrp -switch oragrp -to hosta", 1, "err", f"{WARNING}10192 "),
    ("hagrp -display oragrp -attribute TFrozen -attribute Frozen", 0, "out", "#Group "),
    ("hares -display -group oragrp", 0, "out", "#Resource "),
    ("hares -display -type MetroMirror", 0, "out", "#Resource "),
    ("haclus -display -localclus", 0, "out", "#Attribute "),
    ("hasys -state -localclus", 0, "out", "#System "),
    ("hasys -list -localclus", 0, "out", "hosta"),
    ("hamsg -list", 0, "out", "#Logs"),
    ("hacli -cmd uptime -sys hostb", 1, "err", f"{WARNING}60134 hacli is not simulated"),
    ("hagetcf", 1, "err", f"{WARNING}60134 hagetcf is not simulated"),
)


def test_every_line_has_its_exit_code_and_speaks_on_its_stream(tmp_path: Path) -> None:
    with ServedSite(tmp_path) as site:
        done = subprocess.run(
            ["sh", str(SCRIPT)], env=site.environment(), capture_output=True, text=True, timeout=120, check=False
        )
    assert done.stderr == ""
    answers = [line.split("|", 3) for line in done.stdout.splitlines()]
    assert len(answers) == len(EXPECTED)
    for (line, code, spoke, first), (typed, exit_code, stream, begins) in zip(answers, EXPECTED, strict=True):
        assert (line, int(code), spoke) == (typed, exit_code, stream), first
        assert first.startswith(begins)
