"""An array whose management is lost answers no console, while its data flow on; a slow one answers late."""

from __future__ import annotations

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.session import start_session
from mirrordrill.simulator.world import World

A = "IBM.2107-75FA120"
WORDS = ["-hmc1", "ds8000c.example.com", "-user", "admin", "-pwfile", "f", "lspprc", "-dev", A, "1260"]


def ask(world: World) -> Channel:
    channel = Channel(world.kernel)
    start_session(world.kernel, world.consoles, WORDS, channel, "hosta")
    world.advance(120)
    return channel


def test_lost_management_is_silence_until_it_is_undone() -> None:
    """No console of the array gets anywhere; hosts write as before."""
    world = World(find_site("rdc"))
    undo = world.storage.faults.lose_management(A)
    assert ask(world).exit_code == 3
    assert world.storage.is_host_writable(A, "1260")
    undo()
    assert ask(world).exit_code == 0
    world.close()


def test_slow_management_answers_late() -> None:
    """Nothing within the first minute, the whole answer after it."""
    world = World(find_site("rdc"))
    world.storage.faults.slow_management(A, 60.0)
    channel = Channel(world.kernel)
    start_session(world.kernel, world.consoles, WORDS, channel, "hosta")
    world.advance(60)
    assert channel.exit_code is None
    world.advance(60)
    assert channel.exit_code == 0
    world.close()
