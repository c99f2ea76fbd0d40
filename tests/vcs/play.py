"""An honest little agent for play: a flag per resource and system, durations, and misbehaviour on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import simpy

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.cluster import VcsCluster
from mirrordrill.simulator.vcs.events import EntryPointStarted
from mirrordrill.simulator.vcs.ports import Call, EntryPointOutcome, FencedDisks
from mirrordrill.simulator.vcs.spec import ClusterSpec, GroupSpec, ResourceSpec, SystemSpec, TypeOperations, TypeSpec

HANG = float("inf")
SILENT = {"open", "close", "online", "offline", "monitor", "clean", "attr_changed"}
"""Actions have something to say to whoever asked for them, entry points have not."""
MM = TypeSpec(
    "MetroMirror",
    supported_actions=("failback",),
    temp_attributes=("VCSResLock",),
    monitor_interval_s=300.0,
    num_threads=1,
)
TYPES = (
    MM,
    TypeSpec("DiskGroup"),
    TypeSpec("Volume"),
    TypeSpec("Oracle"),
    TypeSpec("IP"),
    TypeSpec("NIC", operations=TypeOperations.NONE, offline_monitor_interval_s=60.0),
    TypeSpec("Netlsnr"),
)
STACK = {
    "mir": "MetroMirror",
    "dg": "DiskGroup",
    "vol": "Volume",
    "ora": "Oracle",
    "ip": "IP",
    "nic": "NIC",
    "lsnr": "Netlsnr",
}
REQUIRES = (("lsnr", "ora"), ("lsnr", "ip"), ("ora", "vol"), ("vol", "dg"), ("dg", "mir"), ("ip", "nic"))
HOSTS = ("hosta", "hostb", "hostc", "hostd")
ZONES = {"hosta": 0, "hostb": 0, "hostc": 1, "hostd": 1}


def manual_group(**changes: object) -> GroupSpec:
    """The manual's resource tree on four hosts in two zones."""
    group = GroupSpec(
        "oragrp",
        tuple((host, number) for number, host in enumerate(HOSTS)),
        tuple(
            ResourceSpec(name, type_name, arguments=dict.fromkeys(HOSTS, ("x", "y")))
            for name, type_name in STACK.items()
        ),
        REQUIRES,
        system_zones=ZONES,
        auto_start_list=("hosta",),
    )
    return replace(group, **changes)  # type: ignore[arg-type]


def cluster_spec(*groups: GroupSpec, types: tuple[TypeSpec, ...] = TYPES) -> ClusterSpec:
    return ClusterSpec("rdc1", tuple(SystemSpec(host) for host in HOSTS), groups or (manual_group(),), types)


def with_limits(name: str, **limits: object) -> tuple[TypeSpec, ...]:
    """The types, one of them with other static attributes."""
    return tuple(replace(spec, **limits) if spec.name == name else spec for spec in TYPES)  # type: ignore[arg-type]


@dataclass
class PlayRun:
    done: simpy.Event
    killed: bool = False

    def kill(self) -> None:
        self.killed = True


@dataclass
class PlayRunner:
    """`plan[resource, entry]`, or with a system behind, is (seconds, exit code or None, whether it takes effect)."""

    kernel: Kernel
    up: dict[tuple[str, str], bool] = field(default_factory=dict)
    plan: dict[tuple[str, ...], tuple[float, int | None, bool]] = field(default_factory=dict)
    calls: list[tuple[float, Call]] = field(default_factory=list)
    runs: list[PlayRun] = field(default_factory=list)
    """What was started, in the same order."""
    persistent: tuple[str, ...] = ("nic",)

    def monitor_dependency(self, call: Call) -> None:
        """Tests change what is up as they like."""

    def start(self, call: Call) -> PlayRun:
        self.calls.append((self.kernel.now_s, call))
        key = (call.resource, call.entry, call.system)
        seconds, code, effective = self.plan.get(key, self.plan.get(key[:2], (0.0, None, True)))
        run = PlayRun(self.kernel.env.event())
        self.runs.append(run)

        def end(_: object = None) -> None:
            if not run.killed:
                natural = self._effect(call, effective)
                said = "" if call.entry in SILENT else "said\n"
                run.done.succeed(EntryPointOutcome(natural if code is None else code, said))

        if seconds == 0:
            end()
        elif seconds != HANG:
            self.kernel.after(seconds).callbacks.append(end)
        return run

    def _effect(self, call: Call, effective: bool) -> int:
        key = (call.resource, call.system)
        if call.entry == "monitor":
            return 110 if self.up.get(key) or call.resource in self.persistent else 100
        if call.entry in {"online", "offline", "clean"} and effective:
            self.up[key] = call.entry == "online"
        return 0


class Drill:
    """A cluster with play agents."""

    def __init__(
        self,
        spec: ClusterSpec | None = None,
        seed: int = 0,
        disks: FencedDisks | None = None,
        panic: Callable[[str], None] | None = None,
    ) -> None:
        self.kernel = Kernel(seed)
        self.runner = PlayRunner(self.kernel)
        self.cluster = VcsCluster(self.kernel, spec or cluster_spec(), self.runner, disks=disks, panic=panic)

    def run(self, seconds: float) -> Drill:
        self.kernel.env.run(until=self.kernel.env.now + seconds)
        return self

    def started(self, seconds: float = 10) -> Drill:
        self.cluster.start()
        return self.run(seconds)

    def ha(self, line: str, system: str = "hosta") -> tuple[int, str]:
        event = self.cluster.ha(system, line.split())
        if not event.triggered:
            self.kernel.env.run(until=event)
        return event.value.exit_code, event.value.output

    def events(self, kind: type) -> list:
        return [record.event for record in self.kernel.log if isinstance(record.event, kind)]

    def entries(self, entry: str) -> list[tuple[float, str, str]]:
        """When, for which resource and where an entry point started."""
        return [
            (record.time_us / 1e6, record.event.resource, record.event.system)
            for record in self.kernel.log
            if isinstance(record.event, EntryPointStarted) and record.event.entry == entry
        ]

    def called(self, resource: str, entry: str, system: str) -> list[tuple[float, Call]]:
        return [
            (at, call)
            for at, call in self.runner.calls
            if (call.resource, call.entry, call.system) == (resource, entry, system)
        ]

    def crash(self, system: str) -> None:
        self.cluster.system_lost(system)
        for key in self.runner.up:
            if key[1] == system:
                self.runner.up[key] = False

    @property
    def online_on(self) -> tuple[str, ...]:
        return self.cluster.group_online_on("oragrp")
