"""What VCS hands to an entry point on its command line, in both of its dialects.

VCS 4.x passes the values of ArgList by position: a scalar is one argument, a list is a count and its elements. VCS 5.0
and later pass `name count value...` for each attribute (reference vcs.md 1.3). In front stands the resource's name and,
for clean, the reason; behind it, for actions, the number of action arguments and these.

The type declares `str VolIds{}`, which by the grammar is an association although the manual calls it a keylist. VCS may
therefore pass the ids alone, or each id with a value that means nothing, or the other way round.

Rule 1: values are data. None is ever part of a shell command, an option, or a file name of the agent's own; what cannot
be meant (control characters, a leading dash) is refused where it enters.
Rule 2: an error names the attribute, the value and the form that is expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, List, Mapping, Sequence, Tuple

from .errors import ConfigError
from .names import is_count, is_safe_name

SCALARS = ("DSCliHome", "HMC1", "HMC2", "User", "PasswdFile", "LocalStorageImageID", "RemoteStorageImageID")
VOLUMES = "VolIds"
OPTIONAL = ("RemoteHMC1", "RemoteHMC2", "SplitTakeover", "SwapRoles", "ResetReserve", "LateCommandLimit")
"""What later types have behind VolIds. A type without them has the defaults, which are the manual's behaviour."""
ARG_LIST = (*SCALARS, VOLUMES, *OPTIONAL)
LATE_COMMAND_S = 900
LATE_COMMAND_MAX_S = 86_400
VALUES_MAX = 425
"""The most values that VCS passes to one entry point (reference vcs.md 1.3)."""
DS_CLI_HOME = "/opt/ibm/dscli"

_IMAGE = re.compile(r"[A-Z]{3}\.[0-9]{4}-[0-9A-Z]{7}")
_VOLUME = re.compile(r"(?:(?P<image>[A-Z]{3}\.[0-9]{4}-[0-9A-Z]{7})/)?(?P<id>[0-9A-Fa-f]{4})")
_RANGE = re.compile(r"[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}")
_HOST = re.compile(r"[0-9A-Za-z][0-9A-Za-z.:_%-]{0,254}")
_USER = re.compile(r"[0-9A-Za-z_][0-9A-Za-z._@\\-]{0,63}")
_COUNT = re.compile(r"[0-9]{1,4}")
_LABEL = re.compile(r"[0-9A-Za-z_]{0,3}")
"""What may stand beside a volume id in an association: nothing, or something too short to be an id itself."""


@dataclass(frozen=True)
class Attributes:
    """The resource's attributes, checked. Volume ids are 4 upper-case hex digits, sorted, without duplicates."""

    ds_cli_home: str
    hmcs: Tuple[str, ...]
    user: str
    password_file: str
    local_image: str
    remote_image: str
    volumes: Tuple[str, ...]
    remote_hmcs: Tuple[str, ...] = ()
    """Consoles of the far array; where none is named they are learned from the systems that hang on it."""
    split_takeover: bool = True
    """Act where the far array cannot be asked (the manual's rule), or refuse until a person says `takeover`."""
    swap_roles: bool = True
    """Whether an online reverses the direction of the copy by itself."""
    reset_reserve: bool = False
    """Whether commands that start a copy carry -resetreserve."""
    late_command_s: float = LATE_COMMAND_S
    """So long after it was sent a command without an answer may still be carried out."""


@dataclass(frozen=True)
class Invocation:
    """An entry point's command line, taken apart but not yet checked beyond the resource's name."""

    resource: str
    clean_reason: str
    values: Tuple[str, ...]
    takes_action_arguments: bool


def parse_invocation(entry: str, arguments: Sequence[str], *, is_action: bool) -> Invocation:
    """Take the command line apart. Raises ConfigError for a resource name that cannot be one."""
    resource = arguments[0] if arguments else ""
    if not is_safe_name(resource):
        raise ConfigError("resource name", resource, "letters, digits, '_', '-' or '.', not starting with '-' or '.'")
    # clean is told its reason, info its operation; info does the same whichever it is.
    skipped = 2 if entry in ("clean", "info") else 1
    reason = arguments[1] if entry == "clean" and len(arguments) > 1 else ""
    return Invocation(resource, reason, tuple(arguments[skipped:]), is_action)


def parse_attributes(invocation: Invocation) -> Attributes:
    """The checked attributes of an invocation. Raises ConfigError."""
    values = list(invocation.values)
    if len(values) > VALUES_MAX + (1 if invocation.takes_action_arguments else 0):
        raise ConfigError(VOLUMES, f"{len(values)} values", f"at most {VALUES_MAX} values for all attributes together")
    raw, rest = _split_named(values) if _is_named(values) else _split_positional(values)
    if rest and not invocation.takes_action_arguments:
        raise ConfigError("ArgList", rest[0], f"nothing behind the values of {', '.join(ARG_LIST)}")
    return check_attributes({name: raw.get(name, []) for name in ARG_LIST})


def action_arguments(invocation: Invocation) -> Tuple[str, ...]:
    """What the caller of an action passed to it. Raises ConfigError."""
    values = list(invocation.values)
    _, rest = _split_named(values) if _is_named(values) else _split_positional(values)
    if not rest:
        return ()
    return tuple(rest[1 : 1 + _count("ActionArgs", rest[0], len(rest) - 1)])


def _is_named(values: Sequence[str]) -> bool:
    return len(values) > 1 and values[0] in ARG_LIST and _COUNT.fullmatch(values[1]) is not None


def _split_positional(values: List[str]) -> Tuple[Dict[str, List[str]], List[str]]:
    """VCS 4.x: scalars in the order of ArgList, the number of volumes and the volumes, the optional attributes."""
    if len(values) <= len(SCALARS):
        raise ConfigError("ArgList", f"{len(values)} values", f"a value for each of {', '.join(ARG_LIST)}")
    raw = {name: [values[at]] for at, name in enumerate(SCALARS)}
    at = len(SCALARS)
    count = _count(VOLUMES, values[at], len(values) - at - 1)
    raw[VOLUMES] = values[at + 1 : at + 1 + count]
    rest = values[at + 1 + count :]
    if len(rest) < len(OPTIONAL) or _COUNT.fullmatch(rest[0]):
        # A type without the optional attributes; what stands here is the number of an action's arguments.
        return raw, rest
    raw.update((name, [rest[at]]) for at, name in enumerate(OPTIONAL))
    return raw, rest[len(OPTIONAL) :]


def _split_named(values: List[str]) -> Tuple[Dict[str, List[str]], List[str]]:
    """VCS 5.0 and later: name, count, values. Names we do not know belong to a later type; they are skipped."""
    raw: Dict[str, List[str]] = {}
    at = 0
    while at < len(values) and _COUNT.fullmatch(values[at]) is None:
        name = values[at]
        if name in raw:
            raise ConfigError(name, "given twice", "each attribute once")
        if at + 1 == len(values):
            raise ConfigError(name, "", "the number of its values, then the values")
        count = _count(name, values[at + 1], len(values) - at - 2)
        raw[name] = values[at + 2 : at + 2 + count]
        at += 2 + count
    return raw, values[at:]


def split_values(
    values: List[str], scalars: Sequence[str], lists: Sequence[str], optional: Sequence[str]
) -> Dict[str, List[str]]:
    """The values of another type's ArgList by name, in either dialect. Raises ConfigError."""
    if _is_named(values):
        return _split_named(values)[0]
    raw: Dict[str, List[str]] = {}
    at = 0
    for name in (*scalars, *lists, *optional):
        if at >= len(values):
            raise ConfigError("ArgList", f"{len(values)} values", f"a value for each attribute, {name} too")
        count = _count(name, values[at], len(values) - at - 1) if name in lists else 1
        at += 1 if name in lists else 0
        raw[name] = values[at : at + count]
        at += count
    return raw


def _count(name: str, text: str, available: int) -> int:
    if _COUNT.fullmatch(text) is None or int(text) > available:
        raise ConfigError(name, text, f"the number of its values, at most the {available} that follow")
    return int(text)


def check_attributes(raw: Mapping[str, List[str]]) -> Attributes:
    """The attributes in raw values by name; what a type does not have has its default. Raises ConfigError."""
    one = {name: _scalar(name, raw[name]) for name in SCALARS}
    home = _path("DSCliHome", one["DSCliHome"] or DS_CLI_HOME)
    hmcs = [_match("HMC1", one["HMC1"], _HOST, "an IP address or host name")]
    if one["HMC2"]:
        hmcs.append(_match("HMC2", one["HMC2"], _HOST, "an IP address or host name, or nothing"))
    user = _match("User", one["User"], _USER, "a DS CLI user name")
    password_file = _path("PasswdFile", one["PasswdFile"])
    local = _image("LocalStorageImageID", one["LocalStorageImageID"])
    remote = _image("RemoteStorageImageID", one["RemoteStorageImageID"])
    if local == remote:
        raise ConfigError("RemoteStorageImageID", remote, "another storage image than LocalStorageImageID")
    volumes = _volumes(raw[VOLUMES], local)
    more = {name: _scalar(name, raw.get(name, [])) for name in OPTIONAL}
    far = [
        _match(name, more[name], _HOST, "an IP address or host name, or nothing") for name in OPTIONAL[:2] if more[name]
    ]
    return Attributes(
        home,
        tuple(dict.fromkeys(hmcs)),
        user,
        password_file,
        local,
        remote,
        volumes,
        tuple(dict.fromkeys(far)),
        _switch("SplitTakeover", more["SplitTakeover"], default=True),
        _switch("SwapRoles", more["SwapRoles"], default=True),
        _switch("ResetReserve", more["ResetReserve"], default=False),
        _seconds("LateCommandLimit", more["LateCommandLimit"]),
    )


def _switch(name: str, value: str, *, default: bool) -> bool:
    if value not in ("", "0", "1"):
        raise ConfigError(name, value, "0 or 1")
    return default if value == "" else value == "1"


def _seconds(name: str, value: str) -> float:
    if value == "":
        return LATE_COMMAND_S
    if not is_count(value) or int(value) > LATE_COMMAND_MAX_S:
        raise ConfigError(name, value, f"seconds, 0 to {LATE_COMMAND_MAX_S}")
    return float(value)


def _scalar(name: str, values: List[str]) -> str:
    if len(values) > 1:
        raise ConfigError(name, " ".join(values), "one value")
    value = values[0] if values else ""
    if not value.isprintable():
        raise ConfigError(name, value, "a value without control characters")
    return value


def _match(name: str, value: str, form: "re.Pattern[str]", expected: str) -> str:
    if form.fullmatch(value) is None:
        raise ConfigError(name, value, expected)
    return value


def _image(name: str, value: str) -> str:
    return _match(name, value, _IMAGE, "manufacturer, type and serial number, for example IBM.2107-75FA120")


def _path(name: str, value: str) -> str:
    if not value.startswith("/") or ".." in value.split("/"):
        raise ConfigError(name, value, "an absolute path")
    return value.rstrip("/") or "/"


def _volumes(elements: List[str], local_image: str) -> Tuple[str, ...]:
    ids = [volume_id(element, local_image) for element in _ids_of_association(elements) if element]
    if not ids:
        raise ConfigError(VOLUMES, "", "the ids of at least one volume, for example { 1260, 1261 }")
    return tuple(sorted(set(ids)))


def _ids_of_association(elements: List[str]) -> List[str]:
    """The volume ids among the elements: all of them, or one of each two where VCS passed an association."""
    keys, values = elements[0::2], elements[1::2]
    if len(keys) == len(values) and not all(map(_VOLUME.fullmatch, elements)):
        for ids, others in ((keys, values), (values, keys)):
            if all(map(_VOLUME.fullmatch, ids)) and all(map(_LABEL.fullmatch, others)):
                return ids
    return elements


def volume_id(text: str, local_image: str) -> str:
    """A volume id in 4 upper-case hex digits. Raises ConfigError."""
    match = _VOLUME.fullmatch(text)
    if match is None:
        hint = (
            "one id for each volume, not a range" if _RANGE.fullmatch(text) else "4 hex digits, or image/4 hex digits"
        )
        raise ConfigError(VOLUMES, text, hint)
    if match["image"] not in (None, local_image):
        raise ConfigError(VOLUMES, text, f"volumes of LocalStorageImageID {local_image}")
    volume = match["id"].upper()
    if volume.startswith("FF"):
        raise ConfigError(VOLUMES, text, "a volume of LSS 00 to FE")
    return volume
