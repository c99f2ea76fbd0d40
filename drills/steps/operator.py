"""The operator of a drill: types the same commands as in life on a system of the cluster, and reads the answers."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from mirrordrill.drills.run.expectations import ExpectationFailedError, UsageError
from mirrordrill.simulator.host.host import Power
from mirrordrill.simulator.kernel.secrets import masked_output
from mirrordrill.simulator.world import World


class Operator:
    """An operator with root on the cluster nodes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def switch(self, group: str, host: str) -> str:
        """`hagrp -switch`, with `-clus` to another cluster: offline where the group is, online on the host."""
        online = self._world.group_online_on(group)
        theirs = self._world.cluster_of(host)
        if online and self._world.cluster_of(online[0]) is not theirs:
            return self.types(["hagrp", "-switch", group, "-to", host, "-clus", theirs.spec.name], online[0])
        return self.types(["hagrp", "-switch", group, "-to", host], self._at(host))

    def takes_offline(self, group: str) -> str:
        """`hagrp -offline GROUP -any`: wherever it is online; typed in the cluster in which that is."""
        return self.types(["hagrp", "-offline", group, "-any"], self._where_known(group))

    def takes_rest_offline(self, group: str, host: str) -> str:
        """`hagrp -offline GROUP -sys HOST`, unless nothing of the group is up there."""
        state = self._world.operate(["hagrp", "-value", group, "State", host], host).output
        if not {"ONLINE", "PARTIAL", "STARTING"} & set(state.strip().strip("|").split("|")):
            return f"nothing is up there: {state.strip()}"
        return self.types(["hagrp", "-offline", group, "-sys", host], host)

    def brings_online(self, group: str, host: str) -> str:
        """`hagrp -online`."""
        return self.types(["hagrp", "-online", group, "-sys", host], self._at(host))

    def forces_online(self, group: str, hosts: Sequence[str]) -> str:
        """`hagrp -online -force` for each of several hosts, there."""
        return "; ".join(self.types(["hagrp", "-online", "-force", group, "-sys", host], host) for host in hosts)

    def runs_action(self, action: str, group: str, host: str) -> str:
        """`hares -action` for every MetroMirror resource of the group; what the actions answered."""
        resources = [a.resource for a in self._world.site.attachments if a.group == group and a.host == host]
        answers = [self._answer(["hares", "-action", name, action, "-sys", host], self._at(host)) for name in resources]
        return "; ".join(" ".join(answer.split()) for answer in answers)

    def fails_at(self, action: str, group: str, host: str) -> str:
        """`hares -action`, which must fail; what it answered. Raises ExpectationFailedError where it succeeds."""
        answers = []
        for attachment in self._world.site.attachments:
            if (attachment.group, attachment.host) == (group, host):
                typed = ["hares", "-action", attachment.resource, action, "-sys", host]
                answer = self._world.operate(typed, self._at(host))
                if answer.exit_code == 0:
                    raise ExpectationFailedError(f"{action} of {attachment.resource} succeeded: {answer.output}")
                answers.append(" ".join(answer.output.split()))
        return "; ".join(answers)

    def brings(self, group: str, host: str) -> str:
        """`hagrp -switch`, or nothing where the group is on the host already."""
        if self._world.group_online_on(group) == (host,):
            return f"{group} is on {host} already"
        return self.switch(group, host)

    def types_on_each(self, hosts: Sequence[str], command: str) -> str:
        """A command on several hosts, in their order; what they answered. Raises UsageError where one refuses it."""
        return "; ".join(f"{host}: {self.types_on(host, command)}" for host in hosts)

    def types_on(self, host: str, command: str) -> str:
        """A command as it stands, on a host; what it answered.

        Raises UsageError where it was refused. A command whose system died before it answered was not refused.
        """
        words = shlex.split(command)
        answer = self._world.operate(words, host)
        if answer.exit_code != 0 and not answer.is_unanswered:
            raise UsageError(f"`{command}` on {host} was refused: {answer.output.strip()}")
        return " ".join(masked_output(words, answer.output).split()) or "accepted"

    def reads(self, host: str, command: str, text: str) -> str:
        """The same; its answer, in which these words must stand. Raises ExpectationFailedError where they do not."""
        answer = self.types_on(host, command)
        if text not in answer:
            raise ExpectationFailedError(f"`{command}` on {host} says: {answer}")
        return answer

    def refused_on(self, host: str, command: str) -> str:
        """The same, refused; with what words. Raises ExpectationFailedError where it is accepted."""
        answer = self._world.operate(shlex.split(command), host)
        if answer.exit_code == 0:
            raise ExpectationFailedError(f"`{command}` on {host} was accepted")
        return " ".join(answer.output.split())

    def sets(self, group: str, attribute: str, value: str) -> str:
        """Make the configuration writable, change an attribute of a group, save it."""
        host = self._where_known(group)
        self.types(["haconf", "-makerw"], host)
        self.types(["hagrp", "-modify", group, attribute, value], host)
        return self.types(["haconf", "-dump", "-makero"], host)

    def types(self, argv: list[str], on: str = "") -> str:
        """Type a command on a host, or the first one that is up; a refusal is wrong usage of the drill.

        Raises UsageError with what the command answered.
        """
        self._answer(argv, on)
        return f"`{' '.join(argv)}` accepted"

    def _at(self, host: str) -> str:
        """Where to type what concerns a host: there, if only its own cluster knows of it; else anywhere."""
        return host if len(self._world.clusters) > 1 else ""

    def _where_known(self, group: str) -> str:
        """Where to type what concerns a group: anywhere in one cluster; of several in that where it is, or may be."""
        clusters = self._world.clusters.values()
        having = [each for each in clusters if any(spec.name == group for spec in each.spec.groups)]
        if len(clusters) == 1 or not having:
            return ""
        online = [each for each in having if each.group_online_on(group)]
        systems = [system.name for system in (online or having)[0].spec.systems]
        up = [name for name in systems if self._world.hosts[name].power is Power.ON]
        return next(iter(up or systems))

    def _answer(self, argv: list[str], on: str = "") -> str:
        answer = self._world.operate(argv, on)
        if answer.exit_code != 0:
            raise UsageError(f"`{' '.join(argv)}` was refused: {answer.output.strip()}")
        return answer.output
