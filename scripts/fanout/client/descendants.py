"""Ending everything that a client started.

Its Bash tool runs commands in sessions of their own, so the process group of the client does not hold them. What all of
them have is the temporary HOME in their environment.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

ROUNDS = 50  # a process may fork between the look and the kill


def kill_group(leader: int) -> None:
    """Kill a process group, if there still is one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def kill_of_home(home: Path) -> list[int]:
    """Kill every process whose HOME this is, until there is none. Returns their ids."""
    killed: list[int] = []
    for _ in range(ROUNDS):
        pids = of_home(home)
        if not pids:
            break
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        killed += pids
        time.sleep(0.01)  # for the killed to be gone from the table
    return sorted(set(killed))


def of_home(home: Path) -> list[int]:
    """The ids of our own running processes with this HOME in their environment, this process left out."""
    marker = f"HOME={home}"
    found = _from_proc(marker) if os.path.isdir("/proc/self") else _from_ps(marker)
    return [pid for pid in found if pid != os.getpid()]


def _from_proc(marker: str) -> list[int]:
    pids = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):  # gone, or somebody else's; a zombie's environment is empty
                environ = Path("/proc", name, "environ").read_bytes()
                if marker.encode() in environ.split(b"\0"):
                    pids.append(int(name))
    return pids


def _from_ps(marker: str) -> list[int]:
    listing = subprocess.run(
        ["ps", "-xwwE", "-o", "pid=,command="], capture_output=True, encoding="utf-8", check=False
    ).stdout
    rows = (line.split() for line in listing.splitlines())
    return [int(row[0]) for row in rows if row and marker in row[1:]]
