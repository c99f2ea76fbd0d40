"""Whether a secret stands in what a program left, also where it was packed or written with other letters."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

PACKED = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
"""What may be base64 of something that was compressed."""


def holds(data: bytes, secret: str) -> bool:
    """Whether the bytes have the secret in them: as it is, in base64 at each offset, in hex, in a URL, compressed."""
    forms = set(forms_of(secret))
    return any(form in text for text in unpacked(data) for form in forms)


def forms_of(secret: str) -> Iterator[bytes]:
    """How a text can be written."""
    raw = secret.encode()
    yield from (raw, raw.hex().encode(), raw.hex().upper().encode(), quote(secret, safe="").encode(), raw[::-1])
    for offset in range(3):
        # The letters at both ends depend on what stands before and after.
        yield base64.b64encode(bytes(offset) + raw)[4 * bool(offset) : -4]
        yield base64.urlsafe_b64encode(bytes(offset) + raw)[4 * bool(offset) : -4]
    yield secret.encode("utf-16-le")


def unpacked(data: bytes) -> Iterator[bytes]:
    """The bytes, and what they are when they are decoded and decompressed."""
    yield data
    for found in PACKED.findall(data):
        try:
            inner = base64.b64decode(found.translate(bytes.maketrans(b"-_", b"+/")) + b"==")
        except binascii.Error:
            continue
        for window in (15, -15, 31):
            try:
                yield zlib.decompressobj(window).decompress(inner)
            except zlib.error:
                continue


def files_with(secret: str, folders: Iterable[Path]) -> list[Path]:
    """The files below these folders that have the secret in them or in their names."""
    files = (path for folder in folders for path in folder.rglob("*"))
    return [path for path in files if secret in path.name or (path.is_file() and holds(path.read_bytes(), secret))]
