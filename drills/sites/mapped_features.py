"""A shipped feature in the names of a site, line by line: steps, tables, rows of outlines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from mirrordrill.drills.sites.host_choice import SENT
from mirrordrill.drills.sites.mapped_steps import StepMapper
from mirrordrill.drills.sites.site_mapping import HOSTS, SiteMapping

STEP = re.compile(r"(\s*(?:Given|When|Then|And|But)\s+)(.*)")
ROW = re.compile(r"\s*\|")
SCENARIO = re.compile(r"[ \t]*Scenario")
KEPT = re.compile(r"\s*(?:@|Feature:|Background:|Rule:|Scenario|Examples:)")
"""Lines that hold a feature together, whatever leg they open."""
STANDARD = re.compile(r"^\s*@(?:\S+ +@)*chapter-?\d\b", re.MULTILINE)
"""The tag of what the manual itself tests or demands."""
WHOLE = re.compile(r"^\s*@(?:\S+ +@)*(?:whole|hazard)\b", re.MULTILINE)
"""The tag of a feature whose legs build on each other: a scenario that misses something is left out as a whole. Hazards
do: a fault of a site is no leg that one could skip."""
FAR_CONSOLE = re.compile(r"^\s*@(?:\S+ +@)*far-console\b", re.MULTILINE)
"""The tag of a scenario in which the agent asks the far array itself, without the agents there."""
OWN_TIMES = re.compile(r"^\s*@(?:\S+ +@)*(who-notices-first|own-times)\b", re.MULTILINE)
"""The tag of a scenario whose course is a matter of the times and the order of the example's hosts."""
WHY_OWN_TIMES = {
    "who-notices-first": "the example's own times: two sides take the volumes from each other, and which host notices"
    " first decides the rest",
    "own-times": "the example's own times: what starts, boots or is given up first decides the rest",
}
NEEDS = re.compile(r"@needs-([A-Za-z]+)-\w+")
"""The tag of a scenario that relies on an attribute of MetroMirror, or on how many of them the group has."""
TYPES = " types "
A_LEG = "a leg of "
"""What stands before the title of a scenario of which only a part is left out."""
NOT_NEEDED = "    # Not needed here: "
"""What stands before a step that asks for what the site has already."""
MOVES = ("from", "to")
"""The columns of an outline whose rows are moves of a group between hosts."""


@dataclass(slots=True)
class MappedFeature:
    """What became of a feature."""

    text: str | None = None
    """None where no scenario is left."""
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """Scenarios or legs, and why."""
    needs: dict[str, None] = field(default_factory=dict)
    """What is lacking for any of them, each once."""
    is_run_changed: bool = False
    """Whether others of its scenarios are run with attributes of the group changed."""


def mapped_feature(text: str, mapping: SiteMapping, only: Collection[str] | None = None) -> MappedFeature:
    """The feature with this site's names, without what it cannot do there; of `only` these scenarios, if any."""
    found = MappedFeature()
    is_whole = WHOLE.search(text) is not None
    head, *scenarios = parted(text)
    background = StepMapper(mapping)
    kept = [mapped_head(head, background)]
    for part in scenarios:
        own, lacking = mapped_scenario(part, background, is_whole=is_whole)
        missing = [mapping.told(need) for need in lacking]
        title = title_of(part, mapping)
        if only is not None and title not in only:
            continue
        found.needs |= dict.fromkeys(missing)
        if own is None:
            found.left_out.append((title, " and ".join(dict.fromkeys(missing)) or "a step that does something"))
        else:
            found.left_out += [(f"{A_LEG}{title}", why) for why in dict.fromkeys(missing)]
            kept.append(own)
    if len(kept) > 1:
        found.text = "\n\n".join(part.strip("\n") for part in kept) + "\n"
    return found


def parted(text: str) -> list[str]:
    """What stands above all scenarios, and each scenario with its tags and comments."""
    lines = text.split("\n")
    starts = []
    for number, line in enumerate(lines):
        if SCENARIO.match(line):
            while number and lines[number - 1].lstrip().startswith("@"):
                number -= 1
            starts.append(number)
    bounds = [0, *starts, len(lines)]
    return ["\n".join(lines[start:end]) for start, end in itertools.pairwise(bounds)]


def mapped_head(text: str, mapper: StepMapper) -> str:
    """The feature's name, its description with where its time limits come from, and its background."""
    lines = [mapped_line(line, mapper) for line in text.split("\n")]
    named = next(number for number, line in enumerate(lines) if line.startswith("Feature:"))
    if sentence := mapper.mapping.stretch.sentence():
        lines.insert(named + 1, f"  {sentence}\n")
    for change in reversed(mapper.mapping.what_if):
        lines.insert(named + 1, f"  Run with {change.change}; the site has {change.own} ({change.place}).\n")
    return "\n".join(lines)


def mapped_scenario(text: str, background: StepMapper, *, is_whole: bool) -> tuple[str | None, list[str]]:
    """A scenario with this site's names, or None, and what is missing for it or for some of its legs.

    What its background needs and has done counts for it.
    """
    if background.needs:
        return None, background.needs
    if background.mapping.deviations:
        return None, [each.needs for each in background.mapping.deviations]
    if found := [background.mapping.tagged[name] for name in NEEDS.findall(text) if name in background.mapping.tagged]:
        return None, found
    if FAR_CONSOLE.search(text) and background.mapping.far_console:
        return None, [background.mapping.far_console]
    tag = OWN_TIMES.search(text)
    if tag and (background.mapping.choice or not background.mapping.is_example):
        return None, [WHY_OWN_TIMES[tag[1]]]
    mapper = background
    blocks: list[str] = []
    missing: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text.strip("\n")):
        mapper = mapper.after()
        lines = mapped_block(block.split("\n"), mapper)
        missing += mapper.needs
        if mapper.needs and is_whole:
            return None, missing
        if not mapper.needs:
            blocks.append("\n".join(lines))
        elif held := [mapped_line(line, StepMapper(mapper.mapping)) for line in block.split("\n") if KEPT.match(line)]:
            needs = " and ".join(dict.fromkeys(mapper.needs))
            blocks.append("\n".join(held) + f"\n    # Left out here: a leg that needs {needs}.")
    result = "\n\n".join(blocks)
    has_rows = "Examples:" not in text or len([line for line in result.split("\n") if ROW.match(line)]) > 1
    return (result if re.search(r"(?m)^\s*When ", result) and has_rows else None), missing


def mapped_block(lines: list[str], mapper: StepMapper) -> list[str]:
    """Lines that stand together, tables as a whole."""
    out: list[str] = []
    number = 0
    while number < len(lines):
        if ROW.match(lines[number]):
            end = next((n for n in range(number, len(lines)) if not ROW.match(lines[n])), len(lines))
            out += mapped_table(lines[number:end], mapper, is_outline="Examples:" in lines[number - 1])
            number = end
        else:
            out.append(mapped_line(lines[number], mapper))
            if NOT_NEEDED in out[-1] and number + 1 < len(lines):
                lines = [*lines[: number + 1], with_keyword(lines[number + 1], lines[number]), *lines[number + 2 :]]
            number += 1
    return out


def with_keyword(line: str, before: str) -> str:
    """A step that begins with And, with the keyword of the step before it, which is left out."""
    keyword = before.split()[0]
    return re.sub(r"^(\s*)And ", rf"\g<1>{keyword} ", line)


def mapped_line(line: str, mapper: StepMapper) -> str:
    """A step by its sentence; titles and comments word by word, for readers."""
    if step := STEP.fullmatch(line):
        if mapper.is_done(step[2]):
            return f"{NOT_NEEDED}{step[2]}"
        mapped = f"{step[1]}{mapper.step(step[2])}"
        if not mapper.choice.before:
            return mapped
        indent = step[1][: len(step[1]) - len(step[1].lstrip())]
        keyword = (
            "Given" if " is online on " in step[2] else "When" if SENT in step[2] or " types " in step[2] else "Then"
        )
        then = f"{indent}{keyword} {mapped[len(step[1]) :]}"
        lines = [*(indent + line for line in mapper.choice.before), then]
        mapper.choice.before.clear()
        return "\n".join(lines)
    return for_readers(line, mapper.mapping)


def for_readers(line: str, mapping: SiteMapping) -> str:
    """A title or a comment with this site's names; what is missing keeps the example's."""
    return StepMapper(mapping).text(line, mapping.near) if any(name in line for name in mapping.names) else line


def mapped_table(rows: list[str], mapper: StepMapper, *, is_outline: bool) -> list[str]:
    """The rows of a table that this site has: for moves between hosts all that correspond, else those named."""
    head, *cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in rows]
    indent = rows[0][: len(rows[0]) - len(rows[0].lstrip())]
    if is_outline and tuple(head) == MOVES and all(cell in HOSTS for row in cells for cell in row):
        moves = ordered_pairs(mapper.mapping, [(row[0], row[1]) for row in cells])
        return [row_of(indent, head), *(row_of(indent, move) for move in moves)]
    found = [row_of(indent, head)]
    for row in cells:
        own = StepMapper(mapper.mapping)
        host = next((cell for cell in row if cell in HOSTS), HOSTS[0])
        side = own.mapping.side_of(host) or own.mapping.near
        mapped = [own.text(cell, side) for cell in row]
        stays = {*mapper.mapping.restarted, *mapper.mapping.uncritical}
        if is_outline and any(name in stays for name in mapped):
            # VCS restarts it where it is, or does without, and the row tells of a group that fails over.
            continue
        if not own.missing:
            found.append(row_of(indent, mapped))
        elif not is_outline:
            mapper.missing += own.missing
    return found


def row_of(indent: str, cells: Iterable[str]) -> str:
    """A row of a table."""
    return f"{indent}| {' | '.join(cells)} |"


def title_of(part: str, mapping: SiteMapping) -> str:
    """The name of a scenario, for readers."""
    line = next(line for line in part.split("\n") if SCENARIO.match(line))
    return for_readers(line.partition(":")[2].strip(), mapping)


def ordered_pairs(mapping: SiteMapping, rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The moves of this site that correspond to the moves between hosts that an outline lists.

    Moves on one array stand for all moves on one array, moves between arrays for all of those: every host has its part.
    """
    near, far = mapping.near.hosts, mapping.far.hosts
    kinds = {mapping.side_of(start) is mapping.side_of(end) for start, end in rows}
    found: list[tuple[str, str]] = []
    if True in kinds:
        found += [*itertools.permutations(near, 2), *itertools.permutations(far, 2)]
    if False in kinds:
        found += [*itertools.product(near, far), *itertools.product(far, near)]
    return found
