"""Ends what an attempt left running: everything that has its key in the environment, whatever group or session it is in."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from fanout.run.agents.attempts import VARIABLE

ROUNDS = 20
PAUSE_SECONDS = 0.1


def of_attempt(key: str) -> int:
    """Kills the processes of one attempt. Returns how many there were."""
    return _sweep(f"{VARIABLE}={key}\0".encode())


def of_run(run: str) -> int:
    """Kills the processes of all attempts of a run on this machine. Returns how many there were."""
    return _sweep(f"{VARIABLE}={run}/".encode())


def _sweep(mark: bytes) -> int:
    ended: set[int] = set()
    for _ in range(ROUNDS):  # what is killed may just have started another one
        found = _having(mark)
        if not found:
            break
        for pid in found:
            _kill(pid)
        ended |= found
        time.sleep(PAUSE_SECONDS)
    return len(ended)


def _having(mark: bytes) -> set[int]:
    """The processes with this in their environment; none where the system has no /proc."""
    try:
        names = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    except OSError:
        return set()
    return {int(name) for name in names if b"\0" + mark in _environment(name) and not _is_dead(name)}


def _environment(name: str) -> bytes:
    try:
        with open(f"/proc/{name}/environ", "rb") as file:
            return b"\0" + file.read()
    except OSError:
        return b""


def _is_dead(name: str) -> bool:
    try:
        with open(f"/proc/{name}/stat", "rb") as file:
            return file.read().rsplit(b")", 1)[1].split()[0] in (b"Z", b"X")
    except (OSError, IndexError):
        return True


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):  # it has ended meanwhile, or is another user's
        os.kill(pid, signal.SIGKILL)
