"""The deb and the RPM: what is in them, and their lives on a node."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.packaging.staging import FOLDER, ROOM, StagedNode, Tree, run, tree

PYTHON = "/usr/bin/python3"
needs_python = pytest.mark.skipif(not Path(PYTHON).exists(), reason=f"packages run under {PYTHON}: there is none here")


def needs(*tools: str) -> pytest.MarkDecorator:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not on this machine: {', '.join(missing)}")


def contents(found: Tree) -> Tree:
    """What a package brings: no compiled modules, no link, nothing that was there before."""
    mine = {name: facts for name, facts in found.items() if name.startswith(("opt/VRTSvcs", "etc/VRTSvcs"))}
    return {name: facts for name, facts in mine.items() if "__pycache__" not in name}


def tool(*argv: str | Path, **options: object) -> str:
    done = subprocess.run(  # type: ignore[call-overload] # the options are subprocess's own
        [str(word) for word in argv], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("package_builder", ROOM / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def laid_out(package: Path, tmp_path: Path) -> Tree:
    """What the installer would lay out."""
    staged = StagedNode(tmp_path / "staged")
    assert staged.install(package, "--python", PYTHON).returncode == 0
    return contents(staged.tree())


# The deb.


@pytest.fixture
def deb(out: Path) -> Path:
    (file,) = out.glob("*.deb")
    return file


@pytest.fixture
def older_deb(builder: ModuleType, older_package: Path, tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    file = builder.build_deb(older_package, "0.0.9", tmp_path / "work")
    assert isinstance(file, Path)
    return file


class Dpkg:
    """dpkg, for a machine in a directory: maintainer scripts run outside of it and are told where it is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("info", "updates"):
            (root / "var/lib/dpkg" / name).mkdir(parents=True)
        for name in ("status", "available"):
            (root / "var/lib/dpkg" / name).touch()

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        options = ["--force-script-chrootless", "--force-not-root", "--force-depends", "--log=/dev/null"]
        argv = ["dpkg", f"--root={self.root}", *options, *arguments]
        return run(argv, **{**environment, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


@needs("dpkg-deb")
def test_the_deb_holds_what_the_installer_lays_out(deb: Path, laid_out: Tree, tmp_path: Path) -> None:
    """File for file, byte for byte, mode for mode; and everything belongs to root."""
    tool("dpkg-deb", "-x", deb, tmp_path / "unpacked")
    assert contents(tree(tmp_path / "unpacked")) == laid_out
    listing = tool("dpkg-deb", "-c", deb).splitlines()
    assert {line.split()[1] for line in listing} == {"root/root"}
    # Launchers come after the release that they start: dpkg puts files into place in this order.
    names = [line.split()[5] for line in listing]
    assert max(i for i, name in enumerate(names) if "/.agent/0" in name) < names.index(f"./{FOLDER}/monitor")


@needs("dpkg-deb")
@needs_python
def test_the_unpacked_deb_runs(deb: Path, node: StagedNode) -> None:
    """Without a maintainer script having run."""
    tool("dpkg-deb", "-x", deb, node.root)
    assert node.enter("monitor", "ora_mmir").returncode == 100
    assert node.enter("open", "ora_mmir", "x").returncode == 0


@needs("dpkg-deb", "dpkg")
@needs_python
def test_the_life_of_the_deb(deb: Path, older_deb: Path, node: StagedNode) -> None:
    """Installed, upgraded under a running application, kept while it runs, removed when it does not."""
    node.install_vcs("Script51Agent")
    node.run_engine("|ONLINE|", "ONLINE")
    dpkg = Dpkg(node.root)
    before = contents(node.tree())
    done = dpkg("-i", str(older_deb))
    assert done.returncode == 0, done.stdout
    assert (node.folder / "actions/antique").exists()
    assert node.enter("monitor", "ora_mmir").returncode == 100
    done = dpkg("-i", str(deb))
    assert done.returncode == 0, done.stdout
    assert not (node.folder / "actions/antique").exists()
    assert [path.name[:5] for path in (node.folder / ".agent").iterdir() if path.is_dir()] == ["0.1.0"]
    assert (node.folder / "MetroMirrorAgent").exists()
    assert node.enter("monitor", "ora_mmir").returncode == 100
    kept = dpkg("-r", "mirrordrill-agent")
    assert kept.returncode != 0
    assert "the agent stays" in kept.stdout
    assert node.enter("monitor", "ora_mmir").returncode == 100
    assert (node.folder / "MetroMirrorAgent").exists()
    node.run_engine("|OFFLINE|", "OFFLINE")
    done = dpkg("-r", "mirrordrill-agent")
    assert done.returncode == 0, done.stdout
    assert contents(node.tree()) == before
    assert not (node.folder).exists()


@needs("dpkg-deb", "dpkg")
@needs_python
def test_a_deb_is_removed_by_force_where_vcs_is_silent(deb: Path, node: StagedNode) -> None:
    """METROMIRROR_FORCE is the installer's --force: it overrules silence."""
    node.install_vcs()
    dpkg = Dpkg(node.root)
    dpkg("-i", str(deb))
    assert dpkg("-r", "mirrordrill-agent").returncode != 0
    assert dpkg("-r", "mirrordrill-agent", METROMIRROR_FORCE="1").returncode == 0
    assert not node.folder.exists()


# The RPM.


@pytest.fixture
def rpm(out: Path) -> Path:
    (file,) = out.glob("*.rpm")
    return file


@needs("rpmbuild", "rpm", "rpm2cpio", "cpio")
def test_the_rpm_holds_what_the_installer_lays_out(rpm: Path, laid_out: Tree, tmp_path: Path) -> None:
    """File for file; it owns its folders and none of VCS's, and needs a python3 and nothing else."""
    unpack_rpm(rpm, tmp_path / "unpacked")
    ours = {name for name in laid_out if laid_out[name][1] or name.startswith(FOLDER)}
    assert {f"/{name}" for name in ours} == set(tool("rpm", "-qlp", rpm).split())
    found = tree(tmp_path / "unpacked")
    assert {name: found[name] for name in ours} == {name: laid_out[name] for name in ours}
    assert {"root root"} == set(tool("rpm", "-qp", "--qf", "[%{FILEUSERNAME} %{FILEGROUPNAME}\n]", rpm).splitlines())
    required = [word for word in tool("rpm", "-qpR", rpm).splitlines() if not word.startswith(("rpmlib(", "/bin/sh"))]
    assert required == [PYTHON]


def unpack_rpm(rpm: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    archive = subprocess.run(["rpm2cpio", str(rpm)], stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["cpio", "-idm", "--quiet"], input=archive, cwd=folder, check=True)


@needs("rpmbuild", "rpm2cpio", "cpio")
@needs_python
def test_the_unpacked_rpm_runs(rpm: Path, node: StagedNode) -> None:
    """Without a scriptlet having run."""
    unpack_rpm(rpm, node.root)
    assert node.enter("monitor", "ora_mmir").returncode == 100
    assert node.enter("open", "ora_mmir", "x").returncode == 0


class Rpm:
    """rpm, for a machine in a directory. Its scriptlets would run inside of it, where there is no shell: so they run
    outside, when rpm would run them and with the argument that it would give them."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *arguments: str) -> str:
        return tool("rpm", "--root", self.root, "--noscripts", "--nodeps", "--nosignature", *arguments)

    def script(self, package: Path, tag: str, argument: int, **environment: str) -> subprocess.CompletedProcess[str]:
        text = tool("rpm", "-qp", "--qf", f"%{{{tag}}}", package)
        return run(["/bin/sh", "-c", text, "sh", str(argument)], METROMIRROR_ROOT=str(self.root), **environment)


@pytest.fixture
def older_rpm(builder: ModuleType, older_package: Path, tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    file = builder.build_rpm(older_package, "0.0.9", tmp_path / "work")
    assert isinstance(file, Path)
    return file


@needs("rpmbuild", "rpm")
@needs_python
@pytest.mark.skipif(os.geteuid() != 0, reason="rpm --root needs root")
def test_the_life_of_the_rpm(rpm: Path, older_rpm: Path, node: StagedNode) -> None:
    """Installed, upgraded under a running application, kept while it runs, removed when it does not."""
    node.install_vcs("Script51Agent")
    node.run_engine("|ONLINE|", "ONLINE")
    machine = Rpm(node.root)
    before = contents(node.tree())
    for package, count in ((older_rpm, 1), (rpm, 2)):
        assert machine.script(package, "PREIN", count).returncode == 0
        machine.run("-U", str(package))
        done = machine.script(package, "POSTTRANS", count)
        assert done.returncode == 0, done.stdout
        assert node.enter("monitor", "ora_mmir").returncode == 100
    assert machine.script(older_rpm, "PREUN", 1).returncode == 0
    assert machine.script(older_rpm, "POSTUN", 1).returncode == 0
    assert not (node.folder / "actions/antique").exists()
    assert [path.name[:5] for path in (node.folder / ".agent").iterdir() if path.is_dir()] == ["0.1.0"]
    kept = machine.script(rpm, "PREUN", 0)
    assert kept.returncode != 0
    assert "the agent stays" in kept.stdout
    node.run_engine("|OFFLINE|", "OFFLINE")
    assert machine.script(rpm, "PREUN", 0).returncode == 0
    machine.run("-e", "mirrordrill-agent")
    assert machine.script(rpm, "POSTUN", 0).returncode == 0
    assert contents(node.tree()) == before
    assert not node.folder.exists()
