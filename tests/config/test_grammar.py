"""How main.cf and types.cf are read (reference vcs.md, section 2)."""

import pytest

from mirrordrill.simulator.config.model import (
    Assignment,
    Configuration,
    Declaration,
    Dimension,
    Group,
    GroupDependency,
    Item,
    ListValue,
    Position,
    Resource,
    ResourceDependency,
    ScalarType,
    System,
    TypeDefinition,
    Word,
)
from mirrordrill.simulator.config.parser import parse


def only(text: str) -> object:
    """The one statement of a text."""
    (statement,) = parse(text, "main.cf").statements
    return statement


def group_of(text: str) -> Group:
    """A group with that text below it."""
    group = only(f"group g ( )\n{text}")
    assert isinstance(group, Group)
    return group


def value_of(text: str) -> object:
    """What the text means on the right of an equals sign."""
    system = only(f"system s ( A = {text} )")
    assert isinstance(system, System)
    return system.attributes[0].value


def elements(*keys: str) -> ListValue:
    return ListValue(tuple(Item(Word(key)) for key in keys))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("admin", Word("admin")),
        ("-5", Word("-5")),
        ('"two words"', Word("two words")),
        ('""', Word("")),
        (r'"say \"yes\""', Word('say "yes"')),
        (r'"C:\\dir"', Word(r"C:\dir")),
        (r'"C:\dir"', Word(r"C:\dir")),
        ('"// no comment"', Word("// no comment")),
        ("{}", ListValue()),
        ("{ }", ListValue()),
        ("{ a, b }", elements("a", "b")),
        ("{a;b}", elements("a", "b")),
        ("{ a, b, }", elements("a", "b")),
        ("{ a,\n\tb // two\n }", elements("a", "b")),
        ("{ 1260, 1261 }", elements("1260", "1261")),
        ("{ hosta = 0, hostb }", ListValue((Item(Word("hosta"), Word("0")), Item(Word("hostb"))))),
        ('{ "a b" = "c d" }', ListValue((Item(Word("a b"), Word("c d")),))),
        ("group", Word("group")),
        ("12A0", Word("12A0")),
        ("/opt/ibm", Word("/opt/ibm")),
        ("eth0// the first\n", Word("eth0")),
    ],
)
def test_values(text: str, value: object) -> None:
    """Scalars, quotes, escapes, lists with either separator, numbers, keywords in the place of values."""
    assert value_of(text) == value


@pytest.mark.parametrize("spelling", ["A @hosta = v", "A@hosta = v", "A @ hosta=v", 'A @"hosta"\t=\n"v"'])
def test_a_value_for_one_system(spelling: str) -> None:
    """With and without a space in front of the sign."""
    assert only(f"system s ( {spelling} )") == System(Word("s"), (Assignment(Word("A"), Word("hosta"), Word("v")),))


@pytest.mark.parametrize(
    ("text", "declaration"),
    [
        ("str HMC1", Declaration(Word("HMC1"), ScalarType.STR, Dimension.SCALAR)),
        ("str VolIds{}", Declaration(Word("VolIds"), ScalarType.STR, Dimension.ASSOCIATION)),
        ("str A[] = { x, y }", Declaration(Word("A"), ScalarType.STR, Dimension.VECTOR, default=elements("x", "y"))),
        ("keylist K", Declaration(Word("K"), ScalarType.STR, Dimension.KEYLIST)),
        ("int N = -1", Declaration(Word("N"), ScalarType.INT, Dimension.SCALAR, default=Word("-1"))),
        ("boolean B = 1", Declaration(Word("B"), ScalarType.BOOLEAN, Dimension.SCALAR, default=Word("1"))),
        ("i18nstr I", Declaration(Word("I"), ScalarType.I18NSTR, Dimension.SCALAR)),
        ("temp str VCSResLock", Declaration(Word("VCSResLock"), ScalarType.STR, Dimension.SCALAR, is_temporary=True)),
        (
            "static keylist SupportedActions = {failback}",
            Declaration(
                Word("SupportedActions"),
                ScalarType.STR,
                Dimension.KEYLIST,
                is_static=True,
                default=elements("failback"),
            ),
        ),
    ],
)
def test_declarations(text: str, declaration: Declaration) -> None:
    """Every kind, dimension and modifier, alone and behind another declaration that ends in a list."""
    assert only(f"type T ( {text} )") == TypeDefinition(Word("T"), (declaration,))
    before = Declaration(Word("L"), ScalarType.STR, Dimension.KEYLIST, default=elements("a"))
    assert only(f"type T (\nkeylist L = {{ a }}\n{text}\n)") == TypeDefinition(Word("T"), (before, declaration))


@pytest.mark.parametrize(
    ("text", "dependency"),
    [
        ("requires group db online local firm", GroupDependency(Word("db"), "online", "local", "firm")),
        ("requires group db offline local", GroupDependency(Word("db"), "offline", "local")),
        ("requires group online online remote soft", GroupDependency(Word("online"), "online", "remote", "soft")),
    ],
)
def test_group_dependencies(text: str, dependency: GroupDependency) -> None:
    """With and without rigidity; a group may be called like a keyword."""
    assert group_of(text).group_dependencies == (dependency,)
    assert group_of(f"{text}\nNIC n").resources == (Resource(Word("NIC"), Word("n")),)


def test_resources_and_requires_in_any_order() -> None:
    """A resource needs no brackets, and `requires` may stand between resources."""
    group = group_of("NIC n\nIP i ( Device = eth0 )\ni requires n\nrequirements r\n")
    assert [(str(resource.type_name), str(resource.name)) for resource in group.resources] == [
        ("NIC", "n"),
        ("IP", "i"),
        ("requirements", "r"),
    ]
    assert group.dependencies == (ResourceDependency(Word("i"), Word("n")),)


@pytest.mark.parametrize("keyword", ["heartbeat", "Heartbeat"])
def test_heartbeat_is_written_both_ways(keyword: str) -> None:
    """Old files have a capital letter."""
    assert only(f"{keyword} Icmp ( )") == only("heartbeat Icmp ( )")


def test_attributes_may_be_called_like_keywords() -> None:
    """A keyword is one only where a statement may begin."""
    system = only("system s ( group = a requires = b system = c cluster = d include = e )")
    assert isinstance(system, System)
    assert [str(part.name) for part in system.attributes] == ["group", "requires", "system", "cluster", "include"]


def test_the_generated_dependency_tree_is_a_comment() -> None:
    """VCS appends it to every group when it dumps its configuration."""
    tree = "\n\n\t// resource dependency tree\n\t//\n\t//\tgroup g\n\t//\t{\n\t//\tNIC n\n\t//\t}\n\n"
    assert group_of(f"NIC n\n{tree}") == group_of("NIC n")


@pytest.mark.parametrize("text", ["", "\n", "// nothing\n", "\ufeff", "// no line end"])
def test_a_file_may_be_empty(text: str) -> None:
    """It is the checks that miss a cluster in it."""
    assert parse(text, "main.cf") == Configuration()


def test_line_ends_tabs_and_a_byte_order_mark_do_not_matter() -> None:
    """Files travel through Windows on their way here."""
    unix = "system hosta (\n\tCapacity = 100\n\t)\n"
    assert parse("\ufeff" + unix.replace("\n", "\r\n").replace("\t", " "), "a") == parse(unix, "b")


def test_every_object_knows_its_place() -> None:
    """File, line and column of names, systems, values and elements; a tab is one column."""
    configuration = parse('include "types.cf"\n\ngroup g (\n\tA @hosta = { x,\n\t\ty = 1 }\n\t)\n\tNIC n\n', "main.cf")
    include, group = configuration.statements
    assert isinstance(group, Group)
    (assignment,) = group.attributes
    assert isinstance(assignment.value, ListValue)
    assert assignment.system is not None
    last = assignment.value.items[1]
    assert last.value is not None
    words = (include.name, group.name, assignment, assignment.system, assignment.value, last.key, last.value)
    assert [word.position for word in (*words, group.resources[0].name)] == [
        Position("main.cf", line, column)
        for line, column in [(1, 9), (3, 7), (4, 2), (4, 5), (4, 13), (5, 3), (5, 7), (7, 6)]
    ]
