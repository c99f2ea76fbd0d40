"""The local array, in the words of the decisions: look at the pairs, look at the paths, fail over, fail back.

Commands name local volumes first: `failoverpprc -dev LOCAL -remotedev REMOTE -type mmir LOCAL:REMOTE`. lspprc lists the
same pair the other way round as long as the local volume is the target; this module turns rows into local volumes.

Rule 1: as few commands as the line allows. A line longer than the terminal's buffer would be cut without a word. A set
that needs several lines is still one set: nothing is sent unless there is time for all of it, and a refusal ends it.
Rule 2: looking is repeated once where no answer came, on another console if there is one. Changing never is: the
entry point that asked for the change looks again and decides anew.
Rule 3: that a volume is in no pair has to be said. A row that is missing from a list may have been lost on its way, so
what is missing is asked for alone until the array says CMUC00234I.
"""

from __future__ import annotations

import re
import sys
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .answers import Answer, ListedPair, read_copies, read_outcomes, read_pairs, read_paths
from .arguments import Attributes
from .budget import LOGIN_NEEDS_S, Budget, Limits, change_needs_s, look_needs_s
from .dscli import Consoles
from .errors import ArrayRefused, NoAnswer, UnreadableAnswer
from .messages import ARRAY_SAID, say
from .pairs import TARGET_STATES, LocalVolume, Path, Relation, State, lss_pairs
from .ports import Node

LINE_LENGTH_MAX = {"linux": 4000}.get(sys.platform, 250)
"""What a system hands of one line to a program that reads a terminal line by line. Linux: 4,095 characters, so that 256
pairs fit. AIX, HP-UX and Solaris: MAX_CANON, 255."""
WRITES_TO_TARGET = frozenset({"failbackpprc", "resumepprc"})
"""They start a copy to the other array, and can break a reservation of its volumes (dscli.md 3.2); failoverpprc
refuses the option for that."""
SOURCE_STATES = frozenset({State.FULL_DUPLEX, State.COPY_PENDING, State.SUSPENDED})


class Change(NamedTuple):
    """What the array said to a command that changes pairs: done, refused with which line, or not a word."""

    done: Tuple[str, ...]
    refused: Dict[str, str]
    errors: Tuple[str, ...]


class LocalArray:
    """The array that holds the local volumes of a resource."""

    def __init__(self, node: Node, attributes: Attributes, limits: Limits) -> None:
        self._node = node
        self._attributes = attributes
        self._limits = limits
        self._consoles = Consoles(node, attributes, limits)

    def close(self) -> None:
        """Leave the session."""
        self._consoles.close()

    def look(
        self, budget: Budget, volumes: Optional[Sequence[str]] = None, *, with_tracks: bool = False
    ) -> Tuple[LocalVolume, ...]:
        """What the array says of the resource's volumes, each of them once, in order.

        Raises NoAnswer, NoSession, ArrayRefused, UnreadableAnswer, AuthenticationFailed, ConfigError, OutOfTime.
        """
        wanted = tuple(self._attributes.volumes if volumes is None else volumes)
        # No -remotedev: a pair with another array than the configured one has to be seen, not filtered away.
        head = f"lspprc -dev {self._attributes.local_image} " + ("-l " if with_tracks else "") + "-fullid"
        listed: List[ListedPair] = []
        for line, ids in lines_of(head, wanted):
            listed += self._pairs_of(head, line, ids, budget, with_tracks=with_tracks)
        return locate(listed, wanted, self._attributes)

    def _pairs_of(
        self, head: str, line: str, ids: Sequence[str], budget: Budget, *, with_tracks: bool
    ) -> List[ListedPair]:
        """The rows of one line's volumes; what a list leaves out is asked for alone until nothing is left (rule 3)."""
        listed: List[ListedPair] = []
        missing = tuple(ids)
        while missing:
            budget.require("lspprc", look_needs_s(len(missing)))
            rows = read_pairs(self._list(line, budget), with_tracks=with_tracks)
            if not rows:
                return listed
            listed += rows
            found = {volume.volume for volume in locate(rows, missing, self._attributes) if volume.relations}
            missing = tuple(volume for volume in missing if volume not in found)
            line = " ".join([head, *missing])
        return listed

    def paths(self, pairs: Sequence[str], budget: Budget, *, with_groups: bool = False) -> Tuple[Path, ...]:
        """The paths from here to there that the pairs (local:remote) run over. Raises as `look`."""
        image = self._attributes.local_image
        return self._paths(image, sorted({local for local, _ in lss_pairs(pairs)}), budget, with_groups=with_groups)

    def paths_back(self, pairs: Sequence[str], budget: Budget) -> Tuple[Path, ...]:
        """The paths from there to here. Most consoles manage one array only and refuse: ArrayRefused."""
        return self._paths(self._attributes.remote_image, sorted({remote for _, remote in lss_pairs(pairs)}), budget)

    def _paths(self, image: str, lsss: Sequence[str], budget: Budget, *, with_groups: bool = False) -> Tuple[Path, ...]:
        head = f"lspprcpath -dev {image}" + (" -l" if with_groups else "")
        return tuple(path for line, _ in lines_of(head, lsss) for path in read_paths(self._list(line, budget)))

    def fail_over(self, pairs: Sequence[str], budget: Budget, allowed: Callable[[str], None]) -> Change:
        """Make the local volumes of the pairs (local:remote) writable suspended sources. Raises as `_change`."""
        return self._change("failoverpprc", pairs, budget, allowed)

    def fail_back(self, pairs: Sequence[str], budget: Budget, allowed: Callable[[str], None]) -> Change:
        """Copy the pairs (local:remote) from here to there, overwriting what is there. Raises as `_change`."""
        return self._change("failbackpprc", pairs, budget, allowed)

    def resume(self, pairs: Sequence[str], budget: Budget, allowed: Callable[[str], None]) -> Change:
        """Go on copying the suspended pairs (local:remote) from here to there. Raises as `_change`."""
        return self._change("resumepprc", pairs, budget, allowed)

    def copies(self, pairs: Sequence[str], budget: Budget) -> Tuple[str, ...]:
        """Which of these FlashCopy pairs (source:target) there are. Raises as `look`."""
        found: List[str] = []
        head = f"lsflash -dev {self._attributes.local_image}"
        for line, _ in lines_of(head, [pair.partition(":")[0] for pair in pairs]):
            found += read_copies(self._list(line, budget))
        return tuple(pair for pair in pairs if pair in found)

    def make_copies(self, pairs: Sequence[str], budget: Budget) -> None:
        """Copy the sources as they are at one moment. Raises as `look`; what was made before an error stays."""
        image = self._attributes.local_image
        try:
            for line, _ in lines_of(f"mkflash -dev {image} -freeze -nocp -persist", pairs):
                self._do(line, budget)
        finally:
            # Whatever came of it, the writes that the freeze holds have to go on.
            lsss = sorted({local for local, _ in lss_pairs(pairs)})
            self._do(f"unfreezeflash -dev {image} {' '.join(lsss)}", budget)

    def remove_copies(self, pairs: Sequence[str], budget: Budget) -> None:
        """Dissolve FlashCopy pairs. Raises as `look`."""
        for line, _ in lines_of(f"rmflash -dev {self._attributes.local_image} -quiet", pairs):
            self._do(line, budget)

    def _do(self, line: str, budget: Budget) -> None:
        """Send a command that changes no pair of the mirror."""
        answer = self._consoles.ask(line, budget, self._limits.list_s)
        self._repeat_warnings(answer)
        if answer.errors:
            raise ArrayRefused(line.split(" ", 1)[0], answer.errors)

    def _list(self, line: str, budget: Budget) -> Answer:
        try:
            answer = self._consoles.ask(line, budget, min(self._limits.list_s, budget.left_s() / 2))
        except NoAnswer:
            answer = self._consoles.ask(line, budget, self._limits.list_s)
        self._repeat_warnings(answer)
        if answer.errors:
            raise ArrayRefused(line.split(" ", 1)[0], answer.errors, unit_hint(answer.errors))
        return answer

    def _change(self, command: str, pairs: Sequence[str], budget: Budget, allowed: Callable[[str], None]) -> Change:
        """Send a command that changes pairs. Its answer is a hint; only a look tells what was done.

        `allowed` checks the licence immediately before each line. Raises NoAnswer where it may or may not have been
        carried out; NoSession, AuthenticationFailed, ConfigError, OutOfTime and LicenceExpired where it was not sent.
        """
        attributes = self._attributes
        head = f"{command} -dev {attributes.local_image} -remotedev {attributes.remote_image} -type mmir"
        head += " -resetreserve" if attributes.reset_reserve and command in WRITES_TO_TARGET else ""
        outcomes: Dict[str, str] = {}
        errors: List[str] = []
        lines = lines_of(head, pairs)
        for at, (line, part) in enumerate(lines):
            needs_s, keep_s = change_needs_s(len(part)), look_needs_s(len(pairs)) + LOGIN_NEEDS_S
            budget.require(command, sum(change_needs_s(len(later)) for _, later in lines[at:]) + keep_s)
            # Half of the time, so that a lost answer leaves enough to look and to carry on.
            limit_s = max(needs_s, (budget.left_s() - keep_s) / 2)
            try:
                answer = self._consoles.ask(line, budget, limit_s, allowed)
            except UnreadableAnswer as error:
                raise NoAnswer(command, f"the answer is unreadable ({error})") from None
            self._repeat_warnings(answer)
            outcomes.update(read_outcomes(answer, part))
            errors += answer.errors
            if errors:
                break
        refused = {pair: said for pair, said in outcomes.items() if said in errors}
        return Change(tuple(pair for pair in outcomes if pair not in refused), refused, tuple(errors))

    def _repeat_warnings(self, answer: Answer) -> None:
        for message in answer.messages:
            if message.severity != "I":
                say(self._node, ARRAY_SAID, line=message.line)


_UNIT = re.compile(r"\bIBM\.[0-9]{4}-[0-9A-Z]{6}0\b")


def unit_hint(errors: Sequence[str]) -> str:
    """What to look at where a refusal names an image whose id ends as that of a storage unit; nothing where none does.

    Ids of storage units end in 0, those of their images in 1; the manual's own samples end in 0 (dscli.md 7).
    """
    found = next((match.group(0) for match in map(_UNIT.search, errors) if match is not None), "")
    return f"if {found} is the storage unit, its image is {found[:-1]}1" if found else ""


def lines_of(head: str, words: Sequence[str]) -> List[Tuple[str, Tuple[str, ...]]]:
    """The command lines that carry all words behind the head, each with its words, none too long for a terminal."""
    lines: List[Tuple[str, Tuple[str, ...]]] = []
    part: List[str] = []
    length = len(head)
    for word in words:
        if part and length + 1 + len(word) > LINE_LENGTH_MAX:
            lines.append((" ".join([head, *part]), tuple(part)))
            part, length = [], len(head)
        part.append(word)
        length += 1 + len(word)
    if part:
        lines.append((" ".join([head, *part]), tuple(part)))
    return lines


def locate(listed: Sequence[ListedPair], volumes: Sequence[str], attributes: Attributes) -> Tuple[LocalVolume, ...]:
    """The local volumes with the relations that the array listed. Raises UnreadableAnswer for a row not asked for."""
    found: Dict[str, List[Relation]] = {volume: [] for volume in volumes}
    for pair in listed:
        image, volume, peer_image, peer = _local_end(pair, found, attributes)
        if volume not in found or image not in ("", attributes.local_image):
            raise UnreadableAnswer("a pair that was not asked for", _text(pair))
        is_foreign = peer_image not in ("", attributes.remote_image)
        found[volume].append(
            Relation(
                peer,
                pair.state,
                pair.reason,
                pair.copy_type,
                is_foreign,
                pair.out_of_sync_tracks,
                pair.suspended_at,
            )
        )
    return tuple(LocalVolume(volume, tuple(relations)) for volume, relations in found.items())


def _local_end(
    pair: ListedPair, volumes: Dict[str, List[Relation]], attributes: Attributes
) -> Tuple[str, str, str, str]:
    """Image and id of the local volume and of its peer: the state tells which end of the row is which."""
    source = (pair.source_image, pair.source, pair.target_image, pair.target)
    target = (pair.target_image, pair.target, pair.source_image, pair.source)
    if pair.state in TARGET_STATES:
        return target
    if pair.state in SOURCE_STATES:
        return source
    # A state without a role: whichever end is one of ours.
    ours = pair.source in volumes and pair.source_image in ("", attributes.local_image)
    return source if ours else target


def _text(pair: ListedPair) -> str:
    return f"{pair.source_image}/{pair.source}:{pair.target_image}/{pair.target} {pair.state.value}"
