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
