"""What `make package` makes."""

from __future__ import annotations

import filecmp
import os
from pathlib import Path

import pytest
from deploy.launchers import TEMPLATE
from deploy.places import ENTRIES
from deploy.release import digest, open_release

from tests.packaging.staging import PROJECT, build


def test_the_same_sources_give_the_same_bytes(out: Path, tmp_path: Path) -> None:
    """Whoever builds, wherever, under whatever umask and locale."""
    before = os.umask(0o077)
    try:
        build(
            tmp_path, HOME="/nonexistent", LANG="tr_TR.UTF-8", TZ="Asia/Tokyo", PYTHONHASHSEED="7", SOURCE_DATE_EPOCH=""
        )
    finally:
        os.umask(before)
    names = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert filecmp.cmpfiles(out, tmp_path, names, shallow=False) == (names, [], [])
    assert [name for name in names if (out / name).stat().st_mode != (tmp_path / name).stat().st_mode] == []


def test_a_release_is_complete(package: Path) -> None:
    """The whole agent, what it borrows with its licences, the installer; and nothing compiled."""
    release = open_release(package / "release")
    agent = {f"agent/{path.name}" for path in (PROJECT / "agent").glob("*.py")}
    others = {"pexpect/__init__.py", "ptyprocess/ptyprocess.py", "deploy/main.py", "agent/MetroMirrorTypes.cf"}
    assert agent | others <= set(release.files)
    assert not [name for name in release.files if name.endswith((".pyc", ".pyi", "py.typed"))]
    for name, word in {"mirrordrill": "Apache License", "pexpect": "ISC LICENSE", "ptyprocess": "ISC license"}.items():
        assert word in release.read(f"licences/{name}").decode()


def test_the_manifest_lists_every_file_and_the_name_follows_from_it(package: Path) -> None:
    """Two releases of the same name are the same."""
    folder = package / "release"
    release = open_release(folder)
    files = {p.relative_to(folder).as_posix(): digest(p.read_bytes()) for p in folder.rglob("*") if p.is_file()}
    assert files.pop("MANIFEST")
    assert files == release.files
    lines = (folder / "MANIFEST").read_text().split("\n", 1)[1]
    assert release.name == f"0.1.0-{digest(lines.encode())[:12]}"


def test_the_package_has_the_entry_points_that_the_source_tree_has() -> None:
    """The launchers of the source tree and those of a node are two sets of files with the same names."""
    scripts = PROJECT / "agent/scripts"
    names = {path.relative_to(scripts).as_posix() for path in scripts.rglob("*") if path.is_file()}
    assert {name for name in names if "__pycache__" not in name} == set(ENTRIES)


def test_launchers_load_everything_before_they_do_anything() -> None:
    """From then on an upgrade may sweep their release away: no module of the agent is imported later than that."""
    text = TEMPLATE.read_text()
    assert text.index("@imports@") < text.index("main(@arguments@)")


@pytest.mark.parametrize("module", sorted(path.name for path in (PROJECT / "agent").glob("*.py")))
def test_what_the_agent_imports_late_its_launchers_import_early(module: str) -> None:
    """An import inside of a function names a module that a launcher has loaded, or one of the standard library."""
    early = {"agent.terminal", "agent.node", "agent.messages", "agent.ports"}
    lines = (PROJECT / "agent" / module).read_text().splitlines()
    late = [
        line.split()[1]
        for line in lines
        if line.startswith(" ") and line.lstrip().startswith(("from agent", "import agent"))
    ]
    assert set(late) <= early
