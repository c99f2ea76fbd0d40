"""All commands, by name, and the ones that the real DS CLI has beyond them."""

from __future__ import annotations

from mirrordrill.simulator.dscli.commands import (
    account_commands,
    client,
    flash_commands,
    hardware_lists,
    image_commands,
    inventory_commands,
    lists,
    pair_commands,
    path_commands,
    volume_commands,
)
from mirrordrill.simulator.dscli.commands.base import Answer, Command, CommandInvocation, CommandKind
from mirrordrill.simulator.dscli.commands.manual import headline, page
from mirrordrill.simulator.dscli.messages import NOT_MODELLED, UNKNOWN_COMMAND, DscliExitCode
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes


def _help(invocation: CommandInvocation) -> Answer:
    """A page for each command named, else one line for each command there is; `-s` and `-l` say which in any case."""
    chosen = [find_command(name) for name in invocation.parsed.ids or tuple(sorted(COMMANDS))]
    is_long = invocation.parsed.has("l") or (invocation.parsed.ids and not invocation.parsed.has("s"))
    write = page if is_long else headline
    return Answer("".join(map(write, chosen)))


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        *pair_commands.COMMANDS,
        *path_commands.COMMANDS,
        *flash_commands.COMMANDS,
        *lists.COMMANDS,
        *image_commands.COMMANDS,
        *volume_commands.COMMANDS,
        *inventory_commands.COMMANDS,
        *hardware_lists.COMMANDS,
        *account_commands.COMMANDS,
        *client.COMMANDS,
        Command(
            "help",
            CommandKind.CLIENT,
            _help,
            "say what a command does",
            Syntax({"s": Takes.NOTHING, "l": Takes.NOTHING}, Ids.OPTIONAL, is_shaped=False),
        ),
    )
}

_NAMES = """
applydbcheck applykey chaccount chauthpol chckdvol chextpool chflash chhostconnect chkeygrp chkeymgr chlcu chpass
chrank chresgrp chsession chsi chsp chsu clearvol commitflash crypt diagsi failbackflash freezeflash initckdvol
initfbvol managebkdir manageckdvol managefbvol managehostconnect managekeygrp managereckey
manageresgrp mkaliasvol mkarray mkauthpol mkckdvol mkesconpprcpath mkextpool mkgmir mkhostconnect mkkeygrp mkkeymgr
mklcu mkpe mkrank mkreckey mkremoteflash mkresgrp mksession mkvolgrp offloadauditlog offloadfile offloadss pausegmir
reapplykey resumegmir resyncremoteflash reverseflash reverseremoteflash rmarray rmauthpol rmckdvol rmextpool rmgmir
rmhostconnect rmkeygrp rmkeymgr rmlcu rmrank rmreckey rmremoteflash rmresgrp rmsession rmvolgrp sendpe setaccess
setauthpol setcontactinfo setdbcheck setdialhome setflashrevertible setioport setnetworkport setoutput setplex
setremoteflashrevertible setrmpw setsim setsmtp setsnmp setvpn testauthpol testcallhome who
"""

KNOWN_BY_NAME = frozenset(_NAMES.split())
"""Commands of the real DS CLI that are not modelled (from general knowledge, M)."""


def find_command(name: str) -> Command:
    """The command with this name. Raises `RefusedLine` for one that is unknown, or known by name only."""
    command = COMMANDS.get(name)
    if command is None:
        if name in KNOWN_BY_NAME:
            raise RefusedLine(NOT_MODELLED, DscliExitCode.APPLICATION, word=name)
        raise RefusedLine(UNKNOWN_COMMAND, word=name)
    return command
