"""The step library: every step says what it means, and every sentence can be read in one way only."""

from __future__ import annotations

import re
from random import Random

import pytest

from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.steps.library import NO_MEANING, StepEntry, by_topic, load_shipped, nearest, no_such_step
from mirrordrill.drills.steps.wording import PARAMETER_TYPES, Sentence, duration_s, names, reason, state

STEPS = load_shipped()
EVERY_STEP = pytest.mark.parametrize("entry", STEPS, ids=lambda entry: f"{entry.types[0]} {entry.sentence.name}")


@EVERY_STEP
def test_every_step_has_a_meaning_and_a_topic(entry: StepEntry) -> None:
    """The catalogue is made of nothing else."""
    assert entry.meaning != NO_MEANING
    assert entry.meaning.endswith(".")
    assert entry.topic


@EVERY_STEP
def test_every_example_is_read_by_its_own_step_and_no_other(entry: StepEntry) -> None:
    """Whoever writes a sentence of the catalogue gets what the catalogue says."""
    for step_type in entry.types:
        readers = [each.for_people() for each in STEPS if each.knows(step_type, entry.example)]
        assert readers == [entry.for_people()]


@EVERY_STEP
def test_the_example_still_reads_with_other_names(entry: StepEntry) -> None:
    """Names of a site with dots, dashes and digits do not change which step is meant."""
    other = entry.example.replace("hosta", "node-1.dr").replace("hostc", "h3").replace("oragrp", "db_grp-2")
    readers = [each for each in STEPS if each.knows(entry.types[0], other)]
    assert readers == [entry]


def test_the_catalogue_goes_topic_by_topic() -> None:
    """No topic is torn apart, none is a module's name."""
    topics = by_topic(STEPS)
    assert len(topics) >= 8
    assert all(" " in topic for topic in topics)
    assert sum(len(steps) for steps in topics.values()) == len(STEPS)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30 seconds", 30),
        ("1 minute", 60),
        ("1 minutes", 60),
        ("5 minutes", 300),
        ("2 hours", 7200),
        ("0.5 seconds", 0.5),
        ("1 hour and 30 minutes", 5400),
        ("1 day", 86400),
    ],
)
def test_a_time_is_an_amount_and_a_unit(text: str, seconds: float) -> None:
    """As people write it."""
    assert duration_s(text) == seconds


@pytest.mark.parametrize("text", ["5", "minutes", "five minutes", "5 parsecs", "-1 minutes", "1:30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UsageError, match="is no time"):
        duration_s(text)


@pytest.mark.parametrize("text", ["hosta, hostb", "hosta and hostb", "hosta,hostb"])
def test_names_are_listed_as_people_list_them(text: str) -> None:
    """With commas or with `and`."""
    assert names(text) == ("hosta", "hostb")
    assert names("hosta, hostb, and hostc") == ("hosta", "hostb", "hostc")


def test_a_state_is_one_of_those_that_arrays_know() -> None:
    """In the manual's capitals or in those of `lspprc`."""
    assert state("TARGET FULL DUPLEX") == state("target full duplex") == "Target Full Duplex"
    with pytest.raises(UsageError, match="there is no state Suspendet; there are: Simplex"):
        state("Suspendet")


def test_a_reason_is_one_of_those_that_lspprc_prints() -> None:
    """Or none, which it prints as a dash."""
    assert reason("host source") == "Host Source"
    assert reason("-") == "-"
    with pytest.raises(UsageError, match="there is no reason Host Sauce; there are: -, Host Source"):
        reason("Host Sauce")


def test_a_place_of_no_known_kind_is_refused_when_the_step_is_written() -> None:
    """Not when a drill first comes across it."""
    with pytest.raises(ValueError, match="there is no parameter type hots; there are: group, host"):
        Sentence("{hots} halts")


def test_every_kind_says_what_it_takes() -> None:
    """Its meaning stands in the catalogue."""
    assert [name for name, kind in PARAMETER_TYPES.items() if not kind.meaning] == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("the operater switches oragrp to hostb", "When the operator switches {group} to {host}"),
        ("operator moves oragrp to hostb", "When the operator switches {group} to {host}"),
        ("array IBM.2107-75FA120 dies", "When array {array} is lost"),
        ("no acknowledged writes were lost", "Then no acknowledged write was lost"),
        ("oragrp comes online at hostc within 5 minutes", "Then {group} comes online on {host} within {duration}"),
        ("5 minutes passed", "When {duration} pass(es)"),
    ],
)
def test_a_misspelt_step_is_answered_with_the_one_that_was_meant(words: str, meant: str) -> None:
    """Among the nearest three."""
    assert meant in nearest(words)
    assert meant in no_such_step("when", words)


def test_nothing_is_suggested_for_what_resembles_no_step() -> None:
    """A wild guess would only mislead."""
    assert nearest("xyzzy") == []


def test_a_step_under_the_wrong_keyword_is_told_which_one_it_needs() -> None:
    """`And` continues the keyword before it, which is easily forgotten."""
    assert no_such_step("when", "10 min pass").endswith("is written in full, as in `10 minutes pass`")
    assert no_such_step("then", "10 minutes pass") == "`10 minutes pass` is a step for When, not for Then"


def test_a_misspelt_word_of_any_step_is_answered_with_that_step() -> None:
    """One letter is missing in one of the words that stand in the sentence: `oragrp is onlin on hosta`."""
    chance = Random(12)
    for entry in chance.sample(STEPS, 40):
        sentence = re.sub(r"\{.*?\}|\(.*?\)", " ", entry.sentence.for_people())
        fixed = {word for word in sentence.split() if len(word) > 3}
        words = entry.example.split(" ")
        own = [number for number, word in enumerate(words) if word in fixed]
        if not own:
            continue
        number = chance.choice(own)
        wrong = " ".join((*words[:number], words[number][:-1], *words[number + 1 :]))
        if not any(each.sentence.is_matching(wrong) for each in STEPS):
            said = no_such_step(entry.types[0], wrong)
            assert entry.for_people() in said or entry.example in said, (wrong, said)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("is onlin at hosta", "Given {group} is online on {host}"),
        ("the group is online at HSOT", "Given {group} is online on {host}"),
        ("links are cut", "When Metro Mirror link {link} is lost"),
        ("HMC1 is down", "When HMC {console} falls silent"),
        ("clusa is faulted", "Then {cluster} takes {cluster} for {cluster_state} within {duration}"),
    ],
)
def test_a_sentence_that_is_like_no_step_is_answered_with_those_that_share_its_words(wrong: str, right: str) -> None:
    """A user who does not know the steps yet finds the one that is meant."""
    assert right in no_such_step("when", wrong)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("no failbackpprcc was sent", "there is no DS CLI command failbackpprcc; there .*; did you mean failbackpprc?"),
        ("the agent's onlin on hosta is killed", "there is no entry point onlin; there are: .*; did you mean online?"),
        (
            "the operator runs the fialback action of oragrp on hosta",
            "there is no action fialback; .*failback?",
        ),
        (
            "clusb takes clusa for RUNING within 1 minute",
            "there is no state of a cluster RUNING; .* RUNNING?",
        ),
    ],
)
def test_a_misspelt_command_entry_point_action_or_state_is_wrong(words: str, told: str) -> None:
    """`no failbackpprcc was sent` is always true: a drill that says it would have proved nothing."""
    entry = next(each for each in STEPS if each.sentence.is_matching(words))
    with pytest.raises(UsageError, match=told.replace("?", r"\?")):
        entry.sentence.parse_arguments(words)


def test_a_very_long_sentence_is_told_by_its_beginning_and_end() -> None:
    """A plan of a rehearsal, edited by hand, was quoted with all of its 18,000 characters."""
    told = no_such_step("when", f"the cl{'[' * 18_000}uster")
    assert told.startswith("there is no step `the cl[[[")
    assert "[[[uster`" in told
    assert len(told) < 1000
