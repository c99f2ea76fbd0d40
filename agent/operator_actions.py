"""What an operator asks for beside failback: takeover, resume, and whether a switch to this system would be accepted.

`takeover` exists so that no operator has to type failoverpprc by hand. It makes this side the right one, whatever the
other witnesses say, and records that a person said so. It brings nothing online: that takes another command, with a
decision of its own.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Optional, Tuple

from .array import LocalArray
from .decide import FailOver, Refuse, TakeLock, WaitForCopy, decide_online, decide_reversal
from .direction import TOLD, Announced, publish_first, take_over_record, tell, unless_sent
from .errors import ArrayRefused, GarbledState, NoAnswer
from .evidence import may_resume, weigh
from .exit_codes import ActionExit
from .far_side import FarSide, look_at_far_side, online_at_far_side
from .journal import Step, write_journal
from .licence import Licence
from .memory import Recollection, following, recall, remember
from .messages import ADOPTED, RESUMED, say
from .online import fresh_look
from .online_record import Memory, Phase, parse_memory
from .pairs import WRITABLE, LocalVolume, Standing, by_standing, describe, name_volumes
from .reporting import answer, progress, refuse
from .reslock import ask
from .run import Run
from .second_opinion import MEMORY_ONLY, render_memory, render_opinion, with_short_logins
from .witnesses import gather, may_land_s

Volumes = Tuple[LocalVolume, ...]
MAY_BE_TAKEN = WRITABLE | {Standing.TARGET_IN_SYNC, Standing.TARGET_SUSPENDED}
"""What a person may declare to be the right data. A copy under way is a mixture that no database opens."""


def takeover(run: Run) -> ActionExit:
    """Make this side the right one: fail over what is still a target, and remember who said so."""
    group = ask(run.node, run.limits, "hares", "-value", run.resource, "Group") or ""
    said = run.arguments
    if len(said) < 2 or not group or said[0] != group:
        how = f"hares -action {run.resource} takeover -actionargs {group or 'GROUP'} WHO WHY -sys {run.node.system}"
        return refuse(run.node, "takeover", f"it needs the group's name again, who asks for it, and why: {how}")
    heard = look_at_far_side(run)
    # Of a cluster that VCS neither reaches nor holds for down, the person who takes over is the one who knows.
    far = replace(heard, is_known=heard.is_known or bool(heard.state))
    online_on = online_at_far_side(run, far)
    if online_on is None or online_on:
        where = f"is online on {online_on[0]}" if online_on else "may be online at the far side: VCS does not say"
        return refuse(run.node, "takeover", f"the resource {where}. Take the group offline first")
    volumes, looked_s = fresh_look(run, run.budget)
    groups = by_standing(volumes)
    odd = [volume.volume for its in groups if its not in MAY_BE_TAKEN for volume in groups[its]]
    if odd or not groups:
        return refuse(run.node, "takeover", f"{name_volumes(odd)} hold no data to run on; {describe(volumes)}")
    seen = recall(run.node, run.resource, run.limits)
    memory = _adopt(run, seen, volumes, Phase.FAILING_OVER, far)
    if memory is None:
        return refuse(run.node, "takeover", "the memory of the last online cannot be written, so nothing was sent")
    targets = tuple(v.pair for its in groups if its not in WRITABLE for v in groups[its])
    if targets:
        volumes = _fail_over(run, volumes, targets, seen, Licence(run, memory, far, looked_s, seen.heard_s))
    _adopt(run, Recollection(memory, is_live=True, is_replicated=True), volumes, Phase.ONLINE, far)
    say(run.node, ADOPTED, who=said[1], why=" ".join(said[2:]) or "no reason given")
    lines = [f"this side counts as the right one; bring {group} online here", *progress(volumes)]
    if (wait_s := may_land_s(run, seen)) > 0:
        lines.append(
            "a command that the far side sent had no answer and may still be carried out, and overwrite this side: "
            f"bring {group} online in {math.ceil(wait_s / 60)} minutes, or when the far array is known to be off"
        )
    if heard.state:
        lines.append(f"cluster {heard.cluster} is {heard.state}: make sure that {group} does not run there")
    answer(run.node, lines)
    return ActionExit.DONE


def _adopt(run: Run, before: Recollection, volumes: Volumes, phase: Phase, far: FarSide) -> Optional[Memory]:
    node, image = run.node, run.attributes.local_image
    is_done = phase is Phase.ONLINE
    memory = following(
        node,
        before,
        image=image if is_done or before.memory is None else before.memory.image,
        system=node.system,
        phase=phase,
        towards="" if is_done else image,
        by=node.system,
        left_behind=True,
        is_adopted=is_done,
        volumes=tuple(volume.volume for volume in volumes),
    )
    if not is_done:
        return publish_first(run, far, memory)
    try:
        is_known = remember(node, run.resource, run.limits, memory)
    except OSError:
        return None
    tell(run, far, memory)
    return memory if is_known else None


def _fail_over(run: Run, volumes: Volumes, pairs: Tuple[str, ...], before: Recollection, licence: Licence) -> Volumes:
    """Send failoverpprc once and look. Raises AgentError unless every volume is writable then."""
    node, journal = run.node, run.begin("takeover", Step.FAILING_OVER, pairs, describe(volumes))
    with unless_sent(run, Announced(before, licence, journal)):
        try:
            write_journal(node, journal)
        except OSError as error:
            raise ArrayRefused("takeover", (f"the journal cannot be written, so nothing was sent: {error}",)) from None
        errors: Tuple[str, ...] = ()
        try:
            errors = run.array.fail_over(pairs, run.budget, licence.check).errors
        except NoAnswer as error:
            errors = (str(error),)
        later = run.array.look(run.budget)
        if not set(by_standing(later)) <= WRITABLE:
            raise ArrayRefused("failoverpprc", errors or (describe(later),))
    run.advance(licence.journal or journal, Step.COMPLETE, describe(later))
    return later


def resume(run: Run) -> ActionExit:
    """Go on mirroring from here what was suspended: resumepprc, where the far side is the target."""
    evidence, witness = gather(run, run.array.look(run.budget), None, always=True)
    witness.array.close()
    volumes, looked_s = fresh_look(run, run.budget)
    looked_s = min(looked_s, witness.array.asked_s)
    pairs = may_resume(volumes, evidence)
    if isinstance(pairs, Refuse):
        return refuse(run.node, "resume", f"{pairs.why}; the array said: {describe(volumes)}")
    if not pairs:
        answer(run.node, ["nothing to do: no pair is suspended", *progress(volumes)])
        return ActionExit.DONE
    paths = decide_reversal(pairs, run.array.paths(pairs, run.budget))
    if isinstance(paths, Refuse):
        return refuse(run.node, "resume", paths.why)
    licence = _licence_of_a_side_that_stays(run, evidence.recollection, witness.side, looked_s)
    errors = run.array.resume(pairs, run.budget, licence.check).errors
    if errors:
        raise ArrayRefused("resumepprc", errors)
    say(run.node, RESUMED, pairs=name_volumes(pairs))
    lines = progress(run.array.look(run.budget, with_tracks=True))
    answer(run.node, [f"resume started for {name_volumes(pairs)}", *lines])
    return ActionExit.DONE


def _licence_of_a_side_that_stays(run: Run, seen: Recollection, far: FarSide, looked_s: float) -> Licence:
    """resumepprc changes no direction: what is remembered has to stay as it is, and is written down if nothing is."""
    memory = seen.memory
    if memory is None or not seen.is_live:
        memory = following(run.node, seen, image=run.attributes.local_image, phase=Phase.ONLINE, towards="", by="")
        try:
            remember(run.node, run.resource, run.limits, memory)
        except OSError as error:
            raise ArrayRefused("resume", (f"the memory cannot be written, so nothing was sent: {error}",)) from None
    return Licence(run, memory, far, looked_s, seen.heard_s)


def pre_switch(run: Run) -> ActionExit:
    """Whether an online here would be accepted now, asked by VCS (6.0 and later) before anything goes offline."""
    volumes = run.array.look(run.budget)
    plan = decide_online(volumes, run.journal())
    evidence, witness = gather(run, volumes, plan)
    witness.array.close()
    plan = weigh(plan, volumes, evidence)
    if isinstance(plan, (Refuse, WaitForCopy)):
        return refuse(run.node, "PreSwitch", f"{plan.why}; the array said: {describe(volumes)}")
    if isinstance(plan, FailOver):
        way_back = decide_reversal(plan.pairs, run.array.paths(plan.pairs, run.budget))
        if isinstance(way_back, Refuse):
            return refuse(run.node, "PreSwitch", f"{way_back.why}: after the switch the volumes would not be mirrored")
    then = "take the lock" if isinstance(plan, TakeLock) else "fail over, and reverse the copy"
    answer(run.node, [f"an online here would {then}", evidence.opinion.text()])
    return ActionExit.DONE


def opinion(run: Run) -> ActionExit:
    """What this side's array says and its cluster remembers, for the agent of the other cluster.

    With that cluster's record as an argument, it is remembered here; with `memory`, only the memory is told. Neither
    asks the array.
    """
    if run.arguments[:1] == (MEMORY_ONLY,):
        answer(run.node, [render_memory(recall(run.node, run.resource, run.limits)) or "nothing is remembered"])
        return ActionExit.DONE
    if run.arguments:
        try:
            refused = take_over_record(run, parse_memory(run.arguments[0]))
        except (GarbledState, OSError) as error:
            refused = str(error)
        if refused:
            return refuse(run.node, "opinion", refused)
        answer(run.node, [TOLD])
        return ActionExit.DONE
    limits = with_short_logins(run.limits, len(run.attributes.hmcs))
    array = LocalArray(run.node, run.attributes, limits)
    try:
        volumes = array.look(run.budget, with_tracks=True)
    finally:
        array.close()
    answer(run.node, render_opinion(volumes, recall(run.node, run.resource, run.limits)))
    return ActionExit.DONE
