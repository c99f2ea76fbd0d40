"""The logs that VCS would have kept on each system, written as files for those who know how to read them."""

from __future__ import annotations

from pathlib import Path

from mirrordrill.drills.output.whole_files import write_whole
from mirrordrill.drills.run.drill import Drill
from mirrordrill.simulator.dscli.formats import EPOCH
from mirrordrill.simulator.kernel.untrusted import below, visible
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationDumped
from mirrordrill.simulator.vcs.logs import render

LOG_DIRECTORY = Path("var/VRTSvcs/log")
MAIN_CF = Path("etc/VRTSvcs/conf/config/main.cf")


def write_logs(drill: Drill, directory: Path) -> int:
    """Write each system's logs, and its main.cf if it was dumped, below a directory of its name; how many files."""
    written: dict[Path, str] = {}
    if drill.site is not None:
        for cluster in drill.world.clusters.values():
            for (system, name), lines in render(drill.log, cluster.spec, EPOCH).items():
                text = "".join(f"{visible(line)}\n" for line in lines)
                written[below(directory, system, LOG_DIRECTORY, name)] = text
        for record in drill.log:
            if isinstance(record.event, ConfigurationDumped):
                written |= {below(directory, system, MAIN_CF): record.event.main_cf for system in record.event.systems}
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, [text])
    return len(written)
