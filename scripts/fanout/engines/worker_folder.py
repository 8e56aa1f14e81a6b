"""The folder where a worker keeps its clones: one worker's alone, for it ends whatever runs there when it starts."""

from __future__ import annotations

import os
import sys

from fanout.errors import FanoutError

LOCK = "worker.lock"


def taken(folder: str) -> int:
    """The folder is this process's until it ends or closes the file that is returned. Raises FanoutError."""
    path = os.path.join(folder, LOCK)
    try:
        os.makedirs(folder, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise FanoutError(
            f"{folder} can't hold a worker's clones: {error.strerror or error}.", "--folder DIR: one that it can write."
        ) from None
    if not _is_taken(handle):
        with open(path, encoding="utf-8", errors="replace") as file:
            who = file.read().strip()
        os.close(handle)
        raise FanoutError(
            f"another worker{f', process {who},' if who else ''} keeps its clones in {folder}.",
            "--folder DIR: each worker of a machine needs its own.",
        )
    os.truncate(path, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
    return handle


if sys.platform == "win32":
    import msvcrt

    def _is_taken(handle: int) -> bool:
        os.lseek(handle, 1 << 20, os.SEEK_SET)  # beyond what is written: a locked byte can't be read there
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _is_taken(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
