"""Ends what an attempt left running: everything that has its key in the environment, whatever group or session it is in."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from fanout.run.agents.attempts import PROJECT_VARIABLE, VARIABLE

ROUNDS = 20
PAUSE_SECONDS = 0.1


def of_attempt(root: str, key: str) -> int:
    """Kills the processes of one attempt of a project. Returns how many there were."""
    return _sweep(root, f"{VARIABLE}={key}\0".encode())


def of_run(root: str, run: str) -> int:
    """Kills the processes of all attempts of a project's run on this machine. Returns how many there were."""
    return _sweep(root, f"{VARIABLE}={run}/".encode())


def of_project(root: str) -> int:
    """Kills the processes of all attempts of a project on this machine. Returns how many there were."""
    return _sweep(root, f"{VARIABLE}=".encode())


def _sweep(root: str, mark: bytes) -> int:
    project = f"{PROJECT_VARIABLE}=".encode() + os.fsencode(os.path.realpath(root)) + b"\0"
    ended: set[int] = set()
    for _ in range(ROUNDS):  # what is killed may just have started another one
        found = _having(b"\0" + mark, b"\0" + project)
        if not found:
            break
        for pid in found:
            _kill(pid)
        ended |= found
        time.sleep(PAUSE_SECONDS)
    return len(ended)


def _having(*marks: bytes) -> set[int]:
    """The processes with all of these in their environment; none where the system has no /proc."""
    try:
        names = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    except OSError:
        return set()
    return {int(name) for name in names if _has(_environment(name), marks) and not _is_dead(name)}


def _has(environment: bytes, marks: tuple[bytes, ...]) -> bool:
    return all(mark in environment for mark in marks)


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
