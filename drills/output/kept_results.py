"""The results of a run, kept outside of memory: ten thousand drills take no more of it than a hundred.

Each result is packed as JSON when its drill has ended, and unpacked whenever it is looked at. What is beyond the first
MiB lies in a temporary file without a name, which is gone when its process is.

Rule 1: a result is never lost. Where the file cannot be written, because its disk is full, it stays in memory.
Rule 2: nothing that is unpacked is executed, whether it comes from the file or from a worker of xdist.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO, overload

import msgspec

from mirrordrill.drills.run.results import DrillResult

IN_MEMORY_BYTES = 1 << 20
"""So much is kept in memory: a run of a few drills needs no file."""


class KeptResults(Sequence[DrillResult]):
    """The results of the drills of a session, in the order in which they came."""

    def __init__(self, in_memory_bytes: int = IN_MEMORY_BYTES) -> None:
        self._places: list[bytes | tuple[int, int]] = []
        """Each result: packed, or where it begins in the file and how long it is."""
        self._room = in_memory_bytes
        self._file: IO[bytes] | None = None
        self._end = 0

    def append(self, result: DrillResult) -> None:
        """Keep one more."""
        text = packed(result)
        if len(text) <= self._room:
            self._room -= len(text)
            self._places.append(text)
        else:
            self._places.append(self._written(text))

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> DrillResult: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[DrillResult]: ...

    def __getitem__(self, at: int | slice) -> DrillResult | Sequence[DrillResult]:
        if isinstance(at, slice):
            return [unpacked(self._read(place)) for place in self._places[at]]
        return unpacked(self._read(self._places[at]))

    def _written(self, text: bytes) -> bytes | tuple[int, int]:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="mirrordrill-", buffering=0)  # noqa: SIM115 - the finalizer closes it
                weakref.finalize(self, self._file.close)
            self._file.seek(self._end)
            rest = text
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            return text
        place = self._end, len(text)
        self._end += len(text)
        return place

    def _read(self, place: bytes | tuple[int, int]) -> bytes:
        if isinstance(place, bytes):
            return place
        assert self._file is not None
        self._file.seek(place[0])
        return self._file.read(place[1])


def packed(result: DrillResult) -> bytes:
    """A result as JSON."""
    return msgspec.json.encode(result, enc_hook=text_of)


def unpacked(text: bytes | str) -> DrillResult:
    """The result that was packed. Raises msgspec.ValidationError for what is none."""
    return msgspec.json.decode(text, type=DrillResult, dec_hook=path_of)


def text_of(path: object) -> str:
    """A path, the only value of a result that JSON has no form for. It is bytes, which need not be UTF-8."""
    if not isinstance(path, Path):
        # The contract of msgspec's `enc_hook`, as below.
        raise NotImplementedError(f"{type(path)} is not carried")
    return os.fsencode(path).decode("latin-1")


def path_of(kind: type, text: object) -> Path:
    """The path that is meant."""
    if kind is not Path or not isinstance(text, str):
        # The contract of msgspec's `dec_hook`: with this error it names the type that it has no decoder for.
        raise NotImplementedError(f"{kind} is not carried")
    return Path(os.fsdecode(text.encode("latin-1")))
