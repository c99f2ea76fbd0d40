"""What reads files of other people, fed with damaged ones: each fuzzer takes a source of chance and one input.

A fuzzer raises nothing where all is well. What a reader says of a wrong file is its own error, and nothing else may
come out of it; what is shown of it holds no control character.
"""

from __future__ import annotations

import os
import random
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from mirrordrill.drills.cli.listing import listed
from mirrordrill.drills.report.codec import UnreadableReportError, from_json
from mirrordrill.drills.report.files import page_of
from mirrordrill.drills.report.outage_table import render_csv
from mirrordrill.drills.report.text import render_text
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.sites import FOLDER, find_site
from mirrordrill.drills.steps.wording import PARAMETER_TYPES
from mirrordrill.simulator.config.checks import examine
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.kernel.secrets import MASK, masked, masked_main_cf, masked_text
from mirrordrill.simulator.kernel.untrusted import OutsideError, below, visible, visible_lines
from mirrordrill.simulator.kernel.waiting import WaitEndedError
from mirrordrill.simulator.site.capture.reader import read_captures
from mirrordrill.simulator.site.settings import parse_settings
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.vcs.commands.shell import COMMANDS
from mirrordrill.simulator.world import World
from tests.fuzz import read_back
from tests.fuzz.damage import HOSTILE, mutated

CORPUS = Path(__file__).parent / "corpus"
SECRET = "s3cr3tw0rd"


@cache
def seeds(ending: str) -> tuple[str, ...]:
    """What is damaged: the shipped files and the corpus."""
    shipped = {
        ".cf": [FOLDER / "rdc" / "main.cf", FOLDER / "fenced" / "main.cf", *sorted((FOLDER / "gco").rglob("main.cf"))],
        ".feature": sorted(FOLDER.parents[1].joinpath("features").rglob("*.feature"))[:20],
    }.get(ending, [])
    files = [*shipped, *sorted(CORPUS.glob(f"*{ending}"))]
    return tuple(file.read_bytes().decode("utf-8", "surrogateescape") for file in files)


def written(text: str, name: str, folder: str) -> Path:
    path = Path(folder) / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


def main_cf(chance: random.Random) -> None:
    """A main.cf is read, checked and made a site of, or its problems have places."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(mutated(chance, chance.choice(seeds(".cf"))), "main.cf", folder)
        try:
            examine(load(path))
            load_site([path])
        except ConfigError as wrong:
            assert all(problem.position.file and problem.position.line > 0 for problem in wrong.problems)


def site_toml(chance: random.Random) -> None:
    """A site.toml likewise."""
    try:
        parse_settings(mutated(chance, chance.choice(seeds(".toml"))), "site.toml")
    except ConfigError as wrong:
        assert wrong.problems


def capture(chance: random.Random) -> None:
    """A capture likewise."""
    with tempfile.TemporaryDirectory() as folder:
        _, problems = read_captures([written(mutated(chance, chance.choice(seeds(".txt"))), "capture.txt", folder)])
        assert all(problem.position.file for problem in problems)


def report(chance: random.Random) -> None:
    """A report.json is refused, or rendered in all forms without a control character."""
    try:
        found = from_json(mutated(chance, chance.choice(seeds(".json"))))
    except UnreadableReportError:
        return
    for text in (page_of(found, None), render_text(found), render_csv(found).replace("\r\n", "\n")):
        assert visible_lines(text) == text


def feature(chance: random.Random) -> None:
    """A feature is listed, or refused in a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(mutated(chance, chance.choice(seeds(".feature"))), f"f{chance.random()}.feature", folder)
        try:
            listed(path)
        except UsageError as wrong:
            assert str(wrong)


def values(chance: random.Random) -> None:
    """What stands in a step is read, or refused in a sentence of a length that people read."""
    words = ("5 minutes", "1 hour and 30 minutes", "12", "40 %", "Full Duplex", "hosta, hostb", "0.5", "-")
    text = mutated(chance, chance.choice(words))
    for kind in PARAMETER_TYPES.values():
        if re.fullmatch(kind.pattern, text):
            try:
                kind.read(text)
            except UsageError as wrong:
                assert len(str(wrong)) < 12_000


def paths(chance: random.Random) -> None:
    """No name leads out of a directory."""
    root = Path("/tmp/no-such-root")
    names = [mutated(chance, "hosts/hosta") for _ in range(chance.randrange(1, 4))]
    try:
        found = below(root, *names)
    except OutsideError as refused:
        assert visible(str(refused)) == str(refused)
        return
    assert Path(os.path.normpath(found)).is_relative_to(root)


def secrets(chance: random.Random) -> None:
    """A password is masked wherever it is typed."""
    head = chance.choice(
        (
            ["haclus", "-modify", "UserNames", "admin"],
            ["hauser", chance.choice(("-add", "-update")), "bob"],
            ["halogin", "bob"],
            ["hares", "-modify", "db", chance.choice(("Pword", "DBAPword", "EncryptedPasswd", "Password"))],
            ["dscli", chance.choice(("-passwd", "-pw", "-password"))],
        )
    )
    words = [*head, SECRET, *chance.sample(["-sys", "hosta", "-priv", "Operator"], chance.randrange(3))]
    assert SECRET not in " ".join(masked(words))
    assert SECRET not in masked_text(f'When the operator types "{" ".join(words)}" on hosta')
    text = chance.choice((f'\tUserNames = {{ a = b, admin = "{SECRET}" }}', f'\tDBAPword @hosta = "{SECRET}"'))
    shown = masked_main_cf(mutated(chance, "cluster c (\n\t)\n") + f"\n{text}\n")
    assert SECRET not in shown
    assert MASK in shown


@cache
def world() -> World:
    """One for all lines that are typed."""
    made = World(find_site("rdc"))
    made.start()
    made.advance(600)
    return made


def typed(chance: random.Random) -> None:
    """Whatever is typed at a VCS command is answered within a bounded time."""
    program = chance.choice(list(COMMANDS))
    flags = [verb.flag for verb in COMMANDS[program] if verb.flag and program not in {"hastop", "haconf"}]
    pool = (*flags, *flags, "oragrp", "ora_mmir", "hosta", "hostc", "-sys", "-to", "-any", "State", "0", *HOSTILE)
    line = [program, *(chance.choice(pool) for _ in range(chance.randrange(5)))]
    if "-wait" in line:
        line += ["-time", "1"]
    try:
        world().operate(line, "hosta")
    except WaitEndedError:
        world.cache_clear()
    if len(world().kernel.log) > 200_000:
        world.cache_clear()


FUZZERS: dict[str, Callable[[random.Random], None]] = {
    each.__name__: each
    for each in (main_cf, site_toml, capture, report, feature, values, paths, secrets, typed, *read_back.FUZZERS)
}
"""By name."""
