"""Prints `docs/commands.md`: all commands and forms, from the data that parses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mirrordrill.simulator.vcs.commands.language.grammar import Verb
from mirrordrill.simulator.vcs.commands.shell import (
    COMMANDS,
    NOT_SIMULATED_COMMANDS,
    NOT_SIMULATED_FORMS,
    NOT_SIMULATED_OPTIONS,
)

ABOUT = """# The operators' commands

What can be typed on a system of a simulated cluster: by a drill, by the agent, and by any script on a served site. The
table is printed from the data that parses the commands and answers wrong ones with their usage. What real systems have
and the simulation has not is answered with `V-16-1-60134 ... is not simulated`; the list is at the end.

**Sure** says how sure the *form* is: H read in a manual page or a public transcript, M known, L recalled. Success of a
change is silence and exit code 0, but for a few notices. A refusal is `VCS WARNING V-16-1-...` on standard error with
exit code 1, wrong arguments are answered with the usage and exit code 2 (not known); numbers above 60000 are our own,
see [fidelity.md](fidelity.md). `-help` as the first word prints the forms of a command. A value that begins with a dash
is written `%-...`. Every option has an effect, is named in the table as one that can have none, or is refused;
`-localclus` says what holds anyway. `-wait` without `-time` waits for ever, as the real one does: a drill whose
operator waits a week is ended as wrongly written, and on a served site such a command hurries the clock on by a day
at most.

Only the forms marked *engine* are refused on a system without an engine (`V-16-1-10600`). Those marked *changes* are
told to the event log.

"""
PURPOSE: Mapping[str, str] = MappingProxyType(
    {
        "gabconfig": "Who is in GAB's membership",
        "haattr": "Attributes of resource types",
        "haagent": "The agents of the resource types",
        "haalert": "Alerts: what waits for an operator of a global cluster",
        "hacf": "Is main.cf legal",
        "haclus": "The cluster, and the remote clusters it knows",
        "haconf": "Make the configuration writable; write main.cf",
        "hagrp": "Service groups",
        "hahb": "Heartbeats that watch remote clusters",
        "halog": "Add a line to the engine's log",
        "hamsg": "The logs",
        "hares": "Resources",
        "hastart": "Start VCS on this system",
        "hastatus": "The cluster on one page, or as it changes",
        "hastop": "Stop VCS",
        "hasys": "Systems",
        "hatype": "Resource types",
        "hauser": "Users",
        "lltstat": "LLT's links to each system",
        "vxfenadm": "I/O fencing: its membership, and the keys on the coordinator disks",
        "vxfenclearpre": "Take all keys off the coordinator disks that this system reaches; refused while it is fenced",
    }
)
"""Purpose of each command."""
WITHOUT_ENGINE = frozenset({"gabconfig", "hacf", "hastart", "lltstat", "vxfenadm", "vxfenclearpre"})
"""Commands that need no engine."""


def as_markdown() -> str:
    """The page."""
    tables = "\n".join(line for name in sorted(COMMANDS) for line in _command(name, COMMANDS[name]))
    forms = ", ".join(
        f"`{command} {flag}`" for command, flags in sorted(NOT_SIMULATED_FORMS.items()) for flag in sorted(flags)
    )
    commands = ", ".join(f"`{command}`" for command in sorted(NOT_SIMULATED_COMMANDS))
    options = ", ".join(f"`{option}`" for option in sorted(NOT_SIMULATED_OPTIONS))
    return f"{ABOUT}{tables}\n## Not simulated\n\nCommands: {commands}.\n\nForms: {forms}.\n\nOptions: {options}.\n"


def _command(name: str, verbs: tuple[Verb, ...]) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{PURPOSE[name]}.\n"
    yield "| Form | Sure | |"
    yield "|---|---|---|"
    for verb in verbs:
        form = " ".join(filter(None, (name, verb.flag, verb.usage))).replace("|", "\\|")
        marks = [*(["engine"] if name not in WITHOUT_ENGINE else []), *(["changes"] if verb.changes else [])]
        marks += [f"`{option}` changes nothing: {why}" for option, why in verb.without_effect.items()]
        yield f"| `{form}` | {verb.sureness} | {', '.join(marks)} |"
    yield ""
