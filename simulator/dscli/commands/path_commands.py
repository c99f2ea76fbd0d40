"""The commands about paths and consistency groups: what is said of a whole LSS pair, not of single volumes."""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal
from mirrordrill.simulator.array.storage_image import StorageImage
from mirrordrill.simulator.dscli.columns import LSAVAILPPRCPORT
from mirrordrill.simulator.dscli.commands.base import (
    DEVICE_FLAGS,
    SSID_FLAGS,
    Answer,
    Command,
    CommandInvocation,
    CommandKind,
    check_ssids,
    list_syntax,
    listing,
    named_ssids,
)
from mirrordrill.simulator.dscli.ids import parse_lss, parse_lss_pair, parse_port_pair
from mirrordrill.simulator.dscli.messages import (
    FROZEN,
    MISSING_OPTION,
    PATH_MADE,
    PATH_REMOVE_QUESTION,
    PATH_REMOVED,
    REFUSALS,
    THAWED,
    WRONG_VALUE,
    DscliExitCode,
    DscliMessage,
)
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes

Work = Callable[[int, int], None]


def _one(
    invocation: CommandInvocation, success: DscliMessage, source_lss: int, target_lss: int, work: Work
) -> tuple[str, str]:
    """Do something for an LSS pair; (message id, line)."""
    message = success
    try:
        work(source_lss, target_lss)
    except ArrayRefusedError as error:
        message = REFUSALS[error.refusal]
    return message.id, message.line(invocation.verb, id=f"{source_lss:02X}:{target_lss:02X}")


def _answer(results: list[tuple[str, str]], success: DscliMessage) -> Answer:
    ids = tuple(message_id for message_id, _ in results)
    exit_code = DscliExitCode.SUCCESS if set(ids) <= {success.id} else DscliExitCode.SERVER
    return Answer("".join(f"{line}\n" for _, line in results), exit_code, ids)


def _each(invocation: CommandInvocation, success: DscliMessage, work: Work) -> Answer:
    pairs = [parse_lss_pair(word) for word in invocation.parsed.ids]
    return _answer([_one(invocation, success, *pair, work) for pair in pairs], success)


def _remote(invocation: CommandInvocation) -> StorageImage:
    """The image that `-remotedev` or `-remotewwnn` names; where both are given they must agree. It need not answer."""
    storage, wwnn = invocation.storage, invocation.parsed.flags.get("remotewwnn", "").upper()
    if not invocation.remote_device and not wwnn:
        raise RefusedLine(MISSING_OPTION, word="-remotedev")
    known = [storage.image(image_id) for image_id in storage.image_ids()]
    named = [each for each in known if each.image_id == (invocation.remote_device or each.image_id)]
    found = [each for each in named if each.wwnn == (wwnn or each.wwnn)]
    if not found:
        raise ArrayRefusedError(Refusal.WRONG_WWNN if named else Refusal.NO_SUCH_PORTS)
    return found[0]


def _mkpprcpath(invocation: CommandInvocation) -> Answer:
    flags = invocation.parsed.flags
    ports = [parse_port_pair(word) for word in invocation.parsed.ids]
    (source_lss, source_end), (target_lss, target_end) = parse_lss(flags["srclss"]), parse_lss(flags["tgtlss"])
    if (source_lss, target_lss) != (source_end, target_end):
        raise RefusedLine(WRONG_VALUE, word=f"{flags['srclss']}:{flags['tgtlss']}", expected="one LSS each")

    ssids = named_ssids(invocation)
    is_grouped = invocation.parsed.has("consistgrp")

    def work(source: int, target: int) -> None:
        wwnn = _remote(invocation).wwnn
        is_established = invocation.storage.fabric.define_path(
            invocation.image, (source, target), wwnn, ports, consistency_group=is_grouped,
            ssids=(ssids.get("srcss"), ssids.get("tgtss")),
        )  # fmt: skip
        if not is_established:
            raise ArrayRefusedError(Refusal.NOT_ESTABLISHED)

    return _answer([_one(invocation, PATH_MADE, source_lss, target_lss, work)], PATH_MADE)


def _rmpprcpath(invocation: CommandInvocation) -> Answer:
    def work(source: int, target: int) -> None:
        is_forced = invocation.parsed.has("force")
        invocation.storage.fabric.remove_path(
            invocation.image, (source, target), _remote(invocation), is_forced=is_forced
        )

    return _each(invocation, PATH_REMOVED, work)


def _rmpprcpath_questions(invocation: CommandInvocation) -> list[tuple[str, str]]:
    return [(word, PATH_REMOVE_QUESTION.line(invocation.verb, id=word)) for word in invocation.parsed.ids]


def _freezepprc(invocation: CommandInvocation) -> Answer:
    def work(source: int, target: int) -> None:
        remote = _remote(invocation)
        check_ssids(invocation, source, remote.image_id, target)
        invocation.storage.consistency.freeze(invocation.image, source, remote, target)

    return _each(invocation, FROZEN, work)


def _unfreezepprc(invocation: CommandInvocation) -> Answer:
    def work(source: int, target: int) -> None:
        check_ssids(invocation, source, _remote(invocation).image_id, target)
        invocation.storage.consistency.thaw(invocation.image, source)

    return _each(invocation, THAWED, work)


def _lsavailpprcport(invocation: CommandInvocation) -> Answer:
    for word in invocation.parsed.ids:
        parse_lss_pair(word)
    wwnn, remote = invocation.parsed.flags["remotewwnn"].upper(), invocation.parsed.flags.get("remotedev")
    storage = invocation.storage
    is_named = remote is None or (remote in storage.image_ids() and storage.image(remote).wwnn == wwnn)
    ports = storage.fabric.port_pairs(invocation.image, wwnn) if is_named else []
    return listing(invocation, LSAVAILPPRCPORT, [(near, far, "FCP", "NA", "NA") for near, far in ports])


def _count(invocation: CommandInvocation) -> int:
    return len(invocation.parsed.ids)


COMMANDS = (
    Command(
        "mkpprcpath", CommandKind.ACTION, _mkpprcpath, "define remote mirror and copy paths",
        Syntax(
            {
                **DEVICE_FLAGS, **SSID_FLAGS, "remotewwnn": Takes.VALUE, "srclss": Takes.VALUE, "tgtlss": Takes.VALUE,
                "consistgrp": Takes.NOTHING,
            },
            Ids.REQUIRED, ("remotewwnn", "srclss", "tgtlss"),
        ),
        changes_pairs=True, steps=_count,
    ),
    Command(
        "rmpprcpath", CommandKind.ACTION, _rmpprcpath, "remove remote mirror and copy paths",
        Syntax(
            {**DEVICE_FLAGS, "quiet": Takes.NOTHING, "force": Takes.NOTHING, "remotewwnn": Takes.VALUE}, Ids.REQUIRED
        ),
        changes_pairs=True, questions=_rmpprcpath_questions, steps=_count,
    ),
    Command(
        "freezepprc", CommandKind.ACTION, _freezepprc, "suspend all pairs of LSS pairs at one moment",
        Syntax({**DEVICE_FLAGS, **SSID_FLAGS}, Ids.REQUIRED), changes_pairs=True, steps=_count,
    ),
    Command(
        "unfreezepprc", CommandKind.ACTION, _unfreezepprc, "let the writes that a freeze holds go on",
        Syntax({**DEVICE_FLAGS, **SSID_FLAGS}, Ids.REQUIRED), changes_pairs=True, steps=_count,
    ),
    Command(
        "lsavailpprcport", CommandKind.LIST, _lsavailpprcport, "list ports that could carry paths",
        list_syntax(
            LSAVAILPPRCPORT, Ids.REQUIRED, {**DEVICE_FLAGS, "remotewwnn": Takes.VALUE}, required=("remotewwnn",)
        ),
    ),
)  # fmt: skip
"""Registry rows of this family."""
