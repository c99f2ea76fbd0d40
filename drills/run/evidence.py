"""What was sent to the arrays and what was written into the logs: the lines that an investigation would ask for.

An observer of the event log. Commands are known with the volumes they name, and whoever sent them; log lines with their
system, whatever their severity.
"""

from __future__ import annotations

from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EngineLog
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged, RemoteClusterChanged


class Evidence:
    """Folded from the log. Numbers are those of events."""

    def __init__(self) -> None:
        self._commands: list[tuple[int, CommandExecuted]] = []
        self._lines: list[tuple[int, str, str]] = []
        self._alerts: dict[tuple[str, str], AlertChanged] = {}
        self._beliefs: dict[tuple[str, str], str] = {}

    def see(self, record: Record) -> None:
        """Take one record in."""
        event = record.event
        if isinstance(event, CommandExecuted):
            self._commands.append((record.number, event))
        elif isinstance(event, AlertChanged):
            self._alerts[event.cluster, event.alert] = event
        elif isinstance(event, RemoteClusterChanged):
            self._beliefs[event.cluster, event.remote] = event.after
        elif isinstance(event, AgentLog | EngineLog):
            system = event.host if isinstance(event, AgentLog) else event.source
            self._lines.append((record.number, system, f"{event.where()}: {event.text()}"))

    def sent(self, verb: str, since: int, host: str = "", volumes: tuple[str, ...] = ()) -> list[str]:
        """The commands of this verb that an array carried out since the event, from this host and for these volumes."""
        return [
            f"{event.where()}: {event.text()}"
            for number, event in self._commands
            if number >= since
            and event.verb == verb
            and host in ("", event.host)
            and set(volumes) <= set(volumes_named(event))
        ]

    def executed(self, verb: str, since: int, host: str) -> int | None:
        """The number of the event at which an array last carried out such a command from this host, since another."""
        numbers = [n for n, event in self._commands if n >= since and (event.verb, event.host) == (verb, host)]
        return numbers[-1] if numbers else None

    def standing_alert(self, alert: str, cluster: str) -> str:
        """What an alert says that stands in a cluster; empty where it does not."""
        last = self._alerts.get((cluster, alert))
        return f"{cluster}: {last.text()}" if last is not None and last.change == "raised" else ""

    def standing_alerts(self, cluster: str) -> list[str]:
        """All that stand there."""
        return [
            text for where, alert in self._alerts if where == cluster and (text := self.standing_alert(alert, where))
        ]

    def belief(self, cluster: str, remote: str) -> str:
        """What a cluster takes another one for; empty where it never said."""
        return self._beliefs.get((cluster, remote), "")

    def said(self, text: str, since: int, system: str = "") -> list[str]:
        """The log lines since the event in which these words stand, in small or capital letters."""
        return [
            line
            for number, where, line in self._lines
            if number >= since and system in ("", where) and text.lower() in line.lower()
        ]


def volumes_named(event: CommandExecuted) -> tuple[str, ...]:
    """The local volumes that a command names: `1260` of `1260:1360`, and `1260` alone."""
    words = event.command.split()[1:]
    return tuple(word.partition(":")[0][-4:] for word in words if not word.startswith("-"))
