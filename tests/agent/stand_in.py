"""A node and a DS CLI in memory, small and honest: just enough of an array to answer the agent's own commands.

The array holds one side's opinion of each pair. Faults are told beforehand: `faults` maps the running number of a line
that was typed at a console to what goes wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mirrordrill.agent.answers import DELIMITER
from mirrordrill.agent.arguments import ARG_LIST
from mirrordrill.agent.ports import FileFacts, HaAnswer, Heard, Severity, Until

LOCAL = "IBM.2107-75FA150"
REMOTE = "IBM.2107-75FA120"
SCALARS = ["/opt/ibm/dscli", "hmc1", "hmc2", "admin", "/opt/ibm/dscli/ds_pwfile", LOCAL, REMOTE]
PROMPT = "dscli> "
COMMA = "\0"
"""A comma that is none between fields, until a table is printed."""


def positional(*volumes: str) -> list[str]:
    """ArgList values of VCS 4.x."""
    return [*SCALARS, str(len(volumes)), *volumes]


def named(*volumes: str) -> list[str]:
    """ArgList values of VCS 5.0 and later."""
    words = [word for at, value in enumerate(SCALARS) for word in (ARG_LIST[at], "1", value)]
    return [*words, "VolIds", str(len(volumes)), *volumes]


class Pair:
    """One side's opinion of one pair."""

    def __init__(self, volume: str, state: str, reason: str = "-", copy_type: str = "Metro Mirror", peer: str = ""):
        self.volume = volume
        self.peer = peer or volume
        self.state = state
        self.reason = reason
        self.copy_type = copy_type
        self.tracks = 0

    def row(self, with_tracks: bool) -> str:
        ours, theirs = f"{LOCAL}/{self.volume}", f"{REMOTE}/{self.peer}"
        ends = f"{theirs}:{ours}" if self.state.startswith("Target") else f"{ours}:{theirs}"
        date = "January 5, 2026 8:00:49 AM UTC" if self.state == "Suspended" else "-"
        tracks = f"{self.tracks},{date.replace(',', COMMA)}," if with_tracks else ""
        return f"{ends},{self.state},{self.reason},{self.copy_type},{tracks}12,60,Disabled,Invalid"


class StandInArray:
    """The local array: pairs, paths, and the commands that the agent uses."""

    def __init__(self, *pairs: Pair, paths_up: bool = True) -> None:
        self.pairs = {pair.volume: pair for pair in pairs}
        self.paths_up = paths_up
        self.groups = "Disabled"
        """Whether the paths were made with -consistgrp, as the long list says it."""
        self.refuses: dict[str, str] = {}
        self.commands: list[str] = []

    @property
    def changes(self) -> list[str]:
        """The names of the commands that change pairs, as they came."""
        return [line.split()[0] for line in self.commands if line.split()[0] in ("failoverpprc", "failbackpprc")]

    def execute(self, line: str) -> str:
        self.commands.append(line)
        words = line.split()
        return getattr(self, "_" + words[0])([word for word in words[1:] if not word.startswith("-")], line)

    def _setenv(self, words: list[str], line: str) -> str:
        return ""

    def _lspprc(self, words: list[str], line: str) -> str:
        with_tracks = " -l " in line
        rows = [self.pairs[volume].row(with_tracks) for volume in words[1:] if volume in self.pairs]
        if not rows:
            return "CMUC00234I lspprc: No Remote Mirror and Copy found.\n"
        tracks = "Out Of Sync Tracks,Date Suspended," if with_tracks else ""
        return table(f"ID,State,Reason,Type,{tracks}SourceLSS,Timeout (secs),Critical Mode,First Pass Status", rows)

    def _lspprcpath(self, words: list[str], line: str) -> str:
        state = "Success" if self.paths_up else "Failed"
        ends = sorted({(pair.volume[:2], pair.peer[:2]) for pair in self.pairs.values()})
        if words[0] == REMOTE:
            return f"CMUN00777E lspprcpath: this console does not manage {REMOTE}\n"
        is_long = " -l " in line
        more = f",-,{self.groups}" if is_long else ""
        rows = [f"{s},{t},{state},FF{t},I0030,I0231,5005076304FFD7EA{more}" for s, t in ends if s in words[1:]]
        return table(
            "Src,Tgt,State,SS,Port,Attached Port,Tgt WWNN" + (",Failed Reason,PPRC CG" if is_long else ""), rows
        )

    def _failoverpprc(self, words: list[str], line: str) -> str:
        return "".join(self._change(pair, "CMUC00196I failoverpprc", self._fail_over) for pair in words[3:])

    def _failbackpprc(self, words: list[str], line: str) -> str:
        return "".join(self._change(pair, "CMUC00197I failbackpprc", self._fail_back) for pair in words[3:])

    def _change(self, ids: str, head: str, change: Callable[[Pair], None]) -> str:
        pair = self.pairs[ids.split(":")[0]]
        assert ids == f"{pair.volume}:{pair.peer}"
        if pair.volume in self.refuses:
            return (
                f"CMUN03999E {head.split()[1]}: {ids}: Copy Services operation failure: {self.refuses[pair.volume]}\n"
            )
        change(pair)
        return f"{head}: Remote Mirror and Copy pair {ids} successfully done.\n"

    def _fail_over(self, pair: Pair) -> None:
        pair.state, pair.reason = "Suspended", "Host Source"

    def _fail_back(self, pair: Pair) -> None:
        pair.state, pair.reason, pair.tracks = "Copy Pending", "-", 17


def table(header: str, rows: Sequence[str]) -> str:
    """A list as the DS CLI prints it for the agent; header and rows are given with commas, which read better here."""
    return "\n".join([header, "=" * len(header), *rows]).replace(",", DELIMITER).replace(COMMA, ",") + "\n"


class StandInTerminal:
    """A DS CLI program at the far end. `faults` counts the lines typed on all terminals of the node."""

    def __init__(self, node: StandInNode, hmc: str) -> None:
        self._node = node
        self._login = node.logins.get(hmc, Heard("\n", Until.PROMPT, PROMPT))
        self._next: Heard | None = self._login
        self.exit_code: int | None = node.exit_codes.get(hmc)

    def expect(self, prompts: Sequence[str], timeout_s: float) -> Heard:
        heard = self._next if self._next is not None else Heard("", Until.SILENCE, "")
        self._next = None
        self._node.clock_s += timeout_s if heard.until is Until.SILENCE else 0.5
        return heard

    def send_line(self, text: str) -> None:
        node = self._node
        node.typed.append(text)
        if text == "quit":
            self._next = Heard("", Until.END, "")
            return
        fault = node.faults.get(len(node.typed))
        if fault is not None:
            self._next = fault(node.array, text)
        else:
            self._next = Heard(node.array.execute(text), Until.PROMPT, PROMPT)

    def close(self) -> int | None:
        self._node.closed += 1
        return self.exit_code


def lost_before(array: StandInArray, line: str) -> Heard | None:
    """The command never reaches the array."""
    return None


def lost_after(array: StandInArray, line: str) -> Heard | None:
    """The command is carried out, and nobody hears of it."""
    array.execute(line)
    return None


def cut(array: StandInArray, line: str) -> Heard | None:
    """The command is carried out, and the session ends in the middle of the answer."""
    answer = array.execute(line)
    return Heard(answer[: len(answer) // 2], Until.END, "")


def says(text: str) -> Callable[[StandInArray, str], Heard | None]:
    """The command is not carried out; this comes instead of an answer."""
    return lambda array, line: Heard(text, Until.PROMPT, PROMPT)


ENGINE = {
    "hares -state ora_mmir": "#Resource  Attribute  System  Value\nora_mmir  State  hostc  OFFLINE",
    "hares -value ora_mmir LastOnline": "",
    "hares -value ora_mmir LocalStorageImageID hostc": "IBM.2107-75FA150",
    "hares -value ora_mmir Group": "oragrp",
    "hagrp -value oragrp ClusterList": "",
    "haclus -value ClusterName": "site_b",
    "hasys -state": "#System  Attribute  Value\nhostc  SysState  RUNNING",
}
"""What the engine answers before a test says more: it runs, knows of no far side, and keeps the memory."""
FAR_IN_SYNC = {
    **ENGINE,
    "hagrp -value oragrp ClusterList": "site_a 0 site_b 1",
    "haclus -state site_a": "RUNNING",
    "hagrp -state oragrp -clus site_a": "#Group Attribute System Value\noragrp State site_a:hosta |OFFLINE|",
    "hares -action ora_mmir opinion -sys hosta -clus site_a": "opinion=SOURCE tracks=0 copying=0 live=1",
}
"""The same, with another cluster, whose array holds nothing that is not here: without its word nothing is reversed."""


class StandInNode:
    """A node in memory. Each state file and log line can be looked at; each write can be made to fail."""

    def __init__(self, array: StandInArray | None = None, system: str = "hostc") -> None:
        self.array = array or StandInArray()
        self.system = system
        self.boot = "boot-1"
        self.clock_s = 1000.0
        self.files: dict[str, str] = {}
        self.unwritable: dict[str, OSError] = {}
        self.unreadable: dict[str, OSError] = {}
        self.private_files: dict[str, str] = {}
        self.logs: list[str] = []
        self.answers: list[str] = []
        self.typed: list[str] = []
        self.closed = 0
        self.faults: dict[int, Callable[[StandInArray, str], Heard | None]] = {}
        self.logins: dict[str, Heard] = {}
        self.exit_codes: dict[str, int] = {}
        self.started: list[list[str]] = []
        self.ha: dict[str, str] = dict(ENGINE)
        self.ha_calls: list[str] = []
        self.facts: dict[str, FileFacts] = {}

    def uptime_s(self) -> float:
        return self.clock_s

    def pause(self, duration_s: float, awaited: str) -> None:
        self.clock_s += duration_s

    def boot_id(self) -> str:
        return self.boot

    def has_state(self, name: str) -> bool:
        return self.read_state(name) is not None

    def state_names(self) -> list[str]:
        return list(self.files)

    def read_state(self, name: str) -> str | None:
        if name in self.unreadable:
            raise self.unreadable[name]
        return self.files.get(name)

    def write_state(self, name: str, text: str) -> None:
        if name in self.unwritable:
            raise self.unwritable[name]
        self.files[name] = text

    def remove_state(self, name: str) -> bool:
        if name in self.unwritable:
            raise self.unwritable[name]
        return self.files.pop(name, None) is not None

    def private_file(self, name: str, text: str) -> str:
        if name in self.unwritable:
            raise self.unwritable[name]
        self.private_files[name] = text
        return f"/state/{name}"

    def private_text(self, name: str) -> str | None:
        return self.private_files.get(name)

    def inspect_file(self, path: str) -> FileFacts | None:
        return self.facts.get(path)

    def start_program(self, argv: Sequence[str]) -> StandInTerminal:
        self.started.append(list(argv))
        return StandInTerminal(self, argv[argv.index("-hmc1") + 1])

    def run_ha(self, argv: Sequence[str], timeout_s: float) -> HaAnswer:
        line = " ".join(argv)
        self.ha_calls.append(line)
        if argv[1] == "-modify":
            self.ha[f"hares -value {argv[2]} {argv[3]}"] = argv[4]
            return HaAnswer(0, "")
        if line in self.ha:
            return HaAnswer(0, self.ha[line] + "\n")
        # An engine that knows anything refuses what it does not know; one that knows nothing does not answer.
        return HaAnswer(1 if self.ha else None, "")

    def log(self, severity: Severity, message_id: int, text: str) -> None:
        assert "\n" not in text
        self.logs.append(f"{severity.value} {message_id} {text}")

    def answer(self, text: str) -> None:
        self.answers.append(text)

    def logged(self, message_id: int) -> list[str]:
        """The lines with this id."""
        return [line for line in self.logs if line.split()[1] == str(message_id)]
