"""Reports that several tests read: each is flown once."""

from __future__ import annotations

from pathlib import Path

import pytest

from drills import runner
from drills.drill import Options
from drills.report.files import read_report
from drills.report.model import Report
from tests.report.flights import STALE, Silent, write_feature


def flown(names: list[str], folder: Path) -> Report:
    runner.run(names, Options(report=folder), Silent())
    return read_report(folder / "report.json")


@pytest.fixture(scope="session")
def disaster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a report on the shipped disaster drills: two of them."""
    folder = tmp_path_factory.mktemp("disaster")
    flown(["disaster"], folder)
    return folder


@pytest.fixture(scope="session")
def migration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a report on the shipped migration drill."""
    folder = tmp_path_factory.mktemp("migration")
    flown(["migration"], folder)
    return folder


@pytest.fixture(scope="session")
def stale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a report on a drill that loses writes, with steps left over."""
    folder = tmp_path_factory.mktemp("stale")
    lost = "\n    And no acknowledged write was lost\n    When 10 minutes pass"
    flown([str(write_feature(folder, STALE + lost, title="The links die before the site"))], folder)
    return folder
