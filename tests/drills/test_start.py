"""What a command loads, and that what the command line offers without loading it is what there is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from pytest_bdd import generation

from mirrordrill.drills.cli import choices
from mirrordrill.drills.cli.start import GENERATOR, Unloaded, forget_wrong_sizes
from mirrordrill.drills.shrink.search import DEFAULT_RUNS
from mirrordrill.drills.sweep.situations import SITUATIONS
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.vcs.spec import PROFILES


def test_the_choices_are_those_of_the_rooms_they_stand_for() -> None:
    """Whoever adds a release or a situation finds it in `--help`."""
    assert tuple(mode.value for mode in AgentMode) == choices.AGENT_MODES
    assert tuple(PROFILES) == choices.PROFILES
    assert tuple(each.name for each in SITUATIONS) == choices.SITUATIONS
    assert choices.SHRINK_RUNS == DEFAULT_RUNS


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        (["--version"], {"pytest", "lark", "simpy", "jinja2", "msgspec", "mirrordrill.simulator.site"}),
        (["run", "--help"], {"pytest", "lark", "simpy", "jinja2", "msgspec", "mirrordrill.simulator.site"}),
        (["check", "drills/sites/rdc/main.cf"], {"pytest", "simpy", "jinja2", "mirrordrill.simulator.world"}),
        (["run", "migration"], {"jinja2", "mirrordrill.drills.report.page", "mirrordrill.drills.shrink.search"}),
        (["run", "migration"], {"mako", "anyio", "asyncio", "platformdirs", "hypothesis", "xdist"}),
    ],
)
def test_a_command_loads_no_more_than_it_needs(words: list[str], unwanted: set[str]) -> None:
    """Each of these costs what people wait for before anything is said."""
    code = f"import sys; from mirrordrill.drills.cli.main import app\ntry: app({words!r})\nfinally: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert unwanted & set(done.stdout.splitlines()[-1].split()) == set()


def test_what_stands_for_the_generator_of_pytest_bdd_is_that_generator_for_whoever_asks_more() -> None:
    """A release of pytest-bdd that needs another name of it starts drills as before, a little later."""
    stands_for = Unloaded(GENERATOR)
    assert stands_for.generate_code is generation.generate_code
    with pytest.raises(AttributeError):
        _ = stands_for.there_is_no_such_name


@pytest.mark.parametrize("size", ["²", "0", "-5", "9" * 20, "wide", ""])
def test_a_width_that_is_no_number_is_taken_for_none(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What measures the terminal takes each digit of Unicode for one that Python can count with."""
    monkeypatch.setenv("COLUMNS", size)
    monkeypatch.setenv("LINES", "40")
    forget_wrong_sizes()
    assert "COLUMNS" not in os.environ
    assert os.environ["LINES"] == "40"
