"""Metro Mirror failover drills: the agent, the simulator around it, the drills, and their steps.

What is imported from here is the public interface: for steps of one's own, and for driving a simulated site from
Python. It follows the version of the package. Anything else below `simulator`, `drills` and `features` may change with
any release. `mirrordrill.agent` is the production agent.

Names are loaded when they are asked for: importing the package costs nothing, and the agent needs none of it.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mirrordrill.drills.run.drill import Drill
    from mirrordrill.drills.run.expectations import ExpectationFailedError, UsageError
    from mirrordrill.drills.sites import find_site
    from mirrordrill.drills.steps.library import given, then, when
    from mirrordrill.simulator.agent_mode import AgentMode
    from mirrordrill.simulator.site.site import Site, load_site
    from mirrordrill.simulator.world import World

__all__ = [
    "AgentMode",
    "Drill",
    "ExpectationFailedError",
    "Site",
    "UsageError",
    "World",
    "find_site",
    "given",
    "load_site",
    "then",
    "when",
]

_HOMES = {
    "AgentMode": "mirrordrill.simulator.agent_mode",
    "Drill": "mirrordrill.drills.run.drill",
    "ExpectationFailedError": "mirrordrill.drills.run.expectations",
    "Site": "mirrordrill.simulator.site.site",
    "UsageError": "mirrordrill.drills.run.expectations",
    "World": "mirrordrill.simulator.world",
    "find_site": "mirrordrill.drills.sites",
    "given": "mirrordrill.drills.steps.library",
    "load_site": "mirrordrill.simulator.site.site",
    "then": "mirrordrill.drills.steps.library",
    "when": "mirrordrill.drills.steps.library",
}


def __getattr__(name: str) -> object:
    """Load a public name, or the version, on first use."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("mirrordrill")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
