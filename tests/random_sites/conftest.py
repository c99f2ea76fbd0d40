"""How many random sites are tried."""

from __future__ import annotations

import pytest

FEW = 2
"""In CI; `tox run -e sites` tries 200."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sites", type=int, default=FEW, metavar="N", help="so many random sites, from the first seed on")
    parser.addoption("--first-site", type=int, default=0, metavar="SEED", help="the seed of the first one")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        first = metafunc.config.getoption("--first-site")
        metafunc.parametrize("seed", range(first, first + metafunc.config.getoption("--sites")))
