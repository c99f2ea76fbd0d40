"""What went wrong in the harness, in one sentence."""

from __future__ import annotations

from pathlib import Path


def sentence_of(fault: BaseException) -> str:
    """What went wrong: what cannot be written or read by its file, a fault of ours by its type, text and place."""
    if isinstance(fault, OSError) and fault.strerror:
        return f"cannot go on: {fault.strerror}{f': {fault.filename}' if fault.filename else ''}"
    if isinstance(fault, MemoryError):
        return "cannot go on: there is no memory left"
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
    said = f": {fault}" if str(fault) else ""
    return f"the harness is at fault: {type(fault).__name__}{said}{place}; this says nothing about the agent"


def raised(fault: BaseException, file: Path, shown: str) -> str:
    """What a step raised, and where: its type, its text, and the last line of the step's own file on the way to it.

    `file` is that of the step, and `shown` its name for people. Where the step was not even entered, no line is told.
    """
    trace, line = fault.__traceback__, 0
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename) == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    said = f": {fault}" if str(fault) else ""
    return f"{type(fault).__name__}{said} ({f'{shown}:{line}' if line else shown})"
