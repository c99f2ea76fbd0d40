"""The memory of the last online: on which array the application ran last, and how far a change of direction has come.

An array tells what it knows, and a source that was left behind by a takeover still calls itself a source. So the agent
writes down where it let the application run: before the lock, and before each command that changes pairs. The memory
is kept in a file of each node that brought the resource online, and in the temp attribute LastOnline, which VCS
replicates to every system of the cluster.

Rule 1: a record is newer than another by its ancestors, never by a clock (online_record.py).
Rule 2: two records of which neither is newer contradict each other, and nothing goes on until `takeover` adopts one.
Rule 3: the attribute dies with the cluster. A node that starts publishes its file, marked cold: a system
that is down may have written since. Cold memory vouches only if every system of the far array has published.
Rule 4: a record counts as written when it is in the file and has been read back from the attribute.
Rule 5: a record is written only over what it follows. Where another system has published something else since the
record before was read (a node that starts with a newer file, an online elsewhere), nothing is written and nothing done.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Optional, Tuple

from . import statetext
from .budget import Limits
from .errors import GarbledState, LicenceExpired
from .messages import MEMORY_FORKED, MEMORY_GARBLED, MEMORY_NOT_WRITTEN, say
from .names import boot_mark, memory_name
from .online_record import ATTRIBUTE, Memory, Phase, parse_memory
from .ports import Node

SEPARATOR = "/"
"""Between the records of a contradiction."""
ANCESTORS_MAX = 12
SETTLE_S = 2.0
COPIES_MAX = 6
"""How often a record that another system overwrote is merged and written again."""


@dataclass(frozen=True)
class Recollection:
    """What is remembered here and now."""

    memory: Optional[Memory] = None
    is_live: bool = False
    """The cluster has lived since the record was written, so no system of it knows better."""
    published: Tuple[str, ...] = ()
    """Cold memory: the systems whose files it was made of."""
    contradiction: str = ""
    rivals: Tuple[Memory, ...] = ()
    """The records that `memory` contradicts."""
    set_aside: Tuple[str, ...] = ()
    """Tokens of older records that `memory` does not name: two systems of one array came online without each other."""
    is_replicated: bool = False
    """The engine keeps the attribute."""
    heard_s: float = field(default=0.0, compare=False)
    """The uptime at which the engine was asked: what it said is not older than that."""

    def records(self) -> Tuple[Memory, ...]:
        """Every record of which none is known to be older than another."""
        return ((self.memory,) if self.memory is not None else ()) + self.rivals


def recall(node: Node, resource: str, limits: Limits) -> Recollection:
    """What file and attribute say; whichever is older is brought up to date. Raises NewerRecord."""
    heard_s = node.uptime_s()
    return replace(_recall(node, resource, limits), heard_s=heard_s)


def _recall(node: Node, resource: str, limits: Limits) -> Recollection:
    ours = _read_file(node, resource)
    said = node.run_ha(["hares", "-value", resource, ATTRIBUTE], limits.ha_s)
    if said.exit_code != 0:
        return Recollection(ours)
    found = _understand(node, said.output.strip())
    if ours is None or any(ours.token == each.token for each in found.records()):
        pass
    elif all(ours.is_newer_than(each) for each in found.records()):
        found = Recollection(
            ours,
            is_live=False,
            published=tuple(sorted({*found.published, node.system})),
            contradiction="" if found.records() else found.contradiction,
            is_replicated=True,
        )
        write_attribute(node, resource, limits, cold_value(found))
    elif not any(each.is_newer_than(ours) for each in found.records()):
        why = "; ".join(f"{each.writer} wrote {each.token}" for each in (ours, *found.records()))
        say(node, MEMORY_FORKED, why=why)
        found = replace(found, is_live=False, contradiction=why, rivals=(*found.rivals, ours))
    if found.memory is not None and not found.contradiction and (ours is None or ours.token != found.memory.token):
        _try_file(node, resource, found.memory)
    return found


def publish(node: Node, resource: str, limits: Limits) -> Recollection:
    """A node starts: what its file says reaches the cluster, and the other way round (rule 3); what is remembered.

    Raises NewerRecord.
    """
    found = Recollection()
    for attempt in range(COPIES_MAX):
        found = recall(node, resource, limits)
        if not found.is_replicated or found.is_live:
            break
        if attempt and node.system in found.published and not found.contradiction:
            break
        systems = tuple(sorted({*found.published, node.system}))
        write_attribute(node, resource, limits, cold_value(replace(found, published=systems)))
        # Several nodes start at once, and the last one wins: a node that is missing then writes again.
        node.pause(SETTLE_S, ATTRIBUTE)
        if found.contradiction:
            break
    return found


def ran_here_last(node: Node, resource: str, limits: Limits, image: str) -> bool:
    """Whether the last record, and no other, says that it ran on this array, and this node brought it online."""
    seen = recall(node, resource, limits)
    memory = seen.memory
    if memory is None or seen.contradiction or memory.phase is not Phase.ONLINE:
        return False
    return memory.image == image and has_acted_here(node, memory)


def has_acted_here(node: Node, memory: Memory) -> bool:
    """Whether this node wrote the record, or one before it, in its present boot: then it had a file of it."""
    mark = f"{node.system}@{boot_mark(node.boot_id())}@"
    return any(token.startswith(mark) for token in (memory.token, *memory.ancestors))


def cold_value(found: Recollection) -> str:
    """The attribute's value for what is known from files only."""
    head = "conflict" if found.contradiction else "cold:" + "+".join(found.published)
    return f"{head},{SEPARATOR.join(each.text() for each in found.records())}"


def remember(node: Node, resource: str, limits: Limits, memory: Memory) -> bool:
    """Write the record (rule 4); whether every system of the cluster knows it now.

    Raises OSError; LicenceExpired where another system has published what the record does not follow (rule 5).
    """
    return remembered(node, resource, limits, memory)[1]


def remembered(node: Node, resource: str, limits: Limits, memory: Memory) -> Tuple[Memory, bool]:
    """The same with the record as it was written: behind those of other systems that came online here meanwhile."""
    said = node.run_ha(["hares", "-value", resource, ATTRIBUTE], limits.ha_s)
    if said.exit_code == 0:
        _require_to_follow(memory, said.output.strip())
        memory = _behind_others(memory, said.output.strip())
    node.write_state(memory_name(resource), render(memory))
    if said.exit_code is not None and said.exit_code != 0:
        # An older type definition has no such attribute: the files are all there is.
        return memory, True
    if write_attribute(node, resource, limits, "live," + memory.text()):
        return memory, True
    say(node, MEMORY_NOT_WRITTEN, reason="VCS did not take the attribute LastOnline, or another online wrote it")
    return memory, False


def _behind_others(memory: Memory, text: str) -> Memory:
    """The record as the one behind what another system of this array has published since it was made.

    Systems of a parallel group come online at once. Of records that did not name each other only the last one is known
    to the other cluster, and the files of all others would contradict what follows there.
    """
    try:
        others = [each for each in _records_in(text.partition(",")[2]) if each.is_as_good_as(memory)]
    except GarbledState:
        return memory
    for each in others:
        if memory.phase is Phase.ONLINE and each.token not in (memory.token, *memory.ancestors):
            known = tuple(token for token in each.ancestors if token not in memory.ancestors)
            ancestors = (*memory.ancestors, *known, each.token)[-ANCESTORS_MAX:]
            memory = replace(memory, generation=max(memory.generation, each.generation + 1), ancestors=ancestors)
    return memory


def _require_to_follow(memory: Memory, text: str) -> None:
    """Raise LicenceExpired unless the record follows what the attribute holds (rule 5)."""
    try:
        known = _records_in(text.partition(",")[2])
    except GarbledState:
        # No record can follow that; one that can be read takes its place.
        return
    for each in known:
        if each.token != memory.token and not memory.is_newer_than(each) and not memory.is_as_good_as(each):
            raise LicenceExpired(
                f"the memory of the last online has moved on: {each.writer} wrote {each.token} since it was read"
            )


def is_unchanged(node: Node, resource: str, limits: Limits, memory: Memory) -> bool:
    """Whether the record is still the last one, as far as the engine of this node knows."""
    said = node.run_ha(["hares", "-value", resource, ATTRIBUTE], limits.ha_s)
    if said.exit_code is None:
        return False
    return said.exit_code != 0 or said.output.strip() == "live," + memory.text()


def following(node: Node, before: Recollection, **fields: Any) -> Memory:
    """The record that comes behind what is remembered.

    A command that may still be carried out is remembered on, unless `unanswered` says otherwise.
    """
    token = token_of(node, node.uptime_s())
    last = before.memory
    if last is None:
        return replace(Memory(1, token, (), "", node.system), **fields)
    # Behind a contradiction this record is a person's, made with all of them in view.
    rivals = [each.token for each in before.rivals]
    ancestors = (*last.ancestors, *before.set_aside, *rivals, last.token)[-ANCESTORS_MAX:]
    generation = max(each.generation for each in before.records()) + 1
    fields.setdefault("unanswered", last.awaited.text() if last.awaited else "")
    return replace(last, generation=generation, token=token, ancestors=ancestors, **fields)


def token_of(node: Node, uptime_s: float) -> str:
    """The token of what this node does at a moment of its present boot."""
    return f"{node.system}@{boot_mark(node.boot_id())}@{uptime_s:.2f}"


def uptime_of(memory: Memory, node: Node) -> Optional[float]:
    """The uptime at which this node wrote the record in its present boot; None where it did not."""
    mark = f"{node.system}@{boot_mark(node.boot_id())}@"
    if not memory.token.startswith(mark):
        return None
    try:
        return float(memory.token[len(mark) :].partition("@")[0])
    except ValueError:
        return None


def render(memory: Memory) -> str:
    """The file's text."""
    values = {"record": memory.text()}
    return statetext.render("MetroMirror memory: where the resource was online last, as in LastOnline", values)


def _understand(node: Node, text: str) -> Recollection:
    """The attribute: `live,RECORD`, `cold:SYSTEM+SYSTEM,RECORD` or `conflict,RECORD`."""
    head, _, record = text.partition(",")
    if not text:
        return Recollection(is_replicated=True)
    try:
        records = _records_in(record)
    except GarbledState as error:
        say(node, MEMORY_GARBLED, reason=error)
        return Recollection(contradiction="LastOnline holds no record of the agent", is_replicated=True)
    memory = records[0] if records else None
    if head == "conflict":
        why = "two systems remember different onlines"
        return Recollection(memory, contradiction=why, rivals=records[1:], is_replicated=True)
    published = tuple(head.partition(":")[2].split("+")) if head.startswith("cold:") else ()
    return Recollection(memory, head == "live", published, is_replicated=True)


def _records_in(text: str) -> Tuple[Memory, ...]:
    """The records of an attribute's value; several where they contradict each other. Raises GarbledState."""
    return tuple(parse_memory(each) for each in text.split(SEPARATOR)) if text else ()


def _read_file(node: Node, resource: str) -> Optional[Memory]:
    name = memory_name(resource)
    try:
        text = node.read_state(name)
        return None if text is None else parse_memory(statetext.take(name, statetext.parse(name, text), "record"), name)
    except (GarbledState, OSError) as error:
        say(node, MEMORY_GARBLED, reason=error)
        return None


def _try_file(node: Node, resource: str, memory: Memory) -> None:
    try:
        node.write_state(memory_name(resource), render(memory))
    except OSError as error:
        say(node, MEMORY_NOT_WRITTEN, reason=error)


def write_attribute(node: Node, resource: str, limits: Limits, text: str) -> bool:
    """Set LastOnline; whether the engine gives it back."""
    node.run_ha(["hares", "-modify", resource, ATTRIBUTE, text], limits.ha_s)
    said = node.run_ha(["hares", "-value", resource, ATTRIBUTE], limits.ha_s)
    return said.exit_code == 0 and (said.output.strip() == text or _is_as_good(said.output.strip(), text))


def _is_as_good(found: str, wanted: str) -> bool:
    """Whether another system of the same array has come online at the same moment and written the same but its name."""
    if not (found.startswith("live,") and wanted.startswith("live,")):
        return False
    try:
        theirs, ours = parse_memory(found.partition(",")[2]), parse_memory(wanted.partition(",")[2])
    except GarbledState:
        return False
    return ours.is_as_good_as(theirs)
