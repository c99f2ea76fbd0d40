"""Every command that README and docs show is typed here, and prints what the page says it prints."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer

from mirrordrill.drills import sites
from mirrordrill.drills.cli.main import app
from mirrordrill.simulator.site.settings import Settings, parse_settings
from tests.array.sites import Site
from tests.commands import install
from tests.pages.shown import ROOT, Command, File, Shell, documents, missing, shown
from tests.site.test_round_trip import captured

SITES = Path(sites.__file__).resolve().parent
PAGES = {page.relative_to(ROOT).as_posix(): page.read_text() for page in documents()}
COMMANDS: dict[str, Any] = vars(typer.main.get_command(app))["commands"]
WITH_AN_INTERPRETER = {"README.md"}
"""The pages whose commands are those of the installed program; for the others a process that has imported it forks."""
NOT_TYPED_TABLE = "docs/README.md"


def not_typed() -> dict[tuple[str, str], str]:
    """Page and command -> why no test types it, from the table that tells readers."""
    (table,) = re.findall(r"(?ms)^\| page \| command \| why .*?\n\n", PAGES[NOT_TYPED_TABLE] + "\n\n")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.strip().split("\n")[2:]]
    return {(page.partition("](")[2].rstrip(")"), command.strip("`")): reason for page, command, reason in rows}


def is_typed(page: str, command: Command) -> bool:
    """Whether the table leaves the command to be typed; it names the beginnings of commands."""
    name = os.path.relpath(page, "docs")
    return not any(name == where and command.text.startswith(start) for where, start in not_typed())


def with_commands() -> list[str]:
    return [page for page, text in PAGES.items() if any(isinstance(each, Command) for each in shown(text))]


BROUGHT = Path(__file__).resolve().parent / "sites"
"""Two sites as administrators bring them: a replicated data cluster with captures, and a global cluster."""
WALKS = {"docs/getting-started.md", "docs/own-site.md"}
"""The pages that walk with these; the others show the example sites."""


@pytest.fixture
def folder(tmp_path: Path, page: str) -> Path:
    """What a reader has: the main.cf of his cluster or clusters, and what lspprc and its kin printed."""
    if page in WALKS:
        shutil.copytree(BROUGHT / "pay", tmp_path, dirs_exist_ok=True)
        for cluster in ("north", "south"):
            shutil.copytree(BROUGHT / cluster, tmp_path / cluster)
        return tmp_path
    (tmp_path / "main.cf").write_text((SITES / "rdc" / "main.cf").read_text())
    for cluster in ("clusa", "clusb"):
        (tmp_path / cluster).mkdir()
        (tmp_path / cluster / "main.cf").write_text((SITES / "gco" / cluster / "main.cf").read_text())
    for name in ("site-a.txt", "site-b.txt"):
        (tmp_path / name).write_text(captured(Site(), "-fullid"))
    return tmp_path


@pytest.mark.parametrize("page", with_commands())
def test_what_a_page_shows_is_what_happens(page: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each command ends with 0 and prints the lines below it, in their order."""
    programs = tmp_path_factory.mktemp("bin")
    if page not in WITH_AN_INTERPRETER:
        install(programs)
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "200"}
    with closing(Shell(folder, environment)) as shell:
        for item in shown(PAGES[page]):
            if isinstance(item, File):
                (folder / item.name).parent.mkdir(parents=True, exist_ok=True)
                (folder / item.name).write_text(item.text)
            elif is_typed(page, item):
                check_typed(shell, page, item, folder)


def check_typed(shell: Shell, page: str, command: Command, folder: Path) -> None:
    """Type one command and compare; directories below /tmp are the test's own."""
    text, printed = (part.replace("/tmp/", f"{folder}/") for part in (command.text, "\n".join(command.printed)))
    if text.startswith("mirrordrill serve"):
        code, output = 0, shell.serve(text, "ends the site.")
    elif text.startswith("mirrordrill rehearse") and "--dir" in text:
        code, output = 0, shell.serve(text, "ends the rehearsal.")
    else:
        code, output = shell.type(text)
    assert code == 0, f"{page}:{command.line}: {text}\n{output}"
    assert missing(tuple(printed.split("\n")) if printed else (), output) == "", f"{page}:{command.line}\n{output}"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("one|three", ""),
        ("one|...|three", ""),
        ("t...e", ""),
        ("...wo", ""),
        ("three|one", "one"),
        ("tw", "tw"),
        ("two|two", "two"),
        ("four", "four"),
    ],
)
def test_an_excerpt_that_is_not_printed_is_noticed(printed: str, expected: str) -> None:
    """Lines may be left out, in any number; they may not come in another order, or be other lines."""
    assert missing(tuple(printed.split("|")), "one\ntwo  \nthree\n") == expected


def test_what_is_not_typed_is_shown_and_has_a_reason() -> None:
    """The table does not outlive its commands."""
    for (where, start), reason in not_typed().items():
        page = os.path.normpath(f"docs/{where}")
        texts = [item.text for item in shown(PAGES[page]) if isinstance(item, Command)]
        assert any(text.startswith(start) for text in texts), f"{page} does not show {start}"
        assert len(reason.split()) >= 4


@pytest.mark.parametrize("page", [page for page, text in PAGES.items() if "```toml" in text])
def test_a_site_toml_that_is_shown_can_be_written(page: str) -> None:
    """All of its keys exist, and the numbers are possible ones."""
    for block in re.findall(r"(?ms)^```toml\n(.*?)^```$", PAGES[page]):
        assert parse_settings(block, page) != Settings()


def mentioned() -> Iterator[tuple[str, str]]:
    """Every `mirrordrill ...` inside a sentence, and every example of a command's own help."""
    for page, text in PAGES.items():
        for span in re.findall(r"`(mirrordrill (?!= )[^`\n]+)`", text):  # `mirrordrill = true` is a setting of pytest
            yield page, span
    for name, command in COMMANDS.items():
        for span in re.findall(r"`(mirrordrill [^`\n]+)`", command.help or ""):
            yield f"mirrordrill {name} --help", span


@pytest.mark.parametrize(("place", "span"), sorted(set(mentioned())))
def test_what_a_sentence_mentions_is_understood(place: str, span: str) -> None:
    """The command exists and takes these options; it is parsed, not run."""
    words = [word for word in shlex.split(span)[1:] if word not in {"...", "…"}]
    if words[0].startswith("-"):
        return
    assert words[0] in COMMANDS, f"{place}: there is no `mirrordrill {words[0]}`"
    command = COMMANDS[words[0]]
    known = {option for parameter in command.params for option in parameter.opts} | {"-h", "--help"}
    used = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert used <= known, f"{place}: `{span}`"
