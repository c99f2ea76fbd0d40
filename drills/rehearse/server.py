"""Serves a rehearsal: the site's programs, the shells and the console, in one thread and one event loop.

Rule 1: everything that acts on the world runs between two turns of the site server: no lock is needed, and no input
comes in the middle of a simulated event.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from functools import partial

from mirrordrill.drills.rehearse.branch_world import BranchWorld
from mirrordrill.drills.rehearse.exercise import is_line_withheld, is_withheld_on, shown_output
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.protocol import PROGRAM
from mirrordrill.drills.rehearse.shell.sessions import ShellSessions
from mirrordrill.drills.steps.programs import Information
from mirrordrill.simulator.bridge.served.installation import Installation
from mirrordrill.simulator.bridge.served.log_files import LogFiles
from mirrordrill.simulator.bridge.served.served_site import SimulationPace, SiteServer
from mirrordrill.simulator.bridge.served.watched_client import ProgramWatch

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_REST_S = 1.0
QUIET_S = 2.0
"""Of real time."""


class RehearsalServer:
    """One rehearsal at its socket."""

    def __init__(self, rehearsal: Rehearsal, installation: Installation, pace: SimulationPace) -> None:
        self.rehearsal = rehearsal
        self._installation = installation
        self.shells = ShellSessions(rehearsal)
        watch = ProgramWatch(self._is_output_withheld, self._shown_output, rehearsal.answered)
        self.site = SiteServer(rehearsal.stage.inputs, installation.socket, pace, {PROGRAM: self.shells.begin}, watch)
        rehearsal.server = self.site
        rehearsal.pace = pace
        rehearsal.watch.on_new_world.append(self._keep_logs)
        rehearsal.watch.on_change.append(self._hand_out)
        self._keep_logs(rehearsal.stage)
        self._woken = asyncio.Event()
        self._lines_seen = 0, 0.0
        """How many lines were recorded, and when there were fewer."""

    def _is_output_withheld(self, host: str) -> bool:
        return is_withheld_on(self.rehearsal.stage.drill, host, Information.OUTPUT)

    def _shown_output(self, host: str, words: str, text: str) -> str:
        return shown_output(self.rehearsal.stage.drill, host, words, text)

    def _hand_out(self) -> None:
        """Let people read what is withheld no more."""
        self.site.hand_out()
        self._logs.hand_out()

    def _keep_logs(self, stage: BranchWorld) -> None:
        """Write the logs of the hosts as they are in this world."""
        specs = [cluster.spec for cluster in stage.world.clusters.values()]
        is_withheld = partial(is_line_withheld, stage.drill)
        logs = self._logs = LogFiles(self._installation.of_host, specs, is_withheld)
        logs.begin(stage.drill.log)
        stage.world.kernel.log.observe(logs.take)

    def wake(self) -> None:
        """Let the next turn come at once."""
        self._woken.set()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Serve until the rehearsal is over, or a signal comes."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self.site.clients.fileno(), self.wake)
        for number in ENDING:
            loop.add_signal_handler(number, self._end)
        on_ready()
        ticked_s = loop.time()
        try:
            while not self.rehearsal.is_over:
                self._woken.clear()
                self.site.turn(0.0)
                self.rehearsal.after_turn()
                if loop.time() - ticked_s >= LONGEST_REST_S:
                    ticked_s = loop.time()
                    self.shells.tick()
                    self.rehearsal.keep()
                await self._rest()
            await self._last_words()
        finally:
            loop.remove_reader(self.site.clients.fileno())
            for number in ENDING:
                loop.remove_signal_handler(number)

    async def _rest(self) -> None:
        rest_s = self.site.rest_s()
        if rest_s == 0.0:
            await asyncio.sleep(0)
            return
        if self._is_quiet() and self.rehearsal.checkpoints.work(self.rehearsal.stage):
            await asyncio.sleep(0)
            return
        wait_s = LONGEST_REST_S if rest_s is None else min(rest_s, LONGEST_REST_S)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), wait_s)

    def _is_quiet(self) -> bool:
        """Whether people have done nothing for a while: who is typing does not wait for a checkpoint."""
        count, now_s = len(self.rehearsal.stage.lines), asyncio.get_running_loop().time()
        if count != self._lines_seen[0]:
            self._lines_seen = count, now_s
        return now_s - self._lines_seen[1] >= QUIET_S

    async def _last_words(self) -> None:
        """Let clients read what they were told last, and shells that it is over."""
        self.shells.tick()
        self.site.end_programs("the rehearsal has ended", with_scripts=False)
        for _ in range(5):
            self.site.clients.handle(self.site.clients.wait(0.0), 0.0)
            await asyncio.sleep(0)

    def _end(self) -> None:
        self.rehearsal.is_over = True
        self.wake()
