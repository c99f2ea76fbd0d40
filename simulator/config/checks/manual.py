"""Where in the agent's manual a rule stands: an administrator who has to argue for a change can cite it.

The rules themselves: `structure` (the stack of a group), `sides` (hosts, arrays, zones), `global_clusters`, `timeouts`.

Rule: what the manual forbids or what cannot work is an error; what works until the bad night is a warning, and a drill
may be run on it to see that night.
"""

from __future__ import annotations

TYPICAL_SETUP = 'manual, chapter 1, "Typical IBM Metro Mirror setup in a VCS cluster"'
FIGURE_3_2 = 'manual, chapter 3, "Sample configuration", figure 3-2'
ATTRIBUTES = 'manual, chapter 3, "Attribute definitions for the Metro Mirror agent"'
BEFORE = 'manual, chapter 3, "Before you configure the agent for Metro Mirror"'
HEARTBEATS = 'manual, chapter 3, "About cluster heartbeats"'
ZONES = 'manual, chapter 3, "About configuring system zones in replicated data clusters"'
IN_GLOBAL_CLUSTER = 'manual, chapter 3, "Configuring the agent manually in a global cluster"'
WIZARD = IN_GLOBAL_CLUSTER + ", step 7"
"""What the wizard for global groups asks for (reference vcs.md 4.1)."""
IN_REPLICATED_DATA_CLUSTER = 'manual, chapter 3, "Configuring the agent manually in a replicated data cluster"'
ONLINE_FUNCTION = 'manual, chapter 1, "IBM Metro Mirror agent functions"'


def cited(remedy: str, where: str) -> str:
    """A hint that ends with its source."""
    return f"{remedy} ({where})"
