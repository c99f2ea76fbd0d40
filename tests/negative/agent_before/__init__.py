"""The decisions of the agent as they were before it had a memory and a second opinion, kept as a sabotaged one.

What the agent does now is measured against this: the same nights, the same oracles. Copied from `agent/` in
November 2026 and not maintained beyond its imports. `put_back` has the entry points use it.
"""

from __future__ import annotations

import pytest

import mirrordrill.agent.actions
import mirrordrill.agent.entrypoints
from tests.negative.agent_before.actions import failback
from tests.negative.agent_before.clean import clean
from tests.negative.agent_before.online import bring_online


def put_back(patch: pytest.MonkeyPatch) -> None:
    """From now on online, clean and failback decide as they did."""
    patch.setattr(mirrordrill.agent.entrypoints, "bring_online", bring_online)
    patch.setattr(mirrordrill.agent.entrypoints, "judge_clean", clean)
    patch.setitem(mirrordrill.agent.actions.ACTIONS, "failback", failback)
