"""Where things are on a node (reference vcs.md 1.1 and 1.4).

Rule: nothing here asks the node anything but whether it has a /run; it only puts paths together. The monitor imports
it.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping

ROOT_VARIABLE = "METROMIRROR_ROOT"


class Root:
    """The paths of one node, for the environment that VCS gave the entry point."""

    def __init__(self, environment: "Mapping[str, str]") -> None:
        self._root = environment.get(ROOT_VARIABLE, "").rstrip("/")
        home = self.below(environment.get("VCS_HOME") or "/opt/VRTSvcs")
        logs = self.below(environment.get("VCS_LOG") or "/var/VRTSvcs")
        self.host = environment.get("VCS_HOST", "")
        self.ha_directory = home + "/bin"
        self.state_directory = logs + "/lock/MetroMirror"
        # On another file system than /var, and gone at a boot where the system has such a place.
        volatile, steady = self.below("/run"), self.below(environment.get("VCS_CONF") or "/etc/VRTSvcs")
        self.void_directory = (volatile if os.path.isdir(volatile) else steady) + "/MetroMirror.void"
        self.log_file = logs + "/log/MetroMirror_A.log"
        self.sysname_file = self.below(environment.get("VCS_CONF") or "/etc/VRTSvcs") + "/conf/sysname"
        self.uptime_file = self.below("/proc/uptime")
        self.boot_id_file = self.below("/proc/sys/kernel/random/boot_id")

    def above(self, path: str) -> str:
        """A path of this process as the node itself has it."""
        return path[len(self._root) :] if self._root and path.startswith(self._root + "/") else path

    def below(self, path: str) -> str:
        """An absolute path of the node as this process has to open it."""
        return self._root + path
