"""What a wheel brings into an environment, and that it needs nothing that lies only in the checkout."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.installed.conftest import ROOT, Installed

PACKAGED = {".cf", ".feature", ".lark", ".toml", ".py", ".txt", ".typed", ".html", ".css", ".js", ".json"}


def test_a_wheel_adds_one_name_to_site_packages(wheel: Path) -> None:
    """A tool that lives in environments of others takes no common word from them."""
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert [name for name in tops if not name.endswith(".dist-info")] == ["mirrordrill"]


def test_everything_of_the_rooms_is_in_the_wheel(wheel: Path) -> None:
    """A site.toml beside an example's main.cf, scripts, templates: not only Python."""
    names = set(zipfile.ZipFile(wheel).namelist())
    rooms = [ROOT / room for room in ("agent", "drills", "features", "simulator")]
    files = [
        f"mirrordrill/{path.relative_to(ROOT).as_posix()}"
        for room in rooms
        for path in room.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert sorted(set(files) - names) == []


def test_what_is_tested_is_the_installed_package(installed: Installed) -> None:
    """With the root of the checkout on the path nothing shadows it."""
    look = "import mirrordrill.drills, mirrordrill.agent as a; print(mirrordrill.__file__, a.__file__)"
    code, output = installed.run(ROOT, "python", "-c", look)
    assert code == 0, output
    assert output.count(str(installed.site_packages)) == 2


def test_the_standard_set_holds_in_an_empty_directory(installed: Installed, tmp_path: Path) -> None:
    """`mirrordrill run`, as somebody who has just installed it."""
    code, output = installed.run(tmp_path, "mirrordrill", "run", "--show", "summary")
    assert code == 0, output
    assert "every step held" in output
