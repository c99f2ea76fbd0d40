"""What was announced and never sent is taken back: memory and journal are again what they were, and clean does not
wait for a command that is on no way."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from mirrordrill.agent.budget import Limits
from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.exit_codes import CleanExit
from mirrordrill.agent.journal import Journal, Step, read_journal, write_journal
from mirrordrill.agent.memory import Recollection, recall, render
from mirrordrill.agent.online_record import Memory, Phase, parse_memory
from mirrordrill.agent.ports import HaAnswer
from tests.agent.stand_in import LOCAL, REMOTE, Pair, StandInArray, StandInNode, positional

RESOURCE = "ora_mmir"
FILE = f"{RESOURCE}.memory"
JOURNAL = f"{RESOURCE}.journal"
ATTRIBUTE = f"hares -value {RESOURCE} LastOnline"
TARGET = "Target Full Duplex"
SUSPENDED = "Suspended/Host Source"
THERE = Memory(5, "t5", ("t3", "t4"), REMOTE, "hosta", volumes=("1260", "1261"))
FULL = OSError(errno.ENOSPC, "no space left on device")


class Announcing(StandInNode):
    """A node on which something happens behind the first announcement, when the engine has taken it."""

    def __init__(self, *states: str, then: Callable[[Announcing], None]) -> None:
        pairs = [state.partition("/") for state in states]
        super().__init__(StandInArray(*(Pair(f"126{at}", its[0], its[2] or "-") for at, its in enumerate(pairs))))
        self.announced: list[Memory] = []
        self.then = then
        self.is_heard = False
        self.refuses_to_modify = False

    def run_ha(self, argv: Sequence[str], timeout_s: float) -> HaAnswer:
        self.clock_s += 0.02
        if self.refuses_to_modify and argv[1] == "-modify":
            return HaAnswer(1, "VCS WARNING V-16-1-10370 Cluster configuration is read-only")
        answer = super().run_ha(argv, timeout_s)
        if argv[1] == "-modify" and argv[4].startswith("live,"):
            memory = parse_memory(argv[4].partition(",")[2])
            if memory.phase is not Phase.ONLINE and not self.announced:
                self.announced.append(memory)
        elif self.announced and not self.is_heard:
            # It has been read back.
            self.is_heard = True
            self.then(self)
        return answer


def stands_still(node: Announcing) -> None:
    """The host stops for a minute: the look is old when the line is to be sent."""
    node.clock_s += 60


def takes_its_time(node: Announcing) -> None:
    """The time-out of online is nearly over."""
    node.clock_s += 280


def fills_its_disk(node: Announcing) -> None:
    """No room for the journal."""
    node.unwritable[JOURNAL] = FULL


def remembered(node: StandInNode) -> Memory:
    """What file and attribute agree on."""
    found = recall(node, RESOURCE, Limits())
    assert found.memory is not None
    assert found.memory.text() in node.files[FILE]
    return found.memory


@pytest.mark.parametrize("then", [stands_still, takes_its_time, fills_its_disk])
def test_a_takeover_that_was_held_back_leaves_no_announcement_and_clean_does_not_wait(
    then: Callable[[Announcing], None],
) -> None:
    """The licence, the time, the disk: nothing was sent, so nothing is on its way."""
    node = Announcing(TARGET, TARGET, then=then)
    node.ha[ATTRIBUTE] = "live," + THERE.text()
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    node.unwritable.clear()
    assert (len(node.announced), node.array.changes) == (1, [])
    memory = remembered(node)
    assert replace(memory, generation=5, token="t5", ancestors=THERE.ancestors) == THERE
    assert memory.is_newer_than(node.announced[0])
    assert memory.is_newer_than(THERE)
    began_s = node.clock_s
    assert run("clean", [RESOURCE, "3", *positional("1260", "1261")], node) == CleanExit.CLEANED
    assert node.clock_s - began_s < 1
    assert node.typed.count("quit") == 1, "clean asked the array"


def test_what_was_cut_short_before_is_as_open_as_it_was() -> None:
    """A command of an earlier online may still land: its journal, with its own time, and its record are back."""
    node = Announcing(SUSPENDED, TARGET, then=stands_still)
    earlier = Journal(
        RESOURCE, "hostc", "boot-1", "online", Step.FAILING_OVER, ("1260:1260", "1261:1261"), "-", node.clock_s
    )
    write_journal(node, earlier)
    begun = replace(THERE, phase=Phase.FAILING_OVER, towards=LOCAL, by="hostc")
    node.ha[ATTRIBUTE] = "live," + begun.text()
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    assert (len(node.announced), node.array.changes) == (1, [])
    assert read_journal(node, RESOURCE) == earlier
    assert replace(remembered(node), generation=5, token="t5", ancestors=begun.ancestors) == begun


def test_a_journal_that_could_not_be_read_is_not_forgotten_for_one_that_was_taken_back() -> None:
    """Rule 2 of the journal: an operation of which nothing is known is under way."""
    node = Announcing(TARGET, TARGET, then=stands_still)
    node.files[JOURNAL] = "garbage"
    node.ha[ATTRIBUTE] = "live," + THERE.text()
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    journal = read_journal(node, RESOURCE)
    assert journal is not None
    assert journal.step is Step.FAILING_OVER


def test_a_half_failed_over_by_hand_later_is_not_explained_by_what_was_taken_back() -> None:
    """Left to stand, the announcement would let the next online carry on what a person did with one volume."""
    node = Announcing(TARGET, TARGET, then=stands_still)
    node.ha[ATTRIBUTE] = "live," + THERE.text()
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    node.array.pairs["1260"] = Pair("1260", "Suspended", "Host Source")
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    assert node.array.changes == []
    assert "mixed set" in node.logged(1103)[-1]


def moves_on(node: Announcing) -> None:
    """Another system comes online while this one stands still."""
    its = replace(node.announced[0], generation=7, token="t7", phase=Phase.ONLINE, towards="", system="hostb")
    node.ha[ATTRIBUTE] = "live," + replace(its, ancestors=(*its.ancestors, node.announced[0].token)).text()
    node.clock_s += 60


def falls_silent(node: Announcing) -> None:
    """The engine ends."""
    node.ha.clear()


@pytest.mark.parametrize("then", [moves_on, falls_silent])
def test_a_record_is_taken_back_only_where_it_is_the_last_word_of_the_cluster(
    then: Callable[[Announcing], None],
) -> None:
    """Two records that follow the same one would contradict each other, and a person would have to decide."""
    node = Announcing(TARGET, TARGET, then=then)
    node.ha[ATTRIBUTE] = "live," + THERE.text()
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    assert node.array.changes == []
    assert node.announced[0].text() in node.files[FILE]
    journal = read_journal(node, RESOURCE)
    assert journal is not None
    assert journal.step is Step.COMPLETE


def test_cold_memory_is_cold_again() -> None:
    """What only some files tell is not surer behind a takeover of which nothing came."""
    node = Announcing(TARGET, TARGET, then=stands_still)
    node.ha[ATTRIBUTE] = "cold:hostc," + THERE.text()
    node.files[FILE] = render(THERE)
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    found = recall(node, RESOURCE, Limits())
    assert (len(node.announced), found.is_live, found.published) == (1, False, ("hostc",))


def test_a_contradiction_contradicts_itself_again() -> None:
    """The action takeover was held back: no side has become the right one."""
    rival = replace(THERE, token="x5", image=LOCAL, system="hostc")
    node = Announcing(TARGET, TARGET, then=stands_still)
    node.ha[ATTRIBUTE] = f"conflict,{THERE.text()}/{rival.text()}"
    arguments = ["oragrp", "jane", "tested"]
    run("actions/takeover", [RESOURCE, *positional("1260", "1261"), str(len(arguments)), *arguments], node)
    assert (len(node.announced), node.array.changes) == (1, [])
    found: Recollection = recall(node, RESOURCE, Limits())
    assert found.contradiction
    assert {each.image for each in found.records()} == {LOCAL, REMOTE}


def test_a_record_that_the_cluster_does_not_keep_is_not_left_in_the_file() -> None:
    """The engine takes no attribute: nothing is announced, and the file says what it said."""
    node = Announcing(TARGET, TARGET, then=stands_still)
    node.files[FILE] = kept = render(THERE)
    node.ha[ATTRIBUTE] = "live," + THERE.text()
    node.refuses_to_modify = True
    run("online", [RESOURCE, *positional("1260", "1261")], node)
    assert node.array.changes == []
    assert node.files[FILE] == kept


def test_a_journal_that_cannot_be_read_is_waited_for_as_long_as_its_command_may_land() -> None:
    """The memory says when this node announced it: clean is not safe before LateCommandLimit, and is behind it."""
    node = Announcing(SUSPENDED, SUSPENDED, then=stands_still)
    begun = replace(THERE, token=f"hostc@boot-1@{node.clock_s:.2f}", phase=Phase.REVERSING, towards=LOCAL, by="hostc")
    node.ha[ATTRIBUTE] = "live," + begun.text()
    node.unreadable[JOURNAL] = OSError(errno.EIO, "input/output error")
    assert run("clean", [RESOURCE, "3", *positional("1260", "1261")], node) == CleanExit.NOT_CLEANED
    node.clock_s += 1000
    assert run("clean", [RESOURCE, "3", *positional("1260", "1261")], node) == CleanExit.CLEANED
