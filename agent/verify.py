"""The manual's "before you configure the agent", as checks that change nothing.

Each check stands alone: an HMC that is down does not keep the other one, or the password file, from being looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import List, Sequence, Tuple

from .console_memory import note_refusal
from .dscli import HmcSilent, log_in
from .errors import AgentError, ArrayRefused, AuthenticationFailed, ConfigError
from .pairs import LocalVolume, Path, Standing, lss_pairs, name_volumes, standing
from .run import Run

OTHERS_MAY = 0o077


@dataclass(frozen=True)
class Finding:
    """One check and what came of it."""

    what: str
    is_good: bool
    why: str = ""

    def line(self) -> str:
        """The finding as a line for an operator."""
        return f"{'ok    ' if self.is_good else 'FAILED'} {self.what}" + (f": {self.why}" if self.why else "")


def check(run: Run) -> Tuple[Finding, ...]:
    """All checks, in the manual's order."""
    findings = [_program(run), _password_file(run)]
    try:
        logins = [_login(run, hmc) for hmc in run.attributes.hmcs]
    except AuthenticationFailed as error:
        # One failed login, not one for each console: they share the account.
        note_refusal(run.node, run.attributes)
        return (*findings, Finding(f"HMC {error.hmc}", False, str(error)))
    findings += logins
    if any(login.is_good for login in logins):
        findings += _pairs_and_paths(run)
    return tuple(findings)


def _program(run: Run) -> Finding:
    path = run.attributes.ds_cli_home + "/dscli"
    facts = run.node.inspect_file(path)
    is_good = facts is not None and facts.is_regular and bool(facts.mode & 0o100)
    return Finding(f"DS CLI {path}", is_good, "" if is_good else "no executable file")


def _password_file(run: Run) -> Finding:
    path = run.attributes.password_file
    what = f"password file {path}"
    facts = run.node.inspect_file(path)
    if facts is None or not facts.is_regular:
        return Finding(what, False, "no such file; managepwfile makes one")
    if facts.mode & OTHERS_MAY:
        return Finding(what, False, f"readable by others than its owner (mode {facts.mode & 0o777:03o}); chmod 600")
    return Finding(what, True)


def _login(run: Run, hmc: str) -> Finding:
    """A login at one console. Raises AuthenticationFailed."""
    try:
        session = log_in(run.node, run.attributes, hmc, min(run.limits.login_s, max(run.budget.left_s() / 3, 1.0)))
    except (HmcSilent, ConfigError) as error:
        return Finding(f"HMC {hmc}", False, str(error))
    session.quit()
    return Finding(f"HMC {hmc}", True, "login works")


def _pairs_and_paths(run: Run) -> List[Finding]:
    try:
        volumes = run.array.look(run.budget)
        return [_pairs(run, volumes), *_paths(run, volumes)]
    except AgentError as error:
        return [Finding("pairs and paths", False, str(error))]


def _pairs(run: Run, volumes: Tuple[LocalVolume, ...]) -> Finding:
    bad = (Standing.NO_PAIR, Standing.NOT_METRO_MIRROR, Standing.DOUBTFUL)
    wrong = [v.volume for v in volumes if standing(v) in bad or any(r.has_foreign_peer for r in v.relations)]
    why = f"not so: {name_volumes(wrong)}" if wrong else f"{len(volumes)} volumes"
    return Finding(f"Metro Mirror pairs with {run.attributes.remote_image}", not wrong, why)


def _paths(run: Run, volumes: Tuple[LocalVolume, ...]) -> List[Finding]:
    """Paths in both directions; those from there to here only if the console knows the far array, too."""
    pairs = [f"{volume.volume}:{relation.peer}" for volume in volumes for relation in volume.relations]
    if not pairs:
        return []
    findings = _paths_one_way(lss_pairs(pairs), run.array.paths(pairs, run.budget))
    try:
        back = run.array.paths_back(pairs, run.budget)
    except ArrayRefused:
        why = f"not seen from here: run verify on a system of {run.attributes.remote_image}"
        return [*findings, Finding("paths from there to here", True, why)]
    return findings + _paths_one_way([(remote, local) for local, remote in lss_pairs(pairs)], back)


def _paths_one_way(wanted: Sequence[Tuple[str, str]], paths: Sequence[Path]) -> List[Finding]:
    up = {(path.source_lss, path.target_lss) for path in paths if path.is_up}
    findings = [Finding(f"path from LSS {source} to LSS {target}", (source, target) in up) for source, target in wanted]
    return [each if each.is_good else replace(each, why="none is up") for each in findings]
