"""Garbled, cut, doubled and late answers of the DS CLI: none leads to a lock, or to a command, that is not ours."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mirrordrill.agent import array as array_module
from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.ports import Heard, Until
from tests.agent.stand_in import FAR_IN_SYNC, PROMPT, Pair, StandInArray, StandInNode, positional, says

RESOURCE = "ora_mmir"
NOT_OURS = ("Target Suspended", "Target Copy Pending", "Target Full Duplex/Freeze")
"""States of a target that nobody may write or take over."""
OURS = ("Full Duplex", "Suspended/Host Source")


def node_of(*states: str) -> StandInNode:
    found = []
    for at, state in enumerate(states):
        name, _, reason = state.partition("/")
        found.append(Pair(f"126{at}", name, reason or "-"))
    return StandInNode(StandInArray(*found))


@st.composite
def damages(draw: st.DrawFn) -> Callable[[str], str]:
    """A way to damage a text: characters changed, a stretch or a line lost, a stretch doubled, the end cut off."""
    at, to, row = draw(st.floats(0, 1)), draw(st.floats(0, 1)), draw(st.integers(2, 4))
    kind = draw(st.sampled_from(("lost", "doubled", "cut", "changed", "put in", "line lost", "line lost")))
    noise = draw(st.text(st.characters(codec="latin-1"), max_size=12) | st.sampled_from(("\n", "dscli> ", "|", "-")))

    def damage(text: str) -> str:
        first, last = sorted((int(at * len(text)), int(to * len(text))))
        if kind == "lost":
            return text[:first] + text[last:]
        if kind == "line lost":
            lines = text.splitlines(keepends=True)
            return "".join(lines[:row] + lines[row + 1 :])
        if kind == "doubled":
            return text[:last] + text[first:last] + text[last:]
        if kind == "cut":
            return text[:first]
        return text[:first] + noise + text[first + (len(noise) if kind == "changed" else 0) :]

    return damage


def heard_up_to_the_prompt(text: str) -> Heard:
    """What a terminal makes of a text: it listens until the first prompt."""
    return Heard(text.partition(PROMPT)[0], Until.PROMPT, PROMPT)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from((*NOT_OURS, *OURS, *OURS)), max_size=2), st.data())
def test_garbage_never_leads_to_a_lock_or_a_command_on_volumes_that_are_not_ours(
    states: list[str], data: st.DataObject
) -> None:
    """S4, S11: a set with a target that may not be taken over, and one damaged answer anywhere in an online."""
    states.insert(data.draw(st.integers(0, len(states))), data.draw(st.sampled_from(NOT_OURS)))
    node = node_of(*states)
    arguments = [RESOURCE, *positional(*node.array.pairs)]
    damage = data.draw(damages())
    # 1 is setenv, 2 and later are looks.
    node.faults[data.draw(st.sampled_from((2, 2, 2, 1, 3, 4)))] = lambda array, line: heard_up_to_the_prompt(
        damage(array.execute(line))
    )
    assert run("online", arguments, node) == 0
    assert node.array.changes == []
    assert run("monitor", arguments, node) == 100
    assert not node.logged(1900)


def test_a_volume_that_a_list_leaves_out_is_asked_for_alone() -> None:
    """A row that was lost on its way is no volume without a pair: it may be a target, and old."""
    node = node_of("Suspended/Host Source", "Target Suspended")
    first = "\n".join(node.array.execute("lspprc -dev X -fullid 1260 1261").splitlines()[:3]) + "\n"
    node.faults[2] = says(first)
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    assert node.typed[2].endswith(" -fullid 1261")
    assert run("monitor", [RESOURCE], node) == 100
    assert "1261: the copy to this array was stopped" in node.logged(1103)[0]


def test_a_volume_without_a_pair_says_so_itself() -> None:
    """CMUC00234I for the one that was missing: then it is in no pair, and writable with a warning."""
    node = node_of("Full Duplex")
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    assert [line.split(" -fullid ")[1] for line in node.typed[1:3]] == ["1260 1261", "1261"]
    assert run("monitor", [RESOURCE], node) == 110
    assert "1261 in no pair: not mirrored" in node.logged(1104)[0]


def test_a_set_that_needs_several_lines_is_all_or_nothing(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """MAX_CANON is 255 on AIX, HP-UX and Solaris: every line fits, and a refusal of one ends the set."""
    monkeypatch.setattr(array_module, "LINE_LENGTH_MAX", 250)
    volumes = [f"12{at:02X}" for at in range(60)]

    def try_it(*refused: str) -> StandInNode:
        node = StandInNode(StandInArray(*(Pair(volume, "Target Full Duplex") for volume in volumes)))
        node.ha = dict(FAR_IN_SYNC)
        node.array.refuses = dict.fromkeys(refused, "no")
        run("online", [RESOURCE, *positional(*volumes)], node)
        assert max(map(len, node.typed)) <= 250
        return node

    node = try_it()
    assert run("monitor", [RESOURCE], node) == 110
    assert {pair.state for pair in node.array.pairs.values()} == {"Copy Pending"}
    node = try_it("1200")
    assert run("monitor", [RESOURCE], node) == 100
    assert len(node.array.changes) == 3, "three attempts, each of them ended by the refusal in its first line"


def test_a_program_that_prints_without_end_is_no_answer() -> None:
    """The session is given up, the other console is asked, and nobody keeps what it printed."""
    node = node_of("Full Duplex")
    node.faults[2] = lambda array, line: Heard("x" * 100, Until.FLOOD, "")
    run("online", [RESOURCE, *positional("1260")], node)
    assert "it prints without end" in node.logged(1403)[0]
    assert "HMC hmc2" in node.logged(1400)[-1]
    assert run("monitor", [RESOURCE], node) == 110


def test_a_console_that_was_dead_a_minute_ago_is_tried_last() -> None:
    """Its connect time is paid once; when it is long ago, or it answered since, the configured order holds again."""
    node = node_of("Full Duplex")
    arguments = [RESOURCE, *positional("1260")]
    node.logins["hmc1"] = Heard("", Until.SILENCE, "")

    def consoles_tried() -> list[str]:
        node.started.clear()
        run("online", arguments, node)
        return [argv[argv.index("-hmc1") + 1] for argv in node.started]

    assert consoles_tried() == ["hmc1", "hmc2"]
    assert consoles_tried() == ["hmc2"]
    node.clock_s += 1000
    assert consoles_tried() == ["hmc1", "hmc2"]
    del node.logins["hmc1"]
    node.clock_s += 1000
    assert consoles_tried() == ["hmc1"]
    node.boot = "boot-2"
    assert consoles_tried() == ["hmc1"]
