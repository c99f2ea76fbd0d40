"""What a campaign over sites and profiles sees of sabotages: `python -m tests.negative.everywhere [NAME...]`.

The nights are those that judge mutants of the agent (`tests.mutation`), in the order of the campaign; without names,
they are those sabotages that stand in no row of `campaigns`. A sabotage is found by the first night that breaks
other rules than with the agent as it is. Of one that is not found it is told in how many nights the log was another:
where that is none, no night draws what it takes; where there are some, it did no harm there, or no rule sees it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.mutation.judge import AsItIs, judged, known_of
from tests.mutation.runs import Job, jobs
from tests.negative.campaigns import TABLE
from tests.negative.measure import Recorder, candidates


def rows(names: list[str], nights: list[Job], known: dict[str, AsItIs]) -> Iterator[str]:
    """The lines of the table."""
    yield "| sabotage | found in night | by | nights with another log |\n|---|---|---|---|"
    in_table = {row.sabotage for row in TABLE}
    for sabotage in (row.sabotage for row in candidates()):
        if (sabotage.__name__ not in names) if names else sabotage in in_table:
            continue
        patch = Recorder()
        sabotage(patch)
        touched = [job for job in nights if patch.comes_to_it(known[job.name].lines)]
        patch.undo()
        found = judged(lambda each=sabotage: each(Recorder()), [(job, known[job.name].seen) for job in touched])  # type: ignore[misc]
        number = next((f"{job.night + 1}" for job in touched if job.name == found["by"]), "-")
        name, by = sabotage.__name__.replace("_", " "), found["killed_by"] or "-"
        yield f"| {name} | {number} | {by} | {found['changed']} of {found['runs']}: {'; '.join(found['changed_in'])} |"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="sabotages; all that are in no row of the table where none is named")
    parser.add_argument("--nights", type=int, default=500, help="so many nights at most")
    parser.add_argument("--known", type=Path, default=Path("as-it-is.jsonl"), help="runs of the agent as it is")
    asked = parser.parse_args()
    nights = [job for job in jobs(asked.nights) if job.night >= 0]
    for line in rows(asked.names, nights, known_of(nights, asked.known)):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
