"""What a main.cf costs grows with its size: one of four megabytes is the largest that is read."""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path

from typer.testing import CliRunner

from mirrordrill.drills.cli.main import app
from mirrordrill.drills.sites import find_site

RESOURCE = '\tIP ip{0} (\n\t\tAddress = "10.0.{1}.{2}"\n\t\tDevice = eth0\n\t\t)\n'
BEFORE = "\tOracle ora_db"


def calls_of_a_check(folder: Path, more: int, shape: str) -> int:
    """The calls of functions, which no other load of the machine changes, that `check` takes for so many resources."""
    text = find_site("rdc").files[0].read_text()
    added = [RESOURCE.format(at, at // 256, at % 256) for at in range(more)]
    links = [f"\tip{at} requires ip{at + 1}\n" for at in range(more - 1)] if shape == "chain" else []
    links += [f"\tora_lsnr requires ip{at}\n" for at in range(more)] if shape == "star" else []
    file = folder / f"{shape}{more}.cf"
    file.write_text(text.replace(BEFORE, "".join(added) + BEFORE, 1) + "".join(links))
    profile = cProfile.Profile()
    profile.enable()
    done = CliRunner().invoke(app, ["check", str(file)])
    profile.disable()
    assert done.exit_code in {0, 1}, done.output
    return int(pstats.Stats(profile).total_calls)


def test_four_times_the_resources_take_four_times_the_work(tmp_path: Path) -> None:
    """Side by side, in a chain and in a star. Quadratic growth (16 times) does not pass: 10,000 took 22 s."""
    for shape in ("flat", "chain", "star"):
        calls_of_a_check(tmp_path, 10, shape)
        small, large = (calls_of_a_check(tmp_path, more, shape) for more in (100, 400))
        assert large < 5.5 * small, (shape, small, large)
