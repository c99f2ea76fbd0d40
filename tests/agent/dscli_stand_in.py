#!/usr/bin/env python3
"""A small DS CLI for the tests of the real terminal: prompt, a few commands, and a few ways to go wrong.

What goes wrong stands in the file `mood` beside it: `well`, `hangs`, `locked`, `dies`, `floods`, `ignores signals`,
`expired`, `demands` (a new password), `expires soon`, `bad profile`.
One that hangs says so with a file `hangs.PID`, for a test that waits for it.
"""

import os
import signal
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
mood = (here / "mood").read_text().strip()
(here / "argv").write_text("\n".join(sys.argv[1:]))
HEADER = "ID|State|Reason|Type|SourceLSS"

if mood == "locked":
    sys.stdout.write("CMUC00191E dscli: Authentication failure.\n")
    sys.exit(5)
if mood == "expired":
    sys.stdout.write("CMUC00201E dscli:: Authentication failure: Your password has expired.\n")
    sys.exit(2)
if mood == "demands":
    sys.stdout.write("Your password has expired.\nEnter your new password: ")
    sys.stdout.flush()
    (here / f"hangs.{os.getpid()}").touch()
    sys.stdin.readline()
if mood == "expires soon":
    sys.stdout.write("CMUC09999W dscli: The password of admin expires in 6 days.\n")
if mood == "bad profile":
    sys.stdout.write("CMUC00008E dscli: The profile /opt/ibm/dscli/profile/dscli.profile cannot be read.\n")
    sys.exit(6)
if mood == "ignores signals":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    sys.stdout.write("\ndscli> ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    words = line.split()
    if not words or words[0] == "quit":
        sys.exit(0)
    if (words[0] == "lspprc" and mood == "hangs") or (mood == "ignores signals" and words[0] != "setenv"):
        (here / f"hangs.{os.getpid()}").touch()
        while True:
            signal.pause()
    while words[0] == "lspprc" and mood == "floods":
        sys.stdout.write("=" * 65536)
    if words[0] == "lspprc" and mood == "dies":
        sys.stdout.write(HEADER + "\n===")
        sys.exit(4)
    if words[0] == "lspprc":
        ids = words[words.index("-fullid") + 1 :]
        rows = [f"IBM.2107-75FA150/{each}:IBM.2107-75FA120/{each}|Full Duplex|-|Metro Mirror|12" for each in ids]
        sys.stdout.write("\n".join([HEADER, "=" * len(HEADER), *rows]) + "\n")
    if words[0] == "echo":
        sys.stdout.write(line[5:])
