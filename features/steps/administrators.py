"""What a storage administrator does, outside the cluster and without telling it."""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when


@when(
    'a storage administrator types "{text}" on {host}',
    example='a storage administrator types "lspprc 1260" on hosta',
)
def types_dscli(drill: Drill, text: str, host: str) -> None:
    """A DS CLI command on the first HMC of the host's array; `-dev`, `-remotedev` and `-type mmir` may be left out.

    The moment is `the administrator's` and the command's name: `the administrator's failoverpprc`.
    """
    verb, since = text.split(" ", 1)[0], len(drill.log)
    drill.observed(drill.administrator.types(text, host))
    drill.faults.mark(f"the administrator's {verb}", drill.expect.last_executed(verb, since, host))
