"""Broken agents and arrays that a campaign finds without being told: each with rules that notice, and a bound.

`L` is what had to come about and did not. A failure that a declared hazard explains does not count, nor does a rule
that the agent as it is breaks in the same night. The bound is for a campaign that begins with the seed 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.negative import broken_agents
from tests.negative import sabotages as its
from tests.negative import test_sabotaged_agents as broken


@dataclass(frozen=True)
class Row:
    """A sabotage, the rules that notice it, and within how many nights at most."""

    sabotage: its.Sabotage
    rules: str
    """`S2 S5`: each night that finds it breaks one of these, at least."""
    nights_max: int
    profile: str = "mixed"
    site: str = "rdc"
    is_quick: bool = False
    """Whether CI looks for it in every build."""


TABLE = (
    Row(its.says_offline_where_it_cannot_know, "L", 3, is_quick=True),
    Row(its.comes_online_by_doing_nothing, "L S11", 3, is_quick=True),
    Row(its.keeps_the_lock_at_offline, "S11", 3, is_quick=True),
    Row(its.says_offline_where_its_files_are_unreadable, "S6 S7", 87),
    Row(its.takes_every_lock_for_one_of_another_boot, "L", 3, is_quick=True),
    Row(its.writes_a_lock_where_it_refuses, "S2 S6", 6, is_quick=True),
    Row(its.believes_its_own_array, "S2 S3 S5", 58),
    Row(its.asks_no_far_array, "S2 S5 S10", 22),
    Row(its.takes_over_while_copy_pending, "S2 S3 S5", 58),
    Row(its.takes_over_suspended_targets, "S2 S3 S5", 58),
    Row(its.fails_over_the_first_pair_only, "L S6", 3, is_quick=True),
    Row(its.reverses_after_a_failover_that_was_cut_short, "S2 S3 S5", 58),
    Row(its.reverses_without_asking_again, "S2 S5", 22),
    Row(its.sends_on_an_old_look, "S13", 3, is_quick=True),
    Row(its.remembers_nothing, "L", 195),
    Row(its.forgets_and_asks_no_witness, "S2 S3 S5", 58),
    Row(its.never_cleans, "L S11", 3, is_quick=True),
    Row(its.refuses_in_silence, "S11", 9),
    Row(its.refuses_actions_in_silence, "S11", 4),
    Row(its.asks_without_a_pause, "L S14", 3, is_quick=True),
    Row(its.forgets_one_volume, "L S6", 3, is_quick=True),
    Row(its.never_sends_the_last_write, "L", 3, is_quick=True),
    Row(its.copies_nothing, "L", 3, is_quick=True),
    Row(broken.locks_before_failing_over, "S6", 3, is_quick=True),
    Row(broken.monitors_by_failing_over, "L S13 S9", 3, is_quick=True),
    Row(broken.goes_offline_by_failing_over, "S13 S9", 7),
    Row(broken.goes_offline_by_doing_nothing, "S11", 3, is_quick=True),
    Row(broken.always_says_online, "L S6 S7", 3, is_quick=True),
    Row(its.refuses_every_takeover, "L", 3, is_quick=True),
    Row(its.never_reverses, "L", 3, is_quick=True),
    Row(its.lets_late_commands_land, "S2 S5", 70),
    Row(its.asks_the_first_console_only, "L", 20),
    Row(its.acknowledges_a_failover_and_does_nothing, "L", 3, is_quick=True),
    Row(broken_agents.says_unknown_where_it_is_offline, "L", 3, is_quick=True),
    Row(broken_agents.hangs_in_its_monitor, "L", 3, is_quick=True),
    Row(broken_agents.believes_any_lock, "S7", 25),
    Row(broken_agents.opens_without_looking, "S6", 20),
    Row(broken_agents.keeps_an_old_lock_at_online, "S6", 3, is_quick=True),
    Row(broken_agents.does_not_wait_for_a_copy, "S2 S5", 15),
)
"""Of those in `sabotages` that are not here, campaigns of 60 nights found none (docs/explore.md)."""
