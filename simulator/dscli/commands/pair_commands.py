"""The commands that change pairs: one line per pair, in the order given.

Rule 1: pairs are independent of each other: one that is refused does not keep the next from being carried out.
Rule 2: ids are written new source:new target, and `-dev` is the array that is asked (dscli.md 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from mirrordrill.simulator.array.mirror.pairs import Wishes
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, PairType, Refusal
from mirrordrill.simulator.array.plan import HIGHEST_LSS
from mirrordrill.simulator.array.storage_image import Address, Volume
from mirrordrill.simulator.dscli.commands.base import (
    DEVICE_FLAGS,
    SSID_FLAGS,
    Answer,
    Command,
    CommandInvocation,
    CommandKind,
    check_ssids,
    named_ssids,
)
from mirrordrill.simulator.dscli.ids import PairOfVolumes, parse_pairs, parse_volumes
from mirrordrill.simulator.dscli.messages import (
    MISSING_OPTION,
    PAIR_FAILED_BACK,
    PAIR_MADE,
    PAIR_PAUSED,
    PAIR_REMOVE_QUESTION,
    PAIR_REMOVED,
    PAIR_RESUMED,
    PAIR_REVERSED,
    REFUSALS,
    WRONG_VALUE,
    DscliExitCode,
    DscliMessage,
)
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes

_COPYING = {**DEVICE_FLAGS, **SSID_FLAGS, "type": Takes.VALUE, "tgtonline": Takes.NOTHING}
_TO_TARGET = {"resetreserve": Takes.NOTHING, "tgtread": Takes.NOTHING}
_TYPES = {"type": ("mmir", "gcp")}
_ONE_END = {"at": Takes.VALUE, "unconditional": Takes.NOTHING}
_NOT_SIMULATED = frozenset({"cascade", "suspend", "incrementalresync", "tgtse", "mtir", "multtgt"})
_TARGET_ONLINE = {"tgtonline": "it is for count key data volumes, and there are none"}
_REMOVED_AT_ONCE = {"wait": "a pair is dissolved when the command answers"}

Work = Callable[[Volume, Address], None]


def _pairs(invocation: CommandInvocation) -> list[PairOfVolumes]:
    """The pairs typed. With `-dev` a `-remotedev` is needed as well (dscli.md 1.1)."""
    pairs = parse_pairs(invocation.parsed.ids)
    for pair in pairs:
        if pair.source_image not in ("", invocation.device):
            raise RefusedLine(WRONG_VALUE, word=str(pair), expected=f"a source on {invocation.device}")
        if not (pair.target_image or invocation.remote_device):
            raise RefusedLine(MISSING_OPTION, word="-remotedev")
    if named_ssids(invocation) and len({(pair.source >> 8, pair.target >> 8) for pair in pairs}) > 1:
        raise RefusedLine(WRONG_VALUE, word="-srcss, -tgtss", expected="pairs of one source LSS and one target LSS")
    return pairs


def _each(
    invocation: CommandInvocation, success: DscliMessage, work: Work, pairs: list[PairOfVolumes] | None = None
) -> Answer:
    """Do the work on each pair, and say how each went."""
    pairs = _pairs(invocation) if pairs is None else pairs
    lines: list[str] = []
    outcomes: list[str] = []
    exit_code = DscliExitCode.SUCCESS
    for pair in pairs:
        message = success
        try:
            own = invocation.image.find_volume(pair.source)
            if own is None or pair.target >> 8 > HIGHEST_LSS:
                raise ArrayRefusedError(Refusal.NO_SUCH_VOLUME)
            far = pair.target_image or invocation.remote_device
            check_ssids(invocation, own.lss, far, pair.target >> 8)
            work(own, Address(far, f"{pair.target:04X}"))
        except ArrayRefusedError as error:
            message, exit_code = REFUSALS[error.refusal], DscliExitCode.SERVER
        lines.append(message.line(invocation.verb, id=str(pair)))
        outcomes.append(message.id)
    return Answer("".join(f"{line}\n" for line in lines), exit_code, tuple(outcomes))


def _wishes(invocation: CommandInvocation) -> Wishes:
    """What the flags ask for beyond the copy."""
    flags = invocation.parsed
    return Wishes(
        critical_mode=flags.has("critmode"),
        target_read=flags.has("tgtread"),
        reset_reserve=flags.has("resetreserve"),
        pair_type=PairType.GLOBAL_COPY if flags.flags.get("type") == "gcp" else PairType.METRO_MIRROR,
    )


def _failover(invocation: CommandInvocation) -> Answer:
    return _each(invocation, PAIR_REVERSED, invocation.storage.pairs.failover)


def _failback(invocation: CommandInvocation) -> Answer:
    return _each(invocation, PAIR_FAILED_BACK, partial(invocation.storage.pairs.failback, wishes=_wishes(invocation)))


def _establish(invocation: CommandInvocation) -> Answer:
    is_copied = invocation.parsed.flags.get("mode", "full") == "full"
    work = partial(invocation.storage.pairs.establish, copy=is_copied, wishes=_wishes(invocation))
    return _waiting(invocation, _each(invocation, PAIR_MADE, work))


def _pause(invocation: CommandInvocation) -> Answer:
    operations = invocation.storage.pairs
    return _at_one_end(invocation, PAIR_PAUSED, operations.pause, _at_target(invocation, operations.pause_at_target))


def _at_target(invocation: CommandInvocation, work: Work) -> Work:
    """What is asked of the target: with `-unconditional` also where the source cannot be told."""

    def told(target: Volume, source: Address) -> None:
        if target.view.is_target and not (invocation.parsed.has("unconditional") or target.reaches_peer()):
            raise ArrayRefusedError(Refusal.NO_PATH)
        work(target, source)

    return told


def _at_one_end(invocation: CommandInvocation, success: DscliMessage, at_source: Work, at_target: Work) -> Answer:
    """Pairs are written source:target whichever end is asked; with `-at` a volume id alone will do (dscli.md 4)."""
    end = invocation.parsed.flags.get("at")
    if invocation.parsed.has("unconditional") and end != "tgt":
        raise RefusedLine(MISSING_OPTION, word="-at tgt")
    if end is not None and all(":" not in word for word in invocation.parsed.ids):
        pairs = [pair for word in invocation.parsed.ids for pair in _pairs_of_volumes(invocation, word)]
    elif end == "tgt":
        pairs = [pair.swapped() for pair in parse_pairs(invocation.parsed.ids)]
    else:
        pairs = _pairs(invocation)
    return _each(invocation, success, at_target if end == "tgt" else at_source, pairs)


def _pairs_of_volumes(invocation: CommandInvocation, word: str) -> Iterator[PairOfVolumes]:
    """The pairs that these volumes of the asked image are in; a volume in none stands for itself and is refused."""
    wanted = parse_volumes(word)
    for number in range(wanted.low, wanted.high + 1):
        volume = invocation.image.find_volume(number)
        peer = volume.peer if volume else None
        far = (peer.image.image_id, peer.number) if peer else (invocation.device, number)
        yield PairOfVolumes(invocation.device, number, *far)


def _resume(invocation: CommandInvocation) -> Answer:
    work = partial(invocation.storage.pairs.resume, wishes=_wishes(invocation))
    return _waiting(invocation, _each(invocation, PAIR_RESUMED, work))


def _waiting(invocation: CommandInvocation, answer: Answer) -> Answer:
    """With `-wait` the answer comes when the copies have ended."""
    if not invocation.parsed.has("wait"):
        return answer
    copies, image = invocation.storage.pairs.copies, invocation.image
    volumes = [image.find_volume(pair.source) for pair in _pairs(invocation)]
    return answer._replace(waits_for=tuple(copies.ended(volume) for volume in volumes if volume is not None))


def _remove(invocation: CommandInvocation) -> Answer:
    operations = invocation.storage.pairs
    return _at_one_end(invocation, PAIR_REMOVED, operations.remove, _at_target(invocation, operations.remove_at_target))


def _remove_questions(invocation: CommandInvocation) -> list[tuple[str, str]]:
    return [(word, PAIR_REMOVE_QUESTION.line(invocation.verb, id=word)) for word in invocation.parsed.ids]


def _count(invocation: CommandInvocation) -> int:
    return len(invocation.parsed.ids)


def _action(name: str, run: Callable[[CommandInvocation], Answer], summary: str, **flags: Takes) -> Command:
    """A command that changes pairs and needs their type."""
    choices = {**_TYPES, "mode": ("full", "nocp")}
    syntax = Syntax({**_COPYING, **flags}, Ids.REQUIRED, ("type",), choices, _NOT_SIMULATED, _TARGET_ONLINE)
    return Command(name, CommandKind.ACTION, run, summary, syntax, changes_pairs=True, steps=_count)


COMMANDS = (
    _action("failoverpprc", _failover, "make targets suspended sources, without their peers"),
    _action("failbackpprc", _failback, "copy back from suspended sources to their peers", **_TO_TARGET),
    _action(
        "mkpprc", _establish, "make remote mirror and copy pairs",
        mode=Takes.VALUE, critmode=Takes.NOTHING, wait=Takes.NOTHING, **_TO_TARGET,
    ),
    _action(
        "resumepprc", _resume, "copy what changed and mirror again",
        critmode=Takes.NOTHING, wait=Takes.NOTHING, **_TO_TARGET,
    ),
    Command(
        "pausepprc", CommandKind.ACTION, _pause, "suspend pairs",
        Syntax({**DEVICE_FLAGS, **SSID_FLAGS, **_ONE_END}, Ids.REQUIRED, choices={"at": ("src", "tgt")}),
        changes_pairs=True, steps=_count,
    ),
    Command(
        "rmpprc", CommandKind.ACTION, _remove, "dissolve pairs",
        Syntax(
            {**DEVICE_FLAGS, **_ONE_END, "quiet": Takes.NOTHING, "wait": Takes.NOTHING},
            Ids.REQUIRED, choices={"at": ("src", "tgt")}, without_effect=_REMOVED_AT_ONCE,
        ),
        changes_pairs=True, questions=_remove_questions, steps=_count,
    ),
)  # fmt: skip
"""Registry rows of this family."""
