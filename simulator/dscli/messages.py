"""Every text that the look-alike prints, and how sure it is that the real DS CLI prints it so.

This is the one place to correct a guess. Marks are those of dscli.md: S seen in a public source; S6 seen for DS6000;
W seen in a weak source; I inferred; M+ fairly sure; M plausible; M- a guess; INVENTED where nothing was found and
something had to be said.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mirrordrill.simulator.array.mirror.states import Refusal
from mirrordrill.simulator.array.provisioning import ProvisioningRefusal
from mirrordrill.simulator.catalogues.messages import MessageText


class Confidence(enum.StrEnum):
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
class DscliMessage(MessageText):
    """One line of the shape `<id> <command>: <text>`; how grave it is stands in the last letter of the id."""

    separator: str = ": "
    """Between command and text; a refused login was seen with two colons."""

    def line(self, command: str, **fields: str) -> str:
        """The line as printed."""
        return f"{self.id} {command}{self.separator}{self.fill(**fields)}"


VERSION = "7.8.24.11"
PROMPT = "dscli> "
PAGE_PROMPT = "Press Enter To Continue..."
ASK_PRIMARY_CONSOLE = "Enter the primary management console IP address: "
ASK_SECONDARY_CONSOLE = "Enter the secondary management console IP address: "
ASK_USER = "Enter your username: "
ASK_PASSWORD = "Enter your password: "  # noqa: S105 - a question, not a password
BANNER = "Date/Time: {date} IBM DSCLI Version: {version} DS: {device}"
NO_DEVICE = "-"

NOTHING_FOUND = DscliMessage("CMUC00234I", "No {thing} found.", Confidence.SEEN)
PATH_MADE = DscliMessage(
    "CMUC00149I", "Remote Mirror and Copy path {id} successfully established.", Confidence.FAIRLY_SURE
)
PATH_REMOVED = DscliMessage(
    "CMUC00150I", "Remote Mirror and Copy path {id} successfully removed.", Confidence.FAIRLY_SURE
)
PATH_REMOVE_QUESTION = DscliMessage(
    "CMUC00152W",
    "Are you sure you want to remove the Remote Mirror and Copy path {id}:? [y/n]: ",
    Confidence.FAIRLY_SURE,
)
PAIR_MADE = DscliMessage(
    "CMUC00153I", "Remote Mirror and Copy volume pair relationship {id} successfully created.", Confidence.FAIRLY_SURE
)
PAIR_REMOVED = DscliMessage(
    "CMUC00155I", "Remote Mirror and Copy volume pair {id} relationship successfully withdrawn.", Confidence.FAIRLY_SURE
)
PAIR_PAUSED = DscliMessage(
    "CMUC00157I", "Remote Mirror and Copy volume pair {id} relationship successfully paused.", Confidence.FAIRLY_SURE
)
PAIR_RESUMED = DscliMessage(
    "CMUC00158I",
    "Remote Mirror and Copy volume pair {id} relationship successfully resumed. "
    "This message is being returned before the copy completes.",
    Confidence.FAIRLY_SURE,
)
PAIR_REMOVE_QUESTION = DscliMessage(
    "CMUC00160W",
    "Are you sure you want to delete the Remote Mirror and Copy volume pair relationship {id}:? [y/n]: ",
    Confidence.FAIRLY_SURE,
)
PAIR_REVERSED = DscliMessage(
    "CMUC00196I", "Remote Mirror and Copy pair {id} successfully reversed.", Confidence.FAIRLY_SURE
)
PAIR_FAILED_BACK = DscliMessage(
    "CMUC00197I", "Remote Mirror and Copy pair {id} successfully failed back.", Confidence.FAIRLY_SURE
)

FROZEN = DscliMessage(
    "CMUC00161I", "Remote Mirror and Copy consistency group {id} successfully created.", Confidence.FAIRLY_SURE
)
THAWED = DscliMessage("CMUC00198I", "Remote Mirror and Copy pair {id} successfully thawed.", Confidence.FAIRLY_SURE)

FLASH_UNFROZEN = DscliMessage(
    "CMUC00172I", "FlashCopy consistency group for logical subsystem {id}: successfully reset.", Confidence.WEAK
)
FLASH_MADE = DscliMessage("CMUC00137I", "FlashCopy pair {id} successfully created.", Confidence.WEAK)
FLASH_REMOVED = DscliMessage("CMUC00140I", "FlashCopy pair {id} successfully removed.", Confidence.PLAUSIBLE)
FLASH_REMOVE_QUESTION = DscliMessage(
    "CMUC00144W", "Are you sure you want to remove the FlashCopy pair {id}:? [y/n]: ", Confidence.WEAK
)
FLASH_RESYNCHRONIZED = DscliMessage(
    "CMUC00168I", "FlashCopy volume pair {id} successfully resynchronized.", Confidence.SEEN
)

VOLUME_MADE = DscliMessage("CMUC00025I", "FB volume {id} successfully created.", Confidence.FAIRLY_SURE)
VOLUME_CHANGED = DscliMessage("CMUC00026I", "FB volume {id} successfully modified.", Confidence.FAIRLY_SURE)
VOLUME_REMOVE_QUESTION = DscliMessage(
    "CMUC00027W", "Are you sure you want to delete FB volume {id}? [y/n]: ", Confidence.FAIRLY_SURE
)
VOLUME_REMOVED = DscliMessage("CMUC00028I", "FB volume {id} successfully deleted.", Confidence.FAIRLY_SURE)
LSS_CHANGED = DscliMessage("CMUC00029I", "LSS {id} successfully modified.", Confidence.PLAUSIBLE)
GROUP_CHANGED = DscliMessage("CMUC00031I", "Volume group {id} successfully modified.", Confidence.PLAUSIBLE)
RESIZE_QUESTION = DscliMessage(
    "CMUC00332W",
    "Some host operating systems do not support changing the volume size. "
    "Are you sure that you want to resize the volume {id}? [y/n]: ",
    Confidence.PLAUSIBLE,
)
USER_MADE = DscliMessage("CMUC00133I", "User {id} successfully created.", Confidence.PLAUSIBLE)
USER_REMOVE_QUESTION = DscliMessage(
    "CMUC00135W", "Are you sure you want to delete user {id}? [y/n]: ", Confidence.PLAUSIBLE
)
USER_REMOVED = DscliMessage("CMUC00136I", "User {id} successfully deleted.", Confidence.PLAUSIBLE)
USER_CHANGED = DscliMessage("CMUC00134I", "User {id} successfully modified.", Confidence.PLAUSIBLE)
FILE_MADE = DscliMessage("CMUC00205I", "Password file {file} successfully created.", Confidence.FAIRLY_SURE)
RECORD_ADDED = DscliMessage(
    "CMUC00206I", "Record {record} successfully added to password file {file}.", Confidence.FAIRLY_SURE
)
RECORD_REPLACED = DscliMessage(
    "CMUC00207I", "Record {record} successfully replaced in password file {file}.", Confidence.FAIRLY_SURE
)
RECORD_REMOVED = DscliMessage(
    "CMUC00208I", "Record {record} successfully removed from password file {file}.", Confidence.PLAUSIBLE
)
RECORD_MISSING = DscliMessage("CMUC00209E", "There is no record {record} in password file {file}.", Confidence.INVENTED)

NO_CONSOLE = DscliMessage("CMUN00018E", "Unable to connect to the management console server", Confidence.SEEN)
NOT_AUTHENTICATED = DscliMessage(
    "CMUC00191E", "The user name or the password is not valid. Check both and try again.", Confidence.WEAK
)
"""A public collector takes this number for a wrong password; the words are ours."""
ACCOUNT_LOCKED = DscliMessage(
    "CMUC00192E", "The user account is locked. Contact the administrator.", Confidence.INVENTED
)
PASSWORD_EXPIRED = DscliMessage(
    "CMUC00201E", "Authentication failure: Your password has expired.", Confidence.SEEN, separator=":: "
)
PASSWORD_TOO_SHORT = DscliMessage(
    "CMUN00067E", "The new password is too short; showpass tells the policy.", Confidence.INVENTED
)
PASSWORD_TOO_YOUNG = DscliMessage(
    "CMUN00068E", "The password cannot be changed again yet; showpass tells the policy.", Confidence.INVENTED
)
PASSWORD_USED_BEFORE = DscliMessage(
    "CMUN00069E", "The new password was used before; showpass tells how many are kept.", Confidence.INVENTED
)
USER_EXISTS = DscliMessage("CMUN00073E", "There is a user {word} already.", Confidence.INVENTED)
OWN_ACCOUNT = DscliMessage("CMUN00074E", "The user {word} is logged in and cannot be removed.", Confidence.INVENTED)
NO_SUCH_USER = DscliMessage("CMUN00070E", "There is no user {word}.", Confidence.INVENTED)
NO_SUCH_LSS = DscliMessage("CMUN00072E", "{id}: The logical subsystem does not exist.", Confidence.INVENTED)
NO_SUCH_OBJECT = DscliMessage("CMUN00071E", "{thing} {id} does not exist.", Confidence.INVENTED)
UNKNOWN_COMMAND = DscliMessage("CMUC00002E", "{word} is not a valid command. Use help for a list.", Confidence.INVENTED)
UNKNOWN_OPTION = DscliMessage("CMUC00003E", "Unknown parameter: {word}.", Confidence.INVENTED)
MISSING_VALUE = DscliMessage("CMUC00004E", "The parameter {word} needs a value.", Confidence.INVENTED)
WRONG_VALUE = DscliMessage("CMUC00005E", "{word} is not a valid value; expected {expected}.", Confidence.INVENTED)
MISSING_OPTION = DscliMessage("CMUC00006E", "The parameter {word} is required.", Confidence.INVENTED)
MISSING_IDS = DscliMessage("CMUC00007E", "The ids that the command works on are missing.", Confidence.INVENTED)
EXCLUSIVE_OPTIONS = DscliMessage("CMUC00008E", "The parameters {word} exclude each other.", Confidence.INVENTED)
TOO_MANY_WORDS = DscliMessage("CMUC00009E", "Unexpected parameter: {word}.", Confidence.INVENTED)
UNBALANCED_QUOTES = DscliMessage("CMUC00010E", "A quotation mark is not closed.", Confidence.INVENTED)
NO_SUCH_DEVICE = DscliMessage(
    "CMUN00014E", "The storage image {word} is not managed by this console.", Confidence.INVENTED
)
NO_SUCH_FILE = DscliMessage("CMUC00011E", "The file {word} cannot be read.", Confidence.INVENTED)
NOT_A_PASSWORD_FILE = DscliMessage("CMUC00012E", "{word} is not a password file of this DS CLI.", Confidence.INVENTED)
FILE_NOT_WRITTEN = DscliMessage("CMUC00013E", "The file {word} cannot be written.", Confidence.INVENTED)
NO_IDS_FROM_PROMPT = DscliMessage(
    "CMUC00014E", "Ids cannot be taken from standard input (-) in interactive mode.", Confidence.INVENTED
)
NOTHING_TO_CHANGE = DscliMessage("CMUC00015E", "Say what is to be changed: one of {word}.", Confidence.INVENTED)
NOT_MODELLED = DscliMessage("CMUC00500E", "The simulated DS CLI knows {word} by name only.", Confidence.INVENTED)
NOT_ADDED = DscliMessage("CMUC00501I", "What {word} adds to this answer is not simulated.", Confidence.INVENTED)
NOT_ALLOWED = DscliMessage("CMUN00066E", "The user is not authorized to run this command.", Confidence.INVENTED)
CONNECTION_LOST = DscliMessage(
    "CMUN00019E", "The connection to the management console server was lost.", Confidence.INVENTED
)

_FAILURE = "{id}: Copy Services operation failure: "
REFUSALS: dict[Refusal, DscliMessage] = {
    refusal: DscliMessage(f"CMUN03{number:03}E", f"{_FAILURE}{refusal.value}", Confidence.INVENTED)
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

PROVISIONING_REFUSALS: dict[ProvisioningRefusal, DscliMessage] = {
    why: DscliMessage(f"CMUN02{number:03}E", f"{{id}}: {why.value}", Confidence.INVENTED)
    for number, why in enumerate(ProvisioningRefusal, start=500)
}
"""What an administrator's wish for a volume is refused with; ids and texts are ours."""
