"""The commands that list pairs and paths. They change nothing.

Rule 1: a list shows the opinion of the array that is asked, never what the other one thinks.
"""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.array.connections.paths import PathState
from mirrordrill.simulator.array.mirror.states import PairType, View
from mirrordrill.simulator.array.storage_image import Volume
from mirrordrill.simulator.dscli.columns import LSPPRC, LSPPRCPATH, UNKNOWN_TIMEOUT, VOLUME_INACCESSIBLE
from mirrordrill.simulator.dscli.commands.base import (
    DEVICE_FLAGS,
    Answer,
    Command,
    CommandInvocation,
    CommandKind,
    list_syntax,
    listing,
)
from mirrordrill.simulator.dscli.formats import date_text
from mirrordrill.simulator.dscli.ids import VolumeRange, parse_lss, parse_pairs, parse_volumes
from mirrordrill.simulator.dscli.options import Ids, Takes

_STATES = (
    *(view.value.lower().replace(" ", "-") for view in View if view is not View.SIMPLEX),
    "not-remote-copy-pair", "invalid-state", "volume-inaccessible",
)  # fmt: skip
"""The filter values of `lspprc -state` (dscli.md 2.1, S6)."""


def _lspprc(invocation: CommandInvocation) -> Answer:
    volumes = wanted_volumes(invocation)
    is_long = invocation.parsed.has("l")
    state = invocation.parsed.flags.get("state")
    remote = invocation.parsed.flags.get("remotedev")
    full = invocation.settings.has_full_ids
    rows = []
    for volume in volumes:
        peer = volume.peer
        if peer is None or (remote and peer.image.image_id != remote):
            continue
        row = _pair_row(volume, peer, full=full)
        if state is None or row[1].lower().replace(" ", "-") == state:
            rows.append(_long(row, volume, peer) if is_long else row)
    return listing(invocation, LSPPRC, rows, LSPPRC.of(is_long=is_long))


def wanted_volumes(invocation: CommandInvocation) -> Iterator[Volume]:
    """The image's volumes that the ids name. A pair names a volume of this image that is its source or its target."""
    for word in invocation.parsed.ids:
        if ":" in word:
            for pair in parse_pairs([word]):
                yield from _volume_of_pair(invocation, pair.source, pair.target)
        else:
            wanted = parse_volumes(word)
            if wanted.image_id in ("", invocation.device):
                yield from _volumes(invocation, wanted)
    if not invocation.parsed.ids:
        yield from invocation.image.volumes()


def _volumes(invocation: CommandInvocation, wanted: VolumeRange) -> Iterator[Volume]:
    if wanted.low == wanted.high:
        volume = invocation.image.find_volume(wanted.low)
        return iter([volume] if volume else [])
    return invocation.image.volumes(wanted.low, wanted.high)


def _volume_of_pair(invocation: CommandInvocation, source: int, target: int) -> Iterator[Volume]:
    own = invocation.image.find_volume(source)
    if own is not None and own.peer is not None and not own.view.is_target and own.peer.number == target:
        yield own
    own = invocation.image.find_volume(target)
    if own is not None and own.peer is not None and own.view.is_target and own.peer.number == source:
        yield own


def _pair_row(volume: Volume, peer: Volume, *, full: bool) -> tuple[str, ...]:
    """One line of `lspprc`: the relation as this array sees it, source first."""
    is_target = volume.view.is_target
    source, target = (peer, volume) if is_target else (volume, peer)
    return (
        f"{source.full_id}:{target.full_id}" if full else f"{source.number:04X}:{target.number:04X}",
        volume.view.value if volume.is_accessible else VOLUME_INACCESSIBLE,
        volume.reason.value,
        volume.pair_type.value,
        f"{source.image.image_id}/{source.lss:02X}" if full else f"{source.lss:02X}",
        UNKNOWN_TIMEOUT if is_target else f"{volume.image.long_busy_s(volume.lss):.0f}",
        "Enabled" if volume.critical_mode else "Disabled",
        "Invalid" if volume.pair_type is PairType.METRO_MIRROR else str(volume.copy is None),
    )


def _long(row: tuple[str, ...], volume: Volume, peer: Volume) -> tuple[str, ...]:
    """The line of `lspprc -l` (dscli.md 2.2, M)."""
    volume.settle()
    is_target = volume.view.is_target
    suspended = volume.suspended_at_s
    path = volume.image.paths.find(volume.lss, peer.image.image_id, peer.lss)
    is_grouped = volume.image.is_consistency_group(volume.lss) or (path is not None and path.consistency_group)
    return (
        *row[:4],
        "0" if is_target else str(volume.changed.count()),
        "Enabled" if volume.target_read else "Disabled",
        "Disabled",
        "Invalid",
        "-" if suspended is None else date_text(suspended),
        *row[4:],
        "Disabled",
        "Disabled" if is_target else "Enabled",
        "Disabled",
        "Enabled" if is_grouped else "Disabled",
        "Unknown",
        "-",
    )


def _lspprcpath(invocation: CommandInvocation) -> Answer:
    ranges = [parse_lss(word) for word in invocation.parsed.ids]
    full = invocation.settings.has_full_ids
    rows = []
    for group in invocation.image.paths:
        if not any(low <= group.source_lss <= high for low, high in ranges):
            continue
        source, target = f"{group.source_lss:02X}", f"{group.target_lss:02X}"
        if full:
            source, target = f"{group.source.image_id}/{source}", f"{group.target.image_id}/{target}"
        for port in group.ports:
            ssid = f"{group.target.ssid(group.target_lss):04X}"
            ends = (port.port, port.attached_port, group.target.wwnn)
            reason = "-" if port.state is PathState.SUCCESS else port.reason.meaning
            grouped = "Enabled" if group.consistency_group else "Disabled"
            rows.append((source, target, port.state.value, ssid, *ends, reason, grouped))
    return listing(invocation, LSPPRCPATH, rows)


COMMANDS = (
    Command(
        "lspprc", CommandKind.LIST, _lspprc, "list remote mirror and copy pairs",
        list_syntax(LSPPRC, Ids.REQUIRED, {**DEVICE_FLAGS, "state": Takes.VALUE}, choices={"state": _STATES}),
    ),
    Command(
        "lspprcpath", CommandKind.LIST, _lspprcpath, "list remote mirror and copy paths",
        list_syntax(LSPPRCPATH, Ids.REQUIRED),
    ),
)  # fmt: skip
"""Registry rows of this family."""
