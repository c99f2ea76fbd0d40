"""Data tables below a step: what they may hold, and how they are compared with the expect.

The first row names the columns. A cell that is left empty says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from mirrordrill.drills.run.expectations import Expectations, UsageError
from mirrordrill.drills.steps.names import SiteNames
from mirrordrill.drills.steps.wording import reason, state
from mirrordrill.simulator.site.site import Site
from mirrordrill.simulator.world import World

Table: TypeAlias = Sequence[Sequence[str]]
Row: TypeAlias = dict[str, str]
NAMED = ("host", "group", "array", "volume")
"""Columns whose cells must be names of the site."""
GROUP_STATES = frozenset({"ONLINE", "OFFLINE", "PARTIAL", "STARTING", "STOPPING", "FAULTED", "UNKNOWN"})
"""The engine's words for the state of a group on a system, as `Expectations.group_state` gives them."""


class TableHeadError(UsageError):
    """A table that cannot be read at all: what its first row says, or that it is the only one."""


def read_table(table: Table, needs: Sequence[str], may: Sequence[str], names: SiteNames) -> list[Row]:
    """The rows by column. Raises TableHeadError for columns that are missing or unknown, UsageError for names."""
    head, *body = [[cell.strip() for cell in row] for row in table]
    missing = [column for column in needs if column not in head]
    unknown = [column for column in head if column not in (*needs, *may)]
    if missing or unknown or not body:
        what = f"no column {missing[0]}" if missing else f"an unknown column {unknown[0]}" if unknown else "no rows"
        optional = f", and may have {', '.join(may)}" if may else ""
        raise TableHeadError(f"the table has {what}; it needs {', '.join(needs)}{optional}")
    rows = [dict(zip(head, row, strict=True)) for row in body]
    for row in rows:
        row |= {column: names.find(column, row[column]) for column in NAMED if row.get(column)}
        if row.get("state") and "volume" in row:
            row["state"] = state(row["state"])
        if row.get("reason"):
            row["reason"] = reason(row["reason"])
        if empty := [column for column in needs if not row[column]]:
            raise UsageError(f"a row of the table says nothing about {empty[0]}")
    return rows


def volume_rows(table: Table, names: SiteNames) -> list[Row]:
    """The rows of a table of `host`, `volume`, `state` and perhaps `reason`. Raises UsageError."""
    rows = read_table(table, ("host", "volume", "state"), ("reason",), names)
    for row in rows:
        image_of(names.site, row["host"], row["volume"])
    return rows


def group_rows(table: Table, names: SiteNames) -> list[Row]:
    """The rows of a table of `group`, `host` and `state`. Raises UsageError."""
    rows = read_table(table, ("group", "host", "state"), (), names)
    for row in rows:
        unknown = sorted(words_of(row["state"]) - GROUP_STATES)
        if unknown:
            raise UsageError(f"there is no group state {unknown[0]}; there are: {', '.join(sorted(GROUP_STATES))}")
    return rows


def volumes_like(rows: Sequence[Row]) -> Callable[[World, Expectations], list[str]]:
    """Compares rows of `host`, `volume`, `state` and perhaps `reason` with what each host's array says."""

    def differences(world: World, expect: Expectations) -> list[str]:
        found = []
        for row in rows:
            image, volume = image_of(world.site, row["host"], row["volume"]), row["volume"]
            _, reason_seen = expect.view_of(image, volume)
            why = row.get("reason") or reason_seen
            if not expect.all_in_state(image, (volume,), row["state"]) or reason_seen != why:
                wanted = row["state"] + (f" ({why})" if row.get("reason") else "")
                found.append(f"{row['host']} {expect.describe_volumes(image, (volume,))}, not {wanted}")
        return found

    return differences


def groups_like(rows: Sequence[Row]) -> Callable[[World, Expectations], list[str]]:
    """Compares rows of `group`, `host`, `state` with the engine's group states: `ONLINE`, `OFFLINE|FAULTED`."""

    def differences(_: World, expect: Expectations) -> list[str]:
        seen = [(row, expect.group_state(row["group"], row["host"])) for row in rows]
        return [
            f"{r['group']} on {r['host']} is {s}, not {r['state']}" for r, s in seen if not same_words(s, r["state"])
        ]

    return differences


def same_words(seen: str, wanted: str) -> bool:
    """`OFFLINE|FAULTED` and `faulted|offline` are the same."""
    return words_of(seen) == words_of(wanted)


def words_of(state: str) -> set[str]:
    """The words of a group state, in capitals."""
    return set(state.upper().replace(" ", "").split("|"))


def image_of(site: Site, host: str, volume: str) -> str:
    """The array on which a host has a volume. Raises UsageError."""
    own = [a for a in site.attachments if a.host == host]
    found = [a.image_id for a in own if volume in a.volumes]
    if not found:
        known = ", ".join(each for a in own for each in a.volumes)
        raise UsageError(f"{host} has no volume {volume}; it has: {known or 'none'}")
    return found[0]
