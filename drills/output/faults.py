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
