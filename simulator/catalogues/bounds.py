"""Every number that can enter, with what it may be: the one table of bounds, and why each of them is where it is.

A number comes from a site.toml, a main.cf, an option of the command line, a variable of the
environment, a step, a capture, or the agent's attributes.
What is outside of its bounds is refused where it enters, with its place and with what it may be, before anything is
computed with it.

Rule 1: each number that enters has a row here; a test walks settings, options, parameter types and attributes.
Rule 2: a text becomes a number by `Bound.number`, which takes the digits 0 to 9 and never more than make the maximum.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

WHOLE = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
DAY_S = 86_400
YEAR_S = 366 * DAY_S
INTEGER_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Bound:
    """What a number may be: from `minimum` to `maximum`, both included, in a unit, for a reason."""

    minimum: float
    maximum: float
    unit: str
    reason: str
    is_whole: bool = True

    def holds(self, number: float) -> bool:
        """Whether the number is in it; what is no number is not."""
        return self.minimum <= number <= self.maximum

    def number(self, text: str) -> int | float | None:
        """The number that a text writes, in ASCII digits; None for any other text and for what is out of bounds."""
        if (WHOLE if self.is_whole else DECIMAL).fullmatch(text) is None:
            return None
        before = text.partition(".")[0].lstrip("-").lstrip("0")
        if len(before) > len(str(int(max(self.maximum, -self.minimum)))):
            return None
        found = int(text) if self.is_whole else float(text)
        return found if self.holds(found) else None

    def words(self) -> str:
        """`a whole number from 0 to 300 (km)`."""
        unit = f" ({self.unit})" if self.unit else ""
        return f"a {'whole ' if self.is_whole else ''}number from {self.minimum:,} to {self.maximum:,}{unit}"


def measure(minimum: float, maximum: float, unit: str, reason: str) -> Bound:
    """A number of a site.toml that may have a fraction."""
    return Bound(minimum, maximum, unit, reason, is_whole=False)


def seconds(reason: str, minimum: float = 0, maximum: float = DAY_S) -> Bound:
    """A time in a site.toml."""
    return measure(minimum, maximum, "seconds", reason)


SITE_TOML: Mapping[str, Bound] = MappingProxyType(
    {
        "link.distance_km": measure(0, 300, "km", "Metro Mirror reaches 300 km"),
        "link.write_delay_us_per_km": measure(0, 1000, "microseconds", "light needs 10; this is a hundred times"),
        "link.copy_mib_per_s": measure(1, 100_000, "MiB/s", "a copy must end; the fastest links carry less"),
        "application.writes_per_s": measure(0.001, 1_000_000, "writes", "one in a quarter of an hour, to a full array"),
        "application.working_set_mib": measure(1, 1_048_576, "MiB", "a track at least, a terabyte at most"),
        "volumes.size_gib": measure(0.001, 65_536, "GiB", "the largest volume has 16 TiB; four of them"),
        "volumes.sizes_gib": measure(0.001, 65_536, "GiB", "as volumes.size_gib"),
        "objectives.*rpo_writes": measure(0, 10**15, "writes", "more than a year of the fastest array"),
        "membership.private_links": Bound(1, 8, "links", "LLT has eight at most"),
        "membership.low_priority_links": Bound(0, 8, "links", "LLT has eight at most"),
        "membership.seed_systems": Bound(0, 64, "systems", "a cluster has 64 at most; 0 stands for all of it"),
        "wide_area.socket_timeout_s": seconds("0 would give every connection up at once", 1),
        "wide_area.connect_interval_s": seconds("0 would connect without rest", 1),
        "*.patience_s": seconds("real seconds: ten minutes are a hung script", 0.1, 600),
        "*_s": seconds("a day: what takes longer is no drill"),
    }
)  # fmt: skip
"""By table and key; the first pattern that fits is the bound."""

FLAG = Bound(0, 1, "", "it is on or off")
COUNT = Bound(0, 10_000, "", "a night has no time for more")
TIME = Bound(0, 30 * DAY_S, "seconds", "30 days: a drill of a year shows nothing that a shorter one does not")
WAIT = Bound(1, DAY_S, "seconds", "0 would wait for nothing; what takes a day is no drill")
INTEGER = Bound(-(2**31), INTEGER_MAX, "", "VCS keeps it in 32 bits")
STATICS: Mapping[str, Bound] = MappingProxyType(
    {
        "MonitorInterval": Bound(1, TIME.maximum, "seconds", "what is online is monitored, and again and again"),
        **dict.fromkeys(("OfflineMonitorInterval", "ConfInterval", "InfoInterval"), TIME),
        **dict.fromkeys(
            (
                "ActionTimeout", "AgentReplyTimeout", "AgentStartTimeout", "AttrChangedTimeout", "CleanTimeout",
                "CloseTimeout", "InfoTimeout", "MonitorTimeout", "OfflineTimeout", "OnlineTimeout", "OpenTimeout",
            ),
            TIME,
        ),
        **dict.fromkeys(
            (
                "CleanRetryLimit", "FaultOnMonitorTimeouts", "IntentionalOffline", "OfflineWaitLimit",
                "OnlineRetryLimit", "OnlineWaitLimit", "RestartLimit", "ToleranceLimit",
            ),
            COUNT,
        ),
        "NumThreads": Bound(1, 256, "threads", "VCS 4.1 allows 30; a site has no use for more"),
    }
)  # fmt: skip
"""Static attributes of a resource type, and of a resource that overrides them."""
MAIN_CF: Mapping[str, Mapping[str, Bound]] = MappingProxyType(
    {
        "cluster": MappingProxyType({"AutoStartTimeout": TIME}),
        "remotecluster": MappingProxyType({"SocketTimeout": TIME, "RemoteConnectInterval": TIME}),
        "heartbeat": MappingProxyType(
            {"AYAInterval": TIME, "AYARetryLimit": COUNT, "AYATimeout": TIME}
        ),
        "system": MappingProxyType({"Capacity": INTEGER, "Frozen": FLAG}),
        "group": MappingProxyType(
            {
                "AutoFailOver": Bound(0, 2, "", "VCS knows three values"),
                "Parallel": Bound(0, 2, "", "VCS knows three values"),
                "Load": Bound(0, INTEGER_MAX, "", "VCS keeps it in 32 bits"),
                "OnlineRetryInterval": TIME,
                "OnlineRetryLimit": COUNT,
                "PreonlineTimeout": TIME,
                **dict.fromkeys(
                    (
                        "Authority", "AutoStart", "AutoStartIfPartial", "Evacuate", "FaultPropagation", "Frozen",
                        "ManualOps", "PreOnline",
                    ),
                    FLAG,
                ),
            }
        ),
        "resource": MappingProxyType({**dict.fromkeys(("AutoStart", "Critical", "Enabled"), FLAG), **STATICS}),
        "MetroMirror": MappingProxyType(
            {
                **dict.fromkeys(("SplitTakeover", "SwapRoles", "ResetReserve"), FLAG),
                "LateCommandLimit": Bound(0, DAY_S, "seconds", "the agent's own limit: a day"),
            }
        ),
    }
)  # fmt: skip
"""By the keyword of the object, or the type of the resource, and the attribute. Other integers have 32 bits."""

SEED = Bound(0, 10**18 - 1, "", "results files and counter-examples keep it in 18 digits")
JOBS = Bound(1, 256, "processes", "each takes 100 MB; more than a machine has processors only wait")
PACE = Bound(
    0.001, 1_000_000, "simulated seconds in a real one", "slower is standstill, faster is `fast`", is_whole=False
)
OPTIONS: Mapping[str, Bound] = MappingProxyType(
    {
        "--seed": SEED,
        "--night": SEED,
        "--runs": Bound(1, 10**12, "runs", "a thousand nights a second for thirty years"),
        "--every": Bound(1, 1_000_000, "points", "no situation has more"),
        "--jobs": JOBS,
        "--pace": PACE,
        "--port": Bound(0, 65_535, "", "a port of TCP"),
        "--for": Bound(0, YEAR_S, "seconds", "a year of real time", is_whole=False),
    }
)
"""By the option, whatever command has it."""

COLUMNS = Bound(1, 9_999, "columns", "the widest wall of screens has a thousand; anything else is taken for not set")
ROWS = Bound(1, 9_999, "lines", "as columns")
ENVIRONMENT: Mapping[str, Bound] = MappingProxyType(
    {
        "COLUMNS": COLUMNS,
        "LINES": ROWS,
        "TERMINAL_WIDTH": COLUMNS,
        "JUPYTER_COLUMNS": COLUMNS,
        "JUPYTER_LINES": ROWS,
    }
)
"""Variables of the environment that are numbers: what prints help and tables reads the last three."""

STEPS: Mapping[str, Bound] = MappingProxyType(
    {
        "duration": Bound(0, YEAR_S, "seconds", "a year with its leap day shows everything", is_whole=False),
        "count": Bound(0, 10**12, "", "more writes, tracks or volumes than a drill of a year can have"),
        "number": Bound(0, 10**12, "", "as a count", is_whole=False),
        "percent": Bound(0, 100, "%", "more than everything", is_whole=False),
    }
)
"""By the parameter type of the place in the sentence."""

CAPTURE: Mapping[str, Bound] = MappingProxyType(
    {"cap_blocks": Bound(1, 999_999_999_999_999, "blocks of 512 bytes", "450 PiB; a volume has 16 TiB")}
)
"""Figures of captures that are used."""

AGENT: Mapping[str, Bound] = MappingProxyType(
    {
        "LateCommandLimit": MAIN_CF["MetroMirror"]["LateCommandLimit"],
        "limits": Bound(0, 3600, "seconds", "an hour; 0 itself is refused", is_whole=False),
        "ActionTimeout": Bound(1, 99_999, "seconds", "a day; anything else is taken for no answer"),
        "values": Bound(0, 425, "values", "what VCS passes to an entry point"),
    }
)
"""What the agent, which imports nothing of this, refuses by itself."""


def of_key(path: str) -> Bound | None:
    """The bound of a key of site.toml, `link.distance_km`; None where there is none."""
    return next((bound for pattern, bound in SITE_TOML.items() if fnmatch.fnmatchcase(path, pattern)), None)


def of_attribute(keyword: str, name: str) -> Bound | None:
    """The bound of an attribute: of an object of that keyword, else of a resource of that type; None for any other."""
    if keyword in MAIN_CF and name in MAIN_CF[keyword]:
        return MAIN_CF[keyword][name]
    is_object = keyword in {"cluster", "remotecluster", "heartbeat", "system", "group"}
    return None if is_object else MAIN_CF["resource"].get(name)


def option(name: str) -> dict[str, Any]:
    """`min` and `max` of an option, as the command line takes them."""
    bound = OPTIONS[name]
    return {"min": bound.minimum, "max": bound.maximum}


ABOUT = """# What a number may be

Every number that enters, where it enters, from which to which value, and why. What is out of bounds is refused with its
place and with what may stand there; a variable of the environment counts as not set then. Printed from
`simulator/catalogues/bounds.py`; a test walks the keys of site.toml,
the attributes that are read of a main.cf, the options of all commands and the parameter types of steps, so that no
number without a bound is added.

A file cannot be too large either: [reliability.md](reliability.md) has those bounds, and those of waits.
"""
PLACES: tuple[tuple[str, Mapping[str, Bound]], ...] = (
    ("site.toml", SITE_TOML),
    *((f"main.cf: {keyword}", table) for keyword, table in MAIN_CF.items()),
    ("Options of commands", OPTIONS),
    ("Environment", ENVIRONMENT),
    ("Steps", STEPS),
    ("Captures", CAPTURE),
    ("What the agent refuses by itself", AGENT),
)


def as_markdown() -> str:
    """The table for readers."""
    parts = [ABOUT]
    for title, table in PLACES:
        parts.append(f"## {title}\n")
        rows = [f"| `{name}` | {bound.words()} | {bound.reason} |" for name, bound in table.items()]
        parts.append("\n".join(["| number | what it may be | why |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)
