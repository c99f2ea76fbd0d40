"""A password that is typed in a rehearsal stands in none of its files, and a replay comes to the same end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.runner import run
from mirrordrill.simulator.kernel.password_stand_ins import (
    length_of,
    recorded_file,
    recorded_line,
    recorded_sentence,
    recorded_words,
    stand_in,
)
from tests.every_byte import files_with
from tests.rehearse.rehearsed import RunningRehearsal

OLD, NEW, WRONG = "0ld-s3cr3t", "n3w s3cr3t", "wr0ng-s3cr3t"
SECRETS = (OLD, NEW, WRONG)
LOGIN = "dscli -hmc1 ds8000c.example.com"
SCRIPT = f"""
cd "$HOME_OF_TEST"
printf 'hmc1: ds8000c.example.com\\nusername: admin\\npassword: {OLD}\\n' > own.profile
printf 'chuser -pw "{OLD}" admin\\nlsuser\\n' > own.script
{LOGIN} -user admin -passwd {OLD} -script own.script
dscli -cfg own.profile lsuser
{LOGIN} -user admin -passwd {WRONG} lsuser; echo "wrong: $?"
printf '{OLD}\\nchuser -pw short admin\\nquit\\n' | {LOGIN} -user admin
{LOGIN} -user admin -passwd {OLD} 'mkuser -pw "{NEW}" -group admin ann'
printf 'ann\\n{NEW}\\nchuser -pw "{OLD}" ann\\nquit\\n' | {LOGIN}
{LOGIN} -user ann -passwd {OLD} lsuser; echo "new: $?"
{LOGIN} -user ann -passwd "{NEW}" lsuser; echo "former: $?"
dscli managepwfile -action add -mc1 ds8000c.example.com -name ann -pw {OLD} -pwfile pw.dat
{LOGIN} -user ann -pwfile pw.dat lsuser; echo "file: $?"
haconf -makerw
hauser -add bob {OLD} -priv Administrator
haclus -modify UserNames carl {OLD}
haconf -dump -makero
hauser -upd carl {OLD}
hares -modify ora_db Pasword {OLD}
{LOGIN} -user admin -pasword {OLD} lsuser
{LOGIN} -user admin -passwd={OLD} lsuser
{LOGIN} -user admin -passwd {OLD} mkuser {OLD} -group admin eve
printf 'hmc1: ds8000c.example.com\\nusername: admin\\npwd: {OLD}\\npasswd={OLD}\\n' > other.profile
dscli -cfg other.profile lsuser
hagrp -state
"""


def test_what_is_typed_at_programs_is_recorded_with_stand_ins(tmp_path: Path) -> None:
    """As an option, in a profile and a script, at a prompt, of the DS CLI and of VCS; right and wrong ones."""
    with RunningRehearsal(tmp_path) as night:
        said = night.bash(SCRIPT.replace("$HOME_OF_TEST", str(tmp_path)))
        told = [word for word in said.stdout.split("\n") if word.split(":")[0] in {"wrong", "new", "former", "file"}]
        assert told == ["wrong: 5", "new: 0", "former: 5", "file: 0"], said.stdout + said.stderr
        modify = f'the operator types "haclus -modify UserNames dave {OLD}" on hosta'
        profile = f'the dscli profile of hostc reads "paging: on / password: {OLD}"'
        notes = (
            f"note the password: {OLD}",
            f"tell site-a: password = {OLD}",
            "gate g for site-b",
            f"decide g: token={OLD}",
        )
        surprise = f'surprise in 1m: the operator types "hauser -add fay {OLD}" on hosta'
        code, answer = night.shell(
            'the operator types "haconf -makerw" on hosta', modify, profile, *notes, surprise, "surprises",
            "10 minutes pass", "log 50", "report",
        )  # fmt: skip
        assert code == 0, answer
        assert OLD not in answer
        assert night.stop() == 0, night.printed
    recorded = night.recording().read_text()
    assert recorded.count(stand_in(OLD)) >= 8
    files = [path for path in night.folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [(secret, found) for secret in SECRETS if (found := files_with(secret, [night.folder]))] == []
    assert [secret for secret in SECRETS if secret in night.printed] == []
    tokens = re.findall(r"/enter/(\S+)", night.printed)
    assert len(tokens) == 4
    assert [(token, found) for token in tokens if (found := files_with(token, [night.folder]))] == []
    (drill,) = run([str(night.recording())], Options(), None).drills
    assert [step.observed for step in drill.steps if step.status.value != "held"] == []
    assert drill.digest == night.digest


LINES = [
    (f"chuser -pw {OLD} admin", f"chuser -pw {stand_in(OLD)} admin"),
    (f"chuser  -pw '{NEW}'  \"a b\"", f'chuser -pw {stand_in(NEW)} "a b"'),
    (f"chuser -pw {OLD}", f"chuser -pw {stand_in(OLD)}"),
    ("lspprc   -l  1260:1260", "lspprc   -l  1260:1260"),
    ("chuser -pw", "chuser -pw"),
    ("chuser -pw '' admin", 'chuser -pw "" admin'),
    ("# chuser", "# chuser"),
]


@pytest.mark.parametrize(("typed", "recorded"), LINES)
def test_a_line_is_recorded_with_the_same_words(typed: str, recorded: str) -> None:
    """A line without a password stays as it is, and a recorded line is recorded as it stands."""
    assert recorded_line(typed) == recorded
    assert recorded_line(recorded) == recorded


def test_a_line_with_an_open_quote_shows_nothing_either() -> None:
    """It is refused live and in the replay."""
    assert OLD not in recorded_line(f"chuser -pw '{OLD} admin")
    assert recorded_line(f"chuser -pw '{OLD} admin").count('"') % 2


def test_a_stand_in_does_what_the_password_did() -> None:
    """It has its length and is told from an option; the same password has the same, and another one another."""
    assert stand_in(stand_in(OLD)) == stand_in(OLD) != stand_in(WRONG)
    assert length_of(stand_in(OLD)) == len(OLD) == length_of(OLD)
    assert stand_in(f"-{OLD}").startswith("-")
    assert stand_in("") == ""


def test_files_sentences_and_commands_are_recorded_likewise() -> None:
    """A profile, a step that quotes a command, and a command of the DS CLI that is one word."""
    profile = f"hmc1: a\npassword: {OLD}\n  passwd\t{NEW}\npwfile: /root/pw\n"
    assert recorded_file(profile) == profile.replace(OLD, stand_in(OLD)).replace(NEW, stand_in(NEW))
    sentence = f'the operator types "hauser -add bob {OLD}" on hosta'
    assert recorded_sentence(sentence) == sentence.replace(OLD, stand_in(OLD))
    plain = "the password of admin on IBM.2107-75FA150 expires"
    assert recorded_sentence(plain) == plain
    assert recorded_words(["dscli", "-user", "a", f"chuser -pw {OLD} a"])[3] == f"chuser -pw {stand_in(OLD)} a"
