"""Planned switch of the Oracle volumes from site A to site B, typed into the DS CLI by pexpect."""

from __future__ import annotations

import re
import subprocess
import sys

import pexpect

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
PAIRS = "1260:1260 1261:1261"
PROMPT = "dscli> "


def log_in(consoles: tuple[str, str]) -> pexpect.spawn:
    """Answer everything that the DS CLI asks."""
    session = pexpect.spawn("dscli", encoding="utf-8", timeout=20)
    session.expect("primary management console IP address:")
    session.sendline(consoles[0])
    session.expect("secondary management console IP address:")
    session.sendline(consoles[1])
    session.expect("Enter your username")
    session.sendline("admin")
    session.expect("Enter your password")
    if not session.waitnoecho(5):
        sys.exit("the password would be seen")
    session.sendline("s3cret")
    session.expect_exact(PROMPT)
    if "s3cret" in session.before:
        sys.exit("the password was seen")
    return session


def command(session: pexpect.spawn, line: str) -> list[str]:
    """One command; what it answers, without the echo and the banner."""
    session.sendline(line)
    session.expect_exact(PROMPT)
    lines = [each.strip() for each in session.before.splitlines()]
    return [each for each in lines[1:] if each and not each.startswith("Date/Time")]


def states(session: pexpect.spawn) -> set[str]:
    rows = command(session, "lspprc 1260 1261")[2:]
    return {re.split(r" {1,}(?=[-A-Z])", row)[1] + " " + row.split()[2] for row in rows}


def ha(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    session = log_in(("ds8000e.example.com", "ds8000f.example.com"))
    if states(session) != {"Target Full"}:
        sys.exit(f"pairs are {states(session)}")
    ha("hagrp", "-offline", "oragrp", "-sys", "hosta")
    ha("hagrp", "-wait", "oragrp", "State", "OFFLINE", "-sys", "hosta", "-time", "300")
    for verb, message in (("failoverpprc", "CMUC00196I"), ("failbackpprc", "CMUC00197I")):
        answer = command(session, f"{verb} -dev {B} -remotedev {A} -type mmir {PAIRS}")
        if [line.split()[0] for line in answer] != [message, message]:
            sys.exit(f"{verb}: {answer}")
    for _ in range(40):
        if states(session) == {"Full Duplex"}:
            break
        ha("sleep", "15")
    session.sendline("quit")
    session.expect(pexpect.EOF)
    session.close()
    ha("hagrp", "-online", "oragrp", "-sys", "hostc")
    ha("hagrp", "-wait", "oragrp", "State", "ONLINE", "-sys", "hostc", "-time", "600")
    sys.stdout.write(f"dscli ended with {session.exitstatus}\n")
    sys.stdout.write(f"oragrp is {ha('hagrp', '-state', 'oragrp', '-sys', 'hostc')} on hostc\n")


main()
