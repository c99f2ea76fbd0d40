"""The catalogue of steps: `mirrordrill steps` on a terminal, and the same as a page (docs/steps.md).

Printed from the steps that are registered: words, meaning and example of each, topic by topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.steps.library import StepEntry, by_topic, load_shipped, nearest, sharing_words
from mirrordrill.drills.steps.wording import PARAMETER_TYPES

BRACES = re.compile(r"\{\w+\}")
ABOUT = """# The steps

What a drill can say, topic by topic: the words of each step, what it does or expects, and an example. A step is begun
with the keyword that stands before it; `And` continues the keyword of the step above. What happens (When) may also
describe how a scenario begins (Given). On a terminal: `mirrordrill steps WORD ...`. How to write a drill, and steps of
your own: [writing-drills.md](writing-drills.md). Printed by `mirrordrill steps --markdown`.

"""


@dataclass(frozen=True, slots=True)
class CatalogueStep:
    """A step of the catalogue: one sentence with every keyword it is usually begun with."""

    keywords: str
    words: str
    meaning: str
    example: str
    has_table: bool

    def says(self, words: Iterable[str], topic: str) -> bool:
        """Whether all of these words occur in it."""
        text = f"{self.keywords} {self.words} {self.meaning} {self.example} {topic}".lower()
        return all(word.lower() in text for word in words)


def catalogue(steps: tuple[StepEntry, ...]) -> dict[str, list[CatalogueStep]]:
    """The steps by topic; one that is known as Given and as Then is one line."""
    found: dict[str, list[CatalogueStep]] = {}
    for topic, entries in by_topic(steps).items():
        lines: dict[str, list[StepEntry]] = {}
        for entry in entries:
            lines.setdefault(entry.sentence.for_people(), []).append(entry)
        found[topic] = [line_of(words, same) for words, same in lines.items()]
    return found


def line_of(words: str, entries: Sequence[StepEntry]) -> CatalogueStep:
    """The line of one sentence; its example is that of the keyword it is looked for under, the last in a scenario."""
    keywords = [keyword for keyword in ("Given", "When", "Then") if keyword in {each.keyword for each in entries}]
    shown = next(each for each in entries if each.keyword == keywords[-1])
    example = f"{shown.keyword} {shown.example}"
    return CatalogueStep(" / ".join(keywords), words, shown.meaning, example, shown.takes_table)


def as_markdown(steps: tuple[StepEntry, ...] | None = None) -> str:
    """The page."""
    topics = catalogue(steps or load_shipped())
    parts = [ABOUT, *(f"- [{topic}](#{anchor(topic)})\n" for topic in topics), "\n"]
    for topic, lines in topics.items():
        parts.append(f"## {topic}\n\n")
        for line in lines:
            table = " A data table stands below it." if line.has_table else ""
            parts.append(f"- **{line.keywords}** `{line.words}`\n\n  {line.meaning}{table}\n\n  `{line.example}`\n\n")
    parts.append("## What stands in braces\n\n| in braces | takes |\n|---|---|\n")
    parts += [f"| `{{{name}}}` | {kind.meaning} |\n" for name, kind in PARAMETER_TYPES.items()]
    return "".join(parts)


def anchor(heading: str) -> str:
    """The name under which a heading of a page is linked to."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def show(console: Console, words: Sequence[str]) -> ExitCode:
    """Print the steps that have all of the words; where none has, the nearest ones."""
    found = {
        topic: kept
        for topic, lines in catalogue(load_shipped()).items()
        if (kept := [line for line in lines if line.says(words, topic)])
    }
    verdict_is_known()
    if not found:
        console.print(no_step_says(words), markup=False, highlight=False, soft_wrap=True)
        return ExitCode.USAGE
    for number, (topic, lines) in enumerate(found.items()):
        console.print(Text(("\n" if number else "") + topic, style="bold"))
        for line in lines:
            show_line(console, line)
    return ExitCode.HELD


def no_step_says(words: Sequence[str]) -> str:
    """The message for a search that finds no step."""
    hint = "".join(f"\n  {each}" for each in nearest(" ".join(words)) or sharing_words(" ".join(words)))
    return f"no step says {' '.join(words)!r}{'; nearest:' + hint if hint else '; `mirrordrill steps` lists all'}"


def show_line(console: Console, line: CatalogueStep) -> None:
    """A step for people: its words, below them what it means and how it is written."""
    head = Text.assemble("  ", (line.keywords, "green"), " ", line.words)
    head.highlight_regex(BRACES, "cyan")
    console.print(head, highlight=False, soft_wrap=not console.is_terminal)
    for text, style in ((line.meaning, ""), (line.example, "dim")):
        width = console.width - 6 if console.is_terminal else 10_000
        for part in Text(text, style=style).wrap(console, max(20, width)):
            console.print(Text("      ").append_text(part), highlight=False, soft_wrap=True)
