"""Settings of LLT, GAB and fencing: what /etc/llttab, /etc/gabtab and /etc/vxfendg hold on a real system.

A main.cf has none of them, so each has a default (vcs.md 3.6, 10) and can be set in site.toml.

Rule 1: link names are the order of the file: `link1`, `link2` are private, `lowpri1` is a low-priority link.
Rule 2: main.cf says whether a cluster is fenced (`UseFence = SCSI3`); this module says where its coordinator disks are.
"""

from __future__ import annotations

from dataclasses import dataclass

COORDINATOR_DISKS_MIN = 3
THIRD_PLACE = "third"
"""Default name of a place that is at neither array."""


@dataclass(frozen=True, slots=True)
class MembershipRules:
    """LLT, GAB, and the start times of an engine."""

    private_links: int = 2
    """LLT's private networks, each to every system."""
    low_priority_links: int = 0
    """Public networks that LLT uses as well (`link-lowpri`): they carry heartbeats only, at half the rate, until
    no other is left; for jeopardy they count like any link (vcs.md 3.6: M)."""
    peer_inactive_s: float = 16.0
    """LLT gives up on a silent peer after this time (`set-timer peerinact`)."""
    gab_stable_s: float = 5.0
    """GAB waits this long after a change before it delivers a membership (vcs.md 3.6: M)."""
    build_s: float = 1.0
    """Time a system takes from joining the membership until it is RUNNING (not known)."""
    had_restart_s: float = 30.0
    """hashadow starts a dead engine again after this time (vcs.md 10: M)."""
    seed_systems: int = 0
    """`gabconfig -c -n`: no engine starts anew before GAB has seen so many systems; 0 for all of the cluster, as VCS
    is installed (vcs.md 3.6). The number is the administrator's; 1 starts at once."""
    panics_on_rejoin: bool = False
    """`gabconfig -j`: when a partition heals the systems of the losing side panic; otherwise only their engines
    restart (M, as is which side loses: membership/daemons.py)."""

    @property
    def links(self) -> tuple[str, ...]:
        """The names of all links, private ones first."""
        private = (f"link{number}" for number in range(1, self.private_links + 1))
        return (*private, *self.low_priority)

    @property
    def low_priority(self) -> tuple[str, ...]:
        """The names of the low-priority links."""
        return tuple(f"lowpri{number}" for number in range(1, self.low_priority_links + 1))


@dataclass(frozen=True, slots=True)
class FencingRules:
    """Where the coordinator disks of a fenced cluster stand, and how a race for them goes."""

    coordinator_disks: tuple[str, ...] = ()
    """One place for each disk: a storage image, or any other word for a third place; empty leaves it to the site."""
    race_s: float = 1.0
    """From the new membership until the race is decided and the losers have panicked (not known)."""

    @property
    def majority(self) -> int:
        """How many disks win a race."""
        return len(self.coordinator_disks) // 2 + 1
