"""The user groups of a DS8000 (dscli.md 1.7, S), apart from what they may do: a site.toml names them."""

from __future__ import annotations

import enum

ADMINISTRATOR = "admin"
"""The user that every array has from the start (M+)."""


class UserGroup(enum.Enum):
    """User groups of the DS8000 (dscli.md 1.7, S)."""

    ADMIN = "admin"
    OP_STORAGE = "op_storage"
    OP_VOLUME = "op_volume"
    OP_COPY_SERVICES = "op_copy_services"
    SERVICE = "service"
    MONITOR = "monitor"
    NO_ACCESS = "no_access"
