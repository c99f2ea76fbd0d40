"""The words of VCS: which may stand without quotes, and which attributes its objects have.

The lists serve to recognise what an administrator meant. They are not complete for every release, so an attribute that
they lack is a warning, never an error. Source: reference vcs.md 1.5, 2.1, 2.4, 2.5, 4.2.
"""

from __future__ import annotations

import re

BARE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
DIGITS = re.compile(r"-?[0-9]+")
BARE_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,9}")

INTEGER_RANGE = range(-(2**31), 2**31)
"""Integers of VCS have 32 bits."""


def listed(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


RESERVED = listed("""
    action after before boolean cluster condition event false firm global group hard heartbeat i18nstr include
    int keylist local offline online remote remotecluster requires resource set soft start static stop str
    system temp type Heartbeat VCSShm
""")
"""Keywords, which a name can only be in quotes."""


def is_bare(text: str) -> bool:
    """Whether a name or value may stand without quotes."""
    if BARE_INTEGER.fullmatch(text):
        return int(text) in INTEGER_RANGE
    return BARE_NAME.fullmatch(text) is not None and text not in RESERVED


def may_be_read_bare(text: str) -> bool:
    """Whether VCS reads it without quotes: as `is_bare`, and digits with leading zeros, as in a volume id `0100`."""
    return DIGITS.fullmatch(text) is not None or BARE_NAME.fullmatch(text) is not None


STATIC_ATTRIBUTES = listed("""
    ActionTimeout AgentClass AgentDirectory AgentFailedOn AgentFile AgentPriority AgentReplyTimeout
    AgentStartTimeout ArgList AttrChangedTimeout CleanRetryLimit CleanTimeout CloseTimeout ConfInterval
    ContainerOpts EPClass EPPriority ExternalStateChange FaultOnMonitorTimeouts FaultPropagation FireDrill IMF
    IMFRegList InfoInterval InfoTimeout IntentionalOffline LevelTwoMonitorFreq LogDbg LogFileSize
    MonitorInterval MonitorStatsParam MonitorTimeout NumThreads OfflineMonitorInterval OfflineTimeout
    OfflineWaitLimit OnlineClass OnlinePriority OnlineRetryLimit OnlineTimeout OnlineWaitLimit OpenTimeout
    Operations RegList RestartLimit ScriptClass ScriptPriority SourceFile SupportedActions SupportedOperations
    ToleranceLimit TypeOwner
""")
"""Attributes of every type; most of them can be overridden in a resource."""

NOT_OVERRIDABLE = listed("AgentFile AgentReplyTimeout AgentStartTimeout ArgList")
"""Static attributes that a resource cannot set for itself."""

RESOURCE_ATTRIBUTES = listed("""
    AutoStart ComputeStats ConfidenceLevel Critical Enabled Flags MonitorMethod MonitorOnly ResourceInfo
    ResourceOwner ResourceRecipients TriggerEvent TriggerPath TriggerResRestart TriggerResStateChange
    TriggersEnabled
""")
"""Attributes that a resource of any type has."""

GROUP_ATTRIBUTES = listed("""
    AdministratorGroups Administrators Authority AutoDisabled AutoFailOver AutoRestart AutoStart AutoStartIfPartial
    AutoStartList AutoStartPolicy ClusterFailOverPolicy ClusterList ContainerInfo DisableFaultMessages Enabled Evacuate
    EvacuatingForCluster ExtMonApp ExtMonArgs FailOverPolicy FaultPropagation Frozen GroupOwner GroupRecipients Guests
    IntentionalOnlineList Load ManageFaults ManualOps NumRetries OnlineClearParent OnlineRetryInterval
    OnlineRetryLimit OperatorGroups Operators Parallel PreOffline PreOnline PreOnlineTimeout PreSwitch PreSwitchTimeout
    PreonlineTimeout Prerequisites PrintTree Priority ProPCV Restart SourceFile SysDownPolicy SystemList
    SystemZones TFrozen Tag TriggerEvent TriggerPath TriggerResFault TriggerResRestart TriggerResStateChange
    TriggersEnabled TypeDependencies UserAssoc UserIntGlobal UserStrGlobal VCSi3Info
""")

SYSTEM_ATTRIBUTES = listed("""
    Capacity CPUBinding CPUThresholdLevel CPUUsageMonitoring ConnectorState CurrentLimits DiskHbStatus
    DynamicLoad EngineRestarted Frozen GUIIPAddr HostMonitor HostUtilization LicenseType Limits LinkHbStatus
    LLTNodeId LoadTimeThreshold LoadWarningLevel NoAutoDisable NodeId OnGrpCnt ShutdownTimeout SourceFile
    SwapThresholdLevel SysInfo SysName SysState SystemLocation SystemOwner SystemRecipients TFrozen TriggerEvent
    UpDownState UserInt VCSFeatures
""")

CLUSTER_ATTRIBUTES = listed("""
    AdministratorGroups Administrators AutoAddSystemToCSG AutoStartTimeout BackupInterval CID ClusState ClusterAddress
    ClusterLocation ClusterName ClusterOwner ClusterRecipients ClusterTime ClusterUUID CompareRSM ConnectorState
    CounterInterval CounterMissAction CounterMissTolerance CredRenewFrequency CrossCluster DefaultGuestAccess
    DumpingMembership EngineClass EnginePriority EngineShutdown FipsMode GlobalCounter GlobalCounterInterval
    Guests GroupLimit HacliUserLevel HostAvailabilityForecast HostAvailabilityMeters HostMeters LockMemory
    LogClusterUUID LogSize MajorVersion MaxFactor MinorVersion MeterControl MeterRecord MeterUnit MeterWeight
    Notifier OperatorGroups Operators PanicOnNoMem PrintMsg PrintTree ProcessClass ProcessPriority ResourceLimit
    SecInfo SecureClus SiteAware SourceFile Stewards SystemRebootAction TypeLimit UseFence UserNames VCSFeatures
    VCSMode VCSi3Info WACPort
""")

REMOTE_CLUSTER_ATTRIBUTES = listed("""
    Administrators CID ClusState ClusterAddress ClusterName ClusterOwner ConnectTimeout DeclaredState Guests
    MajorVersion MinorVersion Operators PrivilegedUsers RemoteConnectInterval SocketTimeout SourceFile WACPort
""")

HEARTBEAT_ATTRIBUTES = listed("""
    AYAInterval AYARetryLimit AYATimeout AgentState Arguments CleanTimeOut ClusterList InitTimeout LogDbg
    StartTimeout State StopTimeout
""")
