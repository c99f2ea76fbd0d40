"""Each shipped feature fails when the agent is broken in the way that the feature guards against.

A scenario that no broken agent can fail guards nothing. The table says which sabotage is run in which feature, and by
which scenario and which step or rule it has to be noticed; each row is one run of the scenario, in process. The
features themselves hold with the agent as it is: that is what `pytest features` is for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

import mirrordrill.agent.actions
import mirrordrill.agent.answers
import mirrordrill.agent.array
import mirrordrill.agent.decide
import mirrordrill.agent.direction
import mirrordrill.agent.dscli
import mirrordrill.agent.entrypoints
import mirrordrill.agent.evidence
import mirrordrill.agent.far_side
import mirrordrill.agent.fire_drill
import mirrordrill.agent.inspection
import mirrordrill.agent.licence
import mirrordrill.agent.monitor
import mirrordrill.agent.online
import mirrordrill.agent.pairs
import mirrordrill.agent.second_opinion
import mirrordrill.agent.witnesses
from mirrordrill.agent.console_memory import REFUSED_NAME
from mirrordrill.agent.decide import FailOver, Refuse, Reverse, TakeLock, Writable
from mirrordrill.agent.errors import NoSession
from mirrordrill.agent.lock import AtOpen
from mirrordrill.agent.pairs import Standing, State, standing
from mirrordrill.agent.second_opinion import Far
from mirrordrill.drills.run.collection import python_name
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.drills.run.runner import RunRequest, feature_files, find_features, run, run_drills
from mirrordrill.drills.sites.standard import features_folder
from tests.negative import test_sabotaged_agents as broken
from tests.shipped import SHIPPED, shipped

Patch = pytest.MonkeyPatch


def takes_over_lost_volumes(patch: Patch) -> None:
    patch.setitem(mirrordrill.agent.pairs.STANDING, State.INACCESSIBLE, Standing.TARGET_IN_SYNC)  # type: ignore[arg-type]


def takes_a_cluster_without_connection_for_lost(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.far_side, "LOST", ("FAULTED", "EXITED", "LOST_CONN", "TRANSITIONING", "BUILD"))
    sends_though_a_host_is_back_at_home(patch)


def knows_no_note_of_the_boot(patch: Patch) -> None:
    """A lock whose text is damaged is judged by its existence alone, as it was before the notes."""
    patch.setattr(mirrordrill.agent.monitor, "opened_names", lambda *_: [])
    patch.setattr(mirrordrill.agent.entrypoints, "is_noted_in_this_boot", lambda *_: False)


def takes_files_for_proof(patch: Patch) -> None:
    """What every file says is believed, and the far array is not asked, as it was before."""
    true = mirrordrill.agent.witnesses.wants_opinion
    patch.setattr(
        mirrordrill.agent.witnesses,
        "wants_opinion",
        lambda plan, volumes, evidence: (
            true(plan, volumes, evidence) and not (isinstance(plan, TakeLock) and evidence.vouches())
        ),
    )


def sends_though_a_host_is_back_at_home(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.licence, "can_run_at_far_side", lambda _: "")


def asks_no_array_that_refused_once(patch: Patch) -> None:
    """An online asks no far array any more once a note of a refused account stands on the node."""
    true = mirrordrill.agent.second_opinion.FarArray._ask_consoles

    def ask(array: Any, peers: Any, hmcs: Any) -> Any:
        if array._run.node.has_state(REFUSED_NAME):
            raise NoSession(["an account was refused"])
        return true(array, peers, hmcs)

    patch.setattr(mirrordrill.agent.second_opinion.FarArray, "_ask_consoles", ask)


def takes_what_is_ahead_for_a_copy(patch: Patch) -> None:
    """failback and the lock after a takeover that was cut short, whatever the array at home holds."""
    true = mirrordrill.agent.actions.weigh_failback
    patch.setattr(mirrordrill.agent.evidence, "_written_since", lambda _: None)
    patch.setattr(mirrordrill.agent.online, "can_run_at_far_side", lambda _: "")

    def weigh(plan: Any, volumes: Any, evidence: Any) -> Any:
        return true(plan, volumes, replace(evidence, opinion=replace(evidence.opinion, far=Far.SOURCE)))

    patch.setattr(mirrordrill.agent.actions, "weigh_failback", weigh)


def takes_stopped_systems_for_lost(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.far_side.FarSide, "was_stopped", lambda *_: False)


def forgets_what_had_no_answer(patch: Patch) -> None:
    """Only the record of the reversal itself says that a failbackpprc may be on its way, none that follows."""
    for module in (mirrordrill.agent.online, mirrordrill.agent.direction):
        patch.setattr(module, "following", without_the_unanswered(module.following))


def without_the_unanswered(true: Callable[..., Any]) -> Callable[..., Any]:
    return lambda node, before, **fields: true(node, before, **{**fields, "unanswered": ""})


def rehearses_on_anything(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.fire_drill, "why_not", lambda *_, **__: "")


def refuses_every_takeover(patch: Patch) -> None:
    patch.setitem(mirrordrill.agent.pairs.STANDING, State.TARGET_FULL_DUPLEX, Standing.TARGET_SUSPENDED)  # type: ignore[arg-type]


def never_takes_an_announcement_back(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.direction, "_take_back_journal", lambda *_: None)


def never_reverses(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.online, "decide_reversal", lambda *_: Refuse("never"))


def reverses_without_paths(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.online, "decide_reversal", lambda pairs, _: Reverse(tuple(pairs)))


def reverses_what_others_failed_over(patch: Patch) -> None:
    true = mirrordrill.agent.online.decide_online

    def hasty(volumes: Any, journal: Any = None) -> Any:
        plan = true(volumes, journal)
        if isinstance(plan, TakeLock) and all(standing(volume) is Standing.FAILED_OVER for volume in volumes):
            return FailOver(tuple(volume.pair for volume in volumes), reverse=True, why="everything here is ours")
        return plan

    patch.setattr(mirrordrill.agent.online, "decide_online", hasty)


def takes_the_answer_for_the_deed(patch: Patch) -> None:
    patch.setattr(
        mirrordrill.agent.online, "verify_failover", lambda volumes: Writable(tuple(v.volume for v in volumes))
    )


def gives_up_without_an_answer(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.online, "NoAnswer", type("NeverRaised", (Exception,), {}))


def knows_one_hmc(patch: Patch) -> None:
    true = mirrordrill.agent.entrypoints.parse_attributes

    def short_sighted(invocation: Any) -> Any:
        attributes = true(invocation)
        return replace(attributes, hmcs=attributes.hmcs[:1])

    patch.setattr(mirrordrill.agent.entrypoints, "parse_attributes", short_sighted)


def separates_fields_by_commas(patch: Patch) -> None:
    """A comma, which stands in a date as well."""
    patch.setattr(mirrordrill.agent.answers, "DELIMITER", ",")
    asked = tuple(line.replace("-delim |", "-delim ,") for line in mirrordrill.agent.dscli.SETTINGS)
    patch.setattr(mirrordrill.agent.dscli, "SETTINGS", asked)


def verifies_by_saying_yes(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.inspection, "is_all_well", lambda _: True)


def is_sure_of_every_mirror(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.monitor, "_has_lost_its_mirror", lambda *_: False)


def hands_over_no_profile(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.dscli, "_own_profile", lambda _: [])


def knows_no_expiry(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.dscli, "EXPIRED_MESSAGE", "CMUC99999E")


def resets_reserves_in_every_command(patch: Patch) -> None:
    every = (*mirrordrill.agent.array.WRITES_TO_TARGET, "failoverpprc")
    patch.setattr(mirrordrill.agent.array, "WRITES_TO_TARGET", every)


def keeps_every_lock(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "judge_at_open", lambda *_: AtOpen.KEEP)
    broken.believes_any_lock(patch)


@dataclass(frozen=True)
class Row:
    """A broken agent, the feature that it is run in, and how the feature has to notice."""

    feature: str
    sabotage: Callable[[Patch], None]
    scenario: str
    """How the scenario begins."""
    noticed: str
    """Words of the step that fails, or the rule that is broken without being declared."""


ONLINE_ON_C = "oragrp comes online on hostc within 5 minutes"
REVERSED_ON_C = "the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes"
EXPIRED_ON_E = 'the agent refused, saying "not online: HMC ds8000e.example.com does not accept the password of user"'
STAYS_DOWN = "oragrp does not come online on hostc, hostd within 30 minutes"
NOT_SAFE = 'hostc logs "not safe to fault: mixed set: 1260 writable, the others not" within 20 minutes'
NOBODY_KNOWS = 'hostc logs "not safe to fault: the state of the pairs is not known" within 5 minutes'
HALF_SURE = '"hares -value ora_mmir ConfidenceLevel hosta" on hosta says "50"'

TABLE = (
    Row("configuration", reverses_without_paths, "Without paths", "no failbackpprc was sent"),
    Row("configuration", knows_one_hmc, "The first HMC is dead", ONLINE_ON_C),
    Row("configuration", broken.opens_without_looking, "VCS is stopped by force", "S6"),
    Row("configuration", keeps_every_lock, "A lock that a crash left behind", "S7"),
    Row("configuration", never_reverses, "Without system zones", "oragrp comes online on hosta within 5 minutes"),
    Row("migration", broken.locks_before_failing_over, "The service group migrates", "S6"),
    Row("migration", broken.monitors_by_failing_over, "The service group migrates", "S9"),
    Row(
        "migration_everywhere", broken.goes_offline_by_doing_nothing, "Between arrays: the group goes from hostd", "S11"
    ),
    Row("host_failure", never_reverses, "The group follows the living hosts", REVERSED_ON_C),
    Row("host_failure_policies", never_reverses, "hosta and then hostb are halted, and Priority", REVERSED_ON_C),
    Row(
        "diagnosis",
        separates_fields_by_commas,
        "status and explain work",
        "the operator runs the status action of oragrp on hostc",
    ),
    Row("diagnosis", verifies_by_saying_yes, "verify is well", "the operator's verify action of oragrp on hosta fails"),
    Row("diagnosis", is_sure_of_every_mirror, "A mirror that broke", HALF_SURE),
    Row("disaster", refuses_every_takeover, "The source side is lost", ONLINE_ON_C),
    Row("disaster", broken.forgets_one_volume, "The variant that cannot shut down", "S6"),
    Row("disaster_refused", broken.takes_over_suspended_targets, "One of two volumes was suspended", "S3"),
    Row("disaster_refused", broken.takes_over_suspended_targets, "All volumes were suspended", STAYS_DOWN),
    Row("disaster_refused", broken.takes_over_while_copy_pending, "A resynchronization was in progress", "S4"),
    Row("disaster_refused", broken.takes_over_while_copy_pending, "The first copy of a volume", STAYS_DOWN),
    Row(
        "failback",
        broken.fails_back_in_any_direction,
        "The failback action is asked of the wrong side",
        "the operator's failback action of oragrp on hosta fails",
    ),
    Row("global_migration", never_reverses, "The service group migrates", REVERSED_ON_C),
    Row("global_migration", broken.goes_offline_by_failing_over, "The service group migrates", "S9"),
    Row("global_migration_everywhere", never_reverses, "Between clusters: the group goes from hosta", REVERSED_ON_C),
    Row("global_host_failure", never_reverses, "The cluster down alert appears", REVERSED_ON_C),
    Row("global_disaster", refuses_every_takeover, "The source side is lost", ONLINE_ON_C),
    Row("global_disaster_refused", broken.takes_over_suspended_targets, "One of two volumes", STAYS_DOWN),
    Row("global_disaster_refused", broken.takes_over_while_copy_pending, "A resynchronization was in progress", "S4"),
    Row("parallel", broken.ignores_the_lock_of_parallel_groups, "The site is lost", "S9"),
    Row("parallel", never_reverses, "The application is switched to the other cluster", "failbackpprc was sent once"),
    Row(
        "parallel",
        never_reverses,
        "All systems of the site lose power",
        "the volumes of racgrp on hostc become FULL DUPLEX within 10 minutes",
    ),
    Row("parallel", refuses_every_takeover, "The lost site is back", "racgrp runs on hostc, hostd within 10 minutes"),
    Row("parallel", broken.monitors_by_failing_over, "A system that was lost comes back", "S9"),
    Row("parallel", broken.monitors_by_failing_over, "The clusters do not hear each other", "S9"),
    Row(
        "arrays",
        takes_over_lost_volumes,
        "One volume of the target is lost",
        'the agent refused, saying "1261: what the array says of them is no state to act on"',
    ),
    Row("first_start", broken.locks_on_an_old_look, "The array is lost while the far one is asked", "S6"),
    Row("own_attributes", resets_reserves_in_every_command, "ResetReserve 1", ONLINE_ON_C),
    Row("consoles", takes_the_answer_for_the_deed, "A part of the list is refused", "S6"),
    Row(
        "consoles",
        gives_up_without_an_answer,
        "The answer to the failover is lost",
        "oragrp comes online on hostc within 10 minutes",
    ),
    Row(
        "consoles",
        hands_over_no_profile,
        "The site's own profile of the DS CLI is garbled",
        "oragrp comes online on hostc within 10 minutes",
    ),
    Row("consoles", knows_no_expiry, "The password expired", EXPIRED_ON_E),
    Row(
        "consoles",
        asks_no_array_that_refused_once,
        "The far array refused the account once",
        "the volumes of oragrp on hostc become FULL DUPLEX within 10 minutes",
    ),
    Row("consoles", knows_one_hmc, "The first HMC refuses connections", ONLINE_ON_C),
    Row("global_clusters", broken.monitors_by_failing_over, "Only the pings are lost", "S9"),
    Row("overlapping_faults", broken.monitors_by_failing_over, "Heartbeats come back", "S9"),
    Row(
        "overlapping_faults",
        gives_up_without_an_answer,
        "An HMC that died with a command",
        "oragrp comes online on hostc within 10 minutes",
    ),
    Row("partition", broken.monitors_by_failing_over, "In jeopardy the last link is lost", "S9"),
    Row(
        "automatic_failover",
        refuses_every_takeover,
        "Auto: the site is lost",
        "oragrp comes online on hostc within 10 minutes",
    ),
    Row("fencing", broken.monitors_by_failing_over, "The heartbeats between the sites are lost", "S9"),
    Row("fencing", refuses_every_takeover, "Everything is cut, site A does not reach", ONLINE_ON_C),
    Row("fencing_global", broken.monitors_by_failing_over, "The heartbeats within the cluster", "S9"),
    Row("fencing_parallel", broken.monitors_by_failing_over, "The heartbeats within the cluster", "S9"),
    Row("people", broken.goes_offline_by_doing_nothing, "Two operators switch the group", "S11"),
    Row("processes", broken.opens_without_looking, "The agent's process is killed", "S6"),
    Row("processes", knows_no_note_of_the_boot, "The state files are damaged", "S6"),
    Row("processes", knows_no_note_of_the_boot, "A host crashes with a damaged lock", "S7"),
    Row("processes", broken.cleans_without_looking, "Online is killed between two volumes", NOT_SAFE),
    Row("processes", broken.keeps_no_journal, "Online is killed between two volumes", "S10"),
    Row("processes", broken.cleans_without_looking, "Online is killed between two volumes while", NOBODY_KNOWS),
    Row("resources", broken.goes_offline_by_doing_nothing, "ora_db fails", "S11"),
    Row("resources", refuses_every_takeover, "the preonline trigger refuses the other site", ONLINE_ON_C),
    Row("rolling_disaster", broken.forgets_one_volume, "One target volume misses an hour", "S6"),
    Row("second_disaster", broken.takes_over_while_copy_pending, "Site B is lost when the failback", "S4"),
    Row("second_disaster", broken.takes_over_while_copy_pending, "The group goes home too early", "S4"),
    Row("stale_target", refuses_every_takeover, "Nothing is written between", ONLINE_ON_C),
    Row("stale_target", sends_though_a_host_is_back_at_home, "The hosts at home are back while", "S2"),
    Row("stale_target", takes_what_is_ahead_for_a_copy, "The hosts at home are back when", "S2"),
    Row("stale_target", takes_what_is_ahead_for_a_copy, "failback is refused where a takeover", "S5"),
    Row(
        "three_witnesses",
        broken.forgets_and_asks_nobody,
        "The old home is repaired, failback was not run, and",
        "S2",
    ),
    Row("three_witnesses", broken.forgets_and_asks_nobody, "One target was failed over", "S2"),
    Row("three_witnesses", broken.forgets_and_asks_nobody, "Routine storage work", "S5"),
    Row("late_commands", forgets_what_had_no_answer, "The host dies while it reverses", "S15"),
    Row("late_commands", forgets_what_had_no_answer, "failoverpprc is sent twice because", "S15"),
    Row("late_commands", broken.cleans_without_looking, "failoverpprc is sent twice, and the clean", "S15"),
    Row("three_witnesses_global", broken.forgets_and_asks_nobody, "One target was failed over", "S2"),
    Row("state_files", takes_files_for_proof, "Everything stops after a takeover", "S2"),
    Row("three_witnesses", takes_stopped_systems_for_lost, "People stop VCS on the last host at home", "S2"),
    Row("three_witnesses_global", takes_stopped_systems_for_lost, "People stop VCS at the side", "S2"),
    Row("three_witnesses_global", takes_a_cluster_without_connection_for_lost, "The mirror is suspended, and", "S2"),
    Row(
        "fire_drill",
        rehearses_on_anything,
        "The mirror is not in sync",
        "firedrillgrp does not come online on hostc, hostd within 45 minutes",
    ),
    Row(
        "two_mirrors",
        refuses_every_takeover,
        "Both are taken over",
        "oragrp comes online on hostc within 10 minutes",
    ),
    Row("two_mirrors", broken.takes_over_suspended_targets, "The mirror of the logs was suspended", STAYS_DOWN),
    Row("two_subsystems", broken.cleans_without_looking, "The site is lost, and the takeover is killed", NOT_SAFE),
    Row("two_subsystems", broken.takes_over_suspended_targets, "One of two subsystems was suspended", "S3"),
    Row(
        "zombie",
        broken.keeps_neither_journal_nor_memory,
        "No room for the journal",
        'hostc logs "the journal cannot be written, so nothing was sent to the array" within 10 minutes',
    ),
    Row(
        "zombie",
        never_takes_an_announcement_back,
        "hostc stands still when it has announced its takeover",
        "oragrp comes online on hostd within 5 minutes",
    ),
    Row(
        "zombie",
        reverses_what_others_failed_over,
        "hostc loses power between failover and failback",
        'the log of hostd says "suspended: not mirrored until an operator runs failback or resumepprc"',
    ),
)


def noticed(drill: DrillResult) -> set[str]:
    """The words of steps that failed, and the rules that are broken and not declared to be."""
    steps = {step.words for step in drill.steps if step.status in (StepStatus.FAILED, StepStatus.USAGE)}
    return steps | {oracle.name for oracle in drill.oracles if not oracle.is_in_order}


def run_row(row: Row) -> tuple[DrillResult, ...]:
    """The scenarios whose names begin so; all of the feature where the examples of an outline make up the names."""
    order = RunRequest((row.feature,), keyword=python_name(row.scenario))
    chosen = run_drills(find_features(order.names), order, Options(), None).drills
    return chosen or run([row.feature], Options(), None).drills


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.feature}-{row.sabotage.__name__}-{row.scenario}")
def test_a_broken_agent_fails_the_feature_that_guards_against_it(row: Row, monkeypatch: Patch) -> None:
    """In the scenario of the table, by the step or the rule of the table."""
    row.sabotage(monkeypatch)
    drills = run_row(row)
    found = [drill for drill in drills if drill.scenario.startswith(row.scenario)]
    assert found
    assert any(row.noticed in noticed(drill) for drill in found), [noticed(drill) for drill in found]


def test_every_shipped_feature_stands_in_the_table() -> None:
    """A feature that comes without its sabotage has not been seen to fail."""
    assert {path.stem for path in feature_files([features_folder()])} == {row.feature for row in TABLE}


WAITS = re.compile(r"\w+ (?:comes online on|runs on) ")
"""Expectations that are reached, and not what was before."""


@SHIPPED
def test_no_group_is_online_where_it_is_expected_before_anything_has_happened() -> None:
    """An expectation that holds at the moment at which it is asked cannot fail, whatever comes of it later."""
    at_once = []
    flown = shipped().result.drills
    for drill in flown:
        keyword = ""
        for step in drill.steps:
            keyword = step.keyword if step.keyword != "And" else keyword
            if keyword == "Then" and WAITS.match(step.words) and step.began_us == step.ended_us:
                at_once.append(f"{drill.feature}: {drill.scenario}: {step.words}")
    assert len(flown) > 100
    assert at_once == []
