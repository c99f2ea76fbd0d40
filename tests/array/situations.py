"""Situations of a pair, each a short story: what the phase table of dscli.md 2.5 tells, and what it leaves out.

A story is a list of steps separated by commas. `A` is the array whose volume 1260 is written to, `B` the other one; an
operation names the array that is asked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from mirrordrill.simulator.array.mirror.pairs import Wishes
from mirrordrill.simulator.array.mirror.states import Cell, PairType
from mirrordrill.simulator.array.storage_image import Address
from tests.array.sites import VOLUMES, A, B, Site, plan_of

IMAGES = {"A": A, "B": B}
FIRST_COPY = "no pair, establish A"
COPYING = ("Copy Pending", "Target Copy Pending")
BROKEN = "Suspended, Internal Conditions Target"
GONE_HOME = "failover B, failback B, wait 60, failover A"

PHASES = [
    # The rows of the phase table, in its order.
    ("no pair", "no pair", "Simplex", "Simplex"),
    ("first copy", FIRST_COPY, *COPYING),
    ("normal", "", "Full Duplex", "Target Full Duplex"),
    ("pausepprc at A, link up", "pause A", "Suspended, Host Source", "Target Suspended, Update Target"),
    ("pausepprc -at tgt at B, link up", "pause_at_target B", "Suspended, Host Target", "Target Suspended, Host Target"),
    ("freezepprc at A", "freeze", "Suspended, Freeze", "Target Full Duplex"),
    ("link down, no host write yet", "cut, wait 5", "Full Duplex", "Target Full Duplex"),
    ("link down, host write on A", "write A, cut, wait 5", BROKEN, "Target Full Duplex"),
    ("A lost", "write A, lose A, wait 60", "Full Duplex, inaccessible", "Target Full Duplex"),
    ("after failoverpprc at B", "failover B", "Full Duplex", "Suspended, Host Source"),
    (
        "after failoverpprc at B, next host write on A", "failover B, write A",
        BROKEN, "Suspended, Host Source",
    ),
    ("after failbackpprc at B, copying", "failover B, failback B", *COPYING[::-1]),
    ("resync done", "failover B, failback B, wait 60", "Target Full Duplex", "Full Duplex"),
    ("failoverpprc at A, going home", GONE_HOME, "Suspended, Host Source", "Full Duplex"),
    (
        "failoverpprc at A, going home, next host write on B", f"{GONE_HOME}, write B",
        "Suspended, Host Source", BROKEN,
    ),
    ("failbackpprc at A", f"{GONE_HOME}, failback A", *COPYING),
    ("failbackpprc at A, done", f"{GONE_HOME}, failback A, wait 60", "Full Duplex", "Target Full Duplex"),
    ("rmpprc only at B", "remove_at_target B", "Suspended, Simplex Target", "Simplex"),
]  # fmt: skip
"""Phase, its story, what lspprc says at A, what it says at B."""

MORE = [
    ("first copy done", f"{FIRST_COPY}, wait 12", "Full Duplex", "Target Full Duplex"),
    ("declared equal", "no pair, establish_no_copy A", "Full Duplex", "Target Full Duplex"),
    ("removed at A", "remove A", "Simplex", "Simplex"),
    ("removed at A in the middle of a copy", f"{FIRST_COPY}, remove A", "Simplex", "Simplex"),
    ("removed at A, paused", "pause A, remove A", "Simplex", "Simplex"),
    ("removed at A, link down", "cut, remove A", "Simplex", "Target Full Duplex"),
    (
        "removed at B in the middle of a copy", f"{FIRST_COPY}, remove_at_target B",
        "Suspended, Simplex Target", "Simplex",
    ),
    ("removed at B, paused", "pause A, remove_at_target B", "Suspended, Host Source", "Simplex"),
    ("removed at B, link down", "cut, remove_at_target B", "Full Duplex", "Simplex"),
    (
        "paused in the middle of a copy", f"{FIRST_COPY}, pause A",
        "Suspended, Host Source", "Target Suspended, Update Target",
    ),
    (
        "paused at B in the middle of a copy", f"{FIRST_COPY}, pause_at_target B",
        "Suspended, Host Target", "Target Suspended, Host Target",
    ),
    ("frozen in the middle of a copy", f"{FIRST_COPY}, freeze", "Suspended, Freeze", "Target Copy Pending"),
    ("resumed", "pause A, resume A", *COPYING),
    ("resumed after a suspension that B never heard of", "write A, cut, wait 5, mend, resume A", *COPYING),
    (
        "link down in the middle of a copy", f"{FIRST_COPY}, wait 2, cut",
        BROKEN, "Target Copy Pending",
    ),
    ("resumed after that", f"{FIRST_COPY}, wait 2, cut, mend, resume A", *COPYING),
    ("write that finds Global Copy cut", "no pair, global copy, wait 60, cut, write A", BROKEN, "Target Copy Pending"),
    ("failover repeated", "failover B, failover B", "Full Duplex", "Suspended, Host Source"),
    ("failover of a paused target", "pause A, failover B", "Suspended, Host Source", "Suspended, Host Source"),
    ("failover in the middle of a copy", f"{FIRST_COPY}, failover B", "Copy Pending", "Suspended, Host Source"),
    ("failback over a copy that stands still", f"{FIRST_COPY}, failover B, failback B", *COPYING[::-1]),
    ("failback over a suspended source", "failover B, write A, failback B", *COPYING[::-1]),
    ("failback to a paused target", "pause A, failback A", *COPYING),
    ("failback to a target that was never told", "write A, cut, wait 5, mend, failback A", *COPYING),
    ("failback to a target of a broken copy", f"{FIRST_COPY}, wait 2, cut, mend, failback A", *COPYING),
    ("failback to a volume in no pair", "failover B, remove A, failback B", *COPYING[::-1]),
    ("warm restart of A", "write A, restart A, wait 60", "Full Duplex", "Target Full Duplex"),
    ("B lost and back", "write A, lose B, wait 60, return B, wait 60", BROKEN, "Target Full Duplex"),
]  # fmt: skip
"""What can happen besides; the coverage of the transition tables needs all of it."""


def live(story: str) -> Site:
    """A site after a story."""
    site = Site(replace(plan_of(paired=not story.startswith("no pair")), copy_setup_s=0.5))
    for step in filter(None, story.split(", ")):
        _do(site, step)
    return site


def _do(site: Site, step: str) -> None:
    storage, (verb, *rest) = site.storage, step.split()
    word = rest[0] if rest else ""
    match verb, word:
        case "no", "pair":
            pass
        case "wait", seconds:
            site.run(float(seconds))
        case (("cut" | "mend"), _):
            storage.fabric.set_link("blue", is_up=verb == "mend")
        case "write", where:
            name = f"application at {where}"
            storage.open_stream(name, 500, 10.0).start(IMAGES[where], VOLUMES, "host")
            site.run(5)
        case (("lose" | "return"), where):
            storage.set_power(IMAGES[where], is_on=verb == "return")
        case "restart", where:
            storage.faults.restart_array(IMAGES[where], lasts_s=8)
        case "freeze", _:
            storage.consistency.freeze(storage.image(A), 0x12, storage.image(B), 0x12)
        case "global", _:
            wishes = Wishes(pair_type=PairType.GLOBAL_COPY)
            storage.pairs.establish(site.volume(A), Address(B, "1260"), wishes=wishes)
        case "establish_no_copy", where:
            storage.pairs.establish(site.volume(IMAGES[where]), Address(B, "1260"), copy=False)
        case operation, where:
            site.ask(operation, IMAGES[where])


def said(site: Site) -> tuple[str, str]:
    """What both arrays say of volume 1260, and whether its data can be reached."""
    a, b = (
        text + ("" if site.volume(image).is_accessible else ", inaccessible")
        for text, image in zip(site.views(), (A, B), strict=True)
    )
    return a, b


def exercised() -> Counter[Cell]:
    """How often the stories apply each cell of the transition tables."""
    total: Counter[Cell] = Counter()
    for _, story, _, _ in (*PHASES, *MORE):
        total += live(story).storage.pairs.exercised
    return total
