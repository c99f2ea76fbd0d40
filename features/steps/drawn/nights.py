"""What happens in nights that are drawn: what may be possible at that moment or not.

A drill that a person writes is wrong where a command is refused. In a night that a generator drew, a refusal is an
answer like any other.
"""

from __future__ import annotations

from mirrordrill.drills.explore.moments import until_a_copy_begins, until_port_call
from mirrordrill.drills.faults import repair
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import given, when


@given("every mirrored group is online", example="every mirrored group is online")
def every_group_is_online(drill: Drill) -> None:
    """The clusters start, and each group with a mirror is online within ten minutes, wherever its policy says."""
    drill.observed(drill.recovery.expect_start())


@when('the operator tries "{text}" on {host}', example='the operator tries "hagrp -switch oragrp -to hostc" on hosta')
def operator_tries(drill: Drill, text: str, host: str) -> None:
    """Any VCS command, which may be refused; the operator waits for an answer, but not longer than ten minutes."""
    drill.observed(drill.attempts.operator_tries(text, host))


@when('the operator begins "{text}" on {host}', example='the operator begins "hagrp -switch oragrp -to hostc" on hosta')
def operator_begins(drill: Drill, text: str, host: str) -> None:
    """The same without waiting for the answer: what follows happens meanwhile."""
    drill.observed(drill.attempts.operator_tries(text, host, waits=False))


@when(
    'a storage administrator tries "{text}" on {host}',
    example='a storage administrator tries "pausepprc 1260:1260" on hosta',
)
def administrator_tries(drill: Drill, text: str, host: str) -> None:
    """A DS CLI command on the first HMC of the host's array, which may be refused, or never be answered."""
    drill.observed(drill.attempts.administrator_tries(text, host))


@when(
    "the agent's {entry:word} on {host} comes to {port:word} {nth:count}, or {within_s:duration} pass(es)",
    example="the agent's online on hostc comes to send_line 3, or 10 minutes pass",
)
def comes_to_port_call(drill: Drill, entry: str, host: str, port: str, nth: int, within_s: float) -> None:
    """The moment in front of the nth call of a port by an entry point that has not begun yet: what follows strikes
    there, between two calls of the agent. Where it does not come to that, the time has passed.
    """
    drill.observed(until_port_call(drill.world, host, entry, port, nth, within_s))


@when(
    "a copy begins, or {within_s:duration} pass(es)",
    example="a copy begins, or 1 hour passes",
)
def copy_begins(drill: Drill, within_s: float) -> None:
    """What follows strikes while tracks are copied; where nothing is copied, the time has passed."""
    drill.observed(until_a_copy_begins(drill.world, within_s))


@when("{host} hangs, if it runs", example="hosta hangs, if it runs", former=("{host} stands still, if it runs",))
def stands_still_if_up(drill: Drill, host: str) -> None:
    """Everything on the host stops where it is; a host that is down stays down."""
    drill.observed(repair.stand_still_if_up(drill.faults, host))


@when(
    "the wide-area connector of {cluster} dies, if it runs",
    example="the wide-area connector of clusa dies, if it runs",
)
def connector_dies_if_up(drill: Drill, cluster: str) -> None:
    """The wac process is gone; where no host of the cluster runs one, nothing happens."""
    drill.observed(repair.kill_connector_if_up(drill.faults, cluster))


@when("{hosts} come(s) back", example="hosta, hostb come back")
def come_back(drill: Drill, hosts: tuple[str, ...]) -> None:
    """What is down is booted, what stands still goes on, what runs runs."""
    drill.observed(repair.come_back(drill.faults, hosts))


@when("everything is repaired", example="everything is repaired")
def everything_is_repaired(drill: Drill) -> None:
    """Every fault ends, every host comes back, every account is unlocked. Pairs stay as they are."""
    drill.observed(repair.repair_everything(drill.faults))
    drill.faults.mark("the repair")


@when("the side of {host} is repaired", example="the side of hostc is repaired")
def side_is_repaired(drill: Drill, host: str) -> None:
    """The same for the hosts of one array, the array and its HMCs; what joins the sides stays as it is."""
    drill.observed(repair.repair_side(drill.faults, host))
    drill.faults.mark("the repair")


@when(
    "the agent's {entry:word} on {host} is killed, if it is under way",
    example="the agent's online on hostc is killed, if it is under way",
)
def killed_if_under_way(drill: Drill, entry: str, host: str) -> None:
    """kill -9 of an entry point by another than VCS; where none is under way, nothing happens."""
    drill.observed("killed" if drill.world.kill_entry_point(host, entry) else "none was under way")
