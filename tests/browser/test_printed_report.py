"""Reports on paper: printed by the chromium of the machine (`tox -e browser`)."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from msgspec.structs import replace

from mirrordrill.drills.report.files import read_report
from mirrordrill.drills.report.model import Report
from mirrordrill.drills.report.page import render_page
from tests.browser.machine import CHROMIUM
from tests.report.conftest import flown
from tests.report.flights import LINKS_LOST, MIGRATION, SITE_LOST, UP, write_feature

playwright = pytest.importorskip("playwright.sync_api", reason="tox -e browser has playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="tox -e browser has it")
Scheme: TypeAlias = Literal["light", "dark"]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The manual's migration test, which holds."""
    folder = tmp_path_factory.mktemp("held")
    return flown([str(write_feature(folder, MIGRATION))], folder)


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A shipped drill that holds because it declares what is lost."""
    return flown(["stale_target"], tmp_path_factory.mktemp("declared"))


def pages(report: Report, folder: Path) -> int:
    """How many sheets a browser prints."""
    if CHROMIUM is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)("there is no chromium here: apt-get install chromium")
    page, paper = folder / "page.html", folder / "page.pdf"
    page.write_text(render_page(report))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--virtual-time-budget=20000"]
    command = [CHROMIUM, *options, f"--print-to-pdf={paper}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))


def copies(report: Report, count: int) -> Report:
    """The same drills again and again, numbered."""
    drills = [report.drills[at % len(report.drills)] for at in range(count)]
    return replace(report, drills=tuple(replace(each, id=at) for at, each in enumerate(drills, start=1)))


def test_each_drill_that_held_is_one_page(held: Report, tmp_path: Path) -> None:
    """Heading, verdict, figures and the whole picture; packed details are put together before they are printed."""
    assert pages(copies(held, 8), tmp_path) - pages(copies(held, 6), tmp_path) == 8 - 6


def test_a_drill_with_declared_losses_is_one_page_too(declared: Report, tmp_path: Path) -> None:
    """What is lost takes room, and the picture gives it."""
    count = len(declared.drills)
    assert any(drill.losses for drill in declared.drills)
    assert pages(copies(declared, 2 * count), tmp_path) - pages(copies(declared, count), tmp_path) <= count + 1


def test_the_report_of_one_drill_has_heading_and_picture_on_one_page(held: Report, tmp_path: Path) -> None:
    """As many pages as one whose drill has no picture at all."""
    bare = replace(held, drills=(replace(held.drills[0], lanes=(), marks=()),))
    assert pages(held, tmp_path) == pages(bare, tmp_path)


def test_a_drill_that_failed_is_printed_in_full(tmp_path: Path) -> None:
    """Steps, rules and the story take more than a page; they are what has to be read."""
    late = SITE_LOST.replace("within 5 minutes", "within 2 seconds")
    failed = flown([str(write_feature(tmp_path, UP + LINKS_LOST + late))], tmp_path / "out")
    assert failed.exit_code != 0
    bare = replace(failed, drills=(replace(failed.drills[0], steps=(), events=(), invariants=()),))
    assert pages(failed, tmp_path) > pages(bare, tmp_path)
    assert read_report(tmp_path / "out") == failed


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_is_read_by_those_who_hear_it(declared: Report, tmp_path: Path, scheme: Scheme) -> None:
    """axe finds nothing: the picture is a group of links, each with its name, in both colour schemes."""
    if CHROMIUM is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)("there is no chromium here: apt-get install chromium")
    file = tmp_path / "page.html"
    file.write_text(render_page(declared))
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(color_scheme=scheme)
        page.goto(file.as_uri())
        found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_tables_of_a_report_fit_a_window(held: Report, declared: Report, tmp_path: Path) -> None:
    """Nothing of the list of drills is cut, also of one that failed at its second step; nor of the outages at 1200."""
    if CHROMIUM is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)("there is no chromium here: apt-get install chromium")
    drill = held.drills[0]
    status = ["held", "FAILED", *["not executed"] * (len(drill.steps) - 2)]
    steps = tuple(replace(each, status=word) for each, word in zip(drill.steps, status, strict=True))
    failed = replace(drill, steps=steps, exit_code=11)
    report = replace(held, drills=tuple(replace(d, id=i) for i, d in enumerate((failed, *declared.drills), start=1)))
    file = tmp_path / "page.html"
    file.write_text(render_page(report))
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(file.as_uri())
        page.locator("#open-all").click()
        for width, kinds in ((1600, ".drills, .outages"), (1200, ".drills, .outages"), (800, ".drills")):
            page.set_viewport_size({"width": width, "height": 1000})
            tables = page.locator(kinds)
            assert tables.count() > 1 or width == 800
            for table in tables.all():
                assert table.evaluate("t => t.scrollWidth - t.parentElement.clientWidth") <= 0, (width, table)
