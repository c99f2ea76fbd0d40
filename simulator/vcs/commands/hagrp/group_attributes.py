"""The attributes of a service group as operators read them (vcs.md 2.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from mirrordrill.simulator.vcs.commands.language.layout import bars, flag, pairs
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState
from mirrordrill.simulator.vcs.engine.state.stored_attributes import STORED_ATTRIBUTES, stored_value


def _kept(name: str, group: GroupState) -> str:
    return "\t".join(stored_value("group", group.spec.stored, name))


GLOBAL: Mapping[str, Callable[[GroupState], str]] = MappingProxyType(
    {
        "AutoFailOver": lambda group: str(group.spec.auto_fail_over),
        "Authority": lambda group: flag(group.spec.authority),
        "AutoStart": lambda group: flag(group.spec.auto_start),
        "AutoStartIfPartial": lambda group: flag(group.spec.auto_start_if_partial),
        "AutoStartList": lambda group: "\t".join(group.spec.auto_start_list),
        "AutoStartPolicy": lambda group: group.spec.auto_start_policy.value,
        "ClusterFailOverPolicy": lambda group: group.spec.cluster_fail_over_policy.value,
        "ClusterList": lambda group: pairs(group.spec.cluster_list),
        "CurrentCount": lambda group: str(len(group.systems_active())),
        "Evacuate": lambda group: flag(group.spec.evacuate),
        "FailOverPolicy": lambda group: group.spec.fail_over_policy.value,
        "FaultPropagation": lambda group: flag(group.spec.fault_propagation),
        "Frozen": lambda group: flag(group.spec.frozen),
        "Load": lambda group: str(group.spec.load),
        "ManageFaults": lambda group: "ALL" if group.spec.manage_faults else "NONE",
        "ManualOps": lambda group: flag(group.spec.manual_ops),
        "OnlineRetryInterval": lambda group: f"{group.spec.online_retry_interval_s:g}",
        "OnlineRetryLimit": lambda group: str(group.spec.online_retry_limit),
        "Parallel": lambda group: str(group.spec.parallel.value),
        "PreOnline": lambda group: flag(group.spec.pre_online),
        "PreonlineTimeout": lambda group: f"{group.spec.preonline_timeout_s:g}",
        "Prerequisites": lambda group: pairs(group.spec.prerequisites.items()),
        "SystemList": lambda group: pairs(group.spec.system_list),
        "SystemZones": lambda group: pairs(group.spec.system_zones.items()),
        "TFrozen": lambda group: flag(group.frozen and not group.spec.frozen),
        **{name: partial(_kept, name) for name in STORED_ATTRIBUTES["group"]},
    }
)
"""Attributes that are the same on every system."""

LOCAL: Mapping[str, Callable[[GroupState, str], str]] = MappingProxyType(
    {
        "ActiveCount": lambda group, system: str(group.counts(system).up),
        "AutoDisabled": lambda group, system: flag(group.on[system].auto_disabled),
        "Enabled": lambda group, system: flag(group.on[system].enabled),
        "IntentOnline": lambda group, system: flag(group.instance(system).intent_online),
        "NumRetries": lambda group, system: str(group.on[system].retries),
        "PreOnlining": lambda group, system: flag(bool(group.on[system].pre_onlining)),
        "Probed": lambda group, system: flag(group.is_probed(system)),
        "ProbesPending": lambda group, system: str(sum(not on.probed for _, on in group.each(system))),
        "State": lambda group, system: bars(group.words(system)),
    }
)
"""Attributes that every system has its own value of."""
