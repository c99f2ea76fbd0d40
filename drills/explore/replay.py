"""`mirrordrill replay FOLDER`: a counter-example run again; the identical hash, or which version differs."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

from mirrordrill.drills.report.facts import tool
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.runner import run
from mirrordrill.drills.shrink.folder import VERDICT
from mirrordrill.simulator.agent_mode import AgentMode


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay."""

    is_identical: bool
    digest: str
    differences: tuple[str, ...]
    """What is not as it was when the folder was written."""
    code: ExitCode

    def lines(self) -> list[str]:
        """For people."""
        same = "the log is identical" if self.is_identical else "the log is another one"
        told = [f"SIMULATED  {same}: sha256 {self.digest}", *self.differences]
        if not self.is_identical and not self.differences:
            told.append("every version is as it was: the run is not deterministic")
        return told


def replay(folder: Path) -> Replayed:
    """Run the feature of a folder again. Raises UsageError where it is no folder of a counter-example."""
    try:
        verdict = json.loads((folder / VERDICT).read_text(encoding="utf-8"))
        words = shlex.split(str(verdict["replay"]))
        wanted = str(verdict["log_sha256"])
    except OSError as failure:
        raise UsageError(f"{folder} is no folder of a counter-example: {VERDICT}: {failure.strerror}") from None
    except KeyError as missing:
        raise UsageError(f"{folder} is no folder of a counter-example: {VERDICT} has no {missing}") from None
    except (ValueError, TypeError) as wrong:
        raise UsageError(f"{folder} is no folder of a counter-example: {VERDICT}: {wrong}") from None
    if words[:2] != ["mirrordrill", "run"] or len(words) < 3:
        raise UsageError(f"{folder / VERDICT} names no command that replays it")
    drills = run([str(folder / words[2])], _options(folder, words[3:]), None).drills
    if len(drills) != 1:
        raise UsageError(f"{folder / words[2]} is not one drill")
    is_identical = drills[0].digest == wanted
    differences = tuple(_differences(verdict))
    code = ExitCode.HELD if is_identical else ExitCode.UNDECIDED if differences else ExitCode.NOT_DETERMINISTIC
    return Replayed(is_identical, drills[0].digest, differences, code)


def _options(folder: Path, words: list[str]) -> Options:
    """The options of the command that the folder names. Raises UsageError for one that it cannot have."""
    given: dict[str, list[str]] = {}
    for option, value in zip(words[::2], words[1::2], strict=False):
        given.setdefault(option, []).append(value)
    known = {"--site", "--capture", "--site-toml", "--agent", "--seed", "--profile"}
    if strange := set(given) - known:
        raise UsageError(f"{folder / VERDICT} has options that no counter-example has: {', '.join(sorted(strange))}")
    settings = given.get("--site-toml")
    return Options(
        agent_mode=AgentMode(given.get("--agent", [AgentMode.IN_PROCESS.value])[0]),
        seed=int(given.get("--seed", ["0"])[0]),
        site_files=tuple(folder / name for name in given.get("--site", [])),
        captures=tuple(folder / name for name in given.get("--capture", [])),
        settings_file=folder / settings[0] if settings else None,
        profile=given.get("--profile", [Options().profile])[0],
    )


def _differences(verdict: dict[str, object]) -> list[str]:
    made_by = tool()
    now = {"mirrordrill": made_by.version, "agent_sha256": made_by.agent_sha256, "python": made_by.python}
    return [
        f"{name}: {verdict.get(name)} then, {value} now" for name, value in now.items() if verdict.get(name) != value
    ]
