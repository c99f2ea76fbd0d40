"""What real main.cf files have and the usual random site has not: sites from seed UNUSUAL on are changed by this.

Rule: a change keeps the site valid and its mirror healthy, so that every shipped drill holds there, too, or does not
apply. The sites below UNUSUAL stay what they are, and figures of one release can be compared with those of the next.
"""

from __future__ import annotations

import re
from random import Random

from tests.random_sites.stacks import resource

UNUSUAL = 200
"""The first seed of a site that is unusual."""
OF_CLUSTER = (
    "Administrators = { admin, boss }",
    "CounterInterval = 5",
    "CredRenewFrequency = 0",
    "HacliUserLevel = COMMANDROOT",
    "AutoStartTimeout = 150",
    "EngineShutdown = PromptClusStop",
    "SecureClus = 1",
    "UserNames = { admin = dopHo }",
)
OF_GROUP = (
    'UserStrGlobal = "tier 1"',
    "UserIntGlobal = 7",
    "OnlineClearParent = 0",
    "IntentionalOnlineList = { }",
    "TriggerResStateChange = 1",
    "TriggerResFault = 1",
    "PreOnlineTimeout = 300",
    "ClearClusDown = 0",
    "Prerequisites = { }",
)
OF_MIRROR = (
    "MonitorInterval = 15",
    "MonitorInterval = 30",
    "MonitorInterval = 900",
    "OfflineMonitorInterval = 60",
    "ToleranceLimit = 2",
    "OnlineRetryLimit = 2",
    "OfflineTimeout = 90",
    "CleanRetryLimit = 3",
    "MonitorTimeout = 300",
    "OnlineWaitLimit = 3",
    "FaultOnMonitorTimeouts = 0",
    "NumThreads = 5",
    "LogDbg = { DBG_1, DBG_2 }",
)
MORE_TYPES = ("VVRTypes", "CRSResource", "PrivNIC", "MultiPrivNIC", "SRDFTypes")


def unusual(chance: Random, text: str) -> str:
    """A main.cf with some of all that an administrator may have written differently."""
    for change, share in (
        (more_types, 0.5),
        (cluster_attributes, 0.5),
        (odd_priorities, 0.5),
        (group_attributes, 0.4),
        (mirror_attributes, 0.5),
        (beside_the_stack, 0.6),
        (for_each_host, 0.3),
        (dependencies_first, 0.3),
        (by_hand, 0.4),
        (fenced, 0.25),
        (stewarded, 0.2),
        (other_layout, 0.5),
    ):
        if chance.random() < share:
            text = change(chance, text)
    return text


def more_types(chance: Random, text: str) -> str:
    """Type files that are included and of which nothing is used, some in quotes with a path."""
    found = "".join(f'include "{name}.cf"\n' for name in chance.sample(MORE_TYPES, 2))
    return text.replace("\ncluster ", f"{found}\ncluster ", 1)


def cluster_attributes(chance: Random, text: str) -> str:
    """What else stands with the cluster."""
    have = text.partition("\n\t)")[0]
    lines = [f"\t{line}\n" for line in chance.sample(OF_CLUSTER, 3) if line.split()[0] not in have]
    return re.sub(r"(?m)^cluster \S+ \(\n", lambda found: found[0] + "".join(lines), text, count=1)


def fenced(_: Random, text: str) -> str:
    """I/O fencing: coordinator disks at both arrays and in a third place, or all at the array of the cluster."""
    return re.sub(r"(?m)^cluster \S+ \(\n", "\\g<0>\tUseFence = SCSI3\n", text, count=1)


def stewarded(_: Random, text: str) -> str:
    """A Steward in a third place, which clusters ask when they do not hear each other."""
    lines = "\tClusterAddress = "
    return text.replace(lines, f'\tStewards = {{ "203.0.113.7" }}\n{lines}', 1) if "remotecluster" in text else text


def odd_priorities(chance: Random, text: str) -> str:
    """Numbers of SystemList with gaps or not from 0 on, the same in all groups; systems not in the order of these."""
    first, step, is_turned = chance.choice((0, 1, 5)), chance.choice((1, 10)), chance.random() < 0.5

    def listed(found: re.Match[str]) -> str:
        pairs = [pair.split(" = ") for pair in found[1].split(", ")]
        numbered = [f"{host} = {first + step * int(number)}" for host, number in pairs]
        return f"SystemList = {{ {', '.join(reversed(numbered) if is_turned else numbered)} }}"

    return re.sub(r"SystemList = \{ (.*?) \}", listed, text)


def group_attributes(chance: Random, text: str) -> str:
    """Attributes of groups that change nothing of where they go."""
    line = chance.choice(OF_GROUP)
    return re.sub(r"(?m)^(\tAutoStartList = .*\n)", rf"\g<1>\t{line}\n", text)


def mirror_attributes(chance: Random, text: str) -> str:
    """Static attributes of MetroMirror resources beside those that are usual: very short and very long times."""
    lines = chance.sample(OF_MIRROR, 2)
    parts = re.split(r"(?ms)(^\tMetroMirror \S+ \(\n.*?^\t\t\)\n)", text)
    for number in range(1, len(parts), 2):
        taken = {line.split()[0] for line in parts[number].splitlines() if " = " in line}
        by_name = {line.split()[0]: line for line in lines}
        own = [line for name, line in by_name.items() if name not in taken]
        parts[number] = parts[number].removesuffix("\t\t)\n") + "".join(f"\t\t{line}\n" for line in own) + "\t\t)\n"
    return "".join(parts)


def beside_the_stack(chance: Random, text: str) -> str:
    """A resource in each mirrored group that stands on nothing, is not critical or not enabled."""
    kind = chance.choice(("disabled", "flag", "dns", "watched"))
    number = 0

    def added(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        name = f"extra{number}"
        return {
            "disabled": resource("Application", name, 'StartProgram = "/opt/x/start"', "Enabled = 0", "Critical = 0"),
            "flag": resource("FileOnOff", name, f'PathName = "/var/run/{name}"', "Critical = 0"),
            "dns": resource("DNS", name, 'Domain = "example"', "TTL = 600", "Critical = 0"),
            "watched": resource("ProcessOnOnly", name, 'PathName = "/usr/sbin/crond"', "Critical = 0"),
        }[kind] + found[0]

    return re.sub(r"(?m)^\tMetroMirror \S+_mm \(", added, text)


def for_each_host(_: Random, text: str) -> str:
    """The cards of addresses, for each host: `Device @host`, as where machines differ."""

    def localised(group: re.Match[str]) -> str:
        hosts = [pair.split(" = ")[0] for pair in group[1].split(", ")]
        lines = "".join(f"\t\tDevice @{host} = eth{number}\n" for number, host in enumerate(hosts))
        return group[0].replace("\t\tDevice = eth0\n", lines)

    return re.sub(r"(?ms)^group \S+ \(\n\tSystemList = \{ ([^}]*) \}\n.*?(?=^group |\Z)", localised, text)


def dependencies_first(_: Random, text: str) -> str:
    """What requires what stands above the resources, which stand in the other order."""
    parts = re.split(r"(?m)^(?=group )", text)
    for number, part in enumerate(parts[1:], start=1):
        head, _, rest = part.partition("\n\t)\n")
        lines = re.findall(r"(?m)^\t\S+ requires \S+\n", rest)
        resources = re.findall(r"(?ms)^\t\w+ [\w-]+ \(\n.*?^\t\t\)\n", rest)
        if needed := re.search(r"(?m)^\trequires group .*\n", rest):
            lines.insert(0, needed[0])
        parts[number] = f"{head}\n\t)\n\n{''.join(lines)}\n" + "\n".join(reversed(resources)) + "\n"
    return "".join(parts)


def by_hand(chance: Random, text: str) -> str:
    """What people write and VCS reads: comments behind values and of odd characters, quotes, one line for a block."""
    text = re.sub(r"(?m)^(\t\tPasswdFile = .*)$", r'\1 // "not the ( old } one', text)
    text = re.sub(r"(?m)^(\tAutoStartList = .*)$", "\t//AutoStartList = { nobody }\n\\1", text)
    text = re.sub(r"(?m)^(\tFailOverPolicy = )(\w+)$", r'\1"\2"', text)
    text = re.sub(r"(?m)^system (\S+) \(\n\t\)$", r"system \1 ( )", text)
    return re.sub(r"(VolIds[^=]*= \{ [^,}]*,)", "\\1\n\t\t\t", text) if chance.random() < 0.5 else text


def other_layout(chance: Random, text: str) -> str:
    """Comments as VCS writes them, blanks for tabs, Windows' line ends."""
    text = re.sub(r"(?m)^(group \S+ \()", "\n\t// resource dependency tree\n\t//\n\t//\tgroup\n\n\\1", text)
    if chance.random() < 0.5:
        text = text.replace("\t", "    ")
    return text.replace("\n", "\r\n") if chance.random() < 0.3 else text
