"""The event log folded into what an operator would have on the wall: who is online where, what each array thinks of
its pairs.

A picture is an observer of the log and knows nothing else; what it cannot derive from events, no expectation can ask
for.
"""

from __future__ import annotations

from mirrordrill.simulator.array.events import CopyStarted, PairViewChanged, WritesLanded
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import AgentLog, HostLost
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import GroupChanged


class Picture:
    """The present state, and enough of the past to say what was true when a step began."""

    def __init__(self) -> None:
        self._views: dict[tuple[str, str], list[tuple[int, PairViewChanged]]] = {}
        self._groups: dict[str, dict[str, str]] = {}
        self._commands: list[tuple[int, CommandExecuted]] = []
        self._writes: list[WritesLanded] = []
        self._copies: list[tuple[int, CopyStarted]] = []
        self._errors: list[tuple[int, AgentLog]] = []

    def see(self, record: Record) -> None:
        """Take one record in."""
        event = record.event
        if isinstance(event, PairViewChanged):
            self._views.setdefault((event.array, event.volume), []).append((record.number, event))
        elif isinstance(event, GroupChanged):
            self._groups.setdefault(event.group, {})[event.system] = event.after
        elif isinstance(event, HostLost):
            # Where a whole cluster dies nobody is left to say that its groups are no longer online there.
            for states in self._groups.values():
                if event.host in states:
                    states[event.host] = "UNKNOWN"
        elif isinstance(event, WritesLanded):
            self._writes.append(event)
        elif isinstance(event, CopyStarted):
            self._copies.append((record.number, event))
        elif isinstance(event, AgentLog) and event.severity == "ERROR":
            self._errors.append((record.number, event))
        elif isinstance(event, CommandExecuted) and event.changes_pairs:
            self._commands.append((record.number, event))

    def online_on(self, group: str) -> tuple[str, ...]:
        """The systems on which the group is online in full or in part, fully online ones only if there is one."""
        states = self._groups.get(group, {})
        words = {system: state.split("|") for system, state in states.items()}
        up = {system: found for system, found in words.items() if not {"OFFLINE", "UNKNOWN"} & set(found)}
        if any("ONLINE" not in found or {"STARTING", "STOPPING"} & set(found) for found in up.values()):
            return ()
        return tuple(sorted(up))

    def is_offline(self, group: str) -> bool:
        """Whether no system has anything of the group up, or on its way."""
        states = self._groups.get(group, {}).values()
        return all(set(state.split("|")) <= {"OFFLINE", "FAULTED", "UNKNOWN"} for state in states)

    def group_state(self, group: str, system: str) -> str:
        """The group's state on a system, as the engine says it: `OFFLINE|FAULTED`; UNKNOWN before it was probed."""
        return self._groups.get(group, {}).get(system, "UNKNOWN")

    def describe_group(self, group: str) -> str:
        """`hosta ONLINE, hostb OFFLINE`."""
        states = self._groups.get(group, {})
        return ", ".join(f"{system} {state}" for system, state in sorted(states.items())) or "never probed"

    def reason(self, array: str, volume: str) -> str:
        """Why the array has the volume suspended, in `lspprc`'s words; `-` where it has not."""
        changes = self._views.get((array, volume))
        return changes[-1][1].reason if changes else "-"

    def copied_tracks(self, since: int) -> int:
        """How many tracks the copies that started since the event with that number had to copy."""
        return sum(event.tracks for at, event in self._copies if at >= since)

    def writes_missed_by(self, array: str) -> int:
        """How many writes were acknowledged elsewhere without reaching any volume of the array."""
        return sum(
            event.last - event.first + 1
            for event in self._writes
            if event.acknowledged and not any(copy.startswith(f"{array}/") for copy in event.received_by)
        )

    def refusals(self, since: int, host: str = "") -> list[str]:
        """What the agent, of one host or any, refused or failed at since the event, in its own words."""
        return [
            f"{event.where()}: {event.message}"
            for at, event in self._errors
            if at >= since and host in ("", event.host)
        ]

    def state(self, array: str, volume: str) -> str:
        """What the array thinks of the volume, in `lspprc`'s words; empty where it was never in a pair."""
        changes = self._views.get((array, volume))
        return changes[-1][1].after if changes else ""

    def all_in_state(self, array: str, volumes: tuple[str, ...], state: str) -> bool:
        """Whether every volume is in the state; case does not matter, as the manual writes states in capitals."""
        return all(self.state(array, volume).upper() == state.upper() for volume in volumes)

    def states_at(self, array: str, volumes: tuple[str, ...], number: int) -> set[str]:
        """The states, in capitals, that the volumes were in just before the event with that number."""
        found = set()
        for volume in volumes:
            past = [event for at, event in self._views.get((array, volume), []) if at < number]
            found.add(past[-1].after.upper() if past else "")
        return found

    def view_changes(self, array: str, volumes: tuple[str, ...], since: int) -> list[str]:
        """What the array changed its mind about since the event with that number."""
        return [
            event.text()
            for volume in volumes
            for at, event in self._views.get((array, volume), [])
            if at >= since and event.before != event.after
        ]

    def describe_volumes(self, array: str, volumes: tuple[str, ...]) -> str:
        """`1260 Full Duplex, 1261 Full Duplex`."""
        return ", ".join(self._describe(array, volume) for volume in volumes)

    def _describe(self, array: str, volume: str) -> str:
        reason = self.reason(array, volume)
        return f"{volume} {self.state(array, volume) or 'in no pair'}" + ("" if reason == "-" else f" ({reason})")

    def pair_changing_commands(self, since: int) -> list[str]:
        """The commands that change pairs which hosts sent since the event with that number."""
        return [event.text() for at, event in self._commands if at >= since]
