"""Static attributes of resource types by the names operators know them by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from mirrordrill.simulator.vcs.spec import Profile, SpecError, TypeSpec

NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "AgentReplyTimeout": "agent_reply_timeout_s",
        "AgentStartTimeout": "agent_start_timeout_s",
        "AttrChangedTimeout": "attr_changed_timeout_s",
        "CleanRetryLimit": "clean_retry_limit",
        "CleanTimeout": "clean_timeout_s",
        "CloseTimeout": "close_timeout_s",
        "ConfInterval": "conf_interval_s",
        "FaultOnMonitorTimeouts": "fault_on_monitor_timeouts",
        "InfoInterval": "info_interval_s",
        "InfoTimeout": "info_timeout_s",
        "IntentionalOffline": "intentional_offline",
        "MonitorInterval": "monitor_interval_s",
        "MonitorTimeout": "monitor_timeout_s",
        "NumThreads": "num_threads",
        "OfflineMonitorInterval": "offline_monitor_interval_s",
        "OfflineTimeout": "offline_timeout_s",
        "OfflineWaitLimit": "offline_wait_limit",
        "OnlineRetryLimit": "online_retry_limit",
        "OnlineTimeout": "online_timeout_s",
        "OnlineWaitLimit": "online_wait_limit",
        "OpenTimeout": "open_timeout_s",
        "RestartLimit": "restart_limit",
        "ToleranceLimit": "tolerance_limit",
    }
)
"""Name -> field of TypeSpec. Seconds are whole ones, as in main.cf."""
ACTION_TIMEOUT = "ActionTimeout"
LISTS: Mapping[str, str] = MappingProxyType(
    {"LogDbg": "log_dbg", "RegList": "reg_list", "SupportedActions": "supported_actions"}
)
"""Name -> field of TypeSpec, of what is a list."""
NOT_SIMULATED = frozenset(
    {
        "AgentClass", "AgentDirectory", "AgentFailedOn", "AgentFile", "AgentPriority", "EPClass", "EPPriority",
        "ExternalStateChange", "FireDrill", "IMF", "IMFRegList", "LogFileSize", "LogViaHalog", "MonitorStatsParam",
        "OnlineClass", "OnlinePriority", "ScriptClass", "ScriptPriority", "SourceFile", "SupportedOperations",
        "TypeOwner", "TypeRecipients",
    }
)  # fmt: skip
"""Attributes of real types that no simulated agent heeds."""
SHOWN = (ACTION_TIMEOUT, "ArgList", "LogDbg", *NUMBERS, "Operations", "RegList", "SupportedActions")
"""What `hatype` shows of a type."""


def text_of(spec: TypeSpec, name: str, profile: Profile) -> str:
    """The value of one of the attributes in SHOWN."""
    if name in NUMBERS:
        return f"{getattr(spec, NUMBERS[name]):g}"
    if name == ACTION_TIMEOUT:
        return f"{profile.action_timeout_s if spec.action_timeout_s is None else spec.action_timeout_s:g}"
    if name in LISTS:
        return "\t".join(getattr(spec, LISTS[name]))
    return spec.operations.value if name == "Operations" else "\t".join(attribute for attribute, _ in spec.arg_list)


def can_be_overridden(name: str) -> bool:
    """Whether a resource may have a value of its own (vcs.md 1.5)."""
    return (name in NUMBERS and name not in {"AgentReplyTimeout", "AgentStartTimeout"}) or name == ACTION_TIMEOUT


def can_be_set(name: str) -> bool:
    """Whether a type's value may be modified while the cluster runs; its ArgList and Operations are its making."""
    return name in NUMBERS or name in {ACTION_TIMEOUT, *LISTS}


def with_values(spec: TypeSpec, name: str, values: tuple[str, ...]) -> TypeSpec:
    """The type with another value of an attribute that can be set. Raises ValueError for one that does not fit."""
    if name in LISTS:
        return replace(spec, **{LISTS[name]: tuple(dict.fromkeys(values))})  # type: ignore[arg-type]  # all are lists
    return with_number(spec, name, values[0])


def with_number(spec: TypeSpec, name: str, text: str) -> TypeSpec:
    """The type with another value of an attribute that can be overridden. Raises ValueError for no such number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError("it is a whole number, 0 or above")
    field = NUMBERS.get(name, "action_timeout_s")
    number = float(text) if field.endswith("_s") else int(text)
    try:
        return replace(spec, **{field: number})  # type: ignore[arg-type]  # the field's own kind, chosen above
    except SpecError as wrong:
        raise ValueError(str(wrong)) from None
