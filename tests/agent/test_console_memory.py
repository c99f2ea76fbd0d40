"""A refused login is remembered as long as any disk of the node takes a note of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.agent import statetext
from mirrordrill.agent.console_memory import (
    HEADING,
    NOTED_ELSEWHERE,
    REFUSED_NAME,
    forget_refusal,
    note_refusal,
    was_refused,
)
from tests.agent.stand_in import StandInNode, positional
from tests.agent.test_arguments import attributes_of

ATTRIBUTES = attributes_of("clean", ["ora_mmir", "2", *positional("1260")])
FAILS = {"write": "Read-only file system", "read": "Input/output error"}


@pytest.mark.parametrize("broken", [("write",), ("write", "read"), ()])
def test_a_refusal_is_remembered_until_a_login_works(broken: tuple[str, ...]) -> None:
    """VCS calls clean every few minutes: each of its logins would bring the account nearer to its lock."""
    node = StandInNode()
    places = {"write": node.unwritable, "read": node.unreadable}
    for what in broken:
        places[what][REFUSED_NAME] = OSError(5, FAILS[what])
    assert not was_refused(node, ATTRIBUTES)
    note_refusal(node, ATTRIBUTES)
    assert was_refused(node, ATTRIBUTES)
    forget_refusal(node, ATTRIBUTES)
    assert not was_refused(node, ATTRIBUTES)


def test_a_refusal_that_no_disk_takes_is_told() -> None:
    """The administrator reads why the account may be locked."""
    node = StandInNode()
    node.unwritable |= {name: OSError(5, FAILS["read"]) for name in (REFUSED_NAME, NOTED_ELSEWHERE)}
    note_refusal(node, ATTRIBUTES)
    assert not was_refused(node, ATTRIBUTES)
    assert node.logged(1406)


@pytest.mark.parametrize("broken", [(), ("write",)])
def test_a_login_that_works_at_another_array_is_no_word_on_this_account(broken: tuple[str, ...]) -> None:
    """Two resources of a node, each on its array; or the far array of one: clean would lock the account that is
    refused, because the other login wiped the note."""
    node = StandInNode()
    for _ in broken:
        node.unwritable[REFUSED_NAME] = OSError(30, FAILS["write"])
    other = replace(ATTRIBUTES, local_image=ATTRIBUTES.remote_image)
    note_refusal(node, ATTRIBUTES)
    forget_refusal(node, other)
    assert was_refused(node, ATTRIBUTES)
    note_refusal(node, other)
    assert was_refused(node, ATTRIBUTES)
    forget_refusal(node, ATTRIBUTES)
    assert (was_refused(node, ATTRIBUTES), was_refused(node, other)) == (False, True)


def test_a_note_of_an_earlier_version_goes_with_the_next_one() -> None:
    """Its keys were others. Taken for accounts, its values would stand in every later note."""
    node = StandInNode()
    earlier = {"image": ATTRIBUTES.local_image, "user": ATTRIBUTES.user, "password_file": ATTRIBUTES.password_file}
    node.write_state(REFUSED_NAME, statetext.render(HEADING, earlier))
    assert not was_refused(node, ATTRIBUTES)
    note_refusal(node, ATTRIBUTES)
    assert was_refused(node, ATTRIBUTES)
    forget_refusal(node, ATTRIBUTES)
    assert not node.has_state(REFUSED_NAME)
