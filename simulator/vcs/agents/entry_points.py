"""The entry points of one resource on one system: how they are called, for how long, and what the log hears of them.

Rule 1: a resource has one entry point under way at a time, though other resources of its type may have theirs.
Rule 2: a monitor emits nothing here; the resource, which judges its outcome, decides whether to emit an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.agents.lifecycle import CleanReason
from mirrordrill.simulator.vcs.agents.reports import Action, AttributeChange, ResourceReport
from mirrordrill.simulator.vcs.agents.schedule import HostTimers, MonitorSchedule
from mirrordrill.simulator.vcs.agents.threads import Job, ThreadPool
from mirrordrill.simulator.vcs.events import (
    EngineLog,
    EntryPointEnded,
    EntryPointKilled,
    EntryPointStarted,
    OutputPrinted,
)
from mirrordrill.simulator.vcs.messages import PHASE_CHANGED
from mirrordrill.simulator.vcs.ports import AgentRunner, Call, EntryPointOutcome
from mirrordrill.simulator.vcs.spec import Profile, ResourceSpec, TypeSpec

DEBUGGED = "DBG_AGINFO"
"""In LogDbg: changes of the framework's state (vcs.md 1.5); it stands in the place of a severity."""
Ended = Callable[[EntryPointOutcome | None], None]
"""Told the outcome of an entry point, or None where it was killed at its limit."""


@dataclass(frozen=True, slots=True)
class AgentServices:
    """What all agents of one system have in common."""

    kernel: Kernel
    system: str
    profile: Profile
    runner: AgentRunner
    timers: HostTimers
    pool: Callable[[TypeSpec], ThreadPool]
    """The threads of a type's agent."""
    report: Callable[[ResourceReport], None]
    """Where the engine listens."""


class EntryPoints:
    """Calls them in the threads of the type's agent."""

    def __init__(self, agents: AgentServices, resource: ResourceSpec, type_spec: TypeSpec, monitored: Ended) -> None:
        self.busy = False
        self._name = resource.name
        self._agents = agents
        self._pool = agents.pool(type_spec)
        self._monitored = monitored
        self.configure(resource, type_spec)

    def configure(self, resource: ResourceSpec, type_spec: TypeSpec) -> None:
        """Use these arguments and limits from now on."""
        self.limits = type_spec
        self._arguments = resource.arguments_on(self._agents.system)
        self._monitor = Job(self._call("monitor"), type_spec.monitor_timeout_s, self._monitored)
        self._still = self._agents.runner.monitor_dependency(self._monitor.call)

    def monitor(self) -> None:
        """Start a monitor: the hot path. Its end must set `busy` back."""
        self.busy = True
        self._pool.submit(self._monitor)

    def rest(self, schedule: MonitorSchedule) -> None:
        """A monitor has just told nothing new: let it rest, if the runner can say when it would."""
        if self._still is not None and self._pool.starts_at_once:
            schedule.rest(self._still, self._pool.at_leisure)

    def open(self, then: Ended) -> None:
        """Run open."""
        self._run(self._call("open"), self.limits.open_timeout_s, then)

    def close(self, then: Ended) -> None:
        """Run close."""
        self._run(self._call("close"), self.limits.close_timeout_s, then)

    def attr_changed(self, change: AttributeChange, then: Ended) -> None:
        """Run attr_changed, which gets the new value and no ArgListValues (vcs.md 1.2)."""
        name = self._name
        arguments = (name, name, change.attribute, *change.values)
        call = Call(self._agents.system, self.limits.name, name, "attr_changed", arguments)
        self._run(call, self.limits.attr_changed_timeout_s, then, change.attribute)

    def online(self, then: Ended) -> None:
        """Run online."""
        self._run(self._call("online"), self.limits.online_timeout_s, then)

    def offline(self, then: Ended) -> None:
        """Run offline."""
        self._run(self._call("offline"), self.limits.offline_timeout_s, then)

    def clean(self, reason: CleanReason, then: Ended) -> None:
        """Run clean, ahead of everything that waits for a thread."""
        self._run(self._call("clean", str(reason.value)), self.limits.clean_timeout_s, then, reason.text)

    def act(self, action: Action, then: Ended) -> None:
        """Run an action."""
        limits = self.limits
        limit_s = self._agents.profile.action_limit_s(limits.monitor_interval_s, limits.action_timeout_s)
        call = self._call(action.token, after=(str(len(action.arguments)), *action.arguments))
        self._run(call, limit_s, then, " ".join(action.arguments))

    def info(self, operation: str, then: Ended) -> None:
        """Run info: operation 1 adds to ResourceInfo, 2 updates it (vcs.md 1.2)."""
        self._run(self._call("info", operation), self.limits.info_timeout_s, then)

    def log(self, message: MessageText, *values: object) -> None:
        """A line of the agent's log about this resource."""
        text = message.fill(self._name, *values)
        self._agents.kernel.emit(EngineLog(self._agents.system, message.severity, message.id, text))

    def tell_phase(self, before: str, after: str) -> None:
        """LogDbg: the framework's state of the resource is another one."""
        if DEBUGGED in self.limits.log_dbg and before != after:
            text = PHASE_CHANGED.fill(self._name, before, after)
            self._agents.kernel.emit(EngineLog(self._agents.system, DEBUGGED, PHASE_CHANGED.id, text))

    def tell_end(self, entry: str, limit_s: float, outcome: EntryPointOutcome | None) -> None:
        """Let the log know how an entry point ended."""
        system = self._agents.system
        if outcome is None:
            self._agents.kernel.emit(EntryPointKilled(system, self._name, entry, f"{limit_s:g} s were up"))
        else:
            self._agents.kernel.emit(EntryPointEnded(system, self._name, entry, outcome.exit_code))

    def _call(self, entry: str, *before: str, after: tuple[str, ...] = ()) -> Call:
        arguments = (self._name, *before, *self._arguments, *after)
        return Call(self._agents.system, self.limits.name, self._name, entry, arguments)

    def _run(self, call: Call, limit_s: float, then: Ended, detail: str = "") -> None:
        limit_ms = round(limit_s * 1000)

        def started() -> None:
            self._agents.kernel.emit(EntryPointStarted(call.system, call.resource, call.entry, detail, limit_ms))

        def ended(outcome: EntryPointOutcome | None) -> None:
            self.tell_end(call.entry, limit_s, outcome)
            lines = () if outcome is None else tuple(filter(str.strip, outcome.output.splitlines()))
            # What info prints is no output for people: it becomes ResourceInfo.
            if lines and call.entry != "info":
                self._agents.kernel.emit(OutputPrinted(call.system, call.resource, call.entry, lines))
            self.busy = False
            then(outcome)

        self.busy = True
        self._pool.submit(Job(call, limit_s, ended, started), urgent=call.entry == "clean")
