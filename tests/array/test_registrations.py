"""SCSI-3 persistent reservations on data volumes: who has no key does not write, and nothing else changes."""

from __future__ import annotations

import pytest

from mirrordrill.simulator.array.events import KeysChanged, WriteRefused
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError
from tests.array.sites import VOLUMES, A, B, Site


def writing(system: str, site: Site) -> bool:
    """Whether an application on a system is still writing a second after it began."""
    stream = site.storage.open_stream(f"app@{system}", 8, 10.0)
    stream.start(A, VOLUMES, system)
    site.run(1)
    runs = stream.is_running
    stream.stop()
    return runs


def test_without_keys_everybody_writes_and_with_keys_only_who_has_one() -> None:
    site = Site()
    assert writing("hosta", site)
    site.storage.registrations.register(A, VOLUMES, "hostb", alone=True)
    assert writing("hostb", site)
    assert not writing("hostc", site)
    refused = site.events(WriteRefused)
    assert [event.refused_because for event in refused] == ["hostc has no key"]


def test_a_host_that_loses_its_key_is_refused_from_its_next_write_on() -> None:
    """The zombie: its last acknowledged write is the one before."""
    site = Site()
    stream = site.storage.open_stream("app@hosta", 8, 10.0)
    site.storage.registrations.register(A, VOLUMES, "hosta", alone=True)
    stream.start(A, VOLUMES, "hosta")
    site.kernel.env.run(until=5.05)
    site.storage.registrations.register(A, VOLUMES, "hostb", alone=True)
    site.kernel.env.run(until=10)
    assert not stream.is_running
    assert stream.acknowledged() == 50


def test_keys_of_a_parallel_group_stand_side_by_side_and_losers_are_ejected_by_who_has_one() -> None:
    site = Site()
    keys = site.storage.registrations
    for host in ("hosta", "hostb"):
        keys.register(A, VOLUMES, host, alone=False)
    keys.register(B, VOLUMES, "hosta", alone=True)
    keys.eject(A, ["hosta"], by=["hostc"])
    keys.eject(A, ["hosta"], by=["hostb"])
    keys.eject(B, ["hosta"], by=["hostb"])
    volume = {image: site.storage.image(image).volume(VOLUMES[0]).keys for image in (A, B)}
    assert volume == {A: ("hostb",), B: ("hosta",)}


def test_pair_commands_ask_for_no_key() -> None:
    """A failover and the way back end as they would without keys, whoever is registered on either side."""
    told = []
    for fenced in (False, True):
        site = Site()
        if fenced:
            for image in (A, B):
                site.storage.registrations.register(image, VOLUMES, "hosta", alone=True)
        site.ask("failover", B)
        site.ask("failback", B)
        site.run(60)
        told.append(site.views())
    assert told[0] == told[1] == ("Target Full Duplex", "Full Duplex")


def test_keys_go_with_the_power_and_a_dark_array_takes_none() -> None:
    site = Site()
    site.storage.registrations.register(A, VOLUMES, "hosta", alone=True)
    site.storage.set_power(A, is_on=False)
    with pytest.raises(ArrayRefusedError):
        site.storage.registrations.register(A, VOLUMES, "hostb", alone=True)
    site.storage.registrations.eject(A, ["hosta"], by=["hosta"])
    site.storage.set_power(A, is_on=True)
    told = [event.hosts for event in site.events(KeysChanged)]
    assert told == [("hosta",)] * len(VOLUMES) + [()] * len(VOLUMES)
