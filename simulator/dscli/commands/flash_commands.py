"""The FlashCopy commands: mkflash, lsflash, resyncflash, rmflash."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mirrordrill.simulator.array.flash import Flash, FlashOptions
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal, View
from mirrordrill.simulator.array.storage_image import Volume
from mirrordrill.simulator.dscli.columns import LSFLASH
from mirrordrill.simulator.dscli.commands.base import (
    IMAGE_FLAG,
    Answer,
    Command,
    CommandInvocation,
    CommandKind,
    list_syntax,
    listing,
)
from mirrordrill.simulator.dscli.formats import day_text
from mirrordrill.simulator.dscli.ids import PairOfVolumes, parse_lss, parse_pairs, parse_sequence, parse_volumes
from mirrordrill.simulator.dscli.messages import (
    EXCLUSIVE_OPTIONS,
    FLASH_MADE,
    FLASH_REMOVE_QUESTION,
    FLASH_REMOVED,
    FLASH_RESYNCHRONIZED,
    FLASH_UNFROZEN,
    NOT_MODELLED,
    REFUSALS,
    DscliExitCode,
    DscliMessage,
)
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes

Work = Callable[[Volume, Volume], None]
_ENABLED = dict.fromkeys(LSFLASH.filters, ("enabled", "disabled"))


def _each(invocation: CommandInvocation, success: DscliMessage, work: Work) -> Answer:
    """Do the work on each source:target pair of this image, and say how each went."""
    results = [_one(invocation, success, work, pair) for pair in parse_pairs(invocation.parsed.ids)]
    outcomes = tuple(message.id for message, _ in results)
    exit_code = DscliExitCode.SUCCESS if set(outcomes) <= {success.id} else DscliExitCode.SERVER
    lines = (message.line(invocation.verb, id=str(pair)) for message, pair in results)
    return Answer("".join(f"{line}\n" for line in lines), exit_code, outcomes)


def _one(
    invocation: CommandInvocation, success: DscliMessage, work: Work, pair: PairOfVolumes
) -> tuple[DscliMessage, PairOfVolumes]:
    try:
        image = invocation.image
        source, target = image.find_volume(pair.source), image.find_volume(pair.target)
        if source is None or target is None:
            raise ArrayRefusedError(Refusal.NO_SUCH_VOLUME)
        work(source, target)
    except ArrayRefusedError as error:
        return REFUSALS[error.refusal], pair
    return success, pair


def _options(invocation: CommandInvocation) -> FlashOptions:
    """What the flags ask for. Raises `RefusedLine` for `-cp` beside `-nocp`."""
    parsed = invocation.parsed
    for flag in ("cp", "wait"):
        if parsed.has(flag) and parsed.has("nocp"):
            raise RefusedLine(EXCLUSIVE_OPTIONS, word=f"-{flag} and -nocp")
    return FlashOptions(
        records=parsed.has("record"),
        persists=parsed.has("persist"),
        copies=not parsed.has("nocp"),
        sequence=parse_sequence(parsed.flags.get("seqnum", "0")),
    )


def _mkflash(invocation: CommandInvocation) -> Answer:
    _refuse_mirrored_targets(invocation)
    work = partial(invocation.storage.flash.make, options=_options(invocation))
    return _waiting(invocation, _each(invocation, FLASH_MADE, work))


def _waiting(invocation: CommandInvocation, answer: Answer) -> Answer:
    """With `-wait` the answer comes when the background copies have ended."""
    if not invocation.parsed.has("wait"):
        return answer
    targets = [invocation.image.find_volume(pair.target) for pair in parse_pairs(invocation.parsed.ids)]
    copied = invocation.storage.flash.copied
    return answer._replace(waits_for=tuple(copied(target) for target in targets if target is not None))


def _refuse_mirrored_targets(invocation: CommandInvocation) -> None:
    """`-tgtpprc` allows a target that is the source of a remote pair, which is not simulated. Raises `RefusedLine`."""
    targets = [invocation.image.find_volume(pair.target) for pair in parse_pairs(invocation.parsed.ids)]
    if invocation.parsed.has("tgtpprc") and any(each and each.view is not View.SIMPLEX for each in targets):
        raise RefusedLine(NOT_MODELLED, DscliExitCode.APPLICATION, word="-tgtpprc")


def _resyncflash(invocation: CommandInvocation) -> Answer:
    _refuse_mirrored_targets(invocation)
    work = partial(invocation.storage.flash.resynchronize, options=_options(invocation))
    return _waiting(invocation, _each(invocation, FLASH_RESYNCHRONIZED, work))


def _unfreezeflash(invocation: CommandInvocation) -> Answer:
    """No write was held, so there is nothing to let go: each LSS is answered."""
    lines = (FLASH_UNFROZEN.line(invocation.verb, id=f"{parse_lss(word)[0]:02X}") for word in invocation.parsed.ids)
    return Answer("".join(f"{line}\n" for line in lines), DscliExitCode.SUCCESS, (FLASH_UNFROZEN.id,))


def _rmflash(invocation: CommandInvocation) -> Answer:
    return _each(invocation, FLASH_REMOVED, invocation.storage.flash.remove)


def _rmflash_questions(invocation: CommandInvocation) -> list[tuple[str, str]]:
    return [(word, FLASH_REMOVE_QUESTION.line(invocation.verb, id=word)) for word in invocation.parsed.ids]


def _lsflash(invocation: CommandInvocation) -> Answer:
    relations = [each for each in invocation.storage.flash.relations() if each.source.image is invocation.image]
    rows = [_row(invocation, each) for each in relations if _is_wanted(invocation, each)]
    return listing(invocation, LSFLASH, rows)


def _is_wanted(invocation: CommandInvocation, flash: Flash) -> bool:
    numbers = (flash.source.number, flash.target.number)
    for word in invocation.parsed.ids:
        if ":" in word:
            if any((pair.source, pair.target) == numbers for pair in parse_pairs([word])):
                return True
            continue
        wanted = parse_volumes(word)
        if any(wanted.low <= number <= wanted.high for number in numbers):
            return True
    return False


def _row(invocation: CommandInvocation, flash: Flash) -> tuple[str, ...]:
    source, target = flash.source, flash.target
    is_copying = flash.copies_at(invocation.now_s)
    words = {True: "Enabled", False: "Disabled"}
    settings = (is_copying, flash.records, flash.persists, False, True, True, flash.copies)
    return (
        f"{source.full_id}:{target.full_id}" if invocation.settings.has_full_ids else
        f"{source.volume_id}:{target.volume_id}",
        f"{source.lss:02X}",
        f"{flash.sequence:X}",
        f"{source.image.long_busy_s(source.lss):.0f}",
        *(words[flag] for flag in settings),
        str(flash.tracks_left_at(invocation.now_s)),
        day_text(flash.created_at_s),
        day_text(flash.synced_at_s),
        "Valid",
        "No",
    )  # fmt: skip


def _count(invocation: CommandInvocation) -> int:
    return len(invocation.parsed.ids)


_MAKING = {
    **IMAGE_FLAG, "record": Takes.NOTHING, "persist": Takes.NOTHING, "cp": Takes.NOTHING, "nocp": Takes.NOTHING,
    "tgtse": Takes.NOTHING, "tgtpprc": Takes.NOTHING, "seqnum": Takes.VALUE,
    "wait": Takes.NOTHING,
}  # fmt: skip
_CAN_CHANGE_NOTHING = {
    "tgtse": "no target is space efficient",
    "cp": "it is what happens without -nocp",
}
_FREEZE = {"freeze": "all pairs of one command are copied at one moment"}
_NOT_SIMULATED = frozenset(
    {"tgtinhibit", "tgtonline", "tgtoffline", "tgtreleasespace", "pmir", "resetreserve", "revertible",
     "remote", "conduit", "retry"}
)  # fmt: skip

_OF_MAKING = {"cp", "seqnum", "wait"}

COMMANDS = (
    Command(
        "mkflash", CommandKind.ACTION, _mkflash, "copy volumes as they are now, inside one array",
        Syntax(
            {**_MAKING, "freeze": Takes.NOTHING}, Ids.REQUIRED, unmodelled=_NOT_SIMULATED,
            without_effect={**_CAN_CHANGE_NOTHING, **_FREEZE},
        ),
        steps=_count,
    ),
    Command(
        "resyncflash", CommandKind.ACTION, _resyncflash, "copy again what has changed since",
        Syntax(
            _MAKING, Ids.REQUIRED, unmodelled=_NOT_SIMULATED | _FREEZE.keys(), without_effect=_CAN_CHANGE_NOTHING
        ),
        steps=_count,
    ),
    Command(
        "rmflash", CommandKind.ACTION, _rmflash, "dissolve FlashCopy pairs",
        Syntax({**IMAGE_FLAG, "quiet": Takes.NOTHING}, Ids.REQUIRED, unmodelled=_NOT_SIMULATED | _OF_MAKING),
        questions=_rmflash_questions, steps=_count,
    ),
    Command(
        "unfreezeflash", CommandKind.ACTION, _unfreezeflash, "let the writes that mkflash -freeze holds go on",
        Syntax({**IMAGE_FLAG}, Ids.REQUIRED), steps=_count,
    ),
    Command(
        "lsflash", CommandKind.LIST, _lsflash, "list FlashCopy pairs",
        list_syntax(LSFLASH, Ids.REQUIRED, IMAGE_FLAG, choices=_ENABLED),
    ),
)  # fmt: skip
"""Registry rows of this family."""
