"""`mirrordrill replay FOLDER`: a counter-example run again; the identical hash, or which version differs."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mirrordrill.drills.output.read_back import inside, read_object, whole_number
from mirrordrill.drills.report.facts import tool
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.runner import run
from mirrordrill.drills.shrink.folder import VERDICT
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.vcs.spec import PROFILES


class WrittenVerdict(msgspec.Struct, frozen=True):
    """What a replay needs of the verdict of a counter-example."""

    replay: str
    log_sha256: str
    mirrordrill: str = ""
    agent_sha256: str = ""
    python: str = ""


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


def read_folder(folder: Path) -> tuple[WrittenVerdict, Path, Options]:
    """The verdict of a counter-example, its feature, and how that is run. Raises UsageError where it is none."""
    try:
        verdict = read_object(folder / VERDICT, WrittenVerdict)
        words = shlex.split(verdict.replay)
    except (UsageError, ValueError) as wrong:
        raise UsageError(f"{folder} is no folder of a counter-example: {wrong}") from None
    if words[:2] != ["mirrordrill", "run"] or len(words) < 3:
        raise UsageError(f"{folder / VERDICT} names no command that replays it")
    return verdict, inside(folder, words[2]), _options(folder, words[3:])


def replay(folder: Path) -> Replayed:
    """Run the feature of a folder again. Raises UsageError where it is no folder of a counter-example."""
    verdict, feature, options = read_folder(folder)
    result = run([str(feature)], options, None)
    if result.is_interrupted:
        raise KeyboardInterrupt
    drills = result.drills
    if len(drills) != 1:
        raise UsageError(f"{feature} is not one drill{f': {result.complaint}' if result.complaint else ''}")
    is_identical = drills[0].digest == verdict.log_sha256
    differences = tuple(_differences(verdict))
    code = ExitCode.HELD if is_identical else ExitCode.UNDECIDED if differences else ExitCode.NOT_DETERMINISTIC
    return Replayed(is_identical, drills[0].digest, differences, code)


def _options(folder: Path, words: list[str]) -> Options:
    """The options of the command that the folder names. Raises UsageError for one that it cannot have."""
    given: dict[str, list[str]] = {}
    for option, value in zip(words[::2], words[1::2], strict=False):
        given.setdefault(option, []).append(value)
    if len(words) % 2:
        raise UsageError(f"{folder / VERDICT} has an option without a value: {words[-1][:200]}")
    known = {"--site", "--capture", "--site-toml", "--agent", "--seed", "--profile"}
    if strange := set(given) - known:
        raise UsageError(
            f"{folder / VERDICT} has options that no counter-example has: {', '.join(sorted(strange))[:200]}"
        )
    settings = given.get("--site-toml")
    agent = given.get("--agent", [AgentMode.IN_PROCESS.value])[0]
    profile = given.get("--profile", [Options().profile])[0]
    if agent not in {mode.value for mode in AgentMode}:
        raise UsageError(f"{folder / VERDICT}: there is no agent mode {agent[:200]!r}")
    if profile not in PROFILES:
        raise UsageError(f"{folder / VERDICT}: there is no profile {profile[:200]!r}")
    return Options(
        agent_mode=AgentMode(agent),
        seed=whole_number(given.get("--seed", ["0"])[0], f"{folder / VERDICT}: the seed"),
        site_files=tuple(inside(folder, name) for name in given.get("--site", [])),
        captures=tuple(inside(folder, name) for name in given.get("--capture", [])),
        settings_file=inside(folder, settings[0]) if settings else None,
        profile=profile,
    )


def _differences(verdict: WrittenVerdict) -> list[str]:
    made_by = tool()
    now = {"mirrordrill": made_by.version, "agent_sha256": made_by.agent_sha256, "python": made_by.python}
    return [
        f"{name}: {then} then, {value} now" for name, value in now.items() if (then := getattr(verdict, name)) != value
    ]
