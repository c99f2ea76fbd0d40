"""`hastatus` without `-sum`: the present state, then every change, until the reader closes the stream.

Groups, resources and systems each have a line with their message. A line is printed again when its message is another
one; between two looks of the engine nothing can have changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mirrordrill.simulator.vcs.commands.language.grammar import (
    OK,
    CommandResult,
    OperatorContext,
    PendingResult,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import row
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, ResourceStatus
from mirrordrill.simulator.vcs.states import IState, ResourceState

WIDTHS = (15, 20, 20, 20)
GREETING = "attempting to connect....connected"
RULE = "-" * 73

Line = tuple[str, str, str]
"""Group, resource and system; unused ones are empty."""


def is_stream(argv: Sequence[str]) -> bool:
    """Whether a command line is a `hastatus` stream."""
    return tuple(argv[:1]) == ("hastatus",) and tuple(argv[1:2]) in {(), ("-group",)}


def stream(context: OperatorContext, only: str | None) -> CommandResult | PendingResult:
    """Stream to the listener, of one group or (None) all; without a listener the present state only."""
    state, listener = context.state, context.listener
    told = dict(_lines(state, only))
    opening = [
        GREETING,
        row(WIDTHS, "group", "resource", "system", "message"),
        " ".join("-" * width for width in WIDTHS),
    ]
    opening += _printed(told)
    if listener is None:
        return success(*opening)
    listener.say("".join(f"{line}\n" for line in opening))

    def is_over() -> bool:
        """Called after every engine change: write what is new."""
        now = dict(_lines(state, only))
        fresh = {line: message for line, message in now.items() if told.get(line) != message}
        if fresh and listener.open:
            listener.say("".join(f"{text}\n" for text in _printed(fresh)))
        told.update(fresh)
        return not listener.open

    return PendingResult(context.wait_for(is_over), lambda _: CommandResult(OK, ""))


def _printed(told: dict[Line, str]) -> list[str]:
    """The lines, resources below a rule of their own."""
    groups = [row(WIDTHS, *line, message) for line, message in told.items() if not line[1]]
    resources = [row(WIDTHS, *line, message) for line, message in told.items() if line[1]]
    return [*groups, RULE, *resources] if resources else groups


def _lines(state: EngineState, only: str | None) -> Iterator[tuple[Line, str]]:
    for name, system in state.systems.items():
        yield ("", "", name), system.state.value
    for name, group in state.groups.items():
        if only not in {None, name}:
            continue
        for at in group.on:
            yield (name, "", at), " ".join(group.words(at)) if group.is_probed(at) else "UNKNOWN"
        for at in group.on:
            for place, on in group.each(at):
                yield ("", place.spec.name, at), _message(on)
    yield from _remote_lines(state, only)


def _remote_lines(state: EngineState, only: str | None) -> Iterator[tuple[Line, str]]:
    """Other clusters, their systems and global groups as `cluster:system`, and alerts (the real shape is not known)."""
    for remote in state.wide_area.clusters.values():
        yield ("", "", remote.name), remote.state.value
        for system in remote.snapshot.systems:
            yield ("", "", f"{remote.name}:{system.name}"), system.state
        for group in remote.snapshot.groups:
            if only in {None, group.name}:
                yield (group.name, "", f"{remote.name}:{group.system}"), " ".join(group.words)
    for alert in state.wide_area.alerts.values():
        yield ("", "", alert.id), "ALERT"


def _message(on: ResourceStatus) -> str:
    waiting = "" if on.istate is IState.NOT_WAITING or on.state is ResourceState.FAULTED else on.istate.text.upper()
    return waiting or on.words()
