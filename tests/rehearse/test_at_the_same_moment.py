"""Two people who do one thing at the very same moment: it is done once, and the other reads what stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.commands import command
from tests.rehearse.rehearsed import RunningRehearsal
from tests.rehearse.test_console import ADDRESS, Page


@pytest.fixture
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRehearsal]:
    with RunningRehearsal(tmp_path_factory.mktemp("moment")) as night:
        yield night


def together(*acts: Callable[[], str]) -> list[str]:
    """Start all at once, each in a thread of its own; what each was told."""
    begin = Barrier(len(acts))

    def one(act: Callable[[], str]) -> str:
        begin.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


def test_a_gate_is_decided_once_and_the_others_read_by_whom(night: RunningRehearsal) -> None:
    """Two pages and a shell, three times: one decision is recorded, and the losers read it."""
    pages = {role: Page(int(port), path) for role, port, path in ADDRESS.findall(night.printed)}
    one, two = pages["Instructor"], pages["Storage administrator"]
    for n in range(3):
        stands, lost = decided_by_three(night, one, two, f"takeover {n}?")
        assert [f": {stands}" in each for each in lost] == [True, True], lost


def decided_by_three(night: RunningRehearsal, one: Page, two: Page, gate: str) -> tuple[str, list[str]]:
    """The decision that was recorded, and what the others read; another gate waits beside it, and is not touched."""
    beside = f"beside {gate}"
    for each in (gate, beside):
        assert one.act("say", line=f"gate {each} for the duty manager")[0] == 200
    told = together(
        lambda: one.act("decide", gate=gate, person="Ann", text="yes")[1],
        lambda: two.act("decide", gate=gate, person="Bob", text="no")[1],
        lambda: night.shell(f"decide {gate}: never")[1],
    )
    lost = [each for each in told if "is decided, by" in each]
    decisions = [line for line in night.recording().read_text().splitlines() if "decides at the gate" in line]
    recorded = [line for line in decisions if f'"{gate}"' in line]
    assert len(recorded) == 1, recorded
    assert not [line for line in decisions if f'"{beside}"' in line]
    return next(word for word in ("yes", "no", "never") if f'"{word}"' in recorded[0]), lost


def test_time_has_one_course_whoever_steers_it(night: RunningRehearsal) -> None:
    """Two branches of one name, three steps back, a stop beside a faster clock: one after the other, or refused."""
    port, path = next((int(port), path) for role, port, path in ADDRESS.findall(night.printed) if role == "Instructor")
    page = Page(port, path)

    def say(line: str) -> str:
        return page.act("say", line=line)[1]

    say("1 minute passes")
    told = together(lambda: say("branch other"), lambda: night.shell("branch other")[1])
    assert len([each for each in told if "there is a branch other already" in each]) == 1, told
    told = together(lambda: say("back -10s"), lambda: say("back -10s"), lambda: night.shell("back -10s")[1])
    moments = sorted(re.findall(r"it is (00:10:\d\d)", " ".join(told)))
    assert moments == ["00:10:30", "00:10:40", "00:10:50"], told
    told = together(lambda: say("pause"), lambda: say("pace 100"), lambda: night.shell("pause")[1])
    assert sum("time stands still" in each for each in told) == 2, told
    assert sum("time passes" in each for each in told) == 1, told
    night.stop()
    recordings = sorted((night.folder / "recording").glob("*.feature"))
    assert len(recordings) == 5, recordings
    for recording in recordings:
        again = command("mirrordrill", "run", recording, "--show", "summary")
        assert again.returncode == 0, again.stdout + again.stderr
