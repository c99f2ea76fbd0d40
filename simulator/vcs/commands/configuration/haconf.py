"""`haconf`, `hacf`, `halog`, `hamsg`: the configuration as a file, and the logs."""

from __future__ import annotations

from mirrordrill.simulator.kernel.secrets import masked_main_cf
from mirrordrill.simulator.vcs.commands.language.grammar import (
    MANY,
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    WrongUsage,
    failure,
    success,
)
from mirrordrill.simulator.vcs.commands.language.refusals import (
    INVALID_FILE,
    NOT_SIMULATED,
    READ_ONLY_ALREADY,
    WRITABLE_ALREADY,
    CommandRefused,
)
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationDumped
from mirrordrill.simulator.vcs.events import EngineLog
from mirrordrill.simulator.vcs.states import LogSeverity

DIRECTORY = "/etc/VRTSvcs/conf/config"
"""Directory of main.cf."""
SEVERITIES = {
    "C": LogSeverity.CRITICAL,
    "E": LogSeverity.ERROR,
    "W": LogSeverity.WARNING,
    "N": LogSeverity.NOTICE,
    "I": LogSeverity.INFO,
}
SEVERITY_OPTION = "-sev"
ADDED = "1-60060"
"""Message number of `halog -add` without `-msgid`."""
PARAMETERS, PARAMETERS_MAX = "-parameters", 6
"""Each stands for a `%s` of the message (M)."""
MESSAGE_NUMBER_MAX = 65535


def _make_writable(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    context.refuse_in_transition("haconf -makerw")
    if context.state.configuration.writable:
        raise CommandRefused(WRITABLE_ALREADY)
    context.state.configuration.writable = True
    return success()


def _dump(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Write main.cf on every running system; `-makero` also makes the configuration read-only."""
    state = context.state
    context.refuse_in_transition("haconf -dump -makero" if args.has("-makero") else "haconf -dump")
    if args.has("-makero") and not state.configuration.writable:
        raise CommandRefused(READ_ONLY_ALREADY)
    running = tuple(system for system in state.systems if state.is_running(system))
    main_cf = context.files.dump(running, tuple(state.configuration.edits.values()))
    context.control.keep(state.current_spec())
    context.kernel.emit(ConfigurationDumped(state.spec.name, running, masked_main_cf(main_cf)))
    if args.has("-makero"):
        state.configuration.writable = False
    return success()


def _verify(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Check main.cf; no output means valid. Needs no engine."""
    directory = args.operands[0].rstrip("/") or "/"
    problems = context.files.verify(context.system, DIRECTORY if directory == "." else directory)
    if problems:
        return failure(INVALID_FILE, directory, "\n".join(problems))
    return success()


def _add(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    severity, number = args.one(SEVERITY_OPTION), args.one("-msgid")
    source = context.check_system(args.one("-sys") or context.system)
    if severity not in SEVERITIES or (number is not None and not _is_message_number(number)):
        raise WrongUsage
    message_id = f"V-16-{ADDED if number is None else f'1-{number}'}"
    parameters = list(args.options.get(PARAMETERS, ()))
    if len(parameters) > PARAMETERS_MAX:
        raise WrongUsage
    text = " ".join(args.operands[0].split("\n"))
    while parameters and "%s" in text:
        text = text.replace("%s", parameters.pop(0), 1)
    context.kernel.emit(EngineLog(source, SEVERITIES[severity].value, message_id, text))
    return success()


def _is_message_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= MESSAGE_NUMBER_MAX


CONFIGURATION_VERBS = (
    Verb("-makerw", "", _make_writable, 0, 0, changes=True),
    Verb("-dump", "[-makero]", _dump, 0, 0, {"-makero": 0}, changes=True),
)
FILE_VERBS = (Verb("-verify", "directory", _verify, 1, 1),)
LOG_VERBS = (
    Verb(
        "-add",
        "message -sev C|E|W|N|I [-sys system] [-msgid number] [-encoding encoding] [-parameters value ...]",
        _add,
        1,
        1,
        {SEVERITY_OPTION: 1, "-sys": 1, "-msgid": 1, "-encoding": 1, PARAMETERS: MANY},
        without_effect={"-encoding": "the log is kept as text"},
    ),
)


def _log_names(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    """The logs of a system: the engine's, and one for each type with resources there."""
    groups = [group for group in context.state.groups.values() if context.system in group.on]
    types = dict.fromkeys(place.type.name for group in groups for place in group.resources.values())
    return success("#Logs", "engine_A", *(f"{name}_A" for name in types))


def _show_log(_: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Not simulated: the logs are files."""
    raise CommandRefused(NOT_SIMULATED, f"hamsg {args.operands[0]} (the logs are files: see hamsg -list)")


MESSAGE_VERBS = (
    Verb("-list", "", _log_names, 0, 0, sureness="L"),
    Verb("", "[-any] log", _show_log, 1, 1, {"-any": 0}, sureness="L"),
)
