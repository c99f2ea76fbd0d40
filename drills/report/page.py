"""A report as one HTML page that needs nothing else: no network, no font, no file beside it.

A report of few drills has no script either. In one of many, what stands below the heading of each drill is packed
(`packing.py`), and a script of the page's own puts a drill together when it is opened; the page's security policy
permits that one script and nothing else.

The page is well-formed XML, so that any XML tool can read it too. Everything that comes from a site or a feature is
escaped by the templates; what is no printable character is shown as its code.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from itertools import chain, islice
from typing import Protocol

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from mirrordrill.drills.output import timeline
from mirrordrill.drills.report.model import Objective, Report, ReportedDrill, ReportedOutage, Span
from mirrordrill.drills.report.packing import Packer
from mirrordrill.drills.report.picture import axis
from mirrordrill.drills.report.picture.drawing import PARTS, draw
from mirrordrill.drills.report.runs.provenance import Provenance
from mirrordrill.drills.report.statistics import unprotected_us
from mirrordrill.drills.report.vocabulary import STATES
from mirrordrill.drills.run.exit_codes import HELD_AS_DECLARED, ExitCode
from mirrordrill.drills.run.objectives import Met
from mirrordrill.drills.run.results import StepStatus, Verdict
from mirrordrill.simulator.kernel.untrusted import visible_lines

TEMPLATES = ("report.html", "macros.html")
GOOD, BAD, OPEN = "good", "bad", "open"
TONES = {
    "held": GOOD,
    Met.MET.value: GOOD,
    "undecided": OPEN,
    "interrupted": OPEN,
    "not executed": OPEN,
    Met.NOT_TESTED.value: OPEN,
    f"{Verdict.BROKEN.value} as declared": OPEN,
}
SIGNS = {GOOD: "\u2714", BAD: "\u2716", OPEN: "\u25cb"}
"""A tone is never told by its colour alone."""
CODES = {
    ExitCode.HELD: (GOOD, "HELD."),
    ExitCode.USAGE: (BAD, "WRONG USAGE."),
    ExitCode.SAFETY: (BAD, "SAFETY BROKEN."),
    ExitCode.LIVENESS: (BAD, "FAILED."),
    ExitCode.UNDECIDED: (OPEN, "UNDECIDED."),
    ExitCode.NOT_DETERMINISTIC: (BAD, "NOT DETERMINISTIC."),
    ExitCode.HARNESS: (BAD, "HARNESS FAULT."),
    ExitCode.INTERRUPTED: (OPEN, "INTERRUPTED."),
}


class Judged(Protocol):
    """A drill, a report of several, or what an index says of one."""

    @property
    def exit_code(self) -> int:
        """Of `mirrordrill run`."""

    @property
    def verdict(self) -> str:
        """What it means, in words."""


PACKED_FROM = 5
"""Reports of so many drills have their details compressed."""
MOST_SPANS = 200
"""So many stretches of a lane are told in the table below the picture."""


def render_page(report: Report, run: Provenance | None = None) -> str:
    """The page; `run` says who ran the drills and when, where that is known."""
    templates = environment(*TEMPLATES)
    templates.filters.update(FILTERS)
    packed = len(report.drills) >= PACKED_FROM
    script = resource("expand.js").strip() if packed else ""
    text = templates.get_template("report.html").render(
        r=report,
        run=run,
        packer=Packer() if packed else None,
        script=Markup(script),  # noqa: S704  # our own file
        security=security_policy(script),
        single=len(report.drills) == 1,
        title=title(report),
        css=Markup(style(report.id)),  # noqa: S704  # our own file, and letters
        patterns=Markup(resource("patterns.svg")),  # noqa: S704  # our own file
        parts=PARTS,
        most_spans=MOST_SPANS,
        broken=(Verdict.BROKEN.value, f"{Verdict.BROKEN.value} as declared"),
        bad_steps=[status.value for status in StepStatus if tone(status.value) == BAD],
    )
    return str(text).strip() + "\n"


def environment(*names: str) -> Environment:
    """What renders these templates: text is escaped, and shown as it is printable."""
    return Environment(
        loader=DictLoader({name: resource(name) for name in names}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible_lines(value) if type(value) is str else value,
    )


def security_policy(script: str) -> str:
    """What a browser may do with the page: load nothing, and execute nothing but this script."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    scripts = f"'sha256-{digest}'" if script else "'none'"
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {scripts}; base-uri 'none'; form-action 'none'"


def style(of: str) -> str:
    """The style sheet, and what it is of for the foot of a page. A style knows no escapes: only letters get into it."""
    sheet = resource("report.css").replace("/* TIMELINE */\n", resource("timeline.css"))
    return sheet.replace("REPORT-ID", re.sub("[^0-9a-z]", "", of))


def resource(name: str) -> str:
    """The text of a template."""
    return (files("mirrordrill.drills.report") / "templates" / name).read_text("utf-8")


def title(report: Report) -> str:
    """What the report is about."""
    names = list(dict.fromkeys(drill.feature for drill in report.drills))
    return names[0] if len(names) == 1 else f"{len(report.drills)} drills"


def seconds(duration_us: int) -> str:
    """`46.6`, `2,411.0`."""
    return f"{duration_us / 1e6:,.1f}"


def unit(value: float | None, of: str) -> str:
    """`46.6 s`, `30,000`."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if of == "writes" else f"{value:,.1f} s"


def tone(word: str) -> str:
    """Good, bad or open."""
    return TONES.get(word, BAD)


def verdict_tone(of: Judged) -> str:
    """The tone of a verdict. What is broken as declared is not good, although the drill holds."""
    return OPEN if of.verdict == HELD_AS_DECLARED else CODES[ExitCode(of.exit_code)][0]


def verdict_word(of: Judged) -> str:
    """A verdict in a word or two, with its sign."""
    word = "BROKEN AS DECLARED." if of.verdict == HELD_AS_DECLARED else CODES[ExitCode(of.exit_code)][1]
    return f"{SIGNS[verdict_tone(of)]} {word}"


def verdict_counts(report: Report) -> str:
    """`70 held, 14 broken as declared. 790,123 acknowledged writes are lost, in 13 drills.`."""
    words = [verdict_word(drill).partition(" ")[2].rstrip(".").lower() for drill in report.drills]
    counts = ", ".join(f"{words.count(word)} {word}" for word in sorted(dict.fromkeys(words), key=words.count)[::-1])
    losing = [drill for drill in report.drills if drill.losses]
    lost = sum(loss.writes for drill in losing for loss in drill.losses)
    told = f" {lost:,} acknowledged writes are lost, in {len(losing)} of the drills." if losing else ""
    return f"{counts}.{told}"


def steps_in_short(drill: ReportedDrill) -> str:
    """`14 of 28 held, 1 FAILED, 13 not executed`."""
    words = [step.status for step in drill.steps]
    others = [f"{words.count(word)} {word}" for word in dict.fromkeys(words) if word != "held"]
    return ", ".join([f"{words.count('held')} of {len(words)} held", *others])


def causes(drill: ReportedDrill) -> Iterator[tuple[str, str, int | None]]:
    """What went wrong, for the top: each bad step with what was observed, each broken rule, each missed objective."""
    for step in drill.steps:
        if tone(step.status) == BAD:
            yield f"Line {step.line}, {step.status}: {step.keyword} {step.expected}", step.observed, step.first_event
    for rule in drill.invariants:
        if rule.verdict == Verdict.BROKEN.value:
            yield f"{rule.id} is broken: {rule.promise}.", rule.reason, None if rule.event is None else rule.event
    for each in drill.objectives:
        if each.verdict == Met.MISSED.value:
            yield f"{each.measure} of {each.group} is missed:", each.reason, each.event


def shared_causes(report: Report) -> list[tuple[str, str, list[ReportedDrill]]]:
    """The first thing that went wrong in each drill, and the drills that it went wrong in; the most common first."""
    found: dict[tuple[str, str], list[ReportedDrill]] = {}
    for drill in report.drills:
        steps = ((f"{each.status}: {each.expected}", each.observed) for each in drill.steps if tone(each.status) == BAD)
        others = ((what, told) for what, told, _ in causes(drill))
        for cause in islice(chain(steps, others), 1):
            found.setdefault(cause, []).append(drill)
    return sorted(((*cause, drills) for cause, drills in found.items()), key=lambda cause: -len(cause[2]))


def objectives_in_short(drill: ReportedDrill) -> str:
    """`2 met, 1 MISSED`."""
    verdicts = [objective.verdict for objective in drill.objectives]
    return ", ".join(f"{verdicts.count(word)} {word}" for word in dict.fromkeys(verdicts)) or "none set"


def longest(drill: ReportedDrill) -> ReportedOutage | None:
    """The longest unplanned outage, a planned one where there is no other; one that did not end is longer than any."""
    outages = [each for each in drill.outages if not each.is_planned] or list(drill.outages)
    return max(outages, key=lambda each: math.inf if each.rto_us is None else each.rto_us, default=None)


def longest_outage(drill: ReportedDrill) -> str:
    """Its length in words."""
    outage = longest(drill)
    if outage is None:
        return "none"
    planned = " planned" if outage.is_planned else ""
    return "not ended" if outage.rto_us is None else f"{seconds(outage.rto_us)} s{planned}"


def longest_outage_of(drill: ReportedDrill) -> str:
    """Of which group it is, where the drill has several."""
    outage = longest(drill)
    groups = {each.group for each in drill.outages} | {each.group for each in drill.exposures}
    return "" if outage is None or len(groups) == 1 else f" ({outage.group})"


def longest_outage_at(drill: ReportedDrill) -> str:
    """The line of the event list that shows its end, or its begin where it has none."""
    outage = longest(drill)
    if outage is None:
        return f"d{drill.id}"
    shown = outage.began if outage.rto_us is None else outage.parts[-1].ended
    return f"d{drill.id}-e{shown.event}"


def printed_height(drill: ReportedDrill, single: bool) -> int:  # noqa: FBT001 - a template calls it
    """Millimetres that the picture of a drill that held may take, so that all that is printed of it is one page, with
    the heading of the report and the table of objectives where there is no other drill."""
    others = 36 + (10 + 6 * len(drill.objectives) if drill.objectives else 0) if single else 0
    return max(50, 126 - 22 * len(drill.losses) - others)


def legend(drill: ReportedDrill) -> list[tuple[str, str]]:
    """The states that a picture shows, and what they mean."""
    used = {span.state for lane in drill.lanes for span in lane.spans}
    return [(state, meaning) for state, meaning in STATES.items() if state in used]


def limit(objective: Objective) -> str:
    """`60.0 s`."""
    return unit(objective.limit, objective.unit)


def amount(objective: Objective) -> str:
    """`46.6 s`, or that nothing was measured."""
    return "not measured" if objective.measured is None else unit(objective.measured, objective.unit)


def most(spans: Sequence[Span]) -> Sequence[Span]:
    """As many as the table tells."""
    return spans[:MOST_SPANS]


FILTERS: dict[str, Callable[..., object]] = {
    "clock": timeline.clock,
    "seconds": seconds,
    "duration": axis.length,
    "unit": unit,
    "tone": tone,
    "sign": lambda word: SIGNS[tone(word)],
    "verdict_tone": verdict_tone,
    "verdict_word": verdict_word,
    "verdict_counts": verdict_counts,
    "objectives_in_short": objectives_in_short,
    "steps_in_short": steps_in_short,
    "causes": causes,
    "shared_causes": shared_causes,
    "unprotected": unprotected_us,
    "longest_outage": longest_outage,
    "longest_outage_of": longest_outage_of,
    "longest_outage_at": longest_outage_at,
    "printed_height": printed_height,
    "legend": legend,
    "limit": limit,
    "amount": amount,
    "most": most,
    "draw": draw,
}
