"""What VCS gets as an exit code, whatever happens."""

from __future__ import annotations

import errno

import pytest

from mirrordrill.agent import messages
from mirrordrill.agent.actions import ACTIONS
from mirrordrill.agent.entrypoints import ENTRY_POINTS, run
from mirrordrill.agent.exit_codes import MonitorExit
from tests.agent.stand_in import Pair, StandInArray, StandInNode, positional

RESOURCE = "ora_mmir"
ENTRIES = [*ENTRY_POINTS, "monitor", *ACTIONS]


def arguments_of(entry: str) -> list[str]:
    reason = ["2"] if entry in ("clean", "info") else []
    count = ["0"] if entry in ACTIONS else []
    return [RESOURCE, *reason, *positional("1260"), *count]


class Broken(StandInNode):
    """A node whose ports fail in a way that nobody foresaw."""

    def _fail(self, *arguments: object) -> None:
        raise RuntimeError("boom\nTraceback (most recent call last)")

    read_state = remove_state = start_program = inspect_file = _fail


EXPECTED = {"monitor": 99, "online": 0, "offline": 0, "open": 0, "close": 0, "attr_changed": 0, "clean": 1}


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_unexpected_error_never_becomes_a_state(entry: str) -> None:
    """Monitor unknown, online without a lock, clean and actions no; one log line with kind, place and message."""
    node = Broken(StandInArray(Pair("1260", "Full Duplex")))
    assert run(entry, arguments_of(entry), node) == EXPECTED.get(entry, 1)
    assert node.files == {}
    if entry not in ("close", "attr_changed"):
        (line,) = node.logs
        assert "RuntimeError" in line
        assert "boom" in line


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("arguments", [[], ["-x"], ["../../etc/passwd"], ["a b", "1"], ["ora\nmmir"]])
def test_a_command_line_that_cannot_be_is_answered_with_the_safe_code(entry: str, arguments: list[str]) -> None:
    """And with one line in the log."""
    node = StandInNode()
    assert run(entry, arguments, node) == EXPECTED.get(entry, 1)
    assert len(node.logs) == 1
    assert node.started == []


def test_an_entry_point_that_does_not_exist_is_a_failed_action() -> None:
    """No number that VCS could take for a state."""
    assert run("actions/reboot", [RESOURCE, "0"], StandInNode()) == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, MonitorExit.OFFLINE),
        (PermissionError("a link"), MonitorExit.UNKNOWN),
        (OSError(5, "I/O"), MonitorExit.UNKNOWN),
    ],
)
def test_the_monitor_tells_absence_from_ignorance(error: OSError | None, expected: MonitorExit) -> None:
    """A state directory that cannot be read is no reason to fail over."""
    node = StandInNode()
    if error is not None:
        node.unreadable["ora_mmir.lock"] = error
    assert run("monitor", [RESOURCE], node) == expected
    assert len(node.logs) == (0 if error is None else 1)


@pytest.mark.parametrize(
    ("error", "is_left"),
    [(OSError(5, "I/O"), True), (PermissionError("a link"), False), (OSError(errno.ELOOP, "a link"), False)],
)
def test_open_leaves_a_lock_that_the_disk_does_not_give(error: OSError, is_left: bool) -> None:
    """The engine was restarted beside a running application; without its lock the group would start elsewhere."""
    node = StandInNode()
    node.files["ora_mmir.lock"] = "whatever"
    node.unreadable["ora_mmir.lock"] = error
    assert run("open", [RESOURCE], node) == 0
    assert ("ora_mmir.lock" in node.files) is is_left
    assert bool(node.logged(1003)) is is_left


def test_monitor_open_offline_and_close_need_no_valid_attributes() -> None:
    """A typing mistake in an attribute does not hide a running application."""
    node = StandInNode()
    for entry, expected in (("monitor", 100), ("open", 0), ("offline", 0), ("close", 0)):
        assert run(entry, [RESOURCE, "nonsense"], node) == expected
    assert node.logged(1901) == []


def test_online_with_wrong_attributes_names_attribute_value_and_form() -> None:
    """The administrator reads what to change."""
    node = StandInNode()
    assert run("online", [RESOURCE, *positional("1260-1263")], node) == 0
    (line,) = node.logs
    for word in ("VolIds", "'1260-1263'", "not a range"):
        assert word in line


def test_every_message_has_a_cause_and_an_error_has_a_remedy() -> None:
    """The table is the documentation."""
    for message in messages.table():
        assert message.cause
        assert message.remedy or message.severity.value in ("INFO", "NOTICE", "WARNING")
        assert f"| {message.message_id} |" in messages.as_markdown()


def test_a_log_line_is_one_line() -> None:
    """Foreign text cannot start a line of its own, move the cursor, or fill the disk."""
    assert messages.one_line("a\nb\x1b[2Jc") == "a\\nb\\x1b[2Jc"
    assert len(messages.one_line("x" * 100_000)) == messages.TEXT_LENGTH_MAX
