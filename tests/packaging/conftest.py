"""The package is built once for all of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging.staging import StagedNode, build, older


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def package(out: Path) -> Path:
    (folder,) = (path for path in out.iterdir() if path.is_dir())
    return folder


@pytest.fixture(scope="session")
def older_package(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version before this one, with a module and an action that exist no more."""
    return older(package, tmp_path_factory.mktemp("older") / "package")


@pytest.fixture
def node(tmp_path: Path) -> StagedNode:
    return StagedNode(tmp_path / "node")
