"""Hands each record of a log to those that asked for events of its kind, and to no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mirrordrill.simulator.kernel.events import Event, Record

AnyEvent = TypeVar("AnyEvent", bound=Event)


class Dispatch:
    """One observer of a log for all that is remembered of it."""

    def __init__(self) -> None:
        self._by_kind: dict[type[Event], list[Callable[[Record, Any], None]]] = {}
        self._before: list[Callable[[Record], None]] = []
        self._after: list[Callable[[Record], None]] = []

    def on(self, kind: type[AnyEvent], handler: Callable[[Record, AnyEvent], None]) -> None:
        """Call the handler with each event of a kind, after those that asked before."""
        self._by_kind.setdefault(kind, []).append(handler)

    def before_each(self, handler: Callable[[Record], None]) -> None:
        """Call the handler with every record, before anything is made of it. It must cost next to nothing."""
        self._before.append(handler)

    def after_each(self, handler: Callable[[Record], None]) -> None:
        """Call the handler with every record, after all others. It must cost next to nothing."""
        self._after.append(handler)

    def see(self, record: Record) -> None:
        """Take one record in."""
        for look in self._before:
            look(record)
        event = record.event
        for handler in self._by_kind.get(type(event), ()):
            handler(record, event)
        for look in self._after:
            look(record)
