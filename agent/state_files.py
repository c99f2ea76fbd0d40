"""The agent's state files on a real node: whole or not at all, trusted or not read, and removed in any case.

Rule 1: the directory and each file belong to the agent's own user, no other user may write them, and neither is a link.
Anything else is an error when it is opened, not an absence.
Rule 2: a lock that cannot be removed must not keep the group here. Where the file system of /var refuses (it was
remounted read-only, a full one cannot even unlink, or it fails), a note on another file system takes the lock's effect
away. That is safe because the note holds the file's whole text, boot id included: it speaks of this one lock of this
one boot and of no other, and it is trusted on the same terms as the file. Where the file cannot be read, either, the
note speaks of whatever it holds. A write removes the note behind the new text, or fails: until then there is no lock.
"""

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional

SIZE_MAX = 65536
OTHERS_MAY_WRITE = 0o022
WHATEVER_IT_HOLDS = "# MetroMirror: the state file of this name could not be read, and counts as removed\n"
"""A note about a file that could not be read."""


class StateFiles:
    """The files in `directory`, and the notes in `void_directory` about those that could not be removed."""

    def __init__(self, directory: str, void_directory: str) -> None:
        self.directory = directory
        self._void_directory = void_directory

    def has(self, name: str) -> bool:
        """Whether the file exists. Raises OSError where it is not one of the agent's own."""
        try:
            facts = os.lstat(self._path(name))
            _check_directory(self.directory)
            _trust(name, facts)
        except FileNotFoundError:
            return False
        except OSError:
            if self._is_void(name):
                return False
            raise
        return not self._is_void(name)

    def names(self) -> "List[str]":
        """What is in the directory. Raises OSError where it is not one of the agent's own."""
        _check_directory(self.directory)
        return os.listdir(self.directory)

    def read(self, name: str) -> "Optional[str]":
        """The file's text, None where there is none. Raises OSError where it is not one of the agent's own."""
        try:
            text = _read(self.directory, name)
        except OSError:
            if self._is_void(name):
                return None
            raise
        return None if text is None or self._is_void(name) else text

    def write(self, name: str, text: str) -> None:
        """Write beside, sync, rename, sync the directory: a power failure leaves the old text or the new one."""
        make_directory(self.directory)
        _write(self.directory, name, text)
        unlink(os.path.join(self._void_directory, name))

    def remove(self, name: str) -> "Optional[bool]":
        """Remove the file (a link itself, never what it points to); whether there was one.

        None: there is one that cannot be removed, and it counts as removed from now on. Raises OSError.
        """
        path = self._path(name)
        try:
            if not unlink(path):
                return False
        except OSError:
            if self._is_void(name):
                return False
            self._void(name)
            return None
        _sync_directory(self.directory)
        try:
            unlink(os.path.join(self._void_directory, name))
        except OSError:
            return True
        return True

    def private(self, name: str, text: str) -> str:
        """The path of a file with this text, in the first directory that has it or takes it. Raises OSError."""
        for directory in (self.directory, self._void_directory):
            try:
                make_directory(directory)
                if _read(directory, name) != text:
                    _write(directory, name, text)
                return os.path.join(directory, name)
            except OSError as error:
                failed = error
        raise failed

    def private_text(self, name: str) -> "Optional[str]":
        """The text of a private file in the first directory that has it; None where none can be read."""
        for directory in (self.directory, self._void_directory):
            try:
                text = _read(directory, name)
            except OSError:
                continue
            if text is not None:
                return text
        return None

    def _path(self, name: str) -> str:
        assert "/" not in name
        assert not name.startswith(".")
        return os.path.join(self.directory, name)

    def _void(self, name: str) -> None:
        """Write the note that takes the file's effect away. Raises OSError."""
        try:
            text = _read(self.directory, name)
        except OSError:
            text = WHATEVER_IT_HOLDS
        if text is None:
            return
        make_directory(self._void_directory)
        _write(self._void_directory, name, text)

    def _is_void(self, name: str) -> bool:
        """Whether there is a trusted note about exactly this text of the file, or about whatever it holds."""
        if not os.path.lexists(os.path.join(self._void_directory, name)):
            return False
        try:
            note = _read(self._void_directory, name)
            return note is not None and (note == WHATEVER_IT_HOLDS or note == _read(self.directory, name))
        except OSError:
            return False


def make_directory(directory: str) -> None:
    """Make the directory if it is missing. Raises OSError where it is not one that only its owner can write."""
    os.makedirs(os.path.dirname(directory), mode=0o755, exist_ok=True)
    try:
        os.mkdir(directory, 0o700)
    except FileExistsError:
        _check_directory(directory)
    except OSError:
        # A read-only file system says so before it says that the directory is there.
        _check_directory(directory)


def unlink(path: str) -> bool:
    """Remove a file; whether there was one. Raises OSError."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    return True


def _read(directory: str, name: str) -> "Optional[str]":
    try:
        handle = os.open(os.path.join(directory, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with open(handle, "rb") as file:
        _check_directory(directory)
        _trust(name, os.fstat(handle))
        data = file.read(SIZE_MAX + 1)
    if len(data) > SIZE_MAX:
        raise OSError(f"state file {name} is larger than the agent ever writes")
    return str(data, "utf-8", "replace")


def _write(directory: str, name: str, text: str) -> None:
    temporary = os.path.join(directory, f".{name}.{os.getpid()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        unlink(temporary)
        with open(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, os.path.join(directory, name))
    except OSError as error:
        _unlink_if_possible(temporary)
        if error.filename is None:
            # A full disk names no file when it refuses what is written to one that is open.
            raise OSError(error.errno, error.strerror, os.path.join(directory, name)) from None
        raise
    _sync_directory(directory)


def _unlink_if_possible(path: str) -> None:
    try:
        unlink(path)
    except OSError:
        return


def _check_directory(directory: str) -> None:
    facts = os.lstat(directory)
    if not stat.S_ISDIR(facts.st_mode):
        raise NotADirectoryError(f"{directory} is not a directory")
    _check_owner(directory, facts)


def _trust(name: str, facts: os.stat_result) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise OSError(f"state file {name} is not a regular file")
    _check_owner(f"state file {name}", facts)


def _check_owner(what: str, facts: os.stat_result) -> None:
    if facts.st_uid != os.geteuid():
        raise PermissionError(f"{what} belongs to user {facts.st_uid}")
    if facts.st_mode & OTHERS_MAY_WRITE:
        raise PermissionError(f"{what} may be written by others than its owner")


def _sync_directory(directory: str) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
