"""The public interface: every name is there, costs nothing until it is asked for, and the page's example runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import mirrordrill

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.mark.parametrize("name", mirrordrill.__all__)
def test_a_public_name_is_there_and_on_the_page(name: str) -> None:
    """A name that is promised is documented."""
    assert getattr(mirrordrill, name).__doc__
    assert re.search(rf"(?m)^::: [\w.]+\.{name}$", PAGE.read_text())


def test_any_other_name_is_an_ordinary_error() -> None:
    """Not a traceback of the loader's."""
    with pytest.raises(AttributeError, match="no attribute 'Wrld'"):
        _ = mirrordrill.Wrld  # type: ignore[attr-defined]


def test_importing_the_package_loads_none_of_it() -> None:
    """The agent, and a program that wants one name, pay for what they use."""
    ask = "import sys, mirrordrill; print([name for name in sys.modules if name.startswith('mirrordrill.')])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_example_runs() -> None:
    """It is copied from the page, and switches the group."""
    (example,) = re.findall(r"(?ms)^```python\n(.*?)^```", PAGE.read_text())
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"\d+ s, \d+ events\n", done.stdout)
