"""What editors are told of the steps is true: the official Cucumber Expressions read them as drills do."""

from __future__ import annotations

import json
import re
from pathlib import Path

from cucumber_expressions.expression import CucumberExpression
from cucumber_expressions.parameter_type import ParameterType
from cucumber_expressions.parameter_type_registry import ParameterTypeRegistry

from mirrordrill.drills.steps import editor
from mirrordrill.drills.steps.library import load_shipped
from mirrordrill.drills.steps.wording import PARAMETER_TYPES, Sentence

STEPS = load_shipped()


def registry() -> ParameterTypeRegistry:
    """Our parameter types, as `.vscode/settings.json` names them, with what reads each value."""
    found = ParameterTypeRegistry()
    for each in json.loads(editor.settings_text())["cucumber.parameterTypes"]:
        read = PARAMETER_TYPES[each["name"]].read
        found.define_parameter_type(ParameterType(each["name"], each["regexp"], str, read, False, False))
    return found


def test_the_official_package_reads_each_sentence_as_drills_do() -> None:
    """Same sentences, same values, in the order of their places."""
    types = registry()
    for step in STEPS:
        found = CucumberExpression(step.sentence.as_cucumber_expression(), types).match(step.example)
        expected = step.sentence.parse_arguments(step.example)
        assert found is not None, step.example
        assert expected is not None
        assert [each.value for each in found] == list(expected.values())


def test_words_that_are_signs_of_cucumber_are_escaped() -> None:
    """A slash is an alternative there."""
    assert Sentence("{host} has a/b of {volume}").as_cucumber_expression() == r"{host} has a\/b of {volume}"


def test_the_definitions_that_editors_read_are_all_there() -> None:
    """One for each step of the catalogue."""
    text = editor.glue_text(STEPS)
    assert len(re.findall(r"(?m)^(?:Given|When|Then)\(", text)) == len(STEPS)
    assert text.count("*/") == len(STEPS)


def test_settings_of_the_user_stay(tmp_path: Path) -> None:
    """They are named, not overwritten."""
    from mirrordrill.drills.cli.init import Starter, add_editor_settings

    own = tmp_path / editor.SETTINGS
    own.parent.mkdir()
    own.write_text("{}")
    starter = Starter()
    add_editor_settings(tmp_path, starter)
    assert editor.SETTINGS not in starter.texts
    assert starter.remarks == [
        ".vscode/settings.json is yours: add .vscode/mirrordrill-steps.ts to its `cucumber.glue`"
    ]
