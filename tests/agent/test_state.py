"""Lock and journal: readable text that comes back as it was, or is garbled and treated as that; and what open does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.agent import statetext
from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.errors import GarbledState
from mirrordrill.agent.journal import Journal, Step, parse_journal, read_journal, write_journal
from mirrordrill.agent.lock import Lock, parse_lock, read_lock, write_lock
from tests.agent.stand_in import StandInNode, positional

RESOURCE = "ora_mmir"
LOCK = Lock(RESOURCE, "hostc", "boot-1", "online", ("1260", "1261"))
JOURNAL = Journal(RESOURCE, "hostc", "boot-1", "online", Step.FAILING_OVER, ("1260:2000",), "1260 Target Full Duplex")

WORDS = st.from_regex(r"[0-9A-Za-z._-]{1,20}", fullmatch=True)
VOLUMES = st.lists(st.from_regex(r"[0-9A-F]{4}", fullmatch=True), max_size=20).map(tuple)


@given(st.builds(Lock, WORDS, WORDS, WORDS, WORDS, VOLUMES))
def test_a_lock_comes_back_as_it_was(lock: Lock) -> None:
    """Written by one process, read by another."""
    assert parse_lock("x.lock", lock.text()) == lock


PAIRS = VOLUMES.map(lambda ids: tuple(f"{each}:{each}" for each in ids))


@given(st.builds(Journal, WORDS, WORDS, WORDS, WORDS, st.sampled_from(Step), PAIRS, WORDS))
def test_a_journal_comes_back_as_it_was(journal: Journal) -> None:
    """Written by one process, read by the next after the first was killed."""
    assert parse_journal("x.journal", journal.text()) == journal


@given(st.data())
def test_a_damaged_file_is_garbled_or_still_well_formed(data: st.DataObject) -> None:
    """One character changed anywhere: never an exception but GarbledState, never a journal that is not one."""
    text = JOURNAL.text()
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.characters(codec="latin-1")) + text[at + 1 :]
    try:
        found = parse_journal("x.journal", damaged)
    except GarbledState as error:
        found = None
        assert_no_control_characters(str(error))
    assert found is None or found.step in Step


def assert_no_control_characters(text: str) -> None:
    assert text.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        LOCK.text().replace("format = 1", "format = 2"),
        LOCK.text() + "system = hosta\n",
        LOCK.text().replace("boot_id", "bootid"),
        LOCK.text().replace("volumes = 1260 1261\n", ""),
        LOCK.text().replace("online", "on\x1bline"),
    ],
)
def test_a_lock_that_the_agent_did_not_write_is_garbled(text: str) -> None:
    """Nothing is read into it."""
    with pytest.raises(GarbledState):
        parse_lock("ora_mmir.lock", text)


@pytest.mark.parametrize(
    "text",
    [
        JOURNAL.text().replace("failing over", "daydreaming"),
        JOURNAL.text().replace("1260:2000", "1260-2000"),
        JOURNAL.text().replace("1260:2000", "1260:2000;id"),
        JOURNAL.text().replace(f"resource = {RESOURCE}", "resource = other"),
    ],
)
def test_a_journal_that_is_not_ours_is_garbled(text: str) -> None:
    """A step, pair or resource that cannot be."""
    node = StandInNode()
    node.files["ora_mmir.journal"] = text
    with pytest.raises(GarbledState):
        read_journal(node, RESOURCE)


def test_a_value_that_would_not_come_back_is_not_written() -> None:
    """Line ends and blanks at the ends would be lost or, worse, become lines of their own."""
    for value in ("a\nstep = complete", " a", "a ", "\x00"):
        with pytest.raises(ValueError, match="cannot hold"):
            statetext.render("title", {"key": value})


def opened(node: StandInNode) -> bool:
    """Run open; whether the lock is still there."""
    assert run("open", [RESOURCE, *positional("1260")], node) == 0
    return "ora_mmir.lock" in node.files


@pytest.mark.parametrize(
    ("lock", "stays"),
    [
        (LOCK, True),
        (Lock(RESOURCE, "hostc", "boot-0", "online", ("1260",)), False),
        (Lock(RESOURCE, "hosta", "boot-1", "online", ("1260",)), False),
        (Lock("other", "hostc", "boot-1", "online", ("1260",)), False),
    ],
    ids=["same boot", "rebooted", "other system", "other resource"],
)
def test_open_keeps_the_lock_of_this_boot_only(lock: Lock, stays: bool) -> None:
    """One rule: hastop -force, a restarted engine and a restarted agent keep it; a crash and a reboot do not."""
    node = StandInNode()
    node.files["ora_mmir.lock"] = lock.text()
    assert opened(node) == stays
    assert len(node.logged(1000 if stays else 1001)) == 1
    assert opened(node) == stays


def test_a_boot_id_that_is_missing_since_the_lock_was_written_is_no_reboot() -> None:
    """The moment of boot that `who -b` tells instead cannot be compared: neither open nor monitor says offline."""
    node = StandInNode()
    node.files["ora_mmir.lock"] = replace(LOCK, boot_id="0b00710d-0000-4000-8000-000000000000").text()
    node.boot = "system-boot-2026-11-30-20:43"
    assert opened(node)
    assert "boot_id cannot be read" in node.logged(1003)[0]

    def none() -> str:
        raise OSError("the kernel keeps no boot id")

    node.boot_id = none  # type: ignore[method-assign]
    assert run("monitor", [RESOURCE], node) == 99
    node.files["ora_mmir.lock"] = LOCK.text()
    assert run("monitor", [RESOURCE], node) == 110


def test_open_removes_what_it_cannot_trust() -> None:
    """A garbled lock, or one that is a link: removed, with a warning."""
    node = StandInNode()
    node.files["ora_mmir.lock"] = "1260 1261"
    assert not opened(node)
    assert len(node.logged(1002)) == 1
    node.files["ora_mmir.lock"] = LOCK.text()
    node.unreadable["ora_mmir.lock"] = OSError("a link")
    assert not opened(node)


def test_a_damaged_lock_is_judged_by_the_note_of_its_boot() -> None:
    """While the application runs it says online; after a crash it says offline, even before `open` could look."""
    node = StandInNode()
    assert not opened(node)
    write_lock(node, LOCK)
    node.files = dict.fromkeys(node.files, "\0\0")
    assert opened(node)
    assert len(node.logged(1009)) == 1
    assert run("monitor", [RESOURCE], node) == 110
    node.boot = "rebooted"
    node.unreadable["ora_mmir.lock"] = OSError(5, "I/O")
    assert opened(node)
    assert run("monitor", [RESOURCE], node) == 99
    del node.unreadable["ora_mmir.lock"]
    assert run("monitor", [RESOURCE], node) == 100
    assert not opened(node)


def test_a_damaged_lock_without_any_note_says_online() -> None:
    """As the manual has it, a lock that exists means online; an agent that left no notes may have written it."""
    node = StandInNode()
    node.files["ora_mmir.lock"] = "\0\0"
    assert run("monitor", [RESOURCE], node) == 110


def test_the_note_of_a_boot_replaces_earlier_ones_and_no_file_of_another_resource() -> None:
    """A name of a resource may have dots: `ora_mmir.opened-12345678` is one."""
    node = StandInNode()
    write_lock(node, LOCK)
    other = f"{RESOURCE}.opened-12345678"
    write_lock(node, replace(LOCK, resource=other))
    write_journal(node, replace(JOURNAL, resource=other))
    node.boot = "rebooted"
    before = set(node.files)
    write_lock(node, replace(LOCK, boot_id="rebooted"))
    assert before - set(node.files) == {"ora_mmir.opened-boot-1"}
    assert set(node.files) - before == {"ora_mmir.opened-rebooted"}


def test_open_without_a_lock_says_nothing() -> None:
    """The usual case is silent."""
    node = StandInNode()
    assert not opened(node)
    assert node.logs == []


def test_offline_removes_the_lock_and_asks_nobody() -> None:
    """S9; and it may run twice."""
    node = StandInNode()
    write_lock(node, LOCK)
    for _ in range(2):
        assert run("offline", [RESOURCE, *positional("1260")], node) == 0
        assert read_lock(node, RESOURCE) is None
    assert node.started == []


def test_offline_on_a_read_only_disk_says_so_and_stays_online() -> None:
    """The monitor goes on telling the truth."""
    node = StandInNode()
    write_lock(node, LOCK)
    node.unwritable["ora_mmir.lock"] = OSError(30, "Read-only file system")
    assert run("offline", [RESOURCE, *positional("1260")], node) == 0
    assert "Read-only" in node.logged(1004)[0]
    assert run("monitor", [RESOURCE], node) == 110


@pytest.mark.parametrize("entry", ["close", "attr_changed"])
def test_close_and_attr_changed_change_nothing(entry: str) -> None:
    """Whether the resource is online does not depend on who looks."""
    node = StandInNode()
    write_lock(node, LOCK)
    write_journal(node, JOURNAL)
    before = dict(node.files)
    assert run(entry, [RESOURCE, RESOURCE, "HMC1", "hmc9"], node) == 0
    assert node.files == before
