"""The shells of a rehearsal: each is a client of the site's own socket, as the program `rehearse`.

A shell sends one line at a time. What it gets are JSON messages, one in each frame: the answer to its line, the story
as it happens, and the state that its prompt shows.

Rule 1: the socket is in a directory that only the owner of the rehearsal can enter: a shell needs no token.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from mirrordrill.drills.output import timeline
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.drills.rehearse.shell.protocol import ShellMessage, ShellState
from mirrordrill.simulator.bridge.served.client_sessions import ClientSession, ProgramClient
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.kernel.untrusted import visible


def state_of(rehearsal: Rehearsal) -> ShellState:
    """What prompts show now."""
    stage = rehearsal.stage
    site = stage.world.site
    return ShellState(
        site.name or str(site.clusters[0].name),
        clock_text(stage.now_us)[:-3],
        rehearsal.tree.current,
        rehearsal.is_stopped,
        rehearsal.stopped_because,
        tuple(stage.drill.programs.gates),
    )


class ControlSession:
    """One shell."""

    is_control = True

    def __init__(self, rehearsal: Rehearsal, client: ProgramClient, person: str, on_left: Callable[[], None]) -> None:
        self._instructor = Instructor(rehearsal, person or "instructor")
        self._client = client
        self._on_left = on_left
        client.on_frame = self._hear
        names = rehearsal.stage.drill.names
        kinds = ("host", "group", "resource", "cluster", "array", "volume", "console", "link")
        self._send(names={kind: names.known(kind) for kind in kinds})

    def hurries(self, now_s: float) -> bool:
        """A shell waits for no simulated time."""
        del now_s
        return False

    def leave(self) -> None:
        """The shell is gone; the rehearsal goes on."""
        self._on_left()

    def tell(self, record: Record) -> None:
        """Show a line of the story as it happens."""
        if not timeline.is_detail(record.event):
            self._send(story=visible(timeline.line(record)))

    def changed(self) -> None:
        """The state that the prompt shows is another one."""
        self._send()

    def _hear(self, kind: bytes, payload: bytes) -> None:
        if kind != b"I":
            return
        answer = self._instructor.types(payload.decode("utf-8", "replace"))
        self._send(answer=answer.text, is_good=answer.is_good)

    def _send(
        self, *, answer: str | None = None, is_good: bool = True, story: str = "",
        names: dict[str, tuple[str, ...]] | None = None,
    ) -> None:  # fmt: skip
        rehearsal = self._instructor.rehearsal
        message = ShellMessage(state_of(rehearsal), answer, is_good, story, rehearsal.is_over, names or {})
        if self._client.open:
            self._client.say(msgspec.json.encode(message).decode())


class ShellSessions:
    """All shells of a rehearsal."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._all: list[ControlSession] = []
        rehearsal.watch.on_record.append(self._tell)
        rehearsal.watch.on_change.append(self.tick)

    def begin(self, client: ProgramClient, argv: list[str]) -> ClientSession:
        """A shell says hello, with the name of its person."""
        session = ControlSession(self._rehearsal, client, " ".join(argv)[:60], lambda: self._all.remove(session))
        self._all.append(session)
        return session

    def _tell(self, record: Record) -> None:
        for session in tuple(self._all):
            session.tell(record)

    def tick(self) -> None:
        """Show the present state in every prompt."""
        for session in tuple(self._all):
            session.changed()
