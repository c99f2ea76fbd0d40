"""A scenario as data, and back: what is rendered is read as it was, and runs as it did."""

from __future__ import annotations

import tempfile
import textwrap
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pytest_bdd.parser import Feature

from mirrordrill.drills.gherkin.feature_file import parse
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.results import DrillResult
from mirrordrill.drills.run.runner import RunRequest, run_once
from mirrordrill.drills.shrink.milder import milder
from mirrordrill.drills.shrink.schedule import ScheduledStep, rendered, schedule_of
from mirrordrill.drills.sites.standard import features_folder
from mirrordrill.drills.steps import library
from mirrordrill.drills.steps.wording import duration_s
from tests.shipped import SHIPPED, shipped

one_line = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=12)
words = st.lists(one_line, min_size=1, max_size=4).map(" ".join)
cells = st.lists(one_line, max_size=2).map(" ".join) | st.sampled_from(["", "|", "\\", "\\n", "a\nb", "\\|", "#"])
tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(*[cells] * width), min_size=1, max_size=3).map(tuple)
)
texts = st.lists(words, min_size=1, max_size=3).map("\n".join)
kinds = st.sampled_from(["given", "when", "then"])
lines = st.builds(ScheduledStep, kinds, words, st.none() | tables, st.none())
with_text = st.builds(ScheduledStep, kinds, words, st.none(), texts)


def read(text: str) -> Feature:
    """A feature from its text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.feature"
        path.write_text(text, encoding="utf-8", newline="\n")
        return parse(path)


@settings(max_examples=200)
@given(st.lists(lines | with_text, min_size=1, max_size=6))
@example([ScheduledStep("when", "x", None, 'he said """ and ```')])
@example([ScheduledStep("when", "x", (("a", "|\\"), ("", "b\nc")), None)])
@example(
    [ScheduledStep("then", "<host> dies", None, "  indented\n\nand 'quoted\""), ScheduledStep("then", "# no comment")]
)
def test_what_is_rendered_is_read_as_it_was(steps: list[ScheduledStep]) -> None:
    """Kinds, words, tables and texts, whatever stands in them."""
    feature = read(rendered("A night", [("One", steps)], ["a", "b-c"], ["why", ""]))
    again = schedule_of(feature, feature.scenarios["One"].render({}), feature.tags, "test")
    assert [ScheduledStep(step.kind, step.words, step.table, step.text) for step in again.lines] == dedented(steps)
    assert (again.feature, again.scenario, again.tags) == ("A night", "One", ("a", "b-c"))


def dedented(steps: list[ScheduledStep]) -> list[ScheduledStep]:
    """pytest-bdd takes what all lines of a text are indented by away, of ours as of anybody's."""
    return [ScheduledStep(s.kind, s.words, s.table, None if s.text is None else textwrap.dedent(s.text)) for s in steps]


def flown(files: list[Path]) -> list[DrillResult]:
    result = run_once(files, RunRequest(), Options(), None)
    assert result.drills, result.complaint
    return list(result.drills)


@SHIPPED
def test_every_shipped_scenario_flies_as_it_did_when_it_is_rendered(tmp_path: Path) -> None:
    """The same event log, byte for byte, and the same verdicts; outlines, backgrounds, rules and tables included."""
    before = shipped().result.drills
    files = []
    for number, drill in enumerate(before):
        assert drill.schedule is not None
        files.append(tmp_path / f"{number:03d}.feature")
        its = drill.schedule
        files[-1].write_text(rendered(its.feature, [(its.scenario, its.lines)], its.tags), encoding="utf-8")
    after = flown(files)
    assert len(before) >= 145
    assert [(drill.digest, drill.oracles) for drill in before] == [(drill.digest, drill.oracles) for drill in after]
    assert [drill.schedule and drill.schedule.lines for drill in before] == [
        drill.schedule and drill.schedule.lines for drill in after
    ]


def test_a_drill_says_which_step_named_the_site_and_which_declared_a_rule_broken() -> None:
    """So that one is never dropped, and the others always are."""
    drills = flown([features_folder() / "hazards" / "resources.feature"])
    assert {drill.opened_by for drill in drills} == {0}
    [declaring] = [drill for drill in drills if drill.declaring]
    assert [declaring.steps[number].words for number in declaring.declaring] == [
        step.words for step in declaring.steps if " is broken" in step.words
    ]


@pytest.mark.parametrize(
    ("kind", "step", "expected"),
    [
        ("when", "1 hour passes", ["6 minutes pass", "30 minutes pass"]),
        ("when", "90 seconds pass", ["9 seconds pass", "45 seconds pass", "1 minute passes"]),
        ("given", "1 day passes", ["2 hours pass", "12 hours pass"]),
        ("when", "1 hour and 30 minutes pass", ["9 minutes pass", "45 minutes pass", "1 hour passes"]),
        ("when", "1 second passes", []),
        ("when", "0.5 seconds pass", []),
        ("when", "hosta, hostb lose power", ["hosta loses power", "hostb loses power"]),
        ("when", "hosta and hostb halt", ["hosta halts", "hostb halts"]),
        (
            "when",
            "hosta, hostb, hostc halt",
            [
                "hosta halts",
                "hostb halts",
                "hostc halts",
                "hostb, hostc halt",
                "hosta, hostc halt",
                "hosta, hostb halt",
            ],
        ),
        ("when", "hosta halts", []),
        ("when", "the copy has come to 40 %", ["the copy has come to 4 %", "the copy has come to 20 %"]),
        ("when", "the copy has come to 1 %", []),
        ("when", "copies between a and b get 2 tracks a second", []),
        ("when", "nobody knows this step for 5 minutes", []),
        ("then", "oragrp comes online on hostc within 5 minutes", []),
    ],
)
def test_values_are_made_milder_by_what_stands_in_their_places(kind: str, step: str, expected: list[str]) -> None:
    """Of what happens, never of what is expected; the words around them agree in number."""
    library.load_shipped()
    assert expected == [line.words for line in milder(ScheduledStep(kind, step))]


def test_every_sentence_is_taken_apart_and_put_together_again() -> None:
    """Each shipped step, by its own example: what it takes is what it took; letters that may be missing aside."""
    steps = library.load_shipped()
    assert len(steps) > 100
    for entry in steps:
        values = entry.sentence.values(entry.example)
        assert values is not None
        again = entry.sentence.filled(values)
        assert entry.sentence.parse_arguments(again) == entry.sentence.parse_arguments(entry.example)
        assert again.lower() == entry.example.lower()


def test_rows_of_a_table_are_left_out_one_by_one() -> None:
    """Below their heading, as long as one is left."""
    step = ScheduledStep("when", "these things happen:", (("what",), ("a",), ("b",)))
    assert [line.table for line in milder(step)] == [(("what",), ("b",)), (("what",), ("a",))]
    assert milder(ScheduledStep("when", "these things happen:", (("what",), ("a",)))) == ()


@given(st.integers(1, 366 * 24), st.sampled_from(["second", "minute", "hour"]))
def test_a_shorter_time_is_shorter_and_there_is_an_end(amount: int, unit: str) -> None:
    """Whatever is chosen of what is offered."""
    library.load_shipped()
    words = f"{amount} {unit}s pass"
    for _ in range(60):
        offered = [line.words for line in milder(ScheduledStep("when", words))]
        before_s = duration_s(words.rpartition(" pass")[0])
        assert all(duration_s(each.rpartition(" pass")[0]) < before_s for each in offered)
        if not offered:
            return
        words = offered[-1]
    raise AssertionError(words)
