"""What drills and nights see of mutants of the agent: `python -m tests.mutation --nights 500`.

Each mutant is judged in a child of its own, by the runs in which the agent as it is comes to the changed statement, for
no other can differ: first by those that killed other mutants of its module, then by the others, the quickest first. It
is killed by the first that comes to something else than with the agent as it is: another set of broken rules that no
hazard explains, a step that fails, a run without end. What the agent as it is comes to is kept in a file (`--known`),
and so are survivors and what killed the others: a later call appends what is missing, and judges survivors by the
nights that they have not seen. Of a survivor it is told in how many runs the log was another: where it never was, no
rule could have seen it.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.mutation.judge import AsItIs, judged, known_of
from tests.mutation.mutants import Mutant, put_in, sample
from tests.mutation.reach import statement_of
from tests.mutation.runs import Job, Seen, jobs
from tests.mutation.survivors import why_it_survives

SEED = 16
"""Of the sample: the same in every later run."""


def in_order(runs: Sequence[Job], known: dict[str, AsItIs], killers: Counter[str]) -> list[tuple[Job, Seen]]:
    """The runs, those first that killed most, then the quickest."""
    ordered = sorted(runs, key=lambda job: (-killers[job.name], known[job.name].cost_s, job.name))
    return [(job, known[job.name].seen) for job in ordered]


class Campaign:
    """Judges mutants, and keeps what came of it in a file."""

    def __init__(self, nights: int, known: Path, out: Path) -> None:
        self._nights, self._out = nights, out
        self._every = list(jobs(nights))
        self._known = known_of(self._every, known)
        there = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
        self.rows: dict[str, dict[str, Any]] = {each["mutant"]: each for each in there}

    def judge(self, mutant: Mutant) -> None:
        """Unless it is killed, or has seen as many nights."""
        before = self.rows.get(mutant.name)
        seen = -2 if before is None else before["nights"]
        if before is not None and (before["killed_by"] or seen >= self._nights):
            return
        place = statement_of(mutant.module, mutant.line)
        todo = [job for job in self._every if (job.night >= seen) and place in self._known[job.name].lines]
        killers = Counter(row["by"] for row in self.rows.values() if row["mutant"].split()[0] == mutant.module)
        found = judged(functools.partial(put_in, mutant), in_order(todo, self._known, killers))
        if before is not None:
            found["runs"] += before["runs"]
            found["changed"] += before["changed"]
            found["changed_in"] = [*before["changed_in"], *found["changed_in"]][:5]
        row = {"mutant": mutant.name, "line": mutant.line, "function": mutant.function, "change": mutant.change}
        self.rows[mutant.name] = {**row, "nights": self._nights, **found}
        with self._out.open("a") as out:
            out.write(json.dumps(self.rows[mutant.name]) + "\n")


def main() -> None:
    """Judge what the file does not know yet, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=150, help="so many mutants")
    parser.add_argument("--nights", type=int, default=500, help="so many nights for each at most")
    parser.add_argument("--out", type=Path, default=Path("mutants.jsonl"), help="results, read and appended to")
    parser.add_argument("--known", type=Path, default=Path("as-it-is.jsonl"), help="runs of the agent as it is")
    parser.add_argument("--part", default="1/1", help="the K-th of N parts of the sample: 1/2")
    asked = parser.parse_args()
    part, parts = map(int, asked.part.split("/"))
    campaign = Campaign(asked.nights, asked.known, asked.out)
    for mutant in sample(SEED, asked.sample)[part - 1 :: parts]:
        campaign.judge(mutant)
    _tell(list(campaign.rows.values()))


def _tell(rows: list[dict[str, Any]]) -> None:
    of = Counter(row["mutant"].split()[0] for row in rows)
    killed = Counter(row["mutant"].split()[0] for row in rows if row["killed_by"])
    lines = [f"{module}: {killed[module]} of {of[module]} killed" for module in sorted(of)]
    lines.append(f"all: {killed.total()} of {of.total()} killed, sample of seed {SEED}")
    for row in rows:
        if not row["killed_by"]:
            module = row["mutant"].split()[0]
            why = why_it_survives(module, row["function"], row["change"]) or "not explained"
            lines.append(f"survives {row['runs']} runs, other log in {row['changed']}: {row['mutant']}")
            lines.append(f"    {row['function']}:{row['line']}  {row['change']}\n    {why}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
