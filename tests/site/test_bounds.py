"""Every number that can enter has a bound in the one table, and what is out of bounds is refused where it enters.

The numbers are looked up where they are declared, so that a new one without a bound fails here.
"""

from __future__ import annotations

import ast
import contextlib
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
import typer
from typer.testing import CliRunner

from mirrordrill.agent import answers, arguments, budget, memory
from mirrordrill.agent.errors import GarbledState, UnreadableAnswer
from mirrordrill.drills.cli.main import app
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.steps.wording import PARAMETER_TYPES
from mirrordrill.simulator.catalogues import bounds
from mirrordrill.simulator.catalogues.bounds import Bound
from mirrordrill.simulator.config.checks import examine
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.config.vocabulary import NOT_OVERRIDABLE
from mirrordrill.simulator.kernel.waiting import LONGEST_WAIT_S
from mirrordrill.simulator.site.settings import parse_settings
from mirrordrill.simulator.site.site import COUNT_ATTRIBUTES, TIME_ATTRIBUTES, load_site
from mirrordrill.simulator.site.site_toml import KEYED_BY_GROUP, SiteToml
from mirrordrill.simulator.world import World

ROOT = Path(__file__).resolve().parents[2]
RDC = ROOT / "drills" / "sites" / "rdc" / "main.cf"
NO_NUMBERS = (
    "", " ", "nan", "NaN", "inf", "-inf", "1e999", "0x10", "1_000", "\u00b2", "\u0663", "\uff11", "--1", "1 2", "+",
    "1,", "9" * 5000, "-" + "9" * 5000, "1" + "0" * 400,
)  # fmt: skip
"""What is a number in no place."""
HUGE = str(10**30)


def numbers_of(kind: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any, tuple[msgspec.Meta, ...]]]:
    """Every number of a table of site.toml: its path, its type and its limits."""
    metas: tuple[msgspec.Meta, ...] = ()
    if typing.get_origin(kind) is typing.Annotated:
        metas = tuple(each for each in kind.__metadata__ if isinstance(each, msgspec.Meta))
        kind = kind.__origin__
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for name, hint in typing.get_type_hints(kind, include_extras=True).items():
            yield from numbers_of(hint, (*path, name))
    elif kind in (int, float):
        yield ".".join(path), kind, metas
    else:
        for part in typing.get_args(kind):
            is_mapping = typing.get_origin(kind) is dict
            yield from numbers_of(part, path) if not is_mapping or part is typing.get_args(kind)[1] else ()


SITE_NUMBERS = list(numbers_of(SiteToml))


@pytest.mark.parametrize(("path", "kind", "metas"), SITE_NUMBERS, ids=[path for path, _, _ in SITE_NUMBERS])
def test_a_number_of_site_toml_has_the_bound_of_the_table(
    path: str, kind: type, metas: tuple[msgspec.Meta, ...]
) -> None:
    """Also what is added to it tomorrow."""
    bound = bounds.of_key(path)
    assert bound is not None
    assert (bound.minimum, bound.maximum) in [(meta.ge, meta.le) for meta in metas]
    assert bound.is_whole == (kind is int)


@pytest.mark.parametrize("path", [path for path, _, _ in SITE_NUMBERS])
def test_site_toml_takes_its_bounds_and_nothing_beyond(path: str) -> None:
    """The ends of the range are read; all else is a problem with its line that says what may stand there."""
    bound = bounds.of_key(path)
    assert bound is not None
    table, _, key = path.rpartition(".")
    if table == "types":
        table = "types.Oracle"
    elif table in {f"{name}.groups" for name in KEYED_BY_GROUP}:
        table = table.replace(".groups", ".oragrp")
    mapped = key in {"boots_s", "sizes_gib"}
    line = f'[{table}]\n{key} = {{ "1260" = %s }}\n' if mapped else f"[{table}]\n{key} = %s\n"
    for good in (bound.minimum, bound.maximum):
        text = line % (int(good) if bound.is_whole else f"{good:f}")
        # A range may not end before it begins.
        other = key.replace("_low_", "_high_") if "_low_" in key else key.replace("_high_", "_low_")
        parse_settings(text + (text.partition("\n")[2].replace(key, other) if other != key else ""), "site.toml")
    beyond = [bound.maximum + 1, bound.minimum - 1, "nan", "inf", "-inf", "1e999", HUGE, "9" * 5000, '"1"', "true"]
    for bad in map(str, beyond):
        with pytest.raises(ConfigError) as wrong:
            parse_settings(line % bad, "site.toml")
        (problem,) = wrong.value.problems
        assert problem.position.line == 2
        assert problem.message
        assert problem.hint


def options() -> Iterator[tuple[str, click.Option]]:
    """Every option of every command that is a number."""
    for name, command in typing.cast(click.Group, typer.main.get_command(app)).commands.items():
        for each in command.params:
            if isinstance(each.type, (click.types.IntParamType, click.types.FloatParamType)):
                yield f"{name} {each.opts[0]}", typing.cast(click.Option, each)


@pytest.mark.parametrize(("name", "option"), list(options()), ids=[name for name, _ in options()])
def test_an_option_has_the_bound_of_the_table(name: str, option: click.Option) -> None:
    """And says it in its help, as every range."""
    bound = bounds.OPTIONS[name.split()[1]]
    assert (getattr(option.type, "min", None), getattr(option.type, "max", None)) == (bound.minimum, bound.maximum)


WRITTEN = {
    "serve": ("--pace", "serve rdc --pace={}"),
    "rehearse": ("--pace", "rehearse rdc --no-console --pace={}"),
    "jobs": ("--jobs", "explore --jobs={}"),
    "for": ("--for", "explore --for={}s"),
}
NUMBERED = {name: (name.split()[1], f"{name}={{}}") for name, _ in options()} | WRITTEN


@pytest.mark.parametrize("name", NUMBERED)
def test_a_command_refuses_what_is_no_number_of_its_own(name: str, tmp_path: Path, monkeypatch: Any) -> None:
    """One sentence, exit code 2, before anything is done."""
    monkeypatch.chdir(tmp_path)
    option, words = NUMBERED[name]
    bound = bounds.OPTIONS[option]
    # `--for 1e9s` is longer than a year; Python's own int() reads other digits, which do no harm to an option.
    wrong = [str(int(bound.minimum) - 1), HUGE, "nan", "inf", "1e999", "", " ", "9" * 5000, "\u00b2", "0x10"]
    for text in wrong:
        done = CliRunner().invoke(app, [part.format(text) for part in words.split(" ")])
        assert done.exit_code == 2, (text[:40], done.output)
        assert not isinstance(done.exception, ValueError)
        assert list(tmp_path.iterdir()) == []


ZERO_FREE = {
    "group",
    "host",
    "hosts",
    "resource",
    "cluster",
    "array",
    "volume",
    "volumes",
    "console",
    "link",
    "action",
    "heartbeat_link",
}
WORDS = {"changes", "state", "reason", "rule", "moment", "text", "word", "command", "entry", "cluster_state"}


def test_each_parameter_type_is_a_number_with_a_bound_or_none() -> None:
    """A new kind of number has to be entered."""
    assert set(PARAMETER_TYPES) == ZERO_FREE | WORDS | set(bounds.STEPS)
    assert bounds.STEPS["duration"].maximum == LONGEST_WAIT_S


@pytest.mark.parametrize(("kind", "unit"), [("duration", " seconds"), ("count", ""), ("number", ""), ("percent", " %")])
def test_a_step_refuses_what_is_out_of_bounds(kind: str, unit: str) -> None:
    """Either the sentence is no such step, or what stands there is refused with what may."""
    bound, found = bounds.STEPS[kind], PARAMETER_TYPES[kind]
    for good in (bound.minimum, bound.maximum):
        assert found.read(f"{int(good)}{unit}") == good
    for bad in (*NO_NUMBERS, HUGE, str(int(bound.maximum) + 1), "-1"):
        text = f"{bad}{unit}"
        if re.fullmatch(found.pattern, text):
            with pytest.raises(UsageError):
                found.read(text)


def numbers_read() -> Iterator[str]:
    """Every attribute of a main.cf that is read as a number, wherever it is."""
    for file in sorted((ROOT / "simulator").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            name = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and getattr(name, "attr", getattr(name, "id", "")) == "integer":
                yield from (str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant))


def test_each_attribute_that_is_read_as_a_number_has_a_bound() -> None:
    """The source is looked through, so that none is forgotten."""
    known = {name for table in bounds.MAIN_CF.values() for name in table}
    assert set(numbers_read()) - known == set()
    assert {*TIME_ATTRIBUTES.values(), *COUNT_ATTRIBUTES.values()} <= set(bounds.STATICS)


def main_cf(keyword: str, attribute: str, text: str) -> str:
    """The example site with an attribute of that value, quoted."""
    line = f'\t{attribute} = "{text}"\n'
    whole = RDC.read_text()
    # What the site says itself of it goes.
    whole = "".join(each for each in whole.splitlines(True) if not each.strip().startswith(f"{attribute} ="))
    match keyword:
        case "cluster" | "system" | "group":
            first = {"cluster": "cluster rdc1 (\n", "system": "system hosta (\n", "group": "group oragrp (\n"}[keyword]
            return whole.replace(first, first + line, 1)
        case "resource":
            return whole.replace("\tDiskGroup ora_dg (\n", "\tDiskGroup ora_dg (\n" + line, 1)
        case "MetroMirror":
            return whole.replace("\tMetroMirror ora_mmir (\n", "\tMetroMirror ora_mmir (\n" + line, 1)
        case _:
            return whole + f"\n{keyword} other (\n{line}\t)\n"


ATTRIBUTES = [(keyword, name, bound) for keyword, table in bounds.MAIN_CF.items() for name, bound in table.items()]


@pytest.mark.parametrize(("keyword", "name", "bound"), ATTRIBUTES, ids=[f"{each[0]} {each[1]}" for each in ATTRIBUTES])
def test_main_cf_takes_its_bounds_and_nothing_beyond(keyword: str, name: str, bound: Bound, tmp_path: Path) -> None:
    """An error with its line, that says what may stand there and why."""
    path = tmp_path / "main.cf"

    def told(text: str) -> list[Any]:
        path.write_text(main_cf(keyword, name, text))
        _, problems = examine(load(path))
        if keyword == "MetroMirror":  # the agent takes an empty one for its default
            return [each for each in problems if each.message.startswith(f"{name} of ora_mmir is") or not text]
        return [each for each in problems if each.message.startswith(f"{name} of ") and "cannot be" in each.message]

    for good in (bound.minimum, bound.maximum):
        assert told(str(int(good))) == []
    for bad in (str(int(bound.maximum) + 1), str(int(bound.minimum) - 1), HUGE, "9" * 5000, "nan", "1e3", "\u00b2", ""):
        found = told(bad)
        assert found
        if keyword == "MetroMirror":
            continue
        (problem,) = found
        assert problem.hint == f"write {bound.words()}; {bound.reason}"
        assert name in path.read_text().splitlines()[problem.position.line - 1]
        assert len(problem.message) < 200


def test_a_type_definition_is_held_against_the_same_bounds(tmp_path: Path) -> None:
    """`static int MonitorInterval = 99999999999` in a types file."""
    definition = "type Odd (\n\tstatic int MonitorInterval = 2592001\n\tstatic str ArgList[] = { }\n\t)\n"
    (tmp_path / "odd.cf").write_text(definition)
    (tmp_path / "main.cf").write_text('include "odd.cf"\n' + RDC.read_text())
    _, problems = examine(load(tmp_path / "main.cf"))
    assert [each.message for each in problems if "MonitorInterval" in each.message] == [
        "MonitorInterval of type Odd cannot be '2592001'"
    ]


def test_the_agent_refuses_what_the_table_says() -> None:
    """It stands alone on a node, and has its own copy of the figures."""
    assert bounds.AGENT["LateCommandLimit"].maximum == arguments.LATE_COMMAND_MAX_S
    assert bounds.AGENT["limits"].maximum == budget.LIMIT_MAX_S
    assert bounds.AGENT["values"].maximum == arguments.VALUES_MAX


@pytest.mark.parametrize("text", [*NO_NUMBERS, HUGE, "-1", "86401"])
def test_the_agent_refuses_a_limit_that_is_none(text: str) -> None:
    """With its own error, which VCS logs; nothing else comes out of it."""
    if text == "":
        return
    with pytest.raises(arguments.ConfigError):
        arguments._seconds("LateCommandLimit", text)


RECORD = "1,{},a,,IBM.2107-75FA120,hosta,online,,,00,{},"


@pytest.mark.parametrize("text", ["9" * 5000, "\u00b2", "\u0663", "-1", ""])
def test_the_agent_reads_no_other_digits(text: str) -> None:
    """Tracks that an array counts, and a record of where the resource was online: the agent's own errors, at once."""
    with pytest.raises(UnreadableAnswer):
        answers._tracks(text, "")
    assert memory.parse_memory(RECORD.format("7", "1260-1263")).generation == 7
    with pytest.raises(GarbledState):
        memory.parse_memory(RECORD.format(text, "1260"))


def test_the_agent_unpacks_no_more_volumes_than_an_array_has() -> None:
    """A range that was made up would fill the memory of a cluster node."""
    with pytest.raises(GarbledState):
        memory.parse_memory(RECORD.format("7", "0-FFFFFFFFFFFF"))


ALL = {
    f"{place} {name}": bound
    for place, table in {
        "site.toml": bounds.SITE_TOML, "option": bounds.OPTIONS, "step": bounds.STEPS, "capture": bounds.CAPTURE,
        "agent": bounds.AGENT, "environment": bounds.ENVIRONMENT,
        **{f"main.cf {keyword}": table for keyword, table in bounds.MAIN_CF.items()},
    }.items()
    for name, bound in table.items()
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_each_bound_reads_its_ends_and_refuses_what_is_no_number(name: str) -> None:
    """Before anything is computed with it: thousands of digits are no arithmetic."""
    bound = ALL[name]
    assert bound.reason
    assert bound.minimum < bound.maximum
    written = (f"{int(end)}" if bound.is_whole else f"{end:f}" for end in (bound.minimum, bound.maximum))
    assert [bound.number(text) for text in written] == [bound.minimum, bound.maximum]
    refused = (*NO_NUMBERS, HUGE, str(int(bound.maximum) + 1), str(int(bound.minimum) - 1))
    assert {bound.number(text) for text in refused} == {None}


@pytest.mark.parametrize("name", sorted(set(bounds.STATICS) - NOT_OVERRIDABLE))
@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_a_world_can_be_built_at_both_ends_of_a_bound(tmp_path: Path, name: str, end: str) -> None:
    """`check` let MonitorInterval = 0 pass, and `run` called the harness at fault for it."""
    value = int(getattr(bounds.STATICS[name], end))
    text = re.sub(rf"\n\t\t{name} = .*", "", RDC.read_text()).replace(
        "\t\tDSCliHome = ", f"\t\t{name} = {value}\n\t\tDSCliHome = "
    )
    (tmp_path / "main.cf").write_text(text)
    site = load_site([tmp_path / "main.cf"])
    with contextlib.closing(World(site, 0)) as world:
        assert f"{name} = {value}" in text
        assert [*world.clusters]
