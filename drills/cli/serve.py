"""`mirrordrill serve`: a site that is brought up, and stays up until it is told to end.

What callers do to it, and what comes of that, stands in its event log like a drill's: it is told on the terminal as it
happens and written to a file as it happens.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import typer

from mirrordrill.drills.cli.choices import Narration
from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.cli.preconditions import require_files
from mirrordrill.drills.output import timeline
from mirrordrill.drills.output.streams import failure_of
from mirrordrill.drills.output.text import console_for_errors, counted, show_problems
from mirrordrill.drills.output.whole_files import refuse_link_of_others
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.sites import example_sites, find_site
from mirrordrill.drills.steps.programs import command_inputs
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.bridge.processes.control_socket import HarnessFaultError
from mirrordrill.simulator.bridge.served.installation import Installation, PlaceError
from mirrordrill.simulator.bridge.served.log_files import LogFiles, lay_out_configuration
from mirrordrill.simulator.bridge.served.served_site import (
    SimulationPace,
    SiteServer,
    UnreachableError,
)
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.kernel.untrusted import visible
from mirrordrill.simulator.site.site import Site
from mirrordrill.simulator.vcs.commands.shell import PROGRAMS
from mirrordrill.simulator.vcs.spec import PROFILES
from mirrordrill.simulator.world import NotSimulatedError, World

STARTED_S = 600.0
"""Simulated time that a site is given to boot and to start its groups before a client may call."""
"""Failures that another --dir on the same disk would have, too: no wrong usage."""
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class UnknownSiteError(Exception):
    """Neither an example site nor a file; the text says what there is."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How a site is to be served: what the command line says."""

    pace: SimulationPace
    directory: Path | None = None
    seed: int = 0
    agent_mode: AgentMode = AgentMode.IN_PROCESS
    profile: str = "vcs41"
    events: Path | None = None
    narration: Narration = Narration.STORY


def site_of(words: Sequence[str], captures: Sequence[Path] = (), settings: Path | None = None) -> Site:
    """The example site of that name, or the site made of these main.cf files.

    Raises UnknownSiteError; ConfigError for a wrong main.cf.
    """
    if len(words) == 1 and words[0] in example_sites():
        return find_site(words[0], (), captures, settings)
    missing = [word for word in words if not Path(word).is_file()]
    if missing:
        names = ", ".join(example_sites())
        raise UnknownSiteError(f"{visible(missing[0])} is neither an example site ({names}) nor a main.cf file")
    return find_site("", [Path(word) for word in words], captures, settings)


def serve_words(
    words: Sequence[str],
    captures: Sequence[Path],
    settings: Path | None,
    pace: str,
    directory: Path | None,
    seed: int,
    agent_mode: AgentMode,
    profile: str,
    events: Path | None,
    narration: Narration,
) -> ExitCode:
    """What `mirrordrill serve` does with its options. Raises BadParameter that names the wrong one."""
    if profile not in PROFILES:
        raise typer.BadParameter(f"{profile!r} is none of {', '.join(PROFILES)}", param_hint="--profile")
    try:
        options = ServeOptions(SimulationPace.read(pace), directory, seed, agent_mode, profile, events, narration)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--pace") from None
    for option, paths in (("--capture", captures), ("--site-toml", [settings] if settings else [])):
        require_files(option, paths)
    try:
        return serve(site_of(words, captures, settings), options, sys.stdout)
    except ConfigError as failure:
        show_problems(console_for_errors(), failure.problems)
        return ExitCode.USAGE
    except (UnknownSiteError, NotSimulatedError) as wrong:
        raise typer.BadParameter(str(wrong), param_hint="SITE") from None
    except (PlaceError, UnreachableError) as wrong:
        if isinstance(wrong, PlaceError) and wrong.is_for_want_of_room:
            typer.echo(f"mirrordrill serve: {visible(str(wrong))}", err=True)
            return ExitCode.HARNESS
        raise typer.BadParameter(str(wrong), param_hint="--dir or --events") from None
    except HarnessFaultError as fault:
        typer.echo(f"mirrordrill serve: {fault}", err=True)
        return ExitCode.HARNESS


def serve(site: Site, options: ServeOptions, out: TextIO) -> ExitCode:
    """Bring the site up and serve it until a signal comes.

    Raises NotSimulatedError for a site that cannot be run, PlaceError where files cannot be written,
    UnreachableError where there is no place for the socket.
    """
    commands = PROGRAMS
    with (
        closing(Installation(site, commands, options.directory)) as installation,
        closing(World(site, options.seed, options.agent_mode, options.profile)) as world,
        closing(ServeOutput(out, options)) as output,
    ):
        world.kernel.log.observe(output.see)
        logs = LogFiles(installation.of_host, [cluster.spec for cluster in world.clusters.values()])
        world.kernel.log.observe(logs.take)
        for cluster, main_cf in zip(world.clusters.values(), site.files, strict=True):
            for system in cluster.spec.systems:
                lay_out_configuration(installation.of_host(system.name), main_cf)
        output.say(f"SIMULATED  site {visible(site.name or str(site.files[0]))}: {world.describe()}")
        output.say(
            f"  agent {options.agent_mode.value}, seed {options.seed}, {options.profile}; "
            f"pace {options.pace.describe()}"
        )
        world.start()
        world.advance(STARTED_S)
        service = SiteServer(command_inputs(world), installation.socket, options.pace)
        output.on_broken = service.stop
        service.on_turned_away = output.turned_away
        with closing(service), ended_by_a_signal(service):
            for line in directions(site, installation):
                output.say(visible(line))
            try:
                if not output.is_broken:
                    service.serve()
            except Exception as fault:  # whatever it is: what was logged until then is still told
                output.blame(fault)
        verdict_is_known()
        output.say("")
        world.settle()
        return output.conclude(world)


@contextmanager
def ended_by_a_signal(service: SiteServer) -> Iterator[None]:
    """Inside the block a signal ends the service between two events of the simulation, never inside one."""
    before = {number: signal.signal(number, lambda *_: service.stop()) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def directions(site: Site, installation: Installation) -> Iterator[str]:
    """What to type in another shell."""
    first = site.attachments[0]
    volumes = " ".join(first.volumes[:2])
    yield ""
    yield "In any other shell on this machine:"
    yield ""
    yield f"  . {installation.of_host(first.host)}/env.sh          # dscli and VCS commands, on {first.host}"
    enter = f"{installation.of_host(first.host)}/enter"
    yield f"  {enter}             # a shell in which /sbin/halt and /opt/VRTSvcs are {first.host}'s"
    yield f"  dscli -cfg $PROFILES/{first.image_id}.profile lspprc {volumes}"
    yield "  hastatus -sum"
    yield "  sleep 5m                 # of simulated time"
    yield ""
    yield f"Systems: {', '.join(site.hosts())}. Without a system: {installation.folder}/env.sh"
    yield "Ctrl-C ends the site."
    yield ""


class ServeOutput:
    """Tells what happens, on a terminal and in a file, as it happens."""

    def __init__(self, out: TextIO, options: ServeOptions) -> None:
        """Raises PlaceError where the file cannot be written."""
        self.seen = 0
        self.is_broken = False
        self.on_broken: Callable[[], None] = lambda: None
        self._out = out
        self._narration = options.narration
        self._is_out_gone = False
        self._complaint = ""
        self._file = options.events
        try:
            if self._file:
                refuse_link_of_others(self._file)
            self._events = self._file and self._file.open("w", encoding="ascii", newline="\n", buffering=1)
        except OSError as error:
            raise PlaceError(f"cannot write {self._file}: {error.strerror}") from error

    def see(self, record: Record) -> None:
        """Tell of one record. What cannot be told ends the service, not the simulation in the middle of an event."""
        self.seen += 1
        if self._events and not self.is_broken:
            try:
                self._events.write(record.canonical() + "\n")
            except OSError as error:
                self._complaint = f"cannot write {self._file}: {error.strerror}"
                self._break()
        if self._narration is Narration.DETAILS or (
            self._narration is Narration.STORY and not timeline.is_detail(record.event)
        ):
            self.say(visible(timeline.line(record)))

    def say(self, line: str) -> None:
        """One line for people; they may have gone away, which ends the service."""
        if self._is_out_gone:
            return
        try:
            self._out.write(line + "\n")
            self._out.flush()
            failure = failure_of(self._out)
        except OSError as wrong:
            failure = wrong
        if failure is not None:
            self._is_out_gone = True
            self._break()

    def turned_away(self, count: int) -> None:
        """Callers were not let in, because no file descriptor was left for them."""
        self.say(f"turned {counted(count, 'caller')} away: no file descriptor is left (`ulimit -n`)")

    def conclude(self, world: World) -> ExitCode:
        """Say what it came to, and that it ended as it was told to, or because it could not go on."""
        self.close()
        self.say(f"time     {timeline.clock(round(world.kernel.now_s * 1e6))} simulated, {self.seen:,} events")
        if self._file:
            self.say(f"events   {self._file}")
        self.say(f"log      sha256 {world.kernel.log.digest()}")
        if self._complaint:
            self.say(self._complaint)
        return ExitCode.HARNESS if self._complaint else ExitCode.HELD

    def blame(self, fault: Exception) -> None:
        """The simulator broke; no client is to blame."""
        self._complaint = f"the harness is at fault: {type(fault).__name__}: {visible(str(fault))}"

    def close(self) -> None:
        """Close the file."""
        try:
            if self._events:
                self._events.close()
        except OSError as error:
            self._complaint = f"cannot write {self._file}: {error.strerror}"

    def _break(self) -> None:
        self.is_broken = True
        self.on_broken()
