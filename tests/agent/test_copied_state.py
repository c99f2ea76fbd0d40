"""A state directory that is another node's: copied by hand, restored from the wrong backup, part of an image.

Whatever the files say of a lock, a journal or a sighting is about the node that wrote them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.journal import Journal, Step
from mirrordrill.agent.lock import Lock
from mirrordrill.agent.names import seen_name
from mirrordrill.agent.online_record import FAILBACK, Memory, SentCommand
from mirrordrill.agent.witnesses import unanswered_for_s
from tests.agent.stand_in import LOCAL, REMOTE, StandInArray, StandInNode, positional
from tests.agent.test_online import RESOURCE, TARGET, pairs

ARGUMENTS = positional("1260", "1261")
LOCK = Lock(RESOURCE, "hosta", "boot-of-hosta", "online", ("2000", "2001"))
JOURNAL = Journal(RESOURCE, "hosta", "boot-of-hosta", "online", Step.REVERSING, ("2000:1260", "2001:1261"), "x", 5.0)


def node_of(state: str) -> StandInNode:
    node = StandInNode(StandInArray(*pairs(state, state)))
    node.files[f"{RESOURCE}.lock"] = LOCK.text()
    node.files[f"{RESOURCE}.journal"] = JOURNAL.text()
    return node


@pytest.mark.parametrize("boot", ["boot-1", "boot-of-hosta"], ids=["copied", "cloned with its memory"])
def test_the_lock_of_another_node_is_removed_at_open(boot: str) -> None:
    """A clone of a machine that runs has its boot id, and a name of its own."""
    node = node_of("Full Duplex")
    node.boot = boot
    assert run("open", [RESOURCE, *ARGUMENTS], node) == 0
    assert run("monitor", [RESOURCE], node) == 100
    assert node.logged(1001)


@pytest.mark.parametrize("state", ["Full Duplex", TARGET])
def test_the_journal_of_another_node_does_not_hold_the_group(state: str) -> None:
    """Its volumes are those of the other array: what stands there is no business of a clean here."""
    node = node_of(state)
    node.clock_s = 5000.0
    assert run("clean", [RESOURCE, "2", *ARGUMENTS], node) == 0
    assert "was written on hosta" in node.logged(1114)[0]
    assert all("2000" not in line for line in node.array.commands)


def test_the_journal_of_another_node_counts_as_one_that_says_nothing() -> None:
    """Rule 2 of the journal: this node has not been up for as long as a command may take to land."""
    node = node_of("Full Duplex")
    node.clock_s = 100.0
    assert run("clean", [RESOURCE, "2", *ARGUMENTS], node) == 1


def test_what_another_node_saw_an_hour_ago_this_one_sees_now() -> None:
    """Since when a command has been known counts in the uptime of the node that heard of it."""
    sent = SentCommand(FAILBACK, REMOTE, "hosta@b@1.00")
    memory = Memory(3, "t3", ("t2",), LOCAL, "hostc", unanswered=sent.text())
    hosta = StandInNode(system="hosta")
    hosta.boot = "boot-of-hosta"
    assert unanswered_for_s(hosta, RESOURCE, memory) == 0.0
    node = StandInNode()
    node.clock_s = 5000.0
    node.files[seen_name(RESOURCE)] = hosta.files[seen_name(RESOURCE)]
    assert unanswered_for_s(node, RESOURCE, memory) == 0.0
    node.clock_s += 60.0
    assert unanswered_for_s(node, RESOURCE, replace(memory, generation=4)) == 60.0
