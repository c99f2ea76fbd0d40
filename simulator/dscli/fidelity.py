"""What the simulated DS CLI does that was not seen of the real one.

The behaviours are facts in `simulator/catalogues/fidelity_dscli.toml`; texts and headers carry their marks themselves
(`messages`, `columns`). `docs/fidelity.md` is printed from all three. What is seen (S) is not listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.catalogues.fidelity import (
    FidelityFact,
    FidelitySection,
    as_markdown,
    load,
    markdown_table,
)
from mirrordrill.simulator.dscli import columns, messages
from mirrordrill.simulator.dscli.messages import Confidence, DscliMessage

LEGEND = (
    (Confidence.SEEN_DS6000, "seen in documentation of the same program for the DS6000"),
    (Confidence.WEAK, "seen in a weak source"),
    (Confidence.INFERRED, "follows from what was seen"),
    (Confidence.FAIRLY_SURE, "general knowledge, fairly sure"),
    (Confidence.PLAUSIBLE, "general knowledge, plausible"),
    (Confidence.GUESS, "a guess"),
    (Confidence.INVENTED, "nothing was found, and something had to be said"),
)


HEADERS, MESSAGES = "Headers and labels", "Messages"


def sections() -> tuple[FidelitySection, ...]:
    """All facts about the DS CLI, headers and messages included."""
    headers = tuple(FidelityFact(of, mark, columns) for of, columns, mark in _headers())
    texts = tuple(FidelityFact(number, mark, text) for number, text, mark in _messages())
    return (*load("dscli"), FidelitySection(HEADERS, headers), FidelitySection(MESSAGES, texts))


def dscli_markdown() -> str:
    """The DS CLI's part of `docs/fidelity.md`."""
    return "\n".join(
        (
            "## The arrays and the DS CLI\n",
            markdown_table(("confidence", "meaning"), legend()),
            as_markdown(load("dscli"), document="dscli.md"),
            f"### {HEADERS}\n\n" + markdown_table(("of", "columns", "confidence"), list(_headers())),
            f"### {MESSAGES}\n\n" + markdown_table(("id", "text", "confidence"), list(_messages())),
        )
    )


def legend() -> list[tuple[str, str]]:
    """Each confidence with its meaning."""
    return [(mark.value, meaning) for mark, meaning in LEGEND]


def _headers() -> Iterator[tuple[str, str, str]]:
    for name, value in vars(columns).items():
        is_header = isinstance(value, columns.Columns | columns.Labels)
        if is_header and value.mark is not Confidence.SEEN:
            yield name.lower(), ", ".join(value.names), value.mark.value
        if isinstance(value, columns.Columns) and value.long and value.long_mark is not Confidence.SEEN:
            yield f"{name.lower()} -l", ", ".join(value.long), value.long_mark.value


def _messages() -> Iterator[tuple[str, str, str]]:
    found = [value for value in vars(messages).values() if isinstance(value, DscliMessage)]
    everything = [*found, *messages.REFUSALS.values(), *messages.PROVISIONING_REFUSALS.values()]
    for message in sorted(everything, key=lambda each: each.id):
        if message.confidence is not Confidence.SEEN:
            yield message.id, f"`{message.text.strip()}`", message.confidence
