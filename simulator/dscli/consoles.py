"""The management consoles: which arrays they manage, whether they answer, who may log in.

Rule 1: a console is not in the data path: without it commands stop, mirroring does not.
Rule 2: the consoles of one array share its accounts, but a password file is made for each console by name.
Rule 3: all that can go wrong between a command and its answer goes through one place, the `Interceptor`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from mirrordrill.simulator.array.storage import Storage
from mirrordrill.simulator.dscli.accounts import Account, Accounts, digest_of
from mirrordrill.simulator.dscli.messages import NOT_AUTHENTICATED, DscliMessage
from mirrordrill.simulator.dscli.site_values import Latencies, UserGroup
from mirrordrill.simulator.dscli.user_files import FilesOfHosts, UserFiles, read_records


class Reach(enum.Enum):
    """How a console meets a new connection or command."""

    ANSWERING = "answers"
    REFUSING = "refuses at once"
    SILENT = "never answers"


@dataclass(frozen=True, slots=True)
class ConsolePlan:
    """A console by the name that `-hmc1` uses, and the images it manages."""

    name: str
    images: tuple[str, ...]


@dataclass(slots=True)
class Console:
    """A management console now."""

    name: str
    images: tuple[str, ...]
    reach: Reach = Reach.ANSWERING
    extra_delay_s: float = 0.0
    """Added to every answer: a slow console."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who wants to use a console; the password file is a path on that host."""

    host: str
    console: str
    user: str
    password_file: str | None
    password: str | None


class Stage(enum.Enum):
    """Where a command is when it is intercepted."""

    BEFORE_EXECUTION = "before execution"
    BEFORE_ANSWER = "executed, answer on its way"


class Fate(enum.Enum):
    """What becomes of an intercepted command or answer."""

    PASS = "passes"  # noqa: S105 - a verdict, not a password
    LOST = "is lost: the user waits for ever"
    CUT = "the connection breaks: of the answer only the text given arrives"
    REPLACED = "another answer is given; before execution, instead of executing"
    PART = "of its ids only the first are carried out; the text given is answered for the rest"


class Interception(NamedTuple):
    """What an interceptor decided."""

    fate: Fate = Fate.PASS
    text: str = ""
    delay_s: float = 0.0
    ids_done: int = 0
    """How many ids are carried out where only a part is."""


class CommandRequest(NamedTuple):
    """A command on its way, and once executed its answer."""

    host: str
    console: str
    array: str
    command: str
    changes_pairs: bool
    answer: str = ""


@dataclass(frozen=True, slots=True)
class HeldCommand:
    """The next command of this verb from this host is held by the server before the array carries it out.

    The server has accepted the command by then: it is carried out even if its sender is killed meanwhile.
    """

    host: str
    verb: str
    delay_s: float

    def holds(self, request: CommandRequest) -> bool:
        """Whether this is the command that is held."""
        return request.host == self.host and request.command.partition(" ")[0] == self.verb


class Interceptor(Protocol):
    """A fault between a command and its answer. Decided before the run; nothing random happens here."""

    def __call__(self, stage: Stage, request: CommandRequest) -> Interception:
        """What becomes of it."""


PASSES = Interception()
"""No fault."""


class Consoles:
    """All management consoles of a site."""

    def __init__(
        self,
        storage: Storage,
        plans: tuple[ConsolePlan, ...],
        users: Mapping[str, UserGroup],
        latencies: Latencies | None = None,
        files: UserFiles | None = None,
    ) -> None:
        self.storage = storage
        self.latencies = latencies or Latencies()
        self.files = files or FilesOfHosts()
        """The files that a session reads and writes, unless it brings its own."""
        self._interceptors: list[Interceptor] = []
        self._held: list[tuple[HeldCommand, Callable[[], None]]] = []
        self._books: dict[tuple[str, ...], Accounts] = {}
        self._consoles: dict[str, Console] = {}
        for plan in plans:
            for image_id in plan.images:
                storage.image(image_id)
            self._consoles[plan.name] = Console(plan.name, plan.images)
            self._books.setdefault(plan.images, Accounts(users))

    def hold_next(self, held: HeldCommand, met: Callable[[], None] = lambda: None) -> Callable[[], None]:
        """Let the server hold a command when it comes: once, and in the order in which holds were asked for.

        `met` is called when it has. Returns what takes a hold away that has met no command yet.
        """
        entry = (held, met)
        self._held.append(entry)

        def remove() -> None:
            self._held = [other for other in self._held if other is not entry]

        return remove

    def take_hold_s(self, request: CommandRequest) -> float:
        """How long the server holds this command; the hold is used up."""
        found = next((entry for entry in self._held if entry[0].holds(request)), None)
        if found is None:
            return 0.0
        held, met = found
        self._held.remove(found)
        met()
        return held.delay_s

    def add_interceptor(self, interceptor: Interceptor) -> Callable[[], None]:
        """Ask it about every command and answer from now on. Returns what takes it away again."""
        self._interceptors.append(interceptor)

        def remove() -> None:
            self._interceptors = [each for each in self._interceptors if each is not interceptor]

        return remove

    def intercept(self, stage: Stage, request: CommandRequest) -> Interception:
        """What becomes of a command or its answer: what the first interceptor says that does not let it pass."""
        verdicts = (interceptor(stage, request) for interceptor in self._interceptors)
        return next((verdict for verdict in verdicts if verdict != PASSES), PASSES)

    def find(self, name: str) -> Console | None:
        """The console with this name; a name that leads nowhere is like a console that refuses."""
        return self._consoles.get(name)

    def names(self) -> tuple[str, ...]:
        """All consoles, in the order of the plan."""
        return tuple(self._consoles)

    def accounts(self, console: str) -> Accounts:
        """The accounts that a console asks, those of its array. Raises KeyError for an unknown name."""
        return self._books[self._consoles[console].images]

    def log_in(self, login: Login, files: UserFiles) -> DscliMessage | None:
        """An attempt to log in from where these files lie; the message that refuses it, or None."""
        account = self.accounts(login.console).find(login.user)
        return account.log_in(is_password_right=self._is_right(login, files)) if account else NOT_AUTHENTICATED

    def _is_right(self, login: Login, files: UserFiles) -> bool:
        """Whether a known user presents the right password, typed or in a password file.

        A file that is not there, or that another DS CLI made, says nothing: it is accepted from users whose password
        was never set, and from no other user.
        """
        account = self.accounts(login.console)[login.user]
        if login.password is not None:
            return account.knows(digest_of(login.user, login.password))
        text = files.read(login.host, login.password_file or "")
        records = None if text is None else read_records(text)
        if records is None:
            return account.digest is None
        digest = records.get((login.console, login.user))
        return digest is not None and account.knows(digest)

    def find_account(self, user: str) -> list[Account]:
        """The accounts of this name, one per array that has one."""
        return [account for book in self._books.values() if (account := book.find(user)) is not None]

    def reach_of(self, console: Console) -> Reach:
        """How the console meets a connection or command now: silent where the management of all its arrays is lost.

        An array without power is still listed, with inaccessible volumes (dscli.md 2.5 leaves that open).
        """
        answers = any(self.storage.image(image_id).is_managed for image_id in console.images)
        return console.reach if answers or console.reach is not Reach.ANSWERING else Reach.SILENT

    def delay_s_of(self, console: Console) -> float:
        """What its answers take longer now: its own slowness and that of its slowest array."""
        slowest_s = max((self.storage.image(image_id).answer_delay_s for image_id in console.images), default=0.0)
        return console.extra_delay_s + slowest_s

    def set_reach(self, name: str, reach: Reach) -> None:
        """From now on the console answers, refuses or is silent. Raises KeyError for an unknown name."""
        self._consoles[name].reach = reach

    def set_delay(self, name: str, extra_delay_s: float) -> None:
        """From now on every answer of the console takes so much longer. Raises KeyError for an unknown name."""
        self._consoles[name].extra_delay_s = extra_delay_s
