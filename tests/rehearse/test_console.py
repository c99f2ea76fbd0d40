"""The console: who may see and do what is decided by the server."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message

import pytest

from mirrordrill.drills.rehearse.console.door import ConsoleDoor, PortError
from tests.rehearse.rehearsed import RunningRehearsal

ADDRESS = re.compile(r"^  (\S.*?\S) +http://127\.0\.0\.1:(\d+)(/enter/\S+)$", re.MULTILINE)
WAIT_S = 30


@dataclass(frozen=True)
class Response:
    status: int
    headers: Message
    text: str


class Page:
    """A browser of one role, as far as HTTP goes."""

    def __init__(self, port: int, enter: str) -> None:
        self.port = port
        answer = self.ask("GET", enter)
        self.path = answer.headers["location"]
        self.cookie = answer.headers["set-cookie"].partition(";")[0]

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Response:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            is_stream = str(answer.headers["content-type"]).startswith("text/event-stream")
            with closing(answer):
                return Response(
                    answer.status, answer.headers, (answer.readline() if is_stream else answer.read()).decode()
                )

    def act(self, action: str, **told: str) -> tuple[int, str]:
        origin = f"http://127.0.0.1:{self.port}"
        kind = {"Content-Type": "application/json", "Origin": origin, "Cookie": self.cookie}
        answer = self.ask("POST", f"{self.path}{action}", json.dumps(told), **kind)
        return answer.status, answer.text

    def text(self) -> str:
        return self.ask("GET", self.path, Cookie=self.cookie).text


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRehearsal]:
    with RunningRehearsal(tmp_path_factory.mktemp("console")) as night:
        yield night


@pytest.fixture(scope="module")
def pages(night: RunningRehearsal) -> dict[str, Page]:
    """A page for each role."""
    return {role: Page(int(port), path) for role, port, path in ADDRESS.findall(night.printed)}


def test_a_role_is_shown_its_own_side_and_the_instructor_the_truth(pages: dict[str, Page]) -> None:
    """Names of hosts, SIMULATED in title and prompts."""
    assert list(pages) == ["Instructor", "Operator, site A", "Operator, site B", "Storage administrator"]
    site_b = pages["Operator, site B"].text()
    assert "<title>SIMULATED rdc: Operator, site B</title>" in site_b
    assert "[SIMULATED hostc] $" in site_b
    assert "[SIMULATED hosta] $" not in site_b
    assert "both opinions" not in site_b
    assert "the clock of the DS CLI read January 5, 2026 8:00:00 AM UTC then" in site_b
    assert "as this array sees them" in pages["Storage administrator"].text()
    assert "Pairs: both opinions" in pages["Instructor"].text()


def test_a_terminal_runs_the_programs_of_its_hosts_and_of_no_others(pages: dict[str, Page]) -> None:
    """And shows what they printed to a page that comes later."""
    site_b = pages["Operator, site B"]
    assert site_b.act("type", place="hostc", line="hagrp -state oragrp")[0] == 200
    assert site_b.act("type", place="hosta", line="halt")[0] == 403
    assert site_b.act("type", place="../hosta", line="halt")[0] == 403
    assert "hosta      |ONLINE|" in site_b.text()
    site_b.act("type", place="hostd", line="/bin/sh -c reboot")
    assert "not played here" in site_b.text()
    site_b.act("type", place="hostd", line="dscli -script /etc/passwd")
    assert "root:" not in site_b.text()


def test_without_its_token_a_role_is_nobody(pages: dict[str, Page]) -> None:
    """No token, a wrong one, that of another role, a page of another site, another host's name: nothing is told."""
    instructor, site_b = pages["Instructor"], pages["Operator, site B"]
    origin = f"http://127.0.0.1:{site_b.port}"
    kind = {"Content-Type": "application/json"}
    said = json.dumps({"line": "quit"})
    assert site_b.ask("GET", "/enter/guess").status == 403
    assert site_b.ask("GET", instructor.path).status == 403
    stolen = site_b.cookie.replace("site-b", "instructor")
    assert site_b.ask("GET", instructor.path, Cookie=stolen).status == 403
    assert site_b.act("say", line="quit")[0] == 403
    its: dict[str, str] = {**kind, "Cookie": instructor.cookie}
    assert site_b.ask("POST", "/instructor/say", said, **its).status == 403
    assert site_b.ask("POST", "/instructor/say", said, **its, Origin="http://evil.example").status == 403
    plain = {**its, "Origin": origin, "Content-Type": "text/plain"}
    assert site_b.ask("POST", "/instructor/say", said, **plain).status == 403
    assert site_b.ask("GET", instructor.path, Cookie=instructor.cookie, Host="evil.example").status == 403
    assert site_b.ask("GET", "/static/..%2Fapp.py").status in {403, 404}
    assert instructor.ask("POST", "/instructor/say", "[1", **its, Origin=origin).status == 400


def test_text_of_people_is_text(pages: dict[str, Page], night: RunningRehearsal) -> None:
    """A script in a note is shown as it was typed; no token is in what is kept."""
    instructor = pages["Instructor"]
    script = '<script>alert("x")</script>'
    assert instructor.act("note", text=script, person="<b>Ann</b>")[0] == 200
    status, said = instructor.act("say", line=f"no such sentence {script}")
    assert status == 200
    assert "there is no step" in said
    assert "<script>alert" not in instructor.text()
    answer = instructor.ask("GET", instructor.path, Cookie=instructor.cookie)
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert instructor.act("say", line="report")[0] == 200
    kept = [path for path in night.folder.rglob("*") if path.is_file()]
    tokens = [page.cookie.partition("=")[2] for page in pages.values()]
    assert not [path for path in kept for token in tokens if token in path.read_text(errors="replace")]
    debriefing = (night.folder / "report" / "debriefing.html").read_text()
    assert "&lt;script&gt;" in debriefing
    assert "<script" not in debriefing


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("note", {"person": "\udfff", "text": "half \ud800 of a sign"}),
        ("say", {"line": "note half \ud800 of a sign"}),
        ("type", {"place": "IBM.2107-75FA120", "line": "dscli -cfg \ud800 lspprc"}),
        ("say", {"line": "report"}),
    ],
)
def test_half_of_a_sign_hurts_nothing(
    pages: dict[str, Page], night: RunningRehearsal, action: str, told: dict[str, str]
) -> None:
    """A note with a lone surrogate was recorded, and from then on no page and no debriefing could be written."""
    role = "Storage administrator" if action == "type" else "Instructor"
    assert pages[role].act(action, **told)[0] == 200
    answer = pages["Instructor"].ask("GET", pages["Instructor"].path, Cookie=pages["Instructor"].cookie)
    assert answer.status == 200
    if "half" in told.get("text", told.get("line", "")):
        assert "half ? of a sign" in "".join(path.read_text() for path in night.folder.rglob("*.feature"))


def test_a_line_that_is_too_long_is_refused_at_once(pages: dict[str, Page]) -> None:
    """Nineteen thousand characters were looked up among all steps, and the site stood still for seconds."""
    assert "5,000 characters: 4,000 at most" in pages["Instructor"].act("say", line="a" * 5000)[1]


def test_an_event_is_asked_for_by_its_number(pages: dict[str, Page]) -> None:
    """What is no number, or has thousands of digits, is refused in a sentence."""
    page = pages["Instructor"]
    for number, status in (("0", 200), ("9" * 18, 200), ("9" * 5000, 403), ("-1", 403), ("%D9%A3", 403)):
        assert page.ask("GET", f"{page.path}event/{number}", Cookie=page.cookie).status == status


def test_a_page_hears_what_happens_and_a_new_one_hears_all_of_it(pages: dict[str, Page]) -> None:
    """The first event has the whole view; a gate is decided by a participant, with name and thinking time."""
    instructor, storage = pages["Instructor"], pages["Storage administrator"]
    instructor.act("say", line="gate failback tonight? for the storage administrator")
    answer = storage.ask("GET", f"{storage.path}events", Cookie=storage.cookie)
    state = json.loads(answer.text.removeprefix("data: "))
    assert state["gates"] == [{"gate": "failback tonight?", "person": "the storage administrator"}]
    assert "IBM.2107-75FA150" in state["view"]
    status, said = storage.act("decide", gate="failback tonight?", person="Eve", text="no, after the check")
    assert status == 200
    assert "Eve (Storage administrator): no, after the check (after" in said


def test_what_a_command_prints_is_withheld_from_its_side_and_handed_out(
    pages: dict[str, Page], night: RunningRehearsal
) -> None:
    """In a terminal of the console and in a shell of the host; the instructor's terminal shows it at once."""
    instructor, site_b = pages["Instructor"], pages["Operator, site B"]
    instructor.act("say", line="withhold output from site-b")
    site_b.act("type", place="hostd", line="hagrp -display oragrp -attribute AutoFailOver")
    script = night.start("hasys -state hostc", host="hostc")
    assert "AutoFailOver  " not in site_b.text()
    instructor.act("type", place="hostd", line="hagrp -display oragrp -attribute AutoFailOver")
    assert "AutoFailOver  " in instructor.text()
    assert script.poll() is None
    instructor.act("say", line="handout output to site-b")
    assert "AutoFailOver  " in site_b.text()
    printed, _ = script.communicate(timeout=WAIT_S)
    assert "RUNNING" in printed


def test_time_passes_until_a_command_answers(pages: dict[str, Page]) -> None:
    """As until an agent decides: then it stands still, and says why."""
    instructor, site_b = pages["Instructor"], pages["Operator, site B"]
    instructor.act("say", line="pause")
    site_b.act("type", place="hostc", line="hagrp -offline oragrp -sys hosta")
    site_b.act("type", place="hostc", line="hagrp -wait oragrp State OFFLINE -sys hosta")
    instructor.act("say", line="next")
    for _ in range(WAIT_S * 10):
        state = json.loads(instructor.ask("GET", f"{instructor.path}events", Cookie=instructor.cookie).text[6:])
        if state["stopped"]:
            break
    assert "`hagrp -wait oragrp State OFFLINE -sys hosta` has answered on hostc" in state["why"]


def test_a_script_that_hangs_is_seen_and_ended(pages: dict[str, Page], night: RunningRehearsal) -> None:
    """On its host and on no other; its user reads who ended it."""
    instructor, site_b = pages["Instructor"], pages["Operator, site B"]
    instructor.act("say", line="pause")
    site_b.act("type", place="hostd", line="sleep 1h")
    script = night.start("hagrp -wait oragrp State FAULTED -sys hostc", host="hostc")
    while "hagrp -wait oragrp State FAULTED" not in (said := instructor.act("say", line="status")[1]):
        assert script.poll() is None
    assert "hostd: sleep 1h" in said
    assert "say on which host" in instructor.act("say", line="end hostz")[1]
    assert "programs ended on hostc: 1" in instructor.act("say", line="end hostc", person="Ines")[1]
    printed, _ = script.communicate(timeout=WAIT_S)
    assert "Ines (Instructor) ended this command" in printed
    assert "hostd: sleep 1h" in instructor.act("say", line="status")[1]
    site_b.act("interrupt", place="hostd")


def test_others_reach_the_console_with_tls_only_and_a_taken_port_is_named() -> None:
    """Each with a word that says what to do."""
    with pytest.raises(PortError, match="needs --tls-cert and --tls-key"):
        ConsoleDoor("0.0.0.0", 0, None)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortError, match="already in use"):
        ConsoleDoor("127.0.0.1", taken.getsockname()[1], None)


def test_the_beginning_says_what_is_real_in_a_shell_of_a_host(night: RunningRehearsal) -> None:
    """Only the programs of the host are simulated there; `enter` is named for scripts that call them by their paths."""
    enter = night.folder / "hosts" / "hosta" / "enter"
    assert enter.is_file()
    assert f"{enter}     a shell or a script in which /sbin/halt is hosta's, too" in night.printed
    assert "all else in them, as rm, acts on this machine" in night.printed
