"""Everything the agent says in the VCS log: one table, with what it means and what to do about it.

Rule 1: a log line is built from this table and nowhere else; ids are never reused.
Rule 2: a log line is one line. Whatever foreign text holds (line ends, control characters, too much of it) is shown
escaped and cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Tuple

from .ports import Node, Severity

TEXT_LENGTH_MAX = 1000


@dataclass(frozen=True)
class Message:
    """A kind of log line. `remedy` is empty where nothing has to be done."""

    message_id: int
    severity: Severity
    template: str
    cause: str
    remedy: str = ""


_TABLE: Dict[int, Message] = {}


def _add(message_id: int, severity: Severity, template: str, cause: str, remedy: str = "") -> Message:
    assert message_id not in _TABLE
    message = _TABLE[message_id] = Message(message_id, severity, template, cause, remedy)
    return message


def table() -> Tuple[Message, ...]:
    """All messages, by id."""
    return tuple(_TABLE[message_id] for message_id in sorted(_TABLE))


def say(node: Node, message: Message, **fields: object) -> None:
    """Write one line to the VCS log."""
    node.log(message.severity, message.message_id, one_line(message.template.format(**fields)))


def one_line(text: str) -> str:
    """The text without anything that could end the line or move the cursor, cut to a length that a log bears."""
    safe = text if text.isprintable() else "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
    return safe if len(safe) <= TEXT_LENGTH_MAX else safe[: TEXT_LENGTH_MAX - 3] + "..."


def as_markdown() -> str:
    """The table as a page for people."""
    lines = [
        "# Messages of the MetroMirror agent",
        "",
        "| Id | Severity | Text | Cause | What to do |",
        "|---|---|---|---|---|",
    ]
    for message in table():
        cells = (
            message.message_id,
            message.severity.value,
            message.template,
            message.cause,
            message.remedy or "Nothing.",
        )
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


# 1000: life of the lock

LOCK_KEPT = _add(
    1000,
    Severity.NOTICE,
    "the lock stays: {system} has not rebooted since it was written",
    "The engine or the agent was restarted (hastop -force, for example) while the resource was online.",
)
LOCK_REMOVED_AT_OPEN = _add(
    1001,
    Severity.NOTICE,
    "removed a lock that is not of this boot of {system}: {reason}",
    "The node went down while the resource was online, or the lock was copied here.",
)
LOCK_GARBLED = _add(
    1002,
    Severity.WARNING,
    "removed a lock that the agent did not write: {reason}",
    "A person or a program changed the lock file.",
    "Find out who writes into the agent's state directory.",
)
LOCK_GARBLED_KEPT = _add(
    1009,
    Severity.WARNING,
    "the lock stays, though its text is not the agent's: {system} has not rebooted since it was written ({reason})",
    "A person, a program or the file system changed the lock file while the resource was online.",
    "Look at the state directory's file system; the next online writes the lock anew.",
)
LOCK_UNKNOWN = _add(
    1003,
    Severity.ERROR,
    "it is not known whether the resource is online: {reason}",
    "The state directory cannot be read, or the lock is not a file of the agent's own, or the kernel's boot id, which "
    "the lock names, cannot be read any more.",
    "Look at the state directory's file system, owner, mode and links; see that /proc is mounted.",
)
LOCK_NOT_REMOVED = _add(
    1004,
    Severity.ERROR,
    "the lock could not be removed: {reason}",
    "The state directory cannot be written.",
    "Look at the state directory's file system, owner and mode; the resource stays online until the lock is gone.",
)
LOCK_NOT_WRITTEN = _add(
    1005,
    Severity.ERROR,
    "the volumes are writable, but the lock could not be written: {reason}",
    "The state directory cannot be written, or its file system is full.",
    "Make room or mend the file system, clear the fault and bring the resource online again.",
)
OFFLINE_DONE = _add(
    1006, Severity.INFO, "the lock is gone; no command was sent to the array", "The resource was taken offline."
)
STATE_VOIDED = _add(
    1007,
    Severity.ERROR,
    "the state file {name} cannot be removed; a note outside of /var says that it counts no more",
    "The file system of the state directory is read-only, or it fails.",
    "Mend the file system. Until then this node can go offline and be cleaned, and no resource can come online here.",
)

FILES_GONE = _add(
    1008,
    Severity.WARNING,
    "the agent's files of this resource are gone since it acted here in this boot: it counts as offline here",
    "A person or a program removed them, or the disk lost them. What stands on the volumes may run on.",
    "Find out who removes files from the agent's state directory. If the application runs here, bring the resource "
    "online here (hares -online): where the volumes are writable that writes the lock and sends no command.",
)

# 1100: online

ONLINE_DONE = _add(1100, Severity.INFO, "online: {why}; the array said: {saw}", "The lock was written.")
ONLINE_ALREADY = _add(
    1115,
    Severity.NOTICE,
    "online already: the lock of this boot stays; the array said: {saw}",
    "`online` was typed by hand, or called twice, where the resource is online.",
)
ONLINE_DECIDED_FAILOVER = _add(
    1101,
    Severity.NOTICE,
    "decided: fail over {pairs} because {why}; the array said: {saw}",
    "The volumes are targets in sync.",
)
ONLINE_WAITS = _add(
    1102, Severity.NOTICE, "waiting: {why}; the array said: {saw}", "A copy to this array is under way."
)
ONLINE_REFUSED = _add(
    1103,
    Severity.ERROR,
    "refused: {why}; the array said: {saw}",
    "The set of volumes cannot be made writable without the risk of using old or torn data.",
    "Look at the pairs (action status), decide which side holds the data, and bring the pairs into one state.",
)
ONLINE_WARNING = _add(
    1104,
    Severity.WARNING,
    "{warning}",
    "The volumes are writable, but not everything is as it should be.",
    "See the text.",
)
FAILOVER_DONE = _add(1105, Severity.NOTICE, "failed over: {pairs}; the array said: {saw}", "The takeover succeeded.")
FAILOVER_AGAIN = _add(
    1106,
    Severity.WARNING,
    "the failover is not complete: {reason}; carrying on with {pairs}",
    "An answer was lost or a part of the list was refused.",
)
FAILOVER_FAILED = _add(
    1107,
    Severity.ERROR,
    "the failover failed: {reason}",
    "The array refused, or what it shows now is not what was asked for.",
    "Act on the array's message, then bring the resource online again: it carries on where it stopped.",
)
REVERSED = _add(
    1108,
    Severity.NOTICE,
    "reversed the copy: {pairs} run from here to there; the array said: {saw}",
    "Both arrays are up.",
)
NOT_REVERSED = _add(
    1109,
    Severity.WARNING,
    "the copy was not reversed, so the volumes are not mirrored: {reason}",
    "The original primaries cannot be reached, or the array refused.",
    "Mend the paths, then run the action failback on this side.",
)
REVERSAL_LEFT = _add(
    1110,
    Severity.WARNING,
    "the copy is left as it is: {why}",
    "Reversing overwrites the far side, and nothing proves that it holds nothing newer; or SwapRoles is 0.",
    "Make sure that the far side holds nothing newer, then run the action failback on this side.",
)
ONLINE_FAILED = _add(
    1111,
    Severity.ERROR,
    "not online: {reason}",
    "The agent could not do or learn what it needed.",
    "See the text; nothing is guessed at, and the next online starts with a fresh look.",
)
JOURNAL_NOT_WRITTEN = _add(
    1112,
    Severity.ERROR,
    "refused: the journal cannot be written, so nothing was sent to the array: {reason}",
    "The state directory cannot be written, or its file system is full.",
    "Make room or mend the file system, clear the fault and bring the resource online again.",
)
JOURNAL_BEHIND = _add(
    1113,
    Severity.WARNING,
    "the journal could not be brought up to date: {reason}",
    "The state directory cannot be written, or its file system is full.",
    "Make room or mend the file system.",
)
JOURNAL_GARBLED = _add(
    1114,
    Severity.WARNING,
    "the journal is not readable, so an operation may have been under way: {reason}",
    "A person or a program changed the journal file, or the state directory was copied from another node.",
    "Find out who writes into the agent's state directory. Remove a copy while nothing is online.",
)

# 1200: clean

CLEANED = _add(1200, Severity.NOTICE, "safe to fault: {why}", "Nothing of an interrupted operation is in the air.")
NOT_CLEANED = _add(
    1201,
    Severity.ERROR,
    "not safe to fault: {why}",
    "An operation on the pairs was interrupted, and the set is mixed, unknown or still changing.",
    "VCS asks again after each monitor. Look at the pairs (action status); if this does not end by itself, flush the "
    "group, take what is up of it offline here, and bring it online on another system of this array, which carries the "
    "operation on. Where there is no other, stop and start the agent here first (haagent -stop -force, -start): "
    "as long as VCS waits for clean it begins nothing else on this system.",
)

# 1300: actions

FAILBACK_STARTED = _add(1300, Severity.NOTICE, "failback started for {pairs}", "An operator asked for it.")
FAILBACK_IDLE = _add(1301, Severity.INFO, "failback has nothing to do: {why}", "An operator asked for it.")
ACTION_FAILED = _add(1302, Severity.ERROR, "{action} failed: {reason}", "See the text.", "See the text.")
FAILBACK_OVERWRITES = _add(
    1303,
    Severity.WARNING,
    "failback overwrites what only the far side holds: {opinion}",
    "A takeover gave these writes up: the far array had not mirrored them when this side took over.",
    "Nothing, if they are not wanted. Who wants to look at them does so before: no volume has them afterwards.",
)

# 1600: memory, second opinion, licence

MEMORY_GARBLED = _add(
    1600,
    Severity.WARNING,
    "the memory of the last online is not readable: {reason}",
    "The file `.memory` or the attribute LastOnline does not hold what the agent writes there.",
    "Nothing, if the group comes online: it is written anew. Otherwise find out which side is right, and run takeover.",
)
MEMORY_FORKED = _add(
    1601,
    Severity.ERROR,
    "two systems remember different onlines, and neither knows of the other: {why}",
    "The cluster was partitioned and the resource came online on both sides, or a system that ran it alone comes back, "
    "or a state file was copied.",
    "Nothing where both arrays can be asked and say that one of them holds all: the next online goes on, and says so. "
    "Otherwise find out which side holds the right data, and run the action takeover there.",
)
MEMORY_NOT_WRITTEN = _add(
    1602,
    Severity.ERROR,
    "the memory of the last online could not be written: {reason}",
    "The engine does not answer, or the state directory cannot be written. Where the direction of the copy changes, "
    "nothing is done without that memory.",
    "Mend the engine or the file system; VCS tries again.",
)
MEMORY_NEWER = _add(
    1610,
    Severity.ERROR,
    "{reason}",
    "The nodes of the cluster, or the two clusters, have different releases of the agent.",
    "Install the newer release on this node, too; nothing has to be offline for that. Until then the resource goes "
    "offline and is cleaned here, and comes online only where that release is.",
)
FAR_SAID = _add(
    1603,
    Severity.INFO,
    "second opinion: {opinion}",
    "The far array was asked for its view of the same pairs.",
)
FAR_SILENT = _add(
    1604,
    Severity.WARNING,
    "no second opinion: {why}",
    "No console of the far array, and no agent of a system that hangs on it, gave an answer.",
    "Check the consoles of the far array; with SplitTakeover = 0 nothing is taken over without its word.",
)
LICENCE_EXPIRED = _add(
    1605,
    Severity.ERROR,
    "{reason}",
    "What a command was decided on was no longer so when it was about to be sent: the node stood still, another system "
    "came online, a host with later writes is back, or VCS does not answer.",
    "Nothing; the next online looks again.",
)
ADOPTED = _add(
    1606,
    Severity.WARNING,
    "takeover: this side counts as the right one from now on, by {who}: {why}",
    "An operator ran the action takeover.",
    "Bring the group online here. What only the far side holds is overwritten by the next failback.",
)
RESUMED = _add(
    1607,
    Severity.NOTICE,
    "resume started for {pairs}",
    "An operator ran the action resume.",
)

OTHER_CLUSTER_NOT_TOLD = _add(
    1608,
    Severity.WARNING,
    "cluster {cluster} does not know where this resource runs now: {reason}",
    "The agent of no system there could be told, or it remembers an online that this cluster has never heard of.",
    "Mend the connection between the clusters; the next online here tells it again.",
)
WITHDRAWN = _add(
    1609,
    Severity.INFO,
    "nothing was sent, so the memory of the last online is again what it was",
    "A change of direction was written into the memory, and its command was held back before its first line.",
)

# 1400: the DS CLI

LOGGED_IN = _add(1400, Severity.INFO, "logged in to HMC {hmc} in {duration_s:.1f} s", "A session began.")
HMC_SILENT = _add(
    1401,
    Severity.WARNING,
    "HMC {hmc} gave no session within {duration_s:.0f} s: {reason}",
    "The management console is down, slow, or cannot be reached.",
    "Look at the console and the network to it.",
)
COMMAND_DONE = _add(1402, Severity.INFO, "{command}: {outcome} ({duration_s:.1f} s)", "The array answered.")
COMMAND_UNANSWERED = _add(
    1403,
    Severity.WARNING,
    "{command}: no answer after {duration_s:.1f} s: {reason}",
    "The session ended or fell silent; the array may have carried the command out or not.",
    "The agent looks again by itself.",
)
ARRAY_SAID = _add(1404, Severity.WARNING, "the array said: {line}", "A warning or refusal of the array, word by word.")
LIMITS_IGNORED = _add(
    1405,
    Severity.WARNING,
    "the limits file is ignored: {reason}",
    "The state file `limits` cannot be read or holds something else than limits.",
    "Correct or remove it.",
)

REFUSAL_NOT_NOTED = _add(
    1406,
    Severity.WARNING,
    "the state file `login.refused` could not be kept up to date: {reason}",
    "The state directory cannot be written, or its file system is full; nor can a note outside of /var.",
    "Make room or mend the file system.",
)
PASSWORD_EXPIRES = _add(
    1407,
    Severity.WARNING,
    "HMC {hmc} says of user {user}: {said}",
    "The password of the DS CLI's user expires soon. Once it has, no takeover is possible: each command is refused.",
    "Change it (`chuser -pw`), and in PasswdFile (`managepwfile`) on each system; then run the action verify.",
)

# 1500: VCS

PARALLEL_WAIT = _add(
    1500,
    Severity.NOTICE,
    "{owner} manages the pairs at the moment; waiting",
    "A parallel group comes online on several systems.",
)
PARALLEL_STALE = _add(
    1502,
    Severity.WARNING,
    "{owner} has held VCSResLock for {age} s, longer than any online may take; taking it over",
    "Its holder was killed and could not be cleaned. Look at the resource there.",
)
PARALLEL_UNKNOWN = _add(
    1501,
    Severity.WARNING,
    "VCS does not say whether the group is parallel; going on without VCSResLock",
    "The engine did not answer an ha command.",
)

# 1700: the mirror

MIRROR_BROKE = _add(
    1700,
    Severity.WARNING,
    "the mirror is no longer in sync: {now} (it was {was}); the array said: {saw}",
    "The copy was suspended, or the link to the far array is gone. The application runs on, without a second copy.",
    "Mend the paths, then resume the copy from this side (resumepprc); action status says what is still to be copied.",
)
MIRROR_CHANGED = _add(
    1701,
    Severity.NOTICE,
    "the mirror is {now} (it was {was}); the array said: {saw}",
    "It is being mended, or got worse.",
    "See the text.",
)
MIRROR_IN_SYNC = _add(1702, Severity.NOTICE, "the mirror is in sync again (it was {was})", "The copy is complete.")
INFO_FAILED = _add(
    1703,
    Severity.WARNING,
    "the state of the mirror is not known: {reason}",
    "The array could not be asked.",
    "See the text; the resource stays what it is.",
)

# 1800: the fire drill (MetroMirrorSnap)

SNAP_MADE = _add(
    1800,
    Severity.NOTICE,
    "copied for a fire drill: {pairs}; the array said: {saw}",
    "The resource of a fire drill came online.",
)
SNAP_REFUSED = _add(
    1801,
    Severity.ERROR,
    "no copy for a fire drill: {why}",
    "What would be rehearsed on is not what a takeover would find, or the array refused.",
    "Bring the mirror in sync; RequireSync = 0 takes a suspended target, too.",
)
SNAP_REMOVED = _add(1802, Severity.NOTICE, "dissolved the copies {pairs}", "A fire drill is over, or was cut short.")
SNAP_LEFT = _add(
    1803,
    Severity.WARNING,
    "the copies of a fire drill may still be there: {why}",
    "The array did not answer, or refused to dissolve them.",
    "Nothing: the next fire drill dissolves them first. By hand: rmflash.",
)

# 1900: what must not happen

UNEXPECTED = _add(
    1900,
    Severity.CRITICAL,
    "unexpected {kind} in {place}: {reason}",
    "A mistake in the agent.",
    "Report it with this line. Nothing was concluded from it.",
)
BAD_ARGUMENTS = _add(
    1901,
    Severity.ERROR,
    "the resource is not configured as it must be: {reason}",
    "An attribute has a value that the agent cannot use.",
    "Correct the attribute.",
)
