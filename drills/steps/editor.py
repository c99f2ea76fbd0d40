"""Editor settings for a directory of drills: Visual Studio Code with the official Cucumber extension.

The language service behind that extension (`@cucumber/language-service`) completes steps, marks those that do not
exist, and leads to their definitions. It reads step definitions from sources (`cucumber.glue`) and parameter types from
the settings. It takes a Python string with parentheses in it for a regular expression, so the steps are written as
TypeScript: that file is read by the editor and never run.

Rule: both files are printed from the step library; the sentences in them are Cucumber Expressions as they stand
(`{host}`, `halt(s)`), and a test reads them with the official `cucumber-expressions`.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from mirrordrill.drills.steps.library import StepEntry, by_topic
from mirrordrill.drills.steps.wording import PARAMETER_TYPES

SETTINGS = PurePosixPath(".vscode/settings.json")
GLUE = PurePosixPath(".vscode/mirrordrill-steps.ts")
BUILT_IN = frozenset({"int", "float", "word", "string", "double", "byte", "short", "long", "bigdecimal", "biginteger"})
"""Parameter types that Cucumber brings; it refuses a second one of the name."""
HEAD = """\
// The steps of mirrordrill, for editors that know Cucumber. Printed by `mirrordrill init`; never run.
import { Given, Then, When } from "@cucumber/cucumber";
"""


def settings_text() -> str:
    """`.vscode/settings.json`: where the drills are, where the steps, and what may stand in a place."""
    types = [{"name": name, "regexp": kind.pattern} for name, kind in PARAMETER_TYPES.items() if name not in BUILT_IN]
    settings = {
        "cucumber.features": ["**/*.feature"],
        "cucumber.glue": [str(GLUE)],
        "cucumber.parameterTypes": types,
    }
    return json.dumps(settings, indent=2) + "\n"


def glue_text(steps: tuple[StepEntry, ...]) -> str:
    """`.vscode/mirrordrill-steps.ts`: each step as a definition, with its meaning as a comment."""
    lines = [HEAD]
    for topic, entries in by_topic(steps).items():
        lines.append(f"\n// {topic}\n")
        for entry in entries:
            lines.append(f"\n/** {entry.meaning} Example: {entry.example} */\n".replace("*/ ", "* / "))
            expression = json.dumps(entry.sentence.as_cucumber_expression(), ensure_ascii=False)
            lines.append(f"{entry.keyword}({expression}, () => {{}});\n")
    return "".join(lines)
