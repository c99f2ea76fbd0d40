"""A served site of two clusters: each program speaks to the cluster of the host it is typed on."""

from __future__ import annotations

from pathlib import Path

from tests.serve.served import ServedSite


def test_a_group_is_switched_to_the_other_cluster_by_programs(tmp_path: Path) -> None:
    """hagrp on a host of each cluster, and what each of them believes."""
    with ServedSite(tmp_path, "gco") as site:
        assert site.run("hasys", "-list", host="hostd") == (0, "hostc\nhostd\n")
        assert site.run("hagrp", "-switch", "oragrp", "-to", "hostc", "-clus", "clusb") == (0, "")
        waited = site.run("hagrp", "-wait", "oragrp", "State", "ONLINE", "-sys", "hostc", "-time", "300", host="hostc")
        assert waited == (0, "")
        assert site.run("sleep", "1") == (0, "")  # what one cluster tells the other takes its time
        assert site.run("hagrp", "-value", "oragrp", "Authority") == (0, "0\n")
        code, printed = site.run("hagrp", "-state", "oragrp", "-clus", "clusb")
        assert (code, "clusb:hostc |ONLINE|" in " ".join(printed.split())) == (0, True)
