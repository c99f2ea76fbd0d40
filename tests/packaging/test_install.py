"""The installer, in a directory that stands for a node."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from deploy.places import ENTRIES, FRAMEWORKS

from tests.packaging.staging import (
    BARE_PYTHON,
    PROJECT,
    TYPES,
    StagedNode,
    bare_pythons,
    run,
    variant,
)

LOCK = "# lock\nformat = 1\nresource = ora_mmir\nsystem = hosta\nboot_id = {}\noperation = 1\nvolumes = 1260 1261\n"


@pytest.fixture(params=bare_pythons(), ids=lambda path: Path(path).name)
def installed(request: pytest.FixtureRequest, node: StagedNode, package: Path) -> StagedNode:
    """The agent, on a node with nothing but this interpreter."""
    node.install_vcs()
    done = node.install(package, python=request.param)
    assert done.returncode == 0, done.stdout
    return node


def test_the_installed_entry_points_work(installed: StagedNode) -> None:
    """Without any environment: monitor tells, open judges the lock, offline removes it, an action explains itself."""
    assert installed.enter("monitor", "ora_mmir").returncode == 100
    lock = installed.write_state("ora_mmir.lock", LOCK.format("boot-1"))
    assert installed.enter("monitor", "ora_mmir").returncode == 110
    assert installed.enter("open", "ora_mmir", "x").returncode == 0
    assert lock.exists()
    assert installed.enter("offline", "ora_mmir", "x").returncode == 0
    assert not lock.exists()
    installed.write_state("ora_mmir.lock", LOCK.format("boot-0"))
    assert installed.enter("open", "ora_mmir", "x").returncode == 0
    assert not lock.exists()
    for name in ("close", "attr_changed"):
        assert installed.enter(name, "ora_mmir", "x").returncode == 0
    assert installed.enter("clean", "ora_mmir", "2").returncode == 0
    for action in ("failback", "status", "verify", "explain"):
        said = installed.enter(f"actions/{action}", "ora_mmir", "/opt/ibm/dscli")
        assert (said.returncode, said.stdout.split()[:2]) == (1, [action, "failed:"])


def test_running_the_agent_adds_nothing_to_its_folder(installed: StagedNode) -> None:
    """Every module was compiled when it was installed, for the interpreter that runs it."""
    before = installed.tree()
    for entry in ENTRIES:
        installed.enter(entry, "ora_mmir")
    after = {name: facts for name, facts in installed.tree().items() if not name.startswith("var/")}
    assert after == {name: facts for name, facts in before.items() if not name.startswith("var/")}
    sources = list(installed.folder.rglob("*.py"))
    assert len(list(installed.folder.rglob("*.pyc"))) == len(sources) > 60


def test_the_agent_is_deaf_to_environment_and_site_packages(node: StagedNode, package: Path, tmp_path: Path) -> None:
    """A module of the same name in PYTHONPATH, in the user's packages or in the directory at hand is not loaded."""
    node.install(package)
    for name in ("agent", "pexpect", "os"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(55)\n")
    done = subprocess.run(
        [str(node.folder / "online"), "ora_mmir", "x"],
        env={"METROMIRROR_ROOT": str(node.root), "PYTHONPATH": str(tmp_path), "PYTHONHOME": "/nowhere", "PATH": ""},
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_pexpect_is_the_one_that_was_brought_along(node: StagedNode, package: Path) -> None:
    """A node has no package index, and whatever it has instead is not used."""
    node.install(package)
    release = next((node.folder / ".agent").glob("0*"))
    ask = f"import sys; sys.path.insert(0, {str(release)!r}); import agent.terminal as t; print(t.pexpect.__file__)"
    assert run([BARE_PYTHON, "-I", "-S", "-c", ask]).stdout.strip() == str(release / "pexpect/__init__.py")


def test_installing_twice_is_installing_once(node: StagedNode, package: Path) -> None:
    """And it says so."""
    node.install(package)
    once = node.tree()
    again = node.install(package)
    assert "was installed already" in again.stdout
    assert node.tree() == once


def test_an_upgrade_leaves_nothing_of_the_version_before(
    node: StagedNode, package: Path, older_package: Path, tmp_path: Path
) -> None:
    """Not its modules, not its compiled modules, not its actions; the same tree as on a new node."""
    fresh = StagedNode(tmp_path / "fresh")
    fresh.install(package)
    node.install(older_package)
    assert (node.folder / "actions/antique").exists()
    done = node.install(package)
    assert "upgraded from release 0.0.9-" in done.stdout
    assert node.tree() == fresh.tree()


def test_a_downgrade_is_an_upgrade_to_something_older(node: StagedNode, package: Path, older_package: Path) -> None:
    """Back out of a bad release the way one went in."""
    node.install(older_package)
    before = node.tree()
    node.install(package)
    node.install(older_package)
    assert node.tree() == before


def test_files_that_are_damaged_on_the_node_are_mended(node: StagedNode, package: Path) -> None:
    """By installing the same release again."""
    node.install(package)
    whole = node.tree()
    release = next((node.folder / ".agent").glob("0*"))
    (release / "agent/online.py").write_text("raise SystemExit(3)\n")
    (release / "agent/lock.py").unlink()
    (release / "agent/stranger.py").write_text("\n")
    (node.folder / "monitor").chmod(0o600)
    node.install(package)
    assert node.tree() == whole


def test_an_entry_point_that_lost_its_release_runs_its_successor(
    node: StagedNode, package: Path, older_package: Path
) -> None:
    """It had been started before an upgrade and loads after it: the moment between two steps, held still."""
    node.install(older_package)
    late = (node.folder / "monitor").read_text()
    node.install(package)
    # What the interpreter has read is the old launcher; what lies at its path is the new one.
    successor = node.folder / "monitor"
    started = late.replace("HERE = os.path.realpath(__file__)", f"HERE = {str(successor)!r}")
    node.write("started", started, 0o755)
    environment = {"METROMIRROR_ROOT": str(node.root)}
    assert run([str(node.root / "started"), "ora_mmir"], **environment).returncode == 100


@pytest.mark.parametrize(("entry", "code"), [("monitor", 99), ("online", 1), ("clean", 1), ("actions/failback", 1)])
def test_an_entry_point_without_its_release_says_so(node: StagedNode, package: Path, entry: str, code: int) -> None:
    """Unknown to monitor, a failure to clean and actions: never a state, never a traceback."""
    node.install(package)
    shutil.rmtree(next((node.folder / ".agent").glob("0*")) / "agent")
    said = node.enter(entry, "ora_mmir")
    assert said.returncode == code
    assert "is damaged" in said.stdout
    assert said.stdout.count("\n") == 1


def test_monitors_never_notice_upgrades(node: StagedNode, package: Path, older_package: Path) -> None:
    """Back and forth between two releases while monitors start one after the other."""
    node.install(package)
    node.write_state("ora_mmir.lock", LOCK.format("boot-1"))
    codes = []
    for version in (older_package, package, older_package):
        install = [str(version / "install"), "--root", str(node.root)]
        with subprocess.Popen(install, env={"PATH": "/usr/bin:/bin", "PYTHON": BARE_PYTHON}) as installer:
            while installer.poll() is None:
                codes.append(node.enter("monitor", "ora_mmir").returncode)
        assert installer.returncode == 0
    assert set(codes) == {110}
    assert len(codes) > 10


@pytest.mark.parametrize("there", [FRAMEWORKS, FRAMEWORKS[1:], FRAMEWORKS[-1:], ()], ids=len)
def test_the_frameworks_program_is_linked(node: StagedNode, package: Path, there: tuple[str, ...]) -> None:
    """The newest that the node has; where it has none, the installer says what is missing."""
    node.install_vcs(*there)
    done = node.install(package)
    link = node.folder / "MetroMirrorAgent"
    if there:
        assert str(link.readlink()) == f"../{there[0]}"
        assert link.exists()
    else:
        assert not link.is_symlink()
        assert "no MetroMirrorAgent" in done.stdout
    assert done.returncode == 0


def test_the_type_definition_is_where_the_manual_says(node: StagedNode, package: Path) -> None:
    """/etc/VRTSvcs/conf/MetroMirrorTypes.cf, as it is in the source tree."""
    node.install(package)
    assert (node.root / TYPES).read_text() == (PROJECT / "agent/MetroMirrorTypes.cf").read_text()


def test_an_installer_that_nobody_listens_to_completes_its_work(node: StagedNode, package: Path) -> None:
    """`./install | head -1` installs all of it."""
    node.install_vcs("ScriptAgent")
    install = [str(package / "install"), "--root", str(node.root)]
    environment = {"PATH": "/usr/bin:/bin", "PYTHON": BARE_PYTHON}
    with subprocess.Popen(install, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as installer:
        assert installer.stdout is not None
        assert installer.stderr is not None
        installer.stdout.close()
        assert installer.stderr.read() == b""
    assert installer.returncode == 0
    assert (node.folder / "MetroMirrorAgent").is_symlink()


# What is refused; and then the node is as it was.


@contextmanager
def unchanged(node: StagedNode) -> Iterator[None]:
    before = node.tree()
    yield
    assert node.tree() == before


OLD_PYTHON = """#!/bin/sh
case "$*" in *-V*) echo Python 3.6.8;; *print*) echo 3.6;; *) exit 1;; esac
"""


def test_an_old_python_is_refused(node: StagedNode, package: Path) -> None:
    """By name and version, whether it was found or named, with what to do about it."""
    old = node.write("python3", OLD_PYTHON, 0o755)
    with unchanged(node):
        found = node.install(package, python=str(old))
        named = node.install(package, "--python", str(old))
    assert found.returncode == named.returncode == 1
    assert f"{old} is Python 3.6.8; the agent needs Python 3.8 or later" in found.stdout
    assert "PYTHON=/path/to/python3" in found.stdout
    assert f"{old} is Python 3.6; the agent needs 3.8 or later" in named.stdout


def test_a_newer_python_beside_an_old_one_is_found(node: StagedNode, package: Path) -> None:
    """RHEL 7 and 8, SLES 12 and 15: the system's own python3 is 3.6 and older."""
    node.write("usr/bin/python3", OLD_PYTHON, 0o755)
    newer = node.write("usr/bin/python3.11", f'#!/bin/sh\nexec {BARE_PYTHON} "$@"\n', 0o755)
    path = f"{node.root}/usr/bin:/usr/bin:/bin"
    done = run([str(package / "install"), "--root", str(node.root)], PATH=path)
    assert done.returncode == 0
    assert f"python3 is Python 3.6.8, so {newer} is taken" in done.stdout
    assert node.enter("monitor", "ora_mmir").returncode == 100


@pytest.mark.parametrize(
    ("release", "package_name"),
    [
        ("rhel:7.9", "rh-python38"),
        ("rhel:8.10", "python39"),
        ("sles:15.5", "python311"),
        ("debian:13", "python39 or later"),
    ],
)
def test_a_node_without_a_python_that_is_new_enough_is_told_which_package_brings_one(
    node: StagedNode, package: Path, release: str, package_name: str
) -> None:
    """By /etc/os-release."""
    system, _, version = release.partition(":")
    node.write("etc/os-release", f'ID="{system}"\nVERSION_ID="{version}"\n')
    old = node.write("usr/bin/python3", OLD_PYTHON, 0o755)
    done = run([str(package / "install")], PYTHON=str(old), METROMIRROR_ROOT=str(node.root))
    assert done.returncode == 1
    assert f"install: {old} is Python 3.6.8; the agent needs Python 3.8 or later.\n" in done.stdout
    assert package_name in done.stdout


@pytest.mark.parametrize("python", ["python-is-not-here", "/nowhere/python3"])
def test_a_missing_python_is_refused(node: StagedNode, package: Path, python: str) -> None:
    """In a sentence."""
    with unchanged(node):
        done = node.install(package, python=python)
    assert done.returncode == 1
    assert "is not on this node; the agent needs Python 3.8 or later" in done.stdout


def test_a_virtual_environment_is_refused(node: StagedNode, package: Path, tmp_path: Path) -> None:
    """It is somebody's working copy; the agent would be gone with it."""
    (tmp_path / "venv/bin").mkdir(parents=True)
    (tmp_path / "venv/pyvenv.cfg").write_text(f"home = {Path(BARE_PYTHON).parent}\n")
    python = tmp_path / "venv/bin/python3"
    python.symlink_to(BARE_PYTHON)
    with unchanged(node):
        done = node.install(package, python=str(python))
    assert done.returncode == 1
    assert "belongs to a virtual environment" in done.stdout


@pytest.mark.parametrize("path", ["/usr/bin/python3'; rm -rf /", "/a b/python3", "python3", "/x\ny"])
def test_an_interpreter_whose_path_cannot_stand_in_a_script_is_refused(
    node: StagedNode, package: Path, path: str
) -> None:
    """Nothing of it is ever run by a shell."""
    with unchanged(node):
        done = node.install(package, "--python", path)
    assert done.returncode == 1
    assert "plain absolute path" in done.stdout


@pytest.mark.parametrize("damage", ["agent/decide.py", "pexpect/expect.py", "MANIFEST", "missing"])
def test_a_damaged_package_is_refused(node: StagedNode, package: Path, tmp_path: Path, damage: str) -> None:
    """Before the first file is written; what is damaged is named."""
    copy = tmp_path / "copy"
    shutil.copytree(package, copy)
    if damage == "missing":
        (copy / "release/agent/lock.py").unlink()
    else:
        with (copy / "release" / damage).open("a") as file:
            file.write("# changed\n")
    node.install(package)
    with unchanged(node):
        done = node.install(copy)
    assert done.returncode == 1
    assert "this package is damaged" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("text", ["import no_such_module\n", "this is no Python\n"])
def test_a_release_that_cannot_be_loaded_is_refused(node: StagedNode, package: Path, tmp_path: Path, text: str) -> None:
    """It is tried under the interpreter that is to run it before any entry point starts it."""
    broken = variant(package, tmp_path / "broken", "9.9", {"agent/terminal.py": text})
    node.install(package)
    with unchanged(node):
        done = node.install(broken)
    assert done.returncode == 1
    assert "cannot run the agent" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("name", ["online", "MetroMirrorAgent"])
def test_the_vendors_agent_is_not_overwritten(node: StagedNode, package: Path, name: str) -> None:
    """Two agents of one name in one place: the administrator removes the other one first."""
    node.write(f"opt/VRTSvcs/bin/MetroMirror/{name}", "#!/opt/VRTSperl/bin/perl\n", 0o755)
    with unchanged(node):
        done = node.install(package)
    assert done.returncode == 1
    assert "another agent for Metro Mirror" in done.stdout


def test_a_link_in_the_agents_place_is_not_followed(node: StagedNode, package: Path) -> None:
    """A working copy is linked there in development; installing must not write into it."""
    node.folder.parent.mkdir(parents=True)
    node.folder.symlink_to(node.root / "var")
    with unchanged(node):
        done = node.install(package)
    assert (done.returncode, "is a link to" in done.stdout) == (1, True)


def test_two_installers_do_not_work_at_once(node: StagedNode, package: Path, older_package: Path) -> None:
    """The second is told to wait; the lock of a dead one is no hindrance."""
    node.install(package)
    lock = node.folder / ".agent/installing"
    with lock.open("w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        refused = node.install(older_package)
    assert (refused.returncode, "another installer" in refused.stdout) == (1, True)
    assert "was installed already" in node.install(package).stdout
    assert not lock.exists()


@pytest.mark.parametrize(("arguments", "code"), [(["--root", "/nowhere"], 1), (["--bogus"], 2), (["surplus"], 2)])
def test_wrong_usage_is_told(package: Path, arguments: list[str], code: int) -> None:
    """In one sentence or with the usage, never with a traceback."""
    done = run([str(package / "install"), *arguments], PYTHON=BARE_PYTHON)
    assert done.returncode == code
    assert "install: " in done.stdout
    assert "Traceback" not in done.stdout
