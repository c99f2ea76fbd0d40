"""The types that VCS brings: accepted without their files, and played by their family."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.simulator.config.bundled import BUNDLED, FILES
from mirrordrill.simulator.config.checks import examine
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.problems import Problem, Severity
from mirrordrill.simulator.host.behaviours import TYPES, StorageRole

ALONE = """include "{file}"
cluster c ( )
system hosta ( )
group g ( SystemList = {{ hosta = 0 }} )
    {type} r ( Unheard = of )
"""


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    (folder / "main.cf").write_text(text)
    return examine(load(folder / "main.cf"))[1]


@pytest.mark.parametrize("name", sorted(BUNDLED))
def test_a_bundled_type_is_known_without_its_file(tmp_path: Path, name: str) -> None:
    """An administrator brings main.cf alone; an attribute that is not known is kept, with one note."""
    found = problems_of(tmp_path, ALONE.format(file=BUNDLED[name].file, type=name))
    assert [(each.severity, "kept as written: Unheard of" in each.message) for each in found] == [(Severity.NOTE, True)]


def test_one_note_for_each_missing_file(tmp_path: Path) -> None:
    """Nine types with unknown attributes are one thing to do."""
    many = "".join(f"    {name} r{number} ( Unheard = of )\n" for number, name in enumerate(["NFS", "Share", "DNS"]))
    (problem,) = problems_of(tmp_path, ALONE.format(file="types.cf", type="Proxy") + many)
    assert "Unheard of Proxy, Unheard of NFS, Unheard of Share, Unheard of DNS" in problem.message
    assert "/etc/VRTSvcs/conf/config" in problem.hint


def test_a_slip_of_the_pen_is_told_even_where_the_file_is_missing(tmp_path: Path) -> None:
    """Devise is Device."""
    text = ALONE.format(file="types.cf", type="NIC").replace("Unheard = of", "Devise = eth0")
    (problem,) = problems_of(tmp_path, text)
    assert (problem.severity, problem.hint) == (Severity.WARNING, "did you mean Device?")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("DiskGroup", "PanicSystemOnDGLoss = 2"),
        ("Netlsnr", "Listener = { LISTENER }"),
        ("CFSfsckd", "ActivationMode = sw"),
    ],
)
def test_what_another_release_may_take_is_a_warning(tmp_path: Path, name: str, line: str) -> None:
    """Lists and numbers differ from release to release; the type file of the user's decides."""
    text = ALONE.format(file=BUNDLED[name].file, type=name).replace("Unheard = of", line)
    (problem,) = problems_of(tmp_path, text)
    assert problem.severity is Severity.WARNING
    assert f"copy {BUNDLED[name].file} from /etc/VRTSvcs/conf/config" in problem.hint


def test_cvm_is_read_as_its_wizard_writes_it(tmp_path: Path) -> None:
    """ActivationMode has a disk group for each key, on each system."""
    text = ALONE.format(file="CFSTypes.cf", type="CFSfsckd").replace(
        "Unheard = of", "ActivationMode @hosta = { dg = sw }"
    )
    assert problems_of(tmp_path, text) == ()


def test_a_type_file_that_lies_there_is_the_truth(tmp_path: Path) -> None:
    """What it does not declare is told, and a type that it lacks is an error."""
    (tmp_path / "types.cf").write_text("type NFS ( str Nservers )")
    found = problems_of(tmp_path, ALONE.format(file="types.cf", type="NFS"))
    assert [each.severity for each in found] == [Severity.WARNING]
    found = problems_of(tmp_path, ALONE.format(file="types.cf", type="Share"))
    assert [(each.severity, each.message) for each in found] == [(Severity.ERROR, "no resource type Share is defined")]


def test_what_check_accepts_and_what_is_played_is_one_table() -> None:
    """A type that is accepted without a behaviour would be played at random."""
    assert set(TYPES) == set(BUNDLED)
    assert {name for name, its in TYPES.items() if its.role is StorageRole.ALWAYS_THERE} == {
        name for name, each in BUNDLED.items() if each.operations.value == "None"
    }
    assert {each.file for each in BUNDLED.values()} <= FILES


def test_a_bundled_type_whose_file_is_not_included(tmp_path: Path) -> None:
    """The hint is the line to add."""
    (tmp_path / "types.cf").write_text("type NFS ( str Nservers )")
    (problem,) = problems_of(tmp_path, ALONE.format(file="types.cf", type="Oracle"))
    assert problem.hint == 'add the line: include "OracleTypes.cf"'
