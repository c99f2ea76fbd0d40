"""What every command prints, read back by a reader that forgives nothing, is what the engine believes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from mirrordrill.simulator.vcs.commands.hagrp.group_attributes import GLOBAL as GROUP_GLOBAL
from mirrordrill.simulator.vcs.commands.hagrp.group_attributes import LOCAL as GROUP_LOCAL
from mirrordrill.simulator.vcs.commands.hares.hares import LOCAL as RESOURCE_LOCAL
from mirrordrill.simulator.vcs.commands.hasys import SYSTEM
from mirrordrill.simulator.vcs.commands.language.catalogue import PURPOSE, WITHOUT_ENGINE
from mirrordrill.simulator.vcs.commands.language.statics import SHOWN, text_of
from mirrordrill.simulator.vcs.commands.shell import COMMANDS
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState
from mirrordrill.simulator.vcs.engine.trigger_rules import PreOnline, TriggerVerdict
from mirrordrill.simulator.vcs.spec import GroupDependencySpec, GroupSpec, Location, ResourceSpec, Rigidity, SystemSpec
from tests.vcs.play import HOSTS, REQUIRES, STACK, TYPES, Drill, cluster_spec, manual_group

LONG = "_with_a_name_that_fits_into_no_column_of_any_listing"
Cells = set[tuple[str, ...]]


def long_names() -> Drill:
    """The manual's group, every name of which is longer than its column."""
    hosts = {host: host + LONG for host in HOSTS}
    names = {name: name + LONG for name in STACK}
    group = replace(
        manual_group(),
        name="oragrp" + LONG,
        system_list=tuple((host, number) for number, host in enumerate(hosts.values())),
        resources=tuple(ResourceSpec(names[name], type_name) for name, type_name in STACK.items()),
        dependencies=tuple((names[parent], names[child]) for parent, child in REQUIRES),
        system_zones={},
        auto_start_list=(hosts["hosta"],),
    )
    spec = replace(cluster_spec(), systems=tuple(map(SystemSpec, hosts.values())), groups=(group,))
    drill = Drill(spec)
    drill.runner.persistent = (names["nic"],)
    return drill.started(30)


def faulted() -> Drill:
    """A group under way: one resource faulted, another waited for."""
    drill = Drill().started(30)
    drill.runner.plan["mir", "online"] = (100.0, None, True)
    drill.runner.up["lsnr", "hosta"] = False
    return drill.run(70)


def linked() -> Drill:
    """Groups that require each other, one of them waiting for its trigger, one for an administrator."""
    drill = long_names()
    group = drill.cluster.spec.groups[0]
    host = group.systems[0]
    asked, waiting = "asked" + LONG, "waiting" + LONG
    groups = (
        group,
        GroupSpec(
            asked,
            group.system_list,
            (ResourceSpec(asked, "IP"),),
            auto_start_list=(host,),
            pre_online=True,
            requires=(
                GroupDependencySpec(group.name),
                GroupDependencySpec(waiting, True, Location.GLOBAL, Rigidity.SOFT),
            ),
        ),
        GroupSpec(
            waiting,
            group.system_list,
            (ResourceSpec(waiting, "IP"),),
            auto_start_list=(group.systems[1],),
            manage_faults=False,
            requires=(GroupDependencySpec(group.name, False, Location.LOCAL, None),),
        ),
    )
    drill = Drill(replace(drill.cluster.spec, groups=groups))
    drill.runner.persistent = ("nic" + LONG,)
    drill.cluster.triggers.behaviour[asked] = PreOnline(TriggerVerdict.HANGS)
    drill.started(60)
    drill.runner.up[waiting, group.systems[1]] = False
    return drill.run(100)


def test_a_linked_cluster_is_what_it_is_called() -> None:
    """Otherwise the listings would be read back from a situation that never came about."""
    state = board_of(linked())
    asked, waiting = state.groups["asked" + LONG], state.groups["waiting" + LONG]
    first, second = list(asked.on)[:2]
    assert asked.on[first].pre_onlining
    assert waiting.resources["waiting" + LONG].on[second].words() == "ONLINE|ADMIN_WAIT"


def test_hagrp_dep(played: Drill) -> None:
    links = {(name, r.child, r.words) for name, group in board_of(played).groups.items() for r in group.spec.requires}
    lines, first = {"hagrp -dep": links}, played.cluster.spec.systems[0].name
    lines |= {f"hagrp -dep {name}": {link for link in links if name in link[:2]} for name in board_of(played).groups}
    for line, expected in lines.items():
        if expected:
            assert read(played, line, "Parent", "Child", "Relationship") == expected
        else:
            assert played.ha(line, first) == (1, "VCS WARNING V-16-1-50035 No Group dependencies are configured\n")


def set_aside() -> Drill:
    """A frozen group, and a resource that was added and is not enabled."""
    drill = Drill().started(30)
    for line in ("hagrp -freeze oragrp", "haconf -makerw", "hares -add ip2 IP oragrp"):
        assert drill.ha(line)[0] == 0
    return drill


SITUATIONS: dict[str, Callable[[], Drill]] = {
    "healthy": lambda: Drill().started(30),
    "faulted": faulted,
    "long names": long_names,
    "linked": linked,
    "set aside": set_aside,
}


@pytest.fixture(params=sorted(SITUATIONS))
def played(request: pytest.FixtureRequest) -> Drill:
    return SITUATIONS[request.param]()


def board_of(drill: Drill) -> EngineState:
    return next(iter(drill.cluster._engine_of.values())).state


def read(drill: Drill, line: str, *header: str) -> Cells:
    """The rows of a listing: the header as it must be, each row as many words as it, the last with blanks or empty."""
    first = drill.cluster.spec.systems[0].name
    code, output = drill.ha(line, first)
    assert code == 0
    head, *lines = output.splitlines()
    assert head.split() == ["#" + header[0], *header[1:]]
    rows = set()
    for text in lines:
        assert text == text.rstrip(" ")
        words = text.split(None, len(header) - 1)
        assert len(words) in {len(header), len(header) - 1}, text
        rows.add((*words, *[""] * (len(header) - len(words))))
    assert len(rows) == len(lines)
    return rows


OBJECT = ("Attribute", "System", "Value")


def test_hagrp(played: Drill) -> None:
    groups = board_of(played).groups
    state = {(name, "State", at, f"|{'|'.join(group.words(at))}|") for name, group in groups.items() for at in group.on}
    assert read(played, "hagrp -state", "Group", *OBJECT) == state
    expected = {
        (name, of, "global", show(group)) for name, group in groups.items() for of, show in GROUP_GLOBAL.items()
    }
    expected |= {
        (name, of, at, show(group, at))
        for name, group in groups.items()
        for of, show in GROUP_LOCAL.items()
        for at in group.on
    }
    assert read(played, "hagrp -display", "Group", *OBJECT) == expected


def test_hares(played: Drill) -> None:
    places = [place for group in board_of(played).groups.values() for place in group.resources.values()]
    state = {(place.spec.name, "State", at, on.words()) for place in places for at, on in place.on.items()}
    assert read(played, "hares -state", "Resource", *OBJECT) == state
    shown = read(played, "hares -display", "Resource", *OBJECT)
    for place in places:
        for of, show in RESOURCE_LOCAL.items():
            assert {row for row in shown if row[:2] == (place.spec.name, of)} == {
                (place.spec.name, of, at, show(on)) for at, on in place.on.items()
            }
    depends = {
        (group.spec.name, *pair) for group in board_of(played).groups.values() for pair in group.spec.dependencies
    }
    assert read(played, "hares -dep", "Group", "Parent", "Child") == depends


def test_systems_types_and_agents(played: Drill) -> None:
    state, profile = board_of(played), played.cluster.spec.profile
    systems = {(name, of, show(state, system)) for name, system in state.systems.items() for of, show in SYSTEM.items()}
    assert read(played, "hasys -display", "System", "Attribute", "Value") == systems
    assert read(played, "hasys -nodeid", "System", "NodeId") == {(n, str(i)) for i, n in enumerate(state.systems)}
    types = {(spec.name, of, text_of(spec, of, profile)) for spec in TYPES for of in SHOWN}
    assert read(played, "hatype -display", "Type", "Attribute", "Value") == types
    agents = {(spec.name, "Running", name, "Yes") for spec in TYPES for name in state.systems}
    assert read(played, "haagent -display", "Agent", *OBJECT) == agents


def test_hastatus_sum_has_sections_with_their_letters_and_nothing_else(played: Drill) -> None:
    state = board_of(played)
    code, output = played.ha("hastatus -sum", played.cluster.spec.systems[0].name)
    assert code == 0
    blocks = [block.splitlines() for block in output.lstrip("\n").split("\n\n")]
    assert all(title.startswith("-- ") and header.startswith("-- ") for title, header in blocks[::2])
    rows = {tuple(line.split()) for block in blocks[1::2] for line in block}
    expected = {("A", name, system.state.value, str(int(system.frozen))) for name, system in state.systems.items()}
    for name, group in state.groups.items():
        expected |= {("G", name)} if group.frozen else set()
        for place in group.resources.values():
            expected |= set() if place.spec.enabled else {("H", name, place.type.name, place.spec.name)}
        for at in group.on:
            expected.add(("B", name, at, "Y" if group.is_probed(at) else "N", "N", "|".join(group.words(at))))
            for place, on in group.each(at):
                place_of = (name, place.type.name, place.spec.name, at)
                letters = {
                    "C": on.state.value == "FAULTED",
                    "D": not on.probed,
                    "E": on.istate.is_up,
                    "F": on.istate.is_down,
                }
                for letter, belongs in letters.items():
                    if belongs:
                        expected.add((letter, *place_of, *([on.istate.short] if letter in "EF" else [])))
    assert rows == expected


def test_gab_and_llt_agree_with_the_membership() -> None:
    """The hosts' numbers in a membership are their places; who has no engine is missing in port h only."""
    drill = Drill().started(30)
    drill.ha("hastop -local -force", "hostb")
    _, ports = drill.ha("gabconfig -a", "hosta")
    assert re.findall(r"Port (\w) gen [0-9a-f]{8} membership (\S+)\n", ports) == [("a", "0123"), ("h", "0;23")]
    assert re.findall(r"Port (\w) ", drill.ha("gabconfig -a", "hostb")[1]) == ["a"]
    drill.cluster.cut_link("hostc", "link1")
    drill.run(30)
    assert re.findall(r"jeopardy (\S+)\n", drill.ha("gabconfig -a", "hosta")[1])[:1] == [";;2"]
    drill.crash("hostd")
    _, links = drill.run(30).ha("lltstat -nvv", "hosta")
    nodes = re.findall(r"^   ([* ])  ?(\d+) (\S+) +(OPEN|CONNWAIT)$", links, re.MULTILINE)
    assert nodes == [
        ("*", "0", "hosta", "OPEN"),
        (" ", "1", "hostb", "OPEN"),
        (" ", "2", "hostc", "OPEN"),
        (" ", "3", "hostd", "CONNWAIT"),
    ]
    states = re.findall(r"^ {33} (link\d) +(UP|DOWN)", links, re.MULTILINE)
    assert states == [(link, "UP") for _ in range(2) for link in ("link1", "link2")] + [
        ("link1", "DOWN"),
        ("link2", "UP"),
        ("link1", "DOWN"),
        ("link2", "DOWN"),
    ]


def test_a_cluster_of_its_own_has_nothing_to_say_of_others() -> None:
    drill = Drill().started(30)
    for line in ("hahb -list", "haalert -list", "haalert -display"):
        assert drill.ha(line) == (0, "")
    assert drill.ha("hahb -state")[1].split() == ["#Heartbeat", "Attribute", "Cluster", "Value"]
    assert drill.ha("haclus -list") == (0, "rdc1\n")
    for line in ("hahb -state Icmp", "haalert -delete 1 -notes seen", "hagrp -switch oragrp -any -clus far"):
        code, output = drill.ha(line)
        assert (code, output[:14]) == (1, "VCS WARNING V-")


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_knows_its_own_forms(command: str) -> None:
    """Wrong arguments are answered with usage and change nothing; -help prints the same forms."""
    drill = Drill().started(30)
    before = drill.ha("hagrp -display")
    code, wrong = drill.ha(f"{command} -nonsense and more")
    assert code == 2
    assert wrong.splitlines()[1:] == drill.ha(f"{command} -help")[1].splitlines()
    assert len(wrong.splitlines()) == 1 + len(COMMANDS[command])
    assert PURPOSE[command]
    assert drill.ha("hagrp -display") == before


def test_without_an_engine_only_what_is_below_it_answers() -> None:
    drill = Drill().started(30)
    drill.ha("hastop -local -force")
    for line in (
        "hagrp -state",
        "hares -state",
        "hasys -state",
        "hastatus",
        "haconf -makerw",
        "hauser -list",
    ):
        assert drill.ha(line) == (1, "VCS ERROR V-16-1-10600 Cannot connect to VCS engine\n")
    assert drill.ha("hastart") == (0, "")
    drill.run(60)
    assert drill.ha("hasys -state hosta") == (0, "RUNNING\n")
    assert drill.ha("hastart")[0] == 1


class Reader:
    """Somebody at a terminal."""

    def __init__(self) -> None:
        self.text = ""
        self.open = True

    def say(self, text: str) -> None:
        self.text += text


def test_the_stream_tells_every_change_until_nobody_listens() -> None:
    drill, reader = Drill().started(30), Reader()
    done = drill.cluster.ha("hosta", ["hastatus"], reader)
    assert reader.text.startswith("attempting to connect....connected\ngroup           resource ")
    opening, reader.text = reader.text, ""
    drill.ha("hagrp -switch oragrp -to hostb", "hostc")
    drill.run(60)
    told = [line.split(None, 2) for line in reader.text.splitlines()]
    assert ["oragrp", "hostb", "ONLINE"] in told
    assert told.index(["mir", "hostb", "ONLINE"]) < told.index(["lsnr", "hostb", "ONLINE"])
    assert not done.triggered
    reader.open, reader.text = False, ""
    drill.ha("hagrp -freeze oragrp")
    drill.run(1)
    assert done.triggered
    assert reader.text == ""
    assert drill.cluster.ha("hosta", ["hastatus"]).value.output.splitlines()[:3] == opening.splitlines()[:3]


@pytest.mark.parametrize("line", ["gabconfig -a", "lltstat -nvv", "hacf -verify /nowhere", "hastart"])
def test_what_is_below_the_engine_needs_none(line: str) -> None:
    """The list of commands that answer without an engine is the one in the documentation."""
    drill = Drill().started(30)
    drill.ha("hastop -local -force")
    assert line.split()[0] in WITHOUT_ENGINE
    assert "V-16-1-10600" not in drill.ha(line)[1]
