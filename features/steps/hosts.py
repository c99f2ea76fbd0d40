"""Hosts, their disks, and the agent's processes on them."""

from __future__ import annotations

from mirrordrill.drills.faults.hosts import (
    AGENT_MISSING,
    DISK_FULL,
    HOST_CRASHES,
    HOST_CRASHES_WITHOUT_LOCK,
    HOST_HALTS,
    HOST_HANGS,
    STATE_DAMAGED,
    STATE_LOST,
    STATE_UNREADABLE,
    boot,
    entry_point_killed,
    host_faults,
    resume,
)
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when


@when("{hosts} halt(s)", example="hosta, hostb halt")
def halts(drill: Drill, hosts: tuple[str, ...]) -> None:
    """Hosts go down, all at the same moment."""
    drill.observed(drill.faults.inject(*host_faults(HOST_HALTS, *hosts)))


@when("{hosts} boot(s)", example="hosta, hostb boot")
def boots(drill: Drill, hosts: tuple[str, ...]) -> None:
    """Hosts that were down are booted; VCS starts on them."""
    drill.observed(boot(drill.faults, hosts))


@when("{hosts} lose(s) power", example="hosta, hostb lose power")
def lose_power(drill: Drill, hosts: tuple[str, ...]) -> None:
    """Hosts die without warning. What they had synced is on their disks; a lock stays where it was."""
    drill.observed(drill.faults.inject(*host_faults(HOST_CRASHES, *hosts)))


@when(
    "{host} loses power, and its disk forgets the lock",
    example="hosta loses power, and its disk forgets the lock",
)
def forgets_the_lock(drill: Drill, host: str) -> None:
    """The disk had said that lock and journal were written, and they were not."""
    drill.observed(drill.faults.inject(*host_faults(HOST_CRASHES_WITHOUT_LOCK, host)))


@when("the agent is missing on {hosts}", example="the agent is missing on hostc")
def agent_is_missing(drill: Drill, hosts: tuple[str, ...]) -> None:
    """The agent was never installed there, or was removed."""
    drill.observed(drill.faults.inject(*host_faults(AGENT_MISSING, *hosts)))


@when("the agent is installed on {hosts}", example="the agent is installed on hostc")
def agent_is_installed(drill: Drill, hosts: tuple[str, ...]) -> None:
    """It was missing there, and is not any more."""
    drill.observed(drill.faults.clear(*host_faults(AGENT_MISSING, *hosts)))


@when("{host} hangs", example="hosta hangs", former=("{host} stands still",))
def stands_still(drill: Drill, host: str) -> None:
    """Everything on the host stops where it is; other systems cannot tell that from its death."""
    drill.observed(drill.faults.inject(*host_faults(HOST_HANGS, host)))


@when("{host} resumes", example="hosta resumes", former=("{host} goes on",))
def goes_on(drill: Drill, host: str) -> None:
    """A host that stood still goes on with whatever it was about to do, not knowing that time has passed."""
    drill.observed(resume(drill.faults, host))


@when("the disk of {host} is full", example="the disk of hostc is full")
def disk_is_full(drill: Drill, host: str) -> None:
    """There is no room for the agent's lock and journal."""
    drill.observed(drill.faults.inject(*host_faults(DISK_FULL, host)))


@when(
    "the disk of {host} has free space again",
    example="the disk of hostc has free space again",
    former=("the disk of {host} has room again",),
)
def disk_has_room(drill: Drill, host: str) -> None:
    """Disk space is free again."""
    drill.observed(drill.faults.clear(*host_faults(DISK_FULL, host)))


@when("the agent's {entry} on {host} is killed", example="the agent's online on hostc is killed")
def entry_point_is_killed(drill: Drill, entry: str, host: str) -> None:
    """kill -9 of an entry point that is under way, by a person or program other than VCS."""
    drill.observed(drill.faults.inject(entry_point_killed(entry, host)))


@when("the agent's state files on {host} are lost", example="the agent's state files on hostc are lost")
def state_files_are_lost(drill: Drill, host: str) -> None:
    """Lock, journal and memory are gone; the host runs on."""
    drill.observed(drill.faults.inject(*host_faults(STATE_LOST, host)))


@when("the agent's state files on {host} are damaged", example="the agent's state files on hostc are damaged")
def state_files_are_damaged(drill: Drill, host: str) -> None:
    """Lock, journal and memory hold something that the agent did not write."""
    drill.observed(drill.faults.inject(*host_faults(STATE_DAMAGED, host)))


@when(
    "the agent's state directory on {host} cannot be read",
    example="the agent's state directory on hostc cannot be read",
)
def state_directory_is_lost(drill: Drill, host: str) -> None:
    """Nothing in it can be read, written or removed."""
    drill.observed(drill.faults.inject(*host_faults(STATE_UNREADABLE, host)))


@when(
    "the agent's state directory on {host} can be read again",
    example="the agent's state directory on hostc can be read again",
)
def state_directory_is_back(drill: Drill, host: str) -> None:
    """With what was in it."""
    drill.observed(drill.faults.clear(*host_faults(STATE_UNREADABLE, host)))
