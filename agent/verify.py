"""The manual's "before you configure the agent", as checks that change nothing.

Each check stands alone: an HMC that is down does not keep the other one, or the password file, from being looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Tuple

from agent.dscli import HmcSilent, log_in
from agent.errors import AgentError
from agent.pairs import LocalVolume, Standing, lss_pairs, name_volumes, standing
from agent.run import Run

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
    logins = [_login(run, hmc) for hmc in run.attributes.hmcs]
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
    """A login at one console. A refused password is one failed login, as an online would have been."""
    try:
        session = log_in(run.node, run.attributes, hmc, min(run.limits.login_s, max(run.budget.left_s() / 3, 1.0)))
    except (HmcSilent, AgentError) as error:
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
    """Paths from here to there. Those from there to here are the far array's; its own verify tells."""
    pairs = [f"{volume.volume}:{relation.peer}" for volume in volumes for relation in volume.relations]
    if not pairs:
        return []
    up = {(path.source_lss, path.target_lss) for path in run.array.paths(pairs, run.budget) if path.is_up}
    return [
        Finding(
            f"path from LSS {local} to LSS {remote}", (local, remote) in up, "" if (local, remote) in up else "none up"
        )
        for local, remote in lss_pairs(pairs)
    ]
