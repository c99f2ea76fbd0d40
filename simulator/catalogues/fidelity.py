"""Facts about fidelity: every behaviour of the simulation that no source shows, with its confidence.

The facts are data: `fidelity_ROOM.toml` beside this module, one table for each section. `docs/fidelity.md` and the
fidelity statement of every report are made from them. What is read in a manual (H) or seen (S) has no fact.

Rule 1: a change that models a guess adds its fact to the file of its room.
Rule 2: a fact whose value can be changed names the setting.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class FidelityFact:
    """One behaviour or value that is not certain."""

    modelled: str
    """What the simulation does."""
    confidence: str
    """The mark of the reference document, `not found`, or `invented`."""
    known: str
    """What is known of the real system, or the section of the reference document."""
    setting: str = "-"
    """A key of site.toml or an attribute of main.cf; `-` where nothing can be set."""


@dataclass(frozen=True, slots=True)
class FidelitySection:
    """The facts below one heading."""

    title: str
    facts: tuple[FidelityFact, ...]


@cache
def load(room: str) -> tuple[FidelitySection, ...]:
    """The sections of `fidelity_ROOM.toml`."""
    text = resources.files(__package__).joinpath(f"fidelity_{room}.toml").read_text(encoding="utf-8")
    return tuple(
        FidelitySection(section["title"], tuple(FidelityFact(**fact) for fact in section["facts"]))
        for section in tomllib.loads(text)["section"]
    )


def as_markdown(sections: Sequence[FidelitySection], *, document: str, has_settings: bool = False) -> str:
    """The sections as Markdown tables; `document` heads the column of what is known."""
    head = ("what the simulation does", "confidence", document, *(["setting"] if has_settings else []))
    parts = []
    for section in sections:
        rows = [(fact.modelled, fact.confidence, fact.known, fact.setting)[: len(head)] for fact in section.facts]
        parts.append(f"### {section.title}\n\n{markdown_table(head, rows)}")
    return "\n".join(parts)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
