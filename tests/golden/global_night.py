"""What a night of two clusters is: what happens, on which variant of the example site, and how it must end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mirrordrill.drills.oracles import watch
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.sites import FOLDER
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.site.site import Site, load_site
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged, AuthorityChanged
from mirrordrill.simulator.world import World

SITE_A, SITE_B = ("hosta", "hostb"), ("hostc", "hostd")
A, B = "clusa", "clusb"
ARRAY_A, ARRAY_B = "IBM.2107-75FA120", "IBM.2107-75FA150"
HOME = {ARRAY_A: "Full Duplex", ARRAY_B: "Target Full Duplex"}
SWAPPED = {ARRAY_A: "Target Full Duplex", ARRAY_B: "Full Duplex"}
STEWARD = "192.0.2.200"
WITH_STEWARD = {
    'ClusterAddress = "192.0.2.1"\n\tUserNames': (
        f'Stewards = {{ "{STEWARD}" }}\n\tClusterAddress = "192.0.2.1"\n\tUserNames'
    ),
    'ClusterAddress = "198.51.100.1"\n\tUserNames': (
        f'Stewards = {{ "{STEWARD}" }}\n\tClusterAddress = "198.51.100.1"\n\tUserNames'
    ),
}


def policy(name: str) -> dict[str, str]:
    """Another ClusterFailOverPolicy in both clusters."""
    return {"ClusterFailOverPolicy = Manual": f"ClusterFailOverPolicy = {name}"}


@dataclass(frozen=True)
class GlobalNight:
    """What happens, where the group is online in the end, and what else must be so."""

    play: Callable[[World], None]
    online_on: tuple[str, ...]
    authority: tuple[str, ...] = (B,)
    """The clusters that have it in the end, as far as their last word in the log goes; clusa has it at the start."""
    alerts: tuple[str, ...] = ()
    """`cluster alert` for each that was ever raised, in their order."""
    standing: tuple[str, ...] = ()
    """Those that still stand in the end."""
    views: dict[str, str] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    edits: dict[str, str] = field(default_factory=dict)
    """Texts of the two main.cf files to be replaced."""

    def site(self, folder: Path) -> Site:
        """The example site as this night needs it."""
        files = []
        for cluster in (A, B):
            text = (FOLDER / "gco" / cluster / "main.cf").read_text()
            for old, new in self.edits.items():
                text = text.replace(old, new)
            (folder / cluster).mkdir()
            files.append(folder / cluster / "main.cf")
            files[-1].write_text(text)
        return load_site(files, "gco")


@dataclass
class FlownNight:
    """A night that is over."""

    world: World
    since: int
    broken: dict[str, str]

    def alerts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The alerts that were raised, and those that stand."""
        raised: list[str] = []
        standing: dict[str, None] = {}
        for record in self.world.kernel.log:
            if isinstance(event := record.event, AlertChanged):
                name = f"{event.cluster} {event.alert}"
                if event.change == "raised":
                    raised.append(name)
                    standing[name] = None
                else:
                    standing.pop(name)
        return tuple(raised), tuple(standing)

    def authority(self) -> tuple[str, ...]:
        """The clusters that have it."""
        has = {A: True, B: False}
        for record in self.world.kernel.log:
            if isinstance(event := record.event, AuthorityChanged):
                has[event.cluster] = event.has_it
        return tuple(cluster for cluster, it in has.items() if it)


@contextmanager
def fly(night: GlobalNight, folder: Path, agent_mode: AgentMode = AgentMode.IN_PROCESS) -> Iterator[FlownNight]:
    """Run a night from ten minutes after the start of both clusters."""
    world = World(night.site(folder), agent_mode=agent_mode)
    oracles = watch(world.kernel.log)
    try:
        world.start()
        world.advance(600)
        since = len(world.kernel.log)
        night.play(world)
        world.settle()
        results = [oracle.result() for oracle in oracles]
        yield FlownNight(world, since, {r.name: r.reason for r in results if r.verdict is Verdict.BROKEN})
    finally:
        world.close()
