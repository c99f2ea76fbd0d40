"""The DS CLI of a host: its own profile."""

from __future__ import annotations

from mirrordrill.drills.faults.active_faults import known
from mirrordrill.simulator.dscli.session import DEFAULT_PROFILE
from mirrordrill.simulator.dscli.user_files import profile_text
from mirrordrill.simulator.kernel.secrets import masked_profile
from mirrordrill.simulator.world import World


def write_profile(world: World, host: str, text: str) -> str:
    """Give the DS CLI of a host a profile; ` / ` ends a line. Raises UsageError for an unknown host."""
    known(host, tuple(world.hosts), "host")
    world.consoles.files.write(host, DEFAULT_PROFILE, profile_text(text.split(" / ")))
    return f"{DEFAULT_PROFILE} on {host} reads {' / '.join(map(masked_profile, text.split(' / ')))}"
