"""Reports that several tests read: each is run once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.report.files import read_report
from mirrordrill.drills.report.model import Report
from mirrordrill.drills.run import runner
from mirrordrill.drills.run.drill import Options
from tests.report.flights import DISASTER, LINKS_LOST, MIGRATION, SITE_LOST, STALE, UP, Silent, write_feature


def flown(names: list[str], folder: Path) -> Report:
    runner.run(names, Options(report=folder), Silent())
    return read_report(folder / "report.json")


@pytest.fixture(scope="session")
def disaster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a report on the manual's disaster and failback tests, and a variant: two drills."""
    folder = tmp_path_factory.mktemp("disaster")
    first = write_feature(folder, DISASTER, "disaster.feature", "Disaster and failback")
    second = write_feature(folder, UP + LINKS_LOST + SITE_LOST.partition("lost")[2], "variant.feature", "The variant")
    flown([str(first), str(second)], folder)
    return folder


@pytest.fixture(scope="session")
def migration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a report on the manual's migration test."""
    folder = tmp_path_factory.mktemp("migration")
    flown([str(write_feature(folder, MIGRATION, "migration.feature", "Migration"))], folder)
    return folder


@pytest.fixture(scope="session")
def stale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a report on a drill that loses writes, with steps left over."""
    folder = tmp_path_factory.mktemp("stale")
    lost = "\n    And no acknowledged write was lost\n    When 10 minutes pass"
    flown([str(write_feature(folder, STALE + lost, title="The links die before the site"))], folder)
    return folder
