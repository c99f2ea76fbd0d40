"""User accounts of the management consoles: roles, passwords, expiry, and the lock after too many wrong passwords.

An array has one book of accounts, shared by its consoles (dscli.md 1.6). Of a password only a digest is kept. An
account whose password was never set is trusted: a plan names users, not their secrets, so whatever such a user
presents is taken for right until an administrator sets a password.

Rule 1: a locked account refuses even the right password; running sessions go on (dscli.md 1.7).
Rule 2: a password that an administrator set, or that is older than the policy allows, must be changed by its user
before any other command.
Rule 3: this module never sees a password, only its digest.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mirrordrill.simulator.dscli.messages import (
    ACCOUNT_LOCKED,
    NOT_ALLOWED,
    NOT_AUTHENTICATED,
    PASSWORD_EXPIRED,
    PASSWORD_TOO_SHORT,
    PASSWORD_TOO_YOUNG,
    PASSWORD_USED_BEFORE,
    DscliExitCode,
    DscliMessage,
)
from mirrordrill.simulator.dscli.site_values import UserGroup
from mirrordrill.simulator.kernel.password_stand_ins import stand_in

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What `showpass` shows: the values seen on a 2024 system (dscli.md 1.7, S)."""

    expiration_days: int = 90
    failed_logins_allowed: int = 5
    age_days: int = 1
    minimum_length: int = 8
    history: int = 8


class Permission(enum.Enum):
    """What a command requires of the user's group."""

    NOTHING = "nothing beyond the login"
    LIST = "reading"
    COPY_SERVICES = "changing pairs, paths and FlashCopies"
    PROVISIONING = "changing volumes, volume groups and logical subsystems"
    ACCOUNTS = "changing accounts"


_OPERATOR = frozenset({Permission.NOTHING, Permission.LIST, Permission.COPY_SERVICES, Permission.PROVISIONING})
ALLOWED: dict[UserGroup, frozenset[Permission]] = {
    UserGroup.ADMIN: frozenset(Permission),
    UserGroup.OP_STORAGE: _OPERATOR,
    UserGroup.OP_VOLUME: _OPERATOR - {Permission.COPY_SERVICES},
    UserGroup.OP_COPY_SERVICES: _OPERATOR - {Permission.PROVISIONING},
    UserGroup.SERVICE: frozenset({Permission.NOTHING, Permission.LIST}),
    UserGroup.MONITOR: frozenset({Permission.NOTHING, Permission.LIST}),
    UserGroup.NO_ACCESS: frozenset(),
}
"""What each role may do (dscli.md 1.7, S for copying and reading; M for the rest)."""


def digest_of(user: str, password: str) -> str:
    """What is kept of a password."""
    return hashlib.sha256(f"mirrordrill\0{user}\0{stand_in(password)}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class AccessRefusal:
    """The message and exit code with which a command is refused to a user."""

    message: DscliMessage
    exit_code: DscliExitCode


@dataclass(slots=True)
class Account:
    """One user of one array; faults and administrators change it while the run goes on."""

    user: str
    role: UserGroup = UserGroup.OP_COPY_SERVICES
    failed_logins: int = 0
    is_locked: bool = False
    is_expired: bool = False
    digest: str | None = None
    """Of the password; None: whatever is presented is right."""
    changed_at_s: float | None = None
    """When the password was last set; None: it is as old as the array and does not age."""
    former: list[str] = field(default_factory=list)
    """Digests of passwords used before, the latest last."""
    policy: PasswordPolicy = PasswordPolicy()

    def knows(self, digest: str) -> bool:
        """Whether this is the password's digest."""
        return self.digest is None or self.digest == digest

    def log_in(self, *, is_password_right: bool) -> DscliMessage | None:
        """An attempt to log in; the message that refuses it, or None."""
        if self.is_locked:
            return ACCOUNT_LOCKED
        if not is_password_right:
            self.failed_logins += 1
            self.is_locked = self.failed_logins >= self.policy.failed_logins_allowed
            return NOT_AUTHENTICATED
        self.failed_logins = 0
        return NOT_AUTHENTICATED if self.role is UserGroup.NO_ACCESS else None

    def days_left(self, now_s: float) -> int:
        """Whole days until the password expires, 0 once it has."""
        if self.is_expired:
            return 0
        age_s = 0.0 if self.changed_at_s is None else now_s - self.changed_at_s
        return max(0, self.policy.expiration_days - int(age_s // DAY_S))

    def refusal(self, need: Permission, now_s: float = 0.0) -> AccessRefusal | None:
        """Why a command is refused to this user; None if it is not."""
        if need is Permission.NOTHING:
            return None
        if self.days_left(now_s) == 0:
            return AccessRefusal(PASSWORD_EXPIRED, DscliExitCode.AUTHENTICATION)
        if need not in ALLOWED[self.role]:
            return AccessRefusal(NOT_ALLOWED, DscliExitCode.SERVER)
        return None

    def objection(self, password_length: int, digest: str, now_s: float) -> DscliMessage | None:
        """What the policy says against a new password that the user chose; None where nothing."""
        if password_length < self.policy.minimum_length:
            return PASSWORD_TOO_SHORT
        if digest in self.former[-self.policy.history :]:
            return PASSWORD_USED_BEFORE
        is_young = self.changed_at_s is not None and now_s - self.changed_at_s < self.policy.age_days * DAY_S
        return PASSWORD_TOO_YOUNG if is_young and not self.is_expired else None

    def set_password(self, digest: str, now_s: float, *, by_its_user: bool) -> None:
        """From now on this is the password; one that another user set has expired from the start."""
        self.former.append(digest)
        self.digest = digest
        self.changed_at_s = now_s
        self.is_expired = not by_its_user

    def unlock(self) -> None:
        """Let the user try again."""
        self.is_locked = False
        self.failed_logins = 0


class Accounts:
    """The accounts of one array, by name."""

    def __init__(self, users: Mapping[str, UserGroup], policy: PasswordPolicy | None = None) -> None:
        self.policy = policy or PasswordPolicy()
        self._accounts = {user: Account(user, group, policy=self.policy) for user, group in users.items()}

    def find(self, user: str) -> Account | None:
        """The account of this name, if there is one."""
        return self._accounts.get(user)

    def __getitem__(self, user: str) -> Account:
        return self._accounts[user]

    def __iter__(self) -> Iterator[Account]:
        return iter([self._accounts[user] for user in sorted(self._accounts)])

    def remove(self, user: str) -> None:
        """Forget an account. Raises KeyError for one that is not there."""
        del self._accounts[user]

    def add(self, account: Account) -> None:
        """Make an account known."""
        account.policy = self.policy
        self._accounts[account.user] = account
