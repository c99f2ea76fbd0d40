"""Citations: how features, comments and tables name their sources, and what there is to be named.

The forms: `chapter 4, "Testing host failure", step 2` of the agent's manual; `vcs.md 4.4` and `dscli.md 2.5`, with
items of a numbered list as `vcs.md 9.13`, `vcs.md 0, fact 3` or `dscli.md 8, trap 6`; `drills.md S2` for a rule and
`drills.md, row host` for a kind of fault; `docs/messages.md 1103` for a line of the agent's log, and other pages of
docs/ by their names.

Rule: what exists is said by `reference_sections.toml`, the agent's table of messages and the rules that are watched;
nothing here knows a section by heart.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mirrordrill.agent import messages

ROOT = Path(__file__).resolve().parents[2]
KNOWN: dict[str, Any] = tomllib.loads(Path(__file__).resolve().with_name("reference_sections.toml").read_text())
MESSAGES = {message.message_id for message in messages.table()}

CHAPTER = re.compile(r"\b[Cc]hapter (\d)\b")
TITLE = re.compile(r'(?:,| and|, and) "([^"]+)"')
STEPS = re.compile(r",? steps? (\d+)((?:(?:,| and| to) \d+)*)")
REFERENCE = re.compile(r"\b(vcs\.md|dscli\.md)")
SECTION = re.compile(r"[,:]? (?:section )?(\d+(?:\.\d+)?)(?![\w%])|,? (?:fact|trap) (\d+)")
NEXT_SECTION = re.compile(
    r"(?:,|,? and| to)(?: section)? (\d+\.\d+)(?![\w%])|(?: and|,? section) (\d+)(?![\w.%])"
    r"|(?:,|,? and) (?:fact|trap) (\d+)"
)
DRILLS = re.compile(r"(?<![\w-])drills\.md(?:,? (?:(S\d+)\b|(?:row|layer) ([A-Za-z ]+?)s?(?=[.,;:)]|$)))?")
PAGE = re.compile(r"\bdocs/([\w-]+\.md)((?:(?:,| and)? \d{4})*)")

INEXACT = "no section is named"
"""What is wrong with a citation that names a reference as a whole."""


@dataclass(frozen=True)
class Citation:
    """One source that a text names; `wrong` says what of it does not exist."""

    words: str
    wrong: str = ""


def citations(text: str) -> Iterator[Citation]:
    """Every source that a text of one line names, in whatever form."""
    yield from of_manual(text)
    yield from of_references(text)
    for found in DRILLS.finditer(text):
        rule, row = found[1], found[2]
        rows = {row, f"{row}s"} & {*KNOWN["drills.md"]["faults"]}
        known = int(rule[1:]) <= KNOWN["drills.md"]["rules"] if rule else rows
        wrong = "there is no such rule or row" if rule or row else INEXACT
        yield Citation(found[0], "" if known else wrong)
    for found in PAGE.finditer(text):
        gone = [number for number in re.findall(r"\d{4}", found[2]) if int(number) not in MESSAGES]
        is_there = (ROOT / "docs" / found[1]).exists() and not gone
        yield Citation(found[0], "" if is_there else f"there is no such page or message {' '.join(gone)}")


def of_manual(text: str) -> Iterator[Citation]:
    """Chapters, each with the titles and steps that follow it; one without a title is a citation of nothing exact."""
    for found in CHAPTER.finditer(text):
        sections, end, titles = KNOWN["manual"].get(found[1], {}), found.end(), list[str]()
        while more := TITLE.match(text, end):
            titles.append(more[1])
            end = more.end()
        steps = STEPS.match(text, end)
        wrong = [f'chapter {found[1]} has no "{title}"' for title in titles if title not in sections]
        if not sections or not titles:
            wrong.append("there is no such chapter" if not sections else INEXACT)
        elif steps and not wrong:
            last, most = sections[titles[-1]].get("steps", 0), [int(n) for n in re.findall(r"\d+", steps[0])]
            wrong += [f'"{titles[-1]}" has {last} steps'] if max(most) > last else []
        yield Citation(text[found.start() : steps.end() if steps else end], "; ".join(wrong))


def of_references(text: str) -> Iterator[Citation]:
    """Sections and numbered items of vcs.md and dscli.md; a reference named without a section cites nothing."""
    for found in REFERENCE.finditer(text):
        section, end = SECTION.match(text, found.end()), found.end()
        if section is None:
            yield Citation(found[0], INEXACT)
        while section is not None:
            end = section.end()
            *numbers, item = section.groups()
            number = next(filter(None, numbers), "")
            words = f"{found[1]} {number or 'item ' + item}"
            yield Citation(words, "" if exists(found[1], number, item) else "there is no such section")
            section = NEXT_SECTION.match(text, end)


def exists(reference: str, number: str, item: str | None) -> bool:
    """Whether a reference has the section, or the numbered item of one."""
    sections = KNOWN[reference]
    if not number:
        counted = "0" if reference == "vcs.md" else "8"
        return item is not None and 1 <= int(item) <= sections[counted]["items"]
    section, _, within = number.partition(".")
    return number in sections or (bool(within) and 1 <= int(within) <= sections.get(section, {}).get("items", 0))
