"""Authority: the right to bring a global group online, which one cluster has (vcs.md 4.4).

It moves in two phases. In the first the cluster that wants it asks the holder to prepare: the group is offline there
and stays offline. In the second the holder commits: it records that it does not have Authority, and only after that
answer the other cluster records that it has. If the connection breaks in between, the preparation is void. No lost
message gives Authority to two clusters; at worst no cluster has it until an operator takes it by force.

By force a cluster takes Authority without asking. That is the takeover after a disaster; after a mere cut of the
network it is the split brain. When both clusters are connected again, the one that finds the group online at the other
gives Authority up.

Rule 1: Authority is persistent, and no `-modify` changes it.
Rule 2: taking a group offline needs no Authority.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState
from mirrordrill.simulator.vcs.wide_area.events import AuthorityChanged
from mirrordrill.simulator.vcs.wide_area.messages import BOTH_CLAIM
from mirrordrill.simulator.vcs.wide_area.ports import LocalCluster, Reply, Wac
from mirrordrill.simulator.vcs.wide_area.wac.wac_protocol import WacProtocol

UNANSWERED = "no answer"
NO_HOLDER = "no cluster that can be asked has Authority"


class Authority:
    """Obtains Authority for one cluster, hands it over, and gives it up."""

    def __init__(self, kernel: Kernel, wac: Wac, home: LocalCluster, protocol: WacProtocol) -> None:
        self._kernel = kernel
        self._wac = wac
        self._home = home
        self._protocol = protocol

    def obtain(self, engine: Engine, group: GroupState, done: Reply) -> None:
        """Obtain Authority from every cluster that has it; call `done` with an empty text, or the reason why not."""
        claimants = self.claimants(engine, group)
        if claimants:
            if group.spec.authority:
                engine.log(self._wac.name, BOTH_CLAIM, group.spec.name, claimants[0])
            self._request_from(engine, group, claimants[0], done)
        else:
            done("" if group.spec.authority else NO_HOLDER)

    def claimants(self, engine: Engine, group: GroupState) -> tuple[str, ...]:
        """The connected clusters that have Authority."""
        clusters = engine.state.wide_area.clusters.values()
        connected = [remote for remote in clusters if remote.state.is_connected]
        return tuple(remote.name for remote in connected if group.spec.name in remote.snapshot.authority)

    def _request_from(self, engine: Engine, group: GroupState, holder: str, done: Reply) -> None:
        name, me = group.spec.name, self._wac.name

        def prepared(refusal: str | None) -> None:
            if refusal == "":
                self._protocol.ask(holder, lambda far, reply: far.wac.groups.commit(name, me, reply), granted)
            else:
                failed(refusal)

        def granted(refusal: str | None) -> None:
            if refusal == "" and self._wac.engine is engine:
                engine.post(lambda: got_it())
            else:
                failed(refusal)

        def got_it() -> None:
            if not group.spec.authority:
                self._set(engine, group, f"cluster {holder} gave it", has_it=True)
            done("")

        def failed(refusal: str | None) -> None:
            if self._wac.engine is engine:
                engine.post(lambda: done(f"cluster {holder}: {UNANSWERED if refusal is None else refusal}"))

        self._protocol.ask(holder, lambda far, reply: far.wac.groups.prepare(name, me, reply), prepared)

    # At the holder.

    def prepare(self, name: str, to: str, reply: Reply) -> None:
        """First phase: keep the group offline here, or reply why not."""
        engine = self._wac.engine
        if engine is not None:
            engine.post(partial(self._prepare, engine, name, to, reply))

    def _prepare(self, engine: Engine, name: str, to: str, reply: Reply) -> None:
        group = engine.state.groups[name]
        if up := group.systems_active():
            reply(f"the group is up there on system {up[0]}")
        elif doubted := [at for instance in group.instances for at in engine.state.unknown_systems(group, instance)]:
            reply(f"the group may be up there on system {doubted[0]}")
        elif group.frozen:
            reply("the group is frozen there")
        elif group.global_state.prepared_for not in {"", to}:
            reply(f"it is promised to cluster {group.global_state.prepared_for}")
        else:
            group.global_state.prepared_for = to
            reply("")

    def commit(self, name: str, to: str, reply: Reply) -> None:
        """Second phase: give Authority up."""
        engine = self._wac.engine
        if engine is not None:
            engine.post(partial(self._commit, engine, name, to, reply))

    def _commit(self, engine: Engine, name: str, to: str, reply: Reply) -> None:
        group = engine.state.groups[name]
        if group.global_state.prepared_for != to:
            reply("the promise is void")
            return
        group.global_state.prepared_for = ""
        if group.spec.authority:
            self._set(engine, group, f"cluster {to} asked for it", has_it=False)
        reply("")

    def abort(self, engine: Engine, group: GroupState) -> None:
        """Cancel a preparation: the other cluster cannot be reached."""
        group.global_state.prepared_for = ""
        engine.touch(group.spec.name)

    # Without another cluster.

    def seize(self, engine: Engine, group: GroupState, why: str) -> None:
        """Take Authority without asking."""
        group.global_state.prepared_for = ""
        if not group.spec.authority:
            self._set(engine, group, why, has_it=True)

    def give_up(self, engine: Engine, group: GroupState, why: str) -> None:
        """Give Authority up: another cluster has it too, and the group is online there."""
        if group.spec.authority:
            self._set(engine, group, why, has_it=False)

    def _set(self, engine: Engine, group: GroupState, why: str, *, has_it: bool) -> None:
        name = group.spec.name
        group.spec = replace(group.spec, authority=has_it)
        engine.state.configuration.note(Edit("group", name, "Authority", (str(int(has_it)),)))
        self._home.keep_authority(name, has_it=has_it)
        self._kernel.emit(AuthorityChanged(self._wac.name, name, has_it, why))
        engine.touch(name)
