"""`hastart`, `gabconfig`, `lltstat`: below the engine, so that they answer where no engine does.

What the last two print follows public transcripts (known, not read): node numbers are the places of the systems in the
cluster; generations and addresses mean nothing, but stay the same as long as the membership does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from simulator.vcs.commands.grammar import CommandResult, Context, Given, Refused, Verb, said
from simulator.vcs.commands.refusals import ALREADY_RUNNING

RULE = "=" * 63
PORTS = ("a", "h")
"""GAB itself, and the engine's."""


def _numbered(context: Context) -> Iterator[tuple[int, str]]:
    return enumerate(system.name for system in context.control.spec.systems)


def _ports(context: Context, _: Given) -> CommandResult:
    """A port without members on this system is not listed."""
    return said("GAB Port Memberships", RULE, *_port_lines(context))


def _port_lines(context: Context) -> Iterator[str]:
    fragile = context.control.in_jeopardy(context.system)
    for port in PORTS:
        members = context.control.port(port, context.system)
        if members:
            start = f"Port {port} gen {_generation(port, members)}"
            yield f"{start} membership {_nodes_of(context, members)}"
            if any(system in members for system in fragile):
                yield f"{start}   jeopardy {_nodes_of(context, fragile)}"


def _nodes_of(context: Context, members: Sequence[str]) -> str:
    """Node numbers, each in its place; a semicolon stands for one that is not there."""
    return "".join(str(node % 10) if system in members else ";" for node, system in _numbered(context)).rstrip(";")


def _generation(port: str, members: Sequence[str]) -> str:
    return hashlib.sha256(f"{port} {' '.join(members)}".encode()).hexdigest()[:8]


def _links(context: Context, _: Given) -> CommandResult:
    return said("LLT node information:", *_node_lines(context))


def _node_lines(context: Context) -> Iterator[str]:
    """Each system with the state of each link to it; the asking one is marked."""
    yield f"    {'Node':<20} {'State':<8} {'Link':<6} {'Status':<6} Address"
    for node, system in _numbered(context):
        heard = {link: context.control.hears(context.system, system, link) for link in context.control.spec.links}
        mark = "*" if system == context.system else " "
        yield f"   {mark}{node:>2} {system:<16} {'OPEN' if any(heard.values()) else 'CONNWAIT'}"
        for number, (link, is_up) in enumerate(heard.items()):
            address = f"02:00:00:00:{node % 256:02X}:{number:02X}" if is_up else ""
            yield f"{'':<33} {link:<6} {'UP' if is_up else 'DOWN':<6} {address}".rstrip()


def _start(context: Context, _: Given) -> CommandResult:
    """Says nothing and returns at once; the system is RUNNING when it has joined and built its engine."""
    if context.reached is not None:
        raise Refused(ALREADY_RUNNING, context.system)
    context.control.system_joined(context.system)
    return said()


START_VERBS = (Verb("", "[-force | -stale]", _start, 0, 0, {"-force": 0, "-stale": 0}, changes=True, sureness="M"),)
GAB_VERBS = (Verb("-a", "", _ports, 0, 0, sureness="M"),)
LLT_VERBS = (Verb("-nvv", "", _links, 0, 0, sureness="M"),)
