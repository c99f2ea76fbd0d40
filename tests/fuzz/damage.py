"""Damage that any file can come with: stretches lost, doubled or hostile, other encodings, and no file at all."""

from __future__ import annotations

import os
import random
from pathlib import Path

HOSTILE = (
    "\x1b[2J", "\x1b]0;t\x07", "\r", "\n", "\0", "\ufeff", "\u202e", "\u200b", "\ud800", "{", "}", "(", ")", '"', "'",
    "=", "@", "../../../x", "/etc/passwd", "$(id)", "`id`", "<script>", "=1+1", "9" * 400, "-1", "1e999", "nan", "inf",
    "9" * 5000, "\u00b2", "\u0663",
    "0.000001 seconds", "3650 days", "%s%n", "\\", "\t", " ", "\u00fc", "\U0001f600", "A" * 5000, "[" * 3000, "null",
)  # fmt: skip


def mutated(chance: random.Random, text: str) -> str:
    """The text with a few stretches lost, doubled, moved, or something hostile put in their place."""
    for _ in range(chance.randrange(1, 5)):
        first = chance.randrange(len(text) + 1)
        last = min(len(text), first + chance.choice((0, 1, 1, 4, 20, 200)))
        match chance.randrange(4):
            case 0:
                text = text[:first] + text[last:]
            case 1:
                text = text[:last] + text[first:last] * chance.choice((1, 1, 50)) + text[last:]
            case _:
                text = text[:first] + chance.choice(HOSTILE) * chance.choice((1, 1, 3)) + text[last:]
    return text


def damaged(chance: random.Random, content: bytes) -> bytes:
    """Bytes of a file in another encoding, with other line ends, cut off, or changed here and there."""
    text = content.decode("utf-8", "surrogateescape")
    match chance.randrange(8):
        case 0:
            return text.encode("utf-16", "surrogatepass")
        case 1:
            return text.replace("\n", "\r").encode("utf-8", "surrogateescape")
        case 2:
            return content[: chance.randrange(len(content) + 1)]
        case 3:
            return b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")
        case 4:
            changed = bytearray(content)
            for _ in range(chance.randrange(1, 30)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            return bytes(changed)
        case _:
            return mutated(chance, text).encode("utf-8", "surrogatepass")


def put(chance: random.Random, path: Path, content: bytes) -> None:
    """Put it, damaged, into its place, or now and then something that is no file there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    match chance.randrange(16):
        case 0:
            os.mkfifo(path)
        case 1:
            path.symlink_to(chance.choice(("/dev/zero", "/dev/null", "/dev/tty", "/", "nowhere", path.name)))
        case 2:
            path.mkdir()
        case 3:
            pass
        case _:
            path.write_bytes(damaged(chance, content))
