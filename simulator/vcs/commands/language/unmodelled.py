"""Attributes that real groups, systems and clusters have and the simulation has not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mirrordrill.simulator.vcs.commands.language.refusals import NO_ATTRIBUTE, NOT_SIMULATED, CommandRefused

OF_GROUPS = """
    AdministratorGroups CapacityReserved ContainerInfo DeferAutoStart DisableFaultMessages ExtMonApp GroupRecipients
    MigrateQ OperatorGroups PCVAllowOnline PolicyIntention ResourceRestart SysDownPolicy TriggerPath TriggerResRestart
    TriggersEnabled TypeDependencies UserAssoc VCSi3Info
"""
OF_SYSTEMS = """
    AgentsStopped ConnectorState CPUBinding CPUThresholdLevel CPUUsage CPUUsageMonitoring DiskHbStatus GUIIPAddr
    HostAvailableForecast HostMonitor HostUtilization LicenseType LinkHbStatus LLTNodeId MemThresholdLevel MeterWeight
    ReservedCapacity SwapThresholdLevel SystemRecipients VCSFeatures
"""
OF_CLUSTERS = """
    AdministratorGroups ClusterRecipients DefaultGuestAccess EnableVMAutoDiscovery GlobalFencing HostAvailableMeters
    HostMeters InventoryInterval MeterUnit OperatorGroups PreferredFencingPolicy SiteAware StatsInterval
    SystemRebootAction
"""
UNMODELLED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "group": frozenset(OF_GROUPS.split()),
        "system": frozenset(OF_SYSTEMS.split()),
        "cluster": frozenset(OF_CLUSTERS.split()),
    }
)
"""Kind of object -> names."""


def no_attribute(kind: str, attribute: str, owner: str) -> CommandRefused:
    """Why the attribute of an object cannot be shown or set. Raises CommandRefused, too."""
    refuse_unmodelled(kind, attribute)
    return CommandRefused(NO_ATTRIBUTE, attribute, owner)


def refuse_unmodelled(kind: str, attribute: str) -> None:
    """Raises CommandRefused for an attribute that real objects have and ours have not."""
    if attribute in UNMODELLED[kind]:
        raise CommandRefused(NOT_SIMULATED, f"attribute {attribute} of a {kind}")
