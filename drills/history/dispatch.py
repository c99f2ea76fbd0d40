"""Hands each record of a log to those that asked for events of its kind, and to no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mirrordrill.simulator.kernel.events import Event, Record

AnyEvent = TypeVar("AnyEvent", bound=Event)


Handler = Callable[[Record, Any], None]
"""Called with a record and its event."""


class Dispatch:
    """One observer of a log for all that is remembered of it."""

    def __init__(self) -> None:
        self._by_kind: dict[type[Event], list[Handler]] = {}
        self._before: list[Handler] = []
        self._after: list[Handler] = []
        self._handlers_of: dict[type[Event], tuple[Handler, ...]] = {}
        """Kind of event -> all that are called for it, in their order, for the kinds that have come."""
        self.last: Record | None = None
        """The record that came last."""

    def on(self, kind: type[AnyEvent], handler: Callable[[Record, AnyEvent], None]) -> None:
        """Call the handler with each event of a kind, after those that asked before."""
        self._by_kind.setdefault(kind, []).append(handler)
        self._handlers_of.clear()

    def before_each(self, handler: Handler) -> None:
        """Call the handler with every record, before anything is made of it. It must cost next to nothing."""
        self._before.append(handler)
        self._handlers_of.clear()

    def after_each(self, handler: Handler) -> None:
        """Call the handler with every record, after all others. It must cost next to nothing."""
        self._after.append(handler)
        self._handlers_of.clear()

    def see(self, record: Record) -> None:
        """Take one record in."""
        self.last, event = record, record.event
        handlers = self._handlers_of.get(type(event))
        if handlers is None:
            handlers = (*self._before, *self._by_kind.get(type(event), ()), *self._after)
            self._handlers_of[type(event)] = handlers
        for handler in handlers:
            handler(record, event)
