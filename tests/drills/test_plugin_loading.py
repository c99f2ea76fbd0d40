"""What runs drills is registered once, whatever threads meet the first drill."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from mirrordrill.drills.run.plugin import DRILL_HOOKS, load


class SlowManager:
    """A plugin manager that finishes no registration before another thread has had the chance to begin its own."""

    def __init__(self) -> None:
        self.registered: list[str] = []
        self.second_is_there = threading.Event()

    def get_plugin(self, name: str) -> object | None:
        return self if name in self.registered else None

    def register(self, plugin: object, name: str) -> None:
        assert name not in self.registered, "registered twice"
        self.second_is_there.wait(0.2)
        self.registered.append(name)


def test_two_workers_of_xdist_whose_first_results_come_at_once_load_it_once() -> None:
    """xdist's controller hears each worker in a thread; pytest refuses a plugin that is registered twice."""

    class Config:
        pluginmanager = SlowManager()

    failures: list[BaseException] = []

    def hear() -> None:
        try:
            load(cast(pytest.Config, Config()))
        except BaseException as error:
            failures.append(error)

    def hear_second() -> None:
        Config.pluginmanager.second_is_there.set()
        hear()

    threads: list[Any] = [threading.Thread(target=hear), threading.Thread(target=hear_second)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    assert Config.pluginmanager.registered == [DRILL_HOOKS]
