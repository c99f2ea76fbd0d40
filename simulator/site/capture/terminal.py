"""The log of a terminal made into the lines that stood on the screen, and its prompts.

A log has control characters, the stamps of a tool that wrote it, the prompt of whatever shell it was, and what a pager
or a login says in between.

Rule 1: a prompt is known by its usual looks, or because `dscli` was called behind one that looks like it.
Rule 2: nothing here knows what a list is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
"""Control sequences of a terminal: colours and cursor, a window's title, character sets."""
OF_THE_TERMINAL = re.compile(
    r"<?[Ss]cript (?:started|done)\b.*|=~=~.*|[┌╭]─.*"
    r"|-{1,2}\s?[Mm]ore\s?-{1,2}.*|:|\(END\)|[Pp]ress (?:\S+ )?(?:Enter|ENTER|any key|Return|space)\b.*|Standard input"
    r"|exit|logout|quit|Connection to \S+ closed\.?|Last login: .*|login as: .*|.{0,80}\b[Pp]assword:.*"
)
"""What `script`, PuTTY, a pager, a login or the first line of a prompt of two lines puts among the rest."""
STAMP = re.compile(r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?:?(?: |$)")
QUOTE = re.compile(r">(?: |$)")
BEFORE_LINES = (STAMP, QUOTE)
"""What stands before every line of a log with times, or of one that was quoted in a mail."""
SHELL_PROMPT = re.compile(
    r"(?:\[[^\]\r\n]{1,80}\]|[\w.@~:/\\-]{1,80}(?: [\w.~:/\\-]{1,80})?)? ?[$#>%](?:\s+(?P<command>.*))?"
)
"""`[root@hosta ~]# command`, `hosta:~ $ command`, `# command`; the command may be missing."""
CALL = re.compile(r"(?:\S*/)?dscli(?:\s.*)?")
CALL_BEHIND_A_PROMPT = re.compile(
    r"(?P<prompt>\S.{0,120}?[$#>%\u276f\u00bb]\s+|\S.{0,120}?\s(?=(?:\S*/)?dscli\s+-))(?P<command>(?:\S*/)?dscli(?:\s.*)?)"
)
"""`root@hosta [/root] > dscli ...`: any prompt at all, told by the program that was called behind it."""
LONGEST = 1000
"""A longer line is none that a person typed; so it is not matched, which would take long."""


def screen_lines(text: str) -> list[str]:
    """The lines as they stood on the screen."""
    lines = [clean(line) for line in text.split("\n")]
    for before in BEFORE_LINES:
        if all(before.match(line.lstrip()) for line in lines if line.strip()):
            lines = [before.sub("", line.lstrip(), count=1) for line in lines]
    return lines


def clean(line: str) -> str:
    """The line as it stood on the screen: without its end, without control sequences, corrections carried out."""
    line = ESCAPE.sub("", line.rstrip("\r"))
    if "\b" in line or "\r" in line:
        line = line.rpartition("\r")[2]
        shown: list[str] = []
        for char in line:
            if char != "\b":
                shown.append(char)
            elif shown:
                shown.pop()
        line = "".join(shown)
    return "".join(char for char in line if char.isprintable() or char == "\t").rstrip()


class ShellPrompts:
    """The prompts of the shells in a log."""

    def __init__(self, lines: Sequence[str]) -> None:
        found = (CALL_BEHIND_A_PROMPT.fullmatch(line) for line in lines if len(line) <= LONGEST and "dscli" in line)
        learned = dict.fromkeys(re.sub(r"\d+", "0", each["prompt"].rstrip()) for each in found if each)
        any_number = (re.escape(prompt).replace("0", r"\d+") for prompt in learned)
        self._learned = [re.compile(rf"{prompt}(?:\s+(?P<command>.*))?") for prompt in any_number]

    def command(self, line: str) -> str | None:
        """What was typed at a prompt, empty where nothing was; None where the line has no prompt."""
        if len(line) > LONGEST:
            return None
        tried = (pattern.fullmatch(line) for pattern in (SHELL_PROMPT, CALL_BEHIND_A_PROMPT, *self._learned))
        found = next((each for each in tried if each), None)
        return None if found is None else (found["command"] or "")
