"""Every word that the look-alike prints, and how sure we are that the real DS CLI prints it so.

This is the one place to correct a guess. Marks are those of dscli.md: S seen in a public source; S6 seen for DS6000;
W seen in a weak source; I inferred; M+ fairly sure; M plausible; M- a guess; INVENTED where nothing was found and
something had to be said.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mirrordrill.simulator.array.mirror.states import Refusal
from mirrordrill.simulator.array.provisioning import ProvisioningRefusal


class Mark(enum.Enum):
    """How sure a text is."""

    SEEN = "S"
    SEEN_DS6000 = "S6"
    WEAK = "W"
    INFERRED = "I"
    FAIRLY_SURE = "M+"
    PLAUSIBLE = "M"
    GUESS = "M-"
    INVENTED = "invented"


class DscliExitCode(enum.IntEnum):
    """Exit codes of single commands (dscli.md 1.5, S). There is no 1."""

    SUCCESS = 0
    SYNTAX = 2
    CONNECTION = 3
    SERVER = 4
    AUTHENTICATION = 5
    APPLICATION = 6


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the shape `<id> <command>: <text>`; `{}` fields are filled by name."""

    id: str
    text: str
    mark: Mark
    separator: str = ": "
    """Between command and text; a refused login was seen with two colons."""

    def line(self, command: str, **fields: str) -> str:
        """The line as printed."""
        return f"{self.id} {command}{self.separator}{self.text.format(**fields)}"


VERSION = "7.8.24.11"
PROMPT = "dscli> "
PAGE_PROMPT = "Press Enter To Continue..."
ASK_PRIMARY_CONSOLE = "Enter the primary management console IP address: "
ASK_SECONDARY_CONSOLE = "Enter the secondary management console IP address: "
ASK_USER = "Enter your username: "
ASK_PASSWORD = "Enter your password: "  # noqa: S105 - a question, not a password
BANNER = "Date/Time: {date} IBM DSCLI Version: {version} DS: {device}"
NO_DEVICE = "-"

NOTHING_FOUND = Message("CMUC00234I", "No {thing} found.", Mark.SEEN)
PATH_MADE = Message("CMUC00149I", "Remote Mirror and Copy path {id} successfully established.", Mark.FAIRLY_SURE)
PATH_REMOVED = Message("CMUC00150I", "Remote Mirror and Copy path {id} successfully removed.", Mark.FAIRLY_SURE)
PATH_REMOVE_QUESTION = Message(
    "CMUC00152W",
    "Are you sure you want to remove the Remote Mirror and Copy path {id}:? [y/n]: ",
    Mark.FAIRLY_SURE,
)
PAIR_MADE = Message(
    "CMUC00153I", "Remote Mirror and Copy volume pair relationship {id} successfully created.", Mark.FAIRLY_SURE
)
PAIR_REMOVED = Message(
    "CMUC00155I", "Remote Mirror and Copy volume pair {id} relationship successfully withdrawn.", Mark.FAIRLY_SURE
)
PAIR_PAUSED = Message(
    "CMUC00157I", "Remote Mirror and Copy volume pair {id} relationship successfully paused.", Mark.FAIRLY_SURE
)
PAIR_RESUMED = Message(
    "CMUC00158I",
    "Remote Mirror and Copy volume pair {id} relationship successfully resumed. "
    "This message is being returned before the copy completes.",
    Mark.FAIRLY_SURE,
)
PAIR_REMOVE_QUESTION = Message(
    "CMUC00160W",
    "Are you sure you want to delete the Remote Mirror and Copy volume pair relationship {id}:? [y/n]: ",
    Mark.FAIRLY_SURE,
)
PAIR_REVERSED = Message("CMUC00196I", "Remote Mirror and Copy pair {id} successfully reversed.", Mark.FAIRLY_SURE)
PAIR_FAILED_BACK = Message("CMUC00197I", "Remote Mirror and Copy pair {id} successfully failed back.", Mark.FAIRLY_SURE)

FROZEN = Message("CMUC00161I", "Remote Mirror and Copy consistency group {id} successfully created.", Mark.FAIRLY_SURE)
THAWED = Message("CMUC00198I", "Remote Mirror and Copy pair {id} successfully thawed.", Mark.FAIRLY_SURE)

FLASH_MADE = Message("CMUC00137I", "FlashCopy pair {id} successfully created.", Mark.WEAK)
FLASH_REMOVED = Message("CMUC00140I", "FlashCopy pair {id} successfully removed.", Mark.PLAUSIBLE)
FLASH_REMOVE_QUESTION = Message(
    "CMUC00144W", "Are you sure you want to remove the FlashCopy pair {id}:? [y/n]: ", Mark.WEAK
)
FLASH_RESYNCHRONIZED = Message("CMUC00168I", "FlashCopy volume pair {id} successfully resynchronized.", Mark.SEEN)

VOLUME_MADE = Message("CMUC00025I", "FB volume {id} successfully created.", Mark.FAIRLY_SURE)
VOLUME_CHANGED = Message("CMUC00026I", "FB volume {id} successfully modified.", Mark.FAIRLY_SURE)
VOLUME_REMOVE_QUESTION = Message(
    "CMUC00027W", "Are you sure you want to delete FB volume {id}? [y/n]: ", Mark.FAIRLY_SURE
)
VOLUME_REMOVED = Message("CMUC00028I", "FB volume {id} successfully deleted.", Mark.FAIRLY_SURE)
LSS_CHANGED = Message("CMUC00029I", "LSS {id} successfully modified.", Mark.PLAUSIBLE)
GROUP_CHANGED = Message("CMUC00031I", "Volume group {id} successfully modified.", Mark.PLAUSIBLE)
RESIZE_QUESTION = Message(
    "CMUC00332W",
    "Some host operating systems do not support changing the volume size. "
    "Are you sure that you want to resize the volume {id}? [y/n]: ",
    Mark.PLAUSIBLE,
)
USER_MADE = Message("CMUC00133I", "User {id} successfully created.", Mark.PLAUSIBLE)
USER_REMOVE_QUESTION = Message("CMUC00135W", "Are you sure you want to delete user {id}? [y/n]: ", Mark.PLAUSIBLE)
USER_REMOVED = Message("CMUC00136I", "User {id} successfully deleted.", Mark.PLAUSIBLE)
USER_CHANGED = Message("CMUC00134I", "User {id} successfully modified.", Mark.PLAUSIBLE)
FILE_MADE = Message("CMUC00205I", "Password file {file} successfully created.", Mark.FAIRLY_SURE)
RECORD_ADDED = Message("CMUC00206I", "Record {record} successfully added to password file {file}.", Mark.FAIRLY_SURE)
RECORD_REPLACED = Message(
    "CMUC00207I", "Record {record} successfully replaced in password file {file}.", Mark.FAIRLY_SURE
)
RECORD_REMOVED = Message(
    "CMUC00208I", "Record {record} successfully removed from password file {file}.", Mark.PLAUSIBLE
)
RECORD_MISSING = Message("CMUC00209E", "There is no record {record} in password file {file}.", Mark.INVENTED)

NO_CONSOLE = Message("CMUN00018E", "Unable to connect to the management console server", Mark.SEEN)
NOT_AUTHENTICATED = Message(
    "CMUC00191E", "The user name or the password is not valid. Check both and try again.", Mark.INVENTED
)
ACCOUNT_LOCKED = Message("CMUC00192E", "The user account is locked. Contact the administrator.", Mark.INVENTED)
PASSWORD_EXPIRED = Message(
    "CMUC00201E", "Authentication failure: Your password has expired.", Mark.SEEN, separator=":: "
)
PASSWORD_TOO_SHORT = Message("CMUN00067E", "The new password is too short; showpass tells the policy.", Mark.INVENTED)
PASSWORD_TOO_YOUNG = Message(
    "CMUN00068E", "The password cannot be changed again yet; showpass tells the policy.", Mark.INVENTED
)
PASSWORD_USED_BEFORE = Message(
    "CMUN00069E", "The new password was used before; showpass tells how many are kept.", Mark.INVENTED
)
USER_EXISTS = Message("CMUN00073E", "There is a user {word} already.", Mark.INVENTED)
OWN_ACCOUNT = Message("CMUN00074E", "The user {word} is logged in and cannot be removed.", Mark.INVENTED)
NO_SUCH_USER = Message("CMUN00070E", "There is no user {word}.", Mark.INVENTED)
NO_SUCH_LSS = Message("CMUN00072E", "{id}: The logical subsystem does not exist.", Mark.INVENTED)
NO_SUCH_OBJECT = Message("CMUN00071E", "{thing} {id} does not exist.", Mark.INVENTED)
UNKNOWN_COMMAND = Message("CMUC00002E", "{word} is not a valid command. Use help for a list.", Mark.INVENTED)
UNKNOWN_OPTION = Message("CMUC00003E", "Unknown parameter: {word}.", Mark.INVENTED)
MISSING_VALUE = Message("CMUC00004E", "The parameter {word} needs a value.", Mark.INVENTED)
WRONG_VALUE = Message("CMUC00005E", "{word} is not a valid value; expected {expected}.", Mark.INVENTED)
MISSING_OPTION = Message("CMUC00006E", "The parameter {word} is required.", Mark.INVENTED)
MISSING_IDS = Message("CMUC00007E", "The ids that the command works on are missing.", Mark.INVENTED)
EXCLUSIVE_OPTIONS = Message("CMUC00008E", "The parameters {word} exclude each other.", Mark.INVENTED)
TOO_MANY_WORDS = Message("CMUC00009E", "Unexpected parameter: {word}.", Mark.INVENTED)
UNBALANCED_QUOTES = Message("CMUC00010E", "A quotation mark is not closed.", Mark.INVENTED)
NO_SUCH_DEVICE = Message("CMUN00014E", "The storage image {word} is not managed by this console.", Mark.INVENTED)
NO_SUCH_FILE = Message("CMUC00011E", "The file {word} cannot be read.", Mark.INVENTED)
NOT_A_PASSWORD_FILE = Message("CMUC00012E", "{word} is not a password file of this DS CLI.", Mark.INVENTED)
FILE_NOT_WRITTEN = Message("CMUC00013E", "The file {word} cannot be written.", Mark.INVENTED)
NO_IDS_FROM_PROMPT = Message(
    "CMUC00014E", "Ids cannot be taken from standard input (-) in interactive mode.", Mark.INVENTED
)
NOTHING_TO_CHANGE = Message("CMUC00015E", "Say what is to be changed: one of {word}.", Mark.INVENTED)
NOT_MODELLED = Message("CMUC00500E", "The simulated DS CLI knows {word} by name only.", Mark.INVENTED)
NOT_ALLOWED = Message("CMUN00066E", "The user is not authorized to run this command.", Mark.INVENTED)
CONNECTION_LOST = Message("CMUN00019E", "The connection to the management console server was lost.", Mark.INVENTED)

_FAILURE = "{id}: Copy Services operation failure: "
REFUSALS: dict[Refusal, Message] = {
    refusal: Message(f"CMUN03{number:03}E", f"{_FAILURE}{refusal.value}", Mark.INVENTED)
    for refusal, number in (
        (Refusal.NO_PATH, 40),
        (Refusal.NOT_A_PAIR, 41),
        (Refusal.ALREADY_PAIRED, 42),
        (Refusal.WRONG_STATE, 43),
        (Refusal.PEER_IN_WRONG_STATE, 44),
        (Refusal.NO_SUCH_VOLUME, 45),
        (Refusal.SIZES_DIFFER, 46),
        (Refusal.RESERVED, 47),
        (Refusal.INACCESSIBLE, 48),
        (Refusal.PATH_IN_USE, 49),
        (Refusal.NO_SUCH_PORTS, 50),
        (Refusal.NOT_ON_THIS_IMAGE, 51),
        (Refusal.IN_FLASH_COPY, 52),
        (Refusal.NOT_IN_FLASH_COPY, 53),
        (Refusal.NOT_RECORDED, 54),
        (Refusal.PATH_LIMIT, 55),
        (Refusal.NO_SUCH_PORT, 56),
        (Refusal.NO_SUCH_LSS, 57),
        (Refusal.WRONG_SSID, 58),
        (Refusal.NOT_ESTABLISHED, 59),
        (Refusal.WRONG_WWNN, 60),
    )
}
"""No real CMUN03 id is known (dscli.md 3.3): match the shape, never the number."""

PROVISIONING_REFUSALS: dict[ProvisioningRefusal, Message] = {
    why: Message(f"CMUN02{number:03}E", f"{{id}}: {why.value}", Mark.INVENTED)
    for number, why in enumerate(ProvisioningRefusal, start=500)
}
"""What an administrator's wish for a volume is refused with; ids and texts are ours."""
