"""Configurations by chance: every statement, every shape of value, names that need quotes and names that do not."""

from hypothesis import strategies as st

from mirrordrill.simulator.config.model import (
    Assignment,
    Cluster,
    Configuration,
    Declaration,
    Dimension,
    Group,
    GroupDependency,
    Heartbeat,
    Include,
    Item,
    ListValue,
    MinimumDependency,
    RemoteCluster,
    Resource,
    ResourceDependency,
    ScalarType,
    System,
    TypeDefinition,
    Word,
)
from mirrordrill.simulator.config.printer import render

identifiers = st.from_regex(r"[A-Za-z][A-Za-z0-9_\-]{0,8}", fullmatch=True)
one_line = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12)
QUOTED = ["", "12A0", "0100", "-", "-0", "2147483648", "group", "requires", 'a"b', "\\", '\\"', "a//b", "{", "10.1.1.1"]
awkward = st.sampled_from(QUOTED)
texts = st.one_of(identifiers, st.integers(-3000, 3000).map(str), awkward, one_line)

words = st.builds(Word, texts)
plain_words = st.builds(Word, identifiers)
type_names = st.builds(Word, identifiers.map("T{}".format))
list_values = st.builds(ListValue, st.lists(st.builds(Item, words, st.none() | words), max_size=4).map(tuple))
values = words | list_values
assignments = st.lists(st.builds(Assignment, plain_words, st.none() | words, values), max_size=4).map(tuple)

declarations = st.builds(
    Declaration,
    name=plain_words,
    kind=st.sampled_from(ScalarType),
    dimension=st.sampled_from(Dimension),
    is_static=st.booleans(),
    is_temporary=st.booleans(),
    default=st.none() | values,
).filter(lambda declaration: declaration.dimension is not Dimension.KEYLIST or declaration.kind is ScalarType.STR)

groups = st.builds(
    Group,
    words,
    assignments,
    st.lists(
        st.builds(
            GroupDependency,
            words,
            st.sampled_from(["online", "offline"]),
            st.sampled_from(["local", "global", "remote"]),
            st.sampled_from([None, "soft", "firm", "hard"]),
        ),
        max_size=2,
    ).map(tuple),
    st.lists(st.builds(Resource, type_names, words, assignments), max_size=4).map(tuple),
    st.lists(st.builds(ResourceDependency, words, words), max_size=4).map(tuple),
    st.lists(
        st.builds(
            MinimumDependency,
            words,
            st.integers(0, 12).map(str).map(Word),
            st.lists(words, max_size=4).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)

statements = st.one_of(
    st.builds(Include, words),
    st.builds(TypeDefinition, words, st.lists(declarations, max_size=4).map(tuple)),
    st.builds(Cluster, words, assignments),
    st.builds(RemoteCluster, words, assignments),
    st.builds(Heartbeat, words, assignments),
    st.builds(System, words, assignments),
    groups,
)

configurations = st.builds(Configuration, st.lists(statements, max_size=5).map(tuple))

WORDS_OF_THE_GRAMMAR = """
( ) { } = @ , ; [ ] " \\ // / include type cluster remotecluster heartbeat Heartbeat system group requires static temp
str int keylist online local firm oragrp hosta NIC 0 -1 12A0 10.1.1.1 é
"""
PIECES = ['"a b"', '"\\""', "\n", "\r\n", "\t", "// comment\n", "group g (", "group g ( )", "NIC n", "a requires b"]
token_soup = st.lists(st.sampled_from(WORDS_OF_THE_GRAMMAR.split() + PIECES), max_size=25).map(" ".join)


@st.composite
def damaged_texts(draw: st.DrawFn) -> str:
    """A proper main.cf from which a piece is missing, or into which one has got."""
    text = render(draw(configurations))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 20)))
    return text[:start] + draw(st.just("") | token_soup) + text[end:]
