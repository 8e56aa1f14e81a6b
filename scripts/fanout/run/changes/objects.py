"""Files' bytes, kept by content: what a file held before an agent changed it.

An object's name is the digest of its bytes, then what kind of file held them, as git tells them apart: nothing for a
plain file, EXECUTABLE, or LINK (its bytes are the link's target). So two names are equal when the files are.
"""

from __future__ import annotations

import os
import stat
from _thread import get_ident  # threading is slow to import

from fanout.errors import FanoutError
from fanout.run.changes import texts
from fanout.run.store import run_files, state_dir

LARGEST = 64 * 1024 * 1024
NOT_KEPT = "?"
ABSENT = ""
FOLDER = "/"  # never the name of an object: what an agent was about to write was a folder
EXECUTABLE, LINK = "x", "l"
DIGITS = texts.DIGITS
digest = texts.digest


def folder(root: str) -> str:
    return os.path.join(state_dir.folder_of(root), "objects")


def keep(root: str, path: str) -> str:
    """Keeps what a path holds. Returns its name; ABSENT when no file is there, NOT_KEPT when it is too large or unreadable."""
    try:
        data, kind = _read(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ABSENT
    except OSError:
        return NOT_KEPT
    return NOT_KEPT if data is None else keep_bytes(root, data, kind)


def keep_bytes(root: str, data: bytes, kind: str) -> str:
    """Keeps what a file of the kind holds. Returns its name."""
    name = digest(data)
    target = os.path.join(folder(root), name[:2], name[2:])
    if not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        half = temporary(target, f"{os.getpid()}.{get_ident()}")
        with open(half, "wb") as out:
            out.write(data)
        os.replace(half, target)
        from fanout.run.store import vault

        vault.hold(root, os.path.join("objects", name[:2], name[2:]))
    return name + kind


def name_of(path: str) -> str:
    """The name that `keep` would give, without keeping. Raises OSError."""
    data, kind = _read(path)
    return NOT_KEPT if data is None else digest(data) + kind


def is_at(path: str, name: str) -> bool:
    """Whether this object stands at the path; ABSENT and FOLDER: no file does."""
    try:
        return name_of(path) == name
    except OSError:
        return name in (ABSENT, FOLDER)


def kind(name: str) -> str:
    """ "" for a plain file, EXECUTABLE or LINK."""
    return name[DIGITS:]


def is_same_data(one: str, other: str) -> bool:
    """Whether two objects are of the same bytes, whatever kinds of file held them."""
    return one[:DIGITS] == other[:DIGITS]


def load(root: str, name: str) -> bytes:
    """The kept bytes. Raises FanoutError when somebody removed them."""
    try:
        with open(os.path.join(folder(root), name[:2], name[2:DIGITS]), "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise FanoutError(
            f"the bytes {name[:8]} are no longer in {run_files.shown(root, folder(root))}.", "Nothing was changed."
        ) from None


def put(path: str, data: bytes, kind: str) -> None:
    """Makes the path hold the bytes, whole, as a file of the kind; its other permission bits stay. Raises OSError."""
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    half = temporary(path, os.getpid())
    if kind == LINK:
        os.symlink(os.fsdecode(data), half)
    else:
        with open(half, "wb") as file:
            file.write(data)
        bits = os.stat(half if os.path.islink(path) or not os.path.exists(path) else path).st_mode & 0o7777
        if (kind == EXECUTABLE) != is_executable(bits):
            bits = bits | (bits & 0o444) >> 2 if kind == EXECUTABLE else bits & ~0o111
        os.chmod(half, bits)
    os.replace(half, path)


def temporary(path: str, process: int | str) -> str:
    """Where `put` of a process makes the file before it takes its place."""
    return f"{path}.{process}.tmp"


def is_executable(mode: int) -> bool:
    """Whether git would call a file of this mode executable."""
    return bool(mode & 0o100)


def _read(path: str) -> tuple[bytes | None, str]:
    """What the path holds and its kind; None for what is too large, or neither file nor link nor folder. Raises OSError."""
    status = os.lstat(path)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(path)
    if stat.S_ISLNK(status.st_mode):
        return os.fsencode(os.readlink(path)), LINK
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        return None, ""
    with open(path, "rb") as file:
        return file.read(), EXECUTABLE if is_executable(status.st_mode) else ""
