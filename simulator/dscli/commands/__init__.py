"""All commands, by name, and the ones that the real DS CLI has beyond them."""

from __future__ import annotations

from simulator.dscli.commands import client, flash_commands, lists, pair_commands, path_commands
from simulator.dscli.commands.base import Answer, Command, Invocation, Kind
from simulator.dscli.messages import NOT_MODELLED, UNKNOWN_COMMAND, ExitCode
from simulator.dscli.options import Ids, RefusedLine, Syntax


def _help(invocation: Invocation) -> Answer:
    names = invocation.parsed.ids or tuple(sorted(COMMANDS))
    return Answer("".join(f"{each.name:<16}{each.summary}\n" for each in map(find_command, names)))


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        *pair_commands.COMMANDS,
        *path_commands.COMMANDS,
        *flash_commands.COMMANDS,
        *lists.COMMANDS,
        *client.COMMANDS,
        Command("help", Kind.CLIENT, _help, "say what a command does", Syntax(ids=Ids.OPTIONAL)),
    )
}

_NAMES = """
applydbcheck applykey chaccount chauthpol chckdvol chextpool chfbvol chflash chhostconnect chlss chpass chrank
chresgrp chsession chsi chsp chsu chuser chvolgrp clearvol commitflash crypt diagsi failbackflash freezeflash
initckdvol initfbvol lsaccount lsaddressgrp lsarray lsarraysite lsckdvol lsddm lsextpool lsframe lsgmir lshba
lshostconnect lshosttype lsioport lskey lsnetworkport lsperfgrp lsportprof lsproblem lsrank lsremoteflash
lsresgrp lsserver lssession lsstgencl lssu lsuser lsvolgrp lsvolinit managebkdir manageckdvol managefbvol
managehostconnect managepwfile mkaliasvol mkarray mkauthpol mkckdvol mkesconpprcpath mkextpool mkfbvol mkgmir
mkhostconnect mkpe mkrank mkremoteflash mksession mkuser mkvolgrp offloadauditlog offloadss pausegmir reapplykey
resumegmir resyncremoteflash reverseflash reverseremoteflash rmarray rmauthpol rmckdvol rmextpool rmfbvol rmgmir
rmhostconnect rmrank rmremoteflash rmsession rmuser rmvolgrp sendpe setauthpol setcontactinfo setdbcheck
setdialhome setflashrevertible setioport setnetworkport setoutput setplex setremoteflashrevertible setrmpw
setsim setsmtp setsnmp setvpn showarray showarraysite showauthpol showckdvol showcontactinfo showextpool
showfbvol showgmir showgmircg showgmiroos showhostconnect showioport showkey showlss shownetworkport showpass
showrank showsestg showsi showsp showsu showuser showvolgrp testauthpol testcallhome unfreezeflash who whoami
"""

KNOWN_BY_NAME = frozenset(_NAMES.split())
"""Commands of the real DS CLI that are not modelled (from general knowledge, M)."""


def find_command(name: str) -> Command:
    """The command with this name. Raises `RefusedLine` for one that is unknown, or known by name only."""
    command = COMMANDS.get(name)
    if command is None:
        if name in KNOWN_BY_NAME:
            raise RefusedLine(NOT_MODELLED, ExitCode.APPLICATION, word=name)
        raise RefusedLine(UNKNOWN_COMMAND, word=name)
    return command
