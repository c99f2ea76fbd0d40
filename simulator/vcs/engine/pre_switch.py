"""PreSwitch, in 6.0 and later: before an operator's switch, resources are asked on the target whether it will succeed.

The engine asks every enabled resource whose type supports an action of that name; where no type does, it asks none. The
command has returned by then, as after any switch that was accepted; the outcome stands in the engine's log.

Rule 1: an action that fails, is killed or has no agent to run it ends the switch before anything went offline.
Rule 2: switches without an operator's `-switch` (failover, `hastop -evacuate`, a frozen system) do not ask (M).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.agents.reports import Action
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState
from mirrordrill.simulator.vcs.engine.state.stored_attributes import is_set
from mirrordrill.simulator.vcs.messages import NOT_SWITCHING
from mirrordrill.simulator.vcs.ports import EntryPointOutcome

ACTION = "PreSwitch"


def asked_first(engine: Engine, group: GroupState) -> tuple[str, ...]:
    """The resources that are asked before the group is switched; none where the release or the group does not ask."""
    if not engine.state.spec.profile.pre_switch or not is_set("group", group.spec.stored, ACTION):
        return ()
    places = (place for place in group.resources.values() if place.spec.enabled)
    return tuple(place.spec.name for place in places if ACTION in place.type.supported_actions)


def ask(kernel: Kernel, engine: Engine, group: GroupState, target: str, go_on: Callable[[], object]) -> None:
    """Have the resources asked on the target; `go_on` is a message to the engine if all of them are content."""
    left = dict.fromkeys(asked_first(engine, group))
    agents = engine.agents.get(target)

    def answered(name: str, outcome: EntryPointOutcome | None) -> None:
        if name not in left:
            return
        del left[name]
        if outcome is None or outcome.exit_code:
            left.clear()
            engine.post(partial(engine.log, target, NOT_SWITCHING, group.spec.name, target, name))
        elif not left:
            engine.post(go_on)

    def act(name: str) -> None:
        agent = agents.resources.get(name) if agents else None
        if agent is None:
            answered(name, None)
            return
        answer = kernel.env.event()
        answer.callbacks.append(lambda event: answered(name, event.value))
        agent.act(Action(ACTION, (), answer))

    for name in tuple(left):
        act(name)
