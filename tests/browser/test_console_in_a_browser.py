"""The console in a real browser: chromium of the machine, driven by playwright (`tox -e browser`)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.machine import CHROMIUM
from tests.rehearse.rehearsed import RunningRehearsal

if TYPE_CHECKING:
    from playwright.sync_api import Page

playwright = pytest.importorskip("playwright.sync_api", reason="tox -e browser has playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="tox -e browser has it")
LATE_MS = 180_000
"""Each wait ends with what it waits for; only a page that never shows it takes so long. Other tests run beside it, on a
machine that may be ten times too slow."""
ADDRESS = re.compile(r"^  (\S.*?\S) +(http://127\.0\.0\.1:\d+/enter/\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRehearsal]:
    with RunningRehearsal(tmp_path_factory.mktemp("browser"), "rdc", "--pace", "60") as night:
        yield night


LINES = (
    "cell => { const its = document.createRange(); its.selectNodeContents(cell); return its.getClientRects().length }"
)
"""On how many lines the text of a cell stands."""


def test_a_night_is_lived_through_with_the_keyboard_alone(night: RunningRehearsal, tmp_path: Path) -> None:
    """Break a site, watch the takeover from the other side, decide at a gate, step back; no error in any page."""
    if CHROMIUM is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)("there is no chromium here: apt-get install chromium")
    roles = dict(ADDRESS.findall(night.printed))
    errors: list[str] = []
    playwright.expect.set_options(timeout=LATE_MS)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 860})
        context.set_default_timeout(LATE_MS)
        pages = {}
        for role, address in roles.items():
            page = pages[role] = context.new_page()
            page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(address)
        instructor, site_b = pages["Instructor"], pages["Operator, site B"]
        for _ in ("skip link", "name", "line"):
            instructor.keyboard.press("Tab")
        for line in ("array IBM.2107-75FA120 is lost", "hosta, hostb halt", "gate declare it? for the duty manager"):
            instructor.keyboard.type(line)
            instructor.keyboard.press("Enter")
            playwright.expect(instructor.locator("#answers")).to_contain_text(f"> {line}")
            playwright.expect(instructor.locator("#line")).to_have_value("")
        site_b.locator("[data-place=hostc] input").focus()
        site_b.keyboard.type("hagrp -wait oragrp State ONLINE -sys hostc")
        site_b.keyboard.press("Enter")
        table = site_b.locator("table", has=site_b.locator("caption", has_text="Groups"))
        playwright.expect(table).to_contain_text("ONLINE")
        playwright.expect(site_b.locator("[data-place=hostc] .prompt")).to_have_text("[SIMULATED hostc] $")
        site_b.locator("#gates input").focus()
        site_b.keyboard.type("yes, declare")
        assert night.shell("gate call the vendor? for the storage team")[0] == 0
        playwright.expect(site_b.locator("#gates form")).to_have_count(2)
        playwright.expect(site_b.locator("#gates input").first).to_have_value("yes, declare")
        site_b.keyboard.press("Enter")
        playwright.expect(site_b.locator("#gates form")).to_have_count(1)
        assert night.shell("decide later")[0] == 0
        playwright.expect(site_b.locator("#gates form")).to_have_count(0)
        look_at_the_timeline(instructor)
        for page in pages.values():
            found = axe.Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        look_at_the_paper(instructor)
        instructor.screenshot(path=tmp_path / "instructor.png")
        site_b.screenshot(path=tmp_path / "operator.png")
        instructor.locator("#line").fill("back 00:10:00 as again")
        instructor.keyboard.press("Enter")
        playwright.expect(instructor.locator("svg.rails")).to_contain_text("* again")
        playwright.expect(table).to_contain_text("hosta")
        assert "SIMULATED" in instructor.title()
        assert night.shell("report")[0] == 0
        for name in ("debriefing.html", "report.html"):
            kept = context.new_page()
            kept.goto((night.folder / "report" / name).as_uri())
            found = axe.Axe().run(kept)
            assert found.violations_count == 0, found.generate_report()
            kept.set_viewport_size({"width": 400, "height": 740})
            assert kept.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            for clock in kept.locator(".actions td:first-child").all():
                assert clock.evaluate(LINES) == 1
        playwright.expect(instructor.locator("#view")).to_contain_text("Operator, site B 1")
        old = browser.new_context(java_script_enabled=False).new_page()
        old.set_default_timeout(LATE_MS)
        old.goto(roles["Storage administrator"])
        playwright.expect(old.locator("#lifeless")).to_contain_text("is too old for this one")
        playwright.expect(site_b.locator("#lifeless")).to_be_hidden()
        instructor.set_viewport_size({"width": 360, "height": 740})
        assert instructor.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        instructor.set_viewport_size({"width": 400, "height": 740})
        pairs = instructor.locator("table", has=instructor.locator("caption", has_text="both opinions"))
        assert pairs.evaluate("table => table.offsetWidth <= table.parentElement.clientWidth")
        browser.close()
    assert errors == []


def look_at_the_paper(page: Page) -> None:
    """Printed, the truth begins on the first sheet, a gate that waits is there, and what can only be pressed is not."""
    said = page.locator("#line").input_value()
    page.locator("#line").fill("gate print it? for the duty manager")
    page.locator("#line").press("Enter")
    playwright.expect(page.locator("#gates form")).to_have_count(1)
    page.emulate_media(media="print")
    playwright.expect(page.locator("#gates label")).to_be_visible()
    for hidden in ("#gates input", "#gates button", "#person", "#h-notes", "#h-faults"):
        playwright.expect(page.locator(hidden)).to_be_hidden()
    top = page.locator("#h-truth").bounding_box()
    assert top is not None
    assert top["y"] < page.locator("#gates").evaluate("gates => gates.getBoundingClientRect().bottom") + 60
    assert page.locator(".view .wide").first.evaluate("wide => getComputedStyle(wide).display") == "block"
    page.emulate_media(media="screen")
    page.locator("#line").fill("decide printed")
    page.locator("#line").press("Enter")
    playwright.expect(page.locator("#gates form")).to_have_count(0)
    page.locator("#line").fill(said)


def look_at_the_timeline(page: Page) -> None:
    """Open it, and follow a bar to its event, with the keyboard alone."""
    page.locator("#picture summary").focus()
    page.keyboard.press("Enter")
    bar = page.locator("#drawing a").first
    playwright.expect(bar).to_be_attached()
    bar.focus()
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#event")).to_contain_text(re.compile(r"^> ", re.MULTILINE))
