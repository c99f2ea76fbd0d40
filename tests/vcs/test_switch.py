"""A group starts with its cluster and goes where operators send it."""

from __future__ import annotations

import pytest

from tests.vcs.play import REQUIRES, Drill


def test_a_group_starts_on_its_auto_start_list_once_it_is_probed():
    drill = Drill().started()
    assert drill.online_on == ("hosta",)


@pytest.mark.parametrize("target", ["hostb", "hostc", "hostd"])
def test_a_switch_leaves_the_group_online_on_its_target_only(target):
    """Accepted silently with 0; then offline everywhere, then online on the target."""
    drill = Drill().started()
    assert drill.ha(f"hagrp -switch oragrp -to {target}") == (0, "")
    assert drill.run(60).online_on == (target,)


def test_children_come_first_and_leave_last():
    drill = Drill()
    drill.runner.plan = {(name, "online"): (3.0, None, True) for name in ("mir", "dg", "ora")}
    drill.started(60)
    drill.ha("hagrp -switch oragrp -to hostb")
    drill.run(60)
    up = {name: at for at, name, system in drill.entries("online") if system == "hosta"}
    down = {name: at for at, name, system in drill.entries("offline")}
    order = [name for _, name, system in drill.entries("offline")]
    for parent, child in REQUIRES:
        if child != "nic":
            assert up[child] <= up[parent]
            assert order.index(parent) < order.index(child)
            assert down[parent] <= down[child]
