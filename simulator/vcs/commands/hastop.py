"""`hastop`: engines stop, in good order or by force (vcs.md 3.8).

Success prints nothing and returns at once: a system is LEAVING until its groups are offline, and EXITING until its
agents have closed their resources. By force nothing is taken offline and nothing closed; the applications run on, and
on the next `hastart` they are found as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from mirrordrill.simulator.vcs.commands.hagrp.group_refusals import refuse_admin_wait
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.refusals import SHUTDOWN_DISABLED, SYSTEM_NOT_RUNNING, CommandRefused
from mirrordrill.simulator.vcs.engine.state.stored_attributes import stored_value

HOW = {"-force": 0, "-evacuate": 0, "-noautodisable": 0}
FORMS = "[-force | -evacuate | -noautodisable | -evacuate -noautodisable]"


def _local(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return _stop(context, (context.system,), args)


def _named(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    systems = tuple(dict.fromkeys(args.operands))
    for system in systems:
        context.check_system(system)
        if system not in context.engine.members:
            raise CommandRefused(SYSTEM_NOT_RUNNING, system)
    return _stop(context, systems, args)


def _all(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    if not args.has("-force") and stored_value(*_shutdown(context)) == ("DisableClusStop",):
        raise CommandRefused(SHUTDOWN_DISABLED, "DisableClusStop")
    return _stop(context, tuple(context.engine.members), args)


def _stop(context: OperatorContext, systems: tuple[str, ...], args: ParsedArguments) -> CommandResult:
    if not context.engine.members:
        raise CommandRefused(SYSTEM_NOT_RUNNING, context.system)
    force, evacuate, enabled = (args.has(option) for option in HOW)
    if force and (evacuate or enabled):
        raise WrongUsage
    if force:
        context.control.stop_by_force(systems)
    elif stored_value(*_shutdown(context)) == ("Disable",):
        raise CommandRefused(SHUTDOWN_DISABLED, "Disable")
    else:
        for group in context.state.groups.values():
            refuse_admin_wait(group, systems)
        context.control.stop(systems, evacuate=evacuate, auto_disable=not enabled)
    return success()


def _shutdown(context: OperatorContext) -> tuple[str, Mapping[str, tuple[str, ...]], str]:
    """EngineShutdown. Where it makes VCS ask the operator first, the answer counts as yes."""
    return "cluster", context.state.spec.stored, "EngineShutdown"


VERBS = (
    Verb("-local", FORMS, _local, 0, 0, HOW, changes=True, options_first=True),
    Verb("-sys", f"system ... {FORMS}", _named, 1, None, HOW, changes=True, options_first=True),
    Verb("-all", "[-force]", _all, 0, 0, {"-force": 0}, changes=True, options_first=True),
)
