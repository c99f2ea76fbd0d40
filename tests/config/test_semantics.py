"""What a configuration means: localisation, defaults, numbers, overrides (reference vcs.md 2.1 and 1.5)."""

import pytest

from mirrordrill.simulator.config.model import Configuration, Dimension, Include, Word
from mirrordrill.simulator.config.parser import parse
from mirrordrill.simulator.config.resolution import resolve
from mirrordrill.simulator.config.semantics import ClusterModel, GroupModel, ResourceModel

TYPES = """
type MetroMirror (
\tstatic keylist SupportedActions = {failback}
\tstatic int MonitorInterval = 300
\tstatic str ArgList[] = { DSCliHome, HMC1, VolIds }
\tstr DSCliHome = "/opt/ibm/dscli"
\tstr HMC1
\tstr VolIds{}
)
type NIC ( static str Operations = None
str Device )
"""


def resolved(text: str) -> ClusterModel:
    cluster, problems = resolve(parse(f"{TYPES}\ncluster rdc1 ( )\n{text}", "main.cf"))
    assert problems == ()
    return cluster


def group_of(attributes: str, below: str = "") -> GroupModel:
    return resolved(f"group g (\n{attributes}\n)\n{below}").group("g")


def resource_of(attributes: str) -> ResourceModel:
    return group_of("", f"MetroMirror m (\n{attributes}\n)").resource("m")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{ a, b, c }", (("a", 0), ("b", 1), ("c", 2))),
        ("{ a = 0, b = 1 }", (("a", 0), ("b", 1))),
        ("{ a = 5, b, c = 2, d }", (("a", 5), ("b", 6), ("c", 2), ("d", 3))),
        ("{ a = x, b }", (("a", 0), ("b", 1))),
        ("{ a = 1, a = 2 }", (("a", 1),)),
        ("{}", ()),
        ("a", ()),
    ],
)
def test_an_unnumbered_system_gets_the_previous_number_plus_one(
    written: str, meant: tuple[tuple[str, int], ...]
) -> None:
    """The first gets 0; a number that is none counts as missing."""
    group = group_of(f"SystemList = {written}\nSystemZones = {written}")
    assert group.system_list == meant
    assert group.system_zones == dict(meant)
    assert group.systems == tuple(system for system, _ in meant)


def test_a_value_for_one_system_beats_the_one_for_all_which_beats_the_default_of_the_type() -> None:
    """In this order, whatever the order in the file."""
    resource = resource_of('HMC1 @hosta = "a"\nHMC1 = "all"\nDSCliHome @hosta = "/a"')
    assert [resource.scalar("HMC1", system) for system in ("hosta", "hostb", None)] == ["a", "all", "all"]
    assert [resource.scalar("DSCliHome", system) for system in ("hosta", "hostb")] == ["/a", "/opt/ibm/dscli"]
    assert resource.scalar("HMC2", "hosta") == ""
    assert resource.value("HMC2", "hosta") is None


def test_an_empty_value_for_one_system_is_a_value() -> None:
    """Somebody meant it to be empty there."""
    assert resource_of('HMC1 = "all"\nHMC1 @hosta = ""').scalar("HMC1", "hosta") == ""


def test_lists_are_read_as_words_and_as_pairs() -> None:
    """VolIds is declared an association and written as a keylist in the manual."""
    resource = resource_of("VolIds = { 1260, 1261 = x }")
    assert resource.words("VolIds") == ("1260", "1261")
    assert resource.pairs("VolIds") == (("1260", ""), ("1261", "x"))
    assert resource.type.dimension("VolIds") is Dimension.ASSOCIATION


def test_a_static_attribute_can_be_overridden_in_a_resource() -> None:
    """Declared by the type, or common to all types."""
    plain, changed = resource_of(""), resource_of("MonitorInterval = 60\nOnlineTimeout = 900\nHMC1 = h")
    assert (plain.integer("MonitorInterval", 60), plain.overridden) == (300, ())
    assert (changed.integer("MonitorInterval", 300), changed.integer("OnlineTimeout", 300)) == (60, 900)
    assert changed.overridden == ("MonitorInterval", "OnlineTimeout")


def test_what_a_type_says_to_the_agent_framework() -> None:
    """Arguments in order, actions, and whether VCS may bring it online at all."""
    types = resolved("").types
    assert types["MetroMirror"].arg_list == ("DSCliHome", "HMC1", "VolIds")
    assert types["MetroMirror"].supported_actions == ("failback",)
    assert types["MetroMirror"].integer("NumThreads", 10) == 10
    assert [types[name].is_persistent for name in ("MetroMirror", "NIC")] == [False, True]


def test_dependencies_lead_from_parent_to_child() -> None:
    """Both directions can be asked for."""
    group = group_of("", "NIC a\nNIC b\nNIC c\na requires b\na requires c\n")
    assert group.dependencies == (("a", "b"), ("a", "c"))
    assert group.children("a") == ("b", "c")
    assert group.parents("c") == ("a",)


def test_names_that_do_not_exist() -> None:
    """Asking for them is a mistake of the caller."""
    cluster = resolved("group g ( )")
    with pytest.raises(KeyError):
        cluster.group("h")
    with pytest.raises(KeyError):
        cluster.group("g").resource("r")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "no cluster is defined"),
        ("cluster a ( )\ncluster b ( )", 2, "b is a second cluster"),
        ("cluster c ( )\nsystem a ( )\nsystem a ( )", 3, "two systems called a"),
        ("cluster c ( )\ngroup g ( )\ngroup g ( )", 3, "two groups called g"),
        ("cluster c ( )\ngroup g ( )\nNIC n\ngroup h ( )\nNIC n", 5, "two resources called n"),
        ("cluster c ( )\ntype T ( )\ntype T ( )", 3, "two types called T"),
        ("cluster c ( )\nremotecluster d ( )\nremotecluster d ( )", 3, "two remote clusters called d"),
        ("cluster c ( )\nheartbeat Icmp ( )\nHeartbeat Icmp ( )", 3, "two heartbeats called Icmp"),
    ],
)
def test_the_first_of_two_definitions_counts_and_the_second_is_a_problem(text: str, line: int, message: str) -> None:
    """With the place of both."""
    _, problems = resolve(parse(text, "main.cf"))
    assert [problem.position.line for problem in problems] == [line]
    assert message in problems[0].message


def test_a_type_of_ours_yields_to_the_users_own() -> None:
    """Without a word: ours only stand in."""
    ours = parse("type NIC ( str Device )\ntype IP ( )", "types.cf")
    own = parse("cluster c ( )\ntype NIC ( str Mine )", "main.cf")
    include = Include(Word("types.cf"), ours, is_stand_in=True)
    cluster, problems = resolve(Configuration((include, *own.statements), "main.cf"))
    assert problems == ()
    assert sorted(cluster.types) == ["IP", "NIC"]
    assert list(cluster.types["NIC"].declarations) == ["Mine"]
