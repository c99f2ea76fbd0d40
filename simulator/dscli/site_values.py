"""What a site.toml sets of the DS CLI: how long it takes, and the user groups; read without loading the DS CLI."""

from __future__ import annotations

import enum
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latencies:
    """How long the DS CLI takes (dscli.md 1.8, inferred from one measured session)."""

    login_low_s: float = 2.0
    login_high_s: float = 4.0
    list_low_s: float = 0.2
    list_high_s: float = 1.0
    action_s: float = 0.3
    per_pair_low_s: float = 0.02
    per_pair_high_s: float = 0.1
    travel_s: float = 0.1
    """Of a command's time, what passes before the array carries it out."""
    refused_connect_s: float = 1.0
    silent_connect_s: float = 30.0
    """Until a connection to a console that never answers is given up (M-)."""


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
