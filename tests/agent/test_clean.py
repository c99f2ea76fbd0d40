"""clean: safe to fault or not, from the journal and, where there is something to ask, from the array."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.journal import Journal, Step, read_journal, write_journal
from mirrordrill.agent.lock import Lock, write_lock
from mirrordrill.agent.online_record import Memory, Phase
from mirrordrill.agent.ports import Heard, Until
from tests.agent.stand_in import LOCAL, REMOTE, Pair, StandInArray, StandInNode, lost_before, named, positional

RESOURCE = "ora_mmir"
LAST_ONLINE = f"hares -value {RESOURCE} LastOnline"


def node_of(*states: str, step: Step | None = Step.FAILING_OVER) -> StandInNode:
    found = []
    for at, state in enumerate(states):
        name, _, reason = state.partition("/")
        found.append(Pair(f"126{at}", name, reason or "-"))
    node = StandInNode(StandInArray(*found))
    write_lock(node, Lock(RESOURCE, "hostc", "boot-1", "online", ("1260",)))
    if step is not None:
        pairs = tuple(f"{pair.volume}:{pair.peer}" for pair in found)
        write_journal(node, Journal(RESOURCE, "hostc", "boot-1", "online", step, pairs, "something"))
    return node


def clean(node: StandInNode, reason: str = "2") -> int:
    return run("clean", [RESOURCE, reason, *positional("1260", "1261")], node)


@pytest.mark.parametrize("reason", ["0", "1", "2", "3", "4", "5"])
@pytest.mark.parametrize("step", [None, Step.COMPLETE, Step.SETTLED])
def test_nothing_was_under_way_so_the_array_is_not_asked(step: Step | None, reason: str) -> None:
    """A dead array or console does not keep a healthy cluster from failing over."""
    node = node_of("Full Duplex", "Full Duplex", step=step)
    assert clean(node, reason) == 0
    assert node.started == []
    assert run("monitor", [RESOURCE], node) == 100
    assert clean(node, reason) == 0


@pytest.mark.parametrize(
    ("states", "step", "expected"),
    [
        (["Target Full Duplex", "Target Full Duplex"], Step.FAILING_OVER, 0),
        (["Suspended/Host Source", "Suspended/Host Source"], Step.FAILING_OVER, 0),
        (["Suspended/Host Source", "Suspended/Host Source"], Step.FAILED_OVER, 0),
        (["Copy Pending", "Suspended/Host Source"], Step.REVERSING, 0),
        (["Full Duplex", "Copy Pending"], Step.REVERSING, 0),
        (["Suspended/Host Source", "Target Full Duplex"], Step.FAILING_OVER, 1),
        (["Target Full Duplex", "Suspended/Host Source"], Step.REVERSING, 1),
        (["Invalid State", "Target Full Duplex"], Step.FAILING_OVER, 1),
        (["Target Copy Pending", "Target Full Duplex"], Step.FAILING_OVER, 0),
    ],
)
def test_after_an_interrupted_operation_the_set_has_to_be_in_one_role(
    states: list[str], step: Step, expected: int
) -> None:
    """S10. Twice gives the same answer, and no command that changes pairs is ever sent (S9)."""
    node = node_of(*states, step=step)
    for _ in range(2):
        assert clean(node) == expected
    assert node.array.changes == []
    assert run("monitor", [RESOURCE], node) == (100 if expected == 0 else 110)
    if expected:
        assert len(node.logged(1201)) == 2
    else:
        journal = read_journal(node, RESOURCE)
        assert journal is not None
        assert journal.step is Step.SETTLED


class Moving(StandInArray):
    """The killed entry point's command reaches the second volume behind the first look."""

    looks = 0

    def _lspprc(self, words: list[str], line: str) -> str:
        answer = super()._lspprc(words, line)
        self.looks += 1
        if self.looks == 1:
            self.pairs["1261"].state, self.pairs["1261"].reason = "Suspended", "Host Source"
        return answer


def test_a_set_that_is_still_moving_is_not_safe() -> None:
    """A command of a killed entry point may still be on its way: one look at targets in sync proves nothing."""
    node = node_of("Target Full Duplex", "Target Full Duplex")
    node.array.__class__ = Moving
    assert clean(node) == 1
    assert "mixed set" in node.logged(1201)[0]


@pytest.mark.parametrize("arguments", [positional("1260", "1261"), named("1260", "1261")])
def test_an_array_that_does_not_answer_leaves_it_unknown(arguments: list[str]) -> None:
    """Unknown is not safe, and the answer comes inside CleanTimeout."""
    node = node_of("Target Full Duplex", "Target Full Duplex")
    silent = Heard("", Until.SILENCE, "")
    node.logins = {"hmc1": silent, "hmc2": silent}
    assert run("clean", [RESOURCE, "2", *arguments], node) == 1
    assert node.clock_s - 1000 < 60
    node.logins = {}
    node.faults = dict.fromkeys(range(1, 20), lost_before)
    began_s = node.clock_s
    assert run("clean", [RESOURCE, "2", *arguments], node) == 1
    assert node.clock_s - began_s < 60


def test_a_garbled_journal_is_an_operation_of_which_nothing_is_known() -> None:
    """The array decides; a uniform set that stays uniform is safe."""
    node = node_of("Suspended/Host Source", "Target Full Duplex")
    node.files["ora_mmir.journal"] = "complete"
    assert clean(node) == 1
    node.array.pairs["1261"].state, node.array.pairs["1261"].reason = "Suspended", "Host Source"
    assert clean(node) == 0
    assert node.logged(1114)


def test_the_journals_volumes_count_even_if_the_attribute_changed() -> None:
    """What was begun is judged, not only what is configured now."""
    node = node_of("Target Full Duplex", "Suspended/Host Source")
    assert run("clean", [RESOURCE, "2", *positional("1260")], node) == 1
    assert "1261" in node.logged(1201)[0]


def test_wrong_attributes_matter_only_where_the_array_has_to_be_asked() -> None:
    """A typing mistake in HMC1 does not block a failover that needs no HMC."""
    wrong = [RESOURCE, "2", "/opt/ibm/dscli", "-bad-", *positional("1260")[2:]]
    assert run("clean", wrong, node_of("Full Duplex", "Full Duplex", step=None)) == 0
    node = node_of("Full Duplex", "Full Duplex")
    assert run("clean", wrong, node) == 1
    assert "HMC1" in " ".join(node.logs)


def test_behind_a_journal_that_cannot_be_read_the_array_decides() -> None:
    """A disk that fails says nothing about the pairs, and does not keep the group for ever."""
    node = node_of("Full Duplex", "Target Full Duplex")
    node.unreadable["ora_mmir.journal"] = OSError(5, "Input/output error")
    assert clean(node) == 1
    node.array.pairs["1261"].state = "Full Duplex"
    assert clean(node) == 0
    assert node.logged(1114)


@pytest.mark.parametrize("phase", [Phase.FAILING_OVER, Phase.REVERSING])
def test_what_was_cut_short_on_another_system_of_this_array_is_looked_at(phase: Phase) -> None:
    """VCS took the resource offline there without a clean, because another one of the group faulted."""
    node = node_of("Suspended/Host Source", "Target Full Duplex", step=None)
    memory = Memory(2, "t2", ("t1",), REMOTE, "hosta", phase=phase, towards=LOCAL, by="hostd")
    node.ha[LAST_ONLINE] = "live," + memory.text()
    assert clean(node) == 1
    assert "mixed set: 1260 writable" in node.logged(1201)[0]
    node.array.pairs["1261"].state, node.array.pairs["1261"].reason = "Suspended", "Host Source"
    assert clean(node) == 0


@pytest.mark.parametrize("phase", [Phase.FAILING_OVER, Phase.REVERSING])
def test_what_this_node_announced_is_waited_for_where_its_journal_is_gone(phase: Phase) -> None:
    """A person deletes the agent's files, or restores older ones, while its command is on its way."""
    node = node_of("Suspended/Host Source", "Suspended/Host Source", step=None)
    memory = Memory(2, "hostc@boot-1@950.00", ("t1",), REMOTE, "hosta", phase=phase, towards=LOCAL, by="hostc")
    node.ha[LAST_ONLINE] = "live," + memory.text()
    assert clean(node) == 1
    assert "the command that was cut short may still be carried out" in node.logged(1201)[0]
    node.clock_s += 900
    assert clean(node) == 0


@pytest.mark.parametrize("changed", [{"towards": REMOTE}, {"phase": Phase.ONLINE}])
def test_what_happens_at_the_other_array_is_judged_there(changed: dict[str, Any]) -> None:
    """clean on a host that can do nothing about it does not need the array."""
    node = node_of("Full Duplex", "Full Duplex", step=None)
    memory = Memory(2, "t2", ("t1",), LOCAL, "hostc", phase=Phase.REVERSING, towards=LOCAL, by="hostd")
    node.ha[LAST_ONLINE] = "live," + replace(memory, **changed).text()
    assert clean(node) == 0
    assert node.started == []
