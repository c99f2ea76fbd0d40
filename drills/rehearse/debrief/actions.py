"""What a recorded or planned line is as an action of people: which command, does it change something, whose is it.

Two lines are the same action where the same command was typed, in whichever way: said by a sentence, typed at a shell,
or read by a `dscli` that was open.
"""

from __future__ import annotations

import enum
import functools
import re
import shlex

from mirrordrill.drills.rehearse.branch_world import CLOCK
from mirrordrill.drills.rehearse.branches.lines import passing_us
from mirrordrill.drills.rehearse.faults_said import entry_that_reads
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.rehearse.replay import begun_line
from mirrordrill.drills.shrink.schedule import ScheduledStep
from mirrordrill.simulator.site.site import Site

TYPED = re.compile(r'command \d+ on (?P<at>\S+) is typed: "(?P<text>[^"]*)"')
READ = re.compile(r'command \d+ reads "(?P<text>[^"]*)"')
SAID = re.compile(r'(?:the operator|a storage administrator) types "(?P<text>[^"]*)" on (?P<at>\S+)')
SWITCH = re.compile(r"the operator switches (?P<group>\S+) to (?P<host>\S+)")
RUNS = re.compile(r"the operator runs the (?P<action>\S+) action of (?P<group>\S+) on (?P<host>\S+)")
GATE = re.compile(r'the gate "(?P<gate>[^"]*)" waits for "(?P<person>[^"]*)"')
DECISION = re.compile(
    r'"(?P<person>[^"]*)" decides at the gate "(?P<gate>[^"]*)" after (?P<took>[^:]*): "(?P<text>[^"]*)"'
)
NOTE = re.compile(r'"(?P<person>[^"]*)" notes: "(?P<text>[^"]*)"')
PREPARED = re.compile(
    r'surprise \d+ |"[^"]*" is (?:told|shown|not shown)|it is tried that|what was begun |this moment is called'
)
OTHERS = ("command ",)
"""What a program of a user does besides what was typed."""
DSCLI_PLACES = frozenset({"-dev", "-remotedev", "-cfg", "-hmc1", "-hmc2", "-user", "-passwd", "-pwfile", "-type"})
"""Options of the DS CLI that say where and how, each with its value; the rest says what."""
LOOKS = frozenset({
    "-state", "-display", "-list", "-wait", "-value", "-resources", "-dep", "-sum", "-summary", "-summ", "-verify",
    "-version", "-a", "-help",
})  # fmt: skip
"""Options of a VCS command that ask."""
ASKING_PROGRAMS = frozenset(["hastatus", "lltstat", "hamsg", "sleep", "getdbac", "vxfenadm"])
ASKING_ACTIONS = frozenset({
    "status", "verify", "explain", "opinion", "GetCurrentRPO", "PreSwitch", "node.vfd", "dscli.vfd", "pairs.vfd",
})  # fmt: skip
"""Actions of the agent that change nothing."""
ASKING_DSCLI = ("ls", "show", "help", "quit", "exit", "ver")
REMEMBERED = 8192
"""So many lines are remembered with what they are: a page asks ten times a second."""
PEOPLE = ("operators", "administrators")
"""The modules of steps that people of the sides do; all other sentences are the instructor's."""


Mirrors = tuple[tuple[str, str], ...]
"""Groups, each with the resource of type MetroMirror that its actions are typed for."""


def mirrors_of(site: Site) -> Mirrors:
    """The first such resource of each group."""
    return tuple({each.group: each.resource for each in reversed(site.attachments)}.items())


class ActionKind(enum.Enum):
    """What a line of a rehearsal does."""

    CHANGE = "changes something"
    LOOK = "asks"
    DECISION = "decides"
    GATE = "waits for a decision"
    NOTE = "is noted"
    FAULT = "is done by the instructor"
    CHECK = "is to be seen"
    TIME = "passes"


@functools.lru_cache(maxsize=REMEMBERED)
def kind_of(line: ScheduledStep) -> ActionKind:
    """What a line is."""
    line = begun_line(line)
    words = line.words
    if words.startswith(CLOCK) or passing_us(line):
        return ActionKind.TIME
    if line.kind == "then":
        return ActionKind.CHECK
    if DECISION.fullmatch(words):
        return ActionKind.DECISION
    if GATE.fullmatch(words):
        return ActionKind.GATE
    if NOTE.fullmatch(words):
        return ActionKind.NOTE
    if (command := command_of(words)) is not None:
        return ActionKind.LOOK if asks(command) else ActionKind.CHANGE
    if line.kind == "given" or PREPARED.match(words) or words.startswith(OTHERS):
        return ActionKind.TIME
    if (action := RUNS.fullmatch(words)) is not None and action["action"] in ASKING_ACTIONS:
        return ActionKind.LOOK
    entry = entry_that_reads(words)
    is_peoples = entry is not None and entry.function.__module__.rpartition(".")[2] in PEOPLE
    return ActionKind.CHANGE if is_peoples else ActionKind.FAULT


def command_of(words: str) -> str | None:
    """The command of a line, without the place where it was typed; None where it is no command."""
    found = TYPED.fullmatch(words) or READ.fullmatch(words) or SAID.fullmatch(words)
    if found is not None:
        return plain_command(unquoted(found["text"]))
    switch = SWITCH.fullmatch(words)
    return None if switch is None else f"hagrp -switch {switch['group']} -to {switch['host']}"


def plain_command(text: str) -> str:
    """A command as words with one blank between them; of the DS CLI without its name and where it goes.

    Of an action of the agent without its arguments: who asked, and why.
    """
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    if words[:2] == ["hares", "-action"] and "-actionargs" in words:
        at = words.index("-actionargs")
        words[at:] = words[next((i for i in range(at + 1, len(words)) if words[i].startswith("-")), len(words)) :]
    if not words or words[0].startswith("ha"):
        return " ".join(words)
    kept: list[str] = []
    skips = False
    for word in words[1:] if words[0] == "dscli" else words:
        if not skips and word not in DSCLI_PLACES:
            kept.append(word)
        skips = not skips and word in DSCLI_PLACES
    return " ".join(kept)


def asks(command: str) -> bool:
    """Whether a command only asks."""
    words = command.split()
    if not words or words[0] in ASKING_PROGRAMS or words[0].startswith(ASKING_DSCLI):
        return True
    if words[:2] == ["hares", "-action"] and ASKING_ACTIONS.intersection(words[3:4]):
        return True
    return bool(LOOKS.intersection(words)) and words[0].startswith(("ha", "gab"))


@functools.lru_cache(maxsize=REMEMBERED)
def match_of(line: ScheduledStep, mirrors: Mirrors = ()) -> str:
    """What makes two lines the same action: the command, the gate, or the sentence."""
    line = begun_line(line)
    if (action := RUNS.fullmatch(line.words)) is not None and action["group"] in dict(mirrors):
        return f"hares -action {dict(mirrors)[action['group']]} {action['action']} -sys {action['host']}"
    if (command := command_of(line.words)) is not None:
        return command
    if found := DECISION.fullmatch(line.words):
        return f"the decision at the gate {unquoted(found['gate'])}"
    if found := GATE.fullmatch(line.words):
        return f"the gate {unquoted(found['gate'])}"
    return line.words


def shown_words(line: ScheduledStep) -> str:
    """A line as people read it: what was typed and where, without the number of the command."""
    line = begun_line(line)
    typed = TYPED.fullmatch(line.words)
    return unquoted(line.words) if typed is None else f"{typed['at']}$ {unquoted(typed['text'])}"
