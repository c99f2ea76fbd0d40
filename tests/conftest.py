"""Options of this test suite."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

from tests.drawn import BY_DEFAULT, share_of

# CI judges the change at hand, not its luck. Elsewhere each run draws new examples, and what those find becomes a test
# of its own.
settings.register_profile("here", derandomize=bool(os.environ.get("CI")), max_examples=share_of(BY_DEFAULT))
settings.load_profile("here")

# What a shell starts in the background ignores Ctrl-C, and so would the commands that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--all-campaigns", action="store_true", help="look for every broken agent of tests/negative")
