"""The second opinion: what the far array says of the same pairs.

An array knows one half of a pair. A target that says Target Full Duplex may be an hour old, and a source may have been
taken over; the other array knows. It is asked through the consoles that the administrator named (RemoteHMC1,
RemoteHMC2), those of the systems that hang on it, or, in a global cluster, through the agent of such a system.

Rule 1: silence is no opinion. What silence leads to is a matter of policy, not of this module.
Rule 2: silence costs at most Limits.far_s. A console that let the agent in is waited for longer, up to a quarter of the
time that is left: a busy array is slow, and what it knows is what keeps the data. So are the agents of a far cluster,
for each may find one of its own consoles silent first. Consoles that were silent a while ago, or that refused the
account, are not asked again (console_memory.py): a group that tries its hosts in turn pays once for each, and five
failures lock an account.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import List, Optional, Sequence, Tuple

from .array import LocalArray
from .budget import Budget, Limits
from .console_memory import silences
from .errors import AgentError, ArrayRefused, AuthenticationFailed, GarbledState, NoSession, UnreadableAnswer
from .far_side import FarSide
from .memory import Recollection
from .messages import FAR_SAID, FAR_SILENT, say
from .names import is_count
from .online_record import Memory, parse_memory
from .pairs import LocalVolume, State, describe
from .run import Run

MEMORY_ONLY = "memory"
"""The argument with which the action `opinion` asks no array."""
TELL_S = 8.0
"""The agent of the other cluster reads or writes a file and an attribute, and asks no array."""
ACTION_S = 40.0
"""An action of a far system has no longer (reference vcs.md 1.5)."""
FAR_PART = 4
"""A far array that answers may take one part in so many of the time that is left."""
ACTION_NEEDS_S = 5.0
"""With less time left no other system is asked."""
ASKED_AGENTS = 4
"""Of so many systems that do not answer each gets its share of the time; one that is down is passed over at once."""


class Far(enum.Enum):
    """What the far array says of the peers of a set. The value completes `the far array ...`."""

    NOT_ASKED = "was not asked"
    UNASKABLE = "cannot be asked: no console of it is known"
    SILENT = "does not answer"
    SOURCE = "is the source and holds nothing that is not here"
    FOLLOWS = "is the target"
    AHEAD = "may hold later writes"
    OTHER = "is in no pair with this side"
    DEAD = "has volumes that no host can reach"


SAID = (Far.SOURCE, Far.FOLLOWS, Far.AHEAD, Far.OTHER, Far.DEAD)
"""What an array can say."""
LATER_WRITES = (Far.AHEAD, Far.OTHER)
"""What an array says that may hold writes which a takeover would give up."""


@dataclass(frozen=True)
class Opinion:
    """The far array's word, or why there is none. `saw` is what it said, for people."""

    far: Far
    saw: str = ""
    can_run: bool = False
    """A system of the far side lives, on which the group could be started; or people stopped VCS where it ran last."""
    tracks: Optional[int] = None
    """Tracks that the far array counts as not yet copied here."""
    is_copying: bool = False
    """Each of its volumes is the source of a running or complete copy to here: the direction was reversed."""
    memory: Optional[Memory] = None
    """What the other cluster of a global group remembers, where its agent was asked."""
    is_live: bool = False
    """It has lived since that record was written."""

    def text(self) -> str:
        """The opinion in words."""
        more = f": {self.saw}" if self.saw else ""
        tracks = f", {self.tracks} tracks not copied here" if self.tracks else ""
        return f"the far array {self.far.value}{more}{tracks}"


NOT_ASKED = Opinion(Far.NOT_ASKED)


def judge(volumes: Sequence[LocalVolume], wanted: int) -> Far:
    """What the far array's view of the peers means. `wanted`: how many volumes were asked for."""
    if any(each.state is State.INACCESSIBLE for volume in volumes for each in volume.judged):
        return Far.DEAD
    relations = [volume.relation for volume in volumes]
    if len(volumes) < wanted or any(each is None or each.has_foreign_peer for each in relations):
        return Far.OTHER
    known = [each for each in relations if each is not None]
    if all(each.is_target for each in known):
        return Far.FOLLOWS
    in_sync = [each.state is State.FULL_DUPLEX or each.out_of_sync_tracks == 0 for each in known]
    if all(in_sync) and not any(each.is_target for each in known):
        return Far.SOURCE
    return Far.AHEAD


def is_copying(volumes: Sequence[LocalVolume]) -> bool:
    """Whether each of these volumes is the source of a running or complete copy."""
    running = (State.FULL_DUPLEX, State.COPY_PENDING)
    return all(volume.relation is not None and volume.relation.state in running for volume in volumes)


class FarArray:
    """The far array of one entry point: at most one session with it, however often it is asked."""

    def __init__(self, run: Run, far: FarSide) -> None:
        self._run = run
        self._far = far
        self._array: Optional[LocalArray] = None
        self._is_refused = False
        """Its consoles have refused the account."""
        self.asked_s = run.node.uptime_s()
        """The uptime at which it was asked last, or at which it was given up: what it said is not older than that."""

    def ask(self, volumes: Sequence[LocalVolume]) -> Opinion:
        """Ask it of the peers of the volumes. Raises NewerRecord, where the other cluster's agent remembers that."""
        self.asked_s = self._run.node.uptime_s()
        opinion = self._ask(volumes)
        if opinion.far in (Far.SILENT, Far.UNASKABLE):
            self.asked_s = self._run.node.uptime_s()
        return opinion

    def close(self) -> None:
        """Leave the session."""
        if self._array is not None:
            self._array.close()

    def _ask(self, volumes: Sequence[LocalVolume]) -> Opinion:
        run, far = self._run, self._far
        peers = tuple(dict.fromkeys(relation.peer for volume in volumes for relation in volume.judged))
        can_run = bool(far.running)
        if not peers:
            return Opinion(Far.OTHER, can_run=can_run)
        why: List[str] = []
        known = run.attributes.remote_hmcs or far.hmcs
        silent = silences(run.node)
        # A RemoteHMC1 that does not manage the far array says so at once; the far systems name consoles that do.
        others = tuple(hmc for hmc in far.hmcs if hmc not in known)
        why += [f"HMC {hmc} was silent a while ago" for hmc in known if hmc in silent]
        why += [] if far.is_known else ["VCS does not say which systems the far side has"]
        for hmcs in (tuple(hmc for hmc in each if hmc not in silent) for each in (known, others)):
            if not hmcs:
                continue
            try:
                return _with_memory(run, far, replace(self._ask_consoles(peers, hmcs), can_run=can_run))
            except ArrayRefused as error:
                why.append(str(error))
                self.close()
                self._array = None
            except AgentError as error:
                why.append(str(error))
                break
        if far.cluster and far.running:
            opinion = _ask_agent(run, far, why)
            if opinion is not None:
                return replace(opinion, can_run=can_run)
        if far.is_known and not known and not (far.cluster and far.running):
            say(run.node, FAR_SILENT, why="no console of the far array is known: set RemoteHMC1")
            return Opinion(Far.UNASKABLE, can_run=can_run)
        say(run.node, FAR_SILENT, why="; ".join(why) or "no answer")
        return Opinion(Far.SILENT, can_run=can_run)

    def _ask_consoles(self, peers: Tuple[str, ...], hmcs: Tuple[str, ...]) -> Opinion:
        """A look at the far array, in a session of its own. Raises AgentError."""
        run = self._run
        ours = run.attributes
        turned = replace(ours, hmcs=hmcs, local_image=ours.remote_image, remote_image=ours.local_image, volumes=peers)
        budget = run.budget.share(max(run.limits.far_s, run.budget.left_s() / FAR_PART))
        limits = with_short_logins(run.limits, len(hmcs))
        if self._is_refused:
            # An account is locked after a few of these. The next online asks again: the account may be mended by then,
            # and without this array's word the copy would be left as it is.
            raise NoSession(["the consoles of the far array have just refused the account"])
        if self._array is None:
            self._array = LocalArray(run.node, turned, limits)
        try:
            found = self._array.look(budget, peers, with_tracks=True)
        except AuthenticationFailed:
            self._is_refused = True
            raise
        except UnreadableAnswer:
            # The short list tells the states; without the tracks whatever is suspended counts as written since.
            found = self._array.look(budget, peers)
        return opinion_of(found, len(peers), run)


def with_short_logins(limits: Limits, consoles: int) -> Limits:
    """Limits for a look that another system waits for: all consoles of an array in turn may not take up its time."""
    return replace(limits, login_s=min(limits.login_s, limits.far_s / (2 * max(consoles, 1))))


def opinion_of(volumes: Sequence[LocalVolume], wanted: int, run: Run) -> Opinion:
    """The opinion in what the far array said."""
    tracks = sum(each.out_of_sync_tracks or 0 for volume in volumes for each in volume.judged)
    opinion = Opinion(judge(volumes, wanted), describe(volumes), tracks=tracks, is_copying=is_copying(volumes))
    say(run.node, FAR_SAID, opinion=opinion.text())
    return opinion


def _ask_agent(run: Run, far: FarSide, why: List[str]) -> Optional[Opinion]:
    """In a global cluster: the agent of a far system looks at its own array.

    An agent of one thread that is busy does not answer (NumThreads, reference vcs.md 1.5): where both sides start a
    group at the same time, each may be waiting for the other. Another system of the far side is asked then.
    """
    budget: Budget = run.budget.share(max(ACTION_S, run.budget.left_s() / FAR_PART))
    for at, system in enumerate(far.running):
        if budget.left_s() < ACTION_NEEDS_S:
            break
        argv = ["hares", "-action", run.resource, "opinion", "-sys", system, "-clus", far.cluster]
        shared_by = min(ASKED_AGENTS, len(far.running)) - at if at < ASKED_AGENTS else 1
        answer = run.node.run_ha(argv, min(max(budget.left_s() / shared_by, 1.0), ACTION_S))
        if answer.exit_code == 0:
            opinion = parse_opinion(answer.output)
            if opinion is not None:
                say(run.node, FAR_SAID, opinion=opinion.text())
                return opinion
        why.append(f"the agent on {system} of {far.cluster} does not say")
    return None


def _with_memory(run: Run, far: FarSide, opinion: Opinion) -> Opinion:
    """In a global cluster: with what the other cluster remembers, where it lives. Consoles know nothing of that."""
    if not (far.cluster and far.running):
        return opinion
    argv = ["hares", "-action", run.resource, "opinion", "-actionargs", MEMORY_ONLY, "-sys", far.running[0]]
    answer = run.node.run_ha([*argv, "-clus", far.cluster], max(run.budget.share(TELL_S).left_s(), 1.0))
    words = dict(word.partition("=")[::2] for word in answer.output.split()) if answer.exit_code == 0 else {}
    return replace(opinion, memory=_memory_in(words.get("memory", "")), is_live=words.get("live") == "1")


def render_memory(seen: Recollection) -> str:
    """What a cluster remembers, as words for the agent of the other one; empty where it remembers nothing."""
    if seen.memory is None or seen.contradiction:
        return ""
    return f"live={seen.is_live:d} memory={seen.memory.text()}"


def render_opinion(volumes: Sequence[LocalVolume], seen: Recollection) -> List[str]:
    """What the action `opinion` answers: the side's own view as a line for the agent, and one for people."""
    tracks = sum(each.out_of_sync_tracks or 0 for volume in volumes for each in volume.judged)
    return [
        f"opinion={judge(volumes, len(volumes)).name} tracks={tracks} copying={is_copying(volumes):d} "
        f"{render_memory(seen)}".rstrip(),
        describe(volumes),
    ]


def parse_opinion(text: str) -> Optional[Opinion]:
    """The opinion in an action's output; None where there is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for at, line in enumerate(lines):
        words = dict(word.partition("=")[::2] for word in line.split())
        if words.get("opinion", "") in {each.name for each in SAID}:
            tracks = int(words["tracks"]) if is_count(words.get("tracks", "")) else None
            saw = lines[at + 1] if at + 1 < len(lines) else ""
            memory = _memory_in(words.get("memory", ""))
            return Opinion(
                Far[words["opinion"]],
                saw,
                can_run=False,
                tracks=tracks,
                is_copying=words.get("copying") != "0",
                memory=memory,
                is_live=words.get("live") == "1",
            )
    return None


def _memory_in(text: str) -> Optional[Memory]:
    """The record in an answer; one that cannot be read is none. Raises NewerRecord."""
    try:
        return parse_memory(text) if text else None
    except GarbledState:
        return None
