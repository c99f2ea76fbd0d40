"""What the drills of a report have alike is written once: the step between a report and the document in report.json.

Drills of one site have the same policies and assumptions, begin with the same events, and those that one cause makes
fail show the same picture. `shared` of the document holds each of these once, and a drill names it by its place there,
a number from 0 on. Events are rows of number, time in microseconds and the place of what they say in `shared.texts`; a
drill names them in runs: the first place, and how many follow each other. A lane names its spans and ticks, rows too,
by their places; what they say is in `shared.stretches` and `shared.labels`.

Rule 1: what is unpacked is what was packed, value for value.
Rule 2: a place that is not there is refused, and so is a document that unpacks to more than a program can hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mirrordrill.drills.report.packing import runs

SHARED = "shared"
ONE = {"site": "sites"}
"""A field of a drill that is one place, or null -> the list in `shared`."""
SEVERAL = {"invariants": "invariants", "lanes": "lanes"}
"""Fields that are several places."""
EVENTS, TEXTS = "events", "texts"
LANES, SPANS, STRETCHES, TICKS, LABELS = "lanes", "spans", "stretches", "ticks", "labels"
LISTS = ("sites", "invariants", LANES, TEXTS, EVENTS, SPANS, STRETCHES, TICKS, LABELS)
WHOLE_LANES = ("sites", "invariants", LANES, TEXTS, EVENTS)
"""Those of the format before this one, whose lanes had their spans and ticks in them."""
STRETCH = ("state", "label")
"""What a span says, in `shared.stretches`."""
SPAN_ROW, TICK_ROW = 4, 3
"""The columns of a row of `shared.spans` and of `shared.ticks`."""
ROW = ("n", "t_us", "text")
"""What stands in a row of `shared.events`."""
TOLD = ("where", "text", "detail")
"""What an event says, in `shared.texts`."""
SPELLED_BITS = 99
DEPTH = 3
"""Of a document: its parts, its drills, what these consist of."""
MOST_EVENTS = 5_000_000
"""Of all drills together, and so many things on their lanes; thousands of drills of an hour have fewer."""
Document = dict[str, Any]


class MisplacedError(Exception):
    """A document names what is not there; it says where."""


class SharedList:
    """A list in which each value stands once."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._places: dict[bytes, int] = {}

    def place(self, value: Any) -> int:
        """Where a value stands, from now on."""
        place = self._places.setdefault(msgspec.json.encode(value), len(self.values))
        if place == len(self.values):
            self.values.append(value)
        return place


def packed(report: Document) -> Document:
    """The document of a report that is given as plain values."""
    tables = {name: SharedList() for name in LISTS}
    drills = []
    for whole in report["drills"]:
        drill = dict(whole)
        for key, name in ONE.items():
            drill[key] = None if drill[key] is None else tables[name].place(drill[key])
        for key, name in SEVERAL.items():
            drill[key] = [
                tables[name].place(packed_lane(each, tables) if name == LANES else each) for each in drill[key]
            ]
        rows = ([e["n"], e["t_us"], tables[TEXTS].place({key: e[key] for key in TOLD})] for e in drill[EVENTS])
        drill[EVENTS] = [list(run) for run in runs(tables[EVENTS].place(row) for row in rows)]
        drills.append(drill)
    return {**report, "drills": drills, SHARED: {name: table.values for name, table in tables.items()}}


def packed_lane(lane: Document, tables: dict[str, SharedList]) -> Document:
    """A lane that names its spans and ticks by their places."""
    spans = (
        [s["from_us"], s["until_us"], tables[STRETCHES].place({key: s[key] for key in STRETCH}), s["event"]]
        for s in lane[SPANS]
    )
    ticks = ([tick["time_us"], tables[LABELS].place(tick["label"]), tick["event"]] for tick in lane[TICKS])
    places = {SPANS: [tables[SPANS].place(row) for row in spans], TICKS: [tables[TICKS].place(row) for row in ticks]}
    return {**lane, **places}


def unpacked(document: Document, lists: tuple[str, ...] = LISTS) -> Document:
    """The plain values of a report again, which has these lists. Raises MisplacedError.

    What is of another type than it should be stays as it is: reading the report tells of it.
    """
    shared = document.get(SHARED)
    if not isinstance(shared, dict) or not all(isinstance(shared.get(name), list) for name in lists):
        raise MisplacedError(f"report.{SHARED} is missing, or lacks one of {', '.join(lists)}")
    if lists == LISTS:
        shared = {**shared, LANES: [lane(shared, found, nth) for nth, found in enumerate(shared[LANES])]}
    report = {key: value for key, value in document.items() if key != SHARED}
    if not isinstance(report.get("drills"), list):
        return report
    room, drawn, drills = MOST_EVENTS, 0, []
    made: dict[int, Any] = {}
    for number, found in enumerate(report["drills"]):
        drill = dict(found) if isinstance(found, dict) else found
        where = f"report.drills[{number}]"
        for key, name in ONE.items() if isinstance(drill, dict) else ():
            if drill.get(key) is not None:
                drill[key] = at(shared, name, drill[key], f"{where}.{key}")
        for key, name in SEVERAL.items() if isinstance(drill, dict) else ():
            if isinstance(drill.get(key), list):
                places = enumerate(drill[key])
                drill[key] = [at(shared, name, place, f"{where}.{key}[{nth}]") for nth, place in places]
                drawn += sum(map(drawn_in, drill[key])) if name == LANES else 0
        if drawn > MOST_EVENTS:
            raise MisplacedError(f"{where}.{LANES}: a report that draws more than {MOST_EVENTS:,} things is not read")
        if isinstance(drill, dict) and isinstance(drill.get(EVENTS), list):
            drill[EVENTS] = events(shared, made, drill[EVENTS], f"{where}.{EVENTS}", room)
            room -= len(drill[EVENTS])
        drills.append(drill)
    return {**report, "drills": drills}


def lane(shared: Document, found: Any, number: int) -> Any:
    """A lane with its spans and ticks in it. Raises MisplacedError."""
    if not isinstance(found, dict) or not all(isinstance(found.get(key), list) for key in (SPANS, TICKS)):
        return found
    where = f"report.{SHARED}.{LANES}[{number}]"
    spans, ticks = [], []
    for from_us, until_us, place, event_number in rows(shared, SPANS, found[SPANS], where, SPAN_ROW):
        said = at(shared, STRETCHES, place, f"{where}.{SPANS}")
        said = said if isinstance(said, dict) else {}
        spans.append({"from_us": from_us, "until_us": until_us, **said, "event": event_number})
    for time_us, place, event_number in rows(shared, TICKS, found[TICKS], where, TICK_ROW):
        ticks.append(
            {"time_us": time_us, "label": at(shared, LABELS, place, f"{where}.{TICKS}"), "event": event_number}
        )
    return {**found, SPANS: spans, TICKS: ticks}


def drawn_in(found: Any) -> int:
    """How many spans and ticks a lane has."""
    parts = (found.get(key) for key in (SPANS, TICKS)) if isinstance(found, dict) else ()
    return sum(len(part) for part in parts if isinstance(part, list))


def rows(shared: Document, name: str, places: list[Any], where: str, columns: int) -> Iterator[list[Any]]:
    """The rows at these places. Raises MisplacedError."""
    for nth, place in enumerate(places):
        row = at(shared, name, place, f"{where}.{name}[{nth}]")
        if not isinstance(row, list) or len(row) != columns:
            raise MisplacedError(f"report.{SHARED}.{name}[{place}] is no row of {columns} columns")
        yield row


def at(shared: Document, name: str, place: Any, where: str) -> Any:
    """What stands at a place. Raises MisplacedError."""
    values = shared[name]
    if type(place) is not int or not 0 <= place < len(values):
        raise MisplacedError(f"{where} cannot be {shown(place)}: a place in {SHARED}.{name}, which has {len(values)}")
    return values[place]


def shown(value: Any) -> str:
    """A value in as many letters as a person reads; Python does not spell a number of many thousand digits."""
    try:
        return "so large" if isinstance(value, int) and value.bit_length() > SPELLED_BITS else repr(value)[:40]
    except ValueError:
        return "so large"


def events(shared: Document, made: dict[int, Any], found: list[Any], where: str, room: int) -> list[Any]:
    """The events of a drill. Raises MisplacedError, where there are more than there is room for, too."""
    for nth, run in enumerate(found):
        place = f"{where}[{nth}]"
        if not isinstance(run, list) or [type(each) for each in run] != [int, int] or run[1] < 1:
            raise MisplacedError(f"{place} cannot be {shown(run)}: the first place of a run, and how many")
        at(shared, EVENTS, run[0], place)
        at(shared, EVENTS, run[0] + run[1] - 1, place)
        room -= run[1]
    if room < 0:
        raise MisplacedError(f"{where}: a report with more than {MOST_EVENTS:,} events is not read")
    numbers = [number for first, count in found for number in range(first, first + count)]
    for number in set(numbers) - set(made):
        made[number] = event(shared, number)
    return [made[number] for number in numbers]


def event(shared: Document, number: int) -> Any:
    """The event of a row. Raises MisplacedError."""
    row, where = shared[EVENTS][number], f"report.{SHARED}.{EVENTS}[{number}]"
    if not isinstance(row, list) or len(row) != len(ROW):
        raise MisplacedError(f"{where} is no row of {', '.join(ROW)}")
    text = at(shared, TEXTS, row[2], f"{where}[2]")
    return {"n": row[0], "t_us": row[1], **text} if isinstance(text, dict) else text


def shown_in_schema(definitions: dict[str, Any]) -> None:
    """Change the definitions of a report's schema into those of its document."""
    whole = {"type": "integer", "minimum": 0}
    drill, event_type = definitions["ReportedDrill"]["properties"], definitions.pop("ReportedEvent")
    definitions["ReportedDrill"]["description"] += f" What it shares with others is named by its place in `{SHARED}`."
    drill["site"] = {"anyOf": [whole, {"type": "null"}]}
    for key in SEVERAL:
        drill[key] = {"type": "array", "items": whole}
    drill[EVENTS] = {"type": "array", "items": {"$ref": "#/$defs/Run"}}
    definitions["Run"] = {
        **{"title": "Run", "description": "Places that follow each other: the first one, and how many."},
        **{"type": "array", "prefixItems": [whole, {**whole, "minimum": 1}], "minItems": 2, "maxItems": 2},
    }
    definitions["EventText"] = {
        **{"title": "EventText", "description": event_type["description"], "type": "object"},
        **{"properties": {key: event_type["properties"][key] for key in TOLD}, "required": list(TOLD)},
        "additionalProperties": False,
    }
    definitions["EventRow"] = {
        "title": "EventRow",
        "description": f"An event: number, time in microseconds, the place of what it says in `{SHARED}.{TEXTS}`.",
        **{"type": "array", "prefixItems": [whole, whole, whole], "minItems": 3, "maxItems": 3},
    }
    lanes_in_schema(definitions, whole)
    kinds = ("SiteFacts", "Invariant", "Lane", "EventText", "EventRow", "SpanRow", "Stretch", "TickRow")
    lists: Document = {
        name: {"type": "array", "items": {"$ref": f"#/$defs/{kind}"}} for name, kind in zip(LISTS, kinds, strict=False)
    }
    lists[LABELS] = {"type": "array", "items": {"type": "string"}}
    definitions["Shared"] = {
        **{"title": "Shared", "description": "What drills have alike, each once.", "type": "object"},
        **{"properties": lists, "required": list(LISTS), "additionalProperties": False},
    }
    definitions["Report"]["properties"][SHARED] = {"$ref": "#/$defs/Shared"}
    definitions["Report"]["required"].append(SHARED)


def lanes_in_schema(definitions: Document, whole: Document) -> None:
    """Change the definitions of lanes into those of rows."""
    span = definitions.pop("Span")
    definitions.pop("Tick")
    for key in (SPANS, TICKS):
        definitions["Lane"]["properties"][key] = {"type": "array", "items": whole}
    definitions["Lane"]["description"] += f" Its spans and ticks are named by their places in `{SHARED}`."
    definitions["Stretch"] = {
        **{"title": "Stretch", "description": "What a span of a lane shows.", "type": "object"},
        **{"properties": {key: span["properties"][key] for key in STRETCH}, "required": list(STRETCH)},
        "additionalProperties": False,
    }
    definitions["SpanRow"] = {
        "title": "SpanRow",
        "description": f"From when to when, in microseconds, the place in `{SHARED}.{STRETCHES}`, its first event.",
        **{"type": "array", "prefixItems": [whole] * SPAN_ROW, "minItems": SPAN_ROW, "maxItems": SPAN_ROW},
    }
    definitions["TickRow"] = {
        "title": "TickRow",
        "description": f"A moment on a lane, in microseconds: the place in `{SHARED}.{LABELS}`, the event.",
        **{"type": "array", "prefixItems": [whole] * TICK_ROW, "minItems": TICK_ROW, "maxItems": TICK_ROW},
    }


def lined(value: Any, depth: int = 0) -> str:
    """JSON in lines that a person can find something in: one for each event, step, lane or other part of a drill."""
    if isinstance(value, dict) and value and depth < DEPTH:
        inside = [f"{encoded(key)}: {lined(each, depth + 1)}" for key, each in value.items()]
        return "{\n" + ",\n".join(inside) + "\n}"
    is_list_of_parts = isinstance(value, list) and value and isinstance(value[0], dict)
    if (is_list_of_parts and depth <= DEPTH) or (isinstance(value, list) and value and depth < DEPTH):
        return "[\n" + ",\n".join(lined(each, depth + 1) for each in value) + "\n]"
    return encoded(value)


def encoded(value: Any) -> str:
    """A value on one line."""
    return msgspec.json.encode(value).decode()
