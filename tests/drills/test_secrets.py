"""A password that is typed, or stands in a main.cf, is shown by nothing that tells of it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.kernel.secrets import masked, masked_main_cf, masked_text
from mirrordrill.simulator.world import World
from tests.commands import mirrordrill

SECRET = "s3cr3t"
TYPED = [
    f"haclus -modify UserNames admin {SECRET}",
    f"haclus -modify UserNames -add bob {SECRET} carl {SECRET}",
    f"haclus -modify UserNames -update admin {SECRET}",
    f"haclus -modify UserNames {SECRET} {SECRET} {SECRET}",
    f"haclus -modify UserNames admin -{SECRET}",
    f"hauser -add bob {SECRET}",
    f"hauser -add bob {SECRET} -priv Administrator",
    f"hauser -update admin {SECRET}",
    f"hauser -add bob -password {SECRET}",
    f"halogin admin {SECRET}",
    f"hares -modify oradb Pword {SECRET}",
    f"hares -modify oradb DBAPword {SECRET} -sys hosta",
    f"hatype -modify Oracle Password {SECRET}",
    f"hagrp -online oragrp -passwd {SECRET}",
]


@pytest.mark.parametrize("typed", TYPED)
def test_a_command_line_is_shown_without_its_passwords(typed: str) -> None:
    """Alone, by its path, and quoted in a sentence, whose other words stay."""
    words = shlex.split(typed)
    assert SECRET not in " ".join(masked(words))
    assert SECRET not in " ".join(masked([f"/opt/VRTSvcs/bin/{words[0]}", *words[1:]]))
    told = masked_text(f'the operator types "{typed}" on hosta')
    assert SECRET not in told
    assert told.endswith(" on hosta")


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_password_with_blanks_is_masked_as_a_whole(quote: str) -> None:
    """In quotes, and in a command of the DS CLI that is one word."""
    command = f"chuser -pw {quote}my {SECRET} 2{quote} admin"
    assert SECRET not in masked_text(command)
    assert masked_text(command).endswith(" admin")
    assert SECRET not in " ".join(masked(["/opt/ibm/dscli/dscli", "-user", "admin", command]))


INNOCENT = [
    "hagrp -switch oragrp -to hostb",
    "hares -modify ora_mirr PasswdFile /opt/ibm/dscli/pw",
    "hauser -add bob -priv Operator -group oragrp",
    "hauser -addpriv bob Guest",
    "hauser -delete bob",
    "haclus -modify UserNames -delete bob",
    "dscli -hmc1 one -user admin -pwfile /root/pw lspprc 1260",
    'the operator types "hagrp -online oragrp -sys hosta" on hosta, twice',
]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_no_secret_is_shown(text: str) -> None:
    """A log that hides too much helps nobody."""
    assert masked_text(text) == text
    assert '"' in text or " ".join(masked(text.split())) == text


@pytest.mark.parametrize(
    "sentence",
    [
        "verify on hosta: not online: HMC ds8000e.example.com does not accept the user or the password: CMUC00191E",
        "password file /opt/ibm/dscli/security.dat is not readable",
        "the password of admin on IBM.2107-75FA150 expires",
        "no secret, credential or passphrase is kept here, said the operator of hosta",
    ],
)
def test_what_a_sentence_says_of_a_password_is_told(sentence: str) -> None:
    """`verify` says which login failed, and why; a mask there would hide what the reader looks for."""
    assert masked_text(sentence) == sentence


def test_a_main_cf_is_shown_without_its_passwords() -> None:
    """Whatever stands around them stays byte for byte."""
    text = f"""cluster c (
\tUserNames = {{ admin = "{SECRET},}}", bob = {SECRET} }}
\tAdministrators = {{ admin }}
\t)
\tOracle db (
\t\tPword = "{SECRET}"
\t\tDBAPword@hosta = {SECRET}
\t\tPasswdFile = "/opt/pw"
\t\t)
"""
    shown = masked_main_cf(text)
    assert SECRET not in shown
    assert "admin = " in shown
    assert "bob = " in shown
    assert 'PasswdFile = "/opt/pw"' in shown
    assert len(shown.splitlines()) == len(text.splitlines())


def test_no_event_of_a_world_has_a_password() -> None:
    """What operators and administrators type, right or wrong, and what `haconf -dump` writes."""
    with World(find_site("rdc")) as world:
        world.start()
        world.advance(300)
        world.operate(["haconf", "-makerw"])
        answers = [str(world.operate(typed.split())) for typed in TYPED]
        world.operate(["haconf", "-dump", "-makero"])
        login = ["-hmc1", "ds8000c.example.com", "-user", "admin", "-passwd", SECRET]
        world.dscli("hosta", [*login, "chuser", "-pw", SECRET, "admin"])
        log = "\n".join(world.kernel.log.lines())
    assert "UserNames" in log
    assert SECRET not in log
    assert SECRET not in "".join(answers)


def test_no_file_and_no_line_of_a_run_has_a_password(tmp_path: Path) -> None:
    """Timeline, report, event log, logs of the systems, JUnit XML; only the feature itself has what it types."""
    steps = "\n".join(f'    And the operator types "{typed}" on hosta' for typed in ["haconf -makerw", *TYPED[:8]])
    feature = f'Feature: f\n  Scenario: s\n    Given the example site "rdc"\n    When 1 minute passes\n{steps}\n'
    (tmp_path / "own.feature").write_text(feature)
    out = tmp_path / "out"
    options = ["--report", out, "--logs", out / "logs", "--junit", tmp_path / "junit.xml", "--show", "details"]
    done = mirrordrill("run", tmp_path / "own.feature", *options, "--no-shrink")
    written = [path for path in (*out.rglob("*"), tmp_path / "junit.xml") if path.is_file()]
    assert len(written) > 6
    assert [path for path in written if SECRET in path.read_text()] == []
    assert SECRET not in done.stdout + done.stderr
    assert "UserNames" in done.stdout
