"""What is wrong with a configuration, said so that the person who wrote it can put it right.

Rule 1: a problem names its place, what was found there, and, where it can be known, what to write instead.
Rule 2: an error is something VCS or the agent would refuse or stumble over; a warning is something that works by luck;
a note says what could not be judged.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from mirrordrill.simulator.config.model import Position

NO_PLACE = Position("the files of this site", 1, 1)
"""Where it was looked for what stands in none of them: a problem without a place of its own."""


class Severity(enum.Enum):
    """How bad a problem is: errors stop a drill before it starts, warnings and notes do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `hint` says what to do, or is empty."""

    position: Position
    severity: Severity
    message: str
    hint: str = ""
    cause: str = ""
    """What it has in common with others whose messages differ; empty where findings of one message are of one cause."""

    def __post_init__(self) -> None:
        if not self.position.file:
            object.__setattr__(self, "position", NO_PLACE)

    def __str__(self) -> str:
        return f"{self.position}: {self.severity.value}: {self.message}"


def error(position: Position, message: str, hint: str = "", cause: str = "") -> Problem:
    """A problem that stops a drill."""
    return Problem(position, Severity.ERROR, message, hint, cause)


def warning(position: Position, message: str, hint: str = "") -> Problem:
    """A problem that is worth knowing of."""
    return Problem(position, Severity.WARNING, message, hint)


def note(position: Position, message: str, hint: str = "") -> Problem:
    """What could not be judged, and what would help."""
    return Problem(position, Severity.NOTE, message, hint)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them stops a drill."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file, line and column, each finding once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.position, problem.message)))


class ConfigError(Exception):
    """A configuration that cannot be used as it stands. Its problems are all that could be found at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    @property
    def problem(self) -> Problem:
        """The first of the problems."""
        return self.problems[0]


class ConfigSyntaxError(ConfigError):
    """A file that does not follow the grammar of main.cf."""


LONGEST_COMPARED = 400
"""Characters of a word that are compared with what there is: comparing takes the square of them."""


def nearest(name: str, candidates: Iterable[str]) -> str:
    """`did you mean hosta?` if one of the candidates is close to the name, otherwise what there is to choose from."""
    known = list(dict.fromkeys(candidates))
    by_folded = {candidate.casefold(): candidate for candidate in reversed(known)}
    close = difflib.get_close_matches(name[:LONGEST_COMPARED].casefold(), by_folded, n=1)
    if close:
        return f"did you mean {by_folded[close[0]]}?"
    if not known:
        return ""
    return f"there is {', '.join(known[:8])}{' ...' if len(known) > 8 else ''}"
