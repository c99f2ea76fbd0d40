"""`mirrordrill init`: a directory in which one's own drills hold at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mirrordrill.drills import sites
from mirrordrill.drills.sites.settings_text import settings_text
from mirrordrill.simulator.site.settings import TABLES, Settings, parse_settings
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.site.site_toml import schema_text
from tests import commands

SITES = Path(sites.__file__).resolve().parent
RDC = SITES / "rdc" / "main.cf"
GCO = [SITES / "gco" / name / "main.cf" for name in ("clusa", "clusb")]
OTHER_NAMES = (("hosta", "nodeone"), ("hostb", "hosta"), ("hostc", "dr-1"), ("hostd", "dr-2"), ("oragrp", "db-grp"))
STANDARD = ("disaster", "failback", "host_failure", "migration", "migration_everywhere")
DRILLS = [f"drills/db-grp/{name}.feature" for name in STANDARD]
PAIRS = "1260:1260 Full Duplex - Metro Mirror 12\n1261:1261 Full Duplex - Metro Mirror 12\n"
EDITOR = [".vscode/mirrordrill-steps.ts", ".vscode/settings.json"]
WRITTEN = [".github/workflows/drills.yml", *EDITOR, *DRILLS, "main.cf", "pytest.ini", "run-drills.sh", "site.toml"]


def renamed_site(folder: Path) -> Path:
    """The example under other names; one of the new names is an old one of somebody else."""
    text = RDC.read_text()
    for old, new in OTHER_NAMES:
        text = text.replace(old, new)
    file = folder / "source" / "main.cf"
    file.parent.mkdir()
    file.write_text(text)
    return file


def run(*command: str | Path, folder: Path | None = None) -> tuple[int, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    result = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PATH": path, "COLUMNS": "200"},
    )
    output = result.stdout + result.stderr
    assert "Traceback" not in output
    return result.returncode, output


def mirrordrill(*arguments: str | Path) -> tuple[int, str]:
    done = commands.mirrordrill(*arguments)
    return done.returncode, done.stdout + done.stderr


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_drills_of_a_fresh_directory_hold(tmp_path: Path) -> None:
    """From a main.cf with names of its own to drills that plain pytest runs on it, without a word about the site."""
    site = renamed_site(tmp_path)
    code, output = mirrordrill("init", tmp_path / "ours", "--site", site)
    assert code == 0, output
    assert set(files_below(tmp_path / "ours")) >= set(WRITTEN)
    drill = (tmp_path / "ours/drills/db-grp/migration.feature").read_text()
    assert "switches db-grp to dr-1" in drill
    assert "oragrp" not in drill + output
    code, output = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=tmp_path / "ours")
    assert code == 0, output
    scenarios = sum(
        len(re.findall(r"(?m)^ *Scenario", file.read_text())) for file in (tmp_path / "ours").rglob("*.feature")
    )
    assert scenarios >= 4
    flown = re.search(r"(\d+) passed", output)
    assert flown
    assert int(flown[1]) >= scenarios  # an outline is run once for each of its rows


def test_the_script_that_ci_runs_checks_and_flies(tmp_path: Path) -> None:
    """From whatever directory, with the options of `run`."""
    mirrordrill("init", tmp_path / "ours", "--site", renamed_site(tmp_path))
    code, output = run(tmp_path / "ours" / "run-drills.sh", "--seed", "3")
    assert code == 0, output
    assert "no problems found" in output
    assert "every step and every oracle held" in output
    assert "drills in" in output
    (tmp_path / "ours" / "captures").mkdir()
    (tmp_path / "ours" / "captures" / "lists.txt").write_text("nonsense\n")
    code, output = run(tmp_path / "ours" / "run-drills.sh")
    assert code == 2
    assert "lists.txt:1:1" in output


def test_a_state_in_which_no_drill_can_start_is_told_once(tmp_path: Path) -> None:
    """Not once for each drill, and not without the cause."""
    mirrordrill("init", tmp_path / "ours", "--site", renamed_site(tmp_path))
    captures = tmp_path / "ours" / "captures"
    captures.mkdir()
    pair = "IBM.2107-75FA120/1260:IBM.2107-75FA150/1260"
    (captures / "lists.txt").write_text(f"{pair} Suspended Host Source Metro Mirror 12 60 Disabled Invalid\n")
    code, output = run(tmp_path / "ours" / "run-drills.sh")
    assert code == 2
    assert output.count("is suspended") == 2  # the finding, and the sum of it
    assert re.search(r"\d+ drills cannot start because pair 1260:1260 is suspended", output)
    code, output = run(tmp_path / "ours" / "run-drills.sh", "-k", "stays", "--from-degraded")
    assert "cannot start" not in output


@pytest.mark.parametrize("name", ["../../out", "$(touch out)", "a b; touch out"])
def test_a_name_that_leads_anywhere_is_refused(tmp_path: Path, name: str) -> None:
    """A main.cf is text from elsewhere."""
    site = renamed_site(tmp_path)
    site.write_text(site.read_text().replace("group db-grp", f'group "{name}"'))
    code, output = mirrordrill("init", tmp_path / "ours", "--site", site)
    assert code == 2
    assert "cannot be the name of a group" in output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source"]


def test_nothing_is_overwritten_unless_that_was_asked_for(tmp_path: Path) -> None:
    """And then it is."""
    site = renamed_site(tmp_path)
    ours = tmp_path / "ours"
    mirrordrill("init", ours, "--site", site)
    (ours / "site.toml").write_text("# mine\n")
    code, output = mirrordrill("init", ours, "--site", site)
    assert code == 2
    assert "site.toml" in output
    assert "--force" in output
    assert (ours / "site.toml").read_text() == "# mine\n"
    assert mirrordrill("init", ours, "--site", site, "--force")[0] == 0
    assert (ours / "site.toml").read_text() != "# mine\n"


def test_the_directory_may_be_the_one_of_the_main_cf(tmp_path: Path) -> None:
    """Its main.cf and its site.toml stay what they are."""
    site = renamed_site(tmp_path)
    (site.parent / "site.toml").write_text("[link]\ndistance_km = 9\n")
    before = site.read_text()
    assert mirrordrill("init", site.parent, "--site", site)[0] == 0
    assert site.read_text() == before
    assert load_site([site]).settings.link.distance_km == 9
    assert set(files_below(site.parent)) >= set(WRITTEN)


def test_a_leg_that_needs_a_second_host_is_left_out_where_there_is_one_only(tmp_path: Path) -> None:
    """One host on each array: there and back is what remains, and it holds."""
    lines = [line for line in RDC.read_text().split("\n") if "@hostb" not in line and "@hostd" not in line]
    text = "\n".join(lines).replace("system hostb (\n\t)\n", "").replace("system hostd (\n\t)\n", "")
    text = (
        text.replace(", hostb = 1", "").replace(", hostd = 3", "").replace(", hostb = 0", "").replace(", hostd = 1", "")
    )
    site = tmp_path / "main.cf"
    site.write_text(text)
    code, output = mirrordrill("init", tmp_path / "ours", "--site", site)
    assert code == 0, output
    drill = (tmp_path / "ours/drills/oragrp/migration.feature").read_text()
    assert "to hostb" not in drill
    assert "# Left out here: a leg that needs a second host on the array where the group starts." in drill
    assert mirrordrill("run", tmp_path / "ours" / "drills", "--site", site, "--show", "verdicts")[0] == 0


GCO_NAMES = (*OTHER_NAMES, ("clusa", "munich"), ("clusb", "clusa"), ("ora_mmir", "mm"), ("ds8000", "hmc-"))


def test_the_drills_of_a_global_cluster_hold_under_other_names(tmp_path: Path) -> None:
    """A directory for each member with its type files, one site.toml above them, and drills that plain pytest runs."""
    files = [tmp_path / side / "main.cf" for side in ("a", "b")]
    for source, file in zip(GCO, files, strict=True):
        text = source.read_text()
        for old, new in GCO_NAMES:
            text = text.replace(old, new)
        file.parent.mkdir()
        file.write_text('include "extra.cf"\n' + text)
        (file.parent / "extra.cf").write_text("type Extra ( )\n")
    ours = tmp_path / "ours"
    code, output = mirrordrill("init", ours, "--site", files[0], "--site", files[1])
    assert code == 0, output
    found = files_below(ours)
    assert {"munich/main.cf", "clusa/main.cf", "munich/extra.cf", "clusa/extra.cf", "site.toml"} <= set(found)
    drills = "".join(file.read_text() for file in ours.rglob("*.feature"))
    assert "alert CFAULT-munich is raised in clusa" in drills
    assert not re.search(r"\b(hostb|hostc|hostd|oragrp|clusb|ora_mmir)\b", drills)
    code, output = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=ours)
    assert code == 0, output
    assert int(re.findall(r"(\d+) passed", output)[0]) >= len(re.findall(r"(?m)^ *Scenario", drills)) >= 4
    assert mirrordrill("check", ours / "munich/main.cf", ours / "clusa/main.cf")[0] == 0


def test_drills_that_wait_for_an_operator_say_with_which_policy_they_are_run_where_nobody_is_asked(
    tmp_path: Path,
) -> None:
    """With ClusterFailOverPolicy Auto a lost cluster's groups come over by themselves, and no alert is raised."""
    files = []
    for file in GCO:
        copy = tmp_path / file.parent.name / "main.cf"
        copy.parent.mkdir()
        copy.write_text(file.read_text().replace("ClusterFailOverPolicy = Manual", "ClusterFailOverPolicy = Auto"))
        assert "ClusterFailOverPolicy = Auto" in copy.read_text()
        files += ["--site", copy]
    code, output = mirrordrill("init", tmp_path / "drills", *files)
    assert code == 0
    assert "global_disaster: run with ClusterFailOverPolicy = Manual of oragrp (it is Auto: " in output
    code, output = mirrordrill("run", tmp_path / "drills" / "drills", "--show", "summary")
    assert code == 0, output


def test_warnings_of_the_site_are_told_once(tmp_path: Path) -> None:
    """They keep nobody from starting, and may be why a drill does not hold."""
    site = renamed_site(tmp_path)
    site.write_text(site.read_text().replace("User = admin", "User = admin\n\t\tUsre = admin", 1))
    code, output = mirrordrill("init", tmp_path / "ours", "--site", site)
    assert code == 0
    assert "note: `mirrordrill check` has 1 warning about this site" in output


def test_a_wrong_main_cf_writes_nothing(tmp_path: Path) -> None:
    """Its problems are told with their places."""
    site = renamed_site(tmp_path)
    site.write_text(site.read_text().replace("ora_dg requires ora_mmir", "ora_dg requires nobody"))
    code, output = mirrordrill("init", tmp_path / "ours", "--site", site)
    assert code == 2
    assert "has no resource nobody" in output
    assert not (tmp_path / "ours").exists()


@pytest.mark.parametrize("files", [[RDC], GCO], ids=["rdc", "gco"])
def test_the_commented_site_toml_says_what_is_assumed(files: list[Path]) -> None:
    """As it is, nothing; with the comments taken away, the defaults, and nothing unknown."""
    text = settings_text(load_site(files))
    assert parse_settings(text, "site.toml") == Settings()
    lines = [line.removeprefix("# ") for line in text.split("\n") if not line.startswith("#   ")]
    said = "\n".join(line for line in lines if line.startswith("[") or " = " in line)
    read = parse_settings(said, "site.toml")
    for table in set(TABLES) - {"objectives", "volumes", "fencing", "hosts", "membership"}:
        assert getattr(read, table) == getattr(Settings(), table)
    assert read.membership == replace(Settings().membership, seed_systems=read.membership.seed_systems)
    assert read.membership.seed_systems in {2, 4}
    assert read.hosts.boot_s == Settings().hosts.boot_s
    assert read.fencing.race_s == Settings().fencing.race_s
    assert (read.objectives.rto_s, read.objectives.of("oragrp").rto_s) == (900, 900)
    assert (read.types["Oracle"].online_s, "MetroMirror" in read.types) == (12, False)


def test_editors_find_the_schema_of_the_site_toml_beside_it(tmp_path: Path) -> None:
    """`#:schema` in its first line; what stands there is the schema of this very version."""
    code, _ = mirrordrill("init", tmp_path / "ours", "--site", renamed_site(tmp_path))
    assert code == 0
    first = (tmp_path / "ours" / "site.toml").read_text().partition("\n")[0]
    schema = tmp_path / "ours" / first.removeprefix("#:schema ")
    assert schema.read_text() == schema_text(Settings()) + "\n"


def test_a_killed_init_leaves_nothing_that_looks_complete(tmp_path: Path) -> None:
    """After each single change: whole files only, the script last; the next run ends as if nothing had been."""
    killer = Path(__file__).resolve().with_name("killer.py")
    done = subprocess.run(
        [sys.executable, killer, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(RDC.parents[3])},
    )
    assert done.stderr == ""
    *wrong, new_moments, old_moments = done.stdout.splitlines()
    assert wrong == []
    assert int(new_moments) >= 8
    assert int(old_moments) >= 12


def test_a_directory_in_which_pytest_is_configured_keeps_its_configuration(tmp_path: Path) -> None:
    """A pytest.ini beside a pyproject.toml would take its place: the user is told what to add."""
    site = renamed_site(tmp_path)
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    code, output = mirrordrill("init", tmp_path / "ours", "--site", site)
    assert code == 0, output
    assert "add `mirrordrill = true`" in output
    assert not (tmp_path / "ours" / "pytest.ini").exists()


def test_captures_are_copied_to_where_the_script_looks_for_them(tmp_path: Path) -> None:
    """Each under a name of its own, checked before anything is written."""
    site = renamed_site(tmp_path)
    (tmp_path / "lists").write_text("nonsense\n")
    code, output = mirrordrill("init", tmp_path / "ours", "--site", site, "--capture", tmp_path / "lists")
    assert code == 2
    assert "holds no list of lspprc" in output
    (tmp_path / "lists").write_text("dscli> lspprc -dev IBM.2107-75FA120 1260\n" + PAIRS)
    code, output = mirrordrill("init", tmp_path / "ours", "--site", site, "--capture", tmp_path / "lists")
    assert code == 0, output
    assert (tmp_path / "ours" / "captures" / "1-lists").read_text() == (tmp_path / "lists").read_text()
