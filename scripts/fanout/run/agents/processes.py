"""Processes and listening ports as the system tells of them. Without /proc little is known, and no more is said."""

from __future__ import annotations

import os

LISTENS = "0A"
MOST_ABOVE = 40
ASKED_SECONDS = 0.3


def _listening() -> dict[str, int] | None:
    """The sockets that listen, by their inodes, with their ports."""
    found: dict[str, int] = {}
    told = False
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(name, encoding="ascii") as file:
                rows = [line.split() for line in file.readlines()[1:]]
        except OSError:
            continue
        told = True
        found.update((row[9], int(row[1].rpartition(":")[2], 16)) for row in rows if len(row) > 9 and row[3] == LISTENS)
    return found if told else None


def is_listening(port: int) -> bool | None:
    """Whether somebody listens at a port of this machine; None where that is not known."""
    found = _listening()
    return _answers(port) if found is None else port in found.values()


def _answers(port: int) -> bool | None:
    """The same where the system does not list its sockets: somebody who listens takes a connection."""
    import socket  # slow to import

    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.settimeout(ASKED_SECONDS)
                if probe.connect_ex((host, port)) == 0:
                    return True
        except OSError:  # no such family here
            continue
    return False


def _parent_and_group(pid: int) -> tuple[int, int]:
    """(0, 0) when there is no such process, or the system does not tell."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rsplit(b")", 1)[1].split()
    except (OSError, IndexError):
        return 0, 0
    return int(fields[1]), int(fields[2])


def above() -> tuple[set[int], set[int]]:
    """The processes that this one runs in, the client and what started it, and their groups."""
    processes: set[int] = set()
    groups: set[int] = set()
    pid = os.getppid()
    while pid > 1 and len(processes) < MOST_ABOVE:
        processes.add(pid)
        pid, group = _parent_and_group(pid)
        groups.add(group)
    own = os.environ.get("CLAUDE_PID", "")
    return processes | ({int(own)} if own.isdigit() else set()), groups - {
        0,
        os.getpgid(0) if hasattr(os, "getpgid") else 0,
    }


def listens_at(target: int, ports: set[int]) -> int:
    """The one of the ports at which a process listens, or one that it started; a group where `target` is negative. 0: none."""
    sockets = {f"socket:[{inode}]": port for inode, port in (_listening() or {}).items() if port in ports}
    if not sockets:
        return 0
    family = {int(name): _parent_and_group(int(name)) for name in os.listdir("/proc") if name.isdigit()}
    for pid, (_, group) in family.items():
        if group == -target or (target > 0 and _is_below(pid, target, family)):
            found = next((sockets[name] for name in _open_files(pid) if name in sockets), 0)
            if found:
                return found
    return 0


def has_open(path: str) -> bool:
    """Whether a process has a file open, as far as that is known."""
    real = os.path.realpath(path)
    try:
        return any(real in _open_files(int(name)) for name in os.listdir("/proc") if name.isdigit())
    except OSError:
        return False


def _is_below(pid: int, top: int, family: dict[int, tuple[int, int]]) -> bool:
    for _ in range(MOST_ABOVE):
        if pid == top:
            return True
        pid = family.get(pid, (0, 0))[0]
    return False


def _open_files(pid: int) -> list[str]:
    found = []
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            found.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    except OSError:  # another user's, or gone meanwhile
        pass
    return found
