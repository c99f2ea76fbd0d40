"""Words that code, messages and pages do not use: for each there is one of the field, or a plain one.

Rule 1: the table says which word stands in its place. What may keep one is named in `KEPT`, with its reason.
Rule 2: `whoever`, `somebody` and `nobody` hide who acts; no file uses them.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("agent", "simulator", "drills", "features", "packaging", "bench", "docs")
SUFFIXES = {".py", ".toml", ".md", ".feature", ".html", ".lark", ".cf", ".sh"}
REFUSED = {
    r"(un)?(fly|flies|flew|flown|flying|flights?|flyable)": "run, rehearse, play",
    r"can not": "cannot",
    r"so-manieth": "Nth",
}
KEPT = {
    "drills/report/model.py": "keys of report.json as reports have them since the first",
    "docs/report.schema.json": "printed from these",
    "drills/shrink/folder.py": "keys of verdict.json",
    "drills/cli/shrink.py": "--flights, the option's name before --runs",
    "simulator/vcs/wide_area/global_groups.py": "the text of a message, which stands in logs",
    "simulator/vcs/commands/language/refusals.py": "the real text of V-16-1-40200, word for word",
    "docs/fidelity.md": "printed from these",
    "features/hazards/resources.feature": "the title of a scenario, which people name in declarations",
}
UNNAMED = r"\b(whoever|whosoever|somebody|nobody|anybody)\b"


def texts() -> dict[str, str]:
    """Every file of the product and its pages, by its path; CHANGELOG.md says what was, and may use any word."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in SUFFIXES]
    files += [path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md"]
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted(files)}


TEXTS = texts()


def found(words: str, text: str) -> list[str]:
    return [match[0] for match in re.finditer(words, text, re.IGNORECASE)]


def test_no_refused_word_stands_in_code_or_on_a_page() -> None:
    """One thing has one name."""
    pattern = rf"\b(?:{'|'.join(REFUSED)})\b"
    wrong = {name: words for name, text in TEXTS.items() if (words := found(pattern, text))}
    assert {name: words for name, words in wrong.items() if name not in KEPT} == {}
    assert set(KEPT) - {"docs/report.schema.json"} <= set(wrong)


def test_the_actor_is_named() -> None:
    """An engine, an array, an operator acts; `nobody` tells a reader of another language nothing."""
    assert len(TEXTS) > 500
    assert {name: words for name, text in TEXTS.items() if (words := found(UNNAMED, text))} == {}
