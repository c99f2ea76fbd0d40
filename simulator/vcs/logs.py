"""The logs that VCS keeps on each system, rendered from the event log: `engine_A.log` and `<Type>_A.log` (vcs.md 1.8).

Nothing writes a log while a drill is run. What an administrator would read afterwards follows from what happened, and
this is a pure function of it, given the configuration and the moment at which simulated time begins.

Rule 1: the engine of a system writes while its host lives and its daemon is there, whatever others think of it.
Rule 2: what an engine says of a system is written by every system of the same membership; an agent writes on its own.
Rule 3: numbers and texts that were not read in a vendor's text carry M here or stand in `messages`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from mirrordrill.agent.node import MESSAGE_CATEGORY as AGENT_CATEGORY
from mirrordrill.simulator.host.events import AgentLog, HostLost
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.vcs.events import (
    CommandGiven,
    ConcurrencyViolation,
    DaemonChanged,
    EngineLog,
    EntryPointKilled,
    EntryPointStarted,
    GroupChanged,
    OutputPrinted,
    ResourceChanged,
    ResourceConfigured,
    SystemChanged,
    TriggerRun,
)
from mirrordrill.simulator.vcs.messages import (
    CONCURRENCY,
    IN_JEOPARDY,
    INITIATING_OFFLINE,
    INITIATING_ONLINE,
    MEMBERSHIP,
    REGULAR,
    TRIGGER,
)
from mirrordrill.simulator.vcs.spec import ClusterSpec
from mirrordrill.simulator.vcs.states import SystemState
from mirrordrill.simulator.vcs.wide_area.messages import TOLD, line_of

ENGINE_LOG = "engine_A.log"
OF_AGENT = "V-16-2-"
"""Numbers of the agent framework."""
BLOCK_BEGINS, BLOCK_ENDS = f"+{'-' * 74}+", f"+{'=' * 74}+"
"""The rulers around what a command printed (vcs.md 1.8: which of them comes first is not known)."""
ABOUT = re.compile(r"Resource\((\S+)\) - (.*)")
"""How the framework's messages name their resource."""
FIRST_PROBE = "STATE UNKNOWN"
INITIATED = {"online": INITIATING_ONLINE, "offline": INITIATING_OFFLINE}
GONE = frozenset({SystemState.FAULTED.value, SystemState.EXITED.value})

Logs = dict[tuple[str, str], list[str]]
"""(system, name of the file) -> its lines."""


def render(records: Iterable[Record], spec: ClusterSpec, epoch: datetime) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The lines of every log of every system of a cluster, without line ends, in the order they were written."""
    renderer = LogRenderer(spec, epoch)
    for record in records:
        renderer.take(record)
    return {place: tuple(lines) for place, lines in renderer.drain().items()}


class LogRenderer:
    """Goes through a run once and remembers what the lines depend on: who is alive, who hears whom."""

    def __init__(self, spec: ClusterSpec, epoch: datetime) -> None:
        self.logs: Logs = {}
        self._epoch = epoch
        self._cluster = spec.name
        self._nodes = {system.name: number for number, system in enumerate(spec.systems)}
        self._places = {
            resource.name: (group.name, resource.type_name) for group in spec.groups for resource in group.resources
        }
        self._writes = dict.fromkeys(self._nodes, False)
        self._membership: dict[str, tuple[str, ...]] = {name: (name,) for name in self._nodes}
        self._jeopardy: set[str] = set()
        self._asked: dict[tuple[str, str], str] = {}
        """(resource, system) -> the entry point that VCS called last."""
        self._moment = epoch
        self._readers: dict[type[Event], Callable[..., None]] = {
            SystemChanged: self._system,
            GroupChanged: self._group,
            ResourceChanged: self._resource,
            EngineLog: self._engine_log,
            AgentLog: self._agent_log,
            CommandGiven: self._command,
            ConcurrencyViolation: self._violation,
            TriggerRun: self._trigger,
            EntryPointStarted: self._started,
            EntryPointKilled: self._killed,
            OutputPrinted: self._answered,
            ResourceConfigured: self._configured,
            DaemonChanged: self._daemon,
            HostLost: self._host_lost,
            **dict.fromkeys(TOLD, self._wide_area),
        }

    def take(self, record: Record) -> None:
        """One event."""
        read = self._readers.get(type(record.event))
        if read is not None:
            self._moment = self._epoch + timedelta(microseconds=record.time_us)
            read(record.event)

    def drain(self) -> Logs:
        """The lines written since the last call."""
        logs, self.logs = self.logs, {}
        return logs

    # Writing.

    def _line(self, severity: str, message_id: str, text: str) -> str:
        return f"{self._moment:%Y/%m/%d %H:%M:%S} VCS {severity} {message_id} {text}"

    def _write(self, systems: Iterable[str], severity: str, message_id: str, text: str) -> None:
        """Into the engine's log on each of the systems that write."""
        line = self._line(severity, message_id, text)
        for system in systems:
            if self._writes.get(system):
                self.logs.setdefault((system, ENGINE_LOG), []).append(line)

    def _write_agent(self, system: str, resource: str, severity: str, message_id: str, text: str) -> None:
        """Into the log of the resource type's agent."""
        if system not in self._nodes:
            return
        _, type_name = self._places.get(resource, ("", "unknown"))
        line = self._line(severity, message_id, f"{type_name}:{resource}:{text}")
        self.logs.setdefault((system, f"{type_name}_A.log"), []).append(line)

    # The engine's log.

    def _system(self, event: SystemChanged) -> None:
        name, is_gone = event.system, event.after in GONE
        if name not in self._nodes:
            return
        if event.after == SystemState.FAULTED.value:
            told = [other for other in self._nodes if name not in self._membership[other] or not self._writes[name]]
        else:
            self._writes[name] = self._writes[name] or not is_gone
            told = [name, *(other for other in self._membership[name] if other != name)]
        text = f"System {name} (Node '{self._nodes[name]}') changed state from {event.before} to {event.after}"
        self._write(told, "NOTICE", "V-16-1-10322", text)  # M
        if event.after == SystemState.EXITED.value:
            self._writes[name] = False

    def _group(self, event: GroupChanged) -> None:
        before, after = event.before.split("|"), event.after.split("|")
        if "ONLINE" in after and "ONLINE" not in before:
            self._about(event.system, "V-16-1-10447", f"Group {event.group} is online on system {event.system}")
        elif "OFFLINE" in after and not {"OFFLINE", "UNKNOWN"} & set(before):
            self._about(event.system, "V-16-1-10446", f"Group {event.group} is offline on system {event.system}")

    def _resource(self, event: ResourceChanged) -> None:
        group, _ = self._places.get(event.resource, ("unknown", ""))
        who = f"Resource {event.resource} (Owner: unknown, Group: {group})"
        before, after = event.before.split("|"), event.after.split("|")
        if FIRST_PROBE in after:
            return  # its system is gone or new: no agent has looked
        if after[0] == "FAULTED":
            self._asked[event.resource, event.system] = "fault"
        if after == ["OFFLINE"] and FIRST_PROBE in before:
            self._about(event.system, "V-16-1-10304", f"{who} is offline on {event.system} (First probe)", "INFO")
        elif after[0] == "ONLINE" and before[0] != "ONLINE":
            by_vcs = self._asked.get((event.resource, event.system)) == "online"
            number, how = ("V-16-1-10298", "VCS initiated") if by_vcs else ("V-16-1-10299", "Not initiated by VCS")
            self._about(event.system, number, f"{who} is online on {event.system} ({how})")
        elif after[0] == "OFFLINE" and before[0] != "OFFLINE":
            self._about(event.system, "V-16-1-10305", f"{who} is offline on {event.system} (VCS initiated)")

    def _about(self, system: str, message_id: str, text: str, severity: str = "NOTICE") -> None:
        self._write(self._membership.get(system, ()), severity, message_id, text)

    def _engine_log(self, event: EngineLog) -> None:
        if event.message_id.startswith(OF_AGENT):
            self._framework(event)
            return
        if event.source != self._cluster and event.source not in self._nodes:
            return  # another cluster's
        if event.message_id == MEMBERSHIP.id:
            self._new_membership(event)
        elif event.message_id in {REGULAR.id, IN_JEOPARDY.id}:
            is_fragile = event.message_id == IN_JEOPARDY.id
            (self._jeopardy.add if is_fragile else self._jeopardy.discard)(event.source)
            self._write_place(event.source, is_fragile=is_fragile)
        else:
            systems: Iterable[str] = self._membership.get(event.source, self._nodes)
            self._write(systems, event.severity, event.message_id, event.message)

    def _new_membership(self, event: EngineLog) -> None:
        """Who is in it from now on. Who was in jeopardy stays so while he is in it and not alone."""
        words = event.message.replace(",", " ").split()
        members = tuple(name for name in self._nodes if name in words)
        known = {other for name in members for other in self._membership[name]}
        self._jeopardy -= known if len(members) == 1 else known - set(members)
        for name in members:
            self._membership[name] = members
            self._writes[name] = True
        self._write(members, event.severity, MEMBERSHIP.id, MEMBERSHIP.text.partition(":")[0])
        for name in members:
            self._write_place(name, is_fragile=name in self._jeopardy)

    def _write_place(self, name: str, *, is_fragile: bool) -> None:
        """In which memberships a system is, with the nodes of each as the bits of a number."""
        members = self._membership[name]
        text = f"System {name} (Node '{self._nodes[name]}') is in Regular"
        mask = f"Membership: {self._mask(members)}"
        if not is_fragile:
            self._write(members, REGULAR.severity, REGULAR.id, f"{text} Membership - {mask}")
            return
        fragile = self._mask(other for other in members if other in self._jeopardy)
        text = f"{text} and Jeopardy Memberships - {mask}, Jeopardy: {fragile}"
        self._write(members, IN_JEOPARDY.severity, IN_JEOPARDY.id, text)

    def _mask(self, names: Iterable[str]) -> str:
        return f"{sum(1 << self._nodes[name] for name in names):#x}"

    def _command(self, event: CommandGiven) -> None:
        text = f"User root fired command: {event.command} from localhost"
        self._about(event.system, "V-16-1-50135", text, "INFO")  # M

    def _trigger(self, event: TriggerRun) -> None:
        text = " ".join((TRIGGER.fill(event.trigger, event.group, event.system), *event.arguments))
        self._about(event.system, TRIGGER.id, text, TRIGGER.severity)

    def _violation(self, event: ConcurrencyViolation) -> None:
        text = CONCURRENCY.fill(event.group, " ".join(event.systems))
        self._about(event.violator, CONCURRENCY.id, text, CONCURRENCY.severity)

    def _wide_area(self, event: Event) -> None:
        """What this cluster believes of others; what others believe stands in their logs."""
        told = line_of(event)
        if told is not None and told[0] == self._cluster:
            _, message, text = told
            self._write(self._nodes, message.severity, message.id, text)

    # The agents' logs.

    def _framework(self, event: EngineLog) -> None:
        """The framework's messages stand in the agent's log, and bad ones in the engine's log as well."""
        found = ABOUT.fullmatch(event.message)
        resource, text = (found[1], found[2]) if found else ("", event.message)
        self._write_agent(event.source, resource, event.severity, event.message_id, f"framework:{text}")
        if event.severity == "ERROR":
            self._about(event.source, event.message_id, f"({event.source}) {event.message}", event.severity)

    def _agent_log(self, event: AgentLog) -> None:
        number = f"V-16-{AGENT_CATEGORY}-{event.message_id}"
        self._write_agent(event.host, event.resource, event.severity, number, f"{event.entry}:{event.message}")

    def _answered(self, event: OutputPrinted) -> None:
        """What an entry point printed as a block between rulers, in the engine's logs of its membership (M)."""
        text = f"({event.system}) Resource({event.resource}): Output of the completed operation ({event.entry})"
        self._about(event.system, "V-16-2-13716", text, "INFO")
        for system in self._membership.get(event.system, ()):
            if self._writes.get(system):
                self.logs.setdefault((system, ENGINE_LOG), []).extend((BLOCK_BEGINS, *event.lines, BLOCK_ENDS))

    def _killed(self, event: EntryPointKilled) -> None:
        text = f"{event.entry}:the entry point was killed: {event.why}"
        if self._writes.get(event.system):
            self._write_agent(event.system, event.resource, "WARNING", "V-16-2-60070", text)

    # What the lines depend on.

    def _started(self, event: EntryPointStarted) -> None:
        """An online right after a clean is the agent's own next try; any other is the engine's doing."""
        before, self._asked[event.resource, event.system] = (
            self._asked.get((event.resource, event.system)),
            event.entry,
        )
        message = INITIATED.get(event.entry)
        if message is not None and before != "clean":
            group, _ = self._places.get(event.resource, ("unknown", ""))
            text = message.fill(event.resource, group, event.system)
            self._about(event.system, message.id, text, message.severity)

    def _configured(self, event: ResourceConfigured) -> None:
        """What was deleted may still have a last word."""
        self._places[event.resource] = (event.group, event.type_name)

    def _daemon(self, event: DaemonChanged) -> None:
        """An engine that was told of is gone; that it starts again is a change of its system."""
        self._writes[event.system] = False

    def _host_lost(self, event: HostLost) -> None:
        self._writes[event.host] = False
