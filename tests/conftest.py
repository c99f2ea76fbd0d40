"""Options of this test suite."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.drawn import BY_DEFAULT, share_of

# CI judges the change at hand, not its luck. Elsewhere each run draws new examples, and what those find becomes a test
# of its own.
settings.register_profile("here", derandomize=bool(os.environ.get("CI")), max_examples=share_of(BY_DEFAULT))
settings.load_profile("here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--all-campaigns", action="store_true", help="look for every broken agent of tests/negative")
