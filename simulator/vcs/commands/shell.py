"""Takes a command line on a system and answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import simpy

from simulator.vcs.commands import hagrp, hares, hastatus, inventory
from simulator.vcs.commands.grammar import (
    FAILED,
    CommandResult,
    Context,
    Misused,
    Pending,
    Refused,
    Verb,
    parse,
    usage,
)
from simulator.vcs.messages import UNKNOWN_COMMAND

COMMANDS: Mapping[str, tuple[Verb, ...]] = MappingProxyType(
    {
        "hagrp": hagrp.VERBS,
        "hares": hares.VERBS,
        "hasys": inventory.SYSTEM_VERBS,
        "hatype": inventory.TYPE_VERBS,
        "haclus": inventory.CLUSTER_VERBS,
        "hastatus": hastatus.VERBS,
    }
)

Done = Callable[[CommandResult, bool], None]
"""Told the result, and whether the command is one that changes something."""


def run(context: Context, argv: tuple[str, ...], done: Done) -> None:
    """Answer a command line; `done` is called now, or when the command has ended in simulated time."""
    command = argv[0] if argv else ""
    verbs = COMMANDS.get(command)
    if verbs is None:
        done(CommandResult(FAILED, UNKNOWN_COMMAND.line(command) + "\n"), False)
        return
    verb = next((verb for verb in verbs if len(argv) > 1 and verb.flag == argv[1]), None)
    if verb is None:
        done(usage(command, verbs), False)
        return
    try:
        answer = verb.run(context, parse(verb, argv[2:]))
    except Misused:
        done(usage(command, (verb,)), False)
    except Refused as refusal:
        done(CommandResult(FAILED, f"{refusal}\n"), False)
    else:
        _deliver(answer, verb.changes, done)


def _deliver(answer: CommandResult | Pending, changes: bool, done: Done) -> None:
    if isinstance(answer, CommandResult):
        done(answer, changes)
        return
    finish = answer.finish

    def ended(event: simpy.Event) -> None:
        done(finish(event.value), changes)

    if answer.event.processed:
        ended(answer.event)
    else:
        answer.event.callbacks.append(ended)
