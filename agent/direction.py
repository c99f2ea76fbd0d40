"""A change of direction is written down: in the memory of this cluster, and of the other one of a global cluster.

Rule 1: it is announced before the first command that changes a pair, and nothing is sent where this cluster's memory
does not take it.
Rule 2: another cluster has a memory of its own. It is told through the agent of one of its systems, as far as it lives;
one that is lost is not waited for, and what its files say when it comes back counts as cold.
Rule 3: what was announced and certainly never sent is taken back: a record that follows the announcement says again
what was remembered before it, and the journal is again what it was. Left to stand, it would let clean wait for a
command that is on no way, and explain a half that a person failed over later. Killed in between, either of them stands
as before, which is safe: both only make the agents more careful.
Rule 4: a node takes back a record only where the cluster has no other: one that stood still may have missed an online,
and two records that follow the same one contradict each other. Nor where another online has begun on this node since.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import Iterator, NamedTuple, Optional, Tuple

from .budget import Budget, Limits
from .decide import verify_reversal
from .errors import AgentError, ArrayRefused, GarbledState, LicenceExpired, NoAnswer
from .far_side import FarSide
from .journal import Journal, Step, read_journal, write_journal
from .licence import Licence
from .memory import Recollection, cold_value, following, recall, remember, remembered, render, token_of, write_attribute
from .messages import (
    JOURNAL_BEHIND,
    JOURNAL_NOT_WRITTEN,
    MEMORY_NOT_WRITTEN,
    OTHER_CLUSTER_NOT_TOLD,
    WITHDRAWN,
    say,
)
from .names import memory_name
from .online_record import ATTRIBUTE, FAILBACK, FAILOVER, Memory, Phase, SentCommand
from .pairs import LocalVolume, describe, name_volumes
from .ports import Node
from .run import Run
from .second_opinion import TELL_S, Far

Volumes = Tuple[LocalVolume, ...]
TOLD = "remembered"
"""How its answer begins."""
NOT_SENT = "nothing was sent"
"""What the journal says that it saw where it was taken back."""


class Announced(NamedTuple):
    """An announcement, and what it replaced."""

    before: Recollection
    """What was remembered before it."""
    licence: Licence
    """Of the command that was announced."""
    journal: Journal
    """What the journal says, or is about to say, of that command."""
    is_told: bool = True
    """The other cluster, where there is one, has been told."""


def announce(run: Run, before: Recollection, phase: Phase, side: FarSide, far: Far = Far.SOURCE) -> Optional[Memory]:
    """Write into the memory that the direction is about to change towards this side; None (logged) where it cannot.

    Raises LicenceExpired where the memory has moved on since `before` was read.

    `far`: what the far array says before anything is changed, so that later onlines know what was written since.
    """
    node, attributes = run.node, run.attributes
    last = before.memory
    ran_at = {} if last is not None else {"image": attributes.remote_image, "system": ""}
    memory = following(
        node,
        before,
        phase=phase,
        towards=attributes.local_image,
        by=node.system,
        left_behind=far is not Far.SOURCE,
        **ran_at,
    )
    # An agent that did not answer a moment ago is not waited for once more; it is told behind the lock.
    return publish_first(run, side, memory, is_told=far is not Far.SILENT)


def publish_first(run: Run, side: FarSide, memory: Memory, *, is_told: bool = True) -> Optional[Memory]:
    """Make the record known to this cluster, then to the other one; None (logged) where this cluster does not take it.

    No other cluster hears of a record that this one does not keep. Raises LicenceExpired as `remember`.
    """
    try:
        memory, is_known = remembered_in_cluster(run.node, run.resource, run.limits, memory)
        if not is_known:
            return None
    except OSError as error:
        say(run.node, JOURNAL_NOT_WRITTEN, reason=error)
        return None
    if is_told:
        tell(run, side, memory)
    return memory


@contextmanager
def unless_sent(run: Run, announced: Announced) -> Iterator[None]:
    """Take the announcement back where the block ends before a line of its command was sent (rule 3).

    The journal is written in the block. An entry point that is killed there takes nothing back.
    """
    earlier: Optional[Journal] = None
    is_readable = True
    try:
        earlier = read_journal(run.node, run.resource)
    except (GarbledState, OSError):
        # An operation of which nothing else is known (rule 2 of the journal) is not forgotten for this one.
        is_readable = False
    announced.licence.journal, announced.licence.is_under_way = announced.journal, True
    try:
        yield
    finally:
        announced.licence.is_under_way = False
        if not announced.licence.may_be_on_its_way:
            if is_readable:
                _take_back_journal(run, announced.licence.journal or announced.journal, earlier)
            _take_back_record(run, announced)


def _take_back_journal(run: Run, journal: Journal, earlier: Optional[Journal]) -> None:
    """What was cut short before is as open as it was; its time goes on from where it was written."""
    try:
        found = read_journal(run.node, run.resource)
        if found is not None and found.text() == journal.text():
            is_open = earlier is not None and earlier.is_interrupted
            write_journal(run.node, earlier if earlier is not None and is_open else journal.at(Step.COMPLETE, NOT_SENT))
    except (GarbledState, OSError) as error:
        say(run.node, JOURNAL_BEHIND, reason=error)


def _take_back_record(run: Run, announced: Announced) -> None:
    before, licence = announced.before, announced.licence
    if before.memory is None and licence.memory.image != run.attributes.remote_image:
        # Nothing was remembered before a person began a takeover, so there is nothing to say again.
        return
    if run.attempt is not None and run.attempt.is_replaced():
        # The announcement may stand in the place of what the other online wrote in the same instant.
        return
    if not licence.is_settled():
        return
    try:
        again = restate(run.node, run.resource, run.limits, licence.memory, before)
    except OSError as error:
        say(run.node, MEMORY_NOT_WRITTEN, reason=error)
        return
    if again is None:
        return
    say(run.node, WITHDRAWN)
    if again.memory is not None and not again.contradiction:
        licence.memory = again.memory
        if announced.is_told:
            tell(run, licence.far, again.memory)


def fail_back_and_look(
    run: Run, pairs: Tuple[str, ...], budget: Budget, licence: Licence, *, with_tracks: bool = False
) -> Volumes:
    """Send failbackpprc and look: the volumes, all of them sources of a copy. Raises AgentError where they are not.

    NoAnswer: the command may still be carried out.
    """
    errors: Tuple[str, ...] = ()
    unanswered: Optional[NoAnswer] = None
    try:
        errors = run.array.fail_back(pairs, budget, licence.check).errors
    except NoAnswer as error:
        errors, unanswered = (str(error),), error
    try:
        volumes = run.array.look(budget, [pair.partition(":")[0] for pair in pairs], with_tracks=with_tracks)
    except AgentError as error:
        # What the array said to the command is worth more than why it could not be asked once more.
        refused = ArrayRefused("failbackpprc", (*errors, str(error))) if errors else error
        raise unanswered or refused from None
    still = verify_reversal(volumes)
    if still and unanswered is not None:
        raise unanswered
    if still:
        raise ArrayRefused("failbackpprc", errors or (f"{name_volumes(still)} not copying: {describe(volumes)}",))
    return volumes


def remembered_in_cluster(node: Node, resource: str, limits: Limits, memory: Memory) -> Tuple[Memory, bool]:
    """As `remembered`, for what must not be so unless the cluster keeps it: else the file is again what it was."""
    earlier = node.read_state(memory_name(resource))
    memory, is_known = remembered(node, resource, limits, memory)
    if not is_known and earlier is None:
        node.remove_state(memory_name(resource))
    elif not is_known and earlier is not None:
        node.write_state(memory_name(resource), earlier)
    return memory, is_known


def restate(
    node: Node, resource: str, limits: Limits, announcement: Memory, before: Recollection
) -> Optional[Recollection]:
    """Say again, behind an announcement of which nothing came, what was remembered before it; None where it stands.

    It stands where it is not the cluster's last word any more (rule 5), or where the engine does not answer. Nothing
    becomes surer by it: cold memory is cold again, and a contradiction contradicts itself. Where nothing was remembered
    before, it says where the announcement has the application. Raises OSError where the file cannot follow.
    """
    said = node.run_ha(["hares", "-value", resource, ATTRIBUTE], limits.ha_s)
    if said.exit_code is None or (said.exit_code == 0 and said.output.strip() != "live," + announcement.text()):
        return None
    behind = Recollection(announcement)
    news = following(node, behind)
    records = tuple(
        replace(each, generation=news.generation, token=f"{news.token}@{at}", ancestors=news.ancestors)
        for at, each in enumerate(before.records())
    )
    if not records:
        token, unanswered = f"{news.token}@0", announcement.unanswered
        records = (replace(news, token=token, phase=Phase.ONLINE, towards="", by="", unanswered=unanswered),)
    again = replace(before, memory=records[0], rivals=records[1:], set_aside=())
    if said.exit_code == 0:
        is_live = not before.contradiction and (before.is_live or before.memory is None)
        text = "live," + records[0].text() if is_live else cold_value(again)
        if not write_attribute(node, resource, limits, text):
            return None
    node.write_state(memory_name(resource), render(records[0]))
    return again


def hand_over(run: Run) -> None:
    """The group leaves this system: the cluster remembers what was sent from here and may still be carried out.

    While the group is online here such a command does no harm, so only a failbackpprc is remembered from the beginning.
    What can no longer be carried out is forgotten. Raises OSError, LicenceExpired where it cannot be written down.
    """
    node, journal = run.node, run.journal()
    seen = recall(node, run.resource, run.limits)
    memory, image = seen.memory, run.attributes.local_image
    is_here = memory is not None and memory.phase is Phase.ONLINE and memory.image == image
    if memory is None or journal is None or not is_here or not seen.is_live:
        return
    sent_s, known = run.unanswered_s(journal), memory.awaited
    if sent_s is None:
        unanswered = memory.unanswered if known is not None and known.image != image else ""
    elif known is not None:
        return
    else:
        name = FAILBACK if journal.step is Step.REVERSING else FAILOVER
        unanswered = SentCommand(name, image, token_of(node, sent_s)).text()
    if unanswered != memory.unanswered:
        remember(node, run.resource, run.limits, following(node, seen, unanswered=unanswered))


def conclude(run: Run, memory: Memory, side: FarSide, *, left_behind: bool) -> None:
    """A change of direction that no online follows has come to its end: this side holds the right data."""
    node = run.node
    before = Recollection(memory, is_live=True, is_replicated=True)
    done = following(
        node,
        before,
        image=run.attributes.local_image,
        phase=Phase.ONLINE,
        towards="",
        by="",
        left_behind=left_behind,
        unanswered=memory.unanswered,
    )
    try:
        remember(node, run.resource, run.limits, done)
    except (OSError, LicenceExpired) as error:
        say(node, JOURNAL_BEHIND, reason=error)
    tell(run, side, done)


def tell(run: Run, side: FarSide, memory: Memory) -> None:
    """Let the other cluster of a global group know the record. Never raises: it is a courtesy to a side that lives."""
    if not side.cluster or not side.running:
        return
    argv = ["hares", "-action", run.resource, "opinion", "-actionargs", memory.text(), "-sys", side.running[0]]
    answer = run.node.run_ha([*argv, "-clus", side.cluster], max(run.budget.share(TELL_S).left_s(), 1.0))
    if answer.exit_code != 0 or TOLD not in answer.output:
        say(run.node, OTHER_CLUSTER_NOT_TOLD, cluster=side.cluster, reason=answer.output.strip() or "no answer")


def take_over_record(run: Run, memory: Memory) -> str:
    """The other cluster's record becomes ours where it is newer; why not, or nothing. Raises OSError."""
    images = (run.attributes.local_image, run.attributes.remote_image)
    if memory.image not in images or memory.towards not in ("", *images):
        return f"it is about other arrays: {memory.image} {memory.towards}".rstrip()
    ours = recall(run.node, run.resource, run.limits).memory
    if ours is not None and ours.token != memory.token and not memory.is_newer_than(ours):
        return f"{ours.writer} wrote {ours.token}, which {memory.token} does not follow"
    return "" if remember(run.node, run.resource, run.limits, memory) else "VCS does not keep it"
