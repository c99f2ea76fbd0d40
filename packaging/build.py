"""`make package`: everything that an administrator carries to a node, in `dist/`.

First a directory that holds all an installation needs but a `python3`: the installer and one release, that is the
agent, pexpect and ptyprocess as this interpreter has them, and their licences. Then, where this machine has the tools,
a deb and an RPM. What those contain is laid out by the installer itself, so all three ways end in the same files.

Rule: the same sources give the same bytes, on any day, in any directory, for any user. Times in archives are
SOURCE_DATE_EPOCH, or a fixed day where that is not set.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOM = Path(__file__).resolve().parent
PROJECT = ROOM.parent
TEMPLATES = ROOM / "templates"
sys.path.insert(0, str(PROJECT))  # the room itself is there already, as the folder of the program that runs

from deploy.files import PROGRAM_MODE, replace_file  # noqa: E402 - the path has to be known first
from deploy.places import Places  # noqa: E402 - likewise
from deploy.release import open_release, write_manifest  # noqa: E402 - likewise

NAME = "mirrordrill-agent"
BORROWED = ("pexpect", "ptyprocess")
"""What the agent needs besides the standard library: it is brought along, because a node has no package index."""
PACKAGE_PYTHON = "/usr/bin/python3"
"""Where every Linux distribution has its python3."""
A_FIXED_DAY = "1767225600"
"""2026-01-01, for builds without a SOURCE_DATE_EPOCH."""
SHIPPED = (".py", ".cf", ".txt", ".sh")


def build_directory(out: Path, version: str) -> Path:
    """The self-contained directory; it replaces one that was built before."""
    target = out / f"{NAME}-{version}"
    beside = out / f".{NAME}-{version}.new"
    for old in (beside, target):
        shutil.rmtree(old, ignore_errors=True)
    release = beside / "release"
    for name, source in sorted(shipped_files()):
        replace_file(release / name, source.read_bytes())
    borrowed = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in BORROWED)
    replace_file(release / "licences/README", f"mirrordrill {version}, with {borrowed}.\n".encode())
    name = write_manifest(release, version)
    replace_file(beside / "install", (TEMPLATES / "install.sh").read_bytes(), PROGRAM_MODE)
    replace_file(beside / "README", fill("README", version, name, borrowed=borrowed))
    beside.rename(target)
    return target


def shipped_files() -> Iterator[tuple[str, Path]]:
    """Name in the release, and where it comes from."""
    for folder in (PROJECT / "agent", ROOM / "deploy"):
        for path in folder.glob("*"):
            if path.suffix in SHIPPED:
                yield f"{folder.name}/{path.name}", path
    yield "licences/mirrordrill", PROJECT / "LICENSE"
    for name in BORROWED:
        for file in importlib.metadata.files(name) or ():
            if file.parts[0] == name and file.suffix in SHIPPED:
                yield str(file), Path(str(file.locate()))
            elif file.name.startswith("LICENSE"):
                yield f"licences/{name}", Path(str(file.locate()))


def fill(template: str, version: str, release: str, **values: str) -> bytes:
    """A template's text with the release's names in it."""
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    values |= {"version": version, "release": release, "name": NAME, "python": PACKAGE_PYTHON}
    if "@check_python@" in text:
        values["check_python"] = fill("check_python", version, release).decode().rstrip()
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text.encode()


def lay_out(directory: Path, root: Path) -> None:
    """What a package contains: what the installer lays out, not compiled."""
    root.mkdir()
    run(str(directory / "install"), "--lay-out", "--root", str(root), "--python", PACKAGE_PYTHON)


def build_deb(directory: Path, version: str, work: Path) -> Path:
    """The package for Debian and its kin."""
    root = work / "deb"
    lay_out(directory, root)
    release = open_release(directory / "release").name
    for script in ("preinst", "postinst", "prerm", "postrm"):
        replace_file(root / "DEBIAN" / script, fill(f"deb/{script}", version, release), PROGRAM_MODE)
    replace_file(root / "DEBIAN/control", fill("deb/control", version, release))
    file = directory.parent / f"{NAME}_{version}_all.deb"
    # xz in one thread: its output must not depend on the number of processors.
    run("dpkg-deb", "--root-owner-group", "--threads-max=1", "-Zxz", "--build", str(root), str(file))
    return file


def build_rpm(directory: Path, version: str, work: Path) -> Path:
    """The package for Red Hat, SUSE and their kin."""
    root = work / "rpm"
    lay_out(directory, root)
    release = open_release(directory / "release").name
    spec = work / f"{NAME}.spec"
    replace_file(spec, fill("agent.spec", version, release, files=listed(root)))
    macros = {"_topdir": work / "rpmbuild", "staged": root, "_rpmdir": work / "rpms", "_rpmfilename": "%{NAME}.rpm"}
    defined = [word for name, value in macros.items() for word in ("--define", f"{name} {value}")]
    run("rpmbuild", "-bb", "--quiet", "--target", "noarch", *defined, str(spec))
    file = directory.parent / f"{NAME}-{version}-1.noarch.rpm"
    shutil.move(work / f"rpms/{NAME}.rpm", file)
    return file


def listed(root: Path) -> str:
    """The `%files` of an RPM: every file, and the folders that are the agent's own."""
    own = Places(root).folder
    paths = sorted(root.rglob("*"))
    files = [f"/{path.relative_to(root)}" for path in paths if not path.is_dir()]
    folders = [f"%dir /{path.relative_to(root)}" for path in paths if path.is_dir() and own in (path, *path.parents)]
    return "\n".join([*folders, *files])


def run(*argv: str) -> None:
    """Run a tool. Raises CalledProcessError; what it said is shown then."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or A_FIXED_DAY
    same = {"SOURCE_DATE_EPOCH": epoch, "LC_ALL": "C", "TZ": "UTC", "PYTHON": sys.executable}
    said = subprocess.run(  # noqa: S603 - no shell, and every word is ours
        argv, env={**os.environ, **same}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if said.returncode:
        raise SystemExit(f"{' '.join(argv)} failed:\n{said.stdout}")


TOOLS = {"dpkg-deb": build_deb, "rpmbuild": build_rpm}


def build(out: Path) -> None:
    """Build all that this machine can."""
    with (PROJECT / "pyproject.toml").open("rb") as file:
        version: str = tomllib.load(file)["project"]["version"]
    out.mkdir(parents=True, exist_ok=True)
    directory = build_directory(out, version)
    sys.stdout.write(f"{directory}\n")
    for tool, make in TOOLS.items():
        if shutil.which(tool) is None:
            sys.stdout.write(f"no package made with {tool}: this machine has no {tool}\n")
            continue
        with tempfile.TemporaryDirectory(prefix=f"{NAME}-") as work:
            sys.stdout.write(f"{make(directory, version, Path(work))}\n")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Build the agent's packages.")
    parser.add_argument("--out", type=Path, default=PROJECT / "dist", metavar="DIR", help="where to (default: dist)")
    os.umask(0o022)
    build(parser.parse_args().out.resolve())


if __name__ == "__main__":
    main()
