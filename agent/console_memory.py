"""What a node remembers of its management consoles from one entry point to the next: who refused, and who was silent.

A refused account must not be tried again by whatever runs by itself, because five failures lock it. A console that gave
no session a moment ago costs the next entry point its connect time once more, so it is tried last for a while.

Rule: both are notes, and courtesies. Which console was silent is forgotten where it cannot be read or written; who
refused is noted outside of /var then, for clean comes back every few minutes until it succeeds.
"""

from __future__ import annotations

from typing import Dict, Iterable, Optional, Tuple

from . import statetext
from .arguments import Attributes
from .errors import GarbledState
from .messages import REFUSAL_NOT_NOTED, say
from .ports import Node

REFUSED_NAME = "login.refused"
"""The state file that remembers, for all resources of the node, which accounts were refused at their last login."""
NOTED_ELSEWHERE = "login.refused.note"
"""The private file that remembers it where no state file can be written."""
KEY = "account"
"""What the keys of both begin with; a number follows."""
HEADING = "MetroMirror: the accounts that were refused at their last login from here"


def _account(attributes: Attributes) -> str:
    return f"{attributes.user} of {attributes.local_image} by {attributes.password_file}"


def _render(accounts: Iterable[str]) -> str:
    return statetext.render(HEADING, {f"{KEY}{at}": each for at, each in enumerate(accounts)})


def _accounts(text: Optional[str]) -> Tuple[str, ...]:
    """The accounts in a note; none where there is none, or where it is not readable.

    An earlier version noted one account under other keys. Such a note names no account, and goes with the next one.
    """
    try:
        values = statetext.parse(REFUSED_NAME, text) if text else {}
    except GarbledState:
        return ()
    return tuple(account for key, account in values.items() if key.startswith(KEY))


def _noted(node: Node) -> Tuple[str, ...]:
    """The accounts in the state file. An array of another resource may have refused its account, too."""
    try:
        return _accounts(node.read_state(REFUSED_NAME))
    except OSError:
        return ()


def note_refusal(node: Node, attributes: Attributes) -> None:
    """Remember that the account was refused, so that whatever runs by itself does not lock it by trying again."""
    account = _account(attributes)
    try:
        node.write_state(REFUSED_NAME, _render(dict.fromkeys((*_noted(node), account))))
    except (OSError, ValueError):
        try:
            elsewhere = _accounts(node.private_text(NOTED_ELSEWHERE))
            node.private_file(NOTED_ELSEWHERE, _render(dict.fromkeys((*elsewhere, account))))
        except (OSError, ValueError) as error:
            say(node, REFUSAL_NOT_NOTED, reason=error)


def forget_refusal(node: Node, attributes: Attributes) -> None:
    """A login of this account worked; what is noted of others stays."""
    account = _account(attributes)
    try:
        elsewhere = _accounts(node.private_text(NOTED_ELSEWHERE))
        if account in elsewhere:
            rest = [each for each in elsewhere if each != account]
            node.private_file(NOTED_ELSEWHERE, _render(rest) if rest else "")
        if node.has_state(REFUSED_NAME):
            _forget_in_state(node, account)
    except OSError as error:
        say(node, REFUSAL_NOT_NOTED, reason=error)


def _forget_in_state(node: Node, account: str) -> None:
    noted = _noted(node)
    rest = [each for each in noted if each != account]
    if not rest:
        # Nor is one kept that cannot be read.
        node.remove_state(REFUSED_NAME)
    elif account in noted:
        node.write_state(REFUSED_NAME, _render(rest))


def was_refused(node: Node, attributes: Attributes) -> bool:
    """Whether this account was refused at its last login from this node, as far as the node can tell."""
    return _account(attributes) in (*_noted(node), *_accounts(node.private_text(NOTED_ELSEWHERE)))


SILENT_NAME = "hmc.silent"
"""The state file that remembers, for all resources of the node, which consoles gave no session, and when."""
SILENT_FOR_S = 900.0
"""For so long a console that was silent is tried last."""


def silences(node: Node) -> Dict[str, float]:
    """The consoles that gave no session lately in this boot, each with its moment in uptime."""
    try:
        text = node.read_state(SILENT_NAME)
        values = statetext.parse(SILENT_NAME, text) if text else {}
        if values.get("boot_id") != node.boot_id():
            return {}
        notes = [note.rpartition("@") for note in values.get("silent", "").split()]
        found = {hmc: float(at_s) for hmc, _, at_s in notes}
    except (OSError, GarbledState, ValueError):
        return {}
    now_s = node.uptime_s()
    return {hmc: at_s for hmc, at_s in found.items() if now_s - SILENT_FOR_S < at_s <= now_s}


def note_silence(node: Node, hmc: str) -> None:
    """Remember that the console gave no session."""
    _write_silences(node, {**silences(node), hmc: node.uptime_s()})


def forget_silence(node: Node, hmc: str) -> None:
    """The console gave a session."""
    known = silences(node)
    if hmc in known:
        _write_silences(node, {each: at_s for each, at_s in known.items() if each != hmc})


def _write_silences(node: Node, known: Dict[str, float]) -> None:
    try:
        if not known:
            node.remove_state(SILENT_NAME)
            return
        values = {"boot_id": node.boot_id(), "silent": " ".join(f"{hmc}@{at_s:.2f}" for hmc, at_s in known.items())}
        node.write_state(SILENT_NAME, statetext.render("MetroMirror: consoles that gave no session, and when", values))
    except (OSError, ValueError):
        return
