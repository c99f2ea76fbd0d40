"""What is modelled, what is not, and what of the model is a guess: the fidelity statement of every report.

The guesses are those of docs/fidelity.md, read from the rooms that do the guessing: whatever module of the simulator is
called `fidelity` prints its tables, and every row with a confidence is one guess.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from mirrordrill import simulator
from mirrordrill.drills.report.model import Fidelity, Guess

MODELLED = (
    "The VCS agent for Metro Mirror is the shipped one, unchanged: its decisions, its DS CLI commands, its files.",
    "Each array keeps its own opinion of every volume; what was acknowledged is counted write by write.",
    "The DS CLI answers in text, with its messages, accounts, time-outs and two consoles for each array.",
    "VCS starts, probes, switches and fails over groups with the intervals, time-outs and limits of the main.cf.",
    "Hosts halt, crash, hang and boot; heartbeats, memberships and partitions follow from what is cut.",
    "Global clusters believe of each other what their heartbeats and connections tell them, and raise alerts.",
)
NOT_MODELLED = (
    "The content of writes, file systems, databases: a consistent copy is taken to be recoverable. Applications write "
    "at a steady pace; they and what lies between them and the volumes start and stop in fixed times.",
    "Load: nothing is slower at noon, but for copies that share their links, and for what site.toml says.",
    "Caches that lie, bugs of microcode, of VCS and of operating systems, bit rot.",
    "The SAN between hosts and arrays, but for its being there or not; Global Copy, Global Mirror, three sites.",
    "One particular release of HMC and VCS: profiles and named values say which one is meant.",
    "People: they type what the drill says, when it says so. The time of a decision is what the drill gives it.",
)


def fidelity() -> Fidelity:
    """The statement as it stands in this version."""
    tables = list(_tables())
    confidences = tuple((row["confidence"], row["meaning"]) for row in tables if "meaning" in row)
    guesses = tuple(
        Guess(row["about"], next(iter(row.values())), row["confidence"])
        for row in tables
        if "confidence" in row and "meaning" not in row and row["confidence"] != "S"
    )
    return Fidelity(MODELLED, NOT_MODELLED, confidences, guesses)


def _tables() -> Iterator[dict[str, str]]:
    """Every row of every table that a fidelity module prints, by its column; `about` is the heading above."""
    for module in pkgutil.walk_packages(simulator.__path__, "simulator."):
        if not module.name.endswith(".fidelity"):
            continue
        heading, head = "", list[str]()
        for line in importlib.import_module(module.name).as_markdown().split("\n"):
            cells = [cell.strip().replace("\\|", "|") for cell in line.replace("\\|", "\0").split("|")[1:-1]]
            cells = [cell.replace("\0", "|").replace("`", "") for cell in cells]
            if line.startswith("#"):
                heading, head = line.strip("# "), []
            elif not cells:
                head = []
            elif not head:
                head = cells
            elif not set(cells[0]) <= {"-", ":"}:
                yield {**dict(zip(head, cells, strict=False)), "about": heading}
