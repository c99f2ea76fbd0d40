"""One password enters by each way that there is; no byte of what a command leaves or prints has it."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.kernel.secrets import (
    masked,
    masked_main_cf,
    masked_output,
    masked_text,
    masked_words_of_people,
)
from tests.commands import mirrordrill
from tests.every_byte import files_with, holds

PASSWORD = "Zq7Marmalade9x"
LOGIN = "dscli -hmc1 ds8000c.example.com -user admin"
TYPED = (
    f"haclus -modify UserNames -add bob {PASSWORD}",
    f"haclus -modify UserName admin {PASSWORD}",
    f"hauser -add bob {PASSWORD}",
    f"hauser -add bob -pw={PASSWORD}",
    f"hauser -add bob -{PASSWORD}",
    f"hauser -upd admin {PASSWORD}",
    f"hauser admin {PASSWORD}",
    f"hares -modify ora_db Pword {PASSWORD}",
    f"hares -modify ora_db SApswd {PASSWORD}",
    f"hares -modify ora_db LsnrPwd {PASSWORD}",
    f"hares -modify ora_db Pasword {PASSWORD}",
    f"hares -modify ora_db Password={PASSWORD}",
    f"haattr -add Oracle OwnPassword -string {PASSWORD}",
    f"hagrp -online oragrp -sys hosta -pass {PASSWORD}",
)
REFUSED = tuple(TYPED[at] for at in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 13))
SEEN = ("haclus -value UserNames", "haclus -display", "hares -display ora_db", "hares -value ora_db Pword")
ACCOUNTS = (
    f"chuser -pw {PASSWORD} admin",
    f"chuser -pwd {PASSWORD} admin",
    f"mkuser -pw {PASSWORD} -group admin ann",
    f"mkuser {PASSWORD} -group admin ann",
    f"chuser -pw one {PASSWORD} admin",
)
MISSPELT = ("-pw", "-pwd", "-passwd", "-PASSWD", "-pasword", "-psswd", "--password", "-pass", "-passphrase")


@pytest.mark.parametrize("option", MISSPELT)
@pytest.mark.parametrize("sign", [" ", "=", ":"])
def test_a_password_behind_an_option_that_was_misspelt_is_masked(option: str, sign: str) -> None:
    """A real one is typed before the DS CLI says that the option is unknown."""
    line = f"{LOGIN} {option}{sign}{PASSWORD} lsuser"
    assert PASSWORD not in " ".join(masked(line.split()))
    assert PASSWORD not in masked_text(f'"{line}" on hosta')
    assert " ".join(masked(line.split())).endswith("lsuser")


@pytest.mark.parametrize("typed", [*TYPED, *ACCOUNTS, *(f"{LOGIN} {each}" for each in ACCOUNTS)])
def test_what_is_typed_is_masked(typed: str) -> None:
    """As words, and quoted in a sentence."""
    assert PASSWORD not in " ".join(masked(typed.split()))
    assert PASSWORD not in masked_text(f'the operator types "{typed}" on hosta')


@pytest.mark.parametrize(
    "shown",
    [
        f'the dscli profile of hosta reads "username: admin / password: {PASSWORD} / paging: on"',
        f'"root" notes: "the password: {PASSWORD} was said on the phone"',
        f'"root" notes: "token={PASSWORD}"',
        rf'surprise 1 comes in 1m: "When the operator types \qhauser -add fay {PASSWORD}\q on hosta"',
    ],
)
def test_what_a_person_writes_of_a_password_is_masked(shown: str) -> None:
    """A step, a note; the words around it stay."""
    masked_words = masked_words_of_people(shown)
    assert PASSWORD not in masked_words
    assert masked_words[:12] == shown[:12]
    assert masked_words[-4:] == shown[-4:] or PASSWORD in shown[-20:]


ATTRIBUTES = f"""cluster c (
\tUserNames = {{ admin = "{PASSWORD}",
\t\tbob = {PASSWORD} }}
\tAdministrators = {{ admin }}
\t)
\tOracle db (
\t\tPword =
\t\t\t"{PASSWORD}"
\t\tDBAPword @hosta = {PASSWORD} // why
\t\tSApswd "{PASSWORD}"
\t\tTokens = {{ "{PASSWORD}", {PASSWORD} }}
\t\tPasswdFile = "/opt/pw"
"""


def test_a_main_cf_is_masked_line_by_line() -> None:
    """Places stay true; users and files are told. In place a mask is as long as what it hides."""
    for is_in_place in (False, True):
        shown = masked_main_cf(ATTRIBUTES, in_place=is_in_place)
        assert PASSWORD not in shown
        assert len(shown.split("\n")) == len(ATTRIBUTES.split("\n"))
        assert all(word in shown for word in ("admin = ", "bob = ", "Administrators = { admin }", '= "/opt/pw"'))
    assert len(shown) == len(ATTRIBUTES)


@pytest.mark.parametrize("opened", ["{ admin = ", '{ admin = "', '"', "{ admin, "])
def test_what_is_not_closed_hides_all_that_follows(opened: str) -> None:
    """It is not known where the value ends."""
    assert PASSWORD not in masked_main_cf(f"cluster c (\n\tUserNames = {opened}{PASSWORD}\n")


SHOWN = {
    "hares -display db": f"#Resource\ndb   SApswd   global   {PASSWORD} x\ndb   Port   global   80",
    "hares -display db -attribute Pword": f"#Resource Attribute System Value\ndb   Pword   hosta   {PASSWORD}",
    "hares -value db Pword": f"{PASSWORD}",
    "haclus -value UserNames": f"admin\t{PASSWORD}\tbob\t{PASSWORD}",
    "haclus -display": f"#Attribute   Value\nUserNames   admin\t{PASSWORD}\tbob\t{PASSWORD}\nClusterName   rdc1",
    "hatype -display Own": f"#Type   Attribute   Value\nOwn   Password   {PASSWORD}",
}


@pytest.mark.parametrize("typed", SHOWN)
def test_what_a_command_prints_is_told_without_its_passwords(typed: str) -> None:
    """A step tells what was answered; the program itself prints what is there."""
    shown = masked_output(typed.split(), SHOWN[typed])
    assert PASSWORD not in shown
    assert "****" in shown
    assert [word for word in ("80", "rdc1", "#") if word in SHOWN[typed] and word not in shown] == []


def test_the_search_finds_what_is_packed() -> None:
    """The test below would be worth nothing if it did not."""
    for data in (
        PASSWORD.encode(),
        base64.b64encode(b"ab" + PASSWORD.encode() + b"cdef"),
        base64.b64encode(zlib.compress(b"x" * 50 + PASSWORD.encode())),
        PASSWORD.encode().hex().encode(),
    ):
        assert holds(b"<p>" + data + b"</p>", PASSWORD)
    assert not holds(base64.b64encode(bytes(range(256))), PASSWORD)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """What commands leave and print that read a main.cf and a feature with passwords."""
    folder = tmp_path_factory.mktemp("site")
    site, out = folder / "main.cf", folder / "out"
    text = find_site("rdc").files[0].read_text()
    text = text.replace("admin = cDRpdxPmHpzS", f'admin = "{PASSWORD}"', 1)
    text = text.replace("Sid = ORA1", f'Sid = ORA1\n\t\tPword = {PASSWORD}\n\t\tDBAPword @hosta = "{PASSWORD}"', 1)
    site.write_text(text)
    steps = [f'the operator types "{each}" on hosta' for each in ("haconf -makerw", TYPED[0], "haconf -dump", *SEEN)]
    steps += [f'the operator tries "{each}" on hosta' for each in REFUSED]
    steps += [f'command 1 on hosta is typed: "{LOGIN} -passwd {PASSWORD} {ACCOUNTS[0]}"', "1 minute passes"]
    lines = "".join(f"    When {each}\n" for each in steps)
    profile = f'the dscli profile of hostc reads "username: admin / password: {PASSWORD}"'
    (folder / "own.feature").write_text(
        f'Feature: f\n  Scenario: s\n    Given the site "{site}"\n    And {profile}\n    When 1 minute passes\n'
        f"{lines}    Then oragrp comes online on hostd within 1 minute\n"
    )
    (folder / "wrong.feature").write_text(
        f'Feature: f\n  Scenario: s\n    Given the site "{site}"\n'
        f'    When the operator types "hauser -add bob {PASSWORD}" on nosuchhost\n    Then {PASSWORD.upper()}\n'
    )
    options = ["--report", out / "report", "--logs", out / "logs", "--events", out / "events", "--trace", out / "trace"]
    options += ["--junit", out / "junit.xml", "--notes", f"the password is {PASSWORD}"]
    commands = [
        ["run", folder / "own.feature", "--show", "details", *options],
        ["run", folder / "wrong.feature", "--report", out / "wrong"],
        ["check", folder / "own.feature", folder / "wrong.feature"],
        ["check", site],
        ["explore", "--site", site, "--runs", "1", "--results", out / "r.sqlite", "--out", out / "small"],
        ["init", out / "new", "--site", site],
    ]
    out.mkdir()
    printed = [mirrordrill(*words, folder=out) for words in commands]
    return out, "".join(done.stdout + done.stderr for done in printed)


def test_no_byte_of_what_commands_leave_has_a_password(left: tuple[Path, str]) -> None:
    """Event log, report, counter-example, logs, trace, JUnit XML, results, starter directory; and what is printed."""
    out, printed = left
    names = {path.name for path in out.rglob("*")}
    assert {"report.json", "report.html", "events", "trace", "junit.xml", "shrunk.feature", "r.sqlite"} <= names
    assert "UserNames" in (out / "new" / "main.cf").read_text()
    assert files_with(PASSWORD, [out]) == []
    assert PASSWORD not in printed


def test_a_counter_example_does_with_stand_ins_what_the_drill_did(left: tuple[Path, str]) -> None:
    """It is replayed from its copies to the same log."""
    (verdict,) = left[0].rglob("verdict.json")
    done = mirrordrill("replay", verdict.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same log" in done.stdout or "identical" in done.stdout
