"""Monitors that are not run because nothing has changed: no log may tell that they were not."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from mirrordrill.simulator.dispatcher import EntryPointDispatcher
from mirrordrill.simulator.host.troubles import EntryPointTrouble
from mirrordrill.simulator.vcs.ports import Call, EntryPointOutcome, Running
from mirrordrill.simulator.world import World
from tests.golden.night import ARRAY_A, Night
from tests.golden.test_nights import NIGHTS


def troubled(world: World) -> None:
    """Resources go by themselves, hang, come back, and are started by hand; volumes go away and come back."""
    world.fail_resource("hosta", "ora_ip")
    world.advance(400)
    world.break_entry("hostb", "ora_lsnr", "monitor", EntryPointTrouble.HANGS)
    world.advance(700)
    world.mend_resource("hostb", "ora_lsnr")
    world.fail_resource("hostb", "ora_nic")
    world.advance(400)
    world.start_by_hand("hosta", "ora_lsnr")
    world.advance(400)
    undo = world.storage.faults.lose_array(ARRAY_A)
    world.advance(400)
    undo()
    world.advance(900)


PLAYED = NIGHTS | {"troubled": Night(troubled, (), {})}
CHOSEN = ("host_failure", "site_disaster", "partition_heals", "zombie", "fenced_zombie", "troubled")


def lines(name: str, folder: Path) -> list[str]:
    with contextlib.closing(World(PLAYED[name].site(folder))) as world:
        world.start()
        world.advance(600)
        PLAYED[name].play(world)
        world.settle()
        return list(world.kernel.log.lines())


@pytest.mark.parametrize("name", CHOSEN)
def test_a_night_is_the_same_whether_monitors_rest_or_not(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line by line; and without rest many more entry points are run."""
    asked: list[str] = []
    start = EntryPointDispatcher.start

    def counted(self: EntryPointDispatcher, call: Call) -> Running | EntryPointOutcome:
        asked.append(call.entry)
        return start(self, call)

    monkeypatch.setattr(EntryPointDispatcher, "start", counted)
    resting, runs = lines(name, tmp_path), len(asked)
    asked.clear()
    monkeypatch.setattr(EntryPointDispatcher, "monitor_dependency", lambda *_: None)
    assert resting == lines(name, tmp_path)
    assert len(asked) > 1.5 * runs
