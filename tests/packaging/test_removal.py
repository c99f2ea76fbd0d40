"""Whether the agent may be removed, and what is left when it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from deploy.removal import objections

from mirrordrill.agent.journal import Journal, Step
from mirrordrill.agent.ports import HaAnswer
from tests.agent.stand_in import StandInNode
from tests.packaging.staging import NO_ENGINE, TYPES, StagedNode

# The decision: what VCS says on one side, what may be done on the other.

NOTHING, DOUBT, CERTAIN = "nothing", "doubt", "certain"
OFFLINE = {
    "hasys -state hosta": "RUNNING",
    "hares -list Type=MetroMirror": "ora_mmir hosta\nora_mmir hostb",
    "hares -value ora_mmir State hosta": "OFFLINE",
    "hares -value ora_mmir Group": "oragrp",
    "hagrp -value oragrp State hosta": "|OFFLINE|",
}


class Engine(StandInNode):
    """A node whose VCS answers from a table; what is not in it is not answered."""

    def __init__(self, table: Mapping[str, str | HaAnswer], system: str = "hosta") -> None:
        super().__init__(system=system)
        self.table = table

    def run_ha(self, argv: Sequence[str], timeout_s: float) -> HaAnswer:
        answer = self.table.get(" ".join(argv), HaAnswer(None, ""))
        return answer if isinstance(answer, HaAnswer) else HaAnswer(0, answer + "\n")


def judge(answers: Mapping[str, str | HaAnswer], system: str = "hosta") -> str:
    found = objections(Engine(answers, system), [], has_vcs=True)
    if not found:
        return NOTHING
    return CERTAIN if any(each.is_certain for each in found) else DOUBT


STATES = {
    "|OFFLINE|": NOTHING,
    "OFFLINE": NOTHING,
    "|OFFLINE|FAULTED|": NOTHING,
    "FAULTED": NOTHING,
    "|ONLINE|": CERTAIN,
    "ONLINE": CERTAIN,
    "|PARTIAL|": CERTAIN,
    "|ONLINE|FAULTED|": CERTAIN,
    "|STARTING|PARTIAL|": CERTAIN,
    "|STOPPING|PARTIAL|": CERTAIN,
    "ONLINE|STATE UNKNOWN": CERTAIN,
    "ONLINE | ADMIN_WAIT": CERTAIN,
    "OFFLINE|STATE UNKNOWN": DOUBT,
    "OFFLINE|ADMIN_WAIT": DOUBT,
    "": DOUBT,
    "||": DOUBT,
    "online": DOUBT,
    "OFFLINE and more": DOUBT,
    "OFFLINE\nONLINE": DOUBT,
}


@pytest.mark.parametrize("question", ["hares -value ora_mmir State hosta", "hagrp -value oragrp State hosta"])
@pytest.mark.parametrize("state", STATES)
def test_only_offline_is_offline(question: str, state: str) -> None:
    """Of the resource and of its group: a word that is not understood is a doubt, never a yes."""
    assert judge({**OFFLINE, question: state}) == STATES[state]


@pytest.mark.parametrize("question", OFFLINE)
@pytest.mark.parametrize("answer", [HaAnswer(None, ""), HaAnswer(1, NO_ENGINE), HaAnswer(0, "\n")], ids=str)
def test_silence_and_errors_are_doubts(question: str, answer: HaAnswer) -> None:
    """Whichever question stays without an answer; only a list may be empty."""
    is_list = question.startswith("hares -list") and answer.exit_code == 0
    assert judge({**OFFLINE, question: answer}) == (NOTHING if is_list else DOUBT)


def test_a_node_outside_of_every_system_list_has_nothing_to_lose() -> None:
    """The group may well be online, on other systems."""
    answers = {**OFFLINE, "hasys -state hostx": "RUNNING"}
    assert judge(answers, "hostx") == NOTHING


@pytest.mark.parametrize(
    "state", ["LEAVING", "ADMIN_WAIT", "FAULTED", "#System Attribute Value\nhosta SysState RUNNING"]
)
def test_an_engine_that_is_not_running_is_a_doubt(state: str) -> None:
    """What it says about groups may be old."""
    assert judge({**OFFLINE, "hasys -state hosta": state}) == DOUBT


def test_a_list_that_is_not_understood_is_a_doubt() -> None:
    """A message in place of a list, for instance."""
    assert judge({**OFFLINE, "hares -list Type=MetroMirror": "VCS WARNING V-16-1-1 none of them"}) == DOUBT


@pytest.mark.parametrize("step", Step)
def test_the_journal_of_an_interrupted_operation_is_a_doubt(step: Step) -> None:
    """A half-done takeover is not forgotten by accident; a finished one is no hindrance."""
    node = Engine(OFFLINE)
    node.files["ora_mmir.journal"] = Journal("ora_mmir", "hosta", "b", "1", step, ("1260:1260",), "x").text()
    interrupted = step not in (Step.COMPLETE, Step.SETTLED)
    assert [each.is_certain for each in objections(node, ["ora_mmir.journal"], has_vcs=True)] == [False] * interrupted


def test_without_vcs_only_a_lock_speaks_against_the_removal() -> None:
    """There is nobody to ask; but something is online that was left so."""
    assert objections(Engine({}), ["ora_mmir.monitor.waiting"], has_vcs=False) == []
    (objection,) = objections(Engine({}), ["ora_mmir.lock"], has_vcs=False)
    assert not objection.is_certain


# The removal itself.


@pytest.fixture
def installed(node: StagedNode, package: Path) -> StagedNode:
    node.install_vcs("ScriptAgent")
    node.run_engine("|OFFLINE|", "OFFLINE")
    node.install(package)
    return node


def test_removal_leaves_nothing_behind(node: StagedNode, package: Path) -> None:
    """The node is as it was before the installation; the agent's log is VCS's."""
    node.install_vcs("ScriptAgent")
    node.run_engine("|OFFLINE|", "OFFLINE")
    before = node.tree()
    node.install(package)
    node.write_state("ora_mmir.lock", "old")
    node.write_state("ora_mmir.online.waiting", "old")
    done = node.uninstall()
    assert done.returncode == 0, done.stdout
    assert node.tree() == before


def test_without_vcs_its_empty_folders_go_too(node: StagedNode, package: Path) -> None:
    """A staging root is left as it was found; /opt and /etc are the machine's."""
    before = node.tree()
    node.install(package)
    assert node.uninstall().returncode == 0
    assert node.tree() == before


@pytest.mark.parametrize(
    ("group", "resource"), [("|ONLINE|", "ONLINE"), ("|PARTIAL|", "OFFLINE"), ("|OFFLINE|", "ONLINE")]
)
def test_an_online_group_keeps_the_agent(installed: StagedNode, group: str, resource: str) -> None:
    """And no force removes it: the manual demands that the application is offline."""
    installed.run_engine(group, resource)
    before = installed.tree()
    for arguments in ([], ["--force"]):
        done = installed.uninstall(*arguments)
        assert done.returncode == 1
        assert "on this node: take it offline, or switch it away" in done.stdout
        assert "use --force" not in done.stdout
        assert installed.tree() == before


def test_a_silent_engine_keeps_the_agent_unless_it_is_forced(installed: StagedNode) -> None:
    """Only the administrator can know then, and is told how to say so."""
    (installed.root / "answers/hasys -state hosta").unlink()
    before = installed.tree()
    refused = installed.uninstall()
    assert refused.returncode == 1
    assert NO_ENGINE in refused.stdout
    assert "use --force" in refused.stdout
    assert installed.tree() == before
    forced = installed.uninstall("--force")
    assert forced.returncode == 0
    assert "because of --force: VCS cannot tell" in forced.stdout
    assert not installed.folder.exists()


def test_the_package_removes_what_the_package_installed(installed: StagedNode, package: Path) -> None:
    """Not only the copy of the installer that lies on the node; and once more is no error."""
    assert installed.install(package, "--uninstall").returncode == 0
    again = installed.install(package, "--uninstall")
    assert (again.returncode, "nothing to remove" in again.stdout) == (0, True)


def test_other_peoples_files_stay(installed: StagedNode) -> None:
    """A note of the administrator, a type definition that was changed, the log: left, and named."""
    installed.write("opt/VRTSvcs/bin/MetroMirror/NOTES", "ours\n")
    installed.write(TYPES, "type MetroMirror ( )\n")
    log = installed.write("var/VRTSvcs/log/MetroMirror_A.log", "what happened\n")
    done = installed.uninstall()
    assert done.returncode == 0
    for path in (installed.folder / "NOTES", installed.root / TYPES, log):
        assert path.exists()
        assert str(path) in done.stdout
    assert [path.name for path in installed.folder.iterdir()] == ["NOTES"]


def test_a_state_directory_that_is_a_link_is_not_followed(installed: StagedNode) -> None:
    """Whatever it points to is not the agent's to remove."""
    (installed.root / "precious").mkdir()
    (installed.root / "var/VRTSvcs/lock/MetroMirror").symlink_to(installed.root / "precious")
    done = installed.uninstall()
    assert (done.returncode, "is a link to" in done.stdout) == (1, True)
    assert (installed.root / "precious").exists()


def test_a_removed_agent_can_be_installed_again(installed: StagedNode, package: Path) -> None:
    """As on the first day."""
    before = installed.tree()
    installed.uninstall()
    installed.install(package)
    assert installed.tree() == before
