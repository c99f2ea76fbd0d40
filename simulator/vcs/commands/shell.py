"""Takes a command line on a system and answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import simpy

from mirrordrill.simulator.vcs.commands import (
    haagent,
    haalert,
    haclus,
    haconf,
    hahb,
    hastatus,
    hastop,
    hasys,
    hatype,
    membership,
)
from mirrordrill.simulator.vcs.commands.hagrp import hagrp, hagrp_settings
from mirrordrill.simulator.vcs.commands.hares import hares, hares_settings, structure
from mirrordrill.simulator.vcs.commands.language.grammar import (
    FAILED,
    CommandResult,
    OperatorContext,
    PendingResult,
    Verb,
    WrongUsage,
    failure,
    forms,
    parse,
    success,
    usage,
)
from mirrordrill.simulator.vcs.commands.language.refusals import NO_ENGINE, UNKNOWN_COMMAND, CommandRefused

COMMANDS: Mapping[str, tuple[Verb, ...]] = MappingProxyType(
    {
        "hagrp": (*hagrp.VERBS, *hagrp_settings.VERBS, *structure.GROUP_VERBS),
        "hares": (*hares.VERBS, *hares_settings.VERBS, *structure.RESOURCE_VERBS),
        "hasys": hasys.VERBS,
        "hatype": hatype.VERBS,
        "haclus": haclus.VERBS,
        "hastatus": hastatus.VERBS,
        "hahb": hahb.VERBS,
        "haalert": haalert.VERBS,
        "haagent": haagent.VERBS,
        "haconf": haconf.CONFIGURATION_VERBS,
        "hacf": haconf.FILE_VERBS,
        "hauser": haconf.USER_VERBS,
        "halog": haconf.LOG_VERBS,
        "hastart": membership.START_VERBS,
        "hastop": hastop.VERBS,
        "gabconfig": membership.GAB_VERBS,
        "lltstat": membership.LLT_VERBS,
        "vxfenadm": membership.FENCING_VERBS,
        "vxfenclearpre": membership.CLEAR_VERBS,
    }
)

Done = Callable[[CommandResult, bool], None]
"""Takes the result, and whether the command changes anything."""


def run(context: OperatorContext, argv: tuple[str, ...], done: Done) -> None:
    """Run a command line; `done` is called at once, or when the command ends in simulated time."""
    command = argv[0] if argv else ""
    verbs = COMMANDS.get(command)
    if verbs is None:
        done(failure(UNKNOWN_COMMAND, command), False)
        return
    if argv[1:2] == ("-help",):
        done(success(*forms(command, verbs)), False)
        return
    verb, words = find_verb(verbs, argv[1:])
    if verb is None:
        done(usage(command, verbs), False)
        return
    try:
        answer = verb.run(context, parse(verb, words))
    except WrongUsage:
        done(usage(command, (verb,) if verb.flag else verbs), False)
    except CommandRefused as refusal:
        done(CommandResult(FAILED, "", f"{refusal}\n"), False)
    else:
        _deliver(context, answer, verb.changes, done)


def find_verb(verbs: tuple[Verb, ...], words: tuple[str, ...]) -> tuple[Verb | None, tuple[str, ...]]:
    """The form of the command line and the words behind its flag; the form without a flag is the default."""
    flagged = next((verb for verb in verbs if verb.flag and words[:1] == (verb.flag,)), None)
    if flagged is not None:
        return flagged, words[1:]
    return next((verb for verb in verbs if not verb.flag), None), words


def _deliver(context: OperatorContext, answer: CommandResult | PendingResult, changes: bool, done: Done) -> None:
    """Report the result: at once, when its event happens, or when the command's own engine has ended before that."""
    if isinstance(answer, CommandResult):
        done(answer, changes)
        return
    finish, is_done = answer.finish, [False]

    def ended(event: simpy.Event) -> None:
        if not is_done[0]:
            is_done[0] = True
            done(finish(event.value), changes)

    def engine_ended(_: simpy.Event) -> None:
        if not is_done[0]:
            is_done[0] = True
            done(failure(NO_ENGINE), changes)

    if answer.event.processed:
        ended(answer.event)
        return
    answer.event.callbacks.append(ended)
    if context.reached is not None:
        lost = context.wait_for(lambda: is_done[0] or context.control.engine_on(context.system) is None)
        assert lost.callbacks is not None
        lost.callbacks.append(engine_ended)
