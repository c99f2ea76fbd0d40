"""Where the agent lies on a node: the same on AIX, HP-UX, Linux and Solaris (manual, chapter 2; reference vcs.md 1.1).

    /opt/VRTSvcs/bin/MetroMirror/                 what VCS executes: the entry points
        open close online offline monitor clean info attr_changed
        actions/failback status verify explain
        MetroMirrorAgent -> ../Script51Agent      the framework's own program, where the node has one
        .agent/VERSION-DIGEST/                    one release: agent, pexpect, ptyprocess, deploy, licences, MANIFEST
        .agent/setup                              this installer, which also removes the agent
    /etc/VRTSvcs/conf/MetroMirrorTypes.cf         to be imported into the configuration

The name of a release holds the digest of all its files: two releases never share a folder, and a file in one never
changes. `.agent` sorts before every entry point, so a package manager unpacks a release before what starts it.
"""

from __future__ import annotations

from pathlib import Path

from agent.actions import ACTIONS
from agent.entrypoints import ENTRY_POINTS
from agent.node import RealNode
from agent.paths import ROOT_VARIABLE, Root

ENTRIES = ("monitor", *ENTRY_POINTS, *(f"actions/{name}" for name in ACTIONS))
"""Every entry point, as a path below the agent's folder."""
SETUP = ".agent/setup"
FRAMEWORKS = ("Script60Agent", "Script51Agent", "Script50Agent", "ScriptAgent")
"""The framework's programs for agents made of scripts, newest first; the agent understands the argv of all."""


class Places:
    """The paths of one node, in the directory `root` (`/` in production)."""

    def __init__(self, root: Path) -> None:
        top = str(root).rstrip("/")
        # VCS_HOME and the like are left out: the manual fixes where an agent is installed.
        self._values = {ROOT_VARIABLE: top}
        found = Root(self._values)
        self.root = Path(top or "/")
        self.vcs_programs = Path(found.ha_directory)
        self.folder = self.vcs_programs / "MetroMirror"
        self.releases = self.folder / ".agent"
        self.framework = self.folder / "MetroMirrorAgent"
        self.types = Path(found.sysname_file).parent / "MetroMirrorTypes.cf"
        self.state = Path(found.state_directory)
        self.log = Path(found.log_file)
        self.tops = tuple(Path(top + name) for name in ("/opt", "/etc", "/var"))
        """The machine's own folders: never removed, however empty."""

    def programs(self) -> list[Path]:
        """What is started from outside: the entry points and the installer."""
        return [self.folder / name for name in (*ENTRIES, SETUP)]

    def node(self) -> RealNode:
        """The node as the agent sees it."""
        return RealNode("setup", "setup", self._values)

    def on_node(self, path: Path) -> str:
        """The path as the node itself names it, without the root."""
        return "/" + str(path.relative_to(self.root))
