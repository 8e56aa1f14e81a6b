"""The client process behind an agent: is it still there?"""

from __future__ import annotations

import os


def current() -> tuple[int | None, str]:
    """The client's process id and start time, from the environment of a hook; (None, "") when it does not say."""
    text = os.environ.get("CLAUDE_PID", "")
    if not text.isdigit():
        return None, ""
    pid = int(text)
    return pid, start_of(pid)


def start_of(pid: int) -> str:
    """When the process started, in the system's own unit; "" when it is gone or the system does not tell."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rsplit(b")", 1)[1].split()[19].decode()
    except (OSError, IndexError):
        return ""


def is_gone(pid: int | None, start: str | None) -> bool:
    """True only on evidence: no such process, or another one that reuses its number."""
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OSError):
        return False
    began = start_of(pid)
    return bool(start and began and start != began)
