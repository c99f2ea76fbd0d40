"""Attributes that the engine only keeps for their users: read from main.cf, shown, modified, dumped.

Most of them change nothing in a drill: owners, locations, users, what a GUI needs. The few that do something are read
where it is done: EngineShutdown by `hastop`, PreSwitch by a switch, TriggerEvent and TriggerResStateChange by triggers.
Names and defaults are those of vcs.md 2.4 and 2.5; a default that is not there is empty.

Rule: a value that is not here is the default; only what the file or a command said is in a spec.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mirrordrill.simulator.vcs.dimensions import AttributeDimension

Values = tuple[str, ...]


def _text(values: Values) -> None:
    """Anything."""


def _flag(values: Values) -> None:
    if values not in {("0",), ("1",)}:
        raise ValueError("it is 0 or 1")


def _number(values: Values) -> None:
    if len(values) != 1 or not (values[0].isascii() and values[0].isdigit() and len(values[0]) <= 9):
        raise ValueError("it is a whole number, 0 or above")


def _one_of(*words: str) -> Callable[[Values], None]:
    def check(values: Values) -> None:
        if len(values) != 1 or values[0] not in words:
            raise ValueError(f"it is {', '.join(words[:-1])} or {words[-1]}")

    return check


@dataclass(frozen=True, slots=True)
class StoredAttribute:
    """One attribute."""

    default: Values = ("",)
    check: Callable[[Values], None] = _text
    """Raises ValueError for values that it cannot have."""
    dimension: AttributeDimension = AttributeDimension.SCALAR


FLAG_OFF, FLAG_ON = StoredAttribute(("0",), _flag), StoredAttribute(("1",), _flag)
TEXT = StoredAttribute()
KEYS = StoredAttribute((), dimension=AttributeDimension.KEYLIST)
PAIRS = StoredAttribute((), dimension=AttributeDimension.ASSOCIATION)
ENGINE_SHUTDOWN = ("Enable", "Disable", "DisableClusStop", "PromptClusStop", "PromptLocal", "PromptAlways")


def number_of(default: int) -> StoredAttribute:
    """A whole number."""
    return StoredAttribute((str(default),), _number)


STORED_ATTRIBUTES: Mapping[str, Mapping[str, StoredAttribute]] = MappingProxyType(
    {
        "cluster": MappingProxyType(
            {
                "Administrators": KEYS,
                "BackupInterval": number_of(0),
                "ClusterLocation": TEXT,
                "ClusterOwner": TEXT,
                "CounterInterval": number_of(5),
                "CredRenewFrequency": number_of(0),
                "EngineShutdown": StoredAttribute(("Enable",), _one_of(*ENGINE_SHUTDOWN)),
                "Guests": KEYS,
                "Operators": KEYS,
                "UserNames": PAIRS,
                "WACPort": number_of(14155),
            }
        ),
        "group": MappingProxyType(
            {
                "Administrators": KEYS,
                "GroupOwner": TEXT,
                "Guests": KEYS,
                "Operators": KEYS,
                "PreSwitch": FLAG_OFF,
                "ProPCV": FLAG_OFF,
                "Tag": TEXT,
                "TriggerEvent": FLAG_ON,
                "TriggerResStateChange": FLAG_OFF,
                "UserIntGlobal": number_of(0),
                "UserStrGlobal": TEXT,
            }
        ),
        "system": MappingProxyType(
            {
                "LoadTimeThreshold": number_of(600),
                "LoadWarningLevel": number_of(80),
                "NoAutoDisable": FLAG_OFF,
                "ShutdownTimeout": number_of(120),
                "SystemLocation": TEXT,
                "SystemOwner": TEXT,
                "TriggerEvent": FLAG_ON,
            }
        ),
        "resource": MappingProxyType(
            {
                "ComputeStats": FLAG_OFF,
                "MonitorOnly": FLAG_OFF,
                "ResourceOwner": TEXT,
                "TriggerEvent": FLAG_ON,
                "TriggerResStateChange": FLAG_OFF,
            }
        ),
    }
)
"""Kind of object -> its attributes."""


def stored_value(kind: str, stored: Mapping[str, Values], name: str) -> Values:
    """What an object has of one of these attributes."""
    return stored.get(name, STORED_ATTRIBUTES[kind][name].default)


def is_set(kind: str, stored: Mapping[str, Values], name: str) -> bool:
    """Whether a flag is 1."""
    return stored_value(kind, stored, name) == ("1",)
