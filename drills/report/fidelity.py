"""What is modelled, what is not, and what of the model is a guess: the fidelity statement of every report.

The guesses are the fidelity facts of the rooms (`simulator/catalogues/fidelity.py`), those of docs/fidelity.md.
"""

from __future__ import annotations

from mirrordrill.drills.report.model import Fidelity, Guess
from mirrordrill.simulator.array import fidelity as array_fidelity
from mirrordrill.simulator.dscli import fidelity as dscli_fidelity
from mirrordrill.simulator.vcs import fidelity as vcs_fidelity

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


ROOMS = (array_fidelity, dscli_fidelity, vcs_fidelity)
"""The rooms that guess."""


def fidelity() -> Fidelity:
    """The statement as it stands in this version."""
    guesses = tuple(
        Guess(section.title, fact.modelled.replace("`", ""), fact.confidence)
        for room in ROOMS
        for section in room.sections()
        for fact in section.facts
    )
    return Fidelity(MODELLED, NOT_MODELLED, tuple(dscli_fidelity.legend()), guesses)
