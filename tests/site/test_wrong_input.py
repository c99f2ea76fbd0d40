"""What people type wrong, and files that are not what they seem: one clear answer, exit 2, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mirrordrill.drills import sites
from mirrordrill.drills.cli.main import app
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.site.site import load_site

RDC = Path(sites.__file__).resolve().parent / "rdc" / "main.cf"
OTHER_ARRAY = """\
Date/Time: June 26, 2024 7:21:54 PM CST IBM DSCLI Version: 7.9.33.112 DS: IBM.2107-75ZZ991
ID,State,Reason,Type,SourceLSS
====
1260:2260,Full Duplex,-,Metro Mirror,12
"""
CONTENTS = {
    "empty": b"",
    "binary": b"cluster\x00\xff\n" * 9,
    "latin": "// Büro\n".encode("latin-1"),
    "huge": b"x" * 10_000_000,
    "huge.toml": b"x" * 10_000_000,
    "other-array.txt": OTHER_ARRAY.encode(),
    "typo.toml": b"[link]\ndistanse_km = 3\n",
    "negative.toml": b"[link]\n\ndistance_km = -3\n",
    "table.toml": b"[lnik]\n",
    "no-toml.toml": b"distance 3\n",
    "empty.feature": b"",
    "ours.feature": b"Feature: Ours\n  Scenario: None\n",
    "unknown.cf": RDC.read_bytes().replace(b"ora_dg requires ora_mmir", b"ora_dg requires ora_mirr"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a sound main.cf, and with everything else that is not."""
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "main.cf").write_bytes(RDC.read_bytes())
    (folder / "nothing").mkdir()
    for name, content in CONTENTS.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That directory, which is also the present one; nobody writes into it."""
    monkeypatch.chdir(place)
    return place


def answer(*words: str) -> tuple[int, str]:
    """Exit code and everything that was said, without the frame that it is printed in."""
    result = CliRunner().invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, " ".join(result.output.replace("│", " ").split())


FILES = [
    ("none", "none"),
    ("nothing", "nothing is a directory; name the"),
    ("empty", "empty:1:1: error: no cluster is defined hint: a main.cf has a line such as"),
    ("binary", "binary:1:8: error: binary is not a text file hint: name the file as VCS reads it"),
    ("latin", "latin:1:5: error: latin is not UTF-8 text: byte 0xFC hint: name the file as VCS reads it"),
    ("huge", "huge has 10,000,000 bytes; no file of this kind has more than 4,000,000"),
    ("unknown.cf", "error: group oragrp has no resource ora_mirr ora_dg requires ora_mirr ^ hint: did you mean ora_m"),
]
COMMANDS = {"check": ("check",), "run": ("run", "migration", "--site"), "init": ("init", "new", "--site")}


@pytest.mark.parametrize("command", [*COMMANDS, "serve"])
@pytest.mark.parametrize(("file", "said"), FILES)
def test_what_is_no_main_cf_is_told_alike_by_every_command(folder: Path, command: str, file: str, said: str) -> None:
    """Place, reason, what to do; nothing is run, nothing is written. What `check` finds inside a file is exit 1."""
    code, output = answer(*COMMANDS.get(command, (command,)), file)
    assert code == (1 if command == "check" and file not in {"none", "nothing"} else 2)
    if command != "serve" or file not in {"none", "nothing"}:
        assert said in output
    assert len(output) < 2000
    assert "SIMULATED" not in output
    assert not (folder / "new").exists()


BESIDES = [
    ("--capture", "none", "none"),
    ("--capture", "nothing", "nothing is"),
    ("--capture", "empty", "empty:1:1: error: empty holds no list of lspprc, lspprcpath, lssi, lsfbvol hint: keep"),
    ("--capture", "binary", "binary:1:8: error: binary is not a text file hint: keep"),
    ("--capture", "huge", "huge:1:1: error: this is no line of lspprc"),
    (
        "--capture",
        "other-array.txt",
        "other-array.txt:4:1: error: this capture is about IBM.2107-75ZZ991, and",
    ),
    ("--site-toml", "none", "no such file: none"),
    ("--site-toml", "nothing", "nothing is a directory"),
    ("--site-toml", "typo.toml", "typo.toml:2:1: error: there is no link.distanse_km distanse_km = 3 ^ hint: did you"),
    ("--site-toml", "negative.toml", "negative.toml:3:1: error: link.distance_km cannot be -3"),
    ("--site-toml", "table.toml", "table.toml:1:1: error: there is no table lnik [lnik] ^ hint: did you mean link?"),
    ("--site-toml", "no-toml.toml", "no-toml.toml:1:10: error: Expected '=' after a key"),
    ("--site-toml", "binary", "binary:1:8: error: binary is not a text file hint: a site.toml is a text file"),
    ("--site-toml", "huge.toml", "huge.toml:1:1: error: this is no TOML"),
]


@pytest.mark.parametrize("command", ["check main.cf", "run migration --site main.cf", "serve main.cf"])
@pytest.mark.parametrize(("option", "file", "said"), BESIDES)
def test_what_is_no_capture_and_no_site_toml(folder: Path, command: str, option: str, file: str, said: str) -> None:
    """Alike by every command that takes them."""
    code, output = answer(*command.split(), option, file)
    assert code == (1 if command.startswith("check") and file not in {"none", "nothing"} else 2)
    assert said in output
    assert len(output) < 4000
    assert "SIMULATED" not in output


def test_a_volume_of_two_resources_is_refused_by_check_and_run(tmp_path: Path) -> None:
    """One far volume for two near ones: the array has it in one pair, and two groups would turn that."""
    file = tmp_path / "main.cf"
    text = (Path(sites.__file__).resolve().parent / "two-groups" / "main.cf").read_text()
    (first, second) = [line for line in text.splitlines() if "VolIds" in line and "//" not in line][:2]
    file.write_text(text.replace(second, first))
    line = file.read_text().splitlines().index(first, text.splitlines().index(first) + 1) + 1
    for words in (("check", str(file)), ("run", "--site", str(file))):
        code, output = answer(*words)
        assert code == {"check": 1, "run": 2}[words[0]]
        assert f"main.cf:{line}:" in output
        assert "belongs to" in output


@pytest.mark.parametrize("value", ["nohost", '"nohost"', "{ nohost }"])
def test_a_list_of_one_without_braces_is_checked_as_a_list(tmp_path: Path, value: str) -> None:
    """Without them `check` looked past it, and `run` called the harness at fault for a system that there is not."""
    file = tmp_path / "main.cf"
    text = (Path(sites.__file__).resolve().parent / "rdc" / "main.cf").read_text()
    file.write_text(text.replace("AutoStartList = { hosta }", f"AutoStartList = {value}"))
    code, output = answer("check", str(file))
    assert code == 1
    assert "AutoStartList of group oragrp names nohost, which is not in its SystemList" in " ".join(output.split())


@pytest.mark.parametrize(
    "text",
    [
        "[link]\ndistance_km = -1\n[hosts]\nboots = 3\n",
        "[objectives.oragrb]\nrto_s = 3\n",
        "[types.Orakle]\nonline_s = 3\n",
        '[types.Oracle]\nscripts = "nowhere"\n',
        '[fencing]\ncoordinator_disks = ["IBM.2107-75FA121", "a", "b"]\n',
    ],
)
def test_check_finds_what_run_would_refuse(tmp_path: Path, text: str) -> None:
    """Every error of a site, and none besides: nobody is to learn of one from the other command only."""
    (tmp_path / "main.cf").write_bytes(RDC.read_bytes())
    (tmp_path / "site.toml").write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_site([tmp_path / "main.cf"])
    code, output = answer("check", str(tmp_path / "main.cf"))
    assert code == 1
    assert [str(problem) for problem in refused.value.problems if str(problem) not in output] == []
    assert f"{len(refused.value.problems)} error" in output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run nosuch", "there is no drill, file or directory 'nosuch'; shipped drills: "),
        ("run main.cf", "main.cf is no .feature file; a main.cf is named with --site"),
        ("run nothing", "there is no .feature file in nothing"),
        ("run migration --events nothing", "nothing is a directory; name a file in it"),
        ("run migration --events none/x", "no such directory: "),
        ("run migration --events main.cf/x", "no such directory: "),
        ("run migration --report main.cf/x", "cannot make the directory main.cf/x: Not a directory"),
        ("run migration --logs main.cf/x", "cannot make the directory main.cf/x: Not a directory"),
        ("run migration --junit nothing", "nothing is a directory; name a file in it"),
        ("run migration --trace none/x", "no such directory: "),
        ("run migration -k nosuch", "no drill fits -k 'nosuch'"),
        ("run empty.feature", "empty.feature:1: there is no feature in this file"),
        ("report none", "no such file: none"),
        ("report main.cf", "main.cf: this is no JSON"),
        ("list nosuch", "there is no drill, file or directory 'nosuch'"),
        ("steps nosuchword", "no step says 'nosuchword'"),
        ("run migration --profile vcs6", "'vcs6' is none of vcs41, vcs5, vcs7"),
        ("run migration --seed x", "Invalid value for '--seed'"),
        ("serve nosuch", "nosuch is neither an example site ("),
        ("serve rdc --pace 0", "'0' is neither fast nor real nor a number from 0.001 to 1,000,000"),
        ("sweep nosuch", "there is no situation 'nosuch'; there are: boot,"),
        ("sweep switch --point 7", "'7' is no point; one looks like 17:after:killed"),
        ("sweep switch --every 0", "Invalid value for '--every'"),
        ("init main.cf --site main.cf", "cannot write main.cf"),
        ("init new", "Missing option '--site'"),
        ("check", "Missing argument 'FILE...'"),
    ],
)
def test_wrong_words(folder: Path, words: str, said: str) -> None:
    """What there is instead, and exit code 2."""
    code, output = answer(*words.split())
    assert code == 2
    assert said in output
    assert "SIMULATED" not in output
