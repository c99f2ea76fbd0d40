"""What options of the command line can be, without loading what they choose from: `--help` has to be quick, and pytest
loads our plugin beside the tests of others.

Rule: each list is that of the room it stands for; a test compares them.
"""

from __future__ import annotations

import enum

AGENT_MODES = ("inprocess", "process")
"""The ways to run the agent, the usual one first."""
PROFILES = ("vcs41", "vcs5", "vcs7")
"""The VCS releases."""
ORDINARY = ("boot", "local", "switch", "home", "clean", "failback", "open")
AFTER_TROUBLE = ("stale", "unready", "restart", "second", "zombie", "late", "wrong-side", "unmirrored", "mixed")
SITUATIONS = (
    *ORDINARY,
    *AFTER_TROUBLE,
    *(f"global-{name}" for name in ("switch", "home", *AFTER_TROUBLE)),
)
"""The situations of the crash-point sweep."""
NIGHT_PROFILES = ("mild", "hostile", "rolling", "people", "repair", "aimed", "unattended", "unfinished", "mixed")
"""What kind of night is drawn."""
QUESTIONS = ("campaigns", "failures", "hazards", "pairs", "rto", "rpo", "takeovers", "marks", "examples")
"""What can be asked of a results file."""
SHRINK_RUNS = 300
"""So many runs at most are spent on shrinking one drill, unless the command says otherwise."""


class Amount(enum.Enum):
    """How much is printed of a drill."""

    SUMMARY = "summary"
    """A line for each drill, and what went wrong."""
    VERDICTS = "verdicts"
    """And the verdict of every step."""
    STORY = "story"
    """And the timeline, as far as it tells the story."""
    DETAILS = "details"
    """Everything."""


class Narration(enum.Enum):
    """How much of what happens on a served site is printed while it happens."""

    NOTHING = "none"
    STORY = "story"
    DETAILS = "details"
