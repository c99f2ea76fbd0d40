"""Drawn clusters of several groups in drawn nights: what the engine does, judged from the event log alone.

The reference is slow and obvious: it folds the log up to a moment and reads the rules one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.engine.trigger_rules import PreOnline, TriggerVerdict
from mirrordrill.simulator.vcs.events import (
    CommandGiven,
    EngineLog,
    EntryPointEnded,
    EntryPointStarted,
    GroupChanged,
    ResourceChanged,
    SystemChanged,
)
from mirrordrill.simulator.vcs.messages import AUTO_STARTING, FAILING_OVER
from mirrordrill.simulator.vcs.spec import (
    ClusterSpec,
    FailOverPolicy,
    GroupDependencySpec,
    GroupSpec,
    Location,
    Parallel,
    ResourceSpec,
    Rigidity,
    SystemSpec,
)
from tests.drawn import share_of
from tests.vcs.play import HOSTS, TYPES, Drill

NAMES = ("a", "b", "c")
LINKS = [
    GroupDependencySpec("?", True, location, rigidity)
    for location in Location
    for rigidity in Rigidity
    if rigidity is not Rigidity.HARD or location is Location.LOCAL
] + [GroupDependencySpec("?", False, Location.LOCAL, None), *[GroupDependencySpec("?")] * 4]


@st.composite
def clusters(draw: st.DrawFn, linked: bool) -> ClusterSpec:
    """Three small groups on four systems; where they are linked, a may require b, and b or a may require c."""
    groups = []
    for number, name in enumerate(NAMES):
        resources = tuple(
            ResourceSpec(f"{name}{at}", "IP", critical=draw(st.sampled_from([True, True, False]))) for at in range(2)
        )
        systems = draw(st.permutations(HOSTS))[: draw(st.integers(2, 4))]
        group = GroupSpec(
            name,
            tuple((host, draw(st.integers(0, 2))) for host in systems),
            resources,
            ((f"{name}1", f"{name}0"),),
            {host: draw(st.integers(0, 1)) for host in systems if draw(st.integers(0, 3))},
            auto_start_list=tuple(systems),
            fail_over_policy=draw(st.sampled_from(FailOverPolicy)),
            auto_fail_over=draw(st.sampled_from([1, 1, 1, 2])),
            parallel=draw(st.sampled_from([Parallel.FAILOVER, Parallel.FAILOVER, *Parallel])),
            load=draw(st.integers(0, 60)),
            prerequisites={"shm": draw(st.integers(1, 2))} if draw(st.booleans()) else {},
            online_retry_limit=draw(st.sampled_from([0, 0, 1])),
            pre_online=draw(st.sampled_from([False, False, False, True])),
        )
        below = NAMES[number + 1 :]
        if linked and below and draw(st.integers(0, 3)):
            link = replace(draw(st.sampled_from(LINKS)), child=draw(st.sampled_from(below)))
            group = replace(group, requires=(link,))
        groups.append(group)
    systems = tuple(
        SystemSpec(host, draw(st.sampled_from([60, 100])), {"shm": draw(st.integers(1, 4))}) for host in HOSTS
    )
    return ClusterSpec("rdc1", systems, tuple(groups), TYPES)


COMMANDS = (
    "hagrp -switch {group} -to {host}",
    "hagrp -online {group} -sys {host}",
    "hagrp -offline {group} -sys {host}",
    "hagrp -offline {group} -any",
    "hagrp -online {group} -any",
    "hagrp -clear {group}",
    "hagrp -freeze {group}",
    "hagrp -unfreeze {group}",
    "hagrp -disable {group} -sys {host}",
    "hagrp -enable {group}",
    "hasys -freeze {host}",
    "hasys -unfreeze {host}",
    "hastop -sys {host} -evacuate",
)
happenings = st.lists(
    st.tuples(
        st.sampled_from(["crash", "crash", "join", *["fault"] * 4, "engine dies", "hastop -local", *COMMANDS]),
        st.sampled_from(HOSTS),
        st.sampled_from(NAMES),
        st.sampled_from([0.0, 3.0, 15.0, 90.0, 90.0]),
    ),
    min_size=3,
    max_size=10,
)
durations = st.fixed_dictionaries(
    {
        (f"{name}{at}", entry): st.sampled_from([0.0, 1.0, 7.0, 40.0])
        for name in NAMES
        for at in range(2)
        for entry in ("online", "offline", "clean")
    }
)


def fly(spec: ClusterSpec, seconds: dict[tuple[str, str], float], night: list[tuple[str, str, str, float]]) -> Drill:
    drill = Drill(spec)
    drill.runner.plan = {key: (duration, None, True) for key, duration in seconds.items()}
    drill.cluster.triggers.behaviour["b"] = PreOnline(TriggerVerdict.REFUSES, 4)
    drill.started(60)
    dead: set[str] = set()
    for what, host, group, pause in night:
        # What befalls a group befalls it where it is.
        place = next((at for at in HOSTS if drill.runner.up.get((f"{group}0", at))), host)
        if what == "crash" and place not in dead:
            dead.add(place)
            drill.crash(place)
        elif what == "join":
            dead.discard(host)
            drill.cluster.system_joined(host)
        elif what == "fault":
            drill.runner.up[f"{group}0", place] = False
        elif what == "engine dies":
            drill.cluster.engine_dies(host)
        elif what.startswith("ha"):
            at = next((alive for alive in HOSTS if alive not in dead), HOSTS[0])
            drill.ha(what.format(group=group, host=host), at)
        if pause:
            drill.run(pause)
    return drill


@dataclass
class Seen:
    """What the log has told up to a moment."""

    spec: ClusterSpec
    systems: dict[str, str] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    disabled: set[tuple[str, str]] = field(default_factory=set)
    words: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(group, system) -> its state as last told."""
    online: dict[tuple[str, str], bool] = field(default_factory=dict)
    """(resource, system)."""
    under_way: set[tuple[str, str]] = field(default_factory=set)
    """(resource, system) whose online has been started."""

    def take(self, record: Record) -> None:
        event = record.event
        if isinstance(event, SystemChanged):
            self.systems[event.system] = event.after
            if event.after == "FAULTED":
                # Told of a death before it is told of what died with it.
                self.under_way = {key for key in self.under_way if key[1] != event.system}
            if event.after == "LOCAL_BUILD":
                # A first system builds an engine that knows nothing of the one before.
                self.frozen.clear(), self.disabled.clear(), self.words.clear(), self.online.clear()
        elif isinstance(event, GroupChanged):
            self.words[event.group, event.system] = event.after.split("|")
        elif isinstance(event, ResourceChanged):
            self.online[event.resource, event.system] = event.after.startswith("ONLINE")
            self.under_way.discard((event.resource, event.system))
        elif isinstance(event, EntryPointStarted) and event.entry == "online":
            self.under_way.add((event.resource, event.system))
        elif isinstance(event, EntryPointEnded) and event.entry in {"offline", "clean"}:
            self.under_way.discard((event.resource, event.system))
        elif isinstance(event, CommandGiven) and event.exit_code == 0:
            self._command(event.command.split())

    def _command(self, words: list[str]) -> None:
        if words[:2] == ["hasys", "-freeze"]:
            self.frozen.add(words[2])
        elif words[:2] == ["hasys", "-unfreeze"]:
            self.frozen.discard(words[2])
        elif words[:2] == ["hagrp", "-disable"]:
            self.disabled.add((words[2], words[4]))
        elif words[:2] == ["hagrp", "-enable"]:
            self.disabled = {pair for pair in self.disabled if pair[0] != words[2]}

    def group_is_online(self, name: str, system: str) -> bool:
        return "ONLINE" in self.words.get((name, system), []) and "STOPPING" not in self.words[name, system]

    def group_is_active(self, name: str, system: str) -> bool:
        return bool({"ONLINE", "PARTIAL", "STARTING", "STOPPING"} & set(self.words.get((name, system), [])))

    def anything_up(self, name: str, system: str) -> bool:
        """Whether a resource is online, or its online was started."""
        keys = [(f"{name}{at}", system) for at in range(2)]
        return any(self.online.get(key) or key in self.under_way for key in keys)


def seen_before(drill: Drill) -> Iterator[tuple[Record, Seen]]:
    """Each record with what the log had told before it."""
    seen = Seen(drill.cluster.spec)
    for record in drill.kernel.log:
        yield record, seen
        seen.take(record)


MOVED = re.compile(FAILING_OVER.text.format(r"(\S+)", r"(\S+)", r"(\S+)"))


def reference(seen: Seen, group: GroupSpec, origin: str) -> str | None:
    """Where a group without dependencies goes from a system: vcs.md 3.3, read aloud."""
    mine = next(systems for systems in group.instances if origin in systems)
    left = []
    for system in mine:
        spec = next(one for one in seen.spec.systems if one.name == system)
        here = [g for g in seen.spec.groups if system in g.systems and seen.group_is_active(g.name, system)]
        free = spec.limits.get("shm", 0) - sum(g.prerequisites.get("shm", 0) for g in here)
        words = seen.words.get((group.name, system), ["UNKNOWN"])
        if system == origin or seen.systems.get(system) != "RUNNING" or system in seen.frozen:
            continue
        if "UNKNOWN" in words or "FAULTED" in words or (group.name, system) in seen.disabled:
            continue
        if free < group.prerequisites.get("shm", 0):
            continue
        capacity = spec.capacity - sum(g.load for g in here)
        left.append((system, len(here), capacity))
    zone = group.system_zones.get(origin)
    if zone is not None:
        near = [one for one in left if group.system_zones.get(one[0]) == zone]
        left = near if near or group.auto_fail_over == 2 else left
    order = dict(group.system_list)
    place = {system: number for number, system in enumerate(group.systems)}
    if group.fail_over_policy is FailOverPolicy.PRIORITY:
        left.sort(key=lambda one: (order[one[0]], place[one[0]]))
    elif group.fail_over_policy is FailOverPolicy.ROUND_ROBIN:
        left.sort(key=lambda one: (one[1], place[one[0]]))
    else:
        left.sort(key=lambda one: (-one[2], one[0]))
    return left[0][0] if left else None


@settings(max_examples=share_of(80), deadline=None)
@given(clusters(linked=False), durations, happenings)
def test_every_failover_goes_where_the_rules_say(spec, seconds, night):
    """Each choice of the engine, against the reference at the moment before it was told."""
    drill = fly(spec, seconds, night)
    for record, seen in seen_before(drill):
        if isinstance(record.event, EngineLog) and record.event.message_id == FAILING_OVER.id:
            name, origin, target = MOVED.fullmatch(record.event.message).groups()
            group = next(group for group in spec.groups if group.name == name)
            assert target == reference(seen, group, origin), record.event.message


@settings(max_examples=share_of(100), deadline=None)
@given(clusters(linked=True), durations, happenings)
def test_order_holds_inside_groups_and_between_them(spec, seconds, night):
    """Online on what is online, offline under what is offline, once an instance, and only beside what may be there."""
    drill = fly(spec, seconds, night)
    groups = {group.name: group for group in spec.groups}
    for record, seen in seen_before(drill):
        event = record.event
        if not isinstance(event, EntryPointStarted) or event.entry not in {"online", "offline"}:
            continue
        group, system = groups[event.resource[0]], event.system
        other = f"{group.name}{1 - int(event.resource[1])}"
        if event.entry == "online":
            assert not event.resource.endswith("1") or seen.online.get((other, system))
            rivals = [host for mine in group.instances if system in mine for host in mine if host != system]
            assert not [host for host in rivals if seen.anything_up(group.name, host)]
            for parent in spec.groups:
                for required in parent.requires:
                    if required.child == group.name and not required.online:
                        assert not seen.anything_up(parent.name, system)
        else:
            assert not event.resource.endswith("0") or not seen.online.get((other, system))
            for parent in spec.groups:
                for required in parent.requires:
                    firm = required.rigidity in {Rigidity.FIRM, Rigidity.HARD} and required.location is Location.LOCAL
                    frozen = system in seen.frozen or parent_is_frozen(drill, record, parent.name)
                    if required.child == group.name and firm and not frozen:
                        assert not seen.anything_up(parent.name, system)


def parent_is_frozen(drill: Drill, until: Record, name: str) -> bool:
    """Whether the group was frozen at the moment of a record."""
    frozen = False
    for record in drill.kernel.log:
        if record is until:
            break
        if isinstance(record.event, CommandGiven) and record.event.exit_code == 0:
            words = record.event.command.split()
            if words[:1] == ["hagrp"] and words[1] in {"-freeze", "-unfreeze"} and words[2] == name:
                frozen = words[1] == "-freeze"
        elif isinstance(record.event, SystemChanged) and record.event.after == "LOCAL_BUILD":
            frozen = False
    return frozen


@settings(max_examples=share_of(60), deadline=None)
@given(clusters(linked=True), durations, happenings)
def test_a_group_starts_only_where_what_it_requires_is_there(spec, seconds, night):
    """At every start that the engine decides: failover, switch, start with the cluster."""
    drill = fly(spec, seconds, night)
    groups = {group.name: group for group in spec.groups}
    starts = {FAILING_OVER.id: 3, AUTO_STARTING.id: 2}
    for record, seen in seen_before(drill):
        event = record.event
        if isinstance(event, EngineLog) and event.message_id in starts:
            name, system = event.message.split()[1], event.source
            for required in groups[name].requires:
                child = groups[required.child]
                up = [host for host in child.systems if seen.group_is_online(child.name, host)]
                active = seen.group_is_active(child.name, system)
                if not required.online:
                    assert not active
                elif required.location is Location.LOCAL:
                    assert system in up
                elif required.location is Location.GLOBAL:
                    assert up
                else:
                    assert up
                    assert not active


@settings(max_examples=share_of(40), deadline=None)
@given(clusters(linked=True), durations, happenings)
def test_once_left_alone_linked_groups_come_to_rest(spec, seconds, night):
    """No two groups wait for each other for ever, or chase each other round the systems."""
    drill = fly(spec, seconds, night)
    drill.run(6000)
    states = {(name, host): drill.cluster.group_state(name, host) for name in NAMES for host in HOSTS}
    frozen = {name for name in NAMES if drill.ha(f"hagrp -value {name} TFrozen", alive(drill))[1].strip() == "1"}
    if alive(drill) and not frozen:
        assert not [where for where, words in states.items() if "START" in words or "STOP" in words]
    before = len(drill.kernel.log)
    drill.run(3600)
    assert len(drill.kernel.log) - before <= 1  # the look at TFrozen is none; nothing else is told


def alive(drill: Drill) -> str:
    """A system with an engine."""
    return next((host for host in HOSTS if drill.cluster.membership_of(host)), HOSTS[0])
