"""How the preonline triggers of a site behave: values of their own, because a site.toml is read without loading the
engine."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class TriggerVerdict(enum.Enum):
    """What a preonline trigger does."""

    ALLOWS = "allows"
    REFUSES = "refuses"
    HANGS = "hangs"


@dataclass(frozen=True, slots=True)
class PreOnline:
    """How the preonline trigger of a group behaves."""

    verdict: TriggerVerdict = TriggerVerdict.ALLOWS
    after_s: float = 1.0


@dataclass(frozen=True, slots=True)
class TriggerRules:
    """How the preonline triggers of a site behave; a group that is not named has one that allows."""

    after_s: float = 1.0
    """From its start until it has done what it does."""
    groups: Mapping[str, TriggerVerdict] = field(default_factory=dict)

    def of(self, group: str) -> PreOnline:
        """The trigger of a group."""
        return PreOnline(self.groups.get(group, TriggerVerdict.ALLOWS), self.after_s)
