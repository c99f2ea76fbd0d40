"""Requests as no browser sends them, and faults of ours in the console: the rehearsal goes on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import command
from tests.rehearse.rehearsed import RunningRehearsal
from tests.rehearse.test_console import ADDRESS, Page

METHODS = ("PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "PRI", "A" * 5000, "\x00", "G(T")
PATHS = (
    "/../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/", "//", "///instructor//", "/static/../app.py",
    "/static/..%2Fapp.py", "/static/%00", "/static/console.js%00", "/static/" + "a" * 9000, "/enter/", "/enter/%00",
    "/enter/%ff%fe", "/enter/..%2f", "/enter/" + "A" * 40, "/enter/%ED%A0%80", "/instructor", "/instructor/%2e%2e/",
    "/INSTRUCTOR/", "/nobody/", "/instructor/event/" + "9" * 5000, "/instructor/event/-1", "/instructor/event/%D9%A3",
    "/instructor/event/1e9", "/instructor/event/%00", "/?" + "a=b&" * 9000, "*", "http://evil.example/", "/\t/", "/a b",
    "/%", "/%zz", "/;/", "/instructor/events?x=%0d%0aSet-Cookie:a=b",
)  # fmt: skip
HEADS = (
    "Host: evil.example", "Host:", "Host: a\r\nHost: b", "X: " + "a" * 100_000, "X" * 70_000 + ": a", "no colon",
    "Cookie: " + "a=b; " * 3000, "Cookie: mirrordrill=\x00", "Cookie: \xff\xfe", "Content-Length: -1",
    "Content-Length: 1e3", "Content-Length: " + "9" * 5000, "Content-Length: 5\r\nContent-Length: 6",
    "Transfer-Encoding: chunked\r\nContent-Length: 3", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, chunked",
    " folded: a", "Expect: 200-maybe", "Upgrade: websocket\r\nConnection: Upgrade", "Connection: close, close",
    "A: b\rC: d", "A: b\nC: d", "A: \x00", "Range: bytes=0-,0-,0-", "X-Forwarded-For: 127.0.0.1",
)  # fmt: skip
DEEP = "[" * 10_000
BODIES = (
    "", "[1", "null", "1", '"a"', "[]", "{", "{}", '{"line": 1}', '{"line": null}', '{"line": ["quit"]}', DEEP,
    '{"line": ' + DEEP, '{"a":' * 3000, '{"line": ' + "9" * 5000 + "}", '{"line": 1e999}', '{"line": NaN}',
    '{"line": "\\u0000"}', '{"line": "\\ud800"}', '{"line": "a\x00b"}', "\xff\xfe", "a" * 30_000, '{"no": "line"}',
    '{"line": "\\u001b[2J"}', '{"line": "../../etc/passwd"}', '{"line": "back ' + "9" * 3000 + 's"}',
    '{"line": "branch ../../x"}', '{"line": "branch \\u0000"}', '{"line": "pace ' + "9" * 400 + '"}',
    '{"line": "pace nan"}',
    '{"line": "go nowhere"}', '{"line": "plan /dev/zero"}', '{"line": "decide a"}', '{"line": ""}', '{"line": "#"}',
)  # fmt: skip


def requests(page: Page) -> Iterator[bytes]:
    """All of them; those with a body are an instructor's."""
    host = f"Connection: close\r\nHost: 127.0.0.1:{page.port}"
    for method in METHODS:
        yield f"{method} /instructor/ HTTP/1.1\r\n{host}\r\n\r\n".encode("latin-1")
    for path in PATHS:
        yield f"GET {path} HTTP/1.1\r\n{host}\r\n\r\n".encode("latin-1")
    for head in HEADS:
        yield f"GET /instructor/ HTTP/1.1\r\n{host}\r\n{head}\r\n\r\n".encode("latin-1")
    its = f"{host}\r\nOrigin: http://127.0.0.1:{page.port}\r\nCookie: {page.cookie}\r\nContent-Type: application/json"
    for body in BODIES:
        text = body.encode("latin-1")
        yield f"POST /instructor/say HTTP/1.1\r\n{its}\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text
    yield f"POST /instructor/say HTTP/1.1\r\n{its}\r\nContent-Length: 90\r\n\r\n{{".encode()
    yield f"POST /instructor/say HTTP/1.1\r\n{its}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".encode()
    yield from (b"", b"\r\n" * 1000, b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"GET /\r\n", b"\x00" * 70_000)


def answered(port: int, request: bytes) -> bytes:
    """What came back until the console closed, or nothing came for a while: it waits for the rest of a request."""
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        try:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except (ConnectionError, TimeoutError):
            return b""


def test_hostile_requests_are_refused_or_harmless(tmp_path: Path) -> None:
    """No answer of 500, no token in an answer, not a word of the server, and the recording is not touched."""
    with RunningRehearsal(tmp_path) as night:
        port, path = next((int(p), at) for role, p, at in ADDRESS.findall(night.printed) if role == "Instructor")
        page = Page(port, path)
        before = night.recording().read_text()
        count = 0
        for request in requests(page):
            count += 1
            said = answered(port, request)
            assert not said.startswith(b"HTTP/1.1 5"), (request[:300], said[:300])
            is_whole = request.startswith(b"POST") and request[-1:] not in b"{\n"
            assert said.startswith(b"HTTP/1.1 ") or not is_whole, request[:300]
            assert page.cookie.partition("=")[2].encode() not in said, request[:300]
        assert count > 100
        assert night.recording().read_text() == before
        assert page.ask("GET", page.path, Cookie=page.cookie).status == 200
        words = night.printed
    told = night.printed.removeprefix(words)
    assert "Traceback" not in told
    assert told.startswith("the rehearsal has ended"), told


BROKEN = """
from mirrordrill.drills.rehearse.console import app

def broken(*_):
    raise RuntimeError("what only the instructor may see")

app.live_timeline = app.decide_gate = broken
"""


def test_a_fault_of_the_console_is_told_once_and_the_rehearsal_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice in a page, once in an action: 500 each time; what comes after is recorded, and the recording runs again."""
    (tmp_path / "sitecustomize.py").write_text(BROKEN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr("tests.command_process.HAS_SERVER", False)  # the fault comes as a new interpreter starts
    with RunningRehearsal(tmp_path) as night:
        pages = {role: Page(int(port), path) for role, port, path in ADDRESS.findall(night.printed)}
        page = pages["Instructor"]
        for _ in range(2):
            answer = page.ask("GET", f"{page.path}timeline", Cookie=page.cookie)
            assert answer.status == 500
            assert answer.text.startswith("SIMULATED: the console failed at this")
        assert page.act("say", line="gate takeover? for the duty manager")[0] == 200
        status, told = page.act("decide", gate="takeover?", person="Ann", text="yes")
        assert status == 500
        assert "only the instructor" not in told
        assert page.act("note", text="we go on", person="Ann")[0] == 200
        assert "we go on" in night.recording().read_text()
    assert "Traceback" not in night.printed
    assert night.printed.count("RuntimeError: what only the instructor may see") == 1
    again = command("mirrordrill", "run", night.recording(), "--show", "summary")
    assert again.returncode == 0, again.stdout + again.stderr
