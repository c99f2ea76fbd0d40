"""A command that had no answer may be carried out minutes later: journal and memory know it until it no longer can."""

from __future__ import annotations

import pytest

from mirrordrill.agent.budget import Limits
from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.journal import Journal, Step, read_journal, write_journal
from mirrordrill.agent.memory import following, recall, render
from mirrordrill.agent.names import lock_name
from mirrordrill.agent.online_record import FAILBACK, FAILOVER, Memory, Phase, SentCommand, parse_memory
from mirrordrill.agent.ports import Heard, Until
from tests.agent.stand_in import (
    FAR_IN_SYNC,
    LOCAL,
    PROMPT,
    REMOTE,
    Pair,
    StandInArray,
    StandInNode,
    lost_before,
    positional,
    says,
)

RESOURCE = "ora_mmir"
ATTRIBUTE = f"hares -value {RESOURCE} LastOnline"
ARGUMENTS = [RESOURCE, *positional("1260", "1261")]
TARGET, SUSPENDED = "Target Full Duplex", "Suspended/Host Source"
CONSOLE_GONE = "CMUN00018E failbackpprc: Unable to connect to the management console server\n"
FROM_THERE = SentCommand(FAILBACK, REMOTE, "hosta@beef@77.00")
ONLINE = Memory(5, "hostc@b@1.00", ("t3", "t4"), LOCAL, "hostc", volumes=("1260", "1261"))


def node_of(state: str, memory: Memory | None = None, *, is_far_known: bool = True) -> StandInNode:
    name, _, reason = state.partition("/")
    node = StandInNode(StandInArray(*(Pair(volume, name, reason or "-") for volume in ("1260", "1261"))))
    if is_far_known:
        node.ha = dict(FAR_IN_SYNC)
    if memory is not None:
        node.ha[ATTRIBUTE] = "live," + memory.text()
        node.files[f"{RESOURCE}.memory"] = render(memory)
    return node


def remembered(node: StandInNode) -> Memory:
    memory = recall(node, RESOURCE, Limits()).memory
    assert memory is not None
    return memory


def journal_of(node: StandInNode) -> Journal:
    journal = read_journal(node, RESOURCE)
    assert journal is not None
    return journal


def line_of(node: StandInNode, command: str) -> int:
    """The running number of the line with which an online on such a node sends the command."""
    run("online", ARGUMENTS, node)
    return next(at for at, line in enumerate(node.typed, 1) if line.startswith(command))


def test_a_record_keeps_what_was_sent_until_a_later_one_says_otherwise() -> None:
    """A system that comes online behind one that was reversing the copy knows of its failbackpprc."""
    node = StandInNode()
    reversing = Memory(4, "hostc@b@9.00", (), LOCAL, "hosta", Phase.REVERSING, LOCAL, "hostc")
    later = following(node, recall(node_of(TARGET, reversing), RESOURCE, Limits()), phase=Phase.ONLINE, towards="")
    assert later.awaited == SentCommand(FAILBACK, LOCAL, "hostc@b@9.00")
    assert parse_memory(later.text()) == later
    assert reversing.awaited == later.awaited


def test_an_online_whose_failback_had_no_answer_says_so_in_its_record() -> None:
    """The lock is written all the same; the journal stays open, and the record names the command."""
    at = line_of(node_of(TARGET), "failbackpprc")
    node = node_of(TARGET)
    node.faults = {at: says(CONSOLE_GONE)}
    run("online", ARGUMENTS, node)
    memory = remembered(node)
    assert node.files[lock_name(RESOURCE)]
    assert memory.phase is Phase.ONLINE
    assert memory.awaited is not None
    assert memory.awaited[:2] == (FAILBACK, LOCAL)
    assert memory.awaited.token in memory.ancestors
    assert journal_of(node).step is Step.REVERSING


def test_a_failover_that_is_sent_again_leaves_the_first_one_in_the_journal() -> None:
    """The second one's effect proves nothing of the first; offline tells the cluster of it as long as it may land."""
    at = line_of(node_of(TARGET), "failoverpprc")
    node = node_of(TARGET)
    node.faults = {at: lost_before}
    run("online", ARGUMENTS, node)
    journal = journal_of(node)
    assert journal.step is Step.COMPLETE
    assert journal.unanswered_s is not None
    assert journal.unanswered_s == pytest.approx(1000, abs=30)
    assert remembered(node).awaited is None
    run("offline", ARGUMENTS, node)
    sent = remembered(node).awaited
    assert sent is not None
    assert sent[:2] == (FAILOVER, LOCAL)
    node.clock_s += 2000
    run("offline", ARGUMENTS, node)
    assert remembered(node).awaited is None


def test_clean_waits_for_the_first_of_two_commands() -> None:
    """Complete, and every volume failed over, by the second one."""
    node = node_of(SUSPENDED)
    write_journal(
        node, Journal(RESOURCE, "hostc", "boot-1", "online", Step.COMPLETE, ("1260:1260", "1261:1261"), "", 990, 900)
    )
    assert run("clean", [RESOURCE, "2", *ARGUMENTS[1:]], node) == 1
    assert "the command that was cut short may still be carried out" in node.logged(1201)[0]
    node.clock_s += 1000
    assert run("clean", [RESOURCE, "2", *ARGUMENTS[1:]], node) == 0


def test_the_next_operation_does_not_forget_what_an_earlier_one_sent() -> None:
    """An operator runs failback again after one that had no answer."""
    adopted = Memory(5, "hostc@b@1.00", (), LOCAL, "hostc", is_adopted=True, volumes=("1260", "1261"))
    node = node_of(SUSPENDED, adopted)
    run("failback", ARGUMENTS, node)
    at = next(at for at, line in enumerate(node.typed, 1) if line.startswith("failbackpprc"))
    node = node_of(SUSPENDED, adopted)
    node.faults = {at: says(CONSOLE_GONE)}
    assert run("failback", ARGUMENTS, node) != 0
    first = remembered(node).awaited
    node.faults, node.clock_s = {}, node.clock_s + 60
    assert run("failback", ARGUMENTS, node) == 0
    assert journal_of(node).step is Step.COMPLETE
    assert journal_of(node).unanswered_s == pytest.approx(1000, abs=30)
    assert remembered(node).awaited == first


class Killed(BaseException):
    """VCS kills the entry point."""


def kills(array: StandInArray, line: str) -> Heard | None:
    raise Killed


def test_the_journal_says_when_the_last_line_was_sent() -> None:
    """Killed behind its second try, it is not known for longer than that one that a command may land."""
    at = line_of(node_of(TARGET), "failoverpprc")
    node = node_of(TARGET)
    node.faults = {at: lost_before}
    run("online", ARGUMENTS, node)
    again = [number for number, line in enumerate(node.typed, 1) if line.startswith("failoverpprc")][1]
    node = node_of(TARGET)
    node.faults = {at: lost_before, again: kills}
    with pytest.raises(Killed):
        run("online", ARGUMENTS, node)
    journal = journal_of(node)
    assert journal.step is Step.FAILING_OVER
    assert journal.uptime_s == pytest.approx(node.clock_s, abs=15)
    assert journal.unanswered_s == pytest.approx(1000, abs=30)


@pytest.mark.parametrize(("waited_s", "is_locked"), [(0, False), (930, False), (970, True)])
def test_nothing_is_locked_while_a_failback_from_the_far_side_may_land(waited_s: float, is_locked: bool) -> None:
    """Another system has come online there since it was sent; the time counts from when this node heard of it."""
    there = Memory(6, "hostd@b@2.00", ("hosta@beef@77.00",), REMOTE, "hostd", unanswered=FROM_THERE.text())
    node = node_of(SUSPENDED, there)
    run("online", ARGUMENTS, node)
    assert lock_name(RESOURCE) not in node.files
    assert "its failbackpprc may still overwrite this side; try again in 16 minutes" in node.logged(1103)[0]
    node.clock_s += waited_s
    run("online", ARGUMENTS, node)
    assert (lock_name(RESOURCE) in node.files) is is_locked


def test_a_takeover_tells_what_may_still_overwrite_this_side() -> None:
    """A person was told; what was sent is remembered on."""
    there = Memory(6, "hostd@b@2.00", ("hosta@beef@77.00",), REMOTE, "hostd", unanswered=FROM_THERE.text())
    node = node_of(SUSPENDED, there)
    assert run("takeover", [*ARGUMENTS, "3", "oragrp", "jd", "site lost"], node) == 0
    assert any("bring oragrp online in 16 minutes" in line for line in node.answers)
    assert remembered(node).awaited == FROM_THERE


def test_a_journal_that_has_come_to_its_end_is_not_set_back_by_the_check_before_the_lock() -> None:
    """The last look takes twenty seconds: the journal is not written again for a command that has been answered."""
    at = line_of(node_of(TARGET), "failbackpprc")
    node = node_of(TARGET)

    def slowly(array: StandInArray, line: str) -> Heard:
        node.clock_s += 20
        return Heard(array.execute(line), Until.PROMPT, PROMPT)

    node.faults = {at + 1: slowly}
    run("online", ARGUMENTS, node)
    assert node.files[lock_name(RESOURCE)]
    assert journal_of(node).step is Step.COMPLETE
