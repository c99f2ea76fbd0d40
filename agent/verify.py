"""What an online and a takeover will need, as checks that change nothing: for a job that runs every night.

The manual's "before you configure the agent" is among them, and so is whether the mirror is in sync. Each check stands
alone: an HMC that is down does not keep the other one, or the password file, from being looked at.

Rule: what was not seen is not ok. A check that could not be made says so, and the whole does not count as well.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import List, Sequence, Tuple

from .console_memory import note_refusal
from .dscli import HmcSilent, log_in
from .errors import AgentError, ArrayRefused, AuthenticationFailed, ConfigError
from .far_side import look_at_far_side
from .mirror import ages, leave_note, mirror_of
from .pairs import WRITABLE, LocalVolume, Path, Standing, by_standing, lss_pairs, name_volumes, standing
from .reslock import ask
from .run import Run
from .second_opinion import Far, FarArray

OTHERS_MAY = 0o077
PROBE_NAME = "verify.probe"
"""A state file that is written and removed again, to see that locks and journals can be."""


class Verdict(enum.Enum):
    """What came of a check. Nothing that was not seen is ok; the value is how a line begins."""

    OK = "ok"
    FAILED = "FAILED"
    UNSEEN = "UNSEEN"
    """Not known: an earlier check failed, or an operator has to look first."""
    NOTE = "note"
    """No check: what this side cannot see, and who can."""


@dataclass(frozen=True)
class Finding:
    """One check and what came of it."""

    what: str
    verdict: Verdict
    why: str = ""

    def line(self) -> str:
        """The finding as a line for an operator."""
        return f"{self.verdict.value:<6} {self.what}" + (f": {self.why}" if self.why else "")


def judged(what: str, why: str = "", *, is_good: bool) -> Finding:
    """A check that was made."""
    return Finding(what, Verdict.OK if is_good else Verdict.FAILED, why)


def check(run: Run) -> Tuple[Finding, ...]:
    """All checks: the node, the consoles, then the pairs, the mirror and the paths as the array shows them."""
    findings = [*check_node(run), *check_consoles(run)]
    if any(finding.what.startswith("HMC ") and finding.verdict is Verdict.OK for finding in findings):
        return (*findings, *check_pairs(run))
    return (*findings, Finding("pairs, mirror and paths", Verdict.UNSEEN, "no console gave a session"))


def check_node(run: Run) -> List[Finding]:
    """What an online needs of this node."""
    return [_boot_id(run), _state_directory(run), _vcs(run)]


def check_consoles(run: Run) -> List[Finding]:
    """What it needs to talk to the array."""
    return [_program(run), _password_file(run), *_logins(run)]


def summary(findings: Sequence[Finding]) -> str:
    """The last line: how many checks failed, and how many could not be made."""
    checks = [finding for finding in findings if finding.verdict is not Verdict.NOTE]
    failed = [finding for finding in checks if finding.verdict is Verdict.FAILED]
    unseen = [finding for finding in checks if finding.verdict is Verdict.UNSEEN]
    return f"{len(failed)} of {len(checks)} checks failed" + (f", {len(unseen)} not seen" if unseen else "")


def is_all_well(findings: Sequence[Finding]) -> bool:
    """Whether every check was made, and is ok."""
    return all(finding.verdict in (Verdict.OK, Verdict.NOTE) for finding in findings)


def _boot_id(run: Run) -> Finding:
    """Without it an online cannot write its lock."""
    what = "boot id of this node"
    try:
        return judged(what, is_good=bool(run.node.boot_id()))
    except OSError as error:
        return judged(what, str(error), is_good=False)


def _state_directory(run: Run) -> Finding:
    """Without it an online writes neither journal nor lock."""
    what = "state directory can be written"
    try:
        run.node.write_state(PROBE_NAME, "# MetroMirror: verify looks whether it can write here\n")
        return judged(what, is_good=run.node.remove_state(PROBE_NAME))
    except OSError as error:
        return judged(what, str(error), is_good=False)


def _vcs(run: Run) -> Finding:
    """Without an answer an online takes default time-outs, and cannot tell whether the group is parallel."""
    is_good = bool(ask(run.node, run.limits, "hares", "-value", run.resource, "Group"))
    return judged("VCS answers `hares -value`", "" if is_good else "no answer", is_good=is_good)


def _program(run: Run) -> Finding:
    path = run.attributes.ds_cli_home + "/dscli"
    facts = run.node.inspect_file(path)
    is_good = facts is not None and facts.is_regular and bool(facts.mode & 0o100)
    return judged(f"DS CLI {path}", "" if is_good else "no executable file", is_good=is_good)


def _password_file(run: Run) -> Finding:
    path = run.attributes.password_file
    what = f"password file {path}"
    facts = run.node.inspect_file(path)
    if facts is None or not facts.is_regular:
        return judged(what, "no such file; managepwfile makes one", is_good=False)
    if facts.mode & OTHERS_MAY:
        return judged(
            what, f"readable by others than its owner (mode {facts.mode & 0o777:03o}); chmod 600", is_good=False
        )
    return judged(what, is_good=True)


def _logins(run: Run) -> List[Finding]:
    """A login at each console. One failed login, not one for each console: they share the account."""
    findings: List[Finding] = []
    for hmc in run.attributes.hmcs:
        try:
            findings += _login(run, hmc)
        except AuthenticationFailed as error:
            note_refusal(run.node, run.attributes)
            findings.append(judged(f"HMC {hmc}", str(error), is_good=False))
            left = run.attributes.hmcs[run.attributes.hmcs.index(hmc) + 1 :]
            return findings + [
                Finding(f"HMC {each}", Verdict.UNSEEN, "not tried: it shares the account") for each in left
            ]
    if len(run.attributes.hmcs) == 1:
        findings.append(Finding("HMC2", Verdict.NOTE, "not configured: without HMC1 no takeover can be made"))
    return findings


def _login(run: Run, hmc: str) -> List[Finding]:
    """A login at one console, and what it says of the password. Raises AuthenticationFailed."""
    try:
        session = log_in(run.node, run.attributes, hmc, min(run.limits.login_s, max(run.budget.left_s() / 3, 1.0)))
    except (HmcSilent, ConfigError) as error:
        return [judged(f"HMC {hmc}", str(error), is_good=False)]
    session.quit()
    works = judged(f"HMC {hmc}", "login works", is_good=True)
    if not session.warning:
        return [works]
    cure = f"change it (chuser -pw), and in {run.attributes.password_file} (managepwfile) on each system"
    return [
        works,
        judged(f"password of user {run.attributes.user} at HMC {hmc}", f"{session.warning}; {cure}", is_good=False),
    ]


def check_pairs(run: Run) -> List[Finding]:
    """What the array shows: pairs, mirror, paths, and whether the far array says the same."""
    try:
        volumes = run.array.look(run.budget, with_tracks=True)
        findings = [_pairs(run, volumes), _mirror(run, volumes)]
    except AgentError as error:
        return [judged("pairs", str(error), is_good=False), Finding("mirror and paths", Verdict.UNSEEN)]
    try:
        findings += _paths(run, volumes)
    except AgentError as error:
        findings.append(judged("paths", str(error), is_good=False))
    return [*findings, _far_side(run, volumes)]


def _far_side(run: Run, volumes: Tuple[LocalVolume, ...]) -> Finding:
    """Whether the far array can be asked before the direction changes, and says of the pairs what this one says."""
    what = f"far side {run.attributes.remote_image}"
    far = FarArray(run, look_at_far_side(run))
    try:
        opinion = far.ask(volumes)
    finally:
        far.close()
    if opinion.far is Far.UNASKABLE:
        return Finding(what, Verdict.NOTE, f"{opinion.text()}; set RemoteHMC1")
    if opinion.far is Far.SILENT:
        return Finding(what, Verdict.UNSEEN, opinion.text())
    expected = Far.FOLLOWS if set(by_standing(volumes)) <= WRITABLE else Far.SOURCE
    return judged(what, opinion.text(), is_good=opinion.far is expected)


def _pairs(run: Run, volumes: Tuple[LocalVolume, ...]) -> Finding:
    bad = (Standing.NO_PAIR, Standing.NOT_METRO_MIRROR, Standing.DOUBTFUL)
    wrong = [v.volume for v in volumes if standing(v) in bad or any(r.has_foreign_peer for r in v.judged)]
    why = f"not so: {name_volumes(wrong)}" if wrong else f"{len(volumes)} volumes"
    return judged(f"Metro Mirror pairs with {run.attributes.remote_image}", why, is_good=not wrong)


def _mirror(run: Run, volumes: Tuple[LocalVolume, ...]) -> Finding:
    """In sync, or how far from it, and how long it has been so as far as this node knows."""
    mirror = mirror_of(volumes)
    note = leave_note(run.node, run.resource, mirror)
    return judged("mirror in sync", "; ".join([mirror.text(), *ages(note, note.seen_s)]), is_good=mirror.is_in_sync)


def _paths(run: Run, volumes: Tuple[LocalVolume, ...]) -> List[Finding]:
    """Paths in both directions; those from there to here only if the console knows the far array, too."""
    pairs = [f"{volume.volume}:{relation.peer}" for volume in volumes for relation in volume.judged]
    if not pairs:
        return [Finding("paths", Verdict.UNSEEN, "there are no pairs that would need any")]
    paths = run.array.paths(pairs, run.budget, with_groups=True)
    findings = [*_paths_one_way(lss_pairs(pairs), paths), *_groups(lss_pairs(pairs), paths)]
    try:
        back = run.array.paths_back(pairs, run.budget)
    except ArrayRefused:
        why = f"not seen from here: run verify on a system of {run.attributes.remote_image}, too"
        return [*findings, Finding("paths from there to here", Verdict.NOTE, why)]
    return findings + _paths_one_way([(remote, local) for local, remote in lss_pairs(pairs)], back)


def _groups(wanted: Sequence[Tuple[str, str]], paths: Sequence[Path]) -> List[Finding]:
    """Volumes of several LSSs stop at one write in a rolling disaster only where the paths are made so."""
    loose = sorted({f"{path.source_lss}:{path.target_lss}" for path in paths if path.is_grouped is False})
    if len(wanted) < 2 or not loose:
        return []
    why = f"paths without -consistgrp: {' '.join(loose)}; a rolling disaster stops their volumes at different writes"
    return [Finding("consistency group", Verdict.NOTE, why)]


def _paths_one_way(wanted: Sequence[Tuple[str, str]], paths: Sequence[Path]) -> List[Finding]:
    findings = []
    for source, target in wanted:
        states = sorted({path.state for path in paths if (path.source_lss, path.target_lss) == (source, target)})
        is_up = any(path.is_up for path in paths if (path.source_lss, path.target_lss) == (source, target))
        why = "" if states == ["Success"] else f"none is up ({', '.join(states) or 'there is none'})"
        findings.append(
            judged(f"path from LSS {source} to LSS {target}", ", ".join(states) if is_up else why, is_good=is_up)
        )
    return findings
