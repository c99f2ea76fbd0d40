"""The step library: each step is one call into the domain, in the manual's language.

Registered as a pytest plugin, so that a feature file anywhere can use it.
"""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from drills.drill import Drill
from drills.oracles.lost_writes import LostWrites
from drills.oracles.two_writers import TwoWriters

START_WITHIN_S = 600.0
"""How long a cluster may take to start its groups before a drill gives up (boot, probes, the whole stack online)."""


def names(listed: str) -> tuple[str, ...]:
    """`hosta, hostb` or `hosta and hostb`."""
    return tuple(name for name in listed.replace(" and ", ",").replace(" ", "").split(",") if name)


@given(parsers.parse('the example site "{name}"'))
def the_site(drill: Drill, name: str) -> None:
    """Build the world from the example site of that name, or from the site given on the command line."""
    drill.open_site(name)
    drill.observed(drill.world.describe())


@given(parsers.parse("{group} is online on {host}"))
def is_online(drill: Drill, group: str, host: str) -> None:
    """The cluster starts, and the group is online on this host."""
    drill.observed(drill.expect.comes_online(group, host, START_WITHIN_S))


@given(parsers.parse("the volumes of {group} on {host} are {state}"))
@then(parsers.parse("the volumes of {group} on {host} are {state}"))
def volumes_are(drill: Drill, group: str, host: str, state: str) -> None:
    """Every volume of the group on the array of this host is in the state, as that array sees it."""
    drill.observed(drill.expect.volumes_are(group, host, state))


@when(parsers.parse("the application has been running for {minutes:d} minutes"))
def application_runs(drill: Drill, minutes: int) -> None:
    """Let simulated time pass."""
    drill.observed(drill.world.advance(minutes * 60.0))


@when(parsers.parse("the operator switches {group} to {host}"))
def switch(drill: Drill, group: str, host: str) -> None:
    """`hagrp -switch GROUP -to HOST`, typed on a running system."""
    drill.observed(drill.operator.switch(group, host))


@then(parsers.parse("{group} comes online on {host} within {minutes:d} minutes"))
def comes_online(drill: Drill, group: str, host: str, minutes: int) -> None:
    """The group comes online on this host and on no other."""
    drill.observed(drill.expect.comes_online(group, host, minutes * 60.0))


@then(parsers.parse("the volumes of {group} on {host} remained {state}"))
def volumes_remained(drill: Drill, group: str, host: str, state: str) -> None:
    """Every volume is in the state and never left it since the last `When` began."""
    drill.observed(drill.expect.volumes_stayed(group, host, state, drill.since))


@then(parsers.parse("the volumes of {group} on {host} went from {before} to {after} within {minutes:d} minutes"))
def volumes_went(drill: Drill, group: str, host: str, before: str, after: str, minutes: int) -> None:
    """Every volume was in one state when the last `When` began, and reaches the other."""
    drill.observed(drill.expect.volumes_went(group, host, before, after, drill.since, minutes * 60.0))


@when(parsers.parse("{hosts} halt"))
@when(parsers.parse("{hosts} halts"))
def halts(drill: Drill, hosts: str) -> None:
    """Hosts go down, all at the same moment: `hosta, hostb halt`."""
    drill.observed(drill.hazards.halts(names(hosts)))


@when(parsers.parse("{hosts} boot"))
@when(parsers.parse("{hosts} boots"))
def boots(drill: Drill, hosts: str) -> None:
    """Hosts that were down are booted; VCS starts on them."""
    drill.observed(drill.hazards.boots(names(hosts)))


@when(parsers.parse("array {image} is lost"))
def loses_array(drill: Drill, image: str) -> None:
    """The array loses its power."""
    drill.observed(drill.hazards.loses_array(image))


@when(parsers.parse("array {image} is back"))
def array_is_back(drill: Drill, image: str) -> None:
    """The array has its power back; its pairs are as they were."""
    drill.observed(drill.hazards.restores(image))


@when(parsers.parse("the Metro Mirror links between {first} and {second} are lost"))
def links_are_lost(drill: Drill, first: str, second: str) -> None:
    """Every link between the arrays goes down, both directions."""
    drill.observed(drill.hazards.disconnects(first, second))


@when(parsers.parse("the Metro Mirror links between {first} and {second} are back"))
def links_are_back(drill: Drill, first: str, second: str) -> None:
    """They come up again; suspended pairs stay suspended."""
    drill.observed(drill.hazards.restores(first, second))


@when(parsers.parse("{minutes:d} minutes pass"))
def minutes_pass(drill: Drill, minutes: int) -> None:
    """Let simulated time pass."""
    drill.observed(drill.world.advance(minutes * 60.0))


@when(parsers.parse("the operator takes {group} offline"))
def takes_offline(drill: Drill, group: str) -> None:
    """`hagrp -offline GROUP -any`."""
    drill.observed(drill.operator.takes_offline(group))


@when(parsers.parse("the operator brings {group} online on {host}"))
def brings_online(drill: Drill, group: str, host: str) -> None:
    """`hagrp -online GROUP -sys HOST`."""
    drill.observed(drill.operator.brings_online(group, host))


@when(parsers.parse("the operator runs the {action} action of {group} on {host}"))
def runs_action(drill: Drill, action: str, group: str, host: str) -> None:
    """`hares -action RESOURCE ACTION -sys HOST` for the group's MetroMirror resources."""
    drill.observed(drill.operator.runs_action(action, group, host))


@then(parsers.parse("{group} is offline everywhere within {minutes:d} minutes"))
def offline_everywhere(drill: Drill, group: str, minutes: int) -> None:
    """No system of the cluster has anything of the group online any more."""
    drill.observed(drill.expect.goes_offline(group, minutes * 60.0))


@then(parsers.parse("the volumes of {group} on {host} become {state} within {minutes:d} minutes"))
def volumes_become(drill: Drill, group: str, host: str, state: str, minutes: int) -> None:
    """Every volume of the group on the array of this host reaches the state."""
    drill.observed(drill.expect.volumes_are(group, host, state, minutes * 60.0))


@then(parsers.parse("the volumes of {group} on {host} show {state}, reason {reason}"))
def state_and_reason(drill: Drill, group: str, host: str, state: str, reason: str) -> None:
    """Every volume is in the state for that reason, as `lspprc` on this host's array says."""
    drill.observed(drill.expect.volumes_show(group, host, state, reason))


@then(parsers.parse("{group} does not come online on {hosts} within {minutes:d} minutes"))
def stays_down(drill: Drill, group: str, hosts: str, minutes: int) -> None:
    """The group stays off these hosts."""
    drill.observed(drill.expect.stays_down(group, names(hosts), minutes * 60.0))


@then(parsers.parse('the agent refused, saying "{word}"'))
def refused(drill: Drill, word: str) -> None:
    """An error line of the agent since the last `When` says why."""
    drill.observed(drill.expect.refused(word, drill.since))


@then(parsers.parse("only changed tracks of {group} were copied to the array of {host}"))
def only_changed_tracks(drill: Drill, group: str, host: str) -> None:
    """The copies since the last `When` moved something, and no more tracks than writes that the mirror had missed."""
    drill.observed(drill.expect.only_changed_tracks_copied(group, host, drill.since))


@then("no pair-changing command was sent")
def no_pair_changing_command(drill: Drill) -> None:
    """No host sent failoverpprc, failbackpprc or the like since the last `When` began."""
    drill.observed(drill.expect.no_pair_changing_command(drill.since))


@then("no acknowledged write was lost")
def no_lost_writes(drill: Drill) -> None:
    """Every write that was acknowledged until now is on the copy the application runs on."""
    drill.observed(drill.expect_oracle(LostWrites))


@then("no two systems wrote to the volumes")
def no_two_writers(drill: Drill) -> None:
    """No two systems have the volumes of one application open at the same time."""
    drill.observed(drill.expect_oracle(TwoWriters))
