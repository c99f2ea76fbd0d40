"""What the simulated arrays and their DS CLI do without anybody having seen the real ones do it.

Every behaviour that dscli.md does not mark as seen stands in this table, with how sure it is and where it was argued;
texts and headers carry their marks themselves (`messages`, `columns`). `docs/fidelity.md` is printed from all three.

Rule 1: a behaviour is said as what the simulation does, so that whoever knows better can say where it differs.
Rule 2: what is seen (S) is not listed: it is no guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mirrordrill.simulator.dscli import columns, messages
from mirrordrill.simulator.dscli.messages import Mark, Message

_W, _I, _MP, _M, _MM, _NEW = (
    Mark.WEAK, Mark.INFERRED, Mark.FAIRLY_SURE, Mark.PLAUSIBLE, Mark.GUESS, Mark.INVENTED,
)  # fmt: skip
_S6 = Mark.SEEN_DS6000


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Something that the simulation does, and how sure it is."""

    section: str
    """Of dscli.md."""
    mark: Mark
    text: str


INVOCATION = (
    Behaviour("1.1", _S6, "flags, then their values, then ids; a flag that is on or off means on without a value"),
    Behaviour("1.1", _S6, "`-` in the place of ids takes them from standard input; at a prompt that is refused"),
    Behaviour("1.1", _MP, "ranges of pairs, `1000-1003:2000-2003`, are pairs one by one"),
    Behaviour("1.1", _S6, "`-dev` with pairs needs `-remotedev` as well"),
    Behaviour("1.1", _MP, "lines of a script that begin with `#` are comments, at the prompt too"),
    Behaviour("1.2", _MP, "`-fmt xml` and `-fmt stanza` exist; how xml looks is invented"),
    Behaviour("1.2", _MP, "`-p on` stops an interactive answer after `-r` lines (25), header included"),
    Behaviour("1.2", _NEW, "a page ends with a prompt of its own; Enter goes on, `q` ends the answer"),
    Behaviour("1.2", _NEW, "`-v on` is accepted and prints nothing more"),
    Behaviour("1.2", _MP, "`showenv` and `setenv` know paging, rows, fullid, devices and verbose beside what was seen"),
    Behaviour("1.3", _M, "unknown profile keys are skipped, wrong values of known ones are syntax errors"),
    Behaviour("1.3", _MP, "key and value are separated by a colon or blanks"),
    Behaviour("1.3", _NEW, "there is one default profile, under the install directory; none in a home directory"),
    Behaviour("1.4", _NEW, "the clock of the banner starts on January 5, 2026 at 8:00:00 AM UTC, in UTC"),
    Behaviour("1.4", _I, "an interactive session prints a banner and an empty line at log-in, and a banner per answer"),
    Behaviour("1.4", _NEW, "setenv, showenv and help print no banner; a refused line has one with `DS: -`"),
    Behaviour("1.4", _MP, "without consoles on the command line both are asked for, then user and password"),
    Behaviour("1.4", _NEW, "help, managepwfile, setenv and showenv as single commands need no login"),
    Behaviour("1.4", _M, "a question stands below the banner; an id that is not confirmed is left out"),
    Behaviour("1.5", _I, "exit codes: 2 syntax, 3 console, 4 refused by array or role, 5 login, 6 files, not modelled"),
    Behaviour("1.5", _MM, "if some of several pairs fail, the others are carried out and the code is 4"),
    Behaviour("1.5", _MM, "a script goes on after a failed line; its code is that of its last line"),
    Behaviour("1.5", _NEW, "a command that the real program has and the simulated one has not ends with 6"),
    Behaviour("1.6", _MP, "the second console is tried when the first does not connect, without a word"),
    Behaviour("1.6", _MM, "a silent console costs 30 s, a refusing one 1 s"),
    Behaviour("1.8", _MM, "a console serves any number of sessions"),
    Behaviour("9.12", _MM, "messages of every kind go to standard output"),
    Behaviour("9.13", _MM, "a script's commands are not echoed"),
)  # fmt: skip
"""How the program is called and how it talks."""

ACCOUNTS = (
    Behaviour("1.6", _M, "the consoles of one array share its accounts; password files are for each console by name"),
    Behaviour("1.7", _MP, "managepwfile needs no login; its default file is `security.dat` in the user's home"),
    Behaviour("1.7", _NEW, "the file is text with digests: `console user digest` a line"),
    Behaviour("1.7", _M, "a record is for one console and one user: a file for hmc1 alone fails at hmc2"),
    Behaviour("1.7", _NEW, "users of a site are trusted until somebody sets a password: any password will do, and so "
              "will a password file that is missing or foreign"),
    Behaviour("1.7", _I, "a wrong login ends with 5; so does a command of somebody whose password has expired"),
    Behaviour("1.7", _M, "op_volume may change volumes and not pairs, op_copy_services pairs and not volumes; "
              "service and monitor only look; chuser for others needs admin"),
    Behaviour("1.7", _M, "no_access cannot log in"),
    Behaviour("1.7", _I, "a right password resets the count of wrong ones"),
    Behaviour("1.7", _NEW, "a password that the user chose too soon, too short or again is refused; one that an "
              "administrator sets must only be long enough"),
)  # fmt: skip
"""Who may do what."""

ANSWERS = (
    Behaviour("1.8", _I, "a login takes 2-4 s, a list 0.2-1 s, an action 0.3 s and 0.02-0.1 s for each pair"),
    Behaviour("1.8", _MM, "of that 0.1 s passes before the array acts, the rest before the answer arrives"),
    Behaviour("1.9", _MP, "a `show` command prints a stanza in the default format, a list of one row in the others"),
    Behaviour("1.9", _MM, "numbers stand on the right in lists of volumes, pools, ranks and ports, as in lsextpool"),
    Behaviour("2.1", _MP, "a plain volume id lists its relation whether it is source or target"),
    Behaviour("2.2", _MP, "the ID of a pair is source:target on both arrays"),
    Behaviour("2.2", _MP, "`-s` leaves the column of ids; `-fullid` puts the image in front of every id"),
    Behaviour("2.2", _M, "the time-out prints `unknown` on the array that does not own the source LSS"),
    Behaviour("2.2", _MP, "First Pass Status is `Invalid` for Metro Mirror"),
    Behaviour("2.2", _M, "columns of `lspprc -l` that nothing is known of say Disabled, Invalid, Unknown or `-`"),
    Behaviour("2.3", _I, "a volume that its array cannot reach prints `Volume Inaccessible`"),
    Behaviour("2.3", _MP, "simplex volumes are absent from lspprc"),
    Behaviour("5.2", _MP, "lspprcpath has a row for each port pair; SS is FF and the number of the target LSS"),
    Behaviour("5.3", _MM, "a port pair that does not work prints `Failed`, without a reason"),
    Behaviour("5.3", _MM, "each row of lspprcpath has the state of its own port pair: Success or Failed"),
    Behaviour("6", _MM, "a volume whose disks are gone has the datastate Inaccessible"),
    Behaviour("6", _M, "lslss, showlss, lssu, whoami, lsuser, showuser and `ver -l` have the columns of their tables"),
    Behaviour("6", _MM, "`-l` shows more columns for lspprc and lssi only"),
    Behaviour("6", _NEW, "showsi, showfbvol: what belongs to functions that are not modelled has one fixed value"),
    Behaviour("6", _MM, "an error about a wrong device is a CMUN message with exit code 4"),
    Behaviour("6", _M, "chlss takes `-pprcconsistgrp enable|disable`, `-extlongbusy`, `-ss`"),
    Behaviour("6", _M, "mkfbvol takes `-extpool -cap -type ds|ess|blocks -name -volgrp`; chfbvol -cap only enlarges"),
    Behaviour("6", _M, "a volume in a pair or in a FlashCopy cannot be removed or enlarged"),
    Behaviour("6", _MM, "each pool has ranks of RAID 5 with 1582 extents; eight ranks share an adapter pair"),
)  # fmt: skip
"""How answers look and how long they take."""

PAIRS = (
    Behaviour("2.4", _I, "reasons are the words Host Source, Host Target, Update Target, Internal Conditions Target, "
              "Simplex Target, Freeze"),
    Behaviour("2.5", _I, "pausepprc at the source: Suspended, Host Source here; Target Suspended, Update Target there"),
    Behaviour("2.5", _I, "pausepprc at the target: Host Target on both sides"),
    Behaviour("2.5", _I, "freezepprc: Suspended, Freeze at the source; the target is not told"),
    Behaviour("2.5", _I, "a write over a dead link: Internal Conditions Target at the source, nothing at the target"),
    Behaviour("2.5", _MP, "an array that is lost leaves the other side's opinion as it was"),
    Behaviour("2.5", _I, "rmpprc at the target alone: Suspended, Simplex Target at the source"),
    Behaviour("3.1", _MP, "a missing `-type` is a syntax error"),
    Behaviour("3.1", _MP, "after failoverpprc the reason is Host Source"),
    Behaviour("3.1", _M, "failoverpprc of a target in the middle of a copy is accepted"),
    Behaviour("3.1", _MM, "failoverpprc repeated succeeds and changes nothing"),
    Behaviour("3.2", _MP, "a SCSI reservation of the target fails failbackpprc unless `-resetreserve` is given"),
    Behaviour("3.2", _MP, "`-tgtread` lets hosts read the target"),
    Behaviour("3.2", _MP, "failbackpprc, mkpprc and resumepprc answer before the copy is complete"),
    Behaviour("3.3", _NEW, "refusals have CMUN03 ids and texts of our own: match the shape, never the number"),
    Behaviour("4", _MP, "mkpprc copies everything unless told nocp, which goes to Full Duplex at once"),
    Behaviour("4", _I, "pausepprc with the link down suspends the source only"),
    Behaviour("4", _MP, "rmpprc takes `-quiet`, `-at` and `-unconditional`"),
    Behaviour("4", _M, "a broken pair of a consistency group holds writes for 60 s"),
    Behaviour("4", _NEW, "SSIDs named with pairs must look like some, and the pairs be of one LSS pair; no more"),
    Behaviour("4", _MM, "Global Copy has its states; its data arrives as that of Metro Mirror does"),
    Behaviour("5.1", _MP, "mkpprcpath issued again replaces the port pairs of the LSS pair"),
    Behaviour("5.1", _MP, "rmpprcpath refuses while pairs mirror over the path, unless `-force` is given"),
    Behaviour("7", _MP, "a write waits 1 ms per 100 km; a track is 64 KiB"),
    Behaviour("7", _MM, "a link copies 400 MB/s, shared among its pairs; a copy starts after 0.5 s"),
)  # fmt: skip
"""How pairs and paths behave."""

GROUPS = {
    "Calling and talking": INVOCATION,
    "Accounts and password files": ACCOUNTS,
    "Answers": ANSWERS,
    "Pairs and paths": PAIRS,
}

LEGEND = (
    (Mark.SEEN_DS6000, "seen in documentation of the same program for the DS6000"),
    (Mark.WEAK, "seen in a weak source"),
    (Mark.INFERRED, "follows from what was seen"),
    (Mark.FAIRLY_SURE, "general knowledge, fairly sure"),
    (Mark.PLAUSIBLE, "general knowledge, plausible"),
    (Mark.GUESS, "a guess"),
    (Mark.INVENTED, "nothing was found, and something had to be said"),
)


def as_markdown() -> str:
    """The DS CLI's part of `docs/fidelity.md`."""
    parts = ["## The arrays and the DS CLI\n", _legend()]
    for title, behaviours in GROUPS.items():
        rows = [(each.text, each.mark.value, each.section) for each in behaviours]
        parts.append(f"### {title}\n\n" + _table(("what the simulation does", "confidence", "dscli.md"), rows))
    parts.append("### Headers and labels\n\n" + _table(("of", "columns", "confidence"), list(_headers())))
    parts.append("### Messages\n\n" + _table(("id", "text", "confidence"), list(_messages())))
    return "\n".join(parts)


def _legend() -> str:
    return _table(("confidence", "meaning"), [(mark.value, meaning) for mark, meaning in LEGEND])


def _headers() -> Iterator[tuple[str, str, str]]:
    for name, value in vars(columns).items():
        is_header = isinstance(value, columns.Columns | columns.Labels)
        if is_header and value.mark is not Mark.SEEN:
            yield name.lower().replace("_long", " -l"), ", ".join(value.names), value.mark.value


def _messages() -> Iterator[tuple[str, str, str]]:
    found = [value for value in vars(messages).values() if isinstance(value, Message)]
    everything = [*found, *messages.REFUSALS.values(), *messages.PROVISIONING_REFUSALS.values()]
    for message in sorted(everything, key=lambda each: each.id):
        if message.mark is not Mark.SEEN:
            yield message.id, f"`{message.text.strip()}`", message.mark.value


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
