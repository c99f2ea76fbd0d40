"""A rehearsal of thirty minutes with twenty people, by HTTP and real shells, the agent as real processes.

`tox -e exercise`; a minute or two, so it is no part of CI. It prints what the figures of docs/rehearse.md are.
"""

from __future__ import annotations

import http.client
import json
import re
import statistics
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.runner import run
from mirrordrill.simulator.agent_mode import AgentMode
from tests.rehearse.rehearsed import RunningRehearsal
from tests.rehearse.test_console import ADDRESS, Page

PEOPLE = 20
CALLS = 30
FLAPS = "0.5 seconds"
EVENTS_PER_S = 100
LINKS = "the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150"
RUNBOOK = """
set -e
hagrp -state oragrp
dscli -cfg $PROFILES/IBM.2107-75FA150.profile lspprc 1260 1261
sleep 2m
hastatus -sum
"""


class Watcher(threading.Thread):
    """A page that follows its events, and remembers when it saw what."""

    def __init__(self, page: Page) -> None:
        super().__init__(daemon=True)
        self.page = page
        self.seen_s: dict[str, float] = {}
        self.is_over = False
        self.start()

    def run(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self.page.port, timeout=120)) as connection:
            connection.request("GET", f"{self.page.path}events", headers={"Cookie": self.page.cookie})
            with closing(connection.getresponse()) as answer:
                while line := answer.readline():
                    if line.startswith(b"data: "):
                        now_s = time.monotonic()
                        state = json.loads(line[6:])
                        self.is_over = state["over"]
                        for call in re.findall(r"call \d+", state["view"]):
                            self.seen_s.setdefault(call, now_s)


class Night(RunningRehearsal):
    """With real processes as agents, the end takes longer."""

    patience_s = 300.0


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    with Night(tmp_path, "rdc", "--pace", "60", "--agent", "process", "--plan", "rolling_disaster") as night:
        yield night


def say(page: Page, line: str) -> str:
    """A line of an instructor, which has to be good."""
    status, text = page.act("say", line=line, person="Ines")
    answer = json.loads(text)
    assert (status, answer["good"]) == (200, True), (line, text)
    return str(answer["text"])


def wait_for(page: Page, words: str, limit_s: float = 60.0) -> None:
    """Until the page says so."""
    ends_s = time.monotonic() + limit_s
    while words not in page.text():
        assert time.monotonic() < ends_s, words


def test_a_rehearsal_of_thirty_minutes_is_lived_through_stepped_back_branched_and_reported(night: Night) -> None:
    """Twenty pages follow it; every branch is replayed to the same event log, and so are the recordings."""
    addresses = ADDRESS.findall(night.printed)
    roles = {role: Page(int(port), path) for role, port, path in addresses}
    instructor, site_b, storage = (roles[r] for r in ("Instructor", "Operator, site B", "Storage administrator"))
    second = Page(*next((int(port), path) for role, port, path in addresses if role == "Instructor"))
    sides = [each for role, each in roles.items() if role != "Instructor"]
    watchers = [Watcher(sides[number % len(sides)]) for number in range(PEOPLE)]

    # How soon a page shows what happens, while links flap, time passes at 60, and a hundred things a second happen.
    say(instructor, f"{LINKS} flap, {FLAPS} down and {FLAPS} up")
    say(instructor, "pace 60")
    called_s: dict[str, float] = {}
    events, began_s = events_until_now(instructor), time.monotonic()
    for number in range(CALLS):
        called_s[f"call {number}"] = time.monotonic()
        for side in ("site-a", "site-b", "storage"):
            say(instructor, f"tell {side}: call {number}")
        time.sleep(0.2)
    events_per_s = (events_until_now(instructor) - events) / (time.monotonic() - began_s)
    say(second, f"{LINKS} are back")
    say(instructor, 'a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta')
    delays_s = sorted(each.seen_s[call] - at_s for each in watchers for call, at_s in called_s.items())
    p95_s = delays_s[len(delays_s) * 95 // 100]
    assert len(delays_s) == PEOPLE * CALLS

    # The night: surprises, a gate, a script, a takeover.
    say(instructor, "Then the volumes of oragrp on hosta become FULL DUPLEX within 1 hour")
    began = night_clock(instructor)
    say(instructor, "pace 60")
    say(instructor, f"surprise in 5m: {LINKS} are lost")
    say(instructor, "surprise 1m after stop the database?: tell site-a: the fire brigade is here")
    script = night.start(RUNBOOK, host="hostc")
    say(instructor, "6 minutes pass")
    assert storage.act("type", place="IBM.2107-75FA120", line="lspprc 1260 1261")[0] == 200
    wait_for(storage, "Suspended")
    say(instructor, "gate stop the database? for the duty manager")
    assert site_b.act("decide", gate="stop the database?", person="Eve", text="run on")[0] == 200
    say(instructor, "10 minutes pass")
    say(instructor, "array IBM.2107-75FA120 is lost")
    say(second, "hosta, hostb lose power")
    say(instructor, "Then oragrp comes online on hostc within 5 minutes")
    say(instructor, "10 minutes pass")
    printed, _ = script.communicate(timeout=120)
    assert script.returncode == 0, printed
    assert "RUNNING" in printed
    assert night_clock(instructor) - began >= 26

    # The other way: back to the decision.
    said = say(instructor, "back -24m as stopped")
    took_s = float(re.findall(r"\(([\d.]+) s\)", said)[-1])
    assert site_b.act("type", place="hostc", line="hagrp -offline oragrp -sys hosta")[0] == 200
    say(instructor, "10 minutes pass")
    rows = {row.split("  ")[0]: row for row in say(instructor, "compare").splitlines()}
    assert "S2" in rows["rules broken"]
    page_text = instructor.text()
    packed = sum(len(zlib.compress(each.encode(), 9)) for each in (page_text, *static_files(instructor)))
    memory_mib = memory_of(night.process_id)
    assert night.stop() == 0, night.printed
    for each in watchers:
        each.join(timeout=60)
    assert all(each.is_over for each in watchers)

    # The same logs, from the recordings alone.
    options = Options(agent_mode=AgentMode.PROCESS)
    (drill,) = run([str(night.recording("stopped"))], options, None).drills
    assert drill.digest == night.digest
    kept = json.loads((night.folder / "report" / "debriefing.json").read_text())
    by_name = {each["name"]: each for each in kept["comparison"]["outcomes"]}
    (main,) = run([str(night.recording())], options, None).drills
    assert main.digest == by_name["main"]["digest"]
    assert by_name["main"]["lost_writes"] > 0
    assert {each["gate"] for each in kept["decisions"]} == {"stop the database?"}
    assert kept["curves"][0]["lost"] == by_name["main"]["lost_writes"]
    assert (packed, memory_mib) < (300_000, 300)
    median_s = statistics.median(delays_s)
    print(  # noqa: T201 - the figures of the page
        f"\n{PEOPLE} pages, {events_per_s:.0f} events a second: shown after {median_s:.2f} s, p95 {p95_s:.2f} s, "
        f"{delays_s[-1]:.2f} s at most; step back "
        f"{took_s} s; {memory_mib} MiB; page {packed} bytes compressed"
    )
    assert events_per_s > EVENTS_PER_S
    assert p95_s < 2.0


def night_clock(page: Page) -> int:
    """Simulated minutes, as the page shows them."""
    found = re.search(r'id="clock" class="clock">(\d+):(\d+):', page.text())
    assert found is not None
    return int(found[1]) * 60 + int(found[2])


def events_until_now(page: Page) -> int:
    """How long the event log is."""
    told = json.loads(page.ask("GET", f"{page.path}event/999999999", Cookie=page.cookie).text)["text"]
    return max(int(number) for number in re.findall(r"^> *(\d+)", told, re.MULTILINE))


def static_files(page: Page) -> Iterator[str]:
    """What a page loads."""
    for name in ("console.js", "console.css", "timeline.css"):
        yield page.ask("GET", f"/static/{name}").text


def memory_of(process_id: int) -> int:
    """The most that a process has had, in MiB."""
    status = Path(f"/proc/{process_id}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) // 1024
