"""A page as a parsed tree, and what the tests ask of it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


def parse(page: str) -> ET.Element:
    """The page as XML: raises ParseError where it is not well-formed."""
    assert page.startswith("<!DOCTYPE html>")
    return ET.fromstring(page)


def everything(page: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in page.iter() if element.tag in {HTML + name, SVG + name}]


def text_of(element: ET.Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def ids(page: ET.Element) -> list[str]:
    return [element.attrib["id"] for element in page.iter() if "id" in element.attrib]


def targets(page: ET.Element) -> Iterator[str]:
    """Where the page's links lead."""
    for element in everything(page, "a"):
        yield element.attrib["href"]
