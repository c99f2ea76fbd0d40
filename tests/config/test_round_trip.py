"""What is written can be read, and says the same."""

from hypothesis import HealthCheck, example, given, settings

from mirrordrill.simulator.config.model import Configuration
from mirrordrill.simulator.config.parser import parse
from mirrordrill.simulator.config.printer import render
from mirrordrill.simulator.config.problems import ConfigSyntaxError
from tests.config.strategies import configurations, damaged_texts, token_soup
from tests.drawn import share_of

QUICK = settings(
    max_examples=share_of(100), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@QUICK
@given(configurations)
def test_reading_what_was_written_gives_the_same_configuration(configuration: Configuration) -> None:
    """Parse, print, parse is a fixed point for every configuration there can be."""
    text = render(configuration)
    assert parse(text, "main.cf") == configuration
    assert render(parse(text, "main.cf")) == text


@settings(QUICK, max_examples=share_of(300))
@given(token_soup | damaged_texts())
@example('group g ( a = "\\" )')
@example("type T ( str A[] = { } str B{} = {} )")
def test_any_text_is_either_refused_with_a_place_or_survives_the_round_trip(text: str) -> None:
    """No third outcome: a parser that is handed rubbish neither crashes nor makes something up."""
    try:
        configuration = parse(text, "main.cf")
    except ConfigSyntaxError as failure:
        lines = text.split("\n")
        for problem in failure.problems:
            assert 1 <= problem.position.line <= len(lines)
            assert problem.position.column >= 1
        return
    assert parse(render(configuration), "main.cf") == configuration
