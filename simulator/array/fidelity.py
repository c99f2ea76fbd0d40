"""What lies under pairs and commands and was not seen: copies, links, limits, power, disks.

The facts are in `simulator/catalogues/fidelity_arrays.toml`. Behaviour that shows at the DS CLI is among its own facts.
"""

from __future__ import annotations

from mirrordrill.simulator.catalogues.fidelity import FidelitySection, as_markdown, load


def sections() -> tuple[FidelitySection, ...]:
    """All facts about the arrays."""
    return load("arrays")


def arrays_markdown() -> str:
    """The arrays' part of `docs/fidelity.md`."""
    return as_markdown(sections(), document="known (dscli.md)")
