"""The measure of "right on every site": all shipped drills on many random sites, resumable, with a table at the end.

`python -m tests.random_sites.measure OUT.jsonl [--sites 200] [--first-site 0] [--workers 1]` writes a line for each
site: which drills apply, why others do not, and each verdict that is not `held`. Sites that OUT.jsonl has already are
not flown again, so that a run may be stopped at any time. `--table` prints what is there, and flies nothing.

Rule: a drill is counted as the feature calls it, whatever the names of the site, so that sites can be compared.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.drills.run.runner import (
    NO_DRILL,
    Prepared,
    RunRequest,
    RunResult,
    feature_files,
    features_folder,
    prepared,
    run_drills,
)
from mirrordrill.drills.sites.mapped_features import mapped_feature, parted, title_of
from mirrordrill.drills.sites.site_mapping import SiteMapping, site_mappings
from mirrordrill.drills.sites.standard import begun_features
from mirrordrill.simulator.site.site import load_site
from tests.random_sites.generator import random_site

TROUBLE = (StepStatus.FAILED, StepStatus.USAGE, StepStatus.FAULT, StepStatus.UNDECIDED)
PLACE = re.compile(r" \([^()]*:\d+\)")
"""Where an attribute stands, which is another place on each site."""
KEPT_GROUP = re.compile(r"group (\S+) is left out: ")
RARE = 0.1
"""A drill that applies to fewer of the sites of its kind is told with the reasons why."""


@dataclass(frozen=True)
class Measured:
    """What came of a site; a drill is `feature: scenario`, in the words of the feature."""

    seed: int
    flown: int = 0
    applies: dict[str, int] = field(default_factory=dict)
    """Drill -> how often it was flown: once for each group, and for each row of an outline."""
    left_out: dict[str, list[str]] = field(default_factory=dict)
    """Drills of this kind of site that no group has, and why."""
    not_held: list[str] = field(default_factory=list)
    complaint: str = ""
    """Why nothing was flown, where main.cf does not account for it."""
    kept: list[str] = field(default_factory=list)
    """The groups that main.cf keeps from every drill, and where."""


def told(drill: DrillResult) -> str:
    """A drill that did not hold, in a line."""
    steps = (f"line {step.line}: {step.words}: {step.observed}" for step in drill.steps if step.status in TROUBLE)
    rules = [f"{oracle.name}: {oracle.reason}" for oracle in drill.oracles if not oracle.is_in_order]
    missed = [str(objective) for objective in drill.objectives if objective.met.name in ("MISSED", "UNDECIDED")]
    why = next(steps, "; ".join(rules + missed))
    return f"{drill.file}: {drill.scenario}: {drill.exit_code().name}: {why}"


def all_drills(files: Sequence[Path], first: int = 0, every: int = 1) -> tuple[Prepared, RunResult]:
    """Every shipped drill on a site, or those of a share of the features: what was chosen, and what came of it."""
    options = Options(site_files=tuple(files))
    order = RunRequest(tuple(path.stem for path in feature_files([features_folder()])[first::every]))
    with prepared(order, options) as chosen:
        return chosen, run_drills(chosen.files, order, options, None)


def kept_groups(chosen: Prepared) -> list[str]:
    """The groups that main.cf keeps from every drill, with the attribute that does, its file and line."""
    return [remark for remark in chosen.remarks if KEPT_GROUP.match(remark) and PLACE.search(remark)]


def complaint_of(chosen: Prepared, result: RunResult, files: Sequence[Path]) -> str:
    """What a run complains of; nothing where main.cf keeps each of its groups from every drill."""
    groups = {attachment.group for attachment in load_site(tuple(files)).attachments}
    kept = {found[1] for remark in kept_groups(chosen) if (found := KEPT_GROUP.match(remark))}
    return "" if result.complaint == NO_DRILL and groups == kept else result.complaint


def measured(seed: int) -> Measured:
    """One site, flown whole."""
    with tempfile.TemporaryDirectory(prefix=f"site-{seed}-") as folder:
        files = random_site(seed, Path(folder))
        chosen, result = all_drills(files)
        flown = Counter((drill.file.split("/")[0], drill.scenario) for drill in result.drills)
        applies: Counter[str] = Counter()
        reasons: dict[str, list[str]] = defaultdict(list)
        for drill, mapping, title, whys in possible(files):
            # Titles of an outline's rows have values where the outline has names of columns.
            pattern = re.compile(re.sub(r"<\w+>", ".*", re.escape(title)))
            count = sum(
                number
                for (place, name), number in flown.items()
                if place.startswith(mapping.folder) and pattern.fullmatch(name)
            )
            applies[drill] += count
            reasons[drill] += [] if count else whys
        trouble = [told(drill) for drill in result.drills if drill.exit_code() is not ExitCode.HELD]
        left_out = {
            drill: sorted({why.replace(f"{folder}/", "") for why in reasons[drill]})
            for drill, count in applies.items()
            if not count
        }
        complaint = complaint_of(chosen, result, files)
        kept = [line.replace(f"{folder}/", "") for line in kept_groups(chosen)]
        return Measured(seed, len(result.drills), dict(+applies), left_out, trouble, complaint, kept)


def possible(files: Sequence[Path]) -> Iterator[tuple[str, SiteMapping, str, list[str]]]:
    """Each drill for this kind of site, each group that could have it, its title there, and why it is left out."""
    site = load_site(tuple(files))
    features = {file: file.read_text(encoding="utf-8") for file in feature_files([features_folder()])}
    for group in site_mappings(site, []):
        for file, text, mapping in begun_features(site, group, features):
            left_out = mapped_feature(text, mapping).left_out
            for part in parted(text)[1:]:
                own = title_of(part, mapping)
                name = next(line for line in part.split("\n") if "Scenario" in line).partition(":")[2].strip()
                whys = [why for title, why in left_out if title in (own, f"a leg of {own}")]
                yield f"{file.stem}: {name}", mapping, own, whys


def read(out: Path) -> dict[int, Measured]:
    """What was measured before; of a site that was flown twice the later line counts."""
    lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return {found.seed: found for found in (Measured(**json.loads(line)) for line in lines)}


def table(sites: Sequence[Measured]) -> Iterator[str]:
    """The table of all sites: verdicts, and on how many of the sites of its kind each drill applies."""
    flown, trouble = sum(site.flown for site in sites), [(site.seed, line) for site in sites for line in site.not_held]
    yield f"{len(sites)} sites, {flown} drills flown, {len(trouble)} of them did not hold"
    yield from (f"  {seed}: {line}" for seed, line in trouble)
    yield from (f"  {site.seed}: {site.complaint}" for site in sites if site.complaint)
    yield from (f"  {site.seed}: {line}" for site in sites for line in site.kept)
    applies = Counter(drill for site in sites for drill in site.applies)
    lacks = Counter(drill for site in sites for drill in site.left_out)
    for drill in sorted({*applies, *lacks}):
        of = applies[drill] + lacks[drill]
        yield f"{applies[drill]:4} of {of:3}  {drill}"
        if applies[drill] < RARE * of:
            reasons = Counter(PLACE.sub("", why) for site in sites for why in site.left_out.get(drill, ()))
            yield from (f"            {count:3} x {why}" for why, count in reasons.most_common(4))


def main() -> None:
    """Fly what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--sites", type=int, default=200, metavar="N")
    parser.add_argument("--first-site", type=int, default=0, metavar="SEED")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--table", action="store_true", help="print what there is, and fly nothing")
    order = parser.parse_args()
    wanted = range(order.first_site, order.first_site + order.sites)
    missing = [] if order.table else [seed for seed in wanted if seed not in read(order.out)]
    # A process for each site: what one leaves behind takes no memory from the next.
    with (
        multiprocessing.get_context("spawn").Pool(order.workers, maxtasksperchild=1) as pool,
        order.out.open("a", encoding="utf-8") as file,
    ):
        for found in pool.imap_unordered(measured, missing):
            file.write(json.dumps(asdict(found)) + "\n")
            file.flush()
    shown = [found for seed, found in sorted(read(order.out).items()) if seed in wanted]
    print(*table(shown), sep="\n")  # noqa: T201 - a tool for people


if __name__ == "__main__":
    main()
