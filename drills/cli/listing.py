"""`mirrordrill list`: which drills there are, what each of them tests, and what kind of site it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_bdd.parser import Feature, ScenarioTemplate
from rich.console import Console
from rich.text import Text

from mirrordrill.drills.output.read_back import read_feature

EXAMPLE_SITE = re.compile(r'the (?:example )?site "([^"]*)"')
NOT = re.compile(r"not\s+|~")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario, or an outline with so many rows."""

    name: str
    line: int
    tags: tuple[str, ...]
    runs: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A feature file as it is listed."""

    file: Path
    title: str
    about: str
    site: str
    """The example site, or the files, that its scenarios name."""
    tags: tuple[str, ...]
    scenarios: tuple[Scenario, ...]


def listed(path: Path) -> Listed:
    """What a feature file says of itself. Raises UsageError where it cannot be read."""
    feature = read_feature(path)
    sites = dict.fromkeys(name for each in feature.scenarios.values() for name in sites_of(each))
    return Listed(
        path,
        feature.name,
        " ".join(feature.description.split()),
        ", ".join(sites) or "none",
        tuple(sorted(feature.tags)),
        tuple(scenario(feature, each) for each in feature.scenarios.values()),
    )


def scenario(feature: Feature, template: ScenarioTemplate) -> Scenario:
    """A scenario with the tags of its rule and its examples, without those of its feature."""
    tags = set(template.tags) | (template.rule.tags if template.rule else set())
    tags = tags.union(*(examples.tags for examples in template.examples)) - feature.tags
    runs = sum(len(examples.examples) for examples in template.examples) or 1
    return Scenario(template.name, template.line_number, tuple(sorted(tags)), runs)


def sites_of(template: ScenarioTemplate) -> Iterator[str]:
    """The sites that its steps name."""
    for step in template.steps:
        if found := EXAMPLE_SITE.match(step.name):
            yield found[1]


def chosen(features: Iterable[Listed], wanted: Sequence[str]) -> Iterator[Listed]:
    """The features with the scenarios that have every tag that is wanted, and none that is wanted not to be there."""
    for feature in features:
        kept = tuple(each for each in feature.scenarios if fits((*feature.tags, *each.tags), wanted))
        if kept:
            yield Listed(feature.file, feature.title, feature.about, feature.site, feature.tags, kept)


def every_tag(feature: Listed) -> set[str]:
    """The tags of a feature and of its scenarios."""
    return set(feature.tags).union(*(each.tags for each in feature.scenarios))


def fits(tags: Iterable[str], wanted: Sequence[str]) -> bool:
    """Whether every wanted tag is there; `not hazard`, or `~hazard`, must not be."""
    there = {tag_word(tag) for tag in tags}
    return all((tag_word(NOT.sub("", tag)) in there) is not bool(NOT.match(tag)) for tag in wanted)


def tag_word(tag: str) -> str:
    """`@chapter-4`, `chapter-4` and `chapter_4` are the same."""
    return tag.strip().lstrip("@").replace("-", "_")


def marker_expression(wanted: Sequence[str]) -> str:
    """The same choice in the words of pytest's `-m`."""
    return " and ".join(f"not {tag_word(NOT.sub('', tag))}" if NOT.match(tag) else tag_word(tag) for tag in wanted)


def show(console: Console, features: Sequence[Listed], *, with_scenarios: bool) -> None:
    """Print the drills: name, site, tags and what they test, then their scenarios."""
    for number, feature in enumerate(features):
        head = Text.assemble((feature.file.stem, "bold"), "  ", feature.title)
        say(console, Text("\n") + head if number and with_scenarios else head, 2)
        say(console, Text.assemble("    site ", (feature.site, "cyan"), "  ", tags_text(feature.tags)), 4)
        if feature.about:
            say(console, Text(f"    {feature.about}", style="dim"), 4)
        for each in feature.scenarios if with_scenarios else ():
            rows = f" (x {each.runs})" if each.runs > 1 else ""
            say(console, Text.assemble(f"      {each.name}{rows}  ", tags_text(each.tags)), 8)
    runs = sum(each.runs for feature in features for each in feature.scenarios)
    say(console, Text(f"\n{len(features)} features, {runs} drills"), 0)


def tags_text(tags: Iterable[str]) -> Text:
    """`@chapter4 @hazard`."""
    return Text(" ".join(f"@{tag}" for tag in tags), style="green")


def say(console: Console, text: Text, indent: int) -> None:
    """A line for people: wrapped below its own beginning on a terminal, never elsewhere."""
    if not console.is_terminal:
        console.print(text.plain.rstrip(), highlight=False, soft_wrap=True, markup=False)
        return
    first, *rest = text.wrap(console, console.width - indent)
    console.print(first, highlight=False)
    for line in rest:
        console.print(Text(" " * indent) + line, highlight=False, soft_wrap=True)
