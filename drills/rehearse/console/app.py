"""The console over HTTP: one page for each role, kept up to date by server-sent events.

Each role has its own path and a cookie for that path. An address with the token sets the cookie, and is then gone from
the browser's address bar.

Rule 1: the role of a request is what its cookie says, never what the page says.
Rule 2: a request that acts comes from a page of this console: its Origin and its Host are ours, and its body is JSON.
Rule 3: text of people and of the site reaches a page through a template that escapes it.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from mirrordrill.drills.rehearse.console import views
from mirrordrill.drills.rehearse.console.pictures import AROUND, around, live_timeline
from mirrordrill.drills.rehearse.console.terminal import Terminals
from mirrordrill.drills.rehearse.console.unexpected import failed
from mirrordrill.drills.rehearse.faults_said import kinds_by_layer, sentences_for
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.roles import Role, RoleView
from mirrordrill.drills.rehearse.server import RehearsalServer
from mirrordrill.drills.rehearse.shell.commands import Instructor, decide_gate
from mirrordrill.drills.report.page import resource
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.bridge.served.installation import Installation
from mirrordrill.simulator.dscli.formats import date_text

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
CSS = "text/css; charset=utf-8"
STATIC = {"console.js": "text/javascript; charset=utf-8", "console.css": CSS, "timeline.css": CSS}
"""The last is the report's: both have the same picture."""
TEMPLATES = ("page.html", "instructor.html", "side.html")
NAMED = ("host", "group", "array", "link", "cluster", "console", "resource")
"""Kinds of names that a fault's sentence is filled with."""
NUMBER = re.compile(r"[0-9]{1,18}")
MAX_BODY = 20_000
SOONEST_S = 0.1
"""A page is brought up to date no more often than this."""
LATEST_S = 1.0
"""And no less often: the clock goes on when nothing happens."""


class ConsoleApp:
    """The application, and what it remembers of each role."""

    def __init__(
        self, rehearsal: Rehearsal, server: RehearsalServer, installation: Installation, tokens: Mapping[str, Role],
        origin: str,
    ) -> None:  # fmt: skip
        self._rehearsal = rehearsal
        self._server = server
        self._tokens = tokens
        self._origin = origin
        self._roles = {role.key: role for role in tokens.values()}
        self._changed = asyncio.Event()
        self._open = dict.fromkeys(self._roles.values(), 0)
        """The pages of each role that follow the rehearsal."""
        self._shown: dict[str, str] = {}
        """The view of each role as it was made last; forgotten when anything changes."""
        self._drawn: dict[str, tuple[tuple[str, int] | None, str]] = {}
        """The timeline of each role as it was drawn last, with the branch and the length of the log then."""
        self._templates = Environment(
            loader=DictLoader({name: text_of("templates", name) for name in TEMPLATES}),
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        found = (installation.folder / "profiles").glob("*.profile")
        profiles = {path.name: path.read_text("utf-8", errors="replace") for path in found if path.is_file()}
        self._terminals = {
            role.key: Terminals(
                server.site,
                places_of(role, rehearsal),
                profiles,
                self._change,
                sees_all=role.view is RoleView.INSTRUCTOR,
            )
            for role in self._roles.values()
        }
        rehearsal.watch.on_change.append(self._change)
        rehearsal.watch.on_record.append(lambda _: self._change())
        self.starlette = Starlette(
            routes=[
                Route("/enter/{token}", self.enter),
                Route("/static/{name}", self.static),
                Route("/{key}/", self.page),
                Route("/{key}/events", self.events),
                Route("/{key}/timeline", self.timeline),
                Route("/{key}/event/{number}", self.event),
                Route("/{key}/{action}", self.act, methods=["POST"]),
            ],
            exception_handlers={Exception: failed},
        )

    def end(self) -> None:
        """Let the pages know that it is over."""
        self._change()

    def _change(self) -> None:
        self._shown.clear()
        self._changed.set()
        self._changed = asyncio.Event()

    # Role of a request.

    def _cookie(self, role: Role) -> str:
        return f"mirrordrill-{self._origin.rpartition(':')[2]}-{role.key}"

    def _role(self, request: Request) -> Role | None:
        """The role of the path, if the cookie has its token and the request is meant for us."""
        if not self._is_for_us(request):
            return None
        role = self._roles.get(request.path_params["key"])
        if role is None:
            return None
        shown = request.cookies.get(self._cookie(role), "")
        known = next(token for token, its in self._tokens.items() if its is role)
        return role if secrets.compare_digest(shown.encode(), known.encode()) else None

    def _is_for_us(self, request: Request) -> bool:
        """Whether the Host is ours. Over TLS, where others reach us by names of their own, the certificate says so."""
        return self._origin.startswith("https:") or self._host(request) == self._origin.partition("//")[2]

    def _host(self, request: Request) -> str:
        return request.headers.get("host", "")

    def _is_from_us(self, request: Request) -> bool:
        """Whether a page of this console sent the request."""
        scheme = self._origin.partition("//")[0]
        return request.headers.get("origin") == f"{scheme}//{self._host(request)}"

    async def enter(self, request: Request) -> Response:
        """Take a token, and go to its role's page without it."""
        shown = str(request.path_params["token"]).encode()
        role = next((r for token, r in self._tokens.items() if secrets.compare_digest(token.encode(), shown)), None)
        if role is None:
            return refused()
        answer = RedirectResponse(f"/{role.key}/", 303, HEADERS)
        is_secure = self._origin.startswith("https")
        answer.set_cookie(
            self._cookie(role), shown.decode(), path=f"/{role.key}/", httponly=True, samesite="strict", secure=is_secure
        )
        return answer

    # Pages.

    async def static(self, request: Request) -> Response:
        """A script or a style sheet; there are no others."""
        name = request.path_params["name"]
        if name not in STATIC:
            return refused()
        text = resource("timeline.css") if name == "timeline.css" else text_of("static", name)
        return Response(text, headers={**HEADERS, "Content-Type": STATIC[name]})

    async def page(self, request: Request) -> Response:
        """The page of a role."""
        role = self._role(request)
        if role is None:
            return refused()
        names = self._rehearsal.stage.drill.names
        known = {kind: names.known(kind) for kind in NAMED}
        is_instructor = role.view is RoleView.INSTRUCTOR
        catalogue = {
            layer: [(kind.name, list(sentences_for(kind, known))) for kind in kinds]
            for layer, kinds in (kinds_by_layer() if is_instructor else {}).items()
        }
        site = self._rehearsal.stage.world.site
        text = self._templates.get_template("page.html").render(
            role=role, site=site.name or site.clusters[0].name, catalogue=catalogue, is_instructor=is_instructor,
            terminals=self._terminals[role.key].all, view=self._view(role), state=self._state(role),
            patterns=Markup(resource("patterns.svg")), began=date_text(0),  # noqa: S704  # our own file
        )  # fmt: skip
        return Response(text, headers={**HEADERS, "Content-Type": "text/html; charset=utf-8"})

    async def events(self, request: Request) -> Response:
        """The page's view, each time that it is another one; a page that comes back gets all of it at once."""
        role = self._role(request)
        if role is None:
            return refused()
        return StreamingResponse(self._updates(role), headers={**HEADERS, "Content-Type": "text/event-stream"})

    async def timeline(self, request: Request) -> Response:
        """The picture until now."""
        role = self._role(request)
        if role is None:
            return refused()
        told = (self._rehearsal.tree.current, len(self._rehearsal.stage.drill.log))
        if self._drawn.get(role.key, (None, ""))[0] != told:
            self._drawn[role.key] = told, str(live_timeline(self._rehearsal, role))
        return Response(self._drawn[role.key][1], headers={**HEADERS, "Content-Type": "text/html; charset=utf-8"})

    async def event(self, request: Request) -> Response:
        """The story around an event: for an instructor all of it, for a side its own logs."""
        role = self._role(request)
        if role is None:
            return refused()
        asked = NUMBER.fullmatch(request.path_params["number"])
        if asked is None:
            return refused()
        number = min(int(asked[0]), len(self._rehearsal.stage.drill.log) - 1)
        if role.view is RoleView.INSTRUCTOR:
            lines = around(self._rehearsal.stage, number)
        else:
            lines = views.log_lines(self._rehearsal.stage, role, until=number)[: 2 * AROUND]
        return answered("\n".join(lines) or "nothing is told of it here", is_good=bool(lines))

    async def _updates(self, role: Role) -> AsyncIterator[str]:
        self._open[role] += 1
        self._change()
        try:
            async for text in self._texts(role):
                yield text
        finally:
            self._open[role] -= 1
            self._change()

    async def _texts(self, role: Role) -> AsyncIterator[str]:
        last = ""
        while True:
            text = json.dumps({"view": self._view(role), **self._state(role)})
            if text != last:
                yield f"data: {text}\n\n"
                last = text
            if self._rehearsal.is_over:
                return
            changed = self._changed
            await asyncio.sleep(SOONEST_S)
            try:
                await asyncio.wait_for(changed.wait(), LATEST_S - SOONEST_S)
            except TimeoutError:
                yield ": still here\n\n"

    def _state(self, role: Role) -> dict[str, Any]:
        rehearsal = self._rehearsal
        terminals = self._terminals[role.key].all
        is_instructor = role.view is RoleView.INSTRUCTOR
        return {
            "clock": clock_text(rehearsal.stage.now_us)[:-7],
            "stopped": rehearsal.is_stopped,
            "why": rehearsal.stopped_because if is_instructor else "",
            "branch": rehearsal.tree.current if is_instructor else "",
            "gates": [
                {"gate": gate, "person": person} for gate, person in rehearsal.stage.drill.programs.gates.items()
            ],
            "terminals": {name: {"text": each.text, "prompt": each.prompt} for name, each in terminals.items()},
            "over": rehearsal.is_over,
        }

    def _view(self, role: Role) -> str:
        if role.key not in self._shown:
            self._shown[role.key] = self._rendered(role)
        return self._shown[role.key]

    def _rendered(self, role: Role) -> str:
        if role.view is RoleView.INSTRUCTOR:
            return self._templates.get_template("instructor.html").render(
                **views.instructor(self._rehearsal), open=[(r.title, n) for r, n in self._open.items() if n]
            )
        return self._templates.get_template("side.html").render(role=role, **views.participant(self._rehearsal, role))

    # What people do.

    async def act(self, request: Request) -> Response:
        """A line of the instructor, a line at a terminal, a note, a decision."""
        role = self._role(request)
        is_json = request.headers.get("content-type", "").startswith("application/json")
        if role is None or not self._is_from_us(request) or not is_json:
            return refused()
        body = await request.body()
        try:
            told = json.loads(body) if len(body) <= MAX_BODY else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or not all(isinstance(each, str) for each in told.values()):
            return answered("the request is too long, or no JSON object of texts", is_good=False, status=400)
        try:
            texts = {name: whole(text) for name, text in told.items()}
            answer = self._carry_out(role, str(request.path_params["action"]), texts)
        except UsageError as wrong:
            answer = answered(str(wrong), is_good=False)
        except KeyError:
            answer = refused()
        self._change()
        self._server.wake()
        return answer

    def _carry_out(self, role: Role, action: str, told: dict[str, str]) -> Response:
        """Raises UsageError; KeyError for what the role may not do or names."""
        name = " ".join(told.get("person", "").split())[:60]
        person = f"{name} ({role.title})" if name else role.title
        if action == "say" and role.view is RoleView.INSTRUCTOR:
            answer = Instructor(self._rehearsal, person).types(told["line"])
            return answered(answer.text, is_good=answer.is_good)
        if action == "note":
            self._rehearsal.note(person, told["text"][:2000])
            return answered("noted")
        if action == "decide":
            return answered(decide_gate(self._rehearsal, told["gate"], person, told["text"][:2000]))
        if action == "type":
            self._terminals[role.key].type(told["place"], told["line"], on_host=told["place"] in role.hosts)
            return answered("")
        if action == "interrupt":
            self._terminals[role.key].interrupt(told["place"])
            return answered("")
        raise KeyError(action)


def places_of(role: Role, rehearsal: Rehearsal) -> dict[str, str]:
    """The terminals of a role, with the DS CLI profile of each: of its hosts, or of arrays for the administrator."""
    images = {a.host: a.image_id for a in rehearsal.stage.world.site.attachments}
    if role.hosts:
        return {host: f"{images.get(host, role.arrays[0])}.profile" for host in role.hosts}
    return {image: f"{image}.admin.profile" for image in role.arrays}


def whole(text: str) -> str:
    """The text with `?` for halves of signs, as JSON may have them: no file and no page takes them."""
    return text.encode("utf-8", "replace").decode()


def refused() -> Response:
    """Nothing is told of what there is."""
    return PlainTextResponse("SIMULATED: no such page, or not with this role\n", 403, HEADERS)


def answered(text: str, *, is_good: bool = True, status: int = 200) -> Response:
    """What an action came to."""
    content = json.dumps({"text": text, "good": is_good})
    return Response(content, status, {**HEADERS, "Content-Type": "application/json"})


def text_of(folder: str, name: str) -> str:
    """A file of the console."""
    return (files("mirrordrill.drills.rehearse.console") / folder / name).read_text("utf-8")
