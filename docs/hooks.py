"""Hooks of `make docs`: pages that stand at the top of the repository, and links that lead there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
"""Pages of the repository's top that the site has, too."""
ELSEWHERE = re.compile(r"\[([^\]]+)\]\((?:\.\./)(?!ARCHITECTURE|CONTRIBUTING|CHANGELOG)[^)]*\)")
"""A link to a file that is no page of the site: only its text is kept."""


def on_files(files: Files, config: Any) -> Files:
    """Add the pages of the repository's top."""
    for name in PAGES:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Make links fit the site: pages of the top lie beside the others there."""
    if page.file.src_path in PAGES:
        markdown = re.sub(r"\]\(docs/", "](", markdown)
        return re.sub(r"\[([^\]]+)\]\((?!https?:|#|[\w-]+\.md)[^)]*\)", r"\1", markdown)
    return re.sub(r"\]\(\.\./(ARCHITECTURE|CONTRIBUTING|CHANGELOG)", r"](\1", ELSEWHERE.sub(r"\1", markdown))
