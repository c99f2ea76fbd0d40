"""The house rules of this code base, checked by reading it, never by running it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("agent", "simulator", "drills", "features")
MAY_IMPORT = {
    "agent": {"agent"},
    "simulator": {"simulator", "agent"},
    "drills": {"drills", "simulator", "agent"},
    "features": {"features", "drills"},
}
AGENT_MAY_IMPORT_BESIDES = {"pexpect"}
STRANGERS = {
    "simulator/array": "simulator.vcs",
    "simulator/dscli": "simulator.vcs",
    "simulator/vcs": "simulator.array",
}

CLOCKS = {"time": None, "datetime": {"now", "utcnow", "today"}, "random": None, "threading": None, "secrets": None}
MAY_TOUCH_THE_REAL_WORLD = {
    "drills/rehearse/debrief/what_if.py": "forks no process that has a second thread",
    "agent/node.py": "the production node: clock, environment, processes",
    "agent/terminal.py": "the production terminal: a real pseudo terminal",
    "drills/explore/drawing/chance.py": "draws nights from seeds",
    "drills/explore/workers/children.py": "each thread that asks has a child of its own",
    "drills/explore/workers/__main__.py": "a child watches the pipe from which it reads tasks",
    "simulator/kernel/kernel.py": "seeds the named streams of random numbers",
    "simulator/bridge/programs/lookalike.py": "finds the simulator by its environment",
    "simulator/bridge/processes/control_socket.py": "gives up on a real process that computes for ever",
    "simulator/bridge/programs/keeper.py": "outlives a simulator that was killed, and kills what it started",
    "drills/run/plugin.py": "xdist's controller hears each worker in a thread",
    "drills/cli/start.py": "forgets a width of the terminal that is no number, before anything reads it",
    "simulator/bridge/processes/interrupts.py": "only the main thread can be interrupted",
    "simulator/bridge/served/served_site.py": "turns real time into simulated time for a served site",
    "simulator/bridge/processes/process_run.py": "starts real processes with an environment of their own",
    "bench/simulator.py": "measures how fast the simulator is in real time",
    "bench/arrays.py": "measures how fast the arrays are in real time",
    "bench/clusters.py": "measures how fast a large cluster is in real time",
    "drills/rehearse/console/app.py": "compares the tokens of roles in constant time",
    "drills/rehearse/console/door.py": "makes the tokens of roles, which cannot be guessed",
    "drills/report/runs/provenance.py": "says who ran the drills of a report, on which host and when in real time",
    "drills/run/pacing.py": "tells how long a run took in real time, and paces drills that people watch",
}
MAY_BE_LONG: dict[str, str] = {
    "agent/messages.py": "one table of all messages, with causes and remedies; a page is printed from it",
    "drills/run/drill.py": "one file owns the state of a drill under way: of pytest, a campaign, a rehearsal",
    "simulator/vcs/agents/agent_resource.py": "one file owns the state machine of a resource in its agent's care",
}
"""Modules over 400 lines and functions over 50 (`file.py::function`), each with its reason."""

OVERLOOKED = re.compile(r"# (?:noqa|type: ignore)\b")
WITH_A_REASON = re.compile(r"# (?:noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]) +[-#] +\w.*$")

FLAT_MODULES_MAX = 15
MAY_BE_FLAT = {
    "agent": "stands alone on a cluster node, where one directory is put into place and taken away",
}
"""Folders with more modules than that, `__init__.py` left out, each with its reason."""

TYPE_ONLY_IMPORTS = {
    "agent": 5,  # the agent starts in 40 ms: what only type checkers need is not imported
    "simulator/bridge": 1,  # killer.py stands before a real entry point and costs it nothing
}
"""Room -> modules that import something for type checkers only. Two modules that need each other are no reason."""


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    """What a module imports, ours without `mirrordrill.`; a relative import, which only the agent uses, stays in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.removeprefix("mirrordrill.") for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == "mirrordrill":
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.removeprefix("mirrordrill.")


def parametrize_sources(*folders: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", sources(*folders), ids=relative)


@parametrize_sources(*ROOMS)
def test_a_room_imports_only_the_rooms_below_it(path: Path) -> None:
    """agent <- simulator <- drills <- features, and arrays and clusters are strangers to each other."""
    room = path.relative_to(ROOT).parts[0]
    names = set(imported(ast.parse(path.read_text())))
    ours = {name.split(".")[0] for name in names} & set(ROOMS)
    assert ours <= MAY_IMPORT[room]
    for folder, stranger in STRANGERS.items():
        if relative(path).startswith(folder + "/"):
            assert not {name for name in names if name.startswith(stranger)}


@parametrize_sources(*ROOMS)
def test_everything_of_ours_is_imported_below_one_name(path: Path) -> None:
    """`agent` and `drills` are other people's names, too. The agent, alone on a node, imports itself relatively."""
    level = 1 if path.relative_to(ROOT).parts[0] == "agent" else 0
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == level or not (node.module or "").startswith(("mirrordrill", *ROOMS))
        elif isinstance(node, ast.Import):
            assert not {name.name for name in node.names if name.name.split(".")[0] in ROOMS}


@parametrize_sources("agent")
def test_the_agent_needs_the_standard_library_and_pexpect_only(path: Path) -> None:
    """Cluster nodes have nothing else."""
    roots = {name.split(".")[0] for name in imported(ast.parse(path.read_text()))}
    assert roots - set(sys.stdlib_module_names) <= AGENT_MAY_IMPORT_BESIDES


def touches_of_the_real_world(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"import {n.name}" for n in node.names if n.name in CLOCKS and CLOCKS[n.name] is None)
        elif isinstance(node, ast.ImportFrom) and node.module in CLOCKS and CLOCKS[node.module] is None:
            yield f"from {node.module}"
        elif isinstance(node, ast.Attribute):
            if node.attr in {"now", "utcnow", "today"} and isinstance(node.value, ast.Name | ast.Attribute):
                if getattr(node.value, "id", getattr(node.value, "attr", "")) in {"datetime", "date"}:
                    yield f"datetime.{node.attr}"
            elif node.attr in {"environ", "getenv", "urandom"} and getattr(node.value, "id", "") == "os":
                yield f"os.{node.attr}"
            elif node.attr == "uuid4":
                yield "uuid4"


@parametrize_sources(*ROOMS)
def test_time_chance_and_environment_have_files_named_for_them(path: Path) -> None:
    """Everything else knows simulated time and named streams of random numbers only."""
    if relative(path) not in MAY_TOUCH_THE_REAL_WORLD:
        assert list(touches_of_the_real_world(ast.parse(path.read_text()))) == []


def test_the_files_allowed_to_touch_the_real_world_exist() -> None:
    """An exception for a file that is gone would wait for somebody to misuse it."""
    assert [name for name in MAY_TOUCH_THE_REAL_WORLD if not (ROOT / name).exists()] == []


@parametrize_sources(*ROOMS)
def test_modules_and_functions_are_short(path: Path) -> None:
    """400 lines a module, 50 a function; an exception says why in MAY_BE_LONG."""
    text = path.read_text()
    too_long = [relative(path)] if text.count("\n") > 400 else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            if node.end_lineno - node.lineno + 1 > 50:
                too_long.append(f"{relative(path)}::{node.name}")
    assert [name for name in too_long if name not in MAY_BE_LONG] == []


def test_what_a_checker_is_told_to_overlook_has_its_reason_beside_it() -> None:
    """`noqa: T201 - a script waits for this line`: the rule, and why it is not meant here."""
    bare = [
        f"{relative(path)}:{number}"
        for path in sources(*ROOMS, "bench", "packaging")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if OVERLOOKED.search(line) and not WITH_A_REASON.search(line)
    ]
    assert bare == []


def test_no_circle_of_imports_is_hidden() -> None:
    """`if TYPE_CHECKING:` hides a circle between two modules."""
    hidden = [relative(path) for path in sources(*ROOMS) if "\nif TYPE_CHECKING:" in path.read_text()]
    allowed = {room: number for room, number in TYPE_ONLY_IMPORTS.items() if number}
    assert {room: sum(name.startswith(room + "/") for name in hidden) for room in allowed} == allowed
    assert len(hidden) == sum(allowed.values()), hidden


def asserts(function: ast.FunctionDef) -> bool:
    """Whether a test can fail by more than an accident: an assert, `pytest.raises`, or a helper named for checking."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "raises" or name.startswith(("assert_", "check_", "expect_", "run_state_machine")):
                return True
    return False


@parametrize_sources("tests")
def test_no_test_without_an_assertion(path: Path) -> None:
    """A test that cannot fail proves nothing."""
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    silent = [f.name for f in functions if f.name.startswith("test_") and not asserts(f)]
    assert silent == []


@parametrize_sources(*ROOMS)
def test_every_module_opens_with_its_theory(path: Path) -> None:
    """A module says what it is about before it says anything else."""
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree) is not None or not tree.body


def test_no_test_directory_is_forgotten() -> None:
    """tox.ini names the directories that each environment runs; a new one must be named too."""
    named = set(re.findall(r"tests[./](\w+)", (ROOT / "tox.ini").read_text()))
    there = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert there - named == set()


def class_names(*folders: str) -> dict[str, list[str]]:
    """The public classes of these rooms, each with the modules that define one of that name."""
    found: dict[str, list[str]] = {}
    for path in sources(*folders):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(relative(path))
    return found


def test_a_public_class_name_stands_for_one_thing() -> None:
    """A name in a traceback or an import says which class is meant."""
    twice = {name: modules for name, modules in class_names("simulator", "drills").items() if len(modules) > 1}
    assert twice == {}


def test_events_of_the_log_have_kinds_of_their_own() -> None:
    """The class name is the kind in the log, so two events of one name could not be told apart there."""
    kinds = [
        node.name
        for path in sources("simulator")
        if path.name == "events.py"
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    ]
    assert len(kinds) > 40
    assert sorted({kind for kind in kinds if kinds.count(kind) > 1}) == []


def test_a_folder_is_no_heap_of_modules() -> None:
    """A package has a door, and rooms behind it; what is flat and large says why."""
    flat: dict[str, int] = {}
    for path in sources(*ROOMS):
        if path.name != "__init__.py":
            flat[relative(path.parent)] = flat.get(relative(path.parent), 0) + 1
    assert {folder for folder, number in flat.items() if number > FLAT_MODULES_MAX} == set(MAY_BE_FLAT)


UNSAFE_READERS = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "multiprocessing", "yaml"}
"""What makes objects of bytes, or hands them over in that way."""


@parametrize_sources("agent", "simulator", "drills", "features")
def test_nothing_that_is_read_makes_objects(path: Path) -> None:
    """Files, sockets and processes give values of known types: nothing is unpickled, evaluated or executed."""
    tree = ast.parse(path.read_text())
    modules = {
        name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    modules |= {
        (node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
    }
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert modules & UNSAFE_READERS == set()
    assert called & {"eval", "exec"} == set()
