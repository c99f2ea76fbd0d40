"""A fault of ours in the console: a sentence to the browser, one to the operator, and the rehearsal goes on.

Rule 1: the browser is told that what it asked for failed, and not why: the reason may quote what its role may not see.
Rule 2: the operator is told why, in one sentence, once for each reason; the server would print a traceback each time.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

SAID = "SIMULATED: the console failed at this; the person who started the rehearsal reads why. The rehearsal goes on\n"


def failed(_request: Request, _fault: Exception) -> Response:
    """What the browser is told."""
    return PlainTextResponse(SAID, 500, {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})


class Guarded:
    """An application whose faults are told, and do not reach the server around it."""

    def __init__(self, app: ASGIApp, tell: Callable[[Exception], None]) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            pass  # half a request: the browser that sent it is gone, and nothing was done
        except Exception as fault:  # whatever it is: the application has answered it, and raises it for those around it
            self._tell(fault)
