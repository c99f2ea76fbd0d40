"""Faults of the arrays and of the links between them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from mirrordrill.drills.faults.active_faults import known
from mirrordrill.drills.faults.fault import Fault, FaultKind, FaultRegistry, Layer, Target
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.array.faults import StorageFaults
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError
from mirrordrill.simulator.kernel.effects import Effect, together

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
NOTICED_S = 30.0
"""A shorter loss of a path or an array may fall between two writes, or be over before an application waits for it."""


def of_storage(strike: Callable[[StorageFaults, Fault], Effect]) -> Callable[[FaultRegistry, Fault], Effect]:
    """A fault that the storage brings about once the arrays of its target are known."""

    def inject(faults: FaultRegistry, fault: Fault) -> Effect:
        for name in fault.target:
            if name.startswith("IBM."):
                known(name, faults.world.site.images(), "array")
        return strike(faults.world.storage.faults, fault)

    return inject


def on_every_link(strike: Callable[[StorageFaults, str, Fault], Effect]) -> Callable[[FaultRegistry, Fault], Effect]:
    """A fault that hits every link between two arrays."""

    def inject(faults: FaultRegistry, fault: Fault) -> Effect:
        fabric, images = faults.world.storage.fabric, faults.world.site.images()
        ends = {known(name, images, "array") for name in fault.target}
        links = [name for name in fabric.link_names() if ends == set(fabric.images_of_link(name))]
        if not links:
            raise UsageError(f"there is no link between {' and '.join(fault.target)}")
        return together([strike(faults.world.storage.faults, link, fault) for link in links])

    return inject


def remove_subsystem_path(faults: FaultRegistry, fault: Fault) -> Effect:
    """The path from the LSS of a volume to that of its peer is removed by force; other LSSs keep theirs.

    Raises UsageError for a volume that is in no pair.
    """
    name, image_id = fault.target
    storage = faults.world.storage
    source = storage.image(known(image_id, faults.world.site.images(), "array"))
    known(
        name,
        [volume for a in faults.world.site.attachments if a.image_id == image_id for volume in a.volumes],
        "volume",
    )
    volume = source.volume(name)
    peer = volume.peer
    if peer is None:
        raise UsageError(f"volume {name} of {image_id} is in no pair")
    lsses = volume.lss, peer.lss
    group = source.paths.find(lsses[0], peer.image.image_id, lsses[1])
    ports = storage.fabric.port_pairs(source, peer.image.wwnn)

    def define() -> None:
        # Without a link that works the array refuses; the storage administrator comes back to it with the runbook.
        with contextlib.suppress(ArrayRefusedError):
            storage.fabric.define_path(source, lsses, peer.image.wwnn, ports)

    if group is not None:
        storage.fabric.remove_path(source, lsses, peer.image, is_forced=True)
    return Effect([("path of LSS", image_id, str(lsses[0]))], define)


ARRAY_LOST = FaultKind(
    "array lost",
    Layer.ARRAY,
    Target.ARRAY,
    f"array {A} is lost",
    f"array {A} is back",
    moment="the loss of {0}",
    begun="{0} lost",
    inject=of_storage(lambda faults, fault: faults.lose_array(*fault.target)),
    minimum_s=NOTICED_S,
)
DATA_LOST = FaultKind(
    "data of an array lost, its management answers",
    Layer.ARRAY,
    Target.ARRAY,
    f"the data of {A} are lost",
    f"the data of {A} are back",
    moment="the loss of the data of {0}",
    begun="the data of {0} lost",
    ended="the data of {0} back",
    inject=of_storage(lambda faults, fault: faults.lose_data(*fault.target)),
    minimum_s=NOTICED_S,
)
MANAGEMENT_LOST = FaultKind(
    "management of an array lost, data flow",
    Layer.ARRAY,
    Target.ARRAY,
    f"the management of {B} is lost",
    f"the management of {B} is back",
    moment="the loss of the management of {0}",
    begun="the management of {0} lost",
    ended="the management of {0} back",
    inject=of_storage(lambda faults, fault: faults.lose_management(*fault.target)),
    minimum_s=NOTICED_S,
)
MANAGEMENT_SLOW = FaultKind(
    "slow answers of an array",
    Layer.ARRAY,
    Target.ARRAY,
    f"the management of {B} answers 40 seconds late",
    f"the management of {B} answers as fast as before",
    moment="the management of {0} grew slow",
    begun="the management of {0} answers {delay_s:.0f} s late",
    ended="the management of {0} as fast as before",
    inject=of_storage(lambda faults, fault: faults.slow_management(fault.target[0], fault.value("delay_s"))),
    setting=("delay_s",),
    minimum_s=NOTICED_S,
)
VOLUME_LOST = FaultKind(
    "volume lost",
    Layer.ARRAY,
    Target.VOLUME,
    f"volume 1261 of {B} is lost",
    f"volume 1261 of {B} is back",
    moment="the loss of {0}",
    begun="volume {0} of {1} lost",
    ended="volume {0} of {1} back",
    inject=of_storage(lambda faults, fault: faults.lose_volume(fault.target[1], fault.target[0])),
    minimum_s=NOTICED_S,
)
RANK_LOST = FaultKind(
    "rank lost",
    Layer.ARRAY,
    Target.RANK,
    f"rank R0 of {B} is lost",
    f"rank R0 of {B} is back",
    moment="the loss of {0}",
    begun="rank {0} of {1} lost",
    ended="rank {0} of {1} back",
    inject=of_storage(lambda faults, fault: faults.lose_rank(fault.target[1], fault.target[0])),
    minimum_s=NOTICED_S,
)
WARM_RESTART = FaultKind(
    "warm restart that keeps the pair states",
    Layer.ARRAY,
    Target.ARRAY,
    f"{A} restarts warmly for 90 seconds",
    "",
    moment="the warm restart of {0}",
    begun="{0} restarts for {lasts_s:.0f} s",
    ended="{0} runs again",
    inject=of_storage(lambda faults, fault: faults.restart_array(fault.target[0], fault.value("lasts_s"))),
    setting=("lasts_s",),
    minimum_s=8.0,
)
LINKS_LOST = FaultKind(
    "all links between two arrays down",
    Layer.PATHS,
    Target.ARRAYS,
    f"the Metro Mirror links between {A} and {B} are lost",
    f"the Metro Mirror links between {A} and {B} are back",
    moment="the loss of the links",
    begun="{0} and {1} lost",
    ended="the links between {0} and {1} back",
    inject=of_storage(lambda faults, fault: faults.lose_all_links(*fault.target)),
    minimum_s=NOTICED_S,
)
LINK_LOST = FaultKind(
    "one link down",
    Layer.PATHS,
    Target.LINK,
    "Metro Mirror link link1 is lost",
    "Metro Mirror link link1 is back",
    moment="the loss of {0}",
    begun="link {0} lost",
    ended="link {0} back",
    inject=of_storage(lambda faults, fault: faults.lose_link(*fault.target)),
    minimum_s=NOTICED_S,
)
DIRECTION_LOST = FaultKind(
    "one direction down",
    Layer.PATHS,
    Target.ARRAY_TO_ARRAY,
    f"the mirror path from {B} to {A} is lost",
    f"the mirror path from {B} to {A} is back",
    moment="the loss of the way from {0} to {1}",
    begun="the way from {0} to {1} lost",
    ended="the way from {0} to {1} back",
    inject=of_storage(lambda faults, fault: faults.lose_direction(*fault.target)),
    minimum_s=NOTICED_S,
)
LINKS_FLAP = FaultKind(
    "links flapping",
    Layer.PATHS,
    Target.ARRAYS,
    f"the Metro Mirror links between {A} and {B} flap, 5 seconds down and 30 seconds up",
    f"the Metro Mirror links between {A} and {B} are back",
    moment="the links began to flap",
    begun="the links between {0} and {1} flap, {down_s:g} s down and {up_s:g} s up",
    ended="the links between {0} and {1} back",
    inject=on_every_link(
        lambda faults, link, fault: faults.flap_link(link, fault.value("down_s"), fault.value("up_s"))
    ),
    setting=("down_s", "up_s"),
    minimum_s=NOTICED_S,
)
LINKS_SLOW = FaultKind(
    "added latency",
    Layer.PATHS,
    Target.ARRAYS,
    f"mirrored writes between {A} and {B} take 0.005 seconds longer",
    f"mirrored writes between {A} and {B} are as fast as before",
    moment="the links grew slow",
    begun="each write between {0} and {1} takes {delay_s:g} s longer",
    ended="writes between {0} and {1} as fast as before",
    inject=on_every_link(lambda faults, link, fault: faults.slow_link(link, fault.value("delay_s") * 1e6)),
    setting=("delay_s",),
    minimum_s=NOTICED_S,
)
LINKS_NARROW = FaultKind(
    "low copy rate",
    Layer.PATHS,
    Target.ARRAYS,
    f"copies between {A} and {B} get 2 tracks a second",
    f"copies between {A} and {B} are as fast as before",
    moment="the links grew narrow",
    begun="copies between {0} and {1} get {tracks_per_s:g} tracks a second",
    ended="copies between {0} and {1} as fast as before",
    inject=on_every_link(lambda faults, link, fault: faults.narrow_link(link, fault.value("tracks_per_s"))),
    setting=("tracks_per_s",),
    minimum_s=NOTICED_S,
)
SUBSYSTEM_PATH_LOST = FaultKind(
    "path of one logical subsystem removed",
    Layer.PATHS,
    Target.VOLUME,
    f"the mirror path below volume 1261 of {B} is removed",
    f"the mirror path below volume 1261 of {B} is defined again",
    moment="the removal of the path below {0}",
    begun="the path of the LSS of {0} of {1} removed",
    ended="the path of the LSS of {0} of {1} defined again",
    inject=remove_subsystem_path,
    minimum_s=NOTICED_S,
)
KINDS = (
    LINK_LOST,
    LINKS_LOST,
    DIRECTION_LOST,
    LINKS_FLAP,
    LINKS_SLOW,
    LINKS_NARROW,
    SUBSYSTEM_PATH_LOST,
    ARRAY_LOST,
    MANAGEMENT_LOST,
    DATA_LOST,
    MANAGEMENT_SLOW,
    VOLUME_LOST,
    RANK_LOST,
    WARM_RESTART,
)


def array_fault(kind: FaultKind, image: str) -> Fault:
    """A fault of a whole array that needs no setting."""
    return Fault(kind, (image,))


def management_slow(image: str, delay_s: float) -> Fault:
    """Every answer of an array to its HMCs takes so much longer."""
    return Fault(MANAGEMENT_SLOW, (image,), (("delay_s", delay_s),))


def warm_restart(image: str, lasts_s: float) -> Fault:
    """The array answers no command for so long, hosts wait, and pair states are kept."""
    return Fault(WARM_RESTART, (image,), (("lasts_s", lasts_s),))


def volume_lost(volume: str, image: str) -> Fault:
    """The disks under one volume are gone; its array answers."""
    return Fault(VOLUME_LOST, (volume, image))


def rank_lost(rank: str, image: str) -> Fault:
    """The disks of a rank are gone, and with them every volume with an extent there."""
    return Fault(RANK_LOST, (rank, image))


def link_lost(link: str) -> Fault:
    """One physical link is down, in both directions."""
    return Fault(LINK_LOST, (link,))


def links_lost(first: str, second: str) -> Fault:
    """Every link between two arrays is down, in both directions."""
    return Fault(LINKS_LOST, ends(first, second))


def direction_lost(start: str, end: str) -> Fault:
    """Nothing gets from one array to the other; the way back works."""
    return Fault(DIRECTION_LOST, (start, end))


def links_flap(first: str, second: str, down_s: float, up_s: float) -> Fault:
    """Every link between two arrays goes down and comes up in turn."""
    return Fault(LINKS_FLAP, ends(first, second), (("down_s", down_s), ("up_s", up_s)))


def links_slow(first: str, second: str, delay_s: float) -> Fault:
    """Every mirrored write between two arrays takes so much longer."""
    return Fault(LINKS_SLOW, ends(first, second), (("delay_s", delay_s),))


def links_narrow(first: str, second: str, tracks_per_s: float) -> Fault:
    """Copies between two arrays get no more than this together."""
    return Fault(LINKS_NARROW, ends(first, second), (("tracks_per_s", tracks_per_s),))


def links_down(first: str, second: str) -> tuple[Fault, ...]:
    """All faults of the links between two arrays: lost, flapping, or lost in one direction."""
    return (
        links_lost(first, second),
        links_flap(first, second, 1.0, 1.0),
        direction_lost(first, second),
        direction_lost(second, first),
    )


def ends(first: str, second: str) -> tuple[str, ...]:
    """Two ends of one thing, in an order that does not depend on the words of a step."""
    return tuple(sorted((first, second)))


def subsystem_path_lost(volume: str, image: str) -> Fault:
    """The path from the LSS of a volume to that of its peer is gone, and no other."""
    return Fault(SUBSYSTEM_PATH_LOST, (volume, image))
