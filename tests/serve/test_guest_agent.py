"""The walk of docs/serve.md: an agent of others, from its README to a switch across arrays."""

from __future__ import annotations

import re
from pathlib import Path

from mirrordrill.drills.sites import FOLDER
from tests.commands import mirrordrill
from tests.serve.served import ServedSite

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "serve.md").read_text()
FILES = dict(re.findall(r"^`(\S+)`(?:, [^\n]*)?:\n\n```\w*\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
"""The files that the page shows, by the path in front of each."""


def test_the_walk_on_the_page_leads_to_the_other_array(tmp_path: Path) -> None:
    """Its files, its main.cf with the agent on top of the database, its commands."""
    folder = tmp_path / "site-files"
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    assert {"site.toml", "AcmeTypes.cf", "agents/Acme/monitor", "agents/Acme/online"} <= set(FILES)
    for name in ("offline", "clean"):
        assert (folder / "agents" / "Acme" / name).is_file()
    main = (FOLDER / "rdc" / "main.cf").read_text()
    main = main.replace('include "types.cf"\n', 'include "types.cf"\ninclude "AcmeTypes.cf"\n', 1)
    main = main.replace(
        "\n\t// Figure 3-2", "\n\tAcme acme (\n\t\tPort = 80\n\t\t)\n\n\tacme requires ora_db\n\n\t// Figure 3-2", 1
    )
    for included in (FOLDER / "rdc").glob("*.cf"):
        if included.name != "main.cf":
            (folder / included.name).write_text(included.read_text())
    (folder / "main.cf").write_text(main)
    checked = mirrordrill("check", folder / "main.cf")
    assert (checked.returncode, "Acme acme" in checked.stdout) == (0, True), checked.stdout
    with ServedSite(tmp_path, str(folder / "main.cf")) as site:
        assert site.run("hares", "-value", "acme", "State") == (0, "ONLINE\n")
        assert site.run("hagrp", "-switch", "oragrp", "-to", "hostc")[0] == 0
        wait = ["hagrp", "-wait", "oragrp", "State", "ONLINE", "-sys", "hostc", "-time", "900"]
        assert site.run(*wait)[0] == 0
        assert site.run("hares", "-value", "acme", "State", host="hostc") == (0, "ONLINE\n")
        log = site.folder / "hosts" / "hostc" / "var" / "VRTSvcs" / "log" / "engine_A.log"
        assert "acme is started on port 80" in log.read_text()
        assert site.run("halt", host="hostc")[0] == 0
        assert site.run(*wait[:-3], "hostd", *wait[-2:], host="hostd")[0] == 0
        assert site.run("hares", "-value", "acme", "State", "hostd", host="hostd") == (0, "ONLINE\n")
