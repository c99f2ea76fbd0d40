"""A group is online twice only where the membership was split: drawn nights of dying links and engines.

A failover group once in the cluster, a hybrid one once in each zone. What is up is asked of the agents, not of any
engine: an engine that was wrong would agree with itself.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointStarted
from mirrordrill.simulator.vcs.spec import Parallel
from tests.drawn import share_of
from tests.vcs.play import HOSTS, Drill, cluster_spec, manual_group

SITES = (("hosta", "hostb"), ("hostc", "hostd"))


class Night:
    """Plays what was drawn, and watches every online that is started."""

    def __init__(self, kind: Parallel) -> None:
        self.group = manual_group(parallel=kind, auto_start_list=HOSTS if kind else ("hosta",))
        self.drill = Drill(cluster_spec(self.group))
        self.dead: set[str] = set()
        self.twice: list[tuple[str, str]] = []
        """(system, other): an online on a system that hears the other, where the same instance of the group is up."""
        self.drill.kernel.log.observe(self._see)
        self.drill.started(30)

    def _see(self, record: Record) -> None:
        event = record.event
        if isinstance(event, EntryPointStarted) and event.entry == "online":
            members = self.drill.cluster.membership_of(event.system)
            mine = next(systems for systems in self.group.instances if event.system in systems)
            rivals = [host for host in self.up() if host in members and host in mine and host != event.system]
            self.twice += [(event.system, other) for other in rivals]

    def up(self) -> list[str]:
        """Where anything of the group is up."""
        return sorted({host for (_, host), is_up in self.drill.runner.up.items() if is_up})

    def crash(self, host: str) -> None:
        if host not in self.dead:
            self.dead.add(host)
            self.drill.crash(host)

    def boot(self, host: str) -> None:
        self.dead.discard(host)
        self.drill.cluster.system_joined(host)

    def type(self, host: str, *lines: str) -> None:
        for line in lines:
            self.drill.cluster.ha(host, line.split())

    def play(self, what: str, host: str, pause_s: float) -> None:
        HAPPENINGS[what](self, host)
        if pause_s:
            self.drill.run(pause_s)


ADDING = (
    "haconf -makerw",
    "hares -add ip2 IP oragrp",
    "hares -link lsnr ip2",
    "hares -modify ip2 Enabled 1",
    "haconf -dump",
)
HAPPENINGS: dict[str, Callable[[Night, str], object]] = {
    "crash": Night.crash,
    "boot": Night.boot,
    "boot, most of all": Night.boot,
    "engine dies": lambda night, host: night.drill.cluster.engine_dies(host),
    "stop by force": lambda night, host: night.drill.cluster.stop_by_force([host]),
    "stop": lambda night, host: night.drill.cluster.stop([host]),
    "agent dies": lambda night, host: night.drill.cluster.agent_dies(host, "MetroMirror"),
    "agent hangs": lambda night, host: night.drill.cluster.agent_hangs(host, "MetroMirror"),
    "agents never start": lambda night, host: night.drill.cluster.slow_agent(host, "MetroMirror"),
    "agents start late": lambda night, host: night.drill.cluster.slow_agent(host, "Oracle", 20.0),
    "agents start": lambda night, host: night.drill.cluster.mend_agent(host, "MetroMirror"),
    "add": lambda night, host: night.type(host, *ADDING),
    "delete": lambda night, host: night.type(host, "haconf -makerw", "hares -delete -force ip2"),
    "online": lambda night, host: night.drill.cluster.ha(host, ["hagrp", "-online", "oragrp", "-sys", host]),
    "switch": lambda night, host: night.drill.cluster.ha("hosta", ["hagrp", "-switch", "oragrp", "-to", host]),
}
SPLITS: dict[str, Callable[[Night, str], object]] = {
    "part": lambda night, _: night.drill.cluster.partition(SITES),
    "heal": lambda night, _: night.drill.cluster.heal(SITES),
    "cut link1": lambda night, host: night.drill.cluster.cut_link(host, "link1"),
    "cut link2": lambda night, host: night.drill.cluster.cut_link(host, "link2"),
    "mend link1": lambda night, host: night.drill.cluster.mend_link(host, "link1"),
    "mend link2": lambda night, host: night.drill.cluster.mend_link(host, "link2"),
}
WITHOUT_SPLITS = list(HAPPENINGS)
KINDS = st.sampled_from([Parallel.FAILOVER, Parallel.FAILOVER, Parallel.HYBRID])
HAPPENINGS |= SPLITS


def happenings(kinds: list[str]) -> st.SearchStrategy[list[tuple[str, str, float]]]:
    pauses = st.sampled_from([0.0, 2.0, 8.0, 30.0, 100.0])
    return st.lists(st.tuples(st.sampled_from(kinds), st.sampled_from(HOSTS), pauses), max_size=10)


@settings(max_examples=share_of(60), deadline=None)
@given(KINDS, happenings(list(HAPPENINGS)))
def test_no_engine_starts_what_is_up_on_another_system_that_it_hears(kind, night):
    """Whatever was cut, killed and started again before."""
    play = Night(kind)
    for happening in night:
        play.play(*happening)
    play.drill.run(200)
    assert play.twice == []


@settings(max_examples=share_of(60), deadline=None)
@given(KINDS, happenings(WITHOUT_SPLITS))
def test_while_the_wires_are_whole_the_group_is_up_on_one_system(kind, night):
    """Engines and hosts may die as they like: nothing is ever up twice, seen by an engine or not."""
    play = Night(kind)
    for happening in night:
        play.play(*happening)
        for _ in range(3):
            play.drill.run(20)
            for systems in play.group.instances:
                assert len([host for host in play.up() if host in systems]) <= 1
