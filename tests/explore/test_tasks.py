"""Questions to processes beside ours and their answers are data: values of known types, and nothing that acts."""

from __future__ import annotations

import math
import os
import pickle
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mirrordrill.drills.explore.campaign import CampaignOrder, run_seeds, targets_for
from mirrordrill.drills.explore.workers import tasks, workers
from mirrordrill.drills.explore.workers.children import ChildDiedError, Children
from mirrordrill.drills.explore.workers.tasks import TaskFailedError, answer_of, answered, question
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.sweep.campaign import run_point
from mirrordrill.simulator.agent_mode import AgentMode

ORDER = CampaignOrder("rdc", "hostile", Options(pace=math.inf, report=Path(os.fsdecode(b"/tmp/\xff"))), 0, 3)


class Bomb:
    """What a pickle could do."""

    def __reduce__(self) -> Any:
        return os.mkdir, ("bombed",)


def test_nights_come_back_as_they_are_run_here() -> None:
    """Equal values, through the same bytes as in a child; seconds of real time apart."""
    targets = targets_for(ORDER)
    asked = question("nights", (ORDER, targets, (3, 4)))
    there = answer_of("nights", answered(asked))
    here = run_seeds(ORDER, targets, (3, 4))
    assert [(each.seed, each.digest, each.failures, each.outages) for each in there] == [
        (each.seed, each.digest, each.failures, each.outages) for each in here
    ]


def test_points_come_back_as_they_are_run_here() -> None:
    """Oracles with their facts, too."""
    arguments = "switch", AgentMode.IN_PROCESS, 0, "2:after:killed"
    assert answer_of("point", answered(question("point", arguments))) == run_point(*arguments)


def test_options_survive(monkeypatch: pytest.MonkeyPatch) -> None:
    """An infinite pace, and a path that is no UTF-8."""
    monkeypatch.setattr(tasks, "TASKS", {"same": (__name__, "same")})
    assert answer_of("same", answered(question("same", (ORDER,)))) == ORDER


def same(order: CampaignOrder) -> CampaignOrder:
    """A task of this test."""
    return order


@pytest.mark.parametrize(
    "asked",
    [
        pickle.dumps(Bomb()),
        msgspec.msgpack.encode(("os.system", ["true"])),
        msgspec.msgpack.encode(("nights", [1, 2, 3])),
        msgspec.msgpack.encode(("nights", [])),
        b"",
        b"\x91" * 100_000,
    ],
    ids=["a pickle", "another function", "other types", "too little", "nothing", "depth"],
)
def test_what_is_no_question_is_refused(asked: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a sentence, and without a deed."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TaskFailedError):
        answer_of("nights", answered(asked))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("answer", [pickle.dumps(Bomb()), b"", msgspec.msgpack.encode(([1], ""))])
def test_what_is_no_answer_is_refused(answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that was replaced can lie, and do no more."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TaskFailedError, match="cannot be read"):
        answer_of("nights", answer)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_a_child_is_told_with_its_place() -> None:
    """Type, text and place, as of a fault here."""
    with workers(2) as pool:
        assert pool is not None
        task = pool.submit("point", "nonsense", AgentMode.IN_PROCESS, 0, "1")
        with pytest.raises(TaskFailedError, match=r"LookupError: .*nonsense.*\(\w+\.py:\d+\)"):
            task.result()


def test_a_module_of_the_directory_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A campaign that is started in somebody's directory runs Python's `struct`, and not theirs."""
    monkeypatch.chdir(tmp_path)
    for name in ("struct", "select", "mirrordrill"):
        (tmp_path / f"{name}.py").write_text("import os\nos.mkdir('executed')\n")
    with workers(2) as pool:
        assert pool is not None
        assert pool.submit("point", "switch", AgentMode.IN_PROCESS, 0, "2:after:killed").result().point
    assert not (tmp_path / "executed").exists()


def test_children_that_are_closed_take_nothing_more() -> None:
    """So that a campaign that was interrupted leaves no process behind."""
    children = Children()
    children.close()
    with pytest.raises(ChildDiedError, match="the campaign has ended"):
        children.ask(b"")
