"""Broken agents and arrays that a campaign finds without being told: each with rules that notice, and a bound.

`L` is what had to come about and did not. A failure that a declared hazard explains does not count, nor does a rule
that the agent as it is breaks in the same night. The bound is for a campaign that begins with the seed 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.negative import broken_agents, broken_worlds
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
    Row(broken_agents.refuses_sources, "L", 82),
    Row(broken_agents.recalls_nothing, "L", 5, is_quick=True),
    Row(broken_agents.recalls_and_asks_nothing, "L", 5, is_quick=True),
    Row(broken_agents.takes_a_far_array_that_is_ahead_for_a_source, "S2 S5", 12),
    Row(broken_agents.takes_a_source_for_a_target, "L", 3, is_quick=True),
    Row(broken_agents.never_hears_the_far_array, "L", 3, is_quick=True),
    Row(broken_agents.fears_every_far_array, "L", 3, is_quick=True),
    Row(broken_agents.lets_every_licence_expire, "L", 3, is_quick=True),
    Row(broken_agents.starts_no_failback_and_says_so, "S11", 3, is_quick=True),
    Row(broken_agents.never_answers_an_action, "L", 22),
    Row(broken_agents.reads_half_of_an_answer, "L", 3, is_quick=True),
    Row(broken_agents.tries_a_refused_user_again_and_again, "S12", 102),
    Row(broken_agents.asks_the_far_console_for_its_own_array, "L", 3, is_quick=True),
    Row(broken_agents.takes_all_of_its_time, "L", 3, is_quick=True),
    Row(broken_worlds.acknowledges_a_failback_and_does_nothing, "L", 5, is_quick=True),
    Row(broken_worlds.fails_back_from_the_wrong_end, "S2", 115),
    Row(broken_worlds.copies_without_end, "L", 5, is_quick=True),
    Row(broken_worlds.says_in_sync_before_it_is, "L", 3, is_quick=True),
    Row(broken_worlds.refuses_writes_after_a_failover, "L", 42),
    Row(broken_worlds.loses_the_first_write_of_each_train, "L", 3, is_quick=True),
    Row(broken_worlds.fails_over_without_write_access, "L", 5, is_quick=True),
    Row(broken_worlds.lets_two_sides_mirror_to_each_other, "L", 3, is_quick=True),
    Row(broken_worlds.forgets_what_changed_while_it_was_suspended, "L", 3, is_quick=True),
    Row(broken_worlds.never_cleans_up, "S6", 3, is_quick=True),
    Row(broken_worlds.takes_every_clean_for_a_success, "L", 3, is_quick=True),
    Row(broken_worlds.never_fails_over, "L", 20),
    Row(broken_worlds.starts_no_group_by_itself, "L", 3, is_quick=True),
    Row(its.cleans_any_set, "S10", 10, "unfinished"),
    Row(its.cleans_without_looking, "S10", 10, "unfinished"),
    Row(its.logs_in_again_after_a_refusal, "S12", 42, "unfinished"),
    Row(its.takes_a_mixed_set_for_writable, "L S6", 62, "unfinished"),
    Row(its.judges_the_first_volume_for_all, "L S6", 62, "unfinished"),
    Row(broken_agents.never_carries_on_what_was_cut_short, "L", 62, "unfinished"),
)
"""Of those in `sabotages` that are not here, campaigns of 60 nights found none (docs/explore.md)."""
