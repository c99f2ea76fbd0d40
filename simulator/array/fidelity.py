"""What lies under pairs and commands and was not seen either: copies, links, limits, power, disks.

One row per behaviour: what is done here, how sure it is (the marks of dscli.md section 0), and what is known of the
real machine. Behaviour that shows at the DS CLI stands in the DS CLI's own table. `docs/fidelity.md` is printed from
both.

Rule 1: whoever adds a guess to the arrays adds its row.
"""

from __future__ import annotations

from typing import NamedTuple


class Guess(NamedTuple):
    """A behaviour of the model that nobody has seen."""

    modelled: str
    confidence: str
    known: str


GUESSES = (
    Guess("a copy that loses its link suspends its source at the next track, without a host write", "I",
          "2.5 speaks of host writes"),
    Guess("reasons for SRC 06 and 09 are read from captures and given by no transition", "M", "2.4"),
    Guess("links and arrays share their copy rates fairly among the pairs (max-min); arrays have no limit unless the "
          "site says one", "M-", "not found"),
    Guess("a copy runs in the order of track numbers, one track after the other", "M-", "not found"),
    Guess("a mirrored write waits for one round trip of 10 us per km", "M+", "7: proportional (S)"),
    Guess("a pair's data take one working link of its path, chosen by the volume's number", "I",
          "7: balanced over all paths (S)"),
    Guess("at the limits of ports and links both directions count; what exceeds them is refused", "I",
          "5.3, 7: limits and codes (S), not which code belongs to which limit"),
    Guess("a port, LSS or SSID that does not exist or match refuses the whole mkpprcpath; what was defined stays", "M-",
          "8, trap 16 (S): the machine shows path codes 06, 07, 10"),
    Guess("a path whose links are all down is defined only where pairs need it and no other definition works", "I",
          "5.3 (S) for the dropped definition"),
    Guess("a path is Degraded as a whole while some of its port pairs have failed", "I", "5.3 (S)"),
    Guess("a second freeze does not prolong a long busy", "M-", "not found"),
    Guess("critical mode refuses writes after Internal Conditions Target, not after a pause by command", "I", "4 (S)"),
    Guess("power loss: data, states, changed tracks and copied tracks are durable; reservations and held writes are "
          "lost", "M", "not found"),
    Guess("when power returns states are as they were, and paths work again", "I", "5.3 (S): pairs stay suspended"),
    Guess("warm restart: hosts and mirrored writes wait, copies pause, nobody is answered, states are kept", "M-",
          "not found"),
    Guess("one host holds a SCSI reservation; writes of others are refused", "M", "8, trap 18"),
    Guess("persistent reservations: where a volume has keys, writes of hosts without one are refused; reads and pair "
          "commands ask for no key; keys are lost with the power", "M", "not found"),
    Guess("RAID 5 ranks of 1582 GiB, two extent pools, the extents of a volume on one rank where it has room", "M-",
          "6"),
    Guess("port names follow the WWNN: ports 0 to 3 from one pair that was seen, 4 to 7 made up", "I, M-", "6"),
    Guess("a volume is enlarged whatever it holds, but for the remains of an interrupted copy", "invented",
          "not found"),
)  # fmt: skip
"""From the copy engine down to the disks."""


def as_markdown() -> str:
    """The arrays' part of `docs/fidelity.md`."""
    rows = [("what the simulation does", "confidence", "known (dscli.md)"), ("---",) * 3, *GUESSES]
    return "### Under the arrays\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)
