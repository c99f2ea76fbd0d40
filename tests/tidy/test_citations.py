"""Every source that is named exists: in comments and docstrings of the code, on the pages, in the tables of guesses."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy.references import INEXACT, KNOWN, ROOT, Citation, citations

SOURCES = [
    path
    for room in ("agent", "simulator", "drills", "features", "packaging", "tests")
    for path in sorted((ROOT / room).rglob("*"))
    if path.suffix in (".py", ".cf", ".toml", ".lark") and path.parent.name != "tidy"
]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def wrong(text: str) -> list[str]:
    """The citations of a text that name something that does not exist; it may speak of a chapter as a whole."""
    joined = re.sub(r"\s+", " ", text)
    return [f"{c.words}: {c.wrong}" for c in citations(joined) if c.wrong and c.wrong != INEXACT]


def said(path: Path) -> Iterator[str]:
    """The comments, each block as one text, and the strings of a module; the whole text of another file."""
    if path.suffix != ".py":
        yield re.sub(r"(?m)^\s*(?://|#)", "", path.read_text())
        return
    source = path.read_text()
    yield from (
        n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )
    block: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            block.append(token.string.lstrip("#"))
        elif token.type not in (tokenize.NL, tokenize.NEWLINE):
            yield " ".join(block)
            block = []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_code_cites_exists(path: Path) -> None:
    """Chapters with their titles, sections of the references, rules, messages."""
    assert [found for text in said(path) for found in wrong(text)] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_pages_cite_exists(path: Path) -> None:
    """As above, and in the columns of docs/fidelity.md that are headed by a reference's name."""
    text = re.sub(r"(?ms)^```.*?^```", "", path.read_text())
    assert [found for paragraph in text.split("\n\n") for found in wrong(paragraph)] + list(wrong_cells(text)) == []


def wrong_cells(text: str) -> Iterator[str]:
    """The section numbers in table columns that are headed by a reference, where they do not exist."""
    column, reference = -1, ""
    for line in text.split("\n"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        heads = [(n, name) for n, cell in enumerate(cells) for name in KNOWN if name in cell]
        if line.startswith("|") and heads and cells[0].startswith("what the simulation does"):
            ((column, reference),) = heads
        elif not line.startswith("|"):
            column = -1
        elif column >= 0 and column < len(cells) and re.match(r"\d", cells[column]):
            numbers = re.findall(r"(?:^|, )(\d+(?:\.\d+)?)", cells[column].partition(":")[0])
            yield from (found for number in numbers for found in wrong(f"{reference} {number}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('chapter 4, "Testing host failure", steps 1 and 2', [True]),
        ('chapter 4, "Testing host failure", step 6', [False]),
        ('chapter 4, "Performing a disaster test" and "Performing the failback test", step 3', [True]),
        ('Chapter 1, "Testing host failure"', [False]),
        ("vcs.md 3.6, 9.4 and 4", [True, True, True]),
        ("vcs.md 3.6 to 3.8, 300 s", [True, True]),
        ("vcs.md 9.20", [False]),
        ("vcs.md 0, fact 3, and 9.12", [True, True, True]),
        ("dscli.md 2.6: paths return", [False]),
        ("dscli.md 8, trap 22", [True, False]),
        ("dscli.md 4 and vcs.md 9.2", [True, True]),
        ("drills.md S11; drills.md S12; drills.md, row host.", [True, False, True]),
        ("docs/messages.md 1103 and docs/messages.md 9999, docs/decisions.md", [True, False, True]),
    ],
)
def test_a_citation_is_read_as_it_is_meant(text: str, expected: list[bool]) -> None:
    """A checker that reads nothing finds nothing wrong."""
    found: list[Citation] = list(citations(text))
    in_order = [
        *(c for c in found if "chapter" in c.words.lower()),
        *(c for c in found if "chapter" not in c.words.lower()),
    ]
    assert [not citation.wrong for citation in in_order] == expected
