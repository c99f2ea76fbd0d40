"""Moments of a night that matter, and that may come or not: in front of a port call of the agent, during a copy."""

from __future__ import annotations

from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.bridge.port_moments import PortMoment
from mirrordrill.simulator.bridge.ports_tap import Port
from mirrordrill.simulator.world import World


def until_port_call(world: World, host: str, entry: str, port: str, nth: int, within_s: float) -> str:
    """Let time pass until an entry point comes to a port call; whether it came. Raises UsageError for no such port."""
    ports = {each.value: each for each in Port}
    if port not in ports:
        raise UsageError(f"the agent has no port {port}; there are: {', '.join(ports)}")
    began_s = world.kernel.now_s
    moment = PortMoment(host, entry, ports[port], nth)
    came = world.wait_for(world.moments.ask(moment), within_s)
    world.moments.forget(moment)
    return f"after {world.kernel.now_s - began_s:,.1f} s" if came else f"it did not come there in {within_s:,.0f} s"


def until_a_copy_begins(world: World, within_s: float) -> str:
    """Let time pass until tracks are copied; whether any are."""
    copies = world.storage.pairs.copies
    began_s = world.kernel.now_s
    came = world.run_until(lambda: bool(copies.progress()), within_s)
    return f"after {world.kernel.now_s - began_s:,.1f} s" if came else f"no copy began in {within_s:,.0f} s"
