"""What holds whatever happens: drawn groups, drawn nights."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointStarted, ResourceChanged, SystemChanged
from mirrordrill.simulator.vcs.spec import FailOverPolicy, GroupSpec, ResourceSpec
from tests.drawn import share_of
from tests.vcs.play import HANG, HOSTS, Drill, cluster_spec, manual_group

RESOURCES = ("r0", "r1", "r2", "r3", "r4")
REASONABLE = [0.0, 1.0, 7.0, 40.0]


@st.composite
def groups(draw: st.DrawFn) -> GroupSpec:
    """Up to five resources; any of them may require any that was named before it."""
    names = RESOURCES[: draw(st.integers(1, 5))]
    edges = [(parent, child) for at, parent in enumerate(names) for child in names[:at]]
    dependencies = tuple(edge for edge in edges if draw(st.booleans()))
    resources = tuple(ResourceSpec(name, "IP", critical=draw(st.booleans())) for name in names)
    policy = draw(st.sampled_from(FailOverPolicy))
    zones = {host: draw(st.integers(0, 1)) for host in HOSTS}
    system_list = tuple((host, number) for number, host in enumerate(HOSTS))
    return GroupSpec("g", system_list, resources, dependencies, zones, True, HOSTS, fail_over_policy=policy)


class Night:
    """Plays a drawn list of things that may happen."""

    def __init__(self, group: GroupSpec, durations: dict[tuple[str, str], float]) -> None:
        self.drill = Drill(cluster_spec(group))
        self.names = [resource.name for resource in group.resources]
        self.drill.runner.plan = {key: (seconds, None, True) for key, seconds in durations.items()}
        self.drill.started()
        self.dead: set[str] = set()

    def play(self, what: str, host: str, number: int, pause: float) -> None:
        drill, name = self.drill, self.names[number % len(self.names)]
        if what == "crash" and host not in self.dead:
            self.dead.add(host)
            drill.crash(host)
        elif what == "join" and host in self.dead:
            self.dead.remove(host)
            drill.cluster.system_joined(host)
        elif what == "fault":
            drill.runner.up[name, host] = False
        elif what == "command":
            line = ("-switch g -to {}", "-offline g -any", "-online g -sys {}", "-clear g", "-online g -any")[number]
            at = next((alive for alive in HOSTS if alive not in self.dead), HOSTS[0])
            drill.ha(f"hagrp {line.format(host)}", at)
        if pause:
            drill.run(pause)


happenings = st.lists(
    st.tuples(
        st.sampled_from(["crash", "join", "fault", "command", "command"]),
        st.sampled_from(HOSTS),
        st.integers(0, 4),
        st.sampled_from([0.0, 3.0, 15.0, 70.0]),
    ),
    max_size=12,
)
durations = st.fixed_dictionaries(
    {(name, entry): st.sampled_from(REASONABLE) for name in RESOURCES for entry in ("offline", "clean")}
    | {(name, "online"): st.sampled_from([*REASONABLE, HANG]) for name in RESOURCES}
)


def replayed(records: Iterator[Record]) -> Iterator[tuple[Record, dict[tuple[str, str], bool]]]:
    """Each record with what the engine held to be online when it came."""
    online: dict[tuple[str, str], bool] = {}
    for record in records:
        if isinstance(record.event, ResourceChanged):
            online[record.event.resource, record.event.system] = record.event.after.startswith("ONLINE")
        elif isinstance(record.event, SystemChanged) and record.event.after == "LOCAL_BUILD":
            # A first system builds an engine that knows nothing of the one before.
            online.clear()
        yield record, online


@settings(max_examples=share_of(60), deadline=None)
@given(groups(), durations, happenings)
def test_order_holds_and_a_group_is_up_in_one_place(group, planned, night):
    """Online only on children that are online; offline only under parents that are down; one system at a time."""
    play = Night(group, planned)
    for happening in night:
        play.play(*happening)
    for record, online in replayed(iter(play.drill.kernel.log)):
        event = record.event
        if isinstance(event, EntryPointStarted) and event.entry in {"online", "offline"}:
            for parent, child in group.dependencies:
                if event.entry == "online" and event.resource == parent:
                    assert online.get((child, event.system))
                if event.entry == "offline" and event.resource == child:
                    assert not online.get((parent, event.system))
            if event.entry == "online":
                assert not [system for (_, system), up in online.items() if up and system != event.system]


@settings(max_examples=share_of(25), deadline=None)
@given(groups(), durations, happenings)
def test_once_left_alone_the_cluster_comes_to_rest(group, planned, night):
    """Nothing waits for ever when every entry point ends and every clean succeeds."""
    play = Night(group, planned)
    for happening in night:
        play.play(*happening)
    play.drill.run(6000)
    state = [play.drill.cluster.group_state("g", host) for host in HOSTS]
    assert not [words for words in state if "START" in words or "STOP" in words]
    before = len(play.drill.kernel.log)
    play.drill.run(3600)
    assert len(play.drill.kernel.log) == before


def test_the_same_night_writes_the_same_log():
    def night() -> str:
        drill = Drill(cluster_spec(manual_group()))
        drill.runner.plan["mir", "online", "hostb"] = (HANG, None, True)
        drill.started(30)
        drill.crash("hosta")
        drill.run(900)
        return drill.kernel.log.digest()

    assert night() == night()
