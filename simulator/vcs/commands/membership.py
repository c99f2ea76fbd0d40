"""`hastart`, `gabconfig`, `lltstat`, `vxfenadm`: commands that need no engine.

The output of the last two follows public transcripts (known, not read): node numbers are the positions of the systems
in the cluster; generations and addresses are made up, but stay the same as long as the membership does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.refusals import (
    ALREADY_RUNNING,
    CONFIGURED_ALREADY,
    FENCING_IN_USE,
    NOT_SIMULATED,
    CommandRefused,
)

RULE = "=" * 63
PORTS = ("a", "b", "h")
"""GAB itself, the fencing driver's and the engine's."""


def _numbered(context: OperatorContext) -> Iterator[tuple[int, str]]:
    return enumerate(system.name for system in context.control.spec.systems)


def _ports(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    """A port without members on this system is not listed."""
    return success("GAB Port Memberships", RULE, *_port_lines(context))


def _port_lines(context: OperatorContext) -> Iterator[str]:
    fragile = context.control.in_jeopardy(context.system)
    for port in PORTS:
        members = context.control.port(port, context.system)
        if members:
            start = f"Port {port} gen {_generation(port, members)}"
            yield f"{start} membership {_nodes_of(context, members)}"
            if any(system in members for system in fragile):
                yield f"{start}   jeopardy {_nodes_of(context, fragile)}"


def _seed(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    """Seed GAB by hand: it does not wait for more systems."""
    context.control.seed(context.system)
    return success()


def _configure(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Refused unless it seeds: GAB is configured when the system boots."""
    count = args.one("-n")
    if count is not None and not count.isdecimal():
        raise WrongUsage
    if not args.has("-x"):
        raise CommandRefused(CONFIGURED_ALREADY)
    return _seed(context, args)


def _nodes_of(context: OperatorContext, members: Sequence[str]) -> str:
    """Node numbers, each in its place; a semicolon stands for one that is not there."""
    return "".join(str(node % 10) if system in members else ";" for node, system in _numbered(context)).rstrip(";")


def _generation(port: str, members: Sequence[str]) -> str:
    return hashlib.sha256(f"{port} {' '.join(members)}".encode()).hexdigest()[:8]


def _links(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    return success("LLT node information:", *_node_lines(context))


def _nodes(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    """Each system with its state and the number of links that are up; `*` marks the own system."""
    lines = [f"    {'Node':<20} {'State':<8} Links"]
    for node, system in _numbered(context):
        heard = [context.control.has_link(context.system, system, link) for link in context.control.spec.links]
        mark = "*" if system == context.system else " "
        lines.append(f"   {mark}{node:>2} {system:<16} {'OPEN' if any(heard) else 'CONNWAIT':<8} {sum(heard):>5}")
    return success("LLT node information:", *lines)


def _node_lines(context: OperatorContext) -> Iterator[str]:
    """Each system with the state of each link to it; `*` marks the own system."""
    yield f"    {'Node':<20} {'State':<8} {'Link':<8} {'Status':<6} Address"
    for node, system in _numbered(context):
        heard = {link: context.control.has_link(context.system, system, link) for link in context.control.spec.links}
        mark = "*" if system == context.system else " "
        yield f"   {mark}{node:>2} {system:<16} {'OPEN' if any(heard.values()) else 'CONNWAIT'}"
        for number, (link, is_up) in enumerate(heard.items()):
            address = f"02:00:00:00:{node % 256:02X}:{number:02X}" if is_up else ""
            yield f"{'':<33} {link:<8} {'UP' if is_up else 'DOWN':<6} {address}".rstrip()


def _fencing(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    """The fencing mode and members; `*` marks the own system."""
    members = context.control.port("b", context.system)
    head = ("I/O Fencing Cluster Information:", "=" * 32, "")
    if context.control.fencing is None or not members:
        return success(*head, " Fencing Mode: Disabled")
    numbered = [(node, system) for node, system in _numbered(context) if system in members]
    mode = (" Fencing Protocol Version: 201", " Fencing Mode: SCSI3", " Fencing SCSI3 Disk Policy: dmp")
    listed = [f"        {'*' if system == context.system else ' '}{node:>2} ({system})" for node, system in numbered]
    states = [f"        node {node:>3} in state  8 (running)" for node, _ in numbered]
    return success(*head, *mode, " Cluster Members:", "", *listed, "", " RFSM State Information:", *states)


def _registrations(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    """The keys on each coordinator disk, whether or not this system reaches it."""
    fencing = context.control.fencing
    lines: list[str] = []
    for number, (place, keys) in enumerate(fencing.keys() if fencing else (), start=1):
        lines += [f"Device Name: coordinator{number} ({place})", f"Total Number Of Keys: {len(keys)}"]
        lines += [
            f"key[{at}]: Node ID: {node} Node Name: {system}"
            for at, (node, system) in enumerate(each for each in _numbered(context) if each[1] in keys)
        ]
    return success(*lines)


def _clear_keys(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    """Refused while a fencing membership is up on this system: its own keys are in use."""
    if context.control.fencing is None or context.control.port("b", context.system):
        raise CommandRefused(FENCING_IN_USE)
    context.control.fencing.clear(context.system)
    return success("Cleared the keys on the coordinator disks.")


def _start(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Print nothing and return at once; the system is RUNNING when it has joined and built its engine.

    With `-stale` the configuration comes from another system; waiting for one (STALE_ADMIN_WAIT) is not simulated.
    """
    if context.reached is not None:
        raise CommandRefused(ALREADY_RUNNING, context.system)
    has_source = any(context.control.engine_on(system.name) for system in context.control.spec.systems)
    if args.has("-stale") and not has_source:
        raise CommandRefused(NOT_SIMULATED, "hastart -stale where no other system runs VCS")
    context.control.system_joined(context.system)
    return success()


START_VERBS = (
    Verb(
        "", "[-force | -stale]", _start, 0, 0, {"-force": 0, "-stale": 0}, changes=True, sureness="M",
        without_effect={"-force": "no configuration is stale or invalid here"},
    ),
)  # fmt: skip
GAB_VERBS = (
    Verb("-a", "", _ports, 0, 0, sureness="M"),
    Verb("-c", "[-n systems] [-x]", _configure, 0, 0, {"-n": 1, "-x": 0}, changes=True),
    Verb("-x", "", _seed, 0, 0, changes=True, sureness="M"),
)
FENCING_VERBS = (
    Verb("-d", "", _fencing, 0, 0, sureness="M"),
    Verb("-s", "", _registrations, 0, 0, sureness="M"),
)
CLEAR_VERBS = (Verb("", "", _clear_keys, 0, 0, changes=True, sureness="M"),)
LLT_VERBS = (
    Verb("-n", "", _nodes, 0, 0, sureness="M"),
    Verb("-nv", "", _links, 0, 0, sureness="M"),
    Verb("-nvv", "", _links, 0, 0, sureness="M"),
)
