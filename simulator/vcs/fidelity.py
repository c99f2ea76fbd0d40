"""The clusters' part of `docs/fidelity.md`: guessed behaviour, and message numbers that were not read in a source.

The behaviours are facts in `simulator/catalogues/fidelity_clusters.toml` (vcs.md: H read, M known, L recalled;
`not found` where nothing is known).
"""

from __future__ import annotations

from mirrordrill.simulator.catalogues.fidelity import FidelityFact, FidelitySection, as_markdown, load, markdown_table
from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.vcs import messages as engine_messages
from mirrordrill.simulator.vcs.commands.language import refusals
from mirrordrill.simulator.vcs.wide_area import messages as wide_area_messages

ABOUT = """## The clusters

H read in a manual, M known, L recalled (vcs.md); a setting is a key of `site.toml`, an attribute of `main.cf`, or -
where nothing can be set. What is read in a manual has no line.

"""
ABOUT_NUMBERS = """
### Message numbers of the clusters

Every message whose number and text were not read together in a source. `I`: the number is known, and which command
prints it follows from its text. `own`: no number is known, so the message has one above V-16-1-60000.

"""
READ = frozenset({"H", "S"})
NUMBERS = "Message numbers of the clusters"


def sections() -> tuple[FidelitySection, ...]:
    """All facts about the clusters, message numbers included."""
    numbers = (FidelityFact(f"{message.id} {message.text}", message.confidence, "-") for message in guessed_messages())
    return (*load("clusters"), FidelitySection(NUMBERS, tuple(numbers)))


def guessed_messages() -> tuple[MessageText, ...]:
    """The messages of engines, agents and commands that were not read in a source, by number."""
    found: dict[MessageText, None] = {}
    for module in (engine_messages, refusals, wide_area_messages):
        for value in vars(module).values():
            for message in value.values() if isinstance(value, dict) else (value,):
                if isinstance(message, MessageText) and message.confidence not in READ:
                    found[message] = None
    return tuple(sorted(found, key=lambda message: (message.id, message.text)))


def clusters_markdown() -> str:
    """The clusters' part of the page."""
    rows = [(message.id, message.text, message.confidence) for message in guessed_messages()]
    table = markdown_table(("number", "text", "confidence"), rows)
    return ABOUT + as_markdown(load("clusters"), document="vcs.md", has_settings=True) + ABOUT_NUMBERS + table
