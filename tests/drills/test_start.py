"""What a command loads, and that what the command line offers without loading it is what there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_bdd import generation

from mirrordrill.drills.cli import choices
from mirrordrill.drills.cli.start import GENERATOR, Unloaded, forget_wrong_sizes
from mirrordrill.drills.shrink.search import DEFAULT_RUNS
from mirrordrill.drills.sweep.situations import SITUATIONS
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.catalogues import bounds
from mirrordrill.simulator.vcs.spec import PROFILES
from tests.commands import mirrordrill

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.mark.parametrize("name", bounds.ENVIRONMENT)
@pytest.mark.parametrize("size", ["x", "99999999", "-3", "0"])
def test_each_variable_that_is_a_number_has_a_bound(name: str, size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """TERMINAL_WIDTH=x was a traceback of what prints help, and a large one was written out in blanks."""
    monkeypatch.setenv(name, size)
    forget_wrong_sizes()
    assert name not in os.environ


def test_each_variable_that_our_sources_read_is_a_text_or_has_a_bound() -> None:
    """Names are looked for in each file that may read the environment."""
    read = re.compile(r"""environ(?:\.get\(|\.pop\(|\[)\s*["'](\w+)["']""")
    rooms = [ROOT / room for room in ("agent", "simulator", "drills", "features")]
    found = {name for room in rooms for path in room.rglob("*.py") for name in read.findall(path.read_text())}
    texts = {"MIRRORDRILL_SOCKET", "MIRRORDRILL_SYSTEM", "MIRRORDRILL_PROCESS"}
    assert found - texts - set(bounds.ENVIRONMENT) == set()


def test_what_the_environment_says_to_pytest_chooses_no_drill(tmp_path: Path) -> None:
    """PYTEST_ADDOPTS with `-k` ran fewer drills, and with `-n` none, without a word."""
    (tmp_path / "one.feature").write_text(
        'Feature: f\n  Scenario: s\n    Given the example site "rdc"\n    When 1 minute passes\n'
    )
    told = {"PYTEST_ADDOPTS": "-n 2 -k nothing", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TERMINAL_WIDTH": "x"}
    done = mirrordrill("run", tmp_path / "one.feature", environment={**os.environ, **told})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 drill in" in done.stdout
