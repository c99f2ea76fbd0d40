"""What a drill is about: the groups that its steps name, their resources and their volumes.

A site has other groups, mirrored and not (ClusterService), and what strikes a host, an array or a link strikes them,
too. What happens to them meanwhile is no answer to the question that the drill asks: it is judged by the same rules and
told beside the drill's own verdicts, but not held against it. A drill whose steps name no mirrored group is about the
whole site.

Rule 1: a record is left out only if all that it tells of belongs to other groups. What belongs to no group stays in.
Rule 2: nothing here judges. Oracles and expectations see the records that are left, and need not know of this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.site.site import Site

WORD = re.compile(r'[^\s",:;()|]+')
"""What may be a name in the words of a step."""

EVERY_GROUP = "every mirrored group"
"""A step with these words makes the drill about the whole site, whichever groups others name."""
REHEARSAL = "rehearsal"
"""The tag of a recorded rehearsal, which is about the whole site whatever people typed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The groups that a drill is about, and what belongs to others only."""

    groups: tuple[str, ...] = ()
    """The mirrored groups that the drill is about."""
    other_groups: frozenset[str] = frozenset()
    other_resources: frozenset[str] = frozenset()
    other_volumes: frozenset[tuple[str, str]] = frozenset()
    """(array, volume)."""

    @property
    def is_whole(self) -> bool:
        """Whether the drill is about everything that there is."""
        return not self.other_groups

    def concerns(self, event: Event) -> bool:
        """Whether an event tells of anything that the drill is about, or that no group owns."""
        if (group := getattr(event, "group", None)) is not None:
            return group not in self.other_groups
        if (resource := getattr(event, "resource", None)) is not None:
            return resource not in self.other_resources
        if getattr(event, "alert", "") and getattr(event, "source", "") in self.other_groups:
            return False
        if (stream := getattr(event, "stream", None)) is not None:
            return stream.partition("@")[0] not in self.other_resources
        told = {(getattr(event, "array", ""), volume) for volume in volumes_of(event)}
        return not told or not told <= self.other_volumes

    def only(self, see: Callable[[Record], None]) -> Callable[[Record], None]:
        """An observer that is shown what the drill is about, and nothing else."""
        if self.is_whole:
            return see

        def look(record: Record) -> None:
            if self.concerns(record.event):
                see(record)

        return look


def scope_of(site: Site, steps: Iterable[str]) -> Scope:
    """What a drill with these steps is about on this site."""
    told = tuple(steps)
    words = {word for step in told for word in WORD.findall(step)}
    owners: dict[str, set[str]] = {}
    for cluster in site.clusters:
        for group, resource in cluster.resources():
            owners.setdefault(resource.name, set()).add(group.name)
    every = {group.name for cluster in site.clusters for group in cluster.groups}
    meant = (words & every).union(*(owners[name] for name in words & set(owners)))
    mirrored = dict.fromkeys(attachment.group for attachment in site.attachments)
    about = tuple(group for group in mirrored if group in meant)
    if not about or any(EVERY_GROUP in step for step in told):
        return Scope(tuple(mirrored))
    others = frozenset(every - meant)
    own_volumes = {(a.image_id, volume) for a in site.attachments if a.group in about for volume in a.volumes}
    return Scope(
        about,
        others,
        frozenset(name for name, groups in owners.items() if groups <= others),
        frozenset((a.image_id, volume) for a in site.attachments if a.group in others for volume in a.volumes)
        - own_volumes,
    )


def volumes_of(event: Event) -> tuple[str, ...]:
    """The volumes of its array that an event tells of."""
    command = getattr(event, "command", None)
    if command is not None and hasattr(event, "verb"):
        words = command.split()[1:]
        return tuple(word.partition(":")[0][-4:] for word in words if not word.startswith("-") and is_volume(word))
    volume = getattr(event, "volume", None)
    return (volume,) if isinstance(volume, str) else tuple(getattr(event, "volumes", ()))


def is_volume(word: str) -> bool:
    """Whether a word of a DS CLI command names a volume or a pair: `1260`, `0A10:4A10`, `IBM.2107-75FA120/1260`."""
    name = word.partition(":")[0].rpartition("/")[2]
    return len(name) == 4 and all(digit in "0123456789abcdefABCDEF" for digit in name)


def with_others(own: OracleResult, whole: OracleResult) -> OracleResult:
    """A rule's verdict on what the drill is about, and beside it what it says of the rest, where it is broken there."""
    if whole.verdict is not Verdict.BROKEN or own.verdict is Verdict.BROKEN:
        return own
    return replace(own, beside=f"{whole.verdict.value}, {whole.reason}")
