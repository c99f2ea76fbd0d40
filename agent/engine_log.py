"""What operators have to see without looking for it: a line in engine_A.log, through `halog`.

MetroMirror_A.log has everything, on one node. The engine's log is where people look, and what monitoring tools read.
"""

from __future__ import annotations

from .budget import Limits
from .messages import Message, one_line
from .ports import Node, Severity

LETTERS = {
    Severity.CRITICAL: "C",
    Severity.ERROR: "E",
    Severity.WARNING: "W",
    Severity.NOTICE: "N",
    Severity.INFO: "I",
}
TEXT_MAX = 400


def tell_engine(node: Node, resource: str, message: Message, **fields: object) -> None:
    """Add the message to the engine's log. A courtesy: an engine that does not answer is no reason to fail."""
    text = one_line(f"MetroMirror:{resource}: {message.template.format(**fields)}")[:TEXT_MAX]
    node.run_ha(["halog", "-add", text, "-sev", LETTERS[message.severity]], Limits().ha_s)
