"""User accounts of the management consoles: roles, expiry, and the lock after too many wrong passwords.

Accounts belong to an array and are shared by its consoles (dscli.md 1.6); here one name means one account on all
arrays.

Rule 1: a locked account refuses even the right password; running sessions go on (dscli.md 1.7).
Rule 2: nothing here sees a password; whether one is right is asked of the world.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from simulator.dscli.messages import ACCOUNT_LOCKED, NOT_ALLOWED, NOT_AUTHENTICATED, PASSWORD_EXPIRED, Message

FAILED_LOGINS_ALLOWED = 5
"""Seen on a 2024 system (dscli.md 1.7, S)."""


class Role(enum.Enum):
    """User groups of the DS8000 (dscli.md 1.7, S)."""

    ADMIN = "admin"
    OP_STORAGE = "op_storage"
    OP_VOLUME = "op_volume"
    OP_COPY_SERVICES = "op_copy_services"
    SERVICE = "service"
    MONITOR = "monitor"
    NO_ACCESS = "no_access"

    @property
    def may_act(self) -> bool:
        """Copy commands need op_copy_services or above."""
        return self in (Role.ADMIN, Role.OP_STORAGE, Role.OP_COPY_SERVICES)


@dataclass(slots=True)
class Account:
    """One user; faults and administrators change it while the run goes on."""

    user: str
    role: Role = Role.OP_COPY_SERVICES
    failed_logins: int = 0
    is_locked: bool = False
    is_expired: bool = False

    def log_in(self, is_password_right: bool) -> Message | None:
        """An attempt to log in; the message that refuses it, or None."""
        if self.is_locked:
            return ACCOUNT_LOCKED
        if not is_password_right:
            self.failed_logins += 1
            self.is_locked = self.failed_logins >= FAILED_LOGINS_ALLOWED
            return NOT_AUTHENTICATED
        self.failed_logins = 0
        return NOT_AUTHENTICATED if self.role is Role.NO_ACCESS else None

    def refusal(self, is_action: bool) -> tuple[Message, bool] | None:
        """Why a command is refused to this user, and whether that is a matter of authentication; None if it is not."""
        if self.is_expired:
            return PASSWORD_EXPIRED, True
        if is_action and not self.role.may_act:
            return NOT_ALLOWED, False
        return None
