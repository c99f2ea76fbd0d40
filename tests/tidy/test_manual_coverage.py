"""docs/manual-coverage.md names what there is: every section of the manual, and proofs that can be run.

Rule: a row names a scenario by feature and title, a test by file and function, or says why nothing can prove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.tidy.references import KNOWN, ROOT

PAGE = (ROOT / "docs" / "manual-coverage.md").read_text()
TITLE = re.compile(r"(?m)^ *Scenario(?: Outline)?: (.+)$")
TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
FEATURES = {path.stem: path for path in (ROOT / "features").rglob("*.feature")}


def rows() -> Iterator[tuple[str, str, str]]:
    """Section, what the manual says there, and the proof."""
    section = ""
    for line in PAGE.split("\n"):
        if line.startswith("### "):
            section = line.removeprefix("### ")
        elif line.startswith("| ") and "what is said" not in line:
            what, proof = line.strip("| ").split(" | ")
            yield section, what, proof


ROWS = list(rows())


def is_there(proof: str) -> bool:
    """Whether a proof can be run, or is said not to be possible."""
    if named := TEST.fullmatch(proof):
        return re.search(rf"(?m)^def {named[2]}\(", (ROOT / named[1]).read_text()) is not None
    feature, _, title = proof.partition(": ")
    if feature in FEATURES:
        return title in TITLE.findall(FEATURES[feature].read_text())
    return proof.startswith("cannot be: ")


@pytest.mark.parametrize(("section", "what", "proof"), ROWS, ids=[f"{section}-{what}" for section, what, _ in ROWS])
def test_a_proof_exists(section: str, what: str, proof: str) -> None:
    """Under the name that the page has for it."""
    assert is_there(proof), proof


def test_every_section_of_the_manual_has_its_rows_in_its_chapter() -> None:
    """In the order of the manual, none left out and none made up."""
    chapters = dict(re.findall(r"(?ms)^## Chapter (\d)$(.*?)(?=^## |\Z)", PAGE))
    assert {n: re.findall(r"(?m)^### (.+)$", text) for n, text in chapters.items()} == {
        n: list(sections) for n, sections in KNOWN["manual"].items()
    }
    assert {section for section, _, _ in ROWS} == {title for its in KNOWN["manual"].values() for title in its}


def test_every_step_of_chapter_4_is_covered() -> None:
    """A test of the manual is its steps, one after the other."""
    for title, its in KNOWN["manual"]["4"].items():
        said = " ".join(what for section, what, _ in ROWS if section == title)
        covered: set[int] = set()
        for first, last in re.findall(r"steps? (\d)(?:(?: and| to) (\d))?", said):
            covered |= set(range(int(first), int(last or first) + 1))
        assert covered == set(range(1, its.get("steps", 0) + 1)), title


def test_a_proof_that_is_gone_is_noticed() -> None:
    """A check that believes everything would be none."""
    assert not is_there("migration: The service group stays at home")
    assert not is_there("tests/agent/test_online.py::test_that_never_was")
    assert not is_there("by common sense")
