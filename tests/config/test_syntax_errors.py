"""What cannot be read is told with its place, its reason, and the likeliest remedy."""

import pytest

from mirrordrill.simulator.config.parser import MAX_ERRORS, parse
from mirrordrill.simulator.config.problems import ConfigSyntaxError, Problem


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigSyntaxError) as caught:
        parse(text, "main.cf")
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        ('system a ( A = "open )\n', 1, 16, "this string is not closed", "double quote"),
        ("# our cluster\nsystem a ( )\n", 1, 1, "unexpected '#'", "a comment in main.cf begins with //"),
        ("system a ( )\n/* gone */\n", 2, 1, "unexpected '/*", "a comment in main.cf begins with //"),
        (
            "group g (\n\tSystemList = { a = 0 }   # our hosts\n\t)\n",
            2,
            29,
            "unexpected 'our'",
            "a comment in main.cf begins with //",
        ),
        ("cluster c (\n\tA = 1\n", 1, 11, "this ( is never closed", "add the missing )"),
        ("system a ( A = { b\n", 1, 16, "this { is never closed", "add the missing }"),
        ("system a ( A = { b c } )", 1, 20, "unexpected 'c'", "separated by a comma"),
        ("system a ( A = { b )", 1, 20, "unexpected ')'", "add the missing }"),
        ("system a ( A b )", 1, 14, "unexpected 'b', expected = or @system", "bracket on line 1 is missing"),
        ("group g (\n\tA = 1\n\n\tNIC n (\n\t)", 4, 6, "unexpected 'n'", "the ) of the bracket on line 1 is missing"),
        ("NIC n ( )", 1, 1, "unexpected 'NIC'", "below the group it belongs to"),
        ("include types.cf", 1, 9, "expected a string in quotes", ""),
        ("group g ( )\nrequires group h online\n", 2, 18, "the file ends too early", ""),
        ("group g ( )\nrequires group h sometimes local", 2, 18, "expected online or offline", ""),
        ("type T ( string A )", 1, 10, "an attribute's kind (str, int, boolean, keylist)", ""),
        ("system ( )", 1, 8, "expected a name or value or a string in quotes", ""),
        ("system a ( A = [ b ] )", 1, 16, "unexpected '['", ""),
    ],
)
def test_a_syntax_error(text: str, line: int, column: int, message: str, hint: str) -> None:
    """Line and column of the mistake, not of where it was noticed last."""
    problem = problems_of(text)[0]
    assert (problem.position.line, problem.position.column) == (line, column)
    assert message in problem.message
    assert hint in problem.hint


def test_reading_goes_on_behind_an_error() -> None:
    """One run finds them all, each in its own line."""
    text = "system a ( A b )\nsystem c ( )\ngroup g ( B = )\nsystem d ( D = { x y } )\n"
    assert [problem.position.line for problem in problems_of(text)] == [1, 3, 4]


def test_a_file_that_is_no_main_cf_does_not_drown_its_reader() -> None:
    """At some point the message is: this is not a configuration."""
    assert len(problems_of("system x ( y )\n" * 500)) == MAX_ERRORS


def test_an_open_quote_in_a_long_line_costs_no_more_than_the_line() -> None:
    """No pattern of the grammar tries all ways of cutting a text in pieces."""
    assert "not closed" in problems_of('system a ( A = "' + "x" * 100_000)[0].message
    assert "not closed" in problems_of('system a ( A = "' + "\\\\x" * 50_000)[0].message
