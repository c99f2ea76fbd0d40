"""Opens a rehearsal: a new one, one that is continued, or a shell at one that runs; and ends it."""

from __future__ import annotations

import asyncio
import errno
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import typer
from rich.text import Text

from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.cli.preconditions import require_files
from mirrordrill.drills.cli.progress import ProgressLine
from mirrordrill.drills.cli.serve import UnknownSiteError, site_of
from mirrordrill.drills.output.read_back import inside, read_feature
from mirrordrill.drills.output.text import console_for_errors, show_problems
from mirrordrill.drills.output.whole_files import unwritten
from mirrordrill.drills.rehearse.console.door import ConsoleDoor, PortError
from mirrordrill.drills.rehearse.debrief.debriefing import FOLDER as REPORT
from mirrordrill.drills.rehearse.debrief.debriefing import debrief
from mirrordrill.drills.rehearse.debrief.plan import check_names, notes_of, read_plan, runbook
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.recording import Recording, Tree
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.server import RehearsalServer
from mirrordrill.drills.rehearse.shell.protocol import FOLDER, SOCKET
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.runner import RunRequest, prepared
from mirrordrill.drills.shrink.schedule import ScheduledStep, line_of
from mirrordrill.drills.sites import SiteError, example_sites
from mirrordrill.drills.sites.site_files import files_of
from mirrordrill.drills.steps.library import load_shipped
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.bridge.processes.control_socket import HarnessFaultError
from mirrordrill.simulator.bridge.served.installation import NO_ROOM, Installation, PlaceError
from mirrordrill.simulator.bridge.served.served_site import SimulationPace, UnreachableError
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.kernel.untrusted import visible
from mirrordrill.simulator.site.site import Site
from mirrordrill.simulator.vcs.commands.shell import PROGRAMS
from mirrordrill.simulator.world import NotSimulatedError

FILES = "site"
"""Below the recording: the site's own files."""
PLAN = "plan.runbook"
"""And the runbook, in the names of the site."""


@dataclass(frozen=True, slots=True)
class RehearseOptions:
    """What the command line says."""

    words: tuple[str, ...] = ()
    captures: tuple[Path, ...] = ()
    settings: Path | None = None
    directory: Path | None = None
    resume: Path | None = None
    begin_with: str = ""
    plan: Path | None = None
    pace: str = "real"
    seed: int = 0
    agent_mode: AgentMode = AgentMode.IN_PROCESS
    profile: str = "vcs41"
    port: int = 0
    bind: str = "127.0.0.1"
    tls: tuple[Path, Path] | None = None
    """Certificate and key."""
    has_console: bool = True


def rehearse_words(options: RehearseOptions) -> ExitCode:
    """What `mirrordrill rehearse` does. Raises BadParameter that names what is wrong."""
    try:
        return _rehearse(options)
    except ConfigError as failure:
        show_problems(console_for_errors(), failure.problems)
        return ExitCode.USAGE
    except (UnknownSiteError, NotSimulatedError, SiteError) as wrong:
        raise typer.BadParameter(str(wrong), param_hint="SITE") from None
    except (PlaceError, UnreachableError) as wrong:
        if isinstance(wrong, PlaceError) and wrong.is_for_want_of_room:
            typer.echo(f"mirrordrill rehearse: {visible(str(wrong))}", err=True)
            return ExitCode.HARNESS
        raise typer.BadParameter(str(wrong), param_hint="--dir") from None
    except PortError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--port or --bind") from None
    except UsageError as wrong:
        raise typer.BadParameter(str(wrong)) from None
    except HarnessFaultError as fault:
        typer.echo(f"mirrordrill rehearse: {fault}", err=True)
        return ExitCode.HARNESS
    except OSError as wrong:
        if wrong.errno == errno.ENAMETOOLONG:
            raise  # said of every command alike
        typer.echo(f"mirrordrill rehearse: {visible(unwritten(wrong))}", err=True)
        return ExitCode.HARNESS


def _rehearse(options: RehearseOptions) -> ExitCode:
    try:
        pace = SimulationPace.read(options.pace)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--pace") from None
    require_files("--capture", options.captures)
    require_files("--site-toml", [options.settings] if options.settings else [])
    require_files("--tls-cert or --tls-key", options.tls or ())
    load_shipped()
    door = ConsoleDoor(options.bind, options.port, options.tls) if options.has_console else None
    folder = options.resume or options.directory or Path("rehearsal")
    try:
        rehearsal = _begun(options, folder) if options.resume is None else _resumed(folder)
    except OSError as wrong:
        if wrong.errno in NO_ROOM or wrong.errno == errno.ENAMETOOLONG:
            raise
        option = "--dir" if options.resume is None else "--resume"
        raise typer.BadParameter(visible(unwritten(wrong)), param_hint=option) from None
    site = rehearsal.stage.world.site
    with closing(Installation(site, PROGRAMS, folder, (FOLDER, REPORT))) as installation:
        (rehearsal.recording.folder / SOCKET).write_text(f"{installation.socket}\n", encoding="utf-8")
        return _serve(rehearsal, installation, pace, door)


def _serve(
    rehearsal: Rehearsal, installation: Installation, pace: SimulationPace, door: ConsoleDoor | None
) -> ExitCode:
    async def run() -> None:
        server = RehearsalServer(rehearsal, installation, pace)
        with closing(server.site):
            if door is not None:
                await door.open(rehearsal, server, installation)
            await server.run(lambda: _say(directions(rehearsal, installation, door)))
            if door is not None:
                await door.close()

    try:
        asyncio.run(run())
    finally:
        (rehearsal.recording.folder / SOCKET).unlink(missing_ok=True)
    return conclude(rehearsal)


def conclude(rehearsal: Rehearsal) -> ExitCode:
    """Write the end into the recording, and see whether its replay comes to the same log."""
    stage = rehearsal.stage
    stage.to_moment("when")
    rehearsal.recording.close()
    folder = rehearsal.recording.folder.parent / REPORT
    _say(["the rehearsal has ended; its branches are replayed for the debriefing"])
    line = ProgressLine(console_for_errors())
    try:
        found = debrief(rehearsal, folder, has_ended=True, progress=lambda told: line.tell(Text(visible(told))))
    except OSError as wrong:
        _say([f"{unwritten(wrong)}: there is no debriefing of this end", *_what_is_kept(rehearsal)])
        return ExitCode.HARNESS
    finally:
        line.close()
    verdict_is_known()
    _say(["", *found.comparison.text().splitlines(), ""])
    for curve in found.curves:
        _say([f"branch {curve.branch}: {line}" for line in curve.sentences()])
    current = next(each for each in found.comparison.outcomes if each.name == rehearsal.tree.current)
    stage.world.settle()
    live = stage.drill.log.digest()
    _say([f"report    {folder / 'debriefing.html'}"])
    _say([f"recording {rehearsal.recording.path(current.name)}", f"log       sha256 {live}"])
    stage.world.close()
    if rehearsal.recording.problem:
        _say(_what_is_kept(rehearsal))
        return ExitCode.HARNESS
    if current.digest != live:
        _say([f"the replay came to another log: sha256 {current.digest}"])
        return ExitCode.NOT_DETERMINISTIC
    return ExitCode.HELD


def _what_is_kept(rehearsal: Rehearsal) -> Iterator[str]:
    """What is on the disk where something could not be written at the end, and what to do."""
    recording, place = rehearsal.recording, rehearsal.recording.folder.parent
    again = f"`mirrordrill rehearse --resume {place}`, and `quit` there, debriefs it when there is room"
    if not recording.problem:
        yield f"the recording is complete; {again}"
        return
    yield recording.problem
    yield f"{recording.path(rehearsal.tree.current)} lacks what was done last, and ends before these lines:"
    yield from (visible(each) for each in recording.waiting())
    yield f"add them to its end, and {again}"


def _begun(options: RehearseOptions, folder: Path) -> Rehearsal:
    """A new rehearsal. Raises UsageError where the folder holds one already."""
    recording = Recording(folder)
    if recording.exists:
        raise UsageError(f"{folder} holds a rehearsal: --resume {folder} continues it; or name another --dir")
    site = site_of(options.words, options.captures, options.settings)
    drill_options = Options(options.agent_mode, options.seed, profile=options.profile)
    lines = list(_first_lines(options, site)) if options.begin_with else []
    plan = runbook(options.plan, site) if options.plan else b""
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty: name a new or an empty directory with --dir")
    recording.claim()
    try:
        step = _site_step(options, site, recording.folder)
        tree = Tree(step, options.seed, options.agent_mode.value, options.profile, plan=PLAN if plan else "")
        if plan:
            (recording.folder / PLAN).write_bytes(plan)
        rehearsal = _rehearsal(recording, drill_options, tree, str(options.plan))
        rehearsal.start(lines)
        check_names(rehearsal.plan, rehearsal.stage.drill)
    except UsageError:
        recording.give_up()
        shutil.rmtree(recording.folder)  # nothing has happened on it
        raise
    return rehearsal


def _rehearsal(recording: Recording, options: Options, tree: Tree, named: str = "") -> Rehearsal:
    """One that is not begun yet, with its plan, as its user `named` it. Raises UsageError."""
    path = inside(recording.folder, tree.plan) if tree.plan else None
    rehearsal = Rehearsal(recording, options, tree, read_plan(path, named) if path else ())
    rehearsal.notes = notes_of(path.read_bytes()) if path else ()
    return rehearsal


def _resumed(folder: Path) -> Rehearsal:
    recording = Recording(folder)
    tree = recording.load()
    recording.claim()
    options = Options(AgentMode(tree.agent), tree.seed, profile=tree.profile)
    rehearsal = _rehearsal(recording, options, tree)
    rehearsal.resume()
    return rehearsal


def _site_step(options: RehearseOptions, site: Site, folder: Path) -> str:
    """The step that names the site; its own files are copied beside the recording."""
    if len(options.words) == 1 and options.words[0] in example_sites() and not (options.captures or options.settings):
        return f'the example site "{options.words[0]}"'
    found = files_of(site, options.captures, options.settings)
    for place, source in found.copies.items():
        target = folder / FILES / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    files = ", ".join(f"{FILES}/{each}" for each in found.main_files)
    captured = ", ".join(f"{FILES}/{each}" for each in found.captures)
    return f'the site "{files}"' + (f' as captured in "{captured}"' if captured else "")


def _first_lines(options: RehearseOptions, site: Site) -> Iterator[ScheduledStep]:
    """The steps of the drill that a rehearsal begins with, without the one that names the site."""
    own = () if options.words[0] in example_sites() else tuple(Path(word) for word in options.words)
    chosen = Options(site_files=own, captures=options.captures, settings_file=options.settings)
    with prepared(RunRequest((options.begin_with,)), chosen) as found:
        steps = [step for path in found.files for s in [*read_feature(path).scenarios.values()][:1] for step in s.steps]
    for number, step in enumerate(steps):
        line = line_of(number, step)
        if number == 0:
            named = site.name and f'the example site "{site.name}"'
            if not own and line.words != named:
                raise UsageError(f"the drill {options.begin_with} begins with {line.words}: name that site")
            continue
        yield replace(line, text=None)


def directions(rehearsal: Rehearsal, installation: Installation, door: ConsoleDoor | None) -> Iterator[str]:
    """What to do in another shell, and in a browser."""
    site = rehearsal.stage.world.site
    folder = installation.folder
    yield f"SIMULATED  rehearsal on {visible(site.name or str(site.files[0]))}: {rehearsal.stage.world.describe()}"
    now = clock_text(rehearsal.stage.now_us)[:-3]
    yield f"  it is {now}, branch {rehearsal.tree.current}; recorded in {folder / FOLDER}"
    yield ""
    yield f"  mirrordrill rehearse --attach {folder}     the instructor's shell"
    host = site.hosts()[0]
    yield f"  . {installation.of_host(host)}/env.sh     a shell on {host}"
    yield f"  {installation.of_host(host)}/enter     a shell or a script in which /sbin/halt is {host}'s, too"
    yield "  Such shells have the programs of the host; all else in them, as rm, acts on this machine."
    yield f"Systems: {', '.join(site.hosts())}"
    if rehearsal.notes:
        yield f"Notes for the instructor, and the plan: {folder / FOLDER / PLAN}"
    if door is not None:
        yield ""
        yield from door.directions()
    yield "Ctrl-C ends the rehearsal."


def _say(lines: Sequence[str] | Iterator[str]) -> None:
    for line in lines:
        print(visible(line), flush=True)  # noqa: T201 - a script waits for these lines
