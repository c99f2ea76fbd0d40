"""Authority: the right to bring a global group online, which one cluster has (vcs.md 4.4).

It moves in two phases. First whoever wants it asks whoever has it for a promise: the group is offline there and will
stay so. Then the promise is called in: the one writes that he does not have it, and only when that is heard does the
other write that he has. If the line breaks in between the promise is void; whatever was lost, nobody has Authority
twice, and at worst nobody has it until an operator takes it by force.

By force it is taken without asking. That is the takeover after a disaster; after a mere cut of the line it is the
split brain. When both hear of each other again, who finds the group online at the other gives up.

Rule 1: Authority is persistent, and no `-modify` changes it.
Rule 2: to take a group offline needs none.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.engine.engine_state import GroupBoard
from mirrordrill.simulator.vcs.wide_area.events import AuthorityChanged
from mirrordrill.simulator.vcs.wide_area.messages import BOTH_CLAIM
from mirrordrill.simulator.vcs.wide_area.ports import Home, Reply, Wac
from mirrordrill.simulator.vcs.wide_area.wac_protocol import Speech

UNANSWERED = "no answer"
NOBODY = "no cluster that can be asked has Authority"


class Authority:
    """How one cluster gets Authority, promises it, and gives it up."""

    def __init__(self, kernel: Kernel, wac: Wac, home: Home, speech: Speech) -> None:
        self._kernel = kernel
        self._wac = wac
        self._home = home
        self._speech = speech

    def obtain(self, engine: Engine, group: GroupBoard, done: Reply) -> None:
        """Get it from every cluster that claims it; `done` hears an empty text, or why not."""
        claimants = self.claimants(engine, group)
        if claimants:
            if group.spec.authority:
                engine.log(self._wac.name, BOTH_CLAIM, group.spec.name, claimants[0])
            self._ask_for_promise(engine, group, claimants[0], done)
        else:
            done("" if group.spec.authority else NOBODY)

    def claimants(self, engine: Engine, group: GroupBoard) -> tuple[str, ...]:
        """The clusters that have it, of those that can be asked."""
        clusters = engine.board.wide_area.clusters.values()
        connected = [remote for remote in clusters if remote.state.is_connected]
        return tuple(remote.name for remote in connected if group.spec.name in remote.mirror.authority)

    def _ask_for_promise(self, engine: Engine, group: GroupBoard, holder: str, done: Reply) -> None:
        name, me = group.spec.name, self._wac.name

        def promised(refusal: str | None) -> None:
            if refusal == "":
                self._speech.ask(holder, lambda far, reply: far.wac.groups.grant(name, me, reply), granted)
            else:
                failed(refusal)

        def granted(refusal: str | None) -> None:
            if refusal == "" and self._wac.engine is engine:
                engine.post(lambda: got_it())
            else:
                failed(refusal)

        def got_it() -> None:
            if not group.spec.authority:
                self._set(engine, group, True, f"cluster {holder} gave it")
            done("")

        def failed(refusal: str | None) -> None:
            if self._wac.engine is engine:
                engine.post(lambda: done(f"cluster {holder}: {UNANSWERED if refusal is None else refusal}"))

        self._speech.ask(holder, lambda far, reply: far.wac.groups.promise(name, me, reply), promised)

    # What the other one does.

    def promise(self, name: str, to: str, reply: Reply) -> None:
        """Promise that the group stays offline here, or say why not."""
        engine = self._wac.engine
        if engine is not None:
            engine.post(partial(self._promise, engine, name, to, reply))

    def _promise(self, engine: Engine, name: str, to: str, reply: Reply) -> None:
        group = engine.board.groups[name]
        if up := group.systems_active():
            reply(f"the group is up there on system {up[0]}")
        elif doubted := [at for instance in group.instances for at in engine.board.doubts(group, instance)]:
            reply(f"the group may be up there on system {doubted[0]}")
        elif group.frozen:
            reply("the group is frozen there")
        elif group.abroad.promised_to not in {"", to}:
            reply(f"it is promised to cluster {group.abroad.promised_to}")
        else:
            group.abroad.promised_to = to
            reply("")

    def grant(self, name: str, to: str, reply: Reply) -> None:
        """Keep the promise."""
        engine = self._wac.engine
        if engine is not None:
            engine.post(partial(self._grant, engine, name, to, reply))

    def _grant(self, engine: Engine, name: str, to: str, reply: Reply) -> None:
        group = engine.board.groups[name]
        if group.abroad.promised_to != to:
            reply("the promise is void")
            return
        group.abroad.promised_to = ""
        if group.spec.authority:
            self._set(engine, group, False, f"cluster {to} asked for it")
        reply("")

    def break_promise(self, engine: Engine, group: GroupBoard) -> None:
        """Whoever was promised Authority cannot be reached any more."""
        group.abroad.promised_to = ""
        engine.touch(group.spec.name)

    # Alone.

    def seize(self, engine: Engine, group: GroupBoard, why: str) -> None:
        """Take it without asking."""
        group.abroad.promised_to = ""
        if not group.spec.authority:
            self._set(engine, group, True, why)

    def give_up(self, engine: Engine, group: GroupBoard, why: str) -> None:
        """Another cluster has it as well, and with more right."""
        if group.spec.authority:
            self._set(engine, group, False, why)

    def _set(self, engine: Engine, group: GroupBoard, has_it: bool, why: str) -> None:
        name = group.spec.name
        group.spec = replace(group.spec, authority=has_it)
        engine.board.configuration.note(Edit("group", name, "Authority", (str(int(has_it)),)))
        self._home.keep_authority(name, has_it)
        self._kernel.emit(AuthorityChanged(self._wac.name, name, has_it, why))
        engine.touch(name)
