"""What a process beside ours can be asked to do, and how the question and the answer are written down.

Both are MessagePack of the types that the functions below name: a process that reads them makes values of these types,
and nothing else. Nothing that is read chooses what is imported or called, but for a name in `TASKS`.

Rule 1: nothing is pickled, and a tidy test says so of all of mirrordrill.
Rule 2: a float comes back as it was, infinite ones included, and a path byte for byte.
"""

from __future__ import annotations

import importlib
import typing
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from mirrordrill.drills.output.faults import sentence_of
from mirrordrill.drills.output.kept_results import path_of, text_of

TASKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "nights": ("mirrordrill.drills.explore.campaign", "run_seeds"),
        "varied nights": ("mirrordrill.drills.explore.campaign", "run_lineages"),
        "point": ("mirrordrill.drills.sweep.campaign", "run_point"),
    }
)
"""Name of a task -> the module and its function."""


class TaskFailedError(Exception):
    """The task ended with a fault of the harness, or could not be read; the text says which."""


def function_of(task: str) -> Callable[..., Any]:
    """What does a task. Raises TaskFailedError for one that there is not."""
    if task not in TASKS:
        raise TaskFailedError(f"there is no task {task!r}")
    module, name = TASKS[task]
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def question(task: str, arguments: tuple[object, ...]) -> bytes:
    """A task and what its function is called with."""
    return msgspec.msgpack.encode((task, arguments), enc_hook=text_of)


def answered(asked: bytes) -> bytes:
    """Carry a question out; its answer, or the sentence of what went wrong."""
    try:
        task, raw = msgspec.msgpack.decode(asked, type=tuple[str, msgspec.Raw])
        function = function_of(task)
        hints = typing.get_type_hints(function)
        hints.pop("return")
        taken: Any = tuple.__class_getitem__(tuple(hints.values()))
        arguments = msgspec.msgpack.decode(raw, type=taken, dec_hook=path_of)
        return msgspec.msgpack.encode((function(*arguments), ""), enc_hook=text_of)
    except Exception as failure:  # the process that asked is told
        return msgspec.msgpack.encode((None, sentence_of(failure)))


def answer_of(task: str, answer: bytes) -> Any:
    """What a task came to. Raises TaskFailedError with what went wrong."""
    try:
        value, failure = msgspec.msgpack.decode(answer, type=tuple[msgspec.Raw, str])
        if failure:
            raise TaskFailedError(failure)
        returned = typing.get_type_hints(function_of(task))["return"]
        return msgspec.msgpack.decode(value, type=returned, dec_hook=path_of)
    except msgspec.MsgspecError as wrong:
        raise TaskFailedError(f"the answer to {task} cannot be read: {wrong}") from None
