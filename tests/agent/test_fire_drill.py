"""MetroMirrorSnap: what it accepts, when a copy is no rehearsal, and that a killed or half-made copy is dissolved."""

from __future__ import annotations

import pytest

from mirrordrill.agent.arguments import parse_invocation
from mirrordrill.agent.errors import ConfigError
from mirrordrill.agent.fire_drill import ARG_LIST, FireDrill, parse_fire_drill, run_entry
from tests.agent.stand_in import SCALARS, Pair, StandInArray, StandInNode

RESOURCE = "ora_snap"
TARGET = "Target Full Duplex"
VOLUMES = ["2", "1261", "1260", "2", "1361", "1360", "", "", "1"]


class FlashArray(StandInArray):
    """The stand-in array, with FlashCopy pairs; `spoiled` sources refuse to be copied."""

    def __init__(self, *pairs: Pair) -> None:
        super().__init__(*pairs)
        self.copies: list[str] = []
        self.spoiled: set[str] = set()

    def _mkflash(self, words: list[str], line: str) -> str:
        return "".join(self._copy(pair) for pair in words[1:])

    def _copy(self, pair: str) -> str:
        if pair[:4] in self.spoiled:
            return f"CMUN03999E mkflash: {pair}: Copy Services operation failure: busy\n"
        self.copies.append(pair)
        return f"CMUC00137I mkflash: FlashCopy pair {pair} successfully created.\n"

    def _unfreezeflash(self, words: list[str], line: str) -> str:
        return f"CMUC00172I unfreezeflash: {words[1]}: successfully reset.\n"

    def _rmflash(self, words: list[str], line: str) -> str:
        self.copies = [pair for pair in self.copies if pair not in words]
        return "".join(f"CMUC00140I rmflash: FlashCopy pair {pair} successfully removed.\n" for pair in words[1:])

    def _lsflash(self, words: list[str], line: str) -> str:
        if not self.copies:
            return "CMUC00234I lsflash: No Flash Copy found.\n"
        return "\n".join(["ID", "==", *self.copies, ""])


def node_of(*states: str) -> StandInNode:
    found = [
        Pair(f"126{at}", state.partition("/")[0], state.partition("/")[2] or "-") for at, state in enumerate(states)
    ]
    node = StandInNode(FlashArray(*found))
    node.ha = {f"hares -value {RESOURCE} Group": "firedrillgrp"}
    return node


def copies(node: StandInNode) -> list[str]:
    assert isinstance(node.array, FlashArray)
    return node.array.copies


def go(node: StandInNode, entry: str, values: list[str] | None = None) -> int:
    code = run_entry(entry, [RESOURCE, *(["0"] if entry == "clean" else []), *SCALARS, *(values or VOLUMES)], node)
    assert not node.logged(1900)
    return code


def parse(values: list[str]) -> FireDrill:
    return parse_fire_drill(parse_invocation("online", [RESOURCE, *values], is_action=False))


def test_both_argument_forms_say_the_same_and_keep_the_order_of_the_pairs() -> None:
    """VCS 4.x by position, 5.0 and later by name; the first of VolIds goes to the first of PracticeVolIds."""
    one = {name: ["1", value] for name, value in zip(ARG_LIST, SCALARS)}  # noqa: B905 - Python 3.8 has no strict
    its = one | {"VolIds": VOLUMES[:3], "PracticeVolIds": VOLUMES[3:6], "RequireSync": ["1", "1"]}
    named = parse([word for name, words in its.items() for word in (name, *words)])
    assert parse([*SCALARS, *VOLUMES]) == named
    assert named.copies == ("1261:1361", "1260:1360")


@pytest.mark.parametrize(
    "values",
    [
        ["2", "1260", "1261", "1", "1360", "", "", "1"],
        ["1", "1260", "1", "1260", "", "", "1"],
        ["1", "1260", "1", "1360", "", "", "2"],
    ],
    ids=["too few", "onto itself", "neither 0 nor 1"],
)
def test_a_set_that_cannot_be_copied_is_refused_where_it_enters(values: list[str]) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigError):
        parse([*SCALARS, *values])


def test_the_targets_are_copied_at_one_moment_and_the_writes_go_on() -> None:
    """One mkflash with -freeze, and unfreezeflash behind it; then the lock."""
    node = node_of(TARGET, TARGET)
    assert go(node, "online") == 0
    assert copies(node) == ["1261:1361", "1260:1360"]
    sent = [line.split()[0] for line in node.array.commands]
    assert sent == ["setenv", "lspprc", "lsflash", "mkflash", "unfreezeflash", "lsflash"]
    assert "-freeze" in next(line for line in node.array.commands if line.startswith("mkflash"))
    assert go(node, "monitor") == 110
    assert go(node, "offline") == 0
    assert copies(node) == []
    assert go(node, "monitor") == 100
    assert node.array.changes == []


@pytest.mark.parametrize(
    ("states", "values", "is_online"),
    [
        ((TARGET, "Target Suspended/Update Target"), VOLUMES, False),
        ((TARGET, "Target Suspended/Update Target"), [*VOLUMES[:-1], "0"], True),
        ((TARGET, "Target Copy Pending"), [*VOLUMES[:-1], "0"], False),
        (("Full Duplex", "Full Duplex"), VOLUMES, False),
        ((TARGET,), VOLUMES, False),
    ],
    ids=["suspended", "suspended, and told otherwise", "a mixture", "the source", "one in no pair"],
)
def test_what_a_takeover_would_not_find_is_no_rehearsal(
    states: tuple[str, ...], values: list[str], is_online: bool
) -> None:
    """Rule 2; the refusal is in the log."""
    node = node_of(*states)
    assert go(node, "online", values) == 0
    assert go(node, "monitor") == (110 if is_online else 100)
    assert bool(copies(node)) is is_online
    assert bool(node.logged(1801)) is not is_online


def test_half_a_copy_is_dissolved_and_the_freeze_let_go() -> None:
    """Rule 3: production does not wait for the rehearsal's trouble."""
    node = node_of(TARGET, TARGET)
    assert isinstance(node.array, FlashArray)
    node.array.spoiled = {"1260"}
    assert go(node, "online") == 0
    assert copies(node) == []
    assert "unfreezeflash" in [line.split()[0] for line in node.array.commands]
    assert "busy" in node.logged(1801)[0]
    assert go(node, "monitor") == 100


def test_what_a_killed_online_left_behind_is_dissolved_by_the_next() -> None:
    """Rule 4: clean asks nobody, the next online looks."""
    node = node_of(TARGET, TARGET)
    assert isinstance(node.array, FlashArray)
    node.array.copies = ["1260:1360", "1300:1400"]
    assert go(node, "clean") == 0
    assert node.typed == []
    assert go(node, "online") == 0
    assert copies(node) == ["1300:1400", "1261:1361", "1260:1360"]


def test_a_lock_of_an_earlier_boot_goes_at_open() -> None:
    """And one of this boot stays."""
    node = node_of(TARGET, TARGET)
    assert go(node, "online") == 0
    go(node, "open")
    assert go(node, "monitor") == 110
    node.boot = "boot-2"
    go(node, "open")
    assert go(node, "monitor") == 100
