"""How many random sites are tried."""

from __future__ import annotations

import pytest

FEW = 4
"""In CI, where each of them has a quarter of the features; `tox run -e sites` tries 200, each with all features."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sites", type=int, metavar="N", help="so many random sites, from the first seed on, each with every feature"
    )
    parser.addoption("--first-site", type=int, default=0, metavar="SEED", help="the seed of the first one")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        first, count = metafunc.config.getoption("--first-site"), metafunc.config.getoption("--sites")
        shares = (
            [(first + nth, (nth, FEW)) for nth in range(FEW)]
            if count is None
            else [(first + nth, (0, 1)) for nth in range(count)]
        )
        metafunc.parametrize(("seed", "share"), shares, ids=[str(seed) for seed, _ in shares])
