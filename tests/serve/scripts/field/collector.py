"""A collector: one login by pexpect, many lists as CSV, read by the names of their columns."""

import csv
import io
import sys

import pexpect

LISTS = {
    "lsarraysite -l": "arsite", "lsarray -l": "Array", "lsrank -l": "ID", "lsextpool -l": "Name", "lsfbvol -l": "Name",
    "lsioport -l": "ID", "lsvolgrp -l": "Name", "lslss -l": "ID", "lsddm -l": "ID", "lsda -l": "ID", "lshba -l": "ID",
}  # fmt: skip
PARTS = ("lsddm", "lsda", "lshba")
child = pexpect.spawn("dscli", ["-cfg", sys.argv[1]], encoding="utf-8", timeout=30, dimensions=(500, 4000))
child.delaybeforesend = None
child.expect("dscli> ")


def ask(line):
    child.sendline(line)
    child.expect("dscli> ")
    return child.before.replace("\r", "").partition("\n")[2]


def table(line):
    lines = [row for row in ask(f"{line} -fmt delim -delim , -bnr off").splitlines() if row.strip("=")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


ask("setenv -banner off -paging off")
(image,) = table("lssi")
for line, column in LISTS.items():
    where = image["ID"] if line.startswith(PARTS) else f"-dev {image['ID']}"
    rows = table(f"{line} {where}")
    if not rows or not all(row[column] for row in rows):
        sys.exit(f"{line}: {rows}")
    sys.stdout.write(f"{line.split()[0]} {len(rows)}\n")
for line in ("showsi", "ver -l", "showpass", "lsuser", "showsp", "lsserver -l", "lspprcpath 00-FF", "whoami"):
    assert "CMU" not in ask(line), line
for line in ("lsflash -l 0000-FFFF", "lsgmir -l 00", "lshostconnect -unknown"):
    assert "CMUC00234I" in ask(line), line
child.sendline("exit")
child.expect(pexpect.EOF)
child.close()
sys.exit(child.exitstatus)
