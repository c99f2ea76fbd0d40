"""Operators and their commands.

They type the commands of real life on a system of the cluster. A command that is refused makes the drill wrong.
"""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import then, when


@when("the operator switches {group} to {host}", example="the operator switches oragrp to hostb")
def switch(drill: Drill, group: str, host: str) -> None:
    """`hagrp -switch GROUP -to HOST`, typed on a running system."""
    drill.observed(drill.operator.switch(group, host))


@when(
    "the operator's {action} action of {group} on {host} fails",
    example="the operator's failback action of oragrp on hosta fails",
)
def action_fails(drill: Drill, action: str, group: str, host: str) -> None:
    """`hares -action`, and the agent refuses: the operator is told why, and so is the log."""
    drill.observed(drill.operator.fails_at(action, group, host))


@when('the operator types "{text}" on {host}', example='the operator types "hastop -all -force" on hosta')
def types(drill: Drill, text: str, host: str) -> None:
    """Any VCS command, as it would be typed at a shell of this host."""
    drill.observed(drill.operator.types_on(host, text))


@when('the operator types "{text}" on each of {hosts}', example='the operator types "hastart" on each of hosta, hostb')
def types_on_each(drill: Drill, text: str, hosts: tuple[str, ...]) -> None:
    """The same on several hosts, one after the other."""
    drill.observed(drill.operator.types_on_each(hosts, text))


@then(
    '"{command:text}" on {host} says "{text}"',
    example='"hagrp -value oragrp State hosta" on hosta says "|ONLINE|"',
)
def says(drill: Drill, command: str, host: str, text: str) -> None:
    """A VCS command is typed on this host; its engine answers, which may know nothing of what others know."""
    drill.observed(drill.operator.reads(host, command, text))


@then('"{text}" on {host} is refused', example='"hagrp -online oragrp -sys hostc" on hostc is refused')
def is_refused(drill: Drill, text: str, host: str) -> None:
    """A VCS command is typed on this host, and the engine does not accept it."""
    drill.observed(drill.operator.refused_on(host, text))


@when(
    'the operator sets {attribute:word} of {group} to "{text}"',
    example='the operator sets FailOverPolicy of oragrp to "Load"',
)
def sets(drill: Drill, attribute: str, group: str, text: str) -> None:
    """`haconf -makerw`, `hagrp -modify GROUP ATTRIBUTE VALUE`, `haconf -dump -makero`."""
    drill.observed(drill.operator.sets(group, attribute, text))


@when("the operator takes {group} offline", example="the operator takes oragrp offline")
def takes_offline(drill: Drill, group: str) -> None:
    """`hagrp -offline GROUP -any`."""
    drill.observed(drill.operator.takes_offline(group))


@when(
    "the operator takes offline what is up of {group} on {host}",
    example="the operator takes offline what is up of oragrp on hostc",
)
def takes_rest_offline(drill: Drill, group: str, host: str) -> None:
    """`hagrp -offline GROUP -sys HOST`, where anything of the group is up there."""
    drill.observed(drill.operator.takes_rest_offline(group, host))


@when("the operator brings {group} online on {host}", example="the operator brings oragrp online on hosta")
def brings_online(drill: Drill, group: str, host: str) -> None:
    """`hagrp -online GROUP -sys HOST`."""
    drill.observed(drill.operator.brings_online(group, host))


@when("the operator forces {group} online on {hosts}", example="the operator forces racgrp online on hostc, hostd")
def forces_online(drill: Drill, group: str, hosts: tuple[str, ...]) -> None:
    """`hagrp -online -force GROUP -sys HOST`, typed on each of these hosts: a takeover that a person answers for."""
    drill.observed(drill.operator.forces_online(group, hosts))


@when(
    "the operator runs the {action} action of {group} on {host}",
    example="the operator runs the failback action of oragrp on hostc",
)
def runs_action(drill: Drill, action: str, group: str, host: str) -> None:
    """`hares -action RESOURCE ACTION -sys HOST` for the group's MetroMirror resources."""
    drill.observed(drill.operator.runs_action(action, group, host))
