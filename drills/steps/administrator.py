"""The storage administrator of a drill: types DS CLI commands by hand, outside the cluster, and reads the answers."""

from __future__ import annotations

from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.dscli.site_values import ADMINISTRATOR
from mirrordrill.simulator.site.site import Attachment
from mirrordrill.simulator.world import World

OF_TWO_ARRAYS = frozenset(
    {
        "mkpprc",
        "rmpprc",
        "pausepprc",
        "resumepprc",
        "failoverpprc",
        "failbackpprc",
        "mkpprcpath",
        "rmpprcpath",
        "freezepprc",
        "unfreezepprc",
    }
)
"""Commands that also want `-remotedev`."""
OF_A_KIND = frozenset({"mkpprc", "resumepprc", "failoverpprc", "failbackpprc"})
"""Commands that also want `-type`."""


class Administrator:
    """A storage administrator with the password of an array, at a shell of one of its hosts."""

    def __init__(self, world: World) -> None:
        self._world = world

    def types(self, command: str, host: str) -> str:
        """One DS CLI command on the first HMC of the host's array; what it answered, in one line.

        Raises UsageError where the array refuses it, or the host's array is unknown.
        """
        its = next((a for a in self._world.site.attachments if a.host == host), None)
        if its is None:
            raise UsageError(f"no MetroMirror resource says which array {host} hangs on")
        answer = self._world.dscli(host, [*login(its), *whole(command.split(), its)])
        said = " ".join(line.strip() for line in answer.output.splitlines() if not line.startswith("Date/Time"))
        if answer.exit_code != 0:
            raise UsageError(f"`{command}` was refused: {said}")
        return said


def login(its: Attachment) -> list[str]:
    """Which console, and the account of an administrator: the agent's may do copy services only."""
    return ["-hmc1", its.consoles[0], "-user", ADMINISTRATOR, "-pwfile", "/opt/ibm/dscli/ds_pwfile"]


def whole(words: list[str], its: Attachment) -> list[str]:
    """The command with the devices and the type that it does not name, as a profile would add them."""
    verb, *rest = words
    added = [] if "-dev" in rest else ["-dev", its.image_id]
    if verb in OF_TWO_ARRAYS and "-remotedev" not in rest:
        added += ["-remotedev", its.remote_image_id]
    if verb in OF_A_KIND and "-type" not in rest:
        added += ["-type", "mmir"]
    return [verb, *added, *rest]
