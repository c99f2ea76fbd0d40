r"""How any text stands between the double quotes of a step: `"` as `\q`, `\` as `\\`, a line end as `\n`.

Rule 1: every text can be written, and comes back as it was.
Rule 2: half of a sign (a lone surrogate, which only an edit can have written) is read as `?`: no file takes it.
"""

from __future__ import annotations

import re

SIGNS = {"\\": "\\\\", '"': "\\q", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
BACK = {written: sign for sign, written in SIGNS.items()}
WRITTEN = re.compile(r"\\(?:u[0-9a-f]{4}|.)", re.DOTALL)


def quoted(text: str) -> str:
    """The text as a step has it between its quotes."""
    return "".join(SIGNS.get(sign, sign if is_plain(sign) else f"\\u{ord(sign):04x}") for sign in text)


def unquoted(text: str) -> str:
    """The text that was meant. What is written in no known way stays as it is."""
    return WRITTEN.sub(lambda found: _read(found[0]), text)


def is_plain(sign: str) -> bool:
    """Whether a sign stands in a line of a UTF-8 file as it is."""
    return ord(sign) > 0xFFFF or (sign.isprintable() and not 0xD800 <= ord(sign) <= 0xDFFF)


def _read(written: str) -> str:
    if written.startswith("\\u") and len(written) > 2:
        return chr(int(written[2:], 16)).encode("utf-8", "replace").decode()
    return BACK.get(written, written)
