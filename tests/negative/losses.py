"""The six ways in which the agent as it was lost data, each recognised on the log of a night.

They were found by a reader who was suspicious; a campaign has to find them without being told. A recogniser looks at
the first event that broke a rule about data, and at what led to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from mirrordrill.drills.run.results import DrillResult, Verdict
from mirrordrill.simulator.array.events import StreamStarted
from mirrordrill.simulator.dscli.events import CommandExecuted, CommandHeld
from mirrordrill.simulator.host.events import HostResumed
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointStarted

Broken = Mapping[str, int]
"""Rule -> the event that broke it first."""
Records = Sequence[Record]
SOON_US = 900 * 1_000_000
"""A host that went on does within this time what it was about to do."""
REACH = 12
"""A copy and the command that began it stand so many events apart, at most."""


def of_hand(event: object) -> bool:
    return isinstance(event, CommandExecuted) and event.changes_pairs and not event.sender


def failback_at(records: Records, number: int) -> CommandExecuted | None:
    """The failback by which the copy of an event began."""
    for record in records[max(0, number - REACH) : number + REACH]:
        event = record.event
        if isinstance(event, CommandExecuted) and event.verb == "failbackpprc":
            return event
    return None


def sent_by_last_online(records: Records, number: int) -> list[str]:
    """What the online that led to an opening sent to the array."""
    opened = records[number].event
    assert isinstance(opened, StreamStarted)
    verbs: list[str] = []
    for record in reversed(records[:number]):
        event = record.event
        if isinstance(event, CommandExecuted) and event.host == opened.system and event.changes_pairs:
            verbs.append(event.verb)
        is_online = isinstance(event, EntryPointStarted) and event.entry == "online" and "mmir" in event.resource
        if is_online and isinstance(event, EntryPointStarted) and event.system == opened.system:
            break
    return verbs


def stale_home(broken: Broken, records: Records, result: DrillResult) -> bool:
    """The group came up on a copy that another side had left behind: a lock, and no command."""
    at = broken.get("S2")
    return at is not None and not sent_by_last_online(records, at) and not any(of_hand(r.event) for r in records[:at])


def torn_set(broken: Broken, records: Records, result: DrillResult) -> bool:
    """Some volumes of the set are older than the others, and it was opened all the same."""
    return "S3" in broken


def late_command(broken: Broken, records: Records, result: DrillResult) -> bool:
    """A failback that the server had held overwrote what was written meanwhile."""
    at = broken.get("S5")
    found = None if at is None else failback_at(records, at)
    return found is not None and any(
        isinstance(r.event, CommandHeld) and (r.event.host, r.event.verb) == (found.host, found.verb)
        for r in records[:at]
    )


def zombie_across(broken: Broken, records: Records, result: DrillResult) -> bool:
    """A host that had stood still went on, and reversed the copy under the application."""
    at = broken.get("S5")
    found = None if at is None else failback_at(records, at)
    if at is None or found is None or not found.sender.endswith(" online"):
        return False
    went_on = (r for r in records[:at] if isinstance(r.event, HostResumed) and r.event.host == found.host)
    return any(records[at].time_us - record.time_us < SOON_US for record in went_on)


def failback_on_the_wrong_side(broken: Broken, records: Records, result: DrillResult) -> bool:
    """The action failback overwrote newer data."""
    at = broken.get("S5")
    found = None if at is None else failback_at(records, at)
    return found is not None and found.sender.endswith(" failback")


def switch_over_a_suspended_mirror(broken: Broken, records: Records, result: DrillResult) -> bool:
    """An operator switched the group over a mirror that was not mirroring: a failover, and what came since is gone."""
    at = broken.get("S2")
    if at is None or "failoverpprc" not in sent_by_last_online(records, at):
        return False
    time_us = records[at].time_us
    planned = [outage for outage in result.measured.outages if outage.is_planned]
    return any(
        o.began.time_us <= time_us <= (o.verified.time_us if o.verified else result.simulated_us) for o in planned
    )


LOSSES: Mapping[str, Callable[[Broken, Records, DrillResult], bool]] = {
    "the old home": stale_home,
    "a torn set": torn_set,
    "a late command": late_command,
    "a zombie across": zombie_across,
    "failback on the wrong side": failback_on_the_wrong_side,
    "a switch over a suspended mirror": switch_over_a_suspended_mirror,
}


def losses_of(result: DrillResult, records: Records) -> Iterator[str]:
    """The losses that a night shows."""
    broken = {oracle.name: oracle.event or 0 for oracle in result.oracles if oracle.verdict is Verdict.BROKEN}
    yield from (name for name, is_it in LOSSES.items() if is_it(broken, records, result))
