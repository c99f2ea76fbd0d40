"""MetroMirror resources: complete on every system, with ids that an array could have (manual, chapter 3).

The agent judges its attributes again when it runs; here the same mistakes are found before a drill begins, and with
the place in the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from mirrordrill.simulator.config.checks.subject import Subject
from mirrordrill.simulator.config.model import ListValue, Word
from mirrordrill.simulator.config.problems import Problem, error, note, warning
from mirrordrill.simulator.config.semantics import GroupModel, ResourceModel, TypeModel

TYPE_NAME = "MetroMirror"
FIRE_DRILL = "MetroMirrorSnap"

REQUIRED = ("HMC1", "User", "PasswdFile", "LocalStorageImageID", "RemoteStorageImageID", "VolIds")
"""The manual's required attributes that have no default."""

STORAGE_IMAGE_ID = re.compile(r"IBM\.[0-9]{4}-[0-9A-Z]{7}")
"""Manufacturer, type, serial. Real images end in 1 and units in 0, but the manual's own samples are units."""

VOLUME_ID = re.compile(rf"(?:({STORAGE_IMAGE_ID.pattern})/)?([0-9A-Fa-f]{{4}})")

HIGHEST_LSS = 0xFE
"""Logical subsystems are numbered 00 to FE (reference dscli.md section 7)."""

_SWITCH = (re.compile("[01]"), "0 or 1")
_CONSOLE = (re.compile(r"[0-9A-Za-z][0-9A-Za-z.:_%-]{0,254}"), "an IP address or host name")
POLICIES = {
    "RemoteHMC1": _CONSOLE,
    "RemoteHMC2": _CONSOLE,
    "SplitTakeover": _SWITCH,
    "SwapRoles": _SWITCH,
    "ResetReserve": _SWITCH,
    "LateCommandLimit": (re.compile("[0-9]{1,4}|[1-7][0-9]{4}|8[0-5][0-9]{3}|86[0-3][0-9]{2}|86400"), "0 to 86400 s"),
}
"""Optional attribute -> the form that the agent accepts, and in words."""

MAX_VALUES = 425
"""VCS passes at most so many values to an entry point (reference vcs.md 1.3)."""


def max_volumes(type_: TypeModel) -> tuple[int, int]:
    """How many values of VolIds VCS 4.x passes, and how many VCS 5.0 and later: what the type's ArgList leaves.

    4.x puts a count before the list. Since 5.0 each attribute has its name and a count before its values.
    """
    scalars = sum(1 for name in type_.arg_list if name != "VolIds")
    return MAX_VALUES - scalars - 1, MAX_VALUES - 3 * scalars - 2


def check_required(subject: Subject) -> Iterator[Problem]:
    """Every required attribute has a value on every system of the group."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        for attribute in REQUIRED:
            without = [system for system in group.systems if not resource.words(attribute, system)]
            if without:
                where = "" if len(without) == len(group.systems) else f" on {', '.join(without)}"
                message = f"MetroMirror resource {resource.name} has no {attribute}{where}"
                yield error(resource.position, message, f"{attribute} is required by the agent (manual, chapter 3)")


def check_storage_images(subject: Subject) -> Iterator[Problem]:
    """Image ids are well formed, and the two sides are different arrays."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        for system in group.systems:
            local = image(resource, "LocalStorageImageID", system)
            remote = image(resource, "RemoteStorageImageID", system)
            for word in filter(None, (local, remote)):
                if not STORAGE_IMAGE_ID.fullmatch(word.text):
                    hint = "write manufacturer, type and serial as in IBM.2107-75FA120"
                    yield error(word.position, f"{word.text!r} is not a storage image id", hint)
            if local and remote and local.text == remote.text:
                message = f"{resource.name} mirrors {local} to itself"
                yield error(remote.position, message, "RemoteStorageImageID is the array on the other side")


def check_policies(subject: Subject) -> Iterator[Problem]:
    """The optional attributes hold what the agent accepts; in a global cluster the far array can be asked."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        values = {system: {name: resource.scalar(name, system) or "" for name in POLICIES} for system in group.systems}
        given = dict.fromkeys((name, text) for its in values.values() for name, text in its.items() if text)
        for name, text in given:
            if not POLICIES[name][0].fullmatch(text):
                message = f"{name} of {resource.name} is {text!r}"
                yield error(resource.position, message, f"the agent accepts {POLICIES[name][1]}, and fails otherwise")
        asked = [system for system in group.systems if values[system]["RemoteHMC1"] or values[system]["RemoteHMC2"]]
        is_asked = len(asked) == len(group.systems) or "RemoteHMC1" not in resource.type.arg_list
        if group.attributes.words("ClusterList") and not is_asked:
            message = f"{resource.name} of the global group {group.name} has no RemoteHMC1"
            hint = "without it the far array cannot be asked when no host there lives (docs/hazards.md)"
            yield note(resource.position, message, hint)


def check_remote_consoles(subject: Subject) -> Iterator[Problem]:
    """RemoteHMC1 and RemoteHMC2 manage the far array; those of the own array know nothing of it (dscli.md 1.6)."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        consoles: dict[str, set[str]] = {}
        for system in group.systems:
            its = {resource.scalar(name, system) or "" for name in ("HMC1", "HMC2")} - {""}
            consoles.setdefault(resource.scalar("LocalStorageImageID", system) or "", set()).update(its)
        named = ((system, name) for system in group.systems for name in ("RemoteHMC1", "RemoteHMC2"))
        for system, name in named:
            local = resource.scalar("LocalStorageImageID", system) or ""
            theirs = consoles.get(resource.scalar("RemoteStorageImageID", system) or "", set())
            hmc = resource.scalar(name, system) or ""
            if hmc and hmc in consoles.get(local, set()) and hmc not in theirs:
                message = f"{name} of {resource.name} on {system} is {hmc}, a console of {local}, the local array"
                hint = "name the consoles of the array on the other side (manual, chapter 3)"
                yield warning(resource.position, message, hint)
                break


def check_array_of_group(subject: Subject) -> Iterator[Problem]:
    """The volumes of a group lie on one array of a host, as far as the simulator goes."""
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for group, resource in subject.cluster.resources(TYPE_NAME):
        for system in group.systems:
            local = resource.scalar("LocalStorageImageID", system) or ""
            name, image = first.setdefault((group.name, system), (resource.name, local))
            if local and image and local != image:
                message = f"{group.name} on {system} uses {image} ({name}) and {local} ({resource.name})"
                hint = "two arrays below one application are not simulated; the manual, chapter 1, has one on each side"
                yield warning(resource.position, message, hint)
                return


def check_fire_drills(subject: Subject) -> Iterator[Problem]:
    """A fire drill copies volumes that are mirrored, each onto a volume of its own that is not."""
    mirrored = {
        (resource.scalar("LocalStorageImageID", system), volume)
        for group, resource in subject.cluster.resources(TYPE_NAME)
        for system in group.systems
        for volume in _ids(resource, "VolIds", system)
    }
    for group, resource in subject.cluster.resources(FIRE_DRILL):
        for system in group.systems[:1]:
            local = resource.scalar("LocalStorageImageID", system)
            for name in ("VolIds", "PracticeVolIds"):
                if isinstance(value := resource.value(name, system), ListValue):
                    for item in value.items:
                        yield from id_problems(name, item.key, local)
            sources, practice = (_ids(resource, name, system) for name in ("VolIds", "PracticeVolIds"))
            if len(practice) != len(sources) or len({*sources, *practice}) < 2 * len(sources):
                message = f"{resource.name} has {len(sources)} volumes to copy and {len(practice)} to copy them to"
                yield error(resource.position, message, "PracticeVolIds: as many others, in the order of VolIds")
            for volume in sorted(set(sources)):
                if (local, volume) not in mirrored:
                    message = f"{resource.name} copies {volume} of {local}, which no MetroMirror resource mirrors"
                    yield warning(resource.position, message, "name the volumes of the MetroMirror resource")
            for volume in sorted({each for each in practice if (local, each) in mirrored}):
                message = f"{resource.name} would overwrite {volume} of {local}, which is mirrored"
                yield error(resource.position, message, "a practice volume is in no pair")


def _ids(resource: ResourceModel, name: str, system: str) -> list[str]:
    return [word.rpartition("/")[2].upper() for word in resource.words(name, system)]


def image(resource: ResourceModel, attribute: str, system: str) -> Word | None:
    """A storage image id on a system, unless there is none."""
    value = resource.value(attribute, system)
    return value if isinstance(value, Word) and value.text else None


def check_volumes(subject: Subject) -> Iterator[Problem]:
    """Volume ids are well formed, belong to the local array, stand there once, and are few enough for VCS."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        for system in group.systems:
            yield from volume_problems(group, resource, system)


def volume_problems(group: GroupModel, resource: ResourceModel, system: str) -> Iterator[Problem]:
    """The volume ids of one resource on one system."""
    value = resource.value("VolIds", system)
    if not isinstance(value, ListValue):
        return
    local = resource.scalar("LocalStorageImageID", system)
    counts: Counter[str] = Counter()
    for word in (item.key for item in value.items):
        yield from id_problems("VolIds", word, local)
        match = VOLUME_ID.fullmatch(word.text)
        if match is None:
            continue
        counts[match[2].upper()] += 1
        if counts[match[2].upper()] == 2:
            yield warning(word.position, f"{resource.name} names volume {word} twice")
    remedy = f"spread them over several resources of {group.name}"
    passed = len(value.items) * (2 if any(item.value for item in value.items) else 1)
    most, most_named = max_volumes(resource.type)
    if passed > most:
        message = f"VolIds of {resource.name} has {passed} values; VCS passes at most {most} to an entry point"
        yield error(value.position, message, remedy)
    elif passed > most_named:
        message = f"VolIds of {resource.name} has {passed} values; VCS 5.0 and later pass at most {most_named}"
        yield warning(value.position, message, remedy)


def id_problems(attribute: str, word: Word, local: str | None) -> Iterator[Problem]:
    """What the agent does not accept as the id of a volume of the local array."""
    match = VOLUME_ID.fullmatch(word.text)
    if match is None:
        yield error(word.position, f"{word.text!r} is not a volume id", volume_hint(word.text))
        return
    if match[1] is not None and match[1] != local:
        message = f"volume {word} is not on {local or 'the local array'}, which LocalStorageImageID names"
        yield error(word.position, message, f"{attribute} holds the ids of local volumes; localise it if they differ")
    if int(match[2], 16) >> 8 > HIGHEST_LSS:
        message = f"volume {word} is in LSS {match[2][:2].upper()}, which no array has"
        yield error(word.position, message, f"volumes are in LSS 00 to {HIGHEST_LSS:02X}")


def volume_hint(text: str) -> str:
    """What to write instead of a malformed volume id."""
    if re.fullmatch(r"[0-9A-Fa-f]{4}[-:][0-9A-Fa-f]{4}", text):
        return "list the volumes one by one: the agent takes neither ranges nor pairs"
    return "write four hexadecimal digits, as in 1260, or with the array in front, as in IBM.2107-75FA120/1260"
