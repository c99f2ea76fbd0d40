"""Which names the agent takes for a resource, and what it calls that resource's files.

A resource's name becomes part of a file name and of `ha` command lines, so it is checked before either. VCS itself
allows letters, digits, `-` and `_`; a dot is let through because file names and logs do not mind it.

It also says which texts are numbers: Python refuses to read thousands of digits with an error of its own, and takes
superscripts for digits that it cannot read then.

Rule: the monitor imports this module every few minutes on every node, so it imports nothing.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence

NAME_LENGTH_MAX = 128
COUNT_LENGTH_MAX = 18
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_OPENED = ".opened-"
_HEX = frozenset("0123456789abcdefABCDEF")
_FURTHER = _LETTERS | frozenset("-.")


def is_safe_name(name: str) -> bool:
    """Whether the name can be part of a file name and of a command line without meaning anything else there."""
    return 0 < len(name) <= NAME_LENGTH_MAX and name[0] in _LETTERS and _FURTHER.issuperset(name)


def is_count(text: str) -> bool:
    """Whether a text is a number in ASCII digits, of a length that any count has."""
    return text.isascii() and text.isdigit() and len(text) <= COUNT_LENGTH_MAX


def lock_name(resource: str) -> str:
    """The state file whose existence means: this resource is online here."""
    return resource + ".lock"


def is_of_kernel(boot_id: str) -> bool:
    """Whether the kernel drew it; else it is the moment of boot that `who -b` tells, and the two cannot be compared."""
    return _HEX.issuperset(boot_id[:8])


def boot_mark(boot_id: str) -> str:
    """Eight characters that tell a boot from others: a kernel's id is random, a moment of boot differs at its end."""
    mark = boot_id[:8] if is_of_kernel(boot_id) else boot_id[-8:]
    return "".join([each if each in _LETTERS else "-" for each in mark])


def opened_name(resource: str, boot_id: str) -> str:
    """The note that `open` has judged, or online has written, the lock in this boot.

    Its name says which boot: whatever damages the texts of the state files leaves their names.
    """
    return f"{resource}{_OPENED}{boot_mark(boot_id)}"


def opened_names(resource: str, names: "Sequence[str]") -> "List[str]":
    """Those of the names that are such notes, of whatever boot. No file of another resource has a name like that."""
    beginning = resource + _OPENED
    return [name for name in names if name.startswith(beginning) and "." not in name[len(beginning) :]]


def attempt_name(resource: str) -> str:
    """The note that names the online of the resource that began last."""
    return resource + ".attempt"


def waiting_name(resource: str, entry: str) -> str:
    """The note that says what an entry point is waiting for at the moment."""
    return f"{resource}.{entry}.waiting"


def sighting_name(resource: str) -> str:
    """The note that says since when another system has been seen to hold VCSResLock."""
    return resource + ".reslock"


def mirror_name(resource: str) -> str:
    """The note that says how the mirror was at the last look."""
    return resource + ".mirror"


def journal_name(resource: str) -> str:
    """The state file that says what the agent was about to do with the resource's pairs."""
    return resource + ".journal"


def memory_name(resource: str) -> str:
    """The state file that says where the resource was online last, as far as this node knows."""
    return resource + ".memory"


def seen_name(resource: str) -> str:
    """The note that says since when this node has known the record of LastOnline."""
    return resource + ".memory.seen"
