"""Takes a command line on a system and answers it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import simpy

from mirrordrill.simulator.vcs.commands import (
    haagent,
    haalert,
    haclus,
    hahb,
    hastatus,
    hastop,
    hasys,
    hatype,
    membership,
)
from mirrordrill.simulator.vcs.commands.configuration import haattr, haconf, hauser, objects
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
from mirrordrill.simulator.vcs.commands.language.refusals import (
    NO_ENGINE,
    NOT_SIMULATED,
    UNKNOWN_COMMAND,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.remote_commands import relay_words

COMMANDS: Mapping[str, tuple[Verb, ...]] = MappingProxyType(
    {
        "hagrp": (*hagrp.VERBS, *hagrp_settings.VERBS, *structure.GROUP_VERBS, *objects.GROUP_VERBS),
        "hares": (*hares.VERBS, *hares_settings.VERBS, *structure.RESOURCE_VERBS),
        "hasys": (*hasys.VERBS, *objects.SYSTEM_VERBS),
        "hatype": (*hatype.VERBS, *objects.TYPE_VERBS),
        "haattr": haattr.VERBS,
        "haclus": haclus.VERBS,
        "hastatus": hastatus.VERBS,
        "hahb": hahb.VERBS,
        "haalert": haalert.VERBS,
        "haagent": haagent.VERBS,
        "haconf": haconf.CONFIGURATION_VERBS,
        "hacf": haconf.FILE_VERBS,
        "hauser": hauser.VERBS,
        "halog": haconf.LOG_VERBS,
        "hamsg": haconf.MESSAGE_VERBS,
        "hastart": membership.START_VERBS,
        "hastop": hastop.VERBS,
        "gabconfig": membership.GAB_VERBS,
        "lltstat": membership.LLT_VERBS,
        "vxfenadm": membership.FENCING_VERBS,
        "vxfenclearpre": membership.CLEAR_VERBS,
    }
)

NOT_SIMULATED_COMMANDS = frozenset(
    {
        "gabdebug",
        "gabdiskhb",
        "getcomms",
        "getdbac",
        "hacheckver",
        "hacli",
        "had",
        "hadebug",
        "hagetcf",
        "haimfconfig",
        "halogin",
        "hanotify",
        "hareport",
        "hasim",
        "hasite",
        "hasnap",
        "hawparsetup",
        "hazonesetup",
        "lltconfig",
        "lltdump",
        "lltping",
        "lltshow",
        "vxfenconfig",
        "vxfendisk",
        "vxfenswap",
        "vxfentsthdw",
    }
)
"""Commands that real systems have and the simulation answers with a clear word."""
NOT_SIMULATED_FORMS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "hagrp": frozenset({"-forecast", "-migrate", "-rename"}),
        "hares": frozenset({"-offprop", "-rename"}),
        "hasys": frozenset({"-rename", "-evacuate", "-updatelicense"}),
        "haclus": frozenset({"-add", "-delete", "-enableassociation", "-rename", "-status"}),
        "halog": frozenset({"-addtags", "-cache", "-deltags", "-info", "-setprint"}),
        "haconf": frozenset({"-autodump"}),
        "hacf": frozenset({"-cftocmd", "-cmdtocf", "-display", "-generate"}),
        "hastatus": frozenset({"-sound"}),
        "gabconfig": frozenset({"-C", "-U", "-d", "-i", "-l", "-m", "-v"}),
        "lltstat": frozenset(
            {"-a", "-c", "-C", "-e", "-g", "-l", "-m", "-N", "-o", "-p", "-q", "-r", "-s", "-v", "-z"}
        ),
        "vxfenadm": frozenset({"-C", "-G", "-R", "-T", "-e", "-g", "-i", "-m", "-n", "-r"}),
    }
)
"""Forms of real commands, by their first word."""
NOT_SIMULATED_OPTIONS = frozenset(
    {
        "-atleast",
        "-checkpartial",
        "-dbg",
        "-domain",
        "-i18n",
        "-min",
        "-ovalues",
        "-parentprop",
        "-platform",
        "-propagate",
        "-rank",
        "-site",
        "-user",
    }
)
"""Options of real commands that no form here has."""
PROGRAMS = tuple(sorted((*COMMANDS, *NOT_SIMULATED_COMMANDS)))
"""Everything that a system of the cluster has a program for."""


class Done(Protocol):
    """Takes the result of a command, and whether the command changes anything."""

    def __call__(self, result: CommandResult, *, changes: bool) -> None:
        """The command has ended."""


def run(context: OperatorContext, argv: tuple[str, ...], done: Done) -> bool:
    """Run a command line; `done` is called at once, or when the command ends in simulated time.

    Returns whether anything may have changed already.
    """
    command = argv[0] if argv else ""
    verbs = COMMANDS.get(command)
    verb, words = find_verb(verbs or (), argv[1:])
    if not_simulated := _not_simulated(argv, verb, words):
        done(failure(NOT_SIMULATED, not_simulated), changes=False)
        return False
    if verbs is None:
        done(failure(UNKNOWN_COMMAND, command), changes=False)
        return False
    if argv[1:2] == ("-help",):
        done(success(*forms(command, verbs)), changes=False)
        return False
    if verb is None:
        done(usage(command, verbs), changes=False)
        return False
    try:
        args = parse(verb, words)
        answer = relay_words(context, verb, args, argv) or verb.run(context, args)
    except WrongUsage:
        done(usage(command, (verb,) if verb.flag else verbs), changes=False)
    except CommandRefused as refusal:
        done(CommandResult(FAILED, "", f"{refusal}\n"), changes=False)
    else:
        _deliver(context, answer, done, changes=verb.changes)
    return verb.changes


def _not_simulated(argv: tuple[str, ...], verb: Verb | None, words: tuple[str, ...]) -> str:
    """The part of the command line that real systems have and the simulation has not; empty where there is none.

    `words` are those behind the flag of its form.
    """
    if not argv or argv[0] in NOT_SIMULATED_COMMANDS:
        return "".join(argv[:1])
    if len(argv) > 1 and argv[1] in NOT_SIMULATED_FORMS.get(argv[0], ()):
        return " ".join(argv[:2])
    if verb is not None and not NOT_SIMULATED_OPTIONS.isdisjoint(words):
        options = [word for word in words if word in NOT_SIMULATED_OPTIONS and word not in verb.options]
        if options:
            return f"{argv[0]} {argv[1]} ... {options[0]}"
    return ""


def find_verb(verbs: tuple[Verb, ...], words: tuple[str, ...]) -> tuple[Verb | None, tuple[str, ...]]:
    """The form of the command line and the words behind its flag; the form without a flag is the default."""
    if words and words[0]:
        for verb in verbs:
            if verb.flag == words[0]:
                return verb, words[1:]
    for at, word in enumerate(words):
        for verb in verbs:
            if word == verb.flag and verb.options_first:
                return verb, (*words[:at], *words[at + 1 :])
    return next((verb for verb in verbs if not verb.flag), None), words


def _deliver(context: OperatorContext, answer: CommandResult | PendingResult, done: Done, *, changes: bool) -> None:
    """Report the result: at once, when its event happens, or when the command's own engine has ended before that."""
    if isinstance(answer, CommandResult):
        done(answer, changes=changes)
        return
    finish, is_done = answer.finish, [False]

    def ended(event: simpy.Event) -> None:
        if not is_done[0]:
            is_done[0] = True
            done(finish(event.value), changes=changes)

    def engine_ended(_: simpy.Event) -> None:
        if not is_done[0]:
            is_done[0] = True
            done(failure(NO_ENGINE, is_unanswered=True), changes=changes)

    if answer.event.processed:
        ended(answer.event)
        return
    answer.event.callbacks.append(ended)
    if context.reached is not None:
        lost = context.wait_for(lambda: is_done[0] or context.control.engine_on(context.system) is None)
        assert lost.callbacks is not None
        lost.callbacks.append(engine_ended)
