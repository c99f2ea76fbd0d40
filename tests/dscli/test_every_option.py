"""Every option of every command changes something, or is named as one that can change nothing here, with the reason.

Each is typed twice in a site of its own: with the option and without it, or with another value. What was printed, the
exit code, and everything that both arrays and the session show afterwards are compared. An option of the real command
that is not simulated is refused, which is tested with the lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from mirrordrill.simulator.array.mirror.pairs import reserve
from mirrordrill.simulator.array.plan import HostConnectionPlan, VolumePlan
from mirrordrill.simulator.dscli.commands import COMMANDS
from mirrordrill.simulator.dscli.commands.base import Command, CommandKind
from mirrordrill.simulator.dscli.messages import PROMPT
from mirrordrill.simulator.dscli.options import COMMON
from tests.array.sites import A, B, Site, plan_of
from tests.dscli.consoles import DEVICES_A, IN_NO_TIME, DscliUser

WWNN_B = "5005076303FFC150"
PAIR, OTHER = "1260:1260", "1261:1261"
PAUSE, FLASH = f"pausepprc {DEVICES_A} {PAIR}", "mkflash -record 1260:1262"
REMOVE = f"rmpprc -quiet {DEVICES_A} {PAIR}"
PWFILE = "-action add -mc1 a -mc2 b -name u -pw s3cret -pwfile p"
UNDO_PWFILE = "managepwfile -action remove -mc1 a -name u -pwfile p"
DONE_AT_ONCE = 0.02
"""Seconds after which a look is taken: less than a copy lasts."""


def reserved(user: DscliUser) -> None:
    reserve(user.site.kernel, user.site.volume(B), "hostd")


def cut(user: DscliUser) -> None:
    user.site.storage.fabric.set_link("blue", is_up=False)


@dataclass(frozen=True)
class Case:
    """A line in which `{}` stands for the option, what stands in its place, and in the other site."""

    line: str
    option: str
    instead: str = ""
    before: tuple[str, ...] = ()
    prepare: Callable[[DscliUser], None] | None = None
    after: tuple[str, ...] = ()
    console: str = "hmca1"


def at_a(line: str, option: str, instead: str = "", *before: str, **more: object) -> Case:
    return Case(line, option, instead, before, **more)  # type: ignore[arg-type]


def _copying(verb: str, *before: str) -> list[Case]:
    """The options that failoverpprc, failbackpprc, mkpprc and resumepprc share."""
    console, near, far = ("hmcb1", B, A) if verb == "failoverpprc" else ("hmca1", A, B)
    line = f"{verb} {{}} {PAIR}"
    whole = f"-dev {near} -remotedev {far} -type mmir"
    cases = [
        Case(line, f"-remotedev {far} -type mmir", "-type mmir", before, console=console),
        Case(line, f"-remotedev {far} -type mmir", f"-remotedev {far}", before, console=console),
        Case(line, f"{whole} -srcss FF99", whole, before, console=console),
        Case(line, f"{whole} -tgtss FF99", whole, before, console=console),
        Case(line, f"{whole} -tgtonline", whole, before, console=console),
    ]
    if verb == "failoverpprc":
        return cases
    return [
        *cases,
        Case(line, f"{whole} -resetreserve", whole, before, reserved),
        Case(line, f"{whole} -tgtread", whole, before),
        *([Case(line, f"{whole} -critmode", whole, before)] if verb != "failbackpprc" else []),
        *([Case(line, f"{whole} -wait", whole, before)] if verb != "failbackpprc" else []),
    ]


CASES = (
    *_copying("failoverpprc"),
    *_copying("failbackpprc", PAUSE),
    *_copying("resumepprc", PAUSE),
    *_copying("mkpprc", REMOVE),
    at_a(f"mkpprc {DEVICES_A} -type mmir {{}} {PAIR}", "-mode nocp", "-mode full", REMOVE),
    # One end.
    *(
        case
        for verb in ("pausepprc", "rmpprc -quiet")
        for case in (
            at_a(f"{verb} {{}} {PAIR}", f"-remotedev {B}"),
            Case(f"{verb} -dev {B} -remotedev {A} {{}} {PAIR}", "-at tgt", console="hmcb1"),
            Case(f"{verb} -at tgt {{}} {PAIR}", "-unconditional", prepare=cut, console="hmcb1"),
        )
    ),
    at_a(f"pausepprc {DEVICES_A} {{}} {PAIR}", "-srcss FF99"),
    at_a(f"pausepprc {DEVICES_A} {{}} {PAIR}", "-tgtss FF99"),
    at_a(f"rmpprc {DEVICES_A} {{}} {PAIR}", "-quiet"),
    at_a(f"rmpprc -quiet {DEVICES_A} {{}} {PAIR}", "-wait"),
    # Paths.
    *(
        at_a("mkpprcpath {} I0030:I0231", whole, whole.replace(part, ""))
        for whole in [f"-dev {A} -remotedev {B} -remotewwnn {WWNN_B} -srclss 12 -tgtlss 12"]
        for part in (f"-remotewwnn {WWNN_B}", "-srclss 12", "-tgtlss 12")
    ),
    *(
        at_a(f"mkpprcpath -remotewwnn {WWNN_B} -srclss 12 -tgtlss 12 {{}} I0030:I0231 I0100:I0301", option)
        for option in ("-remotedev IBM.2107-75FA199", "-srcss FF99", "-tgtss FF99", "-consistgrp")
    ),
    at_a("rmpprcpath -quiet -force {} 12:12", f"-remotedev {B}"),
    at_a("rmpprcpath -quiet -force {} 12:12", f"-remotewwnn {WWNN_B}"),
    at_a(f"rmpprcpath -remotedev {B} -quiet {{}} 12:12", "-force"),
    at_a(f"rmpprcpath -remotedev {B} -force {{}} 12:12", "-quiet"),
    *(
        at_a(f"{verb} {{}} 12:12", f"-remotedev {B} {option}".strip(), f"-remotedev {B}" if option else "")
        for verb in ("freezepprc", "unfreezepprc")
        for option in ("", "-srcss FF99", "-tgtss FF99")
    ),
    at_a("lsavailpprcport {} 12:12", f"-remotewwnn {WWNN_B}"),
    at_a(f"lsavailpprcport -remotewwnn {WWNN_B} {{}} 12:12", "-remotedev IBM.2107-75FA199"),
    # FlashCopy.
    at_a("mkflash {} 1260:1262", "-record"),
    at_a("mkflash {} 1260:1262", "-persist"),
    at_a("mkflash {} 1260:1262", "-freeze"),
    at_a("mkflash {} 1260:1262", "-cp"),
    at_a("mkflash {} 1260:1262", "-nocp"),
    at_a("mkflash {} 1260:1262", "-tgtse"),
    at_a("mkflash {} 1262:1260", "-tgtpprc"),
    at_a("mkflash {} 1260:1262", "-seqnum 00A1"),
    at_a("mkflash {} 1260:1262", "-wait"),
    at_a("resyncflash {} 1260:1262", "-wait", "", FLASH),
    at_a("resyncflash {} 1260:1262", "-record", "", FLASH),
    at_a("resyncflash {} 1260:1262", "-persist", "", FLASH),
    at_a("resyncflash -record {} 1260:1262", "-cp", "", FLASH),
    at_a("resyncflash -record {} 1260:1262", "-nocp", "", FLASH),
    at_a("resyncflash -record {} 1260:1262", "-tgtse", "", FLASH),
    at_a("resyncflash -record {} 1262:1260", "-tgtpprc", "", FLASH),
    at_a("resyncflash -record {} 1260:1262", "-seqnum 00A1", "", FLASH),
    at_a("rmflash {} 1260:1262", "-quiet", "", FLASH),
    *(
        at_a("lsflash {} 1260", f"-{name} {value}", f"-{name} {instead}", FLASH)
        for name in ("activecp", "record", "persist", "revertible", "sourcewrite", "targetwrite", "cp")
        for value, instead in [("enabled", "disabled")]
    ),
    # Lists.
    at_a("lspprc {} 1260-1262", "-state suspended", "", PAUSE),
    at_a("lspprc {} 1260-1262", "-remotedev IBM.2107-75FA199"),
    *(
        at_a(f"{verb} {{}}", option)
        for verb, option in (
            ("lslss", "-addrgrp 9"), ("lslss", "-stgtype ckd"), ("lsfbvol", "-extpool P1"), ("lsfbvol", "-volgrp V10"),
            ("lsfbvol", "-lss 13"), ("lsfbvol", "-datatype x"), ("lsfbvol", "-sam x"), ("lsfbvol", "-eam x"),
            ("lsfbvol", "-captype x"), ("lsarraysite", "-state x"), ("lsarraysite", "-diskclass x"),
            ("lsarraysite", "-dapair 9"), ("lsarray", "-state x"), ("lsarray", "-data x"), ("lsarray", "-raidtype 10"),
            ("lsarray", "-dapair 9"), ("lsarray", "-rank R1"), ("lsrank", "-group 1"), ("lsrank", "-state x"),
            ("lsrank", "-datastate x"), ("lsrank", "-extpool P1"), ("lsrank", "-stgtype ckd"),
            ("lsextpool", "-stgtype ckd"), ("lsextpool", "-rankgrp 1"), ("lsioport", "-portgrp 9"),
            ("lsioport", "-topo x"), ("lshostconnect", "-volgrp V9"), ("lshostconnect", "-unknown"),
            ("lshostconnect", "-wwpn 1"), ("lshostconnect", "-hosttype AIX"), ("lshostconnect", "-portgrp 9"),
            ("lsvolgrp", "-type 'SCSI All'"), ("lsddm", "-dkuse x"), ("lsddm", "-arsite S1"),
            ("lsckdvol", "-lcu 10"), ("lsckdvol", "-extpool P0"), ("lslcu", "-addrgrp 1"), ("lsgmir", "-session 1"),
            ("lssestg", "-extpool P0"), ("help lspprc", "-s"), ("help", "-l"), ("ver", "-l"),
        )
    ),
    at_a("help {} lspprc", "-s"),
    # What an administrator changes.
    *(at_a("chlss {} 12", o) for o in ("-pprcconsistgrp enable", "-extlongbusy 120", "-ss 0x0012")),
    at_a("mkfbvol {} 1270", "-extpool P0 -cap 10", "-extpool P0 -cap 20"),
    at_a("mkfbvol {} 1270", "-extpool P0 -cap 10", "-extpool P1 -cap 10"),
    *(at_a("mkfbvol -extpool P0 -cap 10 {} 1270", o) for o in ("-name x", "-type blocks", "-volgrp V0")),
    *(at_a("chfbvol -quiet -cap 2 {} 1262", o) for o in ("-name x", "-type ess")),
    at_a("chfbvol {} 1262", "-quiet -cap 2", "-quiet -cap 3"),
    at_a("chfbvol -cap 2 {} 1262", "-quiet"),
    at_a("rmfbvol {} 1262", "-quiet"),
    at_a("chvolgrp -volume 1260 {} V0", "-action add", "-action remove"),
    at_a("chvolgrp -action remove {} V0", "-volume 1260", "-volume 1261"),
    # Users.
    *(at_a("chuser {} vcs", o) for o in ("-pw another-one", "-group monitor", "-lock")),
    at_a("chuser {} vcs", "-unlock", "", "chuser -lock vcs"),
    at_a("mkuser {} x", "-pw s3cret-w0rd -group monitor", "-pw s3cret-w0rd -group admin"),
    at_a("mkuser {} x", "-pw s3cret-w0rd -group monitor", "-pw short -group monitor"),
    at_a("rmuser {} vcs", "-quiet"),
    *(
        at_a("managepwfile {}", PWFILE, PWFILE.replace(*part), after=(UNDO_PWFILE,))
        for part in (
            (" -mc1 a", " -mc1 c"), (" -mc2 b", ""), ("name u", "name v"), (" -pw s3cret", ""), (" -pwfile p", ""),
            ("-action add", "-action remove"),
        )
    ),
    # The session.
    *(
        at_a("setenv {}", option, after=("showenv",))
        for option in ("-format delim", "-header off", "-banner off", "-verbose on", "-paging on", "-rows 7",
                       f"-dev {A}", f"-remotedev {B}", "-delim ;", "-fullid on")
    ),
)  # fmt: skip


def site() -> Site:
    plan = plan_of()
    host = HostConnectionPlan("hosta_fcs0", "10000000C9112233")
    images = (
        replace(image, volumes=(*image.volumes, VolumePlan("1262", 1000, "spare")), host_connections=(host,))
        for image in plan.images
    )
    return Site(replace(plan, images=tuple(images)))


def outcome(case: Case, option: str) -> str:
    """What is printed, and what both arrays show then."""
    user = DscliUser(site(), IN_NO_TIME)
    channel = user.start("-hmc1", case.console, "-user", "admin", "-pwfile", "p")
    user.site.run(0.1)
    for line in case.before:
        user.say(channel, line, 0.1)
    if case.prepare is not None:
        case.prepare(user)
    said = [user.say(channel, " ".join(case.line.format(option).split()), DONE_AT_ONCE)]
    said += [user.say(channel, line, DONE_AT_ONCE) for line in case.after]
    for console in ("hmca1", "hmcb1"):
        look = user.start("-hmc1", console, "-user", "admin", "-pwfile", "p", "-bnr", "off")
        user.site.run(0.005)
        for line in LOOKED_AT:
            said.append(user.say(look, line, 0.005))
        said += [f"{one.user} {one.role} {one.is_locked} {one.digest}" for one in user.consoles.accounts(console)]
    for image in map(user.site.storage.image, (A, B)):
        said += [f"{v.reserved_by} {v.critical_mode} {v.target_read} {v.pair_type}" for v in image.volumes()]
    return "\n".join(line for text in said for line in text.splitlines() if not line.startswith("Date/Time"))


LOOKED_AT = (
    "lspprc -l -fmt delim 0000-FFFF", "lspprcpath -l 00-FE", "lsflash 0000-FFFF", "lsfbvol -l", "lslss -l",
    "showvolgrp V0", "lsuser",
)  # fmt: skip


def options_in(case: Case) -> set[str]:
    words = f"{case.option} {case.instead}".split()
    return {word[1:] for word in words if word.startswith("-")}


def verb_of(case: Case) -> str:
    return case.line.split()[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line.format(case.option)} / {case.instead}")
def test_an_option_changes_something_or_is_named_as_one_that_cannot(case: Case) -> None:
    different = options_in(case) if not case.instead else set(case.option.split()) ^ set(case.instead.split())
    named = {word.lstrip("-") for word in different} & COMMANDS[verb_of(case)].syntax.without_effect.keys()
    with_it, without_it = outcome(case, case.option), outcome(case, case.instead)
    assert (with_it == without_it) is bool(named), with_it


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_no_option_is_left_out(command: Command) -> None:
    """`-dev`, `-s` and `-l` have one meaning everywhere, and a test of their own."""
    typed = set().union(*(options_in(case) for case in CASES if verb_of(case) == command.name), {"dev"})
    if command.name.startswith("ls"):
        typed |= {"s", "l"}
    if command.name == "ver":
        typed |= {"s"}
    assert set(command.syntax.flags) <= typed
    assert command.syntax.without_effect.keys() <= set(command.syntax.flags)
    assert all(command.syntax.without_effect.values())


WITH_DEV = [command for command in COMMANDS.values() if "dev" in command.syntax.flags]


@pytest.mark.parametrize("command", WITH_DEV, ids=lambda command: command.name)
def test_a_device_is_the_one_that_is_asked(command: Command) -> None:
    """The other array's is not managed by this console."""
    if command.name == "setenv":
        return
    words = f"{command.name} -dev {B} {REQUIRED.get(command.name, '')} 1260:1260"
    code, said = DscliUser(site(), IN_NO_TIME).once("-bnr", "off", *words.split(), console="hmca1")
    assert (code, said.startswith("CMUN00014E")) == (4, True), said


REQUIRED = {
    **dict.fromkeys(("failoverpprc", "failbackpprc", "mkpprc", "resumepprc"), "-type mmir"),
    "mkpprcpath": f"-remotewwnn {WWNN_B} -srclss 12 -tgtlss 12", "lsavailpprcport": f"-remotewwnn {WWNN_B}",
    "mkfbvol": "-extpool P0 -cap 1", "chvolgrp": "-action add -volume 1260",
}  # fmt: skip


SHAPES = ("-fmt delim", "-fmt delim -delim ;", "-hdr off", "-bnr off", "-fullid", "-v on")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("line", ["lspprc 1260", "showlss 12", "lsfbvol", "lspprcpath 12"])
def test_what_shapes_an_answer_shapes_lists_and_stanzas(line: str, shape: str) -> None:
    """Messages have no layout: there is nothing to shape in the answer of a command that changes something."""
    plain, shaped = (
        DscliUser(site(), IN_NO_TIME).once(*line.split(), *words, console="hmca1")[1] for words in ((), shape.split())
    )
    if (line, shape) == ("showlss 12", "-hdr off"):
        assert plain == shaped  # a stanza has labels and no header
    else:
        assert plain != shaped


def test_what_the_session_answers_itself_takes_no_options_that_shape() -> None:
    """`setenv -fmt delim` would be a setting that is not set."""
    for command in COMMANDS.values():
        if command.kind is CommandKind.CLIENT:
            assert set(COMMON) - {"help", "delim", "fullid"} - set(command.syntax.accepted) == (
                set(COMMON) - {"help", "delim", "fullid"}
            ), command.name
    user = DscliUser(site(), IN_NO_TIME)
    channel = user.log_in("hmca1")
    assert "CMUC00003E setenv: Unknown parameter: -fmt." in user.say(channel, "setenv -fmt delim")
    assert channel.output.endswith(PROMPT)


@pytest.mark.parametrize(
    "line", ["lspprc -bnr off -xx 1260", "nosuch -bnr off", "lspprc -bnr off", "mkckdvol 1000 -bnr off"]
)
def test_a_refused_command_heeds_its_own_banner_option(line: str) -> None:
    code, said = DscliUser(site(), IN_NO_TIME).once(*line.split(), console="hmca1")
    assert code in (2, 6)
    assert said.startswith("CMUC"), said
