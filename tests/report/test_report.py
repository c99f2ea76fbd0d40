"""The report as its readers meet it: a JSON that means something, and a page and a text that say no more than it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from mirrordrill.drills.output.kept_results import packed, unpacked
from mirrordrill.drills.report import packing
from mirrordrill.drills.report.codec import UnreadableReportError, as_json, from_json, schema
from mirrordrill.drills.report.files import read_report
from mirrordrill.drills.report.model import Fidelity, Report, ReportedDrill, ReportedEvent, Tool
from mirrordrill.drills.report.page import render_page
from mirrordrill.drills.report.sharing import WHOLE_LANES, lane
from mirrordrill.drills.report.text import render_text
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.runner import run
from tests.commands import mirrordrill
from tests.report.conftest import flown
from tests.report.flights import FIVE_MINUTES, UP, write_feature
from tests.report.pages import everything, ids, parse, targets, text_of

REPORTS = ("disaster", "migration", "stale")


@pytest.fixture(params=REPORTS)
def folder(request: pytest.FixtureRequest) -> Path:
    """Each of the reports that this directory runs."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Path)
    return found


def test_the_json_keeps_its_schema_and_is_read_back_whole(folder: Path) -> None:
    """Whoever writes a reader of their own has the schema and nothing else."""
    text = (folder / "report.json").read_text()
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.Draft202012Validator(schema()).validate(json.loads(text))
    assert text == as_json(from_json(text))


def test_rendering_again_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Whoever doubts a page renders it from its JSON; in another process, another day."""
    page, text = tmp_path / "again.html", tmp_path / "again.txt"
    command = [sys.executable, "-m", "mirrordrill", "report", str(folder / "report.json")]
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    subprocess.run([*command, "--html", str(page), "--text", str(text)], check=True, env=environment)
    assert (folder / "report.html").read_bytes() == page.read_bytes()
    assert (folder / "report.txt").read_bytes() == text.read_bytes()


def test_no_report_holds_a_path_of_the_machine(folder: Path) -> None:
    """It is filed and mailed; where somebody's checkout lies is nobody's business."""
    for name in ("report.json", "report.html", "report.txt"):
        text = (folder / name).read_text()
        assert str(folder) not in text
        assert str(Path(__file__).resolve().parents[2]) not in text


def test_the_log_beside_the_report_has_the_hash_that_it_names(folder: Path) -> None:
    """The evidence can be checked with sha256sum."""
    for drill in read_report(folder / "report.json").drills:
        log = (folder / drill.evidence.log_file).read_bytes()
        assert drill.evidence.log_sha256 == hashlib.sha256(log).hexdigest()
        assert drill.evidence.log_events == log.count(b"\n") == len(drill.events)


def test_every_part_says_that_it_is_simulated(folder: Path) -> None:
    """Nobody may take a page of it for a statement about real hardware; printed pages too."""
    page = (folder / "report.html").read_text()
    assert "<title>SIMULATED: " in page
    assert '@top-center { content: "SIMULATED"' in page
    text = (folder / "report.txt").read_text()
    parts = text.split("=" * 100)
    assert all("SIMULATED" in part or "S I M U L A T E D" in part for part in parts)


def test_the_page_needs_nothing_else_and_hangs_together(folder: Path) -> None:
    """No script, no network; every link leads somewhere, every heading cell says of what."""
    page = parse((folder / "report.html").read_text())
    assert everything(page, "script") + everything(page, "link") + everything(page, "img") == []
    found = ids(page)
    assert len(found) == len(set(found))
    assert [target for target in targets(page) if target.removeprefix("#") not in set(found)] == []
    assert all("scope" in cell.attrib for cell in everything(page, "th"))
    assert 1 == len(everything(page, "h1")) == len(everything(page, "main"))
    assert all(
        picture.get("role") == "group" for picture in everything(page, "svg") if picture.get("class") == "timeline"
    )


def many(report: Report, count: int) -> Report:
    """A report of so many drills, each the same."""
    return replace(report, drills=tuple(replace(report.drills[0], id=number + 1) for number in range(count)))


def expanded(html: str) -> str:
    """A page as it is when its script has put every drill together."""
    [found] = re.findall(r'<script type="text/plain" id="packed">([^<]*)</script>', html)
    details = iter(packing.unpacked(found))
    return re.sub('<div class="packed"></div>', lambda _: next(details), html)


def test_a_page_of_many_drills_is_small_and_hangs_together(migration: Path) -> None:
    """48 drills that hold: under 1.5 MB, and what is compressed has everything that links lead to."""
    html = render_page(many(read_report(migration / "report.json"), 48))
    assert len(html) < 1_500_000
    parse(html)
    page = parse(expanded(html))
    found = ids(page)
    assert len(found) == len(set(found))
    assert [target for target in targets(page) if target.removeprefix("#") not in set(found)] == []


def test_a_page_executes_its_own_script_and_nothing_else(migration: Path) -> None:
    """Whatever is in a report: the policy names the hash of the one script, and no address."""
    html = render_page(many(read_report(migration / "report.json"), 5))
    [policy] = [each.attrib["content"] for each in everything(parse(html), "meta") if "http-equiv" in each.attrib]
    [script] = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "http" not in script


def test_the_top_names_the_failed_step_and_what_was_observed(stale: Path) -> None:
    """And says how many steps held, failed, and were not executed; the picture marks the step."""
    page = parse((stale / "report.html").read_text())
    [drill] = read_report(stale / "report.json").drills
    failed = next(step for step in drill.steps if step.status == "FAILED")
    said = text_of(page).partition("Recovery")[0]
    assert f"Line {failed.line}, FAILED: {failed.keyword} {failed.expected}" in said
    assert failed.observed in said
    assert f"{len(drill.steps) - 2} of {len(drill.steps)} held, 1 FAILED, 1 not executed" in said
    assert [mark.time_us for mark in drill.marks if mark.kind == "failed"] == [failed.ended_us]


def test_what_failed_alike_in_many_drills_is_told_once(stale: Path) -> None:
    """With the drills in which it was seen."""
    html = render_page(many(read_report(stale / "report.json"), 20))
    top = text_of(parse(html)).partition("20 drills no.")[0]
    [failed] = [step for step in read_report(stale / "report.json").drills[0].steps if step.status == "FAILED"]
    assert top.count(failed.observed) == 1
    assert "the same in 20 drills: 1 2 3 4 5 6 7 8 9 10 11 12 and 8 more" in top


def test_every_figure_leads_to_its_line_in_the_log(disaster: Path) -> None:
    """RTO and its parts, the loss, the marks: each is one click from the event that shows it."""
    page = parse((disaster / "report.html").read_text())
    rows = {row.attrib["id"]: text_of(row) for row in everything(page, "tr") if "id" in row.attrib}
    drill = read_report(disaster / "report.json").drills[0]
    leads_to = set(targets(page))
    for outage in drill.outages:
        for moment in (outage.cause, outage.began, *(part.ended for part in outage.parts)):
            assert f"#d1-e{moment.event}" in leads_to
            assert f"d1-e{moment.event}" in rows
    assert any("hosta halted" in row for row in rows.values())


def test_lost_writes_cannot_be_overlooked(stale: Path) -> None:
    """How many, on which volumes, from when to when; at the top, in the picture, and in the text."""
    page = parse((stale / "report.html").read_text())
    [alert] = [element for element in page.iter() if element.get("class") == "loss"]
    said = text_of(alert)
    assert "30,000 acknowledged writes of ora_db are lost" in said
    assert "IBM.2107-75FA150/1260 15,000" in said
    assert "from 00:10:35.160 to 00:15:35.140" in said
    lost = [bar for bar in everything(page, "rect") if bar.get("class") == "bar s-lost"]
    assert lost
    assert "!! 30,000 ACKNOWLEDGED WRITES OF ora_db ARE LOST" in (stale / "report.txt").read_text()


def test_steps_that_were_not_reached_are_told(stale: Path) -> None:
    """A drill that stopped in the middle says what it did not try."""
    [drill] = read_report(stale / "report.json").drills
    assert [step.status for step in drill.steps[-2:]] == ["FAILED", "not executed"]
    assert None is drill.steps[-1].first_event
    page = parse((stale / "report.html").read_text())
    [row] = [row for row in everything(page, "tr") if row.get("class") == "skipped"]
    assert "not executed" in text_of(row)


HOSTILE = "<script>alert('1')</script> & \"two\" \x07\x1b[31m \u202e ]]> {{ 7*7 }} &lt;"
WORDS = {"format", "arm", "verdict", "status", "unit", "measure", "state", "kind", "section", "disruption"}
"""Fields that hold words of ours; nobody else can write into them."""


def poisoned(value: Any, key: str = "") -> Any:
    """A document with every text of a site or feature replaced by something hostile."""
    if isinstance(value, dict):
        return {name: poisoned(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [poisoned(each, key) for each in value]
    return f"{value}{HOSTILE}" if isinstance(value, str) and key not in WORDS else value


def test_hostile_names_stay_text(stale: Path) -> None:
    """A host called `<script>` is a host with a silly name: in the page, the picture, its titles, and the text."""
    document = poisoned(json.loads((stale / "report.json").read_text()))
    report = from_json(json.dumps(document))
    html = render_page(report)
    page = parse(html)
    assert everything(page, "script") == []
    assert not {"\x07", "\x1b", "\u202e"} & set(html + render_text(report))
    assert "49" not in text_of(everything(page, "h1")[0])
    shown = text_of(everything(page, "h1")[0])
    assert "<script>alert('1')</script> & \"two\" \\x07\\x1b[31m \\u202e ]]> {{ 7*7 }} &lt;" in shown
    titles = [text_of(title) for title in everything(page, "title")]
    assert any("<script>" in title for title in titles)


def test_a_hostile_feature_is_flown_and_reported(tmp_path: Path) -> None:
    """Titles and descriptions are whatever somebody wrote."""
    feature = tmp_path / "own.feature"
    feature.write_text(f"Feature: <b>&amp; '\"\n  </table><script>\n  Scenario: </title>{{{{ x }}}}\n{UP[1:]}\n")
    done = mirrordrill("run", feature, "--report", tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    page = parse((tmp_path / "out" / "report.html").read_text())
    assert everything(page, "script") == []
    assert "<b>&amp; '\"" in text_of(everything(page, "h1")[0])
    assert "</title>{{ x }}" in text_of(everything(page, "h2")[0])


def test_a_cancelled_run_reports_too(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a drill: what was seen until then, and 130."""
    for number in range(3):
        write_feature(tmp_path, UP + FIVE_MINUTES * 400, f"own{number}.feature")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "mirrordrill", "run", str(tmp_path), "--report", str(out), "--show", "verdicts"]
    run = subprocess.Popen(
        [*command, "--agent", "process"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert run.stdout is not None
    assert "SIMULATED" in run.stdout.readline()
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 130, said
    report = read_report(out / "report.json")
    assert (report.exit_code, report.verdict) == (130, "interrupted")
    assert report.drills
    page = parse((out / "report.html").read_text())
    assert "INTERRUPTED" in text_of(page)


def test_a_site_that_a_step_made_is_reported_with_the_hash_of_its_file(tmp_path: Path) -> None:
    """The file is gone when the drill has ended; what was in it is evidence all the same."""
    changed = UP.replace('the example site "rdc"', 'the example site "rdc" with FailOverPolicy = RoundRobin of oragrp')
    report = flown([str(write_feature(tmp_path, changed))], tmp_path / "out")
    [drill] = report.drills
    assert drill.exit_code == 0, drill.steps[0].observed
    assert drill.site is not None
    assert [file.name for file in drill.site.files] == ["main.cf"]
    policies = {policy.name: policy.value for policy in drill.site.policies if policy.of == "group oragrp"}
    assert policies["FailOverPolicy"] == "RoundRobin"


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_flown(tmp_path: Path) -> None:
    """In a word, and as wrong usage."""
    write_feature(tmp_path, UP)
    (tmp_path / "file").touch()
    command = [sys.executable, "-m", "pytest", "-q", str(tmp_path), "--drill-report", str(tmp_path / "file" / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 4
    assert "Not a directory" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_pytest_writes_one_report_whoever_flew_the_drills(tmp_path: Path, workers: list[str]) -> None:
    """`pytest my_drills --drill-report DIR`: drills of all workers in one report, each with its log."""
    for number in range(3):
        write_feature(tmp_path, UP, f"own{number}.feature", f"Drill {number}")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "pytest", "-q", str(tmp_path), "--drill-report", str(out), *workers]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    report = read_report(out / "report.json")
    assert [drill.feature for drill in report.drills] == ["Drill 0", "Drill 1", "Drill 2"]
    assert [drill.id for drill in report.drills] == [1, 2, 3]
    assert all((out / drill.evidence.log_file).is_file() for drill in report.drills)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no json", "this is no JSON"),
        ("[1, 2]", "its format is None"),
        ('{"format": "mirrordrill-report-0"}', "not 'mirrordrill-report-3'"),
        ('{"format": []}', r"its format is []"),
        ('{"format": "mirrordrill-report-1"}', "is missing"),
        ('{"format": "mirrordrill-report-2"}', "report.shared is missing"),
        ('{"format": "mirrordrill-report-3"}', "report.shared is missing"),
    ],
)
def test_what_is_no_report_is_refused_with_the_reason(tmp_path: Path, text: str, says: str) -> None:
    """Never a traceback."""
    file = tmp_path / "report.json"
    file.write_text(text)
    with pytest.raises(UnreadableReportError) as refused:
        read_report(file)
    assert says in str(refused.value)
    assert mirrordrill("report", file).returncode == 2


def test_every_wrong_value_is_refused_with_its_path(migration: Path) -> None:
    """Of a document of a thousand lines that another program wrote."""
    document = json.loads((migration / "report.json").read_text())
    [drill] = document["drills"]
    drill["exit_code"] = 999
    drill["steps"][3]["line"] = "four"
    drill["marks"][0]["kind"] = ""
    first_span = document["shared"]["lanes"][drill["lanes"][0]]["spans"][0]
    stretch = document["shared"]["spans"][first_span][2]
    document["shared"]["stretches"].append({**document["shared"]["stretches"][stretch], "state": "glowing"})
    document["shared"]["spans"][first_span][2] = len(document["shared"]["stretches"]) - 1
    document["shared"]["events"][2][1] = 10**400
    drill["more"] = 1
    del document["tool"]["python"]
    with pytest.raises(UnreadableReportError) as refused:
        from_json(json.dumps(document))
    assert {
        "report.tool.python",
        "report.drills[0].more",
        "report.drills[0].exit_code",
        "report.drills[0].steps[3].line",
        "report.drills[0].marks[0].kind",
        "report.drills[0].lanes[0].spans[0].state",
        "report.drills[0].events[2].t_us",
    } == {line.partition(": ")[0].partition(" ")[0] for line in str(refused.value).splitlines()}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda drill, _: drill.update(site=7), "report.drills[0].site cannot be 7: a place in shared.sites"),
        (lambda drill, _: drill["lanes"].append("x"), "cannot be 'x': a place in shared.lanes"),
        (lambda drill, _: drill["invariants"].insert(0, -1), "report.drills[0].invariants[0] cannot be -1"),
        (lambda drill, _: drill["events"].insert(0, [0, 10**99]), "report.drills[0].events[0] cannot be so large"),
        (lambda drill, _: drill["events"].insert(0, [0, True]), "the first place of a run, and how many"),
        (lambda drill, _: drill["events"].insert(0, [5, 0]), "the first place of a run, and how many"),
        (lambda drill, _: drill.update(events=[[0, 100]] * 10**6), "more than 5,000,000 events is not read"),
        (lambda _, shared: shared["events"].insert(0, "x"), "report.shared.events[0] is no row of n, t_us, text"),
        (
            lambda _, shared: shared["events"][0].__setitem__(2, 10**9),
            "report.shared.events[0][2] cannot be 1000000000",
        ),
        (lambda _, shared: shared.pop("texts"), "report.shared is missing, or lacks one of"),
        (lambda _, shared: shared.pop("ticks"), "report.shared is missing, or lacks one of"),
        (
            lambda _, shared: shared["lanes"][0]["spans"].insert(0, 10**6),
            "report.shared.lanes[0].spans[0] cannot be 1000000",
        ),
        (lambda _, shared: shared["spans"].__setitem__(0, [1, 2]), "report.shared.spans[0] is no row of 4 columns"),
        (lambda _, shared: shared["ticks"][0].__setitem__(1, "x"), "ticks cannot be 'x': a place in shared.labels"),
        (lambda _, shared: shared["lanes"][0].update(spans=[0] * (5 * 10**6 + 1)), "draws more than 5,000,000 things"),
    ],
)
def test_a_place_that_is_not_there_is_refused(
    migration: Path, change: Callable[[dict[str, Any], dict[str, Any]], object], says: str
) -> None:
    """With its path; runs that name the same events again and again do not fill the memory."""
    document = json.loads((migration / "report.json").read_text())
    change(document["drills"][0], document["shared"])
    with pytest.raises(UnreadableReportError) as refused:
        from_json(json.dumps(document))
    assert says in str(refused.value)


def test_what_drills_have_alike_is_written_once(stale: Path) -> None:
    """150 drills that fail alike take less than 2 MB, and each has all its events, lanes, rules and its site."""
    report = many(read_report(stale / "report.json"), 150)
    text = as_json(report)
    assert len(text) < 2_000_000
    assert from_json(text) == report


def test_a_report_of_the_format_before_is_read(migration: Path) -> None:
    """In which each drill had all that it shares with others; an archive is older than the tool."""
    report = read_report(migration / "report.json")
    before = {**msgspec.to_builtins(report), "format": "mirrordrill-report-1"}
    assert from_json(json.dumps(before)) == report


def test_a_report_whose_lanes_had_their_spans_in_them_is_read(migration: Path) -> None:
    """The format between the two."""
    report = read_report(migration / "report.json")
    document = json.loads(as_json(report))
    shared = document["shared"]
    lanes = [lane(shared, each, number) for number, each in enumerate(shared["lanes"])]
    before = {**{name: shared[name] for name in WHOLE_LANES}, "lanes": lanes}
    document |= {"format": "mirrordrill-report-2", "shared": before}
    assert from_json(json.dumps(document)) == report


@pytest.mark.parametrize(("key", "value"), [("simulated", False), ("drills", "two with one number")])
def test_what_no_type_can_say_is_refused_too(migration: Path, key: str, value: object) -> None:
    """A report of something real, and links that would lead into another drill."""
    document = json.loads((migration / "report.json").read_text())
    document[key] = document["drills"] * 2 if key == "drills" else value
    with pytest.raises(UnreadableReportError, match=r"it is simulated|are numbered"):
        from_json(json.dumps(document))


def test_a_result_that_a_worker_packs_is_the_same_when_it_is_unpacked(tmp_path: Path) -> None:
    """As JSON, with what its report says and the steps as data."""
    [drill] = run([str(write_feature(tmp_path, UP))], Options(report=tmp_path / "out"), None).drills
    assert drill == unpacked(packed(drill))
    assert drill.report is not None
    assert json.loads(packed(drill))["scenario"] == drill.scenario


def enlarged(report: Report, events: int) -> Report:
    """The report of a drill with so many events more."""
    [drill] = report.drills
    last = drill.events[-1]
    more = (
        ReportedEvent(
            n, last.t_us + n, "hosta oragrp", f"something that happened {n}, told in the usual length of a line", False
        )
        for n in range(len(drill.events), events)
    )
    return replace(report, drills=(replace(drill, events=(*drill.events, *more)),))


def test_a_page_of_five_thousand_events_stays_small(migration: Path) -> None:
    """About a megabyte, most of it the list of events."""
    html = render_page(enlarged(read_report(migration / "report.json"), 5000))
    assert html.count('<tr id="d1-e') == 5000
    assert len(html) < 1_200_000


def essence(report: Report) -> Report:
    """What is golden of a report: everything measured and judged, without what other tests hold to its words."""

    def only(drill: ReportedDrill) -> ReportedDrill:
        rules = tuple(replace(rule, promise="-", reason="-") for rule in drill.invariants)
        evidence = replace(drill.evidence, log_sha256="-", log_file="-")
        return replace(drill, site=None, events=(), lanes=(), invariants=rules, evidence=evidence)

    tool = Tool(version="-", agent_sha256="-", agent_files=0, python="-")
    return replace(report, id="-", drills=tuple(map(only, report.drills)), tool=tool, fidelity=Fidelity((), (), (), ()))


@pytest.mark.parametrize("name", ["migration", "disaster"])
def test_the_reports_of_the_manuals_tests_are_as_they_were(
    name: str, request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> None:
    """`--update-golden` writes them anew; the diff is then what has to be understood."""
    report = essence(read_report(request.getfixturevalue(name) / "report.json"))
    golden = Path(__file__).resolve().parent / "golden"
    written = {"txt": render_text(report), "json": as_json(report)}
    # Times are golden; at which number an event stands changes with whatever else is logged.
    written = {suffix: re.sub(r'(event"?:?) \d+', r"\1 0", text) for suffix, text in written.items()}
    for suffix, now in written.items():
        file = golden / f"{name}.{suffix}"
        if pytestconfig.getoption("--update-golden"):
            file.write_text(now)
        assert file.read_text().splitlines() == now.splitlines()
