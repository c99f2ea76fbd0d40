"""A feature file read into pytest-bdd's values, whatever editor wrote it; what is wrong with it is told in our words.

Rule 1: nothing that is written in a drill is lost silently: what Gherkin would take for a description, the last cell of
a row, or the second of two scenarios.
Rule 2: everything that is wrong with a file is told at once, each with its line and what to write.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from gherkin.errors import CompositeParserException
from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.feature import features as parsed_features
from pytest_bdd.gherkin_parser import GherkinDocument
from pytest_bdd.parser import Feature, FeatureParser

from mirrordrill.drills.gherkin.form import WrongLine, faults_of
from mirrordrill.drills.gherkin.syntax_errors import syntax_faults
from mirrordrill.drills.run.plugin import LARGEST_FEATURE_BYTES
from mirrordrill.drills.steps.wording import cut
from mirrordrill.simulator.config.loader import Unreadable, read_text

UTF_16 = "utf-16"
MOST_LINES = 200_000
"""Of one feature: such a file is read within half a minute."""
MOST_DRILLS = 20_000
"""Of one feature, each row of its examples counted: a day of runs."""
LONGEST_SHOWN = 60
LONGEST_LINE = 100_000
"""Characters: a step is read by people, and compared with every sentence that there is."""
MOST_FAULTS = 20
"""What a person reads of what is wrong with a file; `check` has all of it."""
NO_FEATURE = "there is no feature in this file: it begins with `Feature: NAME`"


class NotRunnableError(Exception):
    """A feature that cannot be read, or not be run as it stands."""

    def __init__(self, *faults: WrongLine) -> None:
        super().__init__(faults[0].what)
        self.faults = faults
        """What is wrong, by line."""

    @property
    def line(self) -> int:
        """The line of the first fault."""
        return self.faults[0].line

    def at(self, path: object) -> str:
        """A line for each of the first faults, with its place, and how many there are beside."""
        lines = [f"{path}:{fault.line}: {cut(fault.what)}" for fault in self.faults[:MOST_FAULTS]]
        more = len(self.faults) - MOST_FAULTS
        return "\n".join([*lines, *([f"{path}: and {more:,} more of such lines"] if more > 0 else [])])


class _StrictParser(FeatureParser):
    """Sees what pytest-bdd would drop, before it does."""

    def _parse_feature_file(self) -> GherkinDocument:
        text = read_text(Path(self.abs_filename), LARGEST_FEATURE_BYTES)
        try:
            document = super()._parse_feature_file()
        except KeyError:
            raise NotRunnableError(WrongLine(1, NO_FEATURE)) from None
        if found := faults_of(document.feature, text.split("\n")):
            raise NotRunnableError(*found)
        return document


def parse(path: Path) -> Feature:
    """Read a feature file and keep it where pytest-bdd looks for it. Raises NotRunnableError."""
    found = parsed_features.get(str(path))
    if found is None:
        found = parsed_features[str(path)] = _parsed(path)
    return found


def _parsed(path: Path) -> Feature:
    try:
        check_size(read_text(path, LARGEST_FEATURE_BYTES))
        found = _StrictParser(str(path.parent), path.name, encoding_of(path)).parse()
        check_drills(found)
    except Unreadable as wrong:
        raise NotRunnableError(WrongLine(max(wrong.line, 1), wrong.message)) from None
    except GherkinParseError as wrong:
        if isinstance(wrong.__cause__, CompositeParserException):
            lines = read_text(path).split("\n")
            raise NotRunnableError(*syntax_faults(wrong.__cause__, lines)) from None
        raise NotRunnableError(WrongLine(max(wrong.line, 1), wrong.message)) from None
    except OSError as wrong:
        raise NotRunnableError(WrongLine(1, f"cannot read {path}: {wrong.strerror or wrong}")) from None
    except (RecursionError, ValueError) as wrong:
        raise NotRunnableError(WrongLine(1, f"this is no feature that can be read: {wrong}")) from None
    return found


def check_size(text: str) -> None:
    """Refuse a text that would be read for minutes. Raises NotRunnableError with the line that is too much."""
    if (lines := text.count("\n")) > MOST_LINES:
        told = f"the file has {lines:,} lines, and {MOST_LINES:,} are read: divide it"
        raise NotRunnableError(WrongLine(MOST_LINES, told))
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            told = f"the line has {len(line):,} characters, and {LONGEST_LINE:,} are read"
            raise NotRunnableError(WrongLine(number, f"{told}: `{line.strip()[:LONGEST_SHOWN]}...`"))


def check_drills(feature: Feature) -> None:
    """Refuse more drills than are run in a day. Raises NotRunnableError."""
    drills = 0
    for scenario in feature.scenarios.values():
        drills += sum(len(each.examples) for each in scenario.examples) or 1
        if drills > MOST_DRILLS:
            told = f"the file has more than {MOST_DRILLS:,} drills, each row of examples counted: divide it"
            raise NotRunnableError(WrongLine(scenario.line_number, told))


def encoding_of(path: Path) -> str:
    """The encoding in which `read_text` reads the file, for pytest-bdd, which reads it once more."""
    with path.open("rb") as file:
        mark = file.read(2)
    return UTF_16 if mark in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "utf-8-sig"
