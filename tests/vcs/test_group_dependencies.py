"""Groups that require each other: who starts after whom, who goes with whom, and what operators are refused."""

from __future__ import annotations

import pytest

from mirrordrill.simulator.vcs.events import EntryPointStarted, ResourceChanged
from mirrordrill.simulator.vcs.spec import (
    GroupDependencySpec,
    GroupSpec,
    Location,
    Parallel,
    ResourceSpec,
    Rigidity,
    SpecError,
)
from tests.vcs.play import HOSTS, Drill, cluster_spec

SYSTEMS = tuple((host, number) for number, host in enumerate(HOSTS))


def group(name: str, *requires: GroupDependencySpec, starts: tuple[str, ...] = HOSTS, **changes: object) -> GroupSpec:
    """A group with two resources, one on the other, that starts wherever it can."""
    resources = (ResourceSpec(f"{name}0", "IP"), ResourceSpec(f"{name}1", "Oracle"))
    dependencies = ((f"{name}1", f"{name}0"),)
    return GroupSpec(name, SYSTEMS, resources, dependencies, auto_start_list=starts, requires=requires, **changes)  # type: ignore[arg-type]  # fields of GroupSpec


def on(location: Location, rigidity: Rigidity) -> GroupDependencySpec:
    return GroupDependencySpec("db", True, location, rigidity)


LOCAL, GLOBAL, REMOTE = Location
SOFT, FIRM, HARD = Rigidity
OFFLINE = GroupDependencySpec("db", False, LOCAL, None)


def play(required: GroupDependencySpec, app: tuple[str, ...] = HOSTS, db: tuple[str, ...] = ("hosta",)) -> Drill:
    """`app` requires `db`; both have started. What takes time takes ten seconds."""
    drill = Drill(cluster_spec(group("app", required, starts=app), group("db", starts=db)))
    for name in ("app0", "app1", "db0", "db1"):
        for entry in ("online", "offline", "clean"):
            drill.runner.plan[name, entry] = (10.0, None, True)
    return drill.started(200)


def where(drill: Drill) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The systems of app and of db."""
    return drill.cluster.group_online_on("app"), drill.cluster.group_online_on("db")


def order(drill: Drill, since: int) -> list[str]:
    """Groups in the order in which their first resource on the way went up or down: `app- db- db+ app+`."""
    said = []
    for record in drill.kernel.log.since(since):
        event = record.event
        if isinstance(event, EntryPointStarted) and event.entry in {"online", "offline"}:
            said.append(event.resource[:-1] + ("+" if event.entry == "online" else "-"))
    return list(dict.fromkeys(said))


@pytest.mark.parametrize(
    ("required", "app", "expected"),
    [
        (on(LOCAL, FIRM), HOSTS, ("hosta",)),
        (on(LOCAL, FIRM), ("hostb",), ()),
        (on(GLOBAL, SOFT), ("hostb",), ("hostb",)),
        (on(REMOTE, SOFT), HOSTS, ("hostb",)),
        (OFFLINE, HOSTS, ("hostb",)),
    ],
)
def test_a_parent_starts_after_its_child_and_where_it_may(required, app, expected):
    """Online local: beside the child and nowhere else, not even where AutoStartList would have it."""
    drill = play(required, app)
    assert where(drill) == (expected, ("hosta",))
    if required.online and expected:
        assert order(drill, 0) == ["db+", "app+"]


DB_FAULTS = [
    # required, app at first, where app and db are in the end, who went in which order
    (on(LOCAL, SOFT), "hosta", ("hostb", "hostb"), ["db-", "db+", "app-", "app+"]),
    (on(LOCAL, FIRM), "hosta", ("hostb", "hostb"), ["app-", "db-", "db+", "app+"]),
    (on(LOCAL, HARD), "hosta", ("hostb", "hostb"), ["app-", "db-", "db+", "app+"]),
    (on(GLOBAL, SOFT), "hostc", ("hostc", "hostb"), ["db-", "db+"]),
    (on(GLOBAL, FIRM), "hostc", ("hosta", "hostb"), ["app-", "db-", "db+", "app+"]),
    (on(REMOTE, SOFT), "hostb", ("hosta", "hostb"), ["db-", "db+", "app-", "app+"]),
    (on(REMOTE, FIRM), "hostb", ("hosta", "hostb"), ["app-", "db-", "db+", "app+"]),
    (OFFLINE, "hostd", ("hostd", "hostb"), ["db-", "db+"]),
]


@pytest.mark.parametrize(("required", "app", "expected", "story"), DB_FAULTS)
def test_when_the_child_faults(required, app, expected, story):
    """Its lower resource dies: the upper one is taken down, the group goes to the next system."""
    drill = play(required, (app,))
    assert where(drill) == ((app,), ("hosta",))
    since = len(drill.kernel.log)
    drill.runner.up["db0", "hosta"] = False
    drill.run(600)
    assert where(drill) == ((expected[0],), (expected[1],))
    told = [step for step in order(drill, since) if step != "db-" or "db-" in story]
    assert told == story


APP_FAULTS = [
    (on(LOCAL, SOFT), "hosta", (), "hosta"),
    (on(LOCAL, FIRM), "hosta", (), "hosta"),
    (on(LOCAL, HARD), "hosta", ("hostb",), "hostb"),
    (on(GLOBAL, FIRM), "hosta", ("hostb",), "hosta"),
    (on(REMOTE, FIRM), "hostb", ("hostc",), "hosta"),
    (OFFLINE, "hostb", ("hostc",), "hosta"),
]


@pytest.mark.parametrize(("required", "app", "then", "db"), APP_FAULTS)
def test_when_the_parent_faults(required, app, then, db):
    """It may go where its child is, so local soft and firm leave it nowhere to go; hard takes the child along."""
    drill = play(required, (app,))
    drill.runner.up["app0", app] = False
    drill.run(600)
    assert where(drill) == (then, (db,))
    assert "FAULTED" in drill.cluster.group_state("app", app)


def test_a_hard_parent_without_anywhere_to_go_leaves_its_child_alone():
    """Nothing is taken offline for a failover that cannot be."""
    drill = play(on(LOCAL, HARD))
    for host in HOSTS[1:]:
        drill.ha(f"hasys -freeze {host}")
    drill.runner.up["app0", "hosta"] = False
    drill.run(600)
    assert where(drill) == ((), ("hosta",))


@pytest.mark.parametrize("required", [on(LOCAL, SOFT), on(LOCAL, FIRM), on(GLOBAL, FIRM), on(GLOBAL, SOFT)])
def test_when_their_system_dies_the_child_comes_first(required):
    drill = play(required, ("hosta",))
    since = len(drill.kernel.log)
    drill.crash("hosta")
    drill.run(600)
    assert where(drill)[1] == ("hostb",)
    assert where(drill)[0] == ("hostb",)
    assert order(drill, since) == ["db+", "app+"]


def test_a_parent_that_has_nowhere_to_stand_starts_when_its_child_does():
    """The child faults everywhere; an operator clears it and brings it online."""
    drill = play(on(GLOBAL, FIRM), ("hostd",))
    for host in HOSTS:
        drill.runner.plan["db0", "online", host] = (10.0, None, False)
    drill.runner.up["db0", "hosta"] = False
    drill.run(4000)
    assert where(drill) == ((), ())
    drill.ha("hagrp -clear db")
    for host in HOSTS:
        del drill.runner.plan["db0", "online", host]
    drill.ha("hagrp -online db -sys hostc")
    drill.run(200)
    assert where(drill) == (("hostd",), ("hostc",))


def test_production_that_fails_over_evicts_the_test_group():
    """Offline local: test requires production offline; only where production can go nowhere else."""
    drill = play(OFFLINE, ("hostb",))
    drill.ha("hagrp -freeze app")
    drill.ha("hagrp -unfreeze app")
    for host in ("hostc", "hostd"):
        drill.ha(f"hasys -freeze {host}")
    since = len(drill.kernel.log)
    drill.crash("hosta")
    drill.run(600)
    assert where(drill) == ((), ("hostb",))
    assert order(drill, since) == ["app-", "db+"]
    up = {"app": 0, "db": 0}
    for record in drill.kernel.log.since(since):
        if isinstance(record.event, ResourceChanged) and record.event.system == "hostb":
            up[record.event.resource[:-1]] += 1 if record.event.after == "ONLINE" else -1
            assert up["app"] <= -2 or up["db"] == 0


@pytest.mark.parametrize(
    ("required", "app", "line", "word"),
    [
        (on(LOCAL, FIRM), "hosta", "hagrp -offline db -sys hosta", "group app requires it"),
        (on(GLOBAL, FIRM), "hostb", "hagrp -offline db -any", "group app requires it"),
        (on(GLOBAL, FIRM), "hostb", "hagrp -switch db -to hostc", "group app requires it"),
        (on(LOCAL, SOFT), "hosta", "hagrp -switch app -to hostb", "requires group db online local soft"),
        (on(LOCAL, FIRM), "hosta", "hagrp -switch app -any", "no other system qualifies"),
        (OFFLINE, "hostb", "hagrp -switch db -to hostb", "group app must not be up beside it"),
        (OFFLINE, "hostb", "hagrp -switch app -to hosta", "requires group db offline local"),
    ],
)
def test_an_operator_is_refused_what_breaks_a_dependency(required, app, line, word):
    drill = play(required, (app,))
    before = where(drill)
    code, output = drill.ha(line)
    assert (code, output[:17]) == (1, "VCS WARNING V-16-")
    assert word in output
    drill.run(200)
    assert where(drill) == before


def test_a_parent_is_not_brought_online_without_its_child():
    drill = play(on(GLOBAL, SOFT), ())
    assert drill.ha("hagrp -offline db -any") == (0, "")
    drill.run(60)
    code, output = drill.ha("hagrp -online app -sys hosta")
    assert code == 1
    assert "requires group db online global soft" in output


def test_a_soft_child_may_be_stopped_and_switched_and_the_parent_follows():
    drill = play(on(LOCAL, SOFT))
    assert drill.ha("hagrp -switch db -to hostc") == (0, "")
    drill.run(200)
    assert where(drill) == (("hostc",), ("hostc",))
    assert drill.ha("hagrp -offline db -any") == (0, "")
    drill.run(200)
    assert where(drill) == (("hostc",), ())


def test_a_hard_parent_that_is_switched_takes_its_child_along():
    drill = play(on(LOCAL, HARD))
    since = len(drill.kernel.log)
    assert drill.ha("hagrp -switch app -to hostc") == (0, "")
    drill.run(200)
    assert where(drill) == (("hostc",), ("hostc",))
    assert order(drill, since) == ["app-", "db-", "db+", "app+"]


def test_the_stop_of_a_system_takes_them_down_in_order():
    """hastop -local: the parent first, whatever the rigidity; then VCS leaves."""
    for required in (on(LOCAL, SOFT), on(LOCAL, FIRM)):
        drill = play(required)
        since = len(drill.kernel.log)
        assert drill.ha("hastop -local") == (0, "")
        drill.run(200)
        assert order(drill, since) == ["app-", "db-"]
        assert drill.ha("hasys -state hosta", "hostb") == (0, "EXITED\n")


def test_an_evacuation_moves_both():
    drill = play(on(LOCAL, FIRM))
    assert drill.ha("hastop -local -evacuate") == (0, "")
    drill.run(300)
    assert where(drill) == (("hostb",), ("hostb",))


def test_a_frozen_child_changes_nothing_for_its_parent():
    drill = play(on(LOCAL, FIRM))
    drill.ha("hagrp -freeze db")
    drill.runner.up["db0", "hosta"] = False
    drill.run(300)
    assert where(drill)[0] == ("hosta",)


def test_nobody_waits_for_a_parent_on_a_frozen_system():
    """The child of a global firm dependency faults; its parent stays where it is frozen, and the child moves on."""
    drill = play(on(GLOBAL, FIRM), ("hostc",))
    drill.ha("hasys -freeze hostc")
    drill.runner.up["db0", "hosta"] = False
    drill.run(600)
    assert where(drill) == (("hostc",), ("hostb",))


def test_an_engine_that_comes_back_takes_nobody_down_before_it_has_looked():
    """hastop -force and hastart: the parent is probed before its child, and stays."""
    drill = play(on(LOCAL, FIRM))
    since = len(drill.kernel.log)
    drill.ha("hastop -all -force")
    drill.run(60)
    for host in HOSTS:
        drill.cluster.system_joined(host)
    drill.run(200)
    assert where(drill) == (("hosta",), ("hosta",))
    assert order(drill, since) == []


def test_parallel_parents_go_system_by_system():
    """The child is parallel as well; its fault on one system is none of the other systems' business."""
    child = group("db", parallel=Parallel.PARALLEL)
    parent = group("app", on(LOCAL, FIRM), parallel=Parallel.PARALLEL)
    drill = Drill(cluster_spec(parent, child)).started(100)
    assert where(drill) == (HOSTS, HOSTS)
    drill.runner.up["db0", "hostb"] = False
    drill.run(300)
    assert where(drill) == (("hosta", "hostc", "hostd"), ("hosta", "hostc", "hostd"))
    drill.ha("hagrp -clear db")
    drill.ha("hagrp -online db -sys hostb")
    drill.run(100)
    assert where(drill) == (HOSTS, HOSTS)


def test_what_contradicts_itself_is_not_built():
    with pytest.raises(SpecError, match="cycle"):
        cluster_spec(group("app", GroupDependencySpec("db")), group("db", GroupDependencySpec("app")))
    with pytest.raises(SpecError, match="does not exist"):
        cluster_spec(group("app", GroupDependencySpec("nowhere")))
    with pytest.raises(SpecError, match="own system only"):
        GroupDependencySpec("db", True, GLOBAL, HARD)
    with pytest.raises(SpecError, match="own system only"):
        GroupDependencySpec("db", False, GLOBAL, None)


def test_hagrp_dep_prints_them():
    lines = play(on(LOCAL, SOFT)).ha("hagrp -dep")[1].splitlines()
    assert [line.split() for line in lines] == [
        ["#Parent", "Child", "Relationship"],
        ["app", "db", "online", "local", "soft"],
    ]


@pytest.mark.parametrize(
    ("required", "app"),
    [(on(LOCAL, FIRM), "OFFLINE"), (on(GLOBAL, FIRM), "ONLINE")],
)
def test_no_child_waits_for_a_parent_that_is_told_nothing(required: GroupDependencySpec, app: str) -> None:
    """A stopped system leaves its groups autodisabled: whether the child is up there matters to a global parent only.

    What the child's fault comes to for its parent and what the child waits for are one question.
    """
    drill = play(required)
    drill.ha("hastop -sys hosta -evacuate", "hosta")
    drill.run(200)
    assert where(drill) == (("hostb",), ("hostb",))
    drill.runner.up["db0", "hostb"] = False
    drill.run(400)
    assert drill.cluster.group_state("db", "hostb") == "OFFLINE|FAULTED"
    assert drill.cluster.group_state("app", "hostb") == app
