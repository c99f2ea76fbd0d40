"""Every expected value in the features comes from the manual or a named reference section, and says so.

Sources stand where the reader needs them: in the description of a feature where they hold for every scenario, else in a
comment of the scenario. Time limits are expected values like others: each is derived from what the references know of
intervals, time-outs and retries, in a comment `# Time limits: 5 minutes, OnlineTimeout (vcs.md 1.5); 1 hour, ...`.

Rule 1: a scenario without a source, or with one that does not exist, is not run before somebody has found it.
Rule 2: a hazard is nobody's chapter: each scenario names a source of its own.
Rule 3: what is expected of a log names the table that the line is printed from.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tidy.references import KNOWN, ROOT, citations

FEATURES = sorted((ROOT / "features").rglob("*.feature"))
SCENARIO = re.compile(r"\s*Scenario(?: Outline)?: (.*)")
STEP = re.compile(r"\s*(Given|When|Then|And|But) (.*)")
SPAN = r"\d+ (?:second|minute|hour)s?"
LIMIT = re.compile(rf" (?:within|for) ({SPAN}(?: and {SPAN})*)$")
LIMITS = "Time limits: "
ENTRY = re.compile(rf"({SPAN}(?: and {SPAN})*)(?: for [a-z ]+)?, ")
SECONDS = {"second": 1, "minute": 60, "hour": 3600}
LOG_STEP = re.compile(r'(?:the log of \S+ says|\S+ logs|the agent refused, saying) "')
LOG_SOURCES = re.compile(r"docs/messages\.md \d{4}|vcs\.md 1\.8")


def seconds(span: str) -> int:
    """`1 hour and 30 minutes` as a number."""
    return sum(int(n) * SECONDS[unit] for n, unit in re.findall(r"(\d+) (second|minute|hour)", span))


@dataclass(frozen=True)
class Part:
    """A scenario, or what stands above all of them: what is said about it, and its Then steps."""

    name: str
    said: tuple[str, ...]
    """Comments and descriptions, each block as a line."""
    expected: tuple[str, ...]

    @property
    def limits_used(self) -> set[int]:
        return {seconds(found[1]) for step in self.expected if (found := LIMIT.search(step))}

    def limits_derived(self) -> Iterator[tuple[int, str]]:
        """Each declared limit with what it comes from."""
        for block in self.said:
            for entry in filter(None, block.partition(LIMITS)[2].split("; ")):
                found = ENTRY.match(entry)
                assert found, f"this does not begin with a time: {entry}"
                yield seconds(found[1]), entry


def parts(path: Path) -> list[Part]:
    """The head of a feature and its scenarios."""
    lines = path.read_text().split("\n")
    starts = [number for number, line in enumerate(lines) if SCENARIO.match(line)]
    bounds = [0, *starts, len(lines)]
    return [part(lines[begin:end]) for begin, end in itertools.pairwise(bounds)]


def part(lines: list[str]) -> Part:
    """Reads one of them: descriptions stand above the first step, comments anywhere."""
    title = SCENARIO.match(lines[0])
    blocks, expected, keyword, is_comment = [""], list[str](), "", False
    for line in lines[1:] if title else lines:
        step = STEP.match(line)
        if step:
            keyword = step[1] if step[1] not in ("And", "But") else keyword
            expected += [step[2]] if keyword == "Then" else []
        begins_comment = line.lstrip().startswith("#")
        is_prose = not keyword and not re.match(r"\s*(@|Feature:|Background:|\||$)", line)
        if begins_comment or (is_prose and not step):
            blocks += [""] if begins_comment != is_comment else []
            blocks[-1] += " " + line.strip(" #")
            is_comment = begins_comment
        else:
            blocks += [""]
            is_comment = False
    return Part(title[1] if title else "", tuple(b.strip() for b in blocks if b.strip()), tuple(expected))


SCENARIOS = [(path, head, own) for path in FEATURES for head, *owns in [parts(path)] for own in owns]


def every_scenario() -> pytest.MarkDecorator:
    ids = [f"{path.stem}-{own.name}" for path, _, own in SCENARIOS]
    return pytest.mark.parametrize(("head", "own"), [(head, own) for _, head, own in SCENARIOS], ids=ids)


@every_scenario()
def test_a_scenario_names_its_sources_and_they_exist(head: Part, own: Part) -> None:
    """In its own words or in those of its feature, in a form that can be looked up."""
    found = [citation for text in (*head.said, *own.said) for citation in citations(text)]
    assert [f"{citation.words}: {citation.wrong}" for citation in found if citation.wrong] == []
    assert found, "no source is named"


@pytest.mark.parametrize(
    "own", [pytest.param(own, id=own.name) for path, _, own in SCENARIOS if path.parent.name == "hazards"]
)
def test_a_hazard_names_a_source_of_its_own(own: Part) -> None:
    """What stands above all of them is no reason for one of them."""
    assert any(not citation.wrong for text in own.said for citation in citations(text.partition(LIMITS)[0]))


@every_scenario()
def test_a_time_limit_is_derived(head: Part, own: Part) -> None:
    """From intervals, time-outs and retries, with the section that has them."""
    derived = dict([*head.limits_derived(), *own.limits_derived()])
    assert sorted(own.limits_used - set(derived)) == []
    bare = [entry for entry in derived.values() if not any(not c.wrong for c in citations(entry))]
    assert bare == []


@pytest.mark.parametrize("path", FEATURES, ids=lambda path: path.stem)
def test_no_limit_is_derived_that_nothing_expects(path: Path) -> None:
    """A derivation that nobody uses would grow old unnoticed."""
    head, *owns = parts(path)
    used = set[int]().union(head.limits_used, *(own.limits_used for own in owns))
    assert head.limits_used <= {limit for limit, _ in head.limits_derived()}
    assert {limit for limit, _ in head.limits_derived()} <= used
    assert [own.name for own in owns if not {limit for limit, _ in own.limits_derived()} <= own.limits_used] == []


@every_scenario()
def test_expected_words_of_a_log_name_the_table_they_come_from(head: Part, own: Part) -> None:
    """docs/messages.md by the number of the message, or vcs.md 1.8 for the engine's lines."""
    if any(map(LOG_STEP.match, own.expected)):
        assert LOG_SOURCES.search(" ".join((*head.said, *own.said)))


@pytest.mark.parametrize("path", FEATURES, ids=lambda path: path.stem)
def test_steps_that_tags_name_are_steps_of_the_manual(path: Path) -> None:
    """`@step-5` is a step of a section that the feature cites."""
    text = path.read_text()
    named = re.findall(r'"([^"\n]+(?:\n +[^"\n]+)?)"', text.partition("Background:")[0])
    sections = [re.sub(r"\s+", " ", title) for title in named]
    counts = [its[title].get("steps", 0) for its in KNOWN["manual"].values() for title in sections if title in its]
    numbers = [int(number) for number in re.findall(r"@step-(\d+)", text)]
    assert max(numbers, default=0) <= max(counts, default=0)


def test_the_features_are_read_as_they_are_meant() -> None:
    """A reader that sees no scenario and no expectation would find nothing wrong."""
    assert len(SCENARIOS) >= 119
    assert sum(len(own.expected) for _, _, own in SCENARIOS) >= 600
