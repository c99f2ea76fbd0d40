"""Conversations with the look-alike `dscli`, written down as somebody at a terminal sees them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace

from mirrordrill.simulator.array.plan import HostConnectionPlan, VolumePlan
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.commands import COMMANDS, hardware_lists
from mirrordrill.simulator.dscli.commands.manual import EXAMPLES
from mirrordrill.simulator.dscli.consoles import Reach
from mirrordrill.simulator.dscli.messages import ASK_PASSWORD, PROMPT
from tests.array.sites import Site, plan_of
from tests.array.situations import PHASES, live, said
from tests.dscli.consoles import DEVICES_A, DEVICES_B, IN_NO_TIME, DscliUser

LONGEST_S = 600.0
STEP_S = 0.25


class Screen:
    """What a terminal shows: what the program prints, and what is typed, but for passwords."""

    def __init__(self, user: DscliUser | None = None, step_s: float = STEP_S) -> None:
        self.user = user or DscliUser(furnished())
        self.text = ""
        self._step_s = step_s

    def note(self, text: str) -> None:
        self.text += f"# {text}\n"

    def run(self, *argv: str, typed: tuple[str, ...] = (), user: str = "vcs", console: str = "hmca1") -> Channel:
        """Call the program with a login of its own in front, and type lines as it asks for them."""
        login = ("-hmc1", console, "-user", user, "-pwfile", "pwfile") if console else ()
        return self.call(*login, *argv, typed=typed)

    def call(self, *argv: str, typed: tuple[str, ...] = ()) -> Channel:
        """Call the program with these arguments."""
        channel = Channel(self.user.site.kernel, on_output=self._print)
        self.text += f"$ {shlex.join(('dscli', *argv))}\n"
        self.user.start_on(channel, argv)
        for line in typed:
            self._wait(channel)
            self.type(channel, line)
        self._wait(channel)
        if channel.exit_code is None:
            channel.hang_up()
            self._wait(channel)
        self._print("" if self.text.endswith("\n") else "\n")
        self.text += f"# exit code {channel.exit_code}\n\n"
        return channel

    def type(self, channel: Channel, line: str) -> None:
        if channel.exit_code is None:
            self.text += "\n" if self.text.endswith(ASK_PASSWORD) else f"{line}\n"
            channel.send_line(line)

    def _print(self, text: str) -> None:
        self.text += text

    def _wait(self, channel: Channel) -> None:
        site = self.user.site
        until_s = site.kernel.now_s + LONGEST_S
        while channel.exit_code is None and not channel.is_waiting_for_input and site.kernel.now_s < until_s:
            site.run(self._step_s)


def furnished() -> Site:
    """The small site with a host connection, and with a third volume that is in no pair."""
    plan = plan_of()
    host = HostConnectionPlan("hosta_fcs0", "10000000C9112233")
    images = (
        replace(image, volumes=(*image.volumes, VolumePlan("1262", 1000, "spare")), host_connections=(host,))
        for image in plan.images
    )
    return Site(replace(plan, images=tuple(images)))


LISTS = (
    "lspprc 0000-FFFF", "lspprc -l 0000-FFFF", "lspprcpath 00-FE", "lsflash 0000-FFFF",
    "lsavailpprcport -remotewwnn {wwnn} 12:12", "lssi", "lssi -l", "showsi", "lssu", "lslss", "showlss 12",
    "lsfbvol", "showfbvol 1260", "lsarraysite", "lsarray", "lsrank", "lsextpool", "showextpool P0", "lsioport",
    "lshostconnect", "lsvolgrp", "showvolgrp V0", "lsuser", "showuser vcs", "whoami", "showpass", "ver", "ver -l",
    "lspprcpath -l 00-FE", "lspprcpath -s 00-FE", "lsfbvol -l", "lsarraysite -l", "lsarray -l", "lsrank -l",
    "lsextpool -l", "lsioport -l", "lshostconnect -l", "lsvolgrp -l", "lslss -l", "lsuser -l", "showrank R0",
    "showarray A0", "showarraysite S1", "showioport I0030", "showhostconnect 0000", "showsu",
    *(EXAMPLES[command.name] for command in hardware_lists.COMMANDS),
    "lsddm -l", "lsda -l", "lshba -l", "lsstgencl -l", "lsserver -l", "lsframe -l", "showsp", "showaccess",
)  # fmt: skip
"""Each list with and without `-l`, where it has one; each `show`."""
WWNNS = {"hmca1": "5005076303FFC150", "hmcb1": "5005076303FFC120"}


def lists(layout: str) -> str:
    """Every command that lists or shows, on both arrays."""
    screen = Screen()
    for console, wwnn in WWNNS.items():
        lines = [line.format(wwnn=wwnn) for line in LISTS]
        screen.run(typed=(f"setenv -format {layout}", *lines, "quit"), console=console)
    return screen.text


def phases(layout: str) -> str:
    """What both arrays answer in each phase of dscli.md 2.5."""
    screen = Screen()
    for phase, story, *_ in PHASES:
        screen.user, screen._step_s = DscliUser(live(story), IN_NO_TIME), 0.001
        screen.note(f"{phase}")
        for console in WWNNS:
            typed = (
                f"setenv -format {layout} -banner off", "lspprc 1260-1261", "lspprc -l 1260", "lspprcpath 12", "quit"
            )  # fmt: skip
            screen.run(typed=typed, console=console)
    return screen.text


ACTIONS = (
    "mkpprc {devices} -type mmir 1260:1260", "pausepprc {devices} 1260:1260", "pausepprc {devices} -at tgt 1260:1260",
    "resumepprc {devices} -type mmir 1260:1260", "failoverpprc {devices} -type mmir 1260:1260",
    "failbackpprc {devices} -type mmir 1260:1260", "rmpprc {devices} -quiet 1260:1260",
    "rmpprc {devices} -quiet -at tgt 1260:1260", "rmpprc {devices} -quiet -at tgt -unconditional 1260:1260",
    "freezepprc {devices} 12:12", "unfreezepprc {devices} 12:12",
    "rmpprcpath {devices} -quiet 12:12",
)  # fmt: skip


def actions_in_phases() -> str:
    """What each action does in each phase, asked of each array: the answer, and what both arrays think then."""
    lines: list[str] = []
    for phase, story, *before in PHASES:
        lines.append(f"\n{phase}: A {before[0]} | B {before[1]}")
        for console, devices in (("hmca1", DEVICES_A), ("hmcb1", DEVICES_B)):
            lines.extend(_tried(story, console, action, devices) for action in ACTIONS)
    return "\n".join(lines).lstrip() + "\n"


def _tried(story: str, console: str, action: str, devices: str) -> str:
    user = DscliUser(live(story), IN_NO_TIME)
    channel = user.start(
        "-hmc1", console, "-user", "vcs", "-pwfile", "p", "-bnr", "off", action.format(devices=devices)
    )
    user.site.run(0.05)
    short = " ".join(action.replace("{devices} ", "").split())
    views = " | ".join(f"{name} {view}" for name, view in zip("AB", said(user.site), strict=True))
    return f"  {console[3].upper()}> {short}\n       {channel.output.strip()} ({channel.exit_code})\n       {views}"


def actions() -> str:
    """Every command that changes something, as an administrator types it, with its questions and a refusal."""
    screen = Screen()
    pairs = f"{DEVICES_A} 1260:1260"
    pair_lines = (
        f"pausepprc {pairs}", f"resumepprc {DEVICES_A} -type mmir -wait 1260:1260", f"rmpprc {pairs}", "n",
        f"rmpprc {pairs}", "y", f"mkpprc {DEVICES_A} -type mmir -mode nocp 1260:1260",
        f"freezepprc {DEVICES_A} 12:12", f"unfreezepprc {DEVICES_A} 12:12",
        f"mkpprcpath {DEVICES_A} -remotewwnn 5005076303FFC150 -srclss 12 -tgtlss 12 I0030:I0231 I0100:I0301",
        f"rmpprcpath {DEVICES_A} 12:12", "y", f"failoverpprc {DEVICES_A} -type mmir 1260:1260 12FF:12FF",
        f"failbackpprc {DEVICES_A} -type mmir 1260:1260",
        "mkflash -record -persist 1262:1261", "mkflash -record -persist 1260:1262", "lsflash 1260", "lsflash -l 1260",
        "resyncflash -record -persist 1260:1262",
        "rmflash 1260:1262", "y",
    )  # fmt: skip
    screen.run(typed=(*pair_lines, "quit"))
    volume_lines = (
        "mkfbvol -extpool P0 -cap 10 -name db_#h -volgrp V0 1263-1264", "mkfbvol -extpool P1 -cap 10 1265",
        "chfbvol -name redo 1263", "chfbvol -cap 20 1263", "y", "chfbvol -quiet -cap 20 1260", "rmfbvol 1263 1260", "y",
        "y", "rmfbvol -quiet 1264", "chlss -pprcconsistgrp enable -extlongbusy 120 12", "showlss 12", "chlss -ss 1 12",
        "chlss -extlongbusy 30 13", "chvolgrp -action remove -volume 1260-1261 V0", "showvolgrp V0",
        "chvolgrp -action add -volume 1260,12FF V0", "showvolgrp V0",
    )  # fmt: skip
    screen.run(typed=(*volume_lines, "quit"), user="admin", console="hmcb1")
    return screen.text


def layouts() -> str:
    """Each way to lay out an answer."""
    screen = Screen()
    options = (
        "", "-fmt delim", "-fmt delim -delim |", "-fmt xml", "-fmt stanza", "-s", "-hdr off", "-bnr off",
        "-bnr off -hdr off -fmt delim -fullid", "-v on", "-p on -r 2",
    )  # fmt: skip
    for option in options:
        screen.run(*f"lspprc {option} 1260-1261".split())
    for option in ("", "-fmt delim", "-fmt xml", "-fmt stanza", "-fullid"):
        screen.run(*f"showvolgrp -bnr off {option} V0".split())
    screen.run(typed=("lspprc -p on -r 3 1260-1261", "", "setenv -paging on -rows 2", "lspprc 1260-1261", "q", "quit"))
    return screen.text


def modes() -> str:
    """Each way to call the program."""
    screen = Screen()
    keep = screen.user.consoles.files.write
    keep("hostc", "/root/a.profile", "# array A\nhmc1: hmca1\nhmc2:\thmca2\nusername vcs\npwfile: p\nbanner: off\n")
    keep("hostc", "/root/wrong.profile", "hmc1: hmca1\nformat: pretty\n")
    keep("hostc", "/root/script", "# what is there\nsetenv -banner off\nlspprc 1260\nbogus\nlsfbvol -s -hdr off\n")
    screen.note("single commands: words, and one argument")
    screen.run("lspprc", "-bnr", "off", "1260")
    screen.run("lspprc -bnr off -hdr off 1260")
    screen.run("lspprc", "-bnr", "off", "1300")
    screen.note("what cannot be done")
    for words in ("lspprk", "mksession 01", "lspprc -bogus 1260", "lspprc", "lspprc -dev IBM.2107-75FA150 1260"):
        screen.run(*words.split())
    screen.call("-hmc1", "nowhere", "-user", "vcs", "-pwfile", "p", "ver")
    screen.call("-hmc1", "hmca1", "-user", "stranger", "-pwfile", "p", "ver")
    screen.note("the second console")
    screen.user.consoles.set_reach("hmca1", Reach.SILENT)
    screen.call("-hmc1", "hmca1", "-hmc2", "hmca2", "-user", "vcs", "-pwfile", "p", "lssi")
    screen.user.consoles.set_reach("hmca1", Reach.ANSWERING)
    screen.note("a profile, and one with a mistake")
    screen.call("-cfg", "/root/a.profile", "lspprc", "-s", "1260")
    screen.call("-cfg", "/root/wrong.profile", "ver")
    screen.call("-cfg", "/root/missing", "ver")
    screen.note("a script")
    screen.run("-script", "/root/script")
    screen.note("ids on standard input")
    screen.run("lspprc", "-bnr", "off", "-", typed=("1260", "1261 1262"))
    screen.run("pausepprc", *DEVICES_A.split(), "-bnr", "off", "-", typed=("1260:1260",))
    screen.note("questions, and a session")
    screen.call(typed=("hmcb1", "", "vcs", "secret", "lspprc 1260", "lspprc -", "", "# nothing", "exit"))
    return screen.text


def accounts() -> str:
    """Users, roles, passwords, the lock, password files."""
    screen = Screen()
    file = "/root/pwfile"
    screen.run(
        typed=("chuser -pw first-secret vcs", "chuser -group monitor vcs", "lsuser", "showuser vcs", "quit"),
        user="admin",
    )
    screen.run(typed=("mkuser -pw first-secret -group op_volume ops", "rmuser ops", "y", "quit"), user="admin")
    screen.note("a password that an administrator has set must be changed first")
    screen.call("-hmc1", "hmca1", "-user", "vcs", "-passwd", "first-secret", "lspprc 1260")
    changes = ("chuser -pw short vcs", "chuser -pw second-secret vcs", "whoami", "chuser -unlock admin")
    screen.call("-hmc1", "hmca1", "-user", "vcs", "-passwd", "first-secret", typed=(*changes, "quit"))
    screen.note("a monitor looks and does not touch")
    screen.call("-hmc1", "hmca1", "-user", "vcs", "-passwd", "second-secret", f"pausepprc {DEVICES_A} 1260:1260")
    screen.note("a password file for the first console only")
    make = f"managepwfile -pwfile {file} -name vcs -mc1 hmca1"
    screen.call(*f"{make} -action add -pw second-secret".split())
    screen.call("-hmc1", "hmca1", "-user", "vcs", "-pwfile", file, "whoami")
    screen.call("-hmc1", "hmca2", "-user", "vcs", "-pwfile", file, "whoami")
    screen.call(*f"{make} -mc2 hmca2 -action add -pw second-secret".split())
    screen.call("-hmc1", "hmca2", "-user", "vcs", "-pwfile", file, "whoami")
    screen.call(*f"{make} -mc2 hmcb1 -action remove".split())
    screen.note("five wrong passwords, then the right one; an administrator unlocks")
    for _ in range(5):
        screen.call("-hmc1", "hmca1", "-user", "vcs", "-passwd", "wrong", "whoami")
    screen.call("-hmc1", "hmca1", "-user", "vcs", "-passwd", "second-secret", "whoami")
    screen.run("showuser vcs", user="admin")
    screen.run("chuser -unlock vcs", user="admin")
    screen.call("-hmc1", "hmca1", "-user", "vcs", "-passwd", "second-secret", "whoami")
    return screen.text


def help_pages() -> str:
    """The list of commands, and the page of each."""
    screen = Screen()
    screen.call("help")
    for name in sorted(COMMANDS):
        screen.call("help", name)
    screen.call("lspprc", "-help")
    screen.run(typed=("help -s lspprc", "showenv", "setenv -banner off -header off -format delim", "showenv", "q"))
    return screen.text


TRANSCRIPTS: dict[str, Callable[[], str]] = {
    "lists_default": lambda: lists("default"),
    "lists_delim": lambda: lists("delim"),
    "phases_default": lambda: phases("default"),
    "phases_delim": lambda: phases("delim"),
    "actions": actions,
    "actions_in_phases": actions_in_phases,
    "layouts": layouts,
    "modes": modes,
    "accounts": accounts,
    "help": help_pages,
}


def commands_in(text: str) -> Iterator[str]:
    """The commands that a transcript shows being typed."""
    for line in text.splitlines():
        if line.startswith(PROMPT):
            yield from line.removeprefix(PROMPT).split()[:1]
        elif line.startswith("$ "):
            yield from (word for word in shlex.split(line) if word in COMMANDS)
