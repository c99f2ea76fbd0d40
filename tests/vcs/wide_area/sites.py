"""Several clusters in play: two systems each, a connector, one global group, and no array anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.cluster import VcsCluster
from mirrordrill.simulator.vcs.spec import (
    ClusterFailOverPolicy,
    ClusterSpec,
    GroupSpec,
    Parallel,
    ResourceSpec,
    SystemSpec,
    TypeSpec,
)
from mirrordrill.simulator.vcs.wide_area.events import AuthorityChanged
from mirrordrill.simulator.vcs.wide_area.net import WideAreaNet
from mirrordrill.simulator.vcs.wide_area.spec import (
    ConfiguredHeartbeat,
    RemoteClusterSpec,
    WideAreaRules,
    WideAreaSpec,
)
from mirrordrill.simulator.vcs.wide_area.states import RemoteState
from mirrordrill.simulator.vcs.wide_area.wac.connector import Connector
from tests.vcs.play import PlayRunner

STARTED_S = 60.0
INTERVAL_S = 30


def systems(cluster: str) -> tuple[str, str]:
    """`a1` and `a2`."""
    return f"{cluster}1", f"{cluster}2"


def cluster_spec(name: str, all_names: Sequence[str], plan: Plan) -> ClusterSpec:
    """One of the clusters; the first of all has Authority."""
    here = systems(name)
    listed = tuple((system, number) for number, system in enumerate(here))
    others = [other for other in all_names if other != name]
    app = GroupSpec(
        "app",
        listed,
        (ResourceSpec("db", "Oracle"),),
        auto_start_list=here if plan.parallel is Parallel.PARALLEL else here[:1],
        cluster_list=tuple((other, number) for number, other in enumerate(all_names)),
        authority=name == all_names[0],
        cluster_fail_over_policy=plan.policy,
        parallel=plan.parallel,
        pre_online=plan.pre_online,
    )
    service = GroupSpec(
        "ClusterService",
        listed,
        (ResourceSpec("wac", "Application"), ResourceSpec("gcoip", "IP")),
        (("wac", "gcoip"),),
        auto_start_list=here,
    )
    area = WideAreaSpec(
        address=f"ip-{name}",
        connector="wac",
        holders={f"ip-{name}": "gcoip"},
        remotes=tuple(RemoteClusterSpec(other, f"ip-{other}") for other in others),
        heartbeats=(
            ConfiguredHeartbeat(
                "Icmp",
                tuple(others),
                {
                    ("AYAInterval", None): (str(INTERVAL_S),),
                    **{("Arguments", other): (f"ip-{other}",) for other in others},
                },
            ),
        ),
        stewards=plan.stewards,
        rules=plan.rules,
    )
    types = (
        TypeSpec("Oracle", supported_actions=("failback",)),
        TypeSpec("Application", restart_limit=3),
        TypeSpec("IP"),
    )
    return ClusterSpec(name, tuple(SystemSpec(system) for system in here), (service, app), types, wide_area=area)


@dataclass(frozen=True)
class Plan:
    """What the tests vary."""

    policy: ClusterFailOverPolicy = ClusterFailOverPolicy.MANUAL
    stewards: tuple[str, ...] = ()
    parallel: Parallel = Parallel.FAILOVER
    rules: WideAreaRules = field(default_factory=WideAreaRules)
    pre_online: bool = False


class PlayGround:
    """Whatever the play agents have up, on systems that have power."""

    def __init__(self, runner: PlayRunner) -> None:
        self.dead: set[str] = set()
        self.hung: set[str] = set()
        self._runner = runner

    def holds(self, system: str, resource: str) -> bool:
        return system not in self.dead and self._runner.up.get((resource, system), False)

    def is_awake(self, system: str) -> bool:
        return system not in self.dead | self.hung

    def kill(self, system: str, resource: str) -> None:
        self._runner.up[resource, system] = False


class Sites:
    """The clusters, named by letters, with what lies between them."""

    def __init__(self, names: str = "ab", plan: Plan | None = None) -> None:
        self.kernel = Kernel()
        self.runner = PlayRunner(self.kernel)
        self.ground = PlayGround(self.runner)
        specs = [cluster_spec(name, names, plan or Plan()) for name in names]
        self.clusters = {
            spec.name: VcsCluster(
                self.kernel, spec, self.runner, noticed=self.look, connector_of=lambda name: self.net.connectors[name]
            )
            for spec in specs
        }
        self.net = WideAreaNet(self.kernel, self.clusters, self.ground)
        for cluster in self.clusters.values():
            cluster.start()
        self.run(STARTED_S)

    def look(self) -> None:
        self.net.look()

    def run(self, seconds: float) -> Sites:
        self.kernel.env.run(until=self.kernel.env.now + seconds)
        return self

    def type(self, line: str, on: str = "a1") -> tuple[int, str]:
        event = self.clusters[on[0]].ha(on, line.split())
        if not event.triggered:
            self.kernel.env.run(until=event)
        return event.value.exit_code, event.value.output

    def crash(self, *names: str) -> None:
        for system in names:
            self.ground.dead.add(system)
            for key in self.runner.up:
                if key[1] == system:
                    self.runner.up[key] = False
            self.clusters[system[0]].system_lost(system)

    def boot(self, *names: str) -> None:
        for system in names:
            self.ground.dead.discard(system)
            self.clusters[system[0]].system_joined(system)

    def hang(self, system: str) -> None:
        self.ground.hung.add(system)
        self.clusters[system[0]].system_hung(system)

    def resume(self, system: str) -> None:
        self.ground.hung.discard(system)
        self.clusters[system[0]].system_resumed(system)

    def connector(self, name: str) -> Connector:
        return self.net.connectors[name]

    def state(self, of: str, at: str) -> RemoteState:
        """What cluster `at` takes cluster `of` for."""
        engine = self.clusters[at].engines()[0]
        return engine.state.wide_area.clusters[of].state

    def alerts(self, at: str) -> tuple[str, ...]:
        return tuple(self.clusters[at].engines()[0].state.wide_area.alerts)

    def authority(self) -> tuple[str, ...]:
        """The clusters whose saved configuration says that they have it."""
        spec = {name: cluster.spec for name, cluster in self.clusters.items()}
        return tuple(name for name, its in spec.items() if next(g for g in its.groups if g.name == "app").authority)

    def online_on(self) -> tuple[str, ...]:
        return tuple(at for cluster in self.clusters.values() for at in cluster.group_online_on("app"))

    def events(self, kind: type) -> list:
        return [record.event for record in self.kernel.log if isinstance(record.event, kind)]

    def ever_had_authority_twice(self) -> bool:
        """Whether the log has a moment at which two clusters had it."""
        has = {next(iter(self.clusters))}
        for event in self.events(AuthorityChanged):
            (has.add if event.has_it else has.discard)(event.cluster)
            if len(has) > 1:
                return True
        return False


def with_rules(**changes: float | bool) -> Plan:
    """A plan with other rules."""
    return Plan(rules=replace(WideAreaRules(), **changes))  # type: ignore[arg-type]  # names of fields, as in vcs/play
