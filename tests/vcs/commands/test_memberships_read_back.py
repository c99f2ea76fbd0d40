"""gabconfig, lltstat, hasys and hastatus in every membership there is, on each system, against hand-made expectations.

A view is what one system shows: ports a, b and h of GAB and jeopardy, as node numbers with a semicolon for who is
missing, and the state of each system as its engine sees it, a letter each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState
from mirrordrill.simulator.vcs.membership.rules import MembershipRules
from tests.vcs.play import HOSTS, Drill, cluster_spec
from tests.vcs.test_fencing import FencedDrill

SITES = (("hosta", "hostb"), ("hostc", "hostd"))
LETTERS = {"RUNNING": "R", "FAULTED": "F", "UNKNOWN": "U", "EXITED": "X", "REMOTE_BUILD": "B", "LEAVING": "L"}
NO_ENGINE = ""


@dataclass(frozen=True)
class View:
    """What a system shows; empty for a port that is not listed, and for states where no engine answers."""

    a: str
    h: str
    states: str = NO_ENGINE
    b: str = ""
    jeopardy: str = ""
    links: str = "u"
    """Links to the other systems: u all up, or the letters of llt_of()."""


def plain() -> Drill:
    return Drill().started(30)


def cut(*links: str) -> Drill:
    rules = MembershipRules(low_priority_links=1 if "lowpri1" in links else 0)
    drill = Drill(replace(cluster_spec(), membership=rules)).started(30)
    for link in links:
        drill.cluster.cut_link("hosta", link)
        drill.run(30)
    return drill


def low_priority_left() -> Drill:
    drill = Drill(replace(cluster_spec(), membership=MembershipRules(low_priority_links=1))).started(30)
    for link in ("link1", "link2"):
        drill.cluster.cut_link("hosta", link)
        drill.run(30)
    return drill


def parted(drill: Drill) -> Drill:
    drill.cluster.partition(SITES)
    return drill.run(60)


def healed() -> Drill:
    drill = parted(plain())
    drill.cluster.heal(SITES)
    return drill.run(100)


def engine_died() -> Drill:
    drill = plain()
    drill.cluster.engine_dies("hosta")
    return drill.run(10)


def forced() -> Drill:
    drill = plain()
    drill.ha("hastop -local -force", "hostb")
    return drill.run(10)


def crashed() -> Drill:
    drill = FencedDrill()
    drill.crash("hosta")
    return drill.run(60)


def not_seeded() -> Drill:
    drill = Drill(replace(cluster_spec(), membership=MembershipRules(seed_systems=3)))
    for host in HOSTS:
        drill.cluster.system_lost(host)
    for host in SITES[0]:
        drill.cluster.system_joined(host)
    return drill.run(60)


def refused() -> Drill:
    drill = parted(FencedDrill())
    for host in SITES[1]:
        drill.cluster.system_joined(host)
    return drill.run(60)


def joining() -> Drill:
    drill = FencedDrill()
    drill.crash("hostd")
    drill.run(60)
    drill.cluster.system_joined("hostd")
    return drill.run(5.5)


ALL = View("0123", "0123", "RRRR")
FENCED = replace(ALL, b="0123")
WEST, EAST = View("01", "01", "RRFF", links="uDD"), View(";;23", ";;23", "FFRR", links="DDu")
SITUATIONS: dict[str, tuple[Callable[[], Drill], dict[str, View]]] = {
    "healthy": (plain, dict.fromkeys(HOSTS, ALL)),
    "healthy and fenced": (FencedDrill, dict.fromkeys(HOSTS, FENCED)),
    "jeopardy": (
        lambda: cut("link1"),
        {"hosta": replace(ALL, jeopardy=";123", links="111")}
        | dict.fromkeys(HOSTS[1:], replace(ALL, jeopardy="0", links="1uu")),
    ),
    "jeopardy on a low-priority link": (
        low_priority_left,
        {"hosta": replace(ALL, jeopardy=";123", links="222")}
        | dict.fromkeys(HOSTS[1:], replace(ALL, jeopardy="0", links="2uu")),
    ),
    "last link": (
        lambda: cut("link1", "link2"),
        {"hosta": View("0", "0", "RFFF", links="DDD")}
        | dict.fromkeys(HOSTS[1:], View(";123", ";123", "FRRR", links="Duu")),
    ),
    "partition": (
        lambda: parted(plain()),
        dict.fromkeys(SITES[0], WEST) | dict.fromkeys(SITES[1], EAST),
    ),
    "fenced partition": (lambda: parted(FencedDrill()), dict.fromkeys(SITES[0], replace(WEST, b="01"))),
    "healed": (healed, dict.fromkeys(HOSTS, ALL)),
    "engine died": (
        engine_died,
        {"hosta": View("0123", "")} | dict.fromkeys(HOSTS[1:], View("0123", ";123", "URRR")),
    ),
    "stopped by force": (
        forced,
        {"hostb": View("0123", "")} | dict.fromkeys(("hosta", "hostc", "hostd"), View("0123", "0;23", "RXRR")),
    ),
    "a fenced system died": (
        crashed,
        dict.fromkeys(HOSTS[1:], View(";123", ";123", "FRRR", b=";123", links="Duu")),
    ),
    "not seeded": (not_seeded, dict.fromkeys(SITES[0], View("01", "", links="uDD"))),
    "refused by the fencing driver": (
        refused,
        dict.fromkeys(SITES[0], replace(WEST, b="01")) | dict.fromkeys(SITES[1], View(";;23", "", links="DDu")),
    ),
    "joining": (joining, dict.fromkeys(HOSTS, View("0123", "0123", "RRRB", b="0123"))),
}


@pytest.fixture(params=sorted(SITUATIONS))
def situation(request: pytest.FixtureRequest) -> tuple[Drill, dict[str, View]]:
    make, expected = SITUATIONS[request.param]
    return make(), expected


def ports_of(drill: Drill, system: str) -> dict[str, str]:
    """What gabconfig -a lists, by port, and `jeopardy`; every line must be one of its two kinds."""
    code, output = drill.ha("gabconfig -a", system)
    title, rule, *lines = output.splitlines()
    assert (code, title, rule) == (0, "GAB Port Memberships", "=" * 63)
    found: dict[str, str] = {}
    for line in lines:
        match = re.fullmatch(r"Port (\w) gen ([0-9a-f]{8}) (membership|  jeopardy) (\S+)", line)
        assert match is not None, line
        port, _, kind, nodes = match.groups()
        found[port if kind == "membership" else "jeopardy"] = nodes
    return found


def llt_of(drill: Drill, system: str) -> str:
    """A letter for each other system: u for all links up, 1 or 2 for so many down, D for all; its state must agree."""
    code, output = drill.ha("lltstat -nvv", system)
    title, _, *lines = output.splitlines()
    assert (code, title) == (0, "LLT node information:")
    nodes: list[tuple[str, str, list[str]]] = []
    for line in lines:
        if match := re.fullmatch(r"   ([* ]) ?(\d+) (\S+) +(OPEN|CONNWAIT)", line):
            nodes.append((match[3], match[4], []))
            assert (match[1] == "*") == (match[3] == system)
        else:
            link = re.fullmatch(r" {33} (\S+) +(UP +[0-9A-F:]{17}|DOWN)", line)
            assert link is not None, line
            nodes[-1][2].append(link[2][:2])
    letters = ""
    for name, state, links in nodes:
        down = links.count("DO")
        assert len(links) == len(drill.cluster.spec.links)
        assert (state == "OPEN") == (down < len(links))
        letters += "" if name == system else "D" if down == len(links) else str(down) if down else "u"
    return letters


def states_of(drill: Drill, system: str) -> str:
    """What hasys -state says, a letter for each system; empty where no engine answers."""
    code, output = drill.ha("hasys -state", system)
    if code:
        assert "V-16-1-10600" in output
        return NO_ENGINE
    rows = [line.split() for line in output.splitlines()[1:]]
    assert [row[:2] for row in rows] == [[host, "SysState"] for host in HOSTS]
    return "".join(LETTERS[row[2]] for row in rows)


def test_every_system_shows_what_it_can_know(situation: tuple[Drill, dict[str, View]]) -> None:
    """Ports, links and systems, on each side of whatever happened."""
    drill, expected = situation
    for system, view in expected.items():
        ports = {"a": view.a, "b": view.b, "h": view.h, "jeopardy": view.jeopardy}
        assert ports_of(drill, system) == {name: nodes for name, nodes in ports.items() if nodes}, system
        assert llt_of(drill, system) == (view.links if view.links != "u" else "uuu"), system
        assert states_of(drill, system) == view.states, system


def test_the_summary_is_that_of_the_systems_own_engine(situation: tuple[Drill, dict[str, View]]) -> None:
    """Sections A and B, with AutoDisabled; it says the same as hasys and hagrp."""
    drill, expected = situation
    for system, view in expected.items():
        code, output = drill.ha("hastatus -sum", system)
        assert (code == 0) == bool(view.states)
        if code:
            continue
        rows = {tuple(line.split()) for line in output.splitlines() if line[:2] in {"A ", "B "}}
        state: EngineState = drill.cluster._engine_of[system].state
        states = {("A", name, each.state.value, str(int(each.frozen))) for name, each in state.systems.items()}
        assert "".join(LETTERS[word] for _, _, word, _ in sorted(states)) == view.states
        groups = {
            ("B", "oragrp", at, "NY"[group.is_probed(at)], "NY"[on.auto_disabled], "|".join(group.words(at)))
            for group in state.groups.values()
            for at, on in group.on.items()
        }
        assert rows == states | groups
        for _, _, at, _, disabled, _ in sorted(groups):
            assert drill.ha(f"hagrp -value oragrp AutoDisabled {at}", system) == (0, f"{'NY'.index(disabled)}\n")


def test_vxfenadm_names_the_members_and_whose_keys_are_where() -> None:
    """Two sites apart: the winners hold the disks that they reach, and the far one still has everybody's keys."""
    drill = FencedDrill()
    drill.disks.part_the_sites()
    parted(drill)
    _, shown = drill.ha("vxfenadm -d", "hosta")
    assert " Fencing Mode: SCSI3" in shown.splitlines()
    assert re.findall(r"^ {8}([* ]) ?(\d+) \((\w+)\)$", shown, re.MULTILINE) == [
        ("*", "0", "hosta"),
        (" ", "1", "hostb"),
    ]
    _, keys = drill.ha("vxfenadm -s", "hosta")
    disks = re.split(r"^Device Name: coordinator\d \((\w+)\)\n", keys, flags=re.MULTILINE)[1:]
    on = {place: re.findall(r"Node Name: (\w+)", text) for place, text in zip(disks[::2], disks[1::2], strict=True)}
    assert on == {"A": ["hosta", "hostb"], "B": ["hostc", "hostd"], "third": ["hosta", "hostb"]}
    assert drill.ha("vxfenclearpre", "hosta")[0] == 1
    assert drill.ha("haclus -value UseFence", "hosta") == (0, "SCSI3\n")
    assert plain().ha("vxfenadm -d")[1].splitlines()[-1] == " Fencing Mode: Disabled"
