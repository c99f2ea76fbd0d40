"""What a list of a large array costs, in time of the processor."""

from __future__ import annotations

import time

from mirrordrill.simulator.array.plan import ImagePlan, PairPlan, StoragePlan, VolumePlan
from tests.array.sites import LINK, A, B, Site
from tests.dscli.consoles import DscliUser

PAIRS = 50_000


def test_fifty_thousand_pairs_are_listed_in_a_second() -> None:
    """In delim format, the log-in included."""
    volumes = tuple(VolumePlan(f"{number:04X}", 1000) for number in range(PAIRS))
    images = ImagePlan(A, "5005076303FFC120", volumes), ImagePlan(B, "5005076303FFC150", volumes)
    pairs = tuple(PairPlan(A, each.volume, B, each.volume) for each in volumes)
    user = DscliUser(Site(StoragePlan(images, pairs, (LINK,))))
    begun_s = time.process_time()
    code, output = user.once("lspprc -fmt delim -bnr off -hdr off 0000-FFFF", console="hmca1")
    cost_s = time.process_time() - begun_s
    assert (code, output.count("\n")) == (0, PAIRS)
    assert cost_s < 1.0
